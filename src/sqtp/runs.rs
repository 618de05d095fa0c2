//! Where the units of a file lie: a file as programs write it is one run of evenly spaced lines.

use alloc::vec::Vec;

use crate::image::HEADER;
use crate::never::OrNever;
use crate::width;

/// Where each unit's line begins, and which line of the text it is.
#[derive(Clone, Default)]
pub(super) struct Runs {
    /// In the order of the text, none empty.
    runs: Vec<Run>,
    units: usize,
}

/// Units whose lines follow each other, evenly spaced.
#[derive(Clone, Copy)]
struct Run {
    /// The first one.
    unit: usize,
    /// Where its line begins.
    at: usize,
    /// Which line that is, counted from 1.
    line: usize,
    /// Characters from one line to the next.
    stride: usize,
}

impl Run {
    /// Where the line of a later unit begins, and which one it is.
    fn place(self, unit: usize) -> (usize, usize) {
        let units = unit - self.unit;
        (self.at + units * self.stride, self.line + units)
    }
}

impl Runs {
    /// How many units there are.
    pub(super) fn len(&self) -> usize {
        self.units
    }

    /// Adds units from `at` on, in line `line`, each line of `stride` characters.
    pub(super) fn push(&mut self, at: usize, line: usize, stride: usize, units: usize) {
        if units == 0 {
            return;
        }
        // A run goes on with a line in its place; of several, each has to be.
        let last = self.runs.last().filter(|last| last.place(self.units) == (at, line));
        if last.is_none_or(|last| units > 1 && last.stride != stride) {
            self.runs.push(Run { unit: self.units, at, line, stride });
        }
        self.units += units;
    }

    /// Where the line of a unit begins, and which one it is.
    #[inline]
    pub(super) fn place(&self, unit: usize) -> Option<(usize, usize)> {
        let run = match self.runs.as_slice() {
            [run] => run,
            runs => runs.get(runs.partition_point(|run| run.unit <= unit).checked_sub(1)?)?,
        };
        (unit < self.units).then(|| run.place(unit))
    }
}

/// The payloads of a text: where each unit's digits lie.
#[derive(Clone)]
pub(super) struct Payloads<'t> {
    pub(super) text: &'t [u8],
    pub(super) runs: Runs,
    /// Bytes of each.
    pub(super) len: u8,
}

impl<'t> Payloads<'t> {
    pub(super) fn is_empty(&self) -> bool {
        self.runs.len() == 0
    }

    /// The digits of a unit's payload.
    #[inline]
    pub(super) fn digits(&self, unit: u32) -> &'t [u8] {
        let place = self.runs.place(width::index(unit.into()));
        let digits = |at| self.text.get(at + HEADER..at + HEADER + 2 * usize::from(self.len));
        place.and_then(|(at, _)| digits(at)).or_never("a unit that was read")
    }
}

#[cfg(test)]
mod tests {
    use std::prelude::v1::*;

    use super::*;

    #[test]
    fn runs_begin_where_lines_do_not_follow_evenly() {
        let mut runs = Runs::default();
        assert_eq!((runs.len(), runs.place(0)), (0, None));
        // A longer line end, a line in between, the other line end from there on, nothing.
        let lines = [
            (7, 2, 10, 1),
            (17, 3, 10, 5),
            (67, 8, 11, 1),
            (78, 9, 10, 1),
            (99, 11, 11, 1),
            (110, 12, 11, 3),
            (143, 15, 11, 0),
        ];
        let mut expected = Vec::new();
        for (at, line, stride, units) in lines {
            runs.push(at, line, stride, units);
            expected.extend((0..units).map(|unit| Some((at + unit * stride, line + unit))));
        }
        assert_eq!((runs.len(), runs.runs.len()), (12, 3));
        expected.push(None);
        assert_eq!((0..13).map(|unit| runs.place(unit)).collect::<Vec<_>>(), expected);
    }
}
