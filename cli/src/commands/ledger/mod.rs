//! `nameplate ledger`: who has which number, so that no two units ever get the same one.
//!
//! | file | what |
//! |---|---|
//! | `access` | which ledger, who asks and when; what an error of it means for the exit code |
//! | `state` | the folder of the user's state, where anchors and journals lie |
//! | `init`, `pool` | a new ledger, its pools |
//! | `status`, `find` | how it stands, whose a board is |
//! | `shows` | `find --read`: which board it is, by its memory |
//! | `unit` | which unit is meant |
//! | `issue` | `stamp --ledger`: numbers for one unit or for rows, and their files |
//! | `there` | a unit's file, or folder, that is there already |
//! | `written` | the files of units, and their journals |
//! | `pools` | where job and ledger have to agree |
//! | `board` | what a board shows |
//! | `journal` | the journal of this PC, and the one beside a unit's file |
//! | `back`, `made` | a journal, read from its end; the files that were made for a unit |
//! | `seen` | `verify --ledger`: what was read back, and from which board |
//! | `decisions` | reports and decisions about one unit, each with a reason |
//! | `remember` | notes about units, shipments |
//! | `replace` | other numbers for a unit that was retired |
//! | `recover`, `anchor` | after a restore, and for a stick that died |
//! | `recovered` | what a recovery lost |
//! | `audit`, `copies` | whether it is what was written; backups, exports, imports |

mod access;
mod anchor;
mod audit;
mod back;
mod board;
mod copies;
mod decisions;
mod find;
mod init;
mod issue;
mod journal;
mod made;
mod pool;
mod pools;
mod recover;
mod recovered;
mod remember;
mod replace;
mod seen;
mod shows;
mod state;
mod status;
mod there;
mod unit;
mod written;

pub use self::access::{Access, Signed};
pub use self::anchor::{MoveArgs, move_anchor};
pub use self::audit::{audit, check};
pub(crate) use self::board::Known;
pub use self::copies::{backup, export, import};
pub use self::decisions::{Decision, decide, void_lost};
pub use self::find::{Sought, find};
pub use self::init::{Anchors, InitArgs, init};
pub use self::issue::{IssueArgs, Said, Units, issue};
pub use self::pool::{PoolArgs, Written, add_pool, drop_pool};
pub use self::recover::recover;
pub use self::remember::{NoteArgs, ShipArgs, note, ship};
pub use self::replace::{ReplaceArgs, replace};
pub use self::seen::Seen;
pub(crate) use self::seen::{Back, Recorded};
pub(crate) use self::shows::{Boards, Looked};
pub use self::status::status;
