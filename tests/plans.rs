//! What a layout is refused for, what fields expect, what an image is read as, and what stays secret.

use nameplate::check::{Algorithm, CRC_16_IBM_3740, CRC_32_ISO_HDLC, FLETCHER_16};
use nameplate::image::{Container, Erased, Hex, Marker, Raw};
use nameplate::plan::{Base, Gap};
use nameplate::repair::{Gaps, Step, Store, Template};
use nameplate::value::View;
use nameplate::{At, ByteOrder, Encoding, Field, Guard, Layout, Repair, Value};

use crate::{crc32, noise};

/// 256 bytes at 0x1000, those from 0x1080 to 0x10C0 erased.
fn firmware() -> Vec<u8> {
    let mut bytes = noise(1, 256);
    bytes[0x80..0xC0].fill(0xFF);
    bytes
}

fn field(name: &str, address: u64, len: usize) -> Field {
    Field::new(name, At::address(address), Encoding::bytes(len))
}

fn crc(name: &str, over: std::ops::Range<u64>, at: u64) -> Repair {
    Repair::crc(name, CRC_32_ISO_HDLC, over).stored_at(at).u32_le().template(Template::Unknown)
}

#[track_caller]
fn refused(layout: &Layout, expected: &str) {
    let bytes = firmware();
    let error = layout.compile(&Raw::new(&bytes, 0x1000).unwrap()).unwrap_err();
    assert_eq!(error.to_string(), expected);
}

#[test]
fn layouts_that_are_refused() {
    let one = |field: Field| Layout::new().field(field);
    let sum = |repair: Repair| Layout::new().repair(repair);
    refused(&one(field("a", 0x1080, 4)).field(field("a", 0x1090, 4)), "two fields are named `a`");
    refused(
        &sum(crc("c", 0x1000..0x1010, 0x1080)).repair(crc("c", 0x1000..0x1010, 0x1084)),
        "two checksums are named `c`",
    );
    // Of the first, the second word is named so.
    let copied = crc("c", 0x1000..0x1010, 0x1080).copied(Store::new(0x1084, 4, ByteOrder::Little));
    refused(&sum(copied).repair(crc("c.2", 0x1000..0x1010, 0x1088)), "two checksums are named `c.2`");
    refused(&one(field("a", 0x1080, 0)), "field `a`: a field of 0 bytes; 1 to 65536 can be had");
    refused(
        &one(field("a", u64::MAX, 4)),
        "field `a`: 4 bytes from 0xFFFFFFFFFFFFFFFF pass the end of the 64-bit address space",
    );
    refused(
        &one(field("a", 0x10FE, 4)),
        "field `a` at 0x000010FE..0x00001102: no byte at 0x00001100: the data before it ends at 0x00001100, and none follows",
    );
    refused(
        &sum(crc("c", 0x1000..0x1010, 0x10FE)),
        "the word of checksum `c` at 0x000010FE..0x00001102: no byte at 0x00001100: the data before it ends at 0x00001100, and none follows",
    );
    refused(
        &one(field("a", 0x1080, 4)).field(field("b", 0x1083, 4)),
        "field `a` and field `b` share 0x00001083..0x00001084",
    );
    refused(
        &one(field("b", 0x1082, 2)).field(field("a", 0x1080, 8)),
        "field `a` and field `b` share 0x00001082..0x00001084",
    );
    refused(
        &one(field("a", 0x1080, 4)).repair(crc("c", 0x1000..0x1010, 0x1082)),
        "field `a` and the word of checksum `c` share 0x00001082..0x00001084",
    );
    refused(
        &sum(crc("c", 0x1000..0x1010, 0x1080)).repair(crc("d", 0x1000..0x1010, 0x1083)),
        "the word of checksum `c` and the word of checksum `d` share 0x00001083..0x00001084",
    );
    refused(
        &one(field("a", 0x1080, 4).expect(Guard::Bytes(vec![1, 2]))),
        "field `a` expects to find 2 bytes, but has 4",
    );
    refused(&sum(crc("c", 0x1000..0x1084, 0x1080)), "checksum `c`: covers its own word at 0x00001080..0x00001084");
    refused(&sum(crc("c", 0x1000..0x1000, 0x1080)), "checksum `c`: 0x00001000..0x00001000 holds no byte");
    #[allow(clippy::reversed_empty_ranges, reason = "that is what is refused")]
    refused(&sum(crc("c", 0x1010..0x1000, 0x1080)), "checksum `c`: range 0x00001010..0x00001000 ends before it starts");
    let twice = Repair::crc("c", CRC_32_ISO_HDLC, 0x1000..0x1010).and_over(0x100C..0x1020).stored_at(0x1080).u32_le();
    refused(&sum(twice), "checksum `c`: covers 0x0000100C..0x00001010 twice");
    refused(
        &sum(crc("c", 0x1000..0x1200, 0x0FF0)),
        "the word of checksum `c` at 0x00000FF0..0x00000FF4: no byte at 0x00000FF0: the first data begins at 0x00001000",
    );
    refused(
        &sum(crc("c", 0x10F0..0x1200, 0x1080)),
        "checksum `c`: no byte at 0x00001100: the data before it ends at 0x00001100, and none follows; say what gaps contribute if that is meant",
    );
    refused(
        &sum(crc("c", 0x10F0..0x2000_0000, 0x1080).gaps(Gaps::Fill(0))),
        "checksum `c`: more than 268435456 missing bytes would be filled",
    );
    let words = |over| Repair::new("s", Algorithm::from_name("sum16le").unwrap(), over).stored_at(0x1080);
    refused(
        &sum(words(0x1001..0x1011).u16_le()),
        "checksum `s`: 0x00001001..0x00001011 does not begin and end at a multiple of 2, the bytes in a word",
    );
    refused(&sum(words(0x1000..0x1010).u8()), "checksum `s`: 16 bits do not fit a word of 1 bytes");
    refused(
        &sum(words(0x1000..0x1010).uint(17, nameplate::ByteOrder::Big)),
        "checksum `s`: a word of 17 bytes; 1 to 16 can be had",
    );
    refused(
        &sum(words(0x1000..0x1010).uint(0, nameplate::ByteOrder::Big)),
        "checksum `s`: a word of 0 bytes; 1 to 16 can be had",
    );
}

#[test]
fn cycles_are_named() {
    let two = Layout::new().repair(crc("a", 0x1080..0x1084, 0x1090)).repair(crc("b", 0x1090..0x1094, 0x1080));
    refused(&two, "checksum `a`: covers itself by way of others: `a` covers `b` covers `a`");
    let three = Layout::new()
        .repair(crc("first", 0x1080..0x1084, 0x10B0))
        .repair(crc("a", 0x1084..0x1088, 0x1080))
        .repair(crc("b", 0x1088..0x108C, 0x1084))
        .repair(crc("c", 0x1080..0x1084, 0x1088));
    refused(&three, "checksum `a`: covers itself by way of others: `a` covers `b` covers `c` covers `a`");
}

/// Three checksums, each over the word of the one before, in every order of description.
#[test]
fn nested_checksums_in_any_order() {
    let bytes = firmware();
    let template = Raw::new(&bytes, 0x1000).unwrap();
    let sums = [
        crc("inner", 0x1080..0x1084, 0x1090),
        crc("middle", 0x1088..0x1094, 0x10A0),
        crc("outer", 0x1000..0x10B0, 0x10B0),
    ];
    let mut expected = bytes.clone();
    expected[0x80..0x84].copy_from_slice(b"\x01\x02\x03\x04");
    for (over, at) in [(0x80..0x84, 0x90), (0x88..0x94, 0xA0), (0..0xB0, 0xB0)] {
        let crc = crc32(expected[over].to_vec()).to_le_bytes();
        expected[at..at + 4].copy_from_slice(&crc);
    }
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let layout =
            order.iter().fold(Layout::new().field(field("id", 0x1080, 4)), |layout, &n| layout.repair(sums[n].clone()));
        let plan = layout.compile(&template).unwrap();
        let fields: Vec<_> = plan.fields().map(|(name, span, encoding)| (name, span, encoding.to_string())).collect();
        assert_eq!(fields, [("id", nameplate::Span::new(0x1080, 4).unwrap(), "bytes:4".to_owned())]);
        let mut unit = plan.stamper(&template).unwrap();
        assert_eq!(unit.stamp(&[("id", Value::from(&[1, 2, 3, 4]))]).unwrap().bytes(), expected);
        let order: Vec<&str> = plan.checks().map(|(repair, _)| repair.name()).collect();
        assert_eq!(order, ["inner", "middle", "outer"]);
    }
}

#[test]
fn gaps_in_the_coverage() {
    // Bytes 0..16 and 24..32 at 0x100, the word behind.
    let text = [
        crate::record(0, 0x100, &noise(3, 16)),
        crate::record(0, 0x118, &noise(4, 8)),
        crate::record(0, 0x130, &[0xFF; 8]),
    ];
    let text = text.join("\n") + "\n:00000001FF\n";
    let hex = nameplate::image::Hex::parse(text.as_bytes()).unwrap();
    let (head, tail) = (noise(3, 16), noise(4, 8));
    for (gaps, fill) in [(Gaps::Skip, vec![]), (Gaps::Fill(0xFF), vec![0xFF; 8]), (Gaps::Fill(0), vec![0; 8])] {
        let layout = Layout::new()
            .field(field("id", 0x102, 2).expect(Guard::Any))
            .repair(crc("c", 0x100..0x120, 0x130).gaps(gaps));
        let plan = layout.compile(&hex).unwrap();
        let mut unit = plan.stamper(&hex).unwrap();
        let stamped = unit.stamp(&[("id", Value::from(&[7, 8]))]).unwrap().bytes().to_vec();
        let mut covered = [head.clone(), fill, tail.clone()].concat();
        covered[2..4].copy_from_slice(&[7, 8]);
        let memory = crate::memory(&stamped);
        let word: Vec<u8> = memory.range(0x130..0x134).map(|(_, byte)| *byte).collect();
        assert_eq!(word, crc32(covered).to_le_bytes(), "{gaps:?}");
    }
    // A range in which the image has nothing.
    for (gaps, expected) in [(Gaps::Skip, Some("checksum `c`: covers no byte")), (Gaps::Fill(0xFF), None)] {
        let error = Layout::new().repair(crc("c", 0x200..0x220, 0x130).gaps(gaps)).compile(&hex).err();
        assert_eq!(error.map(|error| error.to_string()).as_deref(), expected);
    }
}

#[test]
fn what_the_template_holds() {
    let mut bytes = firmware();
    let right = crc32(bytes[..0x80].to_vec());
    bytes[0xC0..0xC4].copy_from_slice(&right.to_be_bytes());
    let template = Raw::new(&bytes, 0x1000).unwrap();
    let compile = |state: Template, at: u64| {
        let repair = Repair::crc("c", CRC_32_ISO_HDLC, 0x1000..0x1080).stored_at(at).u32_be().template(state);
        Layout::new().repair(repair).compile(&template).map(|_| ()).map_err(|error| error.to_string())
    };
    assert_eq!(compile(Template::Valid, 0x10C0), Ok(()));
    assert_eq!(compile(Template::Blank, 0x1080), Ok(()));
    assert_eq!(compile(Template::Pattern(Erased::byte(0xFF)), 0x1080), Ok(()));
    assert!(compile(Template::Pattern(Erased::byte(0)), 0x1080).is_err());
    assert_eq!(compile(Template::Bytes(right.to_be_bytes().to_vec()), 0x10C0), Ok(()));
    assert_eq!(compile(Template::Unknown, 0x10C4), Ok(()));
    let why = "wrong range, algorithm or byte order, or a template that was changed; if the build leaves the word to be filled, say that it is blank";
    assert_eq!(
        compile(Template::Valid, 0x1080),
        Err(format!("checksum `c`: the template holds 0xFFFFFFFF, computed is {right:#X}: {why}"))
    );
    assert_eq!(
        compile(Template::Blank, 0x10C0),
        Err(format!("checksum `c`: the template holds {right:#010X}, expected 0xFFFFFFFF"))
    );
}

#[test]
fn steps_after_the_check() {
    let bytes = firmware();
    let template = Raw::new(&bytes, 0x1000).unwrap();
    let sum: u8 = bytes[..0x10].iter().fold(0, |sum, byte| sum.wrapping_add(*byte));
    for (steps, expected) in [
        (vec![], sum),
        (vec![Step::Not], !sum),
        (vec![Step::Negate], sum.wrapping_neg()),
        (vec![Step::Not, Step::Add(1)], sum.wrapping_neg()),
        (vec![Step::Add(0x1FF), Step::Negate], sum.wrapping_sub(1).wrapping_neg()),
    ] {
        let repair = Repair::new("s", Algorithm::from_name("sum8").unwrap(), 0x1000..0x1010).stored_at(0x1080).u16_le();
        let repair = steps.iter().fold(repair, |repair, step| repair.step(*step)).template(Template::Blank);
        let plan = Layout::new().repair(repair).compile(&template).unwrap();
        let stamped = plan.stamper(&template).unwrap().stamp(&[]).unwrap().bytes().to_vec();
        assert_eq!(stamped[0x80..0x82], [expected, 0], "{steps:?}: modulo 2⁸, then widened");
    }
}

#[test]
fn fields_expect() {
    let mut bytes = firmware();
    bytes[0x80..0x84].copy_from_slice(&[0xFF, 0x3F, 0xFF, 0x3F]);
    let template = Raw::new(&bytes, 0x1000).unwrap();
    let compile = |field: Field, erased: Erased| {
        Layout::new().erased(erased).field(field).compile(&template).map(|_| ()).map_err(|error| error.to_string())
    };
    let (plain, pic) = (Erased::default(), Erased::pattern(&[0xFF, 0x3F]).unwrap());
    assert_eq!(compile(field("a", 0x1080, 4), pic), Ok(()));
    assert_eq!(compile(field("a", 0x1081, 3), pic), Ok(()));
    assert_eq!(compile(field("a", 0x1080, 4).expect(Guard::Any), plain), Ok(()));
    assert_eq!(compile(field("a", 0x1080, 2).expect(Guard::Bytes(vec![0xFF, 0x3F])), plain), Ok(()));
    let found = "field `a` at 0x00001080..0x00001084: found 0xFF3FFF3F, expected";
    let guess = "; was it stamped already, or is this the wrong place?";
    let blank = " as erased memory (`erased` says what that reads as, `expect` what else may be there)";
    assert_eq!(compile(field("a", 0x1080, 4), plain), Err(format!("{found} 0xFFFFFFFF{blank}{guess}")));
    assert_eq!(
        compile(field("a", 0x1080, 4).expect(Guard::Bytes(vec![1, 2, 3, 4])), plain),
        Err(format!("{found} 0x01020304{guess}"))
    );
    let secret = compile(field("a", 0x1080, 4).secret(), plain);
    assert_eq!(
        secret,
        Err(format!(
            "field `a` at 0x00001080..0x00001084: found something else, expected what its guard says{blank}{guess}"
        ))
    );

    let plan = Layout::new().erased(pic).field(field("a", 0x1080, 4)).compile(&template).unwrap();
    let mut unit = plan.stamper(&template).unwrap();
    let error = unit.stamp(&[("a", Value::from(&[0xFF, 0x3F, 0xFF, 0x3F]))]).unwrap_err();
    assert_eq!(error.to_string(), "field `a`: the value looks like erased memory, so the unit would look blank");
    assert!(unit.stamp(&[("a", Value::from(&[0x3F, 0xFF, 0x3F, 0xFF]))]).is_ok());
}

/// A text field can tell a unit that was stamped from another place.
#[test]
fn stamped_already_is_not_the_wrong_place() {
    let bytes = firmware();
    let template = Raw::new(&bytes, 0x1000).unwrap();
    let layout = Layout::new()
        .field(Field::new("serial", At::address(0x1080), Encoding::ascii(8).pad(0)))
        .field(field("id", 0x1088, 4));
    let plan = layout.compile(&template).unwrap();
    let mut unit = plan.stamper(&template).unwrap();
    let stamped = unit.stamp(&[("serial", "N-0042".into()), ("id", Value::from(&[1, 2, 3, 4]))]).unwrap();
    let compile = |bytes: &[u8]| layout.compile(&Raw::new(bytes, 0x1000).unwrap()).unwrap_err().to_string();
    let yes = "; all fields hold values: this looks like a unit that was stamped already";
    let no = "; this is no stamped unit either: is it the right place, in the right build?";
    assert!(compile(stamped.bytes()).ends_with(yes));
    for (at, byte) in [(0x80, 0x03), (0x82, 0xFF)] {
        let mut other = stamped.bytes().to_vec();
        other[at] = byte;
        assert!(compile(&other).ends_with(no), "{}", compile(&other));
    }
    let mut half = stamped.bytes().to_vec();
    half[0x88..0x8C].fill(0xFF);
    assert!(compile(&half).ends_with(no));
}

#[test]
fn another_build_does_not_bind() {
    let bytes = firmware();
    let template = Raw::new(&bytes, 0x1000).unwrap();
    let layout = Layout::new().field(field("id", 0x1080, 4)).repair(crc("app", 0x1000..0x10A0, 0x10B0));
    let plan = layout.compile(&template).unwrap();
    let mut other = bytes.clone();
    other[3] ^= 1;
    let error = plan.stamper(&Raw::new(&other, 0x1000).unwrap()).map(|_| ()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "under checksum `app` the image differs from the one the plan was compiled for: is it of another build, or are gaps filled in another way?"
    );
    let stamped =
        plan.stamper(&template).unwrap().stamp(&[("id", Value::from(&[1, 2, 3, 4]))]).unwrap().bytes().to_vec();
    let error = plan.stamper(&Raw::new(&stamped, 0x1000).unwrap()).map(|_| ()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "field `id` at 0x00001080..0x00001084: found 0x01020304, expected 0xFFFFFFFF as erased memory (`erased` says what that reads as, `expect` what else may be there); was it stamped already, or is this the wrong place?"
    );
}

/// The same bytes under a checksum, but something else where its word goes.
#[test]
fn words_are_looked_at_again() {
    let bytes = firmware();
    let mut code = bytes.clone();
    code[0xB0..0xB4].copy_from_slice(b"CODE");
    let image = |bytes| Raw::new(bytes, 0x1000).unwrap();
    let key = field("key", 0x1080, 2).expect(Guard::Any);
    let bind = |field: Field, template| {
        let layout = Layout::new().field(field).repair(crc("app", 0x1000..0x1090, 0x10B0).template(template));
        let plan = layout.compile(&image(&bytes)).unwrap();
        assert!(plan.stamper(&image(&bytes)).is_ok());
        plan.stamper(&image(&code)).map(|_| ()).map_err(|error| error.to_string())
    };
    assert_eq!(
        bind(key.clone(), Template::Blank).unwrap_err(),
        "checksum `app`: the template holds 0x434F4445, expected 0xFFFFFFFF"
    );
    assert_eq!(
        bind(key.clone().secret(), Template::Blank).unwrap_err(),
        "checksum `app`: the template holds something else than expected; a field is secret, so neither is shown"
    );
    assert_eq!(bind(key, Template::Unknown), Ok(()));
}

/// As many bytes, which give the same value, but with the gap elsewhere: the sums of a unit would be wrong.
#[test]
fn gaps_elsewhere_do_not_bind() {
    let build = |gap: u64| {
        let memory: crate::Memory = (0x100..0x112).filter(|at| *at != gap).map(|at| (at, 0)).collect();
        crate::hex_text(&memory, crate::images::STYLES[0])
    };
    let sum = Repair::new("sum", FLETCHER_16.into(), 0x100..0x110).stored_at(0x110).u16_le().gaps(Gaps::Skip);
    let layout = Layout::new().field(field("id", 0x108, 1).expect(Guard::Any)).repair(sum);
    let [text, other] = [0x101, 0x10F].map(build);
    let [template, other] = [&text, &other].map(|text| Hex::parse(text.as_bytes()).unwrap());
    let plan = layout.compile(&template).unwrap();
    assert!(plan.stamper(&template).is_ok() && layout.compile(&other).is_ok());
    assert!(plan.stamper(&other).unwrap_err().to_string().starts_with("under checksum `sum` the image differs"));
}

#[test]
fn reading_back() {
    let bytes = firmware();
    let template = Raw::new(&bytes, 0x1000).unwrap();
    let layout = Layout::new()
        .field(Field::new("serial", At::address(0x1080), Encoding::cstr(8)))
        .field(Field::new("n", At::address(0x1090), Encoding::retlw14(Encoding::u16_be())))
        .repair(
            Repair::crc("sum", CRC_16_IBM_3740, 0x1000..0x10A0).stored_at(0x10A0).u16_be().template(Template::Blank),
        );
    let plan = layout.compile(&template).unwrap();
    assert!(plan.read(&template).unwrap().fields().all(|field| field.is_erased()));
    let mut unit = plan.stamper(&template).unwrap();
    let values = [("serial", Value::from("EU-7")), ("n", Value::from(0xBEEF_u16))];
    let mut dump = unit.stamp(&values).unwrap().bytes().to_vec();

    let good = Raw::new(&dump, 0x1000).unwrap();
    let reading = plan.read(&good).unwrap();
    let serial = reading.field("serial").unwrap();
    assert!(serial.value().unwrap().expose() == View::Text("EU-7") && !serial.is_erased());
    assert_eq!(serial.bytes(), Some(&b"EU-7\0\0\0\0"[..]));
    assert!(reading.field("n").unwrap().value().unwrap().expose() == View::Uint(0xBEEF));
    assert!(!serial.matches(&Value::from("EU-8")) && !serial.matches(&Value::from(7_u8)));
    assert!(reading.field("none").is_none());
    let sum = reading.checks().next().unwrap();
    assert!(sum.is_right() && sum.numbers().is_some_and(|(stored, computed)| stored == computed));

    dump[0x10] ^= 1;
    dump[0x91] = 0x35;
    let bad = Raw::new(&dump, 0x1000).unwrap();
    let reading = plan.read(&bad).unwrap();
    assert!(!reading.checks().next().unwrap().is_right());
    let error = reading.field("n").unwrap().value().map(|_| ()).unwrap_err();
    assert_eq!(error.to_string(), "opcode 0x35 at offset 1, expected 0x34");

    for byte in [0x00, 0xFF] {
        let dump = [byte; 256];
        let error = plan.read(&Raw::new(&dump, 0x1000).unwrap()).map(|_| ()).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("every byte reads {byte:#04X}: is read protection on, or was nothing programmed?")
        );
    }
    let short = Raw::new(&dump[..0x90], 0x1000).unwrap();
    let error = plan.read(&short).map(|_| ()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "field `n` at 0x00001090..0x00001094: no byte at 0x00001090: the data before it ends at 0x00001090, and none follows"
    );
}

/// All bytes may read 0x00, or 0xFF, where all other memory of the template does, and no field expects erased memory that
/// would be so.
#[test]
fn units_of_which_all_bytes_are_alike() {
    let number = |guard: Guard| Field::new("n", At::address(4), Encoding::u16_le()).expect(guard);
    let (fill, blank) = ([0xA5; 2], [0xFF; 2]);
    let around = |byte: u8, own: [u8; 2]| [&[byte; 4][..], &own, &[byte; 2]].concat();
    for (template, guard, may) in [
        (around(0xFF, fill), Guard::Any, &[0xFF][..]),
        (around(0xFF, fill), Guard::Bytes(fill.to_vec()), &[0xFF]),
        (around(0xFF, blank), Guard::Erased, &[]),
        (around(0x00, fill), Guard::Any, &[0x00]),
        (around(0x00, blank), Guard::Erased, &[0x00]),
        (around(0x11, fill), Guard::Any, &[]),
        ([around(0xFF, fill), vec![0xFE]].concat(), Guard::Any, &[]),
    ] {
        let about = format!("{template:02X?} {guard:?}");
        let plan = Layout::new().field(number(guard)).compile(&Raw::new(&template, 0).unwrap()).unwrap();
        for byte in [0x00, 0xFF] {
            let dump = vec![byte; template.len()];
            let read = plan.read(&Raw::new(&dump, 0).unwrap());
            assert_eq!(read.is_ok(), may.contains(&byte), "{about}: {byte:#04X}");
        }
    }
    // Of a field alone nothing else tells.
    for (guard, own, may) in [(Guard::Any, fill, true), (Guard::Erased, blank, false)] {
        let template = Raw::new(&own, 4).unwrap();
        let plan = Layout::new().field(number(guard)).compile(&template).unwrap();
        for dump in [[0x00; 2], [0xFF; 2]] {
            assert_eq!(plan.read(&Raw::new(&dump, 4).unwrap()).is_ok(), may);
        }
    }
}

/// A field of zeros matches zero, and no value that does not fit it.
#[test]
fn a_value_that_does_not_fit_does_not_match() {
    let bytes = [[0; 16], [1; 16]].concat();
    let raw = Raw::new(&bytes, 0).unwrap();
    let number = Field::new("n", At::address(0), Encoding::u16_le()).expect(Guard::Any);
    let bytes = Field::new("b", At::address(4), Encoding::bytes(4)).expect(Guard::Any);
    let plan = Layout::new().field(number).field(bytes).compile(&raw).unwrap();
    let reading = plan.read(&raw).unwrap();
    let (number, bytes) = (reading.field("n").unwrap(), reading.field("b").unwrap());
    assert!(number.matches(&0_u8.into()) && bytes.matches(&Value::from(&[0; 4])));
    for value in [Value::from(0x1_0000_u32), Value::from("0"), Value::from(&[0, 0]), Value::from(1_u8)] {
        assert!(!number.matches(&value), "{value:?}");
    }
    // Two bytes that differ alike are two that differ.
    for value in [Value::from(&[1, 1, 0, 0]), Value::from(&[0; 3]), Value::from(&[0; 5]), 0_u8.into(), Value::from(&[])]
    {
        assert!(!bytes.matches(&value), "{value:?}");
    }
}

/// What a person sees who prints it: names and places; bytes, but for secrets and what covers them.
#[test]
fn what_is_shown() {
    let bytes = firmware();
    let template = Raw::new(&bytes, 0x1000).unwrap();
    let place = At::address(0x1080).plus(4);
    assert_eq!((place.base(), place.offset()), (&Base::Address(0x1080), 4));
    let id = Field::new("id", place, Encoding::u16_be());
    assert_eq!(
        format!("{id:?}"),
        "Field { name: \"id\", at: At { base: Address(4224), offset: 4 }, encoding: Encoding(Uint { len: 2, order: Big }), guard: Erased, gap: Error, secret: false, lock_words: false }"
    );
    let key = field("key", 0x1090, 2).expect(Guard::Bytes(vec![0xFF; 2])).secret().lock_words();
    assert!(
        format!("{key:?}").ends_with("guard: Bytes(2 bytes), gap: Error, secret: true, lock_words: true }"),
        "{key:?}"
    );
    let open = Repair::new("open", Algorithm::from_name("sum8").unwrap(), 0x1084..0x1086).stored_at(0x10A0).u8();
    let layout = Layout::new().field(id).field(key).repair(open.template(Template::Blank)).repair(crc(
        "sum",
        0x1090..0x1092,
        0x10A4,
    ));
    let plan = layout.compile(&template).unwrap();
    let places = "\"id\": 0x00001084..0x00001086, \"key\": 0x00001090..0x00001092, \"open\": 0x000010A0..0x000010A1, \"sum\": 0x000010A4..0x000010A8";
    assert_eq!(format!("{plan:?}"), format!("{{{places}}}"));
    let mut unit = plan.stamper(&template).unwrap();
    assert_eq!(format!("{unit:?}"), format!("Stamper {{ plan: {{{places}}}, .. }}"));
    let stamped = unit.stamp(&[("id", 0x1234_u16.into()), ("key", Value::from(&[7, 8]).into_secret())]).unwrap();
    assert_eq!(
        format!("{stamped:?}"),
        "[id at 0x00001084..0x00001086: 0x1234, key at 0x00001090..0x00001092: secret, open at 0x000010A0..0x000010A1: 0xFF -> 0x46, sum at 0x000010A4..0x000010A8: covers a secret]"
    );
    let mut image = stamped.bytes().to_vec();
    image[0xA4] ^= 1;
    let image = Raw::new(&image, 0x1000).unwrap();
    let reading = plan.read(&image).unwrap();
    assert_eq!(
        format!("{reading:?}"),
        "[id at 0x00001084..0x00001086: [12, 34], key at 0x00001090..0x00001092: secret, open at 0x000010A0..0x000010A1: right, sum at 0x000010A4..0x000010A8: wrong]"
    );
    let fields: Vec<_> = reading.fields().map(|field| (field.name(), field.is_secret(), field.bytes())).collect();
    assert_eq!(fields, [("id", false, Some(&[0x12, 0x34][..])), ("key", true, None)]);
    let checks: Vec<_> = reading.checks().map(|check| (check.name(), check.is_right(), check.bytes())).collect();
    assert_eq!(checks, [("open", true, Some(&[0x46][..])), ("sum", false, None)]);
}

/// From a place to the end of what it is counted from.
#[test]
fn the_rest_of_a_place() {
    let bytes = firmware();
    let template = Raw::new(&bytes, 0x1000).unwrap();
    let marker = At::marker(Marker::new(&bytes[0x20..0x28]).unwrap());
    let rest = |at: At| at.rest(&template).map(|span| span.to_string()).map_err(|error| error.to_string());
    assert_eq!(rest(marker.plus(3)), Ok("0x00001023..0x00001028".to_owned()));
    assert_eq!(rest(At::address(0x1005)), Ok("0x00001005..0x00001005".to_owned()));
    assert!(rest(At::section(".id")).unwrap_err().starts_with("the image has no symbols and sections"));
}

/// Bytes that a HEX file lacks are added for fields that say so, and for no other.
#[test]
fn missing_bytes_are_added() {
    let text = crate::record(0, 0x100, &[1, 2]) + "\n:00000001FF\n";
    let hex = Hex::parse(text.as_bytes()).unwrap();
    let layout = Layout::new()
        .erased(Erased::byte(0))
        .field(Field::new("row", At::address(0x110).plus(2), Encoding::u16_le()).gap(Gap::Add))
        .field(field("flash", 0x120, 4))
        .field(Field::new("symbol", At::symbol("s"), Encoding::u8()).gap(Gap::Add));
    let added = layout.add_missing(&hex).unwrap();
    let expected = [(0x100, 1), (0x101, 2), (0x112, 0), (0x113, 0)];
    assert_eq!(crate::memory(&added), crate::Memory::from(expected));
}

/// A key is stamped and reads back, and is in nothing that is meant to be read.
#[test]
fn secrets_stay_in() {
    const KEY: [u8; 16] = *b"\xCA\xFEcanary\x01\x02\x03\x04\x05\x06\x07\x08";
    let bytes = firmware();
    let template = Raw::new(&bytes, 0x1000).unwrap();
    let layout = Layout::new()
        .field(field("key", 0x1080, 16).secret())
        .field(field("id", 0x1090, 2))
        .repair(crc("sum", 0x1080..0x10A0, 0x10A0))
        .repair(crc("outer", 0x10A0..0x10A4, 0x10A4))
        .repair(crc("open", 0x1090..0x1092, 0x10A8));
    let plan = layout.compile(&template).unwrap();
    assert!(plan.has_secret());
    let mut unit = plan.stamper(&template).unwrap();
    let values = [("key", Value::from(&KEY).into_secret()), ("id", Value::from(&[1, 2]))];
    let mut said = vec![format!("{plan:?} {unit:?} {values:?}")];
    let stamped = unit.stamp(&values).unwrap();
    let image = stamped.bytes().to_vec();
    let masked = stamped.masked().into_owned();
    assert_eq!(masked[0x80..0x90], [0xFF; 16]);
    assert_eq!(masked[0xA0..0xA8], [0xFF; 8], "words that depend on the key are masked");
    assert_eq!(masked[0xA8..0xAC], image[0xA8..0xAC]);
    let record = stamped.record().to_owned();
    said.push(format!("{stamped:?} {record:?}"));
    assert_eq!(record.fields[0].bytes, None);
    assert_eq!((&record.checks[0].after, &record.checks[1].after), (&None, &None));
    assert!(record.checks[2].after.is_some());

    let dump = Raw::new(&image, 0x1000).unwrap();
    let reading = plan.read(&dump).unwrap();
    let key = reading.field("key").unwrap();
    assert!(key.matches(&Value::from(&KEY)) && key.bytes().is_none() && key.expose() == KEY);
    let value = key.value().unwrap();
    assert!(value.is_secret() && value.view().is_none());
    assert!(reading.checks().take(2).all(|check| check.is_right() && check.numbers().is_none()));
    said.push(format!("{reading:?} {value:?} {dump:?}"));

    let long: &[u8] = &[KEY, KEY].concat();
    for value in [Value::from(long), Value::from(0xCAFE_u16), Value::from("canary")] {
        said.push(unit.stamp(&[("key", value)]).unwrap_err().to_string());
    }
    let text = Layout::new().field(Field::new("key", At::address(0x1080), Encoding::ascii(4).pad(0)).secret());
    let plan = text.compile(&template).unwrap();
    said.push(plan.stamper(&template).unwrap().stamp(&[("key", Value::from("can\u{E0}"))]).unwrap_err().to_string());
    for said in said {
        let lower = said.to_lowercase();
        for canary in ["canary", "cafe", "51966", "202, 254", "ca, fe", "e0", "à"] {
            assert!(!lower.contains(canary), "{canary} in {said}");
        }
    }
    assert_eq!(unit.bytes(), template.file(), "nothing of the key is left behind");
}
