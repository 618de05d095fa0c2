//! The acceptance check behind the flasher: what does this board hold, and is it what the journal says? From a dump of its
//! flash, each field and each checksum gets its verdict.
//!
//!     cargo run --example acceptance

use std::error::Error;

use nameplate::check::CRC_32_ISO_HDLC;
use nameplate::image::Raw;
use nameplate::repair::Template;
use nameplate::value::View;
use nameplate::{At, Encoding, Field, Layout, Plan, Repair, Value};

const BASE: u64 = 0x0800_0000;
const SERIAL: &str = "EUDV2407-000042";
const MAC: [u8; 6] = [0x70, 0xB3, 0xD5, 0x7E, 0xD0, 0x2A];

/// Prints a verdict for each field and checksum; how many are wrong.
fn judge(plan: &Plan, dump: &[u8], expected: &[(&str, Value<'_>)]) -> Result<usize, Box<dyn Error>> {
    let image = Raw::new(dump, BASE)?;
    let reading = plan.read(&image)?;
    let mut wrong = 0;
    for (name, value) in expected {
        let field = reading.field(name).ok_or("the plan has no such field")?;
        let verdict = match () {
            () if field.matches(value) => "as the journal says",
            () if field.is_erased() => "blank: never stamped",
            () => "not what the journal says",
        };
        wrong += usize::from(!field.matches(value));
        let found = field.value().ok();
        match found.as_ref().and_then(Value::view) {
            Some(View::Text(text)) => println!("  {}: {text}, {verdict}", field.name()),
            _ => println!("  {field:?}, {verdict}"),
        }
    }
    for check in reading.checks() {
        wrong += usize::from(!check.is_right());
        println!("  {check:?}");
    }
    Ok(wrong)
}

fn main() -> Result<(), Box<dyn Error>> {
    let firmware = std::fs::read("examples/firmware/firmware.bin")?;
    let template = Raw::new(&firmware, BASE)?;
    let identity = Repair::crc("identity", CRC_32_ISO_HDLC, 0x0800_1F00..0x0800_1F1C);
    let image = Repair::crc("image", CRC_32_ISO_HDLC, BASE..0x0800_1FFC);
    let plan = Layout::new()
        .field(Field::new("serial", At::address(0x0800_1F04), Encoding::ascii(16).pad(0)))
        .field(Field::new("mac", At::address(0x0800_1F14), Encoding::bytes(6)))
        .repair(identity.stored_at(0x0800_1F1C).u32_le().template(Template::Blank))
        .repair(image.stored_at(0x0800_1FFC).u32_le())
        .compile(&template)?;
    let expected = [("serial", SERIAL.into()), ("mac", Value::from(&MAC))];
    let good = plan.stamper(&template)?.stamp(&expected)?.bytes().to_vec();

    // Boards as they come back. The MAC of the third lies the wrong way round, under checksums that are right.
    let mut flipped = good.clone();
    flipped.iter_mut().skip(0x200).take(1).for_each(|byte| *byte ^= 0x10);
    let backwards: Vec<u8> = MAC.iter().rev().copied().collect();
    let swapped = [("serial", SERIAL.into()), ("mac", Value::from(&*backwards))];
    let swapped = plan.stamper(&template)?.stamp(&swapped)?.bytes().to_vec();
    let boards = [
        ("as flashed", good, 0),
        ("a bit of the code is wrong", flipped, 1),
        ("MAC the wrong way round", swapped, 1),
        ("never stamped", firmware.clone(), 3),
    ];
    for (what, dump, wrong) in boards {
        println!("{what}:");
        assert_eq!(judge(&plan, &dump, &expected)?, wrong);
    }

    let error = judge(&plan, &vec![0xFF; firmware.len()], &expected).err().ok_or("a protected part was read")?;
    println!("read-protected:\n  {error}");
    Ok(())
}
