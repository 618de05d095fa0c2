//! A page: its header, and the states of its slots.

use core::fmt;

use super::crc;
use super::entry::Entry;
use super::error::{EntryAt, NvsError, NvsErrorKind};
use super::layout::{
    ACTIVE, BLANK, CORRUPT, FIRST, FREEING, FULL, PAGE, SLOT, SLOTS, STATES, VERSION_1, VERSION_2, word,
};
use crate::never::OrNever;

/// A page of an NVS partition.
#[derive(Clone, Copy)]
pub struct Page<'f> {
    bytes: &'f [u8; PAGE],
    index: u32,
}

/// What a page is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum State {
    /// Never used.
    Blank,
    /// The page that is written to.
    Active,
    /// No room is left.
    Full,
    /// Its entries are being moved.
    Freeing,
    /// The device gave it up.
    Corrupt,
    /// None of these.
    Unknown(u32),
}

/// `full`.
impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Blank => f.write_str("blank"),
            Self::Active => f.write_str("active"),
            Self::Full => f.write_str("full"),
            Self::Freeing => f.write_str("being freed"),
            Self::Corrupt => f.write_str("corrupt"),
            Self::Unknown(state) => write!(f, "unknown ({state:#010X})"),
        }
    }
}

/// What a slot is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SlotState {
    /// Never written: bits 11.
    Empty,
    /// Written: bits 10.
    Written,
    /// Erased: bits 00.
    Erased,
    /// Bits 01.
    Illegal,
}

impl<'f> Page<'f> {
    pub(super) fn new(bytes: &'f [u8; PAGE], index: u32) -> Self {
        Self { bytes, index }
    }

    /// Which page of the partition it is, counted from 0.
    pub fn index(&self) -> u32 {
        self.index
    }

    /// All of it.
    pub fn bytes(&self) -> &'f [u8; PAGE] {
        self.bytes
    }

    /// What it is used for.
    pub fn state(&self) -> State {
        match word(self.bytes, 0) {
            BLANK => State::Blank,
            ACTIVE => State::Active,
            FULL => State::Full,
            FREEING => State::Freeing,
            CORRUPT => State::Corrupt,
            other => State::Unknown(other),
        }
    }

    /// Its number: of two entries of one key, that in the page of the greater one is newer.
    pub fn sequence(&self) -> u32 {
        word(self.bytes, 4)
    }

    /// Its version, 2 or 1; nothing when it says another.
    pub fn version(&self) -> Option<u8> {
        match self.bytes.get(8) {
            Some(&VERSION_2) => Some(2),
            Some(&VERSION_1) => Some(1),
            _ => None,
        }
    }

    /// The CRC that its header has, and that which it should have.
    pub fn header_crc(&self) -> (u32, u32) {
        (word(self.bytes, 28), crc::over(&[self.bytes.get(4..28).or_never("a page is a page long")]))
    }

    /// What the slot is used for; there are 126.
    pub fn slot(&self, slot: u8) -> SlotState {
        let byte = self.bytes.get(STATES + usize::from(slot) / 4).copied().unwrap_or(0xFF);
        match byte >> (2 * (slot % 4)) & 3 {
            3 => SlotState::Empty,
            2 => SlotState::Written,
            0 => SlotState::Erased,
            _ => SlotState::Illegal,
        }
    }

    /// How many slots are used so.
    pub fn count(&self, state: SlotState) -> usize {
        (0_u8..).take(SLOTS).filter(|slot| self.slot(*slot) == state).count()
    }

    /// The bytes of a slot.
    pub(super) fn slot_bytes(&self, slot: u8) -> &'f [u8; SLOT] {
        let at = FIRST + usize::from(slot) * SLOT;
        self.bytes.get(at..).and_then(<[u8]>::first_chunk).unwrap_or(&[0xFF; SLOT])
    }

    /// The entry that begins in a slot.
    pub(super) fn entry(&self, slot: u8) -> Entry<'f> {
        let rest = self.bytes.get(FIRST + usize::from(slot) * SLOT..).or_never("one of the slots");
        Entry::new(rest, EntryAt { page: self.index, entry: slot })
    }

    /// What is wrong with its header, if it was used.
    pub(super) fn check(&self) -> Result<(), NvsError> {
        let fail = |kind| Err(NvsError::of_page(self.index, kind));
        match self.state() {
            State::Blank => {
                return match self.bytes.iter().position(|byte| *byte != 0xFF) {
                    None => Ok(()),
                    Some(at) => {
                        let found = self.bytes.get(at).copied().or_never("a place in the page");
                        fail(NvsErrorKind::NotBlank { at, found })
                    }
                };
            }
            State::Unknown(found) => return fail(NvsErrorKind::State { found }),
            State::Corrupt => return fail(NvsErrorKind::Corrupt),
            State::Active | State::Full | State::Freeing => {}
        }
        let (found, expected) = self.header_crc();
        if found != expected {
            return fail(NvsErrorKind::HeaderCrc { found, expected });
        }
        match self.bytes.get(8).copied() {
            Some(found) if self.version().is_none() => fail(NvsErrorKind::Version { found }),
            _ => Ok(()),
        }
    }

    /// Whether its entries count: it was used, and its header is right.
    pub fn is_used(&self) -> bool {
        self.state() != State::Blank && self.check().is_ok()
    }
}

/// What it says of itself, not what it holds.
impl fmt::Debug for Page<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (state, sequence) = (self.state(), self.sequence());
        write!(f, "page {}: {state}, sequence number {sequence}", self.index)
    }
}
