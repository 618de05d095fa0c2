//! A flasher in miniature: the plan once at the start, then for each board stamp, flash, read back.
//!
//!     cargo run --example flasher

use std::error::Error;

use nameplate::check::CRC_32_ISO_HDLC;
use nameplate::id::eui::Block;
use nameplate::id::serial::{Date, Scheme};
use nameplate::image::Raw;
use nameplate::repair::Template;
use nameplate::{At, Encoding, Field, Layout, Repair};

const BASE: u64 = 0x0800_0000;

/// A device whose every third attempt leaves one bit wrong.
struct Device {
    flash: Vec<u8>,
    attempts: u32,
}

impl Device {
    fn program(&mut self, image: &[u8]) {
        self.flash.copy_from_slice(image);
        self.attempts += 1;
        if let (0, Some(byte)) = (self.attempts % 3, self.flash.get_mut(0x1F08)) {
            *byte ^= 1;
        }
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let firmware = std::fs::read("examples/firmware/firmware.bin")?;
    let template = Raw::new(&firmware, BASE)?;
    let plan = Layout::new()
        .field(Field::new("serial", At::address(0x0800_1F04), Encoding::ascii(16).pad(0)))
        .field(Field::new("mac", At::address(0x0800_1F14), Encoding::bytes(6)))
        .repair(
            Repair::crc("identity", CRC_32_ISO_HDLC, 0x0800_1F00..0x0800_1F1C)
                .stored_at(0x0800_1F1C)
                .u32_le()
                .template(Template::Blank),
        )
        .repair(Repair::crc("image", CRC_32_ISO_HDLC, BASE..0x0800_1FFC).stored_at(0x0800_1FFC).u32_le())
        .compile(&template)?;
    let serials = Scheme::parse("EUDV{YY}{MM}-{seq:6}")?.dated(Date::new(2024, 7, 1)?);
    let macs = Block::from_prefix("70B3D57ED")?;

    let mut unit = plan.unit(&template)?;
    let mut device = Device { flash: vec![0xFF; firmware.len()], attempts: 0 };
    for n in 1..=5 {
        // The number belongs to this board from here on, whatever becomes of it.
        let serial = serials.nth(n)?;
        let image = unit.stamp(&[("serial", serial.into()), ("mac", macs.eui48(n - 1)?.into())])?.bytes();
        for attempt in 1..=3 {
            device.program(image);
            let reading = plan.read(&Raw::new(&device.flash, BASE)?)?;
            let same = reading.field("serial").is_some_and(|field| field.matches(&serial.into()));
            if same && reading.checks().all(|check| check.is_right()) {
                println!("{serial}: flashed and read back, attempt {attempt}");
                break;
            }
            println!("{serial}: attempt {attempt} failed, {reading:?}");
        }
    }
    Ok(())
}
