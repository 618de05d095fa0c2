//! Descriptions and values as a fuzzer makes them, with the feature `arbitrary`: each of them makes sense, so that what
//! they are given to is tested and not the refusal of what is none.

use arbitrary::{Arbitrary, Error, Result, Unstructured};

use crate::addr::Span;
use crate::check::{CATALOGUE, Crc, Parameters};
use crate::encode::{DecimalFill, Encoding, Fill, MAX_BCD, MAX_USB, PadNibble};
use crate::image::Erased;
use crate::value::{ByteOrder, Value};

/// The longest field without its wrappers, in bytes: as long as a text behind its length can be.
const LONGEST: usize = 256;

/// The most wrappers around a value.
const WRAPPERS: usize = 4;

/// Any range of addresses, the empty ones too.
impl Arbitrary<'_> for Span {
    fn arbitrary(u: &mut Unstructured<'_>) -> Result<Self> {
        let start = u.arbitrary()?;
        Self::new(start, u.int_in_range(0..=u64::MAX - start)?).map_err(|_| Error::IncorrectFormat)
    }
}

impl Arbitrary<'_> for ByteOrder {
    fn arbitrary(u: &mut Unstructured<'_>) -> Result<Self> {
        u.choose(&[Self::Little, Self::Big]).copied()
    }
}

/// An integer, or bytes or text that borrow from the fuzzer's input; none is secret.
impl<'a> Arbitrary<'a> for Value<'a> {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(match u.int_in_range(0..=2)? {
            0 => Self::from(u.arbitrary::<u128>()?),
            1 => Self::from(u.arbitrary::<&[u8]>()?),
            _ => Self::from(u.arbitrary::<&str>()?),
        })
    }
}

impl Arbitrary<'_> for Erased {
    fn arbitrary(u: &mut Unstructured<'_>) -> Result<Self> {
        let (len, bytes) = (u.int_in_range(1..=4)?, u.arbitrary::<[u8; 4]>()?);
        bytes.get(..len).and_then(Self::pattern).ok_or(Error::IncorrectFormat)
    }
}

/// Parameters that [`Crc::new`] takes.
impl Arbitrary<'_> for Parameters {
    fn arbitrary(u: &mut Unstructured<'_>) -> Result<Self> {
        let width = u.int_in_range(1..=u128::BITS)?;
        let greatest = u128::MAX >> (u128::BITS - width);
        Ok(Self {
            width,
            poly: u.int_in_range(1..=greatest)?,
            init: u.int_in_range(0..=greatest)?,
            refin: u.arbitrary()?,
            refout: u.arbitrary()?,
            xorout: u.int_in_range(0..=greatest)?,
        })
    }
}

/// A row of the catalogue, or any other.
impl Arbitrary<'_> for Crc {
    fn arbitrary(u: &mut Unstructured<'_>) -> Result<Self> {
        if u.arbitrary()? {
            return u.choose(CATALOGUE).copied();
        }
        Self::new(u.arbitrary()?).map_err(|_| Error::IncorrectFormat)
    }
}

impl Arbitrary<'_> for Fill {
    fn arbitrary(u: &mut Unstructured<'_>) -> Result<Self> {
        u.choose(&[Self::Exact, Self::Nul]).copied()
    }
}

impl Arbitrary<'_> for PadNibble {
    fn arbitrary(u: &mut Unstructured<'_>) -> Result<Self> {
        u.choose(&[Self::None, Self::Left0, Self::RightF]).copied()
    }
}

impl Arbitrary<'_> for DecimalFill {
    fn arbitrary(u: &mut Unstructured<'_>) -> Result<Self> {
        u.choose(&[Self::Nul, Self::CStr, Self::Space, Self::LeftSpace, Self::LeftZero]).copied()
    }
}

/// An encoding that [`check`](Encoding::check) takes, of at most 256 bytes within its wrappers.
impl Arbitrary<'_> for Encoding {
    fn arbitrary(u: &mut Unstructured<'_>) -> Result<Self> {
        let mut encoding = unwrapped(u)?;
        for _ in 0..WRAPPERS {
            if !u.arbitrary()? {
                break;
            }
            // Not every wrapper goes around every encoding.
            let outer = wrapped(encoding.clone(), u)?;
            if outer.check().is_ok() {
                encoding = outer;
            }
        }
        encoding.check().map_err(|_| Error::IncorrectFormat)?;
        Ok(encoding)
    }
}

/// An encoding without wrappers.
fn unwrapped(u: &mut Unstructured<'_>) -> Result<Encoding> {
    let len = |u: &mut Unstructured<'_>, least| u.int_in_range(least..=LONGEST);
    Ok(match u.int_in_range(0..=19)? {
        0 => Encoding::uint(u.int_in_range(1..=16)?, u.arbitrary()?),
        1 => Encoding::i8(),
        2 => Encoding::i16_le(),
        3 => Encoding::i16_be(),
        4 => Encoding::i32_le(),
        5 => Encoding::i32_be(),
        6 => Encoding::i64_le(),
        7 => Encoding::i64_be(),
        8 if u.arbitrary()? => Encoding::f32_le(),
        8 => Encoding::f32_be(),
        9 => Encoding::bytes(len(u, 1)?),
        10 => Encoding::reversed_bytes(len(u, 1)?),
        11 => text(u)?,
        12 => Encoding::decimal(len(u, 2)?, u.arbitrary()?),
        13 => Encoding::cstr(len(u, 2)?),
        14 => Encoding::prefixed(len(u, 2)?),
        15 => Encoding::utf16_le(len(u, 1)?, u.arbitrary()?),
        16 => Encoding::usb_string(u.int_in_range(1..=MAX_USB)?, u.arbitrary()?),
        // Digits of an integer, or of whole bytes.
        17 if u.arbitrary()? => Encoding::hex(u.int_in_range(1..=32)?),
        17 => Encoding::hex(2 * u.int_in_range(1..=LONGEST / 2)?),
        18 => base32_or_blob(u)?,
        _ => {
            let digits = u.int_in_range(1..=MAX_BCD)?;
            let odd = u.choose(&[PadNibble::Left0, PadNibble::RightF]).copied()?;
            Encoding::bcd(digits, if digits % 2 == 1 { odd } else { PadNibble::None }, u.arbitrary()?)
        }
    })
}

/// ASCII with what stands beside short text, those paddings too that have no name in a job.
fn text(u: &mut Unstructured<'_>) -> Result<Encoding> {
    let text = Encoding::ascii(u.int_in_range(1..=LONGEST)?);
    // Not a character of text.
    let pad = match u.arbitrary()? {
        b'!'..=b'~' => b' ',
        pad => pad,
    };
    Ok(match u.int_in_range(0..=3)? {
        0 => text.exact(),
        1 => text.pad(pad),
        2 => text.pad_left(pad),
        _ => text.pad_left(b'0'),
    })
}

fn base32_or_blob(u: &mut Unstructured<'_>) -> Result<Encoding> {
    // As many bytes as make no more characters than are wanted.
    let bytes = u.int_in_range(1..=LONGEST / 8 * 5)?;
    Ok(match u.int_in_range(0..=2)? {
        0 => Encoding::base32((bytes * 8).div_ceil(5)),
        1 => Encoding::base32_padded(bytes.div_ceil(5) * 8),
        _ => {
            let prefix = u.choose(&[1, 2, 4]).copied()?;
            Encoding::blob(prefix + bytes, prefix, u.arbitrary()?, u.arbitrary()?)
        }
    })
}

/// The encoding with something around it, which may be one thing too many.
fn wrapped(inner: Encoding, u: &mut Unstructured<'_>) -> Result<Encoding> {
    Ok(match u.int_in_range(0..=8)? {
        0 => Encoding::retlw12(inner),
        1 => Encoding::retlw14(inner),
        2 => Encoding::retlw16(inner),
        3 => Encoding::padded16(inner),
        4 => Encoding::swap16(inner),
        5 => Encoding::swap32(inner),
        6 => Encoding::with_inverse(inner),
        7 => Encoding::with_crc(inner, u.arbitrary()?, u.arbitrary()?),
        _ => Encoding::check_crc(inner, u.arbitrary()?, u.arbitrary()?),
    })
}
