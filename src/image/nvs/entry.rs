//! An entry: where its fields lie, and what it can be wrong about by itself.

use core::fmt;
use core::ops::Range;

use super::crc;
use super::error::{EntryAt, NvsErrorKind};
use super::kind::Type;
use super::layout::{DATA, DATA_CRC, ENTRY_CRC, KEY, KEY_LEN, SLOT, SLOTS, slots, word};
use super::name;
use crate::never::OrNever;

/// An entry of a page.
#[derive(Clone, Copy)]
pub struct Entry<'f> {
    /// From its first byte to the end of the page.
    rest: &'f [u8],
    at: EntryAt,
}

impl<'f> Entry<'f> {
    pub(super) fn new(rest: &'f [u8], at: EntryAt) -> Self {
        Self { rest, at }
    }

    fn byte(&self, at: usize) -> u8 {
        self.rest.get(at).copied().or_never("a page has whole slots")
    }

    /// Which entry it is.
    pub fn at(&self) -> EntryAt {
        self.at
    }

    /// The number of its namespace.
    pub fn namespace(&self) -> u8 {
        self.byte(0)
    }

    /// Its type; nothing when it is none of NVS.
    pub fn kind(&self) -> Option<Type> {
        Type::from_code(self.byte(1))
    }

    /// How many slots it has, as it says: its own, and those of its data.
    pub fn span(&self) -> u8 {
        self.byte(2)
    }

    /// Which chunk of a blob it is.
    pub fn chunk(&self) -> u8 {
        self.byte(3)
    }

    /// Its key; nothing when it is none.
    pub fn key(&self) -> Option<&'f str> {
        name::of(self.key_field())
    }

    /// The 16 bytes of its key.
    pub(super) fn key_field(&self) -> &'f [u8] {
        self.rest.get(KEY..KEY + KEY_LEN).or_never("a page has whole slots")
    }

    /// The eight bytes of a number, or of what is said of data.
    pub(super) fn data_field(&self) -> u64 {
        u64::from(word(self.rest, DATA)) | u64::from(word(self.rest, DATA_CRC)) << 32
    }

    /// The CRC that it has, and that which it should have.
    pub fn crc(&self) -> (u32, u32) {
        let (front, back) = (self.rest.get(..ENTRY_CRC), self.rest.get(KEY..SLOT));
        (
            word(self.rest, ENTRY_CRC),
            crc::over(&[front.or_never("a page has whole slots"), back.or_never("a page has whole slots")]),
        )
    }

    /// Where its value lies, counted from its first byte: a number in itself, other data behind it; nothing of an index.
    pub(super) fn value(&self) -> Range<usize> {
        match self.kind() {
            Some(Type::String | Type::Blob | Type::BlobData) => SLOT..SLOT + self.len(),
            Some(kind) => DATA..DATA + kind.number_len().or_never("no other has a value without a number"),
            None => 0..0,
        }
    }

    /// How many bytes of data it says that it has behind it.
    fn len(&self) -> usize {
        usize::from(u16::from_le_bytes([self.byte(DATA), self.byte(DATA + 1)]))
    }

    /// Of an index: how many bytes the blob has, how many chunks, and the first.
    pub(super) fn index(&self) -> (u32, u8, u8) {
        (word(self.rest, DATA), self.byte(DATA + 4), self.byte(DATA + 5))
    }

    /// How many slots it has, as its type and its size say.
    fn expected_span(&self, kind: Type) -> usize {
        match kind {
            Type::String | Type::Blob | Type::BlobData => 1 + slots(self.len()),
            _ => 1,
        }
    }

    /// What is wrong with it, if its own CRC is right, but for its data.
    pub(super) fn check(&self) -> Result<(), NvsErrorKind> {
        let kind = self.kind().ok_or(NvsErrorKind::Type { found: self.byte(1) })?;
        if self.key().is_none() {
            return Err(NvsErrorKind::Key);
        }
        let slots = self.expected_span(kind);
        if usize::from(self.span()) != slots {
            return Err(NvsErrorKind::Span { found: self.span(), expected: slots });
        }
        if usize::from(self.at.entry) + slots > SLOTS {
            return Err(NvsErrorKind::PastPage { slots, from: self.at.entry });
        }
        Ok(())
    }

    /// The data behind it; nothing of a number or an index, nor when its page ends before.
    pub(super) fn data(&self) -> Option<&'f [u8]> {
        matches!(self.kind(), Some(Type::String | Type::Blob | Type::BlobData))
            .then(|| self.rest.get(self.value()))
            .flatten()
    }

    /// The CRC over its data that it has, and that which it should have; nothing when it has no data behind it.
    pub fn data_crc(&self) -> Option<(u32, u32)> {
        self.data().map(|data| (word(self.rest, DATA_CRC), crc::over(&[data])))
    }

    /// What is wrong with its data.
    pub(super) fn check_data(&self) -> Result<(), NvsErrorKind> {
        let Some(data) = self.data() else { return Ok(()) };
        let (found, expected) = self.data_crc().or_never("what has data has a CRC over them");
        if found != expected {
            return Err(NvsErrorKind::DataCrc { found, expected, len: data.len() });
        }
        if self.kind() == Some(Type::String) && data.last() != Some(&0) {
            return Err(NvsErrorKind::Nul { len: data.len() });
        }
        Ok(())
    }
}

/// What it says of itself, not what it holds.
impl fmt::Debug for Entry<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: namespace {}, key {:?}, type {:?}", self.at, self.namespace(), self.key(), self.kind())
    }
}
