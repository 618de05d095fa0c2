//! A flasher in miniature: a struct that owns its stamper, on a thread of its own; for each board stamp, flash, read
//! back, and a journal that accounts for every number.
//!
//!     cargo run --example flasher

use std::error::Error;

use nameplate::check::CRC_32_ISO_HDLC;
use nameplate::id::eui::Block;
use nameplate::id::serial::{Date, Scheme, Serials};
use nameplate::image::Raw;
use nameplate::plan::Stamper;
use nameplate::repair::Template;
use nameplate::{At, Encoding, Field, Layout, Plan, Repair, Value};

const BASE: u64 = 0x0800_0000;
const BOARDS: u64 = 6;
const ATTEMPTS: u32 = 3;

/// Every third attempt leaves one bit wrong; the fourth board's flash is worn out.
#[derive(Default)]
struct Fixture {
    flash: Vec<u8>,
    attempts: u32,
    worn: bool,
}

impl Fixture {
    fn program(&mut self, image: &[u8]) {
        self.attempts += 1;
        self.flash = image.to_vec();
        if self.worn || self.attempts % 3 == 0 {
            // A bit of the serial: the file was right, so only reading back can tell.
            self.flash.iter_mut().skip(0x1F08).take(1).for_each(|byte| *byte ^= 1);
        }
    }
}

fn plan(template: &Raw<'_>) -> Result<Plan, Box<dyn Error>> {
    let identity = Repair::crc("identity", CRC_32_ISO_HDLC, 0x0800_1F00..0x0800_1F1C);
    let image = Repair::crc("image", CRC_32_ISO_HDLC, BASE..0x0800_1FFC);
    Ok(Layout::new()
        .field(Field::new("serial", At::address(0x0800_1F04), Encoding::ascii(16).pad(0)))
        .field(Field::new("mac", At::address(0x0800_1F14), Encoding::bytes(6)))
        .repair(identity.stored_at(0x0800_1F1C).u32_le().template(Template::Blank))
        .repair(image.stored_at(0x0800_1FFC).u32_le())
        .compile(template)?)
}

/// Whether the device holds these values, and checksums that are right.
fn verified(plan: &Plan, flash: &[u8], values: &[(&str, Value<'_>)]) -> Result<bool, Box<dyn Error>> {
    let dump = Raw::new(flash, BASE)?;
    let reading = plan.read(&dump)?;
    let same = values.iter().all(|(name, value)| reading.field(name).is_some_and(|field| field.matches(value)));
    Ok(same && reading.checks().all(|check| check.is_right()))
}

/// What one station has: nothing in it is borrowed, so it moves to the thread that talks to its programmer.
struct Flasher {
    stamper: Stamper,
    serials: Serials,
    macs: Block,
    fixture: Fixture,
    /// Append-only. A true one is a file, made durable before the next step.
    journal: Vec<(u64, &'static str)>,
}

impl Flasher {
    fn new(firmware: &[u8]) -> Result<Self, Box<dyn Error>> {
        let template = Raw::new(firmware, BASE)?;
        Ok(Self {
            stamper: plan(&template)?.into_stamper(&template)?,
            serials: Scheme::parse("EUDV{YY}{MM}-{seq:6}")?.dated(Date::new(2024, 7, 1)?),
            macs: Block::from_prefix("70B3D57ED")?,
            fixture: Fixture::default(),
            journal: Vec::new(),
        })
    }

    /// Gives board `n` its identity.
    fn flash(&mut self, n: u64) -> Result<(), Box<dyn Error>> {
        // Before the first attempt: the number belongs to this board from here on, whatever becomes of it.
        self.journal.push((n, "issued"));
        self.fixture.worn = n == 4;
        let (serial, mac) = (self.serials.nth(n)?, self.macs.eui48(n - 1)?);
        let values = [("serial", serial.into()), ("mac", mac.into())];
        let _ = self.stamper.stamp(&values)?;
        let mut outcome = "void";
        for attempt in 1..=ATTEMPTS {
            self.fixture.program(self.stamper.bytes());
            if verified(self.stamper.plan(), &self.fixture.flash, &values)? {
                outcome = "verified";
                println!("{serial}, {}: verified at attempt {attempt}", mac.hyphens());
                break;
            }
            println!("{serial}, {}: attempt {attempt} reads back wrong", mac.hyphens());
        }
        self.journal.push((n, outcome));
        Ok(())
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let firmware = std::fs::read("examples/firmware/firmware.bin")?;
    let mut flasher = Flasher::new(&firmware)?;
    let station = std::thread::spawn(move || {
        (1..=BOARDS).try_for_each(|n| flasher.flash(n)).map_err(|error| error.to_string())?;
        Ok::<_, String>(flasher)
    });
    let Flasher { journal, fixture, .. } = station.join().map_err(|_| "the station stopped")??;

    let count = |event: &str| journal.iter().filter(|(_, found)| *found == event).count();
    println!("{} issued = {} verified + {} void", count("issued"), count("verified"), count("void"));
    assert_eq!((count("issued"), count("verified"), count("void")), (6, 5, 1));
    assert_eq!(fixture.attempts, 10, "two boards were flashed twice, and one three times in vain");
    Ok(())
}
