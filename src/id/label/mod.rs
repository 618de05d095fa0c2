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
mod gs1;

use alloc::string::String;

use thiserror::Error;

pub use self::envelope::Envelope;
pub use self::gs1::{Data, ElementString, Fnc1, HumanReadable};
use crate::check::character::Check;

/// Why there is no such label. Positions are counted from 1.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum LabelError {
    /// No values.
    #[error("no values")]
    Empty,
    /// An identifier that there is not.
    #[error("application identifier `{found}`, expected 01, 10, 11, 21 or 99")]
    Ai {
        /// What was given.
        found: String,
    },
    /// A data identifier that is none.
    #[error("data identifier `{found}`, expected a capital letter with up to three digits before it, as `S` or `1P`")]
    Di {
        /// What was given.
        found: String,
    },
    /// An identifier given twice.
    #[error("a second value for {id}")]
    Twice {
        /// The identifier.
        id: String,
    },
    /// A value of the wrong length.
    #[error("{id}: {found} characters, expected {expected}")]
    Length {
        /// The identifier.
        id: String,
        /// How many.
        found: usize,
        /// In words, how many there may be.
        expected: &'static str,
    },
    /// A character that the value may not have.
    #[error("{id}: found `{found}` at position {at}, expected {expected}")]
    Character {
        /// The identifier.
        id: String,
        /// The character.
        found: String,
        /// Its position.
        at: usize,
        /// In words, which it may have.
        expected: &'static str,
    },
    /// A GTIN whose last digit does not check.
    #[error("{id}: check digit `{found}`, expected `{expected}`")]
    CheckDigit {
        /// The identifier.
        id: String,
        /// The last digit.
        found: char,
        /// What it should be.
        expected: Check,
    },
    /// A date that there is not.
    #[error("{id}: `{found}` is no date of the form {expected}")]
    Date {
        /// The identifier.
        id: String,
        /// The value.
        found: String,
        /// The form.
        expected: &'static str,
    },
    /// A value that says something about an article, without the article.
    #[error("{id} without (01), the GTIN of the article that it belongs to")]
    Alone {
        /// The identifier.
        id: String,
    },
}
