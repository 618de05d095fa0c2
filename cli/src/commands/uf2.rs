//! What `inspect` says of UF2 files: families, the memory of each, and all blocks that are none.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::path::Path;

use nameplate::Span;
use nameplate::addr::Address;
use nameplate::image::uf2::{Blocks, Family, Found, Options, Role, Tag};
use nameplate::image::{Container as _, Uf2};
use serde::Serialize;

use crate::failure::Failure;
use crate::image::File;
use crate::report::Report;

/// Of how many families the memory is shown: each costs a pass over the file.
const SHOWN: usize = 8;

/// A family, and its memory.
#[derive(Serialize)]
struct Shown {
    family: String,
    name: Option<&'static str>,
    blocks: usize,
    not_main_flash: usize,
    segments: Vec<Segment>,
    copied: u64,
    sealed: Option<String>,
    #[serde(skip)]
    text: String,
}

#[derive(Serialize)]
struct Segment {
    start: String,
    length: u64,
}

impl Shown {
    fn new(file: &[u8], found: Found) -> Result<Self, Failure> {
        let uf2 = Uf2::parse_with(file, &Options::new().family(found.family)).map_err(Failure::refused)?;
        let spans: Vec<Span> = uf2.segments().collect();
        let sealed = uf2.seal().map(|seal| seal.to_string());
        let part = found.family.part().map_or(String::new(), |part| format!(", {part}"));
        let mut text = format!("  family   {}{part}: {} blocks of memory", found.family, found.memory);
        let mut end = None;
        for span in &spans {
            if let Some(gap) = end.replace(span.end()).and_then(|end| Span::try_from(end..span.start()).ok()) {
                let _ = write!(text, "\n  gap      {gap}, {} bytes", gap.len());
            }
            let _ = write!(text, "\n  segment  {span}, {} bytes", span.len());
        }
        if uf2.copied() > 0 {
            let _ = write!(text, "\n  {} bytes are there more than once, with the same value", uf2.copied());
        }
        if let Some(sealed) = &sealed {
            let _ = write!(text, "\n  {sealed}");
        }
        let id = |family: Family| family.id().map_or("none".to_owned(), |id| format!("{id:#010X}"));
        Ok(Self {
            family: id(found.family),
            name: found.family.name(),
            blocks: found.memory,
            not_main_flash: found.others,
            segments: spans
                .iter()
                .map(|span| Segment { start: Address(span.start()).to_string(), length: span.len() })
                .collect(),
            copied: uf2.copied(),
            sealed,
            text,
        })
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// A tag, and how many blocks have it.
#[derive(Serialize)]
struct ShownTag {
    #[serde(rename = "type")]
    kind: String,
    name: Option<&'static str>,
    data: String,
    blocks: usize,
}

impl ShownTag {
    fn new(tag: Tag<'_>, blocks: usize) -> Self {
        Self { kind: format!("{:#08X}", tag.kind), name: tag.name(), data: hex::encode_upper(tag.data), blocks }
    }
}

impl fmt::Display for ShownTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.name.unwrap_or("of unknown meaning");
        write!(f, "  tag      {} {name}: {} (in {} blocks)", self.kind, self.data, self.blocks)
    }
}

/// Says what a UF2 file holds; one of several families too.
///
/// # Errors
/// When it is none.
pub(super) fn inspect(path: &Path, file: &File, report: &mut Report<'_>) -> Result<(), Failure> {
    let about = |failure: Failure| failure.about(path.display());
    let blocks = Blocks::parse(file.bytes()).map_err(|error| about(Failure::refused(error)))?;
    let (mut roles, mut files, mut tags, mut md5) = ([0_usize; 4], BTreeMap::new(), BTreeMap::new(), 0_usize);
    for block in blocks.iter() {
        let role = match block.role() {
            Role::Memory => 0,
            Role::Comment => 1,
            Role::Container => 2,
            Role::Absolute => 3,
            // What a later library knows.
            _ => continue,
        };
        if let Some(count) = roles.get_mut(role) {
            *count += 1;
        }
        if let Some(name) = block.file_name() {
            *files.entry(String::from_utf8_lossy(name).escape_debug().to_string()).or_insert(0_usize) += 1;
        }
        for tag in block.tags() {
            tags.entry((tag.kind, tag.data)).or_insert((tag, 0_usize)).1 += 1;
        }
        md5 += usize::from(role == 0 && block.flags() & 0x4000 != 0);
    }
    let [_, comments, parts, absolute] = roles;
    let count = blocks.iter().count();
    report.say(format_args!("{}: UF2, {count} blocks", path.display()));
    report.entry("file", path.to_string_lossy());
    report.entry("format", "uf2");
    report.entry("blocks", count);
    let families: Vec<Found> = blocks.families().filter(|found| found.memory > 0).collect();
    let shown = families.iter().take(SHOWN).map(|found| Shown::new(file.bytes(), *found));
    report.list("families", shown.collect::<Result<Vec<_>, _>>().map_err(about)?);
    if families.len() > SHOWN {
        report.say(format_args!("  {} more families", families.len() - SHOWN));
    }
    if families.len() > 1 {
        report.say("  a job says which one is meant, as  family = \"rp2040\"  in [image.uf2]");
    }
    if absolute > 0 {
        report.say("  the block for erratum E10 of RP2350, which is of no family and not counted");
    }
    report.entry("e10", absolute);
    if comments > 0 {
        report.say(format_args!("  {comments} blocks are not main flash"));
    }
    report.entry("not_main_flash", comments);
    for (name, count) in &files {
        report.say(format_args!("  file     {name}, in {count} blocks"));
    }
    report.entry("files", files);
    if md5 > 0 {
        report.say(format_args!("  {md5} blocks have an MD5 of their bytes, which is kept right"));
    }
    report.entry("md5", md5);
    report.entry("parts_of_files", parts);
    report.list("tags", tags.into_values().map(|(tag, blocks)| ShownTag::new(tag, blocks)));
    Ok(())
}
