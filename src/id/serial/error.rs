//! Why a template is no scheme, a number has no serial, a text no number.

use alloc::string::String;
use core::fmt;

use thiserror::Error;

use crate::check::character::{AlphabetError, Check};
use crate::digits::Escaped;

/// Why a template is no scheme.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("column {column}: {kind}")]
pub struct SchemeError {
    pub(super) column: usize,
    pub(super) kind: SchemeErrorKind,
}

impl SchemeError {
    /// The column in the template, counted from 1.
    pub fn column(&self) -> usize {
        self.column
    }

    /// What is wrong.
    pub fn kind(&self) -> &SchemeErrorKind {
        &self.kind
    }
}

/// What is wrong with a template.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SchemeErrorKind {
    /// A token that there is not.
    #[error("unknown token `{{{found}}}`{}", Near(*.near))]
    Unknown {
        /// The token.
        found: String,
        /// One that there is and that is spelled almost so.
        near: Option<&'static str>,
    },
    /// A brace that is not closed.
    #[error("found `{{` without `}}`; a brace in the text is written `{{{{`")]
    Unclosed,
    /// A brace that was not opened.
    #[error("found `}}` without `{{`; a brace in the text is written `}}}}`")]
    Unopened,
    /// A character that a serial cannot have.
    #[error("character U+{:04X} is not printable ASCII", u32::from(*.found))]
    Character {
        /// The character.
        found: char,
    },
    /// A token without its width.
    #[error("`{{{token}}}` does not say how many {}, as `{{{token}:{example}}}` does", Counted(.token))]
    NoWidth {
        /// The token.
        token: &'static str,
        /// A width.
        example: usize,
    },
    /// Too many digits, or none.
    #[error("`{found}` {}, expected a number from 1 to {most} without zeros in front", Counted(.token))]
    Width {
        /// The token.
        token: &'static str,
        /// What stands there.
        found: String,
        /// The largest width.
        most: usize,
    },
    /// A name that is no alphabet.
    #[error("`{found}` is no alphabet; there are dec, hex, base36, crockford32, and any as [2-9A-HJ-NP-Z]")]
    Alphabet {
        /// What stands there.
        found: String,
    },
    /// Symbols that are no alphabet.
    #[error("in `[{found}]`: {error}")]
    Symbols {
        /// What stands between the brackets.
        found: String,
        /// Why.
        error: AlphabetError,
    },
    /// Symbols that people confuse.
    #[error("`[{found}]` has `{one}` and `{two}`, which look alike on a label; base36 and crockford32 go by name")]
    LookAlike {
        /// What stands between the brackets.
        found: String,
        /// One of the two.
        one: char,
        /// The other.
        two: char,
    },
    /// A bracket that is not closed.
    #[error("found `[` without `]`")]
    Bracket,
    /// A brace between the wheels of a pattern.
    #[error(
        "found `{{` after `{before}` in a pattern, which has no braces; write `}}` there if the pattern ends, or another character"
    )]
    Brace {
        /// What of the pattern stands before it.
        before: String,
    },
    /// More numbers than can be counted.
    #[error("the pattern has more numbers than 64 bits count")]
    Capacity,
    /// No number.
    #[error("no `{{seq:N}}`: all serials would be the same")]
    NoSeq,
    /// More than one number.
    #[error("a second `{{seq:N}}`")]
    TwoSeqs,
    /// A week without its year.
    #[error("`{{WW}}` without `{{GG}}` or `{{GGGG}}`, the year of the week")]
    WeekWithoutYear,
    /// The calendar's year, month or day with the ISO week or its year.
    #[error(
        "`{{{two}}}` beside `{{{one}}}`: around New Year the week belongs to another year than the day (2024-12-30 is in week 1 of 2025), so serials would repeat; the week goes with `{{GG}}` or `{{GGGG}}`, month and day with `{{YY}}` or `{{YYYY}}`"
    )]
    MixedYears {
        /// The first of the two.
        one: &'static str,
        /// The second.
        two: &'static str,
    },
    /// Too long.
    #[error("serials would have more than 64 characters")]
    TooLong,
    /// A date is missing.
    #[error("`{{{token}}}` needs a date")]
    NeedsDate {
        /// The token.
        token: &'static str,
    },
    /// A value is missing.
    #[error("`{{{token}}}` needs a value: {name} is not given")]
    NeedsValue {
        /// The token.
        token: String,
        /// The name of the value.
        name: &'static str,
    },
    /// A value that does not fit its token.
    #[error("{name} `{found}`, expected {expected}")]
    Given {
        /// The name of the value.
        name: &'static str,
        /// The value.
        found: String,
        /// What the token takes.
        expected: Takes,
    },
    /// A check character without its system, or of one that there is not.
    #[error(
        "`{{check:{found}}}` names no check character; there are luhn, luhn-mod16, luhn-mod36, luhn-mod[…], damm, verhoeff, gs1, mod11-2, mod11-10, mod37-2, mod37-36, mod97-10, crockford37"
    )]
    System {
        /// What stands there.
        found: String,
    },
    /// More than one check token.
    #[error("a second `{{check:…}}`")]
    TwoChecks,
    /// A scope that the template does not have.
    #[error(
        "the check is to cover `{found}`, expected tokens of this template, each once, as in `{{check:damm:seq}}` or `{{check:damm:YY+seq}}`, or `text`"
    )]
    Scope {
        /// What stands there.
        found: String,
    },
    /// A character that the check does not cover.
    #[error(
        "{system} covers {covers}, not the `{found}` of {token}; say what it is to cover, as `{{check:{system}:seq}}` does"
    )]
    NotCovered {
        /// The system's name.
        system: String,
        /// What it covers.
        covers: String,
        /// The character.
        found: char,
        /// The token that has it.
        token: String,
    },
    /// A check that does not cover the number.
    #[error("the check does not cover `{{seq:…}}`, so it would find no mistake in the number")]
    SeqNotCovered,
}

/// What the value of a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Takes {
    /// So many characters of printable ASCII.
    Characters(usize),
    /// Two capital letters.
    Country,
}

impl fmt::Display for Takes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Characters(1) => f.write_str("1 character of printable ASCII"),
            Self::Characters(width) => write!(f, "{width} characters of printable ASCII"),
            Self::Country => f.write_str("two capital letters, as `DE`"),
        }
    }
}

struct Near(Option<&'static str>);

impl fmt::Display for Near {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(name) => write!(f, "; did you mean `{{{name}}}`?"),
            None => f.write_str(
                "; there are {YY} {YYYY} {MM} {DD} {GG} {GGGG} {WW} {CC} {product:N} {station:N} {seq:N} {check:NAME}",
            ),
        }
    }
}

/// What a token's width counts.
struct Counted<'t>(&'t str);

impl fmt::Display for Counted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0 == "seq" { "digits" } else { "characters" })
    }
}

/// Why a number has no serial, or a text no number.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SerialError {
    /// The number is behind the last.
    #[error("number {n} has no serial; the last that has one is {last}")]
    Exhausted {
        /// The number.
        n: u64,
        /// The last that has a serial.
        last: u64,
    },
    /// A text of another length.
    #[error("{found} characters, expected {expected}")]
    Length {
        /// Characters in the text.
        found: usize,
        /// Characters in a serial.
        expected: usize,
    },
    /// A character that is not the scheme's.
    #[error("found `{found}` at position {at}, expected {}", Wanted(.expected))]
    Character {
        /// The character.
        found: String,
        /// The literal one; a digit when there is none.
        expected: Option<char>,
        /// Its position, the first is 1.
        at: usize,
    },
    /// A character of the number that is none of its alphabet.
    #[error("found `{found}` at position {at}, expected one of {alphabet}")]
    Symbol {
        /// The character.
        found: String,
        /// The alphabet.
        alphabet: String,
        /// Its position.
        at: usize,
    },
    /// Other check characters than those of the text. Which character is wrong cannot be told.
    #[error("check character `{}` at position {at}, expected `{expected}` ({system})", Escaped(.found.as_bytes()))]
    Check {
        /// Those found.
        found: String,
        /// Those of the text.
        expected: Check,
        /// The position of the first.
        at: usize,
        /// The system's name.
        system: String,
    },
}

struct Wanted<'a>(&'a Option<char>);

impl fmt::Display for Wanted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(c) => write!(f, "`{c}`"),
            None => f.write_str("a digit"),
        }
    }
}
