//! The families of parts whose lock words are known, each with its source.
//!
//! A row says where a word lies in an image: of parts whose option bytes are behind registers only, where those registers
//! lie, as flashing tools write them.

use super::lock::Family;

impl Family {
    /// The family of that name, in any letter case, with separators or without: `STM32-F4` is `stm32f4`. No
    /// family stands for another, however alike they are.
    pub fn from_name(name: &str) -> Option<&'static Self> {
        let plain = |c: &char| !matches!(c, '-' | '_' | '/' | ' ');
        let is = |family: &&Self| {
            let known = family.name().chars().filter(plain);
            known.eq(name.chars().filter(plain).map(|c| c.to_ascii_lowercase()))
        };
        FAMILIES.iter().find(is)
    }
}

/// What several rows have.
const OPTIONS: &str = "option bytes";
const BY_REGISTERS: &str = "option bytes, by their registers";
const OPTIONS_2: &str = "option bytes of bank 2";

/// All families that are known. Not promised: that a part of another family has no such words.
pub const FAMILIES: &[Family] = &[
    Family::new("lpc", &[(0x2FC, 4, "code read protection (CRP)", "NXP AN10968; UM10360, Code Read Protection")]),
    Family::new(
        "kinetis",
        &[(0x400, 16, "flash configuration field", "NXP K64P144M120SF5RM, Flash configuration field")],
    ),
    Family::new("s32k1", &[(0x400, 16, "flash configuration field", "NXP S32K1XXRM, Flash configuration field")]),
    Family::new(
        "pic14",
        &[(0x400E, 4, "configuration words 0x2007 and 0x2008", "Microchip DS41291, Configuration Bits")],
    ),
    Family::new(
        "pic14e",
        &[(0x1_000E, 10, "configuration words 0x8007 to 0x800B", "Microchip DS40001639, Device Configuration")],
    ),
    Family::new("pic18", &[(0x30_0000, 14, "configuration bytes", "Microchip DS39632, Special Features of the CPU")]),
    // As ELF and HEX files have them, behind 0x800000.
    Family::new(
        "avr",
        &[
            (0x82_0000, 0x400, "fuses", "avr-libc, <avr/fuse.h>; binutils, avr.sc"),
            (0x83_0000, 0x400, "lock bits", "avr-libc, <avr/lock.h>; binutils, avr.sc"),
        ],
    ),
    Family::new("samc", &[(0x80_4000, 8, "NVM user row", "Microchip DS60001479, NVM User Row Mapping")]),
    Family::new("samd", &[(0x80_4000, 8, "NVM user row", "Microchip DS40001882, NVM User Row Mapping")]),
    Family::new("saml", &[(0x80_4000, 8, "NVM user row", "Microchip DS60001477, NVM User Row Mapping")]),
    Family::new("same5", &[(0x80_4000, 32, "NVM user page", "Microchip DS60001507, NVM User Page Mapping")]),
    Family::new("msp430f2", &[(0xFFDE, 2, "boot loader lock (BSLSKEY)", "TI SLAU144, Bootloader; lnk_msp430f2xx.cmd")]),
    Family::new(
        "msp430f5",
        &[(
            0x17F2,
            14,
            "vectors and signatures of the boot loader, JTAG key",
            "TI SLAA450, BSL Reserved Memory Locations",
        )],
    ),
    Family::new(
        "msp430fr",
        &[(0xFF80, 16, "JTAG, BSL and IPE signatures", "TI SLAU367, JTAG and BSL signatures; lnk_msp430fr5969.cmd")],
    ),
    Family::new(
        "ra6m3",
        &[(0x100_A150, 0x20, "ID code and flash access window", "Renesas R01UH0886, Option-Setting Memory")],
    ),
    Family::new("ra6m4", &[(0x100_A100, 0x1CC, "option-setting memory", "Renesas R01UH0890, Option-Setting Memory")]),
    Family::new("stm32c0", &[(0x1FFF_7800, 128, OPTIONS, "ST RM0490, Flash memory organization")]),
    Family::new("stm32f0", &[(0x1FFF_F800, 16, OPTIONS, "ST RM0091, Option bytes")]),
    Family::new("stm32f1", &[(0x1FFF_F800, 16, OPTIONS, "ST PM0075, Option byte description")]),
    Family::new("stm32f2", &[(0x1FFF_C000, 16, OPTIONS, "ST AN2606; RM0033, Option bytes")]),
    Family::new("stm32f3", &[(0x1FFF_F800, 16, OPTIONS, "ST RM0316, Option byte description")]),
    Family::new(
        "stm32f4",
        &[
            (0x1FFF_C000, 16, OPTIONS, "ST RM0090, Option bytes"),
            (0x1FFE_C000, 16, OPTIONS_2, "ST RM0090, Option bytes"),
        ],
    ),
    Family::new("stm32f7", &[(0x1FFF_0000, 32, OPTIONS, "ST AN2606; RM0385, Option bytes")]),
    Family::new("stm32g0", &[(0x1FFF_7800, 128, OPTIONS, "ST RM0444, Flash memory organization")]),
    Family::new(
        "stm32g4",
        &[
            (0x1FFF_7800, 48, OPTIONS, "ST AN2606; RM0440, Flash memory organization"),
            (0x1FFF_F800, 48, OPTIONS_2, "ST RM0440, Flash memory organization"),
        ],
    ),
    // OPTSR_CUR to HDP2R_PRG.
    Family::new("stm32h5", &[(0x4002_2050, 0x1B0, BY_REGISTERS, "ST stm32h563xx.h, FLASH_TypeDef")]),
    // OPTSR_CUR, OPTSR_PRG and those behind.
    Family::new(
        "stm32h7",
        &[(0x5200_201C, 0x80, BY_REGISTERS, "ST RM0433, FLASH registers; DFU interface of ST's bootloader")],
    ),
    Family::new("stm32l0", &[(0x1FF8_0000, 32, OPTIONS, "ST RM0367, NVM organization")]),
    // 32 bytes on categories 1 and 2, 160 on the others.
    Family::new("stm32l1", &[(0x1FF8_0000, 160, OPTIONS, "ST AN2606; RM0038, Option bytes")]),
    Family::new(
        "stm32l4",
        &[
            (0x1FFF_7800, 40, OPTIONS, "ST RM0351, Option bytes"),
            (0x1FFF_F800, 40, OPTIONS_2, "ST AN2606; RM0351, Option bytes"),
            // L4P, L4Q, L4R, L4S.
            (0x1FF0_0000, 40, OPTIONS, "ST RM0432, Option bytes; stlink, L4Rx.chip"),
            (0x1FF0_1000, 40, OPTIONS_2, "ST RM0432, Option bytes; DFU interface of ST's bootloader"),
        ],
    ),
    // OPTR to WRP2BR; of the U5 the keys behind too.
    Family::new("stm32l5", &[(0x4002_2040, 0x30, BY_REGISTERS, "ST RM0438, FLASH registers; OpenOCD, stm32l4x.c")]),
    Family::new(
        "stm32u5",
        &[(0x4002_2040, 0x40, BY_REGISTERS, "ST RM0456, FLASH registers; DFU interface of ST's bootloader")],
    ),
    Family::new(
        "stm32wb",
        &[(0x1FFF_8000, 128, OPTIONS, "ST RM0434, Flash memory organization; stlink, WBx0_WBx5.chip")],
    ),
    Family::new(
        "stm32wl",
        &[
            (0x1FFF_7800, 128, OPTIONS, "ST RM0453, Option bytes"),
            (0x1FFF_7FF8, 8, "word that makes the option bytes valid", "ST RM0453, Option bytes"),
        ],
    ),
    Family::new("nrf52", &[(0x1000_1208, 4, "access port protection (UICR.APPROTECT)", "Nordic nRF52832 PS, UICR")]),
    Family::new(
        "nrf53",
        &[
            (0xFF_8000, 4, "access port protection (UICR.APPROTECT)", "Nordic nRF5340 PS, UICR"),
            (0xFF_801C, 8, "UICR.SECUREAPPROTECT and ERASEPROTECT", "Nordic nRF5340 PS, UICR"),
            (0x1FF_8000, 8, "UICR.APPROTECT and ERASEPROTECT of the network core", "Nordic nRF5340 PS, UICR"),
        ],
    ),
    Family::new(
        "nrf54l",
        &[(
            0xFF_D000,
            0x84,
            "UICR.APPROTECT to ERASEPROTECT, and BOOTCONF",
            "Nordic nRF54L15 datasheet, UICR; nrfx, nrf54l15_application.svd",
        )],
    ),
    Family::new(
        "nrf91",
        &[
            (0xFF_8000, 4, "access port protection (UICR.APPROTECT)", "Nordic nRF9160 PS, UICR"),
            (0xFF_802C, 8, "UICR.SECUREAPPROTECT and ERASEPROTECT", "Nordic nRF9160 PS, UICR"),
        ],
    ),
    // Rows of two bytes from 0x40130000 on, as the ECC window has them, and of four from 0x40134000 on, as they are.
    Family::new(
        "rp2350",
        &[
            (0x4013_0070, 0x2C, "OTP rows CRIT0 to BOOT_FLAGS1", RP2350),
            (0x4013_0100, 0x80, "OTP rows BOOTKEY0 to BOOTKEY3", RP2350),
            (0x4013_1E90, 0x170, "OTP access keys and page locks", RP2350),
            (0x4013_40E0, 0x58, "OTP rows CRIT0 to BOOT_FLAGS1", RP2350),
            (0x4013_4200, 0x100, "OTP rows BOOTKEY0 to BOOTKEY3", RP2350),
            (0x4013_7D20, 0x2E0, "OTP access keys and page locks", RP2350),
        ],
    ),
    Family::new("cc13x0", &[(0x1_FFA8, 88, "customer configuration (CCFG)", "TI SWCU117, Customer Configuration")]),
    Family::new("cc13x2", &[(0x5_7FA8, 88, "customer configuration (CCFG)", "TI SWCU185, Customer Configuration")]),
];

const RP2350: &str = "Raspberry Pi RP2350 datasheet, OTP; pico-sdk, hardware/regs/otp_data.h";
