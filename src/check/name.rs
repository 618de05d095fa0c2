//! Algorithms by name, in any letter case and with any separators; and what is said of a name that is none, or that
//! several go by. A name is never taken for the nearest spelling of another.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

use super::algorithm::Algorithm;
use super::alias::{ALIASES, AMBIGUOUS, Meant};
use super::catalog::CATALOGUE;
use super::crc::Crc;
use crate::digits::Escaped;
use crate::never::OrNever;

/// More characters than any name has.
const LONGEST: usize = 64;

/// The fewest characters by which a name is told to be like another.
const LIKE: usize = 3;

/// What may stand between the parts of a name.
const SEPARATORS: [char; 5] = ['-', '_', '/', '.', ' '];

/// Without separators, in lower case.
fn squashed(text: &str) -> String {
    text.chars().filter(|c| !SEPARATORS.contains(c)).map(|c| c.to_ascii_lowercase()).collect()
}

/// The characters in order, which are the same where two were mixed up.
fn sorted(text: &str) -> Vec<u8> {
    let mut characters: Vec<u8> = text.bytes().collect();
    characters.sort_unstable();
    characters
}

/// A name of a CRC as it is compared: `CRC-16/X-25`, `crc16_x25` and `CRC 16 X.25` are one.
struct Key {
    /// The number behind `CRC`.
    width: Option<u32>,
    rest: String,
    /// All of it, where nothing says how far the number goes: `crc123gpp` is CRC-12/3GPP.
    glued: Option<String>,
}

impl Key {
    fn new(name: &str) -> Self {
        let whole = name.to_ascii_lowercase();
        let Some((before, behind)) = whole.split_once("crc") else {
            return Self { width: None, rest: squashed(&whole), glued: None };
        };
        let behind = behind.trim_start_matches(SEPARATORS);
        let digits = behind.find(|c: char| !c.is_ascii_digit()).unwrap_or(behind.len());
        let (width, rest) = behind.split_at_checked(digits).or_never("the end of the digits, or of the text");
        let glued = (!rest.starts_with(SEPARATORS)).then(|| squashed(&whole));
        Self { width: width.parse().ok(), rest: squashed(before) + &squashed(rest), glued }
    }

    /// Whether `name` is this one; the width may be said where a name has none.
    fn is(&self, name: &str, width: u32) -> bool {
        let known = Self::new(name);
        let width = self.width == known.width || known.width.is_none() && self.width == Some(width);
        width && self.rest == known.rest || self.glued.as_ref().is_some_and(|glued| *glued == squashed(name))
    }

    /// Whether `name` begins with this one or the other way round, has it in it, or has the same letters.
    fn is_like(&self, name: &str, width: u32) -> bool {
        let known = Self::new(name).rest;
        let alike = known.contains(&self.rest) || self.rest.starts_with(&known) || sorted(&known) == sorted(&self.rest);
        let long = self.rest.len() >= LIKE && known.len() >= LIKE;
        alike && long && self.width.is_none_or(|own| own == width)
    }
}

/// All names of a CRC, that of the catalogue first.
fn names(crc: Crc) -> impl Iterator<Item = &'static str> {
    let aliases = ALIASES.iter().filter(move |(of, _)| *of == crc).flat_map(|(_, names)| names.iter().copied());
    core::iter::once(crc.name()).chain(aliases)
}

impl Algorithm {
    /// The algorithm of that name, as [`from_str`](Self::from_str) reads it, which says what is wrong with another.
    pub fn from_name(name: &str) -> Option<Self> {
        name.parse().ok()
    }
}

/// Reads a name: of a CRC that of the catalogue or an alias there, in any letter case, with any separators or none; of
/// others that which [`Display`](fmt::Display) writes, in any letter case.
///
/// ```
/// use nameplate::check::{Algorithm, CRC_16_IBM_SDLC};
///
/// assert_eq!("CRC-16/X-25".parse(), Ok(Algorithm::from(CRC_16_IBM_SDLC)));
/// assert_eq!("crc16_x25".parse(), Ok(Algorithm::from(CRC_16_IBM_SDLC)));
/// let error = "CRC-8/CCITT".parse::<Algorithm>().unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "several CRCs are called `CRC-8/CCITT`: `CRC-8/SMBUS` (check 0xF4; init 0x0, not reflected, xorout 0x0), \
///      `CRC-8/I-432-1` (check 0xA1; init 0x0, not reflected, xorout 0x55), \
///      `CRC-8/ROHC` (check 0xD0; init 0xFF, reflected, xorout 0x0); \
///      the check is the value over the nine characters 123456789"
/// );
/// assert_eq!(error.candidates().count(), 3);
/// ```
impl FromStr for Algorithm {
    type Err = NameError;

    fn from_str(name: &str) -> Result<Self, NameError> {
        let unknown = |of, like| NameError { found: Escaped(name.as_bytes()).to_string(), of, like };
        // A hostile file may have names of any length.
        if name.len() > LONGEST {
            return Err(unknown(Of::Nothing, Vec::new()));
        }
        let others = || Self::names().filter(|algorithm| !matches!(algorithm, Self::Crc(_)));
        if let Some(other) = others().find(|algorithm| algorithm.to_string().eq_ignore_ascii_case(name)) {
            return Ok(other);
        }
        let key = Key::new(name);
        let several = AMBIGUOUS
            .iter()
            .find(|(names, of)| of.first().is_some_and(|(crc, _)| names.iter().any(|name| key.is(name, crc.width()))));
        if let Some((_, meant)) = several {
            return Err(unknown(Of::Several(meant.to_vec()), Vec::new()));
        }
        let row = CATALOGUE.iter().find(|crc| names(**crc).any(|name| key.is(name, crc.width())));
        if let Some(crc) = row {
            return Ok(Self::Crc(*crc));
        }
        let like = |crc: &&Crc| match (key.rest.as_str(), key.width) {
            ("", width) => width == Some(crc.width()),
            _ => names(**crc).any(|name| key.is_like(name, crc.width())),
        };
        let crcs: Vec<Meant> = CATALOGUE.iter().filter(like).map(|crc| (*crc, "")).collect();
        let is_crc = name.to_ascii_lowercase().contains("crc");
        let like = others().map(|algorithm| algorithm.to_string()).filter(|known| {
            // `sum16le/32` is like nothing that does not say so.
            let (known, found) = (known.split('/').next().filter(|_| !known.contains('/')), squashed(name));
            found.len() >= LIKE && known.is_some_and(|known| squashed(known).starts_with(&found))
        });
        let like: Vec<String> = if is_crc { Vec::new() } else { like.collect() };
        Err(match key.width {
            _ if !crcs.is_empty() => unknown(Of::Like(crcs), like),
            Some(width) => unknown(Of::Width(width), like),
            None if is_crc => unknown(Of::Crc, like),
            None => unknown(Of::Nothing, like),
        })
    }
}

/// A name that no algorithm has, or several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameError {
    found: String,
    of: Of,
    /// Names of sums and the like that begin so.
    like: Vec<String>,
}

/// What a name may be of.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Of {
    /// Of several CRCs.
    Several(Vec<Meant>),
    /// Of none, and these have a name that is like it.
    Like(Vec<Meant>),
    /// Of none; it says this width.
    Width(u32),
    /// Of none; it says that it is of a CRC.
    Crc,
    /// Of none.
    Nothing,
}

impl NameError {
    /// The CRCs that the name may mean; none when no CRC has a name like it.
    pub fn candidates(&self) -> impl Iterator<Item = Crc> {
        let meant = match &self.of {
            Of::Several(meant) | Of::Like(meant) => meant.as_slice(),
            _ => &[],
        };
        meant.iter().map(|(crc, _)| *crc)
    }

    /// Whether several CRCs are called so; else none is.
    pub fn is_ambiguous(&self) -> bool {
        matches!(self.of, Of::Several(_))
    }
}

impl core::error::Error for NameError {}

impl fmt::Display for NameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const CHECK: &str = "; the check is the value over the nine characters 123456789";
        let found = &self.found;
        match &self.of {
            Of::Several(meant) => return write!(f, "several CRCs are called `{found}`: {}{CHECK}", List(meant)),
            Of::Like(meant) => {
                let what = if self.like.is_empty() { "CRC" } else { "algorithm" };
                write!(f, "unknown {what} `{found}`; names like it are {}", List(meant))?;
                self.like.iter().try_for_each(|name| write!(f, ", `{name}`"))?;
                return f.write_str(CHECK);
            }
            Of::Width(width) => {
                write!(f, "unknown CRC `{found}`; ")?;
                let mut rows = CATALOGUE.iter().filter(|crc| crc.width() == *width).peekable();
                if rows.peek().is_none() {
                    return write!(f, "the catalogue has none of {width} bits, so its parameters have to be given");
                }
                write!(f, "those of {width} bits are")?;
                return rows
                    .zip(0..)
                    .try_for_each(|(crc, n)| write!(f, "{}{}", if n == 0 { " " } else { ", " }, crc.name()));
            }
            Of::Crc => write!(f, "unknown CRC `{found}`")?,
            Of::Nothing => write!(f, "unknown algorithm `{found}`")?,
        }
        match self.like.split_first() {
            None => f.write_str(", expected a name of the CRC catalogue, as `CRC-32/ISO-HDLC`, or `sum8`, `sum16le`, `xor8`, `fletcher16`, …"),
            Some((first, rest)) => {
                write!(f, "; names like it are `{first}`")?;
                rest.iter().try_for_each(|name| write!(f, ", `{name}`"))
            }
        }
    }
}

/// CRCs with their check values, and what of their parameters is not the same in all.
struct List<'a>(&'a [Meant]);

impl fmt::Display for List<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = || self.0.iter().map(|(crc, _)| crc.parameters());
        let Some(first) = all().next() else { return Ok(()) };
        let [poly, init, reflected, xorout] = [
            all().any(|other| other.poly != first.poly),
            all().any(|other| other.init != first.init),
            all().any(|other| (other.refin, other.refout) != (first.refin, first.refout)),
            all().any(|other| other.xorout != first.xorout),
        ];
        for (index, (crc, note)) in self.0.iter().enumerate() {
            let (own, comma) = (crc.parameters(), if index == 0 { "" } else { ", " });
            let digits = 2 + usize::try_from(own.width.div_ceil(4)).or_never("a width is at most 128");
            write!(f, "{comma}`{}` (check {:#0digits$X}", crc.name(), crc.check())?;
            let mut mark = "; ";
            let mut part = |part: fmt::Arguments<'_>| {
                let before = core::mem::replace(&mut mark, ", ");
                write!(f, "{before}{part}")
            };
            if poly {
                part(format_args!("poly {:#X}", own.poly))?;
            }
            if init {
                part(format_args!("init {:#X}", own.init))?;
            }
            if reflected {
                part(format_args!(
                    "{}",
                    match (own.refin, own.refout) {
                        (true, true) => "reflected",
                        (false, false) => "not reflected",
                        (true, false) => "reflected in",
                        (false, true) => "reflected out",
                    }
                ))?;
            }
            if xorout {
                part(format_args!("xorout {:#X}", own.xorout))?;
            }
            if !note.is_empty() {
                part(format_args!("{note}"))?;
            }
            f.write_str(")")?;
        }
        Ok(())
    }
}
