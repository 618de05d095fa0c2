//! Programmers' lists.

use nameplate::image::nvs::Type;
use nameplate::lists::Unit;
use nameplate::lists::esp::{Column, Values};
use nameplate::lists::hex_list::HexList;
use nameplate::lists::index_csv::{Entry, IndexCsv};
use nameplate::lists::segger::Patches;
use nameplate::lists::serial_dat::{Second, SerialDat};
use nameplate::lists::tokens::{Token, Tokens};
use nameplate::{Span, Value};

use crate::reference;

/// Any text as a list: what is read is written as it was read again. Formats that are only written are read by a twin.
pub fn parse_lists(text: &[u8]) {
    let read: Result<Vec<_>, _> = Patches::new(0).read(text).collect();
    for unit in read.iter().flatten() {
        serial_dat(unit);
        // The same bytes where 64 KiB end.
        let (_, bytes) = unit.writes().next().unwrap();
        let moved = Span::new(0x1_FFFF - u64::from(bytes[0]) % 8, bytes.len() as u64).unwrap();
        serial_dat(&Unit::new(unit.number(), [(moved, bytes)]).unwrap());
    }
    again(read, |units| {
        let (mut list, mut written) = (Patches::new(0), String::new());
        units.iter().for_each(|unit| list.line_into(unit, &mut written).unwrap());
        let back = Patches::new(0).read(written.as_bytes()).collect();
        (written, back)
    });
    let block = Span::new(0x1000, 4).unwrap();
    // With number 2^64 - 2, a third line has no number.
    for first in [0, u64::MAX - 1] {
        for list in [HexList::segger(block, first), HexList::plain(block, first)] {
            again(list.clone().read(text).collect(), |units| {
                let (mut writer, mut written) = (list.clone(), String::new());
                units.iter().for_each(|unit| writer.line_into(unit, &mut written).unwrap());
                let back = list.clone().read(written.as_bytes()).collect();
                (written, back)
            });
        }
    }
    for list in [IndexCsv::galep(), IndexCsv::data_io()] {
        let read: Result<Vec<Entry>, _> = list.clone().read(text).collect();
        for entry in read.iter().flatten() {
            serial_dat(&entry.unit);
        }
        again(read.map(|entries| entries.into_iter().map(|entry| (entry.unit, entry.label)).collect()), |entries| {
            let (mut writer, mut written) = (list.clone(), String::new());
            for (unit, label) in entries {
                match label {
                    Some(label) => writer.labelled_into(unit, label, &mut written).unwrap(),
                    None => writer.unit_into(unit, &mut written).unwrap(),
                }
            }
            let back = list.clone().read(written.as_bytes()).map(|entry| entry.map(|entry| (entry.unit, entry.label)));
            let back = back.collect();
            (written, back)
        });
    }
    if let Ok(text) = core::str::from_utf8(text) {
        values(text);
    }
}

/// What was read of `text` is written, and reads back the same; an error has something to say.
fn again<T: PartialEq + std::fmt::Debug, E: std::fmt::Display + std::fmt::Debug>(
    read: Result<Vec<T>, E>,
    write: impl FnOnce(&[T]) -> (String, Result<Vec<T>, E>),
) {
    match read {
        Ok(units) => {
            let (written, back) = write(&units);
            assert_eq!(back.unwrap(), units, "{written}");
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

/// The places ascend; the HEX records of `SERIAL.DAT` hold just these bytes.
fn serial_dat(unit: &Unit<'_>) {
    let mut expected = reference::Memory::new();
    for (span, bytes) in unit.writes() {
        assert!(expected.last_key_value().is_none_or(|(last, _)| *last < span.start()), "{unit:?}");
        expected.extend((span.start()..).zip(bytes.iter().copied()));
    }
    let mut text = String::new();
    if SerialDat::new("0A", Second::Next("0b")).unwrap().file_into(unit, &mut text).is_ok() {
        let hex = text.strip_prefix("T01:0A\r\nT02:0b\r\nT03:99\r\nT04:\r\n").unwrap();
        assert_eq!(reference::read(hex.as_bytes()), Some(expected), "{text}");
        for line in hex.lines() {
            let digits = |range| u32::from_str_radix(&line[range], 16).unwrap();
            // Programmers disagree about a record that passes its 64 KiB.
            assert!(digits(1..3) + digits(3..7) <= 0x1_0000, "{line}");
        }
    }
}

/// Each line as the values of one device, separated by bars: an Espressif CSV and a token file have just these.
fn values(text: &str) {
    let columns = [Column::new("one", Type::String), Column::metadata("two"), Column::new("n", Type::U16)];
    let csv = Values::new(columns.to_vec()).unwrap();
    let tokens = [Token::text("one", 20), Token::text("two", 20), Token::integer("n", 3), Token::bytes("b", 1)];
    let tokens = Tokens::new(tokens.to_vec()).unwrap();
    for (n, line) in text.lines().enumerate() {
        let Some((one, two)) = line.split_once('|') else { continue };
        let mut given = vec![("n", Value::from(n as u64)), ("one", Value::from(one)), ("two", Value::from(two))];
        let mut row = String::new();
        if csv.row_into(n as u64, &given, &mut row).is_ok() {
            let row = row.strip_suffix('\n').unwrap();
            assert_eq!(cells(row), Some(vec![one.to_string(), two.to_string(), n.to_string()]), "{row}");
        }
        let byte = n as u8;
        given.push(("b", Value::from(&[byte])));
        let mut file = String::new();
        if tokens.file_into(n as u64, &given, &mut file).is_ok() {
            let expected = format!("one : \"{one}\"\ntwo : \"{two}\"\nn : 0x{n:06X}\nb : {byte:02X}\n");
            assert_eq!(file, expected);
            assert!(!one.contains('"') && !two.contains('"'), "{file}");
        }
    }
}

/// The cells of a row by RFC 4180: a cell in quotation marks has each of its own twice, any other has none.
fn cells(row: &str) -> Option<Vec<String>> {
    let (mut cells, mut rest) = (Vec::new(), row);
    loop {
        let mut cell = String::new();
        if let Some(mut quoted) = rest.strip_prefix('"') {
            loop {
                let (text, behind) = quoted.split_once('"')?;
                cell.push_str(text);
                let Some(more) = behind.strip_prefix('"') else {
                    rest = behind;
                    break;
                };
                cell.push('"');
                quoted = more;
            }
        } else {
            let (text, behind) = rest.split_at(rest.find(',').unwrap_or(rest.len()));
            cell.push_str(text);
            rest = behind;
            if text.contains('"') {
                return None;
            }
        }
        cells.push(cell);
        if rest.is_empty() {
            return Some(cells);
        }
        rest = rest.strip_prefix(',')?;
    }
}
