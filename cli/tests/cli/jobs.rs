//! Whole jobs made at random: what `stamp` writes is compared with a slow twin, which puts bytes into a plain memory and
//! computes checksums by the crate `crc`; `plan` agrees with `stamp`; `verify` finds every unit right, and one covered
//! byte that is another wrong. A test runs some hundred; thousands by
//!
//!     NAMEPLATE_JOBS=5000 cargo test --release -p nameplate-cli --test cli jobs::
//!
//! with `NAMEPLATE_SEED=n` for others, or for one again.

#![allow(clippy::cast_possible_truncation, reason = "bytes of larger numbers are meant")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crc::{CRC_16_XMODEM, CRC_32_ISO_HDLC, CRC_32_MPEG_2, CRC_64_XZ, Crc};
use nameplate::image::hex::Options;
use nameplate::image::{Elf, Sparse};
use nameplate_cli::commands::{plan, stamp, verify};
use nameplate_cli::failure::Failure;
use nameplate_cli::report::Report;
use nameplate_cli::run::Choice;
use nameplate_cli::units::Form;

use crate::example;
use crate::reference::{self, Memory};

/// Numbers from a seed.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let mixed = (self.0 ^ self.0 >> 29).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed ^ mixed >> 32
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    fn of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len() as u64) as usize]
    }

    fn bytes(&mut self, len: u64) -> Vec<u8> {
        (0..len).map(|_| self.next() as u8).collect()
    }
}

/// What a field has in a unit: its cell of the input, and its bytes.
type Made = (Option<String>, Vec<u8>);

/// A field of the job and of the twin.
struct Field {
    at: u64,
    len: u64,
    encode: String,
    value: String,
    expect: String,
    /// By the number of the unit from the first; nothing when the value does not fit.
    units: Vec<Option<Made>>,
    takes_input: bool,
}

/// A checksum of the job and of the twin.
struct Check {
    word: u64,
    len: u64,
    over: Vec<(u64, u64)>,
    algorithm: &'static str,
    big: bool,
    /// What is done to the sum.
    not: bool,
}

impl Check {
    fn word(&self, memory: &Memory) -> Vec<u8> {
        let covered = self.over.iter().flat_map(|(start, end)| memory.range(start..end).map(|(_, byte)| *byte));
        let bytes: Vec<u8> = covered.collect();
        let sum = |words: &dyn Fn(&[u8]) -> u64| bytes.chunks(2).map(words).fold(0, u64::wrapping_add);
        let value: u64 = match self.algorithm {
            "CRC-32/ISO-HDLC" => Crc::<u32>::new(&CRC_32_ISO_HDLC).checksum(&bytes).into(),
            "CRC-32/MPEG-2" => Crc::<u32>::new(&CRC_32_MPEG_2).checksum(&bytes).into(),
            "CRC-16/XMODEM" => Crc::<u16>::new(&CRC_16_XMODEM).checksum(&bytes).into(),
            "CRC-64/XZ" => Crc::<u64>::new(&CRC_64_XZ).checksum(&bytes),
            "sum8" => bytes.iter().map(|byte| u64::from(*byte)).sum(),
            "xor8" => bytes.iter().fold(0, |all, byte| all ^ u64::from(*byte)),
            "sum16le" => sum(&|pair| u64::from(pair[0]) | u64::from(pair[1]) << 8),
            "sum16be" => sum(&|pair| u64::from(pair[1]) | u64::from(pair[0]) << 8),
            other => panic!("{other}"),
        };
        let value = if self.not { !value } else { value };
        let le = value.to_le_bytes()[..self.len as usize].to_vec();
        if self.big { le.into_iter().rev().collect() } else { le }
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Hex,
    Bin,
    Elf,
}

/// How the twin writes HEX: the same way for the template and for every unit.
struct Style {
    lens: Vec<u64>,
    lower: bool,
    end: &'static str,
}

impl Style {
    fn text(&self, memory: &Memory) -> String {
        let mut text = String::new();
        let mut record = |kind: u8, at: u64, data: &[u8]| {
            let mut bytes = vec![data.len() as u8, (at >> 8) as u8, at as u8, kind];
            bytes.extend(data);
            bytes.push(bytes.iter().fold(0_u8, |sum, byte| sum.wrapping_sub(*byte)));
            let digits = if self.lower { hex::encode(bytes) } else { hex::encode_upper(bytes) };
            let _ = write!(text, ":{digits}{}", self.end);
        };
        let (mut upper, mut lens) = (0, self.lens.iter().cycle());
        let mut cells = memory.iter().peekable();
        while let Some((&at, &byte)) = cells.next() {
            let (mut data, most) = (vec![byte], *lens.next().unwrap() as usize);
            while data.len() < most {
                let next = at + data.len() as u64;
                match cells.peek() {
                    Some(&(&found, &byte)) if found == next && next & 0xFFFF != 0 => data.push(byte),
                    _ => break,
                }
                cells.next();
            }
            if at >> 16 != upper {
                upper = at >> 16;
                record(4, 0, &(upper as u16).to_be_bytes());
            }
            record(0, at & 0xFFFF, &data);
        }
        record(1, 0, &[]);
        text
    }
}

/// A job at random, and all that the twin knows of it.
struct Whole {
    kind: Kind,
    style: Style,
    template: Memory,
    fields: Vec<Field>,
    checks: Vec<Check>,
    first: u64,
    count: u64,
    /// What is wrong with it on purpose.
    fault: Option<u64>,
    spans: Vec<(u64, u64)>,
}

fn ascii(text: &str, len: u64, pad: u8) -> Option<Vec<u8>> {
    let mut bytes = text.as_bytes().to_vec();
    (bytes.len() as u64 <= len).then(|| {
        bytes.resize(len as usize, pad);
        bytes
    })
}

/// The lowest `len` bytes of a number, if it has no more.
fn uint(n: u64, len: u64, big: bool) -> Option<Vec<u8>> {
    let bytes = n.to_le_bytes();
    let (low, high) = bytes.split_at(len as usize);
    let low = low.to_vec();
    high.iter().all(|byte| *byte == 0).then(|| if big { low.into_iter().rev().collect() } else { low })
}

impl Whole {
    fn new(random: &mut Random) -> Self {
        let kind = if random.one_in(8) { Kind::Elf } else { random.of(&[Kind::Hex, Kind::Bin]) };
        let template: Memory = match kind {
            Kind::Elf => (0x0800_0000..).zip(fs::read(example("firmware.bin")).unwrap()).collect(),
            _ => {
                let mut memory = Memory::new();
                let mut at = random.of(&[0, 0xFF00, 0x0800_0000, 0xFFFE_F000]) + random.below(0x400) * 2;
                for _ in 0..if kind == Kind::Hex { 1 + random.below(3) } else { 1 } {
                    let len = 64 + 2 * random.below(300);
                    let bytes = random.bytes(len);
                    memory.extend((at..).zip(bytes));
                    at += len + 2 + 2 * random.below(200);
                }
                memory
            }
        };
        let mut spans: Vec<(u64, u64)> = Vec::new();
        for &at in template.keys() {
            match spans.last_mut() {
                Some((_, end)) if *end == at => *end += 1,
                _ => spans.push((at, at + 1)),
            }
        }
        let style = Style {
            lens: (0..3).map(|_| 1 + random.below(40)).collect(),
            lower: random.one_in(2),
            end: random.of(&["\n", "\r\n", "\r"]),
        };
        let first = random.of(&[0, 1, 7, 250, 65_530, 0xFFFF_FFF0]) + random.below(4);
        let fault = random.one_in(4).then(|| random.below(7));
        let (fields, checks, count) = (Vec::new(), Vec::new(), 1 + random.below(3));
        let mut whole = Self { kind, style, template, fields, checks, first, count, fault, spans };
        whole.put_fields(random);
        whole.put_checks(random);
        whole
    }

    /// Whether no field and no word lies there.
    fn is_free(&self, at: u64, len: u64) -> bool {
        let apart = |other: u64, other_len: u64| at + len <= other || other + other_len <= at;
        self.fields.iter().all(|field| apart(field.at, field.len))
            && self.checks.iter().all(|check| apart(check.word, check.len))
    }

    fn place(&self, random: &mut Random, len: u64) -> Option<u64> {
        (0..50).find_map(|_| {
            let (start, end) = random.of(&self.spans);
            let at = start + random.below((end - start).saturating_sub(len) + 1);
            (at + len <= end && self.is_free(at, len)).then_some(at)
        })
    }

    fn put_fields(&mut self, random: &mut Random) {
        for _ in 0..=random.below(6) {
            let (encode, value, len, make) = recipe(random);
            let Some(at) = self.place(random, len) else { continue };
            let takes_input = value.contains("input");
            let units = (0..self.count).map(|n| make(random, self.first + n)).collect();
            let expect = match random.below(3) {
                0 => "any".to_owned(),
                1 => {
                    self.template.extend((at..at + len).map(|at| (at, 0xFF)));
                    "erased".to_owned()
                }
                _ => {
                    let found: Vec<u8> = self.template.range(at..at + len).map(|(_, byte)| *byte).collect();
                    format!("hex:{}", hex::encode_upper(found))
                }
            };
            self.fields.push(Field { at, len, encode, value, expect, units, takes_input });
        }
    }

    /// Words first, then what they are over: of the words only those of checksums before.
    fn put_checks(&mut self, random: &mut Random) {
        for _ in 0..random.below(5) {
            let names = [
                "CRC-32/ISO-HDLC",
                "CRC-32/MPEG-2",
                "CRC-16/XMODEM",
                "CRC-64/XZ",
                "sum8",
                "xor8",
                "sum16le",
                "sum16be",
            ];
            let algorithm = random.of(&names);
            let len = match algorithm {
                "sum8" | "xor8" => 1,
                "CRC-16/XMODEM" | "sum16le" | "sum16be" => 2,
                "CRC-64/XZ" => 8,
                _ => 4,
            };
            let Some(word) = self.place(random, len) else { continue };
            let (big, not) = (len > 1 && random.one_in(2), random.one_in(3));
            self.checks.push(Check { word, len, over: Vec::new(), algorithm, big, not });
        }
        for index in 0..self.checks.len() {
            let mut over: Vec<(u64, u64)> = Vec::new();
            for _ in 0..=random.below(2) {
                let found = (0..100).find_map(|_| {
                    let (start, end) = random.of(&self.spans);
                    let from = start + 2 * random.below((end - start) / 2);
                    let to = from + 2 + 2 * random.below((end - from - 1).div_ceil(2));
                    let apart = |at: u64, len: u64| to <= at || at + len <= from;
                    let words = self.checks[index..].iter().all(|check| apart(check.word, check.len));
                    let once = over.iter().all(|(start, end)| apart(*start, end - start));
                    (to <= end && words && once).then_some((from, to))
                });
                over.extend(found);
            }
            self.checks[index].over = over;
        }
        self.checks.retain(|check| !check.over.is_empty());
    }

    /// The memory of a unit; nothing when a value does not fit.
    fn unit(&self, n: u64) -> Option<Memory> {
        let mut memory = self.template.clone();
        for field in &self.fields {
            let (_, bytes) = field.units[n as usize].as_ref()?;
            if field.expect == "erased" && bytes.iter().all(|byte| *byte == 0xFF) {
                return None;
            }
            memory.extend((field.at..).zip(bytes.iter().copied()));
        }
        for check in &self.checks {
            let word = check.word(&memory);
            memory.extend((check.word..).zip(word));
        }
        Some(memory)
    }

    fn job(&self, random: &mut Random) -> String {
        let mut job = match self.kind {
            Kind::Hex => "[image]\nfile = \"t.hex\"\n".to_owned(),
            Kind::Bin => format!("[image]\nfile = \"t.bin\"\nformat = \"bin\"\nbase = {}\n", self.spans[0].0),
            Kind::Elf => "[image]\nfile = \"t.elf\"\n".to_owned(),
        };
        let name = if self.fault == Some(0) { "{nothing}" } else { "u-{seq}" };
        let _ = write!(job, "[unit]\nfirst = {}\nname = \"{name}\"\n", self.first);
        if self.fault == Some(1) {
            job.push_str("[[text]]\nname = \"t\"\nvalue = \"{none}\"\n");
        }
        for (index, Field { at, encode, value, expect, .. }) in self.fields.iter().enumerate() {
            let _ = write!(
                job,
                "[[field]]\nname = \"f{index}\"\nat = {at}\nencode = \"{encode}\"\nvalue = {value}\nexpect = \"{expect}\"\n"
            );
        }
        if let (Some(2), Some(field)) = (self.fault, self.fields.first()) {
            let at = field.at + field.len - 1;
            let _ = write!(job, "[[field]]\nname = \"over\"\nat = {at}\nencode = \"u8\"\nvalue = {{ uint = 1 }}\n");
        }
        if self.fault == Some(3) {
            let at = self.spans[0].0;
            let _ = write!(
                job,
                "[[field]]\nname = \"long\"\nat = {at}\nencode = \"ascii:3:nul\"\nvalue = \"N{{seq:6}}\"\nexpect = \"any\"\n"
            );
        }
        // In any order: what covers what says which comes first.
        let mut order: Vec<usize> = (0..self.checks.len()).collect();
        (1..order.len()).for_each(|at| order.swap(at, random.below(at as u64 + 1) as usize));
        for index in order {
            let Check { word, len, over, algorithm, big, not } = &self.checks[index];
            let over: Vec<String> = over.iter().map(|(start, end)| format!("\"{start:#X}..{end:#X}\"")).collect();
            let encode = match (*len, *big) {
                (1, _) => "u8".to_owned(),
                (len, true) => format!("u{}be", 8 * len),
                (len, false) => format!("u{}le", 8 * len),
            };
            let steps = if *not { "steps = [\"not\"]\n" } else { "" };
            let template = if self.fault == Some(4) { "valid" } else { "unknown" };
            let over = over.join(", ");
            let _ = write!(
                job,
                "[[checksum]]\nname = \"c{index}\"\nalgorithm = \"{algorithm}\"\nover = [{over}]\nat = {word}\nencode = \"{encode}\"\n{steps}template = \"{template}\"\n"
            );
        }
        job
    }

    fn takes_input(&self) -> bool {
        self.fields.iter().any(|field| field.takes_input)
    }

    /// The input, its rows in any order; with a fault one row is missing, or a line too many.
    fn input(&self) -> String {
        let mut csv = "seq".to_owned();
        let with_input: Vec<(usize, &Field)> = self.fields.iter().enumerate().filter(|(_, f)| f.takes_input).collect();
        for (index, _) in &with_input {
            let _ = write!(csv, ",c{index}");
        }
        csv.push('\n');
        for n in (0..self.count).rev().filter(|n| self.fault != Some(5) || *n > 0) {
            let _ = write!(csv, "{}", self.first + n);
            for (_, field) in &with_input {
                let cell = field.units[n as usize].as_ref().and_then(|(cell, _)| cell.clone());
                let _ = write!(csv, ",{}", cell.unwrap());
            }
            csv.push('\n');
        }
        if self.fault == Some(6) {
            csv.push_str("x\n");
        }
        csv
    }

    fn file(&self, memory: &Memory) -> Vec<u8> {
        match self.kind {
            Kind::Hex => self.style.text(memory).into_bytes(),
            Kind::Bin => memory.values().copied().collect(),
            Kind::Elf => {
                let mut file = fs::read(example("firmware.elf")).unwrap();
                let elf_of = file.clone();
                let elf = Elf::parse(&elf_of).unwrap();
                for segment in elf.segments() {
                    for at in 0..segment.span.len() {
                        if let Some(byte) = memory.get(&(segment.span.start() + at)) {
                            file[(segment.at + at) as usize] = *byte;
                        }
                    }
                }
                file
            }
        }
    }
}

type Make = Box<dyn Fn(&mut Random, u64) -> Option<Made>>;

/// An encoding, the value in the job, the length, and what the twin makes of a number. A column is called `c?`.
fn recipe(random: &mut Random) -> (String, String, u64, Make) {
    fn of(bytes: impl Fn(u64) -> Option<Vec<u8>> + 'static) -> Make {
        Box::new(move |_, n| Some((None, bytes(n)?)))
    }
    let seq = "\"{seq}\"".to_owned();
    let (len, big) = (1 + random.below(8), random.one_in(2));
    let order = if big { "be" } else { "le" };
    match random.below(13) {
        0 => ("u8".into(), seq, 1, of(|n| uint(n, 1, false))),
        1 => (format!("uint:{len}:{order}"), seq, len, of(move |n| uint(n, len, big))),
        2 => (
            format!("inverted(uint:{len}:{order})"),
            seq,
            2 * len,
            of(move |n| {
                let bytes = uint(n, len, big)?;
                Some(bytes.iter().copied().chain(bytes.iter().map(|byte| !byte)).collect())
            }),
        ),
        3 => (
            format!("padded16(uint:{len}:{order})"),
            seq,
            2 * len,
            of(move |n| Some(uint(n, len, big)?.into_iter().flat_map(|byte| [byte, 0]).collect())),
        ),
        4 => (
            format!("retlw14(uint:{len}:{order})"),
            seq,
            2 * len,
            of(move |n| Some(uint(n, len, big)?.into_iter().flat_map(|byte| [byte, 0x34]).collect())),
        ),
        5 => (
            "swap16(u32be)".into(),
            seq,
            4,
            of(|n| {
                let be = uint(n, 4, true)?;
                Some(vec![be[1], be[0], be[3], be[2]])
            }),
        ),
        6 => {
            let (len, (word, pad)) = (12 + random.below(4), random.of(&[("nul", 0), ("space", b' ')]));
            let make = of(move |n| (n <= 99_999).then(|| ascii(&format!("SN-{n:05}"), len, pad)).flatten());
            (format!("ascii:{len}:{word}"), "\"SN-{seq:5}\"".into(), len, make)
        }
        7 => {
            let len = 9 + random.below(4);
            (
                format!("cstr:{len}"),
                "\"S{seq:5}\"".into(),
                len,
                of(move |n| (n <= 99_999).then(|| ascii(&format!("S{n:05}"), len, 0)).flatten()),
            )
        }
        8 => {
            let bytes = random.bytes(len);
            let value = format!("{{ hex = \"{}\" }}", hex::encode_upper(&bytes));
            let placed: Vec<u8> = if big { bytes.into_iter().rev().collect() } else { bytes };
            (
                format!("bytes:{len}{}", if big { ":reversed" } else { "" }),
                value,
                len,
                of(move |_| Some(placed.clone())),
            )
        }
        9 => (
            "bytes:6".into(),
            "{ eui48 = \"70B3D57ED\", seq0 = 0 }".into(),
            6,
            of(|n| (n < 4096).then(|| (0x70B3_D57E_D000 + n).to_be_bytes()[2..].to_vec())),
        ),
        10 => {
            let make: Make = Box::new(move |random, n| {
                let mut bytes = random.bytes(len);
                bytes[0] = n as u8;
                Some((Some(hex::encode_upper(&bytes)), bytes))
            });
            (format!("bytes:{len}"), "{ input = \"c?\", as = \"hex\" }".into(), len, make)
        }
        11 => {
            let make: Make = Box::new(move |_, n| {
                let text = format!("T{}", n % 1000);
                let bytes = ascii(&text, 8, b' ')?;
                Some((Some(text), bytes))
            });
            ("ascii:8:space".into(), "{ input = \"c?\", as = \"text\" }".into(), 8, make)
        }
        _ => {
            let make: Make = Box::new(move |random, n| {
                let n = u64::from(random.next() as u32) & !0xFF | n & 0xFF;
                Some((Some(n.to_string()), uint(n, 4, big)?))
            });
            (format!("u32{order}"), "{ input = \"c?\", as = \"uint\" }".into(), 4, make)
        }
    }
}

/// What a command said: all of it, or why it refused.
type Said = Result<String, (String, u8)>;

fn said<T>(run: impl FnOnce(&mut Report<'_>) -> Result<T, Failure>) -> Result<T, (String, u8)> {
    let mut sink = std::io::sink();
    run(&mut Report::new(&mut sink, false)).map_err(|failure| (failure.to_string(), failure.exit().code()))
}

/// Runs a job in `folder`; whether it was good.
fn one(folder: &Path, random: &mut Random) -> bool {
    let mut whole = Whole::new(random);
    for (index, field) in whole.fields.iter_mut().enumerate() {
        field.value = field.value.replace("c?", &format!("c{index}"));
    }
    if whole.fields.is_empty() {
        return false;
    }
    let job = whole.job(random);
    let about = format!("{job}\n{:?}, {} units, fault {:?}", whole.kind, whole.count, whole.fault);
    let path = |name: &str| folder.join(name);
    let ending = match whole.kind {
        Kind::Hex => "hex",
        Kind::Bin => "bin",
        Kind::Elf => "elf",
    };
    fs::write(path("job.toml"), &job).unwrap();
    fs::write(path(&format!("t.{ending}")), whole.file(&whole.template)).unwrap();
    let input = whole.takes_input().then(|| {
        fs::write(path("in.csv"), whole.input()).unwrap();
        path("in.csv")
    });
    let choice = Choice { count: Some(whole.count), input, ..Choice::default() };
    let form = Form { format: None, window: None, options: Options::strict() };
    let planned = said(|report| {
        plan::run(&plan::Args { job: path("job.toml"), choice: choice.clone(), form: form.clone() }, report)
    });
    let stamped: Said = said(|_| {
        stamp::run(&stamp::Args { job: path("job.toml"), out: path("units"), choice, form }).map(|outcome| outcome.text)
    });
    assert_eq!(planned.map(drop), stamped.clone().map(drop), "{about}");
    let units: Option<Vec<Memory>> = (0..whole.count).map(|n| whole.unit(n)).collect();
    if let Err(refused) = &stamped {
        assert!(whole.fault.is_some() || units.is_none(), "{refused:?}: {about}");
        assert!(!path("units").exists(), "{about}");
        return false;
    }
    let units = units.unwrap_or_else(|| panic!("not refused: {about}"));
    for (n, memory) in (0..).zip(&units) {
        let name = format!("units/u-{}.{ending}", whole.first + n);
        let file = fs::read(path(&name)).unwrap();
        // Letter case is the record's; where a record has no letter, it may be any.
        let same =
            |one: &[u8], two: &[u8]| if whole.kind == Kind::Hex { one.eq_ignore_ascii_case(two) } else { one == two };
        assert!(same(&file, &whole.file(memory)), "unit {n}: {about}");
        if whole.kind == Kind::Hex {
            assert_eq!(reference::read(&file).as_ref(), Some(memory), "unit {n}: {about}");
        } else if whole.kind == Kind::Elf {
            let loaded = Sparse::new(&Elf::parse(&file).unwrap());
            let span = nameplate::Span::try_from(whole.spans[0].0..whole.spans[0].1).unwrap();
            assert!(loaded.get(span).unwrap().iter().eq(memory.values()), "unit {n}: {about}");
        }
        let verified = |image: &Path| {
            let (images, units) = (vec![image.to_owned()], vec![path("units/units.jsonl")]);
            let (job, options) = (path("job.toml"), Options::strict());
            let args = verify::Args {
                job,
                base: None,
                units,
                date: None,
                other_firmware: false,
                undo: None,
                images,
                options,
                #[cfg(feature = "ledger")]
                ledger: None,
            };
            said(|report| verify::run(&args, report)).unwrap_or_else(|error| panic!("{error:?}: {about}")).1
        };
        assert!(verified(&path(&name)), "unit {n}: {about}");
        if let Some(check) = whole.checks.first() {
            let (start, end) = random.of(&check.over);
            let at = start + random.below(end - start);
            let mut flipped = memory.clone();
            *flipped.get_mut(&at).unwrap() ^= 1 << random.below(8);
            fs::write(path(&name), whole.file(&flipped)).unwrap();
            assert!(!verified(&path(&name)), "unit {n} with another byte at {at:#X}: {about}");
        }
    }
    true
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap())
}

#[test]
fn whole_jobs_are_as_their_twin() {
    let (jobs, seed) = (number("NAMEPLATE_JOBS").unwrap_or(200), number("NAMEPLATE_SEED").unwrap_or(1));
    let (mut good, mut faults) = (0, BTreeMap::<bool, u64>::new());
    for index in 0..jobs {
        let folder = tempfile::tempdir().unwrap();
        let mut random = Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(index));
        random.bytes(8);
        let right = one(folder.path(), &mut random);
        good += u64::from(right);
        *faults.entry(right).or_default() += 1;
    }
    // Not all of them are refused, nor none.
    assert!(good > jobs / 4 && good < jobs, "{faults:?}");
}
