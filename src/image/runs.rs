//! The runs of a text while it is read.

use alloc::vec::Vec;

use super::ahead::{Alike, Head};
use super::index::Run;
use crate::digits::Case;

/// The runs so far, in the order of the text.
pub(super) struct Runs {
    pub(super) list: Vec<Run>,
    /// The highest end of a run.
    pub(super) high: u64,
    /// Whether each record begins where all before it end, or behind that.
    pub(super) sorted: bool,
    /// The most there may be.
    pub(super) limit: u32,
}

/// More pieces of memory than the limit.
pub(super) struct TooMany;

/// A line that was read: its record's length and address, how long the line is, and its digits' case.
#[derive(Clone, Copy)]
pub(super) struct Line {
    pub(super) len: u8,
    pub(super) address: u32,
    pub(super) stride: usize,
    pub(super) case: Case,
}

impl Runs {
    pub(super) fn new(limit: u32) -> Self {
        Self { list: Vec::new(), high: 0, sorted: true, limit }
    }

    /// Adds a run of one record to the one that it continues, or as a new one. Of two regions that
    /// take turns, both are looked at. Whether it went to the last one.
    #[inline]
    pub(super) fn push(&mut self, run: Run) -> Result<bool, TooMany> {
        self.sorted &= run.start() >= self.high;
        self.high = self.high.max(run.end());
        if let Some(last) = self.list.last_mut() {
            if last.extend(run) {
                return Ok(true);
            }
        }
        if !self.sorted {
            if let [.., other, last] = self.list.as_mut_slice() {
                if other.extend(run) {
                    core::mem::swap(other, last);
                    return Ok(false);
                }
            }
        }
        if !u32::try_from(self.list.len()).is_ok_and(|runs| runs < self.limit) {
            return Err(TooMany);
        }
        self.list.push(run);
        Ok(false)
    }

    /// Reads on in `text` from offset `at` while each line looks just as the one before, which was added to the last
    /// run; how many lines there are.
    pub(super) fn ahead<H: Head>(&mut self, text: &[u8], at: usize, head: H, line: Line) -> u16 {
        let Line { len, address, stride, case } = line;
        let (Some(run), Some(rest)) = (self.list.last_mut(), text.get(at..)) else { return 0 };
        let crlf = text.get(at.wrapping_sub(2)) == Some(&b'\r');
        let lf = text.get(at.wrapping_sub(1)) == Some(&b'\n');
        let alike = Alike::new(head, len, stride, crlf, case).filter(|_| lf && usize::from(run.stride) == stride);
        let Some(alike) = alike else { return 0 };
        let more = alike.following(rest, address, u16::MAX - run.records);
        run.records += more;
        self.high = self.high.max(run.end());
        more
    }
}
