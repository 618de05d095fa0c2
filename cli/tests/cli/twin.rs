//! A whole job at random, and a slow twin that puts bytes into a plain memory and computes checksums by the crate `crc`.

#![allow(clippy::cast_possible_truncation, reason = "bytes of larger numbers are meant")]

use std::fmt::Write as _;
use std::fs;

use crc::{CRC_16_XMODEM, CRC_32_ISO_HDLC, CRC_32_MPEG_2, CRC_64_XZ, Crc};
use nameplate::image::Elf;

use crate::example;
use crate::random::Random;
use crate::recipes::{Made, recipe};
use crate::reference::Memory;

/// A field of the job and of the twin.
pub(crate) struct Field {
    at: u64,
    len: u64,
    encode: String,
    value: String,
    expect: String,
    secret: bool,
    /// By the number of the unit from the first; nothing when the value does not fit.
    units: Vec<Option<Made>>,
}

impl Field {
    fn takes_input(&self) -> bool {
        self.value.contains("input")
    }
}

/// Where a checksum is stored.
struct Store {
    at: u64,
    len: u64,
    big: bool,
    inverted: bool,
}

impl Store {
    fn encode(&self) -> String {
        match (self.len, self.big) {
            (1, _) => "u8".to_owned(),
            (len, true) => format!("u{}be", 8 * len),
            (len, false) => format!("u{}le", 8 * len),
        }
    }
}

/// A checksum of the job and of the twin.
pub(crate) struct Check {
    /// Its word, and its copies.
    stores: Vec<Store>,
    pub(crate) over: Vec<(u64, u64)>,
    algorithm: &'static str,
    /// How many bits its value has.
    width: u32,
    /// What missing bytes count as; of bytes only.
    gaps: Option<u8>,
    steps: &'static str,
    template: &'static str,
}

impl Check {
    fn value(&self, memory: &Memory) -> u64 {
        let mut bytes = Vec::new();
        for (start, end) in &self.over {
            bytes.extend((*start..*end).filter_map(|at| memory.get(&at).copied().or(self.gaps)));
        }
        let sum = |words: &dyn Fn(&[u8]) -> u64| bytes.chunks(2).map(words).fold(0, u64::wrapping_add);
        let value: u64 = match self.algorithm {
            "CRC-32/ISO-HDLC" => Crc::<u32>::new(&CRC_32_ISO_HDLC).checksum(&bytes).into(),
            "CRC-32/MPEG-2" => Crc::<u32>::new(&CRC_32_MPEG_2).checksum(&bytes).into(),
            "CRC-16/XMODEM" => Crc::<u16>::new(&CRC_16_XMODEM).checksum(&bytes).into(),
            "CRC-64/XZ" => Crc::<u64>::new(&CRC_64_XZ).checksum(&bytes),
            "sum8" | "sum8/32" => bytes.iter().map(|byte| u64::from(*byte)).sum(),
            "xor8" => bytes.iter().fold(0, |all, byte| all ^ u64::from(*byte)),
            "sum16le" => sum(&|pair| u64::from(pair[0]) | u64::from(pair[1]) << 8),
            "sum16be" => sum(&|pair| u64::from(pair[1]) | u64::from(pair[0]) << 8),
            other => panic!("{other}"),
        };
        let value = match self.steps {
            "not" => !value,
            "negate" => value.wrapping_neg(),
            "add:5" => value.wrapping_add(5),
            _ => value,
        };
        value & u64::MAX >> (64 - self.width)
    }

    fn put(&self, memory: &mut Memory) {
        let value = self.value(memory);
        for Store { at, len, big, inverted } in &self.stores {
            let mut bytes = value.to_le_bytes()[..*len as usize].to_vec();
            if *big {
                bytes.reverse();
            }
            memory.extend((*at..).zip(bytes.into_iter().map(|byte| if *inverted { !byte } else { byte })));
        }
    }
}

/// Checksums: the name, how many bits, and what gaps may be filled with where words are no obstacle.
const ALGORITHMS: [(&str, u32); 9] = [
    ("CRC-32/ISO-HDLC", 32),
    ("CRC-32/MPEG-2", 32),
    ("CRC-16/XMODEM", 16),
    ("CRC-64/XZ", 64),
    ("sum8", 8),
    ("sum8/32", 32),
    ("xor8", 8),
    ("sum16le", 16),
    ("sum16be", 16),
];

/// Of every third job, regions that are blank in other ways, the last one first: from anywhere in the memory.
fn regions(random: &mut Random, spans: &[(u64, u64)]) -> Vec<(u64, u64, Vec<u8>)> {
    let mut regions = Vec::new();
    if !random.one_in(3) {
        return regions;
    }
    let mut end = spans[spans.len() - 1].1 + random.below(8);
    for _ in 0..=random.below(3) {
        let len = 1 + random.below(400);
        let Some(start) = end.checked_sub(len) else { break };
        let bytes = 1 + random.below(4);
        regions.push((start, end, random.bytes(bytes)));
        end = start.saturating_sub(random.of(&[0, 0, 1, 50]));
    }
    regions
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Kind {
    Hex,
    Bin,
    Elf,
}

/// How the twin writes HEX: the same way for the template and for every unit.
pub(crate) struct Style {
    pub(crate) lens: Vec<u64>,
    pub(crate) lower: bool,
    pub(crate) end: &'static str,
}

impl Style {
    pub(crate) fn text(&self, memory: &Memory) -> String {
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
pub(crate) struct Whole {
    pub(crate) kind: Kind,
    style: Style,
    pub(crate) template: Memory,
    pub(crate) fields: Vec<Field>,
    pub(crate) checks: Vec<Check>,
    pub(crate) first: u64,
    pub(crate) count: u64,
    /// What is wrong with it on purpose.
    pub(crate) fault: Option<u64>,
    pub(crate) spans: Vec<(u64, u64)>,
    /// What blank memory reads as, where that is not 0xFF: from where to where, and the bytes that repeat.
    erased: Vec<(u64, u64, Vec<u8>)>,
}

impl Whole {
    pub(crate) fn new(random: &mut Random) -> Self {
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
        let erased = regions(random, &spans);
        let mut whole = Self { kind, style, template, fields, checks, first, count, fault, spans, erased };
        whole.put_fields(random);
        whole.put_checks(random);
        whole
    }

    /// What the byte at `at` reads as when it is blank.
    pub(crate) fn blank(&self, at: u64) -> u8 {
        let region = self.erased.iter().find(|(start, end, _)| (*start..*end).contains(&at));
        region.map_or(0xFF, |(.., bytes)| bytes[(at % bytes.len() as u64) as usize])
    }

    /// Whether no field and no word lies there.
    fn is_free(&self, at: u64, len: u64) -> bool {
        let apart = |other: u64, other_len: u64| at + len <= other || other + other_len <= at;
        self.fields.iter().all(|field| apart(field.at, field.len))
            && self.checks.iter().flat_map(|check| &check.stores).all(|store| apart(store.at, store.len))
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
            let recipe = recipe(random);
            let len = recipe.len;
            let Some(at) = self.place(random, len) else { continue };
            let units = (0..self.count).map(|n| (recipe.make)(random, self.first + n)).collect();
            // A key alone does not say whose it is.
            let secret = recipe.may_be_secret() && !self.fields.is_empty() && random.one_in(2);
            let column = format!("c{}", self.fields.len());
            let value = recipe.value.replace("c?", &column);
            let encode = recipe.encode;
            let expect = match random.below(3) {
                0 => "any".to_owned(),
                1 => {
                    let blank: Vec<(u64, u8)> = (at..at + len).map(|at| (at, self.blank(at))).collect();
                    self.template.extend(blank);
                    "erased".to_owned()
                }
                _ => {
                    let found: Vec<u8> = self.template.range(at..at + len).map(|(_, byte)| *byte).collect();
                    format!("hex:{}", hex::encode_upper(found))
                }
            };
            self.fields.push(Field { at, len, encode, value, expect, secret, units });
        }
    }

    /// Words first, then what they are over: of the words only those of checksums before.
    fn put_checks(&mut self, random: &mut Random) {
        for _ in 0..random.below(5) {
            let (algorithm, width) = random.of(&ALGORITHMS);
            let steps = random.of(&["", "", "not", "negate", "add:5"]);
            let template = random.of(&["unknown", "blank", "blank:00"]);
            let (stores, over) = (Vec::new(), Vec::new());
            self.checks.push(Check { stores, over, algorithm, width, gaps: None, steps, template });
            for copy in 0..=random.below(2) {
                let wider = u64::from(copy > 0 && width < 64 && random.one_in(3));
                let len = u64::from(width / 8) << wider;
                let Some(at) = self.place(random, len) else { break };
                let store = Store { at, len, big: random.one_in(2), inverted: copy > 0 && random.one_in(3) };
                let blank = |at: u64| if template == "blank:00" { 0 } else { self.blank(at) };
                if template != "unknown" {
                    let blank: Vec<(u64, u8)> = (at..at + len).map(|at| (at, blank(at))).collect();
                    self.template.extend(blank);
                }
                if let Some(check) = self.checks.last_mut() {
                    check.stores.push(store);
                }
            }
        }
        for index in 0..self.checks.len() {
            let mut over: Vec<(u64, u64)> = Vec::new();
            let gaps = random.of(&[None, None, Some(0xFF), Some(0xA5)]);
            for _ in 0..=random.below(2) {
                let found = (0..100).find_map(|_| {
                    let (start, end) = random.of(&self.spans);
                    let from = start + 2 * random.below((end - start) / 2);
                    // Where gaps are filled, the end may lie in another piece of memory.
                    let (other, end) = if gaps.is_some() { random.of(&self.spans) } else { (from, end) };
                    let begin = other.max(from);
                    let to = begin + 2 + 2 * random.below(end.checked_sub(begin + 1)?.div_ceil(2));
                    let apart = |at: u64, len: u64| to <= at || at + len <= from;
                    let words = self.checks[index..]
                        .iter()
                        .flat_map(|check| &check.stores)
                        .all(|store| apart(store.at, store.len));
                    let once = over.iter().all(|(start, end)| apart(*start, end - start));
                    (to <= end && words && once).then_some((from, to))
                });
                over.extend(found);
            }
            self.checks[index].over = over;
            self.checks[index].gaps = gaps;
        }
        self.checks.retain(|check| !check.over.is_empty() && !check.stores.is_empty());
    }

    /// The memory of a unit; nothing when a value does not fit.
    pub(crate) fn unit(&self, n: u64) -> Option<Memory> {
        let mut memory = self.template.clone();
        for field in &self.fields {
            let (_, bytes) = field.units[n as usize].as_ref()?;
            if field.expect == "erased" && (field.at..).zip(bytes).all(|(at, byte)| *byte == self.blank(at)) {
                return None;
            }
            memory.extend((field.at..).zip(bytes.iter().copied()));
        }
        self.checks.iter().for_each(|check| check.put(&mut memory));
        Some(memory)
    }

    /// Whether a binary with blank gaps is the same memory to all checksums.
    pub(crate) fn may_be_filled(&self) -> bool {
        self.checks.iter().all(|check| check.gaps.is_none() || check.gaps == Some(0xFF) && self.erased.is_empty())
    }

    /// Whether what was stamped, and nothing else, reads as a device does that is protected or was never written.
    pub(crate) fn reads_as_nothing(&self, memory: &Memory) -> bool {
        let reads = |byte: u8| self.slots().all(|at| memory[&at] == byte);
        (reads(0x00) || reads(0xFF)) && self.fields.iter().any(|field| field.expect == "erased")
    }

    /// Where fields and words lie.
    pub(crate) fn slots(&self) -> impl Iterator<Item = u64> {
        let fields = self.fields.iter().flat_map(|field| field.at..field.at + field.len);
        let words = self.checks.iter().flat_map(|check| &check.stores).flat_map(|store| store.at..store.at + store.len);
        fields.chain(words)
    }

    pub(crate) fn job(&self, random: &mut Random) -> String {
        let mut job = match self.kind {
            Kind::Hex => "[image]\nfile = \"t.hex\"\n".to_owned(),
            Kind::Bin => format!("[image]\nfile = \"t.bin\"\nformat = \"bin\"\nbase = {}\n", self.spans[0].0),
            Kind::Elf => "[image]\nfile = \"t.elf\"\n".to_owned(),
        };
        let region = |(start, end, bytes): &(u64, u64, Vec<u8>)| {
            format!("{{ over = \"{start:#X}..{end:#X}\", value = \"{}\" }}", hex::encode_upper(bytes))
        };
        if !self.erased.is_empty() {
            let regions: Vec<String> = self.erased.iter().map(region).collect();
            let _ = writeln!(job, "erased = [{}]", regions.join(", "));
        }
        let name = if self.fault == Some(0) { "{nothing}" } else { "u-{seq}" };
        let _ = write!(job, "[unit]\nfirst = {}\ndate = 2024-07-01\nname = \"{name}\"\n", self.first);
        if self.fault == Some(1) {
            job.push_str("[[text]]\nname = \"t\"\nvalue = \"{none}\"\n");
        }
        for (index, Field { at, encode, value, expect, secret, .. }) in self.fields.iter().enumerate() {
            let secret = if *secret { "secret = true\n" } else { "" };
            let _ = write!(
                job,
                "[[field]]\nname = \"f{index}\"\nat = {at}\nencode = \"{encode}\"\nvalue = {value}\nexpect = \"{expect}\"\n{secret}"
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
            let Check { stores, over, algorithm, gaps, steps, template, .. } = &self.checks[index];
            let over: Vec<String> = over.iter().map(|(start, end)| format!("\"{start:#X}..{end:#X}\"")).collect();
            let copies: Vec<String> = stores[1..]
                .iter()
                .map(|store| {
                    let (at, inverted) = (store.at, store.inverted);
                    format!("{{ at = {at}, encode = \"{}\", inverted = {inverted} }}", store.encode())
                })
                .collect();
            let steps = if steps.is_empty() { String::new() } else { format!("\"{steps}\"") };
            let gaps = gaps.map_or(String::new(), |byte| format!("gaps = \"fill:{byte:02X}\"\n"));
            let template = if self.fault == Some(4) { "valid" } else { template };
            let _ = write!(
                job,
                "[[checksum]]\nname = \"c{index}\"\nalgorithm = \"{algorithm}\"\nover = [{}]\nat = {}\nencode = \"{}\"\n\
                 copies = [{}]\nsteps = [{steps}]\n{gaps}template = \"{template}\"\n",
                over.join(", "),
                stores[0].at,
                stores[0].encode(),
                copies.join(", "),
            );
        }
        job
    }

    pub(crate) fn takes_input(&self) -> bool {
        self.fields.iter().any(Field::takes_input)
    }

    /// The input, its rows in any order; with a fault one row is missing, or a line too many.
    pub(crate) fn input(&self) -> String {
        let mut csv = "seq".to_owned();
        let with_input: Vec<(usize, &Field)> =
            self.fields.iter().enumerate().filter(|(_, f)| f.takes_input()).collect();
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

    pub(crate) fn file(&self, memory: &Memory) -> Vec<u8> {
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
