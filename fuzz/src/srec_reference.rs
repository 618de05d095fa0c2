//! The slow, obvious twin: S-records by the words of their description, line by line. The fuzz targets and the tests
//! share it.

use std::collections::BTreeMap;

/// Address to byte.
pub type Memory = BTreeMap<u64, u8>;

/// A record, and what stands behind it in its line.
struct Record<'t> {
    kind: u8,
    width: usize,
    address: u64,
    data: Vec<u8>,
    rest: &'t [u8],
}

fn hex(c: u8) -> Option<u8> {
    char::from(c).to_digit(16).and_then(|n| u8::try_from(n).ok())
}

fn is_blank(c: u8) -> bool {
    matches!(c, b' ' | b'\t' | 0x0B | 0x0C)
}

/// The lines, without their ends.
fn lines(text: &[u8]) -> Vec<&[u8]> {
    let (mut lines, mut rest) = (Vec::new(), text);
    while !rest.is_empty() {
        let at = rest.iter().position(|c| matches!(c, b'\r' | b'\n')).unwrap_or(rest.len());
        lines.push(&rest[..at]);
        rest = &rest[at..];
        rest = rest.strip_prefix(b"\r\n").unwrap_or_else(|| rest.get(1..).unwrap_or_default());
    }
    lines
}

fn record(line: &[u8], small: bool) -> Option<Record<'_>> {
    let (mark, kind) = (*line.first()?, *line.get(1)?);
    if !(mark == b'S' || small && mark == b's') || !kind.is_ascii_alphanumeric() {
        return None;
    }
    let byte = |n: usize| Some(hex(*line.get(2 + 2 * n)?)? << 4 | hex(*line.get(3 + 2 * n)?)?);
    let count = byte(0)?;
    let bytes: Vec<u8> = (1..=usize::from(count)).map(byte).collect::<Option<_>>()?;
    if bytes.iter().fold(count, |sum, byte| sum.wrapping_add(*byte)) != 0xFF {
        return None;
    }
    let width = match kind {
        b'0' | b'1' | b'5' | b'9' => 2,
        b'2' | b'6' | b'8' => 3,
        b'3' | b'7' => 4,
        _ => 0,
    };
    if bytes.len() <= width {
        return None;
    }
    let address = bytes[..width].iter().fold(0, |n, byte| n << 8 | u64::from(*byte));
    let data = bytes[width..bytes.len() - 1].to_vec();
    Some(Record { kind, width, address, data, rest: &line[4 + 2 * bytes.len()..] })
}

fn looks_like(text: &[u8]) -> bool {
    matches!(text, [b'S' | b's', b'0'..=b'9', rest @ ..] if rest.len() >= 8 && rest[..8].iter().all(u8::is_ascii_hexdigit))
}

fn holds_record(text: &[u8]) -> bool {
    (0..text.len()).any(|at| looks_like(&text[at..]))
}

/// The memory of an S-record file that is right in every respect, else nothing.
pub fn read(text: &[u8]) -> Option<Memory> {
    twin(text, false)
}

/// The memory of an S-record file as lenient reading has it, else nothing.
pub fn read_leniently(text: &[u8]) -> Option<Memory> {
    twin(text, true)
}

fn twin(text: &[u8], lenient: bool) -> Option<Memory> {
    let (mut memory, mut records, mut any, mut symbols) = (Memory::new(), 0_u64, false, false);
    let all = lines(text);
    for (n, line) in all.iter().enumerate() {
        let other = line.is_empty()
            || lenient && line.iter().all(|c| is_blank(*c))
            || lenient && line.starts_with(b"$$")
            || symbols && is_blank(line[0])
            || lenient && (line.starts_with(b";") || line.starts_with(b"#") || line.starts_with(b"//"));
        if other {
            symbols ^= line.starts_with(b"$$");
            continue;
        }
        let found = record(line, lenient)?;
        let right = found.rest.is_empty() || lenient && is_blank(found.rest[0]) && !holds_record(found.rest);
        let ends = matches!(found.kind, b'7'..=b'9');
        if !(right || ends && line[0] == b'S') {
            return None;
        }
        any = true;
        match found.kind {
            b'0' => {}
            b'1'..=b'3' => {
                records += 1;
                let end = found.address + found.data.len() as u64;
                if !found.data.is_empty() && end > 1 << (8 * found.width) {
                    return None;
                }
                for (address, byte) in (found.address..).zip(found.data) {
                    match memory.insert(address, byte) {
                        Some(before) if !lenient || before != byte => return None,
                        _ => {}
                    }
                }
            }
            b'5' | b'6' if found.data.is_empty() && (lenient || found.address == records) => {}
            b'7'..=b'9' if found.data.is_empty() => {
                let tail = [found.rest].into_iter().chain(all[n + 1..].iter().copied());
                let right = tail.enumerate().all(|(n, line)| after(line, n == 0, lenient, found.address, records));
                return (right && (lenient || !memory.is_empty())).then_some(memory);
            }
            b'0'..=b'9' if found.kind != b'4' => return None,
            _ if lenient => {}
            _ => return None,
        }
    }
    (lenient && any).then_some(memory)
}

/// Whether a line may stand behind the record that ends the file; `first` what stands behind it in its own line.
fn after(line: &[u8], first: bool, lenient: bool, start: u64, records: u64) -> bool {
    let padding = |c: &u8| matches!(c, 0x1A | 0);
    let first = first && !line.first().is_some_and(padding);
    let Some(from) = line.iter().position(|c| !padding(c)) else { return true };
    let text = &line[from..=line.iter().rposition(|c| !padding(c)).unwrap_or(from)];
    let bare = &text[text.iter().take_while(|c| is_blank(**c)).count()..];
    if bare.is_empty() {
        return lenient;
    }
    if first {
        return lenient && hex(text[0]).is_none() && !holds_record(text);
    }
    if !looks_like(bare) {
        return lenient;
    }
    match record(text, false).filter(|found| found.rest.is_empty() && found.data.is_empty()) {
        Some(found) if matches!(found.kind, b'5' | b'6') => lenient || found.address == records,
        Some(found) if matches!(found.kind, b'7'..=b'9') => lenient || found.address == start,
        _ => false,
    }
}

/// The same text, with count and sum of each line that is a record but for those made right.
pub fn mend(text: &[u8]) -> Vec<u8> {
    let is_end = |c: &u8| matches!(c, b'\r' | b'\n');
    let mut mended = Vec::new();
    for line in text.split_inclusive(is_end) {
        let (record, end) = line.split_at(line.iter().position(is_end).unwrap_or(line.len()));
        let mut record = record.to_vec();
        let digits = record.get(2..).unwrap_or_default();
        let mark = record.first().is_some_and(|c| c.eq_ignore_ascii_case(&b'S'));
        if mark && matches!(digits.len(), 8..=512) && digits.len() % 2 == 0 && digits.iter().all(u8::is_ascii_hexdigit)
        {
            let count = digits.len() / 2 - 1;
            record[2..4].copy_from_slice(format!("{count:02X}").as_bytes());
            let sum = (2..record.len() - 2).step_by(2).fold(0_u8, |sum, at| {
                sum.wrapping_add(hex(record[at]).unwrap_or(0) << 4 | hex(record[at + 1]).unwrap_or(0))
            });
            let at = record.len() - 2;
            record[at..].copy_from_slice(format!("{:02X}", !sum).as_bytes());
        }
        mended.extend(record);
        mended.extend(end);
    }
    mended
}
