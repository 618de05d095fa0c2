//! What other firmware makes of a UID, so that a device can be found by what it shows: **not unique,
//! and no identities**.
//!
//! ```
//! use nameplate::id::stm32::{Layout, Uid, compat::UsbSerial};
//!
//! // Two parts of different wafers, the same USB serial number.
//! let one = Uid::from_words([0x0025_0025, 0x5033_5701, 0x2033_3333], Layout::A)?;
//! let two = Uid::from_words([0x0025_0025, 0x5033_5712, 0x2033_3333], Layout::A)?;
//! assert!(UsbSerial::st(one).unwrap().matches("205833585033"));
//! assert_eq!(UsbSerial::st(one), UsbSerial::st(two));
//! # Ok::<(), nameplate::id::stm32::UidError>(())
//! ```
//!
//! | form | why two parts share one |
//! |---|---|
//! | [`UsbSerial::st`] | the wafer and the first character of the lot are left out; a coordinate is added to characters of the lot |
//! | [`UsbSerial::rom_f3`] | all of word 1 is left out |
//! | [`UsbSerial::bytewise`] | as `st`, and half of each coordinate is left out |
//! | [`LoraFallback`] | a coordinate is added to characters of the lot |
//! | [`BdAddr`] | only 16 bits of the number: among 301 parts an even chance that two share one |
//!
//! So none of them becomes a [`Value`](crate::value::Value), and stamping one is not offered:
//!
//! ```compile_fail,E0277
//! # use nameplate::id::stm32::{Layout, Uid, compat::UsbSerial};
//! # let uid = Uid::from_words([1, 2, 3], Layout::A).unwrap();
//! let value: nameplate::Value = UsbSerial::st(uid).unwrap().into();
//! ```
//!
//! Not promised: that a device shows them. The system memory of F1, H745 and L496 does not, libopencm3
//! since 2020 shows something else, and what firmware of L0 and L1 reads as word 2 differs.

use core::fmt;

use super::uid::Uid;

/// Twelve hexadecimal digits as in the USB descriptor of much firmware. **Not unique.**
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct UsbSerial([u8; 6]);

impl UsbSerial {
    /// ST's USB examples (`Get_SerialNum`) and the system memory of F2, F4 and C0: the sum of words 0
    /// and 2, then the high half of word 1. Nothing when the sum is zero: they show none then.
    pub fn st(uid: Uid) -> Option<Self> {
        let [w0, w1, w2] = uid.words();
        Self::of(w0.wrapping_add(w2), w1)
    }

    /// The system memory of F3: the sum of words 0 and 2, then the high half of word 2.
    pub fn rom_f3(uid: Uid) -> Option<Self> {
        let [w0, _, w2] = uid.words();
        Self::of(w0.wrapping_add(w2), w2)
    }

    /// MicroPython, its loader and libopencm3 before 2020: as [`st`](Self::st), but byte by byte
    /// without carry, and without the high bytes of both coordinates.
    pub const fn bytewise(uid: Uid) -> Self {
        let [w0, w1, w2] = uid.words();
        let ([b0, _, b2, _], [_, _, b6, b7]) = (w0.to_le_bytes(), w1.to_le_bytes());
        let [b8, b9, b10, b11] = w2.to_le_bytes();
        Self([b11, b10.wrapping_add(b2), b9, b8.wrapping_add(b0), b7, b6])
    }

    fn of(sum: u32, word: u32) -> Option<Self> {
        let ([a, b, c, d], [e, f, _, _]) = (sum.to_be_bytes(), word.to_be_bytes());
        (sum != 0).then_some(Self([a, b, c, d, e, f]))
    }
}

/// The DevEUI that ST's LoRaWAN firmware makes of a UID when the part has no UID64. **Not unique, and
/// no EUI-64**: its first octets are no company's.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct LoraFallback([u8; 8]);

impl LoraFallback {
    /// `HW_GetUniqueId`: word 1, then the sum of words 0 and 2, the low byte of each first.
    pub const fn of(uid: Uid) -> Self {
        let [w0, w1, w2] = uid.words();
        let ([a, b, c, d], [e, f, g, h]) = (w1.to_le_bytes(), w0.wrapping_add(w2).to_le_bytes());
        Self([a, b, c, d, e, f, g, h])
    }
}

/// The public Bluetooth address that ST's WB examples (`BleGetBdAddress`) make of a UID64, in the
/// order it is written. **Not unique**, and in ST's block of addresses, not in yours.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct BdAddr(pub(super) [u8; 6]);

macro_rules! shown {
    ($($name:ident $separator:literal),*) => {$(
        impl $name {
            /// Whether a device shows this: the text of `Display`, in either letter case.
            pub fn matches(&self, shown: &str) -> bool {
                use alloc::string::ToString;
                self.to_string().eq_ignore_ascii_case(shown)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                for (at, octet) in self.0.iter().enumerate() {
                    write!(f, "{}{octet:02X}", if at == 0 { "" } else { $separator })?;
                }
                Ok(())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }
    )*};
}

shown!(UsbSerial "", LoraFallback "", BdAddr ":");
