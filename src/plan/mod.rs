//! From a description of what differs between units to stamped images: [`Layout`] → compile →
//! [`Plan`] → bind → [`Stamper`] → stamp, undo, read back.
//!
//! ```
//! use nameplate::{At, Encoding, Field, Layout, Repair, Value, check::CRC_32_ISO_HDLC, image::Raw};
//! use nameplate::repair::Template;
//!
//! let firmware = [0xFF; 32];
//! let template = Raw::new(&firmware, 0x1000)?;
//! let layout = Layout::new()
//!     .field(Field::new("number", At::address(0x1010), Encoding::u16_le()))
//!     .repair(Repair::crc("sum", CRC_32_ISO_HDLC, 0x1000..0x101C).stored_at(0x101C).u32_le().template(Template::Blank));
//! let plan = layout.compile(&template)?;
//!
//! let mut unit = plan.stamper(&template)?;
//! let image = unit.stamp(&[("number", Value::from(42_u16))])?.bytes().to_vec();
//! assert_eq!(image[0x10..0x12], [42, 0]);
//!
//! let reading = plan.read(&Raw::new(&image, 0x1000)?)?;
//! assert!(reading.field("number").unwrap().matches(&Value::from(42_u16)));
//! assert!(reading.checks().all(|check| check.is_right()));
//! assert_eq!(unit.undo(), firmware);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! What compiling settles, stamping need not ask: addresses, widths, overlaps, what each field
//! expects to find, whether the template's own checksums are right, and in which order they are
//! repaired. A plan knows addresses only; the same plan binds to the HEX and the BIN of one build,
//! and reads a dump. Binding checks everything again for the image at hand, and that the bytes under
//! the checksums are those that were compiled.
//!
//! A stamp costs the bytes it changes, whatever the image's size, and allocates nothing. It is all
//! or nothing: on an error the stamper holds the plain template.

#[cfg(feature = "nvs")]
mod anew;
#[cfg(feature = "nvs")]
mod at_key;
mod compile;
mod copies;
mod error;
mod families;
mod layout;
mod lock;
#[cfg(feature = "nvs")]
mod made;
#[cfg(feature = "nvs")]
mod made_error;
mod memory;
mod moved;
#[cfg(feature = "nvs")]
mod nvs;
mod read;
mod reads;
mod slots;
mod stamper;
mod undo;
mod whole;

pub use self::error::{GapHint, Padding, PlanError, PlanErrorKind, ReadError, SlotName, StampError, StampErrorKind};
pub use self::families::FAMILIES;
pub use self::layout::{Field, Gap, Guard, Layout, Plan};
pub use self::lock::Family;
#[cfg(feature = "nvs")]
pub use self::made_error::MadeError;
pub use self::read::{CheckReading, FieldReading, Reading};
pub use self::stamper::{Stamped, Stamper};
pub use crate::at::{At, Base, LocateError};
#[cfg(feature = "nvs")]
pub use crate::nvs_key::{KeyError, NvsKey, NvsTypeError, nvs_type};
