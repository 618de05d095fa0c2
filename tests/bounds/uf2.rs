//! UF2 files: many blocks, copies, families, tags, and what looks like metadata.
#![cfg(feature = "uf2")]

use std::hint::black_box;

use nameplate::image::uf2::{Blocks, Options, Style};
use nameplate::image::{Container, Sparse, Uf2};
use nameplate::{Guard, Span};

use super::{bounded, bounded_by};
use crate::uf2_twin::Raw;

const RP2040: u32 = 0xE48B_FF56;
const ARM_S: u32 = 0xE48B_FF59;

fn blocks(n: usize, block: impl Fn(u32) -> Raw) -> Vec<u8> {
    (0..n as u32).flat_map(|at| block(at).bytes()).collect()
}

fn raw(family: u32, address: u32, number: u32, n: usize, len: usize) -> Raw {
    Raw::new(family, address, (number, n as u32), &vec![0x5A; len])
}

/// Read, and its memory used.
fn used(file: &[u8]) {
    let Ok(blocks) = Blocks::parse(file) else { return };
    let _ = black_box(blocks.iter().map(|block| block.tags().count()).sum::<usize>());
    let Ok(uf2) = Uf2::parse_with(file, &Options::new()) else { return };
    let _ = black_box((uf2.segments().count(), uf2.uniform(), uf2.seal()));
}

#[test]
fn many_blocks() {
    let one = |what: &str, make: &dyn Fn(usize) -> Vec<u8>| bounded(what, 100, make, used);
    one("one behind another", &|n| blocks(n, |at| raw(RP2040, 256 * at, at, n, 256)));
    one("backwards", &|n| blocks(n, |at| raw(RP2040, 256 * (n as u32 - at), n as u32 - 1 - at, n, 256)));
    one("none is right behind another", &|n| blocks(n, |at| raw(RP2040, 1000 * at, at * 7919 % n as u32, n, 1)));
    one("one block over and over", &|n| blocks(n, |_| raw(RP2040, 0, 0, 1, 256)));
    one("one place over and over", &|n| blocks(n, |at| raw(RP2040, at % 3, at, n, 476)));
    // A block lies over at most 476 others, as many as it has bytes: of fewer blocks, each lies over more as they grow.
    let mixed = |n: usize| {
        blocks(n, |at| if at % 2 == 0 { raw(RP2040, at / 2, at, n, 1) } else { raw(RP2040, at / 2, at, n, 476) })
    };
    bounded("small ones under large ones", 2000, mixed, used);
    one("series of one", &|n| blocks(n, |at| raw(RP2040, 256 * at, 0, 1, 256)));
    one("families", &|n| blocks(n, |at| raw(at, 0, 0, 1, 256)));
    one("the last one is missing", &|n| blocks(n, |at| raw(RP2040, 256 * at, at + 1, n + 1, 256)));
    one("tags", &|n| {
        blocks(n, |at| {
            let mut block = raw(RP2040, 4 * at, at, n, 4);
            block.flags |= 0x8000;
            block.rest.chunks_exact_mut(4).for_each(|tag| tag.copy_from_slice(&[4, 1, 2, 3]));
            block
        })
    });
    one("what metadata begin with", &|n| {
        blocks(n, |at| {
            let mut block = raw(ARM_S, 476 * at, at, n, 476);
            block.payload.chunks_exact_mut(4).for_each(|word| word.copy_from_slice(&0xFFFF_DED3_u32.to_le_bytes()));
            block
        })
    });
    one("written", &|n| {
        let file = blocks(n, |at| raw(RP2040, 0x1_0000 * (at % 0xFFFF), at, n, 1));
        Style::new(nameplate::image::uf2::Family::NONE).to_vec(&Sparse::new(&Uf2::parse(&file).unwrap())).unwrap()
    });
}

/// A field of 64 KiB that all copies have: a place takes 32 bytes for each.
#[test]
fn places() {
    for (what, step) in [("in many blocks", 64), ("in one byte of each copy", 0)] {
        bounded_by(
            6,
            what,
            60,
            |n| blocks(n, |at| raw(RP2040, step * at, at, n, 64)),
            |file| {
                let uf2 = Uf2::parse(file).unwrap();
                let extent = Span::new(0, uf2.extent().unwrap().len().min(0x1_0000)).unwrap();
                let _ = black_box((uf2.locate(extent).unwrap(), Guard::Any));
            },
        );
    }
}
