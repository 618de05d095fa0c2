//! Why there is no such address, block or pool.

use alloc::string::String;

use thiserror::Error;

use super::address::{Eui48, Eui64};
use super::block::Block;

/// Why there is no such address, block or pool.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum EuiError {
    /// A number of more than 48 bits.
    #[error("{n:#X} has more than the 48 bits of an EUI-48")]
    Wide {
        /// The number.
        n: u64,
    },
    /// Text that is none of the four forms.
    #[error(
        "found `{found}`, expected an EUI-48 as 34-56-78-9A-BC-DE, 34:56:78:9a:bc:de, 3456.789a.bcde or 3456789ABCDE"
    )]
    Text {
        /// The text.
        found: String,
    },
    /// Text that is none of the four forms of an EUI-64.
    #[error(
        "found `{found}`, expected an EUI-64 as 70-B3-D5-7E-D0-00-00-01, 70:b3:d5:7e:d0:00:00:01, 70b3.d57e.d000.0001 or 70B3D57ED0000001"
    )]
    Text64 {
        /// The text.
        found: String,
    },
    /// Text that is not of the form asked for.
    #[error("found `{found}`, expected the form {expected}")]
    Form {
        /// The text.
        found: String,
        /// An example of the form.
        expected: &'static str,
    },
    /// Text that is no prefix.
    #[error("found prefix `{found}`, expected 6 (MA-L), 7 (MA-M) or 9 (MA-S) hexadecimal digits")]
    Prefix {
        /// The text.
        found: String,
    },
    /// A prefix with too many bits.
    #[error("prefix {prefix:#X} has more than {bits} bits")]
    PrefixWide {
        /// The prefix.
        prefix: u64,
        /// The bits of such a prefix.
        bits: u32,
    },
    /// A prefix of group addresses.
    #[error("the prefix has the I/G bit set: its addresses would be those of groups, not of devices")]
    Group,
    /// A prefix of local addresses.
    #[error("the prefix has the U/L bit set: its addresses are administered locally, and not unique")]
    Local,
    /// A prefix that is no CID.
    #[error("prefix {prefix:06X} is no CID, whose second digit is A")]
    NoCid {
        /// The prefix.
        prefix: u64,
    },
    /// An address of a CID, which has none.
    #[error("{block} has no EUI: a company ID makes local addresses only")]
    Cid {
        /// The block.
        block: Block,
    },
    /// An address behind the block's last.
    #[error("{block} has {} addresses, none with index {index}", .block.len())]
    Index {
        /// The index.
        index: u64,
        /// The block.
        block: Block,
    },
    /// An EUI-64 behind the block's last.
    #[error("{block} has {} EUI-64, none with index {index}", .block.len64())]
    Index64 {
        /// The index.
        index: u64,
        /// The block.
        block: Block,
    },
    /// An EUI-64 that the mapping of an EUI-48 makes.
    #[error("{} is not handed out: FF-FE or FF-FF in its middle marks the mapping of an EUI-48, perhaps of somebody else's", .eui.hyphens())]
    Mapped {
        /// The address.
        eui: Eui64,
    },
    /// An EUI-48 that many devices have already.
    #[error("{} is not handed out: it is a placeholder ({known})", .eui.hyphens())]
    Placeholder48 {
        /// The address.
        eui: Eui48,
        /// Where it is known from.
        known: &'static str,
    },
    /// An EUI-64 that many devices have already.
    #[error("{} is not handed out: it is a placeholder ({known})", .eui.hyphens())]
    Placeholder64 {
        /// The address.
        eui: Eui64,
        /// Where it is known from.
        known: &'static str,
    },
    /// An address whose last octet does not take more.
    #[error("{eui} + {n} would pass the last octet, which firmware that adds to it does not carry out of")]
    LastOctet {
        /// The address.
        eui: String,
        /// What was to be added.
        n: u8,
    },
    /// A stride that passes the last octet for some units.
    #[error(
        "{stride} addresses for each unit, expected 1, 2, 4, … 256: with others the last octet of some units would carry"
    )]
    Carry {
        /// The stride.
        stride: u64,
    },
    /// Two blocks with the same addresses.
    #[error("{one} and {two} share addresses")]
    Overlap {
        /// The first.
        one: Block,
        /// The second.
        two: Block,
    },
    /// A stride that no unit can have.
    #[error("{stride} addresses for each unit, {block} allows 1 to {most}")]
    Stride {
        /// The stride.
        stride: u64,
        /// The block.
        block: Block,
        /// The most.
        most: u64,
    },
    /// A pool without blocks.
    #[error("no block of addresses")]
    NoBlock,
    /// A first number so large that the last would not be one.
    #[error("first number {first} leaves no numbers for all addresses")]
    First {
        /// The first number.
        first: u64,
    },
    /// A number below the first.
    #[error("number {n} lies before {first}, which has the first address")]
    Before {
        /// The number.
        n: u64,
        /// The first number.
        first: u64,
    },
    /// A number behind the last.
    #[error("number {n} has no address; the last that has one is {last}")]
    Exhausted {
        /// The number.
        n: u64,
        /// The last that has one.
        last: u64,
    },
}
