//! Intel HEX, lossless: the text stays as it is, and an index says where each address lies in it.
//!
//! ```
//! use nameplate::image::{Container, Hex};
//!
//! let text = b":020000040800F2\n:10010000214601360121470136007EFE09D2190140\n:00000001FF\n";
//! let hex = Hex::parse(text)?;
//! assert_eq!(hex.extent().unwrap().to_string(), "0x08000100..0x08000110");
//!
//! let error = Hex::parse(b":00000001FE").unwrap_err();
//! assert_eq!(error.to_string(), "line 1, column 10: record sum is 0xFE, expected 0xFF");
//! # Ok::<(), nameplate::image::hex::HexError>(())
//! ```
//!
//! [`Hex::parse`] is strict. Accepted: either letter case, line ends CR, LF and CR LF, records of
//! 0–255 bytes in any order, an address in the end-of-file record, equal start records, empty lines,
//! and after the end-of-file record lines that begin with `;`, Ctrl-Z and NUL bytes. Everything else is
//! a [`HexError`] with line and column. Of two base records (types 02 and 04) the last one counts; under
//! type 04, or without any, a record may pass its 64 KiB and goes on behind them.
//!
//! [`Hex::parse_with`] takes [`Options`]: lenient ones, or each [`Tolerance`] by name. What was
//! tolerated, and what is unusual though allowed, [`Hex::diagnostics`] tells.
//!
//! ```
//! use nameplate::image::hex::{Hex, Options};
//!
//! let text = b"; build 7\n:0100000001FE ; the answer\n:00000001FF\n";
//! let hex = Hex::parse_with(text, &Options::lenient())?;
//! let told: Vec<String> = hex.diagnostics().map(|found| found.to_string()).collect();
//! assert_eq!(told, [
//!     "line 1, column 1: a comment",
//!     "line 2, column 14: text behind the record",
//! ]);
//! # Ok::<(), nameplate::image::hex::HexError>(())
//! ```
//!
//! Memory: 16 bytes for each run of evenly spaced records; a file as linkers write it has one run
//! for each 64 KiB or segment. [`Limits`] bounds it.
//!
//! Source: Intel, *Hexadecimal Object File Format Specification*, revision A, 1988. Where tools
//! disagree about it, and what is decided here: [`guide::divergence`](crate::guide::divergence).

mod add;
mod ahead;
mod diagnose;
mod error;
mod file;
#[cfg(feature = "ihex")]
mod interchange;
mod line;
mod parse;
mod tail;
mod write;

pub use self::diagnose::{Diagnostic, DiagnosticKind, Diagnostics};
pub use self::error::{Conflict, HexError, HexErrorKind};
pub use self::file::Hex;
#[cfg(feature = "ihex")]
pub use self::interchange::{IhexError, from_ihex};
pub use self::write::{Addressing, LineEnd, Style, WriteError};
pub use crate::digits::Case;
pub use crate::image::add::AddError;
pub use crate::image::options::{Crossing, Limits, Options, Tolerance};
