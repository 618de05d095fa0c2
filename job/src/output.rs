//! What is written of the memory of each unit: the template in another format, a range of it, at another address.

use nameplate::image::{Container as _, Merge, Sparse, flatten, hex, srec, ti_txt, uf2};
use nameplate::{Plan, Span};

use crate::error::JobError;
use crate::files::Compiled;
use crate::image::{File, Opened};
use crate::job::{Content, Format, Image, Output};
use crate::journal::sha256;

/// The most bytes that are written of one unit as a raw binary.
const FLAT_LIMIT: u64 = 256 << 20;

impl Output {
    /// What the units are written as; nothing when each is the template's own file. Memory that was created is written
    /// as HEX, and all of it, if nothing else is said.
    ///
    /// # Errors
    /// When the format cannot have that memory, or a field or a checksum needs what is not written.
    pub fn made(&self, image: &Image, compiled: &Compiled<'_>) -> Result<Option<File>, JobError> {
        let opened = &compiled.opened;
        let created = if let Content::Created(all) = image.content { Some(all) } else { None };
        let format = self.format.unwrap_or(if created.is_some() { Format::Hex } else { opened.format() });
        if format == Format::Elf {
            return match (self.range, self.base) {
                (None, None) => Ok(None),
                _ => Err(JobError::refused(
                    "`range` and `base` in [output] are not for ELF files, which are written whole",
                )),
            };
        }
        let range = self.range.or(created);
        if format == opened.format() && range.is_none() && self.base.is_none() {
            return Ok(None);
        }
        opened.writable_as(format)?;
        if let Some(range) = range {
            has_all(&compiled.plan, range)?;
        }
        let memory = match range {
            Some(range) => Sparse::new(opened.container()).crop(range),
            None => Sparse::new(opened.container()),
        };
        if format == Format::Bin {
            let range = range.ok_or_else(|| {
                JobError::refused("a raw binary has no addresses and no gaps: say `range` in [output], what is written")
            })?;
            let bytes = flatten(&memory, range, &image.erased, FLAT_LIMIT).map_err(JobError::refused)?;
            return Ok(Some(File::made(bytes, format, range.start()).holding(range, self.base)));
        }
        if memory.extent().is_none() {
            let within = range.map_or(String::new(), |range| format!(" within {range}"));
            return Err(JobError::refused(format_args!("the image has no byte{within}, so there is nothing to write")));
        }
        let like = Some(opened).filter(|opened| opened.format() == format);
        let file = match (range, self.base) {
            (Some(range), Some(base)) => {
                let pieces = memory
                    .segments()
                    .map(|(span, bytes)| (base.saturating_add(span.start().saturating_sub(range.start())), bytes));
                // The start of the program is an address of the memory.
                let moved = Sparse::from_pieces(pieces, Merge::Error).map_err(JobError::refused)?;
                File::made(written(&moved, format, image, like)?, format, 0)
            }
            (None, Some(_)) => {
                return Err(JobError::refused("`base` in [output] needs `range`, the addresses that are written"));
            }
            _ => File::made(written(&memory, format, image, like)?, format, 0),
        };
        let file = file.like(like);
        Ok(Some(if let Some(range) = range { file.holding(range, self.base) } else { file }))
    }
}

/// Whether a file of what lies within `range` has all that a stamp writes, and what its checksums cover.
fn has_all(plan: &Plan, range: Span) -> Result<(), JobError> {
    for (name, span, _) in plan.fields() {
        if !range.covers(span) {
            return Err(JobError::refused(format_args!(
                "field `{name}` at {span} lies outside of {range}, which is all that is written"
            )));
        }
    }
    for (repair, word) in plan.checks() {
        let over = repair.covered();
        let words = repair.stores().iter().filter_map(|store| store.span().ok());
        if let Some(span) = over.chain(words).chain([word]).find(|span| !range.covers(*span)) {
            return Err(JobError::refused(format_args!(
                "checksum `{}` needs {span}, and {range} is all that is written",
                repair.name()
            )));
        }
    }
    Ok(())
}

/// Memory as a file of `format`, which is no raw binary: in the style of `like`, if that is given.
pub(crate) fn written(
    memory: &Sparse,
    format: Format,
    image: &Image,
    like: Option<&Opened<'_>>,
) -> Result<Vec<u8>, JobError> {
    match format {
        Format::Hex => {
            let style = if let Some(Opened::Hex(hex)) = like { hex::Style::of(hex) } else { hex::Style::default() };
            style.to_vec(memory).map_err(JobError::refused)
        }
        Format::Srec => {
            let own =
                if let Some(Opened::Srec(srec, _)) = like { srec::Style::of(srec) } else { srec::Style::default() };
            own.to_vec(memory).map_err(JobError::refused)
        }
        Format::TiTxt => {
            let own =
                if let Some(Opened::TiTxt(text)) = like { ti_txt::Style::of(text) } else { ti_txt::Style::default() };
            own.to_vec(memory).map_err(JobError::refused)
        }
        Format::Uf2 => {
            let own = if let Some(Opened::Uf2(uf2)) = like { Some(uf2.family()) } else { None };
            let family = image.uf2_family.or(own).ok_or_else(|| {
                JobError::refused("units in UF2 are for a family: say  family = \"rp2040\"  in [image.uf2]")
            })?;
            uf2::Style::new(family).erased(&image.erased).to_vec(memory).map_err(JobError::refused)
        }
        Format::Bin | Format::Elf => Err(JobError::refused("such a file is not written of memory with gaps")),
    }
}

/// SHA-256 of the template, as journals have it: of the file; of files that were merged, of the text of all their
/// memory; of memory that was created, of the file that a unit would be if nothing were stamped into it.
///
/// # Errors
/// When that file cannot be written.
pub fn template_sha256(image: &Image, original: &File, compiled: &Compiled<'_>) -> Result<String, JobError> {
    match image.content {
        Content::Created(_) => match image.output.made(image, compiled)? {
            Some(file) => Ok(sha256(file.bytes())),
            None => Ok(sha256(original.bytes())),
        },
        Content::File(_) | Content::Merged(_) | Content::Partition(_) => Ok(sha256(original.bytes())),
    }
}

impl Image {
    /// The addresses that the units' files have, if not all, and the address those begin with, if it is another.
    fn holds(&self) -> Option<(Span, Option<u64>)> {
        let created = if let Content::Created(all) = self.content { Some(all) } else { None };
        Some((self.output.range.or(created)?, self.output.base))
    }

    /// What is said of the files of units, in place of the template's.
    #[must_use]
    pub fn of_units(&self) -> Self {
        let format = self.output.format.or(self.format);
        match (format, self.holds()) {
            (Some(Format::Bin), Some((range, _))) => Self { format, base: Some(range.start()), ..self.clone() },
            (Some(Format::Bin), None) => self.clone(),
            // Told by name and content, as any other.
            _ => Self { format: self.format.filter(|_| self.output.format.is_none()), ..self.clone() },
        }
    }

    /// A unit's file, or a dump: where its addresses are those that `[output]` gives to the file, it has that memory.
    #[must_use]
    pub fn held(&self, file: File) -> File {
        let Some((range, Some(base))) = self.holds() else { return file };
        let there = Span::new(base, range.len()).ok();
        let extent = file.open().ok().and_then(|opened| opened.container().extent());
        let moved = extent.zip(there).is_some_and(|(extent, there)| there.covers(extent));
        if moved { file.holding(range, Some(base)) } else { file }
    }
}
