//! Checks over bytes: bytes in, check value out; what they cover and where the value is kept is not
//! known here.
//!
//! ```
//! use nameplate::check::{Algorithm, CRC_32_ISO_HDLC};
//!
//! let crc = Algorithm::from(CRC_32_ISO_HDLC);
//! assert_eq!(crc.compute(|take| take(b"123456789")).number(), Some(0xCBF4_3926));
//! assert_eq!(Algorithm::from_name("CRC-16/IBM-3740").unwrap().width(), 16);
//! ```
//!
//! | name | what | width |
//! |---|---|---|
//! | `CRC-…` | a row of the CRC [`CATALOGUE`], as `CRC-32/ISO-HDLC`, or an alias of one, as `CRC-16/X-25`; any other by its [`Parameters`] | 1–128 bits |
//! | `sum8`, `sum16le`, `sum16be`, … `sum64be` | sum of words of that size and byte order, modulo 2 to its bits | 8–64 bits |
//! | `sum8/16`, `sum8/24`, `sum16le/32`, … | the same, modulo 2 to the bits behind the stroke | 8–64 bits |
//! | `xor8`, `xor16le`, … `xor64be` | exclusive or of the same words | 8–64 bits |
//! | `fletcher16`, `fletcher32le`, `fletcher32be`, `adler32` | two sums at once | 16, 32 bits |
//! | `srecord-fletcher16`, `srecord-fletcher32`, `srecord-adler16` | as SRecord computes them, which is otherwise | 16, 32 bits |
//! | `ftdi16` | the EEPROM of FTDI's USB bridges: the exclusive or of words, rotated after each | 16 bits |
//! | `sha256`, `md5` | a hash; with the feature of that name | 256, 128 bits |
//!
//! Names of CRCs are read in any letter case, with any separators. A name that several go by, as `CRC-16/CCITT` or
//! `CRC-32`, is refused with those it may mean ([`NameError`]); none is taken for one that is written nearly so.
//!
//! [`Change`] is the check value of data of which a few bytes change, at the cost of those bytes;
//! [`Force`], the bytes that give it a wanted one.
//!
//! [`character`] has the check characters of texts.
//!
//! Not promised: any protection against an attacker. A check finds accidents.

mod algorithm;
mod alias;
mod catalog;
pub mod character;
mod crc;
mod feed;
mod fletcher;
mod force;
mod hash;
mod model;
mod name;
mod rotate;
mod words;

pub use self::algorithm::{Algorithm, Change, CheckValue};
pub use self::catalog::*;
pub use self::crc::Crc;
pub use self::feed::Feed;
pub use self::fletcher::*;
pub use self::force::Force;
pub(crate) use self::hash::Hasher;
pub use self::hash::{Digest, Hash};
pub use self::model::{Parameters, ParametersError};
pub use self::name::NameError;
pub use self::rotate::*;
pub use self::words::Words;
