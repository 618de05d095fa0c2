//! Text and numbers to addresses, and the address behind another one.

use alloc::string::ToString;
use core::str::FromStr;

use super::address::{Eui48, Eui64};
use super::error::EuiError;
use super::text::{Bare, Colons, Dots, Hyphens};
use crate::digits::Escaped;

macro_rules! parse {
    ($name:ident, $octets:literal, $hyphens:literal, $colons:literal, $dots:literal, $bare:literal) => {
        impl $name {
            /// The address whose last octet is greater by `n`, as ESP32 derives those of its interfaces.
            ///
            /// # Errors
            /// When the last octet would pass `FF`: such firmware does not carry, and would wrap.
            pub fn plus(self, n: u8) -> Result<Self, EuiError> {
                let mut octets = self.0;
                let last = octets.last_mut().and_then(|last| last.checked_add(n).map(|sum| (last, sum)));
                let (last, sum) = last.ok_or_else(|| EuiError::LastOctet { eui: self.hyphens().to_string(), n })?;
                *last = sum;
                Ok(Self(octets))
            }

            #[doc = concat!("Reads `", $hyphens, "`, in either letter case.")]
            ///
            /// # Errors
            /// When the text is anything else.
            pub fn from_hyphens(text: &str) -> Result<Self, EuiError> {
                Self::read(Hyphens::read, text, $hyphens)
            }

            #[doc = concat!("Reads `", $colons, "`, in either letter case.")]
            ///
            /// # Errors
            /// When the text is anything else.
            pub fn from_colons(text: &str) -> Result<Self, EuiError> {
                Self::read(Colons::read, text, $colons)
            }

            #[doc = concat!("Reads `", $dots, "`, in either letter case.")]
            ///
            /// # Errors
            /// When the text is anything else.
            pub fn from_dots(text: &str) -> Result<Self, EuiError> {
                Self::read(Dots::read, text, $dots)
            }

            #[doc = concat!("Reads `", $bare, "`, in either letter case.")]
            ///
            /// # Errors
            /// When the text is anything else.
            pub fn from_bare(text: &str) -> Result<Self, EuiError> {
                Self::read(Bare::read, text, $bare)
            }

            fn read(
                form: fn(&[u8]) -> Option<[u8; $octets]>,
                text: &str,
                expected: &'static str,
            ) -> Result<Self, EuiError> {
                let wrong = || EuiError::Form { found: Escaped(text.as_bytes()).to_string(), expected };
                form(text.as_bytes()).map(Self).ok_or_else(wrong)
            }

            fn any(text: &[u8]) -> Option<Self> {
                let octets = Hyphens::read(text).or_else(|| Colons::read(text));
                octets.or_else(|| Dots::read(text)).or_else(|| Bare::read(text)).map(Self)
            }
        }
    };
}

parse! { Eui48, 6, "34-56-78-9A-BC-DE", "34:56:78:9a:bc:de", "3456.789a.bcde", "3456789ABCDE" }
parse! { Eui64, 8, "70-B3-D5-7E-D0-00-00-01", "70:b3:d5:7e:d0:00:00:01", "70b3.d57e.d000.0001", "70B3D57ED0000001" }

impl Eui48 {
    /// Of a number whose most significant octet is the first.
    ///
    /// # Errors
    /// When it has more than 48 bits.
    pub const fn from_u64(n: u64) -> Result<Self, EuiError> {
        match n.to_be_bytes() {
            [0, 0, octets @ ..] => Ok(Self(octets)),
            _ => Err(EuiError::Wide { n }),
        }
    }
}

/// Reads the four forms of the [module](super), in either letter case, and nothing else.
impl FromStr for Eui48 {
    type Err = EuiError;

    fn from_str(text: &str) -> Result<Self, EuiError> {
        Self::any(text.as_bytes()).ok_or_else(|| EuiError::Text { found: Escaped(text.as_bytes()).to_string() })
    }
}

/// Reads the four forms of the [module](super), in either letter case, and nothing else.
impl FromStr for Eui64 {
    type Err = EuiError;

    fn from_str(text: &str) -> Result<Self, EuiError> {
        Self::any(text.as_bytes()).ok_or_else(|| EuiError::Text64 { found: Escaped(text.as_bytes()).to_string() })
    }
}
