//! The slow, obvious twin: TI-TXT by the words of its description, line by line. The fuzz targets and the tests share it.

use std::collections::BTreeMap;

/// Address to byte.
pub type Memory = BTreeMap<u64, u8>;

fn is_blank(c: u8) -> bool {
    matches!(c, b' ' | b'\t' | 0x0B | 0x0C)
}

fn hex(c: u8) -> Option<u8> {
    char::from(c).to_digit(16).and_then(|n| u8::try_from(n).ok())
}

/// The bytes of words of digits.
fn bytes(line: &[u8], joined: bool) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    for word in line.split(|c| is_blank(*c)).filter(|word| !word.is_empty()) {
        if word.len() % 2 == 1 || word.len() > 2 && !joined {
            return None;
        }
        for pair in word.chunks(2) {
            bytes.push(hex(pair[0])? << 4 | hex(pair[1])?);
        }
    }
    Some(bytes)
}

/// The memory of a TI-TXT file that is right in every respect, else nothing.
pub fn read(text: &[u8]) -> Option<Memory> {
    twin(text, false)
}

/// The memory of a TI-TXT file as lenient reading has it, else nothing.
pub fn read_leniently(text: &[u8]) -> Option<Memory> {
    twin(text, true)
}

fn twin(text: &[u8], lenient: bool) -> Option<Memory> {
    let (mut memory, mut address) = (Memory::new(), None::<u64>);
    let mut rest = text;
    while !rest.is_empty() {
        let len = rest.iter().position(|c| matches!(c, b'\r' | b'\n')).unwrap_or(rest.len());
        let (line, after) = rest.split_at(len);
        let bare = &line[line.iter().take_while(|c| is_blank(**c)).count()..];
        if bare.len() < line.len() && !lenient {
            return None;
        }
        if let Some(digits) = bare.strip_prefix(b"@") {
            let len = digits.iter().rposition(|c| !is_blank(*c)).map_or(0, |last| last + 1);
            if !(1..=8).contains(&len) {
                return None;
            }
            address = Some(digits[..len].iter().try_fold(0, |n, c| Some(n << 4 | u64::from(hex(*c)?)))?);
        } else if let [b'q' | b'Q', tail @ ..] = bare {
            let behind = [tail, after].concat();
            return (ends(&behind) && (lenient || !memory.is_empty())).then_some(memory);
        } else {
            for byte in bytes(bare, lenient)? {
                let at = address.filter(|at| *at < 1 << 32)?;
                match memory.insert(at, byte) {
                    Some(before) if !lenient || before != byte => return None,
                    _ => address = Some(at + 1),
                }
            }
        }
        rest = after.strip_prefix(b"\r\n").unwrap_or_else(|| after.get(1..).unwrap_or_default());
    }
    None
}

/// Whether `tail` may stand behind the `q`.
fn ends(tail: &[u8]) -> bool {
    let blank = |c: &u8| is_blank(*c) || matches!(c, 0x1A | 0);
    if tail.first().is_some_and(|c| !blank(c) && !matches!(c, b'\r' | b'\n')) {
        return false;
    }
    tail.split(|c| matches!(c, b'\r' | b'\n')).all(|line| {
        let Some(from) = line.iter().position(|c| !blank(c)) else { return true };
        let text = &line[from..=line.iter().rposition(|c| !blank(c)).unwrap_or(from)];
        let address = matches!(text, [b'@', digit, ..] if digit.is_ascii_hexdigit());
        !address && bytes(text, true).is_none()
    })
}
