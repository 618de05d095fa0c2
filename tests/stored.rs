//! Checksums that are no plain integers in memory: `RETLW` words, digits, words whose bytes change places. What is
//! stored is what obvious formatting makes of the number, and reads back; what cannot hold each number is refused.

use nameplate::check::{Algorithm, CRC_16_MODBUS, CRC_32_ISO_HDLC, Crc, Parameters};
use nameplate::image::Raw;
use nameplate::repair::{Own, Step, Store, Template};
use nameplate::{ByteOrder, Encoding, Layout, Repair};
use proptest::prelude::*;

use crate::noise;
use crate::repairs::{all_right, field, named, stamped};

/// The bytes of a number, as a person would write them down.
fn written(encoding: &str, n: u128) -> Vec<u8> {
    let le = |len: usize| n.to_le_bytes()[..len].to_vec();
    let bcd = |digits: &str| digits.as_bytes().chunks(2).map(|d| (d[0] - b'0') << 4 | (d[1] - b'0')).collect();
    match encoding {
        "u32le" => le(4),
        "hex:8" => format!("{n:08X}").into_bytes(),
        "dec:10:left-zero" => format!("{n:010}").into_bytes(),
        "dec:12:nul" => format!("{n:\0<12}").into_bytes(),
        "dec:12:left-space" => format!("{n:>12}").into_bytes(),
        "bcd:10" => bcd(&format!("{n:010}")),
        "bcd:10:le" => bcd(&format!("{n:010}")).into_iter().rev().collect(),
        "retlw14(u32le)" => le(4).into_iter().flat_map(|byte| [byte, 0x34]).collect(),
        "retlw12(hex:8)" => format!("{n:08X}").bytes().flat_map(|byte| [byte, 0x08]).collect(),
        "padded16(bcd:10)" => bcd(&format!("{n:010}")).into_iter().flat_map(|byte: u8| [byte, 0]).collect(),
        "swap16(u32le)" => le(4).chunks(2).flat_map(|word| [word[1], word[0]]).collect(),
        "swap32(u32le)" => le(4).into_iter().rev().collect(),
        "with-inverse(u32le)" => le(4).into_iter().chain((!n).to_le_bytes().into_iter().take(4)).collect(),
        other => panic!("{other}"),
    }
}

const ENCODINGS: [&str; 13] = [
    "u32le",
    "hex:8",
    "dec:10:left-zero",
    "dec:12:nul",
    "dec:12:left-space",
    "bcd:10",
    "bcd:10:le",
    "retlw14(u32le)",
    "retlw12(hex:8)",
    "padded16(bcd:10)",
    "swap16(u32le)",
    "swap32(u32le)",
    "with-inverse(u32le)",
];

/// Checks of at most 32 bits.
const CHECKS: [&str; 6] = ["CRC-32/ISO-HDLC", "CRC-16/XMODEM", "CRC-12/UMTS", "sum8/32", "ftdi16", "adler32"];

proptest! {
    /// Stamped, read back and recognised; in the template too, whatever bit of it differs.
    #[test]
    fn numbers_in_any_form(name in prop::sample::select(CHECKS.to_vec()), encoding in prop::sample::select(ENCODINGS.to_vec()), copy in prop::sample::select(ENCODINGS.to_vec()), seed in any::<u64>(), not in any::<bool>(), bit in any::<usize>()) {
        let image = noise(seed, 128);
        let (algorithm, form): (Algorithm, Encoding) = (named(name), encoding.parse().unwrap());
        let repair = |template| {
            let repair = Repair::new("s", algorithm, 0..64).stored_at(64).encoded(form.clone()).template(template);
            let repair = repair.copied(Store::encoded(96, copy.parse().unwrap()));
            if not { repair.step(Step::Not) } else { repair }
        };
        let layout = |template| Layout::new().field(field("id", 8, 5)).repair(repair(template));
        let unit = stamped(&Raw::new(&image, 0).unwrap(), &layout(Template::Unknown), &[("id", &image[100..105])]);
        let value = algorithm.compute(|take| take(&unit[..64])).number().unwrap();
        let value = if not { value ^ u128::MAX >> (128 - algorithm.width()) } else { value };
        for (at, encoding) in [(64, encoding), (96, copy)] {
            let expected = written(encoding, value);
            prop_assert_eq!(&unit[at..at + expected.len()], &*expected, "{} as {}", name, encoding);
        }
        let raw = Raw::new(&unit, 0).unwrap();
        let plan = layout(Template::Valid).compile(&raw).unwrap();
        all_right(&plan, &unit, 0);
        // A bit of the word: wrong, and said to be so, as a number or as bytes that are none.
        let mut other = unit.clone();
        let bit = bit % (8 * form.len());
        other[64 + bit / 8] ^= 1 << (bit % 8);
        let reading = plan.read(&Raw::new(&other, 0).unwrap()).map(|reading| {
            let check = reading.checks().next().unwrap();
            (check.is_right(), check.numbers().is_some(), check.unreadable().is_some())
        });
        let (right, number, unreadable) = reading.unwrap();
        prop_assert!(!right && number != unreadable);
        prop_assert!(layout(Template::Valid).compile(&Raw::new(&other, 0).unwrap()).is_err());
    }
}

/// As XC8's `-mchecksum` with `t34` has it: each byte the operand of a RETLW, the least significant first.
#[test]
fn a_checksum_of_xc8_in_retlw() {
    let mut image = vec![0xFF; 64];
    image[..9].copy_from_slice(b"123456789");
    let sum = Repair::new("s", named("sum8/16"), 0..9).stored_at(32).encoded(Encoding::retlw14(Encoding::u16_le()));
    let unit = stamped(&Raw::new(&image, 0).unwrap(), &Layout::new().repair(sum.template(Template::Blank)), &[]);
    assert_eq!(unit[32..36], [0xDD, 0x34, 0x01, 0x34]);
}

#[cfg(any(feature = "sha256", feature = "md5"))]
#[test]
fn digests_in_any_form() {
    use nameplate::check::{CheckValue, Hash};
    for hash in Hash::ALL {
        let (algorithm, len) = (Algorithm::Hash(*hash), hash.digest_len());
        let image = noise(4, 512);
        let CheckValue::Digest(digest) = algorithm.compute(|take| take(&image[..100])) else { panic!() };
        let digest = digest.as_bytes();
        let hex: String = digest.iter().map(|byte| format!("{byte:02X}")).collect();
        let reversed: Vec<u8> = digest.iter().rev().copied().collect();
        let inverse: Vec<u8> = reversed.iter().map(|byte| !byte).collect();
        let retlw: Vec<u8> = digest.iter().flat_map(|byte| [*byte, 0x34]).collect();
        let base_32 = Encoding::base32_padded(len.div_ceil(5) * 8);
        for (store, expected) in [
            (Store::encoded(256, Encoding::bytes(len)), Some(digest)),
            (Store::new(256, len, ByteOrder::Big), Some(digest)),
            (Store::encoded(256, Encoding::reversed_bytes(len)), Some(&*reversed)),
            (Store::encoded(256, Encoding::reversed_bytes(len)).inverted(), Some(&*inverse)),
            (Store::encoded(256, Encoding::hex(2 * len)), Some(hex.as_bytes())),
            (Store::encoded(256, Encoding::retlw14(Encoding::bytes(len))), Some(&*retlw)),
            (Store::encoded(256, base_32), None),
        ] {
            let layout = |template| {
                Layout::new().repair(Repair::new("h", algorithm, 0..100).stored(store.clone()).template(template))
            };
            let unit = stamped(&Raw::new(&image, 0).unwrap(), &layout(Template::Unknown), &[]);
            if let Some(expected) = expected {
                assert_eq!(&unit[256..256 + expected.len()], expected, "{store:?}");
            }
            let raw = Raw::new(&unit, 0).unwrap();
            all_right(&layout(Template::Valid).compile(&raw).unwrap(), &unit, 0);
        }
        // Stored the other way round, it is explained.
        let mut turned = image.clone();
        turned[256..256 + len].copy_from_slice(&reversed);
        let repair = Repair::new("h", algorithm, 0..100).stored(Store::encoded(256, Encoding::bytes(len)));
        let error = Layout::new().repair(repair).compile(&Raw::new(&turned, 0).unwrap()).unwrap_err().to_string();
        assert!(error.ends_with("it would be right stored little-endian"), "{error}");
    }
}

#[test]
fn forms_that_cannot_hold_it() {
    let image = noise(1, 512);
    let raw = Raw::new(&image, 0).unwrap();
    let refused = |repair: Repair, expected: &str| {
        let error = Layout::new().repair(repair.template(Template::Unknown)).compile(&raw).unwrap_err();
        assert_eq!(error.to_string(), format!("checksum `s`: {expected}"));
    };
    let crc = || Repair::crc("s", CRC_16_MODBUS, 0..64).stored_at(64);
    for (encoding, expected) in [
        ("hex:3", "`hex:3` does not take each value of 16 bits"),
        ("bcd:4", "`bcd:4` does not take each value of 16 bits"),
        ("dec:5:cstr", "`dec:5:cstr` does not take each value of 16 bits"),
        ("i16le", "`i16le` does not take each value of 16 bits"),
        ("retlw14(u8)", "`retlw14(u8)` does not take each value of 16 bits"),
        ("ascii:5:nul", "`ascii:5:nul` does not take each value of 16 bits"),
        // Bytes have no order that a number could have in them.
        ("bytes:2", "`bytes:2` does not take each value of 16 bits"),
        ("check-crc:CRC-8/SMBUS(u32le)", "`check-crc:CRC-8/SMBUS(u32le)` does not take each value of 16 bits"),
        ("u8", "16 bits do not fit a word of 1 bytes"),
    ] {
        refused(crc().encoded(encoding.parse().unwrap()), expected);
    }
    for encoding in ["hex:4", "bcd:5:left0", "dec:5:nul", "i32le", "retlw14(hex:4)", "bcd:38", "hex:32", "dec:40:nul"] {
        let repair = crc().encoded(encoding.parse().unwrap()).template(Template::Unknown);
        assert!(Layout::new().repair(repair).compile(&raw).is_ok(), "{encoding}");
    }
    let wide = Parameters { width: 128, poly: 7, init: 0, refin: false, refout: false, xorout: 0 };
    let wide = || Repair::crc("s", Crc::new(wide).unwrap(), 0..64).stored_at(64);
    refused(
        wide().encoded(Encoding::bcd(38, nameplate::encode::PadNibble::None, ByteOrder::Big)),
        "`bcd:38` does not take each value of 128 bits",
    );
    assert!(
        Layout::new()
            .repair(wide().encoded("dec:39:nul".parse().unwrap()).template(Template::Unknown))
            .compile(&raw)
            .is_ok()
    );
    refused(
        crc().encoded(Encoding::bcd(5, nameplate::encode::PadNibble::None, ByteOrder::Big)),
        "5 BCD digits leave half a byte over: say what it holds, with `left0` or `rightF`",
    );
    refused(
        crc().u16_le().copied(Store::encoded(96, Encoding::hex(4)).inverted()),
        "the inverse of `hex:4`: only a plain integer or the bytes of a digest are stored inverted",
    );
    refused(crc().digest(), "a word of 0 bytes; 1 to 16 can be had");
    // A forced word is the bytes that the check needs, so it is a plain one.
    let forced = Repair::crc("s", CRC_32_ISO_HDLC, 0..80).stored_at(64).encoded(Encoding::hex(8)).own(Own::Force(0));
    refused(forced, "a forced word is a plain integer, found `hex:8`");
    for hash in ["sha256", "md5"].into_iter().filter_map(Algorithm::from_name) {
        let (hash, bits) = (|| Repair::new("s", hash, 0..64).stored_at(64), hash.width());
        // Of bytes whose last is the CRC of those before, few are a digest.
        let own: Encoding = format!("check-crc:CRC-8/SMBUS(bytes:{})", bits / 8).parse().unwrap();
        refused(hash().encoded(own.clone()), &format!("`{own}` does not take each value of {bits} bits"));
        for encoding in
            ["hex:30", "bytes:31", "retlw14(bytes:31)", "base32:8", "base32:64:padded", "blob:12:u16le", "u32le"]
        {
            let expected = match encoding {
                "u32le" => format!("a word of 4 bytes, expected {}, those of the digest", bits / 8),
                _ => format!("`{encoding}` does not take each value of {bits} bits"),
            };
            refused(hash().encoded(encoding.parse().unwrap()), &expected);
        }
    }
}

/// A template whose word is no such digits is told so, and what else it may be.
#[test]
fn a_template_without_digits() {
    let image = vec![0xFF; 128];
    let raw = Raw::new(&image, 0).unwrap();
    let crc = |template| {
        Layout::new()
            .repair(Repair::crc("s", CRC_16_MODBUS, 0..64).stored_at(64).encoded(Encoding::hex(4)).template(template))
    };
    assert_eq!(
        crc(Template::Valid).compile(&raw).unwrap_err().to_string(),
        "checksum `s`: the template holds no `hex:4`: byte 0xFF at offset 0 is not an upper-case hexadecimal digit; if the build leaves the word to be filled, say that it is blank"
    );
    assert!(crc(Template::Blank).compile(&raw).is_ok());
}
