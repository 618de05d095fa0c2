//! SQTP files.

use std::collections::BTreeMap;

use nameplate::Encoding;
use nameplate::sqtp::{Address, File, Profile, Reading, Sqtp, Unit};

use crate::reference;

/// Any text as SQTP, record sums mended: read fast as it is read line by line, and changed only where a change says.
pub fn parse_sqtp(text: &[u8]) {
    let mut text = reference::mend_sums(text);
    // The length of the text says whether there are small letters, and from which line on.
    if text.len() % 2 == 0 {
        let lines = text.split(|c| *c == b'\n').count();
        let nth = text.len() / 2 % lines;
        text.split_mut(|c| *c == b'\n').skip(nth).for_each(<[u8]>::make_ascii_lowercase);
    }
    // CR alone ends a line too: not in the text that is to have the same lines.
    if text.windows(2).any(|pair| pair[0] == b'\r' && pair[1] != b'\n') || text.ends_with(b"\r") {
        return;
    }
    for reading in [Reading::Strict, Reading::Lenient] {
        agree(&text, reading);
        if let Ok(file) = File::parse_with(&text, reading) {
            duplicates(&file);
            changes(&file, &text);
        }
    }
}

fn agree(text: &[u8], reading: Reading) {
    assert_eq!(shown(text, reading), shown(&one_by_one(text), reading));
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
            let raw = Profile::from_name("raw").unwrap();
            let check = Sqtp::new(raw, Address::Record(file.record_address()), &retlw);
            let check = check.map(|sqtp| file.check(&sqtp).map_err(|error| error.to_string()));
            format!("{units:?} {told:?} {again:?} {check:?}")
        }
    }
}

/// Each unit whose payload an earlier one has, and the first with it.
fn duplicates(file: &File<'_>) {
    let mut first = BTreeMap::new();
    let twin = |unit: Unit<'_>| Some((unit.index(), *first.entry(unit.payload()).or_insert(unit.index())));
    let twin: Vec<_> = file.units().filter_map(twin).filter(|(unit, first)| unit != first).collect();
    let found: Vec<_> = file.duplicates().iter().map(|(unit, first)| (unit.index(), first.index())).collect();
    assert_eq!(found, twin);
}

fn changes(file: &File<'_>, text: &[u8]) {
    let Some(unit) = file.units().filter(|unit| !unit.is_used()).last() else { return };
    // The last byte alone, where what is left over of whole words lies.
    let mut payload = unit.payload();
    payload.iter_mut().last().into_iter().for_each(|byte| *byte = !*byte);
    let change = unit.replace(&payload).unwrap();
    for change in [&change, &unit.mark()] {
        let mut changed = text.to_vec();
        change.apply(&mut changed).unwrap();
        let end = change.offset() + change.bytes().len();
        assert_eq!((&changed[..change.offset()], &changed[end..]), (&text[..change.offset()], &text[end..]));
        assert_eq!(&changed[change.offset()..end], change.bytes());
    }
    let mut marked = text.to_vec();
    unit.mark().apply(&mut marked).unwrap();
    assert!(File::parse_with(&marked, Reading::Lenient).unwrap().unit(unit.index()).unwrap().is_used());
    let mut changed = text.to_vec();
    change.apply(&mut changed).unwrap();
    agree(&changed, Reading::Lenient);
    let again = File::parse_with(&changed, Reading::Lenient).unwrap();
    assert_eq!((again.len(), again.unit(unit.index()).unwrap().payload()), (file.len(), payload));
    for other in file.units().filter(|other| other.index() != unit.index()) {
        assert_eq!(again.unit(other.index()).unwrap().payload(), other.payload());
    }
}
