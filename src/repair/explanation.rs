//! What would be right in place of a description.

use core::fmt;

use super::choices::FeedOrder;
use crate::addr::Address;
use crate::check::Algorithm;
use crate::value::ByteOrder;

/// A description beside the one given, with which the template's own checksum is right.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Explanation {
    pub(super) change: Option<Changed>,
    /// The order of the word's bytes, if it is the other one.
    pub(super) order: Option<ByteOrder>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Changed {
    Algorithm(Algorithm),
    FeedOrder(FeedOrder),
    Steps(&'static str),
    Range(u64, u64),
}

/// `with bytes of each 4-byte word fed in reverse, stored big-endian`.
impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.change {
            None => {}
            Some(Changed::Algorithm(algorithm)) => write!(f, "as {algorithm}")?,
            Some(Changed::FeedOrder(FeedOrder::Forward)) => f.write_str("with bytes fed in the order of addresses")?,
            Some(Changed::FeedOrder(order)) => {
                write!(f, "with the bytes of each {}-byte word fed in reverse", order.unit())?;
            }
            Some(Changed::Steps(steps)) => f.write_str(steps)?,
            Some(Changed::Range(start, end)) => write!(f, "over {}..{}", Address(*start), Address(*end))?,
        }
        let order = match self.order {
            None => return Ok(()),
            Some(ByteOrder::Little) => "little-endian",
            Some(ByteOrder::Big) => "big-endian",
        };
        let comma = if self.change.is_some() { ", " } else { "" };
        write!(f, "{comma}stored {order}")
    }
}
