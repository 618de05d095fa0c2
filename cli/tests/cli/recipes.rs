//! Fields at random: an encoding, a value, and the bytes that a slow twin makes of it.

#![allow(clippy::cast_possible_truncation, reason = "bytes of larger numbers are meant")]

use crc::{CRC_16_XMODEM, Crc};

use crate::random::Random;

/// What a field has in a unit: its cell of the input, and its bytes.
pub(crate) type Made = (Option<String>, Vec<u8>);

type Make = Box<dyn Fn(&mut Random, u64) -> Option<Made>>;

/// A kind of field.
pub(crate) struct Recipe {
    pub(crate) encode: String,
    /// As the job says it; a column is called `c?`.
    pub(crate) value: String,
    pub(crate) len: u64,
    /// What a number makes; nothing when it does not fit.
    pub(crate) make: Make,
}

impl Recipe {
    fn new(encode: impl Into<String>, value: &str, len: u64, bytes: impl Fn(u64) -> Option<Vec<u8>> + 'static) -> Self {
        Self::with(encode, value, len, move |_, n| Some((None, bytes(n)?)))
    }

    fn with(
        encode: impl Into<String>,
        value: &str,
        len: u64,
        make: impl Fn(&mut Random, u64) -> Option<Made> + 'static,
    ) -> Self {
        Self { encode: encode.into(), value: value.to_owned(), len, make: Box::new(make) }
    }

    /// Whether it may hold a secret: a key that no other unit has.
    pub(crate) fn may_be_secret(&self) -> bool {
        self.value.contains("as = \"hex\"")
    }
}

fn ascii(text: &str, len: u64, pad: u8) -> Option<Vec<u8>> {
    let mut bytes = text.as_bytes().to_vec();
    (bytes.len() as u64 <= len).then(|| {
        bytes.resize(len as usize, pad);
        bytes
    })
}

/// The lowest `len` bytes of a number, if it has no more.
fn uint(n: u64, len: u64, big: bool) -> Option<Vec<u8>> {
    let bytes = n.to_le_bytes();
    let (low, high) = bytes.split_at(len as usize);
    let low = low.to_vec();
    high.iter().all(|byte| *byte == 0).then(|| if big { low.into_iter().rev().collect() } else { low })
}

/// The text of a number below 100,000, in five digits.
fn five(front: &str, n: u64) -> Option<String> {
    (n <= 99_999).then(|| format!("{front}{n:05}"))
}

const SEQ: &str = "\"{seq}\"";

/// Any of them.
pub(crate) fn recipe(random: &mut Random) -> Recipe {
    let (len, big) = (1 + random.below(8), random.one_in(2));
    let order = if big { "be" } else { "le" };
    match random.below(24) {
        0 => Recipe::new("u8", SEQ, 1, |n| uint(n, 1, false)),
        1 => Recipe::new(format!("uint:{len}:{order}"), SEQ, len, move |n| uint(n, len, big)),
        2 => Recipe::new(format!("with-inverse(uint:{len}:{order})"), SEQ, 2 * len, move |n| {
            let bytes = uint(n, len, big)?;
            Some(bytes.iter().copied().chain(bytes.iter().map(|byte| !byte)).collect())
        }),
        3 => {
            let (name, behind) = random.of(&[("padded16", 0), ("retlw12", 0x08), ("retlw14", 0x34), ("retlw16", 0x0C)]);
            Recipe::new(format!("{name}(uint:{len}:{order})"), SEQ, 2 * len, move |n| {
                Some(uint(n, len, big)?.into_iter().flat_map(|byte| [byte, behind]).collect())
            })
        }
        4 => Recipe::new("swap16(u32be)", SEQ, 4, |n| {
            let be = uint(n, 4, true)?;
            Some(vec![be[1], be[0], be[3], be[2]])
        }),
        5 => Recipe::new(format!("with-crc:CRC-16/XMODEM:{order}(u32be)"), SEQ, 6, move |n| {
            let mut bytes = uint(n, 4, true)?;
            let sum = Crc::<u16>::new(&CRC_16_XMODEM).checksum(&bytes);
            bytes.extend(uint(sum.into(), 2, big)?);
            Some(bytes)
        }),
        6 => {
            let (len, (word, pad)) = (12 + random.below(4), random.of(&[("nul", 0), ("space", b' ')]));
            Recipe::new(format!("ascii:{len}:{word}"), "\"SN-{seq:5}\"", len, move |n| {
                ascii(&five("SN-", n)?, len, pad)
            })
        }
        7 => {
            let len = 9 + random.below(4);
            Recipe::new(format!("cstr:{len}"), "\"S{seq:5}\"", len, move |n| ascii(&five("S", n)?, len, 0))
        }
        8 => {
            let bytes = random.bytes(len);
            let value = format!("{{ hex = \"{}\" }}", hex::encode_upper(&bytes));
            let placed: Vec<u8> = if big { bytes.into_iter().rev().collect() } else { bytes };
            let reversed = if big { ":reversed" } else { "" };
            Recipe::new(format!("bytes:{len}{reversed}"), &value, len, move |_| Some(placed.clone()))
        }
        9 => Recipe::new("bytes:6", "{ eui48 = \"70B3D57ED\", seq0 = 0 }", 6, |n| {
            (n < 4096).then(|| (0x70B3_D57E_D000 + n).to_be_bytes()[2..].to_vec())
        }),
        10 => Recipe::with(format!("bytes:{len}"), "{ input = \"c?\", as = \"hex\" }", len, move |random, n| {
            let mut bytes = random.bytes(len);
            bytes[0] = n as u8;
            Some((Some(hex::encode_upper(&bytes)), bytes))
        }),
        11 => Recipe::with("ascii:8:space", "{ input = \"c?\", as = \"text\" }", 8, move |_, n| {
            let text = format!("T{}", n % 1000);
            let bytes = ascii(&text, 8, b' ')?;
            Some((Some(text), bytes))
        }),
        12 => Recipe::with(format!("u32{order}"), "{ input = \"c?\", as = \"uint\" }", 4, move |random, n| {
            let n = u64::from(random.next() as u32) & !0xFF | n & 0xFF;
            Some((Some(n.to_string()), uint(n, 4, big)?))
        }),
        13 => {
            let digits = 1 + random.below(16);
            Recipe::new(format!("hex:{digits}"), SEQ, digits, move |n| {
                let text = format!("{n:X}");
                let zeros = (digits as usize).checked_sub(text.len())?;
                Some([vec![b'0'; zeros], text.into_bytes()].concat())
            })
        }
        14 => {
            let bytes = len;
            let le = if big { "" } else { ":le" };
            Recipe::new(format!("bcd:{}{le}", 2 * bytes), SEQ, bytes, move |n| {
                let text = format!("{n:0width$}", width = 2 * bytes as usize);
                let packed = hex::decode(text).ok().filter(|packed| packed.len() == bytes as usize)?;
                Some(if big { packed } else { packed.into_iter().rev().collect() })
            })
        }
        15 => {
            let chars = 8 + random.below(4);
            Recipe::new(format!("utf16le:{chars}:nul"), "\"W-{seq:5}\"", 2 * chars, move |n| {
                let text = five("W-", n)?;
                let mut bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
                bytes.resize(2 * chars as usize, 0);
                Some(bytes)
            })
        }
        16 => Recipe::new("usb-string:6", "\"U{seq:5}\"", 14, |n| {
            let text = five("U", n)?;
            let descriptor = [14, 3].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes));
            Some(descriptor.collect())
        }),
        17 => {
            let len = 8 + random.below(4);
            Recipe::new(format!("prefixed:{len}"), "\"P{seq:5}\"", len, move |n| {
                let text = five("P", n)?;
                ascii(&format!("{}{text}", char::from(text.len() as u8)), len, 0)
            })
        }
        18 => {
            let number = random.next() as i16;
            let value = format!("{{ text = \"{number}\" }}");
            let bytes = if big { number.to_be_bytes() } else { number.to_le_bytes() };
            Recipe::new(format!("i16{order}"), &value, 2, move |_| Some(bytes.to_vec()))
        }
        19 => {
            let number = random.of(&[0.5_f32, -12.25, 1024.0, 0.000_976_562_5]);
            let bytes = if big { number.to_be_bytes() } else { number.to_le_bytes() };
            Recipe::new(format!("f32{order}"), &format!("{{ text = \"{number}\" }}"), 4, move |_| Some(bytes.to_vec()))
        }
        20 => Recipe::new("bytes:8", "{ eui64 = \"70B3D57ED\", seq0 = 0 }", 8, |n| {
            (n < 1 << 28).then(|| (0x70B3_D57E_D000_0000 + n).to_be_bytes().to_vec())
        }),
        21 => Recipe::new("ascii:8:exact", "\"{GG}{WW}{seq:4:hex}\"", 8, |n| {
            (n < 1 << 16).then(|| format!("2427{n:04X}").into_bytes())
        }),
        22 => Recipe::new("retlw14(with-inverse(u16be))", SEQ, 8, |n| {
            let bytes = uint(n, 2, true)?;
            let twice = bytes.iter().copied().chain(bytes.iter().map(|byte| !byte));
            Some(twice.flat_map(|byte| [byte, 0x34]).collect())
        }),
        _ => Recipe::new(format!("u64{order}"), SEQ, 8, move |n| uint(n, 8, big)),
    }
}
