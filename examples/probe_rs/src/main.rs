//! A flasher on probe-rs: each unit's bytes, by address, go into probe-rs's loader; the board is read back and judged by
//! the plan that stamped it. The probe is probe-rs's fake, which prints each access; `Lister` and `Probe::attach` give a
//! real one.
//!
//!     cargo run --manifest-path examples/probe_rs/Cargo.toml

mod board;

use std::error::Error;

use nameplate::check::CRC_32_ISO_HDLC;
use nameplate::image::{Elf, Merge, Sparse};
use nameplate::plan::Stamper;
use nameplate::repair::Template;
use nameplate::{At, Encoding, Field, Layout, Repair, Span};
use probe_rs::flashing::{DownloadOptions, FlashError, FlashLoader};
use probe_rs::{MemoryInterface, Session};

const FIRMWARE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../firmware/firmware.elf");

/// What one station has. Nothing in it is borrowed.
struct Station {
    stamper: Stamper,
    /// Where the bytes of a unit lie, end to end.
    segments: Vec<Span>,
}

impl Station {
    fn new(file: &[u8]) -> Result<Self, Box<dyn Error>> {
        let elf = Elf::parse(file)?;
        let firmware = Sparse::new(&elf);
        let identity = Repair::crc("identity", CRC_32_ISO_HDLC, 0x0800_1F00..0x0800_1F1C);
        let image = Repair::crc("image", CRC_32_ISO_HDLC, 0x0800_0000..0x0800_1FFC);
        let stamper = Layout::new()
            .field(Field::new("serial", At::symbol("nameplate").plus(4), Encoding::ascii(16).pad(0)))
            .repair(identity.stored_at(0x0800_1F1C).u32_le().template(Template::Blank))
            .repair(image.stored_at(0x0800_1FFC).u32_le())
            .located(&elf)?
            .compile(&firmware)?
            .into_stamper(&firmware)?;
        Ok(Self { stamper, segments: firmware.segments().map(|(span, _)| span).collect() })
    }

    /// Stamps a unit, and hands its bytes to a loader for the part behind `session`.
    fn load(&mut self, session: &Session, serial: &str) -> Result<FlashLoader, Box<dyn Error>> {
        let mut rest = self.stamper.stamp(&[("serial", serial.into())])?.bytes();
        let mut loader = session.target().flash_loader();
        for span in &self.segments {
            let (segment, others) = rest.split_at_checked(span.len().try_into()?).ok_or("less bytes than segments")?;
            loader.add_data(span.start(), segment)?;
            rest = others;
        }
        Ok(loader)
    }

    /// Whether the board holds this unit, with checksums that are right.
    fn verified(&self, session: &mut Session, serial: &str) -> Result<bool, Box<dyn Error>> {
        let mut core = session.core(0)?;
        let mut pieces = Vec::new();
        for span in &self.segments {
            // By words, which each probe can read.
            let mut words = vec![0; usize::try_from(span.len())?.div_ceil(4)];
            core.read_32(span.start(), &mut words)?;
            pieces.push((span.start(), words.iter().flat_map(|word| word.to_le_bytes()).collect::<Vec<u8>>()));
        }
        let dump = Sparse::from_pieces(pieces.iter().map(|(start, bytes)| (*start, &**bytes)), Merge::Error)?;
        let reading = self.stamper.plan().read(&dump)?;
        let same = reading.field("serial").is_some_and(|field| field.matches(&serial.into()));
        Ok(same && reading.checks().all(|check| check.is_right()))
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let file = std::fs::read(FIRMWARE)?;
    let mut station = Station::new(&file)?;

    // A part that reads as one byte everywhere: nothing was flashed, or it does not let itself be read.
    let unread = station.verified(&mut board::blank()?, "EUDV2407-000042");
    assert!(unread.is_err_and(|error| error.to_string().contains("every byte")), "a blank board was judged");

    for serial in ["EUDV2407-000042", "EUDV2407-000043"] {
        let mut session = board::blank()?;
        let mut loader = station.load(&session, serial)?;
        // For a real probe `verify` in place of `dry_run`; `keep_unwritten_bytes` where the rest of a sector counts.
        let mut options = DownloadOptions::default();
        options.dry_run = true;
        loader.commit(&mut session, options)?;

        // The board as probe-rs would have programmed it, and one that lost a bit of its serial.
        let (start, memory) = loader.data().next().ok_or("nothing was loaded")?;
        assert_eq!((start, memory.len(), loader.data().count()), (0x0800_0000, 0x2000, 1));
        let mut session = board::holding(&file, memory)?;
        assert!(station.verified(&mut session, serial)?, "{serial} reads back wrong");
        let mut memory = memory.to_vec();
        memory.iter_mut().skip(0x1F08).take(1).for_each(|byte| *byte ^= 1);
        let mut session = board::holding(&file, &memory)?;
        assert!(!station.verified(&mut session, serial)?, "a board with a wrong bit passed");

        // probe-rs refuses bytes that it has already, and those for which the part has no memory.
        let again = loader.add_data(0x0800_1F04, serial.as_bytes());
        assert!(matches!(again, Err(FlashError::DataOverlaps { .. })), "{again:?}");
        let outside = loader.add_data(0x0900_0000, serial.as_bytes());
        assert!(matches!(outside, Err(FlashError::NoSuitableNvm { .. })), "{outside:?}");
        println!("{serial}: verified");
    }
    Ok(())
}
