//! What a text with an index has as an image: segments, places, and its bytes.

use alloc::vec::Vec;
use core::ops::ControlFlow;

use zeroize::Zeroize;

use super::container::{GapError, Visitor};
use super::index::{Index, Part, Run};
use super::place::{self, Piece, Place};
use crate::addr::Span;
use crate::digits;
use crate::never::OrNever;
use crate::width;

impl Index {
    /// The contiguous pieces of memory, in the order of their addresses.
    pub(super) fn segments(&self) -> impl Iterator<Item = Span> + '_ {
        let mut runs = self.runs.iter().peekable();
        core::iter::from_fn(move || {
            let first = runs.next()?;
            let mut end = first.end();
            while let Some(run) = runs.next_if(|run| run.start() == end) {
                end = run.end();
            }
            Span::try_from(first.start()..end).ok()
        })
    }

    /// From the lowest address to behind the highest.
    pub(super) fn extent(&self) -> Option<Span> {
        Span::try_from(self.runs.first()?.start()..self.runs.last()?.end()).ok()
    }

    /// Where the bytes of `span` lie, all copies of them; `form` says of a part how it is written.
    pub(super) fn locate(&self, span: Span, form: &dyn Fn(Part) -> place::Form) -> Result<Place, GapError> {
        let mut place = Place::default();
        let mut address = span.start();
        for run in self.runs_from(address) {
            if address >= span.end() || address < run.start() {
                break;
            }
            address = pieces(&mut place, run, span, address, form);
        }
        if address < span.end() {
            let next = self.from(address);
            let before = next.checked_sub(1).and_then(|last| self.runs.get(last)).map(Run::end);
            let after = self.runs.get(next).map(Run::start);
            return Err(GapError::new(address, before, after));
        }
        for copy in self.copies(span.start(), span.end()) {
            let _ = pieces(&mut place, copy, span, span.start().max(copy.start()), form);
        }
        Ok(place)
    }

    /// Hands the bytes of `text` that lie within `span` to `each`, in ascending order.
    pub(super) fn visit(&self, text: &[u8], span: Span, each: &mut Visitor<'_>) -> ControlFlow<()> {
        let mut buffer = Buffer { bytes: [0; BUFFER], len: 0, address: span.start() };
        for run in self.runs_from(span.start()) {
            let (address, end) = (run.start().max(span.start()), run.end().min(span.end()));
            if address >= end {
                break;
            }
            if buffer.end() != address {
                buffer.flush(each)?;
                buffer.address = address;
            }
            for part in run.parts(address, end) {
                if buffer.len + part.len > BUFFER {
                    let next = buffer.end();
                    buffer.flush(each)?;
                    buffer.address = next;
                }
                buffer.push(text, part);
            }
        }
        buffer.flush(each)
    }

    /// The parts of `spans` that the text lacks: ascending, none touching another. The first of them that passes
    /// 4 GiB is the error.
    pub(super) fn missing(&self, spans: &[Span]) -> Result<Vec<Span>, Span> {
        let mut spans = spans.to_vec();
        spans.sort_unstable();
        let mut missing: Vec<Span> = Vec::new();
        let mut add = |start: u64, end: u64| {
            let start = start.max(missing.last().map_or(0, |last| last.end()));
            let Ok(span) = Span::try_from(start..end) else { return };
            match missing.last_mut() {
                Some(last) if last.end() == start => *last = last.extended(span.len()),
                _ if span.is_empty() => {}
                _ => missing.push(span),
            }
        };
        for span in spans {
            if span.end() > 1 << 32 {
                return Err(span);
            }
            let mut address = span.start();
            for run in self.runs_from(address).iter().take_while(|run| run.start() < span.end()) {
                add(address, run.start());
                address = run.end();
            }
            add(address, span.end());
        }
        Ok(missing)
    }
}

/// Adds to `place` where `run` has the bytes of `span` from `address` on; where that ends.
fn pieces(place: &mut Place, run: &Run, span: Span, mut address: u64, form: &dyn Fn(Part) -> place::Form) -> u64 {
    for part in run.parts(address, span.end()) {
        let from = width::index(address - span.start());
        place.push(Piece { at: part.at, from, len: part.len, form: form(part) });
        address += width::wide(part.len);
    }
    address
}

/// How many bytes are decoded before they are handed on; at least the longest record.
const BUFFER: usize = 4096;

/// Decoded bytes that follow each other in memory. Wiped when dropped: they may be a unit's.
struct Buffer {
    bytes: [u8; BUFFER],
    len: usize,
    address: u64,
}

impl Buffer {
    fn end(&self) -> u64 {
        self.address + width::wide(self.len)
    }

    fn push(&mut self, text: &[u8], part: Part) {
        let out = self.bytes.get_mut(self.len..).or_never("no more bytes than there is room for");
        if part.step == 2 {
            let digits = text.get(part.at..part.at + 2 * part.len).or_never("the digits were read");
            self.len += digits::decode(digits, out);
            return;
        }
        let pairs = text.get(part.at..).or_never("the digits were read").chunks(part.step.max(2)).take(part.len);
        for (to, pair) in out.iter_mut().zip(pairs) {
            *to = digits::value(pair.get(..2).or_never("two digits each"));
            self.len += 1;
        }
    }

    fn flush(&mut self, each: &mut Visitor<'_>) -> ControlFlow<()> {
        let bytes = self.bytes.get(..self.len).or_never("no more bytes than there is room for");
        self.len = 0;
        if bytes.is_empty() { ControlFlow::Continue(()) } else { each(self.address, bytes) }
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        self.bytes.zeroize();
    }
}
