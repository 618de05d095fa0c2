//! SQTP files of many lines: the fast ways of writing and reading beside the slow ones.

use std::fmt;

use nameplate::id::eui::{Block, Pool};
use nameplate::id::serial::{Scheme, Serials};
use nameplate::range::Numbers;
use nameplate::sqtp::{Address, File, FileErrorKind, Profile, Reading, Sqtp, SqtpError, Unit};
use nameplate::value::{INLINE, ValueKind, View};
use nameplate::{Encoding, Source, Value};
use proptest::prelude::*;

use crate::{noise, record};

fn raw(encoding: &Encoding) -> Sqtp {
    Sqtp::new(Profile::from_name("raw").unwrap(), Address::Record(0x1_2000), encoding).unwrap()
}

/// A source by its values alone, one at a time.
struct Slow<'s, S>(&'s S);

impl<S: Source> Source for Slow<'_, S> {
    type Error = S::Error;

    fn value(&self, n: u64) -> Result<Value<'static>, S::Error> {
        self.0.value(n)
    }

    fn number(&self, value: View<'_>) -> Option<u64> {
        self.0.number(value)
    }

    fn last(&self) -> u64 {
        self.0.last()
    }
}

/// The file by records of their own.
fn twin<S: Source>(encoding: &Encoding, source: &S, numbers: std::ops::Range<u64>) -> String {
    let mut text = String::from(":020000040001F9\r\n");
    for n in numbers {
        let mut payload = vec![0xA5; encoding.len()];
        encoding.encode_into(&source.value(n).unwrap(), &mut payload).unwrap();
        text += &(record(0, 0x2000, &payload) + "\r\n");
    }
    text + ":00000001FF\r\n"
}

/// In buffers of `room`, all at once, line by line, in parts, and without the fast way of the source.
fn all_ways<S: Source>(encoding: &Encoding, source: &S, numbers: std::ops::Range<u64>, room: usize) {
    let sqtp = raw(encoding);
    let expected = twin(encoding, source, numbers.clone());
    let mut lines = sqtp.values(source, numbers.clone()).unwrap();
    let (mut buffer, mut text) = (vec![0xA5; room.max(sqtp.line_len()).max(17)], Vec::new());
    loop {
        match lines.fill(&mut buffer).unwrap() {
            0 => break,
            len => text.extend_from_slice(&buffer[..len]),
        }
    }
    assert_eq!(String::from_utf8(text).unwrap(), expected);
    let whole = |lines: Result<Vec<u8>, _>| String::from_utf8(lines.unwrap()).unwrap();
    let lines = sqtp.values(source, numbers.clone()).unwrap();
    assert_eq!(whole(lines.collect::<Result<Vec<_>, _>>().map(|all| all.concat())), expected);
    assert_eq!(whole(sqtp.values(source, numbers.clone()).unwrap().to_vec()), expected);
    assert_eq!(whole(sqtp.values(&Slow(source), numbers.clone()).unwrap().to_vec()), expected);
    let middle = numbers.start + (numbers.end - numbers.start) / 3;
    let part = |numbers| whole(sqtp.values(source, numbers).unwrap().body().to_vec());
    assert_eq!(expected[17..expected.len() - 13], part(numbers.start..middle) + &part(middle..numbers.end));
    if !numbers.is_empty() {
        let file = File::parse(expected.as_bytes()).unwrap();
        file.check(&sqtp).unwrap();
        assert!(file.duplicates().is_empty());
    }
}

proptest! {
    #[test]
    fn serials(
        digits in 1_usize..=19, before in "[A-Z]{0,5}", after in "[a-z-]{0,3}",
        wrap in prop::sample::select(vec!["NAME", "retlw12(NAME)", "retlw14(NAME)", "retlw16(NAME)", "swap16(NAME)", "retlw14(swap16(NAME))", "padded16(NAME)", "with-inverse(NAME)", "with-crc:CRC-16/MODBUS:be(NAME)", "retlw14(with-inverse(with-crc:CRC-8/SMBUS(NAME)))"]),
        name in prop::sample::select(vec!["ascii:LEN:exact", "ascii:32:nul", "ascii:32:space", "cstr:32", "prefixed:33", "utf16le:LEN", "usb-string:32:nul"]),
        check in prop::sample::select(vec!["", "{check:damm:seq}", "{check:mod37-36:seq}", "{check:mod97-10:seq}"]),
        start in any::<u64>(), count in 0_u64..300, room in 0_usize..3000,
    ) {
        let serials = Scheme::parse(&format!("{before}{{seq:{digits}}}{check}{after}")).unwrap().undated().unwrap();
        let name = name.replace("LEN", &serials.text_len().to_string());
        let Ok(encoding) = wrap.replace("NAME", &name).parse::<Encoding>() else { return Ok(()) };
        if encoding.len() > 255 {
            return Ok(());
        }
        let count = count.min(serials.last());
        let start = start % (serials.last() - count + 1);
        all_ways(&encoding, &serials, start..start + count, room);
        // Up to the very last one.
        all_ways(&encoding, &serials, serials.last() + 1 - count..serials.last() + 1, room);
    }

    #[test]
    fn pools(
        name in prop::sample::select(vec!["bytes:6", "bytes:6:reversed", "hex:12", "retlw14(bytes:6)", "retlw14(swap16(bytes:6:reversed))", "with-inverse(bytes:6)", "with-crc:CRC-32/ISO-HDLC:le(bytes:6)", "padded16(hex:12)"]),
        stride in prop::sample::select(vec![1_u64, 2, 3, 100, 256]), first in 0_u64..3, start in 0_u64..9000, count in 0_u64..300, room in 0_usize..3000,
    ) {
        let blocks = ["70B3D57ED", "70B3D57EC"].map(|prefix| Block::from_prefix(prefix).unwrap());
        let pool = Pool::new(&blocks, stride, first).unwrap();
        let count = count.min(pool.units());
        let start = first + start % (pool.units() - count + 1);
        all_ways(&name.parse().unwrap(), &pool, start..start + count, room);
    }
}

proptest! {
    /// Numbers over carries: bytes that repeat others, digits, signed integers.
    #[test]
    fn counters(
        name in prop::sample::select(vec!["i32le", "i16be", "bcd:10", "bcd:9:rightF:le", "with-inverse(u32le)", "with-crc:CRC-32/ISO-HDLC:le(u32be)", "padded16(u16le)", "retlw14(with-inverse(u16be))", "retlw14(i64le)", "uint:3:le", "uint:5:be", "uint:6:le", "uint:7:le", "uint:12:be", "uint:16:le", "retlw14(uint:3:be)", "retlw14(uint:6:le)", "retlw16(uint:16:le)"]),
        first in 0_u64..20_000, count in 0_u64..1000,
    ) {
        let encoding: Encoding = name.parse().unwrap();
        let mut expected = String::new();
        for n in first..first + count {
            let mut payload = vec![0xA5; encoding.len()];
            encoding.encode_into(&Value::from(n), &mut payload).unwrap();
            expected += &(record(0, 0x2000, &payload) + "\r\n");
        }
        let sqtp = raw(&encoding);
        let lines = sqtp.counter(Numbers::of(first.into(), count.into()).unwrap()).unwrap().body();
        prop_assert_eq!(String::from_utf8(lines.to_vec().unwrap()).unwrap(), expected);
    }
}

/// A source whose texts differ in length, and which has no value for one number.
struct Uneven;

impl Uneven {
    fn text(n: u64) -> String {
        format!("{n}{}", if n % 7 == 3 { " x" } else { "" })
    }
}

impl Source for Uneven {
    type Error = fmt::Error;

    fn value(&self, n: u64) -> Result<Value<'static>, fmt::Error> {
        if n == 5000 { Err(fmt::Error) } else { Value::text(&Self::text(n)).ok_or(fmt::Error) }
    }

    fn run_into(&self, first: u64, out: &mut [[u8; INLINE]]) -> Option<(ValueKind, usize)> {
        let len = Self::text(first).len();
        for (n, to) in (first..).zip(out) {
            let text = Self::text(n);
            if text.len() != len || n == 5000 {
                return None;
            }
            // What follows the text is not part of it.
            *to = [n as u8; INLINE];
            to[..len].copy_from_slice(text.as_bytes());
        }
        Some((ValueKind::Text, len))
    }

    fn number(&self, _: View<'_>) -> Option<u64> {
        None
    }

    fn last(&self) -> u64 {
        u64::MAX
    }
}

#[test]
fn values_of_many_lengths() {
    for name in [
        "ascii:8:nul",
        "ascii:8:space",
        "cstr:8",
        "retlw14(ascii:8:nul)",
        "prefixed:9",
        "utf16le:8:nul",
        "with-inverse(cstr:8)",
    ] {
        all_ways(&name.parse().unwrap(), &Uneven, 0..1200, 700);
    }
    let encoding = "ascii:8:nul".parse().unwrap();
    let sqtp = raw(&encoding);
    let mut lines = sqtp.values(&Uneven, 4990..5010).unwrap().body();
    let mut out = vec![0xA5; 20 * sqtp.line_len()];
    assert_eq!(lines.fill(&mut out[..290]), Ok(290));
    assert_eq!(String::from_utf8_lossy(&out[..290]), twin(&encoding, &Uneven, 4990..5000)[17..307]);
    assert_eq!(lines.fill(&mut out).unwrap_err().to_string(), format!("unit 5000: {}", fmt::Error));
}

/// Runs of texts that the encoding refuses in the middle.
struct Spaced;

impl Source for Spaced {
    type Error = fmt::Error;

    fn value(&self, n: u64) -> Result<Value<'static>, fmt::Error> {
        let last = if n == 20 { ' ' } else { char::from(b'A' + n as u8 % 26) };
        Value::text(&format!("AB{last}")).ok_or(fmt::Error)
    }

    fn run_into(&self, first: u64, out: &mut [[u8; INLINE]]) -> Option<(ValueKind, usize)> {
        for (n, to) in (first..).zip(out) {
            *to = [0; INLINE];
            to[..3].copy_from_slice(&[b'A', b'B', if n == 20 { b' ' } else { b'A' + n as u8 % 26 }]);
        }
        Some((ValueKind::Text, 3))
    }

    fn number(&self, _: View<'_>) -> Option<u64> {
        None
    }

    fn last(&self) -> u64 {
        u64::MAX
    }
}

#[test]
fn a_text_that_would_not_read_back() {
    let encoding = "ascii:3:space".parse().unwrap();
    let sqtp = raw(&encoding);
    let error = sqtp.values(&Spaced, 0..30).unwrap().to_vec().unwrap_err();
    let expected = "unit 20: the text ends in the padding byte 0x20, so it would not read back the same";
    assert_eq!(error.to_string(), expected);
    let exact = "ascii:3:exact".parse().unwrap();
    let text = raw(&exact).values(&Spaced, 0..30).unwrap().to_vec().unwrap();
    assert_eq!(String::from_utf8(text).unwrap(), twin(&exact, &Spaced, 0..30));
}

/// A source that says its texts were longer than they can be: each value is asked for.
#[test]
fn a_source_that_claims_too_much() {
    struct Claims(usize);
    impl Source for Claims {
        type Error = fmt::Error;
        fn value(&self, n: u64) -> Result<Value<'static>, fmt::Error> {
            Value::text(&format!("{n:03}")).ok_or(fmt::Error)
        }
        fn run_into(&self, _: u64, out: &mut [[u8; INLINE]]) -> Option<(ValueKind, usize)> {
            out.fill([b'X'; INLINE]);
            Some((ValueKind::Text, self.0))
        }
        fn number(&self, _: View<'_>) -> Option<u64> {
            None
        }
        fn last(&self) -> u64 {
            999
        }
    }
    let encoding = "ascii:3:exact".parse().unwrap();
    for len in [INLINE + 1, usize::MAX] {
        let text = raw(&encoding).values(&Claims(len), 0..300).unwrap().to_vec().unwrap();
        assert_eq!(String::from_utf8(text).unwrap(), twin(&encoding, &Claims(len), 0..300), "{len}");
    }
}

#[test]
fn a_source_of_secrets_is_not_shown() {
    struct Keys;
    impl Source for Keys {
        type Error = fmt::Error;
        fn value(&self, n: u64) -> Result<Value<'static>, fmt::Error> {
            Ok(Value::from(&[0xC5, 0xC5, n as u8]).into_secret())
        }
        fn number(&self, _: View<'_>) -> Option<u64> {
            None
        }
        fn last(&self) -> u64 {
            255
        }
    }
    all_ways(&Encoding::bytes(3), &Keys, 0..20, 100);
    let sqtp = raw(&Encoding::bytes(3));
    let mut lines = sqtp.values(&Keys, 0..20).unwrap();
    assert_eq!(lines.fill(&mut [0; 100]), Ok(17 + 4 * 19));
    let shown = format!("{lines:?}");
    assert!(shown.contains("values of numbers 4..20"), "{shown}");
    assert!(!shown.contains("197") && !shown.contains("C5"), "{shown}");
}

/// 100,000 lines, whatever the buffers; nothing is allocated for a line.
#[test]
fn a_hundred_thousand_serials() {
    let scheme = Scheme::parse("EUDV-{seq:8}").unwrap().undated().unwrap();
    let encoding = "retlw14(ascii:13:exact)".parse().unwrap();
    let sqtp = raw(&encoding);
    let expected = twin(&encoding, &scheme, 1..100_001);
    for room in [65, 66, 129, 1000, 4099, 65_537] {
        let mut lines = sqtp.values(&scheme, 1..100_001).unwrap();
        let (mut buffer, mut at) = (vec![0xA5; room], 0);
        let used = allocation_counter::measure(|| {
            loop {
                let len = lines.fill(&mut buffer).unwrap();
                if len == 0 {
                    break;
                }
                assert_eq!(buffer[..len], expected.as_bytes()[at..at + len]);
                at += len;
            }
        });
        assert_eq!((used.count_total, at), (0, expected.len()), "{room}: {used:?}");
    }
}

/// An encoding that makes no sense has bytes without a place: all lines would be the same.
#[test]
fn encodings_that_make_no_sense() {
    let new = |encoding: &Encoding| Sqtp::new(Profile::from_name("raw").unwrap(), Address::Record(0), encoding);
    for (encoding, expected) in [
        (Encoding::swap16(Encoding::u8()), "`swap16` around 1 bytes, expected a multiple of 2"),
        (
            Encoding::retlw14(Encoding::retlw14(Encoding::u8())),
            "`retlw14` inside of `retlw14`: it makes words of single bytes, so nothing goes around it",
        ),
        (Encoding::uint(17, nameplate::ByteOrder::Little), "an integer of 17 bytes; 1 to 16 can be had"),
    ] {
        let error = new(&encoding).unwrap_err();
        assert!(matches!(error, SqtpError::Encoding(_)));
        assert_eq!(error.to_string(), expected);
    }
}

/// What is read of a text, where lines are read one at a time: CR alone ends them.
fn slowly(text: &[u8], reading: Reading) -> String {
    let text: Vec<u8> = text.iter().filter(|c| **c != b'\r').map(|c| if *c == b'\n' { b'\r' } else { *c }).collect();
    shown(&text, reading)
}

fn shown(text: &[u8], reading: Reading) -> String {
    match File::parse_with(text, reading) {
        Err(error) => error.to_string(),
        Ok(file) => {
            let units = |unit: Unit<'_>| (unit.line(), unit.is_used(), unit.payload());
            let again = |(one, two): &(Unit<'_>, Unit<'_>)| (one.line(), two.line());
            let told: Vec<String> = file.diagnostics().iter().map(ToString::to_string).collect();
            let again: Vec<_> = file.duplicates().iter().map(again).collect();
            let retlw = Encoding::retlw14(Encoding::bytes(file.payload_len().div_ceil(2)));
            let check = Sqtp::new(Profile::from_name("raw").unwrap(), Address::Record(file.record_address()), &retlw)
                .map(|sqtp| file.check(&sqtp).map_err(|error| error.to_string()));
            format!("{:?} {told:?} {again:?} {check:?}", file.units().map(units).collect::<Vec<_>>())
        }
    }
}

proptest! {
    /// The fast path reads what the slow one does, and leaves every mistake to it.
    #[test]
    fn read_as_one_line_at_a_time(
        seed in any::<u64>(), units in 1_u64..40, len in prop_oneof![1_usize..40, Just(4), Just(8), Just(16), Just(255)],
        order in 0..4, crlf in any::<bool>(), lower in any::<bool>(), opcodes in any::<bool>(),
        hits in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), prop_oneof![any::<u8>(), prop::sample::select(b"0129AFaf:;@G`g/".to_vec())]), 0..3),
        case in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let mut lines = vec![":020000040000FA".to_owned()];
        for n in 0..units {
            let mut payload = noise(seed, len);
            // Little-endian or big-endian counters, noise, a few values again and again.
            for (at, byte) in (n * 37).to_le_bytes().into_iter().enumerate() {
                match order {
                    0 if at < len => payload[at] = byte,
                    1 if at < len => payload[len - 1 - at] = byte,
                    _ => {}
                }
            }
            if order > 1 {
                payload = noise(seed ^ (if order == 2 { n } else { n % 5 }) << 1, len);
            }
            if opcodes {
                payload.iter_mut().skip(1).step_by(2).for_each(|byte| *byte = 0x34);
            }
            let line = record(0, 0x40 - u16::from(len == 255) * 0x40, &payload);
            let line = if lower { line.to_lowercase() } else { line };
            lines.push(if seed.rotate_left(n as u32) & 1 == 1 { line.replace(':', ";") } else { line });
        }
        lines.push(":00000001FF".to_owned());
        let mut damaged: Vec<Vec<u8>> = lines.into_iter().map(String::into_bytes).collect();
        if let Some(line) = case {
            let line = line.index(damaged.len());
            let text = String::from_utf8(damaged[line].clone()).unwrap();
            damaged[line] = if lower { text.to_uppercase() } else { text.to_lowercase() }.into_bytes();
        }
        for (line, at, byte) in hits {
            let line = line.index(damaged.len());
            let at = at.index(damaged[line].len() + 1);
            match damaged[line].get_mut(at) {
                _ if matches!(byte, b'\r' | b'\n') => {}
                Some(to) => *to = byte,
                None => damaged[line].push(byte),
            }
        }
        let text = damaged.join(if crlf { &b"\r\n"[..] } else { b"\n" });
        for reading in [Reading::Strict, Reading::Lenient] {
            prop_assert_eq!(shown(&text, reading), slowly(&text, reading));
        }
    }

    /// An opcode that is not the profile's is found, wherever it is.
    #[test]
    fn opcodes(units in 1_usize..200, words in 1_usize..20, at in any::<prop::sample::Index>(), byte in any::<u8>(), lower in any::<bool>(), core in 0_usize..3) {
        let (name, opcode) = [("retlw12", 0x08), ("retlw14", 0x34), ("retlw16", 0x0C)][core];
        let at = at.index(units * words);
        let mut text = String::from(":020000040001F9\n");
        for unit in 0..units {
            let mut payload: Vec<u8> = noise(unit as u64, words).into_iter().flat_map(|byte| [byte, opcode]).collect();
            if at / words == unit {
                payload[at % words * 2 + 1] = byte;
            }
            text += &(record(0, 0x2000, &payload) + "\n");
        }
        text += ":00000001FF\n";
        let text = if lower { text.to_lowercase() } else { text };
        let sqtp = raw(&format!("{name}(bytes:{words})").parse().unwrap());
        let found = File::parse(text.as_bytes()).unwrap().check(&sqtp);
        let place = found.map_err(|error| (error.line(), error.column(), error.kind().clone()));
        let wrong = FileErrorKind::Opcode { found: byte, expected: opcode };
        let expected = if byte == opcode { Ok(()) } else { Err((at / words + 2, 10 + at % words * 4 + 2, wrong)) };
        prop_assert_eq!(place, expected);
    }
}

/// A run is as long as the array; beyond the last number there is none.
#[test]
fn runs() {
    let serials: Serials = Scheme::parse("A{seq:3}").unwrap().undated().unwrap();
    let mut out = [[0xA5; INLINE]; 12];
    assert_eq!(serials.run_into(988, &mut out), Some((ValueKind::Text, 4)));
    for (n, text) in (988..).zip(&out) {
        assert_eq!(&text[..4], serials.nth(n).unwrap().as_str().as_bytes());
    }
    assert_eq!(serials.run_into(989, &mut out), None);
    assert_eq!(serials.run_into(u64::MAX, &mut out), None);
    assert_eq!(serials.run_into(0, &mut []), None);
    assert_eq!(Slow(&serials).run_into(0, &mut out), None);
    let pool = Pool::new(&[Block::from_prefix("70B3D57ED").unwrap()], 1, 0).unwrap();
    assert_eq!(pool.run_into(4090, &mut out), None);
    assert_eq!(pool.run_into(4084, &mut out), Some((ValueKind::Bytes, 6)));
    assert_eq!(&out[11][..6], [0x70, 0xB3, 0xD5, 0x7E, 0xDF, 0xFF]);
}

/// In a line of several fields, the opcodes of each that has them.
#[test]
fn opcodes_of_several_fields() {
    let encodings = ["u16le", "retlw12(u16be)", "bytes:3", "u8", "retlw14(u8)"].map(|name| name.parse().unwrap());
    let sqtp = Sqtp::block(Profile::from_name("raw").unwrap(), Address::Record(0), &encodings).unwrap();
    let line = |n: u8, wrong: Option<usize>| {
        let mut payload = [n, !n, n, 0x08, n ^ 7, 0x08, n, n ^ 1, n ^ 2, n ^ 3, n, 0x34];
        if let Some(at) = wrong {
            payload[at] ^= 0x40;
        }
        record(0, 0, &payload)
    };
    let text = |wrong: Option<usize>| {
        let lines: Vec<String> = (0..9).map(|n| line(n, wrong.filter(|_| n == 5))).collect();
        lines.join("\n") + "\n:00000001FF\n"
    };
    for at in 0..12 {
        let text = text(Some(at));
        let found = File::parse(text.as_bytes()).unwrap().check(&sqtp);
        let place = found.map_err(|error| (error.line(), error.column()));
        assert_eq!(place, if [3, 5, 11].contains(&at) { Err((6, 10 + 2 * at)) } else { Ok(()) }, "{at}");
    }
    // Wrong in all, the same in all.
    let all: String = (0..9).map(|n| line(n, Some(5)) + "\n").collect::<String>() + ":00000001FF\n";
    let error = File::parse(all.as_bytes()).unwrap().check(&sqtp).unwrap_err();
    assert_eq!(error.to_string(), "line 1, column 20: opcode 0x48, expected the 0x08 of `RETLW`");
}
