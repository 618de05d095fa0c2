//! SQTP files and other programmers' lists.

use nameplate::Encoding;
use nameplate::feed::hex_list::HexList;
use nameplate::feed::index_csv::IndexCsv;
use nameplate::feed::segger::Patches;
use nameplate::feed::sqtp::{Address, File, Profile, Reading, Sqtp};

use crate::reference;

/// Any text as SQTP, record sums mended: read fast as it is read line by line, and changed only where a change says.
pub fn parse_sqtp(text: &[u8]) {
    let text = reference::mend_sums(text);
    // CR alone ends a line too: not in the text that is to have the same lines.
    if text.windows(2).any(|pair| pair[0] == b'\r' && pair[1] != b'\n') || text.ends_with(b"\r") {
        return;
    }
    for reading in [Reading::Strict, Reading::Lenient] {
        assert_eq!(shown(&text, reading), shown(&one_by_one(&text), reading));
        if let Ok(file) = File::parse_with(&text, reading) {
            changes(&file, &text);
        }
    }
}

/// The same lines with CR for their end, which only the slow path reads.
fn one_by_one(text: &[u8]) -> Vec<u8> {
    text.iter().filter(|c| **c != b'\r').map(|c| if *c == b'\n' { b'\r' } else { *c }).collect()
}

fn shown(text: &[u8], reading: Reading) -> String {
    match File::parse_with(text, reading) {
        Err(error) => error.to_string(),
        Ok(file) => {
            let units: Vec<_> = file.units().map(|unit| (unit.line(), unit.is_used(), unit.payload())).collect();
            let told: Vec<String> = file.diagnostics().iter().map(ToString::to_string).collect();
            let again: Vec<_> = file.duplicates().iter().map(|(one, two)| (one.line(), two.line())).collect();
            let retlw = Encoding::retlw14(Encoding::bytes(file.payload_len().div_ceil(2)));
            let raw = Profile::named("raw").unwrap();
            let check = Sqtp::new(raw, Address::Record(file.record_address()), &retlw);
            let check = check.map(|sqtp| file.check(&sqtp).map_err(|error| error.to_string()));
            format!("{units:?} {told:?} {again:?} {check:?}")
        }
    }
}

fn changes(file: &File<'_>, text: &[u8]) {
    let Some(unit) = file.units().find(|unit| !unit.is_used()) else { return };
    let payload: Vec<u8> = unit.payload().iter().map(|byte| !byte).collect();
    let Ok(change) = unit.replace(&payload) else { return };
    for change in [&change, &unit.mark()] {
        let mut changed = text.to_vec();
        change.apply(&mut changed);
        let end = change.offset() + change.bytes().len();
        assert_eq!((&changed[..change.offset()], &changed[end..]), (&text[..change.offset()], &text[end..]));
        assert_eq!(&changed[change.offset()..end], change.bytes());
    }
    let mut marked = text.to_vec();
    unit.mark().apply(&mut marked);
    assert!(File::parse_with(&marked, Reading::Lenient).unwrap().unit(unit.index()).unwrap().is_used());
    let mut changed = text.to_vec();
    change.apply(&mut changed);
    let again = File::parse_with(&changed, Reading::Lenient).unwrap();
    assert_eq!((again.len(), again.unit(unit.index()).unwrap().payload()), (file.len(), payload));
    for other in file.units().filter(|other| other.index() != unit.index()) {
        assert_eq!(again.unit(other.index()).unwrap().payload(), other.payload());
    }
}

/// Any text as a list: what is read is written as it was read again.
pub fn parse_lists(text: &[u8]) {
    if let Ok(units) = Patches::new(0).read(text).collect::<Result<Vec<_>, _>>() {
        let (mut list, mut written) = (Patches::new(0), String::new());
        if units.iter().all(|unit| list.line_into(unit, &mut written).is_ok()) {
            let again: Vec<_> = Patches::new(0).read(written.as_bytes()).collect::<Result<_, _>>().unwrap();
            assert_eq!(units, again);
        }
    }
    let block = nameplate::Span::new(0x1000, 4).unwrap();
    for list in [HexList::segger(block, 0), HexList::plain(block, 0)] {
        let _ = list.clone().read(text).map(|unit| unit.is_ok()).count();
    }
    for list in [IndexCsv::galep(), IndexCsv::data_io()] {
        let _ = list.read(text).map(|unit| unit.is_ok()).count();
    }
}
