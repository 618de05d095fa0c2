//! TI-TXT, the text of MSP430 tools, lossless: the text stays as it is, and an index says where each address lies in it.
//!
//! ```
//! use nameplate::image::{Container, TiTxt};
//!
//! let text = b"@F000\n31 40 00 03 B2 40 80 5A 20 01 D2 D3 22 00 D2 E3\n21 00 3F 40\n@FFFE\n00 F0\nq\n";
//! let image = TiTxt::parse(text)?;
//! assert_eq!(format!("{image:?}"), "[0x0000F000..0x0000F014, 0x0000FFFE..0x00010000]");
//!
//! let error = TiTxt::parse(b"@F000\n3 40\nq\n").unwrap_err();
//! assert_eq!(error.to_string(), "line 2, column 1: found one digit, expected two for each byte: tools read it as two different bytes");
//! # Ok::<(), nameplate::image::ti_txt::TiTxtError>(())
//! ```
//!
//! | line | is |
//! |---|---|
//! | `@F000` | the address of the byte that follows, 1 to 8 digits |
//! | `31 40 00 03` | bytes, with blanks between them and perhaps behind the last one |
//! | `q` | the end of the file |
//!
//! There is no sum, no length and no start address: a damaged digit is not found, and a cut file only by its missing
//! `q`. That is why a file without it is refused in any mode. [`TiTxt::parse`] is strict. Accepted: either letter case,
//! line ends CR, LF and CR LF, any number of bytes in a line, tabs, odd addresses, addresses of more than 16 bits, empty
//! lines, `Q`, and behind it Ctrl-Z, NUL bytes and text that is no data. Everything else is a [`TiTxtError`] with line
//! and column.
//!
//! [`TiTxt::parse_with`] takes [`Options`]: lenient ones, or each [`Tolerance`] by name: `blanks` (in front of what a
//! line has, and lines of nothing else), `unspaced` (bytes without a blank between them), `copies`, `no-data`. What was
//! tolerated, and what is unusual though allowed, [`TiTxt::diagnostics`] tells.
//!
//! Memory: 16 bytes for each run of evenly spaced lines; the worst text has one for each byte. [`Limits`] bounds it.
//!
//! Source: Texas Instruments SLAU101, *MSP430 Flash Emulation Tool*, appendix A.2, "TI-TXT file format". It demands even
//! addresses and numbers of bytes; no tool does. Where tools disagree: [`guide::srecords`](crate::guide::srecords).

mod add;
mod diagnose;
mod error;
mod file;
mod line;
mod parse;
mod write;

pub use self::diagnose::{Diagnostic, DiagnosticKind, Diagnostics};
pub use self::error::{TiTxtError, TiTxtErrorKind};
pub use self::file::TiTxt;
pub use self::write::{Style, WriteError};
pub use crate::digits::Case;
pub use crate::image::add::AddError;
pub use crate::image::hex::LineEnd;
pub use crate::image::options::{Limits, Options, Tolerance};
