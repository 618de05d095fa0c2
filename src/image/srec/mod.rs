//! Motorola S-records, lossless: the text stays as it is, and an index says where each address lies in it.
//!
//! ```
//! use nameplate::image::{Container, Srec};
//!
//! let text = b"S00600004844521B\nS1130100214601360121470136007EFE09D219013C\nS5030001FB\nS9030100FB\n";
//! let srec = Srec::parse(text)?;
//! assert_eq!(srec.extent().unwrap().to_string(), "0x00000100..0x00000110");
//! assert_eq!((srec.header().unwrap(), srec.start().linear), (b"HDR".to_vec(), Some(0x100)));
//!
//! let error = Srec::parse(b"S9030000FD").unwrap_err();
//! assert_eq!(error.to_string(), "line 1, column 9: record sum is 0xFD, expected 0xFC");
//! # Ok::<(), nameplate::image::srec::SrecError>(())
//! ```
//!
//! | record | has | |
//! |---|---|---|
//! | S0 | address, by custom 0; any bytes | header: the name of the file, of the tool |
//! | S1, S2, S3 | address of 16, 24, 32 bits; data | up to 252, 251, 250 bytes |
//! | S5, S6 | a number of 16, 24 bits | how many data records stand before it |
//! | S9, S8, S7 | address of 16, 24, 32 bits | where the program starts, and the end of the file |
//!
//! All numbers are big-endian. [`Srec::parse`] is strict. Accepted: either letter case of digits, line ends CR, LF and
//! CR LF, records in any order and of any widths, no header or several, no S5, a record that ends the file of another
//! width than its data has, empty lines; and after the end an equal record that ends the file, S5, S6, Ctrl-Z and NUL
//! bytes. Everything else is an [`SrecError`] with line and column: a number of records that is not right, too, for it
//! tells a file that was cut. Address 0 in the last record is no start address: tools that know none write it.
//!
//! [`Srec::parse_with`] takes [`Options`]: lenient ones, or each [`Tolerance`] by name. What was tolerated, and what is
//! unusual though allowed, [`Srec::diagnostics`] tells.
//!
//! ```
//! use nameplate::image::srec::{Options, Srec};
//!
//! let text = b"; build 7\nS1040000429D1C\nS50300026A\nS9030000FC\n";
//! assert!(Srec::parse_with(text, &Options::lenient()).is_err()); // 0x9D, 0x1C: one byte more than the sum is for
//! let text = b"; build 7\nS104000042B9\nS5030002FA\nS9030000FC\n";
//! let srec = Srec::parse_with(text, &Options::lenient())?;
//! let told: Vec<String> = srec.diagnostics().map(|found| found.to_string()).collect();
//! assert_eq!(told, [
//!     "line 1, column 1: a comment",
//!     "line 3, column 1: the S5 record counts 2 data records, and 1 stand before it",
//! ]);
//! # Ok::<(), nameplate::image::srec::SrecError>(())
//! ```
//!
//! Memory: as of HEX files, 16 bytes for each run of evenly spaced records. [`Limits`] bounds it.
//!
//! Source: Motorola, *M68000 Family Programmer's Reference Manual*, appendix C, "S-Record Output Format". Where tools
//! disagree about it: [`guide::srecords`](crate::guide::srecords).

mod add;
mod ahead;
mod diagnose;
mod error;
mod file;
mod line;
mod parse;
mod record;
mod tail;
mod write;

pub use self::diagnose::{Diagnostic, DiagnosticKind, Diagnostics};
pub use self::error::{SrecError, SrecErrorKind};
pub use self::file::Srec;
pub use self::write::{Header, Style, Width, WriteError};
pub use crate::digits::Case;
pub use crate::image::add::AddError;
pub use crate::image::hex::LineEnd;
pub use crate::image::options::{Limits, Options, Tolerance};
