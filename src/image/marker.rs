//! Markers: bytes that occur once in an image, and so say where something lies.

use alloc::vec::Vec;
use core::fmt;
use core::ops::ControlFlow;

use thiserror::Error;

use super::container::{Container, Unread};
use crate::addr::Address;
use crate::digits::Hexadecimal;
use crate::never::OrNever;
use crate::width;

/// Fewer bytes occur in code by chance, or in the constants of code that looks for them.
const LEAST: usize = 8;

/// How many addresses an error names.
const SHOWN: usize = 8;

/// Bytes that occur exactly once in the memory of an image.
///
/// ```
/// use nameplate::image::{Hex, Marker};
///
/// // It lies across two records.
/// let hex = Hex::parse(b":0600100000001122334440\n:0600160055667788FFFF2C\n:00000001FF\n")?;
/// let marker = Marker::new(&[0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88])?;
/// assert_eq!(marker.find(&hex)?, 0x12);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marker {
    bytes: Vec<u8>,
}

/// Why a marker says no place.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum MarkerError {
    /// Too few bytes.
    #[error("a marker of {found} bytes, expected {LEAST} or more: fewer occur by chance")]
    Short {
        /// How many there are.
        found: usize,
    },
    /// Bytes that are all the same, as those of empty memory.
    #[error("a marker of nothing but {byte:#04X}, as empty memory is")]
    Uniform {
        /// The byte.
        byte: u8,
    },
    /// It does not occur.
    #[error("marker {} does not occur: is the image stamped already, or of another build?{}", Hexadecimal(.marker), Unread(*.unread, " "))]
    Missing {
        /// The marker.
        marker: Vec<u8>,
        /// How many records of a HEX file were not read, and may have it.
        unread: u32,
    },
    /// It occurs more than once.
    #[error("marker {} occurs {count} times, at {}: a longer one would tell them apart", Hexadecimal(.marker), Addresses(.addresses, *.count))]
    Several {
        /// The marker.
        marker: Vec<u8>,
        /// Where the first few are.
        addresses: Vec<u64>,
        /// How many there are.
        count: u64,
    },
}

struct Addresses<'a>(&'a [u64], u64);

impl fmt::Display for Addresses<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, address) in self.0.iter().enumerate() {
            write!(f, "{}{}", if index == 0 { "" } else { ", " }, Address(*address))?;
        }
        let more = u64::try_from(self.0.len()).is_ok_and(|shown| shown < self.1);
        f.write_str(if more { ", …" } else { "" })
    }
}

impl Marker {
    /// A marker of these bytes.
    ///
    /// # Errors
    /// When there are fewer than 8, or all are the same.
    pub fn new(bytes: &[u8]) -> Result<Self, MarkerError> {
        if bytes.len() < LEAST {
            return Err(MarkerError::Short { found: bytes.len() });
        }
        Self::short(bytes)
    }

    /// The same, of at least one byte.
    ///
    /// # Errors
    /// When there is none, or all of several are the same.
    pub fn short(bytes: &[u8]) -> Result<Self, MarkerError> {
        match bytes {
            [] => Err(MarkerError::Short { found: 0 }),
            [byte, rest @ ..] if !rest.is_empty() && rest.iter().all(|other| other == byte) => {
                Err(MarkerError::Uniform { byte: *byte })
            }
            _ => Ok(Self { bytes: bytes.to_vec() }),
        }
    }

    /// Its bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Where it lies, in whatever records or segments: only memory counts. One pass over the image, and eight bytes of
    /// memory for each of the marker.
    ///
    /// # Errors
    /// When it does not occur exactly once; overlapping ones count.
    pub fn find(&self, image: &dyn Container) -> Result<u64, MarkerError> {
        let (addresses, count) = self.find_all(image);
        match addresses.as_slice() {
            [] => {
                let unread = u32::try_from(image.unread()).unwrap_or(u32::MAX);
                Err(MarkerError::Missing { marker: self.bytes.clone(), unread })
            }
            [address] => Ok(*address),
            _ => Err(MarkerError::Several { marker: self.bytes.clone(), addresses, count }),
        }
    }

    /// Where the first few lie, and how many there are: the search of Knuth, Morris and Pratt.
    fn find_all(&self, image: &dyn Container) -> (Vec<u64>, u64) {
        let (mut addresses, mut count) = (Vec::new(), 0);
        let Some(extent) = image.extent() else { return (addresses, count) };
        let falls = self.falls();
        // Bytes that match up to here, and the address that would go on with them.
        let (mut matched, mut next) = (0, extent.start());
        let _ = image.visit(extent, &mut |address, bytes| {
            if address != next {
                matched = 0;
            }
            for (&byte, at) in bytes.iter().zip(address..) {
                while matched > 0 && self.bytes.get(matched) != Some(&byte) {
                    matched = fall(&falls, matched);
                }
                if self.bytes.get(matched) == Some(&byte) {
                    matched += 1;
                }
                if matched == self.bytes.len() {
                    count += 1;
                    if addresses.len() < SHOWN {
                        addresses.push((at + 1).wrapping_sub(width::wide(matched)));
                    }
                    matched = fall(&falls, matched);
                }
            }
            next = address.wrapping_add(width::wide(bytes.len()));
            ControlFlow::Continue(())
        });
        (addresses, count)
    }

    /// For each number of matched bytes, the length of the longest end of them that is a begin too.
    fn falls(&self) -> Vec<usize> {
        let mut falls = alloc::vec![0; self.bytes.len() + 1];
        let mut length = 0;
        for (at, byte) in self.bytes.iter().enumerate().skip(1) {
            while length > 0 && self.bytes.get(length) != Some(byte) {
                length = fall(&falls, length);
            }
            if self.bytes.get(length) == Some(byte) {
                length += 1;
            }
            if let Some(to) = falls.get_mut(at + 1) {
                *to = length;
            }
        }
        falls
    }
}

fn fall(falls: &[usize], matched: usize) -> usize {
    falls.get(matched).copied().or_never("one for each number of matched bytes")
}
