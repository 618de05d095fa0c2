//! What the command line says after `nameplate id`.

use clap::{Subcommand, ValueEnum};
use nameplate::id::serial::Date;
use nameplate::id::stm32::{Layout, Order};
use nameplate_cli::commands::Outcome;
use nameplate_cli::commands::id::{self, Form};
use nameplate_cli::failure::Failure;

#[derive(Subcommand)]
pub(crate) enum IdCommand {
    /// The serial number of a template, as EUDV{YY}{MM}-{seq:6}
    Serial {
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
    },
    /// An address of the block with this prefix of 6, 7 or 9 digits
    Eui48 {
        /// The prefix
        prefix: String,
        /// Which one, counted from 0
        #[arg(long)]
        nth: u64,
        /// How many addresses each unit has
        #[arg(long, default_value_t = 1)]
        stride: u64,
    },
    /// An EUI-64 of the block with this prefix
    Eui64 {
        /// The prefix
        prefix: String,
        /// Which one, counted from 0
        #[arg(long)]
        nth: u64,
        /// How many addresses each unit has
        #[arg(long, default_value_t = 1)]
        stride: u64,
    },
    /// The unique ID of an STM32: its order and layout, and what becomes of it
    Stm32Uid {
        /// Its 24 hexadecimal digits
        uid: String,
        /// Their order; found out when not said
        #[arg(long)]
        order: Option<OrderArg>,
        /// The layout, with --order: B of STM32L0 and L1, opaque of F1
        #[arg(long, default_value = "a", requires = "order")]
        layout: LayoutArg,
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
    },
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

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum OrderArg {
    /// Words 0, 1, 2, the low byte of each first
    Memory,
    /// Words 2, 1, 0, the high byte of each first
    MsbFirst,
    /// Words 0, 1, 2, the high byte of each first
    Words,
    /// Words 2, 1, 0, the low byte of each first
    WordsBackwards,
}

impl From<OrderArg> for Order {
    fn from(order: OrderArg) -> Self {
        match order {
            OrderArg::Memory => Self::Memory,
            OrderArg::MsbFirst => Self::MsbFirst,
            OrderArg::Words => Self::Words,
            OrderArg::WordsBackwards => Self::WordsBackwards,
        }
    }
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum LayoutArg {
    A,
    B,
    Opaque,
}

impl From<LayoutArg> for Layout {
    fn from(layout: LayoutArg) -> Self {
        match layout {
            LayoutArg::A => Self::A,
            LayoutArg::B => Self::B,
            LayoutArg::Opaque => Self::Opaque,
        }
    }
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

fn form(text: &str) -> Result<Form, String> {
    Ok(match text {
        "pack60" => Form::Pack60,
        "pack64" => Form::Pack64,
        "pack77" => Form::Pack77,
        "pack86" => Form::Pack86,
        "drop88" => Form::Drop88,
        "usb12" => Form::Usb12,
        _ => {
            let bits = text.strip_prefix("hash:").and_then(|bits| bits.parse().ok());
            Form::Hash(bits.ok_or("expected pack60, pack64, pack77, pack86, drop88, hash:BITS or usb12")?)
        }
    })
}

impl IdCommand {
    pub(crate) fn run(self) -> Result<(Outcome, Result<(), Failure>), Failure> {
        let done = |outcome| (outcome, Ok(()));
        match self {
            Self::Serial { template, nth, parse, date, station, product, country } => {
                id::serial(&id::SerialArgs { template, nth, parse, date, station, product, country }).map(done)
            }
            Self::Eui48 { prefix, nth, stride } => id::eui48(&prefix, nth, stride).map(done),
            Self::Eui64 { prefix, nth, stride } => id::eui64(&prefix, nth, stride).map(done),
            Self::Stm32Uid { uid: text, order, layout, form, domain, units, max_p } => {
                let (order, layout) = (order.map(Order::from), layout.into());
                id::stm32_uid(&id::UidArgs { text, order, layout, form, domain, units, max_p }).map(done)
            }
            Self::Uuid5 { namespace, name } => id::uuid5(&namespace, &name).map(done),
            Self::Check { text, algorithm } => id::check(&text, &algorithm),
        }
    }
}
