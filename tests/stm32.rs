//! Unique IDs of STM32 parts. The packed forms are this library's own, so their vectors are too;
//! everything else was published.

use std::collections::BTreeSet;

use nameplate::check::{Algorithm, CRC_32_ISO_HDLC};
use nameplate::id::stm32::compat::{BdAddr, LoraFallback, UsbSerial};
use nameplate::id::stm32::{
    DROP88, Die, FAMILIES, Family, Layout, PACK60, PACK64, PACK77, PACK86, PACKINGS, Packing, UidOrder,
};
use nameplate::id::stm32::{UID64_ADDRESSES, Uid, Uid64, UidError};
use nameplate::value::View;
use nameplate::{ByteOrder, Encoding, Value};
use proptest::prelude::*;

use crate::noise;

type Part = ([u32; 3], Layout, (u16, u16, u8, &'static [u8; 7]), &'static str);

/// UIDs of real parts, and where they were published. Words 0, 1, 2; layout; low and high coordinate,
/// wafer, lot.
#[rustfmt::skip]
pub(crate) const PARTS: &[Part] = &[
    ([0x000C_0020, 0x4143_4305, 0x2030_3432], Layout::A, (32, 12, 5, b"CCA240 "), "F042, ST community 32364"),
    ([0x0025_0023, 0x5732_5707, 0x2034_3634], Layout::A, (35, 37, 7, b"W2W464 "), "F303, ST community 477966"),
    ([0x003B_0041, 0x5033_5706, 0x2033_3333], Layout::A, (65, 59, 6, b"W3P333 "), "F303, libopencm3 #760"),
    ([0x002D_0030, 0x3334_510B, 0x3231_3533], Layout::A, (48, 45, 11, b"Q433512"), "F4, libopencm3 #760"),
    ([0x002A_0044, 0x3135_4710, 0x3136_3836], Layout::A, (68, 42, 16, b"G516861"), "F205, Particle device-os #1425"),
    ([0x0025_007A, 0x4236_5001, 0x2030_3748], Layout::A, (122, 37, 1, b"P6BH70 "), "C071, ST community 788813"),
    ([0x0057_007B, 0x4236_5001, 0x2030_3748], Layout::A, (123, 87, 1, b"P6BH70 "), "C071, ST community 788813"),
    ([0x0027_007B, 0x4236_5001, 0x2030_3748], Layout::A, (123, 39, 1, b"P6BH70 "), "C071, ST community 788813"),
    ([0x0081_007B, 0x4236_5001, 0x2030_3748], Layout::A, (123, 129, 1, b"P6BH70 "), "C071, ST community 788813"),
    ([0x0040_00AF, 0x4236_5014, 0x2030_3748], Layout::A, (175, 64, 20, b"P6BH70 "), "C071, ST community 845630"),
    ([0x003B_0023, 0x324B_500A, 0x2032_3742], Layout::A, (35, 59, 10, b"PK2B72 "), "L433, Zephyr #37153"),
    ([0x003C_0027, 0x324B_500A, 0x2032_3742], Layout::A, (39, 60, 10, b"PK2B72 "), "L433, Zephyr #37153"),
    ([0x004A_0029, 0x5833_5011, 0x2031_374B], Layout::A, (41, 74, 17, b"P3XK71 "), "L476, ST community 820338"),
    ([0x002A_002D, 0x4730_5114, 0x2030_3650], Layout::A, (45, 42, 20, b"Q0GP60 "), "F072, candleLight #175"),
    ([0x0020_0032, 0x3438_510E, 0x3137_3439], Layout::A, (50, 32, 14, b"Q849471"), "H745, ST community 37947"),
    ([0x0E47_3233, 0x3034_3433, 0x0029_0031], Layout::B, (49, 41, 14, b"G230443"), "L151, false.ekta.is 2013"),
    ([0x0E47_3233, 0x3034_3433, 0x0032_0032], Layout::B, (50, 50, 14, b"G230443"), "L151, false.ekta.is 2013"),
];

/// A coordinate with the sign bit, as on F031: word 0 is made, the rest is that of a real part.
const SIGNED: [u32; 3] = [0x0003_8001, 0x3334_510B, 0x3231_3533];

/// An F1, PX4 #2563: not documented what it is made of.
const F1: [u32; 3] = [0x066C_FF54, 0x5349_8948, 0x8707_4622];

pub(crate) fn uid(words: [u32; 3]) -> Uid {
    Uid::from_words(words, Layout::A).unwrap()
}

fn parts() -> impl Iterator<Item = Uid> {
    let signed = (SIGNED, Layout::A);
    PARTS
        .iter()
        .map(|&(words, layout, ..)| (words, layout))
        .chain([signed])
        .map(|(w, l)| Uid::from_words(w, l).unwrap())
}

#[track_caller]
fn says<T: std::fmt::Debug>(result: Result<T, UidError>, expected: &str) {
    assert_eq!(result.unwrap_err().to_string(), expected);
}

#[test]
fn what_a_uid_says() {
    for &(words, layout, (low, high, wafer, lot), source) in PARTS {
        let uid = Uid::from_words(words, layout).unwrap();
        let die = Die { low, high, wafer, lot: *lot };
        assert_eq!((uid.die(), uid.words(), uid.lint()), (Some(die), words, Ok(())), "{source}");
        assert_eq!(Uid::from_die(die, layout), Ok(uid));
    }
    let opaque = Uid::from_words(F1, Layout::Opaque).unwrap();
    assert_eq!((opaque.die(), opaque.lint()), (None, Ok(())));
    assert_eq!(format!("{opaque:?}"), "Opaque 066CFF54 53498948 87074622");
}

/// One part in all orders (Zephyr #37153 and #24272, libopencm3 `desig_get_unique_id_as_string`, and
/// the words as `%08X`).
#[test]
fn orders() {
    let uid = uid([0x003B_0023, 0x324B_500A, 0x2032_3742]);
    for (order, text) in [
        (UidOrder::Memory, "23003B000A504B3242373220"),
        (UidOrder::MsbFirst, "20323742324B500A003B0023"),
        (UidOrder::Words, "003B0023324B500A20323742"),
        (UidOrder::WordsBackwards, "423732200A504B3223003B00"),
    ] {
        assert_eq!(uid.text(order).as_str(), text);
        assert!(Value::from(uid.text(order)).expose() == View::Text(text));
        let found = Uid::detect(text).unwrap();
        assert_eq!((found.uid, found.order), (uid, order));
    }
}

#[test]
fn every_real_part_is_recognised_in_every_order() {
    for uid in parts() {
        for order in UidOrder::ALL {
            let text = uid.text(order);
            for text in [text.to_string(), text.to_string().to_lowercase()] {
                assert_eq!(Uid::parse(&text, order, uid.layout()), Ok(uid));
                let found = Uid::detect(&text).unwrap();
                assert_eq!((found.uid, found.order), (uid, order), "{text}");
            }
        }
    }
}

/// UIDs as parts have them: lots of a letter and five or six letters or digits, wafers 1 to 25,
/// coordinates up to ±255.
#[test]
fn a_hundred_thousand_plausible_uids_are_recognised() {
    const NAMES: &[u8; 36] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    for (n, bytes) in noise(7, 100_000 * 16).chunks_exact(16).enumerate() {
        let mut lot = [b' '; 7];
        for (at, c) in lot.iter_mut().enumerate().take(6 + usize::from(bytes[15]) % 2) {
            *c = NAMES[usize::from(bytes[at]) % if at == 0 { 26 } else { 36 }];
        }
        let sign = |bits: u8| u16::from(bits & 1) << 15;
        let low = sign(bytes[9]) | u16::from(bytes[7]);
        let high = sign(bytes[9] >> 1) | u16::from(bytes[8]);
        let layout = if bytes[10] & 16 == 0 { Layout::A } else { Layout::B };
        let Ok(uid) = Uid::from_die(Die { low, high, wafer: 1 + bytes[11] % 25, lot }, layout) else {
            assert_eq!((low, high), (0x11, 0), "the constant of L0");
            continue;
        };
        let order = UidOrder::ALL[n % 4];
        let found = Uid::detect(uid.text(order).as_str()).unwrap();
        assert_eq!((found.uid, found.order), (uid, order));
    }
}

#[test]
fn what_is_not_recognised_is_told() {
    for order in UidOrder::ALL {
        let text = Uid::from_words(F1, Layout::Opaque).unwrap().text(order);
        says(
            Uid::detect(text.as_str()),
            &format!("`{text}` is no UID in any known order: say the order and the layout"),
        );
    }
    // Made so that both the words and their bytes backwards are lots.
    says(
        Uid::detect("414141414141414141414141"),
        &format!(
            "`{}` could be {}: say the order and the layout",
            "41".repeat(12),
            UidOrder::ALL
                .map(|order| format!("layout A in order {order:?}, or layout B in order {order:?}"))
                .join(", or ")
        ),
    );
    // One way to read it, but no such wafer.
    let strange = Uid::from_die(Die { low: 3, high: 4, wafer: 200, lot: *b"Q433512" }, Layout::A).unwrap();
    says(Uid::detect(strange.text(UidOrder::Words).as_str()), "wafer 200, expected 1 to 25 (a real part)");
    for (text, found) in [("", ""), ("23003B000A504B324237322", "23003B000A504B324237322"), ("é", "\\xC3\\xA9")] {
        says(Uid::detect(text), &format!("found `{found}`, expected the 24 hexadecimal digits of a UID"));
    }
    says(
        Uid::detect(&"0".repeat(25)),
        &format!("found `{}`, expected the 24 hexadecimal digits of a UID", "0".repeat(25)),
    );
    says(
        Uid::detect("23003B000A504B324237322G"),
        "found `23003B000A504B324237322G`, expected the 24 hexadecimal digits of a UID",
    );
    says(Uid::detect(&"0".repeat(24)), "all words are 0x00000000: the part was not read, or has no UID there");
    says(Uid::detect(&"f".repeat(24)), "all words are 0xFFFFFFFF: the part was not read, or has no UID there");
}

/// What was read in a wrong place: ST community 744070 (word 2 at +14), L072 and L151 at +8.
#[test]
fn blank_and_misread_uids_are_refused() {
    for (layout, word) in [(Layout::A, 0), (Layout::B, u32::MAX), (Layout::Opaque, 0)] {
        says(
            Uid::from_words([word; 3], layout),
            &format!("all words are 0x{word:08X}: the part was not read, or has no UID there"),
        );
    }
    // One word that is not blank is enough.
    for (blank, at) in [0, u32::MAX].into_iter().flat_map(|blank| [0, 1, 2].map(|at| (blank, at))) {
        let mut words = [blank; 3];
        words[at] ^= 0x100;
        assert_eq!(uid(words).words(), words);
    }
    for word in [0x11, 0x7B74_7800] {
        let words = [0x0E47_3233, 0x3034_3433, word];
        says(
            Uid::from_words(words, Layout::B),
            &format!("word 2 is 0x{word:08X}, as all STM32L0 and L1 have at +8; their word 2 lies at +0x14"),
        );
        assert!(Uid::detect(&words.map(|word| format!("{word:08X}")).concat()).is_err());
    }
    for (word, coordinate) in [(0x0011_FFFF_u32, 0xFFFF_u32), (0x0011_A0A0, 0xA0A0), (0xFFFF_1100, 0x1100)] {
        let uid = Uid::from_words([0x0E47_3233, 0x3034_3433, word], Layout::B).unwrap();
        says(
            uid.lint(),
            &format!("coordinate 0x{coordinate:04X}, expected at most 0x03FF beside the sign (a real part)"),
        );
        assert!(PACK64.pack(uid).is_err());
    }
    let lint =
        |wafer, lot: &[u8; 7]| Uid::from_die(Die { low: 1, high: 1, wafer, lot: *lot }, Layout::A).unwrap().lint();
    assert_eq!([1, 25].map(|wafer| lint(wafer, b"Q433512")), [Ok(()), Ok(())]);
    says(lint(0, b"Q433512"), "wafer 0, expected 1 to 25 (a real part)");
    says(lint(26, b"Q433512"), "wafer 26, expected 1 to 25 (a real part)");
    let expected = "expected a letter `A`–`Z` or a digit";
    says(
        lint(1, b"Q4 3512"),
        &format!("lot `Q4 3512` has 0x20 at position 3, {expected}, spaces only at the end (a real part)"),
    );
    says(
        lint(1, b"q433512"),
        &format!("lot `q433512` has 0x71 at position 1, {expected}, spaces only at the end (a real part)"),
    );
    says(lint(1, b"       "), &format!("lot `       ` has 0x20 at position 1, {expected} (a real part)"));
}

/// ST's headers: stm32l152xc.h and its relatives.
#[test]
fn families() {
    for (name, addresses) in [
        ("STM32F4", [0x1FFF_7A10, 0x1FFF_7A14, 0x1FFF_7A18]),
        ("stm32l4", [0x1FFF_7590, 0x1FFF_7594, 0x1FFF_7598]),
        ("STM32F76x", [0x1FF0_F420, 0x1FF0_F424, 0x1FF0_F428]),
        ("STM32L0", [0x1FF8_0050, 0x1FF8_0054, 0x1FF8_0064]),
        ("STM32L1 category 3 to 6", [0x1FF8_00D0, 0x1FF8_00D4, 0x1FF8_00E4]),
    ] {
        assert_eq!(Family::from_name(name).unwrap().addresses(), addresses, "{name}");
    }
    assert_eq!(Family::from_name("STM32L1"), None);
    let names: BTreeSet<&str> = FAMILIES.iter().map(Family::name).collect();
    assert_eq!(names.len(), FAMILIES.len());
    for family in FAMILIES {
        let [one, two, three] = family.addresses();
        assert_eq!((two - one, three - one + 4), (4, family.memory_len() as u64));
        assert_eq!(family.memory_len() == 24, family.layout() == Layout::B, "{family:?}");
        // Bytes that tell where they lie.
        let memory: Vec<u8> = (1..=family.memory_len() as u8).collect();
        let words = family.addresses().map(|at| {
            let at = (at - one) as usize;
            u32::from_le_bytes(memory[at..at + 4].try_into().unwrap())
        });
        assert_eq!(family.uid(&memory), Uid::from_words(words, family.layout()));
        for len in [0, 4, 11, 13, 23, 25] {
            says(
                family.uid(&vec![1; len]),
                &format!(
                    "{len} bytes, expected the {} bytes from the UID's base address ({})",
                    family.memory_len(),
                    family.name()
                ),
            );
        }
    }
}

/// The packed forms are our own proposal: vectors computed with another program (Python), nothing
/// outside confirms them. `pack64` in hexadecimal and in base 32 with a check character; `pack60` in base
/// 32; the others in hexadecimal.
#[rustfmt::skip]
const PACKED: &[([u32; 3], Layout, [&str; 6])] = &[
    (PARTS[0].0, Layout::A, ["3AEEFB30A1406020", "3NVQV62GM0R10W", "7BQFPC518610", "075DDF661405000C0020", "17A600A778B305000C0020", "434341323430200500C020"]),
    (PARTS[2].0, Layout::A, ["99677DDAE981D841", "9JSVXVBMR3P21V", "K5KQVPQ9GXJ1", "132CEFBB5D06003B0041", "24E87FFF626106003B0041", "573350333333200603B041"]),
    (PARTS[10].0, Layout::A, ["7A1137241A81D823", "7M49Q4GD83P137", "F88KE90TGXH3", "0F4226E4830A003B0023", "20651BE8C15A0A003B0023", "504B32423732200A03B023"]),
    (PARTS[11].0, Layout::A, ["7A1137241A81E027", "7M49Q4GD83R17R", "F88KE90TGY17", "0F4226E4830A003C0027", "20651BE8C15A0A003C0027", "504B32423732200A03C027"]),
    (PARTS[15].0, Layout::B, ["4CBBC11843814831", "4SEY1311R2J1H6", "9JXW2623GMHH", "09977823080E00290031", "1A33B796C42B0E00290031", "473233303434330E029031"]),
    (SIGNED, Layout::A, ["7CC84BB862C01C01", "7SJ2BQ1HC0701C", "FK44QE32R1R1", "0F9909770C0B00038001", "20E6D7125AF30B00038001", "513433333531320B003801"]),
];

#[test]
fn packed() {
    for &(words, layout, [pack64, crockford, pack60, pack77, pack86, drop88]) in PACKED {
        let uid = Uid::from_words(words, layout).unwrap();
        let id = PACK64.pack(uid).unwrap();
        assert_eq!((id.hex().as_str(), id.crockford_checked().as_str()), (pack64, crockford));
        assert_eq!(id.crockford().as_str(), &crockford[..13]);
        assert_eq!(format!("{:?}", id.crockford()), format!("{:?}", &crockford[..13]));
        assert!(Value::from(id).expose() == View::Uint(id.number()));
        assert_eq!(PACK64.parse_crockford_checked(crockford), Ok(id));
        assert_eq!(PACK60.pack(uid).unwrap().crockford().as_str(), pack60);
        assert_eq!(PACK77.pack(uid).unwrap().hex().as_str(), pack77);
        assert_eq!(PACK86.pack(uid).unwrap().hex().as_str(), pack86);
        assert_eq!(DROP88.pack(uid).unwrap().hex().as_str(), drop88);
        assert_eq!(DROP88.parse_hex(drop88).unwrap().unpack(layout), Ok(uid));
    }
    let lengths = [DROP88.bits(), PACK86.bits(), PACK77.bits(), PACK64.bits(), PACK60.bits()];
    assert_eq!(lengths, [88, 86, 77, 64, 60]);
}

#[test]
fn what_would_be_lost_is_refused() {
    let f1 = uid(F1);
    let lot = "lot `\\x89IS\"F\\x07\\x87`";
    let base37 = "expected `0`–`9`, `A`–`Z` or a space";
    says(PACK64.pack(f1), &format!("{lot} has 0x89 at position 1, {base37} (pack64)"));
    says(PACK60.pack(f1), &format!("{lot} has 0x89 at position 1, {base37} (pack60)"));
    says(PACK77.pack(f1), &format!("{lot} has 0x89 at position 1, {base37} (pack77)"));
    says(PACK86.pack(f1), &format!("{lot} has 0x89 at position 1, expected printable ASCII (pack86)"));
    says(DROP88.pack(f1), "coordinate 0xFF54, expected at most 0x07FF beside the sign (drop88)");
    let opaque = Uid::from_words(F1, Layout::Opaque).unwrap();
    says(PACK86.pack(opaque), "the layout of this UID is not documented: it can be hashed, not packed");
    let id = PACK64.pack(uid(SIGNED)).unwrap();
    says(id.unpack(Layout::Opaque), "the layout of this UID is not documented: it can be hashed, not packed");

    let die = |low, wafer, lot: &[u8; 7]| Uid::from_die(Die { low, high: 1, wafer, lot: *lot }, Layout::A).unwrap();
    says(PACK64.pack(die(1024, 1, b"A      ")), "coordinate 0x0400, expected at most 0x03FF beside the sign (pack64)");
    says(
        PACK60.pack(die(0x8100, 1, b"A      ")),
        "coordinate 0x8100, expected at most 0x00FF beside the sign (pack60)",
    );
    says(PACK64.pack(die(1, 32, b"A      ")), "wafer 32, expected 0 to 31 (pack64)");
    says(PACK77.pack(die(1, 1, b"Aa     ")), &format!("lot `Aa     ` has 0x61 at position 2, {base37} (pack77)"));
    // A space is no zero: in base 36, as `strtoull` reads it, these two would be one.
    let (space, zero) = (die(1, 1, b"PK2B72 "), die(1, 1, b"PK2B720"));
    assert_ne!(PACK64.pack(space), PACK64.pack(zero));
    // −0 is not +0.
    assert_ne!(PACK60.pack(die(0x8000, 1, b"A      ")), PACK60.pack(die(0, 1, b"A      ")));

    // 37⁷ lots; the next number is none.
    let top = (37_u128.pow(7) - 1) << 27 | 0x7FF_FFFF;
    assert!(PACK64.packed(top).is_ok());
    says(PACK64.packed(top + 1), "0xB0D30BE868000000 is no pack64: no UID packs to it");
    says(DROP88.packed(1 << 88), "0x10000000000000000000000 is no drop88: no UID packs to it");
    says(PACK64.parse_hex(&"F".repeat(16)), "0xFFFFFFFFFFFFFFFF is no pack64: no UID packs to it");
    says(PACK64.parse_crockford("ZZZZZZZZZZZZZ"), "0x1FFFFFFFFFFFFFFFF is no pack64: no UID packs to it");
    says(
        PACK64.parse_hex("7a1137241A81D823"),
        "found `7a1137241A81D823`, expected 16 upper-case hexadecimal digits (pack64)",
    );
    says(PACK64.parse_crockford("7M49Q4GD83P1"), "found `7M49Q4GD83P1`, expected 13 digits of base 32 (pack64)");
    says(
        PACK64.parse_crockford_checked("7M49Q4GD83P13"),
        "found `7M49Q4GD83P1`, expected 13 digits of base 32 and a check character (pack64)",
    );
    says(
        PACK64.parse_crockford_checked("7M49Q4GD83P138"),
        "check character `8`, expected `7`: the text was mistyped or misread (pack64)",
    );
    // A number of all zeros is a blank UID of layout A, but for the lot.
    assert_eq!(PACK64.packed(0).unwrap().die().lot, *b"0000000");
    says(
        DROP88.packed(0).unwrap().unpack(Layout::A),
        "all words are 0x00000000: the part was not read, or has no UID there",
    );
}

/// One wrong character, or two neighbours exchanged, in the form with a check character.
#[test]
fn mistyped_ids_are_found() {
    const ALPHABET: &str = "0123456789ABCDEFGHJKMNPQRSTVWXYZ*~$=U";
    let text = "7M49Q4GD83P137";
    for at in 0..text.len() {
        for c in ALPHABET.chars().filter(|&c| !text[at..].starts_with(c)) {
            let wrong = format!("{}{c}{}", &text[..at], &text[at + 1..]);
            assert!(PACK64.parse_crockford_checked(&wrong).is_err(), "{wrong}");
        }
        let mut swapped = text.as_bytes().to_vec();
        if at > 0 && swapped[at] != swapped[at - 1] {
            swapped.swap(at, at - 1);
            assert!(PACK64.parse_crockford_checked(std::str::from_utf8(&swapped).unwrap()).is_err());
        }
    }
}

/// All values of one coordinate.
#[test]
fn every_coordinate() {
    let mut seen = BTreeSet::new();
    for low in 0..=u16::MAX {
        let uid = Uid::from_die(Die { low, high: 0x8001, wafer: 9, lot: *b"Q433512" }, Layout::B).unwrap();
        let magnitude = low & 0x7FFF;
        let packed = PACK60.pack(uid);
        assert_eq!(packed.is_ok(), magnitude <= 255);
        if let Ok(id) = packed {
            assert!(seen.insert(id.number()));
            assert_eq!(id.unpack(Layout::B), Ok(uid));
        }
        assert_eq!(PACK64.pack(uid).is_ok(), magnitude <= 1023);
        assert_eq!(DROP88.pack(uid).is_ok(), magnitude <= 2047);
        assert_eq!(PACK77.pack(uid).unwrap().unpack(Layout::B), Ok(uid));
        assert_eq!(PACK86.pack(uid).unwrap().unpack(Layout::B), Ok(uid));
    }
    assert_eq!(seen.len(), 512);
}

fn layouts() -> impl Strategy<Value = Layout> {
    prop_oneof![Just(Layout::A), Just(Layout::B)]
}

/// Dies that fit any form.
fn dies() -> impl Strategy<Value = Die> {
    let coordinate = || (any::<bool>(), 0..256_u16).prop_map(|(sign, size)| u16::from(sign) << 15 | size);
    let lot = prop::array::uniform7(prop::sample::select(&b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ "[..]));
    (coordinate(), coordinate(), 0..32_u8, lot).prop_map(|(low, high, wafer, lot)| Die { low, high, wafer, lot })
}

proptest! {
    /// Packed and back, as number and in each text form; different dies are different in all of them.
    #[test]
    fn packing_loses_nothing(a in dies(), b in dies(), layout in layouts()) {
        let (Ok(one), Ok(two)) = (Uid::from_die(a, layout), Uid::from_die(b, layout)) else { return Ok(()) };
        for packing in PACKINGS {
            let id = packing.pack(one).unwrap();
            prop_assert_eq!(id.unpack(layout), Ok(one));
            prop_assert_eq!(packing.packed(id.number()), Ok(id));
            prop_assert_eq!(packing.parse_hex(id.hex().as_str()), Ok(id));
            prop_assert_eq!(packing.parse_crockford(id.crockford().as_str()), Ok(id));
            prop_assert_eq!(packing.parse_crockford_checked(id.crockford_checked().as_str()), Ok(id));
            prop_assert_eq!(packing.pack(two).unwrap() == id, one == two);
            prop_assert_eq!(Packing::from_name(packing.name()), Some(packing));
        }
    }

    /// Whatever a packed form takes, it gives back; what it does not is refused.
    #[test]
    fn any_words(words in any::<[u32; 3]>(), layout in layouts(), number in any::<u128>()) {
        let Ok(uid) = Uid::from_words(words, layout) else { return Ok(()) };
        for packing in PACKINGS {
            if let Ok(id) = packing.pack(uid) {
                prop_assert_eq!(id.unpack(layout), Ok(uid));
            }
            // Of any number of as many bits, and of one more.
            for number in [number >> (128 - packing.bits()), number >> (127 - packing.bits())] {
                if let Ok(id) = packing.packed(number) {
                    prop_assert_eq!(id.number(), number);
                    if let Ok(uid) = id.unpack(layout) {
                        prop_assert_eq!(packing.pack(uid), Ok(id));
                    }
                }
            }
        }
        for order in UidOrder::ALL {
            prop_assert_eq!(Uid::parse(uid.text(order).as_str(), order, layout), Ok(uid));
            prop_assert_eq!(Uid::from_bytes(uid.bytes(order), order, layout), Ok(uid));
        }
    }

    #[test]
    fn no_text_panics(text in ".{0,30}", digits in "[0-9A-Fa-f]{24}", base32 in "[0-9A-Z]{10,20}") {
        for text in [&text, &digits, &base32] {
            let _ = (Uid::detect(text), PACK64.parse_hex(text), PACK86.parse_crockford(text));
            let _ = (PACK60.parse_crockford(text), DROP88.parse_crockford_checked(text));
        }
    }
}

/// A packed ID in a field: the encoding says the byte order.
#[test]
fn packed_ids_are_stamped_as_integers() {
    let id = DROP88.pack(uid(PARTS[10].0)).unwrap();
    for (order, expected) in
        [(ByteOrder::Big, *b"PK2B72 \x0A\x03\xB0\x23"), (ByteOrder::Little, *b"\x23\xB0\x03\x0A 27B2KP")]
    {
        let mut out = [0xA5; 11];
        Encoding::uint(11, order).encode_into(&id.into(), &mut out).unwrap();
        assert_eq!(out, expected);
    }
}

// Forms that are not unique, and so no values.

has_not!(UsbSerial: Into<Value<'static>>);
has_not!(LoraFallback: Into<Value<'static>>);
has_not!(BdAddr: Into<Value<'static>>);
// Nor without saying an order.
has_not!(Uid: Into<Value<'static>>);

/// libopencm3 #760 and ST communities 788813 and 432151; MicroPython's as its formula says.
#[test]
fn usb_serials() {
    for (n, expected) in
        [(3, "325E35633334"), (5, "205537C24236"), (6, "208737C34236"), (7, "205737C34236"), (8, "20B137C34236")]
    {
        let uid = uid(PARTS[n].0);
        assert_eq!(UsbSerial::st(uid).unwrap().to_string(), expected, "{}", PARTS[n].3);
        assert_eq!(UsbSerial::bytewise(uid).to_string(), expected, "{}", PARTS[n].3);
    }
    assert_eq!(UsbSerial::st(uid(PARTS[14].0)).unwrap().to_string(), "3157346B3438");
    let f3 = UsbSerial::rom_f3(uid(PARTS[2].0)).unwrap();
    assert_eq!(format!("{f3} {f3:?}"), "206E33742033 UsbSerial(206E33742033)");
    assert!(f3.matches("206e33742033") && !f3.matches("206E33742034") && !f3.matches("206E3374203"));
    // ST carries from byte to byte, MicroPython does not.
    assert_eq!(UsbSerial::st(uid(SIGNED)).unwrap().to_string(), "3234B5343334");
    assert_eq!(UsbSerial::bytewise(uid(SIGNED)).to_string(), "323435343334");
    let carry = uid([0x0040_00AF, 0x4236_5014, 0x2030_375A]);
    assert_eq!(UsbSerial::st(carry).unwrap().to_string(), "207038094236");
    assert_eq!(UsbSerial::bytewise(carry).to_string(), "207037094236");
    // ST's code makes no text of a sum of zero.
    assert_eq!(UsbSerial::st(uid([1, 2, u32::MAX])), None);
}

/// Different UIDs that such forms make the same of: why none of them is an identity.
#[test]
fn parts_that_share_a_compatible_form() {
    let a = uid([0x0025_0025, 0x5033_5701, 0x2033_3333]);
    let other_wafer = uid([0x0025_0025, 0x5033_5712, 0x2033_3333]);
    let other_lot = uid([0x0025_0025, 0x5033_4101, 0x2033_3333]);
    let other_place = uid([0x0025_0024, 0x5033_5701, 0x2033_3334]);
    for same in [a, other_wafer, other_lot] {
        assert_eq!(UsbSerial::st(same).unwrap().to_string(), "205833585033");
    }
    assert_eq!(UsbSerial::rom_f3(a), UsbSerial::rom_f3(other_lot));
    for same in [a, other_place] {
        assert_eq!(LoraFallback::of(same).to_string(), "0157335058335820");
    }
    let packed: BTreeSet<u128> =
        [a, other_wafer, other_lot, other_place].map(|uid| PACK60.pack(uid).unwrap().number()).into();
    assert_eq!(packed.len(), 4);
    // Zephyr #37153: the first eight bytes of two parts on one desk.
    let [one, two] = [10, 11].map(|n| uid(PARTS[n].0).text(UidOrder::MsbFirst));
    assert_eq!((&one.as_str()[..16], one == two), (&two.as_str()[..16], false));
    assert_eq!(LoraFallback::of(uid(PARTS[10].0)).to_string(), "0A504B3265376D20");
}

/// Sums and CRCs of UIDs that collide: why they are not offered.
#[test]
fn folds_collide() {
    let crc = |text: &str| {
        let bytes = Uid::parse(text, UidOrder::Memory, Layout::A).unwrap().bytes(UidOrder::Memory);
        Algorithm::from(CRC_32_ISO_HDLC).compute(|take| take(&bytes))
    };
    for text in ["09004E0012504D34464E4931", "320015001551434250525734"] {
        assert_eq!(crc(text), nameplate::check::CheckValue::Number(0x283D_40A5));
    }
    let fold = |words: [u32; 3]| words[0] ^ words[1] ^ words[2];
    for words in [[0x003B_0023, 0x324B_500A, 0x2032_3742], [0x003B_0022, 0x324B_500B, 0x2032_3742]] {
        assert_eq!(fold(words), 0x1242_676B);
    }
}

/// The DevEUI is that of a board of Seeed (LoRa-E5, `se-identity.h`); the address by ST's formula.
#[test]
fn uid64() {
    let uid = Uid64::from_words([0x0017_C722, 0x0080_E115]).unwrap();
    assert_eq!(uid.eui64().to_u64(), 0x0080_E115_0017_C722);
    assert_eq!((uid.device(), uid.number()), (0x15, 0x0017_C722));
    assert_eq!(Uid64::from_eui64(uid.eui64()), Ok(uid));
    assert!(Value::from(uid).expose() == View::Bytes(&uid.eui64().octets()));
    assert_eq!(format!("{0} {0:?}", uid.bd_addr()), "00:80:E1:15:C7:22 BdAddr(00:80:E1:15:C7:22)");
    let other = Uid64::from_words([0x0018_C722, 0x0080_E115]).unwrap();
    assert_eq!((uid.bd_addr() == other.bd_addr(), uid == other), (true, false));
    says(
        Uid64::from_words([0x0080_E115, 0x0017_C722]),
        "company number 0x0017C7 in word 1, expected ST's 0x0080E1: nothing was read, or other words",
    );
    says(
        Uid64::from_words([u32::MAX; 2]),
        "company number 0xFFFFFF in word 1, expected ST's 0x0080E1: nothing was read, or other words",
    );
    says(Uid64::from_words([u32::MAX, 0x0080_E126]), "device number 0xFFFFFFFF: the part has no UID64");
    let names: BTreeSet<&str> = UID64_ADDRESSES.iter().map(|(name, _)| *name).collect();
    assert_eq!(names.len(), UID64_ADDRESSES.len());
}
