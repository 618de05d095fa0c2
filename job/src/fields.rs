//! `[[field]]`.

use nameplate::encode::GrammarError;
use nameplate::id::stm32::PACKINGS;
use nameplate::id::uuid::{Uuid, UuidOrder};
use nameplate::image::Marker;
use nameplate::plan::nvs_type;
use nameplate::{At, Encoding};

use crate::error::{ParseError, ParseErrorKind};
use crate::job::{Expect, Field, InputAs, Text, TextKind, UidForm, UuidName, ValueSpec};
use crate::nvs;
use crate::reader::{Item, Table, parse_address, parse_hex};
use crate::suggest::did_you_mean;

/// The images that a job has.
#[derive(Clone, Copy)]
pub(crate) struct Images<'n> {
    /// Whether there is any.
    pub(crate) any: bool,
    /// The names of several.
    pub(crate) names: &'n [&'n str],
}

impl Images<'_> {
    /// The image that `image` of a table says, one of several; `name` is that of the field or checksum.
    pub(crate) fn of(self, table: &Table<'_, '_>, name: &str) -> Result<Option<String>, ParseError> {
        match (table.get("image"), self.names) {
            (None, []) => Ok(None),
            (None, [one]) => Ok(Some((*one).to_owned())),
            (None, names) => {
                let (what, first) = (table.what, names.first().unwrap_or(&""));
                let all = names.join("`, `");
                let message = format!(
                    "{what} `{name}` has no `image`: which of `{all}` does it lie in? As in  image = \"{first}\""
                );
                Err(table.error(ParseErrorKind::Missing, message))
            }
            (Some(item), []) => Err(item.error("the job has not several images, each under [[image]]: leave it out")),
            (Some(item), _) => {
                let found = item.string("the name of an image")?;
                self.named(&item, found, &[])
            }
        }
    }

    /// The image of that name; nothing when it is one of the `others`.
    pub(crate) fn named(self, item: &Item<'_, '_>, found: &str, others: &[&str]) -> Result<Option<String>, ParseError> {
        if others.contains(&found) {
            return Ok(None);
        }
        if self.names.contains(&found) {
            return Ok(Some(found.to_owned()));
        }
        let hint = did_you_mean(found, self.names.iter().chain(others).copied());
        let all = self.names.join("`, `");
        let found = found.escape_debug();
        Err(item.error(format!("found \"{found}\", and the images are `{all}`{hint}")))
    }

    /// The image that stands in front of a place or range of one of several, and the rest of the text.
    pub(crate) fn split<'t>(self, item: &Item<'_, '_>, text: &'t str) -> Result<(Option<String>, &'t str), ParseError> {
        // `0x0..word:0x8` has no image in front of it.
        let is_name = |found: &str| !found.contains("..") && !found.contains(char::is_whitespace);
        match text.split_once(':') {
            Some((found, rest)) if !self.names.is_empty() && is_name(found) => {
                match self.named(item, found, &PLACES)? {
                    Some(image) => Ok((Some(image), rest)),
                    None => Ok((None, text)),
                }
            }
            _ => Ok((None, text)),
        }
    }
}

/// The words that say in front of a colon where something lies.
pub(crate) const PLACES: [&str; 5] = ["word", "symbol", "section", "marker", "nvs"];

/// One `[[field]]`.
pub(crate) fn field(item: &Item<'_, '_>, images: Images<'_>) -> Result<Field, ParseError> {
    let has_image = images.any;
    let keys = ["name", "image", "at", "encode", "value", "expect", "gap", "secret", "lock_words"];
    let table = item.table("[[field]]", "a table", &keys, &["occurs"])?;
    let name = name(&table.require("name", "\"serial\"")?)?;
    let image = images.of(&table, &name)?;
    let places = ["at", "expect", "gap", "lock_words"];
    if let Some(item) = places.into_iter().find_map(|key| table.get(key)).filter(|_| !has_image) {
        return Err(item
            .error("a job without [image] has no places: a field lies where [sqtp] says, or under its name in [nvs]"));
    }
    let at = if has_image { Some(of_field(&table.require("at", "\"0x08007F00\"")?)?) } else { None };
    let (at, marker) = at.map_or((None, None), |(at, marker)| (Some(at), marker));
    let item = table.require("encode", "\"ascii:16:nul\"")?;
    let encode = encoding(&item)?;
    let at_key = at.as_ref().is_some_and(|at| at.nvs_key().is_some());
    if at_key {
        let _ = nvs_type(&encode).map_err(|error| item.error(error.to_string()))?;
    }
    let secret = table.get("secret").map_or(Ok(false), |item| item.flag())?;
    let value = value(&table.require("value", "\"{seq}\"")?, secret)?;
    let expect = match (table.get("expect"), marker) {
        (Some(item), _) => expect(&item, encode.len(), secret)?,
        // A value is found by its key.
        (None, None) if at_key => Expect::Any,
        (None, None) => Expect::Erased,
        // The field begins with the marker, which is what it expects.
        (None, Some(marker)) if marker.len() == encode.len() => Expect::Hex(marker),
        (None, Some(marker)) => {
            let (found, len) = (encode.len(), marker.len());
            let message =
                format!("{found} bytes on a marker of {len}: say what the field expects to find with `expect`");
            return Err(table.error(ParseErrorKind::Missing, message));
        }
    };
    let add = table.get("gap").map_or(Ok(false), |item| item.choice(&[("error", false), ("add", true)]))?;
    if let Some(item) = table.get("gap").filter(|_| add && at_key) {
        return Err(item.error("a key is not added to an NVS partition: a value of it has to be there"));
    }
    let lock_words = table.get("lock_words").map_or(Ok(false), |item| item.flag())?;
    Ok(Field { name, image, at, encode, value, expect, add, secret, lock_words })
}

/// A name: letters, digits, `_` and `-`, not beginning with a digit.
pub(crate) fn name(item: &Item<'_, '_>) -> Result<String, ParseError> {
    let name = item.string("text")?;
    let good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let first = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    if !first || !name.chars().all(good) || name == "seq" {
        let found = name.escape_debug();
        return Err(
            item.error(format!("found \"{found}\", expected letters, digits, _ and -, a letter first, and not `seq`"))
        );
    }
    Ok(name.to_owned())
}

/// Where a field lies; of a marker, also its bytes, if it begins there.
pub(crate) fn place(item: &Item<'_, '_>) -> Result<(At, Option<Vec<u8>>), ParseError> {
    if !item.is_string() {
        return item.u64().map(|address| (At::address(address), None));
    }
    place_of(item, item.string("an address")?)
}

/// Where a field lies, which may be a key.
fn of_field(item: &Item<'_, '_>) -> Result<(At, Option<Vec<u8>>), ParseError> {
    let text = if item.is_string() { item.string("")?.strip_prefix("nvs:") } else { None };
    match text {
        // Names may have a plus, and there is no offset.
        Some(key) => Ok((nvs::key(item, key)?, None)),
        None => place(item),
    }
}

pub(crate) fn place_of(item: &Item<'_, '_>, text: &str) -> Result<(At, Option<Vec<u8>>), ParseError> {
    let address = |address| (At::address(address), None);
    let Some((kind, rest)) = text.split_once(':') else {
        return parse_address(text).map(address).map_err(|error| item.error(error));
    };
    // Only a number makes it an offset: names may have a plus.
    let (name, offset) = match rest.rsplit_once('+').map(|(name, offset)| (name, parse_address(offset))) {
        Some((name, Ok(offset))) => (name, offset),
        _ => (rest, 0),
    };
    if name.is_empty() {
        return Err(item.error(format!("found \"{}\", expected a name behind `{kind}:`", text.escape_debug())));
    }
    let at = match kind {
        "word" => {
            let word = parse_address(rest).map_err(|error| item.error(error))?;
            let byte = word.checked_mul(2);
            return byte.map(address).ok_or_else(|| item.error("the word's byte address has more than 64 bits"));
        }
        "symbol" => match name.rsplit_once('@') {
            Some((symbol, file)) => At::symbol_in(file, symbol),
            None => At::symbol(name),
        },
        "section" => At::section(name),
        "nvs" => return Err(item.error("only a field lies at a key of an NVS partition")),
        "marker" => {
            let bytes = item.bytes(name)?;
            let marker = Marker::new(&bytes).map_err(|error| item.error(error.to_string()))?;
            return Ok((At::marker(marker).plus(offset), (offset == 0).then_some(bytes)));
        }
        _ => {
            let hint = did_you_mean(kind, PLACES);
            let expected = "an address, or \"word:…\", \"symbol:…\", \"section:…\", \"marker:…\" or \"nvs:…\"";
            return Err(item.error(format!("found \"{}\", expected {expected}{hint}", text.escape_debug())));
        }
    };
    Ok((at.plus(offset), None))
}

pub(crate) fn encoding(item: &Item<'_, '_>) -> Result<Encoding, ParseError> {
    let text = item.string("the name of an encoding, as \"u32le\"")?;
    text.parse().map_err(|error: GrammarError| match error {
        GrammarError::Unknown { ref found } => {
            let name = found.split_once('(').map_or(found.clone(), |(name, _)| format!("{name}(…)"));
            item.error(format!("{error}{}", did_you_mean(&name, Encoding::names().iter().copied())))
        }
        _ => item.error(error.to_string()),
    })
}

/// What is wrong with a value; of a secret field it does not show the value.
fn about(error: String, secret: bool, expected: &str) -> String {
    if secret { format!("expected {expected}") } else { error }
}

const DIGITS: &str = "hexadecimal digits, two for each byte";

fn expect(item: &Item<'_, '_>, len: usize, secret: bool) -> Result<Expect, ParseError> {
    let expected = "\"erased\", \"any\" or \"hex:00112233\"";
    let text = item.string(expected)?;
    match text.split_once(':') {
        Some(("hex", digits)) => {
            let bytes = parse_hex(digits).map_err(|error| item.error(about(error, secret, DIGITS)))?;
            if bytes.len() != len {
                return Err(
                    item.error(format!("found {} bytes, expected {len}, as many as the field has", bytes.len()))
                );
            }
            Ok(Expect::Hex(bytes))
        }
        _ if text == "erased" => Ok(Expect::Erased),
        _ if text == "any" => Ok(Expect::Any),
        _ => {
            let hint = did_you_mean(text, ["erased", "any"]);
            let error = format!("found \"{}\", expected {expected}{hint}", text.escape_debug());
            Err(item.error(about(error, secret, expected)))
        }
    }
}

const VALUES: [&str; 16] = [
    "eui48", "eui64", "stm32", "uuid5", "scan", "hex", "text", "uint", "input", "stride", "seq0", "as", "unique",
    "name", "order", "pool",
];

/// What a value can be made of, and the keys that go with it. `input` goes with some others.
const KINDS: [(&str, &[&str]); 9] = [
    ("eui48", &["stride", "seq0", "pool"]),
    ("eui64", &["stride", "seq0", "pool"]),
    ("stm32", &["input"]),
    ("uuid5", &["name", "input", "order"]),
    ("scan", &["input"]),
    ("hex", &[]),
    ("text", &[]),
    ("uint", &[]),
    ("input", &["as", "unique"]),
];

fn value(item: &Item<'_, '_>, secret: bool) -> Result<ValueSpec, ParseError> {
    if item.is_string() {
        return Ok(ValueSpec::Template(item.string("")?.to_owned()));
    }
    let expected = "text as \"{seq}\", or a table as { input = \"column\", as = \"hex\" }";
    let table = item.table("value", expected, &VALUES, &[])?;
    let mut given: Vec<(Item<'_, '_>, &[&str])> =
        KINDS.into_iter().filter_map(|(key, others)| Some((table.get(key)?, others))).collect();
    if given.len() == 2 && given.iter().any(|(_, others)| others.contains(&"input")) {
        given.retain(|(kind, _)| kind.key != "input");
    }
    let [(kind, others)] = given.as_slice() else {
        let kinds = KINDS.map(|(key, _)| key).join(", ");
        return Err(item.error(format!("expected exactly one of {kinds}, found {}", given.len())));
    };
    if let Some(stray) =
        VALUES.into_iter().find(|key| *key != kind.key && !others.contains(key) && table.get(key).is_some())
    {
        return Err(item.error(format!("found `{stray}`, which does not go with `{}`", kind.key)));
    }
    let column = |example: &str| {
        table.require("input", example).and_then(|item| item.string("the name of a column").map(str::to_owned))
    };
    match kind.key {
        "eui48" => {
            let (prefixes, stride, seq0, pool) = block(item, &table, kind)?;
            Ok(ValueSpec::Eui48 { prefixes, stride, seq0, pool })
        }
        "eui64" => {
            let (prefixes, stride, seq0, pool) = block(item, &table, kind)?;
            Ok(ValueSpec::Eui64 { prefixes, stride, seq0, pool })
        }
        "stm32" => {
            let forms = [UidForm::Memory].into_iter().chain(PACKINGS.map(UidForm::Packed));
            let form = kind.choice(&forms.map(|form| (form.name(), form)).collect::<Vec<_>>())?;
            Ok(ValueSpec::Stm32 { column: column("\"uid\"")?, form })
        }
        "uuid5" => uuid5(&table, kind),
        "scan" => Ok(ValueSpec::Scan {
            template: kind.string("a template of serials")?.to_owned(),
            column: column("\"label\"")?,
        }),
        "hex" => {
            let bytes = parse_hex(kind.string("hexadecimal digits")?);
            bytes.map(ValueSpec::Hex).map_err(|error| kind.error(about(error, secret, DIGITS)))
        }
        "text" => Ok(ValueSpec::Text(kind.string("text")?.to_owned())),
        "uint" if secret => {
            let expected = "expected a number of at most 128 bits: decimal digits, or hexadecimal ones behind 0x";
            kind.number().map(ValueSpec::Uint).map_err(|_| kind.error(expected))
        }
        "uint" => kind.number().map(ValueSpec::Uint),
        _ => {
            let column = kind.string("the name of a column")?.to_owned();
            let as_ = table.require("as", "\"hex\" (or \"text\", \"uint\")")?;
            let as_ = as_.choice(&[("hex", InputAs::Hex), ("text", InputAs::Text), ("uint", InputAs::Uint)])?;
            let unique = table.get("unique").map_or(Ok(secret), |item| item.flag())?;
            Ok(ValueSpec::Input { column, as_, unique })
        }
    }
}

fn uuid5(table: &Table<'_, '_>, kind: &Item<'_, '_>) -> Result<ValueSpec, ParseError> {
    let namespace = namespace_of(kind.string("a UUID, or dns, url, oid")?);
    let order = table.require("order", "\"rfc\" (or \"microsoft\", \"reversed\")")?;
    let order = order.choice(&[
        ("rfc", UuidOrder::Rfc),
        ("microsoft", UuidOrder::Microsoft),
        ("reversed", UuidOrder::Reversed),
    ])?;
    let name = match (table.get("name"), table.get("input")) {
        (Some(name), None) => UuidName::Template(name.string("a template, as \"{seq:6}\"")?.to_owned()),
        (None, Some(column)) => UuidName::Column(column.string("the name of a column")?.to_owned()),
        _ => return Err(kind.error("a UUID needs either `name`, a template, or `input`, a column with its name")),
    };
    Ok(ValueSpec::Uuid5 { namespace: namespace.map_err(|error| kind.error(error))?, name, order })
}

/// A namespace of UUIDs: `dns`, `url`, `oid` or a UUID.
///
/// # Errors
/// When it is none of them.
pub fn namespace_of(text: &str) -> Result<Uuid, String> {
    match text {
        "dns" => Ok(Uuid::DNS),
        "url" => Ok(Uuid::URL),
        "oid" => Ok(Uuid::OID),
        _ => text.parse().map_err(|error| format!("{error}; or dns, url, oid")),
    }
}

/// The prefixes, the addresses of a unit and the first number of a block.
fn block(
    value: &Item<'_, '_>,
    table: &Table<'_, '_>,
    item: &Item<'_, '_>,
) -> Result<(Vec<String>, u64, u64, Option<String>), ParseError> {
    let expected = "a prefix as \"70B3D57ED\", or a list of them; digits are text, not a number";
    let prefix = |item: Item<'_, '_>| item.string(expected).map(str::to_owned);
    let prefixes = if item.is_list() {
        item.list(expected)?.map(prefix).collect::<Result<Vec<_>, _>>()?
    } else {
        vec![prefix(*item)?]
    };
    let stride = table.get("stride").map_or(Ok(1), |item| item.u64())?;
    if let Some(pool) = table.get("pool") {
        return match table.get("seq0") {
            Some(seq0) => Err(seq0.error("the numbers of a pool count from the first address: leave it out")),
            None => Ok((prefixes, stride, 0, Some(name(&pool)?))),
        };
    }
    let seq0 = table.get("seq0").ok_or_else(|| {
        value.fail(ParseErrorKind::Missing, "no `seq0`, the number of the unit with the first address: without it, next month's job, which starts at another number, could hand out this month's addresses again")
    })?;
    Ok((prefixes, stride, seq0.u64()?, None))
}

/// One `[[text]]`.
pub(crate) fn label(item: &Item<'_, '_>) -> Result<Text, ParseError> {
    let table = item.table("[[text]]", "a table", &["name", "value", "gs1", "iso15434"], &[])?;
    let name = name(&table.require("name", "\"label\"")?)?;
    let pairs = |item: &Item<'_, '_>| {
        item.pairs("a table of identifiers, as { \"01\" = \"09520123456788\", \"21\" = \"{serial}\" }")
    };
    let kind = match (table.get("value"), table.get("gs1"), table.get("iso15434")) {
        (Some(value), None, None) => TextKind::Plain(value.string("text, as \"{serial}\"")?.to_owned()),
        (None, Some(item), None) => TextKind::Gs1(pairs(&item)?),
        (None, None, Some(item)) => TextKind::Envelope(pairs(&item)?),
        _ => return Err(table.error(ParseErrorKind::Value, "[[text]] needs exactly one of value, gs1, iso15434")),
    };
    Ok(Text { name, kind })
}
