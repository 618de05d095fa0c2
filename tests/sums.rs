//! Sums, Fletcher's checks, hashes: published values, a slow twin, values from a change, forced words.

use nameplate::check::{
    ADLER_32, Algorithm, CATALOGUE, Change, FLETCHER_16, FLETCHER_32_LE, FLETCHERS, FTDI_16, Force, ROTATES, Words,
};
use nameplate::image::{Erased, Merge, Sparse};
use nameplate::repair::{DeviceMemory, device_sum};
use nameplate::{ByteOrder, Span};
use proptest::prelude::*;

use crate::noise;

fn named(name: &str) -> Algorithm {
    Algorithm::from_name(name).unwrap_or_else(|| panic!("{name}"))
}

fn compute(algorithm: Algorithm, bytes: &[u8]) -> u128 {
    algorithm.compute(|take| take(bytes)).number().unwrap()
}

/// Words of a sum, the last with zeros behind it.
fn words(bytes: &[u8], size: usize, big: bool) -> Vec<u128> {
    let number = |n: u128, byte: &u8| n << 8 | u128::from(*byte);
    let word = |word: &[u8]| {
        let mut word = word.to_vec();
        word.resize(size, 0);
        if big { word.iter().fold(0, number) } else { word.iter().rev().fold(0, number) }
    };
    bytes.chunks(size).map(word).collect()
}

/// `sum16le/32`, `xor8`, …, read from the name and written out.
fn sum(name: &str, bytes: &[u8]) -> u128 {
    let (word, bits) = name[3..].split_once('/').unwrap_or((&name[3..], ""));
    let size = word.trim_end_matches(['l', 'b', 'e']).parse::<usize>().unwrap() / 8;
    let bits: u32 = bits.parse().unwrap_or(size as u32 * 8);
    let words = words(bytes, size, word.ends_with("be"));
    match &name[..3] {
        "xor" => words.iter().fold(0, |all, word| all ^ word),
        _ => words.iter().sum::<u128>() % (1 << bits),
    }
}

/// Fletcher's checks by their definition.
fn fletcher(name: &str, bytes: &[u8]) -> u128 {
    let (size, big, modulus, init): (usize, bool, u128, (u128, u128)) = match name {
        "fletcher16" => (1, false, 255, (0, 0)),
        "fletcher32le" => (2, false, 65535, (0, 0)),
        "fletcher32be" => (2, true, 65535, (0, 0)),
        "adler32" => (1, false, 65521, (1, 0)),
        "srecord-fletcher16" => (1, false, 255, (255, 255)),
        "srecord-fletcher32" => (1, false, 65535, (65535, 65535)),
        "srecord-adler16" => (1, false, 251, (1, 0)),
        other => panic!("{other}"),
    };
    let (mut first, mut second) = init;
    for word in words(bytes, size, big) {
        first += word;
        second += first;
    }
    let full = |sum: u128| if name.starts_with("srecord-f") && sum == 0 { modulus } else { sum };
    let (first, second) = (full(first % modulus), full(second % modulus));
    match name {
        "srecord-fletcher16" => first << 8 | second,
        "fletcher16" | "srecord-adler16" => second << 8 | first,
        _ => second << 16 | first,
    }
}

/// FTDI's check, bit by bit: the highest bit of the sum comes in at the bottom.
fn rotated(bytes: &[u8]) -> u128 {
    words(bytes, 2, false).iter().fold(0xAAAA, |sum, word| {
        let sum = sum ^ word;
        sum % 0x8000 * 2 + sum / 0x8000
    })
}

fn by_definition(algorithm: Algorithm, bytes: &[u8]) -> u128 {
    let name = algorithm.to_string();
    if name == "ftdi16" {
        return rotated(bytes);
    }
    if name.starts_with("sum") || name.starts_with("xor") { sum(&name, bytes) } else { fletcher(&name, bytes) }
}

/// All that are neither a CRC nor a hash.
fn all() -> impl Iterator<Item = Algorithm> {
    Algorithm::names().filter(|algorithm| !matches!(algorithm, Algorithm::Crc(_) | Algorithm::Hash(_)))
}

#[test]
fn known_values() {
    // SRecord and ielftool over the nine digits and 00..0F.
    assert_eq!(compute(named("sum8"), b"123456789"), 0xDD);
    assert_eq!(compute(named("sum8/16"), b"123456789"), 0x1DD);
    let d16: Vec<u8> = (0..16).collect();
    assert_eq!(compute(named("sum32le"), &d16), 0x2420_1C18);
    assert_eq!(compute(named("xor8"), &d16), 0);
    for row in FLETCHERS {
        assert_eq!(compute((*row).into(), b"123456789"), row.check(), "{}", row.name());
    }
    // Wikipedia, "Fletcher's checksum" and "Adler-32".
    for (text, short, long) in
        [("abcde", 0xC8F0, 0xF04F_C729_u32), ("abcdef", 0x2057, 0x5650_2D2A), ("abcdefgh", 0x0627, 0xEBE1_9591)]
    {
        assert_eq!(compute(FLETCHER_16.into(), text.as_bytes()), short);
        assert_eq!(compute(FLETCHER_32_LE.into(), text.as_bytes()), long.into());
    }
    assert_eq!(compute(ADLER_32.into(), b"Wikipedia"), 0x11E6_0398);
    assert_eq!(all().count(), 7 * 5 + 7 + 7 + 1);
    for (name, unit, width) in
        [("sum8", 1, 8), ("sum16be/64", 2, 64), ("xor32le", 4, 32), ("fletcher32be", 2, 32), ("CRC-12/DECT", 1, 12)]
    {
        assert_eq!((named(name).unit(), named(name).width()), (unit, width), "{name}");
    }
    assert!(!Words::BYTES.is_empty());
}

/// Bytes from hexadecimal digits; `*N` for N zeros.
fn eeprom(text: &str) -> Vec<u8> {
    let part = |part: &str| match part.strip_prefix('*') {
        Some(zeros) => vec![0; zeros.parse().unwrap()],
        None => (0..part.len()).step_by(2).map(|at| u8::from_str_radix(&part[at..at + 2], 16).unwrap()).collect(),
    };
    text.split_whitespace().flat_map(part).collect()
}

/// What is in three chips, with the check that FTDI's own program wrote.
#[test]
fn eeproms_of_ftdi() {
    for row in ROTATES {
        assert_eq!(compute((*row).into(), b"123456789"), row.check(), "{}", row.name());
    }
    // An FT232R; samples of PyFtdi 0.57.
    let ft232r = eeprom(
        "0040030401600006A03208000002980AA22CCE12321105000A0346005400440049002C0355004D003200330032005200200055005300420020003C002D003E002000530065007200690061006C00120346005400470058005300590057004A000203 *28",
    );
    assert_eq!((ft232r.len(), compute(FTDI_16.into(), &ft232r)), (126, 0x1309));
    // An FT230X, and an FT240X as the wiki of sq50-re shows it: without the user area, bytes 0x24 to 0x7F.
    let ft230x = eeprom(
        "8000030415600010802D08000000A00AAA0EB812 *7 0201 *7 2936D6C9010077F2B86840 *9 444D51384C424A45 *4 0A0346005400440049000E034C00430032003300310058001203460054003300 4B004D00470054004C *53",
    );
    let ft240x = eeprom(
        "00000304D07F001080C808000000A012B21ED01C *12 04000000 5636A9C901006A6CAD8830 *8 01444F514134453031 *4 120349004B0041004C004F004700490043001E03530063006100 6E0061005100750061006400200053005100350030001C033100300030003300300035003000300030003500340038003200 *18",
    );
    for (bytes, check) in [(ft230x, 0x57CC), (ft240x, 0x3E6A)] {
        assert_eq!((bytes.len(), compute(FTDI_16.into(), &bytes)), (0x24 + 0x7E, check));
    }
}

/// Source: RFC 1321, appendix A.5.
#[cfg(feature = "md5")]
#[test]
fn md_5() {
    use nameplate::check::{CheckValue, Hash};
    for (text, expected) in [
        ("", "D41D8CD98F00B204E9800998ECF8427E"),
        ("a", "0CC175B9C0F1B6A831C399E269772661"),
        ("abc", "900150983CD24FB0D6963F7D28E17F72"),
        ("message digest", "F96B697D7CB7938D525A2F31AAF161D0"),
        ("abcdefghijklmnopqrstuvwxyz", "C3FCD3D76192E4007DFB496CCA67E13B"),
        ("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", "D174AB98D277D9F5A5611C2C9F419D9F"),
        (
            "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
            "57EDF4A22BE3C955AC49DA2E2107B67A",
        ),
    ] {
        let value = named("MD5").compute(|take| text.bytes().for_each(|byte| take(&[byte])));
        assert_eq!((value.to_string(), value.number()), (format!("0x{expected}"), None), "{text}");
        let CheckValue::Digest(digest) = value else { panic!("{value}") };
        assert_eq!(digest.as_bytes().len(), 16);
    }
    assert_eq!((Algorithm::Hash(Hash::Md5).width(), Hash::Md5.digest_len()), (128, 16));
}

/// Sums that begin elsewhere are the same sums, moved: the first by its seed, the second by its own and as often the
/// first's as there are bytes.
#[test]
fn seeds() {
    for (first, second) in [(0, 0), (1, 2), (0xFF, 0), (0x80, 0xFF)] {
        for len in [0, 1, 9, 254, 255, 256] {
            let bytes: Vec<u8> = (0..len).map(|n| (n * 7 % 251) as u8).collect();
            let row = FLETCHER_16.seeded(first, second).unwrap();
            let plain = compute(FLETCHER_16.into(), &bytes);
            let moved = [plain % 256 + u128::from(first), plain / 256 + u128::from(second) + u128::from(len * first)];
            assert_eq!(compute(row.into(), &bytes), moved[1] % 255 * 256 + moved[0] % 255, "{first}, {second}, {len}");
        }
    }
    assert_eq!(FLETCHER_16.seeded(0, 0), Some(FLETCHER_16));
    let row = FLETCHER_32_LE.seeded(0xFFFF, 0xABCD).unwrap();
    assert_eq!(row.check(), compute(row.into(), b"123456789"));
    assert_eq!(Algorithm::from(row).to_string(), "fletcher32le (seeds 0xFFFF, 0xABCD)");
    for (row, first, second) in [(FLETCHER_16, 256, 0), (FLETCHER_16, 0, 256), (FLETCHER_32_LE, 0x1_0000, 0)] {
        assert_eq!(row.seeded(first, second), None);
    }
}

#[test]
fn zeros_have_two_forms() {
    // One's complement arithmetic that began at 255 never shows 0.
    assert_eq!(compute(named("srecord-fletcher16"), &[0; 9]), 0xFFFF);
    assert_eq!(compute(named("fletcher16"), &[0; 9]), 0);
    assert_eq!(compute(named("fletcher16"), &[255]), 0);
}

proptest! {
    #[test]
    fn every_sum_agrees_with_its_definition(
        bytes in prop::collection::vec(any::<u8>(), 1..120),
        patch in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20),
    ) {
        let mut unit = bytes.clone();
        let mut positions = Vec::new();
        for (at, byte) in &patch {
            let at = at.index(bytes.len());
            unit[at] = *byte;
            if !positions.contains(&(at as u64)) {
                positions.push(at as u64);
            }
        }
        let at = |bytes: &[u8]| positions.iter().map(|&at| bytes[at as usize]).collect::<Vec<_>>().into_iter();
        for algorithm in all() {
            let value = compute(algorithm, &bytes);
            prop_assert_eq!(value, by_definition(algorithm, &bytes), "{}", algorithm);
            let change = Change::new(algorithm, bytes.len() as u64, &positions, value, at(&bytes)).unwrap();
            prop_assert_eq!(change.value(at(&unit)), by_definition(algorithm, &unit), "{}", algorithm);
            prop_assert_eq!(change.value(at(&bytes)), value, "{}", algorithm);
            let mut blank = bytes.clone();
            for at in &positions {
                blank[*at as usize] = 0;
            }
            prop_assert_eq!(change.base(), by_definition(algorithm, &blank), "{}", algorithm);
        }
    }
}

/// A word of the check's own size, anywhere where a word can lie, gives any value.
#[test]
fn forced_words() {
    let crcs = CATALOGUE.iter().map(|&crc| Algorithm::from(crc)).filter(|crc| crc.width() % 8 == 0);
    let mut forced = 0;
    for (seed, algorithm) in (0..).zip(crcs.chain(all())) {
        for round in 0..10 {
            let len = u64::from(algorithm.width() / 8);
            let mut bytes = noise(seed * 10 + round, 96);
            let first = u64::from(bytes[0] % 10) * 8;
            let positions: Vec<u64> = (first..first + len).collect();
            let mut target = u128::from_le_bytes(bytes[8..24].try_into().unwrap()) >> (128 - algorithm.width());
            let Some(force) = Force::new(algorithm, 96, &positions, target) else {
                let name = algorithm.to_string();
                let cannot = name.contains('/') && name.starts_with("sum");
                assert!(cannot || ["adler32", "srecord-fletcher32"].contains(&&*name), "{name}");
                break;
            };
            if matches!(algorithm, Algorithm::Fletcher(_)) {
                target = force.target();
            }
            assert_eq!(force.target(), target);
            let place = first as usize..(first + len) as usize;
            bytes[place.clone()].fill(0);
            let mut word = vec![0xA5; len as usize];
            force.solve(compute(algorithm, &bytes), &mut word);
            bytes[place].copy_from_slice(&word);
            assert_eq!(compute(algorithm, &bytes), target, "{algorithm}");
            forced += 1;
        }
    }
    // 79 rows of the catalogue have whole bytes; 7 sums, and 8 of only the low bytes of little-endian
    // words; 7 XORs, 5 of Fletcher's, FTDI's.
    assert_eq!(forced, 10 * (79 + 7 + 8 + 7 + 5 + 1));
}

#[test]
fn words_that_force_nothing() {
    let force = |name: &str, positions: &[u64], target| Force::new(named(name), 16, positions, target);
    for (name, positions, target) in [
        ("CRC-32/ISO-HDLC", &[0, 1, 2][..], 0),
        ("CRC-32/ISO-HDLC", &[0, 1, 2, 3], 1 << 32),
        ("CRC-32/ISO-HDLC", &[0, 1, 2, 2], 0),
        ("CRC-32/ISO-HDLC", &[13, 14, 15, 16], 0),
        ("sum16le", &[1, 2, 3], 0),
        ("sum16le", &[0, 2], 0),
        ("sum8", &[0], 256),
        ("sum8/16", &[0, 1], 0),
        ("fletcher16", &[0, 2], 0),
        ("adler32", &[0, 1], 0),
        ("srecord-fletcher32", &[0, 1], 0),
        ("fletcher32le", &[1, 2, 3, 4], 0),
        ("sha256", &[0], 0),
        ("ftdi16", &[0, 2], 0),
        ("ftdi16", &[0], 0),
    ] {
        if Algorithm::from_name(name).is_some() {
            assert!(force(name, positions, target).is_none(), "{name} {positions:?} {target:#X}");
        }
    }
    // Bytes of two words can make one: what counts is their place in the sum.
    assert!(force("sum16le", &[1, 2], 0).is_some() && force("CRC-16/ARC", &[4, 3], 5).is_some());
}

/// A value that the check never shows counts as the one it is modulo 251.
#[test]
fn values_beyond_the_modulus() {
    let force = Force::new(named("srecord-adler16"), 16, &[4, 5], 0x0102).unwrap();
    let mut words = [[0xA5; 2]; 2];
    force.solve(0xFFFE, &mut words[0]);
    force.solve(0x0403, &mut words[1]);
    assert_eq!(words[0], words[1]);
}

/// The weight of a byte far from the end of a stream that no memory holds.
#[test]
fn the_longest_stream() {
    for (name, unit, modulus, init) in [("adler32", 1, 65521, (1, 0)), ("fletcher32le", 2, 65535, (0, 0))] {
        let blank = init.1 << 16 | init.0;
        let change = Change::new(named(name), u64::MAX, &[1], blank, [0].into_iter()).unwrap();
        let words = u128::from(u64::MAX).div_ceil(unit) - 1 / unit;
        let byte = 7 << (8 * (1 % unit));
        let (first, second) = ((init.0 + byte) % modulus, (init.1 + words * byte) % modulus);
        assert_eq!(change.value([7].into_iter()), second << 16 | first, "{name}");
    }
}

#[cfg(feature = "sha256")]
#[test]
fn sha_256() {
    use nameplate::check::{CheckValue, Hash};
    // FIPS 180-4, example "abc".
    let CheckValue::Digest(digest) = named("SHA256").compute(|take| take(b"abc")) else { panic!() };
    let expected = "0xBA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD";
    assert_eq!(CheckValue::Digest(digest).to_string(), expected);
    assert_eq!((Algorithm::Hash(Hash::Sha256).width(), CheckValue::Digest(digest).number()), (256, None));
    assert!(Change::new(Algorithm::Hash(Hash::Sha256), 1, &[0], 0, [0].into_iter()).is_none());
}

proptest! {
    /// The sum of a device's memory, byte by byte.
    #[test]
    fn device_sums(
        pieces in prop::collection::btree_map(0_u64..200, any::<u8>(), 0..60), start in 0_u64..100, len in 0_u64..400,
        blank in prop::collection::vec(any::<u8>(), 1..5), mask in any::<u16>(), big in any::<bool>(), words in any::<bool>(),
    ) {
        let bytes: Vec<(u64, [u8; 1])> = pieces.iter().map(|(at, byte)| (*at, [*byte])).collect();
        let image = Sparse::from_pieces(bytes.iter().map(|(at, byte)| (*at, &byte[..])), Merge::Error).unwrap();
        let erased = Erased::pattern(&blank).unwrap();
        let (start, len) = if words { (start & !1, len & !1) } else { (start, len) };
        let span = Span::new(start, len).unwrap();
        let order = if big { ByteOrder::Big } else { ByteOrder::Little };
        let part = if words { DeviceMemory::words(span, order, mask) } else { DeviceMemory::bytes(span) };
        let byte = |at: u64| u64::from(pieces.get(&at).copied().unwrap_or_else(|| erased.at(at)));
        let expected: u64 = if words {
            let word = |at: u64| if big { byte(at) << 8 | byte(at + 1) } else { byte(at + 1) << 8 | byte(at) };
            (start..start + len).step_by(2).map(|at| word(at) & u64::from(mask)).sum()
        } else {
            (start..start + len).map(byte).sum()
        };
        prop_assert_eq!(device_sum(&image, &[part], erased), expected);
        prop_assert_eq!(device_sum(&image, &[part, part], erased), 2 * expected);
    }
}
