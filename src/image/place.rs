//! Where the bytes of an address range lie in a file, and how they are read, written and put back.

use alloc::vec::Vec;
use core::ops::Range;

use super::md5::Md5At;
use crate::digits::{self, Case};
use crate::never::OrNever;

/// Where the bytes of one address range lie in a file. Found by
/// [`Container::locate`](super::Container::locate), and right for every file of the same layout.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    pieces: Vec<Piece>,
    /// What the file says of the bytes about them.
    md5s: Vec<Md5At>,
}

/// Bytes that lie together in the file. A byte may be in several pieces: a HEX file may give it twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// Where the first byte lies, or its first digit.
    pub(super) at: usize,
    /// Which byte of the range that is.
    pub(super) from: usize,
    /// How many bytes.
    pub(super) len: usize,
    pub(super) form: Form,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// The bytes as they are.
    Bytes,
    /// Two hexadecimal digits a byte, in a record whose sum has its two digits `sum` behind the first.
    Digits { sum: u16, case: Case },
    /// Two hexadecimal digits a byte, `step` characters from one to the next, and no sum.
    #[cfg_attr(not(feature = "ti-txt"), allow(dead_code, reason = "only TI-TXT is written so"))]
    Spaced { step: u8, case: Case },
}

impl Place {
    pub(super) fn push(&mut self, piece: Piece) {
        self.pieces.push(piece);
    }

    /// An MD5 in the file that covers bytes of this place.
    #[cfg_attr(not(feature = "uf2"), allow(dead_code, reason = "other formats have none"))]
    pub(super) fn push_md5(&mut self, md5: Md5At) {
        if !self.md5s.contains(&md5) {
            self.md5s.push(md5);
        }
    }

    /// Copies the bytes from `file` to `out`.
    pub(crate) fn get(&self, file: &[u8], out: &mut [u8]) {
        for piece in &self.pieces {
            let from = file.get(piece.at..).or_never("the place lies in the file");
            let to = out.get_mut(piece.from..).or_never("there is room for each piece").iter_mut().take(piece.len);
            match piece.form {
                Form::Bytes => to.zip(from).for_each(|(to, &byte)| *to = byte),
                Form::Digits { .. } => to.zip(from.chunks_exact(2)).for_each(|(to, pair)| *to = digits::value(pair)),
                Form::Spaced { step, .. } => to
                    .zip(from.chunks(step.max(2).into()))
                    .for_each(|(to, pair)| *to = digits::value(pair.get(..2).or_never("two digits each"))),
            }
        }
    }

    /// Writes `after` into `file` and mends the record sums over it by the difference from `before`,
    /// which is what the sums are right for; an MD5 over it is made anew.
    pub(crate) fn put(&self, file: &mut [u8], before: &[u8], after: &[u8]) {
        for piece in &self.pieces {
            let range = piece.from..piece.from + piece.len;
            let (Some(was), Some(part)) = (before.get(range.clone()), after.get(range)) else { return };
            match piece.form {
                Form::Bytes => {
                    if let Some(to) = file.get_mut(piece.at..piece.at + piece.len) {
                        to.copy_from_slice(part);
                    }
                }
                Form::Spaced { step, case } => {
                    let pairs = file.get_mut(piece.at..).or_never("it lies in the file").chunks_mut(step.max(2).into());
                    for (to, &byte) in pairs.zip(part) {
                        to.iter_mut().zip(digits::pair(byte, case)).for_each(|(to, digit)| *to = digit);
                    }
                }
                Form::Digits { sum, case } => put_digits(file, piece.at, was, part, piece.at + usize::from(sum), case),
            }
        }
        self.md5s.iter().for_each(|md5| md5.mend(file));
    }

    /// Where the record sums over this place, and the MD5s, lie in the file.
    pub(crate) fn sums(&self) -> impl Iterator<Item = Range<usize>> {
        let sums = self.pieces.iter().filter_map(|piece| match piece.form {
            Form::Bytes | Form::Spaced { .. } => None,
            Form::Digits { sum, .. } => {
                let sum = piece.at + usize::from(sum);
                Some(sum..sum + 2)
            }
        });
        sums.chain(self.md5s.iter().map(Md5At::place))
    }

    /// Where its bytes lie in the file, or their digits.
    pub(crate) fn text(&self) -> impl Iterator<Item = Range<usize>> {
        self.pieces.iter().map(|piece| match piece.form {
            Form::Bytes => piece.at..piece.at + piece.len,
            Form::Digits { .. } => piece.at..piece.at + 2 * piece.len,
            Form::Spaced { step, .. } => {
                piece.at..piece.at + usize::from(step) * piece.len.saturating_sub(1) + 2.min(2 * piece.len)
            }
        })
    }

    /// Makes `file` at this place what `template` is there, to the letter.
    pub(crate) fn restore(&self, template: &[u8], file: &mut [u8]) {
        for range in self.text().chain(self.sums()) {
            if let (Some(to), Some(from)) = (file.get_mut(range.clone()), template.get(range)) {
                to.copy_from_slice(from);
            }
        }
    }

    /// Gives what `file` has at this place the spelling of `template`, where both say the same: digits of either case.
    pub(crate) fn respell(&self, template: &[u8], file: &mut [u8]) {
        for range in self.text().chain(self.sums()) {
            if let (Some(to), Some(from)) = (file.get_mut(range.clone()), template.get(range)) {
                if to.eq_ignore_ascii_case(from) {
                    to.copy_from_slice(from);
                }
            }
        }
    }
}

#[inline]
fn put_digits(file: &mut [u8], at: usize, before: &[u8], after: &[u8], sum_at: usize, case: Case) {
    let mut change = 0_u8;
    let digits = file.get_mut(at..at + 2 * after.len()).or_never("the place lies in the file");
    for (pair, (&was, &byte)) in digits.chunks_exact_mut(2).zip(before.iter().zip(after)) {
        change = change.wrapping_add(was).wrapping_sub(byte);
        pair.copy_from_slice(&digits::pair(byte, case));
    }
    if let Some(pair) = file.get_mut(sum_at..sum_at + 2) {
        let sum = digits::value(pair).wrapping_add(change);
        if change != 0 {
            pair.copy_from_slice(&digits::pair(sum, case));
        }
    }
}
