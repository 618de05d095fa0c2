//! Labels: GS1 element strings and ISO/IEC 15434 envelopes, published ones and refusals.

use nameplate::id::label::{ElementString, Envelope};
use proptest::prelude::*;

#[test]
fn element_strings() {
    for (values, human, data, fnc1) in [
        // GS1's own documentation of its syntax engine and Digital Link.
        (
            &[("01", "12312312312333"), ("10", "ABC123"), ("99", "TESTING")][..],
            "(01)12312312312333(10)ABC123(99)TESTING",
            "011231231231233310ABC123\x1D99TESTING",
            "^011231231231233310ABC123^99TESTING",
        ),
        (
            &[("01", "09520123456788"), ("21", "12345")],
            "(01)09520123456788(21)12345",
            "01095201234567882112345",
            "^01095201234567882112345",
        ),
        (
            &[("01", "12312312312326"), ("21", "abc123")],
            "(01)12312312312326(21)abc123",
            "011231231231232621abc123",
            "^011231231231232621abc123",
        ),
        (
            &[("01", "80614141123458"), ("21", "6789")],
            "(01)80614141123458(21)6789",
            "0180614141123458216789",
            "^0180614141123458216789",
        ),
        // Any order in; fixed lengths first out.
        (
            &[("21", "EUDV2407-000123"), ("10", "L1"), ("11", "240700"), ("01", "09520123456788")],
            "(01)09520123456788(11)240700(10)L1(21)EUDV2407-000123",
            "01095201234567881124070010L1\x1D21EUDV2407-000123",
            "^01095201234567881124070010L1^21EUDV2407-000123",
        ),
        (&[("99", "x")], "(99)x", "99x", "^99x"),
    ] {
        let label = ElementString::new(values).unwrap();
        assert_eq!(label.human_readable().to_string(), human);
        assert_eq!(label.data().to_string(), data);
        assert_eq!(label.fnc1().to_string(), fnc1);
    }
}

#[test]
fn element_strings_that_are_refused() {
    let gtin = ("01", "09520123456788");
    let long = "x".repeat(21);
    for (values, expected) in [
        (&[][..], "no values"),
        (&[gtin, ("37", "5")], "application identifier `37`, expected 01, 10, 11, 21 or 99"),
        (&[gtin, gtin], "a second value for (01)"),
        (&[("21", "1")], "(21) without (01), the GTIN of the article that it belongs to"),
        (&[("99", "1"), ("10", "1")], "(10) without (01), the GTIN of the article that it belongs to"),
        (&[("01", "9520123456788")], "(01): 13 characters, expected 14"),
        (&[("01", "09520123456789")], "(01): check digit `9`, expected `8`"),
        (&[("01", "0952012345678X")], "(01): found `X` at position 14, expected a digit"),
        (&[gtin, ("21", "")], "(21): 0 characters, expected 1 to 20"),
        (&[gtin, ("21", &long)], "(21): 21 characters, expected 1 to 20"),
        (&[gtin, ("21", "A B")], "(21): found ` ` at position 2, expected one of the 82 characters of GS1"),
        (&[gtin, ("10", "A#")], "(10): found `#` at position 2, expected one of the 82 characters of GS1"),
        (&[gtin, ("10", "\x1D")], "(10): found `\\x1D` at position 1, expected one of the 82 characters of GS1"),
        (&[gtin, ("11", "241301")], "(11): `241301` is no date of the form YYMMDD"),
        (&[gtin, ("11", "230229")], "(11): `230229` is no date of the form YYMMDD"),
        (&[gtin, ("11", "24073")], "(11): 5 characters, expected 6"),
    ] {
        assert_eq!(ElementString::new(values).unwrap_err().to_string(), expected);
    }
    for good in ["240229", "000229", "241200", "991231"] {
        assert!(ElementString::new(&[gtin, ("11", good)]).is_ok(), "{good}");
    }
    // GS1 General Specifications, figure 7.11-1: which of the printable characters are in the set.
    let not = " #$@[\\]^`{|}~";
    for c in ' '..='~' {
        assert_eq!(ElementString::new(&[gtin, ("21", &c.to_string())]).is_err(), not.contains(c), "{c}");
    }
    assert_eq!(95 - not.len(), 82);
}

#[test]
fn envelopes() {
    let label = Envelope::new(&[("1P", "EUDV24"), ("S", "EUDV2407-000123"), ("9D", "2427"), ("Q", "1")]).unwrap();
    let bytes: String = label.to_string().bytes().map(|byte| format!("{byte:02X}")).collect();
    // Written by hand after ISO/IEC 15434: [)> RS 06 GS 1P… GS S… GS 9D… GS Q1 RS EOT.
    assert_eq!(bytes, "5B293E1E30361D31504555445632341D5345554456323430372D3030303132331D3944323432371D51311E04");
    assert_eq!(Envelope::new(&[("16D", "20250629")]).unwrap().to_string(), "[)>\x1E06\x1D16D20250629\x1E\x04");
    for (values, expected) in [
        (&[][..], "no values"),
        (
            &[("s", "1")],
            "data identifier `s`, expected a capital letter with up to three digits before it, as `S` or `1P`",
        ),
        (
            &[("0S", "1")],
            "data identifier `0S`, expected a capital letter with up to three digits before it, as `S` or `1P`",
        ),
        (
            &[("1234S", "1")],
            "data identifier `1234S`, expected a capital letter with up to three digits before it, as `S` or `1P`",
        ),
        (
            &[("S1", "1")],
            "data identifier `S1`, expected a capital letter with up to three digits before it, as `S` or `1P`",
        ),
        (&[("S", "1"), ("S", "2")], "a second value for S"),
        (&[("S", "")], "S: 0 characters, expected at least 1"),
        (&[("S", "a\x1Eb")], "S: found `\\x1E` at position 2, expected printable ASCII"),
        (&[("Q", "1.5")], "Q: found `.` at position 2, expected a digit"),
        (&[("9D", "2454")], "9D: `2454` is no date of the form YYWW"),
        (&[("9D", "2400")], "9D: `2400` is no date of the form YYWW"),
        (&[("10D", "242")], "10D: `242` is no date of the form YYWW"),
        (&[("16D", "20250230")], "16D: `20250230` is no date of the form YYYYMMDD"),
        (&[("16D", "250630")], "16D: `250630` is no date of the form YYYYMMDD"),
    ] {
        assert_eq!(Envelope::new(values).unwrap_err().to_string(), expected);
    }
}

proptest! {
    /// Whatever is accepted has no control character but those that separate.
    #[test]
    fn separators_are_ours(id in "[0-9A-Z]{1,4}|01|10|21", value in ".{0,25}") {
        if let Ok(label) = Envelope::new(&[(&id, &value)]) {
            prop_assert_eq!(label.to_string(), format!("[)>\x1E06\x1D{id}{value}\x1E\x04"));
            prop_assert!(!value.chars().any(char::is_control));
        }
        if let Ok(label) = ElementString::new(&[("01", "09520123456788"), (&id, &value)]) {
            prop_assert_eq!(label.data().to_string(), format!("0109520123456788{id}{value}"));
            prop_assert!(!value.chars().any(char::is_control));
        }
    }
}
