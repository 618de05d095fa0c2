//! Check characters: one or two characters behind a text that tell most mistakes of typing it.
//!
//! ```
//! use nameplate::check::character::System;
//!
//! let system = System::from_name("mod37-36").unwrap();
//! assert_eq!(system.compute("EUDV2407000123")?.as_str(), "K");
//! system.check("EUDV2407000123K")?;
//! let error = system.check("EUDV2407000132K").unwrap_err();
//! assert_eq!(error.to_string(), "check character `K`, expected `I` (mod37-36)");
//! # Ok::<(), nameplate::check::character::CharacterError>(())
//! ```
//!
//! | name | covers | check characters | wrong characters found | swapped neighbours found | source |
//! |---|---|---|---|---|---|
//! | `luhn` | digits | a digit | all | all but `09`/`90` | ISO/IEC 7812-1 annex B |
//! | `luhn-mod16`, `luhn-mod36`, `luhn-mod[ABCDEF]` | an alphabet of even size | one of it | all | all but first/last symbol | the same, to another base |
//! | `damm` | digits | a digit | all | all | H. M. Damm, 2004 |
//! | `verhoeff` | digits | a digit | all | all | J. Verhoeff, 1969 |
//! | `gs1` | digits | a digit | all | those that do not differ by 5 | GS1 General Specifications §7.9.1 |
//! | `mod11-2` | digits | a digit or `X` | all | all | ISO/IEC 7064 |
//! | `mod11-10` | digits | a digit | all | most | ISO/IEC 7064 |
//! | `mod37-2` | `0-9A-Z` | one of them or `*` | all | all | ISO/IEC 7064 |
//! | `mod37-36` | `0-9A-Z` | one of them | all | most | ISO/IEC 7064 |
//! | `mod97-10` | `0-9A-Z`, letters as 10 to 35 | two digits | all but some of a digit for a letter | all but some of a digit with a letter | ISO/IEC 7064 |
//! | `crockford37` | Crockford base 32 | one of it or `*~$=U` | all | all | D. Crockford, *Base 32* |
//!
//! Nothing is corrected: small letters, `O` for `0`, hyphens are characters that are not covered, and
//! an error with their position. For digits take `damm`; for labels of letters and digits `mod37-36`,
//! whose check character is a letter or digit too.

mod alphabet;
mod check;
mod system;

pub use self::alphabet::{Alphabet, AlphabetError};
pub use self::check::{CharacterError, Check};
pub use self::system::System;
