//! What stands after the record that ends the file.

use super::line::holds_record;
use super::record::{Record, looks_like, read};
use crate::digits::{BAD, nibble};
use crate::image::text::{is_blank, is_padding, lines};
use crate::never::OrNever;

/// A part of the tail: of a line, what is no padding.
#[derive(Clone, Copy)]
pub(super) enum Rest<'t> {
    /// A line that is a record.
    Record(Record<'t>),
    /// What looks like a record, and is not right or not alone.
    Broken,
    /// A digit behind the last record at once.
    Digit,
    /// Blanks, behind the last record or in lines of their own.
    Blanks,
    /// Text behind the last record, and a blank before it.
    Behind,
    /// Anything else.
    Text,
}

/// The parts of `tail`, each with its offset, line ends and padding left out. `tail` begins right behind the record.
pub(super) fn parts(tail: &[u8]) -> impl Iterator<Item = (usize, Rest<'_>)> {
    lines(tail).filter_map(|(at, line, _)| {
        let lead = line.iter().take_while(|byte| is_padding(**byte)).count();
        let text = line.get(lead..)?;
        let len = text.iter().rposition(|byte| !is_padding(*byte))? + 1;
        let text = text.get(..len)?;
        let blanks = text.iter().take_while(|byte| is_blank(**byte)).count();
        let bare = text.get(blanks..).or_never("no more than there are");
        let first = at == 0 && lead == 0;
        let rest = match text {
            _ if bare.is_empty() => Rest::Blanks,
            [digit, ..] if first && nibble(*digit) != BAD => Rest::Digit,
            _ if looks_like(bare) => match read(text).filter(|record| record.text_len() == len && !first) {
                Some(record) => Rest::Record(record),
                None => Rest::Broken,
            },
            _ if first && holds_record(text) => Rest::Broken,
            _ if first && blanks > 0 => Rest::Behind,
            _ => Rest::Text,
        };
        Some((at + lead, rest))
    })
}
