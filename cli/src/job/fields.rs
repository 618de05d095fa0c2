//! `[[field]]`.

use nameplate::Encoding;
use nameplate::encode::GrammarError;

use super::error::{JobError, JobErrorKind};
use super::reader::{Item, Table, parse_address, parse_hex};
use super::{Expect, Field, InputAs, ValueSpec};
use crate::suggest::did_you_mean;

/// One `[[field]]`; `has_image` says whether it lies in an image.
pub(super) fn field(item: &Item<'_, '_>, has_image: bool) -> Result<Field, JobError> {
    let keys = ["name", "at", "encode", "value", "expect", "gap", "secret"];
    let table = item.table("[[field]]", "a table", &keys, &["occurs", "lock_words"])?;
    let name = name(&table.require("name", "\"serial\"")?)?;
    if !has_image && let Some(item) = ["at", "expect", "gap"].into_iter().find_map(|key| table.get(key)) {
        return Err(item.error("a field of an SQTP job lies where [sqtp] says, and nothing can be expected there"));
    }
    let at = if has_image { Some(place(&table.require("at", "\"0x08007F00\"")?)?) } else { None };
    let encode = encoding(&table.require("encode", "\"ascii:16:nul\"")?)?;
    let secret = table.get("secret").map_or(Ok(false), |item| item.flag())?;
    let value = value(&table.require("value", "\"{seq}\"")?, secret)?;
    let expect = table.get("expect").map_or(Ok(Expect::Erased), |item| expect(&item, encode.len()))?;
    let add = table.get("gap").map_or(Ok(false), |item| item.choice(&[("error", false), ("add", true)]))?;
    Ok(Field { name, at, encode, value, expect, add, secret })
}

/// A name: letters, digits, `_` and `-`, not beginning with a digit.
pub(super) fn name(item: &Item<'_, '_>) -> Result<String, JobError> {
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

/// Where a field lies.
pub(super) fn place(item: &Item<'_, '_>) -> Result<u64, JobError> {
    if !item.is_string() {
        return item.u64();
    }
    let text = item.string("an address")?;
    if let Some((kind, rest)) = text.split_once(':') {
        return match kind {
            "word" => {
                let word = parse_address(rest).map_err(|error| item.error(error))?;
                word.checked_mul(2).ok_or_else(|| item.error("the word's byte address has more than 64 bits"))
            }
            "symbol" | "section" | "marker" => {
                Err(item
                    .fail(JobErrorKind::Unsupported, format!("\"{kind}:…\" is not supported yet; give the address")))
            }
            _ => {
                let hint = did_you_mean(kind, ["word", "symbol", "section", "marker"]);
                Err(item.error(format!("found \"{}\", expected an address or \"word:…\"{hint}", text.escape_debug())))
            }
        };
    }
    item.u64()
}

pub(super) fn encoding(item: &Item<'_, '_>) -> Result<Encoding, JobError> {
    let text = item.string("the name of an encoding, as \"u32le\"")?;
    text.parse().map_err(|error: GrammarError| match error {
        GrammarError::Unsupported { .. } => item.fail(JobErrorKind::Unsupported, error.to_string()),
        GrammarError::Unknown { .. } => {
            item.error(format!("{error}{}", did_you_mean(text, Encoding::names().iter().copied())))
        }
        _ => item.error(error.to_string()),
    })
}

fn expect(item: &Item<'_, '_>, len: usize) -> Result<Expect, JobError> {
    let expected = "\"erased\", \"any\" or \"hex:00112233\"";
    let text = item.string(expected)?;
    match text.split_once(':') {
        Some(("hex", digits)) => {
            let bytes = item.bytes(digits)?;
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
            Err(item.error(format!("found \"{}\", expected {expected}{hint}", text.escape_debug())))
        }
    }
}

const VALUES: [&str; 9] = ["eui48", "stride", "seq0", "hex", "text", "uint", "input", "as", "unique"];

fn value(item: &Item<'_, '_>, secret: bool) -> Result<ValueSpec, JobError> {
    if item.is_string() {
        return Ok(ValueSpec::Template(item.string("")?.to_owned()));
    }
    let expected = "text as \"{seq}\", or a table as { input = \"column\", as = \"hex\" }";
    let table = item.table("value", expected, &VALUES, &["uuid", "eui64", "stm32"])?;
    let kinds = ["eui48", "hex", "text", "uint", "input"];
    let given: Vec<Item<'_, '_>> = kinds.into_iter().filter_map(|key| table.get(key)).collect();
    let [kind] = given.as_slice() else {
        return Err(item.error(format!("expected exactly one of {}, found {}", kinds.join(", "), given.len())));
    };
    let others = match kind.key {
        "eui48" => ["stride", "seq0"].as_slice(),
        "input" => &["as", "unique"],
        _ => &[],
    };
    if let Some(stray) =
        VALUES.into_iter().find(|key| *key != kind.key && !others.contains(key) && table.get(key).is_some())
    {
        return Err(item.error(format!("found `{stray}`, which does not go with `{}`", kind.key)));
    }
    match kind.key {
        "eui48" => eui48(item, &table, kind),
        "hex" => {
            let bytes = parse_hex(kind.string("hexadecimal digits")?);
            let shown =
                |error| if secret { "expected hexadecimal digits, two for each byte".to_owned() } else { error };
            bytes.map(ValueSpec::Hex).map_err(|error| kind.error(shown(error)))
        }
        "text" => Ok(ValueSpec::Text(kind.string("text")?.to_owned())),
        "uint" => Ok(ValueSpec::Uint(kind.number()?)),
        _ => {
            let column = kind.string("the name of a column")?.to_owned();
            let as_ = table.require("as", "\"hex\" (or \"text\", \"uint\")")?;
            let as_ = as_.choice(&[("hex", InputAs::Hex), ("text", InputAs::Text), ("uint", InputAs::Uint)])?;
            let unique = table.get("unique").map_or(Ok(secret), |item| item.flag())?;
            Ok(ValueSpec::Input { column, as_, unique })
        }
    }
}

fn eui48(value: &Item<'_, '_>, table: &Table<'_, '_>, item: &Item<'_, '_>) -> Result<ValueSpec, JobError> {
    let expected = "a prefix as \"70B3D57ED\", or a list of them; digits are text, not a number";
    let prefix = |item: Item<'_, '_>| item.string(expected).map(str::to_owned);
    let prefixes = if item.is_list() {
        item.list(expected)?.map(prefix).collect::<Result<Vec<_>, _>>()?
    } else {
        vec![prefix(*item)?]
    };
    let stride = table.get("stride").map_or(Ok(1), |item| item.u64())?;
    let seq0 = table.get("seq0").ok_or_else(|| {
        value.fail(JobErrorKind::Missing, "no `seq0`, the number of the unit with the first address: without it, next month's job, which starts at another number, could hand out this month's addresses again")
    })?;
    Ok(ValueSpec::Eui48 { prefixes, stride, seq0: seq0.u64()? })
}
