//! EUI-48, EUI-64, and what is made of them.

use core::fmt;

use super::text::{Bare, Colons, Dots, Hyphens};
use crate::value::Value;

macro_rules! eui {
    ($(#[$doc:meta])* $name:ident, $octets:literal, $hyphens:literal, $colons:literal, $dots:literal, $bare:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub(super) [u8; $octets]);

        impl $name {
            /// Of its octets, in the order they are written.
            pub const fn new(octets: [u8; $octets]) -> Self {
                Self(octets)
            }

            /// Of its octets in the opposite order: the first is the last written.
            pub fn from_lsb_first(mut octets: [u8; $octets]) -> Self {
                octets.reverse();
                Self(octets)
            }

            /// The octets, in the order they are written.
            pub const fn octets(self) -> [u8; $octets] {
                self.0
            }

            /// The octets in the opposite order, as radio frames and BLE stacks have them.
            pub fn lsb_first(self) -> [u8; $octets] {
                Self::from_lsb_first(self.0).0
            }

            /// Whether it addresses a group: the I/G bit.
            pub const fn is_group(self) -> bool {
                self.0[0] & 1 == 1
            }

            /// Whether it is administered locally: the U/L bit.
            pub const fn is_local(self) -> bool {
                self.0[0] & 2 == 2
            }

            #[doc = concat!("As IEEE writes it: `", $hyphens, "`.")]
            pub const fn hyphens(self) -> Hyphens<$octets> {
                Hyphens(self.0)
            }

            #[doc = concat!("As the IETF writes it: `", $colons, "`.")]
            pub const fn colons(self) -> Colons<$octets> {
                Colons(self.0)
            }

            #[doc = concat!("As Cisco writes it: `", $dots, "`.")]
            pub const fn dots(self) -> Dots<$octets> {
                Dots(self.0)
            }

            #[doc = concat!("Digits alone: `", $bare, "`.")]
            pub const fn bare(self) -> Bare<$octets> {
                Bare(self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.hyphens(), f)
            }
        }

        impl From<$name> for Value<'_> {
            fn from(eui: $name) -> Self {
                Value::from(&eui.0)
            }
        }
    };
}

eui! {
    /// A 48-bit extended unique identifier.
    ///
    /// ```
    /// use nameplate::id::eui::Eui48;
    ///
    /// let mac: Eui48 = "34:56:78:9a:bc:de".parse()?;
    /// assert_eq!(mac, Eui48::new([0x34, 0x56, 0x78, 0x9A, 0xBC, 0xDE]));
    /// assert_eq!(mac.hyphens().to_string(), "34-56-78-9A-BC-DE");
    /// assert_eq!(mac.interface_id().to_string(), "3656:78ff:fe9a:bcde");
    /// # Ok::<(), nameplate::id::eui::EuiError>(())
    /// ```
    Eui48, 6, "34-56-78-9A-BC-DE", "34:56:78:9a:bc:de", "3456.789a.bcde", "3456789ABCDE"
}

eui! {
    /// A 64-bit extended unique identifier.
    ///
    /// ```
    /// use nameplate::id::eui::Eui64;
    ///
    /// let eui = Eui64::from_bare("70B3D57ED0000001")?;
    /// assert_eq!(eui.hyphens().to_string(), "70-B3-D5-7E-D0-00-00-01");
    /// assert_eq!(eui.to_u64(), 0x70B3_D57E_D000_0001);
    /// # Ok::<(), nameplate::id::eui::EuiError>(())
    /// ```
    Eui64, 8, "70-B3-D5-7E-D0-00-00-01", "70:b3:d5:7e:d0:00:00:01", "70b3.d57e.d000.0001", "70B3D57ED0000001"
}

impl Eui48 {
    /// The number whose most significant octet is the first.
    pub const fn to_u64(self) -> u64 {
        let octets = self.0;
        u64::from_be_bytes([0, 0, octets[0], octets[1], octets[2], octets[3], octets[4], octets[5]])
    }

    /// The interface identifier of IPv6 addresses, a *modified* EUI-64: `FF-FE` in the middle, the U/L bit
    /// inverted. Source: RFC 4291 appendix A.
    pub const fn interface_id(self) -> InterfaceId {
        self.mapped_eui64().interface_id()
    }

    /// The EUI-64 with `FF-FE` in the middle. IEEE deprecates this: mapped, an EUI-48 of an MA-M or MA-S
    /// may be the EUI-64 of another one. For devices of old only; a new one gets a [`Block::eui64`](super::Block::eui64).
    pub const fn mapped_eui64(self) -> Eui64 {
        let octets = self.0;
        Eui64([octets[0], octets[1], octets[2], 0xFF, 0xFE, octets[3], octets[4], octets[5]])
    }
}

impl Eui64 {
    /// Of a number whose most significant octet is the first.
    pub const fn from_u64(n: u64) -> Self {
        Self(n.to_be_bytes())
    }

    /// The number whose most significant octet is the first.
    pub const fn to_u64(self) -> u64 {
        u64::from_be_bytes(self.0)
    }

    /// Whether it is what mapping an EUI-48 makes: `FF-FE` (of an EUI-48) or `FF-FF` (of a MAC-48, in old
    /// documents) in the middle.
    pub const fn is_mapped(self) -> bool {
        matches!(self.0, [_, _, _, 0xFF, 0xFE | 0xFF, ..])
    }

    /// The interface identifier of IPv6 addresses: the U/L bit inverted. Source: RFC 4291 appendix A.
    pub const fn interface_id(self) -> InterfaceId {
        let mut octets = self.0;
        octets[0] ^= 2;
        InterfaceId(octets)
    }
}

/// The lower half of an IPv6 address: a modified EUI-64, and no EUI-64.
///
/// ```
/// use nameplate::id::eui::Eui48;
///
/// let mac: Eui48 = "34-56-78-9A-BC-DE".parse()?;
/// assert_eq!(format!("fe80::{}", mac.interface_id()), "fe80::3656:78ff:fe9a:bcde");
/// assert_eq!(mac.mapped_eui64().hyphens().to_string(), "34-56-78-FF-FE-9A-BC-DE");
/// # Ok::<(), nameplate::id::eui::EuiError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct InterfaceId([u8; 8]);

impl InterfaceId {
    /// The octets, in the order they are written and sent.
    pub const fn octets(self) -> [u8; 8] {
        self.0
    }
}

/// `3656:78ff:fe9a:bcde`: groups without zeros in front.
impl fmt::Display for InterfaceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let n = u64::from_be_bytes(self.0);
        write!(f, "{:x}:{:x}:{:x}:{:x}", n >> 48, n >> 32 & 0xFFFF, n >> 16 & 0xFFFF, n & 0xFFFF)
    }
}

impl From<InterfaceId> for Value<'_> {
    fn from(id: InterfaceId) -> Self {
        Value::from(&id.0)
    }
}
