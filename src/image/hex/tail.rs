//! What stands after the end-of-file record.

use super::line::is_used;
use crate::image::text::is_blank;
use crate::never::OrNever;

/// What no reading takes for a part of the file, and where in `tail`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Odd {
    /// A record, or a colon at all.
    Record(usize),
    /// A number of an SQTP file that was used.
    UsedSqtp(usize),
    Other(usize),
}

/// The first thing in `tail` besides line ends, Ctrl-Z, NUL bytes, lines that begin with a semicolon, and
/// blanks where they are tolerated. `tail` begins right behind the record.
pub(super) fn odd(tail: &[u8], blanks: bool) -> Option<Odd> {
    let (mut at, mut begins) = (0, false);
    while let Some(&byte) = tail.get(at) {
        match byte {
            b'\r' | b'\n' => begins = true,
            0x1A | 0 => begins = false,
            _ if blanks && is_blank(byte) => {}
            b';' if begins => {
                let line = line(tail.get(at..).or_never("a place in the text"));
                if line.strip_prefix(b";").is_some_and(is_used) {
                    return Some(Odd::UsedSqtp(at));
                }
                at += line.len();
                continue;
            }
            b':' => return Some(Odd::Record(at)),
            _ => return Some(Odd::Other(at)),
        }
        at += 1;
    }
    None
}

/// The lines of `tail` that begin with a semicolon, each with its place.
pub(super) fn comments(tail: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let mut at = 0;
    core::iter::from_fn(move || {
        let line = line(tail.get(at..).filter(|rest| !rest.is_empty())?);
        let found = (at, line);
        at += line.len() + 1;
        Some(found)
    })
    .filter(|(_, line)| line.first() == Some(&b';'))
}

/// Whether a line of text names a checksum, as compilers write `;CRC=6C2F`.
pub(super) fn is_sum(line: &[u8]) -> bool {
    let names = |name: &[u8]| line.windows(name.len()).any(|part| part.eq_ignore_ascii_case(name));
    names(b"CRC=") || names(b"CHECKSUM=")
}

/// How many lines of `tail` begin as records do.
pub(super) fn records(tail: &[u8]) -> usize {
    tail.split(|byte| matches!(byte, b'\r' | b'\n')).filter(|line| line.starts_with(b":")).count()
}

/// The line that `text` begins with.
fn line(text: &[u8]) -> &[u8] {
    text.split(|byte| matches!(byte, b'\r' | b'\n')).next().or_never("a text is one line at least")
}
