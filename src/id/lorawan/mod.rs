//! LoRaWAN: DevEUI, JoinEUI, root keys, and the label that a device is claimed with.
//!
//! ```
//! use nameplate::Value;
//! use nameplate::id::lorawan::{AppKey, DevEui, JoinEui, OctetOrder, Qr};
//!
//! let dev: DevEui = "0080E1150017C722".parse()?;
//! let join: JoinEui = "70B3D57ED0000000".parse()?;
//!
//! // Firmware on LMIC keeps EUIs with the last octet first, other firmware does not: say which.
//! let field = Value::from(&dev.octets(OctetOrder::LsbFirst));
//! # let _ = field;
//!
//! let label = Qr::new(join, dev, 0, 0).serial("EUDV2407-000123")?;
//! assert_eq!(label.to_string(), "LW:D0:70B3D57ED0000000:0080E1150017C722:00000000:SEUDV2407-000123:C93D0");
//!
//! // Keys come from the caller; the ones that everybody knows are refused.
//! let known = AppKey::parse("2B7E151628AED2A6ABF7158809CF4F3C").unwrap_err();
//! assert_eq!(known.to_string(), "this key is published (RFC 4493; default of ST's, Zephyr's and other examples): draw a random one");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A key has no `Clone` and shows itself to nobody who does not ask:
//!
//! ```compile_fail,E0308
//! # use nameplate::id::lorawan::AppKey;
//! fn copy(key: &AppKey) -> AppKey {
//!     key.clone()
//! }
//! ```
//!
//! | field | octets | order in memory |
//! |---|---|---|
//! | DevEUI, JoinEUI (AppEUI until 1.0.3) | 8 | by the firmware: [`STACKS`] |
//! | AppKey, NwkKey | 16 | as written, everywhere |
//!
//! A trap: ST's firmware keeps what LoRaWAN 1.0 calls AppKey as `LORAWAN_NWK_KEY` too.
//!
//! Sources: LoRaWAN Link Layer Specification 1.0.4 and 1.1; TR005 (QR codes); TR007 (EUIs are globally
//! unique, so take them from a block of your own: [`eui`](super::eui)). Not promised: that a key is
//! random; it is the caller's.

mod error;
mod euis;
mod keys;
mod qr;

pub use self::error::{KeyError, LorawanError, QrError};
pub use self::euis::{DevEui, JoinEui, OctetOrder, STACKS, Stack};
pub use self::keys::{AppKey, NwkKey, PUBLISHED_KEYS, PublishedKey};
pub use self::qr::{Qr, WithoutChecksum};
