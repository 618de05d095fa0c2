//! Twenty-five ways in which checksums of firmware go wrong, each shown by the test of its name.

use nameplate::check::{
    Algorithm, CRC_8_SMBUS, CRC_12_UMTS, CRC_32_ISO_HDLC, CRC_32_MPEG_2, CRC_82_DARC, Crc, Parameters,
};
use nameplate::image::{Erased, Hex, Raw};
use nameplate::repair::{FeedOrder, Gaps, Own, Step, Store, Tail, Template};
use nameplate::{ByteOrder, Layout, Repair};

use crate::repairs::{all_right, field, named, stamped};
use crate::vectors::l1024;
use crate::{crc32, memory, noise};

const NINE: &[u8] = b"123456789";

fn compute(algorithm: impl Into<Algorithm>, bytes: &[u8]) -> u128 {
    algorithm.into().compute(|take| take(bytes)).number().unwrap()
}

/// The word behind `data`, as an integer of `len` bytes in that order.
#[track_caller]
fn word(data: &[u8], algorithm: Algorithm, edit: impl Fn(Repair) -> Repair, len: usize, order: ByteOrder) -> u128 {
    let end = data.len() as u64;
    let image = [data, &vec![0xFF; len]].concat();
    let repair = Repair::new("c", algorithm, 0..end).stored_at(end).uint(len, order).template(Template::Blank);
    let unit = stamped(&Raw::new(&image, 0).unwrap(), &Layout::new().repair(edit(repair)), &[]);
    let number = |n: u128, byte: &u8| n << 8 | u128::from(*byte);
    let word = &unit[data.len()..];
    if order == ByteOrder::Big { word.iter().fold(0, number) } else { word.iter().rev().fold(0, number) }
}

#[track_caller]
fn refused(bytes: &[u8], base: u64, repair: Repair, expected: &str) {
    let error = Layout::new().repair(repair).compile(&Raw::new(bytes, base).unwrap()).unwrap_err();
    assert_eq!(error.to_string(), format!("checksum `c`: {expected}"));
}

#[test]
fn t01_the_default_crc16_of_srecord_is_not_what_most_call_ccitt_false() {
    assert_eq!(compute(named("CRC-16/SPI-FUJITSU"), NINE), 0xE5CC, "srec_cat -crc16-b-e");
    assert_eq!(compute(named("CRC-16/IBM-3740"), NINE), 0x29B1, "srec_cat -crc16-b-e -broken");
}

#[test]
fn t02_the_tail_of_an_stm32_crc_is_not_dropped_silently() {
    let image = [NINE, &[0xFF; 7]].concat();
    let crc = |tail| {
        let repair = Repair::crc("c", CRC_32_MPEG_2, 0..9).stored_at(12).u32_le().template(Template::Blank);
        repair.fed(FeedOrder::Swap32).tail(tail)
    };
    let ragged = "0x00000000..0x00000009 does not begin and end at a multiple of 4, the bytes in a word";
    refused(&image, 0, crc(Tail::Error), ragged);
    let dropped = stamped(&Raw::new(&image, 0).unwrap(), &Layout::new().repair(crc(Tail::Drop(4))), &[]);
    assert_eq!(dropped[12..], [0xF9, 0x54, 0xFC, 0xFE], "srec_cat -stm32-l-e");
    let filled = stamped(&Raw::new(&image, 0).unwrap(), &Layout::new().repair(crc(Tail::Zeros(4))), &[]);
    let expected = compute(CRC_32_MPEG_2, b"43218765\0\0\x009") as u32;
    assert_eq!(filled[12..], expected.to_le_bytes());
}

#[test]
fn t03_two_reversals_in_ielftool_cancel() {
    // crc32:rLi,0xFFFFFFFF over 1024 bytes gives what crc32:i,0xFFFFFFFF does, and :Li something else.
    assert_eq!(word(&l1024(), CRC_32_MPEG_2.into(), |repair| repair, 4, ByteOrder::Little), 0x6FA0_CF34);
    let swapped = |repair: Repair| repair.fed(FeedOrder::Swap32);
    assert_eq!(word(&l1024(), CRC_32_MPEG_2.into(), swapped, 4, ByteOrder::Little), 0x6AAE_3BEC);
}

#[test]
fn t04_a_word_of_a_sum_lies_where_memory_has_it() {
    let bytes = noise(1, 32);
    let sum = |over| Repair::new("c", named("sum16le"), over).stored_at(0x1018).u16_le().template(Template::Unknown);
    let odd = "0x00001001..0x00001011 does not begin and end at a multiple of 2, the bytes in a word";
    refused(&bytes, 0x1000, sum(0x1001..0x1011), odd);
    // A base address that is odd moves the words too.
    let odd = "0x00001001..0x00001002 does not begin and end at a multiple of 2, the bytes in a word";
    refused(&bytes, 0x1001, sum(0x1001..0x1002), odd);
}

#[test]
fn t05_fletcher_has_two_zeros_two_orders_and_two_units() {
    let [canonical, srecord] = ["fletcher16", "srecord-fletcher16"].map(named);
    assert_eq!((compute(canonical, NINE), compute(srecord, NINE)), (0x1EDE, 0xDE1E));
    assert_eq!((compute(canonical, &[0; 4]), compute(srecord, &[0; 4])), (0, 0xFFFF));
    let [canonical, srecord] = ["fletcher32le", "srecord-fletcher32"].map(named);
    assert_eq!((compute(canonical, &l1024()), compute(srecord, &l1024())), (0x3CFA_B1C3, 0xDEDC_FE76));
}

#[test]
fn t06_a_seed_in_front_of_the_data_is_no_initial_value() {
    let xmodem = named("CRC-16/XMODEM");
    assert_eq!(compute(xmodem, &[b"\xFF\xFF", NINE].concat()), compute(named("CRC-16/SPI-FUJITSU"), NINE));
    assert_ne!(compute(xmodem, &[b"\xFF\xFF", NINE].concat()), compute(named("CRC-16/IBM-3740"), NINE));
}

/// The MBI of an LPC55: its CRC at 0x28 is left out of what it covers.
#[test]
fn t07_own_bytes_skipped_are_not_own_bytes_zeroed() {
    let mut image = l1024();
    let header = [0x0004_0000, 0x0540_0000, 0xFFFF_FFFF_u32, 0xA43B_2F14, 0x6E3B_1A47, 0];
    for (at, word) in (0x20..).step_by(4).zip(header) {
        image[at..at + 4].copy_from_slice(&word.to_be_bytes());
    }
    let crc = |own| {
        let repair = Repair::crc("c", CRC_32_MPEG_2, 0..1024).stored_at(0x28).u32_le();
        Layout::new().repair(repair.own(own).template(Template::Blank))
    };
    let raw = Raw::new(&image, 0).unwrap();
    // nxpimage.
    assert_eq!(stamped(&raw, &crc(Own::Skip), &[])[0x28..0x2C], [0x2B, 0xC6, 0xCB, 0xA6]);
    let zeroed = stamped(&raw, &crc(Own::Fill(0)), &[]);
    assert_ne!(zeroed[0x28..0x2C], [0x2B, 0xC6, 0xCB, 0xA6]);
    let mut twin = image.clone();
    twin[0x28..0x2C].fill(0);
    assert_eq!(zeroed[0x28..0x2C], (compute(CRC_32_MPEG_2, &twin) as u32).to_le_bytes());
}

/// The checksum that MPLAB shows for a PIC16F1459: words of 14 bits, blank ones 3FFF, and the
/// configuration words with a mask, 7EF2 together.
#[test]
fn t08_a_blank_word_is_not_two_blank_bytes() {
    let shown = |words: &[(u64, u16)]| {
        let mut text: String =
            words.iter().map(|(at, word)| crate::record(0, *at as u16, &word.to_le_bytes()) + "\n").collect();
        text += &(crate::record(0, 0x8000, &[0xFF, 0xFF]) + "\n:00000001FF\n");
        let sum = Repair::new("c", named("sum16le"), 0..0x4000).stored_at(0x8000).u16_le().step(Step::Add(0x7EF2));
        let sum = sum.gaps(Gaps::Pattern(Erased::pattern(&[0xFF, 0x3F]).unwrap())).template(Template::Unknown);
        let hex = Hex::parse(text.as_bytes()).unwrap();
        let memory = memory(&stamped(&hex, &Layout::new().repair(sum), &[]));
        u16::from_le_bytes([memory[&0x8000], memory[&0x8001]])
    };
    assert_eq!(shown(&[]), 0x5EF2, "the vendor's number for a blank device");
    assert_eq!(shown(&[(0, 0xAA), (0x3FFE, 0xAA)]), 0xE048, "and with 00AA in the first and last word");
}

#[test]
fn t09_bytes_that_are_only_imagined_count_and_are_not_written() {
    let text = [crate::record(0, 0, &[1; 8]), crate::record(0, 16, &[2; 8]), crate::record(0, 32, &[0xFF; 4])];
    let text = text.join("\n") + "\n:00000001FF\n";
    let hex = Hex::parse(text.as_bytes()).unwrap();
    let crc = Repair::crc("c", CRC_32_ISO_HDLC, 0..24).stored_at(32).u32_le().template(Template::Blank);
    let unit = stamped(&hex, &Layout::new().repair(crc.gaps(Gaps::Fill(0xFF))), &[]);
    assert_eq!(unit.len(), text.len());
    let memory = memory(&unit);
    let stored: Vec<u8> = memory.range(32..36).map(|(_, byte)| *byte).collect();
    assert_eq!(stored, crc32([[1; 8], [0xFF; 8], [2; 8]].concat()).to_le_bytes());
    assert!(!memory.contains_key(&8));
}

/// An ESP32 image of two segments, as esptool makes it.
#[cfg(feature = "sha256")]
#[test]
fn t10_the_xor_of_an_esp32_leaves_headers_out_and_its_hash_covers_the_xor() {
    let image = esp32();
    let (sum, sha) = esp32_checks();
    let layout = Layout::new().field(field("id", 0x30, 4)).repair(sha).repair(sum);
    let raw = Raw::new(&image, 0).unwrap();
    let unit = stamped(&raw, &layout, &[("id", &image[0x30..0x34])]);
    assert_eq!(unit[0xEF], 0xFD, "esptool");
    assert_eq!((&unit[0xF0..0xF4], &unit[0x10D..0x110]), (&[0xCB, 0xCF, 0x68, 0xC7][..], &[0x70, 0x63, 0x5F][..]));
    all_right(&layout.compile(&raw).unwrap(), &unit, 0);
}

#[cfg(feature = "sha256")]
pub(crate) fn esp32() -> Vec<u8> {
    let (data, mut image) = (l1024(), vec![0xE9, 2, 0, 0, 0, 0, 8, 0x40, 0xEE]);
    image.resize(23, 0);
    image.push(1);
    for (address, payload) in [(0x3FFB_0000_u32, &data[..64]), (0x4008_0000, &data[64..192])] {
        image.extend(address.to_le_bytes());
        image.extend((payload.len() as u32).to_le_bytes());
        image.extend(payload);
    }
    image.resize(0xF0 + 32, 0);
    image
}

#[cfg(feature = "sha256")]
fn esp32_checks() -> (Repair, Repair) {
    let sum = Repair::new("xor", named("xor8"), 0x20..0x60).and_over(0x68..0xE8).stored_at(0xEF).u8();
    let sha = Repair::new("sha", named("sha256"), 0..0xF0).stored_at(0xF0).digest();
    (sum.step(Step::Xor(0xEF)).template(Template::Unknown), sha.template(Template::Unknown))
}

/// Settings of the nRF52 bootloader, as nrfutil makes them: the application's CRC in two places, a CRC
/// over each of the two parts it lies in.
#[test]
fn t11_the_crc_of_an_nrf52_application_lies_in_two_places_under_two_others() {
    let mut image = [vec![0xFF; 0x1000], l1024(), vec![0xFF; 0xC00]].concat();
    let settings = nrf52_settings();
    image.extend(&settings);
    let page = 0x2000;
    let crc = |name: &str, over: std::ops::Range<u64>, at: u64| {
        Repair::crc(name, CRC_32_ISO_HDLC, over).stored_at(at).u32_le().template(Template::Unknown)
    };
    let layout = Layout::new()
        .field(field("id", 0x1010, 8))
        .repair(crc("settings", page + 4..page + 0x5C, page))
        .repair(crc("boot", page + 0x260..page + 0x323, page + 0x25C))
        .repair(crc("app", 0x1000..0x1400, page + 0x1C).copied(Store::new(page + 0x2A2, 4, ByteOrder::Little)));
    let raw = Raw::new(&image, 0).unwrap();
    let unit = stamped(&raw, &layout, &[("id", &image[0x1010..0x1018])]);
    let word = |at: usize| unit[0x2000 + at..0x2004 + at].to_vec();
    assert_eq!((word(0x1C), word(0x2A2)), (vec![0x7F, 0x2B, 0x86, 0x66], vec![0x7F, 0x2B, 0x86, 0x66]));
    // nrfutil settings generate, versions 1: the last byte of the second range is at 0x322.
    assert_eq!((word(0), word(0x25C)), (vec![0x32, 0x7D, 0x04, 0x4D], vec![0xD7, 0x1D, 0xE7, 0x20]));
    let unit = stamped(&raw, &layout, &[("id", b"SN000001")]);
    all_right(&layout.compile(&raw).unwrap(), &unit, 0);
}

/// A page of settings, version 2, of application and bootloader version 1, validated by CRC; its own
/// CRCs are left to be filled.
pub(crate) fn nrf52_settings() -> Vec<u8> {
    let mut page = vec![0; 0x330];
    (page[4], page[8], page[12], page[0x20]) = (2, 1, 1, 1);
    page[0x18..0x1C].copy_from_slice(&0x400_u32.to_le_bytes());
    page[0x2A1] = 1;
    page
}

/// An image of `MCUboot`, as imgtool makes it.
#[cfg(feature = "sha256")]
#[test]
fn t12_protected_entries_of_mcuboot_are_hashed_and_the_others_not() {
    let mut image = vec![0x3D, 0xB8, 0xF3, 0x96, 0, 0, 0, 0, 0, 2, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 1, 2, 3];
    image.resize(0x20, 0);
    image.resize(0x200, 0xFF);
    image.extend(l1024());
    image.extend([0x07, 0x69, 0x28, 0, 0x10, 0, 0x20, 0]);
    image.extend([0xFF; 32]);
    let hash =
        |end| Repair::new("hash", named("sha256"), 0..end).stored_at(end + 8).digest().template(Template::Unknown);
    let unit = stamped(&Raw::new(&image, 0).unwrap(), &Layout::new().repair(hash(0x600)), &[]);
    assert_eq!(unit[0x608..0x60C], [0x53, 0x56, 0x1E, 0xED], "imgtool");
    // With a security counter: 12 protected bytes between the image and the other entries.
    let mut image = unit[..0x600].to_vec();
    image[0x0A] = 0x0C;
    image.extend([0x08, 0x69, 0x0C, 0, 0x50, 0, 4, 0, 5, 0, 0, 0]);
    image.extend([0x07, 0x69, 0x28, 0, 0x10, 0, 0x20, 0]);
    image.extend([0xFF; 32]);
    let unit = stamped(&Raw::new(&image, 0).unwrap(), &Layout::new().repair(hash(0x60C)), &[]);
    assert_eq!((&unit[0x614..0x618], &unit[0x631..0x634]), (&[0xD6, 0x59, 0x1B, 0x02][..], &[0xA6, 0x67, 0x50][..]));
}

/// The HEX of a `PSoC`: sums over the flash, at addresses that are no memory; the second with the
/// silicon ID added.
#[test]
fn t13_metadata_of_a_psoc_is_not_covered() {
    let mut text = crate::record(0, 0, &noise(3, 128)) + "\n";
    text += &(crate::record(4, 0, &[0x90, 0x30]) + "\n" + &crate::record(0, 0, &[0, 0]) + "\n");
    text += &(crate::record(4, 0, &[0x90, 0x50])
        + "\n"
        + &crate::record(0, 0, &[0, 1, 0x0E, 0x34, 0x11, 0x9E, 0, 0, 0, 0, 0, 0]));
    text += "\n:00000001FF\n";
    let hex = Hex::parse(text.as_bytes()).unwrap();
    let flash = 0..128;
    let sum = Repair::new("sum", named("sum8/16"), flash.clone()).stored_at(0x9030_0000).u16_be();
    let internal = Repair::new("internal", named("sum8/32"), flash).stored_at(0x9050_0008).u32_be();
    let internal = internal.step(Step::Add(0x0E34_119E)).template(Template::Unknown);
    let layout = Layout::new().field(field("id", 5, 3)).repair(sum.template(Template::Unknown)).repair(internal);
    let memory = memory(&stamped(&hex, &layout, &[("id", &[9, 8, 7])]));
    let total: u32 = memory.range(0..128).map(|(_, byte)| u32::from(*byte)).sum();
    let bytes = |from: u64, len: u64| memory.range(from..from + len).map(|(_, byte)| *byte).collect::<Vec<_>>();
    assert_eq!(bytes(0x9030_0000, 2), (total as u16).to_be_bytes());
    assert_eq!(bytes(0x9050_0008, 4), (total + 0x0E34_119E).to_be_bytes());
}

/// A boot mode header of an AURIX: its words most significant byte first, the CRC and its complement.
#[test]
fn t14_an_aurix_header_has_the_complement_beside_the_crc() {
    let words = [0x8000_0024_u32, 0xB359_0360, 0xA000_0000, 0xA000_000F, 0x03CF_36C8, 0xFC30_C937, 0, 0];
    let image: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    let head = Repair::crc("head", CRC_32_ISO_HDLC, 0..24).stored_at(24).u32_le().fed(FeedOrder::Swap32);
    let head = head.copied(Store::new(28, 4, ByteOrder::Little).inverted()).template(Template::Unknown);
    let unit = stamped(&Raw::new(&image, 0).unwrap(), &Layout::new().repair(head), &[]);
    assert_eq!(unit[24..28], 0x550E_EF9E_u32.to_le_bytes(), "from a device");
    assert_eq!(unit[28..32], 0xAAF1_1061_u32.to_le_bytes());
}

#[test]
fn t15_a_serial_across_two_blocks_repairs_the_checks_of_both() {
    let image = noise(4, 0x210);
    let crc = |name: &str, over, at| {
        Repair::crc(name, CRC_32_ISO_HDLC, over).stored_at(at).u32_le().template(Template::Unknown)
    };
    let layout = Layout::new().field(field("id", 0xF8, 16)).repair(crc("low", 0..0x100, 0x200)).repair(crc(
        "high",
        0x100..0x200,
        0x204,
    ));
    let unit = stamped(&Raw::new(&image, 0).unwrap(), &layout, &[("id", b"0123456789ABCDEF")]);
    assert_eq!(unit[0xF8..0x108], *b"0123456789ABCDEF");
    assert_eq!(unit[0x200..0x204], crc32(unit[..0x100].to_vec()).to_le_bytes());
    assert_eq!(unit[0x204..0x208], crc32(unit[0x100..0x200].to_vec()).to_le_bytes());
}

#[test]
fn t16_an_identity_may_lie_across_words_ranges_and_gaps() {
    let text =
        [crate::record(0, 0, &noise(5, 16)), crate::record(0, 24, &noise(6, 16)), crate::record(0, 48, &[0xFF; 4])];
    let text = text.join("\n") + "\n:00000001FF\n";
    let hex = Hex::parse(text.as_bytes()).unwrap();
    for (at, len) in [(0, 16), (1, 15), (3, 2), (2, 7), (13, 3), (24, 5), (27, 13)] {
        for (over, gaps) in [
            ([0..16, 24..40], Gaps::Error),
            ([24..40, 0..16], Gaps::Error),
            ([0..8, 8..40], Gaps::Skip),
            ([0..32, 32..40], Gaps::Fill(0x3C)),
        ] {
            let crc = Repair::crc("c", CRC_32_MPEG_2, over[0].clone()).and_over(over[1].clone()).stored_at(48).u32_le();
            let crc = crc.fed(FeedOrder::Swap32).gaps(gaps).template(Template::Blank);
            let id = noise(7, len);
            let layout = Layout::new().field(field("id", at, len)).repair(crc);
            let memory = memory(&stamped(&hex, &layout, &[("id", &id)]));
            let mut stream: Vec<u8> = over
                .iter()
                .cloned()
                .flatten()
                .filter_map(|address| match (memory.get(&address), gaps) {
                    (Some(byte), _) => Some(*byte),
                    (None, Gaps::Fill(byte)) => Some(byte),
                    _ => None,
                })
                .collect();
            stream.chunks_mut(4).for_each(<[u8]>::reverse);
            let stored: Vec<u8> = memory.range(48..52).map(|(_, byte)| *byte).collect();
            assert_eq!(stored, (compute(CRC_32_MPEG_2, &stream) as u32).to_le_bytes(), "{at} {len} {over:?}");
            let id_found: Vec<u8> = memory.range(at..at + len as u64).map(|(_, byte)| *byte).collect();
            assert_eq!(id_found, id);
        }
    }
}

#[test]
fn t17_a_check_beside_what_another_skips_is_covered() {
    let image = noise(8, 0x80);
    let outer = Repair::crc("outer", CRC_32_MPEG_2, 0..0x80).stored_at(0x40).u32_le().own(Own::Skip);
    // Its word lies at the edge of the skipped one, and is covered by the outer.
    let inner = Repair::crc("inner", CRC_32_ISO_HDLC, 0..0x20).stored_at(0x44).u32_le().template(Template::Unknown);
    let layout = Layout::new().field(field("id", 2, 5)).repair(outer.template(Template::Unknown)).repair(inner);
    let raw = Raw::new(&image, 0).unwrap();
    let unit = stamped(&raw, &layout, &[("id", b"hello")]);
    assert_eq!(unit[0x44..0x48], crc32(unit[..0x20].to_vec()).to_le_bytes());
    let stream = [&unit[..0x40], &unit[0x44..]].concat();
    assert_eq!(unit[0x40..0x44], (compute(CRC_32_MPEG_2, &stream) as u32).to_le_bytes());
    let order: Vec<String> =
        layout.compile(&raw).unwrap().checks().map(|(repair, _)| repair.name().to_owned()).collect();
    assert_eq!(order, ["inner", "outer"]);
}

#[test]
fn t18_no_byte_is_covered_twice() {
    let image = noise(9, 64);
    let twice = Repair::crc("c", CRC_32_ISO_HDLC, 0..16).and_over(32..40).and_over(15..20).stored_at(48).u32_le();
    refused(&image, 0, twice, "covers 0x0000000F..0x00000010 twice");
}

#[test]
fn t19_odd_widths_and_mixed_reflection_stamp_as_any_other() {
    let image = noise(10, 64);
    let narrow = ["CRC-3/GSM", "CRC-4/G-704", "CRC-5/USB", "CRC-6/DARC", "CRC-7/MMC", "CRC-15/CAN", "CRC-31/PHILIPS"];
    for crc in narrow.map(named).into_iter().chain([CRC_12_UMTS.into(), CRC_82_DARC.into()]) {
        let repair = Repair::new("c", crc, 0..40).stored_at(48).uint(16, ByteOrder::Big).template(Template::Unknown);
        let layout = Layout::new().field(field("id", 7, 6)).repair(repair);
        let unit = stamped(&Raw::new(&image, 0).unwrap(), &layout, &[("id", b"abcdef")]);
        assert_eq!(unit[48..64], compute(crc, &unit[..40]).to_be_bytes(), "{crc}");
    }
}

#[test]
fn t20_an_even_polynomial_repairs_but_cannot_force() {
    let even =
        Crc::new(Parameters { width: 16, poly: 0x1020, init: 0, refin: false, refout: false, xorout: 0 }).unwrap();
    let image = noise(11, 64);
    let repair = |own| Repair::crc("c", even, 0..50).stored_at(48).u16_be().own(own).template(Template::Unknown);
    let layout = Layout::new().field(field("id", 3, 4)).repair(repair(Own::Skip));
    let unit = stamped(&Raw::new(&image, 0).unwrap(), &layout, &[("id", b"abcd")]);
    assert_eq!(unit[48..50], (compute(even, &unit[..48]) as u16).to_be_bytes());
    refused(
        &image,
        0,
        repair(Own::Force(0)),
        "its word cannot force that value of CRC-16 (poly 0x1020): the value must have no more bits than the check, the word all bits of it, and they must lie together",
    );
}

#[test]
fn t21_a_word_that_holds_the_crc_of_itself_is_not_looked_for() {
    let image = noise(12, 64);
    let itself = Repair::crc("c", CRC_32_ISO_HDLC, 0..64).stored_at(60).u32_le();
    refused(&image, 0, itself, "covers its own word at 0x0000003C..0x00000040");
    // What devices check instead: over everything, the register ends at a constant.
    let residue = CRC_32_ISO_HDLC.residue() ^ 0xFFFF_FFFF;
    let forced = Repair::crc("c", CRC_32_ISO_HDLC, 0..64).stored_at(60).u32_le().own(Own::Force(residue));
    let layout = Layout::new().field(field("id", 3, 4)).repair(forced.template(Template::Unknown));
    let unit = stamped(&Raw::new(&image, 0).unwrap(), &layout, &[("id", b"abcd")]);
    assert_eq!(unit[60..64], crc32(unit[..60].to_vec()).to_le_bytes(), "the plain CRC behind the data");
}

#[test]
fn t22_parameters_are_checked_before_any_table_is_made() {
    let good = CRC_8_SMBUS.parameters();
    for bad in [
        Parameters { width: 0, ..good },
        Parameters { width: 7, poly: 0x80, ..good },
        Parameters { width: 200, ..good },
        Parameters { init: 0x100, ..good },
        Parameters { xorout: 0x1FF, ..good },
    ] {
        assert!(Crc::new(bad).is_err(), "{bad:?}");
    }
}

#[cfg(feature = "sha256")]
#[test]
fn t23_a_hash_may_change_from_its_first_byte_to_its_last() {
    let image = noise(13, 300);
    for (first, last, over) in
        [(0, 250, 0..256), (0, 255, 0..256), (1, 199, 1..200), (64, 128, 0..256), (63, 127, 0..200)]
    {
        let hash = Repair::new("h", named("sha256"), over.clone()).stored_at(260).digest().template(Template::Unknown);
        let layout = Layout::new().field(field("a", first, 1)).field(field("b", last, 1)).repair(hash);
        let raw = Raw::new(&image, 0).unwrap();
        let unit = stamped(&raw, &layout, &[("a", &[0xAB]), ("b", &[0xCD])]);
        let stream = &unit[over.start as usize..over.end as usize];
        let nameplate::check::CheckValue::Digest(expected) = named("sha256").compute(|take| take(stream)) else {
            panic!()
        };
        assert_eq!(&unit[260..292], expected.as_bytes());
    }
}

#[test]
fn t24_a_template_that_somebody_changed_by_hand_is_refused() {
    let mut image = noise(14, 64);
    let right = crc32(image[..60].to_vec());
    image[60..].copy_from_slice(&right.to_le_bytes());
    let crc = || Repair::crc("c", CRC_32_ISO_HDLC, 0..60).stored_at(60).u32_le();
    assert!(Layout::new().repair(crc()).compile(&Raw::new(&image, 0).unwrap()).is_ok());
    image[10] ^= 1;
    let now = crc32(image[..60].to_vec());
    let expected = format!(
        "the template holds {right:#X}, computed is {now:#X}: wrong range, algorithm or byte order, or a template that was changed; if the build leaves the word to be filled, say that it is blank"
    );
    refused(&image, 0, crc(), &expected);
}

#[test]
fn t25_a_range_may_end_where_32_bits_do() {
    let image = noise(15, 64);
    let base = 0xFFFF_FFC0;
    let crc = |over| Repair::crc("c", CRC_32_ISO_HDLC, over).stored_at(base).u32_le().template(Template::Unknown);
    let unit = stamped(&Raw::new(&image, base).unwrap(), &Layout::new().repair(crc(base + 4..0x1_0000_0000)), &[]);
    assert_eq!(unit[..4], crc32(unit[4..].to_vec()).to_le_bytes());
    // The end that wrapped to zero.
    #[allow(clippy::reversed_empty_ranges, reason = "that is what is refused")]
    refused(&image, base, crc(base + 4..0), "range 0xFFFFFFC4..0x00000000 ends before it starts");
}
