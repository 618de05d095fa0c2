//! What a line says.

use super::error::TiTxtErrorKind;
use crate::digits::{BAD, nibble};
use crate::image::text::{is_blank, is_padding, lines};
use crate::never::OrNever;

/// What a line begins with.
#[derive(Clone, Copy)]
pub(super) enum Content {
    /// Nothing, or blanks.
    Blank,
    /// An address.
    Address(u32),
    /// Bytes, the first at this offset in the line.
    Bytes(usize),
    /// The end of the file.
    End,
}

/// What is wrong, and how many bytes into the line.
pub(super) type Wrong = (usize, TiTxtErrorKind);

impl Content {
    /// What `line` says; of bytes, that is for [`Tokens`] to read.
    pub(super) fn of(line: &[u8]) -> Result<Self, Wrong> {
        let lead = line.iter().take_while(|byte| is_blank(**byte)).count();
        Ok(match line.get(lead) {
            None => Self::Blank,
            Some(b'@') => Self::Address(address(line, lead + 1)?),
            Some(b'q' | b'Q') => Self::End,
            Some(_) => Self::Bytes(lead),
        })
    }
}

/// The address whose digits begin at offset `at` of a line.
fn address(line: &[u8], at: usize) -> Result<u32, Wrong> {
    let rest = line.get(at..).or_never("a place in the line");
    let len = rest.iter().take_while(|byte| nibble(**byte) != BAD).count();
    let behind = rest.get(len..).or_never("no more than there are");
    let digits = rest.get(..len).or_never("no more than there are");
    match behind.iter().position(|byte| !is_blank(*byte)) {
        Some(found) => {
            let found = if len == 0 { 0 } else { found };
            Err((
                at + len + found,
                TiTxtErrorKind::Digit { found: behind.get(found).copied().or_never("a place in the line") },
            ))
        }
        None if !(1..=8).contains(&len) => Err((at, TiTxtErrorKind::Address { digits: len })),
        None => Ok(digits.iter().fold(0, |n, digit| n << 4 | u32::from(nibble(*digit)))),
    }
}

/// Digits that stand together in a line, two for each byte: where they begin, and how many bytes they are.
pub(super) struct Tokens<'t> {
    line: &'t [u8],
    at: usize,
}

impl<'t> Tokens<'t> {
    /// Those of `line` from an offset on.
    pub(super) fn new(line: &'t [u8], at: usize) -> Self {
        Self { line, at }
    }
}

impl Iterator for Tokens<'_> {
    type Item = Result<(usize, usize), Wrong>;

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.line.get(self.at..)?;
        let blanks = rest.iter().take_while(|byte| is_blank(**byte)).count();
        let digits = rest.iter().skip(blanks).take_while(|byte| nibble(**byte) != BAD).count();
        let (at, behind) = (self.at + blanks, rest.get(blanks + digits));
        self.at = at + digits;
        Some(match behind {
            Some(&found) if !is_blank(found) => Err((self.at, TiTxtErrorKind::Digit { found })),
            None if digits == 0 => return None,
            _ if digits == 1 => Err((at, TiTxtErrorKind::OneDigit)),
            _ if digits % 2 == 1 => Err((at, TiTxtErrorKind::Odd { digits })),
            _ => Ok((at, digits / 2)),
        })
    }
}

/// What stands behind the `q`.
#[derive(Clone, Copy)]
pub(super) enum Rest {
    /// An address or bytes.
    Data,
    /// A character behind the `q` at once.
    Joined,
    /// Other text.
    Text,
}

/// The parts of `tail`, each with its offset; line ends, blanks and padding left out. `tail` begins right behind the
/// `q`.
pub(super) fn parts(tail: &[u8]) -> impl Iterator<Item = (usize, Rest)> {
    lines(tail).filter_map(|(at, line, _)| {
        let other = |byte: &u8| !is_padding(*byte) && !is_blank(*byte);
        let lead = line.iter().position(other)?;
        let len = line.iter().rposition(other)? + 1;
        let text = line.get(lead..len).or_never("the last one is not before the first one");
        let rest = match text {
            _ if at + lead == 0 => Rest::Joined,
            [b'@', digit, ..] if nibble(*digit) != BAD => Rest::Data,
            _ if Tokens::new(text, 0).all(|token| token.is_ok()) => Rest::Data,
            _ => Rest::Text,
        };
        Some((at + lead, rest))
    })
}
