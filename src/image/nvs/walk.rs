//! From pages to entries: each looked at by itself.

use alloc::vec::Vec;

use super::error::{EntryAt, NvsError, NvsErrorKind};
use super::layout::{PAGE, SLOTS};
use super::page::{Page, SlotState, State};

/// The entries of a partition whose own CRC is right, from the oldest to the newest, and what is wrong besides them.
#[derive(Clone, Debug, Default)]
pub(super) struct Walk {
    pub(super) entries: Vec<EntryAt>,
    pub(super) wrong: Vec<NvsError>,
    /// Slots that are marked as written, and entries with a right CRC.
    written: usize,
    right: usize,
}

/// The pages of a partition.
pub(super) fn pages(file: &[u8]) -> impl Iterator<Item = Page<'_>> {
    let pages = (0_u32..).zip(file.chunks_exact(PAGE).map(<[u8]>::first_chunk));
    pages.filter_map(|(index, bytes)| Some(Page::new(bytes?, index)))
}

impl Walk {
    /// Reads all pages.
    ///
    /// # Errors
    /// When it has no pages, or only entries that are encrypted.
    pub(super) fn new(file: &[u8]) -> Result<Self, NvsError> {
        let found = file.len();
        // What its pages are counted with.
        if found == 0 || found % PAGE != 0 || u32::try_from(found / PAGE).is_err() {
            return Err(NvsError::of_file(NvsErrorKind::Size { found }));
        }
        let mut this = Self::default();
        let mut used: Vec<Page<'_>> = Vec::new();
        let mut active = None;
        for page in pages(file) {
            let fail = |kind| NvsError::of_page(page.index(), kind);
            if let Err(error) = page.check() {
                this.wrong.push(error);
                continue;
            }
            match page.state() {
                State::Blank => continue,
                State::Freeing => this.wrong.push(fail(NvsErrorKind::Freeing)),
                State::Active => match active {
                    Some(first) => this.wrong.push(fail(NvsErrorKind::Active { first })),
                    None => active = Some(page.index()),
                },
                _ => {}
            }
            used.push(page);
        }
        used.sort_by_key(Page::sequence);
        for pair in used.windows(2) {
            let [one, two] = pair else { continue };
            let (sequence, first) = (two.sequence(), one.index());
            if one.sequence() == sequence {
                this.wrong.push(NvsError::of_page(two.index(), NvsErrorKind::Sequence { sequence, first }));
            }
        }
        for page in used {
            this.page(&page);
        }
        if this.right == 0 && this.written > 1 {
            return Err(NvsError::of_file(NvsErrorKind::Encrypted { slots: this.written }));
        }
        Ok(this)
    }

    fn page(&mut self, page: &Page<'_>) {
        let (mut slot, mut empty, mut astray) = (0_u8, false, false);
        while usize::from(slot) < SLOTS {
            let at = EntryAt { page: page.index(), entry: slot };
            let mut fail = |kind| self.wrong.push(NvsError::of_entry(at, kind));
            let state = page.slot(slot);
            if state == SlotState::Empty {
                empty = true;
                let bytes = page.slot_bytes(slot);
                if let Some((at, &found)) = bytes.iter().enumerate().find(|(_, byte)| **byte != 0xFF) {
                    fail(NvsErrorKind::NotBlank { at, found });
                }
            } else if empty {
                fail(NvsErrorKind::Order);
            }
            if state == SlotState::Illegal {
                fail(NvsErrorKind::Slot);
            }
            slot = if state == SlotState::Written {
                self.written(page, slot, &mut astray)
            } else {
                astray = false;
                slot + 1
            };
        }
    }

    /// Looks at what begins in a slot that is written, and hands back the slot behind it. `astray` says whether the one
    /// before has a wrong CRC: then this may be more of its data.
    fn written(&mut self, page: &Page<'_>, slot: u8, astray: &mut bool) -> u8 {
        self.written += 1;
        let entry = page.entry(slot);
        let mut fail = |kind| self.wrong.push(NvsError::of_entry(entry.at(), kind));
        let (found, expected) = entry.crc();
        let was_astray = core::mem::replace(astray, found != expected);
        if found != expected {
            if !was_astray {
                fail(NvsErrorKind::Crc { found, expected });
            }
            return slot + 1;
        }
        self.right += 1;
        if let Err(kind) = entry.check() {
            fail(kind);
            return slot + 1;
        }
        let next = slot + entry.span();
        match (slot + 1..next).find(|slot| page.slot(*slot) != SlotState::Written) {
            Some(slot) => fail(NvsErrorKind::DataState { slot }),
            None => self.entries.push(entry.at()),
        }
        next
    }
}
