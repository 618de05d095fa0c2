//! An offline programmer: its core, `programmer.rs`, has no std and does not allocate while boards are flashed. This is a
//! fixture around it that counts allocations; `tests/no_std` compiles the same file without std.
//!
//!     cargo run --example offline

mod programmer;

use std::error::Error;

use allocation_counter::measure;
use nameplate::id::serial::{Date, Scheme};
use nameplate::image::Hex;

fn main() -> Result<(), Box<dyn Error>> {
    let text = std::fs::read("examples/firmware/firmware.hex")?;
    let firmware = Hex::parse(&text)?;
    let plan = programmer::plan(&firmware).ok_or("the plan is not for this firmware")?;
    let serials = Scheme::parse("EUDV{YY}{MM}-{seq:6}")?.dated(Date::new(2024, 7, 1)?);
    let mut buffer = vec![0; text.len()];

    // A run of `boards`: how many allocations it took, and the next number to use.
    let mut run = |boards: u64, broken: u64| {
        let mut next = None;
        let used = measure(|| {
            let flash = |number: u64, file: &[u8]| number != broken && file.len() == text.len();
            next = programmer::run(&plan, &firmware, &mut buffer, &serials, 1..1 + boards, flash);
        });
        (used.count_total, next)
    };
    let (one, next) = run(1, 0);
    assert_eq!(next, Some(2));
    let (many, next) = run(10_000, 0);
    println!("1 board: {one} allocations; 10,000 boards: {many}; the next number is {next:?}");
    assert_eq!((many, next), (one, Some(10_001)), "an allocation in the loop");

    let (_, next) = run(10_000, 5000);
    println!("number 5000 was not flashed: the next run begins with {next:?}");
    assert_eq!(next, Some(5001));
    Ok(())
}
