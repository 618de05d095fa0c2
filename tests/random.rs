//! Random layouts on random images, everything mixed: each unit is what a slow twin makes of it, in
//! every style of HEX and as a raw binary, whatever was stamped before; and it reads back.

use nameplate::check::Algorithm;
use nameplate::image::{Container, Hex, Raw, Sparse};
use nameplate::repair::{Gaps, Step, Template};
use nameplate::{At, ByteOrder, Encoding, Field, Guard, Layout, Repair, Value};
use proptest::prelude::*;

use crate::images::STYLES;
use crate::{Memory, crc32, hex_text, memory, noise};

const BASE: u64 = 0xFF80;
const LEN: u64 = 256;
const WORDS: u64 = BASE + LEN;
/// Where memory may lack bytes.
const HOLE: std::ops::Range<u64> = BASE + 0xC0..BASE + 0xD8;

/// Numbers without a pattern, from a seed.
struct Random(u64);

impl Random {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }

    fn bytes(&mut self, len: usize) -> Vec<u8> {
        (0..len).map(|_| self.below(256) as u8).collect()
    }
}

#[derive(Clone, Debug)]
enum Content {
    Uint(u128),
    Bytes(Vec<u8>),
    Text(String),
}

impl Content {
    fn value(&self) -> Value<'_> {
        match self {
            Self::Uint(n) => Value::from(*n),
            Self::Bytes(bytes) => Value::from(&**bytes),
            Self::Text(text) => Value::from(&**text),
        }
    }
}

/// An encoding by name, a value for it, and the bytes that the value becomes, made by hand.
fn content(random: &mut Random, name: &str) -> (Content, Vec<u8>) {
    let text = |random: &mut Random, len: usize| -> String {
        (0..len).map(|_| char::from(b'!' + random.below(94) as u8)).collect()
    };
    match name {
        "u16be" => {
            let n = random.below(0xFFFF) as u16;
            (Content::Uint(n.into()), vec![(n / 256) as u8, (n % 256) as u8])
        }
        "uint:3:le" => {
            let bytes = random.bytes(3);
            let n = bytes.iter().rev().fold(0, |n, byte| n * 256 + u128::from(*byte));
            (Content::Uint(n), bytes)
        }
        "bytes:6:reversed" => {
            let bytes = random.bytes(6);
            (Content::Bytes(bytes.clone()), bytes.into_iter().rev().collect())
        }
        "ascii:9:nul" => {
            let len = 1 + random.below(9) as usize;
            let text = text(random, len);
            (Content::Text(text.clone()), text.bytes().chain([0; 9]).take(9).collect())
        }
        "cstr:7" => {
            let len = 1 + random.below(6) as usize;
            let text = text(random, len);
            (Content::Text(text.clone()), text.bytes().chain([0; 7]).take(7).collect())
        }
        "i16le" => {
            let n = random.below(0xFFFF) as u16;
            (Content::Text(i16::from_le_bytes(n.to_le_bytes()).to_string()), vec![n as u8, (n >> 8) as u8])
        }
        "bcd:6:le" => {
            let digits = format!("{:06}", random.below(1_000_000));
            let bytes = [4, 2, 0].map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap());
            (Content::Text(digits), bytes.to_vec())
        }
        "usb-string:4:nul" => {
            let len = 1 + random.below(4) as usize;
            let text = text(random, len);
            let units = text.bytes().flat_map(|byte| [byte, 0]);
            let bytes = [2 + 2 * len as u8, 3].into_iter().chain(units).chain([0; 10]).take(10).collect();
            (Content::Text(text), bytes)
        }
        "with-inverse(bytes:2)" => {
            let bytes = random.bytes(2);
            (Content::Bytes(bytes.clone()), vec![bytes[0], bytes[1], !bytes[0], !bytes[1]])
        }
        "blob:9:u16be:FF" => {
            let len = 1 + random.below(7) as usize;
            let bytes = random.bytes(len);
            (Content::Bytes(bytes.clone()), [&[0, len as u8], &*bytes, &[0xFF; 7][len..]].concat())
        }
        "dec:5:left-space" => {
            let n = random.below(100_000);
            (Content::Uint(n.into()), format!("{n:5}").into_bytes())
        }
        "swap32(bytes:4)" => {
            let bytes = random.bytes(4);
            (Content::Bytes(bytes.clone()), bytes.into_iter().rev().collect())
        }
        "with-crc:CRC-16/XMODEM:be(bytes:3)" => {
            let bytes = random.bytes(3);
            let crc = crc_msb(16, 0x1021, 0, &bytes) as u16;
            (Content::Bytes(bytes.clone()), [&*bytes, &crc.to_be_bytes()].concat())
        }
        "hex:8" => {
            let n = random.below(1 << 31);
            (Content::Uint(n.into()), format!("{n:08X}").into_bytes())
        }
        "retlw14(bytes:4)" => {
            let bytes = random.bytes(4);
            (Content::Bytes(bytes.clone()), bytes.iter().flat_map(|byte| [*byte, 0x34]).collect())
        }
        other => panic!("{other}"),
    }
}

const ENCODINGS: [&str; 15] = [
    "u16be",
    "uint:3:le",
    "bytes:6:reversed",
    "ascii:9:nul",
    "cstr:7",
    "hex:8",
    "retlw14(bytes:4)",
    "i16le",
    "bcd:6:le",
    "usb-string:4:nul",
    "with-inverse(bytes:2)",
    "blob:9:u16be:FF",
    "dec:5:left-space",
    "swap32(bytes:4)",
    "with-crc:CRC-16/XMODEM:be(bytes:3)",
];

#[derive(Debug)]
struct Slot {
    name: String,
    at: u64,
    encoding: &'static str,
    secret: bool,
    /// Two units: the value and its bytes.
    units: [(Content, Vec<u8>); 2],
}

#[derive(Debug)]
struct Sum {
    name: String,
    algorithm: &'static str,
    over: Vec<std::ops::Range<u64>>,
    at: u64,
    len: usize,
    big: bool,
    steps: Vec<Step>,
    gaps: Gaps,
}

/// CRC-16/XMODEM and CRC-24/OPENPGP, bit by bit, most significant bit first.
fn crc_msb(width: u32, poly: u128, init: u128, bytes: &[u8]) -> u128 {
    let mut crc = init;
    for byte in bytes {
        for bit in (0..8).rev() {
            let top = crc >> (width - 1) & 1;
            crc = crc << 1 & ((1 << width) - 1);
            if top != u128::from(byte >> bit & 1) {
                crc ^= poly;
            }
        }
    }
    crc
}

const ALGORITHMS: [(&str, u32); 7] = [
    ("CRC-32/ISO-HDLC", 32),
    ("CRC-16/XMODEM", 16),
    ("CRC-24/OPENPGP", 24),
    ("sum8", 8),
    ("sum16be", 16),
    ("sum32le", 32),
    ("xor16le", 16),
];

fn check(algorithm: &str, bytes: &[u8]) -> u128 {
    let be = |word: &[u8]| word.iter().fold(0, |n, byte| n * 256 + u128::from(*byte));
    let le = |word: &[u8]| word.iter().rev().fold(0, |n, byte| n * 256 + u128::from(*byte));
    match algorithm {
        "CRC-32/ISO-HDLC" => crc32(bytes.iter().copied()).into(),
        "CRC-16/XMODEM" => crc_msb(16, 0x1021, 0, bytes),
        "CRC-24/OPENPGP" => crc_msb(24, 0x86_4CFB, 0xB7_04CE, bytes),
        "sum8" => bytes.iter().map(|byte| u128::from(*byte)).sum::<u128>() % 256,
        "sum16be" => bytes.chunks(2).map(be).sum::<u128>() % (1 << 16),
        "sum32le" => bytes.chunks(4).map(le).sum::<u128>() % (1 << 32),
        "xor16le" => bytes.chunks(2).map(le).fold(0, |all, word| all ^ word),
        other => panic!("{other}"),
    }
}

#[test]
fn the_twins_have_their_check_values() {
    assert_eq!(check("CRC-32/ISO-HDLC", b"123456789"), 0xCBF4_3926);
    assert_eq!(check("CRC-16/XMODEM", b"123456789"), 0x31C3);
    assert_eq!(check("CRC-24/OPENPGP", b"123456789"), 0x21_CF02);
}

impl Sum {
    fn width(&self) -> u32 {
        ALGORITHMS.iter().find(|(name, _)| *name == self.algorithm).unwrap().1
    }

    /// Computes the word and puts it into `memory`.
    fn repair(&self, memory: &mut Memory) {
        let mut bytes = Vec::new();
        for address in self.over.iter().cloned().flatten() {
            match (memory.get(&address), self.gaps) {
                (Some(byte), _) => bytes.push(*byte),
                (None, Gaps::Fill(byte)) => bytes.push(byte),
                (None, _) => {}
            }
        }
        let modulus = 1_u128 << self.width();
        let value = self.steps.iter().fold(check(self.algorithm, &bytes), |value, step| match step {
            Step::Not => modulus - 1 - value,
            Step::Negate => (modulus - value) % modulus,
            Step::Add(n) => (value + n % modulus) % modulus,
            other => panic!("{other:?}"),
        });
        for n in 0..self.len {
            let byte = if n < 16 { (value >> (8 * n)) as u8 } else { 0 };
            let place = if self.big { self.len - 1 - n } else { n };
            memory.insert(self.at + place as u64, byte);
        }
    }

    fn describe(&self) -> Repair {
        let mut over = self.over.iter().cloned();
        let algorithm = Algorithm::from_name(self.algorithm).unwrap();
        let first = Repair::new(&*self.name, algorithm, over.next().unwrap());
        let order = if self.big { ByteOrder::Big } else { ByteOrder::Little };
        let repair = over.fold(first, nameplate::repair::Draft::and_over).stored_at(self.at).uint(self.len, order);
        let repair = self.steps.iter().fold(repair, |repair, step| repair.step(*step));
        repair.gaps(self.gaps).template(Template::Unknown)
    }
}

struct Case {
    truth: Memory,
    fields: Vec<Slot>,
    /// Each may cover the words of those before.
    sums: Vec<Sum>,
    layout: Layout,
    gaps: Gaps,
}

fn case(seed: u64, holed: bool) -> Case {
    let mut random = Random(seed);
    let mut truth: Memory = (BASE..).zip(noise(seed, (LEN + 32) as usize)).collect();
    let gaps = if !holed {
        Gaps::Error
    } else if random.below(2) == 0 {
        Gaps::Skip
    } else {
        Gaps::Fill(random.below(256) as u8)
    };
    if holed {
        truth.retain(|address, _| !HOLE.contains(address));
    }
    let mut layout = Layout::new();
    let (mut fields, mut at) = (Vec::new(), BASE + random.below(8));
    while at + 9 < HOLE.start {
        let encoding = ENCODINGS[random.below(ENCODINGS.len() as u64) as usize];
        let units = [content(&mut random, encoding), content(&mut random, encoding)];
        let (name, secret) = (format!("f{at:x}"), random.below(4) == 0);
        let len = units[0].1.len() as u64;
        let guard = match random.below(3) {
            0 if units.iter().all(|(_, bytes)| bytes.iter().any(|byte| *byte != 0xFF)) => {
                truth.extend((at..at + len).map(|address| (address, 0xFF)));
                Guard::Erased
            }
            1 => Guard::Bytes(truth.range(at..at + len).map(|(_, byte)| *byte).collect()),
            _ => Guard::Any,
        };
        let field = Field::new(&*name, At::address(at), encoding.parse::<Encoding>().unwrap()).expect(guard);
        layout = layout.field(if secret { field.secret() } else { field });
        fields.push(Slot { name, at, encoding, secret, units });
        at += len + [0, 0, 1, 5, 30][random.below(5) as usize];
    }
    let mut sums: Vec<Sum> = Vec::new();
    for n in 0..3 {
        let (algorithm, width) = ALGORITHMS[random.below(7) as usize];
        let from = BASE + 4 * random.below(30);
        let mut over = vec![from..from + 4 * (1 + random.below(24)), WORDS..WORDS + 8 * n];
        if n == 0 {
            // All of it, the hole too; the first has no words to cover.
            over.truncate(1);
            over[0] = BASE..WORDS;
        } else if random.below(2) == 0 {
            over.reverse();
        }
        let len = u64::from(width.div_ceil(8)) + random.below(u64::from(9 - width.div_ceil(8)));
        let step = |random: &mut Random| match random.below(3) {
            0 => Step::Not,
            1 => Step::Negate,
            _ => Step::Add(u128::from(random.below(u64::MAX)) << 70),
        };
        let steps = (0..random.below(3)).map(|_| step(&mut random)).collect();
        let (at, big) = (WORDS + 8 * n, random.below(2) == 0);
        sums.push(Sum { name: format!("c{n}"), algorithm, over, at, len: len as usize, big, steps, gaps });
    }
    let first = random.below(3) as usize;
    for n in 0..3 {
        layout = layout.repair(sums[(first + n) % 3].describe());
    }
    Case { truth, fields, sums, layout, gaps }
}

impl Case {
    fn values(&self, unit: usize) -> Vec<(&str, Value<'_>)> {
        self.fields.iter().map(|field| (&*field.name, field.units[unit].0.value())).collect()
    }

    /// The unit by hand.
    fn twin(&self, unit: usize) -> Memory {
        let mut memory = self.truth.clone();
        for field in &self.fields {
            memory.extend((field.at..).zip(field.units[unit].1.iter().copied()));
        }
        self.sums.iter().for_each(|sum| sum.repair(&mut memory));
        memory
    }

    /// The unit with secret fields, and words that depend on them, as in the template.
    fn masked(&self, unit: usize) -> Memory {
        let mut memory = self.twin(unit);
        let mut hidden: Vec<std::ops::Range<u64>> = Vec::new();
        for field in self.fields.iter().filter(|field| field.secret) {
            hidden.push(field.at..field.at + field.units[unit].1.len() as u64);
        }
        for sum in &self.sums {
            let covers = |address: &u64| sum.over.iter().any(|range| range.contains(address));
            if hidden.iter().cloned().flatten().any(|address| covers(&address)) {
                hidden.push(sum.at..sum.at + sum.len as u64);
            }
        }
        for address in hidden.into_iter().flatten() {
            memory.insert(address, self.truth[&address]);
        }
        memory
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn units_are_what_the_twin_makes(seed in any::<u64>(), style in 0_usize..8, holed in any::<bool>()) {
        let case = case(seed, holed);
        let text = hex_text(&case.truth, STYLES[style]);
        let hex = Hex::parse(text.as_bytes()).unwrap();
        let plan = case.layout.compile(&hex).unwrap();
        prop_assert_eq!(plan.has_secret(), case.fields.iter().any(|field| field.secret));
        let mut buffer = vec![0xA5; text.len()];
        let mut unit = plan.stamper_in(&hex, &mut buffer).unwrap();
        let mut others = plan.stamper(&hex).unwrap();
        for n in [0, 1, 0] {
            let mut values = case.values(n);
            let turn = seed as usize % values.len();
            values.rotate_left(turn);
            let stamped = unit.stamp(&values).unwrap();
            prop_assert_eq!(memory(stamped.bytes()), case.twin(n));
            prop_assert_eq!(memory(&stamped.masked()), case.masked(n));
            prop_assert!(Hex::parse(&stamped.masked()).is_ok());
            let (bytes, masked) = (stamped.bytes().to_vec(), stamped.masked().into_owned());
            // The same from its file, and from no more than its memory.
            let image = Hex::parse(&bytes).unwrap();
            prop_assert_eq!(&*plan.masked(&image, &hex).unwrap(), &masked);
            prop_assert_eq!(&*plan.masked_over(&Sparse::new(&image), &hex).unwrap(), &masked);
            let _ = others.undo();
            prop_assert_eq!(&bytes, others.stamp(&values).unwrap().bytes(), "whatever was stamped before");

            let reading = plan.read(&image).unwrap();
            for field in &case.fields {
                let [this, other] = [n, 1 - n].map(|n| &field.units[n]);
                let read = reading.field(&field.name).unwrap();
                prop_assert!(read.matches(&this.0.value()));
                prop_assert_eq!(read.expose(), &*this.1, "{}", field.encoding);
                prop_assert_eq!(read.matches(&other.0.value()), this.1 == other.1);
                prop_assert_eq!(read.bytes().is_none(), field.secret);
            }
            prop_assert!(reading.checks().all(|check| check.is_right()));
        }
        // All or nothing, then all again.
        let values = case.values(0);
        prop_assert!(unit.stamp(&values[1..]).is_err());
        prop_assert_eq!(unit.bytes(), text.as_bytes());
        prop_assert_eq!(memory(unit.stamp(&values).unwrap().bytes()), case.twin(0));
        prop_assert_eq!(unit.undo(), text.as_bytes());
    }

    /// One changed bit under a checksum, and its verdict is that it is wrong; the others stay right.
    #[test]
    fn a_changed_bit_is_found(seed in any::<u64>(), at in any::<prop::sample::Index>(), bit in 0_u32..8) {
        let case = case(seed, false);
        let raw: Vec<u8> = case.truth.values().copied().collect();
        let image = Raw::new(&raw, BASE).unwrap();
        let plan = case.layout.compile(&image).unwrap();
        let mut dump = plan.stamper(&image).unwrap().stamp(&case.values(0)).unwrap().bytes().to_vec();
        let at = at.index(dump.len());
        dump[at] ^= 1 << bit;
        let address = BASE + at as u64;
        let dump = Raw::new(&dump, BASE).unwrap();
        let reading = plan.read(&dump).unwrap();
        for sum in &case.sums {
            let covered = sum.over.iter().any(|range| range.contains(&address));
            let own = (sum.at..sum.at + sum.len as u64).contains(&address);
            let check = reading.checks().find(|check| check.name() == sum.name).unwrap();
            prop_assert_eq!(check.is_right(), !covered && !own, "{} {:#x}", &sum.name, address);
        }
    }

    /// One plan for the HEX and the BIN of a build, in either direction; a BIN that holds what gaps
    /// are filled with is the same build, one whose HEX was compiled with gaps skipped is not.
    #[test]
    fn one_plan_for_hex_and_bin(seed in any::<u64>(), style in 0_usize..8, holed in any::<bool>()) {
        let case = case(seed, holed);
        let fill = if let Gaps::Fill(byte) = case.gaps { byte } else { 0xFF };
        let flat = |memory: &Memory| -> Vec<u8> {
            (BASE..WORDS + 32).map(|address| memory.get(&address).copied().unwrap_or(fill)).collect()
        };
        let (text, binary) = (hex_text(&case.truth, STYLES[style]), flat(&case.truth));
        let (hex, raw) = (Hex::parse(text.as_bytes()).unwrap(), Raw::new(&binary, BASE).unwrap());
        let templates: [&dyn Container; 2] = [&hex, &raw];
        for (compiled, bound) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
            let plan = case.layout.compile(templates[compiled]).unwrap();
            let unit = plan.stamper(templates[bound]);
            if case.gaps == Gaps::Skip && compiled != bound {
                let said = unit.unwrap_err().to_string();
                prop_assert!(said.starts_with("under checksum `c0` the image differs from the one the plan was compiled for"), "{}", said);
                continue;
            }
            let mut unit = unit.unwrap();
            let bytes = unit.stamp(&case.values(1)).unwrap().bytes();
            match bound {
                0 => prop_assert_eq!(memory(bytes), case.twin(1)),
                _ if case.gaps == Gaps::Skip => {}
                _ => prop_assert_eq!(bytes, flat(&case.twin(1))),
            }
            prop_assert_eq!(unit.undo(), templates[bound].file());
        }
    }
}
