//! [`Job`] to text: what [`Job::parse`] reads as the same job.

use std::fmt::{Display, Write as _};

use nameplate::addr::Address;
use nameplate::image::ErasedMap;
use nameplate::image::elf::{AddressUnit, Memory};
use nameplate::image::hex::Crossing;
use nameplate::plan::Base;
use nameplate::repair::{FeedOrder, Own, Tail};
use nameplate::{At, ByteOrder, Span};

use crate::job::{
    Checksum, Content, Evidence, Expect, Field, Gaps, Image, Job, Ledger, NamedImage, Nvs, Output, Preset, PresetKind,
    Retry, Sqtp, SqtpAddress, Template, Text, TextKind, Unit,
};
use crate::spell::{
    Place, Quoted, Range, algorithm, copy, expect, feed, joined, list, number, one_or_list, own, part, pattern, quoted,
    regions, step, table, tail, value,
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
        let Self { image, images, unit, fields, checksums, presets, texts, sqtp, nvs, ledger, sha256: _ } = self;
        let mut out = Tables::default();
        if let Some(image) = image {
            out.image(None, image);
        }
        for NamedImage { name, image } in images {
            out.image(Some(name), image);
        }
        out.unit(unit);
        for field in fields {
            out.field(field, image.is_some() || !images.is_empty());
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

    /// One of several has a name.
    fn image(&mut self, name: Option<&String>, image: &Image) {
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
        self.begin(if name.is_some() { "[[image]]" } else { "[image]" });
        self.given("name", name.map(Quoted));
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
            self.begin(if name.is_some() { "[image.output]" } else { "[output]" });
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
        self.given("image", field.image.as_ref().map(Quoted));
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
        let Checksum {
            name,
            image,
            algorithm: by,
            over,
            order,
            gaps,
            own: itself,
            tail: rest,
            steps,
            stores,
            template,
        } = checksum;
        self.begin("[[checksum]]");
        self.key("name", Quoted(name));
        self.given("image", image.as_ref().map(Quoted));
        self.key("algorithm", algorithm(by));
        self.key("over", list(over.iter().map(|over| Quoted(Range(over)))));
        if let Some((stored, copies)) = stores.split_first() {
            self.key("at", Quoted(Place(&stored.at)));
            self.key("encode", Quoted(&stored.encode));
            if !copies.is_empty() {
                self.key("copies", list(copies.iter().map(copy)));
            }
        }
        self.other("feed", order, &FeedOrder::Forward, Quoted(feed(*order)));
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
        self.given("image", preset.image.as_ref().map(Quoted));
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
            PresetKind::Nrf52Settings { app_image, app, backup, .. } => {
                let image = app_image.as_ref().map_or(String::new(), |image| format!("{image}:"));
                self.key("app", Quoted(format_args!("{image}{}", Place(app))));
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
