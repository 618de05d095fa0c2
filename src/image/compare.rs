//! Where two images differ.

use core::fmt;
use core::ops::ControlFlow;

use super::container::Container;
use super::sparse::Sparse;
use crate::addr::{Address, Span};

/// Bytes in a row that two images do not have alike: all differ, or only one image has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// Where they lie.
    pub span: Span,
    /// The first of them in one image, if it has them.
    pub first: Option<u8>,
    /// The same in the other.
    pub second: Option<u8>,
}

/// `at 0x08001000: 0xFF and no byte`.
impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at {}: ", Address(self.span.start()))?;
        for (byte, before) in [(self.first, ""), (self.second, " and ")] {
            match byte {
                Some(byte) => write!(f, "{before}{byte:#04X}")?,
                None => write!(f, "{before}no byte")?,
            }
        }
        Ok(())
    }
}

/// Where two images of one build first differ within `span`; often that is what fills a gap.
///
/// ```
/// use nameplate::{Span, image::{Hex, Raw, difference}};
///
/// let hex = Hex::parse(b":020000000102FB\n:0100040005F6\n:00000001FF\n")?;
/// let bin = Raw::new(&[1, 2, 0xFF, 0xFF, 5], 0)?;
/// assert_eq!(difference(&hex, &bin, Span::new(0, 2)?), None);
/// let first = difference(&hex, &bin, Span::new(0, 5)?).unwrap();
/// assert_eq!(first.to_string(), "at 0x00000002: no byte and 0xFF");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn difference(first: &dyn Container, second: &dyn Container, span: Span) -> Option<Difference> {
    let mut found = None;
    let _ = differences(first, second, span, &mut |difference| {
        found = Some(difference);
        ControlFlow::Break(())
    });
    found
}

/// Hands all differences of two images within `span` to `each`, in ascending order, until `each` breaks.
pub fn differences(
    first: &dyn Container,
    second: &dyn Container,
    span: Span,
    each: &mut dyn FnMut(Difference) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let (one, two) = (Sparse::within(first, span), Sparse::within(second, span));
    let (mut left, mut right) = (one.segments(), two.segments());
    let (mut a, mut b) = (left.next(), right.next());
    loop {
        let start = |segment: Option<(Span, &[u8])>| segment.map_or(u64::MAX, |(span, _)| span.start());
        let from = start(a).min(start(b));
        // Up to where the next segment begins, or one of those here ends.
        let until = [a, b]
            .into_iter()
            .flatten()
            .fold(u64::MAX, |until, (span, _)| until.min(if span.start() > from { span.start() } else { span.end() }));
        let (bytes, others) = (take(&mut a, from, until), take(&mut b, from, until));
        match (bytes, others) {
            (None, None) => return ControlFlow::Continue(()),
            (Some(bytes), Some(others)) => unequal(from, bytes, others, each)?,
            (bytes, others) => {
                if let Ok(span) = Span::try_from(from..until) {
                    let first = |bytes: Option<&[u8]>| bytes.and_then(|bytes| bytes.first().copied());
                    each(Difference { span, first: first(bytes), second: first(others) })?;
                }
            }
        }
        a = a.or_else(|| left.next());
        b = b.or_else(|| right.next());
    }
}

/// Takes the bytes from `from` to `until` away from a segment that begins there.
fn take<'s>(segment: &mut Option<(Span, &'s [u8])>, from: u64, until: u64) -> Option<&'s [u8]> {
    let (span, bytes) = segment.filter(|(span, _)| span.start() == from)?;
    let (taken, rest) = bytes.split_at_checked(usize::try_from(until - from).ok()?)?;
    *segment = Span::try_from(until..span.end()).ok().filter(|span| !span.is_empty()).map(|span| (span, rest));
    Some(taken)
}

/// The runs of bytes that differ.
fn unequal(
    from: u64,
    bytes: &[u8],
    others: &[u8],
    each: &mut dyn FnMut(Difference) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let mut address = from;
    let pairs: &mut dyn Iterator<Item = (&u8, &u8)> = &mut bytes.iter().zip(others);
    let mut run: Option<(u64, u8, u8)> = None;
    let mut tell = |run: Option<(u64, u8, u8)>, end: u64| match run {
        Some((start, first, second)) => Span::try_from(start..end).map_or(ControlFlow::Continue(()), |span| {
            each(Difference { span, first: Some(first), second: Some(second) })
        }),
        None => ControlFlow::Continue(()),
    };
    for (&one, &two) in pairs {
        if one == two {
            tell(run.take(), address)?;
        } else {
            run = run.or(Some((address, one, two)));
        }
        address += 1;
    }
    tell(run, address)
}
