//! Where the value of a field comes from: the unit's number, a scheme, a block, a constant, a column.

use nameplate::id::eui::{Block, Eui48, Eui64, EuiError, Pool, Pool64};
use nameplate::id::serial::{Date, Given, Scheme, Serials};
use nameplate::id::stm32::{Uid, UidOrder};
use nameplate::id::uuid::{Uuid, UuidOrder};
use nameplate::value::{ValueKind, View};
use nameplate::{Source as _, Value};

use crate::error::JobError;
use crate::job::{Field, InputAs, UidForm, Unit, UuidName, ValueSpec};
use crate::rows::{Cell, Row};

/// Where the value of one field comes from.
pub struct Source {
    kind: Kind,
    /// The pool of a ledger that its number is from, when that is not the unit's.
    pool: Option<String>,
    secret: bool,
}

/// Without what it is, when that is secret.
impl std::fmt::Debug for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.secret { f.write_str("secret") } else { self.kind.fmt(f) }
    }
}

#[derive(Debug)]
enum Kind {
    Number,
    Serials(Serials),
    Pool(Pool),
    Pool64(Pool64),
    Stm32 { column: String, form: UidForm },
    Uuid5 { namespace: Uuid, name: Name, order: UuidOrder },
    Scan { column: String, serials: Serials },
    Bytes(Vec<u8>),
    Text(String),
    Uint(u128),
    Input { column: String, kind: ValueKind, unique: bool },
}

/// Where the name of a UUID comes from.
#[derive(Debug)]
enum Name {
    Serials(Serials),
    Column(String),
}

impl Source {
    /// The source that a field names.
    ///
    /// # Errors
    /// When a template or prefix is wrong, or the field's encoding does not take such values.
    pub fn new(field: &Field, unit: &Unit) -> Result<Self, JobError> {
        let about = |error: &dyn std::fmt::Display| JobError::refused(format_args!("field `{}`: {error}", field.name));
        let kind = match &field.value {
            ValueSpec::Template(text) if text == "{seq}" => Kind::Number,
            ValueSpec::Template(text) => {
                let hidden = || "its value is no template; the field is secret, so no more is shown".to_owned();
                let serials = serials(text, unit).map_err(|error| if field.secret { hidden() } else { error });
                Kind::Serials(serials.map_err(|error| about(&error))?)
            }
            ValueSpec::Eui48 { prefixes, stride, seq0, .. } => {
                let pool = blocks(prefixes).and_then(|blocks| Pool::new(&blocks, *stride, *seq0));
                Kind::Pool(pool.map_err(|error| about(&error))?)
            }
            ValueSpec::Eui64 { prefixes, stride, seq0, .. } => {
                let pool = blocks(prefixes).and_then(|blocks| Pool64::new(&blocks, *stride, *seq0));
                Kind::Pool64(pool.map_err(|error| about(&error))?)
            }
            ValueSpec::Stm32 { column, form } => Kind::Stm32 { column: column.clone(), form: *form },
            ValueSpec::Uuid5 { namespace, name, order } => {
                let name = match name {
                    UuidName::Template(text) => Name::Serials(serials(text, unit).map_err(|error| about(&error))?),
                    UuidName::Column(column) => Name::Column(column.clone()),
                };
                Kind::Uuid5 { namespace: *namespace, name, order: *order }
            }
            ValueSpec::Scan { column, template } => {
                let serials = serials(template, unit).map_err(|error| about(&error))?;
                Kind::Scan { column: column.clone(), serials }
            }
            ValueSpec::Hex(bytes) => Kind::Bytes(bytes.clone()),
            ValueSpec::Text(text) => Kind::Text(text.clone()),
            ValueSpec::Uint(n) => Kind::Uint(*n),
            ValueSpec::Input { column, as_, unique } => Kind::Input {
                unique: *unique,
                column: column.clone(),
                kind: match as_ {
                    InputAs::Hex => ValueKind::Bytes,
                    InputAs::Text => ValueKind::Text,
                    InputAs::Uint => ValueKind::Uint,
                },
            },
        };
        let pool = match &field.value {
            ValueSpec::Eui48 { pool, .. } | ValueSpec::Eui64 { pool, .. } => pool.clone(),
            _ => None,
        };
        let this = Self { kind, pool, secret: field.secret };
        let found = this.value_kind();
        if !field.encode.accepts(found) {
            let kinds = [ValueKind::Uint, ValueKind::Bytes, ValueKind::Text].into_iter();
            let taken: Vec<String> =
                kinds.filter(|kind| field.encode.accepts(*kind)).map(|kind| kind.to_string()).collect();
            let (encode, taken) = (&field.encode, taken.join(" or "));
            return Err(about(&format_args!("its value is {found}, and encoding `{encode}` takes {taken}")));
        }
        Ok(this)
    }

    fn value_kind(&self) -> ValueKind {
        match &self.kind {
            Kind::Serials(_) | Kind::Text(_) | Kind::Scan { .. } => ValueKind::Text,
            Kind::Pool(_)
            | Kind::Pool64(_)
            | Kind::Bytes(_)
            | Kind::Uuid5 { .. }
            | Kind::Stm32 { form: UidForm::Memory, .. } => ValueKind::Bytes,
            Kind::Number | Kind::Uint(_) | Kind::Stm32 { .. } => ValueKind::Uint,
            Kind::Input { kind, .. } => *kind,
        }
    }

    /// The pool of a ledger that its number is from; nothing when it is the number of the unit.
    pub fn pool(&self) -> Option<&str> {
        self.pool.as_deref()
    }

    /// The number of a text as [`show`](Self::show) writes it; nothing of one that it does not make.
    pub fn number_of(&self, text: &str) -> Option<u64> {
        let number = match &self.kind {
            Kind::Pool(_) => self.number(View::Bytes(&Eui48::from_hyphens(text).ok()?.octets())),
            Kind::Pool64(_) => self.number(View::Bytes(&Eui64::from_hyphens(text).ok()?.octets())),
            Kind::Number | Kind::Serials(_) => self.number(View::Text(text)),
            _ => None,
        };
        number.flatten()
    }

    /// The last number that has a value; nothing when every number has one.
    pub fn last(&self) -> Option<u64> {
        match &self.kind {
            Kind::Serials(serials) | Kind::Uuid5 { name: Name::Serials(serials), .. } => Some(serials.last()),
            Kind::Pool(pool) => Some(pool.last()),
            Kind::Pool64(pool) => Some(pool.last()),
            _ => None,
        }
    }

    /// The value of unit `seq`, whose row of the input is `row`.
    ///
    /// # Errors
    /// When the number has no value.
    pub fn value<'a>(&'a self, seq: u64, row: Option<&'a Row<'a>>) -> Result<Value<'a>, JobError> {
        let value = match &self.kind {
            Kind::Number => Value::from(seq),
            Kind::Serials(serials) => serials.value(seq).map_err(JobError::refused)?,
            Kind::Pool(pool) => pool.value(seq).map_err(JobError::refused)?,
            Kind::Pool64(pool) => pool.value(seq).map_err(JobError::refused)?,
            Kind::Stm32 { column, form } => {
                packed(cell(row, column)?, *form).map_err(|failure| self.hidden(failure, "no UID that packs so"))?
            }
            Kind::Uuid5 { namespace, name, order } => {
                let uuid = match name {
                    Name::Serials(serials) => {
                        Uuid::v5(*namespace, serials.nth(seq).map_err(JobError::refused)?.as_str().as_bytes())
                    }
                    Name::Column(column) => Uuid::v5(*namespace, cell(row, column)?.as_bytes()),
                };
                Value::from(&uuid.octets(*order)).into_owned()
            }
            Kind::Scan { column, serials } => {
                let text = cell(row, column)?;
                let wrong = |error| self.hidden(JobError::refused(error), "not of the scheme");
                let _ = serials.parse(text).map_err(|error| wrong(error).about(format_args!("column `{column}`")))?;
                Value::from(text)
            }
            Kind::Bytes(bytes) => Value::from(&**bytes),
            Kind::Text(text) => Value::from(&**text),
            Kind::Uint(n) => Value::from(*n),
            Kind::Input { column, .. } => match row.and_then(|row| row.get(column)) {
                Some(Cell::Bytes(bytes)) => Value::from(bytes),
                Some(Cell::Text(text)) => Value::from(text),
                Some(Cell::Uint(n)) => Value::from(n),
                None => return Err(no_value(column)),
            },
        };
        Ok(if self.secret { value.into_secret() } else { value })
    }

    /// A failure that may show the value; of a secret one, only `what` it is.
    fn hidden(&self, failure: JobError, what: &str) -> JobError {
        if self.secret { JobError::refused(format_args!("the secret value is {what}")) } else { failure }
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
            (Kind::Pool64(pool), View::Uint(n)) => {
                Some(u64::try_from(n).ok().and_then(|n| pool.number(View::Bytes(&Eui64::from_u64(n).octets()))))
            }
            (Kind::Pool64(pool), value) => Some(pool.number(value)),
            // The number of the label need not be the unit's.
            (Kind::Scan { serials, .. }, value) if serials.number(value).is_none() => Some(None),
            _ => None,
        }
    }

    /// Whether no two units may have the same value.
    pub fn is_unique(&self) -> bool {
        match &self.kind {
            // A template without the number is the same text for all units.
            Kind::Serials(serials) | Kind::Uuid5 { name: Name::Serials(serials), .. } => {
                let text = |seq| serials.nth(seq).ok().map(|serial| serial.as_str().to_owned());
                text(0).is_none() || text(0) != text(1)
            }
            Kind::Bytes(_) | Kind::Text(_) | Kind::Uint(_) => false,
            Kind::Input { unique, .. } => *unique,
            _ => true,
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
            (Kind::Pool64(_), View::Bytes(bytes)) => match <[u8; 8]>::try_from(bytes) {
                Ok(octets) => Eui64::new(octets).hyphens().to_string(),
                Err(_) => hex::encode_upper(bytes),
            },
            (Kind::Uuid5 { order, .. }, View::Bytes(bytes)) => {
                let uuid = bytes.try_into().ok().and_then(|octets| Uuid::from_octets(octets, *order).ok());
                uuid.map_or_else(|| hex::encode_upper(bytes), |uuid| uuid.hyphens().to_string())
            }
            (_, View::Uint(n)) => n.to_string(),
            (_, View::Text(text)) => text.to_owned(),
            (_, View::Bytes(bytes)) => hex::encode_upper(bytes),
            _ => String::new(),
        }
    }
}

/// The serials of a template.
fn serials(template: &str, unit: &Unit) -> Result<Serials, String> {
    let scheme = Scheme::parse_with(template, &given(unit)).map_err(|error| error.to_string())?;
    match unit.date {
        Some((year, month, day)) => Ok(scheme.dated(Date::new(year, month, day).map_err(|error| error.to_string())?)),
        None => scheme.undated().map_err(|error| error.to_string()),
    }
}

fn blocks(prefixes: &[String]) -> Result<Vec<Block>, EuiError> {
    prefixes.iter().map(|prefix| Block::from_prefix(prefix)).collect()
}

fn no_value(column: &str) -> JobError {
    JobError::refused(format_args!("no value in column `{column}`"))
}

/// The text of a cell.
fn cell<'a>(row: Option<&'a Row<'a>>, column: &str) -> Result<&'a str, JobError> {
    match row.and_then(|row| row.get(column)) {
        Some(Cell::Text(text)) => Ok(text),
        _ => Err(no_value(column)),
    }
}

/// What becomes of a UID, in whatever order it was printed.
fn packed(text: &str, form: UidForm) -> Result<Value<'static>, JobError> {
    let uid = Uid::detect(text).map_err(JobError::refused)?.uid;
    let packed = match form {
        UidForm::Memory => Ok(Value::from(&uid.bytes(UidOrder::Memory)).into_owned()),
        UidForm::Packed(packing) => packing.pack(uid).map(Value::from),
    };
    packed.map_err(JobError::refused)
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
/// With the source named.
pub fn check_last(name: &str, source: &Source, last: u64) -> Result<(), JobError> {
    match source.last() {
        Some(end) if end < last => Err(JobError::exhausted(format_args!(
            "field `{name}`: the last number it has a value for is {end}, the last unit is {last}"
        ))),
        _ => Ok(()),
    }
}
