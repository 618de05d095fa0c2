//! A line at a time, a character at a time, for readers.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::error::{FeedError, ReadError, ReadErrorKind};
use super::unit::UnitError;
use crate::digits::{self, BAD, nibble};
use crate::never::OrNever;

/// One line, without its end.
#[derive(Clone, Debug)]
pub(super) struct Line<'t> {
    number: usize,
    text: &'t [u8],
    at: usize,
}

/// The lines of a text; LF and CR LF end one, the last may lack its end.
#[derive(Clone, Debug)]
pub(super) struct Lines<'t> {
    rest: &'t [u8],
    number: usize,
}

impl<'t> Lines<'t> {
    pub(super) fn new(text: &'t [u8]) -> Self {
        Self { rest: text, number: 0 }
    }

    /// What `read` makes of each line, up to the first error.
    pub(super) fn read<T>(
        self,
        mut read: impl FnMut(Line<'t>) -> Result<T, ReadError>,
    ) -> impl Iterator<Item = Result<T, ReadError>> {
        let mut failed = false;
        self.map_while(move |line| {
            let read = (!failed).then(|| read(line))?;
            failed = read.is_err();
            Some(read)
        })
    }
}

impl<'t> Iterator for Lines<'t> {
    type Item = Line<'t>;

    fn next(&mut self) -> Option<Line<'t>> {
        if self.rest.is_empty() {
            return None;
        }
        let end = self.rest.iter().position(|&byte| byte == b'\n');
        let (text, rest) = match end.and_then(|end| self.rest.split_at_checked(end)) {
            Some((text, [_, rest @ ..])) => (text, rest),
            _ => (self.rest, &[][..]),
        };
        self.rest = rest;
        self.number += 1;
        Some(Line { number: self.number, text: text.strip_suffix(b"\r").unwrap_or(text), at: 0 })
    }
}

impl<'t> Line<'t> {
    /// What has not been read.
    pub(super) fn rest(&self) -> &'t [u8] {
        self.text.get(self.at..).or_never("never beyond the end")
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    /// The next `count` bytes, or what there is.
    pub(super) fn take(&mut self, count: usize) -> &'t [u8] {
        let rest = self.rest();
        let taken = rest.get(..count).unwrap_or(rest);
        self.at += taken.len();
        taken
    }

    /// The bytes as long as `is` is true of them.
    pub(super) fn take_while(&mut self, is: impl Fn(u8) -> bool) -> &'t [u8] {
        let count = self.rest().iter().take_while(|&&byte| is(byte)).count();
        self.take(count)
    }

    pub(super) fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    pub(super) fn expect(&mut self, byte: u8, expected: &'static str) -> Result<(), ReadError> {
        if self.eat(byte) { Ok(()) } else { Err(self.found(expected)) }
    }

    pub(super) fn end(&self, expected: &'static str) -> Result<(), ReadError> {
        if self.peek().is_none() { Ok(()) } else { Err(self.found(expected)) }
    }

    /// A hexadecimal number of at most 64 bits.
    pub(super) fn hex(&mut self, expected: &'static str) -> Result<u64, ReadError> {
        let start = self.clone();
        let digits = self.take_while(|byte| nibble(byte) != BAD);
        if digits.is_empty() {
            return Err(self.found(expected));
        }
        let shift = |n: u64, &digit: &u8| Some(n.checked_mul(16)? | u64::from(nibble(digit)));
        digits.iter().try_fold(0, shift).ok_or_else(|| start.error(ReadErrorKind::TooGreat { bits: 64 }))
    }

    /// A decimal number of at most 64 bits.
    pub(super) fn decimal(&mut self, expected: &'static str) -> Result<u64, ReadError> {
        let start = self.clone();
        let digits = self.take_while(|byte| byte.is_ascii_digit());
        if digits.is_empty() {
            return Err(self.found(expected));
        }
        digits::parse_decimal(digits).ok_or_else(|| start.error(ReadErrorKind::TooGreat { bits: 64 }))
    }

    /// The bytes of two digits each, just `count` of them: up to the next character that is no digit.
    pub(super) fn bytes(&mut self, count: u64) -> Result<Vec<u8>, ReadError> {
        let start = self.clone();
        let digits = self.take_while(|byte| nibble(byte) != BAD);
        start.data(digits, count)
    }

    /// The bytes of these digits, just `count` of them; the line stands where they begin.
    pub(super) fn data(&self, digits: &[u8], count: u64) -> Result<Vec<u8>, ReadError> {
        let expected = count.saturating_mul(2);
        if u64::try_from(digits.len()) != Ok(expected) {
            return Err(self.error(ReadErrorKind::Digits { found: digits.len(), expected }));
        }
        Ok(digits.chunks_exact(2).map(digits::value).collect())
    }

    /// Here is something else than expected.
    pub(super) fn found(&self, expected: &'static str) -> ReadError {
        self.error(ReadErrorKind::Found { found: self.peek(), expected })
    }

    pub(super) fn error(&self, kind: ReadErrorKind) -> ReadError {
        ReadError::new(self.number, self.at + 1, kind)
    }

    /// An error of the line as a whole.
    pub(super) fn unit(&self, error: UnitError) -> ReadError {
        ReadError::new(self.number, 1, ReadErrorKind::Unit(error))
    }

    /// An error of the line as a whole.
    pub(super) fn limit(&self, error: FeedError) -> ReadError {
        ReadError::new(self.number, 1, ReadErrorKind::Limit(Box::new(error)))
    }
}
