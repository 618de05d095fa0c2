//! Packed BCD: two decimal digits in a byte.

use zeroize::Zeroizing;

use super::{DecodeError, EncodeError, MAX_BCD, PadNibble};
use crate::value::{ByteOrder, Value, View};

/// One decimal digit in each byte.
type Digits = Zeroizing<[u8; MAX_BCD]>;

/// What `pad` puts in front of the digits and behind them.
fn around(pad: PadNibble) -> (Option<u8>, Option<u8>) {
    match pad {
        PadNibble::None => (None, None),
        PadNibble::Left0 => (Some(0), None),
        PadNibble::RightF => (None, Some(0xF)),
    }
}

fn of_uint(n: u128, out: &mut [u8], secret: bool) -> Result<(), EncodeError> {
    let greatest = out.iter().fold(0, |n: u128, _| n * 10 + 9);
    if n > greatest {
        return Err(EncodeError::TooBig { found: (!secret).then_some(n), greatest });
    }
    let _ = out.iter_mut().rev().fold(n, |n, to| {
        [*to, ..] = (n % 10).to_le_bytes();
        n / 10
    });
    Ok(())
}

fn of_text(text: &str, out: &mut [u8], secret: bool) -> Result<(), EncodeError> {
    if let Some((at, c)) = text.chars().enumerate().find(|(_, c)| !c.is_ascii_digit()) {
        return Err(EncodeError::Character { found: (!secret).then_some(c), expected: "a decimal digit", at: at + 1 });
    }
    if text.len() != out.len() {
        return Err(EncodeError::NotExact { found: text.len(), expected: out.len() });
    }
    out.iter_mut().zip(text.bytes()).for_each(|(to, digit)| *to = digit - b'0');
    Ok(())
}

/// An integer, zeros in front, or a text of just the digits.
pub(super) fn put(
    view: View<'_>,
    digits: usize,
    pad: PadNibble,
    order: ByteOrder,
    out: &mut [u8],
    secret: bool,
) -> Result<(), EncodeError> {
    let mut all = Digits::new([0; MAX_BCD]);
    let all = all.get_mut(..digits).unwrap_or_default();
    match view {
        View::Uint(n) => of_uint(n, all, secret)?,
        View::Text(text) => of_text(text, all, secret)?,
        View::Bytes(_) => {}
    }
    let (before, behind) = around(pad);
    let mut nibbles = before.into_iter().chain(all.iter().copied()).chain(behind);
    for to in &mut *out {
        *to = nibbles.next().unwrap_or(0) << 4 | nibbles.next().unwrap_or(0);
    }
    if order == ByteOrder::Little {
        out.reverse();
    }
    Ok(())
}

/// The digits as text, zeros in front included.
pub(super) fn get<'b>(
    bytes: &mut [u8],
    digits: usize,
    pad: PadNibble,
    order: ByteOrder,
) -> Result<Value<'b>, DecodeError> {
    if order == ByteOrder::Little {
        bytes.reverse();
    }
    let last = bytes.len().saturating_sub(1);
    let (before, behind) = around(pad);
    for (index, &found) in bytes.iter().enumerate() {
        let (first, second) = (before.filter(|_| index == 0), behind.filter(|_| index == last));
        let right = |nibble: u8, pad: Option<u8>| pad.map_or(nibble < 10, |pad| nibble == pad);
        if !right(found >> 4, first) || !right(found & 0xF, second) {
            let expected = match (first, second) {
                (Some(_), _) => "0 and a decimal digit",
                (_, Some(_)) => "a decimal digit and F",
                _ => "two decimal digits",
            };
            let at = if order == ByteOrder::Little { last - index } else { index };
            return Err(DecodeError::Byte { found, expected, at });
        }
    }
    let mut text = Digits::new([0; MAX_BCD]);
    let nibbles = bytes.iter().flat_map(|byte| [byte >> 4, byte & 0xF]).skip(before.iter().count());
    let text = text.get_mut(..digits).unwrap_or_default();
    text.iter_mut().zip(nibbles).for_each(|(to, digit)| *to = b'0' + digit);
    // Digits only, and few: both conversions cannot fail.
    core::str::from_utf8(text).ok().and_then(Value::text).ok_or(DecodeError::Empty)
}
