//! NVS partitions in jobs: one that is made from nothing, and where one lies in an image.

use nameplate::image::hex::Options;
use nameplate::image::nvs::{Data, Type, Writer};
use nameplate::plan::nvs_type;
use nameplate::{At, Span};

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
    let mut writer = Writer::new(usize::try_from(size).unwrap_or(usize::MAX)).map_err(JobError::refused)?;
    for field in fields {
        let fail = |why: &dyn std::fmt::Display| JobError::refused(format_args!("field `{}`: {why}", field.name));
        let key = field.at.as_ref().and_then(At::nvs_key).ok_or_else(|| fail(&NO_KEY))?;
        let kind = nvs_type(&field.encode).map_err(|error| fail(&error))?;
        let len = field.encode.len();
        let (text, bytes) = match kind {
            Type::String => ("0".repeat(len.saturating_sub(1)), Vec::new()),
            _ => (String::new(), vec![0; len]),
        };
        let data = match kind {
            Type::U8 => Data::U8(0),
            Type::I8 => Data::I8(0),
            Type::U16 => Data::U16(0),
            Type::I16 => Data::I16(0),
            Type::U32 => Data::U32(0),
            Type::I32 => Data::I32(0),
            Type::U64 => Data::U64(0),
            Type::I64 => Data::I64(0),
            Type::String => Data::String(&text),
            _ => Data::Blob(&bytes),
        };
        writer.put(key.namespace(), key.key(), data).map_err(|error| fail(&error))?;
    }
    Ok(File::known(NAME, writer.finish(), Format::Bin, base, Options::strict()))
}

/// What is wrong with a field of a partition from nothing that is at no key.
pub(crate) const NO_KEY: &str = "a partition that is made from nothing has keys only: say  at = \"nvs:namespace/key\"";
