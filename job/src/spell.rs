//! How each value of a job stands in its file.

use std::fmt::{self, Display, Write as _};

use nameplate::At;
use nameplate::addr::Address;
use nameplate::check::Parameters;
use nameplate::id::uuid::UuidOrder;
use nameplate::image::{Erased, ErasedMap};
use nameplate::plan::Base;
use nameplate::repair::{FeedOrder, Over, Own, Step, Tail};

use crate::job::{Algorithm, Expect, InputAs, Part, Stored, UuidName, ValueSpec};

/// Text in quotes.
pub(crate) struct Quoted<T>(pub(crate) T);

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
pub(crate) struct Number(pub(crate) u128);

impl Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match i64::try_from(self.0) {
            Ok(n) => n.fmt(f),
            Err(_) => write!(f, "\"{:#X}\"", self.0),
        }
    }
}

/// Members with commas between.
pub(crate) fn joined<T: Display>(members: impl IntoIterator<Item = T>) -> String {
    members.into_iter().map(|member| member.to_string()).collect::<Vec<_>>().join(", ")
}

/// A list.
pub(crate) fn list<T: Display>(members: impl IntoIterator<Item = T>) -> String {
    format!("[{}]", joined(members))
}

/// An inline table.
pub(crate) fn table<'k>(pairs: impl IntoIterator<Item = (&'k str, String)>) -> String {
    format!("{{ {} }}", joined(pairs.into_iter().map(|(key, value)| format!("{key} = {value}"))))
}

pub(crate) fn quoted(text: impl Display) -> String {
    Quoted(text).to_string()
}

pub(crate) fn number(n: impl Into<u128>) -> String {
    Number(n.into()).to_string()
}

/// One text, or a list of them.
pub(crate) fn one_or_list(texts: &[String]) -> String {
    if let [one] = texts { quoted(one) } else { list(texts.iter().map(Quoted)) }
}

/// A place as it stands in quotes.
pub(crate) struct Place<'a>(pub(crate) &'a At);

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
pub(crate) fn address(at: &At) -> Option<u64> {
    if let Base::Address(address) = at.base() { address.checked_add(at.offset()) } else { None }
}

/// A range as it stands in quotes.
pub(crate) struct Range<'a>(pub(crate) &'a Over);

impl Display for Range<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(image) = self.0.image() {
            write!(f, "{image}:")?;
        }
        // Plain addresses are two, the lower one first. Words, which are even, are for any others.
        if let Some(std::ops::Range { start, end }) = self.0.range() {
            return match () {
                () if start < end => write!(f, "{}..{}", Address(start), Address(end)),
                () if end % 2 == 0 => write!(f, "{}..word:{:#X}", Address(start), end / 2),
                () => write!(f, "word:{:#X}..{}", start / 2, Address(end)),
            };
        }
        let Some((start, end)) = self.0.places() else { return Ok(()) };
        match (address(start), end) {
            (Some(start), None) => write!(f, "word:{:#X}", start / 2),
            (_, None) => Place(start).fmt(f),
            (_, Some(end)) => write!(f, "{}..{}", Place(start), Place(end)),
        }
    }
}

/// The bytes that an erased pattern was made of.
pub(crate) fn pattern(erased: Erased) -> String {
    hex::encode_upper(erased.as_bytes())
}

/// What blank memory reads as: one pattern, or regions. What lies outside of those is 0xFF in a job.
pub(crate) fn regions(erased: &ErasedMap) -> String {
    let one = |(over, erased)| table([("over", quoted(over)), ("value", quoted(pattern(erased)))]);
    let regions: Vec<String> = erased.regions().map(one).collect();
    if regions.is_empty() { quoted(pattern(erased.rest())) } else { list(regions) }
}

/// One of several files.
pub(crate) fn part(part: &Part) -> String {
    match part.base {
        None => quoted(&part.name),
        Some(base) => table([("file", quoted(&part.name)), ("base", quoted(Address(base)))]),
    }
}

pub(crate) fn expect(expect: &Expect) -> String {
    quoted(match expect {
        Expect::Erased => "erased".to_owned(),
        Expect::Any => "any".to_owned(),
        Expect::Hex(bytes) => format!("hex:{}", hex::encode_upper(bytes)),
    })
}

pub(crate) fn block(key: &'static str, prefixes: &[String], stride: u64, seq0: u64, pool: Option<&String>) -> String {
    let begin = pool.map_or_else(|| ("seq0", number(seq0)), |pool| ("pool", quoted(pool)));
    table([(key, one_or_list(prefixes)), ("stride", number(stride)), begin])
}

pub(crate) fn value(value: &ValueSpec) -> String {
    match value {
        ValueSpec::Template(text) => quoted(text),
        ValueSpec::Eui48 { prefixes, stride, seq0, pool } => block("eui48", prefixes, *stride, *seq0, pool.as_ref()),
        ValueSpec::Eui64 { prefixes, stride, seq0, pool } => block("eui64", prefixes, *stride, *seq0, pool.as_ref()),
        ValueSpec::Stm32 { column, form } => table([("stm32", quoted(form.name())), ("input", quoted(column))]),
        ValueSpec::Uuid5 { namespace, name, order } => {
            let (key, name) = match name {
                UuidName::Template(text) => ("name", text),
                UuidName::Column(column) => ("input", column),
            };
            let order = match order {
                UuidOrder::Rfc => "rfc",
                UuidOrder::Microsoft => "microsoft",
                UuidOrder::Reversed => "reversed",
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

pub(crate) fn algorithm(algorithm: &Algorithm) -> String {
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
pub(crate) const LATER: &str = "later";

pub(crate) fn feed(order: FeedOrder) -> &'static str {
    match order {
        FeedOrder::Forward => "forward",
        FeedOrder::Swap16 => "swap16",
        FeedOrder::Swap32 => "swap32",
        FeedOrder::Swap64 => "swap64",
        FeedOrder::Backwards => "backwards",
        _ => LATER,
    }
}

pub(crate) fn own(own: Own) -> String {
    match own {
        Own::Outside => "outside".to_owned(),
        Own::Skip => "skip".to_owned(),
        Own::Fill(byte) => format!("fill:{byte:02X}"),
        Own::Force(n) => format!("force:{n:#X}"),
        _ => LATER.to_owned(),
    }
}

pub(crate) fn tail(tail: Tail) -> String {
    match tail {
        Tail::Error => "error".to_owned(),
        Tail::Zeros(unit) => format!("zeros:{unit}"),
        Tail::Drop(unit) => format!("drop:{unit}"),
        _ => LATER.to_owned(),
    }
}

pub(crate) fn step(step: &Step) -> String {
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

pub(crate) fn copy(stored: &Stored) -> String {
    let pairs = [("at", quoted(Place(&stored.at))), ("encode", quoted(&stored.encode))];
    table(pairs.into_iter().chain([("inverted", stored.inverted.to_string())]))
}
