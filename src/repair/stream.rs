//! The bytes that a checksum is computed over, in the order they are fed, and where in that stream
//! each address lies.

use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::{Gaps, Repair, RepairErrorKind};
use crate::addr::Span;
use crate::image::{Container, GapError};

/// The most missing bytes that one checksum fills.
const MOST_FILL: u64 = 1 << 28;

/// The value of a check over an image, and where in its stream the image's bytes lie.
pub(super) struct Stream {
    pub(super) value: u128,
    pub(super) len: u64,
    /// Contiguous bytes of the image, each with its position in the stream.
    pub(super) pieces: Vec<(Span, u64)>,
}

/// The ranges of a repair, if they make sense.
pub(super) fn coverage(repair: &Repair) -> Result<Vec<Span>, RepairErrorKind> {
    let spans = repair.over.iter().cloned().map(Span::try_from).collect::<Result<Vec<_>, _>>()?;
    if spans.is_empty() || spans.iter().any(|span| span.is_empty()) {
        return Err(RepairErrorKind::Empty);
    }
    let mut sorted = spans.clone();
    sorted.sort_unstable();
    for pair in sorted.windows(2) {
        if let Some(twice) = pair.first().zip(pair.last()).and_then(|(a, b)| a.common(*b)) {
            return Err(RepairErrorKind::Twice(twice));
        }
    }
    if let Some(own) = spans.iter().find_map(|span| span.common(repair.span().ok()?)) {
        return Err(RepairErrorKind::CoversItself(own));
    }
    Ok(spans)
}

/// Computes the check value of `image` over `spans`.
pub(super) fn compute(repair: &Repair, spans: &[Span], image: &dyn Container) -> Result<Stream, RepairErrorKind> {
    let mut walk = Walk { gaps: repair.gaps, unit: repair.algorithm.unit(), len: 0, filled: 0, pieces: Vec::new() };
    let mut result = Ok(());
    let value = repair.algorithm.compute(|take| {
        result = spans.iter().try_for_each(|&span| walk.range(span, image, take));
    });
    result?;
    Ok(Stream { value, len: walk.len, pieces: walk.pieces })
}

struct Walk {
    gaps: Gaps,
    unit: u64,
    len: u64,
    filled: u64,
    pieces: Vec<(Span, u64)>,
}

impl Walk {
    fn range(
        &mut self,
        range: Span,
        image: &dyn Container,
        take: &mut dyn FnMut(&[u8]),
    ) -> Result<(), RepairErrorKind> {
        let unit = self.unit;
        let uneven = |span: Span| span.start() % unit != 0 || span.end() % unit != 0;
        // Filled bytes make words too.
        if matches!(self.gaps, Gaps::Fill(_)) && uneven(range) {
            return Err(RepairErrorKind::Misaligned { span: range, unit });
        }
        let first = self.pieces.len();
        let mut next = range.start();
        let mut result = Ok(());
        let _ = image.visit(range, &mut |address, bytes| {
            result = self.gap(next, address, image, take);
            if result.is_err() {
                return ControlFlow::Break(());
            }
            next = self.bytes(address, bytes, first);
            take(bytes);
            ControlFlow::Continue(())
        });
        result?;
        self.gap(next, range.end(), image, take)?;
        let pieces = self.pieces.get(first..).unwrap_or_default();
        match pieces.iter().find(|(span, _)| uneven(*span)) {
            Some(&(span, _)) => Err(RepairErrorKind::Misaligned { span, unit }),
            None => Ok(()),
        }
    }

    /// Notes bytes of the image; returns the address behind them.
    fn bytes(&mut self, address: u64, bytes: &[u8], first: usize) -> u64 {
        let len = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let end = address.saturating_add(len);
        match self.pieces.get_mut(first..).and_then(<[_]>::last_mut) {
            Some((span, _)) if span.end() == address => {
                *span = Span::try_from(span.start()..end).unwrap_or(*span);
            }
            _ => {
                if let Ok(span) = Span::new(address, len) {
                    self.pieces.push((span, self.len));
                }
            }
        }
        self.len += len;
        end
    }

    /// Does what is to be done about missing bytes, if there are any.
    fn gap(
        &mut self,
        from: u64,
        to: u64,
        image: &dyn Container,
        take: &mut dyn FnMut(&[u8]),
    ) -> Result<(), RepairErrorKind> {
        let missing = to - from;
        if missing == 0 {
            return Ok(());
        }
        match self.gaps {
            Gaps::Error => {
                let error: Option<GapError> = Span::new(from, 1).ok().and_then(|byte| image.locate(byte).err());
                error.map_or(Ok(()), |gap| Err(RepairErrorKind::Gap(gap)))
            }
            Gaps::Skip => Ok(()),
            Gaps::Fill(byte) => {
                self.filled = self.filled.saturating_add(missing);
                if self.filled > MOST_FILL {
                    return Err(RepairErrorKind::TooMuchFill { limit: MOST_FILL });
                }
                let block = [byte; 1024];
                let mut rest = usize::try_from(missing).unwrap_or_default();
                while rest > 0 {
                    let part = rest.min(block.len());
                    take(block.get(..part).unwrap_or_default());
                    rest -= part;
                }
                self.len += missing;
                Ok(())
            }
        }
    }
}
