//! UF2 files, made here block by block: what is read, what is refused and with which words, against a slow reader.

use nameplate::image::uf2::{Blocks, Family, Options, Role, Style, Uf2Error, WriteError};
use nameplate::image::{Container, Erased, Merge, Moved, Sparse, Uf2};
use nameplate::plan::PlanErrorKind;
use nameplate::{At, Encoding, Field, Guard, Layout, Span};
use proptest::prelude::*;

use crate::noise;
use crate::uf2_twin::{self as twin, Raw};

pub(crate) const RP2040: u32 = 0xE48B_FF56;
const ARM_S: u32 = 0xE48B_FF59;
const MD5: bool = cfg!(feature = "md5");

fn span(start: u64, len: u64) -> Span {
    Span::new(start, len).unwrap()
}

/// `count` blocks of noise, one behind the other from `address` on.
pub(crate) fn image(family: u32, address: u32, count: u32, seed: u64) -> Vec<Raw> {
    let block = |n: u32| Raw::new(family, address + 256 * n, (n, count), &noise(seed + u64::from(n), 256));
    (0..count).map(block).collect()
}

pub(crate) fn file(blocks: &[Raw]) -> Vec<u8> {
    blocks.iter().flat_map(Raw::bytes).collect()
}

/// Puts `region` and its MD5 at `at` of the block's data.
fn with_md5(mut block: Raw, at: usize) -> Raw {
    block.flags |= 0x4000;
    let at = at - block.payload.len();
    let digest = twin::md5(&block.payload);
    let region = [block.address.to_le_bytes(), (block.payload.len() as u32).to_le_bytes()].concat();
    block.rest[at..at + 24].copy_from_slice(&[&region[..], &digest].concat());
    block
}

fn memory(image: &dyn Container) -> crate::Memory {
    let mut found = crate::Memory::new();
    let _ = image.visit(span(0, u64::MAX), &mut |address, bytes| {
        found.extend((address..).zip(bytes.iter().copied()));
        std::ops::ControlFlow::Continue(())
    });
    found
}

/// What both make of a file: the twin's memory, or our refusal.
#[track_caller]
fn both(file: &[u8], family: Option<Family>) -> Result<crate::Memory, Uf2Error> {
    let options = family.map_or(Options::new(), |family| Options::new().family(family));
    let ours = Uf2::parse_with(file, &options);
    let theirs = twin::read(file, family.map(Family::id), MD5);
    match (ours, theirs) {
        (Ok(uf2), Some(theirs)) => {
            assert_eq!(memory(&uf2), theirs);
            let extent = theirs.first_key_value().map(|(first, _)| *first..theirs.last_key_value().unwrap().0 + 1);
            assert_eq!(uf2.extent(), extent.map(|extent| Span::try_from(extent).unwrap()));
            for segment in uf2.segments() {
                let around = [segment.start().wrapping_sub(1), segment.end()];
                assert!(uf2.locate(segment).is_ok() && !around.iter().any(|at| theirs.contains_key(at)), "{uf2:?}");
            }
            Ok(theirs)
        }
        (Err(error), None) => Err(error),
        (ours, theirs) => panic!("{ours:?}, and the twin: {:?}", theirs.map(|memory| memory.len())),
    }
}

fn accepted(blocks: &[Raw]) -> crate::Memory {
    both(&file(blocks), None).unwrap()
}

#[track_caller]
fn refused(file: &[u8], message: &str) {
    assert_eq!(both(file, None).unwrap_err().to_string(), message);
}

/// MD5 of the twin, by the test suite of RFC 1321.
#[test]
fn md5_of_the_twin() {
    let digests = [
        ("", "d41d8cd98f00b204e9800998ecf8427e"),
        ("abc", "900150983cd24fb0d6963f7d28e17f72"),
        (
            "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
            "57edf4a22be3c955ac49da2e2107b67a",
        ),
    ];
    for (text, digest) in digests {
        let found: String = twin::md5(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(found, digest);
    }
}

/// What files of tools have, and what the format allows.
#[test]
fn what_is_read() {
    let plain = image(RP2040, 0x1000_0000, 3, 1);
    let all = accepted(&plain);
    assert_eq!(all.len(), 768);
    // Without family, in any order, a block twice, in part twice.
    let no_family: Vec<Raw> = plain.iter().map(|block| Raw { flags: 0, family: 0, ..block.clone() }).collect();
    assert_eq!(accepted(&no_family), all);
    let reversed: Vec<Raw> = plain.iter().rev().cloned().collect();
    assert_eq!(accepted(&reversed), all);
    for again in [0, 1, 2] {
        let mut twice = plain.clone();
        twice.insert(1, plain[again].clone());
        assert_eq!(accepted(&twice), all);
        let bytes = file(&twice);
        assert_eq!(Uf2::parse(&bytes).unwrap().copied(), 256);
    }
    let mut part = plain.clone();
    for block in &mut part {
        block.total = 4;
    }
    part.push(Raw::new(RP2040, 0x1000_0080, (3, 4), &all.values().copied().skip(128).take(256).collect::<Vec<u8>>()));
    assert_eq!(accepted(&part), all);
    // Not main flash is counted and no memory; so is a part of a file, whose own field holds a size.
    let mut comment = plain.clone();
    comment[1].flags |= 1;
    assert_eq!(accepted(&comment).len(), 512);
    comment[1].flags = 0x1000;
    comment[1].family = 100;
    assert_eq!(accepted(&comment).len(), 512);
    let bytes = file(&comment);
    let roles: Vec<Role> = Blocks::parse(&bytes).unwrap().iter().map(|block| block.role()).collect();
    assert_eq!(roles, [Role::Memory, Role::Container, Role::Memory]);
    // Flash and RAM in one file; the last byte there is; a payload of nothing.
    let mut far = plain.clone();
    far[2].address = 0xFFFF_FF00;
    assert_eq!(accepted(&far).last_key_value().unwrap().0, &0xFFFF_FFFF);
    far[2].payload.clear();
    far[2].rest = vec![0; 476];
    assert_eq!(accepted(&far).len(), 512);
    // Joined files, of one family or of several; esptool numbers each input by itself.
    let joined = [plain.clone(), image(RP2040, 0x1010_0000, 1, 9), image(RP2040, 0x1020_0000, 1, 10)].concat();
    assert_eq!(accepted(&joined).len(), 768 + 512);
}

/// The block for erratum E10 is of no family, wherever it stands, with its tag or without.
#[test]
fn the_block_for_e10() {
    let mut e10 = Raw::new(0xE48B_FF57, 0x10FF_FF00, (0, 2), &[0xEF; 256]);
    let plain = image(ARM_S, 0x1000_0000, 2, 1);
    let without = [vec![e10.clone()], plain.clone()].concat();
    e10.flags |= 0x8000;
    e10.rest[..4].copy_from_slice(&0x9957_E304_u32.to_le_bytes());
    for blocks in [without, [vec![e10.clone()], plain.clone()].concat(), [plain.clone(), vec![e10.clone()]].concat()] {
        assert_eq!(accepted(&blocks), accepted(&plain));
        let bytes = file(&blocks);
        let uf2 = Uf2::parse(&bytes).unwrap();
        assert_eq!((uf2.family().id(), uf2.blocks().families().count()), (Some(ARM_S), 1));
    }
    let bytes = e10.bytes();
    let alone = Blocks::parse(&bytes).unwrap();
    let block = alone.iter().next().unwrap();
    let tags: Vec<_> = block.tags().map(|tag| (tag.kind, tag.data, tag.name())).collect();
    assert_eq!(tags, [(0x99_57E3, &[][..], Some("RP2350: ignore this block"))]);
    refused(&bytes, "the file has no data: none of its 1 blocks is memory");
    // With another byte it is a block like others.
    e10.payload[7] = 0;
    refused(
        &file(&[vec![e10], plain].concat()),
        "block number 1 of 2 is missing (family RP2XXX_ABSOLUTE (0xE48BFF57)): is the file cut off?",
    );
}

#[test]
fn families_are_never_mixed() {
    let blocks = [image(RP2040, 0x1000_0000, 2, 1), image(ARM_S, 0x1000_0000, 3, 5)].concat();
    let bytes = file(&blocks);
    refused(
        &bytes,
        "the file has images of 2 families: RP2040 (0xE48BFF56), RP2350_ARM_S (0xE48BFF59); say which one is meant",
    );
    assert_eq!(both(&bytes, Some(Family::RP2040)).unwrap(), accepted(&blocks[..2]));
    assert_eq!(both(&bytes, Some(Family::new(ARM_S))).unwrap(), accepted(&blocks[2..]));
    let error = both(&bytes, Some(Family::new(0x1234))).unwrap_err().to_string();
    let expected =
        "the file has no memory for family 0x00001234; it is for RP2040 (0xE48BFF56), RP2350_ARM_S (0xE48BFF59)";
    assert_eq!(error, expected);
    // A stamp changes one of them.
    let uf2 = Uf2::parse_with(&bytes, &Options::new().family(Family::new(ARM_S))).unwrap();
    let field = Field::new("f", At::address(0x1000_0000), Encoding::bytes(4)).expect(Guard::Any);
    let plan = Layout::new().field(field).compile(&uf2).unwrap();
    let mut unit = plan.stamper(&uf2).unwrap();
    let stamped = unit.stamp(&[("f", (&[1, 2, 3, 4]).into())]).unwrap().bytes();
    assert_eq!(stamped, twin::stamped(&bytes, Some(ARM_S), 0x1000_0000, &[1, 2, 3, 4]));
    assert_eq!(stamped[..1024], bytes[..1024]);
}

#[test]
fn what_is_refused() {
    let plain = image(RP2040, 0x1000_0000, 3, 1);
    let bytes = file(&plain);
    let with = |change: &dyn Fn(&mut Vec<Raw>)| {
        let mut blocks = plain.clone();
        change(&mut blocks);
        file(&blocks)
    };
    let poked = |at: usize, byte: u8| {
        let mut bytes = bytes.clone();
        bytes[at] = byte;
        bytes
    };
    refused(b"", "no UF2 file: it begins with 0x, expected 0x5546320A57515D9E");
    refused(b"UF2\nabc", "no UF2 file: it begins with 0x5546320A616263, expected 0x5546320A57515D9E");
    refused(&poked(0, 0x56), "no UF2 file: it begins with 0x5646320A57515D9E, expected 0x5546320A57515D9E");
    refused(&poked(516, 0), "block 1 (offset 0x200): the magic number at 4 is 0x9E5D5100, expected 0x9E5D5157");
    refused(&poked(1535, 1), "block 2 (offset 0x400): the magic number at 508 is 0x01B16F30, expected 0x0AB16F30");
    for (file, found) in [(&bytes[..1535], 511), (&bytes[..8], 8), (&[&bytes[..], b"\n"].concat(), 1)] {
        let block = file.len() / 512;
        let expected = format!(
            "block {block} (offset {:#X}): {found} bytes, expected 512: was the file cut off, or is something else behind it?",
            block * 512
        );
        refused(file, &expected);
    }
    refused(&poked(16, 0xDD), "block 0 (offset 0x0): a payload of 477 bytes, at most 476 are possible");
    refused(
        &with(&|blocks| blocks[2].address = 0xFFFF_FF01),
        "block 2 (offset 0x400): 256 bytes from 0xFFFFFF01 pass the end of the 32-bit address space",
    );
    refused(
        &with(&|blocks| blocks[2].number = 3),
        "block 2 (offset 0x400): its number is 3, and there are 3 blocks, whose numbers begin with 0",
    );
    refused(
        &with(&|blocks| drop(blocks.remove(1))),
        "block number 1 of 3 is missing (family RP2040 (0xE48BFF56)): is the file cut off?",
    );
    refused(
        &with(&|blocks| blocks[2].total = 5),
        "block 2 (offset 0x400): it is one of 5 blocks, and those of its family before it are of 3, of which number 2 is missing",
    );
    refused(
        &with(&|blocks| blocks[1].number = 0),
        "block 1 (offset 0x200): its number, 0 of 3, is that of block 0, and what they hold differs",
    );
    let clash = with(&|blocks| {
        blocks[2].address = 0x1000_0000;
        blocks[2].payload = blocks[0].payload.clone();
        blocks[2].payload[9] ^= 1;
    });
    let error = both(&clash, None).unwrap_err();
    let found = (bytes[41], bytes[41] ^ 1);
    let expected =
        format!("block 2 (offset 0x400): block 0 has {:#04X} at 0x10000009, and this one {:#04X}", found.0, found.1);
    assert_eq!((error.to_string(), error.block()), (expected, Some(2)));
    // Tags: too short, and past the data.
    for (len, fits) in
        [(0, true), (1, false), (3, false), (4, true), (219, true), (220, true), (221, false), (255, false)]
    {
        let tagged = with(&|blocks| {
            blocks[1].flags |= 0x8000;
            let tag = if len == 0 { [0; 4] } else { [len, 0x12, 0x34, 0x56] };
            blocks[1].rest[..4].copy_from_slice(&tag);
        });
        if fits {
            assert!(both(&tagged, None).is_ok(), "{len}");
            continue;
        }
        let expected = format!(
            "block 1 (offset 0x200): the tag at 288 of the block says that it has {len} bytes: it has 4 or more, and ends within the data"
        );
        refused(&tagged, &expected);
    }
}

/// The digest of firmware, and metadata of RP2350 with a hash or a signature, wherever they lie; not metadata alone.
#[test]
fn sealed_images_are_refused() {
    let compile = |blocks: &[Raw]| {
        let bytes = file(blocks);
        let uf2 = Uf2::parse(&bytes).unwrap();
        let moved = Moved::new(&uf2, Span::new(0, 4).unwrap(), 0x1000_0000).unwrap();
        assert_eq!(moved.seal(), uf2.seal());
        let field = Field::new("f", At::address(0x1000_0000), Encoding::bytes(4)).expect(Guard::Any);
        let layout = Layout::new().field(field);
        let found = layout.compile(&uf2).map(drop).map_err(|error| {
            assert!(matches!(error.kind(), PlanErrorKind::Sealed(_)), "{error}");
            error.to_string()
        });
        // A plan of another file of the build does not bind either.
        let plan = layout.compile(&Sparse::new(&uf2)).unwrap();
        assert_eq!(plan.stamper(&uf2).map(drop).map_err(|error| error.to_string()), found);
        found
    };
    let metadata = |items: &[u8]| {
        let mut block = 0xFFFF_DED3_u32.to_le_bytes().to_vec();
        block.extend([0x42, 1, 0x21, 0x10]);
        block.extend(items);
        block.extend([0xFF, (1 + items.len() / 4) as u8, 0, 0, 0, 0, 0, 0]);
        block.extend(0xAB12_3579_u32.to_le_bytes());
        block
    };
    let hash = [&[0x4B, 9, 0, 0][..], &[7; 32]].concat();
    let signature = [&[0x09, 33, 0, 1][..], &[7; 128]].concat();
    let seal = |at: u32, what: &str| {
        Err(format!(
            "the image is sealed: the metadata at {at:#010X} have a {what} of it (RP2350); stamp the image first, and seal each unit"
        ))
    };
    for (items, what) in [(&[][..], None), (&hash, Some("hash")), (&signature, Some("signature"))] {
        // Across two blocks as well.
        for at in [0x10_u32, 0xF8, 0x1FC] {
            let mut blocks = image(ARM_S, 0x1000_0000, 4, 3);
            for (n, byte) in metadata(items).into_iter().enumerate() {
                let at = at as usize + n;
                blocks[at / 256].payload[at % 256] = byte;
            }
            let expected = what.map_or(Ok(()), |what| seal(0x1000_0000 + at, what));
            assert_eq!(compile(&blocks), expected, "{at:#X}");
            // Of another family such bytes mean nothing.
            for block in &mut blocks {
                block.family = RP2040;
            }
            assert_eq!(compile(&blocks), Ok(()));
        }
    }
    // Cut short, or without its end, it is none.
    for cut in 4..metadata(&hash).len() {
        let mut blocks = image(ARM_S, 0x1000_0000, 1, 3);
        blocks[0].payload[..cut].copy_from_slice(&metadata(&hash)[..cut]);
        assert_eq!(compile(&blocks), Ok(()), "{cut}");
    }
    let mut blocks = image(RP2040, 0x1000_0000, 2, 3);
    blocks[1].flags |= 0x8000;
    blocks[1].rest[..8].copy_from_slice(&[8, 0xB0, 0x6D, 0xB4, 1, 2, 3, 4]);
    let expected = "block 1 of the file has a SHA-2 of the firmware (tag 0xB46DB0), which nothing says how to make: stamp the image before that tag is added";
    assert_eq!(compile(&blocks), Err(expected.to_owned()));
    blocks[1].flags |= 1;
    assert_eq!(compile(&blocks), Ok(()));
    // No other tag is one.
    for (kind, name) in [
        (0x9F_C7BC_u32, Some("version")),
        (0x65_0D9D, Some("device")),
        (0x0B_E9F7, Some("page size")),
        (0xC8_A729, Some("device type")),
        (0x12_3456, None),
        (0xB4_6DB0, Some("SHA-2 of the firmware")),
    ] {
        let mut blocks = image(RP2040, 0x1000_0000, 1, 3);
        blocks[0].flags |= 0x8000;
        blocks[0].rest[..8].copy_from_slice(&[&(kind << 8 | 8).to_le_bytes()[..], &[1, 2, 3, 4]].concat());
        assert_eq!(compile(&blocks).is_ok(), kind != 0xB4_6DB0, "{kind:X}");
        let bytes = file(&blocks);
        let block = Blocks::parse(&bytes).unwrap().iter().next().unwrap();
        let tags: Vec<_> = block.tags().map(|tag| (tag.kind, tag.data, tag.name())).collect();
        assert_eq!(tags, [(kind, &[1, 2, 3, 4][..], name)]);
    }
}

/// The MD5 in the last 24 bytes, or right behind the payload, or both; and none that is right.
#[test]
fn md5_is_kept_right() {
    let plain = Raw::new(0xBFDD_4EEE, 0x1000, (0, 1), &noise(4, 300));
    let full = Raw::new(0xBFDD_4EEE, 0x1000, (0, 1), &noise(4, 452));
    let behind = with_md5(plain.clone(), 300);
    let last = with_md5(plain.clone(), 452);
    let twice = with_md5(behind.clone(), 452);
    if !MD5 {
        let expected =
            "block 0 (offset 0x0): it has an MD5 (flag 0x4000), which is computed with the feature `md5` only";
        return refused(&behind.bytes(), expected);
    }
    for (block, count) in [(behind, 1), (last, 1), (twice, 2), (with_md5(full.clone(), 452), 1)] {
        let bytes = block.bytes();
        assert_eq!(block.md5s().len(), count);
        let uf2 = Uf2::parse(&bytes).unwrap();
        let field = |name: &str, at| Field::new(name, At::address(at), Encoding::bytes(4)).expect(Guard::Any);
        let plan = Layout::new().field(field("a", 0x1000)).field(field("b", 0x1010)).compile(&uf2).unwrap();
        let mut unit = plan.stamper(&uf2).unwrap();
        for n in [7, 8] {
            let stamped = unit.stamp(&[("b", (&[n; 4]).into()), ("a", (&[!n; 4]).into())]).unwrap();
            let expected = twin::stamped(&bytes, Some(0xBFDD_4EEE), 0x1000, &[!n; 4]);
            let expected = twin::stamped(&expected, Some(0xBFDD_4EEE), 0x1010, &[n; 4]);
            assert_eq!(stamped.bytes(), expected);
            let unit = stamped.bytes().to_vec();
            let back = plan.undo(&Uf2::parse(&unit).unwrap(), &uf2).unwrap();
            assert_eq!(*back, bytes);
        }
        assert_eq!(unit.undo(), bytes);
    }
    let wrong = |change: &dyn Fn(&mut Raw)| {
        let mut block = with_md5(plain.clone(), 452);
        change(&mut block);
        block.bytes()
    };
    let message = |len, address| {
        format!(
            "block 0 (offset 0x0): it has an MD5 (flag 0x4000), and neither behind its payload nor in the last 24 bytes of its data is one of its own {len} bytes at {address}: a stamp could not keep it right"
        )
    };
    refused(&wrong(&|block| block.payload[0] ^= 1), &message(300, "0x00001000"));
    refused(&wrong(&|block| block.address = 0x2000), &message(300, "0x00002000"));
    refused(&wrong(&|block| block.rest[152 + 5] = 0x10), &message(300, "0x00001000"));
    let mut long = Raw::new(0xBFDD_4EEE, 0x1000, (0, 1), &noise(4, 453));
    long.flags |= 0x4000;
    refused(&long.bytes(), &message(453, "0x00001000"));
    // Nor is one that would end with the block's last magic number.
    let seed = (0..10_000).find(|seed| twin::md5(&noise(*seed, 453))[15] == 0x30).unwrap();
    let mut over = Raw::new(0xBFDD_4EEE, 0x1000, (0, 1), &noise(seed, 453));
    over.flags |= 0x4000;
    let digest = twin::md5(&over.payload);
    over.rest = [&0x1000_u32.to_le_bytes()[..], &453_u32.to_le_bytes(), &digest[..15]].concat();
    refused(&over.bytes(), &message(453, "0x00001000"));
    // No memory, no question.
    let mut comment = wrong(&|block| block.flags |= 1);
    comment.extend(Raw::new(RP2040, 0, (0, 1), &[1]).bytes());
    assert_eq!(both(&comment, None).unwrap().len(), 1);
}

/// Three blocks of every kind there is in small: numbers, totals, places that overlap, bytes that agree or not.
#[test]
fn all_small_files() {
    let mut kinds = Vec::new();
    for (number, total) in [(0, 1), (1, 1), (0, 2), (1, 2), (0, 3), (1, 3), (2, 3)] {
        for address in [0_u32, 3, 4] {
            for payload in [[0, 1, 2, 3].map(|n| n + address as u8), [9; 4]] {
                kinds.push(Raw::new(RP2040, address, (number, total), &payload).bytes());
            }
        }
    }
    let (mut good, mut bad) = (0, 0);
    for one in &kinds {
        for two in kinds.iter().map(Some).chain([None]) {
            for three in kinds.iter().map(Some).chain([None]) {
                let file: Vec<u8> = [Some(one), two, three].into_iter().flatten().flatten().copied().collect();
                *if both(&file, None).is_ok() { &mut good } else { &mut bad } += 1;
            }
        }
    }
    assert!(good > 500 && bad > 50_000, "{good} {bad}");
}

/// Every length and every flag at every place of a small file, beside the twin.
#[test]
fn every_byte_changed() {
    let mut blocks = image(RP2040, 0x1000_0000, 2, 1);
    blocks[1].flags |= 0x8000;
    blocks[1].rest[..12].copy_from_slice(&[9, 0xBC, 0xC7, 0x9F, b'0', b'.', b'1', b'.', b'2', 0, 0, 0]);
    let bytes = file(&blocks);
    for at in (0..34).chain(508..548).chain(798..820).chain(1018..1024) {
        for byte in 0..=255 {
            let mut changed = bytes.clone();
            changed[at] = byte;
            let _ = both(&changed, None);
        }
    }
    for len in 0..=bytes.len() {
        assert_eq!(both(&bytes[..len], None).is_ok(), len == bytes.len());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    /// Random blocks, mostly plausible; a field anywhere in the memory: all copies and MD5s, nothing else, and back.
    #[test]
    fn stamped_as_the_twin_does(
        kinds in proptest::collection::vec((0_u32..3, 0_u32..4, 0_usize..6, 0_u32..12, 0_u8..3), 1..9),
        shuffle in any::<u64>(), at in any::<prop::sample::Index>(), len in 1_usize..40,
    ) {
        let content = noise(shuffle, 4096);
        let total = kinds.len() as u32;
        let mut blocks: Vec<Raw> = Vec::new();
        for (n, (page, step, size, kind, md5)) in kinds.iter().enumerate() {
            let (address, size) = (page * 400 + step * 60, [0, 1, 60, 256, 400, 452][*size]);
            let payload = &content[address as usize..][..size];
            let mut block = Raw::new(RP2040, address, (n as u32, total), payload);
            match kind {
                0 => block.flags |= 1,
                1 => block.flags = 0x1000,
                _ => {}
            }
            if *md5 > 0 && MD5 {
                block = with_md5(block, if *md5 == 1 { size } else { 452 });
            }
            blocks.push(block);
        }
        let swap = noise(shuffle, blocks.len() * 2);
        for (n, to) in swap.iter().enumerate() {
            let len = blocks.len();
            blocks.swap(n % len, usize::from(*to) % len);
        }
        let bytes = file(&blocks);
        let Ok(memory) = both(&bytes, None) else { return Ok(()) };
        let Some((&start, _)) = memory.iter().nth(at.index(memory.len().max(1))) else { return Ok(()) };
        let uf2 = Uf2::parse(&bytes).unwrap();
        let layout = Layout::new().field(Field::new("f", At::address(start), Encoding::bytes(len)).expect(Guard::Any));
        let whole = (start..start + len as u64).all(|address| memory.contains_key(&address));
        let plan = layout.compile(&uf2);
        prop_assert_eq!(plan.is_ok(), whole);
        let Ok(plan) = plan else { return Ok(()) };
        let mut unit = plan.stamper(&uf2).unwrap();
        for seed in [1, 2] {
            let value = noise(shuffle ^ seed, len);
            let stamped = unit.stamp(&[("f", value.as_slice().into())]).unwrap().bytes();
            prop_assert_eq!(stamped, twin::stamped(&bytes, Some(RP2040), start, &value));
            let mut expected = memory.clone();
            expected.extend((start..).zip(value.iter().copied()));
            prop_assert_eq!(both(stamped, None).unwrap(), expected);
        }
        prop_assert_eq!(unit.undo(), bytes);
    }

    /// Memory written and read back: the same, in whole pages or sectors, nothing else.
    #[test]
    fn written_and_read_back(
        pieces in proptest::collection::vec((0_u64..40_000, 1_usize..600), 1..6), family in 0_usize..3, blank in any::<u8>(),
    ) {
        let content = noise(u64::from(blank), 41_000);
        let family = [Family::NONE, Family::RP2040, Family::new(0xADA5_2840)][family];
        let pieces: Vec<(u64, &[u8])> = pieces
            .iter()
            .map(|&(at, len)| (0x1000_0000 + at, &content[at as usize..][..len]))
            .collect();
        let memory = Sparse::from_pieces(pieces, Merge::Equal).unwrap();
        let style = Style::new(family).erased(Erased::byte(blank));
        let bytes = style.to_vec(&memory).unwrap();
        let found = both(&bytes, None).unwrap();
        let unit = if family == Family::RP2040 { 4096 } else { 256 };
        let held = self::memory(&memory);
        let mut expected = crate::Memory::new();
        let pages: std::collections::BTreeSet<u64> = held.keys().map(|address| address / unit * unit).collect();
        for page in pages {
            expected.extend((page..page + unit).map(|address| (address, blank)));
        }
        expected.extend(&held);
        prop_assert_eq!(style.filled(&memory).unwrap(), (expected.len() - held.len()) as u64);
        prop_assert!(found == expected);
        prop_assert!(Uf2::parse(&bytes).unwrap().family() == family);
        let mut long = vec![0xA5; bytes.len() + 9];
        prop_assert_eq!(style.write_into(&memory, &mut long).unwrap(), bytes.len());
        prop_assert!(long[..bytes.len()] == bytes && long[bytes.len()..] == [0xA5; 9]);
    }
}

#[test]
fn what_is_not_written() {
    let style = Style::new(Family::NONE);
    assert_eq!(
        style.to_vec(&Sparse::default()).unwrap_err().to_string(),
        "there are no bytes of memory, so there is nothing to write"
    );
    let memory = |at| Sparse::from_pieces([(at, &[1_u8, 2][..])], Merge::Error).unwrap();
    let error = style.to_vec(&memory(0xFFFF_FFFF)).unwrap_err();
    assert_eq!(error, WriteError::Address { end: 0x1_0000_0001 });
    assert_eq!(error.to_string(), "the memory ends at 0x100000001, and UF2 has 32-bit addresses");
    assert_eq!(style.to_vec(&memory(0xFFFF_FFFE)).unwrap().len(), 512);
    let mut short = [0xA5; 511];
    let error = style.write_into(&memory(0), &mut short).unwrap_err();
    assert_eq!((error.to_string(), short), ("511 bytes of buffer, expected 512".to_owned(), [0xA5; 511]));
}

#[test]
fn names_of_families() {
    let all: Vec<Family> = Family::known().collect();
    assert!(all.len() == 78 && all.is_sorted());
    for family in all {
        let (name, id) = (family.name().unwrap(), family.id().unwrap());
        assert!(!family.part().unwrap().is_empty());
        for text in
            [name.to_owned(), name.to_lowercase(), name.replace('_', "-"), format!("{id:#010X}"), format!("{id:#x}")]
        {
            assert_eq!(Family::from_name(&text), Some(family), "{text}");
        }
        assert_eq!(family.to_string(), format!("{name} ({id:#010X})"));
    }
    for wrong in ["", "rp2041", "0x", "0x123456789", "0x+1", "E48BFF56", "rp2040 "] {
        assert_eq!(Family::from_name(wrong), None, "{wrong}");
    }
    assert_eq!(Family::from_name("0x1234").unwrap().to_string(), "0x00001234");
    assert_eq!((Family::from_name("NONE"), Family::NONE.to_string()), (Some(Family::NONE), "none".to_owned()));
}
