//! What of an ELF file is memory, and at which addresses: the same as what ends up in the device, or a refusal.

use nameplate::check::CRC_32_ISO_HDLC;
use nameplate::image::elf::{AddressUnit, ElfError, LookupErrorKind, Memory, Options};
use nameplate::image::hex::Style;
use nameplate::image::{Container, Elf, Hex, Sparse};
use nameplate::plan::{GapHint, PlanErrorKind};
use nameplate::repair::{Gaps, Repair, Template, preset};
use nameplate::{At, Encoding, Field, Guard, Layout, Span};

use crate::elf_file::{OBJECT, Section, conflicts, firmware, padded, padding, section, segment, symbol, two_sections};

fn span(start: u64, len: u64) -> Span {
    Span::new(start, len).unwrap()
}

fn segments(elf: &Elf<'_>) -> Vec<Span> {
    Sparse::new(elf).segments().map(|(span, _)| span).collect()
}

fn stamped(layout: &Layout, image: &dyn Container) -> Vec<u8> {
    let plan = layout.compile(image).unwrap();
    plan.stamper(image).unwrap().stamp(&[("serial", (&[0x11, 0x22, 0x33, 0x44][..]).into())]).unwrap().bytes().to_vec()
}

fn at(at: At) -> Layout {
    Layout::new().field(Field::new("serial", at, Encoding::bytes(4)))
}

/// Program memory of TI C2000, dsPIC and PIC16 has two bytes an address.
#[test]
fn words_of_16_bits() {
    for (machine, abi) in [(141, 0), (118, 0), (204, 0x42), (204, 0x43), (204, 0x47)] {
        let build = two_sections(machine, 0x8_2000);
        let mut bytes = build.bytes();
        bytes[7] = abi;
        let elf = Elf::parse(&bytes).unwrap();
        assert_eq!(elf.unit(), AddressUnit::Word16);
        let serial = elf.symbol("serial").unwrap();
        assert_eq!(serial.file().start, build.at(1) + 0x20);
        // What is shown is the file's own; what the plan goes by are bytes.
        assert_eq!((serial.vma(), serial.span().unwrap()), (0x8_4010, span(0x10_8020, 8)));
        assert_eq!(elf.section(".const").unwrap().vma(), 0x8_4000);
        assert_eq!(elf.vma(span(0x10_8020, 4)), Ok(span(0x10_8020, 4)));
        assert_eq!(segments(&elf), [span(0x10_4000, 0x80), span(0x10_8000, 0x80)]);
        assert_eq!(elf.start().linear, Some(0x1000_0002));
        let mut expected = bytes.clone();
        expected[build.at(1) + 0x20..][..4].copy_from_slice(&[0x11, 0x22, 0x33, 0x44]);
        for place in [At::symbol("serial"), At::section(".const").plus(0x20), At::address(0x10_8020)] {
            assert_eq!(stamped(&at(place), &elf), expected);
        }
        // As the map of a HEX file, which has twice the addresses.
        let text = Style::default().to_vec(&Sparse::new(&elf)).unwrap();
        let hex = Hex::parse(&text).unwrap();
        let located = at(At::symbol("serial")).located(&elf).unwrap();
        let text = stamped(&located, &hex);
        let other = Elf::parse(&expected).unwrap();
        assert_eq!(Sparse::new(&Hex::parse(&text).unwrap()), Sparse::new(&other));
        // Bytes, if that is said.
        let elf = Elf::parse_with(&bytes, &Options::new().unit(AddressUnit::Byte)).unwrap();
        assert_eq!(elf.symbol("serial").unwrap().file().start, build.at(1) + 0x10);
    }
    // Sections of words that lie end to end do not overlap, as they would if they were bytes.
    let build = two_sections(141, 0x8_2000).with(|file| {
        file.segments[1] = segment(1..2, 0x8_2040);
        file.sections[1].vma = 0x8_2040;
    });
    assert_eq!(segments(&Elf::parse(&build.bytes()).unwrap()), [span(0x10_4000, 0x100)]);
    // PIC18 and dsPIC33A count bytes; of other families it is not known.
    let mut bytes = two_sections(118, 0x2000).bytes();
    bytes[36..40].copy_from_slice(&[0x63, 0x06, 0, 0x80]);
    assert_eq!(Elf::parse(&bytes).unwrap().symbol("serial").unwrap().span(), Ok(span(0x4010, 8)));
    bytes[36..40].copy_from_slice(&[0xFF, 0xFF, 0xFF, 0x7F]);
    assert_eq!(Elf::parse(&bytes).unwrap().symbol("serial").unwrap().span(), Ok(span(0x8020, 8)));
    let mut bytes = two_sections(204, 0x2000).bytes();
    for abi in [0x82, 0x8E] {
        bytes[7] = abi;
        assert_eq!(Elf::parse(&bytes).unwrap().symbol("serial").unwrap().span(), Ok(span(0x4010, 8)));
    }
    bytes[7] = 0x8F;
    assert_eq!(
        Elf::parse(&bytes).unwrap_err().to_string(),
        "machine 204 with EI_OSABI 0x8F: whether its addresses count bytes or 16-bit words is not known: say which (AddressUnit), or give the HEX file of the build"
    );
    assert!(Elf::parse_with(&bytes, &Options::new().unit(AddressUnit::Word16)).is_ok());
    // Nor of processors that count neither everywhere; of all others it is bytes.
    for machine in 0..=260 {
        let asked = [133, 142, 200, 204].contains(&machine);
        let unit = Elf::parse(&two_sections(machine, 0x2000).bytes()).map(|elf| elf.unit());
        match unit {
            Ok(unit) => assert_eq!((unit == AddressUnit::Word16, asked), ([118, 141].contains(&machine), false)),
            Err(error) => assert!(asked && matches!(error, ElfError::AddressUnit { .. }), "{machine}: {error}"),
        }
    }
    // Twice the highest address is none.
    let high = two_sections(141, 0).with(|file| {
        file.bits = 64;
        file.segments[1].lma = u64::MAX / 2 + 1;
    });
    assert!(matches!(Elf::parse(&high.bytes()), Err(ElfError::Span { .. })));
}

/// Configuration words of a dsPIC, as its linker writes them: end to end in the file, and in a segment that says so,
/// though one of them lies further behind. The HEX file of the build has them where the sections say.
#[test]
fn words_with_a_hole_in_their_segment() {
    let config = |machine| {
        two_sections(machine, 0x200).with(|file| {
            file.segments = vec![segment(0..1, 0x200), segment(1..4, 0xF8_0000)];
            file.sections.truncate(1);
            file.sections.push(section("__FBS", 0xF8_0000, &[0x11, 0x11, 0x11, 0]));
            file.sections.push(section("__FGS", 0xF8_0004, &[0x22, 0x22, 0x22, 0]));
            file.sections.push(section(".config", 0xF8_0006, &[0x33, 0x33, 0x33, 0]));
            file.symbols = vec![symbol("gcp", 0xF8_0004, 4, OBJECT, 3)];
        })
    };
    let build = config(118);
    let bytes = build.bytes();
    let elf = Elf::parse(&bytes).unwrap();
    assert_eq!(segments(&elf), [span(0x400, 0x80), span(0x1F0_0000, 4), span(0x1F0_0008, 8)]);
    assert_eq!(segments(&elf.clone().with_memory(Memory::Segments)), segments(&elf));
    let gcp = elf.symbol("gcp").unwrap();
    assert_eq!((gcp.file().start, gcp.span()), (build.at(2), Ok(span(0x1F0_0008, 4))));
    assert_eq!(Sparse::new(&elf).get(span(0x1F0_000C, 3)).unwrap(), [0x33; 3]);
    // Loaded elsewhere, they lie as far apart.
    let moved = build.clone().with(|file| file.segments[1].lma = 0x800).bytes();
    assert_eq!(segments(&Elf::parse(&moved).unwrap()), [span(0x400, 0x80), span(0x1000, 4), span(0x1008, 8)]);
    // Where another segment has the same bytes, the file contradicts itself as ever.
    let twice = build.clone().with(|file| file.segments.push(segment(2..3, 0x800)));
    assert_eq!(
        segments(&Elf::parse(&twice.bytes()).unwrap()),
        [span(0x400, 0x80), span(0x1F0_0000, 4), span(0x1F0_0008, 4)]
    );
    assert_eq!(conflicts(&twice).len(), 2);
    // Of bytes the segment has the last word: armlink's variables have the address that they have in RAM.
    let bytes = config(40).bytes();
    assert_eq!(segments(&Elf::parse(&bytes).unwrap()), [span(0x200, 0x80), span(0xF8_0000, 12)]);
}

/// What is said of a file of words has its own addresses.
#[test]
fn words_in_messages() {
    let build = two_sections(141, 0x8_2000).with(|file| {
        file.segments.push(segment(2..3, 0x8_2020));
        file.sections.push(section(".more", 0x8_2020, &[7; 0x10]));
    });
    let overlap = "two segments load 0x00082020..0x00082028 (in bytes 0x00104040..0x00104050): no flash can hold both";
    assert_eq!(conflicts(&build), [overlap]);
    let build = two_sections(141, 0x8_2000).with(|file| file.segments.push(segment(0..1, 0x9_0000)));
    let shared = format!(
        "the byte at offset {} of the file is loaded to 0x00082000 and 0x00090000: a stamp at one address would change the other",
        build.at(0)
    );
    assert_eq!(conflicts(&build)[0], shared);
    let bytes = two_sections(141, 0x8_2000).bytes();
    let cut = Elf::parse(&bytes[..0x100]).unwrap_err();
    assert!(matches!(cut, ElfError::Damaged { .. } | ElfError::CutOff { .. }), "{cut}");
    let mut bare = two_sections(141, 0x8_2000).with(|file| file.named = false).bytes();
    bare.truncate(0x174 - 1);
    assert_eq!(
        Elf::parse(&bare).unwrap_err().to_string(),
        "segment 2 at 0x00084000 has 128 bytes from offset 244 on, the file has 371: was it cut off?"
    );
    // A word address where a byte address is expected.
    let elf = Elf::parse(&bytes).unwrap();
    assert_eq!(
        at(At::address(0x8_4010)).compile(&elf).unwrap_err().to_string(),
        "field `serial` at 0x00084010..0x00084014: no byte at 0x00084010: the first data begins at 0x00104000; the addresses of this file count words of 16 bits, those of jobs bytes: the word there is  word:0x84010"
    );
    let over = |range| {
        let crc = Repair::crc("app", CRC_32_ISO_HDLC, range).stored_at(0x10_8010).u32_le().gaps(Gaps::Fill(0xFF));
        Layout::new().repair(crc.template(Template::Blank)).compile(&elf).map(|_| ()).map_err(|error| error.to_string())
    };
    assert_eq!(
        over(0x8_2000..0x8_2040),
        Err("checksum `app` covers 0x00082000..0x00082040, and the image has no byte there; the addresses of this file count words of 16 bits, those of jobs bytes: the word there is  word:0x82000".to_owned())
    );
    // Where nothing is at twice the address either, gaps are what they are said to be.
    assert_eq!((over(0x10_4000..0x10_4080), over(0x1000..0x1010)), (Ok(()), Ok(())));
}

/// `e_ehsize` of a damaged file hides no bytes of it.
#[test]
fn the_header_is_as_long_as_its_class_says() {
    for (bits, offset) in [(32, 40), (64, 52)] {
        let mut bytes = firmware(bits, false).bytes();
        bytes[offset..offset + 2].copy_from_slice(&[0xFF, 0x7F]);
        assert_eq!(segments(&Elf::parse(&bytes).unwrap()), [span(0x0800_0000, 0x38)], "{bits}");
    }
}

fn checked(gaps: Gaps) -> Layout {
    let crc = Repair::crc("image", CRC_32_ISO_HDLC, 0x0800_0000..0x0800_0080).stored_at(0x0800_0080).u32_le();
    Layout::new()
        .field(Field::new("serial", At::symbol("np"), Encoding::ascii(16).pad(0x00)))
        .repair(crc.gaps(gaps).template(Template::Blank))
}

/// A checksum over padding has two right values, so it is asked which one is meant.
#[test]
fn a_checksum_over_padding() {
    let build = padded();
    let bytes = build.bytes();
    let elf = Elf::parse(&bytes).unwrap();
    let padding: Vec<_> = elf.padding().iter().map(|one| (one.span, one.in_front, one.zero)).collect();
    assert_eq!(padding, [(span(0x0800_000C, 0x34), false, true), (span(0x0800_0060, 0x20), false, true)]);
    assert_eq!(segments(&elf), [span(0x0800_0000, 12), span(0x0800_0040, 32), span(0x0800_0080, 4)]);
    let fill = checked(Gaps::Fill(0xFF));
    let error = |layout: &Layout, elf: &Elf<'_>| layout.compile(elf).unwrap_err().to_string();
    let asked = "checksum `image` covers 0x0800000C..0x08000040, which is padding of a segment that no section has: objcopy leaves it out, loaders that go by program headers write it, so say what the device gets, as  memory = \"sections\"  or  \"segments\"  in [image.elf]: over this template \"sections\" gives ";
    assert_eq!(
        error(&fill, &elf),
        format!("{asked}0x{:X}, and \"segments\" 0x{:X}", crc(&bytes, 0xFF), crc(&bytes, 0))
    );
    assert_eq!(
        error(&checked(Gaps::Error), &elf),
        format!("{asked}no value, as gaps are refused, and \"segments\" 0x{:X}", crc(&bytes, 0))
    );
    // The value of a checksum over a key that the template may hold says something of it.
    let key = Field::new("key", At::symbol("np").plus(16), Encoding::bytes(8)).expect(Guard::Any).secret();
    let secret = fill.clone().field(key);
    assert_eq!(error(&secret, &elf), asked.split(": over").next().unwrap());
    let error_of = secret.compile(&elf).unwrap_err();
    let PlanErrorKind::Padding(padding) = error_of.kind() else { panic!("{error_of}") };
    assert_eq!((padding.sections, padding.segments), (None, None));
    for (memory, word) in [(Memory::Sections, 0xF676_F743_u32), (Memory::Segments, 0xDCA4_32F1)] {
        let elf = Elf::parse_with(&bytes, &Options::new().memory(memory)).unwrap();
        let plan = fill.compile(&elf).unwrap();
        let mut unit = plan.stamper(&elf).unwrap();
        let stamped = unit.stamp(&[("serial", "SN000001".into())]).unwrap().bytes();
        assert_eq!(stamped[build.at(4)..][..4], word.to_le_bytes(), "{memory:?}");
        assert_eq!(checked(Gaps::Error).compile(&elf).is_ok(), memory == Memory::Segments);
    }
    // A checksum that covers none of it needs no answer.
    let within = Repair::crc("text", CRC_32_ISO_HDLC, 0x0800_0000..0x0800_000C).stored_at(0x0800_0080).u32_le();
    assert!(Layout::new().repair(within.template(Template::Blank)).compile(&elf).is_ok());
    // Nor does one over the HEX file that objcopy makes, of which the ELF file is the map.
    let text = Style::default().to_vec(&Sparse::new(&elf)).unwrap();
    let hex = Hex::parse(&text).unwrap();
    let plan = fill.located(&elf).unwrap().compile(&hex).unwrap();
    let mut unit = plan.stamper(&hex).unwrap();
    let text = unit.stamp(&[("serial", "SN000001".into())]).unwrap().bytes().to_vec();
    let memory = Sparse::new(&Hex::parse(&text).unwrap());
    assert_eq!(memory.get(span(0x0800_0080, 4)).unwrap(), &0xF676_F743_u32.to_le_bytes()[..]);
    // A field in padding.
    let field = Layout::new().field(Field::new("f", At::address(0x0800_0030), Encoding::bytes(4)).expect(Guard::Any));
    assert_eq!(
        error(&field, &elf),
        "field `f` at 0x08000030..0x08000034: no byte at 0x08000030: the data before it ends at 0x0800000C, the next begins at 0x08000040; 0x0800000C..0x08000040 of the segment belongs to no section: it is padding, which is memory only with  memory = \"segments\"  in [image.elf]"
    );
    assert!(field.compile(&elf.with_memory(Memory::Segments)).is_ok());
    // Without sections nobody knows what is padding.
    let bare = build.with(|file| file.named = false).bytes();
    let bare = Elf::parse(&bare).unwrap();
    assert_eq!((bare.padding().len(), segments(&bare)), (0, vec![span(0x0800_0000, 0x84)]));
}

/// A checksum of a format over padding is asked about like any other.
#[test]
fn a_preset_over_padding() {
    let mut header = vec![0x27, 0x05, 0x19, 0x56];
    header.resize(64, 0);
    header[15] = 0x20;
    let build = padded().with(|file| {
        file.segments[0] = segment(0..3, 0x0800_0000);
        file.sections[0].bytes = header;
        file.sections[1] = padding(&[0; 0x10]);
        file.sections[2] = section(".nameplate", 0x0800_0050, &[0xFF; 0x10]);
    });
    let bytes = build.bytes();
    let elf = Elf::parse(&bytes).unwrap();
    let layout = |elf: &Elf<'_>| {
        let repairs = preset::uimage("boot", elf, 0x0800_0000).unwrap();
        let repairs = repairs.into_iter().map(|repair| repair.gaps(Gaps::Fill(0xFF)).template(Template::Unknown));
        repairs.fold(Layout::new(), Layout::repair).compile(elf).map(|_| ()).map_err(|error| error.to_string())
    };
    let error = layout(&elf).unwrap_err();
    assert!(
        error.starts_with("checksum `boot.data` covers 0x08000040..0x08000050, which is padding of a segment"),
        "{error}"
    );
    for memory in [Memory::Sections, Memory::Segments] {
        assert_eq!(layout(&elf.clone().with_memory(memory)), Ok(()));
    }
}

/// A checksum over the addresses of a variable at run time, of which there are no bytes.
#[test]
fn a_checksum_in_ram() {
    let bytes = firmware(32, false).bytes();
    let elf = Elf::parse(&bytes).unwrap();
    for gaps in [Gaps::Error, Gaps::Fill(0xFF)] {
        let crc = Repair::crc("app", CRC_32_ISO_HDLC, 0x2000_0000..0x2000_0008).stored_at(0x0800_0010).u32_le();
        let error = Layout::new().repair(crc.gaps(gaps).template(Template::Blank)).compile(&elf).unwrap_err();
        assert_eq!(
            error.to_string(),
            "checksum `app` covers 0x20000000..0x20000008, and the image has no byte there; when the program runs that is the byte loaded to 0x08000030: give that address, or the symbol"
        );
    }
}

/// The CRC of the template with `fill` in its padding, bit by bit.
fn crc(bytes: &[u8], fill: u8) -> u32 {
    let start = padded().at(0);
    let mut memory = bytes[start..start + 0x80].to_vec();
    memory[0x0C..0x40].fill(fill);
    memory[0x60..0x80].fill(fill);
    let bit = |crc: u32, _| if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 };
    !memory.iter().fold(!0, |crc, &byte| (0..8).fold(crc ^ u32::from(byte), bit))
}

/// A segment that begins at a page in front of its first section, with the ELF header or without: something else lies
/// there, so nothing is written there, and nothing is computed over what loaders make of it.
#[test]
fn in_front_of_the_first_section() {
    let build = padded().with(|file| {
        file.sections.insert(0, padding(&[0xA5; 0x100]));
        file.segments[0] = segment(0..6, 0x0800_3F00);
    });
    let front = build.at(0) as u64;
    let with_header = build.clone().with(|file| {
        let first = &mut file.segments[0];
        (first.front, first.lma, first.vma) = (front, first.lma - front, first.vma - front);
    });
    for (build, from) in [(with_header, 0x0800_3F00 - front), (build, 0x0800_3F00)] {
        let bytes = build.bytes();
        let elf = Elf::parse(&bytes).unwrap();
        let padding: Vec<_> = elf.padding().iter().map(|one| (one.span, one.in_front, one.zero)).collect();
        let inner = [(span(0x0800_400C, 0x34), false, true), (span(0x0800_4060, 0x20), false, true)];
        assert_eq!(padding, [(span(0x0800_3F00, 0x100), true, false), inner[0], inner[1]]);
        let memory = |memory| elf.clone().with_memory(memory);
        let all = memory(Memory::Segments);
        assert_eq!((elf.extent().unwrap().start(), segments(&all)), (0x0800_4000, vec![span(0x0800_4000, 0x84)]));
        let over = |start, elf: &Elf<'_>| {
            let crc = Repair::crc("app", CRC_32_ISO_HDLC, start..0x0800_400C).stored_at(0x0800_4080).u32_le();
            Layout::new().repair(crc.gaps(Gaps::Fill(0xFF)).template(Template::Blank)).compile(elf)
        };
        assert!(over(0x0800_4000, &all).is_ok() && over(from - 1, &memory(Memory::Sections)).is_ok());
        for elf in [&elf, &all] {
            let (first, error) = (from, over(from - 1, elf).unwrap_err().to_string());
            assert_eq!(
                error,
                format!(
                    "checksum `app` covers {}, where the segment has headers of the ELF file or padding in front of its first section: loaders that go by program headers write that, objcopy leaves it out, and nothing else than ELF files is made with it; let the checksum begin at the first section, or say  memory = \"sections\"  in [image.elf]",
                    Span::try_from(first..0x0800_4000).unwrap()
                )
            );
            assert!(over(0x0800_3FFF, elf).is_err());
        }
        let field = Field::new("f", At::address(0x0800_3FF0), Encoding::bytes(4)).expect(Guard::Any);
        let error = Layout::new().field(field).compile(&all).unwrap_err().to_string();
        let hint = "; 0x08003F00..0x08004000 is padding in front of the first section of its segment, which is no memory: something else may lie there";
        assert!(error.ends_with(hint), "{error}");
    }
    // A segment of which no section is known is memory for loaders, wherever it lies.
    let build = padded().with(|file| {
        file.segments[0] = segment(1..5, 0x0800_000C);
        file.sections.push(section(".init", 0x0800_0800, &[0xEE; 4]));
        file.segments.push(segment(5..6, 0x0800_0800));
        file.sections[..5].iter_mut().for_each(|one| one.flags = 0);
    });
    let bytes = build.bytes();
    let elf = Elf::parse(&bytes).unwrap();
    assert_eq!(segments(&elf), [span(0x0800_0800, 4)]);
    assert_eq!(segments(&elf.with_memory(Memory::Segments)), [span(0x0800_000C, 0x78), span(0x0800_0800, 4)]);
    // A section that begins in front of its segment leaves no padding there.
    let build = padded().with(|file| file.segments[0] = segment(0..5, 0x0800_0004)).bytes();
    let mut moved = build;
    let offset = u32::from_le_bytes(moved[52 + 4..][..4].try_into().unwrap());
    moved[52 + 4..][..4].copy_from_slice(&(offset + 4).to_le_bytes());
    moved[52 + 16..][..4].copy_from_slice(&0x80_u32.to_le_bytes());
    let all = Options::new().memory(Memory::Segments);
    assert_eq!(segments(&Elf::parse_with(&moved, &all).unwrap()), [span(0x0800_0004, 0x80)]);
}

/// Sections only, as some linkers for MSP430 write: each lies at its address, as objcopy has it.
#[test]
fn no_program_headers() {
    let build = two_sections(105, 0x2000).with(|file| file.segments.clear());
    let bytes = build.bytes();
    let elf = Elf::parse(&bytes).unwrap();
    assert!(elf.is_by_sections() && elf.segments().count() == 0);
    assert_eq!(segments(&elf), [span(0x2000, 0x80), span(0x4000, 0x80)]);
    // The tables of symbols and names are no memory, nor are zeros that the file has no bytes of, however much is asked.
    let zeros = build.clone().with(|file| {
        file.sections.push(Section { kind: 8, ..section(".bss", 0x8000, &[0; 16]) });
        file.sections.push(Section { flags: 0, ..section(".comment", 0xA000, b"made here") });
    });
    for build in [&build, &zeros] {
        let bytes = build.bytes();
        let all = Elf::parse_with(&bytes, &Options::new().memory(Memory::Segments)).unwrap();
        assert_eq!(segments(&all), [span(0x2000, 0x80), span(0x4000, 0x80)]);
    }
    assert!(!Elf::parse(&two_sections(105, 0x2000).bytes()).unwrap().is_by_sections());
    let mut expected = bytes.clone();
    expected[build.at(1) + 0x10..][..4].copy_from_slice(&[0x11, 0x22, 0x33, 0x44]);
    assert_eq!(stamped(&at(At::symbol("serial")), &elf), expected);
    let cut = build.clone().with(|file| file.sections[1].says = Some(100_000)).bytes();
    assert_eq!(
        Elf::parse(&cut).unwrap_err().to_string(),
        format!(
            "section 2 at 0x00004000 has 100000 bytes from offset {} on, the file has {}: was it cut off?",
            build.at(1),
            cut.len()
        )
    );
    // An object file is not linked.
    let object = build.with(|file| file.kind = 1).bytes();
    assert_eq!(Elf::parse(&object).unwrap().extent(), None);
}

/// Two segments at one address: that is refused, and nothing else.
#[test]
fn what_a_file_contradicts_itself_about() {
    let build = two_sections(40, 0x2000).with(|file| {
        file.segments.push(segment(2..3, 0x2070));
        file.sections.push(section(".more", 0x2070, &[7; 0x20]));
        file.symbols.push(symbol("table", 0x2078, 4, OBJECT, 3));
    });
    let bytes = build.bytes();
    let elf = Elf::parse(&bytes).unwrap();
    assert_eq!(conflicts(&build), ["two segments load 0x00002070..0x00002080: no flash can hold both"]);
    assert_eq!(segments(&elf), [span(0x2000, 0x70), span(0x2080, 0x10), span(0x4000, 0x80)]);
    let _ = stamped(&at(At::symbol("serial")), &elf);
    let _ = stamped(&at(At::section(".const").plus(4)), &elf);
    let names: Vec<String> = elf.sections().map(|section| section.name).collect();
    assert_eq!((names, elf.symbols().unwrap().len()), (vec![".const".to_owned()], 1));
    let error = |layout: Layout| layout.compile(&elf).unwrap_err().to_string();
    for place in [At::symbol("table"), At::address(0x2078)] {
        assert_eq!(
            error(at(place)),
            "field `serial` at 0x00002078..0x0000207C: no byte at 0x00002078: the data before it ends at 0x00002070, the next begins at 0x00002080; two segments load 0x00002070..0x00002080: no flash can hold both"
        );
    }
    let over = |range| {
        let crc = Repair::crc("app", CRC_32_ISO_HDLC, range).stored_at(0x4010).u32_le();
        Layout::new().repair(crc.gaps(Gaps::Fill(0xFF)).template(Template::Unknown))
    };
    assert_eq!(
        error(over(0x2000..0x2090)),
        "checksum `app`: two segments load 0x00002070..0x00002080: no flash can hold both"
    );
    assert!(over(0x2000..0x2070).compile(&elf).is_ok());
    // Bytes of the file that are loaded twice.
    let build = two_sections(40, 0x2000).with(|file| file.segments.push(segment(0..1, 0x9000)));
    let bytes = build.bytes();
    let elf = Elf::parse(&bytes).unwrap();
    let message = format!(
        "the byte at offset {} of the file is loaded to 0x00002000 and 0x00009000: a stamp at one address would change the other",
        build.at(0)
    );
    assert_eq!(conflicts(&build), [&*message, &*message]);
    assert_eq!(elf.conflicts().map(|(span, _)| span).collect::<Vec<_>>(), [span(0x2000, 0x80), span(0x9000, 0x80)]);
    // A third segment at one of those addresses does not make it memory: it is not known which byte the device gets.
    let third = build.clone().with(|file| {
        file.segments.push(segment(2..3, 0x9010));
        file.sections.push(section(".third", 0x9010, &[7; 8]));
    });
    let third = third.bytes();
    let third = Elf::parse(&third).unwrap();
    assert_eq!(segments(&third), [span(0x4000, 0x80)]);
    assert!(at(At::address(0x9010)).compile(&third).is_err());
    // Each address is refused once, though it is wrong in two ways.
    let both = build.clone().with(|file| {
        file.segments.extend([segment(2..3, 0x2040), segment(3..4, 0x2040), segment(1..2, 0x9060)]);
        file.sections.extend([section(".one", 0x2040, &[1; 0x80]), section(".two", 0x2040, &[2; 0x80])]);
    });
    let bytes_of_both = both.bytes();
    let both = Elf::parse(&bytes_of_both).unwrap();
    let spans: Vec<Span> = both.conflicts().map(|(span, _)| span).collect();
    assert_eq!(
        spans,
        [span(0x2000, 0x80), span(0x2080, 0x40), span(0x4000, 0x80), span(0x9000, 0x80), span(0x9080, 0x60)]
    );
    let kind = elf.section(".text").unwrap().span().unwrap_err().kind().clone();
    assert!(matches!(kind, LookupErrorKind::Conflict(ElfError::Shared { .. })) && kind.to_string() == message);
    let _ = stamped(&at(At::symbol("serial")), &elf);
    // In the padding of one of them it is nobody's business.
    let build = padded().with(|file| {
        file.segments.push(segment(5..6, 0x0800_0020));
        file.sections.push(section(".more", 0x0800_0020, &[7; 0x10]));
    });
    assert_eq!(conflicts(&build).len(), 0);
}

/// The same memory as a map of bytes would have it, for segments at any addresses.
#[test]
fn overlaps_by_the_byte() {
    for seed in 0..2000_u64 {
        let random = crate::noise(seed, 24);
        let count = 2 + usize::from(random[0] % 4);
        let build = two_sections(40, 0).with(|file| {
            file.symbols.clear();
            file.sections = (0..5).map(|n| section(".s", 0, &[n; 8])).collect();
            file.sections.iter_mut().zip(&random[1..]).for_each(|(one, byte)| one.flags = u64::from(byte % 4 > 0) * 2);
            let cut = |n: usize| usize::from(random[6 + n] % 5);
            file.segments = (0..count)
                .map(|n| {
                    let (a, b) = (cut(2 * n), cut(2 * n + 1));
                    segment(a.min(b)..a.max(b) + 1, 0x100 + u64::from(random[18 + n] % 40))
                })
                .collect();
        });
        let bytes = build.bytes();
        let elf = Elf::parse(&bytes).unwrap();
        let any = build.sections.iter().any(|one| one.flags == 2);
        // For each address the bytes of the file that are loaded to it.
        let mut memory = std::collections::BTreeMap::<u64, Vec<usize>>::new();
        for one in &build.segments {
            let (from, to) = (build.at(one.sections.start), build.at(one.sections.end));
            for at in from..to {
                if !any || build.sections[(at - build.at(0)) / 8].flags == 2 {
                    let all = memory.entry(one.lma + (at - from) as u64).or_default();
                    all.push(at);
                    all.sort_unstable();
                    all.dedup();
                }
            }
        }
        let addresses = |at: usize| memory.values().flatten().filter(|other| **other == at).count();
        let mut expected: Vec<(u64, u8)> = Vec::new();
        let mut wrong: Vec<u64> = Vec::new();
        for (address, all) in &memory {
            match all.as_slice() {
                [one] if addresses(*one) == 1 => expected.push((*address, bytes[*one])),
                _ => wrong.push(*address),
            }
        }
        let mut found = Vec::new();
        let _ = elf.visit(span(0, 0x1000), &mut |address, bytes| {
            found.extend((address..).zip(bytes.iter().copied()));
            std::ops::ControlFlow::Continue(())
        });
        // What is refused may be more: of a segment, from the first to the last byte that another has too.
        let refused = |address: u64| elf.conflicts().any(|(span, _)| span.contains(address));
        assert!(wrong.iter().all(|&address| refused(address)), "{seed}");
        expected.retain(|(address, _)| !refused(*address));
        assert!(!found.iter().any(|(address, _)| refused(*address)), "{seed}: refused and memory");
        assert_eq!(found, expected, "{seed}");
    }
}

/// PIC32: a program has addresses of two views of its memory, its HEX file physical ones.
#[test]
fn other_addresses() {
    let build = two_sections(8, 0x9D00_2000);
    let bytes = build.bytes();
    let elf = Elf::parse(&bytes).unwrap();
    let physical = Options::new().remap(span(0x9D00_0000, 0x8_0000), 0x1D00_0000);
    let map = Elf::parse_with(&bytes, &physical).unwrap();
    let text = Style::default().to_vec(&Sparse::new(&map)).unwrap();
    let hex = Hex::parse(&text).unwrap();
    let layout = at(At::symbol("serial"));
    let error = layout.located(&elf).unwrap().compile(&hex).unwrap_err();
    assert_eq!(
        error.to_string(),
        "field `serial` at 0x9D004010..0x9D004014: no byte at 0x9D004010: the data before it ends at 0x1D004080, and none follows; the image has bytes at 0x1D004010, the physical address (PIC32): give that, or for addresses of an ELF file say  remap = [{ from = \"0x9D000000..0x9D400000\", to = \"0x1D000000\" }]  in [image]"
    );
    let PlanErrorKind::Gap { hint: Some(hint), .. } = error.kind() else { panic!() };
    let GapHint::Physical { from, to, .. } = **hint else { panic!() };
    assert_eq!((from, to), (span(0x9D00_0000, 0x40_0000), 0x1D00_0000));
    // A checksum there, whose gaps would all be filled.
    let over = |range| {
        let crc = Repair::crc("app", CRC_32_ISO_HDLC, range).stored_at(0x1D00_4010).u32_le().gaps(Gaps::Fill(0xFF));
        Layout::new().repair(crc.template(Template::Blank)).compile(&hex).map(|_| ()).map_err(|error| error.to_string())
    };
    assert_eq!(
        over(0x9D00_1FF0..0x9D00_2080),
        Err("checksum `app` covers 0x9D001FF0..0x9D002080, and the image has no byte there; the image has bytes at 0x1D002000, the physical address (PIC32): give that, or for addresses of an ELF file say  remap = [{ from = \"0x9D000000..0x9D400000\", to = \"0x1D000000\" }]  in [image]".to_owned())
    );
    for range in
        [0x9D00_8000..0x9D00_8010, 0x1D00_1FF0..0x1D00_2080, 0xDD00_2000..0xDD00_2080, 0x7D00_2000..0x7D00_2080]
    {
        assert_eq!(over(range), Ok(()));
    }
    let serial = map.symbol("serial").unwrap();
    assert_eq!((serial.vma(), serial.span()), (0x9D00_4010, Ok(span(0x1D00_4010, 8))));
    assert_eq!(map.segments().next().unwrap().span, span(0x1D00_2000, 0x80));
    let text = stamped(&layout.located(&map).unwrap(), &hex);
    assert_eq!(Sparse::new(&Hex::parse(&text).unwrap()).get(span(0x1D00_4010, 4)).unwrap(), [0x11, 0x22, 0x33, 0x44]);
    // Everything else stays where it is; a segment is not torn apart.
    let other = Options::new().remap(span(0x9D00_4000, 0x1000), 0);
    assert_eq!(segments(&Elf::parse_with(&bytes, &other).unwrap()), [span(0, 0x80), span(0x9D00_2000, 0x80)]);
    let part = Options::new().remap(span(0x9D00_4010, 0x1000), 0);
    assert_eq!(
        Elf::parse_with(&bytes, &part).unwrap_err().to_string(),
        "segment 2 at 0x9D004000..0x9D004080 lies only partly in 0x9D004010..0x9D005010, which is remapped: say a range with all of it"
    );
    let past = Options::new().remap(span(0x9D00_4000, 0x1000), u64::MAX);
    assert!(matches!(Elf::parse_with(&bytes, &past), Err(ElfError::Span { .. })));
    // To one address from two: refused, as in any file.
    let both = Options::new().remap(span(0x9D00_2000, 0x80), 0x10).remap(span(0x9D00_4000, 0x80), 0x80);
    assert_eq!(Elf::parse_with(&bytes, &both).unwrap().conflicts().count(), 1);
}
