//! Packed BCD: two decimal digits in a byte.

use zeroize::Zeroizing;

use super::error::{DecodeError, EncodeError};
use super::fill::PadNibble;
use super::limits::MAX_BCD;
use crate::never::OrNever;
use crate::value::{ByteOrder, Value};

/// One decimal digit in each byte.
type Digits = Zeroizing<[u8; MAX_BCD]>;

/// How the digits lie in a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Layout {
    pub(super) digits: usize,
    pub(super) pad: PadNibble,
    pub(super) order: ByteOrder,
}

impl Layout {
    /// What stands in front of the digits and behind them.
    fn around(self) -> (Option<u8>, Option<u8>) {
        match self.pad {
            PadNibble::None => (None, None),
            PadNibble::Left0 => (Some(0), None),
            PadNibble::RightF => (None, Some(0xF)),
        }
    }

    fn put(self, digits: &[u8], out: &mut [u8]) {
        let (before, behind) = self.around();
        let mut nibbles = before.into_iter().chain(digits.iter().copied()).chain(behind);
        for to in &mut *out {
            let mut nibble = || nibbles.next().or_never("two nibbles for each byte");
            *to = nibble() << 4 | nibble();
        }
        if self.order == ByteOrder::Little {
            out.reverse();
        }
    }
}

/// An integer, zeros in front.
pub(super) fn put_uint(n: u128, layout: Layout, out: &mut [u8], secret: bool) -> Result<(), EncodeError> {
    let mut digits = Digits::new([0; MAX_BCD]);
    let digits = digits.get_mut(..layout.digits).or_never("at most `MAX_BCD` digits");
    let greatest = digits.iter().fold(0, |n: u128, _| n * 10 + 9);
    if n > greatest {
        return Err(EncodeError::TooBig { found: (!secret).then_some(n), greatest });
    }
    let _ = digits.iter_mut().rev().fold(n, |n, to| {
        [*to, ..] = (n % 10).to_le_bytes();
        n / 10
    });
    layout.put(digits, out);
    Ok(())
}

/// A text of just the digits.
pub(super) fn put_text(text: &str, layout: Layout, out: &mut [u8], secret: bool) -> Result<(), EncodeError> {
    if let Some((at, c)) = text.chars().enumerate().find(|(_, c)| !c.is_ascii_digit()) {
        return Err(EncodeError::Character { found: (!secret).then_some(c), expected: "a decimal digit", at: at + 1 });
    }
    let mut digits = Digits::new([0; MAX_BCD]);
    let digits = digits.get_mut(..layout.digits).or_never("at most `MAX_BCD` digits");
    if text.len() != digits.len() {
        return Err(EncodeError::NotExact { found: text.len(), expected: digits.len() });
    }
    digits.iter_mut().zip(text.bytes()).for_each(|(to, digit)| *to = digit - b'0');
    layout.put(digits, out);
    Ok(())
}

/// The digits as text, zeros in front included.
pub(super) fn get<'b>(bytes: &mut [u8], layout: Layout) -> Result<Value<'b>, DecodeError> {
    if layout.order == ByteOrder::Little {
        bytes.reverse();
    }
    let last = bytes.len().saturating_sub(1);
    let (before, behind) = layout.around();
    for (index, &found) in bytes.iter().enumerate() {
        let (first, second) = (before.filter(|_| index == 0), behind.filter(|_| index == last));
        let right = |nibble: u8, pad: Option<u8>| pad.map_or(nibble < 10, |pad| nibble == pad);
        if !right(found >> 4, first) || !right(found & 0xF, second) {
            let expected = match (first, second) {
                (Some(_), _) => "0 and a decimal digit",
                (_, Some(_)) => "a decimal digit and F",
                _ => "two decimal digits",
            };
            let at = if layout.order == ByteOrder::Little { last - index } else { index };
            return Err(DecodeError::Byte { found, expected, at });
        }
    }
    let mut text = Digits::new([0; MAX_BCD]);
    let nibbles = bytes.iter().flat_map(|byte| [byte >> 4, byte & 0xF]).skip(before.iter().count());
    let text = text.get_mut(..layout.digits).or_never("at most `MAX_BCD` digits");
    text.iter_mut().zip(nibbles).for_each(|(to, digit)| *to = b'0' + digit);
    // Digits only, and few: both conversions cannot fail.
    core::str::from_utf8(text).ok().and_then(Value::text).ok_or(DecodeError::Empty)
}
