//! Why bytes are not read as an NVS partition.

use core::fmt;

use thiserror::Error;

use super::kind::Type;
use super::layout::{FIRST, PAGE, SLOT, SLOTS};

/// What is wrong with an NVS partition: in which page and entry, and what.
///
/// `page 0, entry 3 (offset 0x000000A0): its CRC is 0x00000000, expected 0x42DD83D4`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("{}{kind}", Where(*.page, *.entry))]
pub struct NvsError {
    page: u32,
    entry: u8,
    kind: NvsErrorKind,
}

/// What stands for no page, and for no entry.
const NO_PAGE: u32 = u32::MAX;
const NO_ENTRY: u8 = u8::MAX;

impl NvsError {
    pub(super) fn of_file(kind: NvsErrorKind) -> Self {
        Self { page: NO_PAGE, entry: NO_ENTRY, kind }
    }

    pub(super) fn of_page(page: u32, kind: NvsErrorKind) -> Self {
        Self { page, entry: NO_ENTRY, kind }
    }

    pub(super) fn of_entry(at: EntryAt, kind: NvsErrorKind) -> Self {
        Self { page: at.page, entry: at.entry, kind }
    }

    /// Which page of the partition it is, counted from 0; nothing when it is about all of it.
    pub fn page(&self) -> Option<u32> {
        (self.page != NO_PAGE).then_some(self.page)
    }

    /// Which entry of the page it is, counted from 0; nothing when it is about the page.
    pub fn entry(&self) -> Option<u8> {
        (self.entry != NO_ENTRY).then_some(self.entry)
    }

    /// What is wrong.
    pub fn kind(&self) -> &NvsErrorKind {
        &self.kind
    }
}

/// Which entry: of which page, and which slot of it, both counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct EntryAt {
    /// The page.
    pub page: u32,
    /// The slot that the entry begins in, 0 to 125.
    pub entry: u8,
}

impl EntryAt {
    /// Where it begins in the partition.
    pub fn offset(self) -> usize {
        usize::try_from(self.page).unwrap_or(usize::MAX).saturating_mul(PAGE) + FIRST + usize::from(self.entry) * SLOT
    }
}

/// `page 0, entry 3`.
impl fmt::Display for EntryAt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "page {}, entry {}", self.page, self.entry)
    }
}

struct Where(u32, u8);

impl fmt::Display for Where {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(page, entry) = *self;
        match (page, entry) {
            (NO_PAGE, _) => Ok(()),
            (page, NO_ENTRY) => write!(f, "page {page} (offset {:#010X}): ", u64::from(page) * 4096),
            (page, entry) => {
                let at = EntryAt { page, entry };
                write!(f, "{at} (offset {:#010X}): ", at.offset())
            }
        }
    }
}

/// What is wrong with an NVS partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum NvsErrorKind {
    /// A number of bytes that no partition has.
    #[error("{found} bytes, expected a multiple of {PAGE}, the bytes of a page")]
    Size {
        /// How many bytes there are.
        found: usize,
    },
    /// Right headers of pages, and no right entry.
    #[error(
        "the headers of its pages are right, and none of its {slots} written slots is an entry with a right CRC: the partition is encrypted, or it is another format; stamp it before it is encrypted"
    )]
    Encrypted {
        /// How many slots are written.
        slots: usize,
    },
    /// A state of a page that is none.
    #[error("its state is {found:#010X}, expected 0xFFFFFFFF (blank), 0xFFFFFFFE (active) or 0xFFFFFFFC (full)")]
    State {
        /// What is there.
        found: u32,
    },
    /// A page that the device gave up.
    #[error("the device marked it as corrupt (state 0xFFFFFFF0)")]
    Corrupt,
    /// A page whose entries are being moved.
    #[error("its entries were being moved when the power failed (state 0xFFFFFFF8): the device will finish that")]
    Freeing,
    /// The CRC of a page's header.
    #[error("the CRC of its header is {found:#010X}, expected {expected:#010X}")]
    HeaderCrc {
        /// What is there.
        found: u32,
        /// What should be.
        expected: u32,
    },
    /// A version that nobody knows.
    #[error("its version is {found:#04X}, expected 0xFE (2) or 0xFF (1)")]
    Version {
        /// What is there.
        found: u8,
    },
    /// A blank page, or an empty entry, that has bytes.
    #[error("it is marked as never written, and byte {at} of it is {found:#04X}, expected 0xFF")]
    NotBlank {
        /// Which byte.
        at: usize,
        /// What it is.
        found: u8,
    },
    /// Two pages of one sequence number.
    #[error("its sequence number is {sequence}, that of page {first}: which one is newer?")]
    Sequence {
        /// The number.
        sequence: u32,
        /// The other page.
        first: u32,
    },
    /// Two pages that are written to.
    #[error("it is active, as is page {first}: only one page is written to")]
    Active {
        /// The other page.
        first: u32,
    },
    /// A state of a slot that is none.
    #[error("its state is 01, expected 11 (empty), 10 (written) or 00 (erased)")]
    Slot,
    /// A slot that was used behind one that was not.
    #[error("it was written or erased, and a slot before it is empty: slots are used in order")]
    Order,
    /// The CRC of an entry.
    #[error("its CRC is {found:#010X}, expected {expected:#010X}")]
    Crc {
        /// What is there.
        found: u32,
        /// What should be.
        expected: u32,
    },
    /// A type that is none.
    #[error("its type is {found:#04X}, which is none of NVS")]
    Type {
        /// What is there.
        found: u8,
    },
    /// A key that is none.
    #[error("its key is not 1 to 15 characters of printable ASCII and NULs behind them")]
    Key,
    /// A number of slots that the type and the size do not give.
    #[error("it says that it has {found} slots, expected {expected}")]
    Span {
        /// What it says.
        found: u8,
        /// How many it has.
        expected: usize,
    },
    /// An entry that passes the end of its page.
    #[error("it has {slots} slots, and its page only {} from there", SLOTS.saturating_sub(usize::from(*.from)))]
    PastPage {
        /// How many slots it has.
        slots: usize,
        /// In which it begins.
        from: u8,
    },
    /// Data in a slot that is not written.
    #[error("slot {slot} has data of it, and is not marked as written")]
    DataState {
        /// Which slot.
        slot: u8,
    },
    /// The CRC over the data.
    #[error("the CRC over its {len} bytes of data is {found:#010X}, expected {expected:#010X}")]
    DataCrc {
        /// What is there.
        found: u32,
        /// What should be.
        expected: u32,
        /// How many bytes it covers.
        len: usize,
    },
    /// Text without its NUL.
    #[error("text of {len} bytes that does not end with a NUL")]
    Nul {
        /// How many bytes it has.
        len: usize,
    },
    /// A namespace that no entry names.
    #[error("it is in namespace {index}, which no entry names")]
    Namespace {
        /// Its number.
        index: u8,
    },
    /// An entry that names a namespace, and is none.
    #[error("entries of namespace 0 name others by numbers from 1 to 254: it is a {kind} of {number}")]
    Naming {
        /// Its type.
        kind: Type,
        /// Its number, of a type that is one; 0 of others.
        number: u64,
    },
    /// Two namespaces of one name or number.
    #[error("the name or the number of its namespace is that of {first}")]
    SameNamespace {
        /// The other entry.
        first: EntryAt,
    },
    /// Two entries of one key.
    #[error("its namespace and key are those of {newer}, which is newer: the device has not erased this one")]
    Repeated {
        /// The newer entry.
        newer: EntryAt,
    },
    /// A chunk of a blob that is not there.
    #[error("a blob of {count} chunks from {start}, of which {missing} is missing")]
    Missing {
        /// How many chunks it has.
        count: u8,
        /// The first.
        start: u8,
        /// The first of those that are missing.
        missing: u16,
    },
    /// A chunk of no blob.
    #[error("chunk {chunk} of a blob whose index does not count it: the power failed while it was written")]
    Orphan {
        /// Which chunk.
        chunk: u8,
    },
    /// Chunks that are not as long as the blob.
    #[error("a blob of {expected} bytes, and its chunks have {found}")]
    BlobSize {
        /// What the chunks have.
        found: u64,
        /// What the index says.
        expected: u32,
    },
}
