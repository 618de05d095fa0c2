//! Text to index: which lines hold which addresses.

use super::error::{TiTxtError, TiTxtErrorKind, cause, overlap};
use super::line::{Content, Rest, Tokens, Wrong, parts};
use crate::digits::{Alphabet, Case};
use crate::image::index::{Form, Index, Run};
use crate::image::options::{Options, Tolerance};
use crate::image::runs::{Runs, TooMany};
use crate::image::text::{End, first_line, is_blank};
use crate::never::OrNever;

/// What the text says.
pub(super) struct Parsed {
    pub(super) index: Index,
    /// Where the `q` lies.
    pub(super) end: usize,
    /// The case of the first letter that is a digit.
    pub(super) case: Case,
    /// Whether there is nothing to tell of the text. May be false where there is not.
    pub(super) plain: bool,
}

/// Reads the whole text.
pub(super) fn parse(text: &[u8], options: &Options) -> Result<Parsed, TiTxtError> {
    let limit = options.limits.text;
    if !u32::try_from(text.len()).is_ok_and(|len| len <= limit) {
        return Err(TiTxtError::at(text, 0, TiTxtErrorKind::TextTooLong { len: text.len(), limit }));
    }
    let mut parser = Parser::new(text, options);
    let end = parser.lines().map_err(|(offset, kind)| cause(text, parser.at + offset, kind))?;
    let plain = parser.plain && parser.runs.sorted;
    let copies = options.tolerates(Tolerance::Copies);
    let index =
        Index::new(text, parser.runs.list, parser.runs.sorted, copies).map_err(|clash| overlap(text, &clash))?;
    Ok(Parsed { index, end, case: parser.case, plain })
}

/// The most bytes of a line in TI's text.
pub(super) const USUAL: usize = 16;

struct Parser<'t> {
    text: &'t [u8],
    options: &'t Options,
    /// The line being read.
    at: usize,
    runs: Runs,
    /// Of the first letter that is a digit.
    case: Case,
    /// How the line before ends.
    end: End,
    /// Of the byte that comes next; nothing before the first address.
    address: Option<u64>,
    plain: bool,
}

impl<'t> Parser<'t> {
    fn new(text: &'t [u8], options: &'t Options) -> Self {
        let letter = text.iter().find(|byte| matches!(byte, b'A'..=b'F' | b'a'..=b'f'));
        let case = if letter.is_some_and(u8::is_ascii_lowercase) { Case::Lower } else { Case::Upper };
        let runs = Runs::new(options.limits.runs);
        Self { text, options, at: 0, runs, case, end: End::Missing, address: None, plain: true }
    }

    /// Reads all lines; where the `q` lies.
    fn lines(&mut self) -> Result<usize, Wrong> {
        loop {
            let rest: &'t [u8] = self.text.get(self.at..).or_never("never beyond the end");
            if rest.is_empty() {
                return Err((0, TiTxtErrorKind::NoEnd));
            }
            let (line, end) = first_line(rest);
            if !self.usual(line)? {
                match Content::of(line)? {
                    Content::End => return self.last(line),
                    content => self.line(line, content)?,
                }
            }
            if end != self.end {
                self.plain &= self.end == End::Missing && end != End::Cr;
                self.end = end;
            }
            self.at += line.len() + end.len();
        }
    }

    /// Reads a line that is bytes with one blank between each two; whether it is one.
    #[inline]
    fn usual(&mut self, line: &[u8]) -> Result<bool, Wrong> {
        let Some(address) = self.address else { return Ok(false) };
        let alphabet = Alphabet::of(self.case);
        let bytes = line.chunks(3);
        let len = bytes.len();
        let (mut bad, mut blanks) = (0, 0);
        for byte in bytes {
            let (high, low, blank) = match *byte {
                [high, low, blank] => (high, low, blank),
                [high, low] => (high, low, b' '),
                _ => return Ok(false),
            };
            bad |= alphabet.nibble(high) | alphabet.nibble(low);
            blanks |= blank ^ b' ';
        }
        if bad > 15 || blanks != 0 || !(1..=255).contains(&len) {
            return Ok(false);
        }
        self.plain &= len <= USUAL;
        self.push(0, len, 3, address)?;
        Ok(true)
    }

    /// Whether `line` may begin as it does.
    fn leading(&self, line: &[u8]) -> Result<(), Wrong> {
        if line.first().is_some_and(|byte| is_blank(*byte)) && !self.options.tolerates(Tolerance::Blanks) {
            return Err((0, TiTxtErrorKind::LeadingBlank));
        }
        Ok(())
    }

    /// Reads another line.
    fn line(&mut self, line: &[u8], content: Content) -> Result<(), Wrong> {
        self.leading(line)?;
        let letters = line.iter().filter(|byte| byte.is_ascii_alphabetic());
        let mixed = letters.filter(|letter| letter.is_ascii_lowercase() != (self.case == Case::Lower)).count() > 0;
        match content {
            Content::Address(address) => {
                self.plain &= !mixed && address % 2 == 0 && line.first() == Some(&b'@');
                self.address = Some(address.into());
                Ok(())
            }
            Content::Bytes(at) => self.bytes(line, at),
            Content::Blank | Content::End => {
                self.plain = false;
                Ok(())
            }
        }
    }

    /// Reads bytes that are spaced in any way: in groups that are spaced evenly.
    fn bytes(&mut self, line: &[u8], at: usize) -> Result<(), Wrong> {
        self.plain = false;
        // What is being gathered: where it begins, how many bytes, and from one to the next.
        let mut group: Option<(usize, usize, usize)> = None;
        for token in Tokens::new(line, at) {
            let (from, bytes) = token?;
            if bytes > 1 && !self.options.tolerates(Tolerance::Unspaced) {
                return Err((from + 2, TiTxtErrorKind::Unspaced));
            }
            for at in (from..).step_by(2).take(bytes) {
                group = match group {
                    Some((first, 1, _)) if at - first < 16 => Some((first, 2, at - first)),
                    Some((first, len, step)) if len < 255 && len > 1 && at == first + len * step => {
                        Some((first, len + 1, step))
                    }
                    full => {
                        self.group(full)?;
                        Some((at, 1, 2))
                    }
                };
            }
        }
        self.group(group)
    }

    fn group(&mut self, group: Option<(usize, usize, usize)>) -> Result<(), Wrong> {
        let Some((at, len, step)) = group else { return Ok(()) };
        let address = self.address.ok_or((at, TiTxtErrorKind::NoAddress))?;
        self.push(at, len, step, address)
    }

    /// Adds bytes at an offset of the line.
    #[inline]
    fn push(&mut self, offset: usize, len: usize, step: usize, start: u64) -> Result<(), Wrong> {
        // Not beyond the limit on the text.
        let at = u32::try_from(self.at + offset).unwrap_or(u32::MAX);
        let end = start + u64::try_from(len).unwrap_or(u64::MAX);
        let (Ok(address), true) = (u32::try_from(start), end <= 1 << 32) else {
            return Err((offset, TiTxtErrorKind::Past4G { address: start }));
        };
        // Of one byte, nothing comes behind the step.
        let step = if len == 1 { 2 } else { u8::try_from(step).unwrap_or(15) };
        let len = u8::try_from(len).unwrap_or(u8::MAX);
        let form = Form::spaced(0, step);
        let limit = self.runs.limit;
        let run = Run { at, address, records: 1, stride: 0, len, skip: 0, full: len, form };
        let pushed = self.runs.push(run).map_err(|TooMany| (offset, TiTxtErrorKind::TooManyRuns { limit }));
        self.address = Some(end);
        pushed.map(|_| ())
    }

    /// The line that ends the file, and what follows it.
    fn last(&mut self, line: &[u8]) -> Result<usize, Wrong> {
        self.leading(line)?;
        let lead = line.iter().take_while(|byte| is_blank(**byte)).count();
        if self.runs.list.is_empty() && !self.options.tolerates(Tolerance::NoData) {
            return Err((lead, TiTxtErrorKind::NoData));
        }
        let end = self.at + lead;
        let tail = self.text.get(end + 1..).or_never("the `q` was read");
        let line_ends = !tail.is_empty() && tail.iter().all(|byte| matches!(byte, b'\r' | b'\n'));
        self.plain &= lead == 0 && line.first() == Some(&b'q') && line_ends && !self.runs.list.is_empty();
        for (offset, rest) in parts(tail) {
            let at = lead + 1 + offset;
            match rest {
                Rest::Data => return Err((at, TiTxtErrorKind::DataAfterEnd)),
                Rest::Joined => {
                    let found = tail.first().copied().or_never("something is joined to the `q`");
                    return Err((at, TiTxtErrorKind::Behind { found }));
                }
                Rest::Text => {}
            }
        }
        Ok(end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines as nearly all are, are read at once; without that they would be read as well, in several times the time.
    #[test]
    fn usual_lines_are_read_at_once() {
        let options = Options::strict();
        for (line, usual) in [
            (&b"31 40 FF"[..], true),
            (b"FE", true),
            (b"31 40 ", true),
            (b"31 40 ff", false),
            (b"31  40", false),
            (b"31\t40", false),
            (b"31 4", false),
            (b"3G 40", false),
            (b"", false),
        ] {
            let mut parser = Parser::new(b"@F000\n", &options);
            parser.address = Some(0xF000);
            assert!(matches!(parser.usual(line), Ok(found) if found == usual), "{}", line.escape_ascii());
            let bytes = if usual { line.len().div_ceil(3) } else { 0 };
            assert_eq!(parser.address, Some(0xF000 + u64::try_from(bytes).unwrap()));
            assert_eq!(parser.runs.list.len(), usize::from(usual));
        }
    }
}
