//! S-record files that readers disagree about, each with its verdict, strict and lenient: the lines of a file, and
//! what is read of it or why it is refused.

use nameplate::image::srec::{Limits, Options, Srec, Tolerance};
use nameplate::image::{Container, Hex};

use crate::images::visited;
use nameplate::Span;

const A: &str = "S107100001020304DE";
const B: &str = "S107100405060708CA";
const COUNT: &str = "S5030002FA";
const END: &str = "S9030000FC";

/// What reading says: the bytes it has, or the error.
fn verdict(text: &[u8], options: &Options) -> String {
    match Srec::parse_with(text, options) {
        Err(error) => {
            assert_eq!(
                error.to_string(),
                format!("line {}, column {}: {}", error.line(), error.column(), error.kind())
            );
            error.to_string()
        }
        Ok(srec) => {
            assert_eq!(srec.file(), text);
            let memory = visited(&srec, Span::new(0, u64::MAX).unwrap());
            format!("{} bytes", memory.len())
        }
    }
}

fn told(text: &[u8]) -> Vec<String> {
    let srec = Srec::parse_with(text, &Options::lenient()).unwrap();
    srec.diagnostics().map(|found| found.to_string()).collect()
}

/// Strictly and leniently.
#[track_caller]
fn case(text: impl AsRef<[u8]>, strict: &str, lenient: &str) {
    let text = text.as_ref();
    let shown = String::from_utf8_lossy(text);
    assert_eq!(verdict(text, &Options::strict()), strict, "strict: {shown}");
    assert_eq!(verdict(text, &Options::lenient()), lenient, "lenient: {shown}");
}

/// Both ways alike.
#[track_caller]
fn both(text: impl AsRef<[u8]>, verdict: &str) {
    case(text.as_ref(), verdict, verdict);
}

#[test]
fn files_as_tools_write_them() {
    let lines = [A, B, COUNT, END];
    for eol in ["\n", "\r\n", "\r"] {
        both(lines.join(eol) + eol, "8 bytes");
        both(lines.join(eol), "8 bytes");
        both((lines.join(eol) + eol).to_lowercase().replace('s', "S"), "8 bytes");
    }
    for lines in [
        &[A, B, END][..],
        &["S0030000FC", A, B, "S604000002F9", END],
        &["S00600004844521B", "S0030000FC", A, "S0030000FC", B, END],
        &["S0061234484452D5", A, B, END],
        &[A, B, "S70500000000FA"],
        &[A, COUNT_1, B, COUNT, END],
        &[A, B, END, COUNT],
        &[A, B, END, END],
        &["", A, "", B, END, ""],
        &[B, A, END],
    ] {
        both(lines.join("\r\n"), "8 bytes");
    }
    let mixed = [&crate::srec::record(2, 0x1_0000, &[1, 2]), A, &crate::srec::record(3, 0x1000_0000, &[3]), END];
    both(mixed.join("\n"), "7 bytes");
    // A header of any bytes, not text.
    let header = crate::srec::record(0, 0, &(0..200).map(|n| n ^ 0x80).collect::<Vec<u8>>());
    let text = [&*header, A, B, END].join("\n");
    both(&text, "8 bytes");
    assert_eq!(Srec::parse(text.as_bytes()).unwrap().header().unwrap().len(), 200);
    // Ctrl-Z and NUL bytes at the end.
    both(format!("{A}\n{B}\n{END}\n\u{1A}"), "8 bytes");
    both(format!("{A}\n{B}\n{END}\u{1A}\0\0"), "8 bytes");
    // The two ends of what there is.
    both(format!("S3060000000001F8\nS306FFFFFFFF02FB\n{END}\n"), "2 bytes");
}

const COUNT_1: &str = "S5030001FB";

#[test]
fn marks_and_types() {
    let file = |first: &str| format!("{first}\n{B}\n{END}\n");
    case(
        file("s107100001020304DE"),
        "line 1, column 1: found `s`, expected `S`: most tools do not read such records; lenient reading does",
        "8 bytes",
    );
    case(
        format!("{A}\nS4030000FC\n{END}"),
        "line 2, column 2: record type `S4`, expected S0 to S3 or S5 to S9",
        "4 bytes",
    );
    case(
        format!("{A}\nSA030000FC\n{END}"),
        "line 2, column 2: record type `SA`, expected S0 to S3 or S5 to S9",
        "4 bytes",
    );
    both(format!("{A}\nSA030000FD\n{END}"), "line 2, column 2: record type `SA`, expected S0 to S3 or S5 to S9");
    both(format!("{A}\nS:030000FC\n{END}"), "line 2, column 2: record type `S:`, expected S0 to S3 or S5 to S9");
    both(
        format!("\u{FEFF}{A}\n{END}"),
        "line 1, column 1: found a UTF-8 byte order mark, expected `S`: save the file without one",
    );
    both(
        format!("{A}\n {B}\n{END}"),
        "line 2, column 1: a blank in front of the record: one tool leaves such records out, so take it away",
    );
    both(format!("{A}\nX{B}\n{END}"), "line 2, column 1: found `X`, expected `S`");
    // A small `s` begins a record where a record follows.
    both(format!("{A}\nsomething\n{END}"), "line 2, column 1: found `s`, expected `S`");
    both(
        format!("{A}\ns10710040506\n{END}"),
        "line 2, column 3: the record says that 7 bytes follow its count, and 4 do",
    );
    case(
        format!("{A}\ns107100405060708CAx\n{END}"),
        "line 2, column 1: found `s`, expected `S`: most tools do not read such records; lenient reading does",
        "line 2, column 19: found `x` behind the record, expected the end of the line",
    );
    case(
        format!("; text\n{A}\n{END}"),
        "line 1, column 1: this is text that begins with a comment, which lenient reading accepts, not a Motorola S-record file",
        "4 bytes",
    );
    case(format!("{A}\n// b\n{END}"), "line 2, column 1: found `/`, expected `S`", "4 bytes");
    case(
        format!("$$ file.srec\r\n  main $1000\r\n  _start $1000\r\n$$ \r\n{A}\r\n{END}"),
        "line 1, column 1: found a line of symbols, as those of objcopy's `symbolsrec`: write the file as `srec`; lenient reading accepts it",
        "4 bytes",
    );
    both(":00000001FF\n", "line 1, column 1: this is an Intel HEX file, not a Motorola S-record file");
    both("\x7FELF\x01", "line 1, column 1: this is an ELF file, not a Motorola S-record file");
    both("@F000\n31\nq\n", "line 1, column 1: this is a TI-TXT or Verilog memory file, not a Motorola S-record file");
    let hex = Hex::parse(A.as_bytes()).unwrap_err();
    assert_eq!(hex.to_string(), "line 1, column 1: this is a Motorola S-record file, not Intel HEX");
}

#[test]
fn digits_counts_and_sums() {
    let file = |first: &str| format!("{first}\n{B}\n{END}\n");
    both(file("S107100001020304DF"), "line 1, column 17: record sum is 0xDF, expected 0xDE");
    both(file("S00600004844521C"), "line 1, column 15: record sum is 0x1C, expected 0x1B");
    both(file("S1071000010203G4DE"), "line 1, column 15: found `G`, expected a hexadecimal digit");
    both(file("S107100001020304"), "line 1, column 3: the record says that 7 bytes follow its count, and 6 do");
    both(file("S108100001020304DE"), "line 1, column 3: the record says that 8 bytes follow its count, and 7 do");
    both(file("S106100001020304DF"), "line 1, column 3: the record says that 6 bytes follow its count, and 7 do");
    both(
        file("S107100001020304DE9"),
        "line 1, column 19: the record has 17 digits behind its type, expected two for each byte",
    );
    both(file("S107100001020304DE99"), "line 1, column 3: the record says that 7 bytes follow its count, and 8 do");
    both(
        file("S10710000102030"),
        "line 1, column 16: the record has 13 digits behind its type, expected two for each byte",
    );
    both(
        file("S10210ED"),
        "line 1, column 3: an S1 record of 2 bytes, expected 3 or more: 2 of the address and the record sum",
    );
    both(file("S100FF"), "line 1, column 3: the record says that 0 bytes follow its count, and 1 do");
    both(
        file("S100"),
        "line 1, column 3: an S1 record of 0 bytes, expected 3 or more: 2 of the address and the record sum",
    );
    both(file("S1"), "line 1, column 3: the record has 0 digits behind its type, expected two for each byte");
    both(
        format!("{A}\nS10710040506"),
        "line 2, column 13: the file ends in the middle of a record, 10 of 16 digits are there: it was cut off",
    );
    both(format!("{A}\nS107100405060708CB"), "line 2, column 17: record sum is 0xCB, expected 0xCA");
    both(format!("{A}\nS9030000FD\n"), "line 2, column 9: record sum is 0xFD, expected 0xFC");
    both(
        format!("{A}\nS1"),
        "line 2, column 3: the file ends in the middle of a record, 0 of 8 digits are there: it was cut off",
    );
    both(
        format!("{A}\nS"),
        "line 2, column 2: the file ends in the middle of a record, 0 of 8 digits are there: it was cut off",
    );
    both(format!("{A}\nS904000001FA\n"), "line 2, column 1: an S9 record with 1 data bytes, expected none");
    both(format!("{A}\nS504000100FA\n{END}"), "line 2, column 1: an S5 record with 1 data bytes, expected none");
    both(
        format!("{A}\nS704000000FB\n"),
        "line 2, column 3: an S7 record of 4 bytes, expected 5 or more: 4 of the address and the record sum",
    );
}

#[test]
fn around_records() {
    case(
        format!("{A} \n{END}"),
        "line 1, column 19: found ` ` behind the record, expected the end of the line",
        "4 bytes",
    );
    case(
        format!("{A} ; one\n{END}"),
        "line 1, column 19: found ` ` behind the record, expected the end of the line",
        "4 bytes",
    );
    both(format!("{A}; one\n{END}"), "line 1, column 19: found `;` behind the record, expected the end of the line");
    case(format!("{A}\n  \n{END}"), "line 2, column 1: found ` `, expected `S`", "4 bytes");
    both(
        format!("{A}{B}\n{END}"),
        "line 1, column 19: a second record in the line, which some tools leave out: put it in a line of its own",
    );
    both(
        format!("{A} x1234567890 {B}\n{END}"),
        "line 1, column 32: a second record in the line, which some tools leave out: put it in a line of its own",
    );
    both(
        format!("{A} {B}\n{END}"),
        "line 1, column 20: a second record in the line, which some tools leave out: put it in a line of its own",
    );
}

#[test]
fn ends() {
    let none =
        "line 3, column 1: no record that ends the file (S7, S8 or S9, as `S9030000FC`): it may have been cut off";
    case(format!("{A}\n{B}\n"), none, "8 bytes");
    case(
        format!("{A}\n{B}\nS5030003F9\n{END}"),
        "line 3, column 1: the S5 record counts 3 data records, and 2 stand before it: was the file cut, or put together?",
        "8 bytes",
    );
    case(
        format!("{A}\n{END}\nS9031000EC"),
        "line 3, column 1: start address 0x00001000, but line 2 says 0x00000000",
        "4 bytes",
    );
    let after = "line 3, column 1: found a record after the one that ends the file, which some tools read and some do not; were two files put together?";
    both(format!("{A}\n{END}\n{B}"), after);
    both(format!("{A}\n{END}\nS0030000FC"), after);
    both(format!("{A}\n{END}\nS107100405060708CB"), after);
    case(
        format!("{A}\n{END}\ntext\n"),
        "line 3, column 1: found text after the record that ends the file, expected nothing",
        "4 bytes",
    );
    case(
        format!("{A}\n{END} text\n"),
        "line 2, column 11: found text after the record that ends the file, expected nothing",
        "4 bytes",
    );
    both(format!("{A}\n{END}1\n"), "line 2, column 11: found `1` behind the record, expected the end of the line");
    case(
        "",
        "line 1, column 1: the file is empty, expected at least a data record and the record that ends the file, as `S9030000FC`",
        "line 1, column 1: the file is empty, expected at least a data record and the record that ends the file, as `S9030000FC`",
    );
    for blank in ["\n", "\r\n", " \t", " \r\n\t\n"] {
        both(
            blank,
            "line 1, column 1: the file is empty, expected at least a data record and the record that ends the file, as `S9030000FC`",
        );
    }
    case(END, "line 1, column 1: the file has no data: no S1, S2 or S3 record holds any", "0 bytes");
    case(
        format!("S0030000FC\n{END}"),
        "line 2, column 1: the file has no data: no S1, S2 or S3 record holds any",
        "0 bytes",
    );
    case(
        "S1031000EC\nS5030001FB\nS9030000FC",
        "line 3, column 1: the file has no data: no S1, S2 or S3 record holds any",
        "0 bytes",
    );
}

#[test]
fn addresses() {
    let past = |reach: &str, kind: u8, at: &str| {
        format!("line 1, column 1: 2 data bytes from {at} pass the end of the {reach} that S{kind} records address")
    };
    let file = |kind: u8, address: u32| crate::srec::record(kind, address, &[1, 2]) + "\n" + END;
    both(file(1, 0xFFFE), "2 bytes");
    both(file(1, 0xFFFF), &past("64 KiB", 1, "0x0000FFFF"));
    both(file(2, 0xFFFF), "2 bytes");
    both(file(2, 0xFF_FFFF), &past("16 MiB", 2, "0x00FFFFFF"));
    both(file(3, 0xFF_FFFF), "2 bytes");
    both(file(3, 0xFFFF_FFFF), &past("4 GiB", 3, "0xFFFFFFFF"));
    case(
        format!("{A}\nS10510020304E1\n{END}"),
        "line 2, column 1: data for 0x00001002 again, first given in line 1; both say the same, which lenient reading accepts",
        "4 bytes",
    );
    let differs = ", first given in line 1, and it says something else: 0x00001003 is 0x05 here and 0x04 there";
    case(
        format!("{A}\nS10510020305E0\n{END}"),
        &format!("line 2, column 1: data for 0x00001002 again{differs}"),
        &format!("line 2, column 1: data for 0x00001003 again{differs}"),
    );
}

/// What is read ahead, up to the last record of each width.
#[test]
fn up_to_the_end_of_a_width() {
    for (kind, end) in [(1_u8, 1_u64 << 16), (2, 1 << 24), (3, 1 << 32)] {
        for len in [1_usize, 3, 16, 32, 64, 70, 71] {
            for past in [0, 1] {
                if len == 1 && past == 1 {
                    continue;
                }
                let count = 40_u64.min(end / len as u64);
                let start = end - count * len as u64 + past;
                let data = crate::noise(len as u64, len);
                let mut text = String::new();
                for n in 0..count {
                    text += &(crate::srec::record(kind, (start + n * len as u64) as u32, &data) + "\n");
                }
                let srec = (text + END + "\n").into_bytes();
                let found = Srec::parse(&srec);
                assert_eq!(found.is_ok(), past == 0, "S{kind} of {len}: {found:?}");
                assert_eq!(found.err().map(|error| error.line()), (past == 1).then_some(40), "S{kind} of {len}");
            }
        }
    }
}

#[test]
fn what_is_unusual_is_told() {
    use crate::srec::record;
    let lower = record(2, 0x1030, &[5, 0xAB]).to_lowercase().replace('s', "S");
    let small = record(1, 0x1041, &[1]).replace('S', "s");
    let lines = [
        "",
        &(record(1, 0x1020, &[0xFF, 0xCC]) + "\r"),
        A,
        &record(0, 0x1234, b"HDR"),
        &lower,
        &record(1, 0x1040, &[]),
        &(small + " ; t"),
        "# c",
        "$$ f",
        "  a $1",
        "$$",
        "S4030000FC",
        " ",
        A,
        COUNT_1,
        &record(8, 0x1000, &[]),
        &record(5, 8, &[]),
        &record(9, 0x1001, &[]),
        &record(9, 0x1001, &[]),
        "\u{1A}x",
    ];
    assert_eq!(
        told(lines.join("\n").as_bytes()),
        [
            "line 1, column 1: a blank line",
            "line 2, column 15: the line ends in CR LF, the first one in LF",
            "line 3, column 1: the record for 0x00001000 comes after one at a higher address",
            "line 4, column 1: a header record (S0) that is not the first record",
            "line 4, column 5: the header record has address 0x1234, by custom it is 0x0000",
            "line 5, column 13: digits of the other letter case than before",
            "line 5, column 1: an S2 record, where the first data record is S1",
            "line 6, column 1: a data record without data",
            "line 7, column 1: the record begins with a small `s`, which most tools do not read",
            "line 7, column 13: text behind the record",
            "line 8, column 1: a comment",
            "line 9, column 1: a line of symbols, kept and not read",
            "line 10, column 1: a line of symbols, kept and not read",
            "line 11, column 1: a line of symbols, kept and not read",
            "line 12, column 1: record type `S4`, kept and not looked at",
            "line 13, column 1: a line of nothing but blanks",
            "line 14, column 1: the record for 0x00001000 comes after one at a higher address",
            "line 14, column 1: data for 0x00001000 again, the same as elsewhere",
            "line 15, column 1: the S5 record counts 1 data records, and 6 stand before it",
            "line 16, column 1: the file ends in S8, where its first data record is S1",
            "line 20, column 1: Ctrl-Z or NUL bytes after the record that ends the file",
            "line 17, column 1: the S5 record counts 8 data records, and 6 stand before it",
            "line 18, column 1: start address 0x00001001, before 0x00001000; the last one counts",
            "line 19, column 1: an S9 record after the one that ends the file",
            "line 20, column 2: text after the record that ends the file, kept and not read",
        ]
    );
    assert_eq!(
        told(format!("{A}\r{END}").as_bytes()),
        [
            "line 1, column 19: lines end in CR alone; several tools read no byte of such a file, and say nothing",
            "line 2, column 11: no line end after the record that ends the file",
        ]
    );
    assert_eq!(
        told(b"S0030000FC  \n"),
        [
            "line 1, column 11: blanks behind the record",
            "line 2, column 1: the file has no data",
            "line 2, column 1: no record that ends the file (S7, S8 or S9): it may have been cut off",
        ]
    );
    assert_eq!(
        told(format!("{A}\n{A}\n{END}\n").as_bytes()),
        ["line 2, column 1: data for 0x00001000 again, the same as elsewhere"]
    );
    let text = format!("{A}\nS4030000FC\nS4030000FC\n{END}\n");
    let srec = Srec::parse_with(text.as_bytes(), &Options::lenient()).unwrap();
    assert_eq!((srec.unread(), format!("{srec:?}")), (2, "[0x00001000..0x00001004]".to_owned()));
    assert!(format!("{:?}", srec.diagnostics()).starts_with("[Located { line: 2, column: 1, kind: Opaque"));
    let plain = format!("S0030000FC\r\n{A}\r\n{B}\r\n{COUNT}\r\n{END}\r\n");
    assert_eq!(told(plain.as_bytes()), Vec::<String>::new());
}

/// One thing that is unusual, in a file that is plain otherwise: it is told, whatever was read before it.
#[test]
fn what_alone_is_unusual_is_told() {
    const HEAD: &str = "S0030000FC";
    for (text, expected) in [
        (format!("\n{HEAD}\n{A}\n{END}\n"), "line 1, column 1: a blank line"),
        (format!("{A}\n{HEAD}\n{END}\n"), "line 2, column 1: a header record (S0) that is not the first record"),
        (
            format!("S0061234484452D5\n{A}\n{END}\n"),
            "line 1, column 5: the header record has address 0x1234, by custom it is 0x0000",
        ),
        (format!("{A}\n{B}\r\n{END}\n"), "line 2, column 19: the line ends in CR LF, the first one in LF"),
        (
            format!("{A}\r{B}\r{END}\r"),
            "line 1, column 19: lines end in CR alone; several tools read no byte of such a file, and say nothing",
        ),
        (format!("{A}\nS804000000FB\n"), "line 2, column 1: the file ends in S8, where its first data record is S1"),
        (format!("{A}\n{END}"), "line 2, column 11: no line end after the record that ends the file"),
        (format!("{A}\n{END}\n \n"), "line 3, column 1: blanks behind the record"),
        (format!("{A}\n{END}  \n"), "line 2, column 11: blanks behind the record"),
        (format!("{A}\n{END} x\n"), "line 2, column 11: text behind the record"),
        (format!("{A}\n{END}x\n"), "line 2, column 11: text after the record that ends the file, kept and not read"),
        (format!("{A}\n{END}\n x\n"), "line 3, column 1: text after the record that ends the file, kept and not read"),
    ] {
        assert_eq!(told(text.as_bytes()), [expected], "{text:?}");
    }
    both(
        format!("{A}\n{END}x{B}\n"),
        "line 2, column 11: found a record after the one that ends the file, which some tools read and some do not; were two files put together?",
    );
}

/// What a record with a small `s` holds, of each width.
#[test]
fn bytes_of_small_records() {
    for (kind, address) in [(1, 0x1234), (2, 0x12_3456), (3, 0x1234_5678)] {
        let text = crate::srec::record(kind, address, &[1, 2, 3, 4, 5]).replace('S', "s") + "\n" + END;
        let srec = Srec::parse_with(text.as_bytes(), &Options::lenient()).unwrap();
        let memory = visited(&srec, Span::new(0, u64::MAX).unwrap());
        assert_eq!(memory, (0..5).map(|n| (u64::from(address) + n, n as u8 + 1)).collect::<crate::Memory>());
    }
}

/// A count that is none, where what it would say is there.
#[test]
fn counts_of_no_digits() {
    let record = crate::srec::record(1, 0, &[7; 252]);
    both(format!("{record}\n{END}"), "252 bytes");
    for (count, at, found) in [("GF", 3, 'G'), ("FG", 4, 'G'), ("GG", 3, 'G'), ("//", 3, '/')] {
        let text = format!("S1{count}{}\n{END}", &record[4..]);
        both(text, &format!("line 1, column {at}: found `{found}`, expected a hexadecimal digit"));
    }
}

/// Each kind of leniency reads its own file, and none of the others.
#[test]
fn tolerances_one_by_one() {
    let files = [
        (Tolerance::NoEof, format!("{A}\n")),
        (Tolerance::AfterEof, format!("{A}\n{END}\ntext\n")),
        (Tolerance::Comments, format!("{A}\n# c\n{END}\n")),
        (Tolerance::Blanks, format!("{A} \n{END}\n")),
        (Tolerance::TextBehind, format!("{A} t\n{END}\n")),
        (Tolerance::Starts, format!("{A}\n{END}\nS9031000EC\n")),
        (Tolerance::Types, format!("{A}\nS4030000FC\n{END}\n")),
        (Tolerance::Copies, format!("{A}\n{A}\n{END}\n")),
        (Tolerance::NoData, format!("{END}\n")),
        (Tolerance::Counts, format!("{A}\n{COUNT}\n{END}\n")),
        (Tolerance::SmallS, format!("{}\n{END}\n", A.replace('S', "s"))),
        (Tolerance::Symbols, format!("$$ f\n  a $1\n$$ \n{A}\n{END}\n")),
    ];
    for (kind, text) in &files {
        for other in Tolerance::ALL {
            let read = Srec::parse_with(text.as_bytes(), &Options::strict().tolerate(other));
            assert_eq!(read.is_ok(), other == *kind, "{kind:?} by {other:?}: {read:?}");
            if let Ok(srec) = read {
                let told: Vec<_> = srec.tolerated().filter_map(|found| found.kind().tolerance()).collect();
                assert!(!told.is_empty() && told.iter().all(|told| told == kind), "{kind:?}: {told:?}");
            }
        }
    }
}

#[test]
fn limits() {
    let text = format!("{A}\n{B}\nS10410102AB1\n{END}\n");
    let read = |text_len, runs| {
        let options = Options::strict().limits(Limits { text: text_len, runs });
        Srec::parse_with(text.as_bytes(), &options).map(|_| ()).map_err(|error| error.to_string())
    };
    let len = text.len() as u32;
    assert_eq!(read(len, 2), Ok(()));
    assert_eq!(
        read(len - 1, 2),
        Err(format!("line 1, column 1: the text has {len} bytes, more than the limit of {}", len - 1))
    );
    assert_eq!(
        read(len, 1),
        Err("line 3, column 1: the data lies in more than 1 pieces, which is the limit".to_owned())
    );
}
