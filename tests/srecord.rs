//! SRecord beside us: random images with holes, ranges and patches.

use std::process::Command;

use nameplate::Layout;
use nameplate::image::{Hex, Raw};
use nameplate::repair::{Template, preset};

use crate::oracle::tool;
use crate::repairs::{field, stamped};
use crate::{Memory, hex_text, images::STYLES, memory, noise};

/// Filters, without byte order and address.
const FILTERS: &[&str] = &[
    "-crc16-ORDER AT",
    "-CRC16-ORDER AT -XMODEM",
    "-crc16-ORDER AT -broken",
    "-crc16-ORDER AT -xmodem -l-t-m",
    "-crc16-ORDER AT -ccitt",
    "-crc16-ORDER AT -polynomial ibm",
    "-crc16-ORDER AT -POLY DNP -Least_To_Most",
    "-crc16-ORDER AT 0x8005 -least-to-most -xmodem",
    "-crc16-ORDER AT -broken -poly t10-dif -m-t-l",
    "-crc16-ORDER AT -l-t-m -augment",
    "-crc16-ORDER AT -l-t-m -broken 35767 -poly iec-870",
    "-crc16-ORDER AT -poly 0x0589 -l-t-m -most-to-least",
    "-crc16-ORDER AT -poly ibm -xmodem -ccitt",
    "-crc32-ORDER AT",
    "-crc32-ORDER AT -ccitt",
    "-crc32-ORDER AT -xmodem",
    "-crc32-ORDER AT -xmodem -ccitt",
    "-stm32-ORDER AT",
    "-adler-16-ORDER AT",
    "-adler32-ORDER AT",
    "-Fletcher_16_ORDER AT",
    "-fletcher-16-ORDER AT 0 0",
    "-fletcher-16-ORDER AT 1 2",
    "-fletcher-16-ORDER AT 0xFF 0xFE",
    "-fletcher-32-ORDER AT",
    "-checksum-positive-ORDER AT",
    "-checksum-positive-ORDER AT 1 1",
    "-checksum-pos-ORDER AT 2",
    "-checksum-negative-ORDER AT 4 1",
    "-checksum-bitnot-ORDER AT 2 2",
    "-c-n-ORDER AT 2 2",
    "-checksum-positive-ORDER AT 4 2",
    "-checksum-positive-ORDER AT 4 4",
    "-c-bn-ORDER AT 4 4",
    "-checksum-positive-ORDER AT 3",
    "-checksum-negative-ORDER AT 3 1",
    "-c-bn-ORDER AT 3 2",
];

#[test]
#[ignore = "needs srec_cat"]
fn srec_cat_stores_the_same_word() {
    let tool = tool("NAMEPLATE_SREC_CAT", "srec_cat");
    let folder = std::env::temp_dir().join(format!("nameplate-srecord-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("unit.hex");
    for seed in 0..720 {
        let random = noise(seed, 32);
        let at = |n: usize, below: u64| u64::from(random[n]) % below;
        let filter = FILTERS[seed as usize % FILTERS.len()];
        let order = ["b-e", "Big_Endian", "l-e", "little-end"][usize::from(random[0]) % 4];

        // 64 to 256 bytes with up to two holes, the range inside, the word behind. Of holes in the words of an STM32
        // the tool makes other words.
        let odd = if filter.starts_with("-stm32") { 8 } else { 1 };
        let base = 0x0800_FF00 + 8 * at(1, 64);
        let size = 64 + 8 * at(2, 24);
        let mut template: Memory = (base..).zip(noise(seed + 1, size as usize)).collect();
        for n in [3, 5] {
            let hole = base + 8 + at(n, size - 24).next_multiple_of(odd);
            template.retain(|address, _| !(hole..hole + at(n + 1, 16) / odd * odd).contains(address));
        }
        let over = base + 8 * at(7, 3)..base + size - at(8, 24);
        let word = base + size + 8;
        template.extend((word..).zip([0xA5; 4]));
        let text = hex_text(&template, STYLES[seed as usize % STYLES.len()]);
        let hex = Hex::parse(text.as_bytes()).unwrap();

        // A patch that all of its bytes exist for.
        let places: Vec<u64> =
            (base..base + size - 8).filter(|from| (0..5).all(|n| template.contains_key(&(from + n)))).collect();
        let place = places[usize::from(random[9]) % places.len()];
        let filter = filter.replace("ORDER", order).replace("AT", &word.to_string());
        let repair = preset::srecord("c", &filter, over.clone()).unwrap().template(Template::Unknown);
        let len = repair.stores()[0].len();
        let unit =
            stamped(&hex, &Layout::new().field(field("id", place, 5)).repair(repair), &[("id", &random[10..15])]);
        // It reads no lines that end in CR alone.
        std::fs::write(&file, String::from_utf8(unit.clone()).unwrap().replace('\r', "\n")).unwrap();

        let output = Command::new(&tool)
            .arg(&file)
            .args(["-intel", "-crop", &over.start.to_string(), &over.end.to_string()])
            .args(filter.split_whitespace())
            .args(["-crop", &word.to_string(), &(word + len as u64).to_string(), "-o", "-", "-intel"])
            .output()
            .unwrap();
        assert!(output.status.success(), "{filter}: {}", String::from_utf8_lossy(&output.stderr));
        let (ours, theirs) = (memory(&unit), memory(&output.stdout));
        let stored = |memory: &Memory| memory.range(word..word + len as u64).map(|(_, byte)| *byte).collect::<Vec<_>>();
        assert_eq!(stored(&ours), stored(&theirs), "{seed}: {filter} over {over:X?}");
        assert_eq!(theirs.len(), len, "{filter}");
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn other_filters_are_refused() {
    let refused = |filter: &str| preset::srecord("c", filter, 0..8).unwrap_err().to_string();
    let unknown = "-CRC16, -CRC32, -STM32, -Adler_16, -Adler_32, -Fletcher_16, -Fletcher_32 or -Checksum_Positive, _Negative, _BitNot, with _Little_Endian or _Big_Endian";
    for filter in ["", "crc32-l-e", "-crc32", "-crc32-l", "-crc32-l-e-", "-ccr32-l-e", "-md5", "-crc-l-e", "-crc16l-e"]
    {
        assert_eq!(refused(filter), format!("SRecord filter `{filter}`: found `{filter}`, expected {unknown}"));
    }
    let seeds =
        "both seeds, 0 to 255 each, or nothing; for the sum that is wanted, describe the checksum and force that";
    let names = "a polynomial: 1 to 0xFFFF, ansi, bisync, bluetooth, ccitt, dnp, hdlc, ibm, iec-870, m-bus, modbus, scsi-dif, sd, t10-dif, usb, v.41, x.25, x3.28 or xmodem";
    let modifiers = "a polynomial, 1 to 0xFFFF, -POLYnomial and its name, -CCITT, -XMODEM or -BROKEN, -Most_To_Least or -Least_To_Most, or -AUGment";
    let no_augment = "-AUGment: what is computed without is the CRC of no parameters, so it cannot be repaired";
    let bytes = "1, 2, 3, 4 or 8 bytes, of which 1, 2, 4 or 8 are added at a time";
    let sizes = "how many bytes are stored, and behind that how many are added at a time, not more";
    for (filter, found, expected) in [
        ("-crc32-l-e", "", "the address, decimal or with 0x"),
        ("-stm32 010", "010", "the address, decimal or with 0x"),
        ("-stm32 0x+1", "0x+1", "the address, decimal or with 0x"),
        ("-stm32 +1", "+1", "the address, decimal or with 0x"),
        ("-stm32 8 4", "4", "nothing behind the address"),
        ("-adler-16-b-e 8 0 0", "0 0", "nothing behind the address"),
        ("-fletcher-16-b-e 8 0", "0", seeds),
        ("-fletcher-16-b-e 8 0 256", "0 256", seeds),
        ("-fletcher-16-b-e 8 0 0 0", "0 0 0", seeds),
        ("-crc16-b-e 8 -poly dect", "dect", names),
        ("-crc16-b-e 8 -poly 0", "0", names),
        ("-crc16-b-e 8 -xmodem -polynomial", "", names),
        ("-crc16-b-e 8 0x11021", "0x11021", modifiers),
        ("-crc16-b-e 8 -l-t-m -md5", "-md5", modifiers),
        ("-crc16-b-e 8 -l-t-m -no-aug", "-no-aug", no_augment),
        ("-CRC16_Little_Endian 8 -No_AUGment -xmodem", "-No_AUGment", no_augment),
        ("-crc32-b-e 8 -ccitt -broken", "-broken", "-CCITT or -XMODEM"),
        ("-crc32-b-e 8 -poly ibm", "-poly", "-CCITT or -XMODEM"),
        ("-c-p-b-e 8 5", "5", bytes),
        ("-c-p-b-e 8 4 3", "4 3", bytes),
        ("-c-p-b-e 8 4 0", "4 0", bytes),
        ("-c-p-b-e 8 x", "x", sizes),
        ("-c-p-b-e 8 2 4", "2 4", sizes),
        ("-c-p-b-e 8 4 1 1", "4 1 1", sizes),
    ] {
        assert_eq!(refused(filter), format!("SRecord filter `{filter}`: found `{found}`, expected {expected}"));
    }
}

/// What is not said is as SRecord has it: sums of 4 bytes, of one byte at a time, and seeds of 255.
#[test]
fn what_is_not_said() {
    let image = Raw::new(&[1, 2, 3, 4, 0xFF, 0xFF, 0xFF, 0xFF], 0).unwrap();
    for (filter, expected) in [
        ("-Checksum_Positive_Big_Endian 4", [0, 0, 0, 10]),
        ("-Checksum_Negative_Little_Endian 4", [0xF6, 0xFF, 0xFF, 0xFF]),
        ("-Checksum_Positive_Little_Endian 4 4", [10, 0, 0, 0]),
        ("-Checksum_Positive_Little_Endian 4 4 1", [10, 0, 0, 0]),
        // 255 is 0 in such a sum: 1 + 2 + 3 + 4, and 1 + 3 + 6 + 10, which stands behind it here.
        ("-Fletcher_16_Big_Endian 4", [10, 20, 0xFF, 0xFF]),
        ("-Fletcher_16_Big_Endian 4 255 255", [10, 20, 0xFF, 0xFF]),
    ] {
        let repair = preset::srecord("c", filter, 0..4).unwrap().template(Template::Blank);
        let plan = Layout::new().repair(repair).compile(&image).unwrap();
        let unit = plan.stamper(&image).unwrap().stamp(&[]).unwrap().bytes().to_vec();
        assert_eq!(unit, [[1, 2, 3, 4], expected].concat(), "{filter}");
    }
}

/// As `-exclude` of the word has it, and without it.
#[test]
fn the_word_itself_is_not_covered() {
    let image = Raw::new(&[1, 2, 3, 4, 0xFF, 0xFF, 7, 8], 0).unwrap();
    let repair = |over| preset::srecord("c", "-checksum-neg-l-e 0x4 2", over).unwrap().template(Template::Blank);
    let stored = |over| stamped(&image, &Layout::new().repair(repair(over)), &[])[4..6].to_vec();
    assert_eq!((stored(0..8), stored(0..4)), (vec![0xE7, 0xFF], vec![0xF6, 0xFF]));
    // Of words, what lies beside it counts where it lay: 0x0102 + 0x0300 + 0x0006 + 0x0708.
    let image = Raw::new(&[1, 2, 3, 0xFF, 0xFF, 6, 7, 8], 0).unwrap();
    let repair = preset::srecord("c", "-c-p-b-e 3 2 2", 0..8).unwrap().template(Template::Blank);
    assert_eq!(stamped(&image, &Layout::new().repair(repair), &[])[3..5], [0x0B, 0x10]);
    // The same of a hole.
    let bytes = [(0, 1), (1, 2), (2, 3), (5, 6), (6, 7), (7, 8), (8, 0xFF), (9, 0xFF)];
    let text = hex_text(&Memory::from(bytes), STYLES[0]);
    let hex = Hex::parse(text.as_bytes()).unwrap();
    let repair = preset::srecord("c", "-c-p-b-e 8 2 2", 0..8).unwrap().template(Template::Blank);
    let unit = memory(&stamped(&hex, &Layout::new().repair(repair), &[]));
    assert_eq!((unit[&8], unit[&9], unit.len()), (0x0B, 0x10, 8));
}

/// Without the tool: what it stored over the digits, odd in number and so without a whole last word.
#[test]
fn over_nine_digits() {
    for (filter, expected) in [
        ("-crc16-b-e 9 -poly ibm", &[0x9E, 0xCF][..]),
        ("-crc16-b-e 9 0x8005 -xmodem", &[0xFE, 0xE8]),
        ("-crc16-b-e 9 -poly dnp", &[0x9E, 0xAA]),
        ("-crc16-b-e 9 -poly M-BUS -xmodem", &[0x3D, 0x48]),
        ("-crc16-b-e 9 1", &[0xF7, 0xC6]),
        ("-crc16-b-e 9 -poly 65535", &[0xA4, 0x31]),
        ("-crc16-b-e 9 0xFFFF -l-t-m", &[0x34, 0x2A]),
        ("-crc16-b-e 9 -poly t10-dif -aug", &[0x1F, 0x94]),
        ("-crc16-b-e 9 0x8005 -broken -ccitt", &[0xE5, 0xCC]),
        ("-crc16-l-e 9 -l-t-m", &[0xA2, 0xD1]),
        ("-crc16-b-e 9 -l-t-m -most-to-least", &[0xE5, 0xCC]),
        ("-crc16-b-e 9 -l-t-m -broken", &[0x70, 0xB1]),
        ("-crc16-b-e 9 -broken -xmodem", &[0x31, 0xC3]),
        ("-crc32-b-e 9 -xmodem -ccitt", &[0xCB, 0xF4, 0x39, 0x26]),
        ("-crc32-b-e 9 -xmodem", &[0xD2, 0x02, 0xD2, 0x77]),
        ("-fletcher-16-b-e 9 1 2", &[0xDF, 0x29]),
        ("-fletcher-16-l-e 9 255 255", &[0x1E, 0xDE]),
        ("-c-p-b-e 9 3", &[0x00, 0x01, 0xDD]),
        ("-c-neg-l-e 9 3", &[0x23, 0xFE, 0xFF]),
        ("-c-p-b-e 9 2 2", &[0x09, 0xD4]),
        ("-c-p-l-e 9 2 2", &[0x09, 0xD5]),
        ("-stm32-l-e 9", &[0xF9, 0x54, 0xFC, 0xFE]),
    ] {
        let image = Raw::new(b"123456789    ", 0).unwrap();
        let repair = preset::srecord("c", filter, 0..9).unwrap().template(Template::Unknown);
        assert_eq!(&stamped(&image, &Layout::new().repair(repair), &[])[9..9 + expected.len()], expected, "{filter}");
    }
}
