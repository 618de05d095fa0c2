//! Serial schemes: text with tokens.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use super::error::{SchemeError, SchemeErrorKind};
use super::given::Given;
use super::serials::Serials;
use super::token::{DatePart, Token, token};
use crate::id::date::Date;
use crate::value::INLINE;

/// A serial scheme whose tokens are checked. `Display` writes the template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scheme {
    template: String,
    tokens: Vec<Token>,
    /// The first token that needs a date, and its column.
    date: Option<(usize, DatePart)>,
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
