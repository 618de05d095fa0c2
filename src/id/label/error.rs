//! Why a label cannot be made.

use alloc::string::String;

use thiserror::Error;

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
