//! Texts for the codes on a label: what a printer is given, and a scanner gives back.
//!
//! ```
//! use nameplate::id::label::{ElementString, Envelope};
//!
//! let label = ElementString::new(&[("01", "09520123456788"), ("21", "EUDV2407-000123")])?;
//! assert_eq!(label.human_readable().to_string(), "(01)09520123456788(21)EUDV2407-000123");
//! assert_eq!(label.data().to_string(), "0109520123456788" .to_owned() + "21EUDV2407-000123");
//!
//! let label = Envelope::new(&[("1P", "EUDV24"), ("S", "EUDV2407-000123")])?;
//! assert_eq!(label.to_string(), "[)>\x1E06\x1D1PEUDV24\x1DSEUDV2407-000123\x1E\x04");
//! # Ok::<(), nameplate::id::label::LabelError>(())
//! ```
//!
//! | type | what | source |
//! |---|---|---|
//! | [`ElementString`] | GS1 application identifiers 01, 11, 10, 21, 99 | GS1 General Specifications §3, §7.8, §7.11 |
//! | [`Envelope`] | ISO/IEC 15434 format 06 with data identifiers | ISO/IEC 15434, ANSI MH10.8.2 |
//!
//! Values are checked and never changed: a digit that is wrong or a character that the code may not have is an
//! error with the identifier and the position. Not promised: parsing of labels (what is printed in the field often
//! keeps no standard), other application identifiers, the symbols themselves.

mod envelope;
mod error;
mod gs1;

pub use self::envelope::Envelope;
pub use self::error::LabelError;
pub use self::gs1::{Data, ElementString, Fnc1, HumanReadable};
