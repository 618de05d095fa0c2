//! `nameplate header`: the firmware's side of a job, as C, Rust or linker script.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::ValueEnum;
use nameplate::addr::Address;
use nameplate::plan::Base;
use nameplate::{At, ByteOrder};
use nameplate_job::job::{self, Expect};
use nameplate_job::{Job, did_you_mean};
use serde_json::json;

use super::outcome::Outcome;
use crate::failure::{Exit, Failure};
use crate::run::JobFile;

/// What the firmware is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Language {
    /// A header for C and C++
    C,
    /// A module
    Rust,
    /// Lines for a linker script
    Linker,
}

/// What the command line says.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// The job file
    #[arg(long)]
    pub job: PathBuf,
    /// What the firmware is written in
    #[arg(long, default_value = "c")]
    pub language: Language,
    /// Which of several images the source is of
    #[arg(long, value_name = "NAME")]
    pub image: Option<String>,
}

/// Bytes between two slots from which on they are of two blocks.
const APART: u64 = 64;

/// A field, or the word of a checksum.
struct Slot<'j> {
    name: String,
    at: &'j At,
    len: u64,
    about: String,
    /// What the build puts there.
    blank: Vec<u8>,
}

/// Slots that lie together.
struct Block<'j> {
    name: String,
    /// The section that it goes into.
    section: String,
    base: &'j Base,
    /// Where the block begins, counted from the base.
    offset: u64,
    slots: Vec<Slot<'j>>,
}

/// Says where the job's fields and words of checksums lie, as the firmware's source. Reads nothing but the job.
///
/// # Errors
/// When the job is wrong, or has no image.
pub fn run(args: &Args) -> Result<Outcome, Failure> {
    let job = JobFile::read(&args.job)?.job;
    let name = args.job.file_name().map(PathBuf::from).unwrap_or_default();
    let job = of_image(job, args.image.as_deref())?;
    let blocks = blocks(&job)?;
    let source = format!("Made by nameplate from {}; changes are lost.", name.display());
    let text = match args.language {
        Language::C => c(&source, &blocks),
        Language::Rust => rust(&source, &blocks),
        Language::Linker => linker(&source, &blocks),
    };
    let slots: Vec<_> = blocks
        .iter()
        .flat_map(|block| &block.slots)
        .map(|slot| json!({ "name": slot.name, "at": shown(slot.at), "length": slot.len, "about": slot.about }))
        .collect();
    Ok(Outcome { text: text.trim_end().to_owned(), json: json!({ "slots": slots }), tolerated: Vec::new() })
}

/// The job of the image that is meant, of several.
fn of_image(job: Job, image: Option<&str>) -> Result<Job, Failure> {
    let usage = |message: String| Err(Failure::new(Exit::Usage, message));
    let names: Vec<&str> = job.images.iter().map(|image| image.name.as_str()).collect();
    match (image, names.as_slice()) {
        (None, []) => Ok(job),
        (Some(image), []) => usage(format!("--image {image}: the job has not several images; leave it out")),
        (None, names) => usage(format!(
            "the job has several images, each of a source of its own: say --image {}",
            names.join(" or --image ")
        )),
        (Some(image), names) if !names.contains(&image) => {
            let hint = did_you_mean(image, names.iter().copied());
            usage(format!("--image {image}: the images are `{}`{hint}", names.join("`, `")))
        }
        (Some(image), _) => {
            let images = job.of_images()?;
            let own = images.all().iter().find(|one| one.name.as_deref() == Some(image));
            own.map(|one| one.job.clone()).ok_or_else(|| Failure::refused("no such image"))
        }
    }
}

fn blocks(job: &Job) -> Result<Vec<Block<'_>>, Failure> {
    let erased = crate::template::erased(
        job.image.as_ref().ok_or_else(|| Failure::refused("the job has no [image], so its fields have no places"))?,
    );
    let size = |len: usize| u64::try_from(len).unwrap_or(u64::MAX);
    let blank = |at: &At, len: usize| {
        let start =
            if let Base::Address(address) = at.base() { address.wrapping_add(at.offset()) } else { at.offset() };
        (0..size(len)).map(|index| erased.at(start.wrapping_add(index))).collect::<Vec<u8>>()
    };
    let marker = |at: &At, bytes: &[u8]| matches!(at.base(), Base::Marker(marker) if marker.bytes() == bytes);
    let shown = |field: &&job::Field| match (&field.expect, &field.at) {
        (Expect::Hex(bytes), Some(at)) => field.secret && !marker(at, bytes),
        _ => false,
    };
    if let Some(field) = job.fields.iter().find(shown) {
        return Err(Failure::refused(format_args!(
            "field `{}` is secret, and so is what it expects to find: no source is made that shows it; let the build leave the field erased or with a marker",
            field.name
        )));
    }
    let fields = job.fields.iter().filter_map(|field| {
        // A value in NVS is asked for by its key.
        let at = field.at.as_ref().filter(|at| at.nvs_key().is_none())?;
        let blank = match &field.expect {
            Expect::Hex(bytes) => bytes.clone(),
            _ => blank(at, field.encode.len()),
        };
        let about = field.encode.to_string();
        Some(Slot { name: identifier(&field.name), at, len: size(field.encode.len()), about, blank })
    });
    let words = job.checksums.iter().flat_map(|checksum| {
        checksum.stores.iter().zip(1..).map(|(stored, copy)| {
            let name = if copy == 1 { checksum.name.clone() } else { format!("{}_{copy}", checksum.name) };
            let form = match stored.encode.as_uint() {
                Some((_, ByteOrder::Little)) => "little-endian".to_owned(),
                Some((_, ByteOrder::Big)) => "big-endian".to_owned(),
                None => stored.encode.to_string(),
            };
            let len = stored.encode.len();
            let inverted = if stored.inverted { ", inverted" } else { "" };
            Slot {
                name: identifier(&name),
                at: &stored.at,
                len: size(len),
                about: format!("{}, {form}{inverted}", checksum.algorithm),
                blank: blank(&stored.at, len),
            }
        })
    });
    let mut slots: Vec<Slot<'_>> = fields.chain(words).collect();
    if slots.is_empty() {
        return Err(Failure::refused(
            "all fields are values of keys in NVS: the firmware reads them by key, and has no place of them in its source",
        ));
    }
    let key = |slot: &Slot<'_>| match slot.at.base() {
        Base::Address(address) => (String::new(), address.saturating_add(slot.at.offset())),
        base => (format!("{base:?}"), slot.at.offset()),
    };
    slots.sort_by_key(key);
    let mut blocks: Vec<Block<'_>> = Vec::new();
    for slot in slots {
        let (group, start) = key(&slot);
        let near = |block: &&mut Block<'_>| {
            block.slots.last().is_some_and(|last| {
                let (other, at) = key(last);
                let end = at.saturating_add(last.len);
                other == group && end <= start && (start - end < APART || !group.is_empty())
            })
        };
        if let Some(block) = blocks.last_mut().filter(near) {
            if block.slots.iter().any(|other| other.name == slot.name) {
                let message =
                    format_args!("two fields or checksums are both `{}` in source: name one otherwise", slot.name);
                return Err(Failure::refused(message));
            }
            block.slots.push(slot);
        } else {
            let offset = if group.is_empty() { slot.at.offset() } else { 0 };
            let (name, section) = names(&slot, blocks.len(), &blocks)?;
            blocks.push(Block { name, section, base: slot.at.base(), offset, slots: vec![slot] });
        }
    }
    Ok(blocks)
}

/// A name as an identifier.
fn identifier(name: &str) -> String {
    let letter = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' };
    name.trim_start_matches('.').chars().map(letter).collect()
}

/// The name of the block that begins with this slot, unlike those of `others`, and its section.
fn names(slot: &Slot<'_>, index: usize, others: &[Block<'_>]) -> Result<(String, String), Failure> {
    let mut name = match slot.at.base() {
        Base::Symbol { name, .. } | Base::Section(name) => identifier(name),
        _ if index == 0 => "nameplate".to_owned(),
        _ => format!("nameplate_{}", slot.name),
    };
    while let Some(other) = others.iter().find(|other| other.name == name) {
        if let Base::Symbol { name: symbol, .. } = slot.at.base() {
            let message = format_args!(
                "two blocks would be `{name}` in source (the symbol {symbol}; {}): let the job say the places of a block in one way",
                other.place()
            );
            return Err(Failure::refused(message));
        }
        name.push_str("_2");
    }
    let section = match slot.at.base() {
        Base::Section(section) => section.clone(),
        _ => format!(".{name}"),
    };
    Ok((name, section))
}

fn shown(at: &At) -> String {
    let base = match at.base() {
        Base::Address(address) => return Address(address.saturating_add(at.offset())).to_string(),
        Base::Symbol { name, .. } => format!("symbol {name}"),
        Base::Section(name) => format!("section {name}"),
        _ => "the marker".to_owned(),
    };
    format!("{base} + {}", at.offset())
}

impl Block<'_> {
    /// Where it begins.
    fn start(&self) -> u64 {
        match self.base {
            Base::Address(address) => address.saturating_add(self.offset),
            _ => 0,
        }
    }

    /// Each slot with its offset in the block, and the bytes before it that are not ours.
    fn parts(&self) -> Vec<(&Slot<'_>, u64, u64)> {
        let mut end = self.front().map_or(0, |marker| u64::try_from(marker.len()).unwrap_or(u64::MAX));
        let place = |slot: &Slot<'_>| match slot.at.base() {
            Base::Address(address) => address.saturating_add(slot.at.offset()).saturating_sub(self.start()),
            _ => slot.at.offset(),
        };
        let part = |slot| {
            let offset = place(slot);
            let before = offset.saturating_sub(end);
            end = offset.saturating_add(slot.len);
            (slot, offset, before)
        };
        self.slots.iter().map(part).collect()
    }

    fn len(&self) -> u64 {
        self.parts().last().map_or(0, |(slot, offset, _)| offset.saturating_add(slot.len))
    }

    /// What is said of where it lies.
    fn place(&self) -> String {
        match self.base {
            Base::Address(_) => format!("at {}", Address(self.start())),
            Base::Symbol { name, .. } => format!("the symbol {name}"),
            Base::Section(name) => format!("the section {name}"),
            Base::Marker(marker) => format!("from the marker {} on", hex::encode_upper(marker.bytes())),
            _ => String::new(),
        }
    }

    /// The marker, where it lies in front of all fields.
    fn front(&self) -> Option<&[u8]> {
        let first = self.slots.first()?.at.offset();
        self.marker().filter(|marker| u64::try_from(marker.len()).is_ok_and(|len| len <= first))
    }

    /// The marker it is found by.
    fn marker(&self) -> Option<&[u8]> {
        match self.base {
            Base::Marker(marker) => Some(marker.bytes()),
            _ => None,
        }
    }
}

fn bytes(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("0x{byte:02X}")).collect::<Vec<_>>().join(", ")
}

fn c(source: &str, blocks: &[Block<'_>]) -> String {
    let mut text = format!("/* {source} */\n#ifndef NAMEPLATE_H\n#define NAMEPLATE_H\n\n#include <stdint.h>\n");
    for block in blocks {
        let Block { name, section, .. } = block;
        let upper = name.to_ascii_uppercase();
        let _ = write!(
            text,
            "\n/* {} bytes, {}. All fields are bytes in the order of addresses. */\n",
            block.len(),
            block.place()
        );
        if let Base::Address(_) = block.base {
            let _ = writeln!(text, "#define {upper}_ADDRESS 0x{:08X}u", block.start());
        }
        let _ = writeln!(text, "#define {upper}_SIZE {}u", block.len());
        for (slot, offset, _) in block.parts() {
            let slot_name = slot.name.to_ascii_uppercase();
            let _ = writeln!(text, "#define {upper}_{slot_name}_OFFSET {offset}u");
            let _ = writeln!(text, "#define {upper}_{slot_name}_SIZE {}u", slot.len);
        }
        if let Some(marker) = block.marker() {
            let _ = writeln!(text, "#define {upper}_MARKER {{ {} }}", bytes(marker));
        }
        let _ = writeln!(text, "\ntypedef struct {{");
        if let Some(marker) = block.front() {
            let _ = writeln!(text, "    uint8_t marker[{}];", marker.len());
        }
        for (slot, _, before) in block.parts() {
            if before > 0 {
                let _ = writeln!(text, "    uint8_t before_{}[{before}];", slot.name);
            }
            let _ = writeln!(text, "    uint8_t {}[{}]; /* {} */", slot.name, slot.len, slot.about);
        }
        let _ = writeln!(text, "}} {name}_t;\n");
        let _ = writeln!(text, "/* What it is before it is stamped. In one source file:");
        let _ = writeln!(
            text,
            "     __attribute__((section(\"{section}\"), used)) const volatile {name}_t {name} = {upper}_BLANK;"
        );
        let _ = writeln!(
            text,
            "   Without volatile the compiler may fold these bytes into the code, and never read the stamped ones. */"
        );
        let _ = writeln!(text, "#define {upper}_BLANK {{ \\");
        if block.front().is_some() {
            let _ = writeln!(text, "    .marker = {upper}_MARKER, \\");
        }
        for (slot, ..) in block.parts() {
            let _ = writeln!(text, "    .{} = {{ {} }}, \\", slot.name, bytes(&slot.blank));
        }
        let _ = writeln!(text, "}}");
    }
    text.push_str("\n#endif");
    text
}

/// The first letter of each word in upper case.
fn camel(name: &str) -> String {
    let upper = |word: &str| {
        let mut letters = word.chars();
        letters.next().map_or(String::new(), |first| first.to_ascii_uppercase().to_string() + letters.as_str())
    };
    name.split('_').map(upper).collect()
}

fn rust(source: &str, blocks: &[Block<'_>]) -> String {
    let mut text = format!("//! {source}\n");
    for block in blocks {
        let Block { name, section, .. } = block;
        let (upper, camel) = (name.to_ascii_uppercase(), camel(name));
        if let Base::Address(_) = block.base {
            let _ = write!(
                text,
                "\n/// Where [`{camel}`] lies.\npub const {upper}_ADDRESS: usize = 0x{:08X};\n",
                block.start()
            );
        }
        if let Some(marker) = block.marker() {
            let _ = write!(
                text,
                "\n/// What [`{camel}`] is found by.\npub const {upper}_MARKER: [u8; {}] = [{}];\n",
                marker.len(),
                bytes(marker)
            );
        }
        let _ = write!(
            text,
            "\n/// {} bytes, {}; all fields are bytes in the order of addresses.\n///\n",
            block.len(),
            block.place()
        );
        let _ = writeln!(
            text,
            "/// In one place: `#[unsafe(link_section = \"{section}\")] #[used] static {upper}: {camel} = {camel}::BLANK;`,"
        );
        let _ = writeln!(
            text,
            "/// read with `core::ptr::read_volatile(&raw const {upper})`, so that the stamped bytes are read."
        );
        let _ = writeln!(text, "#[repr(C)]\n#[derive(Clone, Copy)]\npub struct {camel} {{");
        if let Some(marker) = block.front() {
            let _ = writeln!(text, "    /// What it is found by.\n    pub marker: [u8; {}],", marker.len());
        }
        for (slot, _, before) in block.parts() {
            if before > 0 {
                let _ = writeln!(text, "    pub before_{}: [u8; {before}],", slot.name);
            }
            let _ = writeln!(text, "    /// {}\n    pub {}: [u8; {}],", slot.about, slot.name, slot.len);
        }
        let _ = writeln!(
            text,
            "}}\n\nimpl {camel} {{\n    /// What it is before it is stamped.\n    pub const BLANK: Self = Self {{"
        );
        if block.front().is_some() {
            let _ = writeln!(text, "        marker: {upper}_MARKER,");
        }
        for (slot, _, before) in block.parts() {
            if before > 0 {
                let _ = writeln!(text, "        before_{}: [0; {before}],", slot.name);
            }
            let _ = writeln!(text, "        {}: [{}],", slot.name, bytes(&slot.blank));
        }
        let _ = writeln!(text, "    }};\n}}");
    }
    text
}

fn linker(source: &str, blocks: &[Block<'_>]) -> String {
    let mut text = format!("/* {source} In SECTIONS: */\n");
    for block in blocks {
        let Block { name, section, .. } = block;
        let at = match block.base {
            Base::Address(_) => format!(" 0x{:08X}", block.start()),
            _ => String::new(),
        };
        let _ = write!(
            text,
            "\n/* KEEP: nothing but the programmer refers to it, so --gc-sections would remove it. */\n{section}{at} :\n{{\n    KEEP(*({section}))\n}} > FLASH\nASSERT(SIZEOF({section}) == {}, \"{name} is not as the job has it\")\n",
            block.len()
        );
    }
    text
}
