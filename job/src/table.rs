//! `[image]` and `[output]`, read from their tables.

use nameplate::Span;
use nameplate::image::elf::{AddressUnit, Memory};
use nameplate::image::hex::{Crossing, Tolerance};
use nameplate::image::{Erased, ErasedMap, uf2};

use crate::error::ParseError;
use crate::family::family;
use crate::fields::{self, PLACES};
use crate::job::{Content, Format, Image, NamedImage, Output, Part};
use crate::names;
use crate::never::OrNever;
use crate::nvs as partition;
use crate::reader::{Item, Table, parse_range};
use crate::suggest::did_you_mean;

/// The most images of a unit.
const MOST_IMAGES: usize = 64;

/// `[[image]]`: the images of a unit, each with a name and with what is written of it.
pub(crate) fn images(item: &Item<'_, '_>) -> Result<Vec<NamedImage>, ParseError> {
    let mut all: Vec<NamedImage> = Vec::new();
    for item in item.list("tables, each under [[image]]")? {
        if all.len() == MOST_IMAGES {
            return Err(item.error(format!("one image more than the {MOST_IMAGES} that a unit may have")));
        }
        let (table, mut image) = one_image(&item, "[[image]]", &["name", "output"])?;
        let item = table.require("name", "\"app\"")?;
        let name = image_name(&item)?;
        if let Some(other) = all.iter().find(|other| other.name.eq_ignore_ascii_case(&name)) {
            let message =
                format!("a second image named `{}`, as file names are compared without regard to case", other.name);
            return Err(item.error(message));
        }
        if let Some(item) = table.get("output") {
            image.output = output(&item, "[image.output]", &image.content)?;
        }
        all.push(NamedImage { name, image });
    }
    if all.is_empty() { Err(item.error("found an empty list, expected the images of a unit")) } else { Ok(all) }
}

/// The name of one of several images, which is a file's name too, and stands in front of a range.
fn image_name(item: &Item<'_, '_>) -> Result<String, ParseError> {
    let name = fields::name(item)?;
    if PLACES.contains(&&*name) {
        return Err(
            item.error(format!("found \"{name}\", which says where something lies: give the image another name"))
        );
    }
    names::check(&name).map_err(|error| item.error(error.to_string()))?;
    Ok(name)
}

/// `[image]`.
pub(crate) fn image(item: &Item<'_, '_>) -> Result<Image, ParseError> {
    one_image(item, "[image]", &[]).map(|(_, image)| image)
}

/// An image, and its table; it may have the `more` keys too.
fn one_image<'a, 'i>(
    item: &Item<'a, 'i>,
    what: &'static str,
    more: &[&'static str],
) -> Result<(Table<'a, 'i>, Image), ParseError> {
    let mut keys = vec![
        "file",
        "create",
        "format",
        "map",
        "load",
        "tolerate",
        "crossing",
        "base",
        "family",
        "erased",
        "erase",
        "write_unit",
        "remap",
        "elf",
        "uf2",
        "nvs",
        "size",
    ];
    let own = keys.len();
    keys.extend(more);
    let table = item.table(what, "a table", &keys, &["occurs"])?;
    let keys = keys.get(..own).or_never("more were added behind them");
    if table.get("format").is_some_and(|item| item.is_text(partition::FORMAT)) {
        let image = partition::made(&table, keys)?;
        return Ok((table, image));
    }
    if let Some(item) = table.get("size") {
        return Err(item.error("only a partition that is made from nothing has a size: say  format = \"nvs\""));
    }
    let content = content(&table)?;
    let format = table.get("format");
    // That of a partition from nothing was looked for before.
    let mut formats = Format::ALL.map(|format| (format.name(), format)).to_vec();
    formats.push((partition::FORMAT, Format::Bin));
    let format = format.map(|item| item.choice(&formats).map(|f| (item, f)));
    if let Some((item, why)) = alone(&table, &content) {
        return Err(item.error(why));
    }
    let base = table.get("base").map(|item| item.u64().map(|base| (item, base))).transpose()?;
    let format = match (format.transpose()?, &base) {
        (Some((item, Format::Bin)), None) => {
            return Err(item.error("a raw binary needs `base`, the address of its first byte"));
        }
        (Some((_, Format::Hex | Format::Srec | Format::TiTxt | Format::Elf | Format::Uf2)) | None, Some((item, _))) => {
            return Err(item.error("only a raw binary has a base address; say  format = \"bin\""));
        }
        (format, _) => format.map(|(_, format)| format),
    };
    let map = table.get("map").map(|item| item.string("the name of an ELF file").map(str::to_owned)).transpose()?;
    let load = table.get("load").map(|item| item.choice(&[("physical", false), ("virtual", true)])).transpose()?;
    let remap = table.get("remap").map(|item| remap(&item)).transpose()?.unwrap_or_default();
    let (memory, address_unit) = table.get("elf").map(|item| elf(&item)).transpose()?.unwrap_or_default();
    let uf2_family = table.get("uf2").map(|item| uf2(&item)).transpose()?.flatten();
    let nvs_range = table.get("nvs").map(|item| partition::range(&item)).transpose()?.flatten();
    let (tolerate, crossing) = hex(&table, format)?;
    let family = table.get("family").map(|item| family(&item)).transpose()?;
    let erased = table.get("erased").map(|item| erased(&item)).transpose()?.unwrap_or_default();
    let size = |key| table.get(key).map(|item| size(&item)).transpose();
    let (erase, write_unit) = (size("erase")?, size("write_unit")?);
    let (base, virtual_addresses) = (base.map(|(_, base)| base), load.unwrap_or(false));
    let image = Image {
        content,
        format,
        map,
        virtual_addresses,
        memory,
        address_unit,
        remap,
        uf2_family,
        nvs_range,
        tolerate,
        crossing,
        base,
        family,
        erased,
        erase,
        write_unit,
        output: Output::default(),
    };
    Ok((table, image))
}

/// The most bytes that are created.
const MOST_CREATED: u64 = 256 << 20;

fn content(table: &Table<'_, '_>) -> Result<Content, ParseError> {
    if let Some(item) = table.get("create") {
        if table.get("file").is_some() {
            return Err(item.error("the template is `file`, or erased memory that is made by `create`: leave one out"));
        }
        let span = span(&item, "0x810000..0x810400")?;
        if span.len() > MOST_CREATED {
            return Err(item.error(format!("{} bytes, more than the {MOST_CREATED} that are made", span.len())));
        }
        return Ok(Content::Created(span));
    }
    let file = table.require("file", "\"firmware.hex\"")?;
    if !file.is_list() {
        return Ok(Content::File(name(&file, "the name of a file, or a list of them")?));
    }
    let mut parts = Vec::new();
    for item in file.list("names of files")? {
        parts.push(if item.is_table() {
            let keys = item.table("`file` of [image]", "a table", &["file", "base"], &[])?;
            let base = keys.require("base", "\"0x08000000\"")?.u64()?;
            Part { name: name(&keys.require("file", "\"app.bin\"")?, "the name of a file")?, base: Some(base) }
        } else {
            Part { name: name(&item, "the name of a file")?, base: None }
        });
    }
    match parts.as_slice() {
        [] => Err(file.error("found an empty list, expected the names of the files that are merged")),
        [Part { name, base: None }] => Ok(Content::File(name.clone())),
        _ => Ok(Content::Merged(parts)),
    }
}

fn name(item: &Item<'_, '_>, expected: &str) -> Result<String, ParseError> {
    let name = item.string(expected)?;
    if name.is_empty() {
        return Err(item.error("found no text, expected the name of a file"));
    }
    Ok(name.to_owned())
}

/// A key that goes with one file only, and why it does.
fn alone<'a, 'i>(table: &Table<'a, 'i>, content: &Content) -> Option<(Item<'a, 'i>, &'static str)> {
    let (keys, why): (&[&'static str], _) = match content {
        Content::File(_) | Content::Partition(_) => return None,
        Content::Merged(_) => (
            &["format", "base"],
            "each of several files is told by its name and content; a raw binary among them says  { file = \"app.bin\", base = \"0x08000000\" }",
        ),
        Content::Created(_) => (
            &["format", "base", "tolerate", "crossing"],
            "memory from `create` has no file that is read; what is written of it stands in [output]",
        ),
    };
    keys.iter().find_map(|key| Some((table.get(key)?, why)))
}

fn span(item: &Item<'_, '_>, example: &str) -> Result<Span, ParseError> {
    let range = parse_range(item.string(&format!("a range of addresses, as \"{example}\""))?);
    let range = range.map_err(|error| item.error(error))?;
    Span::try_from(range).map_err(|error| item.error(error.to_string()))
}

/// What blank memory reads as: digits, or a list of regions.
fn erased(item: &Item<'_, '_>) -> Result<ErasedMap, ParseError> {
    let example = "[{ over = \"0x0..0x1E000\", value = \"FF3F\" }]";
    let pattern = |item: &Item<'_, '_>| {
        let expected = format!("the digits of 1 to 4 bytes, as \"FF\", or a list of regions, as {example}");
        let bytes = item.bytes(item.string(&expected)?)?;
        Erased::pattern(&bytes).ok_or_else(|| item.error(format!("found {} bytes, expected 1 to 4", bytes.len())))
    };
    if !item.is_list() {
        return pattern(item).map(ErasedMap::from);
    }
    let mut map = ErasedMap::default();
    for item in item.list("a list")? {
        let table = item.table("`erased` of [image]", &format!("tables, as {example}"), &["over", "value"], &[])?;
        let over = table.require("over", "\"0x0..0x1E000\"")?;
        let value = pattern(&table.require("value", "\"FF3F\"")?)?;
        map = map.region(span(&over, "0x0..0x1E000")?, value).map_err(|error| over.error(error.to_string()))?;
    }
    Ok(map)
}

/// What is written of the memory.
pub(crate) fn output(item: &Item<'_, '_>, what: &'static str, content: &Content) -> Result<Output, ParseError> {
    let table = item.table(what, "a table", &["format", "range", "base"], &[])?;
    let formats = [Format::Hex, Format::Srec, Format::TiTxt, Format::Bin, Format::Uf2];
    let choices = formats.map(|format| (format.name(), format));
    let format = table.get("format").map(|item| item.choice(&choices).map(|f| (item, f))).transpose()?;
    let range = table.get("range");
    let range = range.map(|item| span(&item, "0x810000..0x810400").map(|span| (item, span))).transpose()?;
    let base = table.get("base").map(|item| item.u64().map(|base| (item, base))).transpose()?;
    let all = match (content, &range) {
        (Content::Created(all), Some((item, range))) if !all.covers(*range) => {
            return Err(item.error(format!("{range} is more than the {all} that `create` in [image] makes")));
        }
        (Content::Created(all), _) => Some(*all),
        _ => None,
    };
    let written = range.as_ref().map(|(_, range)| *range).or(all);
    let missing = format!("needs `range` in {what}, the addresses that are written");
    match (&format, &base, written) {
        (Some((item, Format::Bin)), _, None) => {
            return Err(item.error(format!("a raw binary has no addresses and no gaps: it {missing}")));
        }
        (_, Some((item, _)), None) => return Err(item.error(&missing)),
        (_, Some((item, base)), Some(written)) => {
            let _ = Span::new(*base, written.len()).map_err(|error| item.error(error.to_string()))?;
        }
        _ => {}
    }
    Ok(Output {
        format: format.map(|(_, format)| format),
        range: range.map(|(_, range)| range),
        base: base.map(|(_, base)| base),
    })
}

fn elf(item: &Item<'_, '_>) -> Result<(Option<Memory>, Option<AddressUnit>), ParseError> {
    let table = item.table("[image.elf]", "a table", &["memory", "words"], &[])?;
    let choices = [("sections", Memory::Sections), ("segments", Memory::Segments)];
    let memory = table.get("memory").map(|item| item.choice(&choices)).transpose()?;
    let words = table.get("words").map(|item| item.flag()).transpose()?;
    Ok((memory, words.map(|words| if words { AddressUnit::Word16 } else { AddressUnit::Byte })))
}

fn uf2(item: &Item<'_, '_>) -> Result<Option<uf2::Family>, ParseError> {
    let table = item.table("[image.uf2]", "a table", &["family"], &[])?;
    let family = |item: Item<'_, '_>| {
        let expected = "the name of a family, as \"rp2040\", an ID as \"0xE48BFF56\", or \"none\"";
        let name = item.string(expected)?;
        uf2::Family::from_name(name).ok_or_else(|| {
            let names = uf2::Family::known().filter_map(uf2::Family::name).map(str::to_ascii_lowercase);
            let names: Vec<String> = names.collect();
            let hint = did_you_mean(&name.to_ascii_lowercase(), names.iter().map(String::as_str));
            item.error(format!("found \"{}\", expected {expected}{hint}", name.escape_debug()))
        })
    };
    table.get("family").map(family).transpose()
}

fn remap(item: &Item<'_, '_>) -> Result<Vec<(Span, u64)>, ParseError> {
    let example = "[{ from = \"0x9D000000..0x9D080000\", to = \"0x1D000000\" }]";
    let mut all: Vec<(Span, u64)> = Vec::new();
    for item in item.list(&format!("a list, as {example}"))? {
        let table = item.table("`remap` of [image]", &format!("tables, as {example}"), &["from", "to"], &[])?;
        let from = table.require("from", "\"0x9D000000..0x9D080000\"")?;
        let span = span(&from, "0x9D000000..0x9D080000")?;
        if let Some(common) = all.iter().find_map(|(other, _)| other.common(span)) {
            return Err(from.error(format!("{common} is remapped twice")));
        }
        let to = table.require("to", "\"0x1D000000\"")?;
        let start = to.u64()?;
        let _ = Span::new(start, span.len()).map_err(|error| to.error(error.to_string()))?;
        all.push((span, start));
    }
    Ok(all)
}

/// How a text file is read: what of it is, though strict reading refuses it, and where records go on.
fn hex(table: &Table<'_, '_>, format: Option<Format>) -> Result<(Vec<Tolerance>, Option<Crossing>), ParseError> {
    let names = Tolerance::ALL.map(|kind| (kind.name(), kind));
    let tolerate = match table.get("tolerate") {
        None => Vec::new(),
        Some(item) if format.is_some_and(|format| !format.is_text()) => {
            return Err(item.error("only HEX, S-record and TI-TXT files are read with tolerances"));
        }
        Some(item) => {
            let kinds = item.list("a list of kinds, as [\"no-eof\"]")?;
            kinds.map(|kind| kind.choice(&names)).collect::<Result<_, _>>()?
        }
    };
    let crossing = match table.get("crossing") {
        Some(item) if format.is_some_and(|format| format != Format::Hex) => {
            return Err(item.error("only records of HEX files pass the end of a segment"));
        }
        crossing => crossing.map(|item| item.choice(&[("wrap", Crossing::Wrap), ("linear", Crossing::Linear)])),
    };
    Ok((tolerate, crossing.transpose()?))
}

fn size(item: &Item<'_, '_>) -> Result<u64, ParseError> {
    match item.u64()? {
        0 => Err(item.error("found 0, expected a number of bytes")),
        size => Ok(size),
    }
}
