//! Speed as ratios: each group holds a peer and a yardstick beside our own way, measured in one run,
//! and asserts its answer before it is timed.
//!
//! | group | ours | peer | yardstick |
//! |---|---|---|---|
//! | `hex-parse` | parse, check all sums, index; diagnostics of a plain file | `ihex` reading all records | memcpy of the text, memchr line by line |
//! | `hex-write` | memory to text | `ihex` writing records that are ready | memcpy of the text |
//! | `hex-awkward` | 65,536 records in orders that are hard on readers: to index, to memory | the same records in order | – |
//! | `srec-parse` | parse, check all sums, index | `srec` reading all records | our HEX of the same memory, memcpy of the text |
//! | `ti-txt-parse` | parse, index | `bin_file` reading lines that are ready | memcpy of the text |
//! | `stamp` | one unit in HEX text, whole or in a buffer used again | `ihex` parse, edit, rewrite | memcpy of the text |
//! | `crc-repair` | a unit's CRC-32 from the change | `crc`, `crc32fast` over the image | – |
//! | `repair-by-size` | a stamp with a CRC-32, images of 512 bytes to 16 MiB | – | – |
//! | `nested` | three checksums over each other, 22 bytes of identity | all three computed anew | – |
//! | `elf` | a symbol found, a unit stamped, in files of 1 and 20 MiB | – | memcpy of the file |
//! | `elf-batch` | units written as files | `objcopy --update-section` | – |
//! | `uf2` | a file read with all its blocks checked, its memory taken out, a unit stamped | `uf2-decode`, which checks two magic numbers | memcpy of the file |
//! | `nvs` | 4,000 NVS partitions, of texts as long as their fields and of 20 lengths | Espressif's generator, 10 partitions | – |
//! | `sqtp-write` | a million lines from a counter, from a serial scheme, from one with a check character | `ihex` records, `write!` | memcpy of the output |
//! | `serials` | a million serials with a check character | `format!` | – |
//! | `euis` | a million EUI-48 as text | `format!` | – |
//! | `sqtp-read` | the same lines, in order and shuffled, checked, duplicates looked for | `ihex` reading all records | memcpy of the text |

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::semicolon_if_nothing_returned,
    unused_results,
    reason = "a bench may stop on a wrong answer"
)]

mod elf;
mod hex;
mod ids;
#[cfg(feature = "nvs")]
mod nvs;
mod repair;
mod sqtp;
mod texts;
#[cfg(feature = "uf2")]
mod uf2;
mod unit;

use std::fmt::Write;

use criterion::{criterion_group, criterion_main};

/// Without the feature nothing is measured.
#[cfg(not(feature = "uf2"))]
mod uf2 {
    pub(crate) fn uf2(_: &mut criterion::Criterion) {}
}

/// The same.
#[cfg(not(feature = "nvs"))]
mod nvs {
    pub(crate) fn nvs(_: &mut criterion::Criterion) {}
}

const BASE: u32 = 0x0800_0000;
const MIB: usize = 1 << 20;

/// Bytes without a pattern, the last page erased, and a right CRC-32 of all before it in the last word.
fn firmware(len: usize) -> Vec<u8> {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 56) as u8
    };
    let mut image: Vec<u8> = (0..len).map(|_| next()).collect();
    image[len - 256..].fill(0xFF);
    let crc = crc::Crc::<u32>::new(&crc::CRC_32_ISO_HDLC).checksum(&image[..len - 4]);
    image[len - 4..].copy_from_slice(&crc.to_le_bytes());
    image
}

fn record(kind: u8, address: u16, data: &[u8], out: &mut String) {
    let [high, low] = address.to_be_bytes();
    let mut bytes = vec![data.len() as u8, high, low, kind];
    bytes.extend_from_slice(data);
    bytes.push(bytes.iter().fold(0, |sum: u8, byte| sum.wrapping_sub(*byte)));
    out.push(':');
    for byte in bytes {
        write!(out, "{byte:02X}").unwrap();
    }
    out.push_str("\r\n");
}

/// HEX text with records of `lens` in turn.
fn hex_text(image: &[u8], lens: &[usize]) -> String {
    let mut text = String::new();
    let (mut at, mut lens) = (0, lens.iter().cycle());
    while at < image.len() {
        let address = BASE + at as u32;
        if at % 0x1_0000 == 0 {
            record(4, 0, &((address >> 16) as u16).to_be_bytes(), &mut text);
        }
        let len = (*lens.next().unwrap()).min(image.len() - at).min(0x1_0000 - at % 0x1_0000);
        record(0, address as u16, &image[at..at + len], &mut text);
        at += len;
    }
    text.push_str(":00000001FF\r\n");
    text
}

criterion_group!(
    benches,
    hex::parse,
    hex::write,
    hex::awkward,
    texts::parse,
    unit::stamp,
    repair::crc_repair,
    repair::sizes,
    repair::nested,
    sqtp::write,
    sqtp::read,
    ids::serials,
    ids::euis,
    elf::elf,
    elf::batch,
    uf2::uf2,
    nvs::nvs
);
criterion_main!(benches);
