//! `nameplate verify`: decodes stamped images or dumps read back, and says what of them it compared with what.
//!
//! | part | compared with |
//! |---|---|
//! | fields | what the job makes; with `--units`, the line of the unit |
//! | checksums | computed anew over the image; with `--units`, the line of the unit |
//! | all other memory of the template | the template, unless `--other-firmware` |
//! | values that must differ | those of all other images and lines, by digest |
//! | the label, with `--scan` | the fields that no two units have alike, the texts of the job |
//! | the file | with `--units`, its name, and its digest where it is a file that was stamped; of a delta that of the whole image |
//!
//! A unit with several images is judged image by image, each checksum with what it covers of the others; all must be of one
//! unit.
//!
//! A file that has a part of the memory is looked at as far as it goes: what it lacks under a checksum is the
//! template's, and a field or a word that it lacks is "not in the dump".

mod alike;
mod args;
mod command;
mod compare;
mod journals;
mod judge;
#[cfg(feature = "ledger")]
mod look;
mod reading;
mod scan;
mod seen;
mod several;
mod total;
mod verdict;

pub use self::args::{Args, failed};
pub use self::command::run;
#[cfg(feature = "ledger")]
pub use self::look::{ReadArgs, find_by_memory};
