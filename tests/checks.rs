//! Every check, against its published value, a bitwise twin, and from a change.

use crate::noise;
use crate::reference::Rocksoft;
use nameplate::check::{Algorithm, CATALOGUE, Change, Crc, Force, Parameters};

fn compute(algorithm: Algorithm, bytes: &[u8]) -> u128 {
    algorithm.compute(|take| take(bytes)).number().unwrap()
}

fn twin(crc: Crc) -> Rocksoft {
    let Parameters { width, poly, init, refin, refout, xorout } = crc.parameters();
    Rocksoft { width, poly, init, refin, refout, xorout }
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
        assert_eq!(split.number(), Some(crc.check()), "{}", crc.name());
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
                assert_eq!(found, twin(ours).crc(&bytes[..len]), "{} over {len} bytes", stringify!($row));
            }
            assert_eq!(ours.width(), u32::from(crc::$row.width), stringify!($row));
            for bytes in [&b""[..], b"1", b"123456789"] {
                assert_eq!(ours.residue(), twin(ours).residue(bytes), stringify!($row));
            }
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
    // No two rows are one, nor do they hash to one.
    let hash = |crc: &Crc| {
        std::hash::BuildHasher::hash_one(&std::hash::BuildHasherDefault::<std::hash::DefaultHasher>::default(), crc)
    };
    assert_eq!(CATALOGUE.iter().map(hash).collect::<std::collections::BTreeSet<_>>().len(), CATALOGUE.len());
    assert!(CATALOGUE.windows(2).all(|pair| pair[0] != pair[1]));
    assert_eq!(format!("{:?}", seen[0]), "CRC-3/GSM");
}

/// Any parameters at all: value, residue, change and forced bytes.
#[test]
fn models_of_no_catalogue() {
    for seed in 0..2000 {
        let bytes = noise(seed, 64);
        let number =
            |at: usize, width: u32| u128::from_le_bytes(bytes[at..at + 16].try_into().unwrap()) >> (128 - width);
        let width = 1 + u32::from(bytes[0]) % 128;
        let parameters = Parameters {
            width,
            poly: number(1, width) | 1,
            init: number(17, width),
            refin: bytes[50] < 128,
            refout: bytes[51] < 128,
            xorout: number(33, width),
        };
        let crc = Crc::new(parameters).unwrap();
        let (twin, len) = (twin(crc), 1 + seed as usize % 60);
        assert_eq!(compute(crc.into(), &bytes[..len]), twin.crc(&bytes[..len]), "{crc}");
        assert_eq!((crc.check(), crc.width()), (twin.crc(b"123456789"), width), "{crc}");
        assert_eq!(crc.residue(), twin.residue(&bytes[..len]), "{crc}");
        let at = bytes[52] as usize % len;
        let change =
            Change::new(crc.into(), len as u64, &[at as u64], twin.crc(&bytes[..len]), [bytes[at]].into_iter());
        let mut unit = bytes[..len].to_vec();
        unit[at] = bytes[53];
        assert_eq!(change.unwrap().value([bytes[53]].into_iter()), twin.crc(&unit), "{crc}");
        if width % 8 == 0 {
            let positions: Vec<u64> = (0..u64::from(width / 8)).map(|n| n + u64::from(bytes[54]) % 40).collect();
            let force = Force::new(crc.into(), 64, &positions, number(20, width)).unwrap();
            let (first, mut forced) = (positions[0] as usize, bytes.clone());
            forced[first..first + positions.len()].fill(0);
            let mut word = vec![0xA5; positions.len()];
            force.solve(twin.crc(&forced), &mut word);
            forced[first..first + positions.len()].copy_from_slice(&word);
            assert_eq!(twin.crc(&forced), number(20, width), "{crc}");
        }
    }
}

/// A row of the catalogue is found by its parameters, whatever way it is given.
#[test]
fn parameters_of_the_catalogue() {
    for crc in CATALOGUE {
        let found = Crc::new(crc.parameters()).unwrap();
        assert_eq!((found.name(), found), (crc.name(), *crc));
    }
    let other = Parameters { width: 8, poly: 7, init: 1, refin: true, refout: false, xorout: 255 };
    assert_eq!(Crc::new(other).unwrap().to_string(), "CRC-8 (poly 0x7, init 0x1, refin, xorout 0xFF)");
}

#[test]
fn parameters_that_are_none() {
    let good = Parameters { width: 16, poly: 0x1021, init: 0, refin: false, refout: false, xorout: 0 };
    for (bad, expected) in [
        (Parameters { width: 0, ..good }, "a CRC of 0 bits; 1 to 128 can be had"),
        (Parameters { width: 129, ..good }, "a CRC of 129 bits; 1 to 128 can be had"),
        (Parameters { poly: 0x1_1021, ..good }, "`poly` is 0x11021, which has more than the 16 bits of the register"),
        (Parameters { init: 1 << 16, ..good }, "`init` is 0x10000, which has more than the 16 bits of the register"),
        (
            Parameters { xorout: u128::MAX, ..good },
            "`xorout` is 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF, which has more than the 16 bits of the register",
        ),
        (Parameters { poly: 0, ..good }, "`poly` is 0, so the data would not matter"),
    ] {
        assert_eq!(Crc::new(bad).unwrap_err().to_string(), expected);
    }
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
            for at in &positions {
                unit[*at as usize] = 0;
            }
            assert_eq!(change.base(), compute(algorithm, &unit), "{} {len}", crc.name());
        }
    }
}

#[test]
fn names_read_back() {
    for algorithm in Algorithm::names() {
        assert_eq!(Algorithm::from_name(&algorithm.to_string()), Some(algorithm));
        assert_eq!(Algorithm::from_name(&algorithm.to_string().to_lowercase()), Some(algorithm));
    }
    for name in [
        "",
        "sum",
        "sum9",
        "CRC-32",
        "sum16",
        "xorsum8",
        "sum8/8",
        "sum8/12",
        "xor8/16",
        "fletcher32",
        "CRC-32/ISO-HDLC!",
    ] {
        assert_eq!(Algorithm::from_name(name), None, "{name}");
    }
    assert_eq!(Algorithm::from_name("CRC-82/DARC").unwrap().width(), 82);
}

#[test]
fn positions_that_are_none() {
    let crc = Algorithm::from(nameplate::check::CRC_32_ISO_HDLC);
    for positions in [&[5_u64][..], &[1, 1], &[2, 1, 2], &[0, 9]] {
        assert!(Change::new(crc, 5, positions, 0, positions.iter().map(|_| 0)).is_none(), "{positions:?}");
    }
    assert!(Change::new(crc, 5, &[0, 4], 0, [0, 0].into_iter()).is_some());
}
