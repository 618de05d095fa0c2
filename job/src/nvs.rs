//! NVS partitions in jobs: one that is made from nothing, and where one lies in an image.

use nameplate::image::hex::Options;
use nameplate::image::nvs::Writer;
use nameplate::{At, Layout, Span};

use crate::error::{JobError, ParseError};
use crate::image::File;
use crate::job::{Content, Field, Format, Image};
use crate::reader::{Item, Table, parse_range};

/// The name in `format` of a partition that is made from nothing.
pub(crate) const FORMAT: &str = "nvs";

/// What messages call it, in place of a file.
const NAME: &str = "NVS partition";

/// `[image]` with `format = "nvs"`.
pub(crate) fn made(table: &Table<'_, '_>, others: &[&'static str]) -> Result<Image, ParseError> {
    let goes = ["format", "size", "base", "erase", "write_unit"];
    if let Some(item) = others.iter().filter(|key| !goes.contains(key)).find_map(|key| table.get(key)) {
        return Err(item.error("a partition that is made from nothing has no such thing: leave it out"));
    }
    let item = table.require("size", "\"0x6000\"")?;
    let size = item.u64()?;
    let bytes = usize::try_from(size).ok().filter(|_| size <= MOST);
    let bytes = bytes.ok_or_else(|| item.error(format!("found {size:#X}, expected at most {MOST:#X}")))?;
    let _ = Writer::new(bytes).map_err(|error| item.error(error.to_string()))?;
    let base = table.get("base").map_or(Ok(0), |item| item.u64())?;
    let number = |key| table.get(key).map(|item| item.u64()).transpose();
    Ok(Image {
        format: Some(Format::Bin),
        base: Some(base),
        erase: number("erase")?,
        write_unit: number("write_unit")?,
        ..Image::new(Content::Partition(size))
    })
}

/// More than the flash of any part.
const MOST: u64 = 0x0800_0000;

/// `[image.nvs]`: where the partition lies.
pub(crate) fn range(item: &Item<'_, '_>) -> Result<Option<Span>, ParseError> {
    let table = item.table("[image.nvs]", "a table", &["range"], &[])?;
    let range = |item: Item<'_, '_>| {
        let expected = "a range of addresses, as \"0x9000..0xF000\"";
        let range = parse_range(item.string(expected)?).map_err(|error| item.error(error))?;
        Span::try_from(range).map_err(|error| item.error(error.to_string()))
    };
    table.get("range").map(range).transpose()
}

/// `namespace/key`, behind `nvs:`.
pub(crate) fn key(item: &Item<'_, '_>, text: &str) -> Result<At, ParseError> {
    let found = || format!("found \"nvs:{}\", expected \"nvs:namespace/key\"", text.escape_debug());
    let (namespace, key) = text.split_once('/').ok_or_else(|| item.error(found()))?;
    for (what, name) in [("namespace", namespace), ("key", key)] {
        if !nameplate::image::nvs::is_name(name) {
            return Err(item.error(format!("{}, and a {what} has 1 to 15 characters of printable ASCII", found())));
        }
    }
    Ok(At::nvs(namespace, key))
}

/// A partition of `size` bytes: each key of the fields, in their order, with zeros for its value.
pub(crate) fn partition(fields: &[Field], size: u64, base: u64) -> Result<File, JobError> {
    let known = |field: &Field| Some(nameplate::Field::new(&*field.name, field.at.clone()?, field.encode.clone()));
    let layout = fields.iter().filter_map(known).fold(Layout::new(), Layout::field);
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let made = layout.partition(size).map_err(JobError::refused)?;
    Ok(File::known(NAME, made, Format::Bin, base, Options::strict()))
}

/// What is wrong with a field of a partition from nothing that is at no key.
pub(crate) const NO_KEY: &str = "a partition that is made from nothing has keys only: say  at = \"nvs:namespace/key\"";
