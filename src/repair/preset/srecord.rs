//! Checksum filters of `srec_cat`, as they stand in its command.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

use thiserror::Error;

use crate::check::{Algorithm, CRC_32_ISO_HDLC, CRC_32_MPEG_2, Crc, Parameters, SRECORD_FLETCHER_16};
use crate::never::OrNever;
use crate::repair::choices::{Gaps, Order, Own, Step, Tail};
use crate::repair::description::Repair;
use crate::value::ByteOrder;

/// Why a filter is not one of those that can be repaired.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("SRecord filter `{filter}`: found `{found}`, expected {expected}")]
pub struct FilterError {
    filter: String,
    found: String,
    expected: &'static str,
}

/// The checksum that this filter of SRecord's `srec_cat` stores, over `over`, with the same address
/// and options as in its command: `-crc32-l-e 0x0800FFFC`, `-CRC16_Big_Endian 0x7FFE -xmodem`,
/// `-checksum-neg-l-e 0x7FFC 4 2`.
///
/// As there, the name of the filter says the byte order; bytes that the image does not have are skipped, or count as
/// zeros in sums of words, as do those that a last word lacks; so does the word's own if it lies in `over`; and `-STM32`
/// drops up to three bytes at the end. A device that computes the same over its flash has erased bytes in those gaps:
/// [`Repair::gaps`] fills them.
///
/// | filter | behind the address |
/// |---|---|
/// | `-CRC16_…` | a polynomial as a number or as `-POLYnomial` with a number or a name of the tool's (`ibm`, `ccitt`, `t10-dif`, `dnp`, …); `-CCITT` (which is a polynomial too), `-XMODEM` or `-BROKEN`; `-Most_To_Least` or `-Least_To_Most`; `-AUGment`. Of each kind the last one holds |
/// | `-CRC32_…` | `-CCITT` or `-XMODEM` |
/// | `-STM32`, `-STM32_…`, `-Adler_16_…`, `-Adler_32_…`, `-Fletcher_32_…` | nothing |
/// | `-Fletcher_16_…` | both seeds: 0 to 255. Over nothing but zeros and from seeds of 0 the tool stores zeros, and this 0xFFFF |
/// | `-Checksum_Positive_…`, `_Negative_…`, `_BitNot_…` | how many bytes are stored (4), and how many are added at a time (1) |
///
/// ```
/// use nameplate::{At, Encoding, Field, Layout, image::Raw, repair::{Template, preset}};
///
/// // srec_cat fw.hex -intel -crop 0 8 -crc32-b-e 0x8 -o out.hex -intel
/// let image = Raw::new(&[0xFF; 12], 0)?;
/// let layout = Layout::new()
///     .field(Field::new("serial", At::address(0), Encoding::ascii(8).exact()))
///     .repair(preset::srecord("crc", "-crc32-b-e 0x8", 0..8)?.template(Template::Blank));
/// let plan = layout.compile(&image)?;
/// assert_eq!(plan.stamper(&image)?.stamp(&[("serial", "12345678".into())])?.bytes()[8..], [0x9A, 0xE0, 0xDA, 0xAF]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// For the filters that store anything else; for `-No_AUGment`, which is no CRC of any parameters; and for the third
/// number of `-Fletcher_16`, the sum that is wanted: that is a [`Repair::new`] with [`Own::Force`].
pub fn srecord(name: impl Into<String>, filter: &str, over: Range<u64>) -> Result<Repair, FilterError> {
    let fail = |found: &str, expected| FilterError { filter: filter.to_owned(), found: found.to_owned(), expected };
    let mut words = filter.split_whitespace();
    let option = words.next().unwrap_or("");
    let Some((kind, order)) = kind(option) else {
        return Err(fail(
            option,
            "-CRC16, -CRC32, -STM32, -Adler_16, -Adler_32, -Fletcher_16, -Fletcher_32 or -Checksum_Positive, _Negative, _BitNot, with _Little_Endian or _Big_Endian",
        ));
    };
    let address = words.next().unwrap_or("");
    let at = number(address).ok_or_else(|| fail(address, "the address, decimal or with 0x"))?;
    let rest: Vec<&str> = words.collect();
    let other = |expected| fail(&rest.join(" "), expected);
    let none = |algorithm| if rest.is_empty() { Ok(algorithm) } else { Err(other("nothing behind the address")) };
    let named = |name: &str| {
        Algorithm::from_name(name)
            .ok_or_else(|| other("1, 2, 3, 4 or 8 bytes, of which 1, 2, 4 or 8 are added at a time"))
    };
    let mut steps = None;
    // Of words of several bytes, each counts where its address has it in a word.
    let mut lanes = None;
    let algorithm = match kind {
        Kind::Crc16 => crc_16(&rest).map_err(|(found, expected)| fail(found, expected))?.into(),
        Kind::Crc32 => crc_32(&rest).map_err(|(found, expected)| fail(found, expected))?.into(),
        Kind::Stm32 => none(CRC_32_MPEG_2.into())?,
        Kind::Fletcher16 => fletcher_16(&rest).ok_or_else(|| {
            other("both seeds, 0 to 255 each, or nothing; for the sum that is wanted, describe the checksum and force that")
        })?,
        Kind::Named(name) => named(name).and_then(none)?,
        Kind::Sum(step) => {
            let numbers: Option<Vec<u64>> = rest.iter().map(|word| number(word)).collect();
            let (bytes, width) = match numbers.as_deref() {
                Some([]) => (4, 1),
                Some(&[bytes]) => (bytes, 1),
                Some(&[bytes, width]) if width <= bytes => (bytes, width),
                _ => {
                    return Err(other(
                        "how many bytes are stored, and behind that how many are added at a time, not more",
                    ));
                }
            };
            let (unit, bits) = (width.saturating_mul(8), bytes.saturating_mul(8));
            let order = match order {
                _ if width == 1 => "",
                ByteOrder::Little => "le",
                ByteOrder::Big => "be",
            };
            steps = step;
            lanes = Some(width).filter(|width| *width > 1);
            named(&if unit == bits { format!("sum{unit}{order}") } else { format!("sum{unit}{order}/{bits}") })?
        }
    };
    let len = usize::try_from(algorithm.width() / 8).or_never("at most 32");
    let inside = over.contains(&at);
    let repair = Repair::new(name, algorithm, over).stored_at(at).uint(len, order);
    let repair = match (kind, lanes) {
        (Kind::Stm32, _) => repair.gaps(Gaps::Skip).fed(Order::Swap32).tail(Tail::Drop(4)),
        (_, Some(width)) => repair.gaps(Gaps::Fill(0)).tail(Tail::Zeros(width)),
        _ => repair.gaps(Gaps::Skip),
    };
    let own = match lanes {
        _ if !inside => Own::Outside,
        Some(_) => Own::Fill(0),
        None => Own::Skip,
    };
    Ok(steps.into_iter().fold(repair.own(own), Repair::step))
}

/// What is behind the address, and what was expected there.
type Unknown<'a> = (&'a str, &'static str);

/// Of each kind of modifier the last one holds.
fn crc_16<'a>(rest: &[&'a str]) -> Result<Crc, Unknown<'a>> {
    let (mut poly, mut seed, mut reflected) = (0x1021, 0xFFFF_u16, false);
    let mut words = rest.iter();
    while let Some(word) = words.next() {
        match modifier(word) {
            // As the tool has it, that is a polynomial too.
            Some(Modifier::Ccitt) => (poly, seed) = (0x1021, 0xFFFF),
            Some(Modifier::Xmodem) => seed = 0,
            Some(Modifier::Broken) => seed = 0x84CF,
            Some(Modifier::MostToLeast) => reflected = false,
            Some(Modifier::LeastToMost) => reflected = true,
            Some(Modifier::Augment) => {}
            Some(Modifier::NoAugment) => {
                return Err((
                    word,
                    "-AUGment: what is computed without is the CRC of no parameters, so it cannot be repaired",
                ));
            }
            Some(Modifier::Polynomial) => {
                let name = words.next().copied().unwrap_or("");
                poly = polynomial(name).ok_or((name, "a polynomial: 1 to 0xFFFF, ansi, bisync, bluetooth, ccitt, dnp, hdlc, ibm, iec-870, m-bus, modbus, scsi-dif, sd, t10-dif, usb, v.41, x.25, x3.28 or xmodem"))?;
            }
            None => {
                poly = number(word).filter(|poly| (1..=0xFFFF).contains(poly)).ok_or((
                    *word,
                    "a polynomial, 1 to 0xFFFF, -POLYnomial and its name, -CCITT, -XMODEM or -BROKEN, -Most_To_Least or -Least_To_Most, or -AUGment",
                ))?;
            }
        }
    }
    // The seed is what the register holds before 16 zero bits more are fed than the data has.
    let seed = if reflected { seed.reverse_bits() } else { seed };
    let model = |init, reflected| Parameters {
        width: 16,
        poly: poly.into(),
        init,
        refin: reflected,
        refout: reflected,
        xorout: 0,
    };
    let crc = |model| Crc::new(model).map_err(|_| ("", "a polynomial"));
    let init = Algorithm::from(crc(model(seed.into(), false))?).compute(|take| take(&[0, 0])).number();
    crc(model(init.or_never("a CRC is a number"), reflected))
}

fn crc_32<'a>(rest: &[&'a str]) -> Result<Crc, Unknown<'a>> {
    rest.iter().try_fold(CRC_32_ISO_HDLC, |_, word| match modifier(word) {
        Some(Modifier::Ccitt) => Ok(CRC_32_ISO_HDLC),
        Some(Modifier::Xmodem) => {
            let zero = Parameters { init: 0, ..CRC_32_ISO_HDLC.parameters() };
            Crc::new(zero).map_err(|_| (*word, "-CCITT"))
        }
        _ => Err((*word, "-CCITT or -XMODEM")),
    })
}

fn fletcher_16(rest: &[&str]) -> Option<Algorithm> {
    let numbers: Vec<u64> = rest.iter().map(|word| number(word)).collect::<Option<_>>()?;
    let row = match *numbers.as_slice() {
        [] => SRECORD_FLETCHER_16,
        [first @ 0..=255, second @ 0..=255] => {
            let seed = |seed: u64| u32::try_from(seed % 255).or_never("below 255");
            SRECORD_FLETCHER_16.seeded(seed(first), seed(second))?
        }
        _ => return None,
    };
    Some(row.into())
}

/// A polynomial of 16 bits by its number, or by a name of SRecord's.
fn polynomial(name: &str) -> Option<u64> {
    const NAMES: &[(u64, &[&str])] = &[
        (0x8005, &["ansi", "bisync", "ibm", "modbus", "usb", "x3.28"]),
        (0x1021, &["bluetooth", "ccitt", "hdlc", "sd", "v.41", "x.25", "xmodem"]),
        (0x3D65, &["dnp", "iec-870", "m-bus"]),
        (0x8BB7, &["scsi-dif", "t10-dif"]),
    ];
    let named = NAMES.iter().find(|(_, names)| names.iter().any(|known| known.eq_ignore_ascii_case(name)));
    let found = named.map(|(poly, _)| *poly).or_else(|| number(name));
    found.filter(|poly| (1..=0xFFFF).contains(poly))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Crc16,
    Crc32,
    Stm32,
    Fletcher16,
    Named(&'static str),
    Sum(Option<Step>),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Modifier {
    Ccitt,
    Xmodem,
    Broken,
    MostToLeast,
    LeastToMost,
    Polynomial,
    Augment,
    NoAugment,
}

/// The kind and order of an option.
fn kind(option: &str) -> Option<(Kind, ByteOrder)> {
    const KINDS: &[(&str, Kind)] = &[
        ("CRC16", Kind::Crc16),
        ("CRC32", Kind::Crc32),
        ("STM32", Kind::Stm32),
        ("Adler_16", Kind::Named("srecord-adler16")),
        ("Adler_32", Kind::Named("adler32")),
        ("Fletcher_16", Kind::Fletcher16),
        ("Fletcher_32", Kind::Named("srecord-fletcher32")),
        ("Checksum_Positive", Kind::Sum(None)),
        ("Checksum_Negative", Kind::Sum(Some(Step::Negate))),
        ("Checksum_BitNot", Kind::Sum(Some(Step::Not))),
    ];
    let option = option.strip_prefix('-')?;
    if is(b"STM32", option.as_bytes()) {
        return Some((Kind::Stm32, ByteOrder::Little));
    }
    let orders = [("_Little_Endian", ByteOrder::Little), ("_Big_Endian", ByteOrder::Big)];
    KINDS.iter().find_map(|(name, kind)| {
        let (_, order) =
            orders.iter().find(|(order, _)| is(&[name.as_bytes(), order.as_bytes()].concat(), option.as_bytes()))?;
        Some((*kind, *order))
    })
}

fn modifier(word: &str) -> Option<Modifier> {
    let modifiers = [
        ("CCITT", Modifier::Ccitt),
        ("XMODEM", Modifier::Xmodem),
        ("BROKEN", Modifier::Broken),
        ("Most_To_Least", Modifier::MostToLeast),
        ("Least_To_Most", Modifier::LeastToMost),
        ("POLYnomial", Modifier::Polynomial),
        ("AUGment", Modifier::Augment),
        ("No_AUGment", Modifier::NoAugment),
    ];
    let word = word.strip_prefix('-')?;
    modifiers.into_iter().find(|(name, _)| is(name.as_bytes(), word.as_bytes())).map(|(_, modifier)| modifier)
}

/// Whether `word` is short for `name`: in either case, small letters of the name may be left out,
/// underscores be minus signs, or missing before a digit.
fn is(name: &[u8], word: &[u8]) -> bool {
    let Some((first, name)) = name.split_first() else { return word.is_empty() };
    let taken = match (first, word.split_first()) {
        (b'_', Some((b'_' | b'-', word))) => is(name, word),
        (_, Some((found, word))) => found.eq_ignore_ascii_case(first) && is(name, word),
        (_, None) => false,
    };
    let digit_next = name.first().is_some_and(u8::is_ascii_digit);
    taken || (first.is_ascii_lowercase() || (*first == b'_' && digit_next)) && is(name, word)
}

/// A number as in C, but not octal.
fn number(text: &str) -> Option<u64> {
    match text.strip_prefix("0x").or(text.strip_prefix("0X")) {
        Some(digits) if !digits.starts_with('+') => u64::from_str_radix(digits, 16).ok(),
        None if text == "0" || !text.starts_with(['0', '+']) => text.parse().ok(),
        _ => None,
    }
}
