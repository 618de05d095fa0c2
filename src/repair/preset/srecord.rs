//! Checksum filters of `srec_cat`, as they stand in its command.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

use thiserror::Error;

use crate::check::{
    Algorithm, CRC_16_IBM_3740, CRC_16_KERMIT, CRC_16_SPI_FUJITSU, CRC_16_XMODEM, CRC_32_ISO_HDLC, CRC_32_MPEG_2,
};
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
/// As there, the name of the filter says the byte order; bytes that the image does not have are skipped,
/// also the word's own if it lies in `over`; and `-STM32` drops up to three bytes at the end. A device that
/// computes the same over its flash has erased bytes in those gaps: [`Repair::gaps`] fills them.
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
/// For the filters that store anything else, and for the options `-POLYnomial`, `-AUGment`,
/// `-No-AUGment` and start values: describe those with [`Repair::new`] by their parameters.
pub fn srecord(name: impl Into<String>, filter: &str, over: Range<u64>) -> Result<Repair, FilterError> {
    let fail = |found: &str, expected| FilterError { filter: filter.to_owned(), found: found.to_owned(), expected };
    let mut words = filter.split_whitespace();
    let option = words.next().unwrap_or_default();
    let Some((kind, order)) = kind(option) else {
        return Err(fail(
            option,
            "-CRC16, -CRC32, -STM32, -Adler_16, -Adler_32, -Fletcher_16, -Fletcher_32 or -Checksum_Positive, _Negative, _BitNot, with _Little_Endian or _Big_Endian",
        ));
    };
    let address = words.next().unwrap_or_default();
    let at = number(address).ok_or_else(|| fail(address, "the address, decimal or with 0x"))?;
    let rest: Vec<&str> = words.collect();
    let other = |expected| fail(&rest.join(" "), expected);
    let none = |algorithm| if rest.is_empty() { Ok(algorithm) } else { Err(other("nothing behind the address")) };
    let named = |name: &str| Algorithm::from_name(name).ok_or_else(|| other("1, 2, 4 or 8 bytes"));
    let mut steps = None;
    let algorithm = match kind {
        Kind::Crc16 => {
            let modifiers: Vec<_> = rest.iter().map(|word| modifier(word)).collect();
            Algorithm::from(match modifiers.as_slice() {
                [] | [Some(Modifier::Ccitt)] => CRC_16_SPI_FUJITSU,
                [Some(Modifier::Xmodem)] => CRC_16_XMODEM,
                [Some(Modifier::Broken)] => CRC_16_IBM_3740,
                [Some(Modifier::Xmodem), Some(Modifier::LeastToMost)]
                | [Some(Modifier::LeastToMost), Some(Modifier::Xmodem)] => CRC_16_KERMIT,
                _ => return Err(other("-CCITT, -XMODEM, -BROKEN, or -XMODEM with -Least_To_Most")),
            })
        }
        Kind::Crc32 => match rest.as_slice() {
            [] => CRC_32_ISO_HDLC.into(),
            [word] if modifier(word) == Some(Modifier::Ccitt) => CRC_32_ISO_HDLC.into(),
            _ => return Err(other("-CCITT")),
        },
        Kind::Stm32 => none(CRC_32_MPEG_2.into())?,
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
            named(&if unit == bits { format!("sum{unit}{order}") } else { format!("sum{unit}{order}/{bits}") })?
        }
    };
    let len = usize::try_from(algorithm.width() / 8).unwrap_or_default();
    let own = if over.contains(&at) { Own::Skip } else { Own::Outside };
    let repair = Repair::new(name, algorithm, over).stored_at(at).uint(len, order).gaps(Gaps::Skip).own(own);
    let repair = if kind == Kind::Stm32 { repair.fed(Order::Swap32).tail(Tail::Drop(4)) } else { repair };
    Ok(steps.into_iter().fold(repair, Repair::step))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Crc16,
    Crc32,
    Stm32,
    Named(&'static str),
    Sum(Option<Step>),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Modifier {
    Ccitt,
    Xmodem,
    Broken,
    LeastToMost,
}

/// The kind and order of an option.
fn kind(option: &str) -> Option<(Kind, ByteOrder)> {
    const KINDS: &[(&str, Kind)] = &[
        ("CRC16", Kind::Crc16),
        ("CRC32", Kind::Crc32),
        ("STM32", Kind::Stm32),
        ("Adler_16", Kind::Named("srecord-adler16")),
        ("Adler_32", Kind::Named("adler32")),
        ("Fletcher_16", Kind::Named("srecord-fletcher16")),
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
        ("Least_To_Most", Modifier::LeastToMost),
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
