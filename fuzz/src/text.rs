//! Templates of serials, names of encodings.

use nameplate::check::character::System;
use nameplate::id::serial::{Date, Given, Scheme};
use nameplate::value::View;
use nameplate::{Encoding, Source, Value};

/// Any text as a template: what makes serials reads them back, each a number of its own; dates and check characters are
/// what obvious twins say, and many at once are what they are one by one.
pub fn spec_serial(input: &[u8]) {
    let Some((&[seed, step, year, month, day], text)) = input.split_first_chunk::<5>() else { return };
    let Ok(date) = Date::new(1900 + u16::from(year), month % 12 + 1, day % 31 + 1) else { return };
    let Ok(text) = core::str::from_utf8(text) else { return };
    let given = Given::new().station("07").product("EUDV").country("DE");
    let Ok(scheme) = Scheme::parse_with(text, &given) else { return };
    let serials = scheme.dated(date);
    let last = serials.last();
    let literal = |date| Scheme::parse_with(&with_date(text, date)?, &given).ok()?.undated().ok();
    // Weeks and years are not told apart in the middle of a year.
    let new_year = (28..=31).map(|day| (12, day)).chain((1..=3).map(|day| (1, day)));
    for date in new_year.filter_map(|(month, day)| Date::new(date.year(), month, day).ok()) {
        if let Some(literal) = literal(date) {
            assert_eq!(literal.nth(0), scheme.dated(date).nth(0), "{date}");
        }
    }
    let literal = literal(date);
    let system = text.strip_suffix('}').and_then(|text| text.rsplit_once("{check:"));
    // Not in the middle of another token.
    let escaped = text.contains("{{") || text.contains("}}");
    let whole = |head: &str| head.matches('{').count() == head.matches('}').count();
    let system = system.filter(|(head, _)| !escaped && whole(head));
    let system = system.and_then(|(_, name)| System::from_name(name));
    let some = (0..40).map(|n| (last / 40).saturating_mul(n).saturating_add(u64::from(seed) * u64::from(step) % 7));
    let mut before = None;
    for n in some.filter(|n| *n <= last).chain([0, last]) {
        let serial = serials.nth(n).unwrap();
        assert_eq!(serials.parse(serial.as_str()), Ok(n));
        assert_eq!(serial.as_str().len(), serials.text_len());
        if let Some(literal) = &literal {
            assert_eq!(literal.nth(n).unwrap(), serial, "{date}");
        }
        if let Some(system) = &system {
            let (body, check) = serial.as_str().split_at(serials.text_len() - system.check_len());
            let covered = |c: &char| c.is_ascii_alphanumeric() || system.covers().value(*c).is_some();
            let body: String = body.chars().filter(covered).collect();
            assert_eq!(system.compute(&body).unwrap().as_str(), check, "{serial}");
        }
        let mut run = [[0; 64]; 30];
        if serials.run_into(n, &mut run).is_some() {
            for (n, text) in (n..).zip(run) {
                assert_eq!(serials.nth(n).unwrap().as_str().as_bytes(), &text[..serials.text_len()]);
            }
        }
        if let Some((other, text)) = before.replace((n, serial)) {
            assert_eq!(other == n, text == serial);
        }
    }
    assert!(last == u64::MAX || serials.nth(last + 1).is_err());
}

/// The template with the digits of a date in place of its tokens.
fn with_date(text: &str, date: Date) -> Option<String> {
    let token = ["{Y", "{M", "{D", "{G", "{W"].iter().any(|token| text.contains(token));
    if !token || text.contains("{{") || text.contains("}}") {
        return None;
    }
    let (week_year, week) = week(date);
    let parts = [
        ("{YYYY}", format!("{:04}", date.year())),
        ("{YY}", format!("{:02}", date.year() % 100)),
        ("{MM}", format!("{:02}", date.month())),
        ("{DD}", format!("{:02}", date.day())),
        ("{GGGG}", format!("{:04}", week_year)),
        ("{GG}", format!("{:02}", week_year % 100)),
        ("{WW}", format!("{:02}", week)),
    ];
    Some(parts.iter().fold(text.to_string(), |text, (token, digits)| text.replace(token, digits)))
}

/// The ISO week of a date from 1900 on, by counting days: 1900-01-01 was a Monday, and a week belongs to the year of its
/// Thursday.
fn week(date: Date) -> (u16, u32) {
    let len = |year| if Date::new(year, 2, 29).is_ok() { 366 } else { 365 };
    let first = |year| (1900..year).map(len).sum::<u32>();
    let dates = (1..=12).flat_map(|month| (1..=31).filter_map(move |day| Date::new(date.year(), month, day).ok()));
    let day = first(date.year()) + dates.take_while(|other| *other < date).count() as u32;
    let thursday = day - day % 7 + 3;
    let year = (date.year() - 1..=date.year() + 1).rfind(|year| first(*year) <= thursday).unwrap();
    (year, (thursday - first(year)) / 7 + 1)
}

/// Any text as the name of an encoding: it is written as it is read, what it encodes is decoded, and what it decodes is
/// what it writes.
pub fn spec_encode(input: &[u8]) {
    let Some((&[len, seed], text)) = input.split_first_chunk::<2>() else { return };
    let Ok(Ok(encoding)) = core::str::from_utf8(text).map(str::parse::<Encoding>) else { return };
    assert_eq!(encoding.to_string().parse(), Ok(encoding.clone()));
    if encoding.len() > 600 {
        return;
    }
    let number = u64::from(seed) << 8 | u64::from(len);
    let bytes: Vec<u8> = (0..usize::from(len)).map(|at| seed.wrapping_mul(31).wrapping_add(at as u8)).collect();
    let digits: String = bytes.iter().map(|byte| char::from(b'0' + byte % 10)).collect();
    // Letters, and signs that are none in ASCII.
    let letters: String = bytes.iter().map(|byte| char::from_u32(u32::from(*byte) * 9).unwrap_or('_')).collect();
    // At both sides of the ends of an integer's range, and a fraction.
    let edge = 1_u128 << (8 * encoding.len().min(15) - 1);
    let numbers = [
        number.into(),
        edge - 1,
        edge,
        edge.saturating_sub(len.into()),
        edge + u128::from(len),
        2 * edge - 1,
        2 * edge + u128::from(len),
    ];
    let texts = numbers.iter().flat_map(|n| [n.to_string(), format!("-{n}")]);
    let fraction = number as f32 / 64.0;
    let texts = texts.chain([digits, letters, fraction.to_string(), format!("{fraction:e}")]);
    let texts: Vec<String> = texts.collect();
    let own = with_own_crc(&encoding, &bytes).unwrap_or_default();
    let values = numbers.iter().map(|n| Value::from(*n)).chain(texts.iter().map(|text| Value::from(&**text)));
    for value in values.chain([Value::from(&*bytes), Value::from(&*own)]) {
        let mut field = vec![0xA5; encoding.len()];
        if encoding.encode_into(&value, &mut field).is_err() {
            continue;
        }
        let stored = field.clone();
        let decoded = encoding.decode(&mut field).unwrap().into_owned();
        match (value.expose(), decoded.expose()) {
            // Numbers that read back as decimal text; digits, which are a number or bytes.
            (View::Uint(n), View::Text(text)) => assert_eq!(text.parse(), Ok(n), "{encoding}"),
            (View::Uint(n), View::Bytes(bytes)) | (View::Bytes(bytes), View::Uint(n)) => {
                assert_eq!(bytes.iter().fold(0_u128, |n, byte| n << 8 | u128::from(*byte)), n, "{encoding}");
            }
            // A float that was given with an exponent reads back without.
            (View::Text(text), View::Text(back)) if text != back => {
                assert_eq!(text.parse::<f32>().map(f32::to_bits), back.parse::<f32>().map(f32::to_bits), "{encoding}");
                assert!(text.contains('e') && encoding.to_string().contains("f32"), "{encoding}: {text} {back}");
            }
            (given, back) => assert!(given == back, "{encoding}: {given:?} reads back as {back:?}"),
        }
        encodes(&encoding, &decoded, &stored);
        // Bytes that were not written are refused, or are those of another value.
        for at in [0, stored.len() - 1, usize::from(seed) % stored.len()] {
            let mut other = stored.clone();
            other[at] ^= len | 1;
            if let Ok(decoded) = encoding.decode(&mut other.clone()) {
                encodes(&encoding, &decoded, &other);
            }
        }
    }
}

/// Bytes with their CRC at the end, for an encoding that checks it: those that the one makes that adds it.
fn with_own_crc(encoding: &Encoding, bytes: &[u8]) -> Option<Vec<u8>> {
    let (name, len) = (encoding.to_string(), encoding.len());
    let (head, _) = name.strip_prefix("check-crc:").and_then(|name| name.split_once('('))?;
    let adds = |inner: usize| format!("with-crc:{head}(bytes:{inner})").parse::<Encoding>().ok();
    let inner = len.checked_sub(adds(1)?.len() - 1).filter(|inner| *inner > 0)?;
    let mut out = vec![0; len];
    let data: Vec<u8> = bytes.iter().copied().chain([7; 600]).take(inner).collect();
    adds(inner)?.encode_into(&Value::from(&*data), &mut out).ok()?;
    Some(out)
}

fn encodes(encoding: &Encoding, value: &Value<'_>, stored: &[u8]) {
    let mut again = vec![0x5A; encoding.len()];
    encoding.encode_into(value, &mut again).unwrap();
    assert_eq!(again, stored, "{encoding}");
}
