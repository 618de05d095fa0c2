//! [`Job`] to text: what [`Job::parse`] reads as the same job.

use std::fmt::{self, Display, Write as _};

use nameplate::addr::Address;
use nameplate::check::Parameters;
use nameplate::id::uuid::Order as Octets;
use nameplate::image::elf::{AddressUnit, Memory};
use nameplate::image::hex::Crossing;
use nameplate::image::{Erased, ErasedMap};
use nameplate::plan::Base;
use nameplate::repair::{Order, Own, Step, Tail};
use nameplate::{At, ByteOrder, Span};

use crate::job::{
    Algorithm, Checksum, Content, Evidence, Expect, Field, Gaps, Image, InputAs, Job, Ledger, Nvs, Output, Over, Part,
    Preset, PresetKind, Retry, Sqtp, SqtpAddress, Stored, Template, Text, TextKind, UidForm, Unit, UuidName, ValueSpec,
};

impl Job {
    /// The job as the text of a job file: [`parse`](Self::parse) reads it as an equal job, but for its
    /// [`sha256`](Self::sha256), which is of the text. Comments are not in a [`Job`], so they are not in its text; keys
    /// that have their default are left out. Constants of secret fields are in it, as in any job file.
    ///
    /// A job that a program made may say what no file can, such as a raw binary without `base`: then `parse` refuses it.
    ///
    /// ```
    /// use nameplate_job::Job;
    ///
    /// let text = "\
    /// [unit]
    /// first = 0
    ///
    /// [[field]]
    /// name = \"serial\"
    /// encode = \"u32le\"
    /// value = \"{seq}\"
    ///
    /// [nvs]
    /// namespace = \"factory\"
    /// ";
    /// let mut job = Job::parse(text)?;
    /// assert_eq!(job.to_toml(), text);
    /// job.unit.first = 1000;
    /// assert_eq!(Job::parse(&job.to_toml())?, job);
    /// # Ok::<(), nameplate_job::ParseError>(())
    /// ```
    #[must_use]
    pub fn to_toml(&self) -> String {
        let Self { image, unit, fields, checksums, presets, texts, sqtp, nvs, ledger, sha256: _ } = self;
        let mut out = Tables::default();
        if let Some(image) = image {
            out.image(image);
        }
        out.unit(unit);
        for field in fields {
            out.field(field, image.is_some());
        }
        for checksum in checksums {
            out.checksum(checksum);
        }
        for preset in presets {
            out.preset(preset);
        }
        for text in texts {
            out.text(text);
        }
        if let Some(sqtp) = sqtp {
            out.sqtp(sqtp);
        }
        if let Some(nvs) = nvs {
            out.nvs(nvs);
        }
        if let Some(ledger) = ledger {
            out.ledger(ledger);
        }
        out.text
    }
}

/// Text in quotes.
struct Quoted<T>(T);

impl<T: Display> Display for Quoted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        for c in self.0.to_string().chars() {
            match c {
                '"' | '\\' => write!(f, "\\{c}")?,
                c if c.is_control() => write!(f, "\\u{:04X}", u32::from(c))?,
                c => f.write_char(c)?,
            }
        }
        f.write_char('"')
    }
}

/// A number; in quotes when it is more than TOML has.
struct Number(u128);

impl Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match i64::try_from(self.0) {
            Ok(n) => n.fmt(f),
            Err(_) => write!(f, "\"{:#X}\"", self.0),
        }
    }
}

/// Members with commas between.
fn joined<T: Display>(members: impl IntoIterator<Item = T>) -> String {
    members.into_iter().map(|member| member.to_string()).collect::<Vec<_>>().join(", ")
}

/// A list.
fn list<T: Display>(members: impl IntoIterator<Item = T>) -> String {
    format!("[{}]", joined(members))
}

/// An inline table.
fn table<'k>(pairs: impl IntoIterator<Item = (&'k str, String)>) -> String {
    format!("{{ {} }}", joined(pairs.into_iter().map(|(key, value)| format!("{key} = {value}"))))
}

fn quoted(text: impl Display) -> String {
    Quoted(text).to_string()
}

fn number(n: impl Into<u128>) -> String {
    Number(n.into()).to_string()
}

/// One text, or a list of them.
fn one_or_list(texts: &[String]) -> String {
    if let [one] = texts { quoted(one) } else { list(texts.iter().map(Quoted)) }
}

/// A place as it stands in quotes.
struct Place<'a>(&'a At);

impl Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let offset = self.0.offset();
        let name = match self.0.base() {
            Base::Address(address) => return Address(address.saturating_add(offset)).fmt(f),
            Base::Symbol { file: None, name } => format!("symbol:{name}"),
            Base::Symbol { file: Some(file), name } => format!("symbol:{name}@{file}"),
            Base::Section(name) => format!("section:{name}"),
            Base::Marker(marker) => format!("marker:{}", hex::encode_upper(marker.bytes())),
            Base::Nvs(key) => return write!(f, "nvs:{}/{}", key.namespace(), key.key()),
            // A base of a later version, which this one does not read either.
            other => format!("later:{other:?}"),
        };
        f.write_str(&name)?;
        // Behind a plus in the name stands an offset, even of nothing.
        if offset > 0 || name.contains('+') { write!(f, "+{offset}") } else { Ok(()) }
    }
}

/// The address, if the place is one.
fn address(at: &At) -> Option<u64> {
    if let Base::Address(address) = at.base() { address.checked_add(at.offset()) } else { None }
}

/// A range as it stands in quotes.
struct Range<'a>(&'a Over);

impl Display for Range<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Over { start, end } = self.0;
        // Plain addresses are two, the lower one first. Words, which are even, are for any others.
        match (address(start), end.as_ref().map(address)) {
            (Some(start), Some(Some(end))) if start >= end && end % 2 == 0 => {
                write!(f, "{}..word:{:#X}", Address(start), end / 2)
            }
            (Some(start), Some(Some(end))) if start >= end => write!(f, "word:{:#X}..{}", start / 2, Address(end)),
            (Some(start), None) => write!(f, "word:{:#X}", start / 2),
            _ => {
                Place(start).fmt(f)?;
                end.as_ref().map_or(Ok(()), |end| write!(f, "..{}", Place(end)))
            }
        }
    }
}

/// The bytes that an erased pattern was made of.
fn pattern(erased: Erased) -> String {
    hex::encode_upper(erased.as_bytes())
}

/// What blank memory reads as: one pattern, or regions. What lies outside of those is 0xFF in a job.
fn regions(erased: &ErasedMap) -> String {
    let one = |(over, erased)| table([("over", quoted(over)), ("value", quoted(pattern(erased)))]);
    let regions: Vec<String> = erased.regions().map(one).collect();
    if regions.is_empty() { quoted(pattern(erased.rest())) } else { list(regions) }
}

/// One of several files.
fn part(part: &Part) -> String {
    match part.base {
        None => quoted(&part.name),
        Some(base) => table([("file", quoted(&part.name)), ("base", quoted(Address(base)))]),
    }
}

fn expect(expect: &Expect) -> String {
    quoted(match expect {
        Expect::Erased => "erased".to_owned(),
        Expect::Any => "any".to_owned(),
        Expect::Hex(bytes) => format!("hex:{}", hex::encode_upper(bytes)),
    })
}

fn block(key: &'static str, prefixes: &[String], stride: u64, seq0: u64, pool: Option<&String>) -> String {
    let begin = pool.map_or_else(|| ("seq0", number(seq0)), |pool| ("pool", quoted(pool)));
    table([(key, one_or_list(prefixes)), ("stride", number(stride)), begin])
}

fn value(value: &ValueSpec) -> String {
    match value {
        ValueSpec::Template(text) => quoted(text),
        ValueSpec::Eui48 { prefixes, stride, seq0, pool } => block("eui48", prefixes, *stride, *seq0, pool.as_ref()),
        ValueSpec::Eui64 { prefixes, stride, seq0, pool } => block("eui64", prefixes, *stride, *seq0, pool.as_ref()),
        ValueSpec::Stm32 { column, form } => {
            let form = match form {
                UidForm::Memory => "memory",
                UidForm::Pack60 => "pack60",
                UidForm::Pack64 => "pack64",
                UidForm::Pack77 => "pack77",
                UidForm::Pack86 => "pack86",
                UidForm::Drop88 => "drop88",
            };
            table([("stm32", quoted(form)), ("input", quoted(column))])
        }
        ValueSpec::Uuid5 { namespace, name, order } => {
            let (key, name) = match name {
                UuidName::Template(text) => ("name", text),
                UuidName::Column(column) => ("input", column),
            };
            let order = match order {
                Octets::Rfc => "rfc",
                Octets::Microsoft => "microsoft",
                Octets::Reversed => "reversed",
            };
            table([("uuid5", quoted(namespace.hyphens())), (key, quoted(name)), ("order", quoted(order))])
        }
        ValueSpec::Scan { column, template } => table([("scan", quoted(template)), ("input", quoted(column))]),
        ValueSpec::Hex(bytes) => table([("hex", quoted(hex::encode_upper(bytes)))]),
        ValueSpec::Text(text) => table([("text", quoted(text))]),
        ValueSpec::Uint(n) => table([("uint", number(*n))]),
        ValueSpec::Input { column, as_, unique } => {
            let as_ = match as_ {
                InputAs::Hex => "hex",
                InputAs::Text => "text",
                InputAs::Uint => "uint",
            };
            table([("input", quoted(column)), ("as", quoted(as_)), ("unique", unique.to_string())])
        }
    }
}

fn algorithm(algorithm: &Algorithm) -> String {
    match algorithm {
        Algorithm::Name(name) => quoted(name),
        Algorithm::Crc(crc) => {
            let Parameters { width, poly, init, refin, refout, xorout } = crc.parameters();
            let (refin, refout) = (refin.to_string(), refout.to_string());
            let numbers = [poly, init, xorout].map(|n| quoted(format_args!("{n:#X}")));
            let [poly, init, xorout] = numbers;
            let pairs = [("width", number(width)), ("poly", poly), ("init", init)];
            table(pairs.into_iter().chain([("refin", refin), ("refout", refout), ("xorout", xorout)]))
        }
    }
}

/// A choice of a later version of the library, which no key of this one says.
const LATER: &str = "later";

fn feed(order: Order) -> &'static str {
    match order {
        Order::Forward => "forward",
        Order::Swap16 => "swap16",
        Order::Swap32 => "swap32",
        Order::Swap64 => "swap64",
        Order::Backwards => "backwards",
        _ => LATER,
    }
}

fn own(own: Own) -> String {
    match own {
        Own::Outside => "outside".to_owned(),
        Own::Skip => "skip".to_owned(),
        Own::Fill(byte) => format!("fill:{byte:02X}"),
        Own::Force(n) => format!("force:{n:#X}"),
        _ => LATER.to_owned(),
    }
}

fn tail(tail: Tail) -> String {
    match tail {
        Tail::Error => "error".to_owned(),
        Tail::Zeros(unit) => format!("zeros:{unit}"),
        Tail::Drop(unit) => format!("drop:{unit}"),
        _ => LATER.to_owned(),
    }
}

fn step(step: &Step) -> String {
    quoted(match step {
        Step::Negate => "negate".to_owned(),
        Step::Not => "not".to_owned(),
        Step::Add(n) => format!("add:{n}"),
        Step::SubtractFrom(n) => format!("subtract-from:{n}"),
        Step::Xor(n) => format!("xor:{n:#X}"),
        Step::Mirror => "mirror".to_owned(),
        Step::Esp8266 => "esp8266".to_owned(),
        _ => LATER.to_owned(),
    })
}

fn copy(stored: &Stored) -> String {
    let pairs = [("at", quoted(Place(&stored.at))), ("encode", quoted(&stored.encode))];
    table(pairs.into_iter().chain([("inverted", stored.inverted.to_string())]))
}

/// The text as far as it is written.
#[derive(Default)]
struct Tables {
    text: String,
}

impl Tables {
    /// Begins a table; `header` has its brackets.
    fn begin(&mut self, header: &str) {
        let gap = if self.text.is_empty() { "" } else { "\n" };
        let _ = writeln!(self.text, "{gap}{header}");
    }

    fn key(&mut self, key: &str, value: impl Display) {
        let _ = writeln!(self.text, "{key} = {value}");
    }

    /// A key that may be left out.
    fn given(&mut self, key: &str, value: Option<impl Display>) {
        if let Some(value) = value {
            self.key(key, value);
        }
    }

    /// A key that is left out when it has its default.
    fn other<T: PartialEq + ?Sized>(&mut self, key: &str, value: &T, default: &T, text: impl Display) {
        if value != default {
            self.key(key, text);
        }
    }

    fn image(&mut self, image: &Image) {
        let Image {
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
            output,
        } = image;
        self.begin("[image]");
        match content {
            Content::File(name) => self.key("file", Quoted(name)),
            Content::Merged(parts) => self.key("file", list(parts.iter().map(part))),
            Content::Created(span) => self.key("create", Quoted(span)),
            Content::Partition(size) => {
                self.key("format", Quoted("nvs"));
                self.key("size", Quoted(format_args!("{size:#X}")));
            }
        }
        if let Some(format) = format.filter(|_| !matches!(content, Content::Partition(_))) {
            self.key("format", Quoted(format.name()));
        }
        self.given("map", map.as_ref().map(Quoted));
        self.other("load", virtual_addresses, &false, "\"virtual\"");
        let kinds = tolerate.iter().map(|kind| quoted(kind.name()));
        self.other("tolerate", &**tolerate, &[], list(kinds));
        // Where it is refused, the job says nothing.
        let crossing = crossing.and_then(|crossing| match crossing {
            Crossing::Wrap => Some("wrap"),
            Crossing::Linear => Some("linear"),
            _ => None,
        });
        self.given("crossing", crossing.map(Quoted));
        self.given("base", base.map(|base| Quoted(Address(base))));
        self.given("family", family.map(|family| Quoted(family.name())));
        self.other("erased", erased, &ErasedMap::default(), regions(erased));
        self.given("erase", erase.map(number));
        self.given("write_unit", write_unit.map(number));
        if !remap.is_empty() {
            let one = |(from, to): &(Span, u64)| table([("from", quoted(from)), ("to", quoted(Address(*to)))]);
            self.key("remap", list(remap.iter().map(one)));
        }
        if memory.is_some() || address_unit.is_some() {
            self.begin("[image.elf]");
        }
        self.given(
            "memory",
            memory.map(|memory| quoted(if memory == Memory::Segments { "segments" } else { "sections" })),
        );
        self.given("words", address_unit.map(|unit| unit == AddressUnit::Word16));
        if let Some(range) = nvs_range {
            self.begin("[image.nvs]");
            self.key("range", quoted(range));
        }
        if let Some(family) = uf2_family {
            self.begin("[image.uf2]");
            let id = family.id().map(|id| format!("{id:#010X}"));
            self.key(
                "family",
                Quoted(family.name().map(str::to_ascii_lowercase).or(id).unwrap_or_else(|| "none".to_owned())),
            );
        }
        let Output { format, range, base } = output;
        if *output != Output::default() {
            self.begin("[output]");
        }
        self.given("format", format.map(|format| Quoted(format.name())));
        self.given("range", range.map(Quoted));
        self.given("base", base.map(|base| Quoted(Address(base))));
    }

    fn unit(&mut self, unit: &Unit) {
        let Unit { first, last, date, name, given } = unit;
        self.begin("[unit]");
        self.key("first", number(*first));
        self.given("last", last.map(number));
        if let Some((year, month, day)) = date {
            self.key("date", format_args!("{year:04}-{month:02}-{day:02}"));
        }
        self.given("name", name.as_ref().map(Quoted));
        for (key, text) in [("station", &given.station), ("product", &given.product), ("country", &given.country)] {
            self.given(key, text.as_ref().map(Quoted));
        }
    }

    fn field(&mut self, field: &Field, has_image: bool) {
        self.begin("[[field]]");
        self.key("name", Quoted(&field.name));
        self.given("at", field.at.as_ref().map(|at| Quoted(Place(at))));
        self.key("encode", Quoted(&field.encode));
        self.key("value", value(&field.value));
        if has_image {
            // On a marker, the default is the marker.
            let default = match field.at.as_ref().map(At::base) {
                Some(Base::Marker(_)) => None,
                Some(Base::Nvs(_)) => Some(Expect::Any),
                _ => Some(Expect::Erased),
            };
            if default.as_ref() != Some(&field.expect) {
                self.key("expect", expect(&field.expect));
            }
            self.other("gap", &field.add, &false, "\"add\"");
            self.other("lock_words", &field.lock_words, &false, "true");
        }
        self.other("secret", &field.secret, &false, "true");
    }

    fn checksum(&mut self, checksum: &Checksum) {
        let Checksum { name, algorithm: by, over, order, gaps, own: itself, tail: rest, steps, stores, template } =
            checksum;
        self.begin("[[checksum]]");
        self.key("name", Quoted(name));
        self.key("algorithm", algorithm(by));
        self.key("over", list(over.iter().map(|over| Quoted(Range(over)))));
        if let Some((stored, copies)) = stores.split_first() {
            self.key("at", Quoted(Place(&stored.at)));
            self.key("encode", Quoted(&stored.encode));
            if !copies.is_empty() {
                self.key("copies", list(copies.iter().map(copy)));
            }
        }
        self.other("feed", order, &Order::Forward, Quoted(feed(*order)));
        match gaps {
            Gaps::Error => {}
            Gaps::Skip => self.key("gaps", "\"skip\""),
            Gaps::Fill(erased) => self.key("gaps", Quoted(format_args!("fill:{}", pattern(*erased)))),
        }
        self.other("own", itself, &Own::Outside, Quoted(own(*itself)));
        self.other("tail", rest, &Tail::Error, Quoted(tail(*rest)));
        self.other("steps", &**steps, &[][..], list(steps.iter().map(step)));
        self.template(template);
    }

    fn template(&mut self, template: &Template) {
        match template {
            Template::Valid => {}
            Template::Blank(None) => self.key("template", "\"blank\""),
            Template::Blank(Some(byte)) => self.key("template", format_args!("\"blank:{byte:02X}\"")),
            Template::Unknown => self.key("template", "\"unknown\""),
        }
    }

    fn preset(&mut self, preset: &Preset) {
        self.begin("[[checksum]]");
        self.key("name", Quoted(&preset.name));
        let (format, at) = match &preset.kind {
            PresetKind::LpcVector(at) => ("lpc-vector", Some(at)),
            PresetKind::Esp8266Image(at) => ("esp8266-image", Some(at)),
            PresetKind::Esp32Image(at) => ("esp32-image", Some(at)),
            PresetKind::Mcuboot(at) => ("mcuboot", Some(at)),
            PresetKind::Uimage(at) => ("uimage", Some(at)),
            PresetKind::DfuSuffix => ("dfu-suffix", None),
            PresetKind::Nrf52Settings { at, .. } => ("nrf52-settings", Some(at)),
            PresetKind::Stm32Crc { at, .. } => ("stm32-crc", Some(at)),
            PresetKind::UbootEnv { .. } => ("uboot-env", None),
            PresetKind::Srecord { .. } => ("srecord", None),
        };
        self.key("preset", Quoted(format));
        self.given("at", at.map(|at| Quoted(Place(at))));
        match &preset.kind {
            PresetKind::Nrf52Settings { app, backup, .. } => {
                self.key("app", Quoted(Place(app)));
                self.given("backup", backup.as_ref().map(|backup| Quoted(Place(backup))));
            }
            PresetKind::Stm32Crc { over, .. } => self.key("over", Quoted(Range(over))),
            PresetKind::UbootEnv { over, redundant, order } => {
                self.key("over", Quoted(Range(over)));
                if *redundant {
                    self.key("redundant", "true");
                }
                self.key("order", if *order == ByteOrder::Big { "\"big\"" } else { "\"little\"" });
            }
            PresetKind::Srecord { filter, over } => {
                self.key("filter", Quoted(filter));
                self.key("over", Quoted(Range(over)));
            }
            _ => {}
        }
        self.template(&preset.template);
    }

    fn text(&mut self, text: &Text) {
        self.begin("[[text]]");
        self.key("name", Quoted(&text.name));
        let pairs = |pairs: &[(String, String)]| {
            let pairs = pairs.iter().map(|(key, text)| format!("{} = {}", Quoted(key), Quoted(text)));
            format!("{{ {} }}", joined(pairs))
        };
        match &text.kind {
            TextKind::Plain(template) => self.key("value", Quoted(template)),
            TextKind::Gs1(texts) => self.key("gs1", pairs(texts)),
            TextKind::Envelope(texts) => self.key("iso15434", pairs(texts)),
        }
    }

    fn sqtp(&mut self, sqtp: &Sqtp) {
        self.begin("[sqtp]");
        self.key("field", one_or_list(&sqtp.fields));
        self.key("profile", Quoted(&sqtp.profile));
        self.key(
            "address",
            match sqtp.address {
                SqtpAddress::Device(address) => quoted(format_args!("{address:#X}")),
                SqtpAddress::Record(address) => quoted(format_args!("record:{address:#X}")),
            },
        );
    }

    fn nvs(&mut self, nvs: &Nvs) {
        self.begin("[nvs]");
        self.key("namespace", Quoted(&nvs.namespace));
    }

    fn ledger(&mut self, ledger: &Ledger) {
        let Ledger { pool, keys, evidence, retry } = ledger;
        self.begin("[ledger]");
        self.key("pool", Quoted(pool));
        self.key("keys", list(keys.iter().map(Quoted)));
        match evidence {
            Evidence::Readback => {}
            Evidence::Reported => self.key("evidence", Quoted("reported")),
            Evidence::Programmer => self.key("evidence", Quoted("programmer")),
        }
        if *retry == Retry::Person {
            self.key("retry", Quoted("person"));
        }
    }
}
