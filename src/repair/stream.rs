//! The bytes that a checksum is computed over, in the order they are fed, and where in that stream
//! each address lies.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::ops::ControlFlow;

use zeroize::Zeroizing;

use super::choices::{Gaps, Order, Own, Tail};
use super::description::Repair;
use super::error::RepairErrorKind;
use super::store::Store;
use crate::addr::{Span, SpanError};
use crate::check::CheckValue;
use crate::image::{Container, Erased, GapError};
use crate::never::OrNever;
use crate::width;

/// The most missing bytes that one checksum fills.
const MOST_FILL: u64 = 1 << 28;

/// The most bytes that a tail is filled to a multiple of.
const MOST_TAIL: u64 = 1 << 16;

/// Part of what a repair covers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    /// Of the repair's ranges in other images, the one that it is of.
    other: Option<usize>,
    span: Span,
    /// Bytes of its own word, to be left out or to count as a constant.
    own: bool,
}

/// The value of a check over an image, and where in its stream the image's bytes lie.
pub(super) struct Stream {
    pub(super) value: CheckValue,
    pub(super) len: u64,
    /// Contiguous bytes of the image, each with its position in the stream before it is turned.
    pub(super) pieces: Vec<Piece>,
}

/// Contiguous bytes of an image in a stream.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    /// Of the repair's ranges in other images, the one that it is of.
    pub(super) other: Option<usize>,
    pub(super) span: Span,
    pub(super) position: u64,
}

/// The ranges of a repair, if they make sense.
pub(super) fn coverage(repair: &Repair) -> Result<Vec<Part>, RepairErrorKind> {
    let mut others = 0..;
    let spans =
        repair.ranges().map(|(image, range)| Ok((image, image.and_then(|_| others.next()), range.clone().try_into()?)));
    let spans = spans.collect::<Result<Vec<(Option<&str>, Option<usize>, Span)>, SpanError>>()?;
    if spans.is_empty() || spans.iter().any(|(.., span)| span.is_empty()) {
        return Err(RepairErrorKind::Empty);
    }
    let mut sorted: Vec<(Option<&str>, Span)> = spans.iter().map(|(image, _, span)| (*image, *span)).collect();
    sorted.sort_unstable();
    for pair in sorted.windows(2) {
        let [(one, a), (two, b)] = pair else { continue };
        if let Some(twice) = a.common(*b).filter(|_| one == two) {
            return Err(RepairErrorKind::Twice(twice));
        }
    }
    let unit = repair.unit();
    if let Tail::Zeros(tail) | Tail::Drop(tail) = repair.tail {
        if tail == 0 || tail > MOST_TAIL || tail % unit != 0 {
            return Err(RepairErrorKind::TailUnit { found: tail, unit, most: MOST_TAIL });
        }
    }
    let spans: Vec<(Option<usize>, Span)> = spans.into_iter().map(|(_, other, span)| (other, span)).collect();
    own(repair, &spans)
}

/// Cuts the ranges where a repair's own words lie in them.
fn own(repair: &Repair, spans: &[(Option<usize>, Span)]) -> Result<Vec<Part>, RepairErrorKind> {
    let mut words = repair.stores.iter().map(Store::span).collect::<Result<Vec<_>, _>>()?;
    words.sort_unstable();
    let own = || spans.iter().filter(|(other, _)| other.is_none());
    let covered = || own().flat_map(|(_, span)| words.iter().filter_map(|word| span.common(*word)));
    match (repair.own, covered().next()) {
        (Own::Outside, Some(own)) => return Err(RepairErrorKind::CoversItself(own)),
        (Own::Skip | Own::Fill(_), None) => return Err(RepairErrorKind::NotInside),
        (Own::Force(_), _) if words.len() > 1 => return Err(RepairErrorKind::ForcedCopies),
        (Own::Force(_), _) if !repair.steps.is_empty() => return Err(RepairErrorKind::ForcedSteps),
        (Own::Force(_), _) if repair.stores.iter().any(|store| store.encoding().is_some()) => {
            let encoding = repair.stores.iter().find_map(Store::encoding).map_or_else(String::new, ToString::to_string);
            return Err(RepairErrorKind::ForcedEncoding { encoding });
        }
        (Own::Force(_), _)
            if covered().map(Span::len).sum::<u64>() != words.iter().map(|word| word.len()).sum::<u64>() =>
        {
            return Err(RepairErrorKind::NotInside);
        }
        // What is forced is read as it is.
        (Own::Outside | Own::Force(_), _) => words.clear(),
        _ => {}
    }
    let mut parts = Vec::new();
    let mut push = |other, range: core::ops::Range<u64>, own| {
        let span = Span::try_from(range).ok().filter(|span| !span.is_empty());
        parts.extend(span.map(|span| Part { other, span, own }));
    };
    for (other, span) in spans {
        if other.is_some() {
            push(*other, span.start()..span.end(), false);
            continue;
        }
        let mut next = span.start();
        for word in words.iter().filter_map(|word| span.common(*word)) {
            push(None, next..word.start(), false);
            push(None, word.start()..word.end(), true);
            next = word.end();
        }
        push(None, next..span.end(), false);
    }
    Ok(parts)
}

/// Computes the check value of `image` over `parts`.
pub(super) fn compute(repair: &Repair, parts: &[Part], image: &dyn Container) -> Result<Stream, RepairErrorKind> {
    let mut walked = Ok(Walk::default());
    let value = repair.algorithm.compute(|take| walked = feed(repair, parts, image, take));
    let Walk { len, pieces, .. } = walked?;
    Ok(Stream { value, len, pieces })
}

/// What a word of `repair` should hold in `image` as it is, if that can be computed.
pub(crate) fn computed(repair: &Repair, image: &dyn Container) -> Option<CheckValue> {
    let parts = coverage(repair).ok()?;
    Some(repair.finished(compute(repair, &parts, image).ok()?.value))
}

/// Hands everything that is covered to `take`, in the order that is fed.
pub(super) fn feed(
    repair: &Repair,
    parts: &[Part],
    image: &dyn Container,
    take: &mut dyn FnMut(&[u8]),
) -> Result<Walk, RepairErrorKind> {
    let len = match repair.tail {
        // What is dropped must not be fed, so it has to be counted first.
        Tail::Drop(unit) => {
            let len = Walk::default().all(repair, parts, image, &mut |_| {})?.len;
            len - len % unit
        }
        _ => u64::MAX,
    };
    let mut turn = Turn { order: repair.order, room: len, kept: Zeroizing::default(), take };
    let mut walk = Walk::default().all(repair, parts, image, &mut |bytes| turn.push(bytes))?;
    if let Tail::Zeros(unit) = repair.tail {
        let zeros = walk.len.next_multiple_of(unit) - walk.len;
        (0..zeros).for_each(|_| turn.push(&[0]));
        walk.len += zeros;
    }
    turn.finish();
    walk.cut(len);
    Ok(walk)
}

/// Bytes on their way into a check: turned as the repair says, none beyond the room.
struct Turn<'t> {
    order: Order,
    room: u64,
    kept: Zeroizing<Vec<u8>>,
    take: &'t mut dyn FnMut(&[u8]),
}

impl Turn<'_> {
    fn push(&mut self, bytes: &[u8]) {
        let bytes = bytes.get(..width::index(self.room)).unwrap_or(bytes);
        self.room -= width::wide(bytes.len());
        if self.order == Order::Forward {
            return (self.take)(bytes);
        }
        self.kept.extend_from_slice(bytes);
        if self.order != Order::Backwards {
            self.swap();
        }
    }

    /// Feeds the whole units that were kept.
    fn swap(&mut self) {
        let unit = usize::try_from(self.order.unit()).unwrap_or(1);
        let len = self.kept.len() - self.kept.len() % unit;
        if let Some(whole) = self.kept.get_mut(..len) {
            whole.chunks_exact_mut(unit).for_each(<[u8]>::reverse);
            (self.take)(whole);
        }
        let _ = self.kept.drain(..len);
    }

    fn finish(&mut self) {
        if self.order == Order::Backwards {
            self.kept.reverse();
            (self.take)(&self.kept);
        } else {
            self.swap();
        }
    }
}

#[derive(Default)]
pub(super) struct Walk {
    pub(super) len: u64,
    filled: u64,
    pieces: Vec<Piece>,
    /// Bytes fed last, end to end in addresses too.
    run: Option<Span>,
    /// Of the repair's ranges in other images, the one that is fed.
    other: Option<usize>,
}

impl Walk {
    fn all(
        mut self,
        repair: &Repair,
        parts: &[Part],
        image: &dyn Container,
        take: &mut dyn FnMut(&[u8]),
    ) -> Result<Self, RepairErrorKind> {
        for part in parts {
            let name = |other: Option<usize>| other.and_then(|other| Some(repair.others.get(other)?.image.as_str()));
            if name(part.other) != name(self.other) {
                // Of two images no bytes are end to end.
                self.end_run(repair, false)?;
            }
            self.other = part.other;
            let image = own_or_other(repair, part, image)?;
            match repair.own {
                Own::Fill(byte) if part.own => self.fill(repair, part.span, Erased::byte(byte), take)?,
                _ if part.own => {}
                _ => self.range(repair, part.span, image, take)?,
            }
        }
        // The last run may end anywhere when it is said what becomes of its tail.
        self.end_run(repair, repair.tail != Tail::Error)?;
        Ok(self)
    }

    fn range(
        &mut self,
        repair: &Repair,
        range: Span,
        image: &dyn Container,
        take: &mut dyn FnMut(&[u8]),
    ) -> Result<(), RepairErrorKind> {
        let mut next = range.start();
        let mut result = Ok(());
        let _ = image.visit(range, &mut |address, bytes| {
            let len = width::wide(bytes.len());
            result = self.gap(repair, next, address, image, take).and_then(|()| self.piece(repair, address, len));
            if result.is_err() {
                return ControlFlow::Break(());
            }
            next = address.saturating_add(len);
            take(bytes);
            ControlFlow::Continue(())
        });
        result?;
        self.gap(repair, next, range.end(), image, take)
    }

    /// Notes bytes of the image.
    fn piece(&mut self, repair: &Repair, address: u64, len: u64) -> Result<(), RepairErrorKind> {
        let span = Span::new(address, len)?;
        let (other, position) = (self.other, self.len);
        let goes_on = |last: &&mut Piece| {
            (last.other, last.span.end(), last.position + last.span.len()) == (other, address, position)
        };
        match self.pieces.last_mut().filter(goes_on) {
            Some(last) => last.span = last.span.extended(len),
            None => self.pieces.push(Piece { other, span, position }),
        }
        self.extend(repair, span)
    }

    /// Notes bytes of any origin.
    fn extend(&mut self, repair: &Repair, span: Span) -> Result<(), RepairErrorKind> {
        self.len += span.len();
        match &mut self.run {
            Some(run) if run.end() == span.start() => *run = run.extended(span.len()),
            _ => {
                self.end_run(repair, false)?;
                self.run = Some(span);
            }
        }
        Ok(())
    }

    fn end_run(&mut self, repair: &Repair, ragged: bool) -> Result<(), RepairErrorKind> {
        let unit = repair.unit();
        match self.run.take() {
            Some(span) if span.start() % unit != 0 || !ragged && span.end() % unit != 0 => {
                Err(RepairErrorKind::Misaligned { span, unit })
            }
            _ => Ok(()),
        }
    }

    /// Does what is to be done about missing bytes, if there are any.
    fn gap(
        &mut self,
        repair: &Repair,
        from: u64,
        to: u64,
        image: &dyn Container,
        take: &mut dyn FnMut(&[u8]),
    ) -> Result<(), RepairErrorKind> {
        if from == to {
            return Ok(());
        }
        let pattern = match repair.gaps {
            Gaps::Error => {
                let error: Option<GapError> = Span::new(from, 1).ok().and_then(|byte| image.locate(byte).err());
                return error.map_or(Ok(()), |gap| {
                    Err(match self.other.and_then(|other| repair.others.get(other)) {
                        Some(other) => RepairErrorKind::GapOf { image: other.image.clone(), gap },
                        None => RepairErrorKind::Gap(gap),
                    })
                });
            }
            Gaps::Skip => return Ok(()),
            Gaps::Fill(byte) => Erased::byte(byte),
            Gaps::Pattern(pattern) => pattern,
        };
        self.filled = self.filled.saturating_add(to - from);
        if self.filled > MOST_FILL {
            return Err(RepairErrorKind::TooMuchFill { limit: MOST_FILL });
        }
        self.fill(repair, Span::try_from(from..to)?, pattern, take)
    }

    fn fill(
        &mut self,
        repair: &Repair,
        span: Span,
        pattern: Erased,
        take: &mut dyn FnMut(&[u8]),
    ) -> Result<(), RepairErrorKind> {
        self.extend(repair, span)?;
        let mut block = [0; 1024];
        let mut at = span.start();
        while at < span.end() {
            let len = width::index(span.end() - at).min(block.len());
            let part = block.get_mut(..len).or_never("no longer than the block");
            for (byte, address) in part.iter_mut().zip(at..) {
                *byte = pattern.at(address);
            }
            take(part);
            at = at.saturating_add(width::wide(len));
        }
        Ok(())
    }

    /// Forgets what lies behind `len`.
    fn cut(&mut self, len: u64) {
        self.len = self.len.min(len);
        for Piece { span, position, .. } in &mut self.pieces {
            let end = span.end().min(span.start().saturating_add(len.saturating_sub(*position)));
            *span = Span::try_from(span.start()..end).unwrap_or(*span);
        }
        self.pieces.retain(|piece| !piece.span.is_empty());
    }
}

/// The image that a part is of.
fn own_or_other<'i>(
    repair: &Repair,
    part: &Part,
    image: &'i dyn Container,
) -> Result<&'i dyn Container, RepairErrorKind> {
    let Some(other) = part.other.and_then(|other| repair.others.get(other)) else { return Ok(image) };
    image.other(&other.image).ok_or_else(|| RepairErrorKind::NoImage { image: other.image.clone() })
}
