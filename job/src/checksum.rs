//! `[[checksum]]`.

use nameplate::check::{self, Crc, Parameters};
use nameplate::image::Erased;
use nameplate::repair::{FeedOrder, Over, Own, Step, Tail};
use nameplate::value::ValueKind;
use nameplate::{At, ByteOrder, Encoding};

use crate::error::ParseError;
use crate::fields::{Images, encoding, name, place, place_of};
use crate::job::{Algorithm, Checksum, Gaps, Preset, PresetKind, Stored, Template};
use crate::reader::{Item, parse_number, parse_range};
use crate::suggest::did_you_mean;

/// One `[[checksum]]`: of a preset, or described.
pub(crate) enum Either {
    Preset(Preset),
    Described(Checksum),
}

impl Either {
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Preset(preset) => &preset.name,
            Self::Described(checksum) => &checksum.name,
        }
    }
}

/// One `[[checksum]]`.
pub(crate) fn either(item: &Item<'_, '_>, images: Images<'_>) -> Result<Either, ParseError> {
    if !item.has("preset") {
        return checksum(item, images).map(Either::Described);
    }
    let keys = ["name", "image", "preset", "at", "app", "backup", "filter", "over", "redundant", "order", "template"];
    let table = item.table("[[checksum]]", "a table", &keys, &[])?;
    let name = name(&table.require("name", "\"app\"")?)?;
    let preset = table.require("preset", "\"esp32-image\"")?;
    if !images.any {
        return Err(preset.error("an SQTP job has no image that it could be found in"));
    }
    let image = images.of(&table, &name)?;
    let format = preset.choice(&[
        ("lpc-vector", Format::At(PresetKind::LpcVector)),
        ("esp8266-image", Format::At(PresetKind::Esp8266Image)),
        ("esp32-image", Format::At(PresetKind::Esp32Image)),
        ("mcuboot", Format::At(PresetKind::Mcuboot)),
        ("uimage", Format::At(PresetKind::Uimage)),
        ("dfu-suffix", Format::DfuSuffix),
        ("nrf52-settings", Format::Nrf52Settings),
        ("stm32-crc", Format::Stm32Crc),
        ("uboot-env", Format::UbootEnv),
        ("srecord", Format::Srecord),
    ])?;
    let own: &[&str] = match format {
        Format::At(_) => &["at"],
        Format::DfuSuffix => &[],
        Format::Nrf52Settings => &["at", "app", "backup"],
        Format::Stm32Crc => &["at", "over"],
        Format::UbootEnv => &["over", "redundant", "order"],
        Format::Srecord => &["filter", "over"],
    };
    let all = ["at", "app", "backup", "filter", "over", "redundant", "order"];
    let mut others = all.into_iter().filter(|key| !own.contains(key));
    if let Some(item) = others.find_map(|key| table.get(key)) {
        return Err(item.error("does not go with this preset"));
    }
    let at = || Ok(place(&table.require("at", "\"0x08000000\"")?)?.0);
    let covered = |example| {
        let item = table.require("over", example)?;
        let over = over(&item, images, image.as_deref())?;
        match over.image() {
            Some(other) => Err(item.error(format!(
                "image `{other}` is not the one of this checksum: only a checksum that is described covers another image, and `app` of nrf52-settings"
            ))),
            None => Ok(over),
        }
    };
    let kind = match format {
        Format::At(kind) => kind(at()?),
        Format::DfuSuffix => PresetKind::DfuSuffix,
        Format::Nrf52Settings => {
            let item = table.require("app", "\"0x26000\"")?;
            let (app_image, app) = of_image(&item, images, image.as_deref())?;
            let backup = table.get("backup").map(|item| place(&item)).transpose()?.map(|(at, _)| at);
            PresetKind::Nrf52Settings { at: at()?, app_image, app, backup }
        }
        Format::Stm32Crc => PresetKind::Stm32Crc { at: at()?, over: covered("\"0x08000000..0x08007FFC\"")? },
        Format::UbootEnv => {
            let redundant = table.get("redundant").map_or(Ok(false), |item| item.flag())?;
            let orders = [("little", ByteOrder::Little), ("big", ByteOrder::Big)];
            let order = table.require("order", "\"little\" or \"big\"")?.choice(&orders)?;
            PresetKind::UbootEnv { over: covered("\"0x60000..0x70000\"")?, redundant, order }
        }
        Format::Srecord => {
            let filter = table.require("filter", "\"-crc32-l-e 0x08007FFC\"")?;
            let filter = filter.string("a filter as in the command of srec_cat")?.to_owned();
            PresetKind::Srecord { filter, over: covered("\"0x08000000..0x08007FFC\"")? }
        }
    };
    let template = table.get("template").map_or(Ok(Template::Valid), |item| template(&item))?;
    Ok(Either::Preset(Preset { name, image, kind, template }))
}

/// What a preset needs to be told.
#[derive(Clone, Copy)]
enum Format {
    At(fn(At) -> PresetKind),
    DfuSuffix,
    Nrf52Settings,
    Stm32Crc,
    UbootEnv,
    Srecord,
}

/// A place that may be in another image than `own`.
fn of_image(item: &Item<'_, '_>, images: Images<'_>, own: Option<&str>) -> Result<(Option<String>, At), ParseError> {
    if !item.is_string() {
        return Ok((None, place(item)?.0));
    }
    let (image, rest) = images.split(item, item.string("an address")?)?;
    Ok((image.filter(|image| Some(&**image) != own), place_of(item, rest)?.0))
}

fn checksum(item: &Item<'_, '_>, images: Images<'_>) -> Result<Checksum, ParseError> {
    let keys = [
        "name",
        "image",
        "algorithm",
        "over",
        "feed",
        "gaps",
        "own",
        "tail",
        "steps",
        "at",
        "encode",
        "copies",
        "template",
    ];
    let table = item.table("[[checksum]]", "a table", &keys, &[])?;
    let name = name(&table.require("name", "\"app\"")?)?;
    let algorithm = algorithm(&table.require("algorithm", "\"CRC-32/ISO-HDLC\"")?)?;
    let over_item = table.require("over", "[\"0x08000000..0x08007FFC\"]")?;
    let image = images.of(&table, &name)?;
    let range = |item: Item<'_, '_>| over(&item, images, image.as_deref());
    let expected = "a list of ranges, as [\"0x08000000..0x08007FFC\"]";
    let over = over_item.list(expected)?.map(range).collect::<Result<Vec<_>, _>>()?;
    if over.is_empty() {
        return Err(over_item.error(format!("found an empty list, expected {expected}")));
    }
    let (at, _) = place(&table.require("at", "\"0x08007FFC\"")?)?;
    let encode = word(&table.require("encode", "\"u32le\"")?, &algorithm)?;
    let mut stores = vec![Stored { at, encode, inverted: false }];
    if let Some(list) = table.get("copies") {
        for item in list.list("a list, as [{ at = \"0x08007FF8\", encode = \"u32le\", inverted = true }]")? {
            stores.push(copy(&item, &algorithm)?);
        }
    }
    let order = table.get("feed").map_or(Ok(FeedOrder::Forward), |item| {
        item.choice(&[
            ("forward", FeedOrder::Forward),
            ("swap16", FeedOrder::Swap16),
            ("swap32", FeedOrder::Swap32),
            ("swap64", FeedOrder::Swap64),
            ("backwards", FeedOrder::Backwards),
        ])
    })?;
    let gaps = table.get("gaps").map_or(Ok(Gaps::Error), |item| gaps(&item))?;
    let own = table.get("own").map_or(Ok(Own::Outside), |item| own(&item))?;
    let tail = table.get("tail").map_or(Ok(Tail::Error), |item| self::tail(&item))?;
    let steps = match table.get("steps") {
        None => Vec::new(),
        Some(item) => item.list("a list, as [\"negate\"]")?.map(|item| step(&item)).collect::<Result<Vec<_>, _>>()?,
    };
    let template = table.get("template").map_or(Ok(Template::Valid), |item| template(&item))?;
    Ok(Checksum { name, image, algorithm, over, order, gaps, own, tail, steps, stores, template })
}

/// A name, or the parameters of a CRC.
fn algorithm(item: &Item<'_, '_>) -> Result<Algorithm, ParseError> {
    if !item.is_table() {
        let expected = "a name of the CRC catalogue, or of a sum, as \"sum16le\"";
        let name = item.string(expected)?;
        let known: Result<check::Algorithm, _> = name.parse();
        return known.map(|_| Algorithm::Name(name.to_owned())).map_err(|error| item.error(error.to_string()));
    }
    let example = "{ width = 16, poly = \"0x1021\", init = 0, refin = false, refout = false, xorout = 0 }";
    let table = item.table("algorithm", example, &["width", "poly", "init", "refin", "refout", "xorout"], &[])?;
    let number = |key| table.require(key, "0")?.number();
    let flag = |key| table.require(key, "false")?.flag();
    let width = table.require("width", "16")?;
    let bits = width.number()?;
    let parameters = Parameters {
        width: u32::try_from(bits).map_err(|_| width.error(format!("found {bits}, expected 1 to 128 bits")))?,
        poly: number("poly")?,
        init: number("init")?,
        refin: flag("refin")?,
        refout: flag("refout")?,
        xorout: number("xorout")?,
    };
    Crc::new(parameters).map(Algorithm::Crc).map_err(|error| item.error(error.to_string()))
}

/// How a checksum is stored. Whether that takes each of its values is said when its width is known.
fn word(item: &Item<'_, '_>, algorithm: &Algorithm) -> Result<Encoding, ParseError> {
    let encoding: Encoding = encoding(item)?;
    let digest = algorithm.digest_len();
    let (takes, expected) = match digest {
        Some(len) => (
            encoding.accepts(ValueKind::Bytes) && encoding.value_bytes().is_none_or(|found| found == len),
            format!("the {len} bytes of the digest, as \"bytes:{len}\" or \"hex:{}\"", 2 * len),
        ),
        None => {
            (encoding.accepts(ValueKind::Uint), "an integer, as \"u32le\", \"hex:8\" or \"retlw14(u16le)\"".to_owned())
        }
    };
    if takes { Ok(encoding) } else { Err(item.error(format!("found `{encoding}`, expected {expected}"))) }
}

/// One of `copies`.
fn copy(item: &Item<'_, '_>, algorithm: &Algorithm) -> Result<Stored, ParseError> {
    let table = item.table("copies", "a table with `at` and `encode`", &["at", "encode", "inverted"], &[])?;
    let (at, _) = place(&table.require("at", "\"0x08007FF8\"")?)?;
    let encode = word(&table.require("encode", "\"u32le\"")?, algorithm)?;
    let inverted = table.get("inverted").map_or(Ok(false), |item| item.flag())?;
    Ok(Stored { at, encode, inverted })
}

/// A range between two places, or all of a symbol or section; the image in front of it may be another than `own`.
fn over(item: &Item<'_, '_>, images: Images<'_>, own: Option<&str>) -> Result<Over, ParseError> {
    let text = item.string("a range, as \"0x08000000..0x08007FFC\"")?;
    let (image, text) = images.split(item, text)?;
    let image = image.filter(|image| Some(&**image) != own);
    let one = |text| place_of(item, text).map(|(at, _)| at);
    let over = if !text.contains(':') {
        parse_range(text).map_err(|error| item.error(error))?.into()
    } else if let Some((start, end)) = text.split_once("..") {
        (one(start)?..one(end)?).into()
    } else {
        Over::all_of(one(text)?)
    };
    Ok(image.map_or(over.clone(), |image| Over::of_image(image, over)))
}

fn number(item: &Item<'_, '_>, text: &str) -> Result<u128, ParseError> {
    parse_number(text).map_err(|error| item.error(error))
}

fn own(item: &Item<'_, '_>) -> Result<Own, ParseError> {
    let text = item.string("\"outside\", \"skip\", \"fill:00\" or \"force:0xBABA\"")?;
    match text.split_once(':') {
        Some(("fill", byte)) => one_byte(item, byte).map(Own::Fill),
        Some(("force", n)) => number(item, n).map(Own::Force),
        _ => item.choice(&[
            ("outside", Own::Outside),
            ("skip", Own::Skip),
            ("fill:00", Own::Fill(0)),
            ("force:0xBABA", Own::Force(0xBABA)),
        ]),
    }
}

fn tail(item: &Item<'_, '_>) -> Result<Tail, ParseError> {
    let text = item.string("\"error\", \"zeros:4\" or \"drop:4\"")?;
    let unit = |n: &str| {
        let n = number(item, n)?;
        u64::try_from(n).map_err(|_| item.error(format!("found {n}, expected a number of bytes")))
    };
    match text.split_once(':') {
        Some(("zeros", n)) => unit(n).map(Tail::Zeros),
        Some(("drop", n)) => unit(n).map(Tail::Drop),
        _ => item.choice(&[("error", Tail::Error), ("zeros:4", Tail::Zeros(4)), ("drop:4", Tail::Drop(4))]),
    }
}

fn one_byte(item: &Item<'_, '_>, digits: &str) -> Result<u8, ParseError> {
    match item.bytes(digits)?.as_slice() {
        [byte] => Ok(*byte),
        bytes => Err(item.error(format!("found {} bytes, expected one, as \"FF\"", bytes.len()))),
    }
}

fn gaps(item: &Item<'_, '_>) -> Result<Gaps, ParseError> {
    let text = item.string("\"error\", \"skip\" or \"fill:FF\"")?;
    match text.split_once(':') {
        Some(("fill", digits)) => {
            let bytes = item.bytes(digits)?;
            let pattern = Erased::pattern(&bytes).map(Gaps::Fill);
            pattern.ok_or_else(|| item.error(format!("found {} bytes, expected 1 to 4, as \"FF\"", bytes.len())))
        }
        _ => item.choice(&[("error", Gaps::Error), ("skip", Gaps::Skip), ("fill:FF", Gaps::Fill(Erased::byte(0xFF)))]),
    }
}

fn step(item: &Item<'_, '_>) -> Result<Step, ParseError> {
    let choices = [
        ("negate", Step::Negate),
        ("not", Step::Not),
        ("add:5", Step::Add(5)),
        ("subtract-from:5", Step::SubtractFrom(5)),
        ("xor:0xEF", Step::Xor(0xEF)),
        ("mirror", Step::Mirror),
        ("esp8266", Step::Esp8266),
    ];
    match item.string("a step, as \"negate\" or \"add:5\"")?.split_once(':') {
        Some(("add", n)) => number(item, n).map(Step::Add),
        Some(("subtract-from", n)) => number(item, n).map(Step::SubtractFrom),
        Some(("xor", n)) => number(item, n).map(Step::Xor),
        _ => item.choice(&choices),
    }
}

fn template(item: &Item<'_, '_>) -> Result<Template, ParseError> {
    let text = item.string("\"valid\", \"blank\", \"blank:00\" or \"unknown\"")?;
    match text.split_once(':') {
        Some(("blank", byte)) => one_byte(item, byte).map(|byte| Template::Blank(Some(byte))),
        _ if text == "blank" => Ok(Template::Blank(None)),
        _ if text == "unknown" => Ok(Template::Unknown),
        _ if text == "valid" => Ok(Template::Valid),
        _ => {
            let hint = did_you_mean(text, ["valid", "blank", "unknown"]);
            let found = text.escape_debug();
            Err(item
                .error(format!("found \"{found}\", expected \"valid\", \"blank\", \"blank:00\" or \"unknown\"{hint}")))
        }
    }
}
