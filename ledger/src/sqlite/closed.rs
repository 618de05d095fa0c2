//! Why nothing is issued.

use std::fmt;
use std::path::PathBuf;

/// Why nothing is issued, until a person does what the message says. Reading goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Closed {
    /// The anchor knows events that this ledger does not have: it was restored, or it is a copy.
    Behind {
        /// The folder of the anchor.
        folder: PathBuf,
        /// The events that the anchor knows.
        known: u64,
        /// The events of this ledger.
        size: u64,
        /// Pools with the next number by the anchor and by this ledger, where the anchor is further.
        next: Vec<(String, u64, u64)>,
    },
    /// Another copy of this ledger moved the anchor while this one was in use, or all anchors died and were replaced.
    Fenced,
    /// The file is not the one with which this ledger was last used.
    Copied {
        /// The machine and file it was.
        was: String,
        /// The machine and file it is.
        is: String,
    },
    /// The file was replaced while it was open.
    Replaced,
    /// There is no anchor in its folder.
    Missing {
        /// The folder.
        folder: PathBuf,
    },
    /// No file of the anchor is whole.
    Torn {
        /// The folder.
        folder: PathBuf,
    },
    /// The folder has the anchor of another ledger.
    OtherLedger {
        /// The folder.
        folder: PathBuf,
    },
    /// The folder cannot be used.
    Unreachable {
        /// The folder.
        folder: PathBuf,
        /// What the system says.
        why: String,
    },
}

impl Closed {
    /// Whether it may be over by itself, as when a stick is plugged in again.
    pub(super) fn may_pass(&self) -> bool {
        matches!(self, Self::Missing { .. } | Self::Torn { .. } | Self::OtherLedger { .. } | Self::Unreachable { .. })
    }

    /// A word for a script, which stays when the text changes.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Behind { .. } => "recovering",
            Self::Fenced => "fenced",
            Self::Copied { .. } => "copied",
            Self::Replaced => "replaced",
            Self::Missing { .. } => "anchor-missing",
            Self::Torn { .. } => "anchor-torn",
            Self::OtherLedger { .. } => "anchor-of-another",
            Self::Unreachable { .. } => "anchor-unreachable",
        }
    }

    /// Whether `recover` is the way on.
    pub fn needs_recovery(&self) -> bool {
        matches!(self, Self::Behind { .. } | Self::Fenced | Self::Copied { .. })
    }

    /// The folder of the anchor that it is about.
    pub fn folder(&self) -> Option<&std::path::Path> {
        match self {
            Self::Behind { folder, .. }
            | Self::Missing { folder }
            | Self::Torn { folder }
            | Self::OtherLedger { folder }
            | Self::Unreachable { folder, .. } => Some(folder),
            Self::Fenced | Self::Copied { .. } | Self::Replaced => None,
        }
    }
}

impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Behind { folder, known, size, next } if known > size => {
                write!(
                    f,
                    "this is an older copy of the ledger: it has {size} events, and its anchor `{}` knows {known}",
                    folder.display()
                )?;
                for (pool, anchored, own) in next {
                    write!(f, "; pool `{pool}`: {anchored} is the next number there, {own} here")?;
                }
                f.write_str(". Nothing was issued. Put back the newest one, or `import` an export that was made later, or run \
                     `recover` with a reason")
            }
            Self::Behind { folder, .. } => write!(
                f,
                "this is a copy of the ledger that went its own way: its anchor `{}` is of the other one. Nothing was \
                 issued. Go on with the other one, or run `recover` with a reason",
                folder.display()
            ),
            Self::Fenced => f.write_str(
                "another copy of this ledger is in use, and moved the anchor, or all anchors died, and nobody knows whether \
                 this is an older copy. Nothing was issued. Go on with the newest copy, or run `recover` with a reason",
            ),
            Self::Copied { was, is } => write!(
                f,
                "this ledger was moved or copied: it was last used as {was}, this is {is}. Nothing was issued. If no \
                 other copy is in use, run `recover` with a reason",
            ),
            Self::Replaced => {
                f.write_str("the file was replaced while it was open. Nothing was issued. Run this again")
            }
            Self::Missing { folder } => write!(
                f,
                "the anchor `{}` is missing. Nothing was issued. Put it back (plug in the stick, mount the folder), or \
                 run `anchor move` with a reason",
                folder.display()
            ),
            Self::Torn { folder } => write!(
                f,
                "no file of the anchor `{}` is whole. Nothing was issued. Put it back, or run `anchor move` with a reason",
                folder.display()
            ),
            Self::OtherLedger { folder } => write!(
                f,
                "`{}` has the anchor of another ledger. Nothing was issued. Put the right one back, or run `anchor move` \
                 with a reason",
                folder.display()
            ),
            Self::Unreachable { folder, why } => write!(
                f,
                "the anchor `{}` cannot be used: {why}. Nothing was issued. Put that right, or run `anchor move` with a \
                 reason",
                folder.display()
            ),
        }
    }
}

impl std::error::Error for Closed {}
