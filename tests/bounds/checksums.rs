//! Many checksums, each over words of others.

use std::hint::black_box;

use nameplate::check::CRC_32_ISO_HDLC;
use nameplate::image::Raw;
use nameplate::repair::Template;
use nameplate::{Layout, Repair};

use super::bounded;

/// Checksums that each cover the word of the next.
#[test]
fn hundreds_of_checksums() {
    bounded(
        "checksums",
        30,
        |n| vec![0; 128 * n],
        |bytes| {
            let raw = Raw::new(bytes, 0).unwrap();
            let layout = (0..bytes.len() as u64 / 1024 - 1).fold(Layout::new(), |layout, at| {
                let next = 1024 * at + 1024;
                let crc = Repair::crc(format!("{at}"), CRC_32_ISO_HDLC, next..next + 64).stored_at(1024 * at).u32_le();
                layout.repair(crc.template(Template::Unknown))
            });
            black_box(layout.compile(&raw).unwrap().checks().count());
        },
    );
}

/// Checksums that cover the words of all that follow: words times ranges is what there is to do, here a part of the file
/// each. Described in the order of computation, against it, and neither.
#[test]
fn nested_checksums() {
    for (what, turn) in [("inside first", 0), ("outside first", 1), ("in any order", 2)] {
        bounded(
            &format!("nested checksums, {what}"),
            12_800,
            |n| vec![0; 20 * n],
            |bytes| {
                // Every pair takes memory of its own.
                let count = (bytes.len() / 20).isqrt() as u64 / 6;
                let end = 8 * count + 8;
                let raw = Raw::new(bytes, 0).unwrap();
                let layout = (0..count).fold(Layout::new(), |layout, index| {
                    let at = [count - 1 - index, index, index * 7919 % count][turn];
                    let crc = Repair::crc(format!("{at}"), CRC_32_ISO_HDLC, 8 * at + 4..end).stored_at(8 * at).u32_le();
                    layout.repair(crc.template(Template::Unknown))
                });
                let plan = layout.compile(&raw).unwrap();
                let order: Vec<&str> = plan.checks().map(|(repair, _)| repair.name()).collect();
                assert!(order.iter().rev().enumerate().all(|(at, name)| **name == format!("{at}")));
                black_box(plan.stamper(&raw).unwrap().stamp(&[]).unwrap().bytes());
            },
        );
    }
}

/// The same, where the innermost covers the outermost: the cycle through all of them is named.
#[test]
fn a_long_cycle_of_checksums() {
    bounded(
        "a cycle",
        100,
        |n| vec![0; 1024 * n],
        |bytes| {
            let raw = Raw::new(bytes, 0).unwrap();
            let count = bytes.len() as u64 / 1024;
            let layout = (0..count).fold(Layout::new(), |layout, at| {
                let next = 1024 * ((at + 1) % count);
                let crc = Repair::crc(format!("{at}"), CRC_32_ISO_HDLC, next..next + 64).stored_at(1024 * at).u32_le();
                layout.repair(crc.template(Template::Unknown))
            });
            assert!(layout.compile(&raw).unwrap_err().to_string().contains("covers itself by way of others"));
        },
    );
}
