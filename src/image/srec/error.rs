//! Why a text is not read as S-records: where, what was found, what was expected.

use thiserror::Error;

use super::line::{holds_record, small};
use super::record::{Record, looks_like, read, width};
use crate::addr::Address;
use crate::digits::{self, BAD, Escaped, nibble};
use crate::image::foreign::foreign_to_srec;
use crate::image::index::Clash;
use crate::image::located::Located;
use crate::image::options::{Options, Tolerance};
use crate::image::text::{self, BOM, Differs, first_line, is_blank};
use crate::never::OrNever;

/// Why a text is not read as S-records, and where.
pub type SrecError = Located<SrecErrorKind>;

/// What is wrong with a text that is not read as S-records.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SrecErrorKind {
    /// There is nothing.
    #[error("the file is empty, expected at least a data record and the record that ends the file, as `S9030000FC`")]
    Empty,
    /// No record has data.
    #[error("the file has no data: no S1, S2 or S3 record holds any")]
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
    #[error("this is {what}, not a Motorola S-record file")]
    Foreign {
        /// What it is.
        what: &'static str,
    },
    /// A byte order mark.
    #[error("found a UTF-8 byte order mark, expected `S`: save the file without one")]
    ByteOrderMark,
    /// A line that does not begin with an S.
    #[error("found `{}`, expected `S`", Escaped(&[*.found]))]
    NoMark {
        /// The character.
        found: u8,
    },
    /// A small letter.
    #[error("found `s`, expected `S`: most tools do not read such records; lenient reading does")]
    SmallS,
    /// A blank in front of a record.
    #[error("a blank in front of the record: one tool leaves such records out, so take it away")]
    LeadingBlank,
    /// A block of symbols.
    #[error(
        "found a line of symbols, as those of objcopy's `symbolsrec`: write the file as `srec`; lenient reading accepts it"
    )]
    Symbols,
    /// A character that is no digit.
    #[error("found `{}`, expected a hexadecimal digit", Escaped(&[*.found]))]
    Digit {
        /// The character.
        found: u8,
    },
    /// The text ends before a record does.
    #[error("the file ends in the middle of a record, {digits} of {expected} digits are there: it was cut off")]
    CutOff {
        /// How many there are, behind the type.
        digits: usize,
        /// How many the record has by its count; the fewest that a record has, where that is not there.
        expected: usize,
    },
    /// A record type that is none.
    #[error("record type `S{}`, expected S0 to S3 or S5 to S9", Escaped(&[*.found]))]
    Type {
        /// The character behind the S.
        found: u8,
    },
    /// A number of digits that is not even.
    #[error("the record has {digits} digits behind its type, expected two for each byte")]
    Odd {
        /// How many there are.
        digits: usize,
    },
    /// A count that is not the number of bytes.
    #[error("the record says that {expected} bytes follow its count, and {found} do")]
    Count {
        /// Bytes in the line.
        found: usize,
        /// Bytes by the count.
        expected: u8,
    },
    /// A count that leaves no room for the address and the sum.
    #[error("an S{} record of {found} bytes, expected {least} or more: {} of the address and the record sum", char::from(*.kind), .least - 1)]
    Short {
        /// The character of the type.
        kind: u8,
        /// The count.
        found: u8,
        /// The least that there can be.
        least: u8,
    },
    /// Data in a record that has none.
    #[error("an S{} record with {found} data bytes, expected none", char::from(*.kind))]
    Len {
        /// The character of the type.
        kind: u8,
        /// How many.
        found: u8,
    },
    /// A wrong record sum.
    #[error("record sum is {found:#04X}, expected {expected:#04X}")]
    Sum {
        /// The sum in the record.
        found: u8,
        /// The sum of its bytes.
        expected: u8,
    },
    /// Something stands behind a record.
    #[error("found `{}` behind the record, expected the end of the line", Escaped(&[*.found]))]
    Behind {
        /// The first character.
        found: u8,
    },
    /// Two records in a line.
    #[error("a second record in the line, which some tools leave out: put it in a line of its own")]
    TwoRecords,
    /// A record whose addresses pass what its address can say.
    #[error("{len} data bytes from {} pass the end of the {} that S{} records address", Address(u64::from(*.address)), reach(*.kind), char::from(*.kind))]
    PastEnd {
        /// The character of the type.
        kind: u8,
        /// The address of the first byte.
        address: u32,
        /// How many bytes.
        len: u8,
    },
    /// Two records for one byte.
    #[error("data for {} again, first given in line {line}{}", Address(*.address), Differs(*.differs))]
    Overlap {
        /// The first byte that both have.
        address: u64,
        /// The line that gives it first.
        line: usize,
        /// The first byte that differs: its address, what the record says that comes second, and the first one;
        /// nothing when both say the same.
        differs: Option<(u64, u8, u8)>,
    },
    /// A number of data records that is not right.
    #[error("the S{} record counts {found} data records, and {expected} stand before it: was the file cut, or put together?", char::from(*.kind))]
    Records {
        /// The character of the type.
        kind: u8,
        /// What it says.
        found: u32,
        /// How many there are.
        expected: u64,
    },
    /// A second start address.
    #[error("start address {}, but line {line} says {}", Address(u64::from(*.found)), Address(u64::from(*.expected)))]
    Start {
        /// This one.
        found: u32,
        /// The one before.
        expected: u32,
        /// The line of the first one.
        line: usize,
    },
    /// The text ends without its last record.
    #[error("no record that ends the file (S7, S8 or S9, as `S9030000FC`): it may have been cut off")]
    NoEnd,
    /// Something follows the record that ends the file.
    #[error("found text after the record that ends the file, expected nothing")]
    AfterEnd,
    /// A record follows the record that ends the file.
    #[error(
        "found a record after the one that ends the file, which some tools read and some do not; were two files put together?"
    )]
    RecordAfterEnd,
}

/// How far the records of a type reach.
fn reach(kind: u8) -> &'static str {
    match kind {
        b'1' => "64 KiB",
        b'2' => "16 MiB",
        _ => "4 GiB",
    }
}

/// The error of the record that comes second in the text.
pub(super) fn overlap(text: &[u8], clash: &Clash) -> SrecError {
    let (line, address, differs) = (text::line_of(text, clash.first.line), clash.address, clash.differs);
    SrecError::at(text, clash.second.line, SrecErrorKind::Overlap { address, line, differs })
}

/// Why the line at `at` is not read.
pub(super) fn explain(text: &[u8], at: usize, options: &Options) -> SrecError {
    if text.iter().all(|byte| matches!(byte, b'\r' | b'\n') || is_blank(*byte)) {
        return SrecError::at(text, 0, SrecErrorKind::Empty);
    }
    let (offset, kind) = cause(text.get(at..).or_never("a place in the text"), at == 0, options);
    SrecError::at(text, at + offset, kind)
}

/// What is wrong, and how many bytes into `rest`.
fn cause(rest: &[u8], first: bool, options: &Options) -> (usize, SrecErrorKind) {
    let (line, _) = first_line(rest);
    match line {
        [] => return (0, SrecErrorKind::NoEnd),
        _ if line.starts_with(BOM) => return (0, SrecErrorKind::ByteOrderMark),
        [b'S', ..] => {}
        [b's', ..] if small(line).is_some() && !options.tolerates(Tolerance::SmallS) => {
            return (0, SrecErrorKind::SmallS);
        }
        [b's', kind, ..] if kind.is_ascii_digit() => {}
        [b'$', b'$', ..] => return (0, SrecErrorKind::Symbols),
        [blank, ..] if is_blank(*blank) && line.iter().any(|byte| !is_blank(*byte)) => {
            return (0, SrecErrorKind::LeadingBlank);
        }
        [found, ..] => {
            let what = foreign_to_srec(rest).filter(|_| first);
            return (0, what.map_or(SrecErrorKind::NoMark { found: *found }, |what| SrecErrorKind::Foreign { what }));
        }
    }
    let Some(&kind) = line.get(1) else {
        return (1, SrecErrorKind::CutOff { digits: 0, expected: LEAST });
    };
    if !kind.is_ascii_alphanumeric() {
        return (1, SrecErrorKind::Type { found: kind });
    }
    if let Some(found) = if line.starts_with(b"s") { small(line) } else { read(line) } {
        return behind(line, &found);
    }
    if width(kind).is_none() {
        return (1, SrecErrorKind::Type { found: kind });
    }
    in_digits(rest, line, kind)
}

/// Digits of the shortest record, behind its type.
const LEAST: usize = 8;

/// What is wrong behind a record that is right.
fn behind(line: &[u8], record: &Record<'_>) -> (usize, SrecErrorKind) {
    let len = record.text_len();
    let rest = line.get(len..).or_never("the record was read");
    let digits = line.iter().skip(2).take_while(|byte| nibble(**byte) != BAD).count();
    match rest.first() {
        _ if holds_record(rest) => {
            let at = (0..rest.len()).find(|&at| looks_like(rest.get(at..).or_never("a place in the line")));
            (len + at.unwrap_or(0), SrecErrorKind::TwoRecords)
        }
        Some(digit) if nibble(*digit) != BAD && digits % 2 == 1 => (len, SrecErrorKind::Odd { digits }),
        Some(digit) if nibble(*digit) != BAD => {
            let expected = u8::try_from((len - super::record::MARK) / 2).unwrap_or(u8::MAX);
            (2, SrecErrorKind::Count { found: digits / 2 - 1, expected })
        }
        Some(&found) => (len, SrecErrorKind::Behind { found }),
        // The record is right, and no such line is read.
        None => (0, SrecErrorKind::NoMark { found: line.first().copied().or_never("the record was read") }),
    }
}

/// What is wrong with the digits of a record, those behind its type.
fn in_digits(rest: &[u8], line: &[u8], kind: u8) -> (usize, SrecErrorKind) {
    let text = line.get(2..).or_never("a mark was read");
    let len = text.iter().take_while(|byte| nibble(**byte) != BAD).count();
    let all = text.get(..len).or_never("no more than there are");
    let count = all.get(..2).map(digits::value);
    let expected = count.map_or(LEAST, |count| 2 + 2 * usize::from(count));
    if len < expected {
        if let Some(&found) = text.get(len) {
            return (2 + len, SrecErrorKind::Digit { found });
        }
        if rest.len() == line.len() {
            return (line.len(), SrecErrorKind::CutOff { digits: len, expected });
        }
    }
    if len % 2 == 1 {
        return (2 + len, SrecErrorKind::Odd { digits: len });
    }
    let Some(count) = count else { return (2, SrecErrorKind::Odd { digits: 0 }) };
    if len != expected {
        return (2, SrecErrorKind::Count { found: (len / 2).saturating_sub(1), expected: count });
    }
    let least = width(kind).unwrap_or(0) + 1;
    if count < least {
        return (2, SrecErrorKind::Short { kind, found: count, least });
    }
    let (body, sum) = all.split_at_checked(expected - 2).or_never("so many digits were found");
    let right = !body.chunks_exact(2).fold(0, |sum: u8, pair| sum.wrapping_add(digits::value(pair)));
    (2 + body.len(), SrecErrorKind::Sum { found: digits::value(sum), expected: right })
}
