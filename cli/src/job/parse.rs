//! Text to [`Job`].

use nameplate::image::Erased;
use toml::de::DeTable;

use super::error::{JobError, JobErrorKind};
use super::fields::{checksum, field};
use super::reader::{Item, Table, top};
use super::{Format, Image, Job, Sqtp, SqtpAddress, Unit};

const TABLES: [&str; 5] = ["image", "unit", "field", "checksum", "sqtp"];

impl Job {
    /// Reads a job file.
    ///
    /// # Errors
    /// With the line of the first thing that is wrong.
    pub fn parse(text: &str) -> Result<Self, JobError> {
        let document = DeTable::parse(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            let line = text.bytes().take(at).filter(|&byte| byte == b'\n').count() + 1;
            JobError::new(line, JobErrorKind::Syntax, error.message().replace('\n', ", "))
        })?;
        let document = document.get_ref();
        let _ = Table::new(text, "the job", document, 0, &TABLES, &[])?;

        let image = top(text, document, "image").map(|item| image(&item)).transpose()?;
        let sqtp = top(text, document, "sqtp").map(|item| sqtp(&item)).transpose()?;
        if let (Some(_), Some(item)) = (&image, top(text, document, "sqtp")) {
            return Err(item.error(
                "a job with [image] makes images; an SQTP file is a job of its own (--image checks the place)",
            ));
        }
        if image.is_none() && sqtp.is_none() {
            let message = "the job has no [image] with the template (and no [sqtp])";
            return Err(JobError::new(1, JobErrorKind::Missing, message));
        }
        let unit = top(text, document, "unit")
            .ok_or_else(|| JobError::new(1, JobErrorKind::Missing, "the job has no [unit], as in  [unit] first = 1"))
            .and_then(|item| unit(&item))?;
        let fields = members(top(text, document, "field"), |item| field(item, image.is_some()))?;
        let checksums = members(top(text, document, "checksum"), checksum)?;
        if fields.is_empty() {
            return Err(JobError::new(
                1,
                JobErrorKind::Missing,
                "the job has no [[field]], so there is nothing to stamp",
            ));
        }
        let names = |what, names: Vec<(&str, usize)>| twice(text, what, &names);
        let lines = |key| lines(top(text, document, key));
        names("[[field]]", fields.iter().map(|field| &*field.name).zip(lines("field")).collect())?;
        names("[[checksum]]", checksums.iter().map(|sum| &*sum.name).zip(lines("checksum")).collect())?;
        Ok(Self { image, unit, fields, checksums, sqtp })
    }
}

/// The members of a list of tables; none when it is not there.
fn members<T>(
    list: Option<Item<'_, '_>>,
    one: impl Fn(&Item<'_, '_>) -> Result<T, JobError>,
) -> Result<Vec<T>, JobError> {
    match list {
        None => Ok(Vec::new()),
        Some(list) => list.list("tables, each under [[…]]")?.map(|item| one(&item)).collect(),
    }
}

/// The lines of the members of a list of tables.
fn lines(list: Option<Item<'_, '_>>) -> Vec<usize> {
    let members =
        list.and_then(|list| list.list("").ok().map(|members| members.map(|item| item.error("").line()).collect()));
    members.unwrap_or_default()
}

fn twice(_: &str, what: &str, names: &[(&str, usize)]) -> Result<(), JobError> {
    for (index, (name, line)) in names.iter().enumerate() {
        if names.iter().take(index).any(|(other, _)| other == name) {
            return Err(JobError::new(*line, JobErrorKind::Value, format!("a second {what} named `{name}`")));
        }
    }
    Ok(())
}

fn image(item: &Item<'_, '_>) -> Result<Image, JobError> {
    let keys = ["file", "format", "base", "erased", "erase", "write_unit"];
    let table = item.table("[image]", "a table", &keys, &["family", "lock_words", "occurs"])?;
    let file = table.require("file", "\"firmware.hex\"")?;
    let name = file.string("the name of a file")?.to_owned();
    let format = table.get("format");
    let format = format.map(|item| {
        item.choice(&[("hex", Format::Hex), ("bin", Format::Bin), ("elf", Format::Elf)]).map(|f| (item, f))
    });
    let base = table.get("base").map(|item| item.u64().map(|base| (item, base))).transpose()?;
    let format = match (format.transpose()?, &base) {
        (Some((item, Format::Elf)), _) => {
            return Err(
                item.fail(JobErrorKind::Unsupported, "ELF is not supported yet; use the HEX file of the same build")
            );
        }
        (Some((item, Format::Bin)), None) => {
            return Err(item.error("a raw binary needs `base`, the address of its first byte"));
        }
        (Some((_, Format::Hex)) | None, Some((item, _))) => {
            return Err(item.error("only a raw binary has a base address; say  format = \"bin\""));
        }
        (format, _) => format.map(|(_, format)| format),
    };
    if name.to_ascii_lowercase().ends_with(".elf") {
        return Err(
            file.fail(JobErrorKind::Unsupported, "ELF is not supported yet; use the HEX file of the same build")
        );
    }
    let erased = match table.get("erased") {
        None => vec![0xFF],
        Some(item) => {
            let bytes = item.bytes(item.string("the digits of 1 to 4 bytes, as \"FF\"")?)?;
            if Erased::pattern(&bytes).is_none() {
                return Err(item.error(format!("found {} bytes, expected 1 to 4", bytes.len())));
            }
            bytes
        }
    };
    let size = |key| table.get(key).map(|item| size(&item)).transpose();
    let (erase, write_unit) = (size("erase")?, size("write_unit")?);
    Ok(Image { file: name, format, base: base.map(|(_, base)| base), erased, erase, write_unit })
}

fn size(item: &Item<'_, '_>) -> Result<u64, JobError> {
    match item.u64()? {
        0 => Err(item.error("found 0, expected a number of bytes")),
        size => Ok(size),
    }
}

fn unit(item: &Item<'_, '_>) -> Result<Unit, JobError> {
    let table = item.table("[unit]", "a table", &["first", "last", "date", "name"], &[])?;
    let first = table.require("first", "1")?.u64()?;
    let last = table.get("last").map(|item| item.u64().map(|last| (item, last))).transpose()?;
    if let Some((item, last)) = last.as_ref().filter(|(_, last)| *last < first) {
        return Err(item.error(format!("found {last}, expected {first} (`first`) or more")));
    }
    let date = table.get("date").map(|item| item.date()).transpose()?;
    let name = table.get("name").map(|item| item.string("text, as \"{serial}\"")).transpose()?;
    Ok(Unit { first, last: last.map(|(_, last)| last), date, name: name.map(str::to_owned) })
}

fn sqtp(item: &Item<'_, '_>) -> Result<Sqtp, JobError> {
    let table = item.table("[sqtp]", "a table", &["field", "profile", "address"], &[])?;
    let text = |key, example: &str| table.require(key, example)?.string("text").map(str::to_owned);
    let item = table.require("address", "\"0x8000\"")?;
    let record = if item.is_string() { item.string("")?.strip_prefix("record:") } else { None };
    let address = match record {
        Some(record) => {
            let address = super::parse_address(record).map_err(|error| item.error(error))?;
            SqtpAddress::Record(u32::try_from(address).map_err(|_| item.error("a record address has 32 bits"))?)
        }
        None => SqtpAddress::Device(item.u64()?),
    };
    Ok(Sqtp { field: text("field", "\"serial\"")?, profile: text("profile", "\"pic16-userid\"")?, address })
}
