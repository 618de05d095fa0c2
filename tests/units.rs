//! Stamped files against a slow twin: the memory is right, and only the digits that must differ do.

use nameplate::check::CRC_32_ISO_HDLC;
use nameplate::image::{Container, Hex, Raw};
use nameplate::plan::Stamper;
use nameplate::repair::Template;
use nameplate::{At, Encoding, Field, Layout, Plan, Repair, Span, Value};
use proptest::prelude::*;

use crate::images::STYLES;
use crate::{Memory, crc32, hex_text, memory, noise};

const BASE: u64 = 0x0800_FE00;

/// 1 KiB across a 64 KiB boundary, places for the fields erased, no field's word filled.
fn firmware(seed: u64) -> Memory {
    let mut memory: Memory = (BASE..).zip(noise(seed, 1024)).collect();
    for (start, len) in [(0x0800_FE05, 16), (0x0800_FFFA, 8), (0x0800_FFF0, 4), (0x0801_01F0, 4)] {
        (start..start + len).for_each(|address| {
            memory.insert(address, 0xFF);
        });
    }
    memory
}

/// A text over two records, an integer over a 64 KiB boundary, and two checksums, the second over
/// the word of the first.
fn layout() -> Layout {
    Layout::new()
        .field(Field::new("serial", At::address(0x0800_FE05), Encoding::ascii(16).pad(0)))
        .repair(
            Repair::crc("image", CRC_32_ISO_HDLC, BASE..0x0801_01F0)
                .stored_at(0x0801_01F0)
                .u32_be()
                .template(Template::Blank),
        )
        .field(Field::new("eui", At::address(0x0800_FFFA), Encoding::reversed_bytes(8)))
        .repair(
            Repair::crc("block", CRC_32_ISO_HDLC, 0x0800_FE00..0x0800_FF00)
                .and_over(0x0800_FFF8..0x0801_0004)
                .stored_at(0x0800_FFF0)
                .u32_le()
                .template(Template::Blank),
        )
}

const EUI: [u8; 8] = [0x70, 0xB3, 0xD5, 0x7E, 0xD0, 0x00, 0x12, 0xAF];

fn values(serial: &str) -> [(&str, Value<'_>); 2] {
    [("eui", Value::from(&EUI)), ("serial", serial.into())]
}

/// The same by hand.
fn twin(template: &Memory, serial: &str) -> Memory {
    let mut unit = template.clone();
    let put = |unit: &mut Memory, start: u64, bytes: &[u8]| unit.extend((start..).zip(bytes.iter().copied()));
    let padded: Vec<u8> = serial.bytes().chain([0; 16]).take(16).collect();
    put(&mut unit, 0x0800_FE05, &padded);
    put(&mut unit, 0x0800_FFFA, &EUI.iter().rev().copied().collect::<Vec<_>>());
    let over =
        |unit: &Memory, range: std::ops::Range<u64>| unit.range(range).map(|(_, byte)| *byte).collect::<Vec<_>>();
    let block = [over(&unit, 0x0800_FE00..0x0800_FF00), over(&unit, 0x0800_FFF8..0x0801_0004)].concat();
    put(&mut unit, 0x0800_FFF0, &crc32(block).to_le_bytes());
    let image = over(&unit, BASE..0x0801_01F0);
    put(&mut unit, 0x0801_01F0, &crc32(image).to_be_bytes());
    unit
}

/// Which offsets of a HEX text may differ: the digits of bytes that differ, and the sums of their records.
fn may_differ(text: &str, one: &Memory, two: &Memory) -> Vec<bool> {
    let mut may = vec![false; text.len()];
    let (mut base, mut at) = (0, 0);
    for line in text.split_inclusive(['\r', '\n']) {
        let byte = |n: usize| u64::from_str_radix(&line[n..n + 2], 16).unwrap();
        if line.starts_with(':') && byte(7) == 4 {
            base = (byte(9) << 8 | byte(11)) << 16;
        } else if line.starts_with(':') && byte(7) == 0 {
            let address = base + (byte(3) << 8 | byte(5));
            for n in 0..byte(1) {
                if one[&(address + n)] != two[&(address + n)] {
                    let digit = at + 9 + 2 * n as usize;
                    let sum = at + 9 + 2 * byte(1) as usize;
                    may[digit..digit + 2].fill(true);
                    may[sum..sum + 2].fill(true);
                }
            }
        }
        at += line.len();
    }
    may
}

#[test]
fn only_the_digits_that_must_differ_do() {
    for (seed, style) in (0..).zip(STYLES) {
        let truth = firmware(seed);
        let text = hex_text(&truth, style);
        let template = Hex::parse(text.as_bytes()).unwrap();
        let plan = layout().compile(&template).unwrap();
        let mut unit = plan.stamper(&template).unwrap();
        for serial in ["EUDV2407-000001", "EUDV2407-000002", "A", "sixteen letters!"] {
            let stamped = unit.stamp(&values(serial)).unwrap().bytes().to_vec();
            let expected = twin(&truth, serial);
            assert_eq!(memory(&stamped), expected, "{style:?}");
            let may = may_differ(&text, &truth, &expected);
            for (at, (before, after)) in text.bytes().zip(&stamped).enumerate() {
                assert!(before == *after || may[at], "{style:?}: offset {at}");
                assert!(!after.is_ascii_lowercase() || style.lower, "{style:?}: offset {at}");
                assert!(!after.is_ascii_uppercase() || !style.lower, "{style:?}: offset {at}");
            }
            assert_eq!(stamped.len(), text.len());
        }
        assert_eq!(unit.undo(), text.as_bytes(), "{style:?}");
    }
}

/// One plan stamps the HEX and the BIN of a build, and reads both.
#[test]
fn one_plan_for_two_formats() {
    let truth = firmware(3);
    let (text, binary) = (hex_text(&truth, STYLES[5]), truth.values().copied().collect::<Vec<_>>());
    let (hex, raw) = (Hex::parse(text.as_bytes()).unwrap(), Raw::new(&binary, BASE).unwrap());
    let templates: [&dyn Container; 2] = [&hex, &raw];
    for compiled in templates {
        let plan = layout().compile(compiled).unwrap();
        let by_hex = plan.stamper(&hex).unwrap().stamp(&values("A-1")).unwrap().bytes().to_vec();
        let by_raw = plan.stamper(&raw).unwrap().stamp(&values("A-1")).unwrap().bytes().to_vec();
        assert_eq!(memory(&by_hex), twin(&truth, "A-1"));
        assert_eq!(by_raw, memory(&by_hex).into_values().collect::<Vec<_>>());
        for image in [&Hex::parse(&by_hex).unwrap() as &dyn Container, &Raw::new(&by_raw, BASE).unwrap()] {
            let reading = plan.read(image).unwrap();
            assert!(reading.field("serial").unwrap().matches(&"A-1".into()));
            assert!(reading.checks().all(|check| check.is_right()));
        }
    }
}

#[test]
fn the_callers_buffer() {
    let truth = firmware(4);
    let text = hex_text(&truth, STYLES[0]);
    let hex = Hex::parse(text.as_bytes()).unwrap();
    let plan = layout().compile(&hex).unwrap();
    let mut buffer = vec![0xA5; text.len()];
    {
        let mut unit = plan.stamper_in(&hex, &mut buffer).unwrap();
        let _ = unit.stamp(&values("B-2")).unwrap();
    }
    assert_eq!(memory(&buffer), twin(&truth, "B-2"));
    let error = plan.stamper_in(&hex, &mut buffer[1..]).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("a buffer of {} bytes, expected {}, as long as the file", text.len() - 1, text.len())
    );
}

/// Whatever is wrong, the unit then holds the plain template; also after a good stamp.
#[test]
fn all_or_nothing() {
    let text = hex_text(&firmware(5), STYLES[1]);
    let hex = Hex::parse(text.as_bytes()).unwrap();
    let plan = layout().compile(&hex).unwrap();
    let mut unit = plan.stamper(&hex).unwrap();
    let eui = || ("eui", Value::from(&EUI));
    let erased: &[u8] = &[0xFF; 8];
    for (values, expected) in [
        (vec![eui(), ("serial", "seventeen letters".into())], "field `serial`: 17 characters do not fit 16"),
        (vec![("serial", "A".into()), eui(), eui()], "field `eui`: a value is given twice"),
        (vec![eui()], "field `serial`: no value is given"),
        (vec![eui(), ("serial", "A".into()), ("seral", "A".into())], "field `seral`: there is no such field"),
        (
            vec![eui(), ("serial", Value::from("A").into_secret())],
            "field `serial`: the value is secret and the field is not",
        ),
        (vec![eui(), ("serial", 7_u8.into())], "field `serial`: the value is an unsigned integer, expected text"),
        (
            vec![("eui", erased.into()), ("serial", "A".into())],
            "field `eui`: the value looks like erased memory, so the unit would look blank",
        ),
    ] {
        let _ = unit.stamp(&self::values("GOOD")).unwrap();
        assert_eq!(unit.stamp(&values).unwrap_err().to_string(), expected);
        assert_eq!(unit.bytes(), text.as_bytes(), "{expected}");
    }
}

#[test]
fn records_and_writes_say_what_was_stamped() {
    let truth = firmware(6);
    let text = hex_text(&truth, STYLES[0]);
    let hex = Hex::parse(text.as_bytes()).unwrap();
    let plan = layout().compile(&hex).unwrap();
    assert!(!plan.has_secret());
    let order: Vec<&str> = plan.checks().map(|(repair, _)| repair.name()).collect();
    assert_eq!(order, ["block", "image"], "the inner one first, though it was described last");
    let mut unit = plan.stamper(&hex).unwrap();
    let stamped = unit.stamp(&values("A-1")).unwrap();
    let expected = twin(&truth, "A-1");
    let mut writes = 0;
    for (span, bytes) in stamped.writes() {
        let there: Vec<u8> = expected.range(span.start()..span.end()).map(|(_, byte)| *byte).collect();
        assert_eq!(bytes, there, "{span}");
        writes += 1;
    }
    assert_eq!(writes, 4);
    let record = stamped.record().to_owned();
    let names: Vec<&str> = record.fields.iter().map(|field| &*field.name).collect();
    assert_eq!(names, ["serial", "eui"]);
    assert_eq!(record.fields[0].bytes.as_deref(), Some(&b"A-1\0\0\0\0\0\0\0\0\0\0\0\0\0"[..]));
    assert_eq!(record.fields[1].span, Span::new(0x0800_FFFA, 8).unwrap());
    assert_eq!(record.checks[0].before.as_deref(), Some(&[0xFF; 4][..]));
    let image: Vec<u8> = expected.range(0x0801_01F0..0x0801_01F4).map(|(_, byte)| *byte).collect();
    assert_eq!(record.checks[0].after.as_deref(), Some(&*image));
    assert_eq!(
        format!("{:?}", record.fields[0]),
        "serial at 0x0800FE05..0x0800FE15: 0x412D3100000000000000000000000000"
    );
}

#[test]
fn the_gap_bomb_is_stamped_and_read() {
    let text = ":0100000000FF\n:02000004FFFFFC\n:02FFFD00FFFF04\n:01FFFF002AD7\n:00000001FF\n";
    let hex = Hex::parse(text.as_bytes()).unwrap();
    let layout = Layout::new().field(Field::new("n", At::address(0xFFFF_FFFD), Encoding::u16_be()));
    let plan = layout.compile(&hex).unwrap();
    let stamped = plan.stamper(&hex).unwrap().stamp(&[("n", 0x1234_u16.into())]).unwrap().bytes().to_vec();
    assert_eq!(String::from_utf8(stamped.clone()).unwrap(), text.replace(":02FFFD00FFFF04", ":02FFFD001234BC"));
    let image = Hex::parse(&stamped).unwrap();
    assert!(plan.read(&image).unwrap().field("n").unwrap().matches(&0x1234_u16.into()));
}

/// After the first unit, nothing is allocated: not by a good stamp, not by undoing it.
#[test]
fn a_stamp_allocates_nothing() {
    let text = hex_text(&firmware(7), STYLES[0]);
    let hex = Hex::parse(text.as_bytes()).unwrap();
    let plan = layout().compile(&hex).unwrap();
    let mut unit = plan.stamper(&hex).unwrap();
    let serials = nameplate::id::serial::Scheme::parse("EU-{seq:6}").unwrap().undated().unwrap();
    let used = allocation_counter::measure(|| {
        for n in 0..100 {
            let serial = serials.nth(n).unwrap();
            let stamped = unit.stamp(&[("eui", Value::from(&EUI)), ("serial", serial.into())]).unwrap();
            assert_eq!(stamped.record().fields().count() + stamped.record().checks().count(), 4);
        }
        unit.undo();
    });
    assert_eq!(used.count_total, 0, "{used:?}");
}

/// Holds all that a flasher has of a firmware, and borrows nothing.
struct Flasher {
    template: Vec<u8>,
    plan: Plan,
    stamper: Stamper,
}

/// What a struct owns stamps the same bytes on another thread, without allocating, and undoes them to the letter.
#[test]
fn a_struct_holds_template_plan_and_stamper() {
    for style in STYLES {
        let template = hex_text(&firmware(7), style).into_bytes();
        let hex = Hex::parse(&template).unwrap();
        let plan = layout().compile(&hex).unwrap();
        let serials = ["A", "EU-000002", "EU-0000000000003"];
        let stamped = |serial: &&str| plan.stamper(&hex).unwrap().stamp(&values(serial)).unwrap().bytes().to_vec();
        let expected: Vec<Vec<u8>> = serials.iter().map(stamped).collect();
        let stamper = plan.clone().into_stamper(&hex).unwrap();
        let mut flasher = Flasher { template: template.clone(), plan, stamper };
        std::thread::spawn(move || {
            let used = allocation_counter::measure(|| {
                for (serial, expected) in serials.iter().zip(&expected) {
                    assert_eq!(flasher.stamper.stamp(&values(serial)).unwrap().bytes(), expected);
                }
                assert_eq!(flasher.stamper.undo(), flasher.template);
            });
            assert_eq!(used.count_total, 0, "{used:?}");
            let image = flasher.stamper.stamp(&values("A")).unwrap().bytes();
            let hex = Hex::parse(image).unwrap();
            assert!(flasher.plan.read(&hex).unwrap().field("eui").unwrap().matches(&Value::from(&EUI)));
        })
        .join()
        .unwrap();
    }
}

/// Any owner of a plan with any buffer: all stamp the same bytes, and a caller's buffer keeps them.
#[test]
fn plans_and_buffers_of_any_owner() {
    let firmware = [0xFF; 8];
    let template = Raw::new(&firmware, 0).unwrap();
    let field = Field::new("n", At::address(2), Encoding::u16_be());
    let plan = Layout::new().field(field).compile(&template).unwrap();
    let values = [("n", Value::from(0x1234_u16))];
    let expected = [0xFF, 0xFF, 0x12, 0x34, 0xFF, 0xFF, 0xFF, 0xFF];
    let mut buffer = [0xA5; 8];
    assert_eq!(plan.stamper_in(&template, &mut buffer).unwrap().stamp(&values).unwrap().bytes(), expected);
    assert_eq!(buffer, expected);
    let shared = std::sync::Arc::new(plan);
    let mut vector = Stamper::new(std::sync::Arc::clone(&shared), &template, vec![0xA5; 8]).unwrap();
    assert_eq!(vector.stamp(&values).unwrap().bytes(), expected);
    let mut boxed = Stamper::new(Box::new(Plan::clone(&shared)), &template, [0xA5; 8]).unwrap();
    assert_eq!(boxed.bytes(), firmware);
    assert_eq!(boxed.stamp(&values).unwrap().bytes(), expected);
    assert_eq!(boxed.plan().fields().count(), 1);
    let error = Stamper::new(&*shared, &template, [0xA5; 7]).unwrap_err();
    assert_eq!(error.to_string(), "a buffer of 7 bytes, expected 8, as long as the file");
}

#[test]
fn plans_can_be_shared_and_stampers_moved() {
    fn shared<T: Send + Sync>() {}
    fn moved<T: Send + 'static>() {}
    shared::<Plan>();
    moved::<Stamper>();
    moved::<Flasher>();
    moved::<Stamper<std::sync::Arc<Plan>, &'static mut [u8]>>();
}

proptest! {
    /// Random layouts on random images: memory as the twin has it, undo to the letter, values back.
    #[test]
    fn random_layouts(seed in 0_u64..1000, style in 0_usize..8, places in prop::collection::vec((0_u64..60, 1_usize..12), 1..5), word in 62_u64..70) {
        let mut truth: Memory = (0xFFC0..).zip(noise(seed, 160)).collect();
        let mut fields = Vec::new();
        let mut taken = 0;
        for (gap, len) in places {
            let start = 0xFFC0 + taken + gap % 5;
            taken += gap % 5 + len as u64;
            (start..start + len as u64).for_each(|address| { truth.insert(address, 0xFF); });
            fields.push((format!("f{}", fields.len()), start, noise(seed + start, len).iter().map(|byte| byte & 0x7F).collect::<Vec<u8>>()));
        }
        let word = 0xFFC0 + word + 50;
        (word..word + 4).for_each(|address| { truth.insert(address, 0xFF); });
        let layout = fields.iter().fold(Layout::new(), |layout, (name, start, bytes)| {
            layout.field(Field::new(&**name, At::address(*start), Encoding::bytes(bytes.len())))
        });
        let crc = Repair::crc("crc", CRC_32_ISO_HDLC, 0xFFC0..word).and_over(word + 4..0xFFC0 + 160).stored_at(word).u32_le();
        let text = hex_text(&truth, STYLES[style]);
        let hex = Hex::parse(text.as_bytes()).unwrap();
        let plan = layout.repair(crc.template(Template::Blank)).compile(&hex).unwrap();
        let mut unit = plan.stamper(&hex).unwrap();
        let values: Vec<(&str, Value<'_>)> = fields.iter().map(|(name, _, bytes)| (&**name, Value::from(&**bytes))).collect();
        let stamped = unit.stamp(&values).unwrap().bytes().to_vec();
        let mut expected = truth.clone();
        for (_, start, bytes) in &fields {
            expected.extend((*start..).zip(bytes.iter().copied()));
        }
        let covered = expected.iter().filter(|(address, _)| !(word..word + 4).contains(address)).map(|(_, byte)| *byte);
        let crc = crc32(covered.collect::<Vec<_>>());
        expected.extend((word..).zip(crc.to_le_bytes()));
        prop_assert_eq!(memory(&stamped), expected);
        let image = Hex::parse(&stamped).unwrap();
        let reading = plan.read(&image).unwrap();
        for (name, value) in &values {
            prop_assert!(reading.field(name).unwrap().matches(value));
        }
        prop_assert!(reading.checks().all(|check| check.is_right()));
        prop_assert_eq!(unit.undo(), text.as_bytes());
    }
}
