//! What a cell may be: most of what is refused, spreadsheets do.

use super::packed::push;
use crate::job::InputAs;

/// A column that a job takes values from.
#[derive(Clone, Debug)]
pub struct ColumnSpec {
    /// Its name.
    pub name: String,
    /// What its cells are.
    pub as_: InputAs,
    /// How many bytes each cell of hexadecimal digits has, when that is known.
    pub bytes: Option<usize>,
    /// Whether no two units may have the same.
    pub unique: bool,
    /// Whether its cells may not be shown.
    pub secret: bool,
}

pub(super) fn seq(cell: &[u8], secret: bool) -> Result<u64, String> {
    u64::try_from(uint(plain(cell)?, secret)?).map_err(|_| "the number has more than 64 bits".to_owned())
}

/// A decimal integer.
fn uint(text: &str, secret: bool) -> Result<u128, String> {
    if let Some(what) = spreadsheet(text) {
        return Err(what.to_owned());
    }
    if !text.bytes().all(|c| c.is_ascii_digit()) || (text.starts_with('0') && text != "0") {
        return Err(format!("found {}, expected decimal digits without zeros in front", shown(text, secret)));
    }
    text.parse().map_err(|_| "the number has more than 128 bits".to_owned())
}

/// A cell in a message; nothing of it when the file has secrets.
fn shown(text: &str, secret: bool) -> String {
    if secret || text.len() > 40 { "something else".to_owned() } else { format!("`{}`", text.escape_debug()) }
}

/// The text of a cell, when there is some, in one line, and no space around it.
fn plain(cell: &[u8]) -> Result<&str, String> {
    let text = std::str::from_utf8(cell)
        .map_err(|_| "the cell is not UTF-8 text: save the file as UTF-8 without a byte order mark, as editors can")?;
    if text.is_empty() {
        return Err("the cell is empty".to_owned());
    }
    // A quote without its end takes the rows below, keys and all, into one cell.
    if text.contains(char::is_control) {
        return Err("the cell has a line end or another control character; is a quote not closed?".to_owned());
    }
    if text.trim() != text {
        return Err("the cell begins or ends with a space".to_owned());
    }
    Ok(text)
}

pub(super) const ROUNDED: &str = "found a number like 1.23E+15: a spreadsheet rounded it, and the digits are lost";

/// Whether a number was written by a spreadsheet.
fn spreadsheet(text: &str) -> Option<&'static str> {
    let number = |text: &str| text.bytes().all(|c| c.is_ascii_digit() || matches!(c, b'.' | b',')) && !text.is_empty();
    if let Some((mantissa, exponent)) = text.split_once(['E', 'e']) {
        let signed = exponent.strip_prefix(['+', '-']);
        if number(mantissa) && signed.is_some_and(number) {
            return Some(ROUNDED);
        }
    }
    let fraction = text.contains(['.', ',']) && number(text);
    fraction.then_some("found a number with a fraction: was the column saved by a spreadsheet?")
}

/// What a spreadsheet makes of text that looks like a number, or of a formula: 123456789012 is saved as 1.23457E+11.
fn damaged(text: &str) -> Option<&'static str> {
    const ERRORS: [&str; 7] = ["#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!"];
    if ERRORS.contains(&text) {
        return Some("found the error value of a spreadsheet's formula");
    }
    let (mantissa, exponent) = text.split_once("E+")?;
    let (whole, fraction) = mantissa.split_once(['.', ',']).unwrap_or((mantissa, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|c| c.is_ascii_digit());
    let rounded = whole.len() == 1 && exponent.len() >= 2 && [whole, fraction, exponent].into_iter().all(digits);
    rounded.then_some(ROUNDED)
}

/// Adds a cell to those that are kept.
pub(super) fn cell(cell: &[u8], column: &ColumnSpec, secret: bool, cells: &mut Vec<u8>) -> Result<(), String> {
    let text = plain(cell)?;
    match column.as_ {
        InputAs::Hex => return bytes(text, column.bytes, secret, cells),
        InputAs::Text => damaged(text).map_or(Ok(()), |what| Err(what.to_owned()))?,
        InputAs::Uint => drop(uint(text, secret)?),
    }
    push(cells, text.len());
    cells.extend_from_slice(text.as_bytes());
    Ok(())
}

/// Bytes from hexadecimal digits.
fn bytes(text: &str, len: Option<usize>, secret: bool, cells: &mut Vec<u8>) -> Result<(), String> {
    if let Some(what) = spreadsheet(text) {
        return Err(what.to_owned());
    }
    if !text.bytes().all(|c| c.is_ascii_hexdigit()) {
        return Err(format!("found {}, expected hexadecimal digits only", shown(text, secret)));
    }
    if let Some(expected) = len.map(|len| len.saturating_mul(2)).filter(|&expected| expected != text.len()) {
        let hint = if text.len() < expected { "; did a spreadsheet drop zeros in front?" } else { "" };
        return Err(format!("{} digits, expected {expected}{hint}", text.len()));
    }
    push(cells, text.len() / 2);
    let start = cells.len();
    cells.resize(start + text.len() / 2, 0);
    let (_, bytes) = cells.split_at_mut(start);
    hex::decode_to_slice(text, bytes).map_err(|_| format!("{} digits, expected two for each byte", text.len()))
}
