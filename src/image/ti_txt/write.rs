//! Memory to TI-TXT.

use alloc::vec;
use alloc::vec::Vec;

use thiserror::Error;

use super::file::TiTxt;
use super::line::{Content, Tokens};
use crate::addr::{Address, Span};
use crate::digits::{self, Case};
use crate::image::container::Container;
use crate::image::hex::LineEnd;
use crate::image::sparse::Sparse;
use crate::image::text::{End, is_blank, lines};
use crate::never::OrNever;

/// How TI-TXT is written. [`Default`]: 16 bytes a line, LF, upper case, addresses of four digits or more.
///
/// ```
/// use nameplate::image::{Merge, Sparse, ti_txt::Style};
///
/// let memory = Sparse::from_pieces([(0xFFFE, &[0x00, 0xF0][..]), (0x1_0000, &[1])], Merge::Error)?;
/// assert_eq!(Style::default().to_vec(&memory)?, b"@FFFE\n00 F0 01\nq\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// The format has no start address: that of the memory is not written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// The most bytes in a line, 1 to 255.
    pub line_len: u8,
    /// How lines end.
    pub line_end: LineEnd,
    /// The letter case of digits.
    pub case: Case,
    /// The least digits of an address, 1 to 8.
    pub address_digits: u8,
    /// Whether a blank stands behind the last byte of a line too, as TI's tools write it.
    pub trailing_blank: bool,
}

/// Why memory is not written as TI-TXT.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum WriteError {
    /// A line length of nothing.
    #[error("line length 0, expected 1 to 255 bytes")]
    LineLen,
    /// Too many digits, or none.
    #[error("addresses of {found} digits, expected 1 to 8")]
    AddressDigits {
        /// How many.
        found: u8,
    },
    /// An address that tools do not read.
    #[error("data up to {}, but TI-TXT is read up to 0x100000000", Address(*.end))]
    Address {
        /// The end of the data.
        end: u64,
    },
    /// A buffer that is too short.
    #[error("the buffer has {found} bytes, the text {expected}")]
    Buffer {
        /// Its length.
        found: usize,
        /// The length of the text.
        expected: usize,
    },
    /// More text than this machine can address.
    #[error("the text is too long for this machine")]
    TooLong,
}

impl Default for Style {
    fn default() -> Self {
        Self { line_len: 16, line_end: LineEnd::Lf, case: Case::Upper, address_digits: 4, trailing_blank: false }
    }
}

impl Style {
    /// The style of a file: its most common line length, the end of its first line, the case of its first letter that
    /// is a digit, the digits of its first address, and whether a blank stands behind the first line of bytes.
    pub fn of(image: &TiTxt<'_>) -> Self {
        let mut style = Self { case: image.case, ..Self::default() };
        let (mut lens, mut blank, mut address) = ([0_u64; 256], None, None);
        for (at, line, end) in lines(image.text.get(..image.end).or_never("the `q` was read")) {
            if at == 0 {
                style.line_end = match end {
                    End::Cr => LineEnd::Cr,
                    End::CrLf => LineEnd::CrLf,
                    End::Lf | End::Missing => LineEnd::Lf,
                };
            }
            match Content::of(line) {
                Ok(Content::Address(_)) => {
                    let _ = address.get_or_insert(line.iter().filter(|byte| byte.is_ascii_hexdigit()).count());
                }
                Ok(Content::Bytes(from)) => {
                    let len: usize = Tokens::new(line, from).flatten().map(|(_, bytes)| bytes).sum();
                    if let Some(count) = lens.get_mut(len.min(255)) {
                        *count += 1;
                    }
                    let _ = blank.get_or_insert(line.last().is_some_and(|byte| is_blank(*byte)));
                }
                _ => {}
            }
        }
        // Of several, the longest: the last of the greatest is taken, and the last line of a segment is often shorter.
        let most = (1..=u8::MAX).max_by_key(|&len| lens.get(usize::from(len)).copied());
        style.line_len = most.filter(|_| !image.index.runs.is_empty()).unwrap_or(style.line_len);
        style.address_digits = address.and_then(|digits| u8::try_from(digits).ok()).unwrap_or(4);
        style.trailing_blank = blank.unwrap_or(false);
        style
    }

    /// How long the text of `memory` is.
    ///
    /// # Errors
    /// When it cannot be written in this style.
    pub fn text_len(self, memory: &Sparse) -> Result<usize, WriteError> {
        if self.line_len == 0 {
            return Err(WriteError::LineLen);
        }
        if !(1..=8).contains(&self.address_digits) {
            return Err(WriteError::AddressDigits { found: self.address_digits });
        }
        if let Some(extent) = memory.extent().filter(|extent| extent.end() > 1 << 32) {
            return Err(WriteError::Address { end: extent.end() });
        }
        let len: u64 = memory.segments().map(|(span, _)| self.segment_len(span)).sum();
        usize::try_from(len).ok().and_then(|len| len.checked_add(1 + self.eol())).ok_or(WriteError::TooLong)
    }

    fn eol(self) -> usize {
        self.line_end.text().len()
    }

    /// How many digits the address has.
    fn digits(self, address: u64) -> usize {
        (1..8).find(|digits| address >> (4 * digits) == 0).unwrap_or(8).max(usize::from(self.address_digits))
    }

    /// How long the lines of `span` are, the address with them.
    pub(super) fn segment_len(self, span: Span) -> u64 {
        let lines = span.len().div_ceil(u64::from(self.line_len.max(1)));
        let count = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
        // Three characters for each byte; behind the last one of a line there may be no blank.
        let ends = lines * count(self.eol()) - if self.trailing_blank { 0 } else { lines };
        count(1 + self.digits(span.start()) + self.eol()) + 3 * span.len() + ends
    }

    /// Writes the text of `memory` to the begin of `out`; how long it is.
    ///
    /// # Errors
    /// When it cannot be written in this style, or `out` is shorter; `out` is then as it was.
    pub fn write_into(self, memory: &Sparse, out: &mut [u8]) -> Result<usize, WriteError> {
        let (expected, found) = (self.text_len(memory)?, out.len());
        let Some(mut out) = out.get_mut(..expected) else { return Err(WriteError::Buffer { found, expected }) };
        for (span, bytes) in memory.segments() {
            let len = usize::try_from(self.segment_len(span)).unwrap_or(usize::MAX);
            let (segment, rest) =
                core::mem::take(&mut out).split_at_mut_checked(len).or_never("there is room for all segments");
            out = rest;
            self.segment(segment, span.start(), bytes);
        }
        if let Some((q, eol)) = out.split_first_mut() {
            *q = b'q';
            eol.copy_from_slice(self.line_end.text());
        }
        Ok(expected)
    }

    /// The lines of one segment into text of their length.
    pub(super) fn segment(self, out: &mut [u8], address: u64, bytes: &[u8]) {
        let digits = self.digits(address);
        let Some((line, mut out)) = out.split_at_mut_checked(1 + digits + self.eol()) else { return };
        let Some((mark, line)) = line.split_first_mut() else { return };
        *mark = b'@';
        let Some((number, eol)) = line.split_at_mut_checked(digits) else { return };
        for (digit, place) in number.iter_mut().rev().zip(0..) {
            let [byte, ..] = (address >> (4 * place)).to_le_bytes();
            let [_, low] = digits::pair(byte & 0xF, self.case);
            *digit = low;
        }
        eol.copy_from_slice(self.line_end.text());
        for bytes in bytes.chunks(usize::from(self.line_len.max(1))) {
            let len = 3 * bytes.len() - usize::from(!self.trailing_blank);
            let (line, rest) = core::mem::take(&mut out)
                .split_at_mut_checked(len + self.eol())
                .or_never("there is room for all lines");
            out = rest;
            let Some((text, eol)) = line.split_at_mut_checked(len) else { return };
            for (to, byte) in text.chunks_mut(3).zip(bytes) {
                let [high, low] = digits::pair(*byte, self.case);
                to.iter_mut().zip([high, low, b' ']).for_each(|(to, from)| *to = from);
            }
            eol.copy_from_slice(self.line_end.text());
        }
    }

    /// The text of `memory`.
    ///
    /// # Errors
    /// When it cannot be written in this style.
    pub fn to_vec(self, memory: &Sparse) -> Result<Vec<u8>, WriteError> {
        let mut out = vec![0; self.text_len(memory)?];
        self.write_into(memory, &mut out).map(|_| out)
    }
}
