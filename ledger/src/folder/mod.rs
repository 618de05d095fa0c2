//! The folder in which an anchor lies, on a disk: the one place, beside the stores, that does input and output.
//!
//! [`Folder`] carries out what [`Advance`](crate::anchor::Advance) says. A new folder is tried before it is used: files
//! made exclusively, synced, listed and removed. Folders that a cloud service synchronises are refused where they can
//! be told, since two PCs would each have a copy. [`Home`] is the folder of the user's state in which the anchors of all
//! ledgers lie that have no other, with the path of each ledger, so that a ledger that was deleted is not begun again.
//!
//! Not promised: Windows has no documented way to sync a folder; the file itself is synced there.

mod error;
mod files;
mod home;
mod mount;
mod probe;

pub use error::FolderError;
pub use files::Folder;
pub(crate) use files::sync;
pub use home::Home;
pub(crate) use home::{bytes, path_of};
pub(crate) use mount::{has_stable_numbers, synchronised_by};
pub(crate) use probe::probe;
