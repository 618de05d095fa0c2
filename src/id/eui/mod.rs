//! EUI-48 (MAC addresses) and EUI-64: the nth of a block, text forms, pools of blocks.
//!
//! ```
//! use nameplate::id::eui::{Block, Eui48, Pool};
//!
//! let block = Block::from_prefix("70B3D57ED")?;
//! let mac = block.eui48(4095)?;
//! assert_eq!(mac.hyphens().to_string(), "70-B3-D5-7E-DF-FF");
//! assert_eq!(mac.colons().to_string(), "70:b3:d5:7e:df:ff");
//! assert!(block.eui48(4096).is_err());
//! assert_eq!(block.eui64(1)?.bare().to_string(), "70B3D57ED0000001");
//!
//! // Two addresses for each unit, the first unit is number 1.
//! let pool = Pool::new(&[block], 2, 1)?;
//! assert_eq!(pool.eui48(2)?, "70-B3-D5-7E-D0-02".parse::<Eui48>()?);
//! # Ok::<(), nameplate::id::eui::EuiError>(())
//! ```
//!
//! | block | prefix | EUI-48 | EUI-64 |
//! |---|---|---|---|
//! | MA-L (an OUI) | 24 bits, 6 digits | 16,777,216 | 2⁴⁰ − 2²⁵ |
//! | MA-M | 28 bits, 7 digits | 1,048,576 | 2³⁶ |
//! | MA-S | 36 bits, 9 digits | 4,096 | 2²⁸ |
//! | CID | 24 bits, 6 digits | none | none; [local addresses](Block::local48) only |
//!
//! EUI-64 whose fourth and fifth octets are `FF-FE` or `FF-FF` are not handed out: they are what mappings
//! of an EUI-48 made, perhaps of somebody else's. Those are the last 2²⁵ of an MA-L, and of an MA-M or MA-S
//! whose digits behind the sixth are all `F`.
//!
//! | form | example | as written by |
//! |---|---|---|
//! | [`hyphens`](Eui48::hyphens) | `34-56-78-9A-BC-DE` | IEEE |
//! | [`colons`](Eui48::colons) | `34:56:78:9a:bc:de` | IETF |
//! | [`dots`](Eui48::dots) | `3456.789a.bcde` | Cisco |
//! | [`bare`](Eui48::bare) | `3456789ABCDE` | labels |
//!
//! `parse` reads all four, [`from_hyphens`](Eui48::from_hyphens) and its like one. Colons never mean the
//! bit-reversed form of IEEE 802-2001, in which `AC-DE-48` is `35:7B:12`.
//!
//! A block's prefix has the I/G bit (group) and the U/L bit (local) at zero. Octets are kept in the
//! order they are written and sent, the first first; [`lsb_first`](Eui48::lsb_first) is the order in
//! radio frames and BLE stacks. Addresses that are [known placeholders](KNOWN_EUI48) are not handed out.
//!
//! Three ways to 64 bits give three values: an [`eui64`](Block::eui64) of the block, the
//! [interface identifier](Eui48::interface_id) of an IPv6 address, and the [mapping](Eui48::mapped_eui64)
//! that IEEE deprecates.
//!
//! Sources: IEEE Registration Authority, *Guidelines for Use of EUI, OUI, and CID*; IEEE 802 clause 8;
//! RFC 4291 appendix A; RFC 9542. Not promised: that a block is yours.

mod address;
mod assigned;
mod block;
mod error;
mod known;
mod parse;
mod pool;
mod text;

pub use self::address::{Eui48, Eui64, InterfaceId};
pub use self::block::Block;
pub use self::error::EuiError;
pub use self::known::{KNOWN_EUI48, KNOWN_EUI64};
pub use self::pool::{Pool, Pool64};
pub use self::text::{Bare, Colons, Dots, Hyphens};
