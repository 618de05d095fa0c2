//! Text to [`Job`].

use std::collections::HashSet;

use nameplate::At;
use toml::de::DeTable;

use crate::checksum::{Either, either};
use crate::error::{ParseError, ParseErrorKind};
use crate::fields::{Images, field, label};
use crate::images::{image_named, order};
use crate::job::{Content, Evidence, Field, Given, Job, Ledger, Nvs, Retry, Sqtp, SqtpAddress, Unit, ValueSpec};
use crate::journal::sha256;
use crate::nvs as partition;
use crate::reader::{Item, Table, line_of, parse_address};
use crate::table::{image, images, output};

const TABLES: [&str; 9] = ["image", "output", "unit", "field", "checksum", "text", "sqtp", "nvs", "ledger"];

impl Job {
    /// Reads a job file.
    ///
    /// # Errors
    /// With the line of the first thing that is wrong.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        let document = DeTable::parse(text).map_err(|error| {
            let line = line_of(text, error.span().map_or(0, |span| span.start));
            let message = error.message().replace('\n', ", ");
            let number = ["invalid float", "invalid integer", "invalid exponent", "invalid datetime"];
            let unquoted = number.iter().any(|number| message.starts_with(number));
            let hint = if unquoted { "; digits that are no plain number stand in quotes" } else { "" };
            ParseError::new(line, ParseErrorKind::Syntax, message + hint)
        })?;
        let document = Table::new(text, "the job", document.get_ref(), 0, &TABLES, &[])?;
        let missing = |message: &str| document.error(ParseErrorKind::Missing, message);

        let (mut image, images) = match document.get("image") {
            None => (None, Vec::new()),
            Some(item) if item.is_list() => (None, images(&item)?),
            Some(item) => (Some(image(&item)?), Vec::new()),
        };
        if let Some(item) = document.get("output") {
            let Some(image) = &mut image else {
                return Err(item.error(if images.is_empty() {
                    "it says what is written of [image], and the job has none"
                } else {
                    "the job has several images: say what is written of each as [image.output], under its [[image]]"
                }));
            };
            image.output = output(&item, "[output]", &image.content)?;
        }
        let has_image = image.is_some() || !images.is_empty();
        let sqtp = match (has_image, document.get("sqtp")) {
            (true, Some(item)) => {
                let message =
                    "a job with [image] makes images; an SQTP file is a job of its own (--image checks the place)";
                return Err(item.error(message));
            }
            (_, item) => item.map(|item| sqtp(&item)).transpose()?,
        };
        let nvs = match (has_image || sqtp.is_some(), document.get("nvs")) {
            (true, Some(item)) => {
                return Err(
                    item.error("values for an NVS partition are a job of their own, without [image] and [sqtp]")
                );
            }
            (false, None) => {
                return Err(missing("the job has no [image] with the template (and no [sqtp] or [nvs])"));
            }
            (_, item) => item.map(|item| nvs(&item)).transpose()?,
        };
        let unit = document.get("unit").ok_or_else(|| missing("the job has no [unit], as in  [unit] first = 1"))?;
        let ledger = document.get("ledger").map(|item| ledger(&item)).transpose()?;
        let unit = self::unit(&unit, ledger.is_some())?;
        let names: Vec<&str> = images.iter().map(|image| image.name.as_str()).collect();
        let of_job = Images { any: has_image, names: &names };
        let one = |item: &Item<'_, '_>| {
            let field = field(item, of_job)?;
            let image = image.as_ref().or_else(|| image_named(&images, field.image.as_deref()));
            if image.is_some_and(|image| matches!(image.content, Content::Partition(_))) {
                in_partition(item, &field)?;
            }
            of_ledger(item, &field.value, ledger.as_ref()).map(|()| field)
        };
        let fields = members(document.get("field"), "[[field]]", one, |field| &field.name)?;
        let sum = |item: &Item<'_, '_>| either(item, of_job);
        let (mut checksums, mut presets) = (Vec::new(), Vec::new());
        for sum in members(document.get("checksum"), "[[checksum]]", sum, Either::name)? {
            match sum {
                Either::Described(checksum) => checksums.push(checksum),
                Either::Preset(preset) => presets.push(preset),
            }
        }
        let texts = members(document.get("text"), "[[text]]", label, |text| &text.name)?;
        if fields.is_empty() {
            return Err(missing("the job has no [[field]], so there is nothing to stamp"));
        }
        let sha256 = sha256(text.as_bytes());
        let job = Self { image, images, unit, fields, checksums, presets, texts, sqtp, nvs, ledger, sha256 };
        if let Err((name, message)) = order(&job) {
            let line = document.get("checksum").and_then(|list| line_of_member(&list, &name)).unwrap_or(1);
            return Err(ParseError::new(line, ParseErrorKind::Value, message));
        }
        Ok(job)
    }
}

/// The members of a list of tables, no two of one name; none when the list is not there.
fn members<T>(
    list: Option<Item<'_, '_>>,
    what: &str,
    one: impl Fn(&Item<'_, '_>) -> Result<T, ParseError>,
    name: impl Fn(&T) -> &str,
) -> Result<Vec<T>, ParseError> {
    let (mut members, mut names) = (Vec::new(), HashSet::new());
    let Some(list) = list else { return Ok(members) };
    for item in list.list("tables, each under [[…]]")? {
        let member = one(&item)?;
        if !names.insert(name(&member).to_owned()) {
            let message = format!("a second {what} named `{}`", name(&member));
            return Err(ParseError::new(item.line(), ParseErrorKind::Value, message));
        }
        members.push(member);
    }
    Ok(members)
}

/// The line of the member with that name.
fn line_of_member(list: &Item<'_, '_>, name: &str) -> Option<usize> {
    list.list("").ok()?.find(|item| item.member_is("name", name)).map(|item| item.line())
}

/// Refuses a field of a partition from nothing that is at no key.
fn in_partition(item: &Item<'_, '_>, field: &Field) -> Result<(), ParseError> {
    if field.at.as_ref().and_then(At::nvs_key).is_some() {
        return Ok(());
    }
    let message = format!("`at` in [[field]]: {}", partition::NO_KEY);
    Err(ParseError::new(item.line(), ParseErrorKind::Value, message))
}

fn unit(item: &Item<'_, '_>, has_ledger: bool) -> Result<Unit, ParseError> {
    let keys = ["first", "last", "date", "name", "station", "product", "country"];
    let table = item.table("[unit]", "a table", &keys, &[])?;
    let first = match table.get("first") {
        None if has_ledger => 0,
        _ => table.require("first", "1")?.u64()?,
    };
    let last = table.get("last").map(|item| item.u64().map(|last| (item, last))).transpose()?;
    if let Some((item, last)) = last.as_ref().filter(|(_, last)| *last < first) {
        return Err(item.error(format!("found {last}, expected {first} (`first`) or more")));
    }
    let date = table.get("date").map(|item| item.date()).transpose()?;
    let name = table.get("name").map(|item| item.string("text, as \"{serial}\"")).transpose()?;
    let text = |key| table.get(key).map(|item| item.string("text").map(str::to_owned)).transpose();
    let given = Given { station: text("station")?, product: text("product")?, country: text("country")? };
    Ok(Unit { first, last: last.map(|(_, last)| last), date, name: name.map(str::to_owned), given })
}

fn sqtp(item: &Item<'_, '_>) -> Result<Sqtp, ParseError> {
    let table = item.table("[sqtp]", "a table", &["field", "profile", "address"], &[])?;
    let text = |key, example: &str| table.require(key, example)?.string("text").map(str::to_owned);
    let item = table.require("address", "\"0x8000\"")?;
    let record = if item.is_string() { item.string("")?.strip_prefix("record:") } else { None };
    let address = match record {
        Some(record) => {
            let address = parse_address(record).map_err(|error| item.error(error))?;
            SqtpAddress::Record(u32::try_from(address).map_err(|_| item.error("a record address has 32 bits"))?)
        }
        None => SqtpAddress::Device(item.u64()?),
    };
    let field = table.require("field", "\"serial\"")?;
    let name = |item: Item<'_, '_>| item.string("the name of a field, or a list of them").map(str::to_owned);
    let fields = if field.is_list() {
        field.list("the names of fields")?.map(name).collect::<Result<Vec<_>, _>>()?
    } else {
        vec![name(field)?]
    };
    if fields.is_empty() {
        return Err(field.error("found an empty list, expected the names of fields"));
    }
    Ok(Sqtp { fields, profile: text("profile", "\"pic16-userid\"")?, address })
}

fn ledger(item: &Item<'_, '_>) -> Result<Ledger, ParseError> {
    let later = [
        "notes; leave it out: `nameplate ledger note` takes notes of any name",
        "pepper; leave it out: keys are kept as they are",
    ];
    let table = item.table("[ledger]", "a table", &["pool", "keys", "evidence", "retry"], &later)?;
    let pool = table.require("pool", "\"euroboard\"")?;
    let keys = table.require("keys", "[\"uid\"]")?;
    let mut kinds: Vec<String> = Vec::new();
    for item in keys.list("the kinds of keys, as [\"uid\", \"board\"]")? {
        let kind = crate::fields::name(&item)?;
        if kinds.contains(&kind) {
            return Err(item.error(format!("found \"{kind}\" twice: say each kind once")));
        }
        kinds.push(kind);
    }
    if kinds.is_empty() {
        return Err(keys.error("found an empty list, expected what names a unit, as [\"uid\", \"board\"]"));
    }
    let evidence =
        [("readback", Evidence::Readback), ("reported", Evidence::Reported), ("programmer", Evidence::Programmer)];
    let evidence = table.get("evidence").map(|item| item.choice(&evidence)).transpose()?.unwrap_or_default();
    let retry = [("blank", Retry::Blank), ("person", Retry::Person)];
    let retry = table.get("retry").map(|item| item.choice(&retry)).transpose()?.unwrap_or_default();
    Ok(Ledger { pool: crate::fields::name(&pool)?, keys: kinds, evidence, retry })
}

/// Refuses a pool that no ledger gives, or that of the units' numbers, which needs no name.
fn of_ledger(item: &Item<'_, '_>, value: &ValueSpec, ledger: Option<&Ledger>) -> Result<(), ParseError> {
    let (ValueSpec::Eui48 { pool: Some(pool), .. } | ValueSpec::Eui64 { pool: Some(pool), .. }) = value else {
        return Ok(());
    };
    let fail = |message: String| Err(ParseError::new(item.line(), ParseErrorKind::Value, message));
    match ledger {
        None => fail(format!(
            "`pool` in value: pool `{pool}` is one of a ledger, and the job has no [ledger]: add it, or say `seq0`, the number with the first address"
        )),
        Some(ledger) if ledger.pool == *pool => fail(format!(
            "`pool` in value: pool `{pool}` has the numbers of the units: say `seq0`, the number with the first address"
        )),
        Some(_) => Ok(()),
    }
}

fn nvs(item: &Item<'_, '_>) -> Result<Nvs, ParseError> {
    let table = item.table("[nvs]", "a table", &["namespace"], &[])?;
    Ok(Nvs { namespace: table.require("namespace", "\"factory\"")?.string("text")?.to_owned() })
}
