//! ISO/IEC 15434, format 06: fields that begin with a data identifier.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use super::error::LabelError;
use crate::digits::Escaped;
use crate::id::serial::Date;
use crate::never::OrNever;

/// Data identifiers and their values in an envelope: `[)>` RS `06` GS field GS field … RS EOT.
///
/// | identifier | what | | identifier | what |
/// |---|---|---|---|---|
/// | `P`, `1P` | part number of customer, of supplier | | `9D`, `10D` | date, `YYWW` |
/// | `2P` | revision | | `16D` | date of production, `YYYYMMDD` |
/// | `S` | serial number | | `Q` | quantity |
/// | `1T` | lot | | `K`, `4L` | order number, country of origin |
///
/// Any other identifier of ANSI MH10.8.2 is taken too, its value unchecked but for its characters: printable ASCII.
/// The order is that given. It is written strictly, whatever other labels leave out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    fields: Vec<(String, String)>,
}

const HEADER: &str = "[)>\x1E06";
const TRAILER: &str = "\x1E\x04";

impl Envelope {
    /// Of identifiers with their values.
    ///
    /// # Errors
    /// When there is none, one is no identifier or given twice, a value is empty or has characters that are not
    /// printable ASCII, or a date or quantity is none.
    pub fn new(values: &[(&str, &str)]) -> Result<Self, LabelError> {
        let mut fields: Vec<(String, String)> = Vec::new();
        for (di, value) in values {
            if !is_di(di) {
                return Err(LabelError::Di { found: Escaped(di.as_bytes()).to_string() });
            }
            if fields.iter().any(|(other, _)| other == di) {
                return Err(LabelError::Twice { id: (*di).to_string() });
            }
            check(di, value)?;
            fields.push(((*di).to_string(), (*value).to_string()));
        }
        if fields.is_empty() { Err(LabelError::Empty) } else { Ok(Self { fields }) }
    }
}

/// The complete envelope, control characters included.
impl fmt::Display for Envelope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HEADER)?;
        self.fields.iter().try_for_each(|(di, value)| write!(f, "\x1D{di}{value}"))?;
        f.write_str(TRAILER)
    }
}

/// Up to three digits, the first not 0, and a capital letter.
fn is_di(text: &str) -> bool {
    let letter = text.trim_start_matches(|c: char| c.is_ascii_digit()).as_bytes();
    text.len() <= 4 && !text.starts_with('0') && matches!(letter, [b'A'..=b'Z'])
}

fn check(di: &str, value: &str) -> Result<(), LabelError> {
    let id = || di.to_string();
    let digits = matches!(di, "Q" | "9D" | "10D" | "16D");
    let right = |c: char| if digits { c.is_ascii_digit() } else { matches!(c, ' '..='~') };
    if let Some((at, found)) = value.chars().enumerate().find(|(_, c)| !right(*c)) {
        let found = Escaped(found.encode_utf8(&mut [0; 4]).as_bytes()).to_string();
        let expected = if digits { "a digit" } else { "printable ASCII" };
        return Err(LabelError::Character { id: id(), found, at: at + 1, expected });
    }
    let number = |range| {
        value
            .get(range)
            .and_then(|digits: &str| digits.parse::<u16>().ok())
            .or_never("digits only, as many as the length says")
    };
    let small = |range| u8::try_from(number(range)).or_never("two digits");
    let date = |right: bool, expected| {
        if right { Ok(()) } else { Err(LabelError::Date { id: id(), found: value.to_string(), expected }) }
    };
    match di {
        _ if value.is_empty() => Err(LabelError::Length { id: id(), found: 0, expected: "at least 1" }),
        "9D" | "10D" => date(value.len() == 4 && (1..=53).contains(&number(2..4)), "YYWW"),
        "16D" => {
            let right = value.len() == 8 && Date::new(number(0..4), small(4..6), small(6..8)).is_ok();
            date(right, "YYYYMMDD")
        }
        _ => Ok(()),
    }
}
