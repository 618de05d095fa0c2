//! Where the value of a field comes from: the unit's number, a scheme, a block, a constant, a column.

use nameplate::id::eui::{Block, Eui48, Pool};
use nameplate::id::serial::{Date, Given, Scheme, Serials};
use nameplate::value::{ValueKind, View};
use nameplate::{Source as _, Value};

use crate::failure::{Exit, Failure};
use crate::job::{Field, InputAs, Unit, ValueSpec};
use crate::units::{Cell, Row};

/// Where the value of one field comes from.
#[derive(Debug)]
pub struct Source {
    kind: Kind,
    secret: bool,
}

#[derive(Debug)]
enum Kind {
    Number,
    Serials(Serials),
    Pool(Pool),
    Bytes(Vec<u8>),
    Text(String),
    Uint(u128),
    Input { column: String, kind: ValueKind },
}

impl Source {
    /// The source that a field names.
    ///
    /// # Errors
    /// When a template or prefix is wrong, or the field's encoding does not take such values.
    pub fn new(field: &Field, unit: &Unit) -> Result<Self, Failure> {
        let about = |error: &dyn std::fmt::Display| Failure::refused(format_args!("field `{}`: {error}", field.name));
        let kind = match &field.value {
            ValueSpec::Template(text) if text == "{seq}" => Kind::Number,
            ValueSpec::Template(text) => {
                let scheme = Scheme::parse_with(text, &given(unit)).map_err(|error| about(&error))?;
                Kind::Serials(match unit.date {
                    Some((year, month, day)) => {
                        scheme.dated(Date::new(year, month, day).map_err(|error| about(&error))?)
                    }
                    None => scheme.undated().map_err(|error| about(&error))?,
                })
            }
            ValueSpec::Eui48 { prefixes, stride, seq0 } => {
                let blocks = prefixes.iter().map(|prefix| Block::from_prefix(prefix)).collect::<Result<Vec<_>, _>>();
                let blocks = blocks.map_err(|error| about(&error))?;
                Kind::Pool(Pool::new(&blocks, *stride, *seq0).map_err(|error| about(&error))?)
            }
            ValueSpec::Hex(bytes) => Kind::Bytes(bytes.clone()),
            ValueSpec::Text(text) => Kind::Text(text.clone()),
            ValueSpec::Uint(n) => Kind::Uint(*n),
            ValueSpec::Input { column, as_, .. } => Kind::Input {
                column: column.clone(),
                kind: match as_ {
                    InputAs::Hex => ValueKind::Bytes,
                    InputAs::Text => ValueKind::Text,
                    InputAs::Uint => ValueKind::Uint,
                },
            },
        };
        let this = Self { kind, secret: field.secret };
        let found = this.value_kind();
        if !field.encode.accepts(found) {
            return Err(about(&format_args!("its value is {found}, which encoding `{}` does not take", field.encode)));
        }
        Ok(this)
    }

    fn value_kind(&self) -> ValueKind {
        match &self.kind {
            Kind::Number | Kind::Uint(_) => ValueKind::Uint,
            Kind::Serials(_) | Kind::Text(_) => ValueKind::Text,
            Kind::Pool(_) | Kind::Bytes(_) => ValueKind::Bytes,
            Kind::Input { kind, .. } => *kind,
        }
    }

    /// The last number that has a value; nothing when every number has one.
    pub fn last(&self) -> Option<u64> {
        match &self.kind {
            Kind::Serials(serials) => Some(serials.last()),
            Kind::Pool(pool) => Some(pool.last()),
            _ => None,
        }
    }

    /// The value of unit `seq`, whose row of the input is `row`.
    ///
    /// # Errors
    /// When the number has no value.
    pub fn value<'a>(&'a self, seq: u64, row: Option<&'a Row<'a>>) -> Result<Value<'a>, Failure> {
        let value = match &self.kind {
            Kind::Number => Value::from(seq),
            Kind::Serials(serials) => serials.value(seq).map_err(Failure::refused)?,
            Kind::Pool(pool) => pool.value(seq).map_err(Failure::refused)?,
            Kind::Bytes(bytes) => Value::from(&**bytes),
            Kind::Text(text) => Value::from(&**text),
            Kind::Uint(n) => Value::from(*n),
            Kind::Input { column, .. } => match row.and_then(|row| row.get(column)) {
                Some(Cell::Bytes(bytes)) => Value::from(bytes),
                Some(Cell::Text(text)) => Value::from(text),
                Some(Cell::Uint(n)) => Value::from(n),
                None => return Err(Failure::refused(format_args!("unit {seq} has no value in column `{column}`"))),
            },
        };
        Ok(if self.secret { value.into_secret() } else { value })
    }

    /// The number that a value was made from; nothing in it when the source did not make it, nothing
    /// at all when values are not made from numbers.
    pub fn number(&self, value: View<'_>) -> Option<Option<u64>> {
        match (&self.kind, value) {
            (Kind::Number, View::Uint(n)) => Some(u64::try_from(n).ok()),
            // BCD and signed integers read back as decimal text.
            (Kind::Number, View::Text(digits)) => Some(digits.parse().ok()),
            (Kind::Number, _) => Some(None),
            (Kind::Serials(serials), value) => Some(serials.number(value)),
            // An address in hexadecimal digits reads back as an integer.
            (Kind::Pool(pool), View::Uint(n)) => {
                let address = u64::try_from(n).ok().and_then(|n| Eui48::from_u64(n).ok());
                Some(address.and_then(|address| pool.number(View::Bytes(&address.octets()))))
            }
            (Kind::Pool(pool), value) => Some(pool.number(value)),
            _ => None,
        }
    }

    /// The constant that every unit has; nothing when units differ.
    pub fn constant(&self) -> Option<Value<'_>> {
        matches!(self.kind, Kind::Bytes(_) | Kind::Text(_) | Kind::Uint(_)).then(|| self.value(0, None).ok()).flatten()
    }

    /// The value as a person reads it.
    pub fn show(&self, value: View<'_>) -> String {
        match (&self.kind, value) {
            (Kind::Pool(_), View::Bytes(bytes)) => match <[u8; 6]>::try_from(bytes) {
                Ok(octets) => Eui48::new(octets).hyphens().to_string(),
                Err(_) => hex::encode_upper(bytes),
            },
            (_, View::Uint(n)) => n.to_string(),
            (_, View::Text(text)) => text.to_owned(),
            (_, View::Bytes(bytes)) => hex::encode_upper(bytes),
            _ => String::new(),
        }
    }
}

/// What tokens of templates stand for, as `[unit]` says it.
fn given(unit: &Unit) -> Given<'_> {
    let [station, product, country] =
        [&unit.given.station, &unit.given.product, &unit.given.country].map(|text| text.as_deref());
    let given = station.map_or(Given::new(), |station| Given::new().station(station));
    let given = product.map_or(given, |product| given.product(product));
    country.map_or(given, |country| given.country(country))
}

/// Refuses a run that goes beyond the last number of a source.
///
/// # Errors
/// With exit code 5 and the source named.
pub fn check_last(name: &str, source: &Source, last: u64) -> Result<(), Failure> {
    match source.last() {
        Some(end) if end < last => Err(Failure::new(
            Exit::Exhausted,
            format_args!("field `{name}`: the last number it has a value for is {end}, the last unit is {last}"),
        )),
        _ => Ok(()),
    }
}
