//! Checksums of well-known image formats, found in the image or made from an address. Nothing is
//! guessed: what is asked for must be there, or it is an error.
//!
//! ```
//! use nameplate::{Field, Layout, At, Encoding, image::Raw, repair::preset};
//!
//! // The vector table of an LPC: word 7 makes the first eight words add up to zero.
//! let mut firmware = [0xFF; 64];
//! firmware[0x1C..0x20].copy_from_slice(&7_u32.to_le_bytes());
//! let layout = Layout::new()
//!     .field(Field::new("serial", At::address(0x30), Encoding::u32_le()))
//!     .repair(preset::lpc_vector("vectors", 0));
//! assert!(layout.compile(&Raw::new(&firmware, 0)?).is_ok());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | preset | what is repaired | source |
//! |---|---|---|
//! | [`stm32_crc`] | a CRC as the CRC unit of an STM32 computes it in its default setting | RM0008, section 4 |
//! | [`lpc_vector`] | the checksum in the vector table of NXP LPC microcontrollers with a Cortex-M | UM10360, section 32.3.1.1 |
//! | [`esp8266_image`] | XOR of an application for the ESP8266, and the CRC of version 2 | esptool 5.6 |
//! | [`esp32_image`] | XOR and SHA-256 of an application for the ESP32 family | esptool 5.6 |
//! | [`mcuboot_unsigned`] | the SHA-256 of an image for `MCUboot` that is not signed | `MCUboot`, design, image format; imgtool 2.5 |
//! | [`nrf52_settings`] | the CRCs in the settings page of Nordic's bootloader, and in its backup | nrfutil 6.1, `bl_dfu_sett.py` |
//! | [`uimage`] | both CRCs of a legacy U-Boot image | U-Boot, `include/image.h` |
//! | [`uboot_env`] | the CRC of a U-Boot environment | U-Boot, `include/env_internal.h` |
//! | [`dfu_suffix`] | the CRC at the end of a USB DFU file | USB DFU 1.1, appendix B |
//! | [`nvs_item`] | both CRCs of a value in an NVS partition of the ESP32 family | `esp-idf-nvs-partition-gen` 0.3.0 |
//! | [`srecord`] | what a filter of `srec_cat` stores, as it stands in its command | SRecord 1.64, `srec_input(1)` |
//!
//! Where a checksum lies and how far it reaches is read in the image: magic numbers, lengths, flags, tables of segments.
//! A field over those bytes is refused, and so is a unit read back with others there than the template's.
//!
//! Images that are signed, encrypted or compressed are refused, as a repaired checksum would not make
//! them start: stamp them first and sign them then, or keep the identity outside of what is signed.
//! Not promised: that a device accepts what is stamped for reasons other than these checksums.

mod formats;
#[cfg(feature = "nvs")]
mod nvs;
mod srecord;

pub use self::formats::{PresetError, dfu_suffix, esp8266_image, lpc_vector, stm32_crc, uboot_env, uimage};
#[cfg(feature = "sha256")]
pub use self::formats::{esp32_image, mcuboot_unsigned, nrf52_settings, nrf52_settings_of};
#[cfg(feature = "nvs")]
pub use self::nvs::nvs_item;
pub use self::srecord::{FilterError, srecord};
