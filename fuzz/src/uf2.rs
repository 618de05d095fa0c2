//! UF2 files.

use nameplate::image::uf2::{Blocks, Family, Options, Style, Uf2};
use nameplate::image::{Container, Sparse};
use nameplate::{At, Encoding, Field, Guard, Layout, Value};

use crate::memory;
use crate::uf2_twin::{self as twin, Raw};

const FAMILIES: [u32; 4] = [0xE48B_FF56, 0xE48B_FF59, 0xE48B_FF57, 0xE48B_FF56];
const FLAGS: [u32; 16] = [
    0x2000, 0x2000, 0x2000, 0x2000, 0x2000, 0, 0x2001, 0x1000, 0x6000, 0x6000, 0xE000, 0xA000, 0xA000, 0x3000, 0x2001,
    0x4000,
];
const SIZES: [usize; 12] = [16, 16, 16, 60, 452, 300, 4, 0, 1, 256, 475, 476];
const PAGES: [u32; 4] = [0x1000_0000, 0x1000_0000, 0, 0xFFFF_0000];

/// Eight bytes of input as a block of 512: what a file of two blocks would take is too much for a fuzzer to vary.
fn block(&[kind, size, low, high, number, total, tail, seed]: &[u8; 8]) -> Vec<u8> {
    let (kind, flags) = (usize::from(kind), FLAGS[usize::from(kind) % 16]);
    let address = PAGES[kind >> 6] + u32::from(u16::from_le_bytes([low, high]));
    let size = SIZES[usize::from(size) % 12];
    // Blocks that overlap agree, unless the seed says otherwise of the second half.
    let other = |n: u32| if seed & 1 == 1 && n as usize >= size / 2 { seed } else { 0 };
    let byte = |n: u32| (address.wrapping_add(n).wrapping_mul(37) >> 3) as u8 ^ other(n);
    let mut payload: Vec<u8> = (0..size as u32).map(byte).collect();
    if seed == 0xEF {
        payload.fill(0xEF);
    }
    let mut raw = Raw::new(FAMILIES[kind >> 4 & 3], address, (number.into(), total.into()), &payload);
    raw.flags = flags;
    if flags & 0x4000 != 0 {
        let region = [address.to_le_bytes(), (size as u32).to_le_bytes()].concat();
        let sum = [&region[..], &twin::md5(&payload)].concat();
        for at in [(tail & 1 != 0).then_some(size), (tail & 2 != 0).then_some(452)].into_iter().flatten() {
            if let Some(to) = at.checked_sub(size).and_then(|at| raw.rest.get_mut(at..at + 24)) {
                to.copy_from_slice(&sum);
            }
        }
    } else if let Some(to) = raw.rest.first_chunk_mut() {
        *to = [tail, 0xBC, 0xC7, 0x9F];
    }
    let mut bytes = raw.bytes();
    if seed == 0xFE {
        bytes[508] ^= tail;
    }
    bytes
}

fn blocks(input: &[u8]) -> Vec<u8> {
    input.as_chunks().0.iter().take(12).flat_map(block).collect()
}

/// Any bytes, and blocks that are nearly right: the verdict and the memory of the slow reader.
pub fn parse_uf2(input: &[u8]) {
    for file in [input.to_vec(), blocks(input)] {
        match Blocks::parse(&file) {
            Ok(blocks) => {
                let shown: Vec<String> =
                    blocks.iter().map(|block| format!("{block:?} {:?}", block.file_name())).collect();
                let tags: usize = blocks.iter().map(|block| block.tags().count()).sum();
                assert!(shown.len() * 512 == file.len() && tags <= shown.len() * 119 && blocks.file() == file);
                assert!(twin::blocks(&file, true).is_some());
            }
            Err(error) => {
                assert!(!error.to_string().is_empty() && error.block().is_none_or(|block| block * 512 < file.len()));
                assert!(twin::blocks(&file, true).is_none(), "{error}");
            }
        }
        let families = [Family::NONE, Family::RP2040, Family::ABSOLUTE];
        for family in [None, families.get(input.len() % 8).copied()] {
            let options = family.map_or(Options::new(), |family| Options::new().family(family));
            let twin = twin::read(&file, family.map(Family::id), true);
            match (Uf2::parse_with(&file, &options), twin) {
                (Ok(uf2), Some(twin)) => {
                    assert_eq!(memory(&uf2), twin);
                    let _ = format!("{uf2:?} {:?}", uf2.seal());
                }
                (Err(error), None) => assert!(!error.to_string().is_empty()),
                (ours, twin) => panic!("{ours:?}, but the twin says {:?}", twin.map(|memory| memory.len())),
            }
        }
    }
}

/// Two fields side by side, stamped twice: what the slow writer makes of the file, and back to the letter; and the memory
/// written anew reads back.
pub fn spec_uf2(input: &[u8]) {
    let Some((&[at, high, len, seed], input)) = input.split_first_chunk::<4>() else { return };
    let file = blocks(input);
    let Ok(uf2) = Uf2::parse(&file) else { return };
    let known = memory(&uf2);
    let Some((&address, _)) = known.iter().nth(usize::from(u16::from_le_bytes([at, high]))) else { return };
    for erased in [0xFF, 0x00] {
        let style = Style::new(uf2.family()).erased(nameplate::image::Erased::byte(erased));
        let written = style.to_vec(&Sparse::new(&uf2)).unwrap();
        let back = memory(&Uf2::parse(&written).unwrap());
        assert!(
            back.iter().all(|(at, byte)| known.get(at).unwrap_or(&erased) == byte)
                && known.keys().all(|at| back.contains_key(at))
        );
    }
    let len = usize::from(len) + 2;
    let (one, two) = (len / 2, len - len / 2);
    let field =
        |name: &str, at: u64, len: usize| Field::new(name, At::address(at), Encoding::bytes(len)).expect(Guard::Any);
    let layout = Layout::new().field(field("one", address, one)).field(field("two", address + one as u64, two));
    let Ok(plan) = layout.compile(&uf2) else { return };
    let mut unit = plan.stamper(&uf2).unwrap();
    for seed in [seed, !seed] {
        let bytes: Vec<u8> = (0..len).map(|n| seed.wrapping_mul(31).wrapping_add(n as u8)).collect();
        let values = [("two", Value::from(&bytes[one..])), ("one", Value::from(&bytes[..one]))];
        let stamped = unit.stamp(&values).unwrap().bytes().to_vec();
        assert!(stamped == twin::stamped(&file, uf2.family().id(), address, &bytes));
        let again = Uf2::parse(&stamped).unwrap();
        assert!(*plan.undo(&again, &uf2).unwrap() == file);
    }
    assert!(unit.undo() == file);
}
