//! What a programmer gets for each unit besides a whole image: one entry of a list, or only what
//! changed.
//!
//! A feed is no image: the entries of a list are all for the same place, one for each device.

pub mod delta;
pub mod sqtp;
