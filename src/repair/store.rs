//! Where a check value is kept, and in what form.

use alloc::string::ToString;
use alloc::vec::Vec;

use super::error::RepairErrorKind;
use crate::addr::{Span, SpanError};
use crate::at::{At, LocateError};
use crate::check::{Algorithm, CheckValue, Digest};
use crate::encode::{DecodeError, Encoding, MAX_LEN};
use crate::image::Container;
use crate::never::OrNever;
use crate::value::{ByteOrder, Value, View};
use crate::width;

/// A word that holds a checksum: its address, length, byte order, and whether its bits are inverted; or its address
/// and how the number is written there.
///
/// ```
/// use nameplate::repair::Store;
/// use nameplate::{ByteOrder, Encoding, Repair, check::CRC_16_MODBUS};
///
/// // The checksum, and behind it its complement.
/// let word = Store::new(0x1FC, 2, ByteOrder::Little);
/// let repair = Repair::crc("page", CRC_16_MODBUS, 0..0x1FC)
///     .stored(word)
///     .copied(Store::new(0x1FE, 2, ByteOrder::Little).inverted())
///     // For people, as four hexadecimal digits.
///     .copied(Store::encoded(0x200, Encoding::hex(4)));
/// assert_eq!(repair.stores().len(), 3);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Store {
    at: At,
    form: Form,
    inverted: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Form {
    /// An integer, or the bytes of a digest.
    Word { len: usize, order: ByteOrder },
    /// Written in another way.
    Encoded(Encoding),
}

impl Store {
    /// `len` bytes from there on, an address or an [`At`]: an integer in that byte order, or a digest, big-endian as its
    /// standard writes it.
    pub fn new(at: impl Into<At>, len: usize, order: ByteOrder) -> Self {
        Self { at: at.into(), form: Form::Word { len, order }, inverted: false }
    }

    /// A number as the encoding writes it, from there on: as the operands of `RETLW`, as BCD or hexadecimal
    /// digits, in words whose bytes change places; of a digest, its bytes. The encoding must take each number of the
    /// check's width: compiling refuses others.
    pub fn encoded(at: impl Into<At>, encoding: Encoding) -> Self {
        let form = match encoding.as_uint() {
            Some((len, order)) => Form::Word { len, order },
            None => Form::Encoded(encoding),
        };
        Self { at: at.into(), form, inverted: false }
    }

    /// The complement: every bit of the word inverted.
    #[must_use]
    pub fn inverted(mut self) -> Self {
        self.inverted = !self.inverted;
        self
    }

    /// Where it lies.
    ///
    /// # Errors
    /// When it passes the end of the address space, or is not said by its address: a [`Plan`](crate::Plan) has addresses.
    pub fn span(&self) -> Result<Span, LocateError> {
        match self.at.known() {
            Some(address) => Ok(Span::new(address, width::wide(self.len()))?),
            None => Err(LocateError::Unlocated),
        }
    }

    /// Where it lies, of a checksum that was located.
    pub(super) fn place(&self) -> Result<Span, SpanError> {
        Span::new(self.at.known().or_never("the checksum was located"), width::wide(self.len()))
    }

    /// Where it lies, said in whichever way.
    pub const fn at(&self) -> &At {
        &self.at
    }

    /// The same by its address, as `image` has it.
    pub(super) fn located(&self, image: &dyn Container) -> Result<Self, LocateError> {
        let at = match self.at.known() {
            Some(_) => self.at.clone(),
            None => At::address(self.at.span(width::wide(self.len()), image)?.start()),
        };
        Ok(Self { at, ..self.clone() })
    }

    /// How many bytes.
    pub fn len(&self) -> usize {
        match &self.form {
            Form::Word { len, .. } => *len,
            Form::Encoded(encoding) => encoding.len(),
        }
    }

    /// How many bytes are set aside for it: as many as it has, unless those are more than can be had, which is refused
    /// later.
    pub(crate) fn room(&self) -> usize {
        match &self.form {
            Form::Word { len, .. } => (*len).min(33),
            Form::Encoded(encoding) => encoding.len().min(MAX_LEN + 1),
        }
    }

    /// Whether that is none, which is refused.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The order of its bytes; nothing when an encoding says how they lie.
    pub fn order(&self) -> Option<ByteOrder> {
        match &self.form {
            Form::Word { order, .. } => Some(*order),
            Form::Encoded(encoding) => {
                encoding.as_bytes().map(|(_, reversed)| if reversed { ByteOrder::Little } else { ByteOrder::Big })
            }
        }
    }

    /// How it is written, when that is no plain integer or digest.
    pub fn encoding(&self) -> Option<&Encoding> {
        match &self.form {
            Form::Word { .. } => None,
            Form::Encoded(encoding) => Some(encoding).filter(|encoding| encoding.as_bytes().is_none()),
        }
    }

    /// Whether its bits are inverted.
    pub fn is_inverted(&self) -> bool {
        self.inverted
    }

    /// The same in the other byte order; nothing when it has none.
    pub(super) fn turned(&self) -> Option<Self> {
        let form = match &self.form {
            Form::Word { len, order: ByteOrder::Little } => Form::Word { len: *len, order: ByteOrder::Big },
            Form::Word { len, order: ByteOrder::Big } => Form::Word { len: *len, order: ByteOrder::Little },
            Form::Encoded(encoding) => Form::Encoded(match encoding.as_bytes()? {
                (len, true) => Encoding::bytes(len),
                (len, false) => Encoding::reversed_bytes(len),
            }),
        };
        Some(Self { form, ..self.clone() })
    }

    /// Whether it has room for each value of `algorithm`.
    pub(super) fn check(&self, algorithm: Algorithm) -> Result<(), RepairErrorKind> {
        let (len, width) = (self.len(), algorithm.width());
        match (&self.form, algorithm) {
            (Form::Encoded(encoding), _) => self.check_encoding(encoding, algorithm),
            (_, Algorithm::Hash(hash)) if len == hash.digest_len() => Ok(()),
            (_, Algorithm::Hash(hash)) => Err(RepairErrorKind::DigestLen { len, expected: hash.digest_len() }),
            _ if !(1..=16).contains(&len) => Err(RepairErrorKind::WordLen { len }),
            _ if width::index(width.into()) > len * 8 => Err(RepairErrorKind::TooNarrow { width, len }),
            _ => Ok(()),
        }
    }

    fn check_encoding(&self, encoding: &Encoding, algorithm: Algorithm) -> Result<(), RepairErrorKind> {
        encoding.check()?;
        if self.inverted && encoding.as_bytes().is_none() {
            return Err(RepairErrorKind::InvertedEncoding { encoding: encoding.to_string() });
        }
        let width = algorithm.width();
        let takes = if let Algorithm::Hash(hash) = algorithm {
            encoding.takes_each_of(hash.digest_len())
        } else {
            let most = u128::MAX.checked_shr(u128::BITS.saturating_sub(width)).or_never("at least one bit wide");
            encoding.greatest_uint().is_some_and(|greatest| most <= greatest)
        };
        if takes { Ok(()) } else { Err(RepairErrorKind::NotEach { width, encoding: encoding.to_string() }) }
    }

    /// Writes a number into `word`.
    #[inline]
    pub(super) fn put(&self, n: u128, word: &mut [u8]) {
        match &self.form {
            Form::Word { order, .. } => self.put_bytes(*order, n.to_le_bytes().into_iter(), word),
            Form::Encoded(encoding) => self.encode(encoding, &Value::from(n), word),
        }
    }

    /// Writes a digest into `word`.
    pub(super) fn put_digest(&self, digest: &Digest, word: &mut [u8]) {
        match &self.form {
            Form::Word { order, .. } => self.put_bytes(*order, digest.as_bytes().iter().rev().copied(), word),
            Form::Encoded(encoding) => self.encode(encoding, &Value::from(digest.as_bytes()), word),
        }
    }

    /// Writes what was checked to be taken.
    fn encode(&self, encoding: &Encoding, value: &Value<'_>, word: &mut [u8]) {
        // Of each value of this width, so there is no error.
        let _ = encoding.encode(value, word, true);
        if self.inverted {
            for byte in word {
                *byte = !*byte;
            }
        }
    }

    /// Writes bytes, the lowest first.
    #[inline]
    fn put_bytes(&self, order: ByteOrder, bytes: impl Iterator<Item = u8>, word: &mut [u8]) {
        word.iter_mut().zip(bytes).for_each(|(to, byte)| *to = byte);
        if order == ByteOrder::Big {
            word.reverse();
        }
        if self.inverted {
            for byte in word {
                *byte = !*byte;
            }
        }
    }

    /// The value that `word` holds.
    ///
    /// # Errors
    /// When its encoding writes no such bytes.
    pub(crate) fn get(&self, word: &[u8], algorithm: Algorithm) -> Result<CheckValue, DecodeError> {
        let mut bytes: Vec<u8> = word.iter().map(|byte| if self.inverted { !byte } else { *byte }).collect();
        let order = match &self.form {
            Form::Word { order, .. } => *order,
            Form::Encoded(encoding) => return decoded(encoding, &mut bytes, algorithm),
        };
        if order == ByteOrder::Little {
            bytes.reverse();
        }
        Ok(match algorithm {
            Algorithm::Hash(_) => digest(&bytes)?,
            _ => CheckValue::Number(number(&bytes)),
        })
    }
}

/// The value that an encoding has in `word`.
fn decoded(encoding: &Encoding, word: &mut [u8], algorithm: Algorithm) -> Result<CheckValue, DecodeError> {
    let value = encoding.decode(word)?;
    match (algorithm, value.expose()) {
        (Algorithm::Hash(_), View::Bytes(bytes)) => digest(bytes),
        // As many digits as fit a number read back as one.
        (Algorithm::Hash(hash), View::Uint(n)) => {
            let bytes = n.to_be_bytes();
            digest(bytes.get(bytes.len().saturating_sub(hash.digest_len())..).or_never("no more than there are"))
        }
        (_, View::Uint(n)) => Ok(CheckValue::Number(n)),
        (_, View::Bytes(bytes)) => Ok(CheckValue::Number(number(bytes))),
        // BCD.
        (_, View::Text(digits)) => digits.parse().map(CheckValue::Number).map_err(|_| DecodeError::Wide),
    }
}

fn number(bytes: &[u8]) -> u128 {
    bytes.iter().fold(0, |n, byte| n << 8 | u128::from(*byte))
}

fn digest(bytes: &[u8]) -> Result<CheckValue, DecodeError> {
    Digest::new(bytes).map(CheckValue::Digest).ok_or(DecodeError::Wide)
}
