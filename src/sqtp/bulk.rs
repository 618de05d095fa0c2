//! Many lines at once, into the caller's buffer: nothing is allocated for a line.

use alloc::vec;
use alloc::vec::Vec;
use core::fmt;
use core::ops::Range;

use thiserror::Error;
use zeroize::Zeroize;

use super::word::word;
use super::writer::{FOOTER, Sqtp};
use crate::digits::{self, Case};
use crate::encode::{EncodeError, Encoding};
use crate::never::OrNever;
use crate::range::Numbers;
use crate::value::{INLINE, Source, Value, ValueKind};
use crate::width;

/// The text of an SQTP file, piece by piece: header, one line for each device, footer.
///
/// ```
/// use nameplate::sqtp::{Address, Profile, Sqtp};
/// use nameplate::{Encoding, range::Numbers};
///
/// let encoding = Encoding::retlw14(Encoding::u32_be());
/// let sqtp = Sqtp::new(Profile::from_name("pic16-userid").unwrap(), Address::Device(0x8000), &encoding)?;
/// let mut lines = sqtp.counter(Numbers::of(0xDEAD_BEEF, 1000)?)?;
/// let (mut text, mut buffer) = (Vec::new(), [0; 4096]);
/// loop {
///     match lines.fill(&mut buffer)? {
///         0 => break,
///         len => text.extend_from_slice(&buffer[..len]),
///     }
/// }
/// assert_eq!(text, sqtp.counter(Numbers::of(0xDEAD_BEEF, 1000)?)?.to_vec()?);
/// assert!(text.starts_with(b":020000040001F9\r\n:08000000DE34AD34BE34EF34F0\r\n"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// The lines of a range of numbers depend on nothing else: threads may each fill their own part, with
/// [`body`](Self::body).
#[derive(Clone, Debug)]
pub struct Lines<'s, P> {
    sqtp: &'s Sqtp,
    payloads: P,
    header: bool,
    footer: bool,
}

/// What gives each device's payload: a [`Counter`] or [`Values`]. Sealed.
pub trait Payloads: sealed::Payloads {}

mod sealed {
    use super::{LineError, Sqtp};

    #[allow(unnameable_types, reason = "that is what seals it")]
    pub trait Payloads {
        /// How many payloads are left.
        fn left(&self) -> u128;
        /// Writes the next lines over all of `out`, which has room for a whole number of them.
        fn write(&mut self, sqtp: &Sqtp, out: &mut [u8]) -> Result<(), LineError>;
    }
}

/// Why there is no line.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum LineError {
    /// A number without a value.
    #[error("unit {number}: {message}")]
    Source {
        /// The number.
        number: u64,
        /// What the source says.
        message: alloc::string::String,
    },
    /// A number that the source has no value for, found before the first line.
    #[error("the last number is {found}, and {last} the last one that has a value")]
    Exhausted {
        /// The last number asked for.
        found: u128,
        /// The last number with a value.
        last: u128,
    },
    /// A payload of several fields, which one number or value does not make.
    #[error("a line of {found} fields, expected one; write such lines one by one")]
    Fields {
        /// How many fields.
        found: usize,
    },
    /// A value that does not go into the payload.
    #[error("unit {number}: {error}")]
    Encode {
        /// The number.
        number: u128,
        /// Why.
        error: EncodeError,
    },
    /// A buffer that does not hold the next piece.
    #[error("a buffer of {found} bytes, and the next piece has {expected}")]
    Buffer {
        /// Its length.
        found: usize,
        /// The length of the piece.
        expected: usize,
    },
    /// More text than this machine can address.
    #[error("the text is too long for this machine")]
    TooLong,
}

impl Sqtp {
    /// The file of devices that get these numbers.
    ///
    /// # Errors
    /// When the encoding takes no integers, or not the last of these.
    pub fn counter(&self, numbers: Numbers) -> Result<Lines<'_, Counter<'_>>, LineError> {
        let mut counter = Counter::new(self, numbers, self.only()?);
        // Of a number that fits, all smaller ones do.
        if let Some(last) = numbers.last() {
            counter.load(self, last)?;
        }
        Ok(self.framed(counter))
    }

    /// The file of devices that get the values of `source` for `numbers`.
    ///
    /// # Errors
    /// When the source has no value for the last number, or the first or last value does not go into
    /// the payload.
    pub fn values<'s, S: Source>(
        &'s self,
        source: &'s S,
        numbers: Range<u64>,
    ) -> Result<Lines<'s, Values<'s, S>>, LineError> {
        let mut values = Values::new(self, source, &numbers, self.only()?);
        if let Some(last) = numbers.end.checked_sub(1).filter(|_| !numbers.is_empty()) {
            if last > source.last() {
                return Err(LineError::Exhausted { found: last.into(), last: source.last().into() });
            }
            for number in [numbers.start, last] {
                values.load(self, number)?;
            }
        }
        Ok(self.framed(values))
    }

    /// The encoding of the only field.
    fn only(&self) -> Result<&Encoding, LineError> {
        match self.encodings.as_slice() {
            [encoding] => Ok(encoding),
            encodings => Err(LineError::Fields { found: encodings.len() }),
        }
    }

    fn framed<P>(&self, payloads: P) -> Lines<'_, P> {
        Lines { sqtp: self, payloads, header: true, footer: true }
    }
}

impl<P: Payloads> Lines<'_, P> {
    /// The lines of the devices alone, without header and footer.
    #[must_use]
    pub fn body(self) -> Self {
        Self { header: false, footer: false, ..self }
    }

    /// How many devices are left.
    pub fn left(&self) -> u128 {
        self.payloads.left()
    }

    /// How many characters are left.
    ///
    /// # Errors
    /// When there are more than this machine can address.
    pub fn text_len(&self) -> Result<usize, LineError> {
        let lines = usize::try_from(self.left()).ok().and_then(|left| left.checked_mul(self.sqtp.line_len()));
        let header = if self.header { self.sqtp.header().len() } else { 0 };
        let footer = if self.footer { FOOTER.len() } else { 0 };
        lines.and_then(|lines| lines.checked_add(header + footer)).ok_or(LineError::TooLong)
    }

    /// Writes as many whole lines as fit to the begin of `out`; how many characters that is. Nothing
    /// when all were written.
    ///
    /// # Errors
    /// When not even one piece fits, or a number has no value. What `out` then holds is not said, and
    /// the devices before it are to be taken as handed out.
    pub fn fill(&mut self, out: &mut [u8]) -> Result<usize, LineError> {
        let mut done = 0;
        if self.header {
            done += put(&self.sqtp.header(), out)?;
            self.header = false;
        }
        let len = self.sqtp.line_len();
        let rest = out.get_mut(done..).or_never("no more than was written");
        let found = rest.len();
        let lines = usize::try_from(self.left()).map_or(found / len, |left| left.min(found / len));
        if let Some(lines) = rest.get_mut(..lines * len).filter(|lines| !lines.is_empty()) {
            self.payloads.write(self.sqtp, lines)?;
        }
        done += lines * len;
        if self.left() > 0 {
            return if done > 0 { Ok(done) } else { Err(LineError::Buffer { found, expected: len }) };
        }
        if self.footer {
            match put(FOOTER, out.get_mut(done..).or_never("no more than was written")) {
                Ok(len) => {
                    done += len;
                    self.footer = false;
                }
                Err(error) if done == 0 => return Err(error),
                Err(_) => {}
            }
        }
        Ok(done)
    }

    /// All that is left.
    ///
    /// # Errors
    /// When a number has no value, or the text is too long.
    pub fn to_vec(mut self) -> Result<Vec<u8>, LineError> {
        let mut out = vec![0; self.text_len()?];
        self.fill(&mut out).map(|_| out)
    }
}

/// Header, lines and footer, each with its line end.
impl<P: Payloads> Iterator for Lines<'_, P> {
    type Item = Result<Vec<u8>, LineError>;

    fn next(&mut self) -> Option<Self::Item> {
        let len = match (self.header, self.left()) {
            (true, _) => self.sqtp.header().len(),
            (false, 1..) => self.sqtp.line_len(),
            (false, 0) if self.footer => FOOTER.len(),
            _ => return None,
        };
        // Not enough for the next piece as well.
        let mut out = vec![0; len];
        Some(self.fill(&mut out).map(|_| out))
    }
}

fn put(piece: &[u8], out: &mut [u8]) -> Result<usize, LineError> {
    let found = out.len();
    let to = out.get_mut(..piece.len()).ok_or(LineError::Buffer { found, expected: piece.len() })?;
    to.copy_from_slice(piece);
    Ok(piece.len())
}

/// Numbers as payloads, as the encoding has them.
#[derive(Clone, Debug)]
pub struct Counter<'s> {
    encoding: &'s Encoding,
    numbers: Numbers,
    /// How many were written.
    done: u128,
    payload: Vec<u8>,
    line: Vec<u8>,
    /// Where the digits of a number's lowest byte lie in a line, if they lie together.
    low: Option<usize>,
}

impl<'s> Counter<'s> {
    fn new(sqtp: &Sqtp, numbers: Numbers, encoding: &'s Encoding) -> Self {
        let low = encoding.place_of_byte(0).map(|at| 9 + 2 * at);
        Self { encoding, numbers, done: 0, payload: vec![0; sqtp.payload_len()], line: vec![0; sqtp.line_len()], low }
    }

    /// Makes `line` that of `number`.
    fn load(&mut self, sqtp: &Sqtp, number: u128) -> Result<(), LineError> {
        let encoded = self.encoding.encode(&Value::from(number), &mut self.payload, false);
        encoded.map_err(|error| LineError::Encode { number, error })?;
        let written = sqtp.line_into(&self.payload, &mut self.line);
        debug_assert_eq!(written, Ok(()), "both have the lengths of `sqtp`");
        Ok(())
    }

    /// Lines of a known length: between two carries only the digits of the lowest byte and of the sum
    /// change.
    fn lines<const LINE: usize>(
        &mut self,
        sqtp: &Sqtp,
        low_at: usize,
        step: u8,
        out: &mut [u8],
    ) -> Result<(), LineError> {
        let mut carry = true;
        let (mut low, mut all, mut line) = (0_u8, 0_u8, [0; LINE]);
        for to in out.chunks_exact_mut(LINE) {
            if carry {
                let number = self.numbers.nth(self.done).or_never("as many lines as numbers");
                self.load(sqtp, number)?;
                line = self.line.first_chunk::<LINE>().copied().unwrap_or(line);
                [low, ..] = number.to_le_bytes();
                let [sum @ .., _, _] = line.last_chunk::<4>().copied().or_never("the sum, CR LF");
                all = digits::value(&sum).wrapping_add(low);
            }
            let Some(to) = to.first_chunk_mut::<LINE>() else { continue };
            *to = line;
            if let Some(to) = to.get_mut(low_at..low_at + 2) {
                to.copy_from_slice(&digits::pair(low, Case::Upper));
            }
            if let Some(to) = to.get_mut(LINE - 4..LINE - 2) {
                to.copy_from_slice(&digits::pair(all.wrapping_sub(low), Case::Upper));
            }
            self.done += 1;
            (low, carry) = low.overflowing_add(step);
        }
        Ok(())
    }
}

impl Payloads for Counter<'_> {}

impl sealed::Payloads for Counter<'_> {
    fn left(&self) -> u128 {
        self.numbers.len() - self.done
    }

    fn write(&mut self, sqtp: &Sqtp, out: &mut [u8]) -> Result<(), LineError> {
        if let (Some(low), Ok(step)) = (self.low, u8::try_from(self.numbers.step())) {
            // Payloads of 1, 2, 4, 8 and 16 bytes, and of 6 (MAC addresses): as they are and as RETLW words.
            match sqtp.line_len() {
                15 => return self.lines::<15>(sqtp, low, step, out),
                17 => return self.lines::<17>(sqtp, low, step, out),
                21 => return self.lines::<21>(sqtp, low, step, out),
                25 => return self.lines::<25>(sqtp, low, step, out),
                29 => return self.lines::<29>(sqtp, low, step, out),
                37 => return self.lines::<37>(sqtp, low, step, out),
                45 => return self.lines::<45>(sqtp, low, step, out),
                77 => return self.lines::<77>(sqtp, low, step, out),
                _ => {}
            }
        }
        for line in out.chunks_exact_mut(sqtp.line_len()) {
            let number = self.numbers.nth(self.done).or_never("as many lines as numbers");
            self.load(sqtp, number)?;
            line.copy_from_slice(&self.line);
            self.done += 1;
        }
        Ok(())
    }
}

/// The values of a source as payloads: serial numbers, EUIs. Wiped when dropped.
#[derive(Clone)]
pub struct Values<'s, S> {
    encoding: &'s Encoding,
    source: &'s S,
    next: u64,
    end: u64,
    payload: Vec<u8>,
    /// The line before, its sum left as it was when digits were changed.
    line: Vec<u8>,
    /// What it is made of, if its digits can be changed one by one.
    before: Option<Content>,
    /// Where the digits of each byte of a value lie in a line; none when they lie in no one place.
    places: Vec<usize>,
}

/// How many values are made before their lines are: then none is read while it is still being written.
const GROUP: usize = 16;

/// The text or the bytes of a value.
#[derive(Clone, Copy)]
struct Content {
    kind: ValueKind,
    len: usize,
    bytes: [u8; INLINE],
    /// The sum of the line.
    sum: u8,
}

impl<'s, S: Source> Values<'s, S> {
    fn new(sqtp: &Sqtp, source: &'s S, numbers: &Range<u64>, encoding: &'s Encoding) -> Self {
        let (payload, line) = (vec![0; sqtp.payload_len()], vec![0; sqtp.line_len()]);
        let places = (0..INLINE).map_while(|at| Some(9 + 2 * encoding.place_of(at)?)).collect();
        Self { encoding, source, next: numbers.start, end: numbers.end, payload, line, before: None, places }
    }

    /// Makes `line` that of `number`.
    fn load(&mut self, sqtp: &Sqtp, number: u64) -> Result<(), LineError> {
        let message = |error: S::Error| alloc::string::ToString::to_string(&error);
        self.before = None;
        let mut bytes = [0; INLINE];
        let into = self.source.run_into(number, core::slice::from_mut(&mut bytes));
        // What is longer than its array, or no text, the source has not made.
        let content = into.and_then(|(kind, len)| Some((kind, bytes.get(..len)?)));
        let value = match content {
            Some((ValueKind::Bytes, bytes)) => Some(Value::from(bytes)),
            Some((ValueKind::Text, text)) => core::str::from_utf8(text).ok().map(Value::from),
            _ => None,
        };
        let known = value.is_some();
        let value = value.map_or_else(|| self.source.value(number), Ok);
        let value = value.map_err(|error| LineError::Source { number, message: message(error) })?;
        let encoded = self.encoding.encode(&value, &mut self.payload, value.is_secret());
        encoded.map_err(|error| LineError::Encode { number: number.into(), error })?;
        let written = sqtp.line_into(&self.payload, &mut self.line);
        debug_assert_eq!(written, Ok(()), "both have the lengths of `sqtp`");
        self.before = into.filter(|(_, len)| known && *len <= self.places.len()).map(|(kind, len)| {
            let [high, low, _, _] = self.line.last_chunk().copied().or_never("the sum, CR LF");
            Content { kind, len, bytes, sum: digits::value(&[high, low]) }
        });
        Ok(())
    }

    /// Makes `line` and `out` the line of a value, where only digits of bytes that differ from the
    /// line before have to be written; whether that was possible.
    #[inline]
    fn change(&mut self, content: Option<(ValueKind, usize)>, bytes: &[u8; INLINE], out: &mut [u8]) -> bool {
        let Some(before) = &mut self.before else { return false };
        if content != Some((before.kind, before.len)) {
            return false;
        }
        // Before the digits change: processors wait when they read together what was just written in pieces.
        out.copy_from_slice(&self.line);
        let words = before.bytes.chunks_exact(8).zip(bytes.chunks_exact(8)).take(before.len.div_ceil(8));
        for (index, (old, new)) in words.enumerate() {
            let (old, new) = (word(old), word(new));
            let mut differ = old ^ new;
            while differ != 0 {
                let bit = differ.trailing_zeros() & !7;
                differ &= !(0xFF << bit);
                let ([old, ..], [new, ..]) = ((old >> bit).to_le_bytes(), (new >> bit).to_le_bytes());
                let at = 8 * index + width::index((bit / 8).into());
                // Other characters may be errors, as padding is at the end of a text.
                let plain = before.kind == ValueKind::Bytes || matches!(new, b'!'..=b'~');
                if !plain || at >= before.len {
                    return false;
                }
                let digits = digits::pair(new, Case::Upper);
                let Some(place) = self.places.get(at).map(|&at| at..at + 2) else { return false };
                for line in [&mut *out, &mut self.line] {
                    let Some(to) = line.get_mut(place.clone()) else { return false };
                    to.copy_from_slice(&digits);
                }
                before.sum = before.sum.wrapping_add(old).wrapping_sub(new);
            }
        }
        before.bytes = *bytes;
        let [high, low] = digits::pair(before.sum, Case::Upper);
        let Some(to) = out.last_chunk_mut() else { return false };
        *to = [high, low, b'\r', b'\n'];
        true
    }
}

impl<S: Source> Payloads for Values<'_, S> {}

impl<S: Source> sealed::Payloads for Values<'_, S> {
    fn left(&self) -> u128 {
        self.end.saturating_sub(self.next).into()
    }

    fn write(&mut self, sqtp: &Sqtp, out: &mut [u8]) -> Result<(), LineError> {
        let mut bytes = [[0; INLINE]; GROUP];
        for lines in out.chunks_mut(GROUP * sqtp.line_len()) {
            let bytes = bytes.get_mut(..lines.len() / sqtp.line_len()).or_never("at most `GROUP` lines");
            let content = self.source.run_into(self.next, bytes);
            for (line, bytes) in lines.chunks_exact_mut(sqtp.line_len()).zip(&*bytes) {
                if !self.change(content, bytes, line) {
                    self.load(sqtp, self.next)?;
                    line.copy_from_slice(&self.line);
                }
                self.next += 1;
            }
        }
        Ok(())
    }
}

impl<S> Drop for Values<'_, S> {
    fn drop(&mut self) {
        self.payload.zeroize();
        self.line.zeroize();
        if let Some(before) = &mut self.before {
            before.bytes.zeroize();
        }
    }
}

/// The numbers, not their values.
impl<S> fmt::Debug for Values<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "values of numbers {}..{}", self.next, self.end)
    }
}
