//! Boards in place of real ones: probe-rs's own fake probe, whose memory is that of an ELF file. It takes no writes, so a
//! board is made with what it shall hold.

use std::error::Error;

use probe_rs::probe::fake_probe::FakeProbe;
use probe_rs::{Permissions, Session};

const CHIP: &str = "STM32F405RGTx";

/// Where the first program header of an ELF file of 32 bits says the segment's offset, and its sizes in file and memory.
const OFFSET: usize = 52 + 4;
const SIZES: [usize; 2] = [52 + 16, 52 + 20];

/// A board whose memory reads as zeros.
pub(crate) fn blank() -> Result<Session, Box<dyn Error>> {
    Ok(FakeProbe::with_mocked_core().into_probe().attach(CHIP, Permissions::default())?)
}

/// A board that holds `memory` where the ELF file `firmware` has its one segment.
pub(crate) fn holding(firmware: &[u8], memory: &[u8]) -> Result<Session, Box<dyn Error>> {
    let mut file = firmware.to_vec();
    let offset = usize::try_from(u32::from_le_bytes(*word(&mut file, OFFSET)?))?;
    let segment = file.get_mut(offset..).and_then(|rest| rest.get_mut(..memory.len()));
    segment.ok_or("the segment ends after the file")?.copy_from_slice(memory);
    // The fake reads the last word of a segment as zero, so here the segment ends four bytes later.
    for at in SIZES {
        let size = word(&mut file, at)?;
        *size = (u32::from_le_bytes(*size) + 4).to_le_bytes();
    }
    let path = std::env::temp_dir().join(format!("nameplate-board-{}.elf", std::process::id()));
    std::fs::write(&path, file)?;
    let probe = FakeProbe::with_mocked_core_and_binary(&path).into_probe();
    std::fs::remove_file(path)?;
    Ok(probe.attach(CHIP, Permissions::default())?)
}

fn word(file: &mut [u8], at: usize) -> Result<&mut [u8; 4], &'static str> {
    file.get_mut(at..).and_then(|rest| rest.first_chunk_mut()).ok_or("the file has no program header")
}
