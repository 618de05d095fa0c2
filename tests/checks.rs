//! Every check, against its published value, a bitwise twin, and from a change.

use nameplate::check::{Algorithm, CATALOGUE, Change};
use proptest::prelude::*;

use crate::noise;

fn compute(algorithm: Algorithm, bytes: &[u8]) -> u128 {
    algorithm.compute(|take| take(bytes))
}

/// The Rocksoft model, one bit at a time.
fn bitwise<W: Into<u128> + Copy + crc::Width>(row: &crc::Algorithm<W>, bytes: &[u8]) -> u128 {
    let width = u32::from(row.width);
    let mask = u128::MAX >> (128 - width);
    let reflect = |value: u128, bits: u32| value.reverse_bits() >> (128 - bits);
    let mut register: u128 = row.init.into();
    for &byte in bytes {
        let byte = if row.refin { byte.reverse_bits() } else { byte };
        for bit in (0..8).rev() {
            let top = register >> (width - 1) & 1;
            register = register << 1 & mask;
            if top ^ u128::from(byte >> bit & 1) == 1 {
                register ^= row.poly.into();
            }
        }
    }
    let out = if row.refout { reflect(register, width) } else { register };
    out ^ row.xorout.into()
}

#[test]
fn all_rows_have_their_check_value() {
    assert_eq!(CATALOGUE.len(), 113);
    for &crc in CATALOGUE {
        assert_eq!(compute(crc.into(), b"123456789"), crc.check(), "{}", crc.name());
        let split = Algorithm::from(crc).compute(|take| {
            take(b"1234");
            take(b"56789");
        });
        assert_eq!(split, crc.check(), "{}", crc.name());
    }
}

/// Every row of the catalogue: name, width, and the value over bytes of short lengths and a long one.
#[test]
fn a_bitwise_twin_agrees() {
    let bytes = noise(1, 301);
    let mut seen = Vec::new();
    macro_rules! rows {
        ($($row:ident),*) => {$(
            let ours = nameplate::check::$row;
            for len in (0..20).chain([301]) {
                let found = compute(ours.into(), &bytes[..len]);
                assert_eq!(found, bitwise(&crc::$row, &bytes[..len]), "{} over {len} bytes", stringify!($row));
            }
            assert_eq!(ours.width(), u32::from(crc::$row.width), stringify!($row));
            assert_eq!(ours.name().replace(['-', '/'], "_"), stringify!($row));
            seen.push(ours);
        )*};
    }
    #[rustfmt::skip]
    rows!(
        CRC_3_GSM, CRC_3_ROHC, CRC_4_G_704, CRC_4_INTERLAKEN, CRC_5_EPC_C1G2,
        CRC_5_G_704, CRC_5_USB, CRC_6_CDMA2000_A, CRC_6_CDMA2000_B, CRC_6_DARC,
        CRC_6_G_704, CRC_6_GSM, CRC_7_MMC, CRC_7_ROHC, CRC_7_UMTS,
        CRC_8_AUTOSAR, CRC_8_BLUETOOTH, CRC_8_CDMA2000, CRC_8_DARC, CRC_8_DVB_S2,
        CRC_8_GSM_A, CRC_8_GSM_B, CRC_8_HITAG, CRC_8_I_432_1, CRC_8_I_CODE,
        CRC_8_LTE, CRC_8_MAXIM_DOW, CRC_8_MIFARE_MAD, CRC_8_NRSC_5, CRC_8_OPENSAFETY,
        CRC_8_ROHC, CRC_8_SAE_J1850, CRC_8_SMBUS, CRC_8_TECH_3250, CRC_8_WCDMA,
        CRC_10_ATM, CRC_10_CDMA2000, CRC_10_GSM, CRC_11_FLEXRAY, CRC_11_UMTS,
        CRC_12_CDMA2000, CRC_12_DECT, CRC_12_GSM, CRC_12_UMTS, CRC_13_BBC,
        CRC_14_DARC, CRC_14_GSM, CRC_15_CAN, CRC_15_MPT1327, CRC_16_ARC,
        CRC_16_CDMA2000, CRC_16_CMS, CRC_16_DDS_110, CRC_16_DECT_R, CRC_16_DECT_X,
        CRC_16_DNP, CRC_16_EN_13757, CRC_16_GENIBUS, CRC_16_GSM, CRC_16_IBM_3740,
        CRC_16_IBM_SDLC, CRC_16_ISO_IEC_14443_3_A, CRC_16_KERMIT, CRC_16_LJ1200, CRC_16_M17,
        CRC_16_MAXIM_DOW, CRC_16_MCRF4XX, CRC_16_MODBUS, CRC_16_NRSC_5, CRC_16_OPENSAFETY_A,
        CRC_16_OPENSAFETY_B, CRC_16_PROFIBUS, CRC_16_RIELLO, CRC_16_SPI_FUJITSU, CRC_16_T10_DIF,
        CRC_16_TELEDISK, CRC_16_TMS37157, CRC_16_UMTS, CRC_16_USB, CRC_16_XMODEM,
        CRC_17_CAN_FD, CRC_21_CAN_FD, CRC_24_BLE, CRC_24_FLEXRAY_A, CRC_24_FLEXRAY_B,
        CRC_24_INTERLAKEN, CRC_24_LTE_A, CRC_24_LTE_B, CRC_24_OPENPGP, CRC_24_OS_9,
        CRC_30_CDMA, CRC_31_PHILIPS, CRC_32_AIXM, CRC_32_AUTOSAR, CRC_32_BASE91_D,
        CRC_32_BZIP2, CRC_32_CD_ROM_EDC, CRC_32_CKSUM, CRC_32_ISCSI, CRC_32_ISO_HDLC,
        CRC_32_JAMCRC, CRC_32_MEF, CRC_32_MPEG_2, CRC_32_XFER, CRC_40_GSM,
        CRC_64_ECMA_182, CRC_64_GO_ISO, CRC_64_MS, CRC_64_NVME, CRC_64_REDIS,
        CRC_64_WE, CRC_64_XZ, CRC_82_DARC
    );
    assert_eq!(seen, CATALOGUE);
}

/// 40 random changes for each of the 113 rows: from the change alone, the value of the whole.
#[test]
fn a_change_gives_the_value_of_the_whole() {
    for (index, &crc) in CATALOGUE.iter().enumerate() {
        for round in 0..40_u64 {
            let seed = index as u64 * 1000 + round;
            let len = 1 + seed as usize * 7 % 200;
            let template = noise(seed, len);
            let positions: Vec<u64> = (0..len as u64).filter(|at| noise(seed + at, 1)[0] < 64).collect();
            let mut unit = template.clone();
            let fresh = noise(seed + 9, positions.len());
            let before = positions.iter().map(|&at| template[at as usize]);
            for (&at, &byte) in positions.iter().zip(&fresh) {
                unit[at as usize] = byte;
            }
            let algorithm = Algorithm::from(crc);
            let change = Change::new(algorithm, len as u64, &positions, compute(algorithm, &template), before).unwrap();
            assert_eq!(change.value(fresh.iter().copied()), compute(algorithm, &unit), "{} {len}", crc.name());
        }
    }
}

/// Sums of words, written out.
fn sum(name: &str, bytes: &[u8]) -> u128 {
    let bits: u32 = name[3..].trim_end_matches(['l', 'b', 'e']).parse().unwrap();
    let mut total: u128 = 0;
    for word in bytes.chunks(bits as usize / 8) {
        let number = |n: u128, byte: &u8| n << 8 | u128::from(*byte);
        let word = if name.ends_with("be") { word.iter().fold(0, number) } else { word.iter().rev().fold(0, number) };
        total = if name.starts_with("sum") { (total + word) % (1 << bits) } else { total ^ word };
    }
    total
}

#[test]
fn known_sums() {
    let value = |name: &str, bytes: &[u8]| compute(Algorithm::from_name(name).unwrap(), bytes);
    // SRecord and ielftool over the nine digits and 00..0F.
    assert_eq!(value("sum8", b"123456789"), 0xDD);
    let d16: Vec<u8> = (0..16).collect();
    assert_eq!(value("sum32le", &d16), 0x2420_1C18);
    assert_eq!(value("xor8", &d16), 0);
}

proptest! {
    #[test]
    fn sums_agree_with_their_twin(bytes in prop::collection::vec(any::<u8>(), 1..20), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let bytes = bytes.repeat(8);
        for name in ["sum8", "sum16le", "sum16be", "sum32le", "sum32be", "sum64le", "sum64be", "xor8", "xor16le", "xor16be", "xor32le", "xor32be", "xor64le", "xor64be"] {
            let algorithm = Algorithm::from_name(name).unwrap();
            let value = compute(algorithm, &bytes);
            prop_assert_eq!(value, sum(name, &bytes), "{}", name);
            let at = at.index(bytes.len());
            let change = Change::new(algorithm, bytes.len() as u64, &[at as u64], value, [bytes[at]].into_iter()).unwrap();
            let mut unit = bytes.clone();
            unit[at] = byte;
            prop_assert_eq!(change.value([byte].into_iter()), sum(name, &unit), "{}", name);
        }
    }
}

#[test]
fn names_read_back() {
    for algorithm in Algorithm::names() {
        assert_eq!(Algorithm::from_name(&algorithm.to_string()), Some(algorithm));
        assert_eq!(Algorithm::from_name(&algorithm.to_string().to_lowercase()), Some(algorithm));
    }
    for name in ["", "sum", "sum9", "CRC-32", "sum16", "xorsum8", "CRC-32/ISO-HDLC "] {
        assert_eq!(Algorithm::from_name(name), None, "{name}");
    }
    assert_eq!(Algorithm::from_name("CRC-82/DARC").unwrap().width(), 82);
}

#[test]
fn positions_that_are_none() {
    let crc = Algorithm::from(nameplate::check::CRC_32_ISO_HDLC);
    for positions in [&[5_u64][..], &[1, 1], &[2, 1], &[0, 9]] {
        assert!(Change::new(crc, 5, positions, 0, positions.iter().map(|_| 0)).is_none(), "{positions:?}");
    }
    assert!(Change::new(crc, 5, &[0, 4], 0, [0, 0].into_iter()).is_some());
}
