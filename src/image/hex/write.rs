//! Memory to HEX text.

use alloc::vec;
use alloc::vec::Vec;

use thiserror::Error;

use super::file::Hex;
use super::line;
use crate::addr::{Address, Span};
use crate::digits::{self, Case};
use crate::image::container::Container;
use crate::image::line::{HEADER, kind};
use crate::image::sparse::Sparse;
use crate::never::OrNever;
use crate::width;

/// How HEX text is written. [`Default`]: 16 bytes a record, not aligned, CR LF, upper case, type 04.
///
/// ```
/// use nameplate::image::{Merge, Sparse, hex::{LineEnd, Style}};
///
/// let memory = Sparse::from_pieces([(0x0800_0006, &[1, 2, 3, 4][..])], Merge::Error)?;
/// let style = Style { record_len: 8, align: true, line_end: LineEnd::Lf, ..Style::default() };
/// assert_eq!(style.to_vec(&memory)?, b":020000040800F2\n:020006000102F5\n:020008000304EF\n:00000001FF\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// The most data bytes in a record, 1 to 255. No record passes the end of its 64 KiB.
    pub record_len: u8,
    /// Whether records begin at multiples of `record_len`, where the data does.
    pub align: bool,
    /// How lines end.
    pub line_end: LineEnd,
    /// The letter case of digits.
    pub case: Case,
    /// How addresses beyond 64 KiB are written.
    pub addressing: Addressing,
}

/// How a line ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineEnd {
    /// LF.
    Lf,
    /// CR LF.
    CrLf,
    /// CR.
    Cr,
}

/// How addresses beyond 64 KiB are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Addressing {
    /// With type 04 records: up to 4 GiB.
    Linear,
    /// With type 02 records: up to 1 MiB.
    Segment,
}

/// Why memory is not written as HEX text.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum WriteError {
    /// A record length of nothing.
    #[error("record length 0, expected 1 to 255")]
    RecordLen,
    /// An address beyond what the base records can give.
    #[error("data up to {}, but {} records give addresses below {}", Address(*.end), if *.limit > 0x10_0000 { "type 04" } else { "type 02" }, Address(*.limit))]
    Address {
        /// The end of the data.
        end: u64,
        /// Where addresses end.
        limit: u64,
    },
    /// A buffer that is too short.
    #[error("the buffer has {found} bytes, the text {expected}")]
    Buffer {
        /// Its length.
        found: usize,
        /// The length of the text.
        expected: usize,
    },
    /// More text than this machine can address.
    #[error("the text is too long for this machine")]
    TooLong,
}

impl Default for Style {
    fn default() -> Self {
        let (line_end, case) = (LineEnd::CrLf, Case::Upper);
        Self { record_len: 16, align: false, line_end, case, addressing: Addressing::Linear }
    }
}

impl LineEnd {
    /// The characters.
    pub const fn text(self) -> &'static [u8] {
        match self {
            Self::Lf => b"\n",
            Self::CrLf => b"\r\n",
            Self::Cr => b"\r",
        }
    }
}

impl Style {
    /// The style of a file: its most common record length, the end of its first line, the case of its
    /// first letter, and type 02 when it has no other base records.
    pub fn of(hex: &Hex<'_>) -> Self {
        let mut style = Self::default();
        let mut lens = [0_u64; 256];
        for run in &hex.index.runs {
            if let Some(count) = lens.get_mut(usize::from(run.full)) {
                *count += u64::from(run.records);
            }
        }
        // Of several, the shortest: the last of the greatest is taken.
        let most = (1..=u8::MAX).rev().max_by_key(|&len| lens.get(usize::from(len)).copied());
        style.record_len = most.filter(|_| !hex.index.runs.is_empty()).unwrap_or(style.record_len);
        let (mut segment, mut linear, mut letter) = (false, false, None);
        for (at, line) in (line::Lines { text: hex.text, at: 0 }) {
            if at == 0 {
                let ends = [LineEnd::Lf, LineEnd::Cr];
                style.line_end = ends.into_iter().find(|end| end.text() == line.end).unwrap_or(LineEnd::CrLf);
            }
            let Some(record) = line.record() else { continue };
            segment |= record.kind == kind::SEGMENT;
            linear |= record.kind == kind::LINEAR;
            let at = at + line.lead;
            let text = hex.text.get(at..at + record.text_len()).or_never("the record was read");
            letter = letter.or_else(|| text.iter().find(|byte| byte.is_ascii_alphabetic()));
        }
        if segment && !linear && hex.extent().is_none_or(|extent| extent.end() <= 1 << 20) {
            style.addressing = Addressing::Segment;
        }
        if letter.is_some_and(u8::is_ascii_lowercase) {
            style.case = Case::Lower;
        }
        style
    }

    /// How long the text of `memory` is.
    ///
    /// # Errors
    /// When it cannot be written in this style.
    pub fn text_len(self, memory: &Sparse) -> Result<usize, WriteError> {
        let limit = match self.addressing {
            Addressing::Linear => 1 << 32,
            Addressing::Segment => 1 << 20,
        };
        if self.record_len == 0 {
            return Err(WriteError::RecordLen);
        }
        if let Some(extent) = memory.extent().filter(|extent| extent.end() > limit) {
            return Err(WriteError::Address { end: extent.end(), limit });
        }
        let (mut base, mut len) = (0, 0_u64);
        for (span, _) in blocks(memory) {
            if span.start() >> 16 != base {
                base = span.start() >> 16;
                len += self.line_len(2);
            }
            let (first, full, rest) = self.cut(span);
            let some = |bytes: u64| if bytes > 0 { self.line_len(bytes) } else { 0 };
            len += some(first) + full * self.line_len(self.record_len.into()) + some(rest);
        }
        let start = memory.start();
        len += [start.segment, start.linear].into_iter().flatten().map(|_| self.line_len(4)).sum::<u64>();
        usize::try_from(len + self.line_len(0)).map_err(|_| WriteError::TooLong)
    }

    /// Writes the text of `memory` to the begin of `out`; how long it is.
    ///
    /// # Errors
    /// When it cannot be written in this style, or `out` is shorter; `out` is then as it was.
    pub fn write_into(self, memory: &Sparse, out: &mut [u8]) -> Result<usize, WriteError> {
        let (expected, found) = (self.text_len(memory)?, out.len());
        let Some(out) = out.get_mut(..expected) else { return Err(WriteError::Buffer { found, expected }) };
        let mut lines = Lines { out, style: self };
        let mut base = 0_u16;
        for (span, bytes) in blocks(memory) {
            let [_, _, _, _, b3, b2, b1, b0] = span.start().to_be_bytes();
            let (upper, mut address) = (u16::from_be_bytes([b3, b2]), u16::from_be_bytes([b1, b0]));
            if upper != base {
                base = upper;
                match self.addressing {
                    Addressing::Linear => lines.record(kind::LINEAR, 0, &upper.to_be_bytes()),
                    Addressing::Segment => lines.record(kind::SEGMENT, 0, &(upper << 12).to_be_bytes()),
                }
            }
            let (first, ..) = self.cut(span);
            let (first, rest) = bytes.split_at_checked(width::index(first)).or_never("a part of the block");
            if !first.is_empty() {
                lines.record(kind::DATA, address, first);
                address = address.wrapping_add(u16::try_from(first.len()).or_never("fewer than a record has"));
            }
            lines.data(address, rest);
        }
        let start = memory.start();
        if let Some(start) = start.segment {
            lines.record(kind::START_SEGMENT, 0, &start.to_be_bytes());
        }
        if let Some(start) = start.linear {
            lines.record(kind::START_LINEAR, 0, &start.to_be_bytes());
        }
        lines.record(kind::EOF, 0, &[]);
        Ok(expected)
    }

    /// The text of `memory`.
    ///
    /// # Errors
    /// When it cannot be written in this style.
    pub fn to_vec(self, memory: &Sparse) -> Result<Vec<u8>, WriteError> {
        let mut out = vec![0; self.text_len(memory)?];
        self.write_into(memory, &mut out).map(|_| out)
    }

    /// One record as a line.
    pub(super) fn line(self, kind: u8, address: u16, data: &[u8]) -> Vec<u8> {
        let len = self.line_len(width::wide(data.len()));
        let mut out = vec![0; width::index(len)];
        Lines { out: &mut out, style: self }.record(kind, address, data);
        out
    }

    /// How long the line of a record is.
    fn line_len(self, bytes: u64) -> u64 {
        2 * bytes + width::wide(HEADER + 2 + self.line_end.text().len())
    }

    /// How many bytes of `span` lie in front of the first full record, how many full records there
    /// are, and how many bytes lie behind them.
    fn cut(self, span: Span) -> (u64, u64, u64) {
        let len = u64::from(self.record_len);
        let first = if self.align { (len - span.start() % len) % len } else { 0 }.min(span.len());
        (first, (span.len() - first) / len, (span.len() - first) % len)
    }
}

/// The parts of the segments that lie in one 64 KiB block each.
fn blocks(memory: &Sparse) -> impl Iterator<Item = (Span, &[u8])> {
    memory.segments().flat_map(|(mut span, mut bytes)| {
        core::iter::from_fn(move || {
            let end = span.end().min((span.start() | 0xFFFF).saturating_add(1));
            let block = Span::try_from(span.start()..end).ok().filter(|block| !block.is_empty())?;
            let (part, rest) = bytes.split_at_checked(usize::try_from(block.len()).ok()?)?;
            span = Span::try_from(end..span.end()).ok()?;
            bytes = rest;
            Some((block, part))
        })
    })
}

/// Text that is being written: what is left of it.
struct Lines<'o> {
    out: &'o mut [u8],
    style: Style,
}

impl Lines<'_> {
    /// Takes the next `len` characters.
    fn take(&mut self, len: usize) -> &mut [u8] {
        let (taken, rest) =
            core::mem::take(&mut self.out).split_at_mut_checked(len).or_never("there is room for all lines");
        self.out = rest;
        taken
    }

    /// One record, with its line end.
    fn record(&mut self, kind: u8, address: u16, data: &[u8]) {
        let (eol, case) = (self.style.line_end.text(), self.style.case);
        let out = self.take(HEADER + 2 * data.len() + 2 + eol.len());
        put_line(out, kind, address, data, case, eol);
    }

    /// Data records from `address` on, of the style's length; the last one may be shorter.
    fn data(&mut self, mut address: u16, data: &[u8]) {
        let Style { record_len, line_end, case, .. } = self.style;
        let (len, eol) = (usize::from(record_len), line_end.text());
        let mut records = data.chunks_exact(len);
        let size = HEADER + 2 * len + 2 + eol.len();
        let text = self.take(data.len() / len * size);
        for (out, data) in text.chunks_exact_mut(size).zip(&mut records) {
            // The usual lengths at a known size, which compilers make vector code of.
            match (data.first_chunk::<16>(), data.first_chunk::<32>()) {
                (Some(data), _) if len == 16 => put_line(out, kind::DATA, address, data, case, eol),
                (_, Some(data)) if len == 32 => put_line(out, kind::DATA, address, data, case, eol),
                _ => put_line(out, kind::DATA, address, data, case, eol),
            }
            address = address.wrapping_add(u16::from(record_len));
        }
        if !records.remainder().is_empty() {
            self.record(kind::DATA, address, records.remainder());
        }
    }
}

/// One record into a line of its length.
#[inline]
fn put_line(out: &mut [u8], kind: u8, address: u16, data: &[u8], case: Case, eol: &[u8]) {
    let [high, low] = address.to_be_bytes();
    let len = u8::try_from(data.len()).unwrap_or(u8::MAX);
    let Some((colon, out)) = out.split_first_mut() else { return };
    *colon = b':';
    let Some((header, out)) = out.split_at_mut_checked(8) else { return };
    digits::encode(&[len, high, low, kind], header, case);
    let Some((digits, out)) = out.split_at_mut_checked(2 * data.len()) else { return };
    digits::encode(data, digits, case);
    let sum = data
        .iter()
        .fold(len.wrapping_add(high).wrapping_add(low).wrapping_add(kind), |sum, byte| sum.wrapping_add(*byte));
    let Some((check, out)) = out.split_at_mut_checked(2) else { return };
    check.copy_from_slice(&digits::pair(sum.wrapping_neg(), case));
    out.copy_from_slice(eol);
}
