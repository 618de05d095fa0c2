//! Serial numbers by a scheme: fixed text, the parts of a date, a running number, a check character.
//!
//! ```
//! use nameplate::id::serial::{Date, Given, Scheme};
//!
//! let serials = Scheme::parse("EUDV{YY}{MM}-{seq:6}")?.dated(Date::new(2024, 7, 1)?);
//! assert_eq!(serials.nth(123)?.as_str(), "EUDV2407-000123");
//! assert_eq!(serials.parse("EUDV2407-000123")?, 123);
//! assert_eq!(serials.last(), 999_999);
//! assert!(serials.nth(1_000_000).is_err());
//!
//! let station = Given::new().station("07");
//! let serials = Scheme::parse_with("{station:2}-{seq:4:base36}{check:mod37-36}", &station)?.undated()?;
//! assert_eq!(serials.nth(46_655)?.as_str(), "07-0ZZZ7");
//! let error = serials.parse("07-0ZZY7").unwrap_err();
//! assert_eq!(error.to_string(), "check character `7` at position 8, expected `9` (mod37-36)");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Templates
//!
//! | token | example | what |
//! |---|---|---|
//! | `{YYYY}`, `{YY}` | `2024`, `24` | calendar year |
//! | `{MM}`, `{DD}` | `12`, `30` | month, day |
//! | `{GGGG}`, `{GG}` | `2025`, `25` | year of the ISO week (of 2024-12-30) |
//! | `{WW}` | `01` | ISO week |
//! | `{CC}` | `DE` | country, two capital letters, from [`Given`] |
//! | `{station:2}`, `{product:4}` | `07`, `EUDV` | as many characters, from [`Given`] |
//! | `{seq:6}` | `000123` | the number in 1 to 19 decimal digits, zeros in front |
//! | `{seq:6:hex}` | `00007B` | hexadecimal, capitals, 1 to 16 digits |
//! | `{seq:6:base36}` | `00003F` | digits and letters, 1 to 12 digits |
//! | `{seq:6:crockford32}` | `00003V` | without `I`, `L`, `O`, `U`, 1 to 12 digits |
//! | `{seq:4:[2-9A-HJ-NP-Z]}` | `225V` | any [`Alphabet`], the first symbol for 0 |
//! | `{seq:[A-Z][A-Z][A-Z]-P&E-[0-9][0-9]}` | `AAB-P&E-23` | an odometer: each `[…]` is a wheel, what stands between is fixed and has no braces |
//! | `{check:damm}` | `4` | check character of all letters and digits of the serial, wherever they stand |
//! | `{check:damm:seq}`, `{check:damm:YY+station+seq}` | `4` | of those tokens alone; `text` is the fixed text |
//! | `{{`, `}}` | `{`, `}` | braces |
//!
//! Everything else is fixed text, printable ASCII. A scheme has exactly one `{seq:…}`, at most one
//! `{check:…}`, and makes texts of one length, at most 64 characters. A number that has more digits is
//! an error: nothing is widened or wrapped. `dec` is the alphabet when none is said; a pattern that would
//! begin with digits and a colon has them before the token. An alphabet of one's own may not have both `0` and `O`, or two of `1`, `I` and `l`.
//!
//! The names of check characters are those of [`character`](crate::check::character). They cover letters
//! and digits in the order of the text, never hyphens and other signs, and must cover the number. A letter
//! or digit that the system does not cover is an error of the template: `damm` covers digits, so letters
//! beside it need a scope.
//!
//! The calendar year may not stand beside the ISO week, nor the year of the week beside month or day:
//! 2024-12-30 lies in week 1 of 2025, so `{YY}{WW}` would give `2401` a second time.
//!
//! Reading a serial back corrects nothing: small letters, `O` for `0`, a wrong check character are errors.
//!
//! Source: ISO 8601 for weeks, ISO 3166-1 for countries (whose list is not looked at). Not promised: that a
//! number is handed out once.

mod error;
mod given;
mod scheme;
mod serials;
mod token;

pub use self::error::{SchemeError, SchemeErrorKind, SerialError, Takes};
pub use self::given::Given;
pub use self::scheme::Scheme;
pub use self::serials::{Serial, Serials};
pub use super::date::{Date, DateError};
pub use crate::check::character::Alphabet;
