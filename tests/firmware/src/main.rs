//! Three units of the example's firmware, by the programmer of the example `offline`. `.ci/cross.sh firmware` compares
//! what a Cortex-M4 prints with what the host prints.
#![cfg_attr(target_os = "none", no_std, no_main)]

#[path = "../../../examples/offline/programmer.rs"]
mod programmer;

use nameplate::id::serial::Scheme;
use nameplate::image::Hex;

static TEXT: &[u8] = include_bytes!("../../../examples/firmware/firmware.hex");

/// Hands over the files of three units; `None` if one could not be made.
fn units(buffer: &mut [u8], mut write: impl FnMut(&[u8]) -> bool) -> Option<()> {
    let firmware = Hex::parse(TEXT).ok()?;
    let plan = programmer::plan(&firmware)?;
    let serials = Scheme::parse("EUDV2407-{seq:6}").ok()?.undated().ok()?;
    let next = programmer::run(&plan, &firmware, buffer, &serials, 1..4, |_, file| write(file))?;
    (next == 4).then_some(())
}

#[cfg(not(target_os = "none"))]
fn main() {
    use std::io::Write;

    let mut out = std::io::stdout().lock();
    units(&mut [0; TEXT.len()], |file| out.write_all(file).is_ok()).expect("three units");
}

#[cfg(target_os = "none")]
mod board {
    use cortex_m_semihosting::{debug, hio};
    use embedded_alloc::LlffHeap as Heap;
    use panic_semihosting as _;

    #[global_allocator]
    static HEAP: Heap = Heap::empty();

    #[cortex_m_rt::entry]
    fn main() -> ! {
        static mut BUFFER: [u8; super::TEXT.len()] = [0; super::TEXT.len()];
        // SAFETY: once, before anything is allocated.
        unsafe {
            embedded_alloc::init!(HEAP, 1 << 20);
        }
        let mut out = hio::hstdout().unwrap();
        super::units(BUFFER, |file| out.write_all(file).is_ok()).expect("three units");
        debug::exit(debug::EXIT_SUCCESS);
        unreachable!("the emulator has ended");
    }
}
