//! What CRCs are called besides their names in the catalogue, and what several of them are called.
//!
//! Sources: the aliases are those of Greg Cook, *Catalogue of parametrised CRC algorithms*, reveng.sourceforge.io;
//! the names of several are those of data sheets, tool manuals and standards, which leave open which CRC they mean.

#[allow(clippy::wildcard_imports, reason = "half of the catalogue")]
use super::catalog::*;
use super::crc::Crc;

/// What a CRC of the catalogue is called besides its name.
pub(super) const ALIASES: &[(Crc, &[&str])] = &[
    (CRC_4_G_704, &["CRC-4/ITU"]),
    (CRC_5_EPC_C1G2, &["CRC-5/EPC"]),
    (CRC_5_G_704, &["CRC-5/ITU"]),
    (CRC_6_G_704, &["CRC-6/ITU"]),
    (CRC_7_MMC, &["CRC-7"]),
    (CRC_8_I_432_1, &["CRC-8/ITU"]),
    (CRC_8_MAXIM_DOW, &["CRC-8/MAXIM", "DOW-CRC"]),
    (CRC_8_SMBUS, &["CRC-8"]),
    (CRC_8_TECH_3250, &["CRC-8/AES", "CRC-8/EBU"]),
    (CRC_10_ATM, &["CRC-10", "CRC-10/I-610"]),
    (CRC_11_FLEXRAY, &["CRC-11"]),
    (CRC_12_DECT, &["X-CRC-12"]),
    (CRC_12_UMTS, &["CRC-12/3GPP"]),
    (CRC_15_CAN, &["CRC-15"]),
    (CRC_16_ARC, &["ARC", "CRC-16", "CRC-16/LHA", "CRC-IBM"]),
    (CRC_16_DECT_R, &["R-CRC-16"]),
    (CRC_16_DECT_X, &["X-CRC-16"]),
    (CRC_16_GENIBUS, &["CRC-16/DARC", "CRC-16/EPC", "CRC-16/EPC-C1G2", "CRC-16/I-CODE"]),
    (CRC_16_IBM_3740, &["CRC-16/AUTOSAR", "CRC-16/CCITT-FALSE"]),
    (CRC_16_IBM_SDLC, &["CRC-16/ISO-HDLC", "CRC-16/ISO-IEC-14443-3-B", "CRC-16/X-25", "CRC-B", "X-25"]),
    (CRC_16_ISO_IEC_14443_3_A, &["CRC-A"]),
    (
        CRC_16_KERMIT,
        &["CRC-16/BLUETOOTH", "CRC-16/CCITT", "CRC-16/CCITT-TRUE", "CRC-16/V-41-LSB", "CRC-CCITT", "KERMIT"],
    ),
    (CRC_16_MAXIM_DOW, &["CRC-16/MAXIM"]),
    (CRC_16_MODBUS, &["MODBUS"]),
    (CRC_16_PROFIBUS, &["CRC-16/IEC-61158-2"]),
    (CRC_16_SPI_FUJITSU, &["CRC-16/AUG-CCITT"]),
    (CRC_16_UMTS, &["CRC-16/BUYPASS", "CRC-16/VERIFONE"]),
    (CRC_16_XMODEM, &["CRC-16/ACORN", "CRC-16/LTE", "CRC-16/V-41-MSB", "XMODEM", "ZMODEM"]),
    (CRC_24_OPENPGP, &["CRC-24"]),
    (CRC_32_AIXM, &["CRC-32Q"]),
    (CRC_32_BASE91_D, &["CRC-32D"]),
    (CRC_32_BZIP2, &["CRC-32/AAL5", "CRC-32/DECT-B", "B-CRC-32"]),
    (CRC_32_CKSUM, &["CKSUM", "CRC-32/POSIX"]),
    (CRC_32_ISCSI, &["CRC-32/BASE91-C", "CRC-32/CASTAGNOLI", "CRC-32/INTERLAKEN", "CRC-32C"]),
    (CRC_32_ISO_HDLC, &["CRC-32", "CRC-32/ADCCP", "CRC-32/V-42", "CRC-32/XZ", "PKZIP"]),
    (CRC_32_JAMCRC, &["JAMCRC"]),
    (CRC_32_XFER, &["XFER"]),
    (CRC_64_ECMA_182, &["CRC-64"]),
    (CRC_64_XZ, &["CRC-64/GO-ECMA"]),
];

/// One of the CRCs that a name may mean, and what has to be said besides.
pub(super) type Meant = (Crc, &'static str);

/// A CRC, and nothing besides.
const fn only(crc: Crc) -> Meant {
    (crc, "")
}

/// All CRCs with the polynomial 0x1021 that data sheets call by the name of the committee.
const CCITT: &[Meant] = &[
    only(CRC_16_XMODEM),
    only(CRC_16_IBM_3740),
    only(CRC_16_SPI_FUJITSU),
    only(CRC_16_GENIBUS),
    only(CRC_16_KERMIT),
    only(CRC_16_IBM_SDLC),
];

/// Names that several CRCs go by, and which those are. They win over aliases.
pub(super) const AMBIGUOUS: &[(&[&str], &[Meant])] = &[
    (&["CRC-16/CCITT", "CRC-CCITT", "CCITT-16"], CCITT),
    (&["CRC-16/ITU", "CRC-16/ITU-T", "CRC-16/V-41", "CRC-ITU", "CRC-ITU-T"], CCITT),
    (
        &["CRC-8"],
        &[
            only(CRC_8_SMBUS),
            only(CRC_8_I_432_1),
            only(CRC_8_ROHC),
            only(CRC_8_MAXIM_DOW),
            only(CRC_8_SAE_J1850),
            only(CRC_8_AUTOSAR),
        ],
    ),
    (&["CRC-8/ATM", "CRC-8/CCITT"], &[only(CRC_8_SMBUS), only(CRC_8_I_432_1), only(CRC_8_ROHC)]),
    (
        &["CRC-16"],
        &[
            only(CRC_16_ARC),
            only(CRC_16_MODBUS),
            only(CRC_16_USB),
            only(CRC_16_XMODEM),
            only(CRC_16_IBM_3740),
            only(CRC_16_KERMIT),
            only(CRC_16_IBM_SDLC),
        ],
    ),
    (
        &["CRC-16/ANSI", "CRC-ANSI"],
        &[only(CRC_16_ARC), only(CRC_16_MODBUS), only(CRC_16_USB), only(CRC_16_UMTS), only(CRC_16_CMS)],
    ),
    (
        &["CRC-32"],
        &[
            only(CRC_32_ISO_HDLC),
            only(CRC_32_MPEG_2),
            only(CRC_32_BZIP2),
            only(CRC_32_JAMCRC),
            only(CRC_32_CKSUM),
            only(CRC_32_ISCSI),
        ],
    ),
    (
        &["STM32", "CRC-32/STM", "STM"],
        &[
            (
                CRC_32_MPEG_2,
                "with the four bytes of each word in reverse, as the unit is after a reset and is given words: 0xFEFC54F9 over `12345678`; in a job  feed = \"swap32\"  or  preset = \"stm32-crc\"",
            ),
            (CRC_32_MPEG_2, "by address, as the unit is after a reset and is given bytes"),
            (
                CRC_32_ISO_HDLC,
                "as the unit is set to reverse the bits in and out, and the program inverts what it reads",
            ),
        ],
    ),
    (&["CRC-64"], &[only(CRC_64_ECMA_182), only(CRC_64_XZ), only(CRC_64_WE), only(CRC_64_GO_ISO)]),
    (&["CRC-64/ECMA"], &[only(CRC_64_ECMA_182), only(CRC_64_XZ), only(CRC_64_WE)]),
];
