//! The MD5 that a block may have, in both places where tools put it.

use super::block::Block;
use super::error::{Uf2Error, Uf2ErrorKind};
use super::flag;
use super::layout::{END, HEADER};
use crate::image::md5::{MD5, Md5At, md5};

/// Start and length of the region, and its MD5.
const LEN: usize = 8 + MD5;

/// The MD5s of a block, which cover its own payload: in the last 24 bytes of its data, as the specification says, or
/// right behind a payload that is shorter, as esptool has it.
pub(super) fn of(block: &Block<'_>) -> Result<impl Iterator<Item = Md5At> + use<>, Uf2Error> {
    if !block.has(flag::MD5) {
        return Ok([None, None].into_iter().flatten());
    }
    let (payload, offset) = (block.payload(), block.offset());
    let fail = |kind| Err(Uf2Error::at(block.index(), kind));
    let Some(digest) = md5(payload) else { return fail(Uf2ErrorKind::NoMd5) };
    let len = u32::try_from(payload.len()).unwrap_or(u32::MAX);
    let last = END - LEN;
    let (begin, end) = (HEADER, HEADER + payload.len());
    let right = |at: usize| {
        let region = block.word(at) == block.address() && block.word(at + 4) == len;
        let found = block.bytes().get(at + 8..at + LEN);
        let right = end <= at && at <= last && region && found == Some(&digest[..]);
        right.then(|| Md5At::new(offset + begin..offset + end, offset + at + 8))
    };
    match [right(end).filter(|_| end != last), right(last)] {
        [None, None] => fail(Uf2ErrorKind::Md5 { address: block.address(), len }),
        found => Ok(found.into_iter().flatten()),
    }
}
