//! Partitions made of fields: units whose texts are shorter are what the writer makes of their values, in any container,
//! undone and read back.

use nameplate::image::nvs::{Data, Writer};
use nameplate::image::{Container, Hex, Merge, Nvs, Raw, Sparse, hex};
use nameplate::plan::{MadeError, PlanErrorKind, StampErrorKind};
use nameplate::{At, Field, Guard, Layout, Plan, Repair, Span, Value, check::CRC_16_MODBUS};
use proptest::prelude::*;

const BASE: u64 = 0x9000;
const SIZE: usize = 0x3000;

fn field(name: &str, at: At, encode: &str) -> Field {
    Field::new(name, at, encode.parse().unwrap()).expect(Guard::Any)
}

/// A text on both sides of a number and a secret, so that what lies behind a text moves.
fn layout() -> Layout {
    Layout::new()
        .field(field("name", At::nvs("factory", "name"), "cstr:100"))
        .field(field("n", At::nvs("factory", "n"), "u32le"))
        .field(field("password", At::nvs("wifi", "password"), "cstr:64").secret())
        .field(field("mac", At::nvs("factory", "mac"), "bytes:6"))
        .from_nothing()
}

struct Unit<'u> {
    name: &'u str,
    n: u32,
    password: &'u str,
    mac: [u8; 6],
}

impl Unit<'_> {
    fn values(&self) -> [(&'static str, Value<'_>); 4] {
        let password = Value::from(self.password).into_secret();
        [("name", self.name.into()), ("n", self.n.into()), ("password", password), ("mac", (&self.mac).into())]
    }

    fn written(&self) -> Vec<u8> {
        let mut writer = Writer::new(SIZE).unwrap();
        writer.put("factory", "name", Data::String(self.name)).unwrap();
        writer.put("factory", "n", Data::U32(self.n)).unwrap();
        writer.put("wifi", "password", Data::String(self.password)).unwrap();
        writer.put("factory", "mac", Data::Blob(&self.mac)).unwrap();
        writer.finish()
    }
}

fn unit<'u>(name: &'u str, password: &'u str) -> Unit<'u> {
    Unit { name, n: 7, password, mac: [1, 2, 3, 4, 5, 6] }
}

/// Every length of one text, the longest between the others, over a binary and over HEX text, and taken back out.
#[test]
fn every_length() {
    let template = layout().partition(SIZE).unwrap();
    let image = Raw::new(&template, BASE).unwrap();
    let memory = Sparse::from_pieces([(BASE, template.as_slice())], Merge::Error).unwrap();
    let text = hex::Style::default().to_vec(&memory).unwrap();
    let hex = Hex::parse(&text).unwrap();
    let plan = layout().compile(&image).unwrap();
    let (mut of_bin, mut of_hex) = (plan.stamper(&image).unwrap(), plan.stamper(&hex).unwrap());
    let (full, password) = ("f".repeat(99), "p".repeat(63));
    for len in (1..=99).rev() {
        for name in [&full[..len], &full] {
            let unit = unit(name, &password[..63 - len % 50]);
            let expected = unit.written();
            let stamped = of_bin.stamp(&unit.values()).unwrap();
            assert!(stamped.bytes() == expected, "{len}");
            let address = stamped.record().fields().nth(1).unwrap().span.start() - BASE;
            let kept = stamped.masked().into_owned();
            let stamped = of_hex.stamp(&unit.values()).unwrap();
            let masked = Hex::parse(stamped.masked().as_ref()).map(|hex| Sparse::new(&hex)).unwrap();
            assert!(masked.get(Span::new(BASE, SIZE as u64).unwrap()).unwrap() == kept);
            let as_hex = stamped.bytes().to_vec();
            let read = Hex::parse(&as_hex).unwrap();
            assert!(Sparse::new(&read).get(Span::new(BASE, SIZE as u64).unwrap()).unwrap() == expected);
            // What is secret is not in it; the rest is.
            let has = |text: &[u8]| kept.windows(text.len()).any(|part| part == text);
            assert!(has(name.as_bytes()) && !has(&[b'p'; 9]));
            assert_eq!(expected[address as usize..][..4], 7_u32.to_le_bytes());
            assert!(*plan.masked(&Raw::new(&expected, BASE).unwrap(), &image).unwrap() == kept);
            assert!(*plan.undo(&Raw::new(&expected, BASE).unwrap(), &image).unwrap() == template);
            assert!(*plan.undo(&read, &hex).unwrap() == text);
        }
    }
    assert!(of_bin.undo() == template && of_hex.undo() == text);
    assert!(of_bin.undo() == template && of_hex.bytes() == text);
}

/// What a stamp writes, as lists and deltas have it: of a text that fills its field, the fields and words; of another,
/// all of the partition.
#[test]
fn writes() {
    let template = layout().partition(SIZE).unwrap();
    let image = Raw::new(&template, BASE).unwrap();
    let plan = layout().compile(&image).unwrap();
    let mut stamper = plan.stamper(&image).unwrap();
    let (full, password) = ("f".repeat(99), "p".repeat(63));
    let whole = unit(&full, &password);
    let stamped = stamper.stamp(&whole.values()).unwrap();
    assert_eq!(stamped.writes().map(|(span, _)| span).collect::<Vec<_>>(), plan.spans().collect::<Vec<_>>());
    let short = unit("EU", &password);
    let stamped = stamper.stamp(&short.values()).unwrap();
    let all: Vec<(Span, Vec<u8>)> = stamped.writes().map(|(span, bytes)| (span, bytes.to_vec())).collect();
    assert_eq!(all.len(), 1);
    assert_eq!(all[0].0, Span::new(BASE, SIZE as u64).unwrap());
    assert!(all[0].1 == short.written());
    let fields: Vec<(String, u64, Option<usize>)> = stamped
        .record()
        .fields()
        .map(|field| (field.name.into_owned(), field.span.start() - BASE, field.bytes.map(|bytes| bytes.len())))
        .collect();
    // Entries: factory, name and a slot, n, wifi, password and two slots, mac.
    let at = |slot: u64, of: u64| 64 + slot * 32 + of;
    let expected = [
        ("name", at(2, 0), Some(3)),
        ("n", at(3, 24), Some(4)),
        ("password", at(6, 0), None),
        ("mac", at(9, 0), Some(6)),
    ];
    assert_eq!(fields, expected.map(|(name, at, len)| (name.to_owned(), at, len)));
}

/// A unit is read by key: texts of any length, with their checksums where they lie.
#[test]
fn read_back() {
    let template = layout().partition(SIZE).unwrap();
    let image = Raw::new(&template, BASE).unwrap();
    let plan = layout().compile(&image).unwrap();
    let one = unit("EU-1", "hunter2");
    let mut file = one.written();
    let dump = Raw::new(&file, BASE).unwrap();
    let reading = plan.read(&dump).unwrap();
    let name = reading.field("name").unwrap();
    assert_eq!((name.bytes(), name.span().len()), (Some(&b"EU-1\0"[..]), 5));
    assert!(matches!(name.value().unwrap().view(), Some(nameplate::value::View::Text("EU-1"))));
    for (field, value) in &one.values() {
        assert!(reading.field(field).unwrap().matches(value), "{field}");
    }
    for other in ["EU-", "EU-1 ", "EU-2", "EU-11"] {
        assert!(!name.matches(&other.into()), "{other}");
    }
    assert!(!reading.field("password").unwrap().matches(&"hunter".into()));
    assert!(reading.checks().all(|check| check.is_right()) && reading.checks().count() == 7);
    // The first character, and the CRC of the entry.
    for (at, wrong) in [(64 + 2 * 32, "name.data"), (64 + 32 + 28, "name.data")] {
        file[at] ^= 1;
        let dump = Raw::new(&file, BASE).unwrap();
        let reading = plan.read(&dump);
        let wrong: Vec<bool> = match &reading {
            Ok(reading) => reading.checks().map(|check| check.is_right() || check.name() != wrong).collect(),
            // Without the entry the key is not found, and not where the template has it.
            Err(error) => vec![!error.to_string().contains("has no key \"name\"")],
        };
        assert!(wrong.contains(&false), "{at}");
        file[at] ^= 1;
    }
    // Without word of `from_nothing` a text has the length of its entry.
    let mut of_others = Layout::new();
    of_others = of_others.field(field("name", At::nvs("factory", "name"), "cstr:100"));
    let plan = of_others.compile(&image).unwrap();
    let error = plan.stamper(&image).unwrap().stamp(&[("name", "EU-1".into())]).map(drop).unwrap_err();
    assert_eq!(error.kind(), &StampErrorKind::Short { found: Some(4), expected: 99 });
    assert!(plan.read(&Raw::new(&one.written(), BASE).unwrap()).is_err());
}

/// A device that wrote its name anew, shorter and elsewhere, keeps what it has when a stamp is taken out.
#[test]
fn undone_on_a_device() {
    let template = layout().partition(SIZE).unwrap();
    let image = Raw::new(&template, BASE).unwrap();
    let plan = layout().compile(&image).unwrap();
    let mut writer = Writer::new(SIZE).unwrap();
    writer.put("factory", "n", Data::U32(9)).unwrap();
    writer.put("wifi", "password", Data::String("hunter2")).unwrap();
    writer.put("own", "boots", Data::U32(99)).unwrap();
    writer.put("factory", "mac", Data::Blob(&[9; 6])).unwrap();
    writer.put("factory", "name", Data::String("EU-9")).unwrap();
    let dump = writer.finish();
    let dump = Raw::new(&dump, BASE).unwrap();
    let undone = plan.undo(&dump, &image).unwrap();
    let nvs = Nvs::parse(&undone).unwrap();
    assert_eq!(*nvs.get("own", "boots").unwrap().bytes(), 99_u32.to_le_bytes());
    assert_eq!(*nvs.get("factory", "name").unwrap().bytes(), *b"0000\0");
    assert_eq!(*nvs.get("wifi", "password").unwrap().bytes(), *b"0000000\0");
    let masked = plan.masked(&dump, &image).unwrap();
    let nvs = Nvs::parse(&masked).unwrap();
    assert_eq!(*nvs.get("factory", "name").unwrap().bytes(), *b"EU-9\0");
    assert_eq!(*nvs.get("wifi", "password").unwrap().bytes(), *b"0000000\0");
}

#[test]
fn refused() {
    let made = |layout: &Layout| layout.partition(SIZE).unwrap_err().to_string();
    let at_address = Layout::new().field(field("a", At::address(0), "u8"));
    assert_eq!(made(&at_address), "field `a`: it lies at no key, and a partition that is made of fields has keys only");
    let key = At::nvs("a", "b");
    let two = Layout::new().field(field("a", key.clone(), "u8")).field(field("b", key.clone(), "u8"));
    assert_eq!(
        made(&two),
        "field `b`: key \"b\" is in namespace \"a\" twice, and a device would find the first or the last of them"
    );
    let swapped = Layout::new().field(field("a", key.clone(), "u16be"));
    assert_eq!(made(&swapped), "field `a`: NVS has no type for `u16be`: its numbers are little-endian");
    let error = swapped.partition(0x2000).unwrap_err();
    assert!(matches!(error, MadeError::Size(_)), "{error}");

    let own = Layout::new().field(field("a", key, "u8")).from_nothing();
    let template = own.partition(SIZE).unwrap();
    let compile = |layout: &Layout, file: &[u8]| layout.compile(&Raw::new(file, BASE).unwrap()).map(drop);
    let kind = |result: Result<(), nameplate::plan::PlanError>| match result.unwrap_err().kind() {
        PlanErrorKind::Made(error) => error.clone(),
        other => panic!("{other:?}"),
    };
    compile(&own, &template).unwrap();
    for (at, value) in [(0, 0xFC), (64 + 32 + 24, 1), (SIZE - 1, 0)] {
        let mut other = template.clone();
        other[at] = value;
        assert_eq!(kind(compile(&own, &other)), MadeError::Other, "{at}");
    }
    assert!(matches!(kind(compile(&own, &template[..0x2000])), MadeError::Size(_)));
    let larger = [&template[..], &[0xFF; 0x1000]].concat();
    compile(&own, &larger).unwrap();
    assert_eq!(kind(compile(&own, &[])), MadeError::Other);
    assert_eq!(MadeError::Other.to_string(), "the template is not the NVS partition that is made of the fields");
    let crc = Repair::crc("sum", CRC_16_MODBUS, BASE..BASE + 8).stored_at(BASE + 100).u16_le();
    let error = kind(compile(&own.clone().repair(crc), &template));
    assert_eq!(
        error.to_string(),
        "checksum `sum`: a partition that is made of fields has those of its entries, and no other"
    );
    // Where a part of the partition is missing, texts fill their fields.
    let named = Layout::new().field(field("a", At::nvs("a", "b"), "cstr:9")).from_nothing();
    let template = named.partition(SIZE).unwrap();
    let image = Raw::new(&template, BASE).unwrap();
    let plan = named.compile(&image).unwrap();
    let part = Raw::new(&template[..0x1000], BASE).unwrap();
    let error = plan.stamper(&part).unwrap().stamp(&[("a", "EU".into())]).map(drop).unwrap_err();
    assert_eq!(error.kind(), &StampErrorKind::Short { found: Some(2), expected: 8 });
    assert!(plan.stamper(&part).unwrap().stamp(&[("a", "EU345678".into())]).is_ok());
}

/// The template's blob lies on a page of its own; behind a shorter text it would lie on two.
#[test]
fn chunks_behind_a_shorter_text() {
    let layout = Layout::new()
        .field(field("a", At::nvs("f", "a"), "cstr:3968"))
        .field(field("b", At::nvs("f", "b"), "cstr:40"))
        .field(field("c", At::nvs("f", "c"), "bytes:600"))
        .from_nothing();
    let template = layout.partition(0x4000).unwrap();
    let image = Raw::new(&template, 0).unwrap();
    let plan = layout.compile(&image).unwrap();
    let mut stamper = plan.stamper(&image).unwrap();
    let blob = vec![7; 600];
    let mut stamp = |len: usize| {
        let text = "t".repeat(len);
        let values = [("a", text.as_str().into()), ("b", "b".into()), ("c", blob.as_slice().into())];
        let stamped = stamper.stamp(&values).map(|stamped| stamped.bytes().to_vec());
        let stamped = stamped.map_err(|error| error.to_string());
        if stamped.is_err() {
            assert!(stamper.bytes() == template);
        }
        stamped
    };
    let mut writer = Writer::new(0x4000).unwrap();
    writer.put("f", "a", Data::String(&"t".repeat(900))).unwrap();
    writer.put("f", "b", Data::String("b")).unwrap();
    writer.put("f", "c", Data::Blob(&blob)).unwrap();
    assert!(stamp(900).unwrap() == writer.finish());
    assert_eq!(
        stamp(3340).unwrap_err(),
        "field `a`: with a text of that length, field `c`: the blob of f/c lies in 2 chunks, and a field in one place, of which journals and lists say the address: write it before what fills its page"
    );
    assert!(stamp(3967).is_ok());
}

fn text(most: usize) -> impl Strategy<Value = String> {
    (1..=most).prop_flat_map(|len| proptest::string::string_regex(&format!("[ -~]{{{len}}}")).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// Any texts, one unit after the other: a unit does not depend on the one before it.
    #[test]
    fn any_texts(units in proptest::collection::vec((text(99), text(63), any::<u32>(), any::<[u8; 6]>()), 1..12)) {
        let template = layout().partition(SIZE).unwrap();
        let image = Raw::new(&template, BASE).unwrap();
        let plan: Plan = layout().compile(&image).unwrap();
        let mut stamper = plan.stamper(&image).unwrap();
        for (name, password, n, mac) in &units {
            let unit = Unit { name, n: *n, password, mac: *mac };
            let expected = unit.written();
            prop_assert!(stamper.stamp(&unit.values()).unwrap().bytes() == expected);
            let dump = Raw::new(&expected, BASE).unwrap();
            let reading = plan.read(&dump).unwrap();
            prop_assert!(unit.values().iter().all(|(name, value)| reading.field(name).unwrap().matches(value)));
            prop_assert!(*plan.undo(&dump, &image).unwrap() == template);
            // A value that is refused leaves the template.
            let refused = stamper.stamp(&[("name", "\u{e4}".into())]).map(drop);
            prop_assert!(refused.is_err());
            prop_assert!(stamper.bytes() == template);
        }
        prop_assert!(stamper.undo() == image.file());
    }
}
