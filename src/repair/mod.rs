//! Checksums over images: what is covered, where the result lies, and in what order several of them
//! are computed.
//!
//! ```
//! use nameplate::{check::CRC_32_ISO_HDLC, repair::{Gaps, Repair, Template}};
//!
//! let app = Repair::crc("app", CRC_32_ISO_HDLC, 0x0800_0000..0x0800_7FFC).stored_at(0x0800_7FFC).u32_le();
//! let page = Repair::crc("page", CRC_32_ISO_HDLC, 0x0800_7F00..0x0800_7F20)
//!     .stored_at(0x0800_7F20)
//!     .u32_le()
//!     .template(Template::Blank);
//! assert_eq!(app.name(), "app");
//! ```
//!
//! A [`Repair`] is a description; compiling it checks it against an image. One checksum may cover the
//! word of another, which is then computed first; a cycle is an error that names its members. No
//! byte may be covered twice.
//!
//! | part | choices | default |
//! |---|---|---|
//! | check | an [`Algorithm`](crate::check::Algorithm) | – |
//! | coverage | half-open ranges, fed in the order given: addresses, or an [`Over`] by symbol, section or marker, or of another image | – |
//! | fed as | [`FeedOrder`]: by address, the bytes of each word reversed, backwards | by address |
//! | gaps in it | [`Gaps`]: an error, skipped, filled | error |
//! | its own word in it | [`Own`]: an error, skipped, a constant, forced | error |
//! | a last word that is not whole | [`Tail`]: an error, zeros behind it, dropped | error |
//! | after the check | [`Step`]s: not, negate, add, subtract from, XOR, mirror, the ESP8266's | none |
//! | stored as | an integer of 1–16 bytes, or a digest, byte order always said; or as an [`Encoding`](crate::Encoding) writes it: in `RETLW` words, BCD or hexadecimal digits; copies as [`Store`]s | – |
//! | the template's own | [`Template`]: valid, blank, unknown | valid |
//!
//! Words, of a sum or of a feed order, lie at multiples of their length in memory, as in the device.
//!
//! Sources: SRecord, IAR ielftool and the TI linker differ in what a gap contributes and in what
//! becomes of a tail, so it has to be said here; a template that is wrong before stamping shows a
//! wrong description, and the error says which one would be right, if it is a usual mistake.

mod choices;
mod description;
mod device;
mod error;
mod explain;
mod explanation;
mod graph;
mod node;
mod over;
pub mod preset;
mod reads;
mod store;
mod stream;
mod variable;

pub use self::choices::{FeedOrder, Gaps, Own, Step, Tail, Template};
pub(crate) use self::description::Verdict;
pub use self::description::{Draft, PlacedDraft, Repair};
pub use self::device::{DeviceMemory, device_sum};
pub use self::error::{Mismatch, RepairError, RepairErrorKind};
pub use self::explanation::Explanation;
pub(crate) use self::graph::Graph;
pub use self::over::Over;
pub use self::store::Store;
pub(crate) use self::stream::computed;
pub(crate) use self::variable::Variable;
