//! Serial schemes: every token, refusals, parse ∘ format, a slow twin of random schemes.

use std::collections::BTreeSet;

use nameplate::check::character::{Alphabet, System};
use nameplate::id::serial::{Date, Given, Scheme, SchemeErrorKind, SerialError, Serials};
use nameplate::value::{INLINE, ValueKind, View};
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
        assert_eq!((serial.to_string().len(), serial.as_ref()), (serials.text_len(), expected));
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
    assert_eq!(format!("{serials:?}; {:?}", serials.nth(7).unwrap()), "A000-24, numbers 0 to 999; \"A007-24\"");
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
        (
            "{yyx}{seq:1}".to_owned(),
            "column 1: unknown token `{yyx}`; there are {YY} {YYYY} {MM} {DD} {GG} {GGGG} {WW} {CC} {product:N} {station:N} {seq:N} {check:NAME}".to_owned(),
        ),
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

#[test]
fn dates_that_are_none() {
    for (error, expected) in [
        (Date::new(0, 1, 1), "year 0, expected 1 to 9999"),
        (Date::new(2024, 13, 1), "month 13, expected 1 to 12"),
        (Date::new(2023, 2, 29), "day 29 of 2023-02, expected 1 to 28"),
    ] {
        assert_eq!(error.unwrap_err().to_string(), expected);
    }
    assert_eq!(date(2024, 7, 1).to_string(), "2024-07-01");
    assert_eq!(date(1, 12, 31).to_string(), "0001-12-31");
}

fn given() -> Given<'static> {
    Given::new().station("07").product("EUDV").country("DE")
}

fn scheme(template: &str) -> Serials {
    Scheme::parse_with(template, &given()).unwrap().dated(date(2024, 7, 1))
}

#[test]
fn every_token() {
    for (template, n, expected) in [
        ("{product:4}{YY}{MM}-{seq:6}", 123, "EUDV2407-000123"),
        ("{CC}{station:2}/{seq:3}", 9, "DE07/009"),
        ("{seq:6:dec}", 123, "000123"),
        ("{seq:6:hex}", 123, "00007B"),
        ("{seq:16:hex}", u64::MAX, "FFFFFFFFFFFFFFFF"),
        ("{seq:6:base36}", 123, "00003F"),
        ("{seq:12:base36}", 36_u64.pow(12) - 1, "ZZZZZZZZZZZZ"),
        ("{seq:6:crockford32}", 123, "00003V"),
        ("{seq:4:[2-9A-HJ-NP-Z]}", 123, "225V"),
        ("{seq:3:[ab]}", 5, "bab"),
        // The number that comes after AAA-P&E-9999.
        ("{seq:[A-Z][A-Z][A-Z]-P&E-[0-9][0-9][0-9][0-9]}", 9_999, "AAA-P&E-9999"),
        ("{seq:[A-Z][A-Z][A-Z]-P&E-[0-9][0-9][0-9][0-9]}", 10_000, "AAB-P&E-0000"),
        ("{seq:[A-Z][A-Z][A-Z]-P&E-[0-9][0-9][0-9][0-9]}", 175_759_999, "ZZZ-P&E-9999"),
        ("{seq:[1-4]:[XY][0-9]}", 30, "2:Y0"),
        // Check characters of EUDV2407000123 that other programs computed; see `check_characters`.
        ("EUDV{YY}{MM}-{seq:6}{check:mod37-36}", 123, "EUDV2407-000123K"),
        ("EUDV{YY}{MM}-{seq:6}-{check:mod37-2}", 123, "EUDV2407-000123-*"),
        ("{check:luhn-mod36}.EUDV{YY}{MM}-{seq:6}", 123, "V.EUDV2407-000123"),
        ("EUDV{YY}{MM}-{check:mod97-10}-{seq:6}", 123, "EUDV2407-13-000123"),
        // Damm and Verhoeff of 000123, GS1 of 0952012345678.
        ("EUDV-{seq:6}{check:damm:seq}", 123, "EUDV-0001234"),
        ("EUDV-{seq:6}{check:verhoeff:seq}", 123, "EUDV-0001235"),
        ("0952012{seq:6}{check:gs1}", 345_678, "09520123456788"),
        // YY, MM and number: 2407000123; the station is not covered.
        ("{station:2}-{YY}{MM}{seq:6}{check:luhn:YY+MM+seq}", 123, "07-2407000123?"),
        ("{seq:3:crockford32}{check:crockford37}", 1234, "16JD"),
        ("{seq:6:[abcdef]}{check:luhn-mod[abcdef]}", 1865, "abcdefe"),
    ] {
        let scheme = Scheme::parse_with(template, &given()).unwrap();
        let serials = scheme.dated(date(2024, 7, 1));
        let expected = match expected.strip_suffix('?') {
            Some(body) => body.to_owned() + System::Luhn.compute(&body[3..]).unwrap().as_str(),
            None => expected.to_owned(),
        };
        assert_eq!(serials.nth(n).unwrap().as_str(), expected, "{template}");
        assert_eq!(serials.parse(&expected), Ok(n), "{template}");
        assert_eq!(serials.text_len(), expected.len());
        assert_eq!(scheme.to_string(), template);
    }
}

#[test]
fn capacities() {
    let digits = |count| format!("{{seq:{}}}", "[0-9A-F]".repeat(count));
    for (template, capacity) in [
        (&*digits(16), 1 << 64),
        ("{seq:6}", 1_000_000),
        ("{seq:16:hex}", 1 << 64),
        ("{seq:12:base36}", 36_u128.pow(12)),
        ("{seq:12:crockford32}", 1 << 60),
        ("{seq:[A-Z]-[0-9]}", 260),
        ("{seq:64:[01]}", 1 << 64),
    ] {
        let serials = Scheme::parse(template).unwrap().undated().unwrap();
        assert_eq!((serials.capacity(), u128::from(serials.last()) + 1), (capacity, capacity), "{template}");
        let last = serials.nth(serials.last()).unwrap();
        assert_eq!(serials.parse(last.as_str()), Ok(serials.last()));
        let mut out = [[0xA5; INLINE]; 2];
        assert_eq!(serials.run_into(serials.last(), &mut out), None);
        assert_eq!(serials.run_into(serials.last(), &mut out[..1]), Some((ValueKind::Text, serials.text_len())));
        assert_eq!(&out[0][..serials.text_len()], last.as_str().as_bytes());
        if let Some(n) = serials.last().checked_add(1) {
            assert_eq!(serials.nth(n), Err(SerialError::Exhausted { n, last: serials.last() }));
        }
    }
    let error = Scheme::parse(&digits(17)).unwrap_err();
    assert!(error.kind() == &SchemeErrorKind::Capacity, "{error}");
}

#[test]
fn new_tokens_that_are_refused() {
    let damm = |found: char, token: &str| {
        format!("damm covers 0-9, not the `{found}` of {token}; say what it is to cover, as `{{check:damm:seq}}` does")
    };
    let none = "no check character; there are luhn, luhn-mod16, luhn-mod36, luhn-mod[…], damm, verhoeff, gs1, mod11-2, mod11-10, mod37-2, mod37-36, mod97-10, crockford37";
    let scope = |found: &str| {
        format!(
            "column 8: the check is to cover `{found}`, expected tokens of this template, each once, as in `{{check:damm:seq}}` or `{{check:damm:YY+seq}}`, or `text`"
        )
    };
    for (template, expected) in [
        ("{seq:17:hex}", "column 1: `17` digits, expected a number from 1 to 16 without zeros in front".to_owned()),
        ("{seq:13:base36}", "column 1: `13` digits, expected a number from 1 to 12 without zeros in front".to_owned()),
        (
            "{seq:6:base63}",
            "column 1: `base63` is no alphabet; there are dec, hex, base36, crockford32, and any as [2-9A-HJ-NP-Z]".to_owned(),
        ),
        ("{seq:06:hex}", "column 1: `06` digits, expected a number from 1 to 16 without zeros in front".to_owned()),
        ("{seq:2:[0-9A-Z]}", "column 1: `[0-9A-Z]` has `0` and `O`, which look alike on a label; base36 and crockford32 go by name".to_owned()),
        ("{seq:2:[1I]}", "column 1: `[1I]` has `1` and `I`, which look alike on a label; base36 and crockford32 go by name".to_owned()),
        ("{seq:2:[AA]}", "column 1: in `[AA]`: found a second `A` at position 2".to_owned()),
        ("{seq:[AB}", "column 1: found `[` without `]`".to_owned()),
        ("{seq:[A]}", "column 1: in `[A]`: 1 symbols, expected at least 2".to_owned()),
        (
            "{seq:[0-9]\u{e9}}",
            "column 1: character U+00E9 is not printable ASCII".to_owned(),
        ),
        // A brace in a pattern: a token that is not closed, or a brace that is doubled as in text.
        (
            "{seq:[A3Z][.4-9]{MM}A{CC}{MM}",
            "column 1: found `{` after `[A3Z][.4-9]` in a pattern, which has no braces; write `}` there if the pattern ends, or another character".to_owned(),
        ),
        (
            "{YY}{seq:[0-9]-{{[0-9]}",
            "column 5: found `{` after `[0-9]-` in a pattern, which has no braces; write `}` there if the pattern ends, or another character".to_owned(),
        ),
        ("{seq:[0-9]}}[0-9]}", "column 12: found `}` without `{`; a brace in the text is written `}}`".to_owned()),
        // A class takes none either.
        ("{seq:[0-9][A{]}", "column 1: in `[A{]`: found `{` at position 2, expected printable ASCII but for space and -:[]{}".to_owned()),
        ("{seq:[0-9][A}]}", "column 1: found `[` without `]`".to_owned()),
        ("{station}{seq:1}", "column 1: `{station}` does not say how many characters, as `{station:2}` does".to_owned()),
        ("{product}{seq:1}", "column 1: `{product}` does not say how many characters, as `{product:4}` does".to_owned()),
        ("{station:x}{seq:1}", "column 1: `x` characters, expected a number from 1 to 64 without zeros in front".to_owned()),
        ("{station:3}{seq:1}", "column 1: station `07`, expected 3 characters of printable ASCII".to_owned()),
        ("{Station:2}{seq:1}", "column 1: unknown token `{Station:2}`; did you mean `{station:2}`?".to_owned()),
        ("{cc}{seq:1}", "column 1: unknown token `{cc}`; did you mean `{CC}`?".to_owned()),
        ("{seq:3}{check}", format!("column 8: `{{check:}}` names {none}")),
        ("{seq:3}{check:crc}", format!("column 8: `{{check:crc}}` names {none}")),
        ("{seq:3}{check:damm}{check:luhn}", "column 20: a second `{check:…}`".to_owned()),
        ("{seq:3}{check:damm:sec}", scope("sec")),
        ("{seq:3}{check:damm:seq+YY}", scope("YY")),
        ("{seq:3}{check:damm:seq+seq}", scope("seq")),
        ("{seq:3}{check:damm:check}", scope("check")),
        ("{seq:3}{check:damm:}", scope("")),
        (
            "{YY}{check:damm:YY}{seq:3}",
            "column 5: the check does not cover `{seq:…}`, so it would find no mistake in the number".to_owned(),
        ),
        ("A{seq:3}{check:damm}", format!("column 9: {}", damm('A', "the text"))),
        ("{seq:3:hex}{check:damm}", format!("column 12: {}", damm('A', "`{seq}`"))),
        ("{CC}{seq:3}{check:damm}", format!("column 12: {}", damm('D', "`{CC}`"))),
        (
            "{seq:3:[+*]}{check:mod37-36}",
            "column 13: mod37-36 covers 0-9A-Z, not the `+` of `{seq}`; say what it is to cover, as `{check:mod37-36:seq}` does".to_owned(),
        ),
        ("{seq:63}", "column 1: `63` digits, expected a number from 1 to 19 without zeros in front".to_owned()),
    ] {
        let error = Scheme::parse_with(template, &given()).unwrap_err();
        assert_eq!(error.to_string(), expected, "{template}");
    }
    for (template, given, expected) in [
        ("{CC}{seq:1}", Given::new(), "column 1: `{CC}` needs a value: country is not given"),
        ("A{station:2}{seq:1}", Given::new(), "column 2: `{station:2}` needs a value: station is not given"),
        ("{CC}{seq:1}", Given::new().country("de"), "column 1: country `de`, expected two capital letters, as `DE`"),
        (
            "{product:1}{seq:1}",
            Given::new().product("\u{1B}"),
            "column 1: product `\\x1B`, expected 1 character of printable ASCII",
        ),
    ] {
        assert_eq!(Scheme::parse_with(template, &given).unwrap_err().to_string(), expected);
    }
    // Hostile templates end early.
    assert!(Scheme::parse(&format!("{{seq:{}}}", "[A-Z]".repeat(1_000_000))).is_err());
    assert!(Scheme::parse(&format!("{{seq:{}}}", "x[".repeat(1_000_000))).is_err());
    assert!(Scheme::parse(&format!("{{seq:1}}{{check:damm:{}}}", "seq+".repeat(1_000_000))).is_err());
}

/// All numbers of small schemes of each kind: different texts, which read back, as runs of any begin too; and
/// no text with one other character is read, if there is a check.
#[test]
fn every_number_of_small_schemes() {
    for template in [
        "{seq:2:hex}",
        "A{seq:2:crockford32}z",
        "{seq:[XYZ]-[0-9][ab]}",
        "{seq:[0-9][0-9]/[0-9]}",
        "{YY}{seq:2:[2-9A-F]}{check:mod37-36}",
        "{check:damm:seq}{seq:2}A",
        "{seq:[0-9][0-9]}7{check:verhoeff}",
        "{station:2}{seq:2}{MM}{check:mod97-10}",
        "{seq:2:base36}-{check:mod37-2}",
        "{seq:2}{check:luhn}",
        "{seq:2}{check:mod11-2}",
        "{seq:2}{check:mod11-10:seq}{CC}",
        "{seq:2:crockford32}{check:crockford37}",
    ] {
        let serials = scheme(template);
        let count = serials.last() as usize + 1;
        let mut runs = vec![[0xA5; INLINE]; count];
        assert_eq!(serials.run_into(0, &mut runs), Some((ValueKind::Text, serials.text_len())));
        let mut seen = BTreeSet::new();
        for n in 0..=serials.last() {
            let serial = serials.nth(n).unwrap();
            assert_eq!(serials.parse(serial.as_str()), Ok(n), "{template} {n}");
            assert_eq!(&runs[n as usize][..serials.text_len()], serial.as_str().as_bytes(), "{template} {n}");
            let len = (serials.last() - n + 1).min(17) as usize;
            let mut part = [[0xA5; INLINE]; 17];
            serials.run_into(n, &mut part[..len]).unwrap();
            assert_eq!(part[..len], runs[n as usize..n as usize + len], "{template} {n}");
            if template.contains("check") && n % 7 == 0 {
                for at in 0..serials.text_len() {
                    for c in b' '..=b'~' {
                        let mut other = serial.as_str().as_bytes().to_vec();
                        if other[at] == c {
                            continue;
                        }
                        other[at] = c;
                        let other = String::from_utf8(other).unwrap();
                        let swapped = serials.parse(&other);
                        // Two digits that stand for one letter may hide each other.
                        assert!(swapped.is_err() || template.contains("97-10"), "{template} {other} {swapped:?}");
                    }
                }
            }
            assert!(seen.insert(serial.to_string()));
        }
        assert!(serials.nth(serials.last() + 1).is_err() && seen.len() == count);
    }
}

#[test]
fn check_characters_that_are_wrong() {
    let serials = scheme("EUDV{YY}{MM}-{seq:6}{check:mod37-36}");
    for (text, expected) in [
        ("EUDV2407-000123L", "check character `L` at position 16, expected `K` (mod37-36)"),
        ("EUDV2407-000132K", "check character `K` at position 16, expected `I` (mod37-36)"),
        ("EUDV2407-000123k", "check character `k` at position 16, expected `K` (mod37-36)"),
        ("EUDV2407-000123\u{E9}", "check character `\\xC3\\xA9` at position 16, expected `K` (mod37-36)"),
        ("EUDV2407-00O123K", "found `O` at position 12, expected a digit"),
        ("EUDV2407-000123", "15 characters, expected 16"),
        ("EUDV2407-000123KK", "17 characters, expected 16"),
    ] {
        assert_eq!(serials.parse(text).unwrap_err().to_string(), expected);
    }
    let serials = scheme("{seq:4:hex}{check:mod97-10}");
    let right = serials.nth(0x12AF).unwrap().to_string();
    let expected = format!("check character `00` at position 5, expected `{}` (mod97-10)", &right[4..]);
    assert_eq!(serials.parse("12AF00").unwrap_err().to_string(), expected);
    assert_eq!(serials.parse("12af00").unwrap_err().to_string(), "found `a` at position 3, expected one of 0-9A-F");
}

/// One token of a random template, what it writes for number 0 to the date and [`given`], and its name in scopes.
fn fixed() -> impl Strategy<Value = (String, String, &'static str)> {
    let literal = "[A-Za-z0-9 ./_-]{1,5}".prop_map(|text| (text.clone(), text, "text"));
    let named = prop::sample::select(vec![
        ("{YYYY}", "2024", "YYYY"),
        ("{YY}", "24", "YY"),
        ("{MM}", "07", "MM"),
        ("{DD}", "01", "DD"),
        ("{CC}", "DE", "CC"),
        ("{station:2}", "07", "station"),
        ("{product:4}", "EUDV", "product"),
        ("{{", "{", "text"),
    ]);
    prop_oneof![literal, named.prop_map(|(token, text, name)| (token.to_owned(), text.to_owned(), name))]
}

/// The number's token, and the alphabet of each of its characters; of those that are fixed, one symbol.
fn number() -> impl Strategy<Value = (String, Vec<String>)> {
    let crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let alphabets = vec![
        ("dec", "0123456789", 19),
        ("hex", "0123456789ABCDEF", 16),
        ("base36", "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", 12),
        ("crockford32", crockford, 12),
        ("[2-9A-HJ-NP-Z]", "23456789ABCDEFGHJKLMNPQRSTUVWXYZ", 12),
        ("[XCVBN]", "XCVBN", 20),
    ];
    let plain = (prop::sample::select(alphabets), any::<prop::sample::Index>());
    let plain = plain.prop_map(|((name, symbols, most), width)| {
        let width = 1 + width.index(most);
        (format!("{{seq:{width}:{name}}}"), vec![symbols.to_owned(); width])
    });
    let cell = prop::sample::select(vec![
        ("[A-Z]", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
        ("[0-9]", "0123456789"),
        ("[02468]", "02468"),
        ("-", "-"),
        ("P", "P"),
        ("&", "&"),
    ]);
    let pattern = prop::collection::vec(cell, 0..10).prop_map(|cells| {
        let (names, symbols): (Vec<_>, Vec<_>) = cells.into_iter().chain([("[0-9]", "0123456789")]).unzip();
        (format!("{{seq:{}}}", names.concat()), symbols.into_iter().map(str::to_owned).collect())
    });
    prop_oneof![plain, pattern]
}

proptest! {
    /// Random schemes beside a twin that divides, looks up and adds strings.
    #[test]
    fn random_schemes(
        before in prop::collection::vec(fixed(), 0..4), (seq, cells) in number(), after in prop::collection::vec(fixed(), 0..3),
        system in prop::option::of(prop::sample::select(System::names().collect::<Vec<_>>())),
        place in any::<prop::sample::Index>(), scoped in any::<bool>(), n in any::<u64>(), len in 1_usize..40,
    ) {
        let all = |n: u64| {
            let (mut rest, mut number) = (n, String::new());
            for symbols in cells.iter().rev() {
                let size = symbols.len() as u64;
                number.insert_str(0, &symbols[(rest % size) as usize..][..1]);
                rest /= size;
            }
            let seq = (seq.clone(), number, "seq");
            before.iter().cloned().chain([seq]).chain(after.iter().cloned()).collect::<Vec<_>>()
        };
        let tokens = all(0);
        let place = place.index(tokens.len() + 1);
        let mut template: Vec<String> = tokens.iter().map(|(token, ..)| token.clone()).collect();
        if let Some(system) = system {
            let year = if template.iter().any(|token| token == "{YY}") { "+YY" } else { "" };
            let scope = if scoped { format!(":seq{year}") } else { String::new() };
            template.insert(place, format!("{{check:{system}{scope}}}"));
        }
        let Ok(scheme) = Scheme::parse_with(&template.concat(), &given()) else { return Ok(()) };
        let serials = scheme.dated(date(2024, 7, 1));
        let twin = |n: u64| {
            let mut texts = all(n);
            if let Some(system) = system {
                let covered = texts.iter().filter(|(_, _, name)| !scoped || matches!(*name, "seq" | "YY"));
                let covered: String = covered.flat_map(|(_, text, _)| text.chars()).filter(char::is_ascii_alphanumeric).collect();
                let check = System::from_name(system).unwrap().compute(&covered).unwrap();
                texts.insert(place, (String::new(), check.to_string(), "check"));
            }
            texts.into_iter().map(|(_, text, _)| text).collect::<String>()
        };
        let capacity: u128 = cells.iter().map(|symbols| symbols.len() as u128).product();
        prop_assert_eq!(serials.capacity(), capacity);
        let len = len.min(usize::try_from(capacity).unwrap_or(len));
        let n = (u128::from(n) % (capacity - len as u128 + 1)) as u64;
        let mut run = vec![[0xA5; INLINE]; len];
        prop_assert_eq!(serials.run_into(n, &mut run), Some((ValueKind::Text, serials.text_len())));
        for (n, text) in run.iter().enumerate().map(|(at, text)| (n + at as u64, text)) {
            let expected = twin(n);
            let serial = serials.nth(n).unwrap();
            prop_assert_eq!(serial.as_str(), &*expected);
            prop_assert_eq!(&text[..serials.text_len()], expected.as_bytes());
            prop_assert_eq!(serials.parse(&expected), Ok(n));
            prop_assert_eq!(serials.number(View::Text(&expected)), Some(n));
        }
    }

    #[test]
    fn no_template_and_no_text_panic(
        template in ".{0,30}", seq in "\\{(seq|check|station)[:a-z0-9\\[\\]+-]{0,20}\\}\\{seq:2\\}", text in ".{0,30}",
    ) {
        for template in [template, seq] {
            if let Ok(scheme) = Scheme::parse_with(&template, &given()) {
                let _ = scheme.dated(date(2024, 7, 1)).parse(&text);
            }
        }
        for template in ["A{seq:6}", "{seq:3:hex}{check:mod97-10}"] {
            let _ = scheme(template).parse(&text);
        }
    }
}

/// A serial costs no allocation, nor does reading it.
#[test]
fn nothing_is_allocated() {
    let serials = scheme("EUDV{YY}{MM}-{seq:[A-Z][A-Z]-[0-9][0-9][0-9]}{check:mod37-36}");
    let used = allocation_counter::measure(|| {
        for n in 0..1000 {
            assert_eq!(serials.parse(serials.nth(n).unwrap().as_str()), Ok(n));
        }
    });
    assert_eq!(used.count_total, 0);
    assert_eq!(Alphabet::BASE36.len(), 36);
}
