//! Checksums by what has their addresses: symbols, sections, markers.

use nameplate::check::{CRC_16_MODBUS, CRC_32_ISO_HDLC};
use nameplate::image::{Beside, Container, Elf, Marker, Raw};
use nameplate::plan::{Guard, LocateError, PlanErrorKind, SlotName};
use nameplate::repair::{Over, Store, Template};
use nameplate::{At, ByteOrder, Encoding, Field, Layout, Repair, Span};

use crate::elf_file::{firmware, symbol};

const ELF: &[u8] = include_bytes!("../examples/firmware/firmware.elf");
const BIN: &[u8] = include_bytes!("../examples/firmware/firmware.bin");
const BASE: u64 = 0x0800_0000;

fn field() -> Field {
    Field::new("serial", At::symbol("nameplate").plus(16), Encoding::u32_le()).expect(Guard::Any)
}

/// The checksum of the firmware, as its build says: from its first byte to its word.
fn by_name() -> Repair {
    Repair::crc("app", CRC_32_ISO_HDLC, At::symbol("flash_start")..At::symbol("image_crc"))
        .stored_at(At::section(".image_crc"))
        .u32_le()
}

fn by_address() -> Repair {
    Repair::crc("app", CRC_32_ISO_HDLC, BASE..BASE + 0x1FFC).stored_at(BASE + 0x1FFC).u32_le()
}

/// What a unit is by a layout, of the ELF file and, by its map, of the binary.
fn units(repair: Repair) -> (Vec<u8>, Vec<u8>) {
    let elf = Elf::parse(ELF).unwrap();
    let layout = Layout::new().field(field()).repair(repair);
    let unit = |layout: &Layout, image: &dyn Container| {
        let plan = layout.compile(image).unwrap();
        let mut stamper = plan.stamper(image).unwrap();
        stamper.stamp(&[("serial", 0x1234_5678_u32.into())]).unwrap().bytes().to_vec()
    };
    (unit(&layout, &elf), unit(&layout.located(&elf).unwrap(), &Raw::new(BIN, BASE).unwrap()))
}

#[test]
fn the_same_bytes_as_by_addresses() {
    let (elf, bin) = units(by_name());
    assert_eq!((&elf, &bin), (&units(by_address()).0, &units(by_address()).1));
    // Of the bytes that were written, by the crate `crc`.
    let crc = crc::Crc::<u32>::new(&crc::CRC_32_ISO_HDLC).checksum(&bin[..0x1FFC]);
    assert_eq!((&bin[0x1F10..0x1F14], &bin[0x1FFC..]), (&0x1234_5678_u32.to_le_bytes()[..], &crc.to_le_bytes()[..]));
}

#[test]
fn a_plan_says_the_addresses() {
    let elf = Elf::parse(ELF).unwrap();
    // The rest of a section, then all of a symbol; the word and a copy of it.
    let repair = Repair::crc("parts", CRC_16_MODBUS, Over::all_of(At::section(".text").plus(0x1E00)))
        .and_over(Over::all_of(At::symbol("vectors")))
        .stored_at(At::symbol("nameplate").plus(4))
        .u16_le()
        .copied(Store::new(At::symbol("nameplate").plus(8), 2, ByteOrder::Big).inverted())
        .template(Template::Unknown);
    assert_eq!(repair.ranges().count(), 0);
    let plan = Layout::new().repair(repair).compile(&elf).unwrap();
    let (located, span) = plan.checks().next().unwrap();
    let ranges: Vec<_> = located.ranges().collect();
    assert_eq!(ranges, [(None, BASE + 0x1E00..BASE + 0x1F00), (None, BASE..BASE + 0x40)]);
    assert_eq!((span.start(), located.stores()[1].span().unwrap().start()), (BASE + 0x1F04, BASE + 0x1F08));
}

/// Symbols of linker scripts have no size: where a section begins, within it, behind its last byte; initialised variables
/// lie where they are loaded to.
#[test]
fn by_places_of_a_linker_script() {
    let marks =
        [("first", 0x0800_0010, 2), ("inner", 0x0800_0018, 2), ("behind", 0x0800_0030, 2), ("data", 0x2000_0008, 3)];
    let build = firmware(32, false).with(|file| {
        file.symbols.extend(marks.map(|(name, value, section)| symbol(name, value, 0, 0x10, section)));
    });
    let bytes = build.bytes();
    let elf = Elf::parse(&bytes).unwrap();
    let at = |name: &str| At::symbol(name).span(0, &elf).map(Span::start);
    let found = ["first", "inner", "behind", "data", "nameplate"].map(|name| at(name).unwrap());
    assert_eq!(found, [0x0800_0010, 0x0800_0018, 0x0800_0030, 0x0800_0038, 0x0800_0010]);
    assert_eq!(At::symbol("behind").plus(4).span(0, &elf).unwrap().start(), 0x0800_0034);
    // What has no load address, and what a field would lie on.
    assert!(at("uid_base").unwrap_err().to_string().starts_with("symbol `uid_base`: "));
    let sized = At::symbol("inner").span(1, &elf).unwrap_err();
    assert!(sized.to_string().starts_with("symbol `inner`: it has size 0"), "{sized}");
}

#[test]
fn by_markers_of_a_binary() {
    let mut image = *b"..<<begin>>12345678<<ended>>..";
    let crc = crc::Crc::<u16>::new(&crc::CRC_16_MODBUS).checksum(&image[11..19]);
    image[..2].copy_from_slice(&crc.to_le_bytes());
    let marker = |bytes: &[u8]| At::marker(Marker::new(bytes).unwrap());
    let repair = Repair::crc("app", CRC_16_MODBUS, marker(b"<<begin>>").plus(9)..marker(b"<<ended>>"));
    let layout = Layout::new().repair(repair.stored_at(0x100).u16_le());
    let plan = layout.compile(&Raw::new(&image, 0x100).unwrap()).unwrap();
    assert_eq!(plan.checks().next().unwrap().0.ranges().next(), Some((None, 0x10B..0x113)));
}

#[test]
fn of_another_image_by_its_symbols() {
    let (elf, page) = (Elf::parse(ELF).unwrap(), [0xFF; 4]);
    let page = Raw::new(&page, 0).unwrap();
    let app = Layout::new().field(field()).repair(by_name()).compile(&elf).unwrap();
    let over = Over::of_image("app", At::symbol("flash_start")..At::symbol("image_crc"));
    let repair = Repair::crc("page", CRC_32_ISO_HDLC, over).stored_at(0).u32_le().template(Template::Blank);
    let others: [(&str, &dyn Container); 1] = [("app", &elf)];
    let both = Beside::new(&page, &others);
    let plan = Layout::new().repair(repair.clone()).beside("app", &app).compile(&both).unwrap();
    assert_eq!(plan.checks().next().unwrap().0.ranges().next(), Some((Some("app"), BASE..BASE + 0x1FFC)));
    let (mut app, mut page_of) = (app.stamper(&elf).unwrap(), plan.stamper(&both).unwrap());
    let app = app.stamp(&[("serial", 7_u32.into())]).unwrap();
    let mut bin = BIN.to_vec();
    bin[0x1F10..0x1F14].copy_from_slice(&7_u32.to_le_bytes());
    let crc = crc::Crc::<u32>::new(&crc::CRC_32_ISO_HDLC).checksum(&bin[..0x1FFC]);
    assert_eq!(page_of.stamp_beside(&[], &[&app]).unwrap().bytes(), crc.to_le_bytes());
    // Without the other image nobody says where its symbols lie.
    let error = Layout::new().repair(repair).compile(&page).unwrap_err();
    assert_eq!(error.to_string(), "checksum `page`: covers image `app`, which is not given");
}

#[test]
fn what_is_not_there_is_said() {
    let (elf, bin) = (Elf::parse(ELF).unwrap(), Raw::new(BIN, BASE).unwrap());
    let refused =
        |repair: &Repair, image: &dyn Container| Layout::new().repair(repair.clone()).compile(image).unwrap_err();
    let error = refused(&by_name(), &bin);
    let slot = SlotName::Check("app".into());
    assert_eq!(*error.kind(), PlanErrorKind::Locate { slot, error: LocateError::NoSymbols });
    assert_eq!(by_name().span(), Err(LocateError::Unlocated));
    let lost = Repair::crc("app", CRC_32_ISO_HDLC, Over::all_of(At::symbol("flash_end"))).stored_at(0).u32_le();
    assert!(
        refused(&lost, &elf).to_string().starts_with("checksum `app`: symbol `flash_end`: there is none"),
        "{}",
        refused(&lost, &elf)
    );
    assert_eq!(refused(&lost, &elf), Layout::new().repair(lost).located(&elf).unwrap_err());
    // All of an address is no byte.
    let none = Repair::crc("app", CRC_32_ISO_HDLC, Over::all_of(BASE.into())).stored_at(BASE + 0x1FFC).u32_le();
    assert_eq!(refused(&none, &elf).to_string(), "checksum `app`: 0x08000000..0x08000000 holds no byte");
}
