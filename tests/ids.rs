//! Serial schemes and EUI-48 blocks.

use std::collections::BTreeSet;

use nameplate::id::eui::{Block, Eui48, EuiError, Pool};
use nameplate::id::serial::{Date, Scheme};
use nameplate::value::View;
use nameplate::{Source, Value};
use proptest::prelude::*;

fn date(year: u16, month: u8, day: u8) -> Date {
    Date::new(year, month, day).unwrap()
}

#[test]
fn serials() {
    for (template, date, n, expected) in [
        ("EUDV{YY}{MM}-{seq:6}", date(2024, 7, 1), 123, "EUDV2407-000123"),
        ("{YYYY}{MM}{DD}{seq:1}", date(2024, 7, 9), 9, "202407099"),
        // 2024-12-30 lies in week 1 of 2025, 2021-01-03 in week 53 of 2020.
        ("{GG}{WW}/{seq:3}", date(2024, 12, 30), 7, "2501/007"),
        ("{GGGG}W{WW}-{seq:3}", date(2021, 1, 3), 7, "2020W53-007"),
        ("{{{seq:2}}}", date(1, 1, 1), 5, "{05}"),
        ("{seq:19}", date(1, 1, 1), 9_999_999_999_999_999_999, "9999999999999999999"),
    ] {
        let serials = Scheme::parse(template).unwrap().dated(date);
        let serial = serials.nth(n).unwrap();
        assert_eq!(serial.as_str(), expected);
        assert_eq!(serial.to_string().len(), serials.text_len());
        assert_eq!(serials.parse(expected), Ok(n));
        assert!(Value::from(serial).expose() == View::Text(expected));
    }
}

#[test]
fn every_number_of_a_small_scheme() {
    let serials = Scheme::parse("A{seq:3}-{YY}").unwrap().dated(date(2024, 2, 29));
    let mut seen = BTreeSet::new();
    for n in 0..=serials.last() {
        let serial = serials.nth(n).unwrap();
        assert_eq!(serial.as_str(), format!("A{n:03}-24"));
        assert_eq!(serials.parse(serial.as_str()), Ok(n));
        assert!(seen.insert(serial.to_string()));
    }
    assert_eq!((seen.len(), Source::last(&serials)), (1000, 999));
    assert_eq!(serials.nth(1000).unwrap_err().to_string(), "number 1000 has no serial; the last that has one is 999");
    for (text, expected) in [
        ("A123-2", "6 characters, expected 7"),
        ("A12x-24", "found `x` at position 4, expected a digit"),
        ("a123-24", "found `a` at position 1, expected `A`"),
        ("\u{E9}23-24", "6 characters, expected 7"),
        ("\u{E9}123-24", "found `\\xC3\\xA9` at position 1, expected `A`"),
        ("A123-25", "found `5` at position 7, expected `4`"),
        ("A1\u{1B}3-24", "found `\\x1B` at position 3, expected a digit"),
    ] {
        assert_eq!(serials.parse(text).unwrap_err().to_string(), expected);
    }
}

#[test]
fn templates_that_are_refused() {
    let mixed = |two: &str, one: &str| {
        format!(
            "`{{{two}}}` beside `{{{one}}}`: around New Year the week belongs to another year than the day (2024-12-30 is in week 1 of 2025), so serials would repeat; the week goes with `{{GG}}` or `{{GGGG}}`, month and day with `{{YY}}` or `{{YYYY}}`"
        )
    };
    for (template, expected) in [
        ("{YY}{WW}{seq:4}".to_owned(), format!("column 5: {}", mixed("WW", "YY"))),
        ("{GG}{MM}{seq:4}".to_owned(), format!("column 5: {}", mixed("MM", "GG"))),
        ("{WW}{seq:4}".to_owned(), "column 1: `{WW}` without `{GG}` or `{GGGG}`, the year of the week".to_owned()),
        ("A{seq}".to_owned(), "column 2: `{seq}` does not say how many digits, as `{seq:6}` does".to_owned()),
        (
            "{seq:0}".to_owned(),
            "column 1: `0` digits, expected a number from 1 to 19 without zeros in front".to_owned(),
        ),
        (
            "{seq:20}".to_owned(),
            "column 1: `20` digits, expected a number from 1 to 19 without zeros in front".to_owned(),
        ),
        (
            "{seq:x}".to_owned(),
            "column 1: `x` digits, expected a number from 1 to 19 without zeros in front".to_owned(),
        ),
        ("ABC".to_owned(), "column 4: no `{seq:N}`: all serials would be the same".to_owned()),
        ("{seq:1}{seq:1}".to_owned(), "column 8: a second `{seq:N}`".to_owned()),
        ("{mm}{seq:1}".to_owned(), "column 1: unknown token `{mm}`; did you mean `{MM}`?".to_owned()),
        (
            "{foo}{seq:1}".to_owned(),
            "column 1: unknown token `{foo}`; there are {YY} {YYYY} {MM} {DD} {GG} {GGGG} {WW} {CC} {product:N} {station:N} {seq:N} {check:NAME}".to_owned(),
        ),
        ("A{seq:1".to_owned(), "column 2: found `{` without `}`; a brace in the text is written `{{`".to_owned()),
        ("A}{seq:1}".to_owned(), "column 2: found `}` without `{`; a brace in the text is written `}}`".to_owned()),
        ("\u{C4}{seq:1}".to_owned(), "column 1: character U+00C4 is not printable ASCII".to_owned()),
        ("x".repeat(60) + "{seq:5}", "column 61: serials would have more than 64 characters".to_owned()),
    ] {
        assert_eq!(Scheme::parse(&template).unwrap_err().to_string(), expected);
    }
    assert!(Scheme::parse("{seq:06}").is_err(), "one scheme has one spelling");
    let error = Scheme::parse("{{YY}}{YY}{seq:1}").unwrap().undated().unwrap_err();
    assert_eq!(error.to_string(), "column 7: `{YY}` needs a date");
    // A hostile template ends where serials would be too long, not at its end.
    assert_eq!(Scheme::parse(&"{YY}".repeat(100_000)).unwrap_err().column(), 129);
    let error = Scheme::parse("A{YY}{seq:1}").unwrap().undated().unwrap_err();
    assert_eq!(error.to_string(), "column 2: `{YY}` needs a date");
    assert!(Scheme::parse(&("x".repeat(59) + "{seq:5}")).unwrap().undated().is_ok());
}

proptest! {
    #[test]
    fn no_template_and_no_text_panic(template in ".{0,30}", text in ".{0,30}") {
        if let Ok(serials) = Scheme::parse(&template).and_then(|scheme| scheme.undated()) {
            let _ = serials.parse(&text);
        }
        let _ = Scheme::parse("A{seq:6}").unwrap().undated().unwrap().parse(&text);
        let _ = text.parse::<Eui48>();
        let _ = Block::from_prefix(&text);
    }

    #[test]
    fn forms_of_an_address_read_back(octets in any::<[u8; 6]>()) {
        let eui = Eui48::new(octets);
        let pairs: Vec<String> = octets.iter().map(|octet| format!("{octet:02X}")).collect();
        prop_assert_eq!(eui.hyphens().to_string(), pairs.join("-"));
        prop_assert_eq!(eui.colons().to_string(), pairs.join(":").to_lowercase());
        prop_assert_eq!(eui.bare().to_string(), pairs.concat());
        let dots: Vec<String> = pairs.chunks(2).map(|pair| pair.concat().to_lowercase()).collect();
        prop_assert_eq!(eui.dots().to_string(), dots.join("."));
        for text in [eui.hyphens().to_string(), eui.colons().to_string(), eui.dots().to_string(), eui.bare().to_string()] {
            prop_assert_eq!(text.parse::<Eui48>(), Ok(eui));
            prop_assert_eq!(text.to_uppercase().parse::<Eui48>(), Ok(eui));
        }
        prop_assert_eq!(Eui48::from_u64(eui.to_u64()), Ok(eui));
    }

    /// Each number has an address of its own, and the address gives the number back.
    #[test]
    fn pools(stride in 1_u64..70_000, first in 0_u64..10, n in any::<prop::sample::Index>()) {
        let blocks = [Block::ma_s(0x7_0B3D_57ED).unwrap(), Block::ma_m(0x8C1_F640).unwrap()];
        match Pool::new(&blocks, stride, first) {
            Ok(pool) => {
                prop_assert_eq!(pool.units(), 4096 / stride + 1_048_576 / stride);
                let n = first + n.index(pool.units() as usize) as u64;
                let eui = pool.eui48(n).unwrap();
                prop_assert_eq!(pool.number(View::Bytes(&eui.octets())), Some(n));
                let block = blocks.iter().find(|block| block.index_of(eui).is_some()).unwrap();
                prop_assert!(block.index_of(eui).unwrap() + stride <= block.len());
                prop_assert!(pool.eui48(pool.last() + 1).is_err());
                let next = Eui48::from_u64(eui.to_u64() + 1).unwrap();
                let shared = pool.number(View::Bytes(&next.octets()));
                prop_assert_eq!(shared.is_some(), stride == 1 && n != pool.last() && block.index_of(next).is_some());
            }
            Err(error) => prop_assert!(stride > 4096, "{}", error),
        }
    }
}

#[test]
fn blocks() {
    // IEEE MA-S block: the first, the last, one too many.
    let block = Block::from_prefix("70B3D57ED").unwrap();
    assert_eq!(block, Block::ma_s(0x7_0B3D_57ED).unwrap());
    assert_eq!(block.eui48(0).unwrap().hyphens().to_string(), "70-B3-D5-7E-D0-00");
    assert_eq!(block.eui48(4095).unwrap().hyphens().to_string(), "70-B3-D5-7E-DF-FF");
    assert_eq!(block.eui48(4096).unwrap_err().to_string(), "MA-S 70B3D57ED has 4096 addresses, none with index 4096");
    let st = Block::ma_l(0x00_80E1).unwrap();
    assert_eq!((st.to_string().as_str(), st.len()), ("MA-L 0080E1", 1 << 24));
    assert_eq!(st.eui48((1 << 24) - 1).unwrap().colons().to_string(), "00:80:e1:ff:ff:ff");
    assert!(st.eui48(1 << 24).is_err());
    assert_eq!(Block::from_prefix("8C1F640").unwrap().to_string(), "MA-M 8C1F640");
    // RFC 9542, documentation.
    let doc: Eui48 = "00-00-5E-00-53-2A".parse().unwrap();
    assert_eq!((doc.is_group(), doc.is_local(), format!("{doc:?}").as_str()), (false, false, "00-00-5E-00-53-2A"));
    for (error, expected) in [
        (
            Block::from_prefix("70B3D57E").unwrap_err(),
            "found prefix `70B3D57E`, expected 6 (MA-L), 7 (MA-M) or 9 (MA-S) hexadecimal digits",
        ),
        (
            Block::from_prefix("70B3DG").unwrap_err(),
            "found prefix `70B3DG`, expected 6 (MA-L), 7 (MA-M) or 9 (MA-S) hexadecimal digits",
        ),
        (Block::ma_l(0x100_0000).unwrap_err(), "prefix 0x1000000 has more than 24 bits"),
        (
            Block::ma_l(0x01_0000).unwrap_err(),
            "the prefix has the I/G bit set: its addresses would be those of groups, not of devices",
        ),
        (
            Block::ma_m(0x020_0000).unwrap_err(),
            "the prefix has the U/L bit set: its addresses are administered locally, and not unique",
        ),
        (Pool::new(&[], 1, 0).unwrap_err(), "no block of addresses"),
        (Pool::new(&[st, st], 1, 0).unwrap_err(), "MA-L 0080E1 and MA-L 0080E1 share addresses"),
        (
            Pool::new(&[st, Block::from_prefix("0080E10").unwrap()], 1, 0).unwrap_err(),
            "MA-L 0080E1 and MA-M 0080E10 share addresses",
        ),
        (Pool::new(&[block], 0, 0).unwrap_err(), "0 addresses for each unit, MA-S 70B3D57ED allows 1 to 4096"),
        (Pool::new(&[block], 4097, 0).unwrap_err(), "4097 addresses for each unit, MA-S 70B3D57ED allows 1 to 4096"),
        (
            Pool::new(&[block], 1, u64::MAX).unwrap_err(),
            "first number 18446744073709551615 leaves no numbers for all addresses",
        ),
        (
            Pool::new(&[block], 1, 5).unwrap().eui48(4).unwrap_err(),
            "number 4 lies before 5, which has the first address",
        ),
        (
            Pool::new(&[block], 2, 5).unwrap().eui48(2053).unwrap_err(),
            "number 2053 has no address; the last that has one is 2052",
        ),
        (Eui48::from_u64(1 << 48).unwrap_err(), "0x1000000000000 has more than the 48 bits of an EUI-48"),
    ] {
        assert_eq!(error.to_string(), expected);
    }
    for text in [
        "34-56:78-9A-BC-DE",
        "34-56-78-9A-BC-D",
        "3456.789a.bcd",
        "34-56-78-9A-BC-DG",
        "",
        "0x3456789ABC",
        "345-67-89-AB-CD-E",
    ] {
        assert_eq!(text.parse::<Eui48>(), Err(EuiError::Text { found: text.to_owned() }), "{text}");
    }
}

#[test]
fn dates_that_are_none() {
    for (error, expected) in [
        (Date::new(0, 1, 1), "year 0, expected 1 to 9999"),
        (Date::new(2024, 13, 1), "month 13, expected 1 to 12"),
        (Date::new(2023, 2, 29), "day 29 of 2023-02, expected 1 to 28"),
    ] {
        assert_eq!(error.unwrap_err().to_string(), expected);
    }
}
