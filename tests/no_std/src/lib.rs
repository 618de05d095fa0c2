//! Uses the whole way through the library without std. `cargo check` is the test.
#![no_std]

extern crate alloc;

#[path = "../../../examples/offline/programmer.rs"]
mod programmer;

use nameplate::check::CRC_32_ISO_HDLC;
use nameplate::id::serial::Scheme;
use nameplate::image::Hex;
use nameplate::{At, Encoding, Field, Layout, Repair};
use nameplate_ledger as _;

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {}
}

/// Stamps one unit into the caller's buffer; the length of the file, if all went well.
pub fn stamp(text: &[u8], buffer: &mut [u8], serial: u32) -> Option<usize> {
    let template = Hex::parse(text).ok()?;
    let layout = Layout::new()
        .field(Field::new("serial", At::address(0x100), Encoding::u32_le()))
        .repair(Repair::crc("crc", CRC_32_ISO_HDLC, 0..0x200).stored_at(0x200).u32_le());
    let plan = layout.compile(&template).ok()?;
    let mut unit = plan.stamper_in(&template, buffer).ok()?;
    Some(unit.stamp(&[("serial", serial.into())]).ok()?.bytes().len())
}

/// The core of the example `offline`, with a writer that has no closure's state to keep.
pub fn program(text: &[u8], buffer: &mut [u8], flash: fn(u64, &[u8]) -> bool) -> Option<u64> {
    let firmware = Hex::parse(text).ok()?;
    let plan = programmer::plan(&firmware)?;
    let serials = Scheme::parse("B{seq:6}").ok()?.undated().ok()?;
    programmer::run(&plan, &firmware, buffer, &serials, 1..1000, flash)
}
