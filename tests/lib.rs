//! The library, stage by stage.
//!
//! | file | what it proves |
//! |---|---|
//! | `layers` | imports point down, files stay short |
//! | `arbitrary` | what a fuzzer makes of bytes: sensible, of every kind, CRCs beside a bitwise twin |
//! | `beside` | checksums over other images of the unit, beside a twin that computes everything anew |
//! | `bounds` | files made to hurt: at most four times their length in memory; what `.ci/growth.sh` counts |
//! | `check_characters` | check characters: published vectors, what they find, twins, python-stdnum |
//! | `checks` | CRCs, of the catalogue and not: check value, residue, bitwise twin, value from a change |
//! | `checks_at` | checksums by symbols, sections and markers: the same bytes as by addresses |
//! | `deviations` | 200,000 mutated HEX files beside the crate `ihex` and a slow reader: no difference without a name |
//! | `elf` | ELF files made byte by byte: symbols, sections, load addresses, refusals, damage |
//! | `elf_memory` | what of an ELF file is memory: words of 16 bits, padding, files without segments, overlaps, other addresses |
//! | `elf_ranges` | where ranges of ELF files touch, and where one has no bytes |
//! | `elf_facts` | symbols and sections of many ELF files are where `readelf` and `objdump` say |
//! | `encoding_names` | names both ways, encodings that make no sense |
//! | `encodings_back` | decode ∘ encode, encode ∘ decode; all wrappers around each other beside a slow twin |
//! | `encodings` | bytes of published vectors; every refusal, of values and of bytes |
//! | `encodings_written` | numbers and bytes as characters, values with their length or their own CRC: vectors, twins, Python |
//! | `errors` | messages word for word, where no other stage asserts them |
//! | `euis` | EUI-48 and EUI-64 blocks: vectors, refusals, forms, netaddr |
//! | `hashed` | hashed UIDs: published digests, the birthday table, fleets too large for the bits |
//! | `hex_cases` | files that readers disagree about (`cases`): memory or message, strict and lenient |
//! | `feeds` | other programmers' lists: published files, limits, what is read back |
//! | `esp_values` | Espressif's values CSV |
//! | `lists` | those that are only written, and those of values |
//! | `field` | mistakes seen on production lines, each with the test that shows it is not made here |
//! | `golden` | stamped bytes stay what they were, in every version and on every target |
//! | `images` | HEX reading against a slow reader; each refusal with line and column |
//! | `labels` | GS1 element strings, ISO/IEC 15434 envelopes |
//! | `lenient` | what lenient reading tolerates is told; copies are stamped in all places; limits |
//! | `lorawan` | EUIs and keys in firmware's orders, labels of TR005; IDs of other chips |
//! | `markers` | markers, words that lock a part, write units, images compared with each other |
//! | `names` | names of algorithms: aliases in any spelling, names of several and of none |
//! | `nvs` | NVS partitions made entry by entry: read and refused beside a slow reader; written and read back |
//! | `nvs_device` | NVS partitions that are stamped: what a device reads and writes, as the crate `esp-nvs` has it |
//! | `nvs_made` | NVS partitions made of fields: texts shorter than their fields, in any container, undone and read back |
//! | `nvs_oracle` | NVS partitions of Espressif's generator are ours to the byte |
//! | `nvs_written` | NVS partitions from nothing beside a slow writer; all that is told of pages and entries |
//! | `nvs_stamped` | fields at keys of NVS partitions: their CRCs, undo, and what a device has moved |
//! | `objcopy` | ELF files of linkers, of byte by byte, and of any folder: the memory that objcopy makes of them |
//! | `oracle` | (not a stage) tools of other people |
//! | `plans` | what a layout is refused for; guards; reading back; secrets |
//! | `presets` | images of vendors' tools are right as they are and stamped; sealed ones are refused |
//! | `ranges` | numbers against lists of them: splits, steps, collisions, run sheets that were wrong |
//! | `random` | everything mixed at random: each unit is what a slow twin makes of it, in every format |
//! | `records` | single HEX records beside the crate `ihex`; any mixture of line ends and letter case |
//! | `repairs` | checksums in every way they can be described, at random, against a twin; wrong ones explained |
//! | `secrets` | keys, and what they could be guessed from, are in nothing that is shown |
//! | `serials` | serial schemes: every token, refusals, parse ∘ format, a slow twin |
//! | `sparse` | sparse memory against a map: merged, cropped, filled, written, gaps filled, deltas |
//! | `sqtp` | published SQTP files both ways, errata, marks, patches; many lines beside one at a time |
//! | `sqtp_bulk` | SQTP files of many lines: the fast ways of writing and reading beside the slow ones |
//! | `srec` | S-records beside a slow twin: read, stamped, added to, written |
//! | `srec_cases` | S-record files that readers disagree about: bytes or message, strict and lenient |
//! | `srecord` | random images, ranges and patches: `srec_cat` stores the same |
//! | `stm32` | UIDs of real parts: recognised in every order, packed; forms that are not unique |
//! | `stored` | checksums in `RETLW` words, digits and digests in any form: what is stored, what is refused |
//! | `sums` | sums, Fletcher's checks, hashes, forced words: published values, definitions, changes |
//! | `text_oracles` | `srec_cat`, `objcopy`, bincopy and hexrec read stamped S-records and TI-TXT |
//! | `ti_txt` | TI-TXT files that readers disagree about; read, stamped, added to, written beside a slow twin |
//! | `traps` | 25 ways in which checksums of firmware go wrong |
//! | `uf2` | UF2 files made block by block: read, refused, stamped and written beside a slow reader |
//! | `uf2_blocks` | what single blocks of UF2 files are |
//! | `uf2_oracle` | UF2 files of `uf2conv.py` and esptool, stamped, read and made again by them |
//! | `units` | a stamped file against a slow twin: only the digits that must change do |
//! | `uuids` | UUIDs of RFC 9562, and 10,000 beside Python's; orders in memory, texts |
//! | `vectors` | 200 results of SRecord and IAR ielftool |
//!
//! The twins here are slow and obvious: memory is a map from address to byte, a CRC goes bit by bit.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::format_collect,
    clippy::too_many_lines,
    unused_results,
    reason = "a test may stop where it stands"
)]

/// Does not compile when the type has the trait: then it is not clear which of the two is meant.
macro_rules! has_not {
    ($type:ty: $($trait:tt)+) => {
        const _: fn() = || {
            trait Either<A> {
                fn is() {}
            }
            struct Has;
            impl<T: ?Sized> Either<()> for T {}
            impl<T: ?Sized + $($trait)+> Either<Has> for T {}
            let _ = <$type as Either<_>>::is;
        };
    };
}

#[cfg(feature = "arbitrary")]
mod arbitrary;
mod beside;
mod bounds;
mod cases;
mod check_characters;
mod checks;
mod checks_at;
mod deviations;
mod elf;
mod elf_facts;
mod elf_file;
mod elf_memory;
mod elf_ranges;
mod encoding_names;
mod encodings;
mod encodings_back;
mod encodings_written;
#[cfg(feature = "uf2")]
mod erased;
mod errors;
#[cfg(feature = "nvs")]
mod esp_values;
mod euis;
mod feeds;
mod field;
mod golden;
#[cfg(feature = "sha256")]
mod hashed;
mod hex_cases;
mod images;
mod labels;
mod layers;
mod lenient;
mod lists;
mod lorawan;
mod markers;
mod moved;
mod names;
#[cfg(feature = "nvs")]
mod nvs;
#[cfg(feature = "nvs")]
mod nvs_device;
#[cfg(feature = "nvs")]
mod nvs_made;
#[cfg(feature = "nvs")]
mod nvs_oracle;
#[cfg(feature = "nvs")]
mod nvs_stamped;
#[cfg(feature = "nvs")]
mod nvs_written;
mod objcopy;
mod oracle;
mod plans;
mod presets;
mod random;
mod ranges;
mod records;
mod repairs;
mod secrets;
mod serials;
mod sparse;
mod sqtp;
mod sqtp_bulk;
#[cfg(feature = "srec")]
mod srec;
#[cfg(feature = "srec")]
mod srec_cases;
mod srecord;
mod stm32;
mod stored;
mod sums;
#[cfg(all(feature = "srec", feature = "ti-txt"))]
mod text_oracles;
#[cfg(feature = "ti-txt")]
mod ti_txt;
mod traps;
#[cfg(feature = "uf2")]
mod uf2;
#[cfg(feature = "uf2")]
mod uf2_blocks;
#[cfg(feature = "uf2")]
mod uf2_oracle;
mod units;
#[cfg(feature = "uuid")]
mod uuids;
mod vectors;

#[cfg(feature = "nvs")]
#[path = "../fuzz/src/nvs_twin.rs"]
#[allow(unreachable_pub, reason = "it is a module of the fuzz targets")]
mod nvs_twin;
#[path = "../fuzz/src/reference.rs"]
#[allow(unreachable_pub, reason = "it is a module of the fuzz targets")]
mod reference;
#[cfg(feature = "uf2")]
#[path = "../fuzz/src/uf2_twin.rs"]
#[allow(unreachable_pub, reason = "it is a module of the fuzz targets")]
mod uf2_twin;

#[cfg(feature = "srec")]
#[path = "../fuzz/src/srec_reference.rs"]
#[allow(unreachable_pub, reason = "it is a module of the fuzz targets")]
mod srec_reference;

#[cfg(feature = "ti-txt")]
#[path = "../fuzz/src/ti_txt_reference.rs"]
#[allow(unreachable_pub, reason = "it is a module of the fuzz targets")]
mod ti_txt_reference;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::io::Write as _;
use std::process::{Command, Stdio};

/// Memory as the twins see it.
type Memory = BTreeMap<u64, u8>;

/// How a HEX file is written.
#[derive(Clone, Copy, Debug)]
struct Style {
    lens: &'static [usize],
    eol: &'static str,
    lower: bool,
    backwards: bool,
}

/// One record as text, without line end.
fn record(kind: u8, address: u16, data: &[u8]) -> String {
    let mut bytes = vec![data.len() as u8, (address >> 8) as u8, address as u8, kind];
    bytes.extend(data);
    bytes.push(bytes.iter().fold(0, |sum: u8, byte| sum.wrapping_sub(*byte)));
    bytes.iter().fold(":".to_owned(), |mut text, byte| {
        write!(text, "{byte:02X}").unwrap();
        text
    })
}

/// A HEX file that holds `memory`: a type 04 record before each change of the upper half.
fn hex_text(memory: &Memory, style: Style) -> String {
    let mut records: Vec<(u64, Vec<u8>)> = Vec::new();
    let mut lens = style.lens.iter().cycle();
    let mut room = 0;
    for (&address, &byte) in memory {
        match records.last_mut() {
            Some((start, data))
                if *start + data.len() as u64 == address && data.len() < room && address % 0x1_0000 != 0 =>
            {
                data.push(byte);
            }
            _ => {
                room = *lens.next().unwrap();
                records.push((address, vec![byte]));
            }
        }
    }
    if style.backwards {
        records.reverse();
    }
    let mut lines = Vec::new();
    let mut upper = 0;
    for (address, data) in records {
        if address >> 16 != upper {
            upper = address >> 16;
            lines.push(record(4, 0, &(upper as u16).to_be_bytes()));
        }
        lines.push(record(0, address as u16, &data));
    }
    lines.push(record(1, 0, &[]));
    let text: String = lines.iter().map(|line| format!("{line}{}", style.eol)).collect();
    if style.lower { text.to_lowercase() } else { text }
}

/// The memory of a HEX file, read line by line, digit by digit, nothing checked but the sums.
fn memory(text: &[u8]) -> Memory {
    let text = std::str::from_utf8(text).unwrap();
    let mut memory = Memory::new();
    let mut base = 0;
    for line in text.split(['\r', '\n']).filter(|line| line.starts_with(':')) {
        let bytes: Vec<u8> =
            (1..line.len()).step_by(2).map(|at| u8::from_str_radix(&line[at..at + 2], 16).unwrap()).collect();
        assert_eq!(bytes.iter().fold(0, |sum: u8, byte| sum.wrapping_add(*byte)), 0, "{line}");
        let data = &bytes[4..bytes.len() - 1];
        match bytes[3] {
            0 => {
                for (n, byte) in data.iter().enumerate() {
                    let address = base + u64::from(u16::from_be_bytes([bytes[1], bytes[2]])) + n as u64;
                    assert_eq!(memory.insert(address, *byte), None);
                }
            }
            2 => base = u64::from(u16::from_be_bytes([data[0], data[1]])) << 4,
            4 => base = u64::from(u16::from_be_bytes([data[0], data[1]])) << 16,
            _ => {}
        }
    }
    memory
}

/// Bytes without a pattern.
fn noise(seed: u64, len: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 56) as u8
    };
    (0..len).map(|_| next()).collect()
}

/// CRC-32/ISO-HDLC, bit by bit.
fn crc32(bytes: impl IntoIterator<Item = u8>) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 };
        }
    }
    !crc
}

/// What a Python script with the package `oracle` prints that is given `input`.
fn python(oracle: &str, script: &str, input: &str) -> String {
    let mut command = Command::new(oracle::tool("NAMEPLATE_PYTHON", oracle));
    let mut child = command.args(["-c", script]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_owned();
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()).unwrap());
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    assert!(output.status.success(), "{:?}", output.status);
    String::from_utf8(output.stdout).unwrap().replace("\r\n", "\n")
}
