//! A journal, read from its end.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::ops::ControlFlow;

/// Bytes that are read at once.
pub(super) const BLOCK: u64 = 1 << 16;

/// Reads lines from the last one to the first one, `block` bytes at once, until `look` has seen enough.
pub(super) fn back(file: &mut File, mut block: u64, mut look: impl FnMut(&str) -> ControlFlow<()>) -> io::Result<()> {
    let mut end = file.seek(SeekFrom::End(0))?;
    // The end of a line whose beginning is not read yet.
    let mut rest = Vec::new();
    while end > 0 {
        let begin = end.saturating_sub(block);
        let _ = file.seek(SeekFrom::Start(begin))?;
        let mut bytes = Vec::new();
        let read = file.by_ref().take(end - begin).read_to_end(&mut bytes)?;
        if u64::try_from(read).ok() != Some(end - begin) {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "it was cut while it was read"));
        }
        bytes.append(&mut rest);
        end = begin;
        let whole = match bytes.iter().position(|&byte| byte == b'\n') {
            _ if begin == 0 => 0,
            Some(at) => at + 1,
            None => {
                // A long line: not to be copied over and over.
                block = block.saturating_mul(2);
                rest = bytes;
                continue;
            }
        };
        let lines = bytes.get(whole..).unwrap_or_default();
        for line in lines.rsplit(|&byte| byte == b'\n') {
            if look(&String::from_utf8_lossy(line)).is_break() {
                return Ok(());
            }
        }
        bytes.truncate(whole.saturating_sub(1));
        rest = bytes;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    /// All lines, from the last to the first, wherever blocks end.
    #[test]
    fn lines_from_the_end() {
        let texts = ["", "\n", "a", "a\n", "\na", "one\ntwo\nthree\n", "a long one\n\nb\nanother long one", "\n\n\n"];
        for text in texts {
            let mut file = tempfile::tempfile().unwrap();
            file.write_all(text.as_bytes()).unwrap();
            let mut expected: Vec<&str> = text.split('\n').rev().collect();
            if text.is_empty() {
                expected.clear();
            }
            for block in 1..=20 {
                let mut found = Vec::new();
                back(&mut file, block, |line| {
                    found.push(line.to_owned());
                    ControlFlow::Continue(())
                })
                .unwrap();
                assert_eq!(found, expected, "{text:?}, {block} bytes at once");
            }
        }
    }
}
