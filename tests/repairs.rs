//! Checksums in every way they can be described, mixed at random, against a slow twin; and what a
//! wrong description is told.

use std::ops::Range;

use nameplate::check::{Algorithm, CRC_32_ISO_HDLC, CheckValue, Crc, Parameters};
use nameplate::image::{Container, Erased, Hex, Raw};
use nameplate::plan::PlanErrorKind;
use nameplate::repair::{FeedOrder, Gaps, Own, RepairErrorKind, Step, Store, Tail, Template};
use nameplate::{At, ByteOrder, Encoding, Field, Guard, Layout, Plan, Repair, Value};
use proptest::prelude::*;

use crate::images::STYLES;
use crate::{Memory, hex_text, memory, noise};

pub(crate) fn named(name: &str) -> Algorithm {
    Algorithm::from_name(name).unwrap_or_else(|| panic!("{name}"))
}

/// Bytes that may be anything before and are `len` bytes after.
pub(crate) fn field(name: &str, at: u64, len: usize) -> Field {
    Field::new(name, At::address(at), Encoding::bytes(len)).expect(Guard::Any)
}

/// The unit's file, stamped twice: first with other values, so that what was there before does not matter.
#[track_caller]
pub(crate) fn stamped(image: &dyn Container, layout: &Layout, values: &[(&str, &[u8])]) -> Vec<u8> {
    let plan = layout.compile(image).unwrap_or_else(|error| panic!("{error}"));
    let mut unit = plan.stamper(image).unwrap();
    let other: Vec<Vec<u8>> = values.iter().map(|(_, bytes)| bytes.iter().map(|byte| !byte).collect()).collect();
    let other: Vec<(&str, Value<'_>)> =
        values.iter().zip(&other).map(|((name, _), bytes)| (*name, Value::from(&**bytes))).collect();
    let _ = unit.stamp(&other).unwrap();
    let values: Vec<(&str, Value<'_>)> = values.iter().map(|(name, bytes)| (*name, Value::from(*bytes))).collect();
    unit.stamp(&values).unwrap().bytes().to_vec()
}

/// Every checksum of a raw image is right, computed anew.
#[track_caller]
pub(crate) fn all_right(plan: &Plan, image: &[u8], base: u64) {
    let raw = Raw::new(image, base).unwrap();
    for check in plan.read(&raw).unwrap().checks() {
        assert!(check.is_right(), "{check:?} {:?}", check.numbers());
    }
}

#[derive(Clone, Debug)]
struct Sum {
    algorithm: Algorithm,
    over: Vec<Range<u64>>,
    order: FeedOrder,
    gaps: Gaps,
    own: Own,
    tail: Tail,
    steps: Vec<Step>,
    /// Address, length, byte order, inverted.
    stores: Vec<(u64, usize, ByteOrder, bool)>,
}

const BASE: u64 = 0xFFC0;

impl Sum {
    /// What is fed, written out byte by byte; the own word as `memory` has it when it is forced.
    fn stream(&self, memory: &Memory) -> Vec<u8> {
        let mut bytes = Vec::new();
        for address in self.over.iter().cloned().flatten() {
            let own = self.stores.iter().any(|store| (store.0..store.0 + store.1 as u64).contains(&address));
            match (own, self.own, memory.get(&address), self.gaps) {
                (true, Own::Skip, ..) => {}
                (true, Own::Fill(byte), ..) | (_, _, Some(&byte), _) | (_, _, None, Gaps::Fill(byte)) => {
                    bytes.push(byte);
                }
                (_, _, None, Gaps::Pattern(pattern)) => bytes.push(pattern.at(address)),
                _ => {}
            }
        }
        match self.tail {
            Tail::Zeros(unit) => bytes.resize(bytes.len().next_multiple_of(unit as usize), 0),
            Tail::Drop(unit) => bytes.truncate(bytes.len() - bytes.len() % unit as usize),
            _ => {}
        }
        let unit = match self.order {
            FeedOrder::Swap16 => 2,
            FeedOrder::Swap32 => 4,
            FeedOrder::Swap64 => 8,
            FeedOrder::Backwards => bytes.len().max(1),
            _ => 1,
        };
        bytes.chunks_mut(unit).for_each(<[u8]>::reverse);
        bytes
    }

    fn word(&self, memory: &Memory) -> Vec<u8> {
        match self.algorithm.compute(|take| take(&self.stream(memory))) {
            CheckValue::Digest(digest) => digest.as_bytes().iter().rev().copied().collect(),
            CheckValue::Number(value) => {
                let width = self.algorithm.width();
                let mask = u128::MAX >> (128 - width);
                let value = self.steps.iter().fold(value, |value, step| {
                    mask & match step {
                        Step::Not => value ^ mask,
                        Step::Negate => (mask - value).wrapping_add(1),
                        Step::Add(n) => value.wrapping_add(*n),
                        Step::SubtractFrom(n) => n.wrapping_sub(value),
                        Step::Xor(n) => value ^ n,
                        Step::Mirror => (0..width).fold(0, |out, bit| out << 1 | value >> bit & 1),
                        Step::Esp8266 if value >> (width - 1) == 1 => value ^ mask,
                        Step::Esp8266 => value + 1,
                        other => panic!("{other:?}"),
                    }
                });
                value.to_le_bytes().to_vec()
            }
        }
    }

    fn repair(&self, memory: &mut Memory) {
        let word = self.word(memory);
        for &(at, len, order, inverted) in &self.stores {
            for n in 0..len {
                let place = if order == ByteOrder::Little { n } else { len - 1 - n } as u64;
                let byte = word.get(n).copied().unwrap_or(0);
                memory.insert(at + place, if inverted { !byte } else { byte });
            }
        }
    }

    fn describe(&self, name: &str) -> Repair {
        let mut over = self.over.iter().cloned();
        let draft = Repair::new(name, self.algorithm, over.next().unwrap());
        let draft = over.fold(draft, nameplate::repair::Draft::and_over);
        let stores = self.stores.iter().map(|&(at, len, order, inverted)| {
            let store = Store::new(at, len, order);
            if inverted { store.inverted() } else { store }
        });
        let stores: Vec<Store> = stores.collect();
        let repair = stores[1..].iter().cloned().fold(draft.stored(stores[0].clone()), Repair::copied);
        let repair = self.steps.iter().fold(repair, |repair, step| repair.step(*step));
        repair.fed(self.order).gaps(self.gaps).own(self.own).tail(self.tail).template(Template::Unknown)
    }
}

fn algorithms() -> Vec<Algorithm> {
    let names = [
        "CRC-32/ISO-HDLC",
        "CRC-32/MPEG-2",
        "CRC-16/KERMIT",
        "CRC-12/UMTS",
        "CRC-3/GSM",
        "CRC-82/DARC",
        "CRC-64/XZ",
        "sum8",
        "sum8/32",
        "sum16be",
        "sum32le",
        "sum32le/16",
        "xor8",
        "xor32be",
        "fletcher16",
        "fletcher32le",
        "fletcher32be",
        "adler32",
        "srecord-fletcher16",
        "ftdi16",
        "sha256",
        "md5",
    ];
    names.iter().filter_map(|name| Algorithm::from_name(name)).collect()
}

prop_compose! {
    /// Over two ranges in a memory of 128 bytes with a hole, everything a multiple of eight but the end.
    fn sums()(
        algorithm in prop::sample::select(algorithms()),
        order in prop::sample::select(vec![FeedOrder::Forward, FeedOrder::Swap16, FeedOrder::Swap32, FeedOrder::Swap64, FeedOrder::Backwards]),
        gaps in prop::sample::select(vec![Gaps::Skip, Gaps::Fill(0xA1), Gaps::Pattern(Erased::pattern(&[0xFF, 0x3F]).unwrap())]),
        own in prop::sample::select(vec![Own::Outside, Own::Skip, Own::Fill(0), Own::Fill(0x5A), Own::Force(0x3)]),
        tail in prop::sample::select(vec![Tail::Error, Tail::Zeros(8), Tail::Zeros(16), Tail::Drop(8), Tail::Drop(16)]),
        steps in prop::collection::vec(prop::sample::select(vec![Step::Not, Step::Negate, Step::Add(5), Step::SubtractFrom(7), Step::Xor(0xEF), Step::Mirror, Step::Esp8266]), 0..3),
        (first, second, ragged, turned) in (0_u64..4, 5_u64..7, 1_u64..8, any::<bool>()),
        big in any::<bool>(),
        copy in any::<bool>(),
    ) -> Sum {
        // 0..56 hold the fields; the hole is 64..72; the own word lies at 80, or 144 when outside.
        let mut over = vec![BASE + first * 8..BASE + second * 8, BASE + 56..BASE + 112];
        if turned {
            over.reverse();
        }
        if tail != Tail::Error {
            over[1].end -= ragged;
        }
        let hash = matches!(algorithm, Algorithm::Hash(_));
        let whole = algorithm.width() % 8 == 0 && !hash && !algorithm.to_string().starts_with("srecord");
        let own = if matches!(own, Own::Force(_)) && !whole { Own::Outside } else { own };
        let order_of = if big { ByteOrder::Big } else { ByteOrder::Little };
        let len = if hash || matches!(own, Own::Force(_)) { algorithm.width() as usize / 8 } else { 16 };
        let at = if own == Own::Outside { BASE + 144 } else { BASE + 80 };
        let mut stores = vec![(at, len, order_of, false)];
        let forced = matches!(own, Own::Force(_));
        if copy && !forced {
            stores.push((BASE + 176, len, ByteOrder::Big, true));
        }
        let steps = if hash || forced { vec![] } else { steps };
        Sum { algorithm, over, order, gaps, own, tail, steps, stores }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]
    #[test]
    fn any_description_stamps_what_its_twin_does(sum in sums(), seed in 0_u64..1 << 32, style in 0..STYLES.len(), at in 0_u64..48, len in 1_usize..9) {
        let bytes = noise(seed, 256);
        let mut template: Memory = (0..208).map(|n| (BASE + n, bytes[n as usize])).collect();
        template.retain(|address, _| !(BASE + 64..BASE + 72).contains(address));
        let text = hex_text(&template, STYLES[style]);
        let hex = Hex::parse(text.as_bytes()).unwrap();
        // One field anywhere in the first part, one in the second, by the hole.
        let layout = Layout::new().field(field("a", BASE + at, len)).field(field("b", BASE + 60, 4)).repair(sum.describe("sum"));
        let plan = match layout.compile(&hex) {
            Ok(plan) => plan,
            // What cannot be forced: the word is dropped, or does not lie together in turned words.
            Err(error) => {
                prop_assert!(matches!(sum.own, Own::Force(_)) && error.to_string().contains("cannot force"), "{error} {sum:?}");
                return Ok(());
            }
        };
        let values = [noise(seed + 1, len), noise(seed + 2, 4)];
        let unit = stamped(&hex, &layout, &[("a", &values[0]), ("b", &values[1])]);
        let found = memory(&unit);
        let mut expected = template.clone();
        expected.extend((BASE + at..).zip(values[0].iter().copied()));
        expected.extend((BASE + 60..).zip(values[1].iter().copied()));
        if let Own::Force(target) = sum.own {
            let value = sum.algorithm.compute(|take| take(&sum.stream(&found)));
            prop_assert_eq!(value.number(), Some(target), "{:?}", sum);
            let (at, len, ..) = sum.stores[0];
            let word = found.range(at..at + len as u64).map(|(at, byte)| (*at, *byte)).collect::<Vec<_>>();
            expected.extend(word);
        } else {
            sum.repair(&mut expected);
        }
        prop_assert_eq!(&found, &expected, "{:?}", sum);
        let stamped = Hex::parse(&unit).unwrap();
        prop_assert!(plan.read(&stamped).unwrap().checks().all(|check| check.is_right()), "{:?}", sum);
        // The stamped unit is a right template, word for word.
        let valid = Layout::new().repair(sum.describe("sum").template(Template::Valid));
        prop_assert!(valid.compile(&stamped).is_ok(), "{:?}", valid.compile(&stamped).map(|_| ()));
    }
}

#[track_caller]
fn refused(repair: Repair, expected: &str) {
    let bytes = noise(5, 256);
    let error =
        Layout::new().repair(repair.template(Template::Unknown)).compile(&Raw::new(&bytes, 0).unwrap()).unwrap_err();
    assert_eq!(error.to_string(), format!("checksum `s`: {expected}"));
}

#[test]
fn descriptions_that_are_refused() {
    let crc = |over: Range<u64>| Repair::new("s", named("CRC-32/ISO-HDLC"), over).stored_at(0x80).u32_le();
    refused(crc(8..8), "0x00000008..0x00000008 holds no byte");
    refused(
        Repair::new("s", named("sum32le"), 0..8).and_over(9..9).stored_at(0x80).u32_le(),
        "0x00000009..0x00000009 holds no byte",
    );
    let inside = "says what becomes of its own word in what it covers, but the word does not lie in there";
    refused(crc(0..64).own(Own::Skip), inside);
    refused(crc(0..64).own(Own::Fill(0)), inside);
    refused(crc(0..64).own(Own::Force(0)), inside);
    refused(crc(0..0x82).own(Own::Force(0)), inside);
    refused(crc(0..0x90), "covers its own word at 0x00000080..0x00000084");
    let copied = crc(0..64).copied(Store::new(0x20, 4, ByteOrder::Big));
    refused(copied, "covers its own word at 0x00000020..0x00000024");
    let copied = crc(0..0x90).own(Own::Force(0)).copied(Store::new(0xA0, 4, ByteOrder::Big));
    refused(copied, "a forced word has no copies");
    let steps = "a forced word takes no steps: it is the check over everything that has a wanted value";
    refused(crc(0..0x90).own(Own::Force(0)).step(Step::Not), steps);
    let force = |name: &str| {
        format!(
            "its word cannot force that value of {name}: the value must have no more bits than the check, the word all bits of it, and they must lie together"
        )
    };
    refused(crc(0..0x90).own(Own::Force(1 << 32)), &force("CRC-32/ISO-HDLC"));
    let adler = Repair::new("s", named("adler32"), 0..0x90).stored_at(0x80).u32_le();
    refused(adler.own(Own::Force(0)), &force("adler32"));
    for (found, tail) in [(0, Tail::Zeros(0)), (3, Tail::Drop(3)), (65538, Tail::Zeros(65538))] {
        let expected = format!("a tail in units of {found} bytes, expected a multiple of 2 up to 65536");
        refused(Repair::new("s", named("sum16le"), 0..64).stored_at(0x80).u16_le().tail(tail), &expected);
    }
    let longest = crc(0..64).tail(Tail::Zeros(65536)).template(Template::Unknown);
    assert!(Layout::new().repair(longest).compile(&Raw::new(&noise(5, 256), 0).unwrap()).is_ok());
    refused(
        crc(0..66).fed(FeedOrder::Swap32),
        "0x00000000..0x00000042 does not begin and end at a multiple of 4, the bytes in a word",
    );
    refused(
        crc(2..64).fed(FeedOrder::Swap32).tail(Tail::Drop(4)),
        "0x00000002..0x00000040 does not begin and end at a multiple of 4, the bytes in a word",
    );
    // The two together would have whole words.
    refused(
        Repair::new("s", named("sum32le"), 0..6).and_over(8..18).stored_at(0x80).u32_le().tail(Tail::Drop(4)),
        "0x00000000..0x00000006 does not begin and end at a multiple of 4, the bytes in a word",
    );
    refused(crc(0..64).copied(Store::new(0x90, 3, ByteOrder::Big)), "32 bits do not fit a word of 3 bytes");
    if let Some(hash) = Algorithm::from_name("sha256") {
        let hash = || Repair::new("s", hash, 0..64).stored_at(0x80);
        refused(hash().u32_le(), "a word of 4 bytes, expected 32, those of the digest");
        refused(hash().digest().step(Step::Not), "a digest is no number, so it takes no steps");
        let own = Repair::new("s", named("sha256"), 0..0xF0).stored_at(0x80).digest().own(Own::Force(0));
        refused(own, &force("sha256"));
    }
}

/// Many records, whose ends are not those of words, in every order; and ranges whose addresses go on
/// where the stream does not: eight filled bytes lie between the two around 0xFFC4.
#[test]
fn long_streams_and_broken_ones() {
    let long = vec![BASE..BASE + 4096, BASE + 4096..BASE + 10_000];
    let broken = vec![BASE + 64..BASE + 68, BASE..BASE + 4, BASE + 128..BASE + 136, BASE + 4..BASE + 12];
    let orders = [FeedOrder::Forward, FeedOrder::Swap16, FeedOrder::Swap32, FeedOrder::Swap64, FeedOrder::Backwards];
    let cases =
        orders.map(|order| (order, &long, 10_000, 5000)).into_iter().chain([(FeedOrder::Forward, &broken, 100, 3)]);
    for (order, over, len, at) in cases {
        let sum = Sum {
            algorithm: named("CRC-32/ISO-HDLC"),
            over: over.clone(),
            order,
            gaps: Gaps::Fill(0xA1),
            own: Own::Outside,
            tail: Tail::Error,
            steps: vec![],
            stores: vec![(BASE + 80 + len, 4, ByteOrder::Little, false)],
        };
        let bytes = noise(at, 10_200);
        let mut expected: Memory = (BASE..).zip(bytes).collect();
        expected.retain(|address, _| *address < BASE + len || *address >= BASE + 80 + len);
        for style in STYLES {
            let text = hex_text(&expected, style);
            let hex = Hex::parse(text.as_bytes()).unwrap();
            let layout = Layout::new().field(field("id", BASE + at, 9)).repair(sum.describe("sum"));
            let unit = stamped(&hex, &layout, &[("id", b"SN0000001")]);
            expected.extend((BASE + at..).zip(*b"SN0000001"));
            sum.repair(&mut expected);
            assert_eq!(memory(&unit), expected, "{order:?} {style:?}");
        }
    }
}

/// What is filled is counted by its length, wherever it lies.
#[test]
fn bytes_filled_far_up() {
    let bytes = noise(9, 256);
    let raw = Raw::new(&bytes, 0x2000_0000).unwrap();
    let sum = Repair::new("s", named("sum8"), 0x1FFF_FFF8..0x2000_0040).stored_at(0x2000_0080).u8();
    let unit = stamped(&raw, &Layout::new().repair(sum.gaps(Gaps::Fill(1)).template(Template::Unknown)), &[]);
    assert_eq!(unit[0x80], bytes[..0x40].iter().fold(8, |sum: u8, byte| sum.wrapping_add(*byte)));
}

/// Copies and the words they overlap are refused by name; what is covered is told by name.
#[test]
fn copies_have_names() {
    let bytes = noise(5, 256);
    let raw = Raw::new(&bytes, 0).unwrap();
    let app = Repair::new("app", named("CRC-16/XMODEM"), 0..64).stored_at(0x80).u16_le().template(Template::Unknown);
    let app = app.copied(Store::new(0x90, 2, ByteOrder::Big).inverted()).fed(FeedOrder::Swap16);
    let outer = Repair::new("outer", named("sum8"), 0x88..0xA0).stored_at(0xA0).u8().template(Template::Unknown);
    let layout = Layout::new().field(field("id", 4, 4)).repair(outer.clone()).repair(app.clone());
    let plan = layout.compile(&raw).unwrap();
    assert_eq!(plan.covered("app").collect::<Vec<_>>(), ["id"]);
    assert_eq!(plan.covered("outer").collect::<Vec<_>>(), ["app.2"]);
    assert_eq!(plan.covered("none").count(), 0);
    assert_eq!(plan.checks().map(|(repair, _)| repair.name()).collect::<Vec<_>>(), ["app", "outer"]);
    let unit = stamped(&raw, &layout, &[("id", &[1, 2, 3, 4])]);
    let said: Vec<_> =
        plan.checks().map(|(repair, _)| (repair.algorithm(), repair.over().first().cloned(), repair.order())).collect();
    assert_eq!(said[0], (named("CRC-16/XMODEM"), Some((0..64).into()), FeedOrder::Swap16));
    assert_eq!(said[1], (named("sum8"), Some((0x88..0xA0).into()), FeedOrder::Forward));
    assert_eq!([!unit[0x91], !unit[0x90]], unit[0x80..0x82], "the complement, the other way round");
    let stores = plan.checks().flat_map(|(repair, _)| repair.stores());
    let stores: Vec<_> = stores.map(|store| (store.len(), store.order(), store.is_inverted())).collect();
    let little = ByteOrder::Little;
    assert_eq!(stores, [(2, Some(little), false), (2, Some(ByteOrder::Big), true), (1, Some(little), false)]);
    assert!([0, 1].map(|len| Store::new(0, len, little).is_empty()) == [true, false]);
    all_right(&plan, &unit, 0);
    let mut bound = plan.stamper(&raw).unwrap();
    let done = bound.stamp(&[("id", Value::from(&[1, 2, 3, 4]))]).unwrap();
    assert_eq!(
        done.record().checks().map(|check| check.name.into_owned()).collect::<Vec<_>>(),
        ["outer", "app", "app.2"]
    );
    assert_eq!(done.writes().count(), 4);
    assert_eq!(bound.undo(), bytes);

    let error = Layout::new().field(field("id", 0x8F, 2)).repair(app.clone()).compile(&raw).unwrap_err();
    assert_eq!(error.to_string(), "field `id` and the word of checksum `app.2` share 0x00000090..0x00000091");
    let far = app.copied(Store::new(u64::MAX, 2, ByteOrder::Big));
    let error = Layout::new().repair(far).compile(&raw).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the word of checksum `app`: 2 bytes from 0xFFFFFFFFFFFFFFFF pass the end of the 64-bit address space"
    );
}

/// A template that is wrong by a usual mistake is told which.
#[test]
fn a_usual_mistake_is_explained() {
    let mut bytes = noise(6, 256);
    let value = |name: &str, bytes: &[u8]| named(name).compute(|take| take(bytes)).number().unwrap() as u32;
    let swapped = |bytes: &[u8]| bytes.chunks(4).flat_map(|word| word.iter().rev().copied()).collect::<Vec<_>>();
    let iso = "CRC-32/ISO-HDLC";
    let over = bytes[8..64].to_vec();
    let right = value(iso, &over);
    let other = |init: u128, xorout: u128| {
        let model = Parameters { init, xorout, ..CRC_32_ISO_HDLC.parameters() };
        Algorithm::from(Crc::new(model).unwrap()).compute(|take| take(&over)).number().unwrap() as u32
    };
    let cases: [(u32, Option<&str>); 12] = [
        (right.swap_bytes(), Some("stored big-endian")),
        (value(iso, &swapped(&over)), Some("with the bytes of each 4-byte word fed in reverse")),
        (
            value(iso, &swapped(&over)).swap_bytes(),
            Some("with the bytes of each 4-byte word fed in reverse, stored big-endian"),
        ),
        (!right, Some("with the step not")),
        (value(iso, &bytes[8..65]), Some("over 0x00000008..0x00000041")),
        (value(iso, &bytes[4..64]), Some("over 0x00000004..0x00000040")),
        (value(iso, &bytes[8..60]), Some("over 0x00000008..0x0000003C")),
        (value("CRC-32/MPEG-2", &over), Some("as CRC-32/MPEG-2")),
        (value("CRC-32/ISCSI", &over).swap_bytes(), Some("as CRC-32/ISCSI, stored big-endian")),
        (other(0, 0xFFFF_FFFF), Some("as CRC-32 (poly 0x4C11DB7, refin, refout, xorout 0xFFFFFFFF)")),
        (other(0, 0), Some("as CRC-32 (poly 0x4C11DB7, refin, refout)")),
        (right ^ 1, None),
    ];
    for (stored, would) in cases {
        bytes[0x80..0x84].copy_from_slice(&stored.to_le_bytes());
        let repair = Repair::new("s", named(iso), 8..64).stored_at(0x80).u32_le();
        let error = Layout::new().repair(repair).compile(&Raw::new(&bytes, 0).unwrap()).unwrap_err();
        let why = match would {
            Some(would) => format!("it would be right {would}"),
            None => "wrong range, algorithm or byte order, or a template that was changed; if the build leaves the word to be filled, say that it is blank".to_owned(),
        };
        let expected = format!("checksum `s`: the template holds {stored:#X}, computed is {right:#X}: {why}");
        assert_eq!(error.to_string(), expected);
        let PlanErrorKind::Repair(error) = error.kind() else { panic!("{error:?}") };
        let RepairErrorKind::Mismatch(wrong) = error.kind() else { panic!("{error:?}") };
        assert_eq!(wrong.explanation().map(ToString::to_string).as_deref(), would);
    }
    // No narrower check is looked at, as that matches something by chance.
    for (name, explained) in [("CRC-16/XMODEM", true), ("CRC-15/CAN", false)] {
        let word = value(name, &over) as u16;
        bytes[0x80..0x82].copy_from_slice(&word.to_be_bytes());
        let repair = Repair::new("s", named(name), 8..64).stored_at(0x80).u16_le();
        let error = Layout::new().repair(repair).compile(&Raw::new(&bytes, 0).unwrap()).unwrap_err();
        assert_eq!(error.to_string().ends_with("it would be right stored big-endian"), explained, "{error}");
    }
    // A secret could be guessed from any of that.
    let secret = Field::new("key", At::address(16), Encoding::bytes(8)).expect(Guard::Any).secret();
    bytes[0x80..0x84].copy_from_slice(&right.to_be_bytes());
    let repair = Repair::new("s", named(iso), 8..64).stored_at(0x80).u32_le();
    let error = Layout::new().field(secret).repair(repair).compile(&Raw::new(&bytes, 0).unwrap()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "checksum `s`: the template holds something else than expected; a field is secret, so neither is shown"
    );
}

#[test]
fn a_template_that_is_not_forced() {
    let bytes = noise(7, 64);
    let sum = Repair::new("s", named("sum8"), 0..64).stored_at(0x20).u8().own(Own::Force(0));
    let error = Layout::new().repair(sum).compile(&Raw::new(&bytes, 0).unwrap()).unwrap_err();
    let found = bytes.iter().fold(0_u8, |sum, byte| sum.wrapping_add(*byte));
    assert_eq!(
        error.to_string(),
        format!(
            "checksum `s`: over the template the check gives {found:#X}, expected 0x0: wrong range, algorithm or byte order, or a template that was changed; if the build leaves the word to be filled, say that it is blank"
        )
    );
}

/// No allocation, whatever the checksum.
#[test]
fn stamping_allocates_nothing() {
    let bytes = noise(8, 0xB00);
    let raw = Raw::new(&bytes, 0).unwrap();
    let mut layout = Layout::new().field(field("id", 0x21, 9));
    for (n, algorithm) in algorithms().into_iter().enumerate() {
        let at = 0x100 + 40 * n as u64 % 0x100;
        let hash = matches!(algorithm, Algorithm::Hash(_));
        let len = if hash { algorithm.width() as usize / 8 } else { 16 };
        if n < 6 || hash {
            let at = if hash { 0x200 + 32 * n as u64 } else { at };
            let repair = Repair::new(format!("s{n}"), algorithm, 0..0x100).stored_at(at).uint(len, ByteOrder::Big);
            let digits =
                Store::encoded(0x500 + 64 * n as u64, Encoding::hex(algorithm.width().div_ceil(8) as usize * 2));
            let repair = repair.copied(digits);
            layout = layout.repair(repair.fed(FeedOrder::Swap32).template(Template::Unknown));
        }
    }
    let force = Repair::new("force", named("sum16le"), 0x10..0x82).stored_at(0x80).u16_le().own(Own::Force(0xBABA));
    let plan = layout.repair(force.template(Template::Unknown)).compile(&raw).unwrap();
    let mut unit = plan.stamper(&raw).unwrap();
    let values = [("id", Value::from(&[1, 2, 3, 4, 5, 6, 7, 8, 9]))];
    let count = allocation_counter::measure(|| {
        let _ = unit.stamp(&values).unwrap();
    });
    assert_eq!(count.count_total, 0);
    let image = unit.bytes().to_vec();
    all_right(&plan, &image, 0);
}
