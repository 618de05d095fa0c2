//! HEX text and raw binaries: what is read, what is refused, and where.

use std::ops::ControlFlow;

use nameplate::Span;
use nameplate::image::hex::Options;
use nameplate::image::{Container, Erased, Hex, Raw, flatten};
use proptest::prelude::*;

use crate::{Memory, Style, hex_text, memory, noise, record};

pub(crate) const STYLES: [Style; 8] = [
    Style { lens: &[16], eol: "\r\n", lower: false, backwards: false },
    Style { lens: &[16], eol: "\n", lower: true, backwards: false },
    Style { lens: &[32], eol: "\r\n", lower: true, backwards: false },
    Style { lens: &[32], eol: "\n", lower: false, backwards: true },
    Style { lens: &[7, 16, 1, 31, 16, 16, 255], eol: "\r\n", lower: false, backwards: false },
    Style { lens: &[7, 16, 1, 31, 16, 16, 2], eol: "\n", lower: true, backwards: true },
    Style { lens: &[16, 16, 16, 32], eol: "\r", lower: false, backwards: false },
    Style { lens: &[1], eol: "\n", lower: false, backwards: true },
];

/// What a container hands over, as a map.
pub(crate) fn visited(image: &dyn Container, span: Span) -> Memory {
    let mut memory = Memory::new();
    let mut next = 0;
    let _ = image.visit(span, &mut |address, bytes| {
        assert!(address >= next && !bytes.is_empty(), "ascending");
        memory.extend((address..).zip(bytes.iter().copied()));
        next = address + bytes.len() as u64;
        ControlFlow::Continue(())
    });
    memory
}

fn all() -> Span {
    Span::new(0, u64::MAX).unwrap()
}

/// A memory of some segments, one of which crosses a 64 KiB boundary.
fn segments(seed: u64, lens: &[usize]) -> Memory {
    let mut memory = Memory::new();
    let mut address = 0x0800_FF00 - seed % 64;
    for (n, &len) in lens.iter().enumerate() {
        memory.extend((address..).zip(noise(seed + n as u64, len)));
        address += len as u64 + 1 + seed % 5000;
    }
    memory
}

proptest! {
    #[test]
    fn hex_is_read_as_by_a_slow_reader(seed in 0_u64..10_000, lens in prop::collection::vec(1_usize..600, 1..4), from in 0_u64..2000, len in 0_u64..2000) {
        let truth = segments(seed, &lens);
        for style in STYLES {
            let text = hex_text(&truth, style);
            let hex = Hex::parse(text.as_bytes()).unwrap();
            prop_assert_eq!(&visited(&hex, all()), &truth, "{:?}", style);
            prop_assert_eq!(&memory(text.as_bytes()), &truth);
            let extent = hex.extent().unwrap();
            prop_assert_eq!((extent.start(), extent.end() - 1), (*truth.keys().next().unwrap(), *truth.keys().next_back().unwrap()));
            prop_assert_eq!(hex.segments().map(Span::len).sum::<u64>(), truth.len() as u64);
            prop_assert!(hex.segments().zip(hex.segments().skip(1)).all(|(a, b)| a.end() < b.start()));

            let span = Span::new(extent.start() + from - 1000.min(from), len).unwrap();
            let inside: Memory = truth.range(span.start()..span.end()).map(|(a, b)| (*a, *b)).collect();
            prop_assert_eq!(&visited(&hex, span), &inside);
            let missing = (span.start()..span.end()).find(|address| !truth.contains_key(address));
            prop_assert_eq!(hex.locate(span).err().map(|gap| gap.address()), missing);
        }
    }

    /// Damaged files: never a panic, and never accepted with a wrong sum.
    #[test]
    fn damaged_hex(seed in 0_u64..1000, style in 0_usize..8, hits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4), cut in any::<prop::sample::Index>()) {
        let mut text = hex_text(&segments(seed, &[40, 100]), STYLES[style]).into_bytes();
        for (at, byte) in hits {
            let at = at.index(text.len());
            text[at] = byte;
        }
        if seed % 3 == 0 {
            text.truncate(cut.index(text.len()));
        }
        if let Ok(hex) = Hex::parse(&text) {
            prop_assert_eq!(visited(&hex, all()), memory(&text));
            assert!(hex.diagnostics().all(|found| found.line() > 0));
        }
    }

    #[test]
    fn no_bytes_panic(text in prop::collection::vec(prop_oneof![Just(b':'), Just(b'\n'), Just(b'0'), Just(b'F'), any::<u8>()], 0..200)) {
        let _ = Hex::parse(&text).map_err(|error| error.to_string());
    }
}

#[test]
fn accepted() {
    for (text, bytes) in [
        (":0100000001FE\n:00000001FF\r\n\r\n".to_owned(), 1),
        (":0100000001FE\n:00000001FF\n\u{1A}\0\0".to_owned(), 1),
        (":0100000001FE\n:00123401B9\n".to_owned(), 1),
        (":0100000000FF\r:0100010000FE\n:0100020000FD\r\n:00000001FF\r\n".to_owned(), 3),
        (record(0, 0xFFFF, &[1, 2]) + "\n:00000001FF\n", 2),
        (record(0, 0, &[7; 255]) + "\n:00000001ff\n", 255),
        (record(0, 0, &[1]) + "\n" + &record(0, 1, &[]) + "\n:00000001FF\n", 1),
        ("\n\n".to_owned() + &record(0, 0, &[1]) + "\n\n:00000001FF\n;CRC=00\n", 1),
        (record(5, 0, &[8, 0, 0, 1]) + "\n" + &record(5, 0, &[8, 0, 0, 1]) + "\n:0100000001FE\n:00000001FF\n", 1),
        (record(3, 0, &[0xFF; 4]) + "\n" + &record(5, 0, &[8, 0, 0, 1]) + "\n:0100000001FE\n:00000001FF\n", 1),
        // CR, CR, CR LF: the second half of the third is no blank line.
        (
            [0, 1, 2, 3].map(|n| record(0, n * 16, &[0; 16])).join("\r").replacen("\r:10003", "\r\n:10003", 1)
                + "\r:00000001FF\r",
            64,
        ),
        // Of base records of both types the last one counts.
        (record(4, 0, &[8, 0]) + "\n" + &record(2, 0, &[0x10, 0]) + "\n" + &record(0, 0, &[1]) + "\n:00000001FF\n", 1),
    ] {
        let hex = Hex::parse(text.as_bytes()).unwrap_or_else(|error| panic!("{text:?}: {error}"));
        assert_eq!(visited(&hex, all()).len(), bytes, "{text:?}");
        assert_eq!(visited(&hex, all()), memory(text.as_bytes()));
    }
}

/// Each with its line and column.
#[test]
fn refused() {
    let eof = ":00000001FF\n";
    let with = |lines: &[String]| lines.join("\n") + "\n" + eof;
    let one = |line: &str| with(&[record(0, 0, &[1]), line.to_owned()]);
    for (text, expected) in [
        (String::new(), "line 1, column 1: the file is empty, expected at least the end-of-file record `:00000001FF`"),
        (
            "\u{FEFF}:00000001FF".to_owned(),
            "line 1, column 1: this is text with a UTF-8 byte order mark (save it without one), not Intel HEX",
        ),
        ("\u{7F}ELF\u{1}".to_owned(), "line 1, column 1: this is an ELF file, not Intel HEX"),
        ("S00600004844521B\n".to_owned(), "line 1, column 1: this is a Motorola S-record file, not Intel HEX"),
        (
            "<!DOCTYPE html>".to_owned(),
            "line 1, column 1: this is an HTML or XML page (was a web page saved in place of the file?), not Intel HEX",
        ),
        (
            ";04000000000C000CE4\n".to_owned(),
            "line 1, column 1: found a used number of an SQTP file: its records are one device each, and no image",
        ),
        (
            "; made by a tool\n".to_owned(),
            "line 1, column 1: this is text that begins with a comment, which lenient reading accepts, not Intel HEX",
        ),
        ("PK\u{3}\u{4}".to_owned(), "line 1, column 1: this is a ZIP archive (unpack it first), not Intel HEX"),
        ("@F000\n31 40\n".to_owned(), "line 1, column 1: this is a TI-TXT or Verilog memory file, not Intel HEX"),
        ("ab\0".to_owned(), "line 1, column 1: this is a binary file: it has NUL bytes, not Intel HEX"),
        (eof.to_owned(), "line 1, column 1: the file has no data, only the end-of-file record"),
        (
            "\n".to_owned(),
            "line 1, column 1: the file is empty, expected at least the end-of-file record `:00000001FF`",
        ),
        ("hello".to_owned(), "line 1, column 1: found `h`, expected `:`"),
        (one("; comment"), "line 2, column 1: found `;`, expected `:`"),
        (one(" :0100010000FE"), "line 2, column 1: found ` `, expected `:`"),
        (one(":"), "line 2, column 2: the record ends after 0 digits, expected at least 10"),
        (one(":0100"), "line 2, column 6: the record ends after 4 digits, expected at least 10"),
        (one(":0100010000F"), "line 2, column 13: the record has 11 digits, expected two for each byte"),
        (one(":0200010000FE"), "line 2, column 2: the record says 2 data bytes and holds 1, or has no record sum"),
        (one(":000001000000FE"), "line 2, column 2: the record says 0 data bytes and holds 2"),
        (one(":0100010000FD"), "line 2, column 12: record sum is 0xFD, expected 0xFE"),
        (one(":01000100G0FE"), "line 2, column 10: found `G`, expected a hexadecimal digit"),
        (one(":0100010000FE "), "line 2, column 14: found ` `, expected a hexadecimal digit"),
        (one(":0100010000FE:0100020000FD"), "line 2, column 14: found `:`, expected a hexadecimal digit"),
        (one(":01\u{1B}0010000FE"), "line 2, column 4: found `\\x1B`, expected a hexadecimal digit"),
        (one(&format!(":{}", "00".repeat(300))), "line 2, column 2: the record says 0 data bytes and holds 295"),
        (
            record(0, 0, &[1]),
            "line 1, column 14: no end-of-file record (`:00000001FF`): the file may have been cut off",
        ),
        (
            record(0, 0, &[1]) + "\n",
            "line 2, column 1: no end-of-file record (`:00000001FF`): the file may have been cut off",
        ),
        (
            record(0, 0, &[1]) + "\n" + eof + &record(0, 1, &[1]),
            "line 3, column 1: found a record after the end-of-file record, expected the end of the file; were two files put together?",
        ),
        (
            eof.to_owned() + &record(0, 1, &[1]),
            "line 2, column 1: found a record after the end-of-file record, expected the end of the file; were two files put together?",
        ),
        (
            with(&[record(5, 0, &[8, 0, 0, 1]), record(4, 0, &[8, 0])]),
            "line 3, column 1: the file has no data, only records of base and start addresses and the like",
        ),
        (
            record(0, 0, &[1, 2]) + "\n:04000",
            "line 2, column 7: the file ends in the middle of a record, 5 of 18 digits are there: it was cut off",
        ),
        (
            record(0, 0, &[1, 2]) + "\n:0",
            "line 2, column 3: the file ends in the middle of a record, 1 of 10 digits are there: it was cut off",
        ),
        // All digits are there, though the file ends with them.
        (record(0, 0, &[1, 2]) + "\n:0100010000FD", "line 2, column 12: record sum is 0xFD, expected 0xFE"),
        (
            one(&record(0x0A, 0, &[1])),
            "line 2, column 1: record type 0x0A: this is a Universal HEX file of the micro:bit, with an image for each of several boards; take the HEX file of one board",
        ),
        (
            with(&[0, 1, 2].map(|n| record(0, n, &[7, 7]))),
            "line 2, column 1: data for 0x00000001 again, first given in line 1; the addresses look like 16-bit words, not bytes (Quartus writes such files): write it with byte addresses",
        ),
        (
            with(&[0, 1, 2].map(|n| record(0, n, &[7, 7, 7, 8]))),
            "line 2, column 1: data for 0x00000001 again, first given in line 1; the addresses look like 32-bit words, not bytes (Quartus writes such files): write it with byte addresses",
        ),
        // The last word of the first record is filled up, and there are two regions.
        (
            with(&[
                record(0, 0xC000, &[1, 2, 3, 4, 5, 6]),
                record(0, 0xC004, &[7; 16]),
                record(0, 0xC00C, &[8; 16]),
                record(0, 0xC014, &[9; 16]),
                record(0, 0xC01C, &[9; 16]),
                record(0, 0xE000, &[9; 16]),
            ]),
            "line 2, column 1: data for 0x0000C004 again, first given in line 1; the addresses look like 16-bit words, not bytes (Quartus writes such files): write it with byte addresses",
        ),
        // One record begins as many bytes behind the one before as that has: no words.
        (
            with(&[record(0, 0, &[1, 2]), record(0, 1, &[3, 4]), record(0, 2, &[5, 6]), record(0, 4, &[7, 8])]),
            "line 2, column 1: data for 0x00000001 again, first given in line 1, and it says something else: 0x00000001 is 0x03 here and 0x02 there",
        ),
        (
            with(&[1, 2, 3].map(|n| record(0, 0, &[n, 0x34]))),
            "line 2, column 1: data for 0x00000000 again, first given in line 1; is this an SQTP file? its records are one device each, and no image",
        ),
        // The same number three times is none of an SQTP file; nor are three at one place of two regions, or two with
        // a record between them that has no data.
        (
            with(&[1, 1, 1].map(|n| record(0, 0, &[n, 0x34]))),
            "line 2, column 1: data for 0x00000000 again, first given in line 1; both say the same, which lenient reading accepts",
        ),
        (
            with(&[
                record(0, 0, &[1, 0x34]),
                record(4, 0, &[0, 1]),
                record(0, 0, &[2, 0x34]),
                record(4, 0, &[0, 0]),
                record(0, 0, &[3, 0x34]),
            ]),
            "line 5, column 1: data for 0x00000000 again, first given in line 1, and it says something else: 0x00000000 is 0x03 here and 0x01 there",
        ),
        (
            with(&[record(0, 0, &[1, 0x34]), record(0, 0, &[]), record(0, 0, &[2, 0x34])]),
            "line 3, column 1: data for 0x00000000 again, first given in line 1, and it says something else: 0x00000000 is 0x02 here and 0x01 there",
        ),
        (
            with(&[record(4, 0, &[0, 0x30]), record(0, 0, &[1, 2]), record(0, 0, &[1, 3])]),
            "line 3, column 1: data for 0x00300000 again, first given in line 2: two different values for one configuration word, 0x00300001 is 0x03 here and 0x02 there",
        ),
        (
            record(0, 0, &[1]) + "\n" + eof + "\n\n x",
            "line 5, column 1: found text after the end-of-file record, expected the end of the file",
        ),
        (one(&record(6, 0, &[])), "line 2, column 1: record type 0x06, expected 0x00 to 0x05"),
        (one(&record(1, 0, &[1])), "line 2, column 1: record type 0x01 with 1 data bytes, expected 0"),
        (one(&record(4, 0, &[1])), "line 2, column 1: record type 0x04 with 1 data bytes, expected 2"),
        (one(&record(2, 0, &[1, 2, 3])), "line 2, column 1: record type 0x02 with 3 data bytes, expected 2"),
        (one(&record(5, 0, &[1, 2])), "line 2, column 1: record type 0x05 with 2 data bytes, expected 4"),
        (one(&record(3, 0, &[1, 2])), "line 2, column 1: record type 0x03 with 2 data bytes, expected 4"),
        (
            one(&record(4, 0x1234, &[8, 0])),
            "line 2, column 1: record type 0x04 with address field 0x1234, expected 0x0000",
        ),
        (one(&record(2, 1, &[8, 0])), "line 2, column 1: record type 0x02 with address field 0x0001, expected 0x0000"),
        (
            with(&[record(5, 0, &[8, 0, 0, 1]), record(5, 0, &[8, 0, 0, 2])]),
            "line 2, column 1: start address 0x08000002, but line 1 says 0x08000001",
        ),
        (
            with(&[1, 1, 2].map(|n| record(3, 0, &[8, 0, 0, n]))),
            "line 3, column 1: start address 0x08000002, but line 1 says 0x08000001",
        ),
        (
            with(&[record(4, 0, &[0xFF, 0xFF]), record(0, 0xFFF8, &[0; 16])]),
            "line 2, column 1: 16 data bytes from 0xFFFFFFF8 pass the end of the 4 GiB that HEX files address",
        ),
        (
            with(&[record(2, 0, &[0x10, 0]), record(0, 0xFFF8, &[0; 16])]),
            "line 2, column 1: 16 data bytes from 0x0001FFF8 pass the end of their 64 KiB block; tools disagree where the rest goes",
        ),
        (
            with(&[record(0, 0x10, &[1, 2, 3]), record(0, 0, &[0; 16]), record(0, 0x12, &[9])]),
            "line 3, column 1: data for 0x00000012 again, first given in line 1, and it says something else: 0x00000012 is 0x09 here and 0x03 there",
        ),
        (
            with(&[record(0, 0, &[0; 16]), record(0, 0x10, &[0; 16]), record(0, 0x1F, &[9])]),
            "line 3, column 1: data for 0x0000001F again, first given in line 2, and it says something else: 0x0000001F is 0x09 here and 0x00 there",
        ),
        (
            with(&[record(0, 0, &[1, 0x34]), record(0, 0, &[2, 0x34])]),
            "line 2, column 1: data for 0x00000000 again, first given in line 1, and it says something else: 0x00000000 is 0x02 here and 0x01 there",
        ),
        (
            with(&[record(0, 0, &[1, 2, 3, 4]), record(0, 0, &[1, 2, 3, 9])]),
            "line 2, column 1: data for 0x00000000 again, first given in line 1, and it says something else: 0x00000003 is 0x09 here and 0x04 there",
        ),
        (
            with(&[record(0, 0, &[1, 2, 3, 0xFA]), record(0, 0, &[1, 2, 3, 0xFA]).to_lowercase()]),
            "line 2, column 1: data for 0x00000000 again, first given in line 1; both say the same, which lenient reading accepts",
        ),
        (
            with(&[record(0, 0x80, &[0]), record(0, 0, &[1, 0x34]), record(0, 0, &[2, 0x34])]),
            "line 3, column 1: data for 0x00000000 again, first given in line 2, and it says something else: 0x00000000 is 0x02 here and 0x01 there",
        ),
        (
            with(&[record(0, 0x80, &[0]), record(0, 0, &[1, 0x34]), record(0, 1, &[2, 0x34])]),
            "line 3, column 1: data for 0x00000001 again, first given in line 2, and it says something else: 0x00000001 is 0x02 here and 0x34 there",
        ),
    ] {
        assert_eq!(Hex::parse(text.as_bytes()).unwrap_err().to_string(), expected, "{text:?}");
        let crlf = text.replace('\n', "\r\n");
        assert_eq!(Hex::parse(crlf.as_bytes()).unwrap_err().to_string(), expected, "{crlf:?}");
    }
    let utf16 = Hex::parse(&[0xFF, 0xFE, b':', 0]).unwrap_err();
    assert_eq!(utf16.to_string(), "line 1, column 1: this is UTF-16 text (save it as plain ASCII), not Intel HEX");
    for (text, expected) in [
        (&[0xFE, 0xFF, 0, b':'][..], "UTF-16 text (save it as plain ASCII)"),
        (b"UF2\nWQ]\x9E", "a UF2 file"),
        (b"\x1F\x8B\x08", "a gzip file (unpack it first)"),
        (b"@abcd", "a TI-TXT or Verilog memory file"),
        (b"DfuSe\x01", "a DfuSe file of ST"),
        (b"%1A626810000000202020202020", "a Tektronix hex file"),
        (b"[HEADER]", "an INI file, as the workspaces of MPLAB 8 are, which end in .mcs as well"),
        (b"DEPTH = 32;\nWIDTH = 8;\n", "a memory initialization file of Quartus (MIF)"),
        (b"% by hand %\nWIDTH=8;\nDEPTH=32;\n", "a memory initialization file of Quartus (MIF)"),
        (b"-- by hand\nwidth=8;\ndepth=32;\n", "a memory initialization file of Quartus (MIF)"),
        (b"MZ\x90\0\x03", "a Windows program (PE)"),
        (b"!<arch>\n", "a library of object files (ar)"),
        (b"# comment", "text that begins with a comment, which lenient reading accepts"),
        (b"// comment", "text that begins with a comment, which lenient reading accepts"),
    ] {
        let error = Hex::parse(text).unwrap_err().to_string();
        assert_eq!(error, format!("line 1, column 1: this is {expected}, not Intel HEX"));
    }
    // Of a MIF file each of the two settings is there; of TI COFF each of three numbers.
    for text in ["DEPTH = 32;\n", "WIDTH = 8;\n", "x DEPTH = 32; WIDTH = 8;\n"] {
        let error = Hex::parse(text.as_bytes()).unwrap_err().to_string();
        assert_eq!(error, format!("line 1, column 1: found `{}`, expected `:`", &text[..1]));
    }
    let coff = |magic: u16, optional: u16, target: u16| {
        let mut bytes = [0; 22];
        for (at, half) in [(0, magic), (16, optional), (20, target)] {
            bytes[at..at + 2].copy_from_slice(&half.to_le_bytes());
        }
        Hex::parse(&bytes).unwrap_err().to_string()
    };
    for (magic, optional, target, known) in [
        (0xC1, 0, 0x97, true),
        (0xC2, 28, 0x9D, true),
        (0xC3, 28, 0x9D, false),
        (0xC2, 29, 0x9D, false),
        (0xC2, 28, 0x9E, false),
    ] {
        let what = if known {
            "a TI COFF file: convert it to Intel HEX with the hex utility of its compiler (hex6x, hex2000, hex430, armhex)"
        } else {
            "a binary file: it has NUL bytes"
        };
        assert_eq!(coff(magic, optional, target), format!("line 1, column 1: this is {what}, not Intel HEX"));
    }
}

/// Wherever a run of equal lines is broken, the error is in the line that breaks it.
#[test]
fn a_run_breaks_where_it_breaks() {
    for (len, eol) in [(16, "\r\n"), (32, "\n"), (7, "\n")] {
        let lines: Vec<String> = (0..40).map(|n| record(0, n * len, &noise(n.into(), len.into()))).collect();
        for broken in 0..40 {
            for (at, byte) in [(1, b'x'), (5, b'G'), (8, b'1'), (11, b':'), (usize::from(len) * 2 + 10, b'Z')] {
                let mut lines = lines.clone();
                lines[broken].replace_range(at..=at, std::str::from_utf8(&[byte]).unwrap());
                let text = lines.join(eol) + eol + ":00000001FF" + eol;
                assert_eq!(Hex::parse(text.as_bytes()).unwrap_err().line(), broken + 1);
            }
            let mut lines = lines.clone();
            let sum = lines[broken].pop().unwrap();
            lines[broken].push(if sum == '0' { '1' } else { '0' });
            let text = lines.join(eol) + eol + ":00000001FF" + eol;
            assert_eq!(Hex::parse(text.as_bytes()).unwrap_err().line(), broken + 1);
        }
    }
}

/// Two bytes, four gigabytes apart.
#[test]
fn the_gap_bomb() {
    let text =
        [record(0, 0, &[0x11]), record(4, 0, &[0xFF, 0xFF]), record(0, 0xFFFF, &[0x22])].join("\n") + "\n:00000001FF\n";
    let hex = Hex::parse(text.as_bytes()).unwrap();
    let extent = hex.extent().unwrap();
    assert_eq!(extent.len(), 1 << 32);
    assert_eq!(hex.segments().map(Span::len).collect::<Vec<_>>(), [1, 1]);
    assert_eq!(visited(&hex, all()), Memory::from([(0, 0x11), (0xFFFF_FFFF, 0x22)]));
    assert_eq!(hex.uniform(), None);
    let error = flatten(&hex, extent, Erased::default(), 1 << 28).unwrap_err();
    assert_eq!(
        error.to_string(),
        "window 0x00000000..0x100000000 has 4294967296 bytes, more than the limit of 268435456"
    );
    let window = Span::new(0, 256).unwrap();
    let error = flatten(&hex, window, Erased::default(), 1 << 28).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the image spans 0x00000000..0x100000000, more than window 0x00000000..0x00000100: bytes outside of it would be lost"
    );
}

#[test]
fn gaps_are_said_from_both_sides() {
    let text = [record(0, 0x10, &[1, 2]), record(0, 0x20, &[3])].join("\n") + "\n:00000001FF\n";
    let hex = Hex::parse(text.as_bytes()).unwrap();
    let raw = Raw::new(&[1, 2], 0x10).unwrap();
    let gap = |image: &dyn Container, start, len| image.locate(Span::new(start, len).unwrap()).unwrap_err().to_string();
    assert_eq!(gap(&hex, 0, 1), "no byte at 0x00000000: the first data begins at 0x00000010");
    assert_eq!(
        gap(&hex, 0x11, 2),
        "no byte at 0x00000012: the data before it ends at 0x00000012, the next begins at 0x00000020"
    );
    assert_eq!(gap(&hex, 0x20, 2), "no byte at 0x00000021: the data before it ends at 0x00000021, and none follows");
    assert_eq!(
        (format!("{hex:?}"), format!("{raw:?}")),
        ("[0x00000010..0x00000012, 0x00000020..0x00000021]".into(), "Raw(0x00000010..0x00000012)".into())
    );
    assert_eq!(gap(&raw, 0xF, 2), "no byte at 0x0000000F: the first data begins at 0x00000010");
    assert_eq!(gap(&raw, 0x11, 2), "no byte at 0x00000012: the data before it ends at 0x00000012, and none follows");
    let empty = Hex::parse_with(b":0000000000\n:00000001FF", &Options::lenient()).unwrap();
    assert_eq!(gap(&empty, 0, 1), "no byte at 0x00000000: the image is empty");
    assert_eq!(gap(&Raw::new(&[], 0).unwrap(), 0, 1), "no byte at 0x00000000: the image is empty");
    assert_eq!(
        Raw::new(&[1, 2], u64::MAX).unwrap_err().to_string(),
        "2 bytes from 0xFFFFFFFFFFFFFFFF pass the end of the 64-bit address space"
    );
    assert_eq!(visited(&raw, Span::new(0, 0x11).unwrap()), Memory::from([(0x10, 1)]));
}

#[test]
fn what_is_unusual_is_told() {
    let text = ":020000021000EC\r\n:020000040800f2\r\n:0100000001FE\r\n:0000000000\n:0400000300003800C1\r\n:0400000508000000EF\r\n:00123401B9\u{1A}";
    let told = |text: &str| {
        let hex = Hex::parse(text.as_bytes()).unwrap();
        let all: Vec<String> = hex.diagnostics().map(|found| found.to_string()).collect();
        assert!(hex.diagnostics().all(|found| !found.kind().is_tolerated()));
        all
    };
    let expected = [
        "line 2, column 14: digits of the other letter case than before",
        "line 2, column 1: base records of types 02 and 04 in one file; the last one counts here, some tools add them",
        "line 4, column 12: the line ends in LF, the first one in CR LF",
        "line 4, column 1: a data record without data",
        "line 6, column 1: start addresses of types 03 and 05 in one file",
        "line 7, column 4: the end-of-file record has address 0x1234, a start address of the 8-bit era",
    ];
    let (at_once, below) = (
        "line 7, column 12: Ctrl-Z or NUL bytes after the end-of-file record",
        "line 8, column 1: Ctrl-Z or NUL bytes after the end-of-file record",
    );
    assert_eq!(told(text), [&expected[..], &[at_once]].concat());
    let text = text.replace("B9\u{1A}", "B9\r\n\u{1A}");
    assert_eq!(told(&text), [&expected[..], &[below]].concat());
    let hex = Hex::parse(text.as_bytes()).unwrap();
    assert_eq!((hex.start().segment, hex.start().linear), (Some(0x3800), Some(0x0800_0000)));
    assert_eq!(format!("{hex:?}"), "[0x08000000..0x08000001]");
    for style in STYLES.iter().filter(|style| !style.backwards && style.eol != "\r") {
        let text = hex_text(&segments(1, &[100, 40]), *style);
        assert_eq!(told(&text), Vec::<String>::new(), "{style:?}");
    }
}

/// One thing that is unusual, in a file that is plain otherwise: it is told, whatever was read before it.
#[test]
fn what_alone_is_unusual_is_told() {
    let (base, one, end) = (record(4, 0, &[0, 1]), record(0, 0, &[1]), ":00000001FF\n");
    for (text, expected) in [
        (format!("{base}\n{one}\n{end}"), None),
        (format!("{base}\n{one}\n{base}\n{}\n{end}", record(0, 1, &[2])), None),
        // An address as high as the record's length may have it, which passes no end.
        (
            format!("\n{}\n{}\n{end}", record(0, 0x2000, &[7; 16]), record(0, 0xFFF0, &[7; 16])),
            Some("line 1, column 1: a blank line"),
        ),
        (format!("\n{base}\n{one}\n{end}"), Some("line 1, column 1: a blank line")),
        (format!("{one}\n\n{base}\n{one}\n{end}"), Some("line 2, column 1: a blank line")),
        (
            format!("{}\n{one}\n{base}\n{}\n{end}", record(2, 0, &[0, 0]), record(0, 1, &[2])),
            Some(
                "line 3, column 1: base records of types 02 and 04 in one file; the last one counts here, some tools add them",
            ),
        ),
        (
            format!("{one}\n{}\n", record(1, 0x1234, &[])),
            Some("line 2, column 4: the end-of-file record has address 0x1234, a start address of the 8-bit era"),
        ),
        (format!("{one}\n{}", end.trim_end()), Some("line 2, column 12: no line end after the end-of-file record")),
    ] {
        let hex = Hex::parse(text.as_bytes()).unwrap();
        let told: Vec<String> = hex.diagnostics().map(|found| found.to_string()).collect();
        assert_eq!(told, expected.into_iter().collect::<Vec<_>>(), "{text:?}");
    }
}
