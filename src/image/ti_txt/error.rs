//! Why a text is not read as TI-TXT: where, what was found, what was expected.

use thiserror::Error;

use crate::addr::Address;
use crate::digits::Escaped;
use crate::image::foreign::foreign_to_ti_txt;
use crate::image::index::Clash;
use crate::image::located::Located;
use crate::image::text::{self, BOM, Differs, is_blank};
use crate::never::OrNever;

/// Why a text is not read as TI-TXT, and where.
pub type TiTxtError = Located<TiTxtErrorKind>;

/// What is wrong with a text that is not read as TI-TXT.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum TiTxtErrorKind {
    /// There is nothing.
    #[error("the file is empty, expected an address as `@F000`, bytes, and `q` at the end")]
    Empty,
    /// No line has bytes.
    #[error("the file has no data: no line has bytes")]
    NoData,
    /// More text than the limit.
    #[error("the text has {len} bytes, more than the limit of {limit}")]
    TextTooLong {
        /// Its length.
        len: usize,
        /// The limit.
        limit: u32,
    },
    /// More pieces of memory than the limit.
    #[error("the data lies in more than {limit} pieces, which is the limit")]
    TooManyRuns {
        /// The limit.
        limit: u32,
    },
    /// The file is of another kind.
    #[error("this is {what}, not TI-TXT")]
    Foreign {
        /// What it is.
        what: &'static str,
    },
    /// A byte order mark.
    #[error("found a UTF-8 byte order mark, expected `@`: save the file without one")]
    ByteOrderMark,
    /// A character that is no digit.
    #[error("found `{}`, expected a hexadecimal digit", Escaped(&[*.found]))]
    Digit {
        /// The character.
        found: u8,
    },
    /// A line that begins otherwise.
    #[error("found `{}`, expected `@` and an address, bytes of two digits, or `q`", Escaped(&[*.found]))]
    Begin {
        /// The first character.
        found: u8,
    },
    /// An address of no digits, or of too many.
    #[error("an address of {digits} digits, expected 1 to 8 behind `@`, as `@F000`")]
    Address {
        /// How many.
        digits: usize,
    },
    /// Bytes in front of the first address.
    #[error("bytes without an address: expected a line as `@F000` in front of them")]
    NoAddress,
    /// A single digit.
    #[error("found one digit, expected two for each byte: tools read it as two different bytes")]
    OneDigit,
    /// A number of digits that is not even.
    #[error("found {digits} digits, expected two for each byte")]
    Odd {
        /// How many.
        digits: usize,
    },
    /// Bytes without a blank between them.
    #[error("no blank between two bytes, which lenient reading accepts")]
    Unspaced,
    /// Blanks at the begin of a line.
    #[error("a blank at the begin of the line, which lenient reading accepts")]
    LeadingBlank,
    /// Bytes past the highest address.
    #[error("bytes from {} pass the end of 4 GiB", Address(*.address))]
    Past4G {
        /// The address of the first of them.
        address: u64,
    },
    /// Two bytes for one address.
    #[error("data for {} again, first given in line {line}{}", Address(*.address), Differs(*.differs))]
    Overlap {
        /// The first byte that both have.
        address: u64,
        /// The line that gives it first.
        line: usize,
        /// The first byte that differs: its address, what the line says that comes second, and the first one; nothing
        /// when both say the same.
        differs: Option<(u64, u8, u8)>,
    },
    /// The text ends without its last line.
    #[error("no `q` at the end: the file was cut off, and has nothing else to tell that it is whole")]
    NoEnd,
    /// Something stands behind the `q`.
    #[error("found `{}` behind `q`, expected the end of the line", Escaped(&[*.found]))]
    Behind {
        /// The first character.
        found: u8,
    },
    /// Data follows the `q`.
    #[error("found data after `q`, which some tools read and some do not; were two files put together?")]
    DataAfterEnd,
}

/// The error of the line that comes second in the text.
pub(super) fn overlap(text: &[u8], clash: &Clash) -> TiTxtError {
    let (line, address, differs) = (text::line_of(text, clash.first.at), clash.address, clash.differs);
    TiTxtError::at(text, clash.second.at, TiTxtErrorKind::Overlap { address, line, differs })
}

/// The error at an offset, where more can be told of the file than `kind`.
pub(super) fn cause(text: &[u8], offset: usize, kind: TiTxtErrorKind) -> TiTxtError {
    if text.iter().all(|byte| matches!(byte, b'\r' | b'\n') || is_blank(*byte)) {
        return TiTxtError::at(text, 0, TiTxtErrorKind::Empty);
    }
    let rest = text.get(offset..).or_never("a place in the text");
    let begins = offset == 0 || matches!(text.get(offset - 1), Some(b'\r' | b'\n'));
    let kind = match kind {
        TiTxtErrorKind::Digit { .. } if rest.starts_with(BOM) => TiTxtErrorKind::ByteOrderMark,
        TiTxtErrorKind::Digit { found } if begins => match foreign_to_ti_txt(text).filter(|_| offset == 0) {
            Some(what) => TiTxtErrorKind::Foreign { what },
            None => TiTxtErrorKind::Begin { found },
        },
        kind => kind,
    };
    TiTxtError::at(text, offset, kind)
}
