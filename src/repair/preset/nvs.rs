//! The CRCs of a value in an NVS partition.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::addr::Span;
use crate::image::nvs::{Item, crc};
use crate::repair::description::Repair;
use crate::repair::reads::Reads;
use crate::width;

/// The CRCs of a value in the NVS partition whose first byte lies at `base`: of text and blobs `name.data` over the bytes,
/// and `name.entry` over the entry, which has the other in it. Of a blob in chunks both of each, of the second
/// `name.2.data`. The template's must be right.
///
/// ```
/// use nameplate::image::nvs::{Data, Writer};
/// use nameplate::image::{Nvs, Raw};
/// use nameplate::repair::preset;
/// use nameplate::{At, Encoding, Field, Layout};
///
/// let mut writer = Writer::new(0x3000)?;
/// writer.put("factory", "mac", Data::Blob(&[0; 6]))?;
/// let file = writer.finish();
/// let nvs = Nvs::parse(&file)?;
/// let item = nvs.get("factory", "mac").unwrap();
/// let start = 0x9000 + item.parts().next().unwrap().start as u64;
/// let field = Field::new("mac", At::address(start), Encoding::bytes(6)).expect(nameplate::Guard::Any);
/// let layout = preset::nvs_item("mac", &item, 0x9000).into_iter().fold(Layout::new().field(field), Layout::repair);
/// let image = Raw::new(&file, 0x9000)?;
/// let mac = [0x00, 0x80, 0xE1, 0, 0, 42];
/// let stamped = layout.compile(&image)?.stamper(&image)?.stamp(&[("mac", (&mac).into())])?.bytes().to_vec();
/// assert_eq!(*Nvs::parse(&stamped)?.get("factory", "mac").unwrap().bytes(), mac);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn nvs_item(name: &str, item: &Item<'_, '_>, base: u64) -> Vec<Repair> {
    let mut repairs = Vec::new();
    for (part, number) in item.parts().zip(1_usize..) {
        let name = if number == 1 { name.to_string() } else { format!("{name}.{number}") };
        let at = |offset: usize| base.saturating_add(width::wide(offset));
        let entry = at(part.offset);
        let within = |from: u64, to: u64| entry.saturating_add(from)..entry.saturating_add(to);
        // What finds the entry, and says how long its data are.
        let reads = [within(0, 4), within(8, if part.has_crc { 28 } else { 24 })];
        let reads = reads.into_iter().filter_map(|range| Span::try_from(range).ok()).collect();
        let reads = Reads::new("NVS entry", reads);
        if part.has_crc && part.len > 0 {
            let over = at(part.start)..at(part.range().end);
            let data = Repair::crc(joined(&name, "data"), crc(), over).stored_at(entry.saturating_add(28)).u32_le();
            repairs.push(data.found_by(reads.clone()));
        }
        let sum = Repair::crc(joined(&name, "entry"), crc(), within(0, 4)).and_over(within(8, 32));
        repairs.push(sum.stored_at(entry.saturating_add(4)).u32_le().found_by(reads));
    }
    repairs
}

fn joined(name: &str, part: &str) -> String {
    [name, part].join(".")
}
