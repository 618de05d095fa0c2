//! `nameplate id`: one identity formatted, parsed or checked.

use nameplate::Source as _;
use nameplate::check::character::{CharacterError, System};
use nameplate::id::eui::{Block, EuiError, Pool, Pool64};
use nameplate::id::serial::{Date, Given, Scheme, SerialError, Serials};
use nameplate::id::stm32::compat::UsbSerial;
use nameplate::id::stm32::{Drop88, Hashing, Layout, Order, Pack60, Pack64, Pack77, Pack86, Uid};
use nameplate::id::uuid::Uuid;
use nameplate_job::{did_you_mean, namespace_of};
use serde_json::json;

use super::outcome::Outcome;
use crate::failure::{Exit, Failure};

/// A serial number, of a number or back.
#[derive(Debug)]
pub struct SerialArgs {
    /// The template.
    pub template: String,
    /// The number.
    pub nth: Option<u64>,
    /// A serial to read back.
    pub parse: Option<String>,
    /// What date tokens mean.
    pub date: Option<Date>,
    /// What `{station:N}` stands for.
    pub station: Option<String>,
    /// What `{product:N}` stands for.
    pub product: Option<String>,
    /// What `{CC}` stands for.
    pub country: Option<String>,
}

/// What becomes of a UID.
#[derive(Clone, Debug)]
pub enum Form {
    /// 60 bits, packed.
    Pack60,
    /// 64 bits, packed.
    Pack64,
    /// 77 bits, packed.
    Pack77,
    /// 86 bits, packed.
    Pack86,
    /// 88 bits, packed.
    Drop88,
    /// The first bits of a hash.
    Hash(u32),
    /// What ST's USB examples show; not unique.
    Usb12,
}

/// A UID of an STM32.
#[derive(Debug)]
pub struct UidArgs {
    /// Its 24 digits.
    pub text: String,
    /// Their order; found out when not said.
    pub order: Option<Order>,
    /// The layout, with the order.
    pub layout: Layout,
    /// What becomes of it.
    pub form: Option<Form>,
    /// Of a hash, the domain.
    pub domain: Option<String>,
    /// Of a hash, how many devices there will be.
    pub units: Option<u64>,
    /// Of a hash, the greatest chance that two devices share one.
    pub max_p: Option<f64>,
}

/// A serial number of a template.
///
/// # Errors
/// When the template is wrong, the number has no serial, or the text is none.
pub fn serial(args: &SerialArgs) -> Result<Outcome, Failure> {
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
///
/// # Errors
/// When the prefix is wrong, or the block has no such address.
pub fn eui48(prefix: &str, nth: u64, stride: u64) -> Result<Outcome, Failure> {
    let block = Block::from_prefix(prefix).map_err(Failure::refused)?;
    let pool = Pool::new(&[block], stride, 0).map_err(Failure::refused)?;
    let eui = pool.eui48(nth).map_err(|error| eui_failure(&error))?;
    let json = json!({ "eui48": eui.bare().to_string(), "nth": nth, "last": pool.last() });
    Ok(outcome(eui.hyphens().to_string(), json))
}

/// An EUI-64 of a block.
///
/// # Errors
/// As [`eui48`].
pub fn eui64(prefix: &str, nth: u64, stride: u64) -> Result<Outcome, Failure> {
    let block = Block::from_prefix(prefix).map_err(Failure::refused)?;
    let pool = Pool64::new(&[block], stride, 0).map_err(Failure::refused)?;
    let eui = pool.eui64(nth).map_err(|error| eui_failure(&error))?;
    let json = json!({ "eui64": eui.bare().to_string(), "nth": nth, "last": pool.last() });
    Ok(outcome(eui.hyphens().to_string(), json))
}

/// A UID of an STM32, and what becomes of it.
///
/// # Errors
/// When the text is no UID, or it does not fit the form.
pub fn stm32_uid(args: &UidArgs) -> Result<Outcome, Failure> {
    let (uid, order) = if let Some(order) = args.order {
        (Uid::parse(&args.text, order, args.layout).map_err(Failure::refused)?, order)
    } else {
        let found = Uid::detect(&args.text);
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
    let json = json!({ "order": name_of(order), "layout": layout, "words": words, "memory": uid.text(Order::Memory).as_str(), "id": id, "unique": !matches!(args.form, Some(Form::Usb12)) });
    Ok(outcome(id.unwrap_or(text), json))
}

fn formed(args: &UidArgs, uid: Uid, form: &Form) -> Result<String, Failure> {
    Ok(match form {
        Form::Pack60 => Pack60::pack(uid).map_err(Failure::refused)?.crockford().to_string(),
        Form::Pack64 => Pack64::pack(uid).map_err(Failure::refused)?.crockford().to_string(),
        Form::Pack77 => Pack77::pack(uid).map_err(Failure::refused)?.crockford().to_string(),
        Form::Pack86 => Pack86::pack(uid).map_err(Failure::refused)?.crockford().to_string(),
        Form::Drop88 => Drop88::pack(uid).map_err(Failure::refused)?.hex().to_string(),
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

fn name_of(order: Order) -> &'static str {
    match order {
        Order::Memory => "memory",
        Order::MsbFirst => "msb-first",
        Order::Words => "words",
        Order::WordsBackwards => "words-backwards",
    }
}

/// A UUID of version 5.
///
/// # Errors
/// When the namespace is none.
pub fn uuid5(namespace: &str, name: &str) -> Result<Outcome, Failure> {
    let namespace = namespace_of(namespace).map_err(Failure::refused)?;
    let uuid = Uuid::v5(namespace, name.as_bytes()).hyphens().to_string();
    Ok(outcome(uuid.clone(), json!({ "uuid": uuid })))
}

/// Whether a text ends in the right check characters; if not, the verdict is that.
///
/// # Errors
/// When the algorithm or the text is not one.
pub fn check(text: &str, algorithm: &str) -> Result<(Outcome, Result<(), Failure>), Failure> {
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
