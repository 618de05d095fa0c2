//! An adapter for flashing tools that take segments, as probe-rs does: a list of addresses, each with its bytes. The whole
//! image with its identity, or in a second pass only what differs.
//!
//!     cargo run --example segments

use std::collections::BTreeMap;
use std::error::Error;

use nameplate::image::{Elf, Merge, Sparse};
use nameplate::repair::Template;
use nameplate::{At, Encoding, Field, Layout, Repair, Span, check::CRC_32_ISO_HDLC};

/// What such a tool has: segments with gaps between them, none of them over another.
#[derive(Default)]
struct Loader {
    segments: BTreeMap<u64, Vec<u8>>,
}

impl Loader {
    fn add_data(&mut self, address: u64, bytes: &[u8]) -> Result<(), String> {
        let span =
            |start: u64, bytes: &[u8]| u64::try_from(bytes.len()).ok().and_then(|len| Span::new(start, len).ok());
        let new = span(address, bytes).ok_or("beyond the address space")?;
        let mut old = self.segments.iter().filter_map(|(start, bytes)| span(*start, bytes));
        if let Some(both) = old.find_map(|old| old.common(new)) {
            return Err(format!("{both} is there already"));
        }
        let _ = self.segments.insert(address, bytes.to_vec());
        Ok(())
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let file = std::fs::read("examples/firmware/firmware.elf")?;
    let elf = Elf::parse(&file)?;

    // What the tool hands over: segments in any order, here last to first.
    let memory = Sparse::new(&elf);
    let given: Vec<(u64, &[u8])> = memory.segments().map(|(span, bytes)| (span.start(), bytes)).collect();
    let firmware = Sparse::from_pieces(given.iter().rev().copied(), Merge::Error)?;

    // Segments have no names; the ELF file of the build has.
    let identity = Repair::crc("identity", CRC_32_ISO_HDLC, 0x0800_1F00..0x0800_1F1C);
    let image = Repair::crc("image", CRC_32_ISO_HDLC, 0x0800_0000..0x0800_1FFC);
    let plan = Layout::new()
        .field(Field::new("serial", At::symbol("nameplate").plus(4), Encoding::ascii(16).pad(0)))
        .repair(identity.stored_at(0x0800_1F1C).u32_le().template(Template::Blank))
        .repair(image.stored_at(0x0800_1FFC).u32_le())
        .located(&elf)?
        .compile(&firmware)?;
    let mut unit = plan.stamper(&firmware)?;
    let stamped = unit.stamp(&[("serial", "EUDV2407-000042".into())])?;

    // The whole board: the stamped bytes are those of the segments, end to end.
    let mut whole = Loader::default();
    let mut rest = stamped.bytes();
    for (span, bytes) in firmware.segments() {
        let (segment, others) = rest.split_at(bytes.len());
        whole.add_data(span.start(), segment)?;
        println!("whole board: {span}, {} bytes", segment.len());
        rest = others;
    }
    assert!(rest.is_empty());

    // A board that has the firmware already: only the field and the words of the checksums.
    let mut delta = Loader::default();
    for (span, bytes) in stamped.writes() {
        delta.add_data(span.start(), bytes)?;
        println!("second pass: {span}, {} bytes", bytes.len());
    }

    // Both ways give the board the same bytes.
    let board = |loader: &Loader| {
        Sparse::from_pieces(loader.segments.iter().map(|(address, bytes)| (*address, &**bytes)), Merge::Error)
    };
    assert!(firmware.merge(&board(&delta)?, Merge::PreferOverlay)? == board(&whole)?);
    Ok(())
}
