//! Intel HEX files that readers disagree about, and what each of them says here.
//!
//! Standard library only: the stage `hex_cases` reads these files, and the program in `peers` hands
//! them to other readers. What memory is expected is written down, never computed by a reader.

/// One file.
pub(crate) struct Case {
    /// Short, and the same for ever.
    pub(crate) name: &'static str,
    /// All of the file.
    pub(crate) text: Vec<u8>,
    /// What strict reading makes of it.
    pub(crate) strict: Verdict,
    /// What lenient reading makes of it.
    pub(crate) lenient: Verdict,
}

/// What reading makes of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Segments that do not touch, in the order of their addresses.
    Memory(Vec<(u64, Vec<u8>)>),
    /// Refused; a part of the message.
    Refused(&'static str),
}

/// All of them, in the order of the page that is made of them.
pub(crate) fn cases() -> Vec<Case> {
    let groups = [
        line_ends,
        blanks,
        comments,
        beside,
        first_bytes,
        after_eof,
        eof,
        bases,
        starts,
        types,
        data,
        overlaps,
        damage,
    ];
    groups.into_iter().flat_map(|group| group()).collect()
}

/// A line of these bytes and their sum.
fn line(bytes: &[u8]) -> String {
    let sum = bytes.iter().fold(0_u8, |sum, byte| sum.wrapping_sub(*byte));
    let digits: Vec<String> = bytes.iter().chain([&sum]).map(|byte| format!("{byte:02X}")).collect();
    format!(":{}", digits.concat())
}

/// A record whose length field and sum are right.
fn record(kind: u8, address: u16, data: &[u8]) -> String {
    let [high, low] = address.to_be_bytes();
    let len = u8::try_from(data.len()).unwrap_or_else(|_| unreachable!("no record has so many bytes"));
    line(&[&[len, high, low, kind], data].concat())
}

/// The same record with another last digit.
fn wrong_sum(record: &str) -> String {
    let (head, last) = record.split_at(record.len() - 1);
    format!("{head}{}", if last == "0" { '1' } else { '0' })
}

/// Each line with its end, and the end-of-file record.
fn file<const N: usize>(lines: [String; N]) -> String {
    lines.into_iter().chain([record(1, 0, &[])]).map(|line| line + "\n").collect()
}

/// The two data records and the end-of-file record that most files here have.
fn usual() -> [String; 3] {
    [record(0, 0x0100, &[0x1A, 0x2B, 0x3C, 0x4D]), record(0, 0x0104, &[0x5E, 0x6F, 0x70, 0x81]), record(1, 0, &[])]
}

/// What those say.
fn plain() -> Verdict {
    memory(&[(0x0100, &[0x1A, 0x2B, 0x3C, 0x4D, 0x5E, 0x6F, 0x70, 0x81])])
}

/// The usual file with `line` between its two data records.
fn with(line: &str) -> String {
    let [a, b, end] = usual();
    format!("{a}\n{line}\n{b}\n{end}\n")
}

fn memory(segments: &[(u64, &[u8])]) -> Verdict {
    Verdict::Memory(segments.iter().map(|(address, bytes)| (*address, bytes.to_vec())).collect())
}

fn refused(part: &'static str) -> Verdict {
    Verdict::Refused(part)
}

fn case(name: &'static str, text: impl AsRef<[u8]>, strict: Verdict, lenient: Verdict) -> Case {
    Case { name, text: text.as_ref().to_vec(), strict, lenient }
}

/// Strict and lenient reading agree.
fn both(name: &'static str, text: impl AsRef<[u8]>, verdict: Verdict) -> Case {
    case(name, text, verdict.clone(), verdict)
}

/// Lenient reading only, and it reads the usual memory.
fn tolerated(name: &'static str, text: impl AsRef<[u8]>, strict: &'static str) -> Case {
    case(name, text, refused(strict), plain())
}

fn line_ends() -> Vec<Case> {
    let [a, b, end] = usual();
    let mixed_case = format!("{}\n{b}\n{end}\n", a.replace('A', "a"));
    vec![
        both("line-ends-lf", format!("{a}\n{b}\n{end}\n"), plain()),
        both("line-ends-crlf", format!("{a}\r\n{b}\r\n{end}\r\n"), plain()),
        both("line-ends-cr", format!("{a}\r{b}\r{end}\r"), plain()),
        both("line-ends-mixed", format!("{a}\r\n{b}\n{end}\r\n"), plain()),
        both("line-ends-mixed-with-cr", format!("{a}\r{b}\r\n{end}\n"), plain()),
        both("line-end-missing-at-end", format!("{a}\n{b}\n{end}"), plain()),
        both("lower-case", format!("{a}\n{b}\n{end}\n").to_lowercase(), plain()),
        both("mixed-case", mixed_case, plain()),
    ]
}

fn blanks() -> Vec<Case> {
    let [a, b, end] = usual();
    vec![
        both("blank-line-inside", with(""), plain()),
        both("blank-lines-leading", format!("\n\r\n{a}\n{b}\n{end}\n"), plain()),
        both("blank-lines-after-eof", format!("{a}\n{b}\n{end}\n\n\r\n"), plain()),
        tolerated("blank-line-of-spaces", with("  "), "found ` `, expected `:`"),
        tolerated("space-leading", format!("{a}\n {b}\n{end}\n"), "found ` `, expected `:`"),
        tolerated("space-trailing", format!("{a} \n{b}\n{end}\n"), "found ` `, expected a hexadecimal digit"),
        tolerated("space-trailing-crlf", format!("{a} \r\n{b}\r\n{end}\r\n"), "expected a hexadecimal digit"),
        tolerated("tab-leading", format!("{a}\n\t{b}\n{end}\n"), "expected `:`"),
        tolerated("tab-trailing", format!("{a}\n{b}\t\n{end}\n"), "expected a hexadecimal digit"),
        tolerated("form-feed-leading", format!("{a}\n\u{C}{b}\n{end}\n"), "expected `:`"),
        both(
            "space-inside-record",
            format!("{a}\n{} {}\n{end}\n", &b[..13], &b[13..]),
            refused("found ` `, expected a hexadecimal digit"),
        ),
    ]
}

fn comments() -> Vec<Case> {
    let [a, b, end] = usual();
    let bytes = |comment: &[u8]| [comment, b"\n", format!("{a}\n{b}\n{end}\n").as_bytes()].concat();
    let used = format!(";{}", &record(0, 0x0200, &[0x0C, 0x34])[1..]);
    let used_with_colon = format!(";{}", record(0, 0x0200, &[0x0C, 0x34]));
    vec![
        tolerated("comment-semicolon", with("; build 7"), "found `;`, expected `:`"),
        tolerated("comment-first-line", format!("; build 7\n{a}\n{b}\n{end}\n"), "begins with a comment"),
        tolerated("comment-slashes", with("// build 7"), "found `/`, expected `:`"),
        tolerated("comment-hash", with("# build 7"), "found `#`, expected `:`"),
        tolerated("comment-indented", with("  ; build 7"), "found ` `, expected `:`"),
        tolerated("comment-latin-1", bytes(b"; R\xFCckseite"), "begins with a comment"),
        tolerated("comment-nul", bytes(b"; build\x007"), "begins with a comment"),
        tolerated("comment-with-some-digits", with("; 20240131"), "found `;`, expected `:`"),
        case("comments-only", "; nothing\n", refused("begins with a comment"), refused("no end-of-file record")),
        both("sqtp-used-number", with(&used), refused("a used number of an SQTP file")),
        both("sqtp-used-number-with-colon", with(&used_with_colon), refused("a used number of an SQTP file")),
    ]
}

/// Text in front of a record and behind it.
fn beside() -> Vec<Case> {
    let [a, b, end] = usual();
    let latin_1 = [a.as_bytes(), b" \xB5C\n", format!("{b}\n{end}\n").as_bytes()].concat();
    vec![
        tolerated("text-after-sum", format!("{a} ; vectors\n{b}\n{end}\n"), "found ` `, expected a hexadecimal digit"),
        tolerated("text-after-sum-at-once", format!("{a};vectors\n{b}\n{end}\n"), "expected a hexadecimal digit"),
        tolerated("text-after-eof-sum", format!("{a}\n{b}\n{end} end\n"), "text after the end-of-file record"),
        both(
            "text-after-sum-with-colon",
            format!("{a} at 10:30\n{b}\n{end}\n"),
            refused("expected a hexadecimal digit"),
        ),
        both("digits-after-sum", format!("{a}ABCD\n{b}\n{end}\n"), refused("says 4 data bytes and holds 6")),
        both("two-records-one-line", format!("{a}{b}\n{end}\n"), refused("found `:`, expected a hexadecimal digit")),
        both("junk-before-colon", format!("{a}\nxy{b}\n{end}\n"), refused("found `x`, expected `:`")),
        both("junk-line", with("hello"), refused("found `h`, expected `:`")),
        tolerated("text-after-sum-latin-1", latin_1, "expected a hexadecimal digit"),
        both("fullwidth-colon", format!("{a}\n{}\n{end}\n", b.replace(':', "\u{FF1A}")), refused("expected `:`")),
    ]
}

fn first_bytes() -> Vec<Case> {
    let [a, b, end] = usual();
    let text = format!("{a}\n{b}\n{end}\n");
    let utf_16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    vec![
        tolerated("bom-line-1", format!("\u{FEFF}{text}"), "byte order mark"),
        both("bom-line-2", format!("{a}\n\u{FEFF}{b}\n{end}\n"), refused("byte order mark")),
        both("utf-16", [&[0xFF, 0xFE], utf_16.as_slice()].concat(), refused("UTF-16")),
        both("s-record-file", "S107010001020304ED\nS9030000FC\n", refused("a Motorola S-record file")),
        both("web-page", "<!DOCTYPE html>\n<title>404</title>\n", refused("an HTML or XML page")),
        both("empty", "", refused("the file is empty")),
        both("newline-only", "\n", refused("the file is empty")),
    ]
}

fn after_eof() -> Vec<Case> {
    let [a, b, end] = usual();
    let text = format!("{a}\n{b}\n{end}\n");
    let more = record(0, 0x0200, &[0xAA]);
    vec![
        tolerated("after-eof-data", format!("{text}{more}\n"), "found a record after the end-of-file record"),
        tolerated("after-eof-second-file", format!("{text}{more}\n{end}\n"), "a record after the end-of-file record"),
        both("after-eof-comments", format!("{text};PIC18F4550\n;CRC=6C2F  CREATED=\"01-Jan-12\"\n"), plain()),
        tolerated("after-eof-comment-with-blanks", format!("{text}  ; end\n"), "text after the end-of-file record"),
        tolerated("after-eof-comment-at-once", format!("{a}\n{b}\n{end};end\n"), "text after the end-of-file record"),
        tolerated("after-eof-used-number", format!("{text};{}\n", &more[1..]), "a used number of an SQTP file"),
        tolerated("after-eof-text", format!("{text}made by hand\n"), "text after the end-of-file record"),
        both("after-eof-ctrl-z", format!("{text}\u{1A}"), plain()),
        both("after-eof-nul-padding", format!("{text}{}", "\0".repeat(64)), plain()),
    ]
}

fn eof() -> Vec<Case> {
    let [a, b, end] = usual();
    let missing = "no end-of-file record";
    vec![
        tolerated("eof-missing", format!("{a}\n{b}\n"), missing),
        tolerated("eof-missing-no-line-end", format!("{a}\n{b}"), missing),
        both("eof-with-address", format!("{a}\n{b}\n{}\n", record(1, 0x1234, &[])), plain()),
        both("eof-with-payload", format!("{a}\n{b}\n{}\n", record(1, 0, &[0])), refused("type 0x01 with 1 data bytes")),
        case("eof-only", format!("{end}\n"), refused("no data, only the end-of-file record"), memory(&[])),
        case("eof-then-data", format!("{end}\n{a}\n"), refused("a record after the end-of-file record"), memory(&[])),
        case("start-only", file([record(5, 0, &[8, 0, 0, 0])]), refused("no data, only records of base"), memory(&[])),
        case("base-only", file([record(4, 0, &[8, 0])]), refused("no data, only records of base"), memory(&[])),
        case("zero-length-data-only", file([record(0, 0, &[])]), refused("no data, only records"), memory(&[])),
    ]
}

fn bases() -> Vec<Case> {
    let base = |kind, number: u16| record(kind, 0, &number.to_be_bytes());
    let one = |address, byte| record(0, address, &[byte]);
    let four = |address| record(0, address, &[1, 2, 3, 4]);
    let past = "pass the end of their 64 KiB block";
    let go_on = |address| memory(&[(address, &[1, 2, 3, 4])]);
    let ends: &[(u64, &[u8])] = &[(0, &[1]), (0xFFFF_FFFF, &[2])];
    let with_address = [file([record(2, 1, &[0x10, 0]), one(0, 7)]), file([record(4, 0x1234, &[8, 0]), one(0, 7)])];
    vec![
        both("type02", file([base(2, 0x1000), four(0)]), go_on(0x1_0000)),
        both("type02-highest-byte", file([base(2, 0xFFFF), one(0xFFFF, 7)]), memory(&[(0x10_FFEF, &[7])])),
        both("type02-crosses-64k", file([base(2, 0x1000), four(0xFFFE)]), refused(past)),
        both("type04", file([base(4, 0x0800), four(0)]), go_on(0x0800_0000)),
        both("type04-crosses-64k", file([base(4, 0x0800), four(0xFFFE)]), go_on(0x0800_FFFE)),
        both(
            "type04-crosses-64k-and-the-next-goes-on",
            file([base(4, 0x0800), four(0xFFFE), base(4, 0x0801), one(2, 5)]),
            memory(&[(0x0800_FFFE, &[1, 2, 3, 4, 5])]),
        ),
        both("no-base-crosses-64k", file([four(0xFFFE)]), go_on(0xFFFE)),
        both("ends-at-64k", file([four(0xFFFC)]), go_on(0xFFFC)),
        both("ends-at-4g", file([base(4, 0xFFFF), four(0xFFFC)]), go_on(0xFFFF_FFFC)),
        both("crosses-4g", file([base(4, 0xFFFF), four(0xFFFE)]), refused("pass the end of")),
        both("first-and-last-byte-of-4g", file([one(0, 1), base(4, 0xFFFF), one(0xFFFF, 2)]), memory(ends)),
        both("type02-then-04", file([base(2, 0x1000), base(4, 0x0800), four(0)]), go_on(0x0800_0000)),
        both("type04-then-02", file([base(4, 0x0800), base(2, 0x1000), four(0)]), go_on(0x1_0000)),
        both(
            "type04-then-02-data-under-both",
            file([base(4, 0x0800), one(0, 7), base(2, 0x1000), one(0, 8)]),
            memory(&[(0x1_0000, &[8]), (0x0800_0000, &[7])]),
        ),
        both(
            "base-backwards",
            file([base(4, 0x0801), one(0, 7), base(4, 0x0800), one(0, 8)]),
            memory(&[(0x0800_0000, &[8]), (0x0801_0000, &[7])]),
        ),
        both(
            "base-repeated",
            file([base(4, 0x0800), one(0, 7), base(4, 0x0800), one(1, 8)]),
            memory(&[(0x0800_0000, &[7, 8])]),
        ),
        both("type02-length-1", file([record(2, 0, &[0x10]), one(0, 7)]), refused("type 0x02 with 1 data bytes")),
        both("type02-length-3", file([record(2, 0, &[0, 0x10, 0]), one(0, 7)]), refused("type 0x02 with 3 data bytes")),
        both("type04-length-0", file([record(4, 0, &[]), one(0, 7)]), refused("type 0x04 with 0 data bytes")),
        both("type04-length-1", file([record(4, 0, &[1]), one(0, 7)]), refused("type 0x04 with 1 data bytes")),
        both("type04-length-4", file([record(4, 0, &[0, 0, 8, 0]), one(0, 7)]), refused("type 0x04 with 4 data bytes")),
        case("type02-with-address", &with_address[0], refused("address field 0x0001"), memory(&[(0x1_0000, &[7])])),
        case("type04-with-address", &with_address[1], refused("address field 0x1234"), memory(&[(0x0800_0000, &[7])])),
    ]
}

fn starts() -> Vec<Case> {
    let segment = |ip: u8| record(3, 0, &[0x12, 0x34, 0x56, ip]);
    let linear = |low: u8| record(5, 0, &[0x08, 0, 0, low]);
    let two = |one: String, other: String| with(&format!("{one}\n{other}"));
    let differs = "start address";
    vec![
        both("start-03", with(&segment(0x78)), plain()),
        both("start-05", with(&linear(1)), plain()),
        both("start-03-and-05", with(&format!("{}\n{}", segment(0x78), linear(1))), plain()),
        both("start-03-twice-equal", two(segment(0x78), segment(0x78)), plain()),
        both("start-05-twice-equal", two(linear(1), linear(1)), plain()),
        tolerated("start-03-twice-different", two(segment(0x78), segment(0x79)), differs),
        tolerated("start-05-twice-different", two(linear(1), linear(5)), differs),
        both("start-03-beyond-20-bits", with(&record(3, 0, &[0xFF; 4])), plain()),
        both("start-03-length-2", with(&record(3, 0, &[0x12, 0x34])), refused("type 0x03 with 2 data bytes")),
        both("start-05-length-2", with(&record(5, 0, &[0x08, 0])), refused("type 0x05 with 2 data bytes")),
        tolerated("start-03-with-address", with(&record(3, 2, &[0x12, 0x34, 0x56, 0x78])), "address field 0x0002"),
        tolerated("start-05-with-address", with(&record(5, 2, &[0x08, 0, 0, 1])), "address field 0x0002"),
    ]
}

/// Types that are not of Intel HEX.
fn types() -> Vec<Case> {
    let universal = [
        record(10, 0, &[0x99, 0x00, 0xC0, 0xDE]),
        record(13, 0x0300, &[0xAA, 0xBB]),
        record(14, 0, &[0xCC]),
        record(12, 0, &[0xFF; 4]),
        record(11, 0, &[]),
    ];
    vec![
        tolerated("type06", with(&record(6, 0, &[])), "record type 0x06"),
        tolerated("type10", with(&record(0x10, 0x0200, &[0xAA])), "record type 0x10"),
        tolerated("type-ff", with(&record(0xFF, 0, &[1, 2, 3])), "record type 0xFF"),
        both("types-0a-to-0e-of-universal-hex", with(&universal.join("\n")), refused("a Universal HEX file")),
        both("type06-wrong-sum", with(&wrong_sum(&record(6, 0, &[1]))), refused("record sum is")),
    ]
}

fn data() -> Vec<Case> {
    let [a, b, end] = usual();
    let all: Vec<u8> = (0..=254).collect();
    let (even, odd) = ((0_u16..256).step_by(2), (1_u16..256).step_by(2));
    let one = |address: u16| record(0, address, &[0x5A]) + "\n";
    let bytes: String = (0..64).map(one).collect();
    let interleaved: String = even.chain(odd).map(one).collect();
    vec![
        both("zero-length-data", with(&record(0, 0x0200, &[])), plain()),
        both("record-of-255-bytes", file([record(0, 0, &all)]), memory(&[(0, &all)])),
        both("records-of-one-byte", format!("{bytes}{end}\n"), memory(&[(0, &[0x5A; 64])])),
        both("records-interleaved", format!("{interleaved}{end}\n"), memory(&[(0, &[0x5A; 256])])),
        both("records-unsorted", file([b.clone(), a.clone()]), plain()),
        both(
            "records-with-hole",
            file([a, record(0, 0x0200, &[9])]),
            memory(&[(0x0100, &[0x1A, 0x2B, 0x3C, 0x4D]), (0x0200, &[9])]),
        ),
    ]
}

fn overlaps() -> Vec<Case> {
    let [a, b, _] = usual();
    let across = record(0, 0x0102, &[0x3C, 0x4D, 0x5E]);
    let [base, same_place] = [record(2, 0, &[0, 0x10]), record(0, 4, &[0x5E, 0x6F, 0x70, 0x81])];
    let unit = |serial: u8| record(0, 0x0100, &[serial, 0x34]);
    let word = |at: u16, low: u8| record(0, at, &[0x80, low]);
    vec![
        tolerated("overlap-equal-record-twice", file([a.clone(), a.clone(), b.clone()]), "both say the same"),
        tolerated("overlap-equal-in-part", file([a.clone(), across, b.clone()]), "data for 0x00000102 again"),
        tolerated("overlap-equal-by-base", file([a.clone(), b.clone(), base, same_place]), "both say the same"),
        both("overlap-different", file([a.clone(), record(0, 0x0102, &[9, 9]), b]), refused("it says something else")),
        both("overlap-different-record-twice", file([a, record(0, 0x0100, &[9; 4])]), refused("again")),
        both("sqtp-as-firmware", file([unit(1), unit(2), unit(3)]), refused("is this an SQTP file?")),
        both(
            "configuration-word-twice",
            file([
                record(4, 0, &[0, 0x30]),
                record(0, 0, &[0x24, 0x0E, 0x1F, 0x1F, 0xFF, 0x83]),
                record(4, 0, &[0, 0]),
                record(0, 0x10, &[1, 2]),
                record(4, 0, &[0, 0x30]),
                record(0, 0, &[0x24, 0x0E, 0x1F, 0x1E, 0xFF, 0x83]),
            ]),
            refused("two different values for one configuration word"),
        ),
        both(
            "addresses-of-words",
            file([word(0, 0x80), word(1, 0x06), word(2, 0x0C)]),
            refused("look like 16-bit words"),
        ),
    ]
}

fn damage() -> Vec<Case> {
    let [a, b, end] = usual();
    let instead = |line: &str| format!("{a}\n{line}\n{end}\n");
    let base = record(4, 0, &[8, 0]);
    let six_hundred = line(&[&[0xFF, 1, 0, 0], [7; 295].as_slice()].concat());
    let not_hex = b.replace("5E", "5G");
    let not_utf_8: Vec<u8> = instead(&not_hex).bytes().map(|byte| if byte == b'G' { 0xFF } else { byte }).collect();
    vec![
        both("sum-wrong", instead(&wrong_sum(&b)), refused("record sum is")),
        both("sum-wrong-in-base", file([wrong_sum(&base), a.clone()]), refused("record sum is")),
        both("sum-wrong-in-eof", format!("{a}\n{}\n", wrong_sum(&end)), refused("record sum is 0xF0, expected 0xFF")),
        both("sum-missing", instead(&b[..b.len() - 2]), refused("says 4 data bytes and holds 3")),
        both("count-too-large", instead(&line(&[5, 1, 4, 0, 1, 2, 3, 4])), refused("says 5 data bytes and holds 4")),
        both("count-too-small", instead(&line(&[3, 1, 4, 0, 1, 2, 3, 4])), refused("says 3 data bytes and holds 4")),
        both(
            "truncated-in-record",
            format!("{a}\n{}", &b[..13]),
            refused("in the middle of a record, 12 of 18 digits"),
        ),
        both("truncated-in-header", format!("{a}\n{}", &b[..6]), refused("in the middle of a record, 5 of 18 digits")),
        both("not-hex", instead(&not_hex), refused("found `G`, expected a hexadecimal digit")),
        both("not-utf-8", not_utf_8, refused("found `\\xFF`, expected a hexadecimal digit")),
        both("odd-digits", instead(&format!("{b}0")), refused("expected two for each byte")),
        both("digit-missing", instead(&b[..b.len() - 1]), refused("expected two for each byte")),
        both("lone-colon", instead(":"), refused("ends after 0 digits")),
        both("record-of-600-digits", instead(&six_hundred), refused("says 255 data bytes and holds 295")),
    ]
}
