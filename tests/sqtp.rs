//! SQTP files: published ones read and written to the letter, errata told, marks and values changed in
//! place, many lines at once beside one at a time.

use std::collections::BTreeMap;

use nameplate::id::eui::{Block, Pool};
use nameplate::id::serial::Scheme;
use nameplate::range::Numbers;
use nameplate::sqtp::{Address, File, FileDiagnostic, FileErrorKind, LineError, Profile, Reading, Sqtp};
use nameplate::{Encoding, Source, Value};
use proptest::prelude::*;

use crate::{noise, record};

fn sqtp(profile: &str, address: Address, encoding: &str) -> (Sqtp, Encoding) {
    let encoding: Encoding = encoding.parse().unwrap();
    (Sqtp::new(Profile::from_name(profile).unwrap(), address, &encoding).unwrap(), encoding)
}

/// Published files: where from, profile, address, encoding, values, lines. The header line is not in
/// all of them, for address 0.
type Published = (&'static str, &'static str, u64, &'static str, &'static [u128], &'static [&'static str]);

#[rustfmt::skip]
const PUBLISHED: &[Published] = &[
    ("basic example, PIC32", "pic32-program", 0x1D00_0000, "u32be", &[0xBF70_87ED, 0x43BD_7F34],
        &[":02000004740086", ":04000000BF7087ED59", ":0400000043BD7F3449", ":00000001FF"]),
    ("PIC12F529T39A flash data, IPE 2.25", "pic12-flash-data-2.25", 0x600, "retlw12(u16be)",
        &[0xF8D1, 0x55B3, 0x8552, 0x9BEC, 0x6084],
        &[":020000040000FA", ":040C0000F808D10817", ":040C00005508B308D8", ":040C00008508520809", ":040C00009B08EC0859", ":040C000060088408FC", ":00000001FF"]),
    ("the same, raw, IPE 2.26", "pic12-flash-data", 0x600, "u16be",
        &[0xF8D1, 0x55B3, 0x8552, 0x9BEC, 0x6084],
        &[":020000040000FA", ":020C0000F8D129", ":020C000055B3EA", ":020C000085521B", ":020C00009BEC6B", ":020C000060840E", ":00000001FF"]),
    ("PIC12F1501 User ID", "pic16-userid", 0x8000, "retlw14(u16le)", &[0xCF7E, 0xC590],
        &[":020000040001F9", ":040000007E34CF3447", ":040000009034C5343F", ":00000001FF"]),
    ("PIC12F1840 EEPROM", "pic16-eeprom", 0xF000, "u16le", &[0, 1],
        &[":020000040000FA", ":02F0000000000E", ":02F0000001000D", ":00000001FF"]),
    ("PIC18F1220 EEPROM", "pic18-eeprom", 0x00F0_0000, "u16le", &[0, 1],
        &[":0200000400F00A", ":020000000000FE", ":020000000100FD", ":00000001FF"]),
    ("PIC32MX360 User ID", "pic32-userid", 0x1FC0_2FF0, "u32le", &[0, 1],
        &[":020000047F007B", ":04BFC000000000007D", ":04BFC000010000007C", ":00000001FF"]),
    ("PIC32MX110 boot", "pic32-boot", 0x1FC0_0000, "u32le", &[0xC78E_2639],
        &[":020000047F007B", ":0400000039268EC748", ":00000001FF"]),
    ("dsPIC33EP256MU806 auxiliary flash", "dspic33-auxiliary", 0x7F_C000, "u32le", &[0, 1],
        &[":0200000401FFFA", ":0400000000000000FC", ":0400000001000000FB", ":00000001FF"]),
    ("blink(1) mk2", "pic16-program", 0x1FF8, "retlw14(u32le)", &[0x1234_ABCD],
        &[":020000040000FA", ":083FF000CD34AB34343412343B", ":00000001FF"]),
    ("blink(1) mk2, its bytes reversed", "pic16-program", 0x1FF8, "retlw14(u32be)", &[0x1234_ABCD],
        &[":020000040000FA", ":083FF00012343434AB34CD343B", ":00000001FF"]),
];

#[test]
fn published_files_both_ways() {
    for (source, profile, device, encoding, values, lines) in PUBLISHED {
        let (sqtp, encoding) = sqtp(profile, Address::Device(*device), encoding);
        let text = lines.join("\r\n") + "\r\n";
        let mut written = sqtp.header().to_vec();
        for value in *values {
            let (mut payload, mut line) = (vec![0xA5; sqtp.payload_len()], vec![0xA5; sqtp.line_len()]);
            encoding.encode_into(&Value::from(*value), &mut payload).unwrap();
            sqtp.line_into(&payload, &mut line).unwrap();
            written.extend(line);
        }
        written.extend(b":00000001FF\r\n");
        assert_eq!(String::from_utf8(written).unwrap(), text, "{source}");

        let file = File::parse(text.as_bytes()).unwrap();
        file.check(&sqtp).unwrap();
        let read: Vec<u128> = file
            .units()
            .map(|unit| match encoding.decode(&mut unit.payload()).unwrap().expose() {
                nameplate::value::View::Uint(n) => n,
                _ => panic!("{source}"),
            })
            .collect();
        assert_eq!(read, *values, "{source}");
        assert_eq!((file.used(), file.duplicates().len(), file.diagnostics().len()), (0, 0, 0));
        assert_eq!(file.text(), text.as_bytes());
    }
    // PIC18F1220 program: no header; words of the 16-bit core.
    let text = ":04000000000C000CE4\n:04000000010C000CE3\n:04000000020C000CE2\n:00000001FF\n";
    let (pic18, encoding) = sqtp("pic18-program", Address::Record(0), "retlw16(u16le)");
    let file = File::parse(text.as_bytes()).unwrap();
    file.check(&pic18).unwrap();
    for (unit, n) in file.units().zip(0_u16..) {
        assert!(encoding.decode(&mut unit.payload()).unwrap().expose() == nameplate::value::View::Uint(n.into()));
    }
    // ASCII as UTF-16LE, each byte a word: sqtp-numgen.
    let text = ":2003E0005234003430340034303400343034003431340034413400343234003442340034F5\n:00000001FF\n";
    let file = File::parse(text.as_bytes()).unwrap();
    file.check(&sqtp("pic16-program", Address::Device(0x1F0), "retlw14(bytes:16)").0).unwrap();
    let low: Vec<u8> = file.unit(0).unwrap().payload().into_iter().step_by(4).collect();
    assert_eq!(low, b"R0001A2B");
}

/// Where a HEX file of the same memory has what is at a device address.
#[test]
fn device_addresses_in_hex_files() {
    let span = |name: &str, device, len| {
        Profile::from_name(name).unwrap().hex_span(device, len).map(|span| (span.start(), span.len()))
    };
    assert_eq!(span("pic16-program", 0x1F0, 32), Some((0x3E0, 32)));
    assert_eq!(span("pic16-eeprom", 0xF000, 4), Some((0x1_E000, 8)));
    assert_eq!(span("pic32-program", 0x1D00_0000, 4), Some((0x1D00_0000, 4)));
    assert_eq!((span("raw", 0, 4), span("pic12-flash-data", 0x400, 4)), (None, None));
    assert_eq!((span("pic16-program", 1 << 63, 1), span("pic16-eeprom", 0, 1 << 63)), (None, None));
}

/// Two mistakes of published pages: refused with the reason, read leniently.
#[test]
fn errata() {
    let count = ":160000000108020803080408050806080708080886\n:00000001FF\n";
    let sums = ":020000040001F9\n:040000007E34CF3446\n:040000009034C5343F\n:00000001FF\n";
    for (text, expected, len) in [
        (count, "line 1, column 2: the record says 22 data bytes and holds 16", 16),
        (sums, "line 2, column 18: record sum is 0x46, expected 0x47", 4),
        (&sums[..56], "line 2, column 18: record sum is 0x46, expected 0x47", 4),
    ] {
        assert_eq!(File::parse(text.as_bytes()).unwrap_err().to_string(), expected);
        let file = File::parse_with(text.as_bytes(), Reading::Lenient).unwrap();
        assert_eq!(file.diagnostics()[0].to_string(), expected);
        assert_eq!(file.payload_len(), len);
    }
    let file = File::parse_with(count.as_bytes(), Reading::Lenient).unwrap();
    assert_eq!(file.unit(0).unwrap().payload(), [1, 8, 2, 8, 3, 8, 4, 8, 5, 8, 6, 8, 7, 8, 8, 8]);
    let twice = count.replace(":00000001FF", ":160000000108020803080408050806080708080886\n:00000001FF");
    assert_eq!(File::parse_with(twice.as_bytes(), Reading::Lenient).unwrap().diagnostics().len(), 2, "each is told");
    // Each is told, in lines that are otherwise alike too.
    let text = [&count[..44], &count[..44], count].concat();
    let file = File::parse_with(text.as_bytes(), Reading::Lenient).unwrap();
    assert_eq!(file.diagnostics().iter().map(FileDiagnostic::line).collect::<Vec<_>>(), [1, 2, 3]);
    // What else does not hide a unit.
    let text = [";020000040000FA", &record(0, 0xFFFE, &[1, 2, 3]), &record(1, 0x10, &[]), "more"].join("\n");
    let file = File::parse_with(text.as_bytes(), Reading::Lenient).unwrap();
    let told: Vec<(usize, usize)> = file.diagnostics().iter().map(|told| (told.line(), told.column())).collect();
    assert_eq!((told, file.len()), (vec![(1, 1), (2, 4), (3, 4), (4, 1)], 1));
    let cut = File::parse_with(&sums.as_bytes()[..56], Reading::Lenient).unwrap();
    let told: Vec<String> = cut.diagnostics().iter().map(ToString::to_string).collect();
    assert_eq!(told[1], "line 4, column 1: no end-of-file record (`:00000001FF`): the file may have been cut off");
}

#[test]
fn what_is_wrong_and_where() {
    let (a, b, end) = (record(0, 0x10, &[1, 2]), record(0, 0x10, &[3, 4]), ":00000001FF");
    for (lines, expected) in [
        (vec![], "line 1, column 1: the file has no unit, expected at least one record of type 00"),
        (vec![end], "line 1, column 1: the file has no unit, expected at least one record of type 00"),
        (vec![&a, "x"], "line 2, column 1: found `x`, expected `:`, or `;` for a number that was used"),
        (vec![&a, "", end], "line 2, column 1: found ` `, expected `:`, or `;` for a number that was used"),
        (vec![&a, ":02001000030G"], "line 2, column 13: found `G`, expected a hexadecimal digit"),
        (vec![&a, ":0200100003"], "line 2, column 2: the record says 2 data bytes and holds 0"),
        (vec![&a, ":02001000030"], "line 2, column 13: the record has 11 digits, expected an even number, at least 10"),
        (vec![&a, ":0200"], "line 2, column 6: the record has 4 digits, expected an even number, at least 10"),
        (
            vec![&a, &record(5, 0, &[0; 4])],
            "line 2, column 8: record type 0x05, expected 0x00, 0x01 or 0x04; is this a firmware HEX file?",
        ),
        (vec![&a, &record(6, 0, &[])], "line 2, column 8: record type 0x06, expected 0x00, 0x01 or 0x04"),
        (vec![&record(4, 0, &[1])], "line 1, column 1: record type 0x04 with 1 data bytes, expected 2"),
        (vec![&record(0, 0, &[])], "line 1, column 2: record type 0x00 with 0 data bytes, expected 1"),
        (
            vec![&a, &record(0, 0x20, &[3, 4])],
            "line 2, column 4: record address 0x00000020, the first unit has 0x00000010",
        ),
        (
            vec![&a, &record(0, 0x12, &[3, 4])],
            "line 2, column 4: record address 0x00000012, the first unit has 0x00000010; is this a firmware HEX file? in an SQTP file all records have one address",
        ),
        (vec![&a, &record(0, 0x10, &[3])], "line 2, column 2: 1 bytes, the first unit has 2"),
        (vec![&a, &b], "line 3, column 1: no end-of-file record (`:00000001FF`): the file may have been cut off"),
        (
            vec![&record(4, 0x1234, &[0, 0]), &a, end],
            "line 1, column 4: record type 0x04 with address field 0x1234, expected 0x0000",
        ),
        (
            vec![&a, &record(1, 0x10, &[])],
            "line 2, column 4: record type 0x01 with address field 0x0010, expected 0x0000",
        ),
        (
            vec![&a, ";00000001FF"],
            "line 2, column 1: found `;` before a record of type 0x01, expected `:`; only units are marked as used",
        ),
        (
            vec![";020000040000FA", &a, end],
            "line 1, column 1: found `;` before a record of type 0x04, expected `:`; only units are marked as used",
        ),
        (
            vec![&record(0, 0xFFFE, &[1, 2, 3]), end],
            "line 1, column 4: 3 bytes at record address 0x0000FFFE pass the end of their 64 KiB block",
        ),
        (vec![&a, end, &b], "line 3, column 1: found text after the end-of-file record, expected the end of the file"),
    ] {
        let text = lines.iter().map(|line| format!("{line}\n")).collect::<String>();
        assert_eq!(File::parse(text.as_bytes()).unwrap_err().to_string(), expected, "{text:?}");
        let text = lines.iter().map(|line| format!("{line}\r\n")).collect::<String>();
        assert_eq!(File::parse(text.as_bytes()).unwrap_err().to_string(), expected, "{text:?}");
    }
    // Padding, and blank lines in front.
    let text = format!("\n\n{a}\r{};{}\n{end}\u{1A}\0", "", &b[1..]);
    let file = File::parse(text.as_bytes()).unwrap();
    assert_eq!((file.len(), file.used(), file.unit(1).unwrap().line()), (2, 1, 4));
    let text = format!("{a}\n{end}\n\u{1A}\n\n\0\n");
    assert_eq!(File::parse(text.as_bytes()).unwrap().len(), 1);
    assert_eq!(
        File::parse(format!("{text}{b}\n").as_bytes()).unwrap_err().to_string(),
        "line 6, column 1: found text after the end-of-file record, expected the end of the file"
    );

    let (retlw, _) = sqtp("pic16-userid", Address::Device(0x8000), "retlw14(u8)");
    let says = |text: &str| File::parse(text.as_bytes()).unwrap().check(&retlw).unwrap_err().to_string();
    let upper = record(4, 0, &[0, 1]);
    assert_eq!(
        says(&format!("{a}\n{end}\n")),
        "line 1, column 4: record address 0x00000010, the first unit has 0x00010000"
    );
    assert_eq!(
        says(&format!("{upper}\n{}\n{end}\n", record(0, 0, &[1]))),
        "line 2, column 2: 1 bytes, the first unit has 2"
    );
    assert_eq!(
        says(&format!("{upper}\n{}\n{}\n{end}\n", record(0, 0, &[1, 0x34]), record(0, 0, &[1, 0x35]))),
        "line 3, column 12: opcode 0x35, expected the 0x34 of `RETLW`"
    );
}

#[test]
fn duplicates_are_found() {
    let line = |n: u8| record(0, 0, &[n, 0]);
    let lines = [5, 1, 5, 2, 1, 5].map(line).join("\n") + "\n:00000001FF\n";
    let file = File::parse(lines.as_bytes()).unwrap();
    let found: Vec<(usize, usize)> =
        file.duplicates().iter().map(|(again, first)| (again.line(), first.line())).collect();
    assert_eq!(found, [(3, 1), (5, 2), (6, 1)]);
}

#[test]
fn marks_and_values_in_place() {
    let text = ":020000040000fa\r\n:0200100001a24b\n;02001000030eDD\r:0200100005F4F5\n:00000001ff";
    let fixed = |text: &str| {
        let mended = crate::reference::mend_sums(text.as_bytes());
        String::from_utf8(mended).unwrap()
    };
    let text = fixed(text).replace(";02001000030eDD", &record(0, 0x10, &[3, 14]).replace(':', ";"));
    let file = File::parse(text.as_bytes()).unwrap();
    assert_eq!((file.len(), file.used(), file.next_unused().unwrap().index()), (3, 1, 0));
    let mut now = text.clone().into_bytes();
    let mark = file.next_unused().unwrap().mark();
    assert_eq!((mark.offset(), mark.bytes()), (17, &b";"[..]));
    let short = mark.apply(&mut now[..17]).unwrap_err();
    assert_eq!(short.to_string(), "found 17 characters of text, expected at least 18; nothing was written");
    mark.apply(&mut now).unwrap();
    assert_eq!(now[..17], text.as_bytes()[..17]);
    let marked = File::parse(&now).unwrap();
    assert_eq!((marked.used(), marked.next_unused().unwrap().index()), (2, 2));
    let change = marked.unit(2).unwrap().replace(&[0xAB, 0xCD]).unwrap();
    let mut then = now.clone();
    change.apply(&mut then).unwrap();
    let expected =
        String::from_utf8(now.clone()).unwrap().replace(&record(0, 0x10, &[5, 0xF4]), &record(0, 0x10, &[0xAB, 0xCD]));
    assert_eq!(String::from_utf8(then).unwrap(), expected);
    // In the letter case of its line; not of a used number; not of another length.
    let lower = file.unit(0).unwrap().replace(&[0xAB, 0xCD]).unwrap();
    assert_eq!(lower.bytes(), &record(0, 0x10, &[0xAB, 0xCD]).to_lowercase().as_bytes()[9..]);
    assert_eq!(marked.unit(1).unwrap().replace(&[1, 2]).unwrap_err().kind(), &FileErrorKind::Used);
    let error = file.unit(0).unwrap().replace(&[1]).unwrap_err();
    assert_eq!(error.to_string(), "line 2, column 1: a payload of 1 bytes, expected 2");
    assert!(!format!("{file:?} {:?} {lower:?}", file.unit(0)).to_uppercase().contains("A2"), "no payload is shown");
}

/// A published script writes the 16 sums below 0x10 with one digit.
#[test]
fn all_sums_have_two_digits() {
    let (sqtp, _) = sqtp("raw", Address::Record(0), "u8");
    let text = String::from_utf8(sqtp.counter(Numbers::of(0, 256).unwrap()).unwrap().to_vec().unwrap()).unwrap();
    for (n, line) in (0..=255_u8).zip(text.lines().skip(1)) {
        assert_eq!(line, record(0, 0, &[n]));
    }
    assert_eq!(text.lines().count(), 258);
}

/// One line at a time, the slow way.
fn twin(sqtp: &Sqtp, payloads: impl Iterator<Item = Vec<u8>>) -> Vec<u8> {
    let mut text = sqtp.header().to_vec();
    let address = sqtp.record_address();
    for payload in payloads {
        text.extend((record(0, address as u16, &payload) + "\r\n").as_bytes());
    }
    text.extend(b":00000001FF\r\n");
    text
}

proptest! {
    #[test]
    fn many_lines_are_one_after_the_other(
        name in prop::sample::select(vec!["u8", "u16le", "u32be", "u64le", "uint:3:be", "retlw14(u32le)", "retlw14(u32be)", "retlw12(u64be)", "retlw16(u16le)", "swap16(u32le)", "retlw14(swap16(u32be))", "hex:8", "hex:5", "uint:16:le", "uint:11:be"]),
        first in any::<u64>(), count in 0_u64..600, step in prop_oneof![Just(1_u128), 1_u128..400], room in 17_usize..400,
    ) {
        let encoding: Encoding = name.parse().unwrap();
        let (sqtp, _) = sqtp("raw", Address::Record(0x1234_5600), name);
        // The greatest number that fits.
        let most = (0..128).rev().map(|bit| (1_u128 << bit) | ((1 << bit) - 1)).find(|n| encoding.encode_into(&Value::from(*n), &mut vec![0; encoding.len()]).is_ok()).unwrap();
        let span = u128::from(count) * step;
        let start = u128::from(first) % (most.saturating_sub(span).saturating_add(1));
        let Ok(numbers) = Numbers::of(start, span).unwrap().step_by(step) else { return Ok(()) };
        let lines = sqtp.counter(numbers);
        if numbers.last().is_some_and(|last| last > most) {
            let refused = matches!(lines, Err(LineError::Encode { .. }));
            prop_assert!(refused);
            return Ok(());
        }
        let expected = twin(&sqtp, numbers.iter().map(|n| {
            let mut payload = vec![0xA5; encoding.len()];
            encoding.encode_into(&Value::from(n), &mut payload).unwrap();
            payload
        }));
        let mut lines = lines.unwrap();
        prop_assert_eq!(lines.text_len().unwrap(), expected.len());
        let (mut buffer, mut text) = (vec![0xA5; room.max(sqtp.line_len())], Vec::new());
        loop {
            match lines.fill(&mut buffer).unwrap() {
                0 => break,
                len => text.extend_from_slice(&buffer[..len]),
            }
        }
        prop_assert_eq!(String::from_utf8_lossy(&text), String::from_utf8_lossy(&expected));
        prop_assert_eq!(&sqtp.counter(numbers).unwrap().to_vec().unwrap(), &expected);
        let by_line: Vec<u8> = sqtp.counter(numbers).unwrap().flat_map(Result::unwrap).collect();
        prop_assert_eq!(&by_line, &expected);
        // Parts put together are the whole.
        if let Ok(parts) = numbers.split(3) {
            let mut text = sqtp.header().to_vec();
            for part in parts {
                text.extend(sqtp.counter(part).unwrap().body().to_vec().unwrap());
            }
            text.extend(b":00000001FF\r\n");
            prop_assert_eq!(&text, &expected);
        }
        if count > 0 {
            let file = File::parse(&expected).unwrap();
            file.check(&sqtp).unwrap();
            prop_assert_eq!(file.len() as u128, numbers.len());
            prop_assert_eq!(file.duplicates().len(), 0);
        }
    }

    /// Any file that a slow reader takes is read the same, changed or not.
    #[test]
    fn read_as_by_a_slow_reader(seed in any::<u64>(), units in 1_usize..12, len in 1_usize..20, hits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..3)) {
        let mut text = String::new();
        let mut payloads = Vec::new();
        for n in 0..units {
            let payload = noise(seed ^ (n as u64 % 5), len);
            let line = record(0, 0x40, &payload);
            payloads.push(payload);
            text += &if seed >> n & 1 == 1 { line.replace(':', ";") } else { line };
            text += ["\n", "\r\n", "\r"][n % 3];
        }
        text += ":00000001FF\n";
        let file = File::parse(text.as_bytes()).unwrap();
        prop_assert_eq!(file.units().map(|unit| unit.payload()).collect::<Vec<_>>(), payloads.clone());
        let mut first: BTreeMap<&[u8], usize> = BTreeMap::new();
        let mut again = Vec::new();
        for (n, payload) in payloads.iter().enumerate() {
            match first.get(&**payload) {
                Some(before) => again.push((n, *before)),
                None => drop(first.insert(payload, n)),
            }
        }
        let found: Vec<(usize, usize)> = file.duplicates().iter().map(|(again, first)| (again.index(), first.index())).collect();
        prop_assert_eq!(found, again);
        let mut damaged = text.into_bytes();
        for (at, byte) in hits {
            let at = at.index(damaged.len());
            damaged[at] = byte;
        }
        for reading in [Reading::Strict, Reading::Lenient] {
            match File::parse_with(&damaged, reading) {
                Ok(file) => prop_assert!(file.units().all(|unit| unit.payload().len() == file.payload_len())),
                Err(error) => prop_assert!(error.line() > 0 && error.column() > 0),
            }
        }
    }
}

#[test]
fn values_of_sources() {
    let scheme = Scheme::parse("EU-{seq:5}").unwrap().undated().unwrap();
    let (serials, encoding) = sqtp("pic16-program", Address::Device(0x1F0), "retlw14(ascii:8:exact)");
    let text = serials.values(&scheme, 7..1007).unwrap().to_vec().unwrap();
    let expected = twin(
        &serials,
        (7..1007).map(|n| {
            let mut payload = vec![0xA5; encoding.len()];
            encoding.encode_into(&Value::from(&*format!("EU-{n:05}")), &mut payload).unwrap();
            payload
        }),
    );
    assert_eq!(text, expected);
    let block = Pool::new(&[Block::from_prefix("70B3D57ED").unwrap()], 1, 0).unwrap();
    let (euis, _) = sqtp("raw", Address::Record(0), "bytes:6");
    let text = euis.values(&block, 0..2).unwrap().to_vec().unwrap();
    assert!(String::from_utf8(text).unwrap().contains(":0600000070B3D57ED001"));
    let says = |lines: Result<_, LineError>| lines.map(drop).unwrap_err().to_string();
    assert_eq!(
        says(euis.values(&block, 0..4097).map(drop)),
        "the last number is 4096, and 4095 the last one that has a value"
    );
    assert_eq!(block.last(), 4095);
    assert_eq!(says(serials.values(&block, 0..1).map(drop)), "unit 0: the value is bytes, expected text");
    let (small, _) = sqtp("raw", Address::Record(0), "u8");
    assert_eq!(
        says(small.counter(Numbers::of(0, 257).unwrap()).map(drop)),
        "unit 256: 256 does not fit; the greatest is 255"
    );
    let mut lines = small.counter(Numbers::of(0, 2).unwrap()).unwrap();
    assert_eq!(lines.fill(&mut [0; 16]).unwrap_err().to_string(), "a buffer of 16 bytes, and the next piece has 17");
    assert_eq!(lines.fill(&mut [0; 17]), Ok(17));
    assert_eq!(lines.fill(&mut [0; 14]).unwrap_err().to_string(), "a buffer of 14 bytes, and the next piece has 15");
    assert_eq!((lines.fill(&mut [0; 31]), lines.left()), (Ok(30), 0));
    assert_eq!(lines.fill(&mut [0; 12]).unwrap_err().to_string(), "a buffer of 12 bytes, and the next piece has 13");
    assert_eq!((lines.fill(&mut [0; 13]), lines.fill(&mut [0; 0])), (Ok(13), Ok(0)));
}

/// Nothing is allocated for a line, nor for a line that is read.
#[test]
fn allocations() {
    let (sqtp, _) = sqtp("pic16-userid", Address::Device(0x8000), "retlw14(u32le)");
    let mut lines = sqtp.counter(Numbers::of(0, 100_000).unwrap()).unwrap();
    let mut buffer = vec![0; 65_536];
    let used = allocation_counter::measure(|| while lines.fill(&mut buffer).unwrap() > 0 {});
    assert_eq!(used.count_total, 0, "{used:?}");
    let text = sqtp.counter(Numbers::of(0, 100_000).unwrap()).unwrap().to_vec().unwrap();
    let used = allocation_counter::measure(|| assert_eq!(File::parse(&text).unwrap().len(), 100_000));
    assert!(used.count_total < 10 && used.bytes_max < 1000, "{used:?}");
}
