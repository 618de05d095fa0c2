//! Why nothing was done, and the way on.

use alloc::string::String;

use crate::key::KeyError;
use crate::state::{Evidence, State};

/// Why nothing was done. Each message names the way on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The ledger was not created, or a second time.
    #[error("the ledger {}", if *.exists { "exists already" } else { "was never created" })]
    Created {
        /// Whether it exists.
        exists: bool,
    },
    /// The anchor knows more than the ledger: it was restored, or it is a copy.
    #[error("the ledger is {what}: nothing is issued until `recover`")]
    Closed {
        /// What it is.
        what: &'static str,
    },
    /// The keys are not keys.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// A name, reason or range that is not one.
    #[error("{what}")]
    Malformed {
        /// What is wrong.
        what: &'static str,
    },
    /// No such pool.
    #[error("no pool `{pool}`")]
    NoPool {
        /// The pool.
        pool: String,
    },
    /// A pool that exists.
    #[error(
        "pool `{pool}` exists already, {first} to {last}, as `{template}`: give the new one another name; if no number of it \
         was given, `ledger pool drop {pool} --reason …` frees them for that one"
    )]
    PoolExists {
        /// The pool.
        pool: String,
        /// The first number of the one that is there.
        first: u64,
        /// Its last one.
        last: u64,
        /// How it is written.
        template: String,
    },
    /// Pools that overlap, of which both may give the same number: one was added while the ledger was behind.
    #[error(
        "pools `{one}` and `{two}` overlap, and the anchor does not say that one of them gives nothing: put the older copy back \
         once more, and add the pool that it lacks with the numbers that it had"
    )]
    BothGive {
        /// One of them.
        one: String,
        /// The other.
        two: String,
    },
    /// A pool that was dropped.
    #[error(
        "pool `{pool}` was dropped, and its name stays its own: give the new one another name, and that to the job"
    )]
    Dropped {
        /// The pool.
        pool: String,
    },
    /// A pool whose numbers somebody has.
    #[error(
        "pool `{pool}` gave {count} numbers, and is not dropped: what it gave must not be given again. It may stay as it is; \
         a job takes its numbers from the pool that it names"
    )]
    Used {
        /// The pool.
        pool: String,
        /// How many of its numbers were given, or are lost.
        count: u64,
    },
    /// The unit left already.
    #[error("unit {unit} left with shipment `{shipment}`: say `--move` with a reason if it leaves with another one")]
    Shipped {
        /// The unit.
        unit: u64,
        /// The shipment.
        shipment: String,
    },
    /// A pool that overlaps another one.
    #[error("pool `{pool}` overlaps pool `{other}`")]
    Overlap {
        /// The new pool.
        pool: String,
        /// The one that is there.
        other: String,
    },
    /// The pool has no number left.
    #[error("pool `{pool}` is used up: {last} was its last number")]
    Exhausted {
        /// The pool.
        pool: String,
        /// Its last number.
        last: u64,
    },
    /// The number has no text, or one that another number has.
    #[error("number {number} of pool `{pool}` cannot be written, or another number is written the same way")]
    Text {
        /// The pool.
        pool: String,
        /// The number.
        number: u64,
    },
    /// The keys name two units.
    #[error("the keys name unit {one} and unit {two}: scan them again")]
    TwoUnits {
        /// One unit.
        one: u64,
        /// The other.
        two: u64,
    },
    /// The unit has another value of this kind.
    #[error("unit {unit} has another `{kind}` ({known}): scan it again, or `rekey` if the part was replaced")]
    OtherKey {
        /// The unit.
        unit: u64,
        /// The kind.
        kind: String,
        /// What it has.
        known: String,
    },
    /// No unit has these keys.
    #[error("no unit has these keys")]
    NoUnit,
    /// The unit has no number yet.
    #[error("unit {unit} has no number: ask for one")]
    NoIssue {
        /// The unit.
        unit: u64,
    },
    /// The issue does not have the numbers that are asked for.
    #[error("unit {unit} has no number of pool `{pool}`, and its issue cannot grow")]
    OtherPools {
        /// The unit.
        unit: u64,
        /// The pool.
        pool: String,
    },
    /// Another station has the ticket.
    #[error(
        "unit {unit} is open at station `{station}`, attempt {attempt}: read the board to take it over, and \
         give what it shows (`--found FILE`), or say that it is blank (`--blank`)"
    )]
    Elsewhere {
        /// The unit.
        unit: u64,
        /// The station.
        station: String,
        /// The attempt.
        attempt: u32,
    },
    /// Nobody knows what the board shows.
    #[error(
        "unit {unit} is {state}: read the board, and give what it shows (`--found FILE`), or say that it is blank (`--blank`); \
         what is written already is read back with `verify --seen`"
    )]
    Unread {
        /// The unit.
        unit: u64,
        /// Its state.
        state: State,
    },
    /// Two boards may have this one key.
    #[error(
        "unit {unit} is {state} and this board reads blank: a person must say why it is the same board (`--rework`)"
    )]
    Person {
        /// The unit.
        unit: u64,
        /// Its state.
        state: State,
    },
    /// The pool has lost numbers, and this board may have one.
    #[error(
        "pool `{pool}` has lost numbers: scan the label of this board (`--label TEXT`), or give \
         what it shows (`--found FILE`), or read that it is blank and say `--new` with a reason, and `--blank`"
    )]
    MayBeLost {
        /// The pool.
        pool: String,
    },
    /// The state does not allow it.
    #[error("unit {unit} is {state}: {way}")]
    State {
        /// The unit.
        unit: u64,
        /// Its state.
        state: State,
        /// The way on.
        way: &'static str,
    },
    /// The label or the board shows what the ledger cannot place.
    #[error("`{text}` is not what this board may show: {why}")]
    Foreign {
        /// What it shows.
        text: String,
        /// Why.
        why: &'static str,
    },
    /// The evidence is weaker than the job asks for.
    #[error(
        "evidence is `{found}`, and the job asks for `{expected}`, so nothing was recorded: {}; `evidence` in [ledger] of the \
         job says what counts",
        if matches!(.expected, Evidence::Readback) { "read the memory back" } else { "give what the firmware reports, or read the memory back" }
    )]
    Evidence {
        /// What there is.
        found: Evidence,
        /// The weakest that counts.
        expected: Evidence,
    },
    /// A report of an attempt that was never made.
    #[error("unit {unit} is at attempt {expected}, not {found}")]
    Attempt {
        /// The unit.
        unit: u64,
        /// What the report says.
        found: u32,
        /// The attempt that is open.
        expected: u32,
    },
    /// A person has to give a reason.
    #[error("a reason is needed")]
    Reason,
    /// This anchor is not one of this ledger.
    #[error("the anchor is of another ledger, or it says what cannot be")]
    Anchor,
    /// The facts contradict themselves.
    #[error("the store answers what cannot be: {what}")]
    Damaged {
        /// What.
        what: &'static str,
    },
}

impl Refusal {
    /// A word for a script, which stays when the text changes.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Created { exists: true } => "exists",
            Self::Created { exists: false } => "no-ledger",
            Self::Closed { what } => what,
            Self::Keys(_) => "bad-key",
            Self::Malformed { .. } => "malformed",
            Self::NoPool { .. } => "unknown-pool",
            Self::PoolExists { .. } => "pool-exists",
            Self::Dropped { .. } => "pool-dropped",
            Self::Used { .. } => "pool-used",
            Self::Shipped { .. } => "shipped",
            Self::Overlap { .. } | Self::BothGive { .. } => "overlap",
            Self::Exhausted { .. } => "exhausted",
            Self::Text { .. } => "no-text",
            Self::TwoUnits { .. } => "two-units",
            Self::OtherKey { .. } => "other-key",
            Self::NoUnit => "unknown-unit",
            Self::NoIssue { .. } => "no-number",
            Self::OtherPools { .. } => "other-pools",
            Self::Elsewhere { .. } => "elsewhere",
            Self::Unread { .. } => "unread",
            Self::Person { .. } => "person",
            Self::MayBeLost { .. } => "may-be-lost",
            Self::State { state, .. } => state.name(),
            Self::Foreign { .. } => "foreign",
            Self::Evidence { .. } => "evidence",
            Self::Attempt { .. } => "attempt",
            Self::Reason => "reason",
            Self::Anchor => "anchor-of-another",
            Self::Damaged { .. } => "damaged",
        }
    }
}
