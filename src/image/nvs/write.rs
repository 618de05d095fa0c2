//! A partition from nothing.

use alloc::collections::BTreeSet;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;
use core::ops::Range;

use thiserror::Error;

use super::crc;
use super::kind::Type;
use super::layout::{
    ACTIVE, DATA, DATA_CRC, ENTRY_CRC, FIRST, FULL, KEY, NO_CHUNK, PAGE, SLOT, SLOTS, STATES, VERSION_2, slots,
};
use super::name::{MOST, is_name};
use crate::never::OrNever;

/// The most bytes of a text, its NUL included: Espressif's generator has room for no more, though 4,000 are documented.
pub const MOST_TEXT: usize = 124 * SLOT;
/// The most bytes of a blob, as Espressif documents it.
pub const MOST_BLOB: usize = 508_000;
/// The least pages of a partition that a device writes to: two, and one that is kept free.
const LEAST_PAGES: usize = 3;

/// A value that is written.
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Data<'v> {
    /// An integer of 8 bits.
    U8(u8),
    /// An integer of 8 bits with a sign.
    I8(i8),
    /// An integer of 16 bits.
    U16(u16),
    /// An integer of 16 bits with a sign.
    I16(i16),
    /// An integer of 32 bits.
    U32(u32),
    /// An integer of 32 bits with a sign.
    I32(i32),
    /// An integer of 64 bits.
    U64(u64),
    /// An integer of 64 bits with a sign.
    I64(i64),
    /// Text, without its NUL.
    String(&'v str),
    /// Bytes.
    Blob(&'v [u8]),
}

impl Data<'_> {
    /// Its type.
    pub fn kind(&self) -> Type {
        match self {
            Self::U8(_) => Type::U8,
            Self::I8(_) => Type::I8,
            Self::U16(_) => Type::U16,
            Self::I16(_) => Type::I16,
            Self::U32(_) => Type::U32,
            Self::I32(_) => Type::I32,
            Self::U64(_) => Type::U64,
            Self::I64(_) => Type::I64,
            Self::String(_) => Type::String,
            Self::Blob(_) => Type::Blob,
        }
    }

    /// The bytes of a number.
    fn number(&self, out: &mut [u8]) {
        let bytes: &[u8] = match self {
            Self::U8(n) => &n.to_le_bytes(),
            Self::I8(n) => &n.to_le_bytes(),
            Self::U16(n) => &n.to_le_bytes(),
            Self::I16(n) => &n.to_le_bytes(),
            Self::U32(n) => &n.to_le_bytes(),
            Self::I32(n) => &n.to_le_bytes(),
            Self::U64(n) => &n.to_le_bytes(),
            Self::I64(n) => &n.to_le_bytes(),
            Self::String(_) | Self::Blob(_) => &[],
        };
        out.iter_mut().zip(bytes).for_each(|(to, byte)| *to = *byte);
    }
}

/// The type only: the value may be a key.
impl core::fmt::Debug for Data<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        core::fmt::Display::fmt(&self.kind(), f)
    }
}

/// Makes a partition of version 2, byte for byte as Espressif's generator for the same values in the same order.
///
/// ```
/// use nameplate::image::Nvs;
/// use nameplate::image::nvs::{Data, Writer};
///
/// let mut writer = Writer::new(0x3000)?;
/// writer.put("factory", "serial", Data::String("EUDV2407-000123"))?;
/// writer.put("factory", "seq", Data::U32(123))?;
/// let partition = writer.finish();
/// let nvs = Nvs::parse(&partition)?;
/// assert_eq!(*nvs.get("factory", "serial").unwrap().bytes(), *b"EUDV2407-000123\0");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Writer {
    /// The pages that are used.
    bytes: Vec<u8>,
    len: usize,
    /// How many slots of the last page are used.
    used: usize,
    namespaces: Vec<String>,
    keys: BTreeSet<(usize, String)>,
}

/// Why a partition is not written.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum WriteError {
    /// A size that no partition has which is written to.
    #[error(
        "a partition of {found:#X} bytes; expected a multiple of 0x1000, at least 0x3000: a device that writes to it keeps one page free"
    )]
    Size {
        /// How many bytes were asked for.
        found: usize,
    },
    /// A name that is none.
    #[error("{what} \"{}\": expected 1 to {MOST} characters of printable ASCII", .name.escape_debug())]
    Name {
        /// `key` or `namespace`.
        what: &'static str,
        /// The name.
        name: String,
    },
    /// A key that is there.
    #[error(
        "key \"{key}\" is in namespace \"{namespace}\" twice, and a device would find the first or the last of them"
    )]
    Twice {
        /// The namespace.
        namespace: String,
        /// The key.
        key: String,
    },
    /// More namespaces than there are numbers for them.
    #[error("namespace \"{name}\" would be the 255th, at most 254 are possible")]
    Namespaces {
        /// The namespace.
        name: String,
    },
    /// A value that is too long.
    #[error("{namespace}/{key}: a {kind} of {found} bytes, at most {most} are possible{}", Nul(*.kind))]
    TooLong {
        /// The namespace.
        namespace: String,
        /// The key.
        key: String,
        /// What it is.
        kind: Type,
        /// How many bytes it has, of text with its NUL.
        found: usize,
        /// How many it may have.
        most: usize,
    },
    /// Text with a NUL in it.
    #[error("{namespace}/{key}: character {at} of the text is a NUL, where a device would end it")]
    Nul {
        /// The namespace.
        namespace: String,
        /// The key.
        key: String,
        /// Which byte, counted from 1.
        at: usize,
    },
    /// No page is left.
    #[error("{namespace}/{key} has no room: the partition has {pages} pages, of which one is kept free")]
    Full {
        /// The namespace.
        namespace: String,
        /// The key.
        key: String,
        /// How many pages it has.
        pages: usize,
    },
}

struct Nul(Type);

impl core::fmt::Display for Nul {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(if self.0 == Type::String { ", its NUL included" } else { "" })
    }
}

/// No page is left.
struct Full;

/// What all entries of a value have in common.
#[derive(Clone, Copy)]
struct Head<'n> {
    namespace: u8,
    key: &'n str,
}

impl Head<'_> {
    /// An entry without its CRC; `field` is its last eight bytes.
    fn entry(self, kind: Type, span: usize, chunk: u8, field: [u8; 8]) -> [u8; SLOT] {
        let mut entry = [0; SLOT];
        let span = u8::try_from(span).unwrap_or(u8::MAX);
        let front = [self.namespace, kind.code(), span, chunk];
        let key = entry.iter_mut().skip(KEY).zip(self.key.as_bytes());
        key.for_each(|(to, byte)| *to = *byte);
        entry.iter_mut().zip(front).for_each(|(to, byte)| *to = byte);
        entry.iter_mut().skip(DATA).zip(field).for_each(|(to, byte)| *to = byte);
        let crc = crc::over(&[&front, entry.get(KEY..).or_never("an entry is a slot long")]).to_le_bytes();
        entry.iter_mut().skip(ENTRY_CRC).zip(crc).for_each(|(to, byte)| *to = byte);
        entry
    }

    /// The entry in front of data.
    fn of_data(self, kind: Type, chunk: u8, data: &[u8]) -> [u8; SLOT] {
        let mut field = [0xFF; 8];
        let size = u16::try_from(data.len()).unwrap_or(u16::MAX).to_le_bytes();
        field.iter_mut().zip(size).for_each(|(to, byte)| *to = byte);
        let crc = crc::over(&[data]).to_le_bytes();
        field.iter_mut().skip(DATA_CRC - DATA).zip(crc).for_each(|(to, byte)| *to = byte);
        self.entry(kind, 1 + slots(data.len()), chunk, field)
    }
}

impl Writer {
    /// A partition of `size` bytes, without values.
    ///
    /// # Errors
    /// When it is no multiple of 4096, or has fewer than three pages.
    pub fn new(size: usize) -> Result<Self, WriteError> {
        if size % PAGE != 0 || size < LEAST_PAGES * PAGE {
            return Err(WriteError::Size { found: size });
        }
        let mut this = Self { bytes: Vec::new(), len: size, used: 0, namespaces: Vec::new(), keys: BTreeSet::new() };
        this.push_page();
        Ok(this)
    }

    /// One more value. Its namespace is named where it is first used.
    ///
    /// # Errors
    /// When the namespace or the key is none, the key is there already, the value is too long, or no room is left. Then
    /// the writer is as before.
    pub fn put(&mut self, namespace: &str, key: &str, data: Data<'_>) -> Result<(), WriteError> {
        for (what, name) in [("namespace", namespace), ("key", key)] {
            if !is_name(name) {
                return Err(WriteError::Name { what, name: name.to_string() });
            }
        }
        let own = || (namespace.to_string(), key.to_string());
        let (found, most) = match data {
            Data::String(text) => {
                if let Some(at) = text.bytes().position(|byte| byte == 0) {
                    let (namespace, key) = own();
                    return Err(WriteError::Nul { namespace, key, at: at + 1 });
                }
                (text.len().saturating_add(1), MOST_TEXT)
            }
            Data::Blob(bytes) => (bytes.len(), MOST_BLOB),
            _ => (0, 0),
        };
        if found > most {
            let ((namespace, key), kind) = (own(), data.kind());
            return Err(WriteError::TooLong { namespace, key, kind, found, most });
        }
        let known = self.namespaces.iter().position(|name| name == namespace);
        let index = known.unwrap_or(self.namespaces.len());
        // 255 stands for any namespace.
        let number = u8::try_from(index + 1).ok().filter(|number| *number < u8::MAX);
        let number = number.ok_or_else(|| WriteError::Namespaces { name: namespace.to_string() })?;
        if !self.keys.insert((index, key.to_string())) {
            let (namespace, key) = own();
            return Err(WriteError::Twice { namespace, key });
        }
        let before = (self.bytes.len(), self.used, self.last().to_vec());
        let naming = Head { namespace: 0, key: namespace };
        let written = match known {
            Some(_) => Ok(()),
            None => self.put_number(naming, Data::U8(number)),
        };
        let head = Head { namespace: number, key };
        let written = written.and_then(|()| match data {
            Data::String(text) => self.put_text(head, text),
            Data::Blob(bytes) => self.put_blob(head, bytes),
            number => self.put_number(head, number),
        });
        if written.is_ok() {
            if known.is_none() {
                self.namespaces.push(namespace.to_string());
            }
            return Ok(());
        }
        let (len, used, last) = before;
        self.bytes.truncate(len - PAGE);
        self.bytes.extend_from_slice(&last);
        self.used = used;
        let _ = self.keys.remove(&(index, key.to_string()));
        let (namespace, key) = own();
        Err(WriteError::Full { namespace, key, pages: self.len / PAGE })
    }

    /// The partition: the pages that are used, the last of them active, and blank ones behind them.
    pub fn finish(mut self) -> Vec<u8> {
        self.bytes.resize(self.len, 0xFF);
        self.bytes
    }

    fn put_number(&mut self, head: Head<'_>, data: Data<'_>) -> Result<(), Full> {
        if self.used >= SLOTS {
            self.next_page()?;
        }
        let mut field = [0xFF; 8];
        data.number(&mut field);
        self.push(&head.entry(data.kind(), 1, NO_CHUNK, field), &[]);
        Ok(())
    }

    fn put_text(&mut self, head: Head<'_>, text: &str) -> Result<(), Full> {
        let mut data = vec![0; text.len() + 1];
        data.iter_mut().zip(text.as_bytes()).for_each(|(to, byte)| *to = *byte);
        // The last slot of a page is left to others.
        if self.used + 1 + slots(data.len()) >= SLOTS {
            self.next_page()?;
        }
        self.push(&head.of_data(Type::String, NO_CHUNK, &data), &data);
        Ok(())
    }

    /// In chunks that fill the rest of each page, however little that is, and an index behind them.
    fn put_blob(&mut self, head: Head<'_>, bytes: &[u8]) -> Result<(), Full> {
        if self.used >= SLOTS {
            self.next_page()?;
        }
        let (mut rest, mut chunk) = (bytes, 0_u8);
        loop {
            let room = SLOTS.saturating_sub(self.used + 1) * SLOT;
            let (data, behind) = rest.split_at(rest.len().min(room));
            self.push(&head.of_data(Type::BlobData, chunk, data), data);
            chunk = chunk.saturating_add(1);
            rest = behind;
            if !rest.is_empty() || room - data.len() < SLOT {
                self.next_page()?;
            }
            if rest.is_empty() {
                break;
            }
        }
        let [a, b, c, d] = u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_le_bytes();
        self.push(&head.entry(Type::BlobIndex, 1, NO_CHUNK, [a, b, c, d, chunk, 0, 0xFF, 0xFF]), &[]);
        Ok(())
    }

    fn last(&self) -> &[u8] {
        self.bytes.rchunks(PAGE).next().or_never("a page was pushed")
    }

    fn last_mut(&mut self) -> &mut [u8] {
        self.bytes.rchunks_mut(PAGE).next().or_never("a page was pushed")
    }

    /// Writes to the next slots of the last page, which have room, and marks them.
    fn push(&mut self, entry: &[u8; SLOT], data: &[u8]) {
        let (first, count) = (self.used, 1 + slots(data.len()));
        let page = self.last_mut();
        let at = FIRST + first * SLOT;
        let to = page.get_mut(at..).or_never("the page has room").iter_mut();
        to.zip(entry.iter().chain(data)).for_each(|(to, byte)| *to = *byte);
        for slot in first..first + count {
            // Of two bits, the lower one is cleared.
            if let Some(state) = page.get_mut(STATES + slot / 4) {
                *state &= !(1 << (2 * (slot % 4)));
            }
        }
        self.used += count;
    }

    /// The last page is full, and the next one begins; one is kept free.
    fn next_page(&mut self) -> Result<(), Full> {
        if self.bytes.len() + PAGE >= self.len {
            return Err(Full);
        }
        self.set(0..4, FULL);
        self.push_page();
        Ok(())
    }

    fn push_page(&mut self) {
        let number = u32::try_from(self.bytes.len() / PAGE).unwrap_or(u32::MAX);
        self.bytes.resize(self.bytes.len() + PAGE, 0xFF);
        self.set(0..4, ACTIVE);
        self.set(4..8, number);
        self.last_mut().get_mut(8).into_iter().for_each(|version| *version = VERSION_2);
        let crc = crc::over(&[self.last().get(4..28).or_never("a page is a page long")]);
        self.set(28..32, crc);
        self.used = 0;
    }

    fn set(&mut self, at: Range<usize>, word: u32) {
        let to = self.last_mut().get_mut(at).or_never("a page is a page long");
        to.iter_mut().zip(word.to_le_bytes()).for_each(|(to, byte)| *to = byte);
    }
}

/// How much it holds, not what.
impl core::fmt::Debug for Writer {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{} keys in {} of {} bytes", self.keys.len(), self.bytes.len(), self.len)
    }
}
