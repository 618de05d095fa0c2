//! Memory to S-record text.

use alloc::vec;
use alloc::vec::Vec;
use core::fmt;

use thiserror::Error;

use super::file::Srec;
use super::line::Lines;
use super::record::{MARK, Role};
use crate::addr::{Address, Span};
use crate::digits::{self, Case};
use crate::image::container::{Container, Start};
use crate::image::hex::LineEnd;
use crate::image::sparse::Sparse;
use crate::image::text::End;
use crate::never::OrNever;

/// How S-record text is written. [`Default`]: 16 bytes a record, not aligned, CR LF, upper case, S1 where that is
/// enough, an empty header, the number of records.
///
/// ```
/// use nameplate::image::{Merge, Sparse, srec::{Header, LineEnd, Style}};
///
/// let memory = Sparse::from_pieces([(0x0800_0000, &[1, 2, 3, 4][..])], Merge::Error)?;
/// let style = Style { line_end: LineEnd::Lf, header: Header::new(b"HDR"), ..Style::default() };
/// assert_eq!(style.to_vec(&memory)?, b"S00600004844521B\nS3090800000001020304E4\nS5030001FB\nS70500000000FA\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// The most data bytes in a record: 1 to 252, 251, 250 of S1, S2, S3.
    pub record_len: u8,
    /// Whether records begin at multiples of `record_len`, where the data does.
    pub align: bool,
    /// How lines end.
    pub line_end: LineEnd,
    /// The letter case of digits.
    pub case: Case,
    /// The least width of addresses; all records have a greater one where one needs it.
    pub width: Width,
    /// What the S0 record says; nothing for none.
    pub header: Option<Header>,
    /// Whether the number of data records is written: S5, or S6 where it is greater than 65,535.
    pub count: bool,
}

/// How many bits addresses have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Width {
    /// 16: S1, and S9 at the end.
    S1,
    /// 24: S2, and S8 at the end.
    S2,
    /// 32: S3, and S7 at the end.
    S3,
}

impl Width {
    const ALL: [Self; 3] = [Self::S1, Self::S2, Self::S3];

    /// Where addresses end.
    const fn end(self) -> u64 {
        match self {
            Self::S1 => 1 << 16,
            Self::S2 => 1 << 24,
            Self::S3 => 1 << 32,
        }
    }

    /// The least that has addresses up to `end`.
    pub(super) fn of(end: u64) -> Option<Self> {
        Self::ALL.into_iter().find(|width| end <= width.end())
    }

    /// The types of data, and of the end.
    pub(super) const fn kinds(self) -> (u8, u8) {
        match self {
            Self::S1 => (b'1', b'9'),
            Self::S2 => (b'2', b'8'),
            Self::S3 => (b'3', b'7'),
        }
    }

    /// The most data bytes that a record has room for.
    const fn most(self) -> u8 {
        match self {
            Self::S1 => 252,
            Self::S2 => 251,
            Self::S3 => 250,
        }
    }
}

/// What a header record (S0) says: up to 252 bytes, often the name of a file or a tool.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Header {
    bytes: [u8; 252],
    len: u8,
}

impl Header {
    /// These bytes; nothing when there are too many.
    pub fn new(bytes: &[u8]) -> Option<Self> {
        let mut this = Self { bytes: [0; 252], len: u8::try_from(bytes.len()).ok()? };
        this.bytes.get_mut(..bytes.len())?.copy_from_slice(bytes);
        Some(this)
    }

    /// Its bytes.
    pub fn bytes(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.len)).or_never("no more bytes than there is room for")
    }
}

impl Default for Header {
    fn default() -> Self {
        Self { bytes: [0; 252], len: 0 }
    }
}

/// `b"HDR"`.
impl fmt::Debug for Header {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "b\"{}\"", self.bytes().escape_ascii())
    }
}

/// Why memory is not written as S-record text.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum WriteError {
    /// A record length that there is not.
    #[error("record length {found}, expected 1 to {most} with addresses of this width")]
    RecordLen {
        /// The length.
        found: u8,
        /// The most that the records have room for.
        most: u8,
    },
    /// An address beyond what S3 records give.
    #[error("data up to {}, but S-records give addresses below 0x100000000", Address(*.end))]
    Address {
        /// The end of the data.
        end: u64,
    },
    /// More data records than S6 counts.
    #[error(
        "{records} data records, more than the 16,777,215 that an S6 record can count: write longer ones, or no count"
    )]
    Records {
        /// How many.
        records: u64,
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
        let (line_end, case, header) = (LineEnd::CrLf, Case::Upper, Some(Header::default()));
        Self { record_len: 16, align: false, line_end, case, width: Width::S1, header, count: true }
    }
}

/// What is written besides the data.
struct Frame {
    width: Width,
    records: u64,
    /// The start address; 0 for none.
    start: u32,
}

impl Style {
    /// The style of a file: its most common record length and address width, the end of its first line, the case of
    /// its first letter that is a digit, its first header, and whether it has a number of records.
    pub fn of(srec: &Srec<'_>) -> Self {
        let mut style = Self { case: srec.case, count: false, ..Self::default() };
        style.header = srec.header().and_then(|header| Header::new(&header));
        let (mut lens, mut widths) = ([0_u64; 256], [0_u64; 3]);
        let mut lines = Lines::new(srec.text);
        if let Some((_, line)) = lines.clone().next() {
            style.line_end = match line.end {
                End::Lf => LineEnd::Lf,
                End::Cr => LineEnd::Cr,
                End::CrLf | End::Missing => LineEnd::CrLf,
            };
        }
        for record in lines.by_ref().filter_map(|(_, line)| line.record()) {
            match record.role() {
                Role::Data => {
                    let width = Width::ALL.iter().position(|width| width.kinds().0 == record.kind);
                    if let Some(count) = width.and_then(|width| widths.get_mut(width)) {
                        *count += 1;
                    }
                    if let Some(count) = lens.get_mut(usize::from(record.len())) {
                        *count += 1;
                    }
                }
                Role::Count => style.count = true,
                _ => {}
            }
        }
        // Of several lengths the shortest, of several widths the greatest: the last of the greatest is taken.
        let most = (1..=u8::MAX).rev().max_by_key(|&len| lens.get(usize::from(len)).copied());
        style.record_len = most.filter(|_| !srec.index.runs.is_empty()).unwrap_or(style.record_len);
        let widest = Width::ALL.into_iter().zip(widths).max_by_key(|(_, count)| *count);
        style.width = widest.filter(|(_, count)| *count > 0).map_or(style.width, |(width, _)| width);
        style
    }

    /// What is written of `memory` besides the data.
    fn frame(&self, memory: &Sparse) -> Result<Frame, WriteError> {
        let Start { segment, linear } = memory.start();
        // CS:IP is the address that it stands for.
        let start = linear.or(segment.map(|start| (start >> 16 << 4) + (start & 0xFFFF))).unwrap_or(0);
        let end = memory.extent().map_or(0, Span::end).max(u64::from(start) + 1);
        let width = Width::of(end).ok_or(WriteError::Address { end })?.max(self.width);
        if !(1..=width.most()).contains(&self.record_len) {
            return Err(WriteError::RecordLen { found: self.record_len, most: width.most() });
        }
        let records = memory.segments().map(|(span, _)| self.records(span)).sum();
        if self.count && records > 0xFF_FFFF {
            return Err(WriteError::Records { records });
        }
        Ok(Frame { width, records, start })
    }

    /// How many records `span` takes.
    fn records(&self, span: Span) -> u64 {
        let first = self.first(span);
        u64::from(first > 0) + (span.len() - first).div_ceil(u64::from(self.record_len.max(1)))
    }

    /// How many bytes of `span` lie in front of the first record that is aligned.
    fn first(&self, span: Span) -> u64 {
        let len = u64::from(self.record_len.max(1));
        if self.align { (len - span.start() % len) % len } else { 0 }.min(span.len())
    }

    /// How long the text of `memory` is.
    ///
    /// # Errors
    /// When it cannot be written in this style.
    pub fn text_len(&self, memory: &Sparse) -> Result<usize, WriteError> {
        let frame = self.frame(memory)?;
        self.len_of(memory, &frame)
    }

    fn len_of(&self, memory: &Sparse, frame: &Frame) -> Result<usize, WriteError> {
        let (data, end) = frame.width.kinds();
        let around = |kind| u64::try_from(self.line_len(kind, 0)).unwrap_or(u64::MAX);
        let bytes: u64 = memory.segments().map(|(span, _)| span.len()).sum();
        let header = self.header.map_or(0, |header| around(b'0') + 2 * u64::from(header.len));
        let count = if self.count { around(count_kind(frame.records)) } else { 0 };
        let len = header + frame.records * around(data) + 2 * bytes + count + around(end);
        usize::try_from(len).map_err(|_| WriteError::TooLong)
    }

    /// Writes the text of `memory` to the begin of `out`; how long it is.
    ///
    /// # Errors
    /// When it cannot be written in this style, or `out` is shorter; `out` is then as it was.
    pub fn write_into(&self, memory: &Sparse, out: &mut [u8]) -> Result<usize, WriteError> {
        let frame = self.frame(memory)?;
        let (expected, found) = (self.len_of(memory, &frame)?, out.len());
        let Some(mut out) = out.get_mut(..expected) else { return Err(WriteError::Buffer { found, expected }) };
        let mut put = |kind, address: u64, bytes: &[u8]| {
            let len = self.line_len(kind, bytes.len());
            let (line, rest) =
                core::mem::take(&mut out).split_at_mut_checked(len).or_never("there is room for all lines");
            out = rest;
            self.put(line, kind, u32::try_from(address).unwrap_or(u32::MAX), bytes);
        };
        if let Some(header) = &self.header {
            put(b'0', 0, header.bytes());
        }
        let (data, end) = frame.width.kinds();
        for (span, bytes) in memory.segments() {
            let first = usize::try_from(self.first(span)).unwrap_or(0);
            let (first, rest) = bytes.split_at_checked(first).or_never("a part of the block");
            let mut address = span.start();
            for part in [first].into_iter().filter(|first| !first.is_empty()).chain(rest.chunks(self.record_len.into()))
            {
                put(data, address, part);
                address += u64::try_from(part.len()).unwrap_or(0);
            }
        }
        if self.count {
            put(count_kind(frame.records), frame.records, &[]);
        }
        put(end, frame.start.into(), &[]);
        Ok(expected)
    }

    /// The text of `memory`.
    ///
    /// # Errors
    /// When it cannot be written in this style.
    pub fn to_vec(&self, memory: &Sparse) -> Result<Vec<u8>, WriteError> {
        let mut out = vec![0; self.text_len(memory)?];
        self.write_into(memory, &mut out).map(|_| out)
    }

    /// One record as a line.
    pub(super) fn line(&self, kind: u8, address: u32, data: &[u8]) -> Vec<u8> {
        let mut out = vec![0; self.line_len(kind, data.len())];
        self.put(&mut out, kind, address, data);
        out
    }

    /// How long the line of a record is that has `bytes` of data.
    fn line_len(&self, kind: u8, bytes: usize) -> usize {
        MARK + 2 * address_len(kind) + 2 * bytes + 2 + self.line_end.text().len()
    }

    /// One record into a line of its length.
    #[inline]
    fn put(&self, out: &mut [u8], kind: u8, address: u32, data: &[u8]) {
        let case = self.case;
        let width = address_len(kind);
        let address = address.to_be_bytes();
        let address = address.get(4 - width..).or_never("an address is four bytes at most");
        let count = u8::try_from(width + data.len() + 1).unwrap_or(u8::MAX);
        let Some((mark, out)) = out.split_first_chunk_mut::<MARK>() else { return };
        let [c1, c0] = digits::pair(count, case);
        *mark = [b'S', kind, c1, c0];
        let Some((header, out)) = out.split_at_mut_checked(2 * width) else { return };
        digits::encode(address, header, case);
        let Some((text, out)) = out.split_at_mut_checked(2 * data.len()) else { return };
        digits::encode(data, text, case);
        let sum = address.iter().chain(data).fold(count, |sum, byte| sum.wrapping_add(*byte));
        let Some((check, out)) = out.split_at_mut_checked(2) else { return };
        check.copy_from_slice(&digits::pair(!sum, case));
        out.copy_from_slice(self.line_end.text());
    }
}

/// How many bytes the address of a type has.
fn address_len(kind: u8) -> usize {
    super::record::width(kind).map_or(0, usize::from)
}

/// The type of the record for a number of records.
pub(super) fn count_kind(records: u64) -> u8 {
    if records > 0xFFFF { b'6' } else { b'5' }
}
