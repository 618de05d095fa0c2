//! The state of the model: boards, stations, disks, the folder of the anchor, requests under way.

use super::store::{NONE, Order, Reply};

/// What may go wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Hazard {
    /// A station dies at any step.
    Crash,
    /// The process of the central ledger dies.
    DbCrash,
    /// A write is reported failed, whether it happened or not.
    Amb,
    /// A disk is restored from a backup.
    Restore,
    /// A station is resumed from a snapshot, with its memory.
    Resume,
    /// Replies are lost, doubled, late; the operator gives up and takes the next board.
    Net,
    /// Another board is put on the fixture at any time.
    Swap,
    /// A finished board comes back.
    Again,
    /// Two boards have one chip ID.
    Twin,
    /// The scanner gives the barcode of another board.
    Misscan,
    /// The folder of the ledger is copied, and both copies run with one anchor.
    Copy,
    /// The clock stands, or steps back.
    Clock,
}

/// How the anchor is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Anchoring {
    /// Not at all.
    None,
    /// The production `Advance`, all operations in one step.
    Whole,
    /// The production `Advance`, one file operation a step.
    Files,
    /// `Files`, but only if there is a new event.
    OnlyNew,
    /// `Files`, but what is compared is the size alone.
    SizeOnly,
    /// `Files`, but a file that was cut is not read again.
    PassedOver,
    /// Files are named by the number of events; nothing is listed again.
    ByEvents,
    /// Overwritten without comparing; compared when the ledger is opened.
    Overwrite,
    /// Written after the reply; compared when the ledger is opened.
    After,
    /// Two numbers ahead; compared when the ledger is opened.
    Ahead,
}

/// Where numbers come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Issuer {
    /// The production `decide`.
    Ledger,
    /// The clock.
    Clock,
    /// A counter on the station, advanced after success.
    AfterSuccess,
    /// A central counter, a new number on every request; `true`: returned on failure.
    Central(bool),
    /// A lease on the disk of the station, advanced first; `false`: it never survives an open.
    Lease(bool),
}

/// A design.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools)] // each naive design is one of them
pub(crate) struct Design {
    pub(crate) name: &'static str,
    pub(crate) issuer: Issuer,
    pub(crate) anchoring: Anchoring,
    /// Stations work on the folder of the ledger themselves: a crash ends their requests.
    pub(crate) local: bool,
    pub(crate) stations: u8,
    /// Keys: chip and barcode, or the chip alone.
    pub(crate) two_keys: bool,
    /// A blank board does not go on with an open ticket of one key.
    pub(crate) person: bool,
    /// The board is read before the ask.
    pub(crate) guard: bool,
    /// The keys are read again before the write, and a reply belongs to its ask.
    pub(crate) bound: bool,
    /// The begin of a write is recorded.
    pub(crate) begin: bool,
    /// Two boards in one step: the write follows the check of the keys at once.
    pub(crate) joined: bool,
    /// Commits are not flushed.
    pub(crate) unflushed: bool,
    /// Stations remember the size they saw.
    pub(crate) witness: bool,
    /// Tickets end as void after a time.
    pub(crate) timeout: bool,
    /// A recovery keeps what the anchor never confirmed.
    pub(crate) keep: bool,
    /// Another key of a known kind is taken.
    pub(crate) freely: bool,
    /// The PC has a journal of all that the anchor confirmed, which a recovery may read.
    pub(crate) journal: bool,
    /// What counts as two boards with one number: flash, or boards that left as verified.
    pub(crate) strict: bool,
}

/// A board: what its flash holds, and the number with which it left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) struct Board {
    pub(crate) flash: u8,
    pub(crate) passed: u8,
}

/// What a station is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Doing {
    Idle,
    /// Its ask is under way, about the board with these keys.
    Asking,
    /// It has a number, for this unit.
    Ticket {
        unit: u8,
        attempt: u8,
        number: u8,
        at: u32,
        board: u8,
    },
    /// The keys were checked; the flasher runs.
    Burn {
        unit: u8,
        attempt: u8,
        number: u8,
    },
    /// The write ended.
    Written {
        unit: u8,
        attempt: u8,
        number: u8,
    },
    /// The write was reported failed.
    Failed {
        unit: u8,
        attempt: u8,
        number: u8,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Station {
    pub(crate) disk: u8,
    pub(crate) fixture: u8,
    pub(crate) doing: Doing,
    /// The size it saw confirmed, or in a reply.
    pub(crate) saw: u64,
}

/// A ledger on a disk: its history, the anchor it knows of, whether it was found to be behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Disk {
    pub(crate) at: u32,
    pub(crate) flushed: u32,
    pub(crate) confirmed: u64,
    pub(crate) behind: bool,
    pub(crate) ahead: u8,
    /// Counters of the naive issuers: next, end.
    pub(crate) next: [u8; 2],
    pub(crate) end: [u8; 2],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Phase {
    Queued(Order),
    /// The anchor is moved.
    Moving {
        advance: u32,
        reply: Reply,
        at: u32,
        step: u8,
    },
    Replied {
        reply: Reply,
        at: u32,
    },
    /// The reply was taken; the anchor follows.
    Trailing {
        at: u32,
    },
}

/// A request under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Job {
    pub(crate) station: u8,
    /// The station still waits for it.
    pub(crate) current: bool,
    pub(crate) board: u8,
    pub(crate) phase: Phase,
}

/// A file of the anchor that was cut.
pub(crate) const CUT: u32 = u32::MAX;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct World {
    pub(crate) boards: [Board; 3],
    pub(crate) placed: u8,
    pub(crate) stations: [Station; 3],
    pub(crate) disks: [Disk; 2],
    pub(crate) copied: bool,
    /// Files of the anchor: number, text.
    pub(crate) anchor: Vec<(u64, u32)>,
    pub(crate) jobs: Vec<Job>,
    pub(crate) backup: Option<Disk>,
    pub(crate) snapshot: Option<(Disk, Station, Vec<Job>)>,
    /// The confirmed history that a restore took away, as the journal has it; 0 if none.
    pub(crate) lost: u32,
    /// Hazards that may happen a few times only.
    pub(crate) left: u8,
    /// The central counter, numbers returned, the clock of the naive issuers; the anchor that runs ahead.
    pub(crate) central: u8,
    pub(crate) returned: u16,
    pub(crate) clock: u8,
    pub(crate) ahead: u8,
}

impl World {
    pub(crate) fn new(at: u32, text: u32, design: &Design) -> Self {
        let station = Station { disk: 0, fixture: NONE, doing: Doing::Idle, saw: 0 };
        let disk = Disk { at, flushed: at, confirmed: 0, behind: false, ahead: 0, next: [1, 1], end: [1, 1] };
        let anchored = design.anchoring != Anchoring::None;
        Self {
            boards: [Board::default(); 3],
            placed: 0,
            stations: [station; 3],
            disks: [disk; 2],
            copied: false,
            anchor: if anchored {
                vec![(if design.anchoring == Anchoring::ByEvents { 2 } else { 1 }, text)]
            } else {
                vec![]
            },
            jobs: vec![],
            backup: None,
            snapshot: None,
            lost: 0,
            left: 2,
            central: 1,
            returned: 0,
            clock: 1,
            ahead: 0,
        }
    }
}
