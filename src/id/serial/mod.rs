//! Serial numbers by a scheme: fixed text, the parts of a date, a running number, a check character.
//!
//! ```
//! use nameplate::id::serial::{Date, Given, Scheme};
//!
//! let serials = Scheme::parse("EUDV{YY}{MM}-{seq:6}")?.dated(Date::new(2024, 7, 1)?);
//! assert_eq!(serials.nth(123)?.as_str(), "EUDV2407-000123");
//! assert_eq!(serials.parse("EUDV2407-000123")?, 123);
//! assert_eq!(serials.last(), 999_999);
//! assert!(serials.nth(1_000_000).is_err());
//!
//! let station = Given::new().station("07");
//! let serials = Scheme::parse_with("{station:2}-{seq:4:base36}{check:mod37-36}", &station)?.undated()?;
//! assert_eq!(serials.nth(46_655)?.as_str(), "07-0ZZZ7");
//! let error = serials.parse("07-0ZZY7").unwrap_err();
//! assert_eq!(error.to_string(), "check character `7` at position 8, expected `9` (mod37-36)");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Templates
//!
//! | token | example | what |
//! |---|---|---|
//! | `{YYYY}`, `{YY}` | `2024`, `24` | calendar year |
//! | `{MM}`, `{DD}` | `12`, `30` | month, day |
//! | `{GGGG}`, `{GG}` | `2025`, `25` | year of the ISO week (of 2024-12-30) |
//! | `{WW}` | `01` | ISO week |
//! | `{CC}` | `DE` | country, two capital letters, from [`Given`] |
//! | `{station:2}`, `{product:4}` | `07`, `EUDV` | as many characters, from [`Given`] |
//! | `{seq:6}` | `000123` | the number in 1 to 19 decimal digits, zeros in front |
//! | `{seq:6:hex}` | `00007B` | hexadecimal, capitals, 1 to 16 digits |
//! | `{seq:6:base36}` | `00003F` | digits and letters, 1 to 12 digits |
//! | `{seq:6:crockford32}` | `00003V` | without `I`, `L`, `O`, `U`, 1 to 12 digits |
//! | `{seq:4:[2-9A-HJ-NP-Z]}` | `225V` | any [`Alphabet`], the first symbol for 0 |
//! | `{seq:[A-Z][A-Z][A-Z]-P&E-[0-9][0-9]}` | `AAB-P&E-23` | an odometer: each `[…]` is a wheel, what stands between is fixed and has no braces |
//! | `{check:damm}` | `4` | check character of all letters and digits of the serial, wherever they stand |
//! | `{check:damm:seq}`, `{check:damm:YY+station+seq}` | `4` | of those tokens alone; `text` is the fixed text |
//! | `{{`, `}}` | `{`, `}` | braces |
//!
//! Everything else is fixed text, printable ASCII. A scheme has exactly one `{seq:…}`, at most one
//! `{check:…}`, and makes texts of one length, at most 64 characters. A number that has more digits is
//! an error: nothing is widened or wrapped. `dec` is the alphabet when none is said; a pattern that would
//! begin with digits and a colon has them before the token. An alphabet of one's own may not have both `0` and `O`, or two of `1`, `I` and `l`.
//!
//! The names of check characters are those of [`character`](crate::check::character). They cover letters
//! and digits in the order of the text, never hyphens and other signs, and must cover the number. A letter
//! or digit that the system does not cover is an error of the template: `damm` covers digits, so letters
//! beside it need a scope.
//!
//! The calendar year may not stand beside the ISO week, nor the year of the week beside month or day:
//! 2024-12-30 lies in week 1 of 2025, so `{YY}{WW}` would give `2401` a second time.
//!
//! Reading a serial back corrects nothing: small letters, `O` for `0`, a wrong check character are errors.
//!
//! Source: ISO 8601 for weeks, ISO 3166-1 for countries (whose list is not looked at). Not promised: that a
//! number is handed out once.

mod error;
mod serials;
mod token;

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

pub use self::error::{SchemeError, SchemeErrorKind, SerialError, Takes};
pub use self::serials::{Serial, Serials};
use self::token::{DatePart, Token, token};
pub use super::date::{Date, DateError};
pub use crate::check::character::Alphabet;
use crate::value::INLINE;

/// A serial scheme whose tokens are checked. `Display` writes the template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scheme {
    template: String,
    tokens: Vec<Token>,
    /// The first token that needs a date, and its column.
    date: Option<(usize, DatePart)>,
}

/// What a template's tokens stand for that is neither date nor number: the same for a whole line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Given<'g> {
    station: Option<&'g str>,
    product: Option<&'g str>,
    country: Option<&'g str>,
}

impl<'g> Given<'g> {
    /// Nothing.
    pub const fn new() -> Self {
        Self { station: None, product: None, country: None }
    }

    /// With the text of `{station:N}`. Stations that share a scheme otherwise need numbers of their own.
    #[must_use]
    pub const fn station(self, station: &'g str) -> Self {
        Self { station: Some(station), ..self }
    }

    /// With the text of `{product:N}`.
    #[must_use]
    pub const fn product(self, product: &'g str) -> Self {
        Self { product: Some(product), ..self }
    }

    /// With the text of `{CC}`, as ISO 3166-1 has it: `DE`.
    #[must_use]
    pub const fn country(self, country: &'g str) -> Self {
        Self { country: Some(country), ..self }
    }

    fn of(&self, name: &'static str, token: &str) -> Result<&'g str, SchemeErrorKind> {
        let value = match name {
            "station" => self.station,
            "product" => self.product,
            _ => self.country,
        };
        value.ok_or_else(|| SchemeErrorKind::NeedsValue { token: token.to_string(), name })
    }
}

impl Scheme {
    /// Reads a template without `{station:N}`, `{product:N}` and `{CC}`.
    ///
    /// # Errors
    /// With the column, when a token is unknown or incomplete, two tokens do not go together, a
    /// character is not printable ASCII, there is not exactly one `{seq:N}`, or texts would be too long.
    pub fn parse(template: &str) -> Result<Self, SchemeError> {
        Self::parse_with(template, &Given::new())
    }

    /// Reads a template whose tokens may be any. What is given and not in the template is not used.
    ///
    /// # Errors
    /// As [`parse`](Self::parse), and when a value is missing or does not fit its token.
    pub fn parse_with(template: &str, given: &Given<'_>) -> Result<Self, SchemeError> {
        let mut tokens: Vec<Token> = Vec::new();
        let mut rest = template;
        let (mut len, mut date, mut week, mut check) = (0, None, None, None);
        while !rest.is_empty() {
            let column = template.len() - rest.len() + 1;
            let fail = |kind| SchemeError { column, kind };
            let (token, after) = token(rest, given).map_err(fail)?;
            // Ends a hostile template early, so that looking at all earlier tokens stays cheap.
            len += token.len();
            if len > INLINE {
                return Err(fail(SchemeErrorKind::TooLong));
            }
            if let Some(other) = tokens.iter().find_map(|other| conflict(other, &token)) {
                return Err(fail(other));
            }
            match token {
                Token::Date(part) => {
                    date = date.or(Some((column, part)));
                    week = if part == DatePart::Week { Some(column) } else { week };
                }
                Token::Check(..) => check = Some(column),
                _ => {}
            }
            match (tokens.last_mut(), token) {
                (Some(Token::Literal(text)), Token::Literal(more)) => text.push_str(&more),
                (_, token) => tokens.push(token),
            }
            rest = after;
        }
        if !tokens.iter().any(|token| matches!(token, Token::Seq(_))) {
            return Err(SchemeError { column: template.len() + 1, kind: SchemeErrorKind::NoSeq });
        }
        let is_year = |token: &Token| matches!(token, Token::Date(DatePart::WeekYear4 | DatePart::WeekYear2));
        if let Some(column) = week.filter(|_| !tokens.iter().any(is_year)) {
            return Err(SchemeError { column, kind: SchemeErrorKind::WeekWithoutYear });
        }
        if let Some(column) = check {
            covered(&tokens).map_err(|kind| SchemeError { column, kind })?;
        }
        Ok(Self { template: template.to_string(), tokens, date })
    }

    /// The serials of one date.
    pub fn dated(&self, date: Date) -> Serials {
        Serials::new(&self.tokens, date)
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

/// Why two tokens do not go together.
fn conflict(one: &Token, two: &Token) -> Option<SchemeErrorKind> {
    match (one, two) {
        (Token::Seq(_), Token::Seq(_)) => Some(SchemeErrorKind::TwoSeqs),
        (Token::Check(..), Token::Check(..)) => Some(SchemeErrorKind::TwoChecks),
        // A week beside the calendar's month or day is no duplicate, but no date anyone reads either.
        (Token::Date(one), Token::Date(two)) if one.is_calendar() != two.is_calendar() => {
            Some(SchemeErrorKind::MixedYears { one: one.name(), two: two.name() })
        }
        _ => None,
    }
}

/// Whether the check covers what it says it does: the number, and no character that it cannot cover.
fn covered(tokens: &[Token]) -> Result<(), SchemeErrorKind> {
    let check = tokens
        .iter()
        .find_map(|token| if let Token::Check(system, scope) = token { Some((system, scope)) } else { None });
    let Some((system, scope)) = check else { return Ok(()) };
    let there = |name: &&String| tokens.iter().any(|token| token.name() == **name && **name != "check");
    if let Some(name) = scope.0.iter().flatten().find(|name| !there(name)) {
        return Err(SchemeErrorKind::Scope { found: crate::digits::Escaped(name.as_bytes()).to_string() });
    }
    if !tokens.iter().any(|token| matches!(token, Token::Seq(_)) && scope.has(token)) {
        return Err(SchemeErrorKind::SeqNotCovered);
    }
    for token in tokens.iter().filter(|token| scope.has(token)) {
        let mut wrong = None;
        token.symbols(|symbol, runs| {
            let covers = system.covers().value_of(symbol).is_some() || !runs && !symbol.is_ascii_alphanumeric();
            wrong = wrong.or((!covers).then_some(symbol));
        });
        if let Some(found) = wrong {
            let token = match token.name() {
                "text" => "the text".to_string(),
                name => alloc::format!("`{{{name}}}`"),
            };
            let (system, covers) = (system.to_string(), system.covers().to_string());
            return Err(SchemeErrorKind::NotCovered { system, covers, found: found.into(), token });
        }
    }
    Ok(())
}

/// The template.
impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.template)
    }
}
