//! `nameplate id`: one identity formatted, parsed or checked.

use clap::Subcommand;
use nameplate::Source as _;
use nameplate::check::character::{CharacterError, System};
use nameplate::id::eui::{Block, EuiError, Pool, Pool64};
use nameplate::id::serial::{Date, Given, Scheme, SerialError, Serials};
use nameplate::id::stm32::compat::UsbSerial;
use nameplate::id::stm32::{DROP88, Hashing, Layout, PACKINGS, Packing, Uid, UidOrder};
use nameplate::id::uuid::Uuid;
use nameplate_job::{did_you_mean, namespace_of};
use serde_json::json;

use super::outcome::Outcome;
use crate::choices::one_of;
use crate::failure::{Exit, Failure};

/// What of an identity.
#[derive(Debug, Subcommand)]
pub enum What {
    /// The serial number of a template, as EUDV{YY}{MM}-{seq:6}
    Serial(SerialArgs),
    /// An address of the block with this prefix of 6, 7 or 9 digits
    Eui48(EuiArgs),
    /// An EUI-64 of the block with this prefix
    Eui64(EuiArgs),
    /// The unique ID of an STM32: its order and layout, and what becomes of it
    Stm32Uid(UidArgs),
    /// A UUID of version 5
    Uuid5 {
        /// dns, url, oid, or a UUID
        namespace: String,
        /// The name
        name: String,
    },
    /// Whether a text ends in the right check character
    Check {
        /// The text
        text: String,
        /// luhn, damm, verhoeff, gs1, mod37-36, …
        #[arg(long)]
        algorithm: String,
    },
}

/// A serial number, of a number or back.
#[derive(clap::Args, Debug)]
pub struct SerialArgs {
    /// The template
    template: String,
    /// The number
    #[arg(long, conflicts_with = "parse")]
    nth: Option<u64>,
    /// A serial number to read back
    #[arg(long, value_name = "TEXT")]
    parse: Option<String>,
    /// What date tokens mean, as 2024-07-01
    #[arg(long, value_parser = date)]
    date: Option<Date>,
    /// What {station:N} stands for
    #[arg(long)]
    station: Option<String>,
    /// What {product:N} stands for
    #[arg(long)]
    product: Option<String>,
    /// What {CC} stands for
    #[arg(long)]
    country: Option<String>,
}

/// An address of a block.
#[derive(clap::Args, Debug)]
pub struct EuiArgs {
    /// The prefix
    prefix: String,
    /// Which one, counted from 0
    #[arg(long)]
    nth: u64,
    /// How many addresses each unit has
    #[arg(long, default_value_t = 1)]
    stride: u64,
}

/// A UID of an STM32.
#[derive(clap::Args, Debug)]
pub struct UidArgs {
    /// Its 24 hexadecimal digits
    uid: String,
    /// Their order; found out when not said
    #[arg(long, value_parser = one_of(&ORDERS))]
    order: Option<UidOrder>,
    /// The layout, with --order: B of STM32L0 and L1, opaque of F1
    #[arg(long, default_value = "a", requires = "order", value_parser = one_of(&LAYOUTS))]
    layout: Layout,
    /// pack60, pack64, pack77, pack86, drop88, hash:BITS, or usb12, which is not unique
    #[arg(long, value_parser = form)]
    form: Option<Form>,
    /// Of a hash: what keeps IDs of different products apart, as acme/sensor/v1
    #[arg(long)]
    domain: Option<String>,
    /// Of a hash: how many devices there will be
    #[arg(long)]
    units: Option<u64>,
    /// Of a hash: the greatest chance that any two of them share an ID, as 1e-6
    #[arg(long)]
    max_p: Option<f64>,
}

const ORDERS: [(&str, &str, UidOrder); 4] = [
    ("memory", "Words 0, 1, 2, the low byte of each first", UidOrder::Memory),
    ("msb-first", "Words 2, 1, 0, the high byte of each first", UidOrder::MsbFirst),
    ("words", "Words 0, 1, 2, the high byte of each first", UidOrder::Words),
    ("words-backwards", "Words 2, 1, 0, the low byte of each first", UidOrder::WordsBackwards),
];

const LAYOUTS: [(&str, &str, Layout); 3] = [("a", "", Layout::A), ("b", "", Layout::B), ("opaque", "", Layout::Opaque)];

/// What becomes of a UID.
#[derive(Clone, Debug)]
enum Form {
    /// Packed.
    Packed(&'static Packing),
    /// The first bits of a hash.
    Hash(u32),
    /// What ST's USB examples show; not unique.
    Usb12,
}

fn form(text: &str) -> Result<Form, String> {
    if let Some(packing) = Packing::from_name(text) {
        return Ok(Form::Packed(packing));
    }
    if text == "usb12" {
        return Ok(Form::Usb12);
    }
    let bits = text.strip_prefix("hash:").and_then(|bits| bits.parse().ok());
    let packings = PACKINGS.map(Packing::name).join(", ");
    bits.map(Form::Hash).ok_or_else(|| format!("expected {packings}, hash:BITS or usb12"))
}

fn date(text: &str) -> Result<Date, String> {
    let wrong = || format!("found {text}, expected a date as 2024-07-01");
    let mut parts = text.splitn(3, '-');
    let mut part =
        |digits: usize| parts.next().filter(|part| part.len() == digits && part.bytes().all(|c| c.is_ascii_digit()));
    let (year, month, day) = (part(4).ok_or_else(wrong)?, part(2).ok_or_else(wrong)?, part(2).ok_or_else(wrong)?);
    let number = |text: &str| text.parse::<u8>().map_err(|_| wrong());
    Date::new(year.parse().map_err(|_| wrong())?, number(month)?, number(day)?).map_err(|error| error.to_string())
}

/// Formats, parses or checks it; of a text that is checked and wrong, the verdict is that.
///
/// # Errors
/// When what is given is wrong.
pub fn run(what: &What) -> Result<(Outcome, Result<(), Failure>), Failure> {
    let done = |outcome| (outcome, Ok(()));
    match what {
        What::Serial(args) => serial(args).map(done),
        What::Eui48(args) => eui48(args).map(done),
        What::Eui64(args) => eui64(args).map(done),
        What::Stm32Uid(args) => stm32_uid(args).map(done),
        What::Uuid5 { namespace, name } => uuid5(namespace, name).map(done),
        What::Check { text, algorithm } => check(text, algorithm),
    }
}

/// A serial number of a template.
fn serial(args: &SerialArgs) -> Result<Outcome, Failure> {
    let mut given = Given::new();
    if let Some(station) = &args.station {
        given = given.station(station);
    }
    if let Some(product) = &args.product {
        given = given.product(product);
    }
    if let Some(country) = &args.country {
        given = given.country(country);
    }
    let scheme = Scheme::parse_with(&args.template, &given).map_err(Failure::refused)?;
    let serials: Serials = match args.date {
        Some(date) => scheme.dated(date),
        None => scheme.undated().map_err(|error| Failure::refused(format_args!("{error}; say it with --date")))?,
    };
    let (nth, text) = match (args.nth, &args.parse) {
        (Some(n), None) => (
            n,
            serials
                .nth(n)
                .map_err(|error| exhausted(&error, matches!(error, SerialError::Exhausted { .. })))?
                .as_str()
                .to_owned(),
        ),
        (None, Some(text)) => (serials.parse(text).map_err(Failure::refused)?, text.clone()),
        _ => return Err(Failure::new(Exit::Usage, "say --nth N or --parse TEXT")),
    };
    let json = json!({ "serial": text, "nth": nth, "last": serials.last() });
    Ok(outcome(if args.nth.is_some() { text } else { nth.to_string() }, json))
}

/// An address of a block.
fn eui48(EuiArgs { prefix, nth, stride }: &EuiArgs) -> Result<Outcome, Failure> {
    let block = Block::from_prefix(prefix).map_err(Failure::refused)?;
    let pool = Pool::new(&[block], *stride, 0).map_err(Failure::refused)?;
    let eui = pool.eui48(*nth).map_err(|error| eui_failure(&error))?;
    let json = json!({ "eui48": eui.bare().to_string(), "nth": nth, "last": pool.last() });
    Ok(outcome(eui.hyphens().to_string(), json))
}

/// An EUI-64 of a block.
fn eui64(EuiArgs { prefix, nth, stride }: &EuiArgs) -> Result<Outcome, Failure> {
    let block = Block::from_prefix(prefix).map_err(Failure::refused)?;
    let pool = Pool64::new(&[block], *stride, 0).map_err(Failure::refused)?;
    let eui = pool.eui64(*nth).map_err(|error| eui_failure(&error))?;
    let json = json!({ "eui64": eui.bare().to_string(), "nth": nth, "last": pool.last() });
    Ok(outcome(eui.hyphens().to_string(), json))
}

/// A UID of an STM32, and what becomes of it.
fn stm32_uid(args: &UidArgs) -> Result<Outcome, Failure> {
    let (uid, order) = if let Some(order) = args.order {
        (Uid::parse(&args.uid, order, args.layout).map_err(Failure::refused)?, order)
    } else {
        let found = Uid::detect(&args.uid);
        let found = found.map_err(|error| Failure::refused(format_args!("{error} (--order, --layout)")))?;
        (found.uid, found.order)
    };
    let id = args.form.as_ref().map(|form| formed(args, uid, form)).transpose()?;
    let words = uid.words().map(|word| format!("{word:08X}"));
    let layout = format!("{:?}", uid.layout());
    let mut text = format!("{}, layout {layout}, words {}", name_of(order), words.join(" "));
    if let Some(die) = uid.die() {
        let lot = String::from_utf8_lossy(&die.lot).into_owned();
        text = format!("{text}, lot {}, wafer {}", lot.trim_end(), die.wafer);
    }
    let json = json!({ "order": name_of(order), "layout": layout, "words": words, "memory": uid.text(UidOrder::Memory).as_str(), "id": id, "unique": !matches!(args.form, Some(Form::Usb12)) });
    Ok(outcome(id.unwrap_or(text), json))
}

fn formed(args: &UidArgs, uid: Uid, form: &Form) -> Result<String, Failure> {
    Ok(match form {
        Form::Packed(packing) => {
            let packed = packing.pack(uid).map_err(Failure::refused)?;
            if *packing == DROP88 { packed.hex() } else { packed.crockford() }.to_string()
        }
        Form::Usb12 => UsbSerial::st(uid).map_or_else(
            || Err(Failure::refused("devices with this UID show no serial number")),
            |serial| Ok(serial.to_string()),
        )?,
        Form::Hash(bits) => {
            let (Some(domain), Some(units), Some(max_p)) = (&args.domain, args.units, args.max_p) else {
                let message = "a hash may collide: say for how many devices (--units) and with which chance (--max-p) it has to do, and a --domain";
                return Err(Failure::new(Exit::Usage, message));
            };
            if !(max_p > 0.0 && max_p < 1.0) {
                return Err(Failure::new(
                    Exit::Usage,
                    format_args!("--max-p {max_p}: expected a chance between 0 and 1"),
                ));
            }
            // Rounded to the careful side.
            #[allow(
                clippy::as_conversions,
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "between 1 and 2^63, or as much as there is"
            )]
            let one_in = (1.0 / max_p).ceil() as u64;
            Hashing::new(domain, *bits, units, one_in).map_err(Failure::refused)?.id(uid).hex().to_string()
        }
    })
}

fn name_of(order: UidOrder) -> &'static str {
    match order {
        UidOrder::Memory => "memory",
        UidOrder::MsbFirst => "msb-first",
        UidOrder::Words => "words",
        UidOrder::WordsBackwards => "words-backwards",
    }
}

/// A UUID of version 5.
fn uuid5(namespace: &str, name: &str) -> Result<Outcome, Failure> {
    let namespace = namespace_of(namespace).map_err(Failure::refused)?;
    let uuid = Uuid::v5(namespace, name.as_bytes()).hyphens().to_string();
    Ok(outcome(uuid.clone(), json!({ "uuid": uuid })))
}

/// Whether a text ends in the right check characters; if not, the verdict is that.
fn check(text: &str, algorithm: &str) -> Result<(Outcome, Result<(), Failure>), Failure> {
    let system = System::from_name(algorithm).ok_or_else(|| {
        let mut hint = did_you_mean(algorithm, System::names());
        if hint.is_empty() {
            hint = format!("; there are {}", System::names().collect::<Vec<_>>().join(", "));
        }
        Failure::new(Exit::Usage, format_args!("unknown algorithm `{algorithm}`{hint}"))
    })?;
    match system.check(text) {
        Ok(()) => Ok((outcome(format!("{text}: right ({system})"), json!({ "ok": true })), Ok(()))),
        Err(error @ CharacterError::Wrong { .. }) => {
            let said = format!("{text}: {error}");
            Ok((outcome(said, json!({ "ok": false })), Err(Failure::new(Exit::Verify, error))))
        }
        Err(error) => Err(Failure::refused(error)),
    }
}

fn outcome(text: String, json: serde_json::Value) -> Outcome {
    Outcome { text, json, tolerated: Vec::new() }
}

fn exhausted(error: &dyn std::fmt::Display, is: bool) -> Failure {
    Failure::new(if is { Exit::Exhausted } else { Exit::Refused }, error)
}

fn eui_failure(error: &EuiError) -> Failure {
    exhausted(error, matches!(error, EuiError::Exhausted { .. } | EuiError::Index { .. } | EuiError::Index64 { .. }))
}
