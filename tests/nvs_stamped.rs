//! Fields at keys of NVS partitions: stamped with their CRCs, undone, and read where a device has moved them.

use nameplate::image::nvs::{Data, Writer};
use nameplate::image::{Hex, Merge, Nvs, Raw, Sparse, hex};
use nameplate::plan::{KeyError, LocateError, PlanErrorKind, ReadError};
use nameplate::{At, Encoding, Field, Guard, Layout, Plan, Span};

use crate::noise;
use crate::nvs_twin::{self as twin, Raw as Entry};

const BASE: u64 = 0x9000;

fn put(writer: &mut Writer, seed: u64) -> [Vec<u8>; 4] {
    let digits: String = noise(seed, 15).iter().map(|byte| char::from(b'0' + byte % 10)).collect();
    let (mac, n, small) = (noise(seed + 1, 6), noise(seed + 2, 8), vec![noise(seed + 3, 1)[0] & 0x7F]);
    writer.put("factory", "serial", Data::String(&digits)).unwrap();
    writer.put("factory", "mac", Data::Blob(&mac)).unwrap();
    writer.put("cfg", "n", Data::U64(u64::from_le_bytes(n.clone().try_into().unwrap()))).unwrap();
    writer.put("cfg", "i", Data::I8(i8::from_le_bytes([small[0]]))).unwrap();
    [digits.into_bytes(), mac, n, small]
}

fn partition(seed: u64) -> (Vec<u8>, [Vec<u8>; 4]) {
    let mut writer = Writer::new(0x3000).unwrap();
    let values = put(&mut writer, seed);
    (writer.finish(), values)
}

fn field(name: &str, at: At, encode: &str) -> Field {
    Field::new(name, at, encode.parse().unwrap()).expect(Guard::Any)
}

fn layout() -> Layout {
    Layout::new()
        .field(field("serial", At::nvs("factory", "serial"), "cstr:16"))
        .field(field("mac", At::nvs("factory", "mac"), "bytes:6"))
        .field(field("n", At::nvs("cfg", "n"), "u64le"))
        .field(field("i", At::nvs("cfg", "i"), "i8"))
}

fn stamp(plan: &Plan, image: &dyn nameplate::image::Container, [serial, mac, n, i]: &[Vec<u8>; 4]) -> Vec<u8> {
    let mut unit = plan.stamper(image).unwrap();
    let (n, i) = (u64::from_le_bytes(n.as_slice().try_into().unwrap()), i[0]);
    let values = [
        ("serial", std::str::from_utf8(serial).unwrap().into()),
        ("mac", mac.as_slice().into()),
        ("n", n.into()),
        ("i", i.into()),
    ];
    let stamped = unit.stamp(&values).unwrap().bytes().to_vec();
    assert_eq!(unit.undo(), image.file());
    stamped
}

/// A unit stamped over another is what the writer makes of its values, in a BIN, in a merged one and in HEX.
#[test]
fn as_written_from_nothing() {
    let (template, _) = partition(1);
    let image = Raw::new(&template, BASE).unwrap();
    let plan = layout().compile(&image).unwrap();
    let names: Vec<&str> = plan.checks().map(|(repair, _)| repair.name()).collect();
    assert_eq!(names, ["serial.data", "serial.entry", "mac.data", "mac.entry", "n.entry", "i.entry"]);
    let merged = [&noise(5, 0x9000), &template[..], &noise(6, 0x1000)].concat();
    let within = |at: At| at.within(Span::new(BASE, 0x3000).unwrap());
    let mut in_merged = Layout::new();
    for (name, at, encode) in [
        ("serial", At::nvs("factory", "serial"), "cstr:16"),
        ("mac", At::nvs("factory", "mac"), "bytes:6"),
        ("n", At::nvs("cfg", "n"), "u64le"),
        ("i", At::nvs("cfg", "i"), "i8"),
    ] {
        in_merged = in_merged.field(field(name, within(at), encode));
    }
    let merged_image = Raw::new(&merged, 0).unwrap();
    let merged_plan = in_merged.compile(&merged_image).unwrap();
    let memory = Sparse::from_pieces([(BASE, template.as_slice())], Merge::Error).unwrap();
    let text = hex::Style::default().to_vec(&memory).unwrap();
    let hex = Hex::parse(&text).unwrap();
    for seed in 2..20 {
        let (expected, values) = partition(seed * 100);
        assert!(stamp(&plan, &image, &values) == expected);
        let stamped = stamp(&merged_plan, &merged_image, &values);
        assert!(stamped[0x9000..0xC000] == expected);
        assert!(stamped[..0x9000] == merged[..0x9000] && stamped[0xC000..] == merged[0xC000..]);
        // One plan for the binary and the HEX file.
        let stamped = stamp(&plan, &hex, &values);
        assert!(
            nameplate::image::flatten(
                &Hex::parse(&stamped).unwrap(),
                Span::new(BASE, 0x3000).unwrap(),
                nameplate::image::Erased::default(),
                1 << 20
            )
            .unwrap()
                == expected
        );
    }
}

#[test]
fn refused() {
    let (template, _) = partition(1);
    let image = Raw::new(&template, BASE).unwrap();
    let fail = |at: At, encode: &str| {
        let error = Layout::new().field(field("f", at, encode)).compile(&image).unwrap_err();
        assert!(matches!(error.kind(), PlanErrorKind::Locate { error: LocateError::Nvs(_), .. }), "{error}");
        error.to_string().strip_prefix("field `f`: ").unwrap().to_owned()
    };
    let none = fail(At::nvs("other", "n"), "u8");
    assert_eq!(none, "the NVS partition has no namespace \"other\"; it has \"factory\", \"cfg\"");
    let none = fail(At::nvs("cfg", "m"), "u8");
    assert_eq!(none, "namespace \"cfg\" of the NVS partition has no key \"m\"; it has \"i\", \"n\"");
    let kind = fail(At::nvs("cfg", "n"), "i64le");
    assert_eq!(kind, "cfg/n is a u64 in the NVS partition, and `i64le` writes a i64");
    let len = "factory/serial has 16 bytes in the NVS partition, and `cstr:12` writes 12: another length would move what lies behind it";
    assert_eq!(fail(At::nvs("factory", "serial"), "cstr:12"), len);
    assert_eq!(fail(At::nvs("cfg", "n"), "u64be"), "NVS has no type for `u64be`: its numbers are little-endian");
    let ascii = "NVS has no type for `ascii:16:nul`: its texts end with a NUL (cstr:N), its blobs are bytes (bytes:N)";
    assert_eq!(fail(At::nvs("factory", "serial"), "ascii:16:nul"), ascii);
    let other = "NVS has no type for `bytes:6:reversed`: it has u8, u16le, u32le, u64le, the same with i, cstr:N for text, and bytes:N for blobs";
    assert_eq!(fail(At::nvs("factory", "mac"), "bytes:6:reversed"), other);
    let offset = "a field at `nvs:` is all of the value: leave `+1` out";
    assert_eq!(fail(At::nvs("cfg", "i").plus(1), "i8"), offset);

    let layout = |at: At| Layout::new().field(field("f", at, "i8"));
    let compile = |file: &[u8], at: At| layout(at).compile(&Raw::new(file, BASE).unwrap()).unwrap_err().to_string();
    let mut damaged = template.clone();
    damaged[130] ^= 1;
    let said = compile(&damaged, At::nvs("cfg", "i"));
    assert!(
        said.starts_with(
            "field `f`: the NVS partition at 0x00009000..0x0000C000: page 0, entry 1 (offset 0x00000060): the CRC over"
        ),
        "{said}"
    );
    let whole = [&[0; 4096], &template[..]].concat();
    let said = compile(&whole, At::nvs("cfg", "i"));
    assert!(said.ends_with("; of an image with more than the partition, say where it lies"), "{said}");
    let within = At::nvs("cfg", "i").within(Span::new(0x8000, 0x2000).unwrap());
    let gap = "field `f`: the NVS partition at 0x00008000..0x0000A000: no byte at 0x00008000: the first data begins at 0x00009000";
    assert_eq!(compile(&template, within), gap);

    // Another field on the key of an entry; text that is shorter.
    let over = layout(At::nvs("cfg", "i")).field(field("g", At::address(BASE + 64 + 8 * 32 + 10), "u8"));
    assert!(
        over.compile(&image).unwrap_err().to_string().contains("(NVS entry)"),
        "{}",
        over.compile(&image).unwrap_err()
    );
    let serial = Layout::new().field(field("serial", At::nvs("factory", "serial"), "cstr:16"));
    let plan = serial.compile(&image).unwrap();
    let error = plan.stamper(&image).unwrap().stamp(&[("serial", "EU-1".into())]).map(drop).unwrap_err();
    let short = "field `serial`: text of 4 bytes, where one of 15 bytes is wanted, as long as the entry in NVS: another length would move what lies behind it";
    assert_eq!(error.to_string(), short);
}

#[test]
fn blob_in_chunks() {
    let mut writer = Writer::new(0x4000).unwrap();
    writer.put("a", "big", Data::Blob(&[0; 5000])).unwrap();
    let file = writer.finish();
    let layout = Layout::new().field(field("f", At::nvs("a", "big"), "bytes:5000"));
    let error = layout.compile(&Raw::new(&file, 0).unwrap()).unwrap_err().to_string();
    assert_eq!(
        error,
        "field `f`: the blob of a/big lies in 2 chunks, and a field in one place, of which journals and lists say the address: of its 5000 bytes a chunk has room for 4000; give it several keys"
    );
    // At the end of a page a shorter one lies in two as well; the longest of one chunk fills a page.
    let of = |before: usize, len: usize| {
        let mut writer = Writer::new(0x4000).unwrap();
        (0..before).for_each(|n| writer.put("a", &format!("k{n}"), Data::U8(0)).unwrap());
        writer.put("a", "blob", Data::Blob(&vec![0; len])).unwrap();
        let file = writer.finish();
        let field = field("f", At::nvs("a", "blob"), &format!("bytes:{len}"));
        let compiled = Layout::new().field(field).compile(&Raw::new(&file, 0).unwrap());
        compiled.map(drop).map_err(|error| error.to_string())
    };
    assert_eq!(of(0, 124 * 32), Ok(()));
    assert!(of(0, 4000).unwrap_err().ends_with("say the address: write it before what fills its page"));
    assert_eq!(of(125, 4000), Ok(()));
    assert!(of(125, 4001).unwrap_err().ends_with("of its 4001 bytes a chunk has room for 4000; give it several keys"));
    assert!(of(120, 400).unwrap_err().ends_with("say the address: write it before what fills its page"));
    // Both CRCs of both chunks.
    let nvs = Nvs::parse(&file).unwrap();
    let repairs = nameplate::repair::preset::nvs_item("big", &nvs.get("a", "big").unwrap(), 0);
    let names: Vec<&str> = repairs.iter().map(nameplate::Repair::name).collect();
    assert_eq!(names, ["big.data", "big.entry", "big.2.data", "big.2.entry"]);
    let layout = repairs.into_iter().fold(Layout::new().field(field("f", At::address(200), "bytes:4")), Layout::repair);
    assert!(layout.compile(&Raw::new(&file, 0).unwrap()).is_ok());
}

/// The dump of a device that wrote the serial number anew, behind what it had, and moved the rest to another page.
#[test]
fn moved_by_the_device() {
    let (template, _) = partition(1);
    let image = Raw::new(&template, BASE).unwrap();
    let secret = Layout::new().field(field("serial", At::nvs("factory", "serial"), "cstr:16").secret()).field(field(
        "n",
        At::nvs("cfg", "n"),
        "u64le",
    ));
    let plan = secret.compile(&image).unwrap();
    let serial = b"EUDV-0123456789\0";
    let text = |text: &[u8]| Entry::with_data(2, 0x21, 0xFF, "serial", text);
    let names = [Entry::number(0, 1, "cfg", &[1]), Entry::number(0, 1, "factory", &[2])];
    let page = |state, sequence, entries: &[Entry]| {
        let slots: Vec<u8> = entries.iter().flat_map(Entry::bytes).collect();
        twin::page(state, sequence, 0xFE, &slots)
    };
    let old = page(0xFFFF_FFFC, 4, &[text(b"EUDV-0000000000\0")]);
    let n = Entry::number(1, 8, "n", &42_u64.to_le_bytes());
    let new = page(0xFFFF_FFFE, 7, &[&names[..], &[n, text(serial)]].concat());
    let dump = [new, vec![0xFF; 4096], old].concat();
    let moved = Raw::new(&dump, BASE).unwrap();
    let reading = plan.read(&moved).unwrap();
    let field = reading.field("serial").unwrap();
    assert!(field.matches(&"EUDV-0123456789".into()));
    assert_eq!(field.span(), Span::new(BASE + 64 + 4 * 32, 16).unwrap());
    assert!(reading.field("n").unwrap().matches(&42_u64.into()));
    let checks: Vec<(String, u64, bool)> =
        reading.checks().map(|check| (check.name().to_owned(), check.span().start(), check.is_right())).collect();
    let at = |slot: u64, of: u64| BASE + 64 + slot * 32 + of;
    let expected = [
        ("serial.data".to_owned(), at(3, 28), true),
        ("serial.entry".to_owned(), at(3, 4), true),
        ("n.entry".to_owned(), at(2, 4), true),
    ];
    assert_eq!(checks, expected);
    // What is secret is masked where it lies.
    let masked = plan.masked(&moved, &image).unwrap();
    assert!(!masked.windows(10).any(|part| part == &serial[..10]) && masked.len() == dump.len());
    assert!(masked[64 + 2 * 32..64 + 3 * 32] == dump[64 + 2 * 32..64 + 3 * 32]);

    // A data CRC that is wrong is told; so is an entry that is damaged where the template has it.
    let mut damaged = dump.clone();
    damaged[64 + 4 * 32] ^= 1;
    let reading = plan.read(&Raw::new(&damaged, BASE).unwrap()).unwrap();
    let right: Vec<bool> = reading.checks().map(|check| check.is_right()).collect();
    assert_eq!(right, [false, true, true]);
    let mut damaged = template.clone();
    damaged[64 + 32 + 4] ^= 1;
    let reading = plan.read(&Raw::new(&damaged, BASE).unwrap()).unwrap();
    let right: Vec<bool> = reading.checks().map(|check| check.is_right()).collect();
    assert_eq!(right, [true, false, true]);

    // Gone; of another type; encrypted.
    let gone = page(0xFFFF_FFFE, 7, &names);
    let error = plan.read(&Raw::new(&gone, BASE).unwrap()).unwrap_err();
    assert!(matches!(&error, ReadError::Nvs { error, .. } if matches!(**error, KeyError::NoKey { .. })));
    assert_eq!(
        error.to_string(),
        "field `serial`: namespace \"factory\" of the NVS partition has no key \"serial\"; it has none"
    );
    let other = page(0xFFFF_FFFE, 7, &[&names[..], &[Entry::number(2, 1, "serial", &[1])]].concat());
    let error = plan.read(&Raw::new(&other, BASE).unwrap()).unwrap_err().to_string();
    assert_eq!(error, "field `serial`: factory/serial is a u8 in the NVS partition, and `cstr:16` writes a string");
}

/// All integer types at their ends, and encodings that are none.
#[test]
fn types() {
    use nameplate::plan::nvs_type;
    for (name, kind) in [
        ("u8", "u8"),
        ("i8", "i8"),
        ("u16le", "u16"),
        ("i16le", "i16"),
        ("u32le", "u32"),
        ("i32le", "i32"),
        ("u64le", "u64"),
        ("i64le", "i64"),
        ("cstr:9", "string"),
        ("bytes:9", "blob"),
    ] {
        assert_eq!(nvs_type(&name.parse().unwrap()).unwrap().to_string(), kind);
    }
    for name in ["u16be", "i64be", "ascii:4:nul", "bcd:4", "hex:4", "f32le", "bytes:4:reversed", "utf16le:4"] {
        assert!(nvs_type(&name.parse::<Encoding>().unwrap()).is_err(), "{name}");
    }
}
