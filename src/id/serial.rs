//! Serial numbers by a scheme: literal text, the parts of a date, and a running number.
//!
//! ```
//! use nameplate::id::serial::{Date, Scheme};
//!
//! let serials = Scheme::parse("EUDV{YY}{MM}-{seq:6}")?.dated(Date::new(2024, 7, 1)?);
//! assert_eq!(serials.nth(123)?.as_str(), "EUDV2407-000123");
//! assert_eq!(serials.parse("EUDV2407-000123")?, 123);
//! assert_eq!(serials.last(), 999_999);
//! assert!(serials.nth(1_000_000).is_err());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | token | on 2024-12-30 | what |
//! |---|---|---|
//! | `{YYYY}`, `{YY}` | `2024`, `24` | calendar year |
//! | `{MM}`, `{DD}` | `12`, `30` | month, day |
//! | `{GGGG}`, `{GG}` | `2025`, `25` | year of the ISO week |
//! | `{WW}` | `01` | ISO week |
//! | `{seq:6}` | `000123` | the number in 1 to 19 digits, zeros in front |
//! | `{{`, `}}` | `{`, `}` | braces |
//!
//! Everything else is literal, printable ASCII. A scheme has exactly one `{seq:N}` and makes texts of
//! one length, at most 64 characters. A number that has more digits is an error: nothing is widened
//! or wrapped. The calendar year may not stand beside the ISO week, nor the year of the week beside
//! month or day: 2024-12-30 lies in week 1 of 2025, so `{YY}{WW}` would give `2401` a second time.
//!
//! Source: ISO 8601 for weeks. Not promised: that a number is handed out once.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use thiserror::Error;

pub use super::date::{Date, DateError};
use crate::digits::{self, Escaped};
use crate::value::{INLINE, Source, Value, ValueKind, View};

/// The most digits of a number.
const MOST_DIGITS: usize = 19;

/// A serial scheme whose tokens are checked. `Display` writes the template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scheme {
    template: String,
    parts: Vec<Part>,
    /// The first token that needs a date, and its column.
    date: Option<(usize, DatePart)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Literal(String),
    Date(DatePart),
    Seq(usize),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum DatePart {
    Year4,
    Year2,
    Month,
    Day,
    WeekYear4,
    WeekYear2,
    Week,
}

/// The tokens of a date, by name.
const DATE_TOKENS: [(&str, DatePart); 7] = [
    ("YYYY", DatePart::Year4),
    ("YY", DatePart::Year2),
    ("MM", DatePart::Month),
    ("DD", DatePart::Day),
    ("GGGG", DatePart::WeekYear4),
    ("GG", DatePart::WeekYear2),
    ("WW", DatePart::Week),
];

impl DatePart {
    fn name(self) -> &'static str {
        DATE_TOKENS.iter().find(|(_, part)| *part == self).map_or("", |(name, _)| name)
    }

    fn is_calendar(self) -> bool {
        matches!(self, Self::Year4 | Self::Year2 | Self::Month | Self::Day)
    }

    /// How many digits: as many as the token has letters.
    fn len(self) -> usize {
        self.name().len()
    }

    fn of(self, date: Date) -> u16 {
        let (week_year, week) = date.iso_week();
        match self {
            Self::Year4 => date.year(),
            Self::Year2 => date.year() % 100,
            Self::Month => date.month().into(),
            Self::Day => date.day().into(),
            Self::WeekYear4 => week_year,
            Self::WeekYear2 => week_year % 100,
            Self::Week => week.into(),
        }
    }
}

impl Scheme {
    /// Reads a template.
    ///
    /// # Errors
    /// With the column, when a token is unknown or incomplete, two tokens do not go together, a
    /// character is not printable ASCII, there is not exactly one `{seq:N}`, or texts would be too long.
    pub fn parse(template: &str) -> Result<Self, SchemeError> {
        let mut parts: Vec<Part> = Vec::new();
        let mut rest = template;
        let (mut len, mut date, mut week) = (0, None, None);
        while !rest.is_empty() {
            let column = template.len() - rest.len() + 1;
            let fail = |kind| SchemeError { column, kind };
            let (part, after) = part(rest).map_err(fail)?;
            // Ends a hostile template early, so that looking at all earlier parts stays cheap.
            len += part.len();
            if len > INLINE {
                return Err(fail(SchemeErrorKind::TooLong));
            }
            if let Some(other) = parts.iter().find_map(|other| conflict(other, &part)) {
                return Err(fail(other));
            }
            if let Part::Date(token) = part {
                date = date.or(Some((column, token)));
                week = if token == DatePart::Week { Some(column) } else { week };
            }
            match (parts.last_mut(), part) {
                (Some(Part::Literal(text)), Part::Literal(more)) => text.push_str(&more),
                (_, part) => parts.push(part),
            }
            rest = after;
        }
        if !parts.iter().any(|part| matches!(part, Part::Seq(_))) {
            return Err(SchemeError { column: template.len() + 1, kind: SchemeErrorKind::NoSeq });
        }
        let is_year = |part: &Part| matches!(part, Part::Date(DatePart::WeekYear4 | DatePart::WeekYear2));
        if let Some(column) = week.filter(|_| !parts.iter().any(is_year)) {
            return Err(SchemeError { column, kind: SchemeErrorKind::WeekWithoutYear });
        }
        Ok(Self { template: template.to_string(), parts, date })
    }

    /// The serials of one date.
    pub fn dated(&self, date: Date) -> Serials {
        let mut text = Inline::default();
        let mut seq = 0..0;
        for part in &self.parts {
            match part {
                Part::Literal(literal) => text.push(literal.as_bytes()),
                Part::Date(part) => {
                    let mut digits = [0; 4];
                    let (digits, _) = digits.split_at_mut(part.len());
                    // Two digits hold what is below 100, four what is below 10,000.
                    let _ = digits::decimal(part.of(date).into(), digits);
                    text.push(digits);
                }
                Part::Seq(width) => {
                    seq = text.len..text.len + width;
                    text.push([b'0'; MOST_DIGITS].get(..*width).unwrap_or_default());
                }
            }
        }
        Serials { text, seq }
    }

    /// The serials of a template that has no date.
    ///
    /// # Errors
    /// When it has one.
    pub fn undated(&self) -> Result<Serials, SchemeError> {
        match (self.date, Date::new(1, 1, 1)) {
            (None, Ok(unused)) => Ok(self.dated(unused)),
            (date, _) => {
                let (column, token) = date.map_or((1, ""), |(column, token)| (column, token.name()));
                Err(SchemeError { column, kind: SchemeErrorKind::NeedsDate { token } })
            }
        }
    }
}

impl Part {
    fn len(&self) -> usize {
        match self {
            Self::Literal(text) => text.len(),
            Self::Date(date) => date.len(),
            Self::Seq(width) => *width,
        }
    }
}

/// The part that `rest` begins with, and what follows it.
fn part(rest: &str) -> Result<(Part, &str), SchemeErrorKind> {
    for (double, brace) in [("{{", "{"), ("}}", "}")] {
        if let Some(after) = rest.strip_prefix(double) {
            return Ok((Part::Literal(brace.to_string()), after));
        }
    }
    if let Some(inner) = rest.strip_prefix('{') {
        let (token, after) = inner.split_once('}').ok_or(SchemeErrorKind::Unclosed)?;
        return Ok((token_part(token)?, after));
    }
    let mut chars = rest.chars();
    match chars.next() {
        Some('}') => Err(SchemeErrorKind::Unopened),
        Some(c @ ' '..='~') => Ok((Part::Literal(c.to_string()), chars.as_str())),
        c => Err(SchemeErrorKind::Character { found: c.unwrap_or_default() }),
    }
}

fn token_part(token: &str) -> Result<Part, SchemeErrorKind> {
    if let Some((_, part)) = DATE_TOKENS.iter().find(|(name, _)| *name == token) {
        return Ok(Part::Date(*part));
    }
    match token.strip_prefix("seq") {
        Some("") => Err(SchemeErrorKind::NoWidth),
        Some(width) if width.starts_with(':') => {
            let width = width.strip_prefix(':').unwrap_or_default();
            let digits = digits::parse_decimal(width.as_bytes())
                .filter(|_| !width.starts_with('0'))
                .and_then(|n| usize::try_from(n).ok());
            match digits {
                Some(digits @ 1..=MOST_DIGITS) => Ok(Part::Seq(digits)),
                _ => Err(SchemeErrorKind::Width { found: Escaped(width.as_bytes()).to_string() }),
            }
        }
        _ => {
            let found = Escaped(token.as_bytes()).to_string();
            let same = |name: &&str| name.eq_ignore_ascii_case(token);
            let near = DATE_TOKENS.iter().map(|(name, _)| *name).find(same);
            let is_seq = token.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("seq"));
            Err(SchemeErrorKind::Unknown { found, near: near.or(is_seq.then_some("seq:6")) })
        }
    }
}

/// Why two parts do not go together.
fn conflict(one: &Part, two: &Part) -> Option<SchemeErrorKind> {
    match (one, two) {
        (Part::Seq(_), Part::Seq(_)) => Some(SchemeErrorKind::TwoSeqs),
        // A week beside the calendar's month or day is no duplicate, but no date anyone reads either.
        (Part::Date(one), Part::Date(two)) if one.is_calendar() != two.is_calendar() => {
            Some(SchemeErrorKind::MixedYears { one: one.name(), two: two.name() })
        }
        _ => None,
    }
}

/// The template.
impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.template)
    }
}

/// Text of at most 64 characters.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Inline {
    len: usize,
    bytes: [u8; INLINE],
}

impl Default for Inline {
    fn default() -> Self {
        Self { len: 0, bytes: [0; INLINE] }
    }
}

impl Inline {
    fn push(&mut self, more: &[u8]) {
        if let Some(to) = self.bytes.get_mut(self.len..self.len + more.len()) {
            to.copy_from_slice(more);
            self.len += more.len();
        }
    }

    fn as_str(&self) -> &str {
        // Only ever printable ASCII.
        core::str::from_utf8(self.bytes.get(..self.len).unwrap_or_default()).unwrap_or_default()
    }
}

/// The serials of one scheme on one date: number in, text out, and back.
#[derive(Clone, PartialEq, Eq)]
pub struct Serials {
    /// The text of number 0.
    text: Inline,
    /// Where its digits lie.
    seq: core::ops::Range<usize>,
}

impl Serials {
    /// Characters in each serial.
    pub fn text_len(&self) -> usize {
        self.text.len
    }

    /// The serial of number `n`. Allocates nothing.
    ///
    /// # Errors
    /// When `n` has more digits than the scheme.
    pub fn nth(&self, n: u64) -> Result<Serial, SerialError> {
        let mut text = self.text;
        let digits = text.bytes.get_mut(self.seq.clone()).unwrap_or_default();
        if digits::decimal(n, digits) { Ok(Serial(text)) } else { Err(SerialError::Exhausted { n, last: self.last() }) }
    }

    /// The last number that has a serial.
    pub fn last(&self) -> u64 {
        (0..self.seq.len()).fold(0, |n, _| n * 10 + 9)
    }

    /// The number of a serial: exactly the texts that [`nth`](Self::nth) gives are read.
    ///
    /// # Errors
    /// With the position at which the text is not a serial of this scheme and date.
    pub fn parse(&self, text: &str) -> Result<u64, SerialError> {
        let template = self.text.as_str();
        let length = || SerialError::Length { found: text.chars().count(), expected: template.len() };
        for (at, (found, expected)) in text.chars().zip(template.chars()).enumerate() {
            let is_digit = self.seq.contains(&at);
            if if is_digit { !found.is_ascii_digit() } else { found != expected } {
                if text.chars().count() != template.len() {
                    return Err(length());
                }
                let found = Escaped(found.encode_utf8(&mut [0; 4]).as_bytes()).to_string();
                return Err(SerialError::Character { found, expected: (!is_digit).then_some(expected), at: at + 1 });
            }
        }
        // What has matched so far is ASCII, one byte for each character.
        if text.len() != template.len() {
            return Err(length());
        }
        let digits = text.as_bytes().get(self.seq.clone()).unwrap_or_default();
        digits::parse_decimal(digits).ok_or_else(length)
    }
}

impl Source for Serials {
    type Error = SerialError;

    fn value(&self, n: u64) -> Result<Value<'static>, SerialError> {
        self.nth(n).map(Value::from)
    }

    fn run_into(&self, first: u64, out: &mut [[u8; INLINE]]) -> Option<(ValueKind, usize)> {
        let last = u64::try_from(out.len()).ok()?.checked_sub(1)?.checked_add(first)?;
        if last > self.last() {
            return None;
        }
        let mut text = self.text.bytes;
        let mut digit = b'9';
        for (to, n) in out.iter_mut().zip(first..=last) {
            // Ten numbers in a row differ in one digit.
            if digit == b'9' {
                let _ = digits::decimal(n, text.get_mut(self.seq.clone())?);
                digit = *text.get(self.seq.end.checked_sub(1)?)?;
            } else {
                digit += 1;
            }
            *to = text;
            *to.get_mut(self.seq.end.checked_sub(1)?)? = digit;
        }
        Some((ValueKind::Text, self.text.len))
    }

    fn number(&self, value: View<'_>) -> Option<u64> {
        match value {
            View::Text(text) => self.parse(text).ok(),
            _ => None,
        }
    }

    fn last(&self) -> u64 {
        Self::last(self)
    }
}

/// The first and the last serial.
impl fmt::Debug for Serials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, numbers 0 to {}", self.text.as_str(), self.last())
    }
}

/// One serial: printable ASCII, at most 64 characters.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Serial(Inline);

impl Serial {
    /// The text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl AsRef<str> for Serial {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Display for Serial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Serial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl From<Serial> for Value<'_> {
    fn from(serial: Serial) -> Self {
        // At most 64 characters, so there always is a value.
        Value::text(serial.as_str()).unwrap_or(Value::from(""))
    }
}

/// Why a template is no scheme.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("column {column}: {kind}")]
pub struct SchemeError {
    column: usize,
    kind: SchemeErrorKind,
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
    /// A number without its digits.
    #[error("`{{seq}}` does not say how many digits, as `{{seq:6}}` does")]
    NoWidth,
    /// Too many digits, or none.
    #[error("`{found}` digits, expected a number from 1 to 19 without zeros in front")]
    Width {
        /// What stands there.
        found: String,
    },
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
}

struct Near(Option<&'static str>);

impl fmt::Display for Near {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(name) => write!(f, "; did you mean `{{{name}}}`?"),
            None => f.write_str("; there are {YY} {YYYY} {MM} {DD} {GG} {GGGG} {WW} {seq:N}"),
        }
    }
}

/// Why a number has no serial, or a text no number.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SerialError {
    /// The number has too many digits.
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
