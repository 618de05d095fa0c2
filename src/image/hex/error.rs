//! Why a text is not read as Intel HEX: where, what was found, what was expected.

use thiserror::Error;

use super::line::{Lines, is_used};
use crate::addr::Address;
use crate::digits::{self, BAD, Escaped, nibble};
use crate::image::foreign::foreign;
use crate::image::index::Clash;
use crate::image::line::{Claims, HEADER, kind, read};
use crate::image::located::Located;
use crate::image::options::{Options, Tolerance};
use crate::image::text::{self, BOM, is_blank};
use crate::never::OrNever;

/// Why a text is not read as Intel HEX, and where.
pub type HexError = Located<HexErrorKind>;

/// What is wrong with a text that is not read as Intel HEX.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum HexErrorKind {
    /// There is nothing.
    #[error("the file is empty, expected at least the end-of-file record `:00000001FF`")]
    Empty,
    /// No record has data.
    #[error("the file has no data, only {}", if *.only_eof { "the end-of-file record" } else { "records of base and start addresses and the like" })]
    NoData {
        /// The end-of-file record is the only one.
        only_eof: bool,
    },
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
    #[error("this is {what}, not Intel HEX")]
    Foreign {
        /// What it is.
        what: &'static str,
    },
    /// A byte order mark within the file.
    #[error("found a UTF-8 byte order mark, expected `:`; were two files put together?")]
    ByteOrderMark,
    /// A record of an SQTP file whose number was used.
    #[error("found a used number of an SQTP file: its records are one device each, and no image")]
    UsedSqtp,
    /// A line that does not begin with a colon.
    #[error("found `{}`, expected `:`", Escaped(&[*.found]))]
    NoColon {
        /// The character.
        found: u8,
    },
    /// A character that is no digit.
    #[error("found `{}`, expected a hexadecimal digit", Escaped(&[*.found]))]
    Digit {
        /// The character.
        found: u8,
    },
    /// The text ends before a record does.
    #[error("the file ends in the middle of a record, {digits} of {expected} digits are there: it was cut off")]
    CutOff {
        /// How many there are.
        digits: usize,
        /// How many the record has by its length field; the fewest that a record has, where that is not there.
        expected: usize,
    },
    /// A line that is shorter than the shortest record.
    #[error("the record ends after {digits} digits, expected at least 10")]
    Short {
        /// How many there are.
        digits: usize,
    },
    /// A number of digits that is not even.
    #[error("the record has {digits} digits, expected two for each byte")]
    Odd {
        /// How many there are.
        digits: usize,
    },
    /// A length field that is not the length of the data.
    #[error("the record says {expected} data bytes and holds {found}{}", if found + 1 == usize::from(*expected) { ", or has no record sum" } else { "" })]
    Count {
        /// Data bytes in the line.
        found: usize,
        /// Data bytes by the length field.
        expected: u8,
    },
    /// A wrong record sum.
    #[error("record sum is {found:#04X}, expected {expected:#04X}")]
    Sum {
        /// The sum in the record.
        found: u8,
        /// The sum of its bytes.
        expected: u8,
    },
    /// A record type that is not of Intel HEX.
    #[error("record type {found:#04X}, expected 0x00 to 0x05")]
    Type {
        /// The type.
        found: u8,
    },
    /// A Universal HEX file, which has an image for each of several boards.
    #[error(
        "record type {found:#04X}: this is a Universal HEX file of the micro:bit, with an image for each of several boards; take the HEX file of one board"
    )]
    UniversalHex {
        /// The type.
        found: u8,
    },
    /// A length that a record of its type does not have.
    #[error("record type {kind:#04X} with {found} data bytes, expected {expected}")]
    Len {
        /// The type.
        kind: u8,
        /// Its length.
        found: u8,
        /// The right length.
        expected: u8,
    },
    /// An address field where there is none.
    #[error("record type {kind:#04X} with address field {found:#06X}, expected 0x0000")]
    AddressField {
        /// The type.
        kind: u8,
        /// Its address field.
        found: u16,
    },
    /// A record whose addresses pass the 64 KiB that its address field can count; readers disagree
    /// where the rest goes.
    #[error("{len} data bytes from {} pass the end of their 64 KiB block; tools disagree where the rest goes", Address(*.address))]
    Past64K {
        /// The address of the first byte.
        address: u64,
        /// How many bytes.
        len: u8,
    },
    /// A record that passes the highest address a HEX file can have.
    #[error("{len} data bytes from {} pass the end of the 4 GiB that HEX files address", Address(*.address))]
    Past4G {
        /// The address of the first byte.
        address: u64,
        /// How many bytes.
        len: u8,
    },
    /// A second start address.
    #[error("start address {}, but line {line} says {}", Address(u64::from(*.found)), Address(u64::from(*.expected)))]
    Start {
        /// This one.
        found: u32,
        /// The first one.
        expected: u32,
        /// The line of the first one.
        line: usize,
    },
    /// Two records for one byte.
    #[error("data for {} again, first given in line {line}{conflict}", Address(*.address))]
    Overlap {
        /// The first byte that both have.
        address: u64,
        /// The line that gives it first.
        line: usize,
        /// What both say.
        conflict: Conflict,
    },
    /// The text ends without its last record.
    #[error("no end-of-file record (`:00000001FF`): the file may have been cut off")]
    NoEof,
    /// Something follows the end-of-file record.
    #[error("found text after the end-of-file record, expected the end of the file")]
    AfterEof,
    /// A record follows the end-of-file record.
    #[error("found a record after the end-of-file record, expected the end of the file; were two files put together?")]
    RecordAfterEof,
}

/// What two records for one byte say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Conflict {
    /// The same.
    #[error("; both say the same, which lenient reading accepts")]
    Equal,
    /// All records of the file, three or more, have one address, as those of an SQTP file.
    #[error("; is this an SQTP file? its records are one device each, and no image")]
    Sqtp,
    /// Most records have addresses that count words, and none has one that counts bytes.
    #[error(
        "; the addresses look like {bits}-bit words, not bytes (Quartus writes such files): write it with byte addresses"
    )]
    Words {
        /// Bits of a word.
        bits: u8,
    },
    /// Two values for one configuration word.
    #[error(": two different values for one configuration word, {} is {here:#04X} here and {there:#04X} there", Address(*.address))]
    Configuration {
        /// The first byte that differs.
        address: u64,
        /// What the record says that comes second.
        here: u8,
        /// What the first one says.
        there: u8,
    },
    /// Two values for one place.
    #[error(", and it says something else: {} is {here:#04X} here and {there:#04X} there", Address(*.address))]
    Different {
        /// The first byte that differs.
        address: u64,
        /// What the record says that comes second.
        here: u8,
        /// What the first one says.
        there: u8,
    },
}

/// Where families keep their configuration words, as HEX files address them.
const CONFIGURATION: [core::ops::Range<u64>; 4] = [
    0x0030_0000..0x0030_0020, // PIC18: Microchip DS39622, "Special features of the CPU"
    0x0000_400E..0x0000_4014, // PIC16 (mid-range), words 0x2007..: DS33023, section 27
    0x0001_000E..0x0001_0018, // PIC16F1 (enhanced mid-range), words 0x8007..: DS41375, section 4
    0x01F0_0000..0x01F0_0040, // PIC24 and dsPIC, words 0xF80000..: DS70194
];

/// The error of the record that comes second in the text.
pub(super) fn overlap(text: &[u8], clash: &Clash) -> HexError {
    let line = text::line_of(text, clash.first.line);
    let address = clash.address;
    let conflict = match (by_addresses(text), clash.differs) {
        (Some(conflict), _) if conflict != Conflict::Sqtp || clash.differs.is_some() => conflict,
        (_, None) => Conflict::Equal,
        (_, Some((address, here, there))) if CONFIGURATION.iter().any(|words| words.contains(&address)) => {
            Conflict::Configuration { address, here, there }
        }
        (_, Some((address, here, there))) => Conflict::Different { address, here, there },
    };
    HexError::at(text, clash.second.line, HexErrorKind::Overlap { address, line, conflict })
}

/// What the addresses of the data records, three or more, say of a file that has two for one byte. Of a file of
/// words, most records begin as many words behind the one before as that has, and none as many bytes; some do
/// not: those of another region, and the last word of one may be filled up.
fn by_addresses(text: &[u8]) -> Option<Conflict> {
    let (mut base, mut before, mut steps) = (0, None, 0);
    let (mut one, mut whole, mut halves, mut quarters) = (true, 0_usize, 0_usize, 0_usize);
    for (_, line) in (Lines { text, at: 0 }) {
        let Some(record) = line.record() else { continue };
        match record.kind {
            kind::SEGMENT => base = u64::from(record.number()) << 4,
            kind::LINEAR => base = u64::from(record.number()) << 16,
            kind::DATA if record.len > 0 => {
                let address = base + u64::from(record.address);
                if let Some((last, len)) = before.replace((address, u64::from(record.len))) {
                    let is_behind = |bytes: u64| usize::from(len % bytes == 0 && address == last + len / bytes);
                    steps += 1;
                    one &= address == last;
                    whole += is_behind(1);
                    halves += is_behind(2);
                    quarters += is_behind(4);
                }
            }
            _ => {}
        }
    }
    let most = |words: usize| whole == 0 && words >= 2 && words * 2 > steps;
    match () {
        () if steps < 2 => None,
        () if one => Some(Conflict::Sqtp),
        () if most(halves) => Some(Conflict::Words { bits: 16 }),
        () if most(quarters) => Some(Conflict::Words { bits: 32 }),
        () => None,
    }
}

/// Why the line at `at` is no record.
pub(super) fn explain(text: &[u8], at: usize, options: &Options) -> HexError {
    if text.iter().all(|byte| matches!(byte, b'\r' | b'\n') || is_blank(*byte)) {
        return HexError::at(text, 0, HexErrorKind::Empty);
    }
    let rest = text.get(at..).or_never("a place in the text");
    let mut lead = 0;
    if options.tolerates(Tolerance::ByteOrderMark) && at == 0 && rest.starts_with(BOM) {
        lead = BOM.len();
    }
    if options.tolerates(Tolerance::Blanks) {
        lead += rest.iter().skip(lead).take_while(|byte| is_blank(**byte)).count();
    }
    let (offset, kind) = cause(rest.get(lead..).or_never("no more than there are"), at == 0, options);
    HexError::at(text, at + lead + offset, kind)
}

/// What is wrong, and how many bytes into `rest`.
fn cause(rest: &[u8], first: bool, options: &Options) -> (usize, HexErrorKind) {
    let line = rest.split(|byte| matches!(byte, b'\r' | b'\n')).next().or_never("a text is one line at least");
    let digits = match line.split_first() {
        None => return (0, HexErrorKind::NoEof),
        Some((b':', digits)) => digits,
        Some((b';', behind)) if is_used(behind) => return (0, HexErrorKind::UsedSqtp),
        Some((&found, _)) => match foreign(rest).filter(|_| first) {
            Some(what) => return (0, HexErrorKind::Foreign { what }),
            None if line.starts_with(BOM) => return (0, HexErrorKind::ByteOrderMark),
            None => return (0, HexErrorKind::NoColon { found }),
        },
    };
    let end = digits.iter().position(|&c| nibble(c) == BAD);
    if let (None, true) = (end, rest.len() == line.len()) {
        let expected = digits.get(..2).map_or(10, |len| 10 + 2 * usize::from(digits::value(len)));
        if digits.len() < expected {
            return (line.len(), HexErrorKind::CutOff { digits: digits.len(), expected });
        }
    }
    let behind = options.tolerates(Tolerance::TextBehind);
    // Where text may follow a record, what is wrong with the record comes first.
    let digits = match end {
        Some(end) if !behind || read(line).is_some() => {
            let colon = digits.iter().skip(end).position(|&c| behind && c == b':').unwrap_or(0);
            let found = digits.get(end + colon).copied().or_never("a place in the line");
            return (1 + end + colon, HexErrorKind::Digit { found });
        }
        Some(end) => {
            let len = digits.get(..2).filter(|_| end >= 2).map_or(u8::MAX, digits::value);
            if end < 10 + 2 * usize::from(len) {
                return (
                    1 + end,
                    HexErrorKind::Digit { found: digits.get(end).copied().or_never("a place in the line") },
                );
            }
            digits.get(..end).or_never("a place in the line")
        }
        None => digits,
    };
    if digits.len() < 10 {
        return (digits.len() + 1, HexErrorKind::Short { digits: digits.len() });
    }
    match Claims::of(digits) {
        Some(claims) if claims.found() == usize::from(claims.len) => {
            (HEADER + claims.digits.len(), HexErrorKind::Sum { found: claims.sum, expected: claims.right })
        }
        Some(claims) => (1, HexErrorKind::Count { found: claims.found(), expected: claims.len }),
        None => (digits.len() + 1, HexErrorKind::Odd { digits: digits.len() }),
    }
}
