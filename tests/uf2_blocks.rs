//! What single blocks of UF2 files are, and say of themselves.

use nameplate::image::Uf2;
use nameplate::image::uf2::{Blocks, Role};

use crate::uf2::{RP2040, file, image};
use crate::uf2_twin::Raw;

/// A block that is like the one for E10 but for its flags, its family or its number is memory.
#[test]
fn blocks_that_are_not_for_e10() {
    let roles = |family: u32, flags: u32, total: u32| -> Vec<Role> {
        let block = |n| {
            let mut block = Raw::new(family, 0x10FF_0000 + 256 * n, (n, total), &[0xEF; 256]);
            block.flags |= flags;
            block
        };
        let bytes = file(&(0..total).map(block).collect::<Vec<_>>());
        Blocks::parse(&bytes).unwrap().iter().map(|block| block.role()).collect()
    };
    assert_eq!(roles(0xE48B_FF57, 0, 3), [Role::Memory; 3]);
    assert_eq!(roles(RP2040, 0, 2), [Role::Memory; 2]);
    assert_eq!(roles(0xE48B_FF57, 1, 2), [Role::Comment; 2]);
}

/// What a block says of itself.
#[test]
fn blocks_in_words() {
    let mut blocks = image(RP2040, 0x1000_0000, 2, 1);
    blocks[1].flags = 0x1000;
    blocks[1].payload.truncate(4);
    blocks[1].rest = vec![0xA5; 472];
    blocks[1].rest[..6].copy_from_slice(b"a.txt\0");
    let bytes = file(&blocks);
    let blocks = Blocks::parse(&bytes).unwrap();
    let names: Vec<Option<&[u8]>> = blocks.iter().map(|block| block.file_name()).collect();
    assert_eq!(names, [None, Some(&b"a.txt"[..])]);
    let shown: Vec<String> = blocks.iter().map(|block| format!("{block:?}")).collect();
    assert_eq!(
        shown,
        [
            "0 of 2: Memory, RP2040 (0xE48BFF56), 256 bytes at 0x10000000",
            "1 of 2: Container, none, 4 bytes at 0x10000100"
        ]
    );
    assert_eq!(
        format!("{blocks:?} {:?}", Uf2::parse(&bytes).unwrap()),
        "[Found { family: Family(Some(3834380118)), memory: 1, others: 0 }] RP2040 (0xE48BFF56) [0x10000000..0x10000100]"
    );
}
