//! Files that are read and refused, and what is not shown of them.

use super::cell::ROUNDED;
use super::{Cell, ColumnSpec, Rows};
use crate::job::InputAs;

fn spec(name: &str, as_: InputAs, secret: bool) -> ColumnSpec {
    ColumnSpec { name: name.to_owned(), as_, bytes: Some(4), unique: secret, secret }
}

/// Without a secret, messages show what they found.
fn open_columns() -> Vec<ColumnSpec> {
    let open = |column| ColumnSpec { secret: false, ..column };
    columns().into_iter().map(open).collect()
}

fn columns() -> Vec<ColumnSpec> {
    vec![spec("key", InputAs::Hex, true), spec("label", InputAs::Text, false), spec("build", InputAs::Uint, false)]
}

#[test]
fn rows_are_found_by_number() {
    let csv = b"build,seq,key,label,ignored\r\n7,12,00112233,A,x\r\n8,3,AABBCCDD,\"B,b\",y\r\n";
    let rows = Rows::parse(csv, &columns()).unwrap();
    let row = rows.get(3).unwrap();
    assert!(matches!(row.get("key"), Some(Cell::Bytes([0xAA, 0xBB, 0xCC, 0xDD]))));
    assert!(matches!(row.get("label"), Some(Cell::Text("B,b"))));
    assert!(matches!(row.get("build"), Some(Cell::Uint(8))));
    assert!(rows.get(12).is_some() && rows.get(1).is_none() && row.get("ignored").is_none());
}

const UTF16: &str = "line 1: the file is UTF-16: save it as plain CSV";
const OPEN_QUOTE: &str = "the cell has a line end or another control character; is a quote not closed?";

#[test]
fn files_that_are_refused() {
    for (csv, expected) in [
        ("", "line 1: the file is empty, expected a header with `seq`"),
        (
            "\u{FEFF}seq,key\n",
            "line 1: the file begins with a UTF-8 byte order mark: save it as plain CSV, not as \"CSV UTF-8\"",
        ),
        ("s\0e\0q\0,\0", UTF16),
        ("\0s\0e\0q\0,", UTF16),
        (
            "seq;key;label;build\n",
            "line 1: the columns are separated by `;`, expected commas; a spreadsheet takes the list separator of the system",
        ),
        (
            "seq\tkey\tlabel\n",
            "line 1: the columns are separated by tabs, expected commas; a spreadsheet takes the list separator of the system",
        ),
        ("seq,keys,label,build\n", "line 1: no column `key`; did you mean `keys`?"),
        ("seq,Key,label,build\n", "line 1: no column `key`; did you mean `Key`?"),
        ("key,label,build\n", "line 1: no column `seq`"),
        ("seq,key,label,build,key\n", "line 1: two columns are named `key`"),
        ("00112233,00112233,a,1\n", "line 1: no column `seq`"),
    ] {
        assert_eq!(Rows::parse(csv.as_bytes(), &columns()).unwrap_err().to_string(), expected, "{csv}");
    }
    let xlsx = Rows::parse(b"PK\x03\x04\x14\0\x06\0", &columns()).unwrap_err().to_string();
    assert_eq!(xlsx, "line 1: the file is a spreadsheet (XLSX or ODS): save it as plain CSV");
    for bytes in [b"\xFF\xFEs\0", b"\xFE\xFF\0s"] {
        assert_eq!(Rows::parse(bytes, &columns()).unwrap_err().to_string(), UTF16);
    }
}

#[test]
fn texts_that_only_look_like_numbers() {
    for text in ["12E+03", "1E+3", "1e+03", "1.2.3E+04", "1E03", "E+03", "1.E+03", "#N", "1.5", "AE+03"] {
        let csv = format!("seq,label\n1,{text}\n");
        let rows = Rows::parse(csv.as_bytes(), &columns()[1..2]).unwrap();
        assert!(matches!(rows.get(1).unwrap().get("label"), Some(Cell::Text(found)) if found == text), "{text}");
    }
}

#[test]
fn rows_that_are_refused() {
    for (row, expected) in [
        ("1,00112234,a,1", "unit 1 a second time, first in line 2"),
        ("2,00112234,a", "3 cells, expected 4 as in the header"),
        ("2,00112234,a,1,", "5 cells, expected 4 as in the header"),
        ("2.0,00112234,a,1", "column `seq`: found a number with a fraction: was the column saved by a spreadsheet?"),
        ("x,00112234,a,1", "column `seq`: found `x`, expected decimal digits without zeros in front"),
        ("02,00112234,a,1", "column `seq`: found `02`, expected decimal digits without zeros in front"),
        (" 2,00112234,a,1", "column `seq`: the cell begins or ends with a space"),
        ("18446744073709551616,00112234,a,1", "column `seq`: the number has more than 64 bits"),
        ("2,112234,a,1", "column `key`: 6 digits, expected 8; did a spreadsheet drop zeros in front?"),
        ("2,001122334,a,1", "column `key`: 9 digits, expected 8"),
        ("2,1.23E+15,a,1", &format!("column `key`: {ROUNDED}")),
        ("2,\"1,23E+15\",a,1", &format!("column `key`: {ROUNDED}")),
        ("2,0011223G,a,1", "column `key`: found `0011223G`, expected hexadecimal digits only"),
        ("2,=1122334,a,1", "column `key`: found `=1122334`, expected hexadecimal digits only"),
        ("2,00112233,a,1", "column `key` has the same value as line 2"),
        ("2,00112234,,1", "column `label`: the cell is empty"),
        ("2,00112234, a,1", "column `label`: the cell begins or ends with a space"),
        ("2,00112234,a\u{A0},1", "column `label`: the cell begins or ends with a space"),
        ("2,00112234,\"a\nb\",1", &format!("column `label`: {OPEN_QUOTE}")),
        ("2,00112234,1.23457E+11,1", &format!("column `label`: {ROUNDED}")),
        ("2,00112234,1E+11,1", &format!("column `label`: {ROUNDED}")),
        ("2,00112234,\"1,2E+11\",1", &format!("column `label`: {ROUNDED}")),
        ("2,00112234,#N/A,1", "column `label`: found the error value of a spreadsheet's formula"),
        ("2,00112234,a,1E+03", &format!("column `build`: {ROUNDED}")),
        ("2,00112234,a,007", "column `build`: found `007`, expected decimal digits without zeros in front"),
        ("2,00112234,a,-7", "column `build`: found `-7`, expected decimal digits without zeros in front"),
        ("2,00112234,a,+7", "column `build`: found `+7`, expected decimal digits without zeros in front"),
        ("2,00112234,a,=7", "column `build`: found `=7`, expected decimal digits without zeros in front"),
        ("2,00112234,a,@7", "column `build`: found `@7`, expected decimal digits without zeros in front"),
        ("2,00112234,a,340282366920938463463374607431768211456", "column `build`: the number has more than 128 bits"),
    ] {
        for end in ["\n", "\r\n", "\r"] {
            let csv = format!("seq,key,label,build\n1,00112233,a,1\n{row}\n").replace('\n', end);
            let message = Rows::parse(csv.as_bytes(), &open_columns()).unwrap_err().to_string();
            assert_eq!(message, format!("line 3: {expected}"), "{csv:?}");
        }
    }
    let odd = ColumnSpec { bytes: None, ..spec("key", InputAs::Hex, true) };
    let message = Rows::parse(b"seq,key\n1,001\n", &[odd]).unwrap_err().to_string();
    assert_eq!(message, "line 2: column `key`: 3 digits, expected two for each byte");
    let message = Rows::parse(b"seq,label\n1,\xFF\n", &columns()[1..2]).unwrap_err().to_string();
    assert_eq!(
        message,
        "line 2: column `label`: the cell is not UTF-8 text: save the file as UTF-8 without a byte order mark, as editors can"
    );
}

/// Empty lines count, and so do those in a quoted cell of a column that nobody asks for.
#[test]
fn lines_are_those_of_an_editor() {
    let csv = "\nseq,note\n\n1,\"a\nb\"\n\nx,c\n";
    let error = Rows::parse(csv.as_bytes(), &[]).unwrap_err();
    assert_eq!(error.line(), 7);
    assert_eq!(Rows::parse(csv.replace('\n', "\r\n").as_bytes(), &[]).unwrap_err().line(), 7);
}

/// Behind a quote that is not closed stand the keys of other units.
#[test]
fn keys_are_not_shown() {
    for csv in ["key,seq\n00112233,\"1\nAABBCCDD,2", "key,seq\nAABBCCDD,\"AABBCCDD,2\n"] {
        let message = Rows::parse(csv.as_bytes(), &columns()[..1]).unwrap_err().to_string();
        assert_eq!(message, format!("line 2: column `seq`: {OPEN_QUOTE}"));
    }
    for (row, column, expected) in [
        ("AABBCCDD,00000001,a,7", "seq", "decimal digits without zeros in front"),
        ("1,AABBCCDG,a,7", "key", "hexadecimal digits only"),
        ("1,00000001,a,AABBCCDD", "build", "decimal digits without zeros in front"),
    ] {
        let message = Rows::parse(format!("seq,key,label,build\n{row}").as_bytes(), &columns()).unwrap_err();
        assert_eq!(
            message.to_string(),
            format!("line 2: column `{column}`: found something else, expected {expected}")
        );
    }
    let rows = Rows::parse(b"seq,key\n1,AABBCCDD\n", &columns()[..1]).unwrap();
    let row = rows.get(1).unwrap();
    assert_eq!(
        format!("{rows:?}; {row:?}; {:?}", row.get("key")),
        "1 rows of [\"key\"]; row of [\"key\"]; Some(bytes)"
    );
}

/// The same for damage of any kind: bytes taken out, put in, changed, or the end cut off.
#[test]
fn keys_are_not_shown_whatever_happens() {
    let good = b"seq,key,label,build\r\n1,00112233,\"a,b\",7\r\n2,44556677,c,8\r\n3,8899AABB,d,9\r\n";
    assert!(Rows::parse(good, &columns()).is_ok());
    let mut state = 1_u64;
    let mut below = |end: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % end
    };
    for _ in 0..20_000 {
        let mut csv = good.to_vec();
        for _ in 0..=below(3) {
            let (at, new) = (below(csv.len()), b"\"'\r\n,;= 019AFx\xC3"[below(15)]);
            match below(8) {
                0 => csv.truncate(at + 1),
                1 | 2 if at > 0 => drop(csv.remove(at)),
                3..6 => csv.insert(at, new),
                _ => csv[at] = new,
            }
        }
        if let Err(error) = Rows::parse(&csv, &columns()) {
            let message = error.to_string();
            assert!(!["00112233", "44556677", "8899AABB"].iter().any(|key| message.contains(key)), "{message}");
        }
    }
}

#[test]
fn large_files_take_no_time() {
    let header = (0..50_000).fold("seq".to_owned(), |header, n| header + &format!(",c{n}"));
    assert!(Rows::parse(header.as_bytes(), &[]).is_ok());
    let row = |rows: String, n| rows + &format!("{n},{n:08X},a,1\n");
    let csv = (1..50_000).fold("seq,key,label,build\n".to_owned(), row);
    let rows = Rows::parse(csv.as_bytes(), &columns()).unwrap();
    assert!(matches!(rows.get(49_999).unwrap().get("key"), Some(Cell::Bytes([0, 0, 0xC3, 0x4F]))));
}

/// The first mistake of a file by the obvious way: row by row, with everything that was seen.
fn twin(cells: &[[u8; 3]]) -> Option<String> {
    for (row, [seq, label, build]) in cells.iter().enumerate() {
        let same = |column: usize| cells[..row].iter().rposition(|other| other[column] == cells[row][column]);
        let line = row + 2;
        if let Some(first) = same(0) {
            return Some(format!("line {line}: unit {seq} a second time, first in line {}", first + 2));
        }
        for (index, name, value) in [(1, "label", label), (2, "build", build)] {
            if *value == 0 {
                return Some(format!("line {line}: column `{name}`: the cell is empty"));
            }
            if let Some(first) = same(index) {
                return Some(format!("line {line}: column `{name}` has the same value as line {}", first + 2));
            }
        }
    }
    None
}

/// Of several mistakes, the first in the file is told, whichever way it is found.
#[test]
fn the_first_mistake_is_told() {
    let unique = |name: &str, as_| ColumnSpec { unique: true, ..spec(name, as_, false) };
    let columns = [unique("label", InputAs::Text), unique("build", InputAs::Uint)];
    let mut state = 7_u64;
    let mut below = |end: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u8::try_from((state >> 33) % end).unwrap()
    };
    let mut good = 0;
    for _ in 0..5000 {
        let most = 10 + u64::from(below(200));
        let cells: Vec<[u8; 3]> = (0..below(12)).map(|_| [below(most), below(most), below(most)]).collect();
        let text = |n: &u8| if *n == 0 { String::new() } else { n.to_string() };
        let row = |[seq, label, build]: &[u8; 3]| format!("{seq},{},{}\n", text(label), text(build));
        let csv = cells.iter().map(row).fold("seq,label,build\n".to_owned(), |csv, row| csv + &row);
        let found = Rows::parse(csv.as_bytes(), &columns);
        assert_eq!(found.as_ref().err().map(ToString::to_string), twin(&cells), "{csv}");
        if let Ok(rows) = found {
            good += 1;
            for [seq, label, build] in cells {
                let row = rows.get(seq.into()).unwrap();
                assert!(matches!(row.get("label"), Some(Cell::Text(found)) if found == label.to_string()));
                assert!(matches!(row.get("build"), Some(Cell::Uint(found)) if found == build.into()));
            }
        }
    }
    assert!(good > 500);
}

/// A cell longer than the reader's buffer, and than a byte of its length.
#[test]
fn long_cells() {
    for len in [127, 128, 1023, 1024, 16_383, 16_384, 100_000] {
        let (text, digits) = ("x".repeat(len), "5A".repeat(len));
        let columns =
            [spec("label", InputAs::Text, false), ColumnSpec { bytes: None, ..spec("key", InputAs::Hex, true) }];
        let rows = Rows::parse(format!("seq,label,key\n1,{text},{digits}\n").as_bytes(), &columns).unwrap();
        let row = rows.get(1).unwrap();
        assert!(matches!(row.get("label"), Some(Cell::Text(found)) if found == text));
        assert!(matches!(row.get("key"), Some(Cell::Bytes(found)) if *found == vec![0x5A; len]));
    }
}

#[test]
fn rows_that_are_alike() {
    let columns = [spec("label", InputAs::Text, false), spec("build", InputAs::Uint, false)];
    let alike = |csv: &str| Rows::parse(csv.as_bytes(), &columns).unwrap().alike();
    assert_eq!(alike("seq,label,build\n9,a,1\n3,a,2\n7,aa,1\n"), None);
    assert_eq!(alike("seq,label,build\n9,a,1\n3,b,1\n7,a,1\n5,b,1\n8,b,1\n"), Some((3, 5)));
}
