//! The CRC catalogue as rows. Each row of the `crc` crate carries its own test vector, the check
//! value of `123456789`; the tests go through all of them.
//!
//! Source: Greg Cook, *Catalogue of parametrised CRC algorithms*, as of crc-catalog 2.

use super::crc::{Crc, Row};
use super::model::{Parameters, ParametersError};

macro_rules! catalogue {
    ($($name:ident $word:ident $text:literal,)*) => {
        $(
            #[doc = concat!("`", $text, "`.")]
            pub const $name: Crc = Crc($text, Row::$word(&::crc::$name));
        )*

        /// All rows, by width and name.
        pub const CATALOGUE: &[Crc] = &[$($name),*];
    };
}

catalogue! {
    CRC_3_GSM U8 "CRC-3/GSM",
    CRC_3_ROHC U8 "CRC-3/ROHC",
    CRC_4_G_704 U8 "CRC-4/G-704",
    CRC_4_INTERLAKEN U8 "CRC-4/INTERLAKEN",
    CRC_5_EPC_C1G2 U8 "CRC-5/EPC-C1G2",
    CRC_5_G_704 U8 "CRC-5/G-704",
    CRC_5_USB U8 "CRC-5/USB",
    CRC_6_CDMA2000_A U8 "CRC-6/CDMA2000-A",
    CRC_6_CDMA2000_B U8 "CRC-6/CDMA2000-B",
    CRC_6_DARC U8 "CRC-6/DARC",
    CRC_6_G_704 U8 "CRC-6/G-704",
    CRC_6_GSM U8 "CRC-6/GSM",
    CRC_7_MMC U8 "CRC-7/MMC",
    CRC_7_ROHC U8 "CRC-7/ROHC",
    CRC_7_UMTS U8 "CRC-7/UMTS",
    CRC_8_AUTOSAR U8 "CRC-8/AUTOSAR",
    CRC_8_BLUETOOTH U8 "CRC-8/BLUETOOTH",
    CRC_8_CDMA2000 U8 "CRC-8/CDMA2000",
    CRC_8_DARC U8 "CRC-8/DARC",
    CRC_8_DVB_S2 U8 "CRC-8/DVB-S2",
    CRC_8_GSM_A U8 "CRC-8/GSM-A",
    CRC_8_GSM_B U8 "CRC-8/GSM-B",
    CRC_8_HITAG U8 "CRC-8/HITAG",
    CRC_8_I_432_1 U8 "CRC-8/I-432-1",
    CRC_8_I_CODE U8 "CRC-8/I-CODE",
    CRC_8_LTE U8 "CRC-8/LTE",
    CRC_8_MAXIM_DOW U8 "CRC-8/MAXIM-DOW",
    CRC_8_MIFARE_MAD U8 "CRC-8/MIFARE-MAD",
    CRC_8_NRSC_5 U8 "CRC-8/NRSC-5",
    CRC_8_OPENSAFETY U8 "CRC-8/OPENSAFETY",
    CRC_8_ROHC U8 "CRC-8/ROHC",
    CRC_8_SAE_J1850 U8 "CRC-8/SAE-J1850",
    CRC_8_SMBUS U8 "CRC-8/SMBUS",
    CRC_8_TECH_3250 U8 "CRC-8/TECH-3250",
    CRC_8_WCDMA U8 "CRC-8/WCDMA",
    CRC_10_ATM U16 "CRC-10/ATM",
    CRC_10_CDMA2000 U16 "CRC-10/CDMA2000",
    CRC_10_GSM U16 "CRC-10/GSM",
    CRC_11_FLEXRAY U16 "CRC-11/FLEXRAY",
    CRC_11_UMTS U16 "CRC-11/UMTS",
    CRC_12_CDMA2000 U16 "CRC-12/CDMA2000",
    CRC_12_DECT U16 "CRC-12/DECT",
    CRC_12_GSM U16 "CRC-12/GSM",
    CRC_12_UMTS U16 "CRC-12/UMTS",
    CRC_13_BBC U16 "CRC-13/BBC",
    CRC_14_DARC U16 "CRC-14/DARC",
    CRC_14_GSM U16 "CRC-14/GSM",
    CRC_15_CAN U16 "CRC-15/CAN",
    CRC_15_MPT1327 U16 "CRC-15/MPT1327",
    CRC_16_ARC U16 "CRC-16/ARC",
    CRC_16_CDMA2000 U16 "CRC-16/CDMA2000",
    CRC_16_CMS U16 "CRC-16/CMS",
    CRC_16_DDS_110 U16 "CRC-16/DDS-110",
    CRC_16_DECT_R U16 "CRC-16/DECT-R",
    CRC_16_DECT_X U16 "CRC-16/DECT-X",
    CRC_16_DNP U16 "CRC-16/DNP",
    CRC_16_EN_13757 U16 "CRC-16/EN-13757",
    CRC_16_GENIBUS U16 "CRC-16/GENIBUS",
    CRC_16_GSM U16 "CRC-16/GSM",
    CRC_16_IBM_3740 U16 "CRC-16/IBM-3740",
    CRC_16_IBM_SDLC U16 "CRC-16/IBM-SDLC",
    CRC_16_ISO_IEC_14443_3_A U16 "CRC-16/ISO-IEC-14443-3-A",
    CRC_16_KERMIT U16 "CRC-16/KERMIT",
    CRC_16_LJ1200 U16 "CRC-16/LJ1200",
    CRC_16_M17 U16 "CRC-16/M17",
    CRC_16_MAXIM_DOW U16 "CRC-16/MAXIM-DOW",
    CRC_16_MCRF4XX U16 "CRC-16/MCRF4XX",
    CRC_16_MODBUS U16 "CRC-16/MODBUS",
    CRC_16_NRSC_5 U16 "CRC-16/NRSC-5",
    CRC_16_OPENSAFETY_A U16 "CRC-16/OPENSAFETY-A",
    CRC_16_OPENSAFETY_B U16 "CRC-16/OPENSAFETY-B",
    CRC_16_PROFIBUS U16 "CRC-16/PROFIBUS",
    CRC_16_RIELLO U16 "CRC-16/RIELLO",
    CRC_16_SPI_FUJITSU U16 "CRC-16/SPI-FUJITSU",
    CRC_16_T10_DIF U16 "CRC-16/T10-DIF",
    CRC_16_TELEDISK U16 "CRC-16/TELEDISK",
    CRC_16_TMS37157 U16 "CRC-16/TMS37157",
    CRC_16_UMTS U16 "CRC-16/UMTS",
    CRC_16_USB U16 "CRC-16/USB",
    CRC_16_XMODEM U16 "CRC-16/XMODEM",
    CRC_17_CAN_FD U32 "CRC-17/CAN-FD",
    CRC_21_CAN_FD U32 "CRC-21/CAN-FD",
    CRC_24_BLE U32 "CRC-24/BLE",
    CRC_24_FLEXRAY_A U32 "CRC-24/FLEXRAY-A",
    CRC_24_FLEXRAY_B U32 "CRC-24/FLEXRAY-B",
    CRC_24_INTERLAKEN U32 "CRC-24/INTERLAKEN",
    CRC_24_LTE_A U32 "CRC-24/LTE-A",
    CRC_24_LTE_B U32 "CRC-24/LTE-B",
    CRC_24_OPENPGP U32 "CRC-24/OPENPGP",
    CRC_24_OS_9 U32 "CRC-24/OS-9",
    CRC_30_CDMA U32 "CRC-30/CDMA",
    CRC_31_PHILIPS U32 "CRC-31/PHILIPS",
    CRC_32_AIXM U32 "CRC-32/AIXM",
    CRC_32_AUTOSAR U32 "CRC-32/AUTOSAR",
    CRC_32_BASE91_D U32 "CRC-32/BASE91-D",
    CRC_32_BZIP2 U32 "CRC-32/BZIP2",
    CRC_32_CD_ROM_EDC U32 "CRC-32/CD-ROM-EDC",
    CRC_32_CKSUM U32 "CRC-32/CKSUM",
    CRC_32_ISCSI U32 "CRC-32/ISCSI",
    CRC_32_ISO_HDLC U32 "CRC-32/ISO-HDLC",
    CRC_32_JAMCRC U32 "CRC-32/JAMCRC",
    CRC_32_MEF U32 "CRC-32/MEF",
    CRC_32_MPEG_2 U32 "CRC-32/MPEG-2",
    CRC_32_XFER U32 "CRC-32/XFER",
    CRC_40_GSM U64 "CRC-40/GSM",
    CRC_64_ECMA_182 U64 "CRC-64/ECMA-182",
    CRC_64_GO_ISO U64 "CRC-64/GO-ISO",
    CRC_64_MS U64 "CRC-64/MS",
    CRC_64_NVME U64 "CRC-64/NVME",
    CRC_64_REDIS U64 "CRC-64/REDIS",
    CRC_64_WE U64 "CRC-64/WE",
    CRC_64_XZ U64 "CRC-64/XZ",
    CRC_82_DARC U128 "CRC-82/DARC",
}

/// That of NVS partitions of the ESP32 family, which is in no catalogue. Its check value is 0xD202D277.
#[cfg(feature = "nvs")]
pub(crate) const CRC_32_NVS: Crc = Crc(
    "CRC",
    Row::Other(Parameters { width: 32, poly: 0x04C1_1DB7, init: 0, refin: true, refout: true, xorout: 0xFFFF_FFFF }),
);

impl Crc {
    /// The CRC of these parameters; the row of the catalogue that has them, if there is one.
    ///
    /// # Errors
    /// When the width is not 1 to 128 bits, a number has more bits than that, or `poly` is 0.
    pub fn new(parameters: Parameters) -> Result<Self, ParametersError> {
        parameters.check()?;
        let row = CATALOGUE.iter().find(|row| row.parameters() == parameters);
        Ok(row.copied().unwrap_or(Self("CRC", Row::Other(parameters))))
    }
}
