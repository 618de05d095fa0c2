//! GS1 element strings.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use super::error::LabelError;
use crate::check::character::System;
use crate::digits::Escaped;
use crate::id::serial::Date;

/// What ends a value in the data of a scan: FNC1 is transmitted as GS.
const GS: char = '\x1D';

/// Application identifiers and their values, checked, in the order in which they are printed: those of fixed
/// length first, so that only values of any length before the last need an end.
///
/// | identifier | value | |
/// |---|---|---|
/// | `01` | 14 digits | GTIN; the last is the check digit |
/// | `11` | `YYMMDD` | date of production; day `00` when only the month is known |
/// | `10` | 1 to 20 characters | batch or lot |
/// | `21` | 1 to 20 characters | serial number |
/// | `99` | 1 to 90 characters | for use within a company |
///
/// Characters are the 82 of GS1's set: letters, digits and ``!"%&'()*+,-./:;<=>?_``. `10`, `11` and `21` say
/// something about the article of `01`, and need it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ElementString {
    /// Rows of [`AIS`] by index, ascending, with their values.
    elements: Vec<(&'static Ai, String)>,
}

#[derive(Debug, PartialEq, Eq)]
struct Ai {
    name: &'static str,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Gtin,
    Date,
    Text { most: usize, length: &'static str },
}

/// In the order in which they are printed.
static AIS: [Ai; 5] = [
    Ai { name: "01", kind: Kind::Gtin },
    Ai { name: "11", kind: Kind::Date },
    Ai { name: "10", kind: Kind::Text { most: 20, length: "1 to 20" } },
    Ai { name: "21", kind: Kind::Text { most: 20, length: "1 to 20" } },
    Ai { name: "99", kind: Kind::Text { most: 90, length: "1 to 90" } },
];

impl ElementString {
    /// Of identifiers with their values, in any order.
    ///
    /// # Errors
    /// When there is none, one is unknown or given twice, a value is not as said [above](Self), or `01` is missing.
    pub fn new(values: &[(&str, &str)]) -> Result<Self, LabelError> {
        let known = |(name, _): &&(&str, &str)| AIS.iter().all(|ai| ai.name != *name);
        if let Some((name, _)) = values.iter().find(known) {
            return Err(LabelError::Ai { found: Escaped(name.as_bytes()).to_string() });
        }
        let mut elements = Vec::new();
        for ai in &AIS {
            let mut given = values.iter().filter(|(name, _)| *name == ai.name);
            let Some((_, value)) = given.next() else { continue };
            if given.next().is_some() {
                return Err(LabelError::Twice { id: ai.id() });
            }
            ai.check(value)?;
            elements.push((ai, (*value).to_string()));
        }
        match elements.first() {
            None => Err(LabelError::Empty),
            Some((ai, _)) if !matches!(ai.name, "01" | "99") => Err(LabelError::Alone { id: ai.id() }),
            Some(_) => Ok(Self { elements }),
        }
    }

    /// As it stands below the symbol: `(01)09520123456788(21)12345`.
    pub fn human_readable(&self) -> HumanReadable<'_> {
        HumanReadable(self)
    }

    /// As a scanner sends it, behind the symbology identifier (`]d2`, `]Q3`, `]C1`): GS, 0x1D, ends a value of
    /// any length unless it is the last.
    pub fn data(&self) -> Data<'_> {
        Data(self)
    }

    /// As many printers and encoders take it: `^` for each FNC1, that in front included.
    pub fn fnc1(&self) -> Fnc1<'_> {
        Fnc1(self)
    }

    /// Each element, and whether an FNC1 has to end it.
    fn parts(&self) -> impl Iterator<Item = (&'static str, &str, bool)> {
        let last = self.elements.len().wrapping_sub(1);
        let ended = |ai: &Ai| matches!(ai.kind, Kind::Text { .. });
        self.elements.iter().enumerate().map(move |(at, (ai, value))| (ai.name, &**value, at != last && ended(ai)))
    }
}

/// Writes `(01)09520123456788(21)12345`.
#[derive(Clone, Copy, Debug)]
pub struct HumanReadable<'e>(&'e ElementString);

impl fmt::Display for HumanReadable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.parts().try_for_each(|(name, value, _)| write!(f, "({name}){value}"))
    }
}

/// Writes identifiers and values end to end, GS where it is needed.
#[derive(Clone, Copy, Debug)]
pub struct Data<'e>(&'e ElementString);

impl fmt::Display for Data<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.parts().try_for_each(|(name, value, ended)| {
            write!(f, "{name}{value}")?;
            if ended { write!(f, "{GS}") } else { Ok(()) }
        })
    }
}

/// Writes `^010952012345678821…`, `^` where an FNC1 is.
#[derive(Clone, Copy, Debug)]
pub struct Fnc1<'e>(&'e ElementString);

impl fmt::Display for Fnc1<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("^")?;
        self.0.parts().try_for_each(|(name, value, ended)| write!(f, "{name}{value}{}", if ended { "^" } else { "" }))
    }
}

impl Ai {
    fn id(&self) -> String {
        format!("({})", self.name)
    }

    fn check(&self, value: &str) -> Result<(), LabelError> {
        let (lens, length, expected, right): (_, _, _, fn(char) -> bool) = match self.kind {
            Kind::Gtin => (14..=14, "14", "a digit", |c| c.is_ascii_digit()),
            Kind::Date => (6..=6, "6", "a digit", |c| c.is_ascii_digit()),
            Kind::Text { most, length } => (1..=most, length, "one of the 82 characters of GS1", is_cset82),
        };
        if let Some((at, found)) = value.chars().enumerate().find(|(_, c)| !right(*c)) {
            let found = Escaped(found.encode_utf8(&mut [0; 4]).as_bytes()).to_string();
            return Err(LabelError::Character { id: self.id(), found, at: at + 1, expected });
        }
        if !lens.contains(&value.len()) {
            return Err(LabelError::Length { id: self.id(), found: value.len(), expected: length });
        }
        match self.kind {
            Kind::Gtin => self.check_gtin(value),
            Kind::Date if !is_yymmdd(value) => {
                Err(LabelError::Date { id: self.id(), found: value.to_string(), expected: "YYMMDD" })
            }
            Kind::Date | Kind::Text { .. } => Ok(()),
        }
    }

    fn check_gtin(&self, gtin: &str) -> Result<(), LabelError> {
        let (body, found) = gtin.split_at_checked(13).unwrap_or((gtin, ""));
        match (System::Gs1.compute(body), found.chars().next()) {
            (Ok(expected), Some(found)) if *expected.as_str() != *found.encode_utf8(&mut [0; 4]) => {
                Err(LabelError::CheckDigit { id: self.id(), found, expected })
            }
            _ => Ok(()),
        }
    }
}

/// GS1 General Specifications §7.11, figure 1.
fn is_cset82(c: char) -> bool {
    c.is_ascii_alphanumeric() || "!\"%&'()*+,-./:;<=>?_".contains(c)
}

/// Of digits: years are those around us, 2000 being leap as each fourth of them; day 00 is any.
fn is_yymmdd(value: &str) -> bool {
    let number = |range| value.get(range).and_then(|digits: &str| digits.parse::<u8>().ok());
    match (number(0..2), number(2..4), number(4..6)) {
        (Some(year), Some(month), Some(day)) => Date::new(2000 + u16::from(year), month, day.max(1)).is_ok(),
        _ => false,
    }
}
