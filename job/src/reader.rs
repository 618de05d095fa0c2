//! Tables and values of a job file, with the line of each in every error.

use std::ops::Range;

use nameplate::id::serial::Date;
use toml::de::{DeTable, DeValue};

use crate::error::{ParseError, ParseErrorKind};
use crate::suggest::did_you_mean;

/// One table of the job file, whose keys are known.
pub(crate) struct Table<'a, 'i> {
    text: &'i str,
    /// Its name in messages: `[image]`, `[[field]]`.
    pub(crate) what: &'static str,
    keys: &'a DeTable<'i>,
    /// Its offset in the text; the line is counted when there is an error to tell.
    at: usize,
}

/// One value of the job file.
#[derive(Clone, Copy)]
pub(crate) struct Item<'a, 'i> {
    text: &'i str,
    what: &'static str,
    pub(crate) key: &'static str,
    value: &'a DeValue<'i>,
    at: usize,
}

/// The line that an offset lies in, counted from 1.
pub(crate) fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|&byte| byte == b'\n').count() + 1
}

impl<'a, 'i> Table<'a, 'i> {
    /// A table in which only `keys` may stand; `later` are keys of a later version, each with what to do until then behind
    /// a semicolon, if there is something.
    pub(crate) fn new(
        text: &'i str,
        what: &'static str,
        table: &'a DeTable<'i>,
        at: usize,
        keys: &[&str],
        later: &[&str],
    ) -> Result<Self, ParseError> {
        let mut unknown: Vec<_> = table.keys().filter(|key| !keys.contains(&&**key.get_ref())).collect();
        unknown.sort_by_key(|key| key.span().start);
        if let Some(key) = unknown.first() {
            let (line, name) = (line_of(text, key.span().start), key.get_ref());
            let later = later.iter().filter_map(|later| later.strip_prefix(&**name));
            if let Some(way) = later.into_iter().find(|way| way.is_empty() || way.starts_with(';')) {
                let message = format!("`{name}` in {what} is not supported yet{way}");
                return Err(ParseError::new(line, ParseErrorKind::Unsupported, message));
            }
            let hint = did_you_mean(name, keys.iter().copied());
            // No key of a job is that long; a secret in the wrong place may be.
            let long = name.chars().count() > 20;
            let name = if long { "a long name".to_owned() } else { format!("`{}`", name.escape_debug()) };
            let message = format!("unknown key {name} in {what}{hint}");
            return Err(ParseError::new(line, ParseErrorKind::Unknown, message));
        }
        Ok(Self { text, what, keys: table, at })
    }

    /// The value of `key`, if it is given.
    pub(crate) fn get(&self, key: &'static str) -> Option<Item<'a, 'i>> {
        let value = self.keys.get(key)?;
        Some(Item { text: self.text, what: self.what, key, value: value.get_ref(), at: value.span().start })
    }

    /// The value of `key`; `example` shows what is missing.
    pub(crate) fn require(&self, key: &'static str, example: &str) -> Result<Item<'a, 'i>, ParseError> {
        self.get(key).ok_or_else(|| {
            self.error(ParseErrorKind::Missing, format!("{} has no `{key}`, as in  {key} = {example}", self.what))
        })
    }

    /// An error of the whole table.
    pub(crate) fn error(&self, kind: ParseErrorKind, message: impl Into<String>) -> ParseError {
        ParseError::new(line_of(self.text, self.at), kind, message)
    }
}

impl<'a, 'i> Item<'a, 'i> {
    /// The line it stands in.
    pub(crate) fn line(&self) -> usize {
        line_of(self.text, self.at)
    }

    /// An error of the value.
    pub(crate) fn error(&self, message: impl AsRef<str>) -> ParseError {
        self.fail(ParseErrorKind::Value, message)
    }

    /// The same, of another kind.
    pub(crate) fn fail(&self, kind: ParseErrorKind, message: impl AsRef<str>) -> ParseError {
        ParseError::new(self.line(), kind, format!("`{}` in {}: {}", self.key, self.what, message.as_ref()))
    }

    fn wants(&self, expected: &str) -> ParseError {
        let found = match self.value {
            DeValue::String(_) => "text",
            DeValue::Integer(_) => "a number",
            DeValue::Float(_) => "a number with a fraction",
            DeValue::Boolean(_) => "true or false",
            DeValue::Datetime(_) => "a date or time",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        self.error(format!("found {found}, expected {expected}"))
    }

    /// Text.
    pub(crate) fn string(&self, expected: &str) -> Result<&'a str, ParseError> {
        self.value.as_str().ok_or_else(|| self.wants(expected))
    }

    /// `true` or `false`.
    pub(crate) fn flag(&self) -> Result<bool, ParseError> {
        self.value.as_bool().ok_or_else(|| self.wants("true or false"))
    }

    /// A whole number, or its digits as text.
    pub(crate) fn number(&self) -> Result<u128, ParseError> {
        match self.value {
            DeValue::Integer(n) => u128::from_str_radix(&n.as_str().replace('_', ""), n.radix()).map_err(|_| {
                let negative = n.as_str().starts_with('-');
                let wrong = format!("found {n}, expected a number from 0");
                self.error(if negative { wrong } else { format!("{n} has more than 128 bits") })
            }),
            DeValue::String(text) => parse_number(text).map_err(|error| self.error(error)),
            _ => Err(self.wants("a whole number, or \"0x…\"")),
        }
    }

    /// A number of 64 bits.
    pub(crate) fn u64(&self) -> Result<u64, ParseError> {
        let n = self.number()?;
        u64::try_from(n).map_err(|_| self.error(format!("{n:#X} has more than 64 bits")))
    }

    /// A date without a time.
    pub(crate) fn date(&self) -> Result<(u16, u8, u8), ParseError> {
        let expected = "a date as 2024-07-01, without quotes and without a time";
        let date = self.value.as_datetime().ok_or_else(|| self.wants(expected))?;
        match (date.date, date.time) {
            (Some(date), None) => Ok((date.year, date.month, date.day)),
            _ => Err(self.error(format!("found {date}, expected {expected}"))),
        }
    }

    /// The members of a list.
    pub(crate) fn list(&self, expected: &str) -> Result<impl Iterator<Item = Item<'a, 'i>> + use<'a, 'i>, ParseError> {
        let list = self.value.as_array().ok_or_else(|| self.wants(expected))?;
        let this = *self;
        Ok(list.iter().map(move |value| Item { value: value.get_ref(), at: value.span().start, ..this }))
    }

    /// The keys and texts of a table, in the order of the file.
    pub(crate) fn pairs(&self, expected: &str) -> Result<Vec<(String, String)>, ParseError> {
        let table = self.value.as_table().ok_or_else(|| self.wants(expected))?;
        let mut pairs: Vec<(usize, String, String)> = Vec::new();
        for (key, value) in table {
            let at = value.span().start;
            let text =
                value.get_ref().as_str().ok_or_else(|| Item { value: value.get_ref(), at, ..*self }.wants("text"))?;
            pairs.push((at, key.get_ref().to_string(), text.to_owned()));
        }
        pairs.sort_unstable();
        Ok(pairs.into_iter().map(|(_, key, text)| (key, text)).collect())
    }

    /// Whether it is this text.
    pub(crate) fn is_text(&self, text: &str) -> bool {
        self.value.as_str() == Some(text)
    }

    /// Whether it is text.
    pub(crate) fn is_string(&self) -> bool {
        self.value.is_str()
    }

    /// Whether it is a list.
    pub(crate) fn is_list(&self) -> bool {
        self.value.is_array()
    }

    /// Whether it is a table with that key.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.value.as_table().is_some_and(|table| table.contains_key(key))
    }

    /// Whether it is a table with that text at that key.
    pub(crate) fn member_is(&self, key: &str, text: &str) -> bool {
        let value = self.value.as_table().and_then(|table| table.get(key));
        value.is_some_and(|value| value.get_ref().as_str() == Some(text))
    }

    /// Whether it is a table.
    pub(crate) fn is_table(&self) -> bool {
        self.value.is_table()
    }

    /// A table in which only `keys` may stand.
    pub(crate) fn table(
        &self,
        what: &'static str,
        expected: &str,
        keys: &[&str],
        later: &[&str],
    ) -> Result<Table<'a, 'i>, ParseError> {
        let table = self.value.as_table().ok_or_else(|| self.wants(expected))?;
        Table::new(self.text, what, table, self.at, keys, later)
    }

    /// One of some words.
    pub(crate) fn choice<T: Copy>(&self, choices: &[(&str, T)]) -> Result<T, ParseError> {
        let names = choices.iter().map(|(name, _)| *name);
        let listed: Vec<String> = names.clone().map(|name| format!("\"{name}\"")).collect();
        let found = self.string(&listed.join(" or "))?;
        if let Some((_, choice)) = choices.iter().find(|(name, _)| *name == found) {
            return Ok(*choice);
        }
        let hint = did_you_mean(found, names);
        Err(self.error(format!("found \"{}\", expected {}{hint}", found.escape_debug(), listed.join(" or "))))
    }

    /// Bytes as hexadecimal digits.
    pub(crate) fn bytes(&self, digits: &str) -> Result<Vec<u8>, ParseError> {
        parse_hex(digits).map_err(|error| self.error(error))
    }
}

/// Bytes from hexadecimal digits.
pub(crate) fn parse_hex(digits: &str) -> Result<Vec<u8>, String> {
    let found = digits.escape_debug();
    match hex::decode(digits) {
        Ok(bytes) if !bytes.is_empty() => Ok(bytes),
        _ => Err(format!("found \"{found}\", expected hexadecimal digits, two for each byte")),
    }
}

/// A number from text: `0x…`, or decimal digits without zeros in front.
pub(crate) fn parse_number(text: &str) -> Result<u128, String> {
    let found = text.escape_debug();
    if let Some(digits) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        let digits = digits.replace('_', "");
        let plain = !digits.is_empty() && digits.bytes().all(|c| c.is_ascii_hexdigit());
        return u128::from_str_radix(if plain { &digits } else { "" }, 16)
            .map_err(|_| format!("found \"{found}\", expected hexadecimal digits behind 0x, at most 32"));
    }
    let decimal = !text.bytes().any(|c| c.is_ascii_alphabetic()) && (!text.starts_with('0') || text.len() == 1);
    if text.bytes().all(|c| c.is_ascii_hexdigit()) && !decimal {
        return Err(format!("found \"{found}\": is that hexadecimal? write \"0x{found}\""));
    }
    let plain = text.bytes().all(|c| c.is_ascii_digit());
    text.parse()
        .ok()
        .filter(|_| plain)
        .ok_or_else(|| format!("found \"{found}\", expected a number: decimal digits, or hexadecimal ones behind 0x"))
}

/// An address from the command line or a text of the job file.
///
/// # Errors
/// When it is no number of 64 bits.
pub fn parse_address(text: &str) -> Result<u64, String> {
    let n = parse_number(text)?;
    u64::try_from(n).map_err(|_| format!("{n:#X} has more than 64 bits"))
}

/// Year, month and day of a date as in the job file, `2024-07-01`.
///
/// # Errors
/// When it is none, or no such day exists.
pub fn parse_date(text: &str) -> Result<(u16, u8, u8), String> {
    let wrong = || format!("found \"{}\", expected a date, as 2024-07-01", text.escape_debug());
    let parts: Vec<&str> = text.split('-').collect();
    let digits = |text: &str| text.bytes().all(|c| c.is_ascii_digit());
    match parts.as_slice() {
        [year, month, day]
            if [year.len(), month.len(), day.len()] == [4, 2, 2] && parts.iter().all(|part| digits(part)) =>
        {
            let date = (
                year.parse().map_err(|_| wrong())?,
                month.parse().map_err(|_| wrong())?,
                day.parse().map_err(|_| wrong())?,
            );
            let _ = Date::new(date.0, date.1, date.2).map_err(|error| error.to_string())?;
            Ok(date)
        }
        _ => Err(wrong()),
    }
}

/// A half-open range of addresses, `0x08000000..0x08008000`.
///
/// # Errors
/// When it is none, empty, or ends before it starts.
pub fn parse_range(text: &str) -> Result<Range<u64>, String> {
    let expected = "expected \"0x08000000..0x08008000\", the end not included";
    let found = text.escape_debug();
    let (start, end) = text.split_once("..").ok_or_else(|| format!("found \"{found}\", {expected}"))?;
    if end.starts_with('=') {
        return Err(format!("found \"{found}\", {expected}; write the address behind the last byte"));
    }
    let (start, end) = (parse_address(start.trim())?, parse_address(end.trim())?);
    if start >= end {
        return Err(format!("found \"{found}\", which holds no byte"));
    }
    Ok(start..end)
}
