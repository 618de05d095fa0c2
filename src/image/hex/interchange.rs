//! Records as those of the crate `ihex`, for exchange with other crates: with the feature `ihex`.

use alloc::vec::Vec;

use ihex::Record as Ihex;
use thiserror::Error;

use super::file::Hex;
use super::line::Lines;
use super::write::Style;
use crate::image::line::{Record, kind};

/// Why records are not those of Intel HEX, or not those of the crate `ihex`.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum IhexError {
    /// A record of a type that the crate does not have.
    #[error("record type {found:#04X}, which the crate `ihex` does not have")]
    Type {
        /// The type.
        found: u8,
    },
    /// A record of more data than its length field can say.
    #[error("a record of {found} data bytes, expected 255 at most")]
    Len {
        /// How many bytes.
        found: usize,
    },
}

impl Hex<'_> {
    /// The records of the file, up to the end-of-file record, as those of the crate `ihex`.
    ///
    /// What those cannot hold is not in them: comments, letter case, line ends, and the address fields
    /// of types 01 to 05.
    ///
    /// # Errors
    /// For a record of a type that the crate does not have.
    ///
    /// ```
    /// use nameplate::image::hex::{Hex, Style, from_ihex};
    ///
    /// let text = b":020000000102FB\r\n:00000001FF\r\n";
    /// let records: Vec<ihex::Record> = Hex::parse(text)?.ihex_records().collect::<Result<_, _>>()?;
    /// assert_eq!(records[0], ihex::Record::Data { offset: 0, value: vec![1, 2] });
    /// assert_eq!(from_ihex(&records, Style::default())?, text);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn ihex_records(&self) -> impl Iterator<Item = Result<Ihex, IhexError>> {
        Lines { text: self.text, at: 0 }.filter_map(|(_, line)| line.record()).map(to_ihex)
    }
}

fn to_ihex(record: Record<'_>) -> Result<Ihex, IhexError> {
    let number = record.number();
    let [h1, h0, l1, l0] = number.to_be_bytes();
    let (high, low) = (u16::from_be_bytes([h1, h0]), u16::from_be_bytes([l1, l0]));
    Ok(match record.kind {
        kind::DATA => {
            let value = record.digits.chunks_exact(2).map(crate::digits::value).collect();
            Ihex::Data { offset: record.address, value }
        }
        kind::EOF => Ihex::EndOfFile,
        kind::SEGMENT => Ihex::ExtendedSegmentAddress(low),
        kind::START_SEGMENT => Ihex::StartSegmentAddress { cs: high, ip: low },
        kind::LINEAR => Ihex::ExtendedLinearAddress(low),
        kind::START_LINEAR => Ihex::StartLinearAddress(number),
        found => return Err(IhexError::Type { found }),
    })
}

/// The text of records, one a line, with the line end and letter case of `style`. Nothing is added,
/// nor checked but lengths: reading the text does that.
///
/// # Errors
/// For a record of more than 255 data bytes.
pub fn from_ihex<'r>(records: impl IntoIterator<Item = &'r Ihex>, style: Style) -> Result<Vec<u8>, IhexError> {
    let mut text = Vec::new();
    for record in records {
        let line = match record {
            Ihex::Data { value, .. } if value.len() > 255 => return Err(IhexError::Len { found: value.len() }),
            Ihex::Data { offset, value } => style.line(kind::DATA, *offset, value),
            Ihex::EndOfFile => style.line(kind::EOF, 0, &[]),
            Ihex::ExtendedSegmentAddress(base) => style.line(kind::SEGMENT, 0, &base.to_be_bytes()),
            Ihex::StartSegmentAddress { cs, ip } => {
                style.line(kind::START_SEGMENT, 0, [*cs, *ip].map(u16::to_be_bytes).as_flattened())
            }
            Ihex::ExtendedLinearAddress(base) => style.line(kind::LINEAR, 0, &base.to_be_bytes()),
            Ihex::StartLinearAddress(address) => style.line(kind::START_LINEAR, 0, &address.to_be_bytes()),
        };
        text.extend(line);
    }
    Ok(text)
}
