//! SRecord beside us: random images with holes, ranges and patches. The tool is named by the
//! environment, as `.ci/tools.sh` sets it; without it the test says so and passes, but not in CI.

use std::path::PathBuf;
use std::process::Command;

use nameplate::image::Hex;
use nameplate::repair::{Gaps, Order, Step, Template};
use nameplate::{ByteOrder, Layout, Repair};

use crate::repairs::{field, named, stamped};
use crate::{Memory, hex_text, images::STYLES, memory, noise};

/// SRecord's filter, with the name of the algorithm and how it is fed and finished here.
const FILTERS: &[(&str, &str, Order, &[Step])] = &[
    ("-crc16-X", "CRC-16/SPI-FUJITSU", Order::Forward, &[]),
    ("-crc16-X -xmodem", "CRC-16/XMODEM", Order::Forward, &[]),
    ("-crc16-X -broken", "CRC-16/IBM-3740", Order::Forward, &[]),
    ("-crc16-X -xmodem -l-t-m", "CRC-16/KERMIT", Order::Forward, &[]),
    ("-crc32-X", "CRC-32/ISO-HDLC", Order::Forward, &[]),
    ("-stm32-X", "CRC-32/MPEG-2", Order::Swap32, &[]),
    ("-adler-16-X", "srecord-adler16", Order::Forward, &[]),
    ("-adler-32-X", "adler32", Order::Forward, &[]),
    ("-fletcher-16-X", "srecord-fletcher16", Order::Forward, &[]),
    ("-fletcher-32-X", "srecord-fletcher32", Order::Forward, &[]),
    ("-checksum-positive-X 1 1", "sum8", Order::Forward, &[]),
    ("-checksum-positive-X 2 1", "sum8/16", Order::Forward, &[]),
    ("-checksum-negative-X 4 1", "sum8/32", Order::Forward, &[Step::Negate]),
    ("-checksum-bitnot-X 2 2", "sum16Y", Order::Forward, &[Step::Not]),
    ("-checksum-negative-X 2 2", "sum16Y", Order::Forward, &[Step::Negate]),
    ("-checksum-positive-X 4 2", "sum16Y/32", Order::Forward, &[]),
    ("-checksum-positive-X 4 4", "sum32Y", Order::Forward, &[]),
    ("-checksum-bitnot-X 4 4", "sum32Y", Order::Forward, &[Step::Not]),
];

fn tool() -> Option<PathBuf> {
    let path = std::env::var_os("NAMEPLATE_SREC_CAT").map(PathBuf::from);
    if path.is_none() {
        assert!(std::env::var_os("CI").is_none(), "NAMEPLATE_SREC_CAT is not set, and CI may not skip");
        eprintln!("SKIPPED: NAMEPLATE_SREC_CAT is not set; see .ci/tools.sh");
    }
    path
}

#[test]
fn srec_cat_stores_the_same_word() {
    let Some(tool) = tool() else { return };
    let folder = std::env::temp_dir().join(format!("nameplate-srecord-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("unit.hex");
    for seed in 0..500 {
        let random = noise(seed, 32);
        let at = |n: usize, below: u64| u64::from(random[n]) % below;
        let (filter, name, order, steps) = FILTERS[seed as usize % FILTERS.len()];
        let big = random[0] < 128;
        let (ending, words) = if big { ("b-e", "be") } else { ("l-e", "le") };
        let algorithm = named(&name.replace('Y', words));
        let len = usize::try_from(algorithm.width() / 8).unwrap();

        // 64 to 256 bytes with up to two holes, the range inside, the word behind.
        let base = 0x0800_FF00 + 8 * at(1, 64);
        let size = 64 + 8 * at(2, 24);
        let mut template: Memory = (base..).zip(noise(seed + 1, size as usize)).collect();
        for n in [3, 5] {
            let hole = base + 8 + 8 * at(n, size / 8 - 3);
            template.retain(|address, _| !(hole..hole + 8 * at(n + 1, 2)).contains(address));
        }
        let over = base + 8 * at(7, 3)..base + size - 8 * at(8, 3);
        let word = base + size + 8;
        template.extend((word..).zip([0xA5; 4]));
        let text = hex_text(&template, STYLES[seed as usize % STYLES.len()]);
        let hex = Hex::parse(text.as_bytes()).unwrap();

        // A patch that all of its bytes exist for.
        let places: Vec<u64> =
            (base..base + size - 8).filter(|from| (0..5).all(|n| template.contains_key(&(from + n)))).collect();
        let place = places[usize::from(random[9]) % places.len()];
        let order_of = if big { ByteOrder::Big } else { ByteOrder::Little };
        let repair = Repair::new("c", algorithm, over.clone()).stored_at(word).uint(len, order_of);
        let repair = steps.iter().fold(repair, |repair, step| repair.step(*step));
        let repair = repair.fed(order).gaps(Gaps::Skip).template(Template::Unknown);
        let unit =
            stamped(&hex, &Layout::new().field(field("id", place, 5)).repair(repair), &[("id", &random[10..15])]);
        // It reads no lines that end in CR alone.
        std::fs::write(&file, String::from_utf8(unit.clone()).unwrap().replace('\r', "\n")).unwrap();

        let (head, tail) = filter.split_once(' ').unwrap_or((filter, ""));
        let output = Command::new(&tool)
            .arg(&file)
            .args(["-intel", "-crop", &over.start.to_string(), &over.end.to_string()])
            .arg(head.replace('X', ending))
            .arg(word.to_string())
            .args(tail.split_whitespace())
            .args(["-crop", &word.to_string(), &(word + len as u64).to_string(), "-o", "-", "-intel"])
            .output()
            .unwrap();
        assert!(output.status.success(), "{filter}: {}", String::from_utf8_lossy(&output.stderr));
        let (ours, theirs) = (memory(&unit), memory(&output.stdout));
        let stored = |memory: &Memory| memory.range(word..word + len as u64).map(|(_, byte)| *byte).collect::<Vec<_>>();
        assert_eq!(stored(&ours), stored(&theirs), "{seed}: {filter} {name} over {over:X?}");
        assert_eq!(theirs.len(), len, "{filter}");
    }
    std::fs::remove_dir_all(&folder).unwrap();
}
