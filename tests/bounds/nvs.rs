//! NVS partitions: many pages, keys, chunks, and what is wrong with all of them.
#![cfg(feature = "nvs")]

use std::hint::black_box;

use nameplate::image::Nvs;
use nameplate::image::nvs::{Data, Writer};

use super::bounded;
use crate::nvs_twin::{Raw, page, set};

const FULL: u32 = 0xFFFF_FFFC;

/// `n` pages of 126 entries, which know their number.
fn pages(n: usize, entry: impl Fn(usize) -> Raw) -> Vec<u8> {
    let one = |at: usize| {
        let name = Raw::number(0, 1, "a", &[1]);
        let slots: Vec<u8> = (0..126)
            .flat_map(|slot| if at + slot == 0 { name.bytes() } else { entry(126 * at + slot).bytes() })
            .collect();
        page(FULL, at as u32, 0xFE, &slots)
    };
    (0..n).flat_map(one).collect()
}

fn used(file: &[u8]) {
    let Ok(nvs) = Nvs::scan(file) else { return };
    let _ = black_box(nvs.items().map(|item| item.len()).sum::<usize>());
    let _ = black_box((nvs.damage().len(), nvs.entries().count(), nvs.get("a", "k7").is_some()));
}

#[test]
fn many_entries() {
    let one = |what: &str, make: &dyn Fn(usize) -> Vec<u8>| bounded(what, 8, make, used);
    let number = |key: &str| Raw::number(1, 4, key, &[1, 2, 3, 4]);
    one("a key each", &|n| pages(n, |at| number(&format!("k{at}"))));
    one("a key each, backwards", &|n| pages(n, |at| number(&format!("k{}", 99_999 - at))));
    one("one key over and over", &|n| pages(n, |_| number("k7")));
    one("one namespace over and over", &|n| pages(n, |_| Raw::number(0, 1, "a", &[1])));
    one("namespaces", &|n| pages(n, |at| Raw::number(0, 1, &format!("n{at}"), &[at as u8])));
    one("namespaces that nobody names", &|n| pages(n, |at| Raw::number(at as u8 | 2, 1, "k", &[1])));
    one("chunks of one blob", &|n| pages(n, |at| Raw::with_data(1, 0x42, at as u8, "b", &[])));
    one("chunks and no index", &|n| pages(n, |at| Raw::with_data(1, 0x42, 0, &format!("k{at}"), &[])));
    one("indices and no chunk", &|n| pages(n, |at| Raw::number(1, 0x48, &format!("k{at}"), &[1, 0, 0, 0, 255, 0])));
    one("indices of one blob with 255 chunks", &|n| {
        pages(n, |at| match at {
            1..=255 => Raw::with_data(1, 0x42, at as u8 - 1, "b", &[]),
            _ => Raw::number(1, 0x48, "b", &[0, 0, 0, 0, 255, 0]),
        })
    });
    one("types that are none", &|n| pages(n, |at| Raw::number(1, 0x7F, &format!("k{at}"), &[])));
}

#[test]
fn many_pages() {
    let one = |what: &str, make: &dyn Fn(usize) -> Vec<u8>| bounded(what, 8, make, used);
    one("blank", &|n| vec![0xFF; 4096 * n]);
    one("zeros", &|n| vec![0; 4096 * n]);
    one("one sequence number", &|n| page(0xFFFF_FFFE, 7, 0xFE, &[]).repeat(n));
    one("damaged slots", &|n| {
        let mut one = page(FULL, 1, 0xFE, &[0; 4032]);
        (0..126).step_by(2).for_each(|slot| set(&mut one, slot, 1));
        one.repeat(n)
    });
    one("texts", &|n| {
        let mut writer = Writer::new(4096 * (n + 3)).unwrap();
        (0..n).for_each(|at| writer.put("a", &format!("k{at}"), Data::String(&"x".repeat(3000))).unwrap());
        writer.finish()
    });
    one("a blob", &|n| {
        let mut writer = Writer::new(4096 * (n + 3)).unwrap();
        writer.put("a", "k7", Data::Blob(&vec![7; 3900 * n.min(120)])).unwrap();
        writer.finish()
    });
}

/// What is written takes what it is long.
#[test]
fn written() {
    bounded(
        "written",
        10,
        |n| vec![0; 4096 * n],
        |file| {
            let mut writer = Writer::new(file.len() + 8192).unwrap();
            for at in 0..file.len() / 64 {
                writer.put("a", &format!("k{at}"), Data::U8(1)).unwrap();
            }
            let _ = black_box(writer.finish());
        },
    );
}
