//! NVS partitions, made here page by page: what is read, what is refused and with which words, against a slow reader; and
//! written from nothing.

use nameplate::image::Nvs;
use nameplate::image::nvs::{Data, NvsError, SlotState, State, Type, WriteError, Writer, crc};
use proptest::prelude::*;

use crate::noise;
use crate::nvs_twin::{self as twin, Raw, Values};

const ACTIVE: u32 = 0xFFFF_FFFE;
const FULL: u32 = 0xFFFF_FFFC;

fn values(nvs: &Nvs<'_>) -> Values {
    let one = |item: nameplate::image::nvs::Item<'_, '_>| {
        assert_eq!(item.len(), item.bytes().len());
        let again = nvs.get(item.namespace(), item.key()).unwrap();
        assert_eq!(again.entry().at(), item.entry().at());
        ((item.namespace().to_owned(), item.key().to_owned()), (item.kind().code(), item.bytes().into_owned()))
    };
    nvs.items().map(one).collect()
}

/// What both make of a partition: the twin's values, and what is wrong.
#[track_caller]
fn both(file: &[u8]) -> (Values, Vec<NvsError>) {
    let nvs = Nvs::scan(file).unwrap();
    let (theirs, right) = twin::read(file).unwrap();
    assert_eq!(values(&nvs), theirs);
    assert_eq!(nvs.damage().is_empty(), right, "{:?}", nvs.damage());
    assert_eq!(Nvs::parse(file).err().as_ref(), nvs.damage().first());
    (theirs, nvs.damage().to_vec())
}

/// The only thing that is wrong with a partition.
#[track_caller]
fn wrong(file: &[u8]) -> String {
    let (_, wrong) = both(file);
    let [one] = wrong.as_slice() else { panic!("{wrong:?}") };
    one.to_string()
}

fn slots(entries: &[Raw]) -> Vec<u8> {
    entries.iter().flat_map(Raw::bytes).collect()
}

/// Namespace `a`, and these entries.
fn one_page(entries: &[Raw]) -> Vec<u8> {
    let all = [&[Raw::number(0, 1, "a", &[1])], entries].concat();
    twin::page(ACTIVE, 0, 0xFE, &slots(&all))
}

#[test]
fn published_entries() {
    assert_eq!(crc().check(), 0xD202_D277);
    let mut writer = Writer::new(0x3000).unwrap();
    writer.put("factory", "serial", Data::String("EUDV2407-000123")).unwrap();
    writer.put("factory", "seq", Data::U32(123)).unwrap();
    let file = writer.finish();
    let digits = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02X}")).collect::<String>();
    assert_eq!(file.len(), 0x3000);
    assert_eq!(digits(&file[..12]), "FEFFFFFF00000000FEFFFFFF");
    assert_eq!(digits(&file[28..36]), "842DBAB9AAFFFFFF");
    assert_eq!(
        digits(&file[64..96]),
        "000101FF4488F01F666163746F7279000000000000000000".to_owned() + "01FFFFFFFFFFFFFF"
    );
    assert_eq!(digits(&file[96..104]), "012102FFC444C6C8");
    assert_eq!(digits(&file[120..128]), "1000FFFF3E07E651");
    assert_eq!(&file[128..144], b"EUDV2407-000123\0");
    assert_eq!(digits(&file[160..168]), "010401FF42DD83D4");
    assert_eq!(digits(&file[184..192]), "7B000000FFFFFFFF");
    assert!(file[192..].iter().all(|byte| *byte == 0xFF));

    let nvs = Nvs::parse(&file).unwrap();
    assert_eq!(nvs.namespaces().collect::<Vec<_>>(), ["factory"]);
    let item = nvs.get("factory", "serial").unwrap();
    assert_eq!((item.kind(), item.len(), item.is_right()), (Type::String, 16, true));
    let part = item.parts().next().unwrap();
    assert_eq!((part.at.to_string(), part.offset, part.range()), ("page 0, entry 1".to_owned(), 96, 128..144));
    assert!(nvs.get("factory", "other").is_none() && nvs.get("other", "seq").is_none());
    assert!(nvs.get("factory", &"x".repeat(17)).is_none());
    let pages: Vec<State> = nvs.pages().map(|page| page.state()).collect();
    assert_eq!(pages, [State::Active, State::Blank, State::Blank]);
    assert_eq!(nvs.pages().next().unwrap().count(SlotState::Written), 4);
    assert_eq!(format!("{nvs:?}"), "[factory/seq: u32, 4 bytes, factory/serial: string, 16 bytes]");
}

/// Of every bit of a partition it is known whether something says that it is wrong.
#[test]
fn every_bit() {
    let entries = [
        Raw::number(1, 0x12, "n", &[1, 2]),
        Raw::with_data(1, 0x21, 0xFF, "s", b"text\0"),
        Raw::with_data(1, 0x42, 0, "b", &[7; 33]),
        Raw::with_data(1, 0x42, 1, "b", &[8; 32]),
        Raw::number(1, 0x48, "b", &[65, 0, 0, 0, 2, 0]),
        Raw::with_data(1, 0x41, 0xFF, "old", &[]),
    ];
    let file = one_page(&entries);
    let (found, none) = both(&file);
    assert!(found.len() == 4 && none.is_empty());
    for bit in 0..8 * 704 {
        let mut damaged = file.clone();
        damaged[bit / 8] ^= 1 << (bit % 8);
        let at = bit / 8;
        // Active to full; two entries erased; states of slots that a page has not; what is behind data.
        let unseen =
            matches!((at, bit % 8), (0, 1) | (32, 3) | (34, 5) | (63, 4..)) || matches!(at, 165..192 | 257..288);
        let nvs = Nvs::scan(&damaged);
        let (_, right) = twin::read(&damaged).unwrap();
        assert!(nvs.is_ok_and(|nvs| nvs.damage().is_empty() == right), "bit {bit}");
        assert_eq!(right, unseen, "bit {bit} (byte {at})");
        both(&damaged);
    }
}

#[test]
fn damage_of_pages() {
    let file = one_page(&[Raw::number(1, 1, "n", &[1])]);
    let change = |at: usize, bytes: &[u8]| {
        let mut file = file.clone();
        file[at..at + bytes.len()].copy_from_slice(bytes);
        file
    };
    let fail = |file: &[u8]| Nvs::scan(file).unwrap_err().to_string();
    assert_eq!(fail(&[]), "0 bytes, expected a multiple of 4096, the bytes of a page");
    assert_eq!(fail(&file[1..]), "4095 bytes, expected a multiple of 4096, the bytes of a page");
    let state = "page 0 (offset 0x00000000): its state is 0x12345678, expected 0xFFFFFFFF (blank), 0xFFFFFFFE (active) or 0xFFFFFFFC (full)";
    assert_eq!(wrong(&change(0, &0x1234_5678_u32.to_le_bytes())), state);
    let blank = "page 0 (offset 0x00000000): it is marked as never written, and byte 4 of it is 0x00, expected 0xFF";
    assert_eq!(wrong(&change(0, &[0xFF])), blank);
    let corrupt = "page 0 (offset 0x00000000): the device marked it as corrupt (state 0xFFFFFFF0)";
    assert_eq!(wrong(&change(0, &[0xF0])), corrupt);
    let freeing = "page 0 (offset 0x00000000): its entries were being moved when the power failed (state 0xFFFFFFF8): the device will finish that";
    assert_eq!(wrong(&change(0, &[0xF8])), freeing);
    let header = "page 0 (offset 0x00000000): the CRC of its header is 0xB9BA2DB8, expected 0xB9BA2D84";
    assert_eq!(wrong(&change(28, &[0xB8])), header);
    let version = "page 0 (offset 0x00000000): its version is 0xFD, expected 0xFE (2) or 0xFF (1)";
    assert_eq!(wrong(&twin::page(ACTIVE, 0, 0xFD, &[])), version);
    assert!(both(&twin::page(ACTIVE, 0, 0xFF, &[])).1.is_empty());
    assert!(both(&[0xFF; 8192]).0.is_empty());

    let two = |state, sequence| [file.clone(), twin::page(state, sequence, 0xFE, &[])].concat();
    let sequence = "page 1 (offset 0x00001000): its sequence number is 0, that of page 0: which one is newer?";
    assert_eq!(wrong(&two(FULL, 0)), sequence);
    let active = "page 1 (offset 0x00001000): it is active, as is page 0: only one page is written to";
    assert_eq!(wrong(&two(ACTIVE, 1)), active);
    assert!(both(&two(FULL, 1)).1.is_empty());
}

#[test]
fn damage_of_slots_and_entries() {
    let n = || Raw::number(1, 1, "n", &[1]);
    let state = |slot, state| {
        let mut file = one_page(&[n(), Raw::with_data(1, 0x21, 0xFF, "s", b"x\0")]);
        twin::set(&mut file, slot, state);
        file
    };
    let slot = "page 0, entry 1 (offset 0x00000060): its state is 01, expected 11 (empty), 10 (written) or 00 (erased)";
    assert_eq!(wrong(&state(1, 1)), slot);
    assert_eq!(
        wrong(&state(3, 0)),
        "page 0, entry 2 (offset 0x00000080): slot 3 has data of it, and is not marked as written"
    );
    let mut file = one_page(&[n()]);
    twin::set(&mut file, 3, 0);
    let order = "page 0, entry 3 (offset 0x000000A0): it was written or erased, and a slot before it is empty: slots are used in order";
    assert_eq!(wrong(&file), order);
    twin::set(&mut file, 3, 3);
    file[4095] = 0;
    let blank = "page 0, entry 125 (offset 0x00000FE0): it is marked as never written, and byte 31 of it is 0x00, expected 0xFF";
    assert_eq!(wrong(&file), blank);

    // The data of an entry that is damaged are not told of once more, and what follows them is read.
    let mut file = one_page(&[Raw::with_data(1, 0x41, 0xFF, "b", &noise(1, 100)), n()]);
    file[0x60 + 24] ^= 1;
    let (found, errors) = both(&file);
    assert_eq!(errors.len(), 1);
    assert!(errors[0].to_string().starts_with("page 0, entry 1 (offset 0x00000060): its CRC is 0x"), "{errors:?}");
    assert_eq!((errors[0].page(), errors[0].entry()), (Some(0), Some(1)));
    assert_eq!(found.keys().map(|(_, key)| &**key).collect::<Vec<_>>(), ["n"]);

    let entry = |change: &dyn Fn(&mut Raw)| {
        let mut entry = n();
        change(&mut entry);
        let said = wrong(&one_page(&[entry]));
        said.strip_prefix("page 0, entry 1 (offset 0x00000060): ").unwrap().to_owned()
    };
    assert_eq!(entry(&|e| e.kind = 0x22), "its type is 0x22, which is none of NVS");
    let key = "its key is not 1 to 15 characters of printable ASCII and NULs behind them";
    assert_eq!(entry(&|e| e.key = [b'x'; 16]), key);
    assert_eq!(entry(&|e| e.key = [0; 16]), key);
    assert_eq!(entry(&|e| e.key[3] = b'x'), key);
    assert_eq!(entry(&|e| e.key[0] = 0xC3), key);
    assert_eq!(entry(&|e| e.span = 2), "it says that it has 2 slots, expected 1");
    assert_eq!(entry(&|e| e.span = 0), "it says that it has 0 slots, expected 1");
    assert_eq!(entry(&|e| e.namespace = 7), "it is in namespace 7, which no entry names");
    let naming = "entries of namespace 0 name others by numbers from 1 to 254: it is a";
    let name = |kind, number: u8| move |e: &mut Raw| (e.namespace, e.kind, e.field[0]) = (0, kind, number);
    assert_eq!(entry(&name(1, 0)), format!("{naming} u8 of 0"));
    assert_eq!(entry(&name(1, 255)), format!("{naming} u8 of 255"));
    assert_eq!(entry(&name(0x11, 3)), format!("{naming} i8 of 3"));
    let same = "the name or the number of its namespace is that of page 0, entry 0";
    assert_eq!(entry(&name(1, 1)), same);
    assert_eq!(
        entry(&|e| {
            name(1, 2)(e);
            e.key[0] = b'a';
        }),
        same
    );

    let mut data = Raw::with_data(1, 0x21, 0xFF, "s", b"x\0");
    data.data[0] ^= 1;
    let sum = twin::crc(b"x\0");
    let said = wrong(&one_page(&[data.clone()]));
    assert!(said.contains(&format!("the CRC over its 2 bytes of data is {sum:#010X}, expected 0x")), "{said}");
    // It is found by its key, and tells that it is damaged.
    let file = one_page(&[data]);
    assert!(!Nvs::scan(&file).unwrap().get("a", "s").unwrap().is_right());
    let nul = "page 0, entry 1 (offset 0x00000060): text of 2 bytes that does not end with a NUL";
    assert_eq!(wrong(&one_page(&[Raw::with_data(1, 0x21, 0xFF, "s", b"xy")])), nul);
}

#[test]
fn past_the_page() {
    let mut all = vec![Raw::number(0, 1, "a", &[1])];
    all.extend((0..124).map(|n| Raw::number(1, 1, &format!("k{n}"), &[n])));
    let mut last = Raw::with_data(1, 0x21, 0xFF, "s", b"x\0");
    last.data.clear();
    all.push(last);
    let file = twin::page(ACTIVE, 0, 0xFE, &slots(&all));
    assert_eq!(wrong(&file), "page 0, entry 125 (offset 0x00000FE0): it has 2 slots, and its page only 1 from there");
}

#[test]
fn blobs() {
    let chunk = |n: u8, data: &[u8]| Raw::with_data(1, 0x42, n, "b", data);
    let index = |size: u8, count: u8, start: u8| Raw::number(1, 0x48, "b", &[size, 0, 0, 0, count, start]);
    let (found, none) = both(&one_page(&[chunk(0, &[1, 2]), chunk(1, &[]), chunk(2, &[3]), index(3, 3, 0)]));
    assert!(none.is_empty());
    assert_eq!(found[&("a".to_owned(), "b".to_owned())], (0x41, vec![1, 2, 3]));
    assert!(both(&one_page(&[index(0, 0, 0)])).1.is_empty());
    // In any order, as a device writes the second of them while it moves others.
    assert!(both(&one_page(&[index(3, 2, 0x80), chunk(0x81, &[2]), chunk(0x80, &[3, 4])])).1.is_empty());

    let at = |said: String, entry: usize| {
        let front = format!("page 0, entry {entry} (offset {:#010X}): ", 64 + 32 * entry);
        said.strip_prefix(&front).unwrap_or_else(|| panic!("{said}")).to_owned()
    };
    let missing = at(wrong(&one_page(&[index(3, 2, 0)])), 1);
    assert_eq!(missing, "a blob of 2 chunks from 0, of which 0 is missing");
    let size = at(wrong(&one_page(&[chunk(0, &[1, 2]), index(3, 1, 0)])), 3);
    assert_eq!(size, "a blob of 3 bytes, and its chunks have 2");
    let orphan = "chunk 5 of a blob whose index does not count it: the power failed while it was written";
    assert_eq!(at(wrong(&one_page(&[chunk(0, &[1]), chunk(5, &[1]), index(1, 1, 0)])), 3), orphan);
    assert_eq!(at(wrong(&one_page(&[chunk(5, &[1])])), 1), orphan);
    // The same chunk twice: the newer one counts.
    let (found, errors) = both(&one_page(&[chunk(0, &[1]), chunk(0, &[2]), index(1, 1, 0)]));
    assert_eq!((found[&("a".to_owned(), "b".to_owned())].1[0], errors.len()), (2, 1));
    // Chunks from 255 on.
    let end = at(wrong(&one_page(&[index(1, 2, 255)])), 1);
    assert_eq!(end, "a blob of 2 chunks from 255, of which 255 is missing");
}

/// A device writes the new value first: the newest counts, by sequence number, then by slot.
#[test]
fn the_newest_counts() {
    let name = Raw::number(0, 1, "a", &[1]);
    let n = |value| Raw::number(1, 1, "n", &[value]);
    let two = |first: u32, second: u32| {
        let one = twin::page(FULL, first, 0xFE, &slots(&[name.clone(), n(1)]));
        [one, twin::page(ACTIVE, second, 0xFE, &slots(&[n(2)]))].concat()
    };
    let value = |file: &[u8]| both(file).0[&("a".to_owned(), "n".to_owned())].1[0];
    assert_eq!((value(&two(3, 9)), value(&two(9, 3))), (2, 1));
    let repeated = "page 0, entry 1 (offset 0x00000060): its namespace and key are those of page 1, entry 0, which is newer: the device has not erased this one";
    assert_eq!(wrong(&two(3, 9)), repeated);
    // Erased, as a device does it next: nothing is wrong.
    let mut file = two(3, 9);
    twin::set(&mut file, 1, 0);
    assert!(both(&file).1.is_empty());
    assert_eq!(value(&file), 2);
    // On one page; of another type.
    let other = Raw::number(1, 4, "n", &[3, 0, 0, 0]);
    assert_eq!(value(&one_page(&[n(1), n(2), other])), 3);
}

#[test]
fn encrypted() {
    let mut writer = Writer::new(0x3000).unwrap();
    writer.put("a", "key", Data::Blob(&noise(1, 40))).unwrap();
    let mut file = writer.finish();
    file[64..64 + 5 * 32].iter_mut().zip(noise(7, 160)).for_each(|(byte, key)| *byte ^= key);
    let expected = "the headers of its pages are right, and none of its 5 written slots is an entry with a right CRC: the partition is encrypted, or it is another format; stamp it before it is encrypted";
    let error = Nvs::scan(&file).unwrap_err();
    assert_eq!((error.to_string().as_str(), error.page(), twin::read(&file)), (expected, None, None));
    // One slot is evidence of nothing.
    let mut file = twin::page(ACTIVE, 0, 0xFE, &slots(&[Raw::number(0, 1, "a", &[1])]));
    file[70] ^= 1;
    assert!(wrong(&file).contains("its CRC is"));
}

#[test]
fn written_is_refused() {
    let fail = |namespace: &str, key: &str, data: Data<'_>| {
        let mut writer = Writer::new(0x3000).unwrap();
        writer.put("a", "k", Data::U8(1)).unwrap();
        let before = writer.clone().finish();
        let error = writer.put(namespace, key, data).unwrap_err();
        assert!(writer.finish() == before);
        error.to_string()
    };
    for size in [0, 0x1000, 0x2000, 0x3001] {
        assert_eq!(Writer::new(size).unwrap_err(), WriteError::Size { found: size });
    }
    let size = "a partition of 0x2000 bytes; expected a multiple of 0x1000, at least 0x3000: a device that writes to it keeps one page free";
    assert_eq!(Writer::new(0x2000).unwrap_err().to_string(), size);
    let twice = "key \"k\" is in namespace \"a\" twice, and a device would find the first or the last of them";
    assert_eq!(fail("a", "k", Data::String("x")), twice);
    let name = "expected 1 to 15 characters of printable ASCII";
    assert_eq!(fail("", "k", Data::U8(1)), format!("namespace \"\": {name}"));
    assert_eq!(fail("a", "sixteen_letters_", Data::U8(1)), format!("key \"sixteen_letters_\": {name}"));
    assert_eq!(fail("a", "é", Data::U8(1)), format!("key \"é\": {name}"));
    let long = "a/t: a string of 3969 bytes, at most 3968 are possible, its NUL included";
    assert_eq!(fail("a", "t", Data::String(&"x".repeat(3968))), long);
    let blob = vec![0; 508_001];
    assert_eq!(fail("a", "t", Data::Blob(&blob)), "a/t: a blob of 508001 bytes, at most 508000 are possible");
    assert_eq!(
        fail("a", "t", Data::String("x\0y")),
        "a/t: character 2 of the text is a NUL, where a device would end it"
    );
    let full = "a/t has no room: the partition has 3 pages, of which one is kept free";
    assert_eq!(fail("a", "t", Data::Blob(&blob[..8000])), full);
    assert!(fail("b", "t", Data::Blob(&blob[..8000])).starts_with("b/t has no room"));

    let mut writer = Writer::new(0x10000).unwrap();
    for n in 0..254 {
        writer.put(&format!("n{n}"), "k", Data::U8(1)).unwrap();
    }
    let error = writer.put("more", "k", Data::U8(1)).unwrap_err();
    assert_eq!(error.to_string(), "namespace \"more\" would be the 255th, at most 254 are possible");
    assert!(writer.put("n7", "other", Data::U8(1)).is_ok());
    let file = writer.finish();
    assert_eq!(both(&file).0.len(), 255);
    assert_eq!(
        format!("{:?} {:?}", Writer::new(0x3000).unwrap(), Data::String("secret")),
        "0 keys in 4096 of 12288 bytes string"
    );
}

/// A blob at every number of free slots, of every length about the room that they have.
#[test]
fn blobs_at_the_end_of_a_page() {
    for before in 115..126 {
        for len in 0..=384 {
            let mut writer = Writer::new(0x3000).unwrap();
            for n in 0..before {
                writer.put("a", &format!("k{n}"), Data::U8(1)).unwrap();
            }
            let blob = noise(len as u64, len);
            writer.put("a", "blob", Data::Blob(&blob)).unwrap();
            writer.put("a", "text", Data::String("x")).unwrap();
            let file = writer.finish();
            let nvs = Nvs::parse(&file).unwrap();
            assert!(*nvs.get("a", "blob").unwrap().bytes() == blob && nvs.get("a", "text").is_some());
        }
    }
}

fn number(kind: usize, n: u64) -> Data<'static> {
    match kind % 8 {
        0 => Data::U8(n as u8),
        1 => Data::I8(n as i8),
        2 => Data::U16(n as u16),
        3 => Data::I16(n as i16),
        4 => Data::U32(n as u32),
        5 => Data::I32(n as i32),
        6 => Data::U64(n),
        _ => Data::I64(i64::from_le_bytes(n.to_le_bytes())),
    }
}

proptest! {
    /// What is written is read by the twin, all values.
    #[test]
    fn written_reads_back(values in prop::collection::vec((0..4_usize, 0..10_usize, 0..600_usize, any::<u64>()), 0..40)) {
        let mut writer = Writer::new(0x5000).unwrap();
        let mut expected = Values::new();
        for (n, (namespace, kind, len, seed)) in values.into_iter().enumerate() {
            let (namespace, key) = (format!("n{namespace}"), format!("k{n}"));
            let text: String = noise(seed, len).iter().map(|byte| char::from(b' ' + byte % 90)).collect();
            let bytes = noise(seed, if len > 590 { 4 * len } else { len });
            let data = match kind {
                8 => Data::String(&text),
                9 => Data::Blob(&bytes),
                kind => number(kind, seed),
            };
            if writer.put(&namespace, &key, data).is_ok() {
                let bytes = match kind {
                    8 => [text.as_bytes(), &[0]].concat(),
                    9 => bytes.clone(),
                    kind => seed.to_le_bytes()[..1 << (kind / 2)].to_vec(),
                };
                expected.insert((namespace, key), (data.kind().code(), bytes));
            }
        }
        let file = writer.finish();
        let (found, wrong) = both(&file);
        prop_assert!(wrong.is_empty(), "{:?}", wrong);
        prop_assert!(found == expected);
    }

    /// Pages of entries that are nearly right, and bytes changed anywhere.
    #[test]
    fn any_pages(
        pages in prop::collection::vec((0..5_usize, 0..4_u32, prop::collection::vec(any::<[u8; 5]>(), 0..20)), 1..4),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
    ) {
        let mut file: Vec<u8> = Vec::new();
        for (state, sequence, entries) in pages {
            let state = [ACTIVE, FULL, FULL, 0xFFFF_FFF8, 0xFFFF_FFF0][state];
            file.extend(twin::page(state, sequence, 0xFE, &slots(&entries.into_iter().map(entry).collect::<Vec<_>>())));
        }
        for (at, byte) in changes {
            let at = at.index(file.len().min(900));
            file[at] = byte;
        }
        match twin::read(&file) {
            Some(_) => drop(both(&file)),
            None => assert!(Nvs::scan(&file).is_err()),
        }
    }
}

/// An entry of few keys and namespaces, so that they meet.
fn entry([namespace, kind, key, size, chunk]: [u8; 5]) -> Raw {
    let key = ["a", "b", "c"][usize::from(key) % 3];
    let namespace = namespace % 4;
    match kind % 12 {
        0 | 1 => Raw::number(0, 1, key, &[size % 4]),
        2 => Raw::number(namespace, 0x14, key, &[size; 4]),
        3 => Raw::with_data(namespace, 0x21, 0xFF, key, &[&vec![b'x'; usize::from(size % 70)][..], &[0]].concat()),
        4 => Raw::with_data(namespace, 0x41, 0xFF, key, &vec![size; usize::from(size % 70)]),
        5..=7 => Raw::with_data(namespace, 0x42, chunk % 3, key, &vec![size; usize::from(size % 3)]),
        8..=10 => Raw::number(namespace, 0x48, key, &[size % 4, 0, 0, 0, chunk % 3, chunk / 3 % 2]),
        _ => Raw::number(namespace, kind, key, &[size]),
    }
}
