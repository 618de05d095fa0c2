//! `units.jsonl`: what was stamped, one JSON object a line. Its keys are read by other systems and
//! stay as they are.

use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::str::FromStr;

use nameplate::addr::{Address, Span};
use nameplate::plan::Stamped;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::error::JobError;

/// One line of `units.jsonl`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// The unit's number.
    pub seq: Number,
    /// The unit's file, in the folder of `units.jsonl`; nothing of a unit with several images.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub file: String,
    /// What that file is: `hex`, `elf`, `bin`, `delta` or `pages`; nothing in journals of before.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub format: Option<String>,
    /// The memory that the file has, `0x00810000..0x00810400`; nothing when it has all of it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub range: Option<String>,
    /// The address at which the file begins, `0x00000000`; nothing when it has the addresses of the memory.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub base: Option<String>,
    /// The files of a unit with several images, in the order of the job.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub images: Vec<Image>,
    /// The fields by name.
    pub fields: BTreeMap<String, Field>,
    /// The checksums by name.
    pub checksums: BTreeMap<String, Checksum>,
    /// The texts of the unit's label, by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub texts: BTreeMap<String, String>,
    /// SHA-256 of the template; nothing of a unit with several images.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub template_sha256: String,
    /// SHA-256 of the unit's whole image, where `file` is a delta too; secret fields and what covers them as in the template.
    /// Nothing of a unit with several images.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub image_sha256: String,
    /// SHA-256 of the job file.
    pub job_sha256: String,
    /// The version of the command.
    pub version: String,
    /// What the date tokens of the job meant, `2024-07-01`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub date: Option<String>,
    /// Where the unit stands in a ledger.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ledger: Option<Entry>,
}

/// One of the files of a unit with several images.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Image {
    /// The name of the image.
    pub name: String,
    /// Its file, in the folder of `units.jsonl`: the folder of the unit, a slash, and the file's own name.
    pub file: String,
    /// As [`Line::format`].
    pub format: String,
    /// As [`Line::range`].
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub range: Option<String>,
    /// As [`Line::base`].
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub base: Option<String>,
    /// As [`Line::template_sha256`].
    pub template_sha256: String,
    /// As [`Line::image_sha256`].
    pub image_sha256: String,
}

/// One of the files of a unit with several images, as it was stamped.
#[derive(Clone, Copy, Debug)]
pub struct Stamp<'s> {
    /// The name of the image.
    pub name: &'s str,
    /// Its file.
    pub file: &'s str,
    /// What was stamped.
    pub stamped: &'s Stamped<'s>,
    /// What it is made of.
    pub origin: &'s Origin,
}

/// Where a unit stands in a ledger: the event that gave it its numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The ID of the ledger.
    pub id: String,
    /// The line of the event, as it stands in the log.
    pub event: String,
    /// Its place in the log.
    pub seq: Number,
    /// The root of the log up to it, in digits.
    pub root: String,
}

/// What all units of a run are made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// SHA-256 of the template.
    pub template_sha256: String,
    /// SHA-256 of the job file.
    pub job_sha256: String,
    /// What the files of the units are: `hex`, `elf`, `bin`, `delta` or `pages`.
    pub format: &'static str,
    /// What memory those have, when not all of it.
    pub range: Option<Span>,
    /// The address at which they begin, when it is none of the memory's.
    pub base: Option<u64>,
    /// Year, month and day that date tokens mean.
    pub date: Option<(u16, u8, u8)>,
}

impl Line {
    /// The line of a unit that is kept as `file`, with the texts of its label; `text` gives a field's value as a
    /// person reads it.
    pub fn new(
        seq: u64,
        file: &str,
        stamped: &Stamped<'_>,
        texts: BTreeMap<String, String>,
        origin: &Origin,
        text: impl Fn(&str) -> Option<String>,
    ) -> Self {
        let (fields, checksums) = entries(None, stamped, text);
        let Origin { template_sha256, job_sha256, format, range, base, date } = origin.clone();
        Self {
            seq: Number::from(seq),
            file: file.to_owned(),
            format: Some(format.to_owned()),
            range: range.map(|range| range.to_string()),
            base: base.map(|base| Address(base).to_string()),
            images: Vec::new(),
            fields,
            checksums,
            texts,
            template_sha256,
            image_sha256: sha256(&stamped.masked()),
            job_sha256,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            date: date.map(day),
            ledger: None,
        }
    }

    /// The line of a unit with several images, at least one.
    pub fn of_images(
        seq: u64,
        stamps: &[Stamp<'_>],
        texts: BTreeMap<String, String>,
        text: impl Fn(&str) -> Option<String>,
    ) -> Self {
        let (mut images, mut fields, mut checksums) = (Vec::new(), BTreeMap::new(), BTreeMap::new());
        for Stamp { name, file, stamped, origin } in stamps {
            let mut own = entries(Some(name), stamped, &text);
            fields.append(&mut own.0);
            checksums.append(&mut own.1);
            images.push(Image {
                name: (*name).to_owned(),
                file: (*file).to_owned(),
                format: origin.format.to_owned(),
                range: origin.range.map(|range| range.to_string()),
                base: origin.base.map(|base| Address(base).to_string()),
                template_sha256: origin.template_sha256.clone(),
                image_sha256: sha256(&stamped.masked()),
            });
        }
        let origin = stamps.first().map(|stamp| stamp.origin);
        Self {
            seq: Number::from(seq),
            file: String::new(),
            format: None,
            range: None,
            base: None,
            images,
            fields,
            checksums,
            texts,
            template_sha256: String::new(),
            image_sha256: String::new(),
            job_sha256: origin.map(|origin| origin.job_sha256.clone()).unwrap_or_default(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            date: origin.and_then(|origin| origin.date).map(day),
            ledger: None,
        }
    }

    /// What the line says of one of several images, as that of a unit with this image alone.
    #[must_use]
    pub fn of_image(&self, name: &str) -> Option<Self> {
        let image = self.images.iter().find(|image| image.name == name)?.clone();
        let is_own = |of: &Option<String>| of.as_deref() == Some(name);
        let fields = self.fields.iter().filter(|(_, field)| is_own(&field.image));
        let checksums = self.checksums.iter().filter(|(_, checksum)| is_own(&checksum.image));
        Some(Self {
            file: image.file,
            format: Some(image.format),
            range: image.range,
            base: image.base,
            images: Vec::new(),
            fields: fields.map(|(name, field)| (name.clone(), field.clone())).collect(),
            checksums: checksums.map(|(name, checksum)| (name.clone(), checksum.clone())).collect(),
            template_sha256: image.template_sha256,
            image_sha256: image.image_sha256,
            ..self.clone()
        })
    }

    /// Whether it says of what file it is.
    fn has_file(&self) -> bool {
        let whole = !self.file.is_empty() && !self.template_sha256.is_empty() && !self.image_sha256.is_empty();
        whole || self.file.is_empty() && !self.images.is_empty()
    }

    /// The same of a unit of a ledger.
    #[must_use]
    pub fn of_ledger(mut self, entry: Entry) -> Self {
        self.ledger = Some(entry);
        self
    }
}

fn day((year, month, day): (u16, u8, u8)) -> String {
    format!("{year:04}-{month:02}-{day:02}")
}

/// As it stands in `units.jsonl`, without the line's end.
impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(self).map_err(|_| fmt::Error)?)
    }
}

/// A number; as a string when JSON readers with 53-bit numbers would round it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Number {
    /// Below 2⁵³.
    Small(u64),
    /// The digits.
    Large(String),
}

impl From<u64> for Number {
    fn from(n: u64) -> Self {
        if n < 1 << 53 { Self::Small(n) } else { Self::Large(n.to_string()) }
    }
}

impl Number {
    /// The number.
    pub fn get(&self) -> Option<u64> {
        match self {
            Self::Small(n) => Some(*n),
            Self::Large(digits) => digits.parse().ok(),
        }
    }
}

/// What a field was given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// Which of several images it lies in.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub image: Option<String>,
    /// Where it lies, `0x08001F04`.
    pub address: String,
    /// Its bytes in the order of addresses, two digits each.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub bytes: Option<String>,
    /// Its value as a person reads it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub text: Option<String>,
    /// How many bytes; of a secret only.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub length: Option<u64>,
    /// Whether it is secret.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub secret: bool,
}

/// What a checksum became.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checksum {
    /// Which of several images it lies in.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub image: Option<String>,
    /// Where its word lies.
    pub address: String,
    /// The word in the template, its bytes in the order of addresses; not when it covers a secret.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub before: Option<String>,
    /// The word in the unit; not when it covers a secret.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub after: Option<String>,
}

fn address(span: Span) -> String {
    Address(span.start()).to_string()
}

/// The fields and checksums of a unit, or of one of its images; `text` gives a field's value as a person reads it.
fn entries(
    image: Option<&str>,
    stamped: &Stamped<'_>,
    text: impl Fn(&str) -> Option<String>,
) -> (BTreeMap<String, Field>, BTreeMap<String, Checksum>) {
    let fields = stamped.record().fields().map(|field| {
        let secret = field.bytes.is_none();
        let entry = Field {
            image: image.map(str::to_owned),
            address: address(field.span),
            text: if secret { None } else { text(&field.name) },
            bytes: field.bytes.as_deref().map(hex::encode_upper),
            length: secret.then(|| field.span.len()),
            secret,
        };
        (field.name.into_owned(), entry)
    });
    let checks = stamped.record().checks().map(|check| {
        let entry = Checksum {
            image: image.map(str::to_owned),
            address: address(check.span),
            before: check.before.as_deref().map(hex::encode_upper),
            after: check.after.as_deref().map(hex::encode_upper),
        };
        (check.name.into_owned(), entry)
    });
    (fields.collect(), checks.collect())
}

/// SHA-256 of `bytes`, in lower-case digits.
pub fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

impl FromStr for Line {
    type Err = JobError;

    /// Reads one line.
    fn from_str(text: &str) -> Result<Self, JobError> {
        // Not the error's own words: they show what was found, which may be a key of another file.
        let none = |column| {
            JobError::refused(format_args!("column {column}: this is no line of a units.jsonl as `stamp` writes it"))
        };
        let line: Self = serde_json::from_str(text).map_err(|error| none(error.column()))?;
        if line.has_file() { Ok(line) } else { Err(none(text.len())) }
    }
}

/// The lines of a `units.jsonl`, each with the number of its unit and its own text. Nothing of them is kept but the
/// numbers.
///
/// # Errors
/// When a line is none, or two are of one unit.
pub fn lines(text: &str) -> impl Iterator<Item = Result<(u64, Line, &str), JobError>> {
    let mut known = HashSet::new();
    text.lines().zip(1..).map(move |(text, number): (&str, usize)| {
        let about = |error: JobError| error.about(format_args!("line {number}"));
        let line: Line = text.parse().map_err(about)?;
        let seq = line.seq.get().ok_or_else(|| about(JobError::refused("`seq` is no number")))?;
        if !known.insert(seq) {
            return Err(about(JobError::refused(format_args!("unit {seq} a second time"))));
        }
        Ok((seq, line, text))
    })
}

/// Reads a whole `units.jsonl`, by number.
///
/// # Errors
/// As [`lines`].
pub fn parse(text: &str) -> Result<BTreeMap<u64, Line>, JobError> {
    lines(text).map(|line| line.map(|(seq, line, _)| (seq, line))).collect()
}
