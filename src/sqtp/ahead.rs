//! The fast path of reading: lines that look just as the one before, but for their payload.
//!
//! Advice to the next person: of two lines in a row most words of eight digits are the same, and what
//! is known of a word need not be found out again. What is not as the line before is left to the
//! slow path, which also explains.

use super::order::Order;
use super::word;
use crate::digits::{self, Case};
use crate::image::HEADER;
use crate::never::OrNever;

/// The most words of a payload: 510 digits.
const WORDS: usize = 64;

/// What the lines are that follow each other: the same but for mark, payload and sum.
pub(super) struct Alike<'t> {
    /// `LLAAAA00`.
    header: &'t [u8; 8],
    /// Bytes of a payload.
    len: usize,
    /// Whether lines end in CR LF, not in LF.
    cr: bool,
}

impl<'t> Alike<'t> {
    /// Lines as this one, with its line end; nothing when the fast path does not read such.
    pub(super) fn new(line: &'t [u8], len: u8) -> Option<Self> {
        let header = line.get(1..HEADER)?.first_chunk::<8>()?;
        let eol = line.get(HEADER + 2 * usize::from(len) + 2..)?;
        // Of a later line, CR may be the first half of CR LF. A wrong count has to be told each time.
        let right = matches!(eol, b"\n" | b"\r\n") && digits::value(header.get(..2)?) == len;
        right.then_some(Self { header, len: len.into(), cr: eol.len() == 2 })
    }

    /// How many lines of `rest`, behind `line`, are alike and right; notes their order.
    pub(super) fn count(&self, line: &[u8], rest: &[u8], order: &mut Order) -> usize {
        // Constants, so that compilers make straight code for the lengths that are common.
        match (self.len, self.cr) {
            (4, true) => self.count_len(4, true, line, rest, order),
            (8, true) => self.count_len(8, true, line, rest, order),
            (8, false) => self.count_len(8, false, line, rest, order),
            (16, true) => self.count_len(16, true, line, rest, order),
            (len, cr) => self.count_len(len, cr, line, rest, order),
        }
    }

    #[allow(clippy::inline_always, reason = "`len` and `cr` are constants of the caller")]
    #[inline(always)]
    fn count_len(&self, len: usize, cr: bool, line: &[u8], rest: &[u8], order: &mut Order) -> usize {
        let sum_at = HEADER + 2 * len;
        let header = self.header.chunks_exact(2).map(digits::value).fold(0, u8::wrapping_add);
        let mut seen =
            Seen { words: [0; WORDS], bytes: [0; WORDS], varied: [0; WORDS], all: 0, big: true, little: true };
        if line.len() < sum_at || !seen.payload(line, len) {
            return 0;
        }
        // The first line has no order with the zeros before it.
        (seen.big, seen.little, seen.varied) = (order.big, order.little, [0; WORDS]);
        let mut count = 0;
        for line in rest.chunks_exact(sum_at + 3 + usize::from(cr)) {
            let Some((mark, after)) = line.split_first() else { break };
            // A colon and a semicolon differ in the last bit.
            let alike = mark | 1 == b';' && after.first_chunk() == Some(self.header);
            if !alike || !seen.payload(line, len) {
                break;
            }
            let sum = 0_u8.wrapping_sub(header).wrapping_sub(word::sum_of_bytes(seen.all));
            let ends = |case| match digits::pair(sum, case) {
                [high, low] if cr => line.last_chunk() == Some(&[high, low, b'\r', b'\n']),
                [high, low] => line.last_chunk() == Some(&[high, low, b'\n']),
            };
            if !ends(Case::Upper) && !ends(Case::Lower) {
                break;
            }
            count += 1;
        }
        (order.big, order.little) = (seen.big, seen.little);
        for (varied, bytes) in order.varied.chunks_mut(4).zip(seen.varied) {
            let [one, _, two, _, three, _, four, _] = bytes.to_le_bytes();
            varied.iter_mut().zip([one, two, three, four]).for_each(|(varied, bits)| *varied |= bits);
        }
        count
    }
}

/// What is known of the line before.
struct Seen {
    /// The digits of its payload, filled with zeros.
    words: [u64; WORDS],
    /// The four bytes of each word.
    bytes: [u64; WORDS],
    /// Where they varied.
    varied: [u64; WORDS],
    /// All of the bytes added up.
    all: u64,
    /// As of [`Order`].
    big: bool,
    little: bool,
}

/// How the payload of a line lies to the one before.
struct Step {
    /// Whether the first word that differs is greater, of big-endian bytes.
    big: Option<bool>,
    /// Whether the last one is, of little-endian bytes.
    little: bool,
}

impl Seen {
    /// Notes the payload of the next line; whether it is digits.
    #[allow(clippy::inline_always, reason = "`len` is a constant of the caller")]
    #[inline(always)]
    fn payload(&mut self, line: &[u8], len: usize) -> bool {
        let mut step = Step { big: None, little: false };
        let digits = line.get(HEADER..HEADER + 2 * len).or_never("each line has its length");
        for (at, digits) in digits.chunks_exact(8).enumerate() {
            if !self.word(at, word::word(digits), &mut step) {
                return false;
            }
        }
        let rest = 2 * len % 8;
        if rest > 0 {
            // The eight characters that end with the payload; there are as many in front of its end.
            let end = line
                .get(HEADER + 2 * len - 8..HEADER + 2 * len)
                .or_never("there are as many in front of the payload's end");
            let word = word::word(end) >> (64 - 8 * rest) | word::ZEROS << (8 * rest);
            if !self.word(2 * len / 8, word, &mut step) {
                return false;
            }
        }
        self.big = self.big || !step.big.unwrap_or(false);
        self.little = self.little || !step.little;
        true
    }

    /// Notes a word; whether it is digits.
    #[allow(clippy::inline_always, reason = "part of the loop above")]
    #[inline(always)]
    fn word(&mut self, at: usize, word: u64, step: &mut Step) -> bool {
        let (Some(before), Some(bytes)) = (self.words.get_mut(at), self.bytes.get_mut(at)) else { return false };
        let Some(varied) = self.varied.get_mut(at) else { return false };
        if *before == word {
            return true;
        }
        let Some(new) = word::bytes_of_word(word) else { return false };
        // At most 64 words with bytes in lanes of 16 bits: no lane passes its own.
        self.all = self.all.wrapping_sub(*bytes).wrapping_add(new);
        if !self.big && step.big.is_none() {
            step.big = Some(bytes.swap_bytes() < new.swap_bytes());
        }
        step.little = *bytes < new;
        *varied |= *bytes ^ new;
        (*before, *bytes) = (word, new);
        true
    }
}
