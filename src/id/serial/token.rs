//! The tokens of a template.

use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

use super::error::{SchemeErrorKind, Takes};
use super::given::Given;
use crate::check::character::{Alphabet, System};
use crate::digits::{self, Escaped};
use crate::id::date::Date;
use crate::never::OrNever;
use crate::value::INLINE;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    Literal(String),
    Date(DatePart),
    /// The value, of the kind that its place is named by.
    Given(&'static str, String),
    Seq(Vec<Cell>),
    Check(System, Scope),
}

/// A character of the number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cell {
    Fixed(u8),
    Wheel(Alphabet),
}

/// What a check covers: all tokens, or those of these names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Scope(pub(super) Option<Vec<String>>);

impl Scope {
    pub(super) fn has(&self, token: &Token) -> bool {
        self.0.as_ref().is_none_or(|names| names.iter().any(|name| name == token.name()))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DatePart {
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

/// The others, each as an example.
const EXAMPLES: [(&str, &str); 5] =
    [("seq", "seq:6"), ("CC", "CC"), ("station", "station:2"), ("product", "product:4"), ("check", "check:damm")];

impl DatePart {
    pub(super) fn name(self) -> &'static str {
        DATE_TOKENS.iter().find(|(_, part)| *part == self).map_or("", |(name, _)| name)
    }

    pub(super) fn is_calendar(self) -> bool {
        matches!(self, Self::Year4 | Self::Year2 | Self::Month | Self::Day)
    }

    /// How many digits: as many as the token has letters.
    pub(super) fn len(self) -> usize {
        self.name().len()
    }

    pub(super) fn of(self, date: Date) -> u16 {
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

impl Token {
    /// Characters in a serial.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Literal(text) | Self::Given(_, text) => text.len(),
            Self::Date(date) => date.len(),
            Self::Seq(cells) => cells.len(),
            Self::Check(system, _) => system.check_len(),
        }
    }

    /// The name, as a scope says it.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Literal(_) => "text",
            Self::Date(part) => part.name(),
            Self::Given(name, _) => name,
            Self::Seq(_) => "seq",
            Self::Check(..) => "check",
        }
    }

    /// The characters that its place can hold, one after the other.
    pub(super) fn symbols(&self, mut each: impl FnMut(u8, bool)) {
        match self {
            Self::Literal(text) | Self::Given(_, text) => text.bytes().for_each(|c| each(c, false)),
            Self::Date(_) => Alphabet::DECIMAL.as_bytes().iter().for_each(|c| each(*c, false)),
            Self::Seq(cells) => cells.iter().for_each(|cell| match cell {
                Cell::Fixed(c) => each(*c, false),
                Cell::Wheel(alphabet) => alphabet.as_bytes().iter().for_each(|c| each(*c, true)),
            }),
            Self::Check(..) => {}
        }
    }
}

/// The token that `rest` begins with, and what follows it.
pub(super) fn token<'t>(rest: &'t str, given: &Given<'_>) -> Result<(Token, &'t str), SchemeErrorKind> {
    for (double, brace) in [("{{", "{"), ("}}", "}")] {
        if let Some(after) = rest.strip_prefix(double) {
            return Ok((Token::Literal(brace.to_string()), after));
        }
    }
    if let Some(inner) = rest.strip_prefix('{') {
        let (token, after) = inner.split_once('}').ok_or(SchemeErrorKind::Unclosed)?;
        return Ok((named(token, given)?, after));
    }
    let mut chars = rest.chars();
    match chars.next() {
        Some('}') => Err(SchemeErrorKind::Unopened),
        Some(c) => printable(c).map(|_| (Token::Literal(c.to_string()), chars.as_str())),
        None => Err(SchemeErrorKind::Unclosed),
    }
}

fn printable(c: char) -> Result<u8, SchemeErrorKind> {
    let byte = u8::try_from(c).ok().filter(|byte| matches!(byte, b' '..=b'~'));
    byte.ok_or(SchemeErrorKind::Character { found: c })
}

fn named(token: &str, given: &Given<'_>) -> Result<Token, SchemeErrorKind> {
    if let Some((_, part)) = DATE_TOKENS.iter().find(|(name, _)| *name == token) {
        return Ok(Token::Date(*part));
    }
    let (name, argument) = token.split_once(':').map_or((token, None), |(name, argument)| (name, Some(argument)));
    match (name, argument) {
        ("seq", None) => Err(SchemeErrorKind::NoWidth { token: "seq", example: 6 }),
        ("seq", Some(argument)) => seq(argument).map(Token::Seq),
        ("CC", None) => {
            let country = given.of("country", token)?;
            let right = country.len() == 2 && country.bytes().all(|c| c.is_ascii_uppercase());
            value("CC", "country", country, right, Takes::Country)
        }
        ("station", None) => Err(SchemeErrorKind::NoWidth { token: "station", example: 2 }),
        ("product", None) => Err(SchemeErrorKind::NoWidth { token: "product", example: 4 }),
        ("station", Some(argument)) => text("station", argument, token, given),
        ("product", Some(argument)) => text("product", argument, token, given),
        ("check", argument) => check(argument.unwrap_or("")),
        _ => {
            let dates = DATE_TOKENS.iter().map(|(name, _)| (*name, *name));
            let near = dates.filter(|_| argument.is_none()).chain(EXAMPLES).find(|(known, _)| {
                let start = if *known == "CC" { Some(token) } else { token.get(..known.len()) };
                start.is_some_and(|start| start.eq_ignore_ascii_case(known)) && (known.len() > 2 || token.len() == 2)
            });
            let found = Escaped(token.as_bytes()).to_string();
            Err(SchemeErrorKind::Unknown { found, near: near.map(|(_, example)| example) })
        }
    }
}

/// A width without zeros in front.
fn width(token: &'static str, text: &str, most: usize) -> Result<usize, SchemeErrorKind> {
    let width = digits::parse_decimal(text.as_bytes()).filter(|_| !text.starts_with('0'));
    let width = width.and_then(|n| usize::try_from(n).ok()).filter(|width| (1..=most).contains(width));
    width.ok_or_else(|| SchemeErrorKind::Width { token, found: Escaped(text.as_bytes()).to_string(), most })
}

fn text(name: &'static str, argument: &str, token: &str, given: &Given<'_>) -> Result<Token, SchemeErrorKind> {
    let width = width(name, argument, INLINE)?;
    let found = given.of(name, token)?;
    let right = found.len() == width && found.bytes().all(|c| matches!(c, b' '..=b'~'));
    value(name, name, found, right, Takes::Characters(width))
}

fn value(
    token: &'static str,
    name: &'static str,
    found: &str,
    right: bool,
    expected: Takes,
) -> Result<Token, SchemeErrorKind> {
    let wrong = || SchemeErrorKind::Given { name, found: Escaped(found.as_bytes()).to_string(), expected };
    if right { Ok(Token::Given(token, found.to_string())) } else { Err(wrong()) }
}

/// `6`, `6:hex`, `6:[2-9A-F]`, or a pattern as `[A-Z][A-Z]-[0-9]`.
fn seq(argument: &str) -> Result<Vec<Cell>, SchemeErrorKind> {
    let (count, alphabet) = match argument.split_once(':') {
        Some((count, alphabet)) if count.bytes().all(|c| c.is_ascii_digit()) => (count, alphabet),
        _ if argument.contains('[') => return pattern(argument),
        Some((count, alphabet)) => (count, alphabet),
        None => (argument, "dec"),
    };
    let alphabet = match alphabet {
        "dec" => Alphabet::DECIMAL,
        "hex" => Alphabet::HEX,
        "base36" => Alphabet::BASE36,
        "crockford32" => Alphabet::CROCKFORD32,
        _ => {
            let ranges = alphabet.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
            let wrong = || SchemeErrorKind::Alphabet { found: Escaped(alphabet.as_bytes()).to_string() };
            class(ranges.ok_or_else(wrong)?)?
        }
    };
    let size = alphabet.size().into();
    let most = (1..=INLINE).take_while(|digits| power(size, *digits).is_some_and(|n| n <= 1 << 64)).last();
    let width = width("seq", count, most.unwrap_or(1))?;
    Ok(vec![Cell::Wheel(alphabet); width])
}

fn power(base: u128, exponent: usize) -> Option<u128> {
    base.checked_pow(u32::try_from(exponent).ok()?)
}

/// Fixed characters, and those that run over a range each.
fn pattern(text: &str) -> Result<Vec<Cell>, SchemeErrorKind> {
    let (mut cells, mut rest, mut capacity) = (Vec::new(), text, 1_u128);
    while let Some(first) = rest.chars().next() {
        // Ends a hostile pattern early.
        if cells.len() >= INLINE {
            return Err(SchemeErrorKind::TooLong);
        }
        if let Some(inner) = rest.strip_prefix('[') {
            let (ranges, after) = inner.split_once(']').ok_or(SchemeErrorKind::Bracket)?;
            let alphabet = class(ranges)?;
            capacity = capacity.saturating_mul(alphabet.size().into());
            if capacity > 1 << 64 {
                return Err(SchemeErrorKind::Capacity);
            }
            cells.push(Cell::Wheel(alphabet));
            rest = after;
        } else if first == '{' {
            // The token that it begins would be taken for text.
            let before = text.strip_suffix(rest).or_never("what is left ends the text").to_string();
            return Err(SchemeErrorKind::Brace { before });
        } else {
            cells.push(Cell::Fixed(printable(first)?));
            rest = rest.get(first.len_utf8()..).or_never("behind its first character");
        }
    }
    Ok(cells)
}

/// An alphabet of one's own: symbols that are confused are no good choice.
fn class(ranges: &str) -> Result<Alphabet, SchemeErrorKind> {
    let found = || Escaped(ranges.as_bytes()).to_string();
    let alphabet = Alphabet::from_ranges(ranges);
    let alphabet = alphabet.map_err(|error| SchemeErrorKind::Symbols { found: found(), error })?;
    for alike in ["0Oo", "1Il"] {
        let mut those = alike.chars().filter(|c| alphabet.value(*c).is_some());
        if let (Some(one), Some(two)) = (those.next(), those.next()) {
            return Err(SchemeErrorKind::LookAlike { found: found(), one, two });
        }
    }
    Ok(alphabet)
}

/// `damm`, or `damm:YY+seq`.
fn check(argument: &str) -> Result<Token, SchemeErrorKind> {
    let (name, scope) = argument.split_once(':').map_or((argument, None), |(name, scope)| (name, Some(scope)));
    let found = || Escaped(name.as_bytes()).to_string();
    let system = System::from_name(name).ok_or_else(|| SchemeErrorKind::System { found: found() })?;
    let Some(scope) = scope else { return Ok(Token::Check(system, Scope(None))) };
    let mut names: Vec<String> = Vec::new();
    for name in scope.split('+') {
        // There are fewer names than that: ends a hostile list early.
        if names.iter().any(|other| other == name) || names.len() >= INLINE {
            return Err(SchemeErrorKind::Scope { found: Escaped(name.as_bytes()).to_string() });
        }
        names.push(name.to_string());
    }
    Ok(Token::Check(system, Scope(Some(names))))
}
