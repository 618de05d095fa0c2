//! Names of algorithms: those of the catalogue and its aliases, names of several, names of none.

use std::collections::BTreeMap;

use nameplate::check::{Algorithm, CATALOGUE, NameError};

/// The aliases of Greg Cook's catalogue, as two programs list them that read it: crccheck 1.3 and Honoo.IO.Hashing.Crc.
const ALIASES: &str = "
CRC-4/G-704: CRC-4/ITU
CRC-5/EPC-C1G2: CRC-5/EPC
CRC-5/G-704: CRC-5/ITU
CRC-6/G-704: CRC-6/ITU
CRC-7/MMC: CRC-7
CRC-8/I-432-1: CRC-8/ITU
CRC-8/MAXIM-DOW: CRC-8/MAXIM, DOW-CRC
CRC-8/SMBUS: CRC-8
CRC-8/TECH-3250: CRC-8/AES, CRC-8/EBU
CRC-10/ATM: CRC-10, CRC-10/I-610
CRC-11/FLEXRAY: CRC-11
CRC-12/DECT: X-CRC-12
CRC-12/UMTS: CRC-12/3GPP
CRC-15/CAN: CRC-15
CRC-16/ARC: ARC, CRC-16, CRC-16/LHA, CRC-IBM
CRC-16/DECT-R: R-CRC-16
CRC-16/DECT-X: X-CRC-16
CRC-16/GENIBUS: CRC-16/DARC, CRC-16/EPC, CRC-16/EPC-C1G2, CRC-16/I-CODE
CRC-16/IBM-3740: CRC-16/AUTOSAR, CRC-16/CCITT-FALSE
CRC-16/IBM-SDLC: CRC-16/ISO-HDLC, CRC-16/ISO-IEC-14443-3-B, CRC-16/X-25, CRC-B, X-25
CRC-16/ISO-IEC-14443-3-A: CRC-A
CRC-16/KERMIT: CRC-16/BLUETOOTH, CRC-16/CCITT, CRC-16/CCITT-TRUE, CRC-16/V-41-LSB, CRC-CCITT, KERMIT
CRC-16/MAXIM-DOW: CRC-16/MAXIM
CRC-16/MODBUS: MODBUS
CRC-16/PROFIBUS: CRC-16/IEC-61158-2
CRC-16/SPI-FUJITSU: CRC-16/AUG-CCITT
CRC-16/UMTS: CRC-16/BUYPASS, CRC-16/VERIFONE
CRC-16/XMODEM: CRC-16/ACORN, CRC-16/LTE, CRC-16/V-41-MSB, XMODEM, ZMODEM
CRC-24/OPENPGP: CRC-24
CRC-32/AIXM: CRC-32Q
CRC-32/BASE91-D: CRC-32D
CRC-32/BZIP2: CRC-32/AAL5, CRC-32/DECT-B, B-CRC-32
CRC-32/CKSUM: CKSUM, CRC-32/POSIX
CRC-32/ISCSI: CRC-32/BASE91-C, CRC-32/CASTAGNOLI, CRC-32/INTERLAKEN, CRC-32C
CRC-32/ISO-HDLC: CRC-32, CRC-32/ADCCP, CRC-32/V-42, CRC-32/XZ, PKZIP
CRC-32/JAMCRC: JAMCRC
CRC-32/XFER: XFER
CRC-64/ECMA-182: CRC-64
CRC-64/XZ: CRC-64/GO-ECMA
";

/// Aliases that more than one CRC is called in the field, so that they are not taken for the one of the catalogue.
const AMBIGUOUS: [&str; 6] = ["CRC-8", "CRC-16", "CRC-16/CCITT", "CRC-CCITT", "CRC-32", "CRC-64"];

fn named(name: &str) -> Result<String, NameError> {
    name.parse::<Algorithm>().map(|algorithm| algorithm.to_string())
}

/// A name in other letter case and with other separators.
fn spellings(name: &str) -> [String; 6] {
    let to = |by: &str| name.to_lowercase().replace(['-', '/'], by);
    [name.to_owned(), name.to_lowercase(), to(""), to("_").to_uppercase(), to(" "), to(".")]
}

#[test]
fn rows_and_aliases_in_any_spelling() {
    let aliases: Vec<(&str, Vec<&str>)> = ALIASES
        .lines()
        .filter_map(|line| line.split_once(": "))
        .map(|(name, aliases)| (name, aliases.split(", ").collect()))
        .collect();
    assert_eq!(aliases.iter().map(|(_, aliases)| aliases.len()).sum::<usize>(), 73);
    let mut seen = BTreeMap::new();
    for crc in CATALOGUE {
        let own = aliases.iter().filter(|(name, _)| *name == crc.name()).flat_map(|(_, aliases)| aliases);
        for name in [crc.name()].iter().chain(own) {
            for spelling in spellings(name) {
                match named(&spelling) {
                    Ok(found) => assert_eq!(found, crc.name(), "{spelling}"),
                    Err(error) => {
                        assert!(AMBIGUOUS.contains(name) && error.is_ambiguous(), "{spelling}: {error}");
                        assert!(error.candidates().any(|candidate| candidate == *crc), "{spelling}: {error}");
                    }
                }
            }
            // Without separators, no two names are one.
            let plain = name.to_lowercase().replace(['-', '/'], "");
            if let Some(other) = seen.insert(plain, crc.name()) {
                panic!("{name} of {} and of {other}", crc.name());
            }
        }
    }
    assert_eq!(seen.len(), 113 + 73);
    // The width may be said where an alias has none.
    for (name, expected) in [
        ("CRC-16/IBM", "CRC-16/ARC"),
        ("crc16-zmodem", "CRC-16/XMODEM"),
        ("CRC-32/PKZIP", "CRC-32/ISO-HDLC"),
        ("CRC-16/B", "CRC-16/IBM-SDLC"),
        ("CRC-8/DOW", "CRC-8/MAXIM-DOW"),
        ("CRC-12-X", "CRC-12/DECT"),
    ] {
        assert_eq!(named(name).as_deref(), Ok(expected), "{name}");
    }
}

/// All others by the name that `Display` writes, in any letter case.
#[test]
fn names_of_all_algorithms_read_back() {
    for algorithm in Algorithm::names() {
        let name = algorithm.to_string();
        for spelling in [name.clone(), name.to_uppercase(), name.to_lowercase()] {
            assert_eq!(spelling.parse(), Ok(algorithm), "{spelling}");
            assert_eq!(Algorithm::from_name(&spelling), Some(algorithm), "{spelling}");
        }
    }
}

const CHECK: &str = "; the check is the value over the nine characters 123456789";

#[test]
fn names_of_several() {
    for (names, expected) in [
        (
            &["CRC-16-CCITT", "CRC_CCITT", "crc16ccitt", "CCITT-CRC-16", "CRC-16/ITU-T", "crc-itu"][..],
            "`CRC-16/XMODEM` (check 0x31C3; init 0x0, not reflected, xorout 0x0), `CRC-16/IBM-3740` (check 0x29B1; init 0xFFFF, not reflected, xorout 0x0), `CRC-16/SPI-FUJITSU` (check 0xE5CC; init 0x1D0F, not reflected, xorout 0x0), `CRC-16/GENIBUS` (check 0xD64E; init 0xFFFF, not reflected, xorout 0xFFFF), `CRC-16/KERMIT` (check 0x2189; init 0x0, reflected, xorout 0x0), `CRC-16/IBM-SDLC` (check 0x906E; init 0xFFFF, reflected, xorout 0xFFFF)",
        ),
        (
            &["CRC-32/STM32", "stm32-crc", "STM32", "crc_stm32"],
            "`CRC-32/MPEG-2` (check 0x0376E6E7; not reflected, xorout 0x0, with the four bytes of each word in reverse, as the unit is after a reset and is given words: 0xFEFC54F9 over `12345678`; in a job  feed = \"swap32\"  or  preset = \"stm32-crc\"), `CRC-32/MPEG-2` (check 0x0376E6E7; not reflected, xorout 0x0, by address, as the unit is after a reset and is given bytes), `CRC-32/ISO-HDLC` (check 0xCBF43926; reflected, xorout 0xFFFFFFFF, as the unit is set to reverse the bits in and out, and the program inverts what it reads)",
        ),
        (
            &["crc64-ecma"],
            "`CRC-64/ECMA-182` (check 0x6C40DF5F0B497347; init 0x0, not reflected, xorout 0x0), `CRC-64/XZ` (check 0x995DC9BBDF1939FA; init 0xFFFFFFFFFFFFFFFF, reflected, xorout 0xFFFFFFFFFFFFFFFF), `CRC-64/WE` (check 0x62EC59E3F1A4F00A; init 0xFFFFFFFFFFFFFFFF, not reflected, xorout 0xFFFFFFFFFFFFFFFF)",
        ),
    ] {
        for name in names {
            let error = named(name).unwrap_err();
            assert_eq!(error.to_string(), format!("several CRCs are called `{name}`: {expected}{CHECK}"));
            assert!(error.is_ambiguous());
        }
    }
    for (name, candidates) in
        [("crc8", 6), ("Crc_16", 7), ("CRC-32", 6), ("crc 64", 4), ("CRC-16/ANSI", 5), ("CRC-8/ATM", 3)]
    {
        let error = named(name).unwrap_err();
        assert_eq!((error.is_ambiguous(), error.candidates().count()), (true, candidates), "{name}: {error}");
        let same = error.candidates().all(|crc| crc.width() == error.candidates().next().unwrap().width());
        assert!(same, "{name}: {error}");
    }
}

#[test]
fn names_of_none() {
    for (name, expected) in [
        ("CRC-32/MPEG", format!("unknown CRC `CRC-32/MPEG`; names like it are `CRC-32/MPEG-2` (check 0x0376E6E7){CHECK}")),
        (
            "crc16-dect",
            format!("unknown CRC `crc16-dect`; names like it are `CRC-16/DECT-R` (check 0x007E; xorout 0x1), `CRC-16/DECT-X` (check 0x007F; xorout 0x0){CHECK}"),
        ),
        (
            "CRC-16/MODBUSS",
            format!("unknown CRC `CRC-16/MODBUSS`; names like it are `CRC-16/MODBUS` (check 0x4B37){CHECK}"),
        ),
        (
            "CRC-32/ISO-HLDC",
            format!("unknown CRC `CRC-32/ISO-HLDC`; names like it are `CRC-32/ISO-HDLC` (check 0xCBF43926){CHECK}"),
        ),
        (
            "ISO-HDLC",
            format!("unknown algorithm `ISO-HDLC`; names like it are `CRC-16/IBM-SDLC` (check 0x906E; poly 0x1021, init 0xFFFF, xorout 0xFFFF), `CRC-32/ISO-HDLC` (check 0xCBF43926; poly 0x4C11DB7, init 0xFFFFFFFF, xorout 0xFFFFFFFF){CHECK}").replace("algorithm `ISO", "CRC `ISO"),
        ),
        (
            "CRC-12",
            format!("unknown CRC `CRC-12`; names like it are `CRC-12/CDMA2000` (check 0xD4D; poly 0xF13, init 0xFFF, not reflected, xorout 0x0), `CRC-12/DECT` (check 0xF5B; poly 0x80F, init 0x0, not reflected, xorout 0x0), `CRC-12/GSM` (check 0xB34; poly 0xD31, init 0x0, not reflected, xorout 0xFFF), `CRC-12/UMTS` (check 0xDAF; poly 0x80F, init 0x0, reflected out, xorout 0x0){CHECK}"),
        ),
        // Never the nearest spelling of another.
        (
            "CRC-64/ZX81",
            "unknown CRC `CRC-64/ZX81`; those of 64 bits are CRC-64/ECMA-182, CRC-64/GO-ISO, CRC-64/MS, CRC-64/NVME, CRC-64/REDIS, CRC-64/WE, CRC-64/XZ".to_owned(),
        ),
        (
            "CRC-24/XMEGA",
            "unknown CRC `CRC-24/XMEGA`; those of 24 bits are CRC-24/BLE, CRC-24/FLEXRAY-A, CRC-24/FLEXRAY-B, CRC-24/INTERLAKEN, CRC-24/LTE-A, CRC-24/LTE-B, CRC-24/OPENPGP, CRC-24/OS-9".to_owned(),
        ),
        ("CRC-9", "unknown CRC `CRC-9`; the catalogue has none of 9 bits, so its parameters have to be given".to_owned()),
        ("crc", "unknown CRC `crc`, expected a name of the CRC catalogue, as `CRC-32/ISO-HDLC`, or `sum8`, `sum16le`, `xor8`, `fletcher16`, …".to_owned()),
        ("sum16", "unknown algorithm `sum16`; names like it are `sum16le`, `sum16be`".to_owned()),
        ("fletcher64", "unknown algorithm `fletcher64`, expected a name of the CRC catalogue, as `CRC-32/ISO-HDLC`, or `sum8`, `sum16le`, `xor8`, `fletcher16`, …".to_owned()),
        ("", "unknown algorithm ``, expected a name of the CRC catalogue, as `CRC-32/ISO-HDLC`, or `sum8`, `sum16le`, `xor8`, `fletcher16`, …".to_owned()),
    ] {
        let error = named(name).unwrap_err();
        assert_eq!((error.to_string(), error.is_ambiguous()), (expected, false), "{name}");
    }
    // Of any length, it costs no more than its beginning.
    let long = "CRC-16/".to_owned() + &"A".repeat(1_000_000);
    assert!(named(&long).unwrap_err().to_string().starts_with("unknown algorithm `CRC-16/AAAA"));
    let long = |len: usize| named(&("crc-".to_owned() + &"A".repeat(len - 4))).unwrap_err().to_string();
    assert!(long(64).starts_with("unknown CRC `crc-AAAA") && long(65).starts_with("unknown algorithm `crc-AAAA"));
    // Another word's digits are none of a width.
    assert!(named("CRC-3/2C").is_err() && named("CRC-8/2DARC").is_err());
}
