//! CRCs that are in no catalogue: the parameters of the Rocksoft model, checked, and a value over
//! whole data by one table of 128-bit registers.
//!
//! Source: Ross Williams, *A Painless Guide to CRC Error Detection Algorithms*, sections 15 and 18.

use core::fmt;

use thiserror::Error;

use super::feed::Feed;
use crate::never::OrNever;

/// The parameters of a CRC, as the catalogue gives them.
///
/// ```
/// use nameplate::check::{Algorithm, Crc, Parameters, CRC_16_XMODEM};
///
/// let model = Parameters { width: 16, poly: 0x1021, init: 0, refin: false, refout: false, xorout: 0 };
/// assert_eq!(Crc::new(model)?, CRC_16_XMODEM); // the catalogue has it
/// let other = Crc::new(Parameters { init: 0x800D, ..model })?;
/// assert_eq!(Algorithm::from(other).to_string(), "CRC-16 (poly 0x1021, init 0x800D)");
/// # Ok::<(), nameplate::check::ParametersError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "the model has these six")]
pub struct Parameters {
    /// The width of the register: 1 to 128 bits.
    pub width: u32,
    /// The polynomial, its highest term left out, the lowest in bit 0.
    pub poly: u128,
    /// The register at the start, not reflected.
    pub init: u128,
    /// Whether the bits of each byte are fed lowest first.
    pub refin: bool,
    /// Whether the register is reflected at the end.
    pub refout: bool,
    /// What is added to the register last.
    pub xorout: u128,
}

/// Parameters that are no CRC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ParametersError {
    /// A register of no bits, or more than a number has.
    #[error("a CRC of {found} bits; 1 to 128 can be had")]
    Width {
        /// The width given.
        found: u32,
    },
    /// A number with more bits than the register.
    #[error("`{name}` is {found:#X}, which has more than the {width} bits of the register")]
    TooWide {
        /// Which one.
        name: &'static str,
        /// Its value.
        found: u128,
        /// Bits of the register.
        width: u32,
    },
    /// The polynomial xʷ, of which no bit of the data would be left.
    #[error("`poly` is 0, so the data would not matter")]
    NoPoly,
}

impl Parameters {
    pub(super) fn check(&self) -> Result<(), ParametersError> {
        let width = self.width;
        if !(1..=u128::BITS).contains(&width) {
            return Err(ParametersError::Width { found: width });
        }
        for (name, found) in [("poly", self.poly), ("init", self.init), ("xorout", self.xorout)] {
            if found.leading_zeros() < u128::BITS - width {
                return Err(ParametersError::TooWide { name, found, width });
            }
        }
        if self.poly == 0 { Err(ParametersError::NoPoly) } else { Ok(()) }
    }

    /// The value over everything that `feed` hands over. The register lies in the upper bits of a
    /// word, so that one table serves all widths, those below 8 too.
    pub(super) fn compute(&self, feed: Feed<'_>) -> u128 {
        let up = u128::BITS - self.width;
        let step = |v: u128| if v >> 127 == 1 { v << 1 ^ self.poly << up } else { v << 1 };
        let mut table = [0; 256];
        for (byte, entry) in (0_u128..).zip(&mut table) {
            *entry = (0..8).fold(byte << 120, |v, _| step(v));
        }
        let mut register = self.init << up;
        feed(&mut |bytes| {
            for &byte in bytes {
                let [top, ..] = register.to_be_bytes();
                let byte = if self.refin { byte.reverse_bits() } else { byte };
                register = register << 8
                    ^ table.get(usize::from(top ^ byte)).copied().or_never("256 entries, one for each byte");
            }
        });
        let register = if self.refout { register.reverse_bits() } else { register >> up };
        register ^ self.xorout
    }

    /// `v`·x mod P.
    pub(super) fn times_x(&self, v: u128) -> u128 {
        let top = 1 << (self.width - 1);
        let shifted = (v & !top) << 1;
        if v & top == 0 { shifted } else { shifted ^ self.poly }
    }

    /// `a`·`b` mod P.
    fn times(&self, a: u128, b: u128) -> u128 {
        (0..self.width).rev().fold(0, |sum, bit| self.times_x(sum) ^ if b >> bit & 1 == 1 { a } else { 0 })
    }

    /// xⁿ mod P.
    pub(super) fn x_to(&self, n: u128) -> u128 {
        let bits = u128::BITS - n.leading_zeros();
        // 1 mod P, which a register of one bit already has to reduce.
        (0..bits).rev().fold(1, |power, bit| {
            let square = self.times(power, power);
            if n >> bit & 1 == 1 { self.times_x(square) } else { square }
        })
    }

    /// ρ: bit reflection if `refout`, else identity.
    pub(super) fn output(&self, v: u128) -> u128 {
        if self.refout { v.reverse_bits() >> (u128::BITS - self.width) } else { v }
    }

    /// The register behind any data and its check value, in the order of transmission.
    pub(super) fn residue(&self) -> u128 {
        let xorout = self.output(self.xorout);
        self.output((0..self.width).fold(xorout, |v, _| self.times_x(v)))
    }
}

/// `CRC-16 (poly 0x1021, init 0x800D, refin, refout, xorout 0x1)`, zeros left out.
impl fmt::Display for Parameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CRC-{} (poly {:#X}", self.width, self.poly)?;
        if self.init != 0 {
            write!(f, ", init {:#X}", self.init)?;
        }
        for (flag, name) in [(self.refin, "refin"), (self.refout, "refout")] {
            if flag {
                write!(f, ", {name}")?;
            }
        }
        if self.xorout != 0 {
            write!(f, ", xorout {:#X}", self.xorout)?;
        }
        f.write_str(")")
    }
}
