//! What happens when a command is given: events and an answer, or a refusal.

mod again;
mod ask;
mod clash;
mod decision;
mod dispatch;
mod naming;
mod person;
mod recognise;
mod recover;
mod report;

pub use decision::{Answer, Decision};
pub use dispatch::decide;
#[cfg(feature = "sqlite")]
pub(crate) use dispatch::fits;
pub use naming::Naming;
