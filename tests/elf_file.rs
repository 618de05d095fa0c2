//! ELF files made byte by byte, right ones and wrong ones.

use std::ops::Range;

use nameplate::image::Elf;

/// An ELF file to be made.
#[derive(Clone)]
pub(crate) struct Build {
    pub(crate) bits: u32,
    pub(crate) big: bool,
    pub(crate) machine: u16,
    pub(crate) kind: u16,
    pub(crate) segments: Vec<Segment>,
    pub(crate) sections: Vec<Section>,
    pub(crate) symbols: Vec<Symbol>,
    /// Whether there are section headers.
    pub(crate) named: bool,
}

#[derive(Clone)]
pub(crate) struct Segment {
    /// Which sections it has.
    pub(crate) sections: Range<usize>,
    pub(crate) vma: u64,
    pub(crate) lma: u64,
    /// Zeros behind its bytes.
    pub(crate) zeros: u64,
    /// Bytes more in front, of the file.
    pub(crate) front: u64,
}

#[derive(Clone)]
pub(crate) struct Section {
    pub(crate) name: &'static str,
    pub(crate) kind: u32,
    pub(crate) flags: u64,
    pub(crate) vma: u64,
    pub(crate) bytes: Vec<u8>,
    /// What the header says of the length, if not the truth.
    pub(crate) says: Option<u64>,
}

#[derive(Clone)]
pub(crate) struct Symbol {
    pub(crate) name: &'static str,
    pub(crate) value: u64,
    pub(crate) len: u64,
    /// Binding and type.
    pub(crate) info: u8,
    pub(crate) section: u16,
}

pub(crate) const OBJECT: u8 = 0x11;
pub(crate) const LOCAL: u8 = 0x01;
pub(crate) const FILE: u8 = 0x04;
pub(crate) const UNDEF: u16 = 0;
pub(crate) const ABS: u16 = 0xFFF1;
pub(crate) const COMMON: u16 = 0xFFF2;
pub(crate) const ALLOC: u64 = 2;

pub(crate) fn section(name: &'static str, vma: u64, bytes: &[u8]) -> Section {
    Section { name, kind: 1, flags: ALLOC, vma, bytes: bytes.to_vec(), says: None }
}

pub(crate) fn symbol(name: &'static str, value: u64, len: u64, info: u8, section: u16) -> Symbol {
    Symbol { name, value, len, info, section }
}

/// Text and an identity block in flash, a variable with an initial value in RAM.
pub(crate) fn firmware(bits: u32, big: bool) -> Build {
    Build {
        bits,
        big,
        machine: 40,
        kind: 2,
        segments: vec![
            Segment { sections: 0..2, vma: 0x0800_0000, lma: 0x0800_0000, zeros: 0, front: 0 },
            Segment { sections: 2..3, vma: 0x2000_0000, lma: 0x0800_0030, zeros: 8, front: 0 },
        ],
        sections: vec![
            section(".text", 0x0800_0000, &[0x5A; 16]),
            section(".nameplate", 0x0800_0010, &[0xFF; 32]),
            section(".data", 0x2000_0000, &[1, 2, 3, 4, 5, 6, 7, 8]),
            Section { kind: 8, ..section(".bss", 0x2000_0008, &[]) },
            Section { flags: 0, ..section(".comment", 0, b"made here") },
        ],
        symbols: vec![
            symbol("id.c", 0, 0, FILE, ABS),
            symbol("serial", 0x0800_0010, 4, LOCAL, 2),
            symbol("key.c", 0, 0, FILE, ABS),
            symbol("serial", 0x0800_0014, 4, LOCAL, 2),
            symbol("nameplate", 0x0800_0010, 32, OBJECT, 2),
            symbol("alias", 0x0800_0010, 32, 0x21, 2),
            symbol("reset", 0x0800_0001, 4, 0x12, 1),
            symbol("station", 0x2000_0004, 4, OBJECT, 3),
            symbol("count", 0x2000_0008, 4, OBJECT, 4),
            symbol("printf", 0, 0, 0x10, UNDEF),
            symbol("pool", 4, 16, OBJECT, COMMON),
            symbol("uid_base", 0x1FFF_7A10, 0, 0x10, ABS),
            symbol("errno", 0, 4, 0x16, 3),
            symbol("image_end", 0x0800_0030, 0, 0x10, 2),
            symbol("beyond", 0x0800_0028, 16, OBJECT, 2),
            symbol("below", 0x0700_0000, 4, OBJECT, 2),
            symbol("nowhere", 0x0800_0010, 4, OBJECT, 77),
            symbol("version", 0, 9, OBJECT, 5),
        ],
        named: true,
    }
}

/// Bytes of the file that no section has.
pub(crate) fn padding(bytes: &[u8]) -> Section {
    Section { flags: 0, ..section("", 0, bytes) }
}

pub(crate) fn segment(sections: Range<usize>, at: u64) -> Segment {
    Segment { sections, vma: at, lma: at, zeros: 0, front: 0 }
}

/// Two sections of 128 bytes, and a symbol 16 addresses into the second.
pub(crate) fn two_sections(machine: u16, base: u64) -> Build {
    Build {
        bits: 32,
        big: false,
        machine,
        kind: 2,
        segments: vec![segment(0..1, base), segment(1..2, base + 0x2000)],
        sections: vec![section(".text", base, &[0x5A; 0x80]), section(".const", base + 0x2000, &[0xFF; 0x80])],
        symbols: vec![symbol("serial", base + 0x2010, 8, OBJECT, 2)],
        named: true,
    }
}

/// Three sections with zeros between them, as a linker aligns them: words, a block of identity, a checksum.
pub(crate) fn padded() -> Build {
    let words: Vec<u8> = [0x1122_3344_u32, 0x5566_7788, 0xBF00].into_iter().flat_map(u32::to_le_bytes).collect();
    Build {
        bits: 32,
        big: false,
        machine: 40,
        kind: 2,
        segments: vec![segment(0..5, 0x0800_0000)],
        sections: vec![
            section(".text", 0x0800_0000, &words),
            padding(&[0; 0x34]),
            section(".nameplate", 0x0800_0040, &[0xFF; 32]),
            padding(&[0; 0x20]),
            section(".crc", 0x0800_0080, &[0xFF; 4]),
        ],
        symbols: vec![symbol("np", 0x0800_0040, 32, OBJECT, 3), symbol("image_crc", 0x0800_0080, 4, OBJECT, 5)],
        named: true,
    }
}

/// What the file contradicts itself about.
pub(crate) fn conflicts(build: &Build) -> Vec<String> {
    Elf::parse(&build.bytes()).unwrap().conflicts().map(|(_, error)| error.to_string()).collect()
}

impl Build {
    fn put(&self, out: &mut Vec<u8>, value: u64, len: usize) {
        let bytes = value.to_le_bytes();
        if self.big { out.extend(bytes[..len].iter().rev()) } else { out.extend(&bytes[..len]) }
    }

    fn word(&self) -> usize {
        self.bits as usize / 8
    }

    /// Where section `index` begins in the file.
    pub(crate) fn at(&self, index: usize) -> usize {
        let (header, program) = if self.bits == 32 { (52, 32) } else { (64, 56) };
        let before: usize = self.sections[..index].iter().map(|section| section.bytes.len()).sum();
        header + program * self.segments.len() + before
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        let word = self.word();
        let (header, program, entry) = if self.bits == 32 { (52, 32, 40) } else { (64, 56, 64) };
        let mut strings = vec![0];
        let mut string = |name: &str| {
            let at = strings.len() as u64;
            strings.extend(name.as_bytes());
            strings.push(0);
            at
        };
        let names: Vec<u64> =
            self.sections.iter().map(|section| section.name).chain([".symtab", ".strtab"]).map(&mut string).collect();
        let mut table = vec![0; if self.bits == 32 { 16 } else { 24 }];
        for one in &self.symbols {
            self.put(&mut table, string(one.name), 4);
            if self.bits == 32 {
                self.put(&mut table, one.value, 4);
                self.put(&mut table, one.len, 4);
            }
            table.extend([one.info, 0]);
            self.put(&mut table, one.section.into(), 2);
            if self.bits == 64 {
                self.put(&mut table, one.value, 8);
                self.put(&mut table, one.len, 8);
            }
        }
        let sections = self.sections.len();
        let symtab = self.at(sections);
        let strtab = symtab + table.len();
        let headers = strtab + strings.len();

        let mut out = vec![0x7F, b'E', b'L', b'F', if self.bits == 32 { 1 } else { 2 }, 1 + u8::from(self.big), 1];
        out.resize(16, 0);
        for (value, len) in [(self.kind.into(), 2), (self.machine.into(), 2), (1, 4), (0x0800_0001, word)] {
            self.put(&mut out, value, len);
        }
        self.put(&mut out, header, word);
        self.put(&mut out, if self.named { headers as u64 } else { 0 }, word);
        self.put(&mut out, 0, 4);
        let count = if self.named { sections as u64 + 3 } else { 0 };
        for value in [header, program, self.segments.len() as u64, entry, count, if self.named { count - 1 } else { 0 }]
        {
            self.put(&mut out, value, 2);
        }
        for segment in &self.segments {
            let at = self.at(segment.sections.start) as u64 - segment.front;
            let len = self.at(segment.sections.end) as u64 - at;
            self.put(&mut out, 1, 4);
            if self.bits == 64 {
                self.put(&mut out, 5, 4);
            }
            for value in [at, segment.vma, segment.lma, len, len + segment.zeros] {
                self.put(&mut out, value, word);
            }
            if self.bits == 32 {
                self.put(&mut out, 5, 4);
            }
            self.put(&mut out, 1, word);
        }
        self.sections.iter().for_each(|section| out.extend(&section.bytes));
        out.extend(&table);
        out.extend(&strings);
        if !self.named {
            return out;
        }
        out.extend(std::iter::repeat_n(0, usize::try_from(entry).unwrap()));
        let own = self.sections.iter().zip(&names).enumerate().map(|(index, (section, &name))| {
            let len = section.says.unwrap_or(section.bytes.len() as u64);
            [name, section.kind.into(), section.flags, section.vma, self.at(index) as u64, len, 0, 0, 1, 0]
        });
        let size = if self.bits == 32 { 16 } else { 24 };
        let last = sections as u64 + 2;
        let tables = [
            [names[sections], 2, 0, 0, symtab as u64, table.len() as u64, last, 0, 1, size],
            [names[sections + 1], 3, 0, 0, strtab as u64, strings.len() as u64, 0, 0, 1, 0],
        ];
        for row in own.chain(tables) {
            for (value, len) in row.into_iter().zip([4, 4, word, word, word, word, 4, 4, word, word]) {
                self.put(&mut out, value, len);
            }
        }
        out
    }

    pub(crate) fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }
}
