//! Which records of a text hold which addresses: of HEX, S-record and TI-TXT files.

use alloc::vec::Vec;

use crate::digits;
use crate::never::OrNever;
use crate::width;

/// Data records of one form and length, evenly spaced in the text, that follow each other in memory; or a
/// part of one record. 16 bytes, so that the index of the worst text stays smaller than the text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Run {
    /// Where the first record begins in the text: at its mark.
    pub(super) at: u32,
    /// Address of the first byte; those of all these files have 32 bits.
    pub(super) address: u32,
    /// How many records.
    pub(super) records: u16,
    /// Characters from one record's begin to the next one's.
    pub(super) stride: u16,
    /// Data bytes of each record that are meant; not zero.
    pub(super) len: u8,
    /// Data bytes in front of those.
    pub(super) skip: u8,
    /// All data bytes of each record.
    pub(super) full: u8,
    /// How each record is written.
    pub(super) form: Form,
}

/// How a record is written, in one byte: how many characters stand in front of the first digit of its data, and
/// from one byte's digits to the next one's; both below 16.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Form(u8);

impl Form {
    /// Two digits a byte, with nothing between them.
    pub(super) const fn dense(header: u8) -> Self {
        Self::spaced(header, 2)
    }

    /// A byte every `step` characters.
    pub(super) const fn spaced(header: u8, step: u8) -> Self {
        Self(step << 4 | header & 0xF)
    }

    fn header(self) -> usize {
        usize::from(self.0 & 0xF)
    }

    fn step(self) -> usize {
        usize::from(self.0 >> 4)
    }
}

/// Where a part of one record lies in the text.
#[derive(Clone, Copy, Default)]
pub(super) struct Part {
    /// Where the record begins.
    pub(super) line: usize,
    /// Offset of the first digit.
    pub(super) at: usize,
    /// How many bytes.
    pub(super) len: usize,
    /// Characters from one byte's digits to the next one's.
    pub(super) step: usize,
    /// Offset of what stands behind the data: the record sum, where records have one.
    pub(super) sum: usize,
}

/// The parts of the records of a run, one after the other.
pub(super) struct Parts {
    run: Run,
    line: usize,
    /// How many of the first record's bytes are not meant.
    within: usize,
    /// How many bytes are left.
    left: usize,
}

impl Iterator for Parts {
    type Item = Part;

    #[inline]
    fn next(&mut self) -> Option<Part> {
        let Run { len, skip, full, stride, form, .. } = self.run;
        let (data, step) = (self.line + form.header(), form.step());
        let part = Part {
            line: self.line,
            at: data + step * (usize::from(skip) + self.within),
            len: (usize::from(len) - self.within).min(self.left),
            step,
            sum: data + step * usize::from(full),
        };
        self.line += usize::from(stride);
        self.left -= part.len;
        self.within = 0;
        (part.len > 0).then_some(part)
    }
}

impl Run {
    pub(super) fn start(&self) -> u64 {
        u64::from(self.address)
    }

    pub(super) fn end(&self) -> u64 {
        self.start() + u64::from(self.records) * u64::from(self.len)
    }

    /// Where record `index` begins.
    pub(super) fn line(&self, index: u64) -> usize {
        width::index(u64::from(self.at) + index * u64::from(self.stride))
    }

    /// Adds a record that follows in memory, if it is spaced as the others are.
    #[inline]
    pub(super) fn extend(&mut self, next: Self) -> bool {
        let alike = (self.len, self.full, self.skip, self.form) == (next.len, next.full, next.skip, next.form);
        if self.end() != next.start() || !alike {
            return false;
        }
        let Some(distance) = next.at.checked_sub(self.at) else { return false };
        let (stride, Some(records)) = (u32::from(self.stride), self.records.checked_add(1)) else { return false };
        match u16::try_from(distance) {
            Ok(stride) if self.records == 1 => self.stride = stride,
            _ if distance == stride.wrapping_mul(u32::from(self.records)) => {}
            _ => return false,
        }
        self.records = records;
        true
    }

    /// The part of one record that lies in `address..end`, `address` being one of the run's.
    pub(super) fn part(&self, address: u64, end: u64) -> Part {
        self.parts(address, end).next().or_never("the address is one of the run's, and in front of the end")
    }

    /// The parts of records that lie in `address..end`, `address` being one of the run's.
    pub(super) fn parts(&self, address: u64, end: u64) -> Parts {
        let offset = address.saturating_sub(self.start());
        let len = u64::from(self.len);
        let (index, within) = if offset == 0 { (0, 0) } else { (offset / len, offset % len) };
        let left = width::index(end.min(self.end()).saturating_sub(address));
        Parts { run: *self, line: self.line(index), within: width::index(within), left }
    }

    /// The run in pieces that end at or begin at `address`: whole records before it, one record's
    /// part before and behind it, whole records behind it.
    fn split(self, address: u64) -> [Option<Self>; 4] {
        let len = u64::from(self.len);
        let offset = address.saturating_sub(self.start()).min(self.end() - self.start());
        let (whole, within) = (offset / len, offset % len);
        // Each fits the field that it comes from.
        let from = |index: u64, records: u64, skip: u64, len: u64| {
            (records > 0).then(|| Self {
                at: u32::try_from(self.line(index)).or_never("the line is one of the run's"),
                address: u32::try_from(self.start() + index * u64::from(self.len) + skip)
                    .or_never("the address is one of the run's"),
                records: u16::try_from(records).or_never("no more records than the run has"),
                len: u8::try_from(len).or_never("no more bytes than a record has"),
                skip: self.skip.saturating_add(u8::try_from(skip).or_never("no more bytes than a record has")),
                ..self
            })
        };
        let cut = u64::from(within > 0);
        [
            from(0, whole, 0, len),
            from(whole, cut, 0, within),
            from(whole, cut, within, len - within),
            from(whole + cut, u64::from(self.records) - whole - cut, 0, len),
        ]
    }
}

/// All data of a text, by address.
#[derive(Clone, Default)]
pub(super) struct Index {
    /// In the order of addresses, none overlapping.
    pub(super) runs: Vec<Run>,
    /// What says again what another run says, in the order of addresses; and the highest end up to
    /// and with it.
    copies: Vec<(Run, u64)>,
}

/// Two records for one byte: the one given first, in the text, and the other one.
pub(super) struct Clash {
    pub(super) first: Part,
    pub(super) second: Part,
    pub(super) address: u64,
    /// The first byte that differs: its address, what the second one says, and the first one.
    pub(super) differs: Option<(u64, u8, u8)>,
}

impl Index {
    /// Sorts runs by address, unless they are known to be in order and to share nothing. Runs that share
    /// bytes are refused, unless copies are allowed and they say the same.
    pub(super) fn new(text: &[u8], mut runs: Vec<Run>, sorted: bool, copies: bool) -> Result<Self, Clash> {
        runs.shrink_to_fit();
        if sorted {
            return Ok(Self { runs, copies: Vec::new() });
        }
        sort(&mut runs);
        let clash = runs.windows(2).position(|pair| matches!(pair, [one, two] if two.start() < one.end()));
        if let Some(first) = clash {
            if !copies {
                return Err(match runs.get(first..first + 2) {
                    Some(&[one, two]) => clash_of(text, one, two, two.start()),
                    _ => return Ok(Self::default()),
                });
            }
            return Self::with_copies(text, &runs);
        }
        Ok(Self { runs, copies: Vec::new() })
    }

    /// Of sorted runs that overlap, the first to give a byte is kept, the others become copies.
    fn with_copies(text: &[u8], sorted: &[Run]) -> Result<Self, Clash> {
        let mut index = Self::default();
        let mut end = 0;
        let copies = sorted.iter().map(|run| {
            let [before, copied, ..] = run.split(end);
            end = end.max(run.end());
            usize::from(before.is_some()) + usize::from(copied.is_some())
        });
        index.copies.reserve_exact(copies.sum());
        end = 0;
        for run in sorted {
            let [before, copied, fresh, after] = run.split(end);
            index.copies.extend([before, copied].into_iter().flatten().map(|copy| (copy, 0)));
            index.runs.extend([fresh, after].into_iter().flatten());
            end = end.max(run.end());
        }
        index.copies.sort_unstable_by_key(|(copy, _)| (copy.address, copy.at));
        let mut last = 0;
        for (copy, reach) in &mut index.copies {
            last = copy.end().max(last);
            *reach = last;
        }
        for (copy, _) in &index.copies {
            index.compare(text, copy)?;
        }
        index.runs.shrink_to_fit();
        Ok(index)
    }

    /// Whether a copy says what the runs say.
    fn compare(&self, text: &[u8], copy: &Run) -> Result<(), Clash> {
        let mut address = copy.start();
        for run in self.runs.get(self.from(address)..).or_never("a place in the list, or its end") {
            while address < copy.end().min(run.end()) {
                let one = run.part(address, copy.end());
                let two = copy.part(address, address + width::wide(one.len));
                for offset in 0..two.len {
                    if byte_at(text, one, offset) != byte_at(text, two, offset) {
                        return Err(clash_of(text, *run, *copy, address + width::wide(offset)));
                    }
                }
                address += width::wide(two.len.max(1));
            }
            if address >= copy.end() {
                break;
            }
        }
        Ok(())
    }

    /// The index of the first run that ends behind `address`.
    pub(super) fn from(&self, address: u64) -> usize {
        self.runs.partition_point(|run| run.end() <= address)
    }

    /// The runs that hold bytes of `start..end`, beginning with the one that ends behind `start`.
    pub(super) fn runs_from(&self, start: u64) -> &[Run] {
        self.runs.get(self.from(start)..).or_never("a place in the list, or its end")
    }

    /// The copies that hold bytes of `start..end`, and perhaps some before it.
    pub(super) fn copies(&self, start: u64, end: u64) -> impl Iterator<Item = &Run> {
        let first = self.copies.partition_point(|(_, reach)| *reach <= start);
        let copies = self.copies.get(first..).or_never("a place in the list, or its end").iter().map(|(run, _)| run);
        copies.take_while(move |run| run.start() < end)
    }

    /// Where the byte at `address` is given first, in the order of the text's addresses.
    pub(super) fn part(&self, address: u64) -> Option<Part> {
        let run = self.runs_from(address).first().filter(|run| run.start() <= address)?;
        Some(run.part(address, run.end()))
    }
}

/// Sorts runs by address; those of one address stay in the order of the text.
#[inline(never)]
fn sort(runs: &mut Vec<Run>) {
    if runs.is_sorted_by_key(|run| run.address) {
        return;
    }
    if runs.len() < 4096 || runs.is_sorted_by(|a, b| a.address > b.address) {
        return runs.sort_by_key(|run| run.address);
    }
    // Many pieces: by eleven bits of the address after the other, from the lowest.
    let mut sorted = runs.clone();
    for shift in [0, 11, 22] {
        let digit = |run: &Run| width::index(u64::from(run.address >> shift & 0x7FF));
        let mut places = [0_usize; 0x800];
        for run in runs.iter() {
            if let Some(count) = places.get_mut(digit(run)) {
                *count += 1;
            }
        }
        if places.contains(&runs.len()) {
            continue;
        }
        let mut end = 0;
        for place in &mut places {
            end += core::mem::replace(place, end);
        }
        for run in runs.iter() {
            let Some(place) = places.get_mut(digit(run)) else { continue };
            if let Some(to) = sorted.get_mut(*place) {
                *to = *run;
            }
            *place += 1;
        }
        core::mem::swap(runs, &mut sorted);
    }
}

/// Byte `offset` of a part.
fn byte_at(text: &[u8], part: Part, offset: usize) -> u8 {
    let at = part.at + part.step * offset;
    digits::value(text.get(at..at + 2).or_never("the digits were read"))
}

/// What is to say of two runs that both have the byte at `address`.
fn clash_of(text: &[u8], one: Run, two: Run, address: u64) -> Clash {
    let (a, b) = (one.part(address, one.end()), two.part(address, two.end()));
    let (first, second) = if a.line < b.line { (a, b) } else { (b, a) };
    let bytes = (0..first.len.min(second.len)).map(|n| (n, byte_at(text, second, n), byte_at(text, first, n)));
    let differs =
        bytes.filter(|(_, here, there)| here != there).map(|(n, here, there)| (address + width::wide(n), here, there));
    let differs = differs.take(1).next();
    Clash { first, second, address, differs }
}

#[cfg(test)]
mod tests {
    use std::prelude::v1::*;

    use super::*;

    /// Few runs and many, in no order, in order, backwards and some at one address: as by a stable sort.
    #[test]
    fn sorted_and_those_of_one_address_in_the_order_of_the_text() {
        let spread = |n: u32| n.wrapping_mul(0x9E37_79B9);
        let orders: [fn(u32, u32) -> u32; 5] = [
            |n, _| n.wrapping_mul(0x9E37_79B9),
            |n, _| n.wrapping_mul(0x9E37_79B9) >> 21,
            |n, _| n.wrapping_mul(0x9E37_79B9) & !0x7FF,
            |n, _| n,
            |n, len| len - n,
        ];
        for len in [0, 1, 2, 4095, 4096, 5000, 20_000] {
            for (at, order) in orders.iter().enumerate() {
                let run = |n: u32| Run {
                    at: spread(n),
                    address: order(n, len),
                    records: 1,
                    stride: 0,
                    len: 1,
                    skip: 0,
                    full: 1,
                    form: Form::dense(9),
                };
                let mut runs: Vec<Run> = (0..len).map(run).collect();
                let mut expected: Vec<(u32, usize)> = runs.iter().map(|run| run.address).zip(0..).collect();
                expected.sort_unstable();
                let expected: Vec<(u32, u32)> = expected.iter().map(|&(address, n)| (address, runs[n].at)).collect();
                sort(&mut runs);
                let found: Vec<(u32, u32)> = runs.iter().map(|run| (run.address, run.at)).collect();
                assert!(found == expected, "{len} in order {at}");
            }
        }
    }
}
