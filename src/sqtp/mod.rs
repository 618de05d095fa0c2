//! Microchip SQTP files (`.num`): one Intel HEX record for each device, all at the same address.
//!
//! ```
//! use nameplate::{Encoding, Value};
//! use nameplate::sqtp::{Address, FOOTER, PROFILES, Profile, Sqtp};
//!
//! let encoding = Encoding::retlw14(Encoding::u32_be());
//! let user_id = Profile::from_name("pic16-userid").unwrap();
//! let sqtp = Sqtp::new(user_id, Address::Device(0x8000), &encoding)?;
//!
//! let mut payload = [0; 8];
//! encoding.encode_into(&Value::from(0xDEAD_BEEF_u32), &mut payload)?;
//! let mut line = [0; 29];
//! sqtp.line_into(&payload, &mut line)?;
//! assert_eq!(&sqtp.header(), b":020000040001F9\r\n");
//! assert_eq!(&line, b":08000000DE34AD34BE34EF34F0\r\n");
//! assert_eq!(FOOTER, b":00000001FF\r\n");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The file is the [`header`](Sqtp::header), one [line](Sqtp::line_into) for each device, and the
//! [`FOOTER`]; [`Lines`] writes many of them at once. The address in it is that of the device times a
//! factor which depends on the memory, and is not the factor of HEX files: [`PROFILES`] has those that
//! published files show. Of the others the record address has to be given, as [`Address::Record`],
//! from a file that MPLAB IPE made for the same memory.
//!
//! A programmer marks the line of a device as used, with a semicolon in place of its colon. [`File`]
//! reads such files, finds duplicates, and says what to write where to mark or change a line.
//!
//! Sources: Microchip DS50002539 *SQTP File Format Specification* and its sample files; for program
//! memory of PIC16F1454 and PIC16F1455 also `sqtp-numgen`. Not promised: that the IPE accepts lines longer
//! than its own dialogue can make.

mod ahead;
mod bulk;
mod duplicates;
mod error;
mod file;
mod length;
mod order;
mod profile;
mod read;
mod runs;
mod word;
mod writer;

pub use self::bulk::{Counter, LineError, Lines, Payloads, Values};
pub use self::error::{FileDiagnostic, FileError, FileErrorKind};
pub use self::file::{Change, File, Unit};
pub use self::length::LengthError;
pub use self::profile::{PROFILES, Profile};
pub use self::read::Reading;
pub use self::writer::{Address, FOOTER, MAX_PAYLOAD, Sqtp, SqtpError};
