//! One entry per unit, for programmers that serialize themselves: many units, one address.
//!
//! A feed is no image: all its entries are for the same place, one for each device.

pub mod sqtp;
