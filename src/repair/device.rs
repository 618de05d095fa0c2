//! The checksum of a whole device, as programmers show it on their screens: a sum of its memory.

use core::ops::ControlFlow;

use crate::addr::Span;
use crate::image::{Container, Erased};
use crate::value::ByteOrder;
use crate::width;

/// Memory that counts: which, in words of how many bytes, and which of their bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeviceMemory {
    span: Span,
    /// Bytes in a word: 1 or 2.
    word: u64,
    order: ByteOrder,
    mask: u64,
}

impl DeviceMemory {
    /// All bits of single bytes.
    pub const fn bytes(span: Span) -> Self {
        Self { span, word: 1, order: ByteOrder::Little, mask: 0xFF }
    }

    /// The bits of `mask` of words of two bytes, the first at an even address: configuration words have bits
    /// that do not count.
    pub const fn words(span: Span, order: ByteOrder, mask: u16) -> Self {
        let [low, high] = mask.to_le_bytes();
        Self { span, word: 2, order, mask: u64::from_le_bytes([low, high, 0, 0, 0, 0, 0, 0]) }
    }
}

/// The sum of a device's memory, what the image does not have erased. Programmers show its lowest 16 or 32 bits.
///
/// ```
/// use nameplate::{ByteOrder, Span, image::{Erased, Sparse}};
/// use nameplate::repair::{DeviceMemory, device_sum};
///
/// // A blank PIC16F1459 (Microchip, PIC16(L)F145X Memory Programming Specification): 8192 words, two configuration words.
/// let words = |word: u64, words: u64, mask| {
///     Ok::<_, nameplate::addr::SpanError>(DeviceMemory::words(Span::new(2 * word, 2 * words)?, ByteOrder::Little, mask))
/// };
/// let device = [words(0, 0x2000, 0x3FFF)?, words(0x8007, 1, 0x3EFF)?, words(0x8008, 1, 0x3FF3)?];
/// let blank = Erased::pattern(&[0xFF, 0x3F]).unwrap();
/// assert_eq!(device_sum(&Sparse::default(), &device, blank) & 0xFFFF, 0x5EF2);
/// # Ok::<(), nameplate::addr::SpanError>(())
/// ```
///
/// An operator compares it with the screen; it guards nothing, as it does not find bytes that change places.
/// Not promised: code protection, which some parts sum in another way.
pub fn device_sum(image: &dyn Container, memory: &[DeviceMemory], erased: Erased) -> u64 {
    memory.iter().fold(0, |sum, part| sum.wrapping_add(part.sum(image, erased)))
}

impl DeviceMemory {
    fn sum(&self, image: &dyn Container, erased: Erased) -> u64 {
        let mut sum = 0_u64;
        let mut next = self.span.start();
        let _ = image.visit(self.span, &mut |address, bytes| {
            sum = sum.wrapping_add(self.blank(next, address, erased));
            for (byte, at) in bytes.iter().zip(address..) {
                sum = sum.wrapping_add(self.part(at, *byte));
            }
            next = address.saturating_add(width::wide(bytes.len()));
            ControlFlow::Continue(())
        });
        sum.wrapping_add(self.blank(next, self.span.end(), erased))
    }

    /// What one byte adds.
    fn part(&self, address: u64, byte: u8) -> u64 {
        let lane = address % self.word;
        let lane = if self.order == ByteOrder::Big { self.word - 1 - lane } else { lane };
        (u64::from(byte) << (8 * lane)) & self.mask
    }

    /// What the erased bytes of a gap add, without going through it: the pattern repeats after at most 12 bytes.
    fn blank(&self, start: u64, end: u64, erased: Erased) -> u64 {
        const PERIOD: u64 = 12;
        let len = end.saturating_sub(start);
        let add = |from: u64, len: u64| {
            (from..from.saturating_add(len)).fold(0_u64, |sum, at| sum.wrapping_add(self.part(at, erased.at(at))))
        };
        let whole = len / PERIOD;
        add(start, PERIOD.min(len)).wrapping_mul(whole).wrapping_add(add(start, len % PERIOD))
    }
}
