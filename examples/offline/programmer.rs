//! The core of an offline programmer: nothing but `core` and nameplate, the caller's buffer, and no allocation from the
//! first board to the last.

use core::ops::Range;

use nameplate::check::CRC_32_ISO_HDLC;
use nameplate::image::Container;
use nameplate::repair::Template;
use nameplate::{At, Encoding, Field, Layout, Plan, Repair, Source};

/// A serial number of 16 characters, and the two checksums that cover it.
pub(crate) fn plan(firmware: &dyn Container) -> Option<Plan> {
    let identity = Repair::crc("identity", CRC_32_ISO_HDLC, 0x0800_1F00..0x0800_1F1C);
    let image = Repair::crc("image", CRC_32_ISO_HDLC, 0x0800_0000..0x0800_1FFC);
    Layout::new()
        .field(Field::new("serial", At::address(0x0800_1F04), Encoding::ascii(16).pad(0)))
        .repair(identity.stored_at(0x0800_1F1C).u32_le().template(Template::Blank))
        .repair(image.stored_at(0x0800_1FFC).u32_le())
        .compile(firmware)
        .ok()
}

/// Gives each board its number until one of them is not flashed; the next number to use, or nothing when the firmware
/// or a number does not do.
///
/// `buffer` is as long as the firmware's file. `flash` gets a number and the file of its board. It keeps the number,
/// then writes, then reads back, and says whether the board holds the file.
pub(crate) fn run(
    plan: &Plan,
    firmware: &dyn Container,
    buffer: &mut [u8],
    serials: &impl Source,
    numbers: Range<u64>,
    mut flash: impl FnMut(u64, &[u8]) -> bool,
) -> Option<u64> {
    let mut unit = plan.stamper_in(firmware, buffer).ok()?;
    for number in numbers.clone() {
        let stamped = unit.stamp(&[("serial", serials.value(number).ok()?)]).ok()?;
        if !flash(number, stamped.bytes()) {
            // Nobody knows what that board holds: its number is gone.
            return number.checked_add(1);
        }
    }
    Some(numbers.end)
}
