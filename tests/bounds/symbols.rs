//! Many fields by symbol: the table is read once for all of them.

use std::hint::black_box;

use nameplate::image::Elf;
use nameplate::{At, Encoding, Field, Layout};

use super::{bounded_by, elf};

#[test]
fn fields_by_symbol() {
    // `a000000`, `a000001`, …, each a byte of one section: of a relocatable file's section any symbol may have any place.
    let names = |n: usize| (0..n).fold(vec![0], |all, at| [&all[..], format!("a{at:06}\0").as_bytes()].concat());
    let make = |n: usize| elf(4, n, 1, &names(n), |at| 1 + 8 * at as u32);
    // A field takes more than a symbol.
    bounded_by(40, "fields by symbol", 60, make, |file| {
        let elf = Elf::parse(file).unwrap();
        let count = elf.symbols().unwrap().len();
        assert!(count > 50);
        let field = |at: usize| Field::new(format!("{at}"), At::symbol(format!("a{at:06}")), Encoding::bytes(1));
        let layout = (1..=count).fold(Layout::new(), |layout, at| layout.field(field(at)));
        let _ = black_box(layout.located(&elf).unwrap());
    });
}
