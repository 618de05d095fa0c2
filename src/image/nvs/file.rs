//! A partition as what it holds: keys, and the values that count.

use alloc::borrow::Cow;
use alloc::vec::Vec;
use core::fmt;
use core::ops::Range;

use super::entry::Entry;
use super::error::{EntryAt, NvsError, NvsErrorKind};
use super::kind::Type;
use super::layout::PAGE;
use super::page::Page;
use super::walk::{Walk, pages};
use crate::never::OrNever;

/// An NVS partition.
#[derive(Clone)]
pub struct Nvs<'f> {
    file: &'f [u8],
    /// From the oldest to the newest.
    entries: Vec<EntryAt>,
    /// The values that count, by namespace and key.
    values: Vec<Found>,
    /// The chunks of blobs, those of one blob side by side.
    chunks: Vec<EntryAt>,
    wrong: Vec<NvsError>,
    /// By number, which of `entries` names it.
    namespaces: Vec<Option<EntryAt>>,
}

/// A value: the entry with its key, and of a blob with an index its chunks.
#[derive(Clone, Copy, Debug)]
struct Found {
    head: EntryAt,
    first: u32,
    count: u8,
}

/// What has a value: the number of a namespace and a key.
type Key<'f> = (u8, &'f [u8]);

fn key_of<'f>(entry: &Entry<'f>) -> Key<'f> {
    (entry.namespace(), entry.key_field())
}

impl<'f> Nvs<'f> {
    /// Reads a partition, and refuses one that is damaged in any way.
    ///
    /// # Errors
    /// At the first thing that is not as the [module](super) says; when the partition is encrypted.
    pub fn parse(file: &'f [u8]) -> Result<Self, NvsError> {
        let this = Self::scan(file)?;
        this.wrong.first().map_or(Ok(()), |error| Err(*error)).map(|()| this)
    }

    /// Reads what can be read of a partition, as the dump of a device; [`damage`](Self::damage) is the rest.
    ///
    /// # Errors
    /// When it has no whole pages, or is encrypted.
    pub fn scan(file: &'f [u8]) -> Result<Self, NvsError> {
        let Walk { entries, wrong, .. } = Walk::new(file)?;
        let mut this =
            Self { file, entries, values: Vec::new(), chunks: Vec::new(), wrong, namespaces: Vec::from([None; 256]) };
        this.name();
        let chunks = this.heads();
        this.join(&chunks);
        this.look_at_data();
        this.wrong.sort_by_key(|error| (error.page(), error.entry()));
        Ok(this)
    }

    /// The namespaces by number.
    fn name(&mut self) {
        for &at in &self.entries {
            let named = entry(self.file, at);
            if named.namespace() != 0 {
                continue;
            }
            let kind = named.kind().unwrap_or(Type::U8);
            let number = match kind.number_len() {
                Some(8) => named.data_field(),
                Some(len) => named.data_field() & ((1 << (8 * len)) - 1),
                None => 0,
            };
            if kind != Type::U8 || !matches!(number, 1..=254) {
                self.wrong.push(NvsError::of_entry(at, NvsErrorKind::Naming { kind, number }));
                continue;
            }
            let same_name = |other: &&EntryAt| entry(self.file, **other).key() == named.key();
            let same_name = self.namespaces.iter().flatten().find(same_name).copied();
            let own = usize::try_from(number).ok().and_then(|number| self.namespaces.get_mut(number));
            let Some(own) = own else { continue };
            match same_name.or(*own) {
                Some(first) => self.wrong.push(NvsError::of_entry(at, NvsErrorKind::SameNamespace { first })),
                None => *own = Some(at),
            }
        }
    }

    /// Settles the values but for chunks, which it hands back by namespace, key and chunk, the newest first.
    fn heads(&mut self) -> Vec<EntryAt> {
        let file = self.file;
        let named = self.namespaces.iter().map(Option::is_some);
        let named: Vec<bool> = named.collect();
        let is_named = |entry: &Entry<'_>| named.get(usize::from(entry.namespace())) == Some(&true);
        let own = self.entries.iter().map(|at| entry(file, *at)).filter(|entry| entry.namespace() != 0);
        for entry in own.clone().filter(|entry| !is_named(entry)) {
            let index = entry.namespace();
            self.wrong.push(NvsError::of_entry(entry.at(), NvsErrorKind::Namespace { index }));
        }
        // The newest first; sorting keeps that.
        let own = own.filter(is_named).rev();
        let is_chunk = |entry: &Entry<'_>| entry.kind() == Some(Type::BlobData);
        let mut chunks: Vec<EntryAt> = own.clone().filter(is_chunk).map(|entry| entry.at()).collect();
        chunks.sort_by_key(|at| {
            let entry = entry(file, *at);
            (key_of(&entry), entry.chunk())
        });
        let mut heads: Vec<EntryAt> = own.filter(|entry| !is_chunk(entry)).map(|entry| entry.at()).collect();
        heads.sort_by_key(|at| key_of(&entry(file, *at)));
        for head in heads {
            match self.values.last() {
                Some(newer) if key_of(&entry(file, newer.head)) == key_of(&entry(file, head)) => {
                    self.wrong.push(NvsError::of_entry(head, NvsErrorKind::Repeated { newer: newer.head }));
                }
                _ => self.values.push(Found { head, first: 0, count: 0 }),
            }
        }
        chunks
    }

    /// Finds the chunks of each blob; one that lacks any is no value.
    fn join(&mut self, chunks: &[EntryAt]) {
        let file = self.file;
        let mut left = chunks.iter().copied().peekable();
        let mut joined = Vec::with_capacity(chunks.len());
        let wrong = &mut self.wrong;
        let mut orphan = |at: EntryAt| {
            let chunk = entry(file, at).chunk();
            wrong.push(NvsError::of_entry(at, NvsErrorKind::Orphan { chunk }));
        };
        let mut broken = Vec::new();
        for found in &mut self.values {
            let head = entry(file, found.head);
            while let Some(at) = left.next_if(|at| key_of(&entry(file, *at)) < key_of(&head)) {
                orphan(at);
            }
            if head.kind() != Some(Type::BlobIndex) {
                continue;
            }
            let (size, count, start) = head.index();
            let first = joined.len();
            let (mut next, mut len) = (u16::from(start), 0_u64);
            let end = u16::from(start) + u16::from(count);
            while let Some(at) = left.next_if(|at| key_of(&entry(file, *at)) == key_of(&head)) {
                let chunk = entry(file, at);
                if u16::from(chunk.chunk()) == next && next < end {
                    joined.push(at);
                    len += u64::try_from(chunk.value().len()).unwrap_or(u64::MAX);
                    next += 1;
                } else {
                    orphan(at);
                }
            }
            let kind = if next < end {
                NvsErrorKind::Missing { count, start, missing: next }
            } else if len != u64::from(size) {
                NvsErrorKind::BlobSize { found: len, expected: size }
            } else {
                found.first = u32::try_from(first).unwrap_or(u32::MAX);
                found.count = count;
                continue;
            };
            broken.push(NvsError::of_entry(found.head, kind));
            joined.truncate(first);
            found.first = NO_VALUE;
        }
        left.for_each(orphan);
        self.wrong.extend(broken);
        self.values.retain(|found| found.first != NO_VALUE);
        self.chunks = joined;
    }

    fn look_at_data(&mut self) {
        for &at in &self.entries {
            if let Err(kind) = entry(self.file, at).check_data() {
                self.wrong.push(NvsError::of_entry(at, kind));
            }
        }
    }

    /// The partition as it is.
    pub fn file(&self) -> &'f [u8] {
        self.file
    }

    /// Its pages, in the order of the file.
    pub fn pages(&self) -> impl Iterator<Item = Page<'f>> + use<'f> {
        pages(self.file)
    }

    /// All entries whose own CRC is right, from the oldest to the newest, those that name namespaces too.
    pub fn entries(&self) -> impl Iterator<Item = Entry<'f>> + '_ {
        self.entries.iter().map(|at| entry(self.file, *at))
    }

    /// What is wrong, by page and entry; a stamped partition has nothing of it.
    pub fn damage(&self) -> &[NvsError] {
        &self.wrong
    }

    /// The name of a namespace, by its number.
    pub fn namespace(&self, number: u8) -> Option<&'f str> {
        let at = self.namespaces.get(usize::from(number)).copied().flatten()?;
        entry(self.file, at).key()
    }

    /// The names of all namespaces, in the order of their numbers.
    pub fn namespaces(&self) -> impl Iterator<Item = &'f str> + '_ {
        (0..=u8::MAX).filter_map(|number| self.namespace(number))
    }

    /// The values that count: of each key the newest. In the order of the namespaces' numbers, then of the keys.
    pub fn items(&self) -> impl Iterator<Item = Item<'_, 'f>> {
        self.values.iter().filter_map(|found| Item::new(self, *found))
    }

    /// The value of a key; nothing when there is none.
    pub fn get(&self, namespace: &str, key: &str) -> Option<Item<'_, 'f>> {
        let number = (0..=u8::MAX).find(|number| self.namespace(*number) == Some(namespace))?;
        let mut field = [0; super::layout::KEY_LEN];
        field.get_mut(..key.len())?.copy_from_slice(key.as_bytes());
        let wanted: Key<'_> = (number, &field);
        let at = |found: &Found| key_of(&entry(self.file, found.head));
        let index = self.values.binary_search_by(|found| at(found).cmp(&wanted)).ok()?;
        Item::new(self, *self.values.get(index)?)
    }
}

/// What stands for the first chunk of a blob that lacks one.
const NO_VALUE: u32 = u32::MAX;

/// The entry at that place of a partition.
fn entry(file: &[u8], at: EntryAt) -> Entry<'_> {
    let page = usize::try_from(at.page).ok().and_then(|page| file.get(page.checked_mul(PAGE)?..));
    let page = page.and_then(<[u8]>::first_chunk).unwrap_or(&[0xFF; PAGE]);
    Page::new(page, at.page).entry(at.entry)
}

/// What it holds for whom, no values.
impl fmt::Debug for Nvs<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.items()).entries(&self.wrong).finish()
    }
}

/// A value of a partition.
#[derive(Clone, Copy)]
pub struct Item<'n, 'f> {
    nvs: &'n Nvs<'f>,
    found: Found,
    head: Entry<'f>,
    namespace: &'f str,
    key: &'f str,
}

/// An entry with bytes of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Part {
    /// Which entry it is.
    pub at: EntryAt,
    /// Where it begins in the partition.
    pub offset: usize,
    /// Where its bytes of the value begin in the partition.
    pub start: usize,
    /// How many.
    pub len: usize,
    /// Whether a CRC of their own covers them, besides that of the entry.
    pub has_crc: bool,
}

impl Part {
    /// Where its bytes of the value lie in the partition.
    pub fn range(&self) -> Range<usize> {
        self.start..self.start.saturating_add(self.len)
    }
}

impl<'n, 'f> Item<'n, 'f> {
    fn new(nvs: &'n Nvs<'f>, found: Found) -> Option<Self> {
        let head = entry(nvs.file, found.head);
        Some(Self { nvs, found, head, namespace: nvs.namespace(head.namespace())?, key: head.key()? })
    }

    /// The name of its namespace.
    pub fn namespace(&self) -> &'f str {
        self.namespace
    }

    /// Its key.
    pub fn key(&self) -> &'f str {
        self.key
    }

    /// Its type; of a blob with an index [`Type::Blob`].
    pub fn kind(&self) -> Type {
        match self.head.kind() {
            Some(Type::BlobIndex) | None => Type::Blob,
            Some(kind) => kind,
        }
    }

    /// The entry that has its type: of a blob with an index, that.
    pub fn entry(&self) -> Entry<'f> {
        self.head
    }

    /// The entries that have its bytes, in their order: one, or the chunks of a blob.
    pub fn parts(&self) -> impl Iterator<Item = Part> + use<'n, 'f> {
        let file = self.nvs.file;
        let own = (self.head.kind() != Some(Type::BlobIndex)).then_some(self.found.head);
        let first = usize::try_from(self.found.first).unwrap_or(usize::MAX);
        let chunks = self.nvs.chunks.get(first..first.saturating_add(usize::from(self.found.count)));
        own.into_iter().chain(chunks.or_never("the chunks of each blob are in the list").iter().copied()).map(
            move |at| {
                let (entry, offset) = (entry(file, at), at.offset());
                let value = entry.value();
                let (start, len) = (offset + value.start, value.len());
                Part { at, offset, start, len, has_crc: entry.data().is_some() }
            },
        )
    }

    /// How many bytes it has: of text, with its NUL.
    pub fn len(&self) -> usize {
        self.parts().map(|part| part.len).sum()
    }

    /// Whether it has none: an empty blob.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Its bytes: numbers little-endian, text with its NUL.
    pub fn bytes(&self) -> Cow<'f, [u8]> {
        let file = self.nvs.file;
        let mut parts = self.parts().map(|part| file.get(part.range()).or_never("they lie in the file"));
        match (parts.next(), parts.next()) {
            (None, _) => Cow::Borrowed(&[]),
            (Some(one), None) => Cow::Borrowed(one),
            (Some(one), Some(two)) => {
                let mut all = [one, two].concat();
                parts.for_each(|part| all.extend_from_slice(part));
                Cow::Owned(all)
            }
        }
    }

    /// Whether the CRCs over its data are right.
    pub fn is_right(&self) -> bool {
        let file = self.nvs.file;
        self.parts().all(|part| entry(file, part.at).check_data().is_ok())
    }
}

/// What it is, not what it holds.
impl fmt::Debug for Item<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}: {}, {} bytes", self.namespace, self.key, self.kind(), self.len())
    }
}
