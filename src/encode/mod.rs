//! How a value lies in a field: value in, exactly the field's bytes out.
//!
//! ```
//! use nameplate::{Encoding, Value};
//!
//! let mut field = [0xA5; 6];
//! let encoding = Encoding::ascii(6).pad(0x00);
//! encoding.encode_into(&Value::from("EU-42"), &mut field)?;
//! assert_eq!(&field, b"EU-42\0");
//! # Ok::<(), nameplate::encode::EncodeError>(())
//! ```
//!
//! | encoding | in a job file | takes | example | bytes |
//! |---|---|---|---|---|
//! | [`uint`](Encoding::uint), [`u32_le`](Encoding::u32_le), … | `u8`, `u16le` … `u64be`, `uint:3:be` | integer | 123, `u32le` | `7B 00 00 00` |
//! | [`i8`](Encoding::i8), [`i16_le`](Encoding::i16_le), … | `i8`, `i16le` … `i64be` | decimal text, integer | `-2`, `i16le` | `FE FF` |
//! | [`f32_le`](Encoding::f32_le), [`f32_be`](Encoding::f32_be) | `f32le`, `f32be` | decimal text, with an exponent or without | `-0.5`, `-5e-1`, `f32be` | `BF 00 00 00` |
//! | [`bytes`](Encoding::bytes) | `bytes:6`, `bytes:6:reversed` | bytes | `0080E1`, reversed | `E1 80 00` |
//! | [`ascii`](Encoding::ascii) | `ascii:6:nul`, `:space`, `:exact` | text | `EU-42`, nul | `45 55 2D 34 32 00` |
//! | | `ascii:6:left-space`, `:left-zero` | text | `EU-42`, left-space | `20 45 55 2D 34 32` |
//! | [`decimal`](Encoding::decimal) | `dec:4:nul`, `:cstr`, `:space`, `:left-space`, `:left-zero` | integer | 42, nul | `34 32 00 00` |
//! | [`cstr`](Encoding::cstr) | `cstr:6` | text, at most 5 | `EU-42` | `45 55 2D 34 32 00` |
//! | [`prefixed`](Encoding::prefixed) | `prefixed:6` | text, at most 5 | `EU-4` | `04 45 55 2D 34 00` |
//! | [`utf16_le`](Encoding::utf16_le) | `utf16le:2`, `utf16le:3:nul` | text of 2, at most 3 | `42`, 3 nul | `34 00 32 00 00 00` |
//! | [`usb_string`](Encoding::usb_string) | `usb-string:2`, `usb-string:3:nul` | text of 2, at most 3 | `42`, 3 nul | `06 03 34 00 32 00 00 00` |
//! | [`hex`](Encoding::hex) | `hex:4` | integer, bytes | 0xAB | `30 30 41 42` |
//! | [`base32`](Encoding::base32) | `base32:8`, `base32:8:padded` | bytes | `666F6F`, padded | `4D 5A 58 57 36 3D 3D 3D` |
//! | [`blob`](Encoding::blob) | `blob:6:u16le`, `blob:6:u16le:FF` | bytes, 1 to 4 of them | `CAFE`, FF | `02 00 CA FE FF FF` |
//! | [`bcd`](Encoding::bcd) | `bcd:6`, `bcd:6:le` | integer, text of 6 | 123, le | `23 01 00` |
//! | | `bcd:5:left0`, `:rightF`, `:left0:le`, `:rightF:le` | integer, text of 5 | 123, rightF | `00 12 3F` |
//! | [`retlw14`](Encoding::retlw14), `retlw12`, `retlw16` | `retlw14(u16be)` | as the inner one | 0xA1 | `00 34 A1 34` |
//! | [`padded16`](Encoding::padded16) | `padded16(u16be)` | as the inner one | 0xA1 | `00 00 A1 00` |
//! | [`swap16`](Encoding::swap16) | `swap16(u32be)` | as the inner one | 0x00112233 | `11 00 33 22` |
//! | [`swap32`](Encoding::swap32) | `swap32(u32be)` | as the inner one | 0x00112233 | `33 22 11 00` |
//! | [`with_inverse`](Encoding::with_inverse) | `with-inverse(u16be)` | as the inner one | 0xA1 | `00 A1 FF 5E` |
//! | [`with_crc`](Encoding::with_crc) | `with-crc:CRC-16/XMODEM:be(bytes:9)` | as the inner one | `123456789` | the same, `31 C3` |
//! | [`check_crc`](Encoding::check_crc) | `check-crc:CRC-16/XMODEM:be(bytes:11)` | as the inner one, its CRC at its end | `123456789`, 31C3 | the same |
//!
//! A value that does not fit is an error; nothing is truncated, wrapped, rounded, or padded unless the
//! encoding says with what. No byte order is assumed. Text is printable ASCII (0x20–0x7E), in UTF-16
//! any printable character of one code unit; it has at least one character, and may not end in the
//! padding, so that it reads back the same.
//!
//! A value has no sign and no fraction, so a signed integer or a float is decimal text, written in the
//! one way in which it reads back: `-12` and `0.5`, not `+12`, `012`, `.5` or `0.50`. A float may have an
//! exponent in the one way of its own, `1.5e-7`, and reads back without: `0.00000015`. A BCD number
//! reads back as text of all its digits.
//!
//! Wrappers nest, each once: `retlw14(swap16(with-inverse(u32be)))`. Each works on the bytes inside as they
//! lie, so the order matters: `with-inverse(with-crc:…)` repeats the CRC, `with-crc:…(with-inverse(…))` covers the
//! inverse. `retlw…` and `padded16` are the outermost one: what they add is the device's, and nothing is
//! computed over it. `check-crc:…` takes values that bring their CRC, as the column of a supplier does: a value
//! that does not end in it is refused.
//!
//! Sources: Microchip DS50002539 §"RETLW" for the low byte first, opcode second order of RETLW words;
//! the opcodes from the instruction sets of the 12-bit (0x8kk), 14-bit (0x34kk) and 16-bit (0x0Ckk) cores.
//! USB 2.0 §9.6.7 for string descriptors. IEEE 754 binary32 for floats. RFC 4648 §6 for base 32.
//!
//! Not promised: that two texts that look the same are the same (UTF-16 is not normalised); that a USB host
//! takes a serial number (mass storage wants at least 12 characters, upper-case hexadecimal digits).

mod base32;
mod bcd;
mod blob;
mod code;
mod decimal;
mod encoding;
mod error;
mod fill;
mod fit;
mod grammar;
mod int;
mod limits;
mod number;
#[cfg(feature = "sqtp")]
mod places;
mod text;
mod utf16;
mod wrap;

pub use self::encoding::{Ascii, Encoding};
pub use self::error::{DecodeError, EncodeError, EncodingError};
pub use self::fill::{DecimalFill, Fill, PadNibble};
pub use self::grammar::GrammarError;
pub use self::limits::{MAX_BCD, MAX_LEN, MAX_USB};
