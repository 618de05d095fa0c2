//! Where two ranges of an ELF file touch, and where one has no bytes: each byte is memory or not, by itself.

use nameplate::Span;
use nameplate::image::elf::{ElfError, LookupErrorKind, Memory};
use nameplate::image::{Elf, Sparse};

use crate::elf_file::{OBJECT, Segment, conflicts, firmware, padding, section, segment, symbol, two_sections};

fn span(start: u64, len: u64) -> Span {
    Span::new(start, len).unwrap()
}

fn segments(elf: &Elf<'_>) -> Vec<Span> {
    Sparse::new(elf).segments().map(|(span, _)| span).collect()
}

/// Where the sections of a file of words lie as their segment says, that is loaded whole, with what is between them.
#[test]
fn words_without_a_hole_in_their_segment() {
    let build = two_sections(118, 0x200).with(|file| {
        file.segments = vec![segment(0..4, 0x200)];
        file.sections = vec![
            section(".text", 0x200, &[0x5A; 16]),
            padding(&[0; 16]),
            // No bytes that could lie elsewhere.
            section(".empty", 0x999, &[]),
            section(".const", 0x210, &[0xFF; 16]),
        ];
        file.symbols.clear();
    });
    let bytes = build.bytes();
    let elf = Elf::parse(&bytes).unwrap();
    assert_eq!(segments(&elf), [span(0x400, 16), span(0x420, 16)]);
    assert_eq!(segments(&elf.with_memory(Memory::Segments)), [span(0x400, 48)]);
}

/// What lies between two overlaps, or beside one, is memory like any other.
#[test]
fn overlaps_apart() {
    let message = |from: u64, to: u64| format!("two segments load 0x{from:08X}..0x{to:08X}: no flash can hold both");
    let build = two_sections(40, 0x2000).with(|file| {
        file.segments.extend([segment(2..3, 0x2010), segment(3..4, 0x2050)]);
        file.sections.extend([section(".one", 0x2010, &[1; 16]), section(".two", 0x2050, &[2; 16])]);
    });
    assert_eq!(conflicts(&build), [message(0x2010, 0x2020), message(0x2050, 0x2060)]);
    assert_eq!(
        segments(&Elf::parse(&build.bytes()).unwrap()),
        [span(0x2000, 0x10), span(0x2020, 0x30), span(0x2060, 0x20), span(0x4000, 0x80)]
    );
    // A segment has the bytes of its middle in common with another, and those behind it two others have.
    let shared = two_sections(40, 0x2000).with(|file| {
        file.sections = (0..4).map(|n| section(".s", 0x2000 + 8 * n, &[7; 8])).collect();
        file.segments =
            vec![segment(0..3, 0x2000), segment(1..2, 0x8000), segment(3..4, 0x3000), segment(3..4, 0x9000)];
        file.symbols.clear();
    });
    let bytes = shared.bytes();
    let elf = Elf::parse(&bytes).unwrap();
    assert_eq!(
        elf.conflicts().map(|(span, _)| span).collect::<Vec<_>>(),
        [span(0x2008, 8), span(0x3000, 8), span(0x8000, 8), span(0x9000, 8)]
    );
    assert_eq!(segments(&elf), [span(0x2000, 8), span(0x2010, 8)]);
    // Bytes in front of memory that two segments have, and no section.
    let padded = two_sections(40, 0x2000).with(|file| {
        file.sections = vec![padding(&[0; 8]), section(".text", 0x2008, &[7; 8])];
        file.segments = vec![segment(0..1, 0x2000), segment(0..1, 0x8000), segment(1..2, 0x2008)];
        file.symbols.clear();
    });
    assert_eq!(conflicts(&padded), Vec::<String>::new());
    assert_eq!(segments(&Elf::parse(&padded.bytes()).unwrap()), [span(0x2008, 8)]);
}

/// Bytes right in front of a table of headers are no header.
#[test]
fn in_front_of_a_table() {
    let build = two_sections(40, 0x2000);
    let len = build.bytes().len();
    let table = build.at(2) + 2 * 16 + 1 + ".text.constserial.symtab.strtab".len() + 5;
    let build = build.with(|file| {
        file.sections[1].says = Some((len - file.at(1)) as u64);
        file.symbols[0] = symbol("serial", 0x4000 + (table - 4 - file.at(1)) as u64, 4, OBJECT, 2);
    });
    let mut bytes = build.bytes();
    assert_eq!(bytes[32..36], u32::try_from(table).unwrap().to_le_bytes());
    for at in [16, 20] {
        bytes[52 + 32 + at..][..4].copy_from_slice(&u32::try_from(len - build.at(1)).unwrap().to_le_bytes());
    }
    let elf = Elf::parse(&bytes).unwrap();
    let serial = elf.symbol("serial").unwrap();
    assert_eq!((serial.file(), serial.span()), (table - 4..table, Ok(span(serial.vma(), 4))));
}

/// A symbol of headers names no bytes that are loaded, though its segment has them.
#[test]
fn symbols_of_headers() {
    for (bits, big) in [(32, false), (32, true), (64, false), (64, true)] {
        let build = firmware(bits, big);
        let front = build.at(0) as u64;
        let build = build.with(|file| {
            file.segments[0].front = front;
            file.segments[0].lma -= front;
            file.segments[0].vma -= front;
        });
        let named = build.with(|file| {
            file.sections[0].vma -= front;
            file.sections[0].says = Some(front + 16);
            file.symbols = vec![symbol("header", 0x0800_0000 - front + 4, 4, OBJECT, 1)];
        });
        let mut bytes = named.bytes();
        // The section begins where the file does.
        let entry = bytes.len() - (named.sections.len() + 2) * if bits == 32 { 40 } else { 64 };
        bytes[entry + if bits == 32 { 16 } else { 24 }..][..(bits / 8) as usize].fill(0);
        assert_eq!(
            Elf::parse(&bytes).unwrap().symbol("header").unwrap().span().unwrap_err().kind(),
            &LookupErrorKind::NotLoaded { relocatable: false }
        );
    }
}

/// Bytes without room for them in memory are bytes that are loaded, as GNU tools have it, who count room.
#[test]
fn bytes_without_room() {
    let mut damaged = firmware(32, false).with(|file| {
        file.segments.iter_mut().for_each(|segment| segment.lma = 0);
        file.segments[0].vma = 0;
    });
    damaged.segments[1].zeros = 0;
    let mut bytes = damaged.bytes();
    bytes[52 + 32 + 20..][..4].fill(0);
    let elf = Elf::parse(&bytes).unwrap();
    assert_eq!(
        elf.segments().map(|segment| (segment.span, segment.memory)).collect::<Vec<_>>(),
        [(span(0, 48), 48), (span(0, 8), 0)]
    );
    // One without bytes or room is none, wherever it is said to lie.
    let none = Segment { sections: 0..0, vma: 0x3000_0000, lma: 0x0900_0000, zeros: 0, front: 0 };
    let zero = firmware(32, false).with(|file| {
        file.segments.iter_mut().for_each(|segment| segment.lma = 0);
        file.segments.push(none);
    });
    assert_eq!(Elf::parse(&zero.bytes()).unwrap_err(), ElfError::NoLoadAddresses { segments: 2 });
}
