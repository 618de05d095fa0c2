//! What a stamp touched, for a second pass over the device: only those bytes as HEX, or the whole
//! write units around them.
//!
//! [`Stamped::writes`](crate::plan::Stamped::writes) gives the places and bytes of a unit;
//! [`delta`] makes a HEX file of them, [`write_unit`] widens them for flash with error correction.

pub mod delta;
pub mod write_unit;
