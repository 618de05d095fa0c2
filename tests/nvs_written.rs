//! NVS partitions from nothing beside a slow writer, which keeps pages as lists of entries; and all that is told of pages,
//! entries and values.

use nameplate::image::Nvs;
use nameplate::image::nvs::{Data, EntryAt, SlotState, State, Type, WriteError, Writer, is_name};

use crate::noise;
use crate::nvs_twin::{self as twin, Raw};

/// Entries of pages, by the rules of Espressif's generator.
struct Slow {
    pages: Vec<Vec<u8>>,
    most: usize,
    namespaces: Vec<String>,
}

struct Full;

impl Slow {
    fn new(size: usize) -> Self {
        Self { pages: vec![Vec::new()], most: size / 4096 - 1, namespaces: Vec::new() }
    }

    fn used(&self) -> usize {
        self.pages.last().unwrap().len() / 32
    }

    fn page(&mut self) -> Result<(), Full> {
        if self.pages.len() == self.most {
            return Err(Full);
        }
        self.pages.push(Vec::new());
        Ok(())
    }

    fn entry(&mut self, entry: &Raw) {
        self.pages.last_mut().unwrap().extend(entry.bytes());
        assert!(self.used() <= 126);
    }

    fn number(&mut self, entry: &Raw) -> Result<(), Full> {
        if self.used() == 126 {
            self.page()?;
        }
        self.entry(entry);
        Ok(())
    }

    fn put(&mut self, namespace: &str, key: &str, data: Data<'_>) -> Result<(), Full> {
        let (before, names) = (self.pages.clone(), self.namespaces.len());
        let done = self.try_put(namespace, key, data);
        if done.is_err() {
            self.pages = before;
            self.namespaces.truncate(names);
        }
        done
    }

    fn try_put(&mut self, namespace: &str, key: &str, data: Data<'_>) -> Result<(), Full> {
        let known = self.namespaces.iter().position(|name| name == namespace);
        let number = known.unwrap_or(self.namespaces.len()) as u8 + 1;
        if known.is_none() {
            self.namespaces.push(namespace.to_owned());
            self.number(&Raw::number(0, 0x01, namespace, &[number]))?;
        }
        let kind = data.kind().code();
        match data {
            Data::U8(n) => self.number(&Raw::number(number, kind, key, &n.to_le_bytes())),
            Data::I8(n) => self.number(&Raw::number(number, kind, key, &n.to_le_bytes())),
            Data::U16(n) => self.number(&Raw::number(number, kind, key, &n.to_le_bytes())),
            Data::I16(n) => self.number(&Raw::number(number, kind, key, &n.to_le_bytes())),
            Data::U32(n) => self.number(&Raw::number(number, kind, key, &n.to_le_bytes())),
            Data::I32(n) => self.number(&Raw::number(number, kind, key, &n.to_le_bytes())),
            Data::U64(n) => self.number(&Raw::number(number, kind, key, &n.to_le_bytes())),
            Data::I64(n) => self.number(&Raw::number(number, kind, key, &n.to_le_bytes())),
            Data::String(text) => {
                let entry = Raw::with_data(number, 0x21, 0xFF, key, &[text.as_bytes(), &[0]].concat());
                // It never gets the last slot of a page.
                if self.used() + usize::from(entry.span) > 125 {
                    self.page()?;
                }
                self.entry(&entry);
                Ok(())
            }
            Data::Blob(bytes) => {
                if self.used() == 126 {
                    self.page()?;
                }
                let (mut rest, mut chunk) = (bytes, 0);
                loop {
                    let room = (126 - self.used() - 1) * 32;
                    let (here, behind) = rest.split_at(rest.len().min(room));
                    self.entry(&Raw::with_data(number, 0x42, chunk, key, here));
                    chunk += 1;
                    rest = behind;
                    if !rest.is_empty() || self.used() == 126 {
                        self.page()?;
                    }
                    if rest.is_empty() {
                        break;
                    }
                }
                let size = (bytes.len() as u32).to_le_bytes();
                self.entry(&Raw::number(number, 0x48, key, &[&size[..], &[chunk, 0]].concat()));
                Ok(())
            }
            _ => unreachable!(),
        }
    }

    fn finish(&self) -> Vec<u8> {
        let last = self.pages.len() - 1;
        let one = |(n, slots): (usize, &Vec<u8>)| {
            twin::page(if n == last { 0xFFFF_FFFE } else { 0xFFFF_FFFC }, n as u32, 0xFE, slots)
        };
        let mut file: Vec<u8> = self.pages.iter().enumerate().flat_map(one).collect();
        file.resize((self.most + 1) * 4096, 0xFF);
        file
    }
}

/// What both make of these values; a value without room leaves both as they were.
#[track_caller]
fn both(size: usize, values: &[(&str, String, Data<'_>)]) {
    let (mut ours, mut slow) = (Writer::new(size).unwrap(), Slow::new(size));
    for (namespace, key, data) in values {
        let done = ours.put(namespace, key, *data);
        assert_eq!(done.is_ok(), slow.put(namespace, key, *data).is_ok(), "{namespace}/{key}");
        assert!(matches!(done, Ok(()) | Err(WriteError::Full { .. })));
    }
    assert!(ours.finish() == slow.finish());
}

/// Behind any number of entries at the end of a page, values of every length about the room that is left; of partitions
/// of three and four pages, so that the last page ends too.
#[test]
fn at_the_ends_of_pages() {
    for before in (0..4_u8).chain(118..127) {
        for slots in (0..8).chain([122, 123, 124]) {
            for len in [32 * slots, 32 * slots + 1, 32 * slots + 31] {
                let (bytes, text) = (noise(len as u64, len), "t".repeat(len.min(3967)));
                for data in [Data::Blob(&bytes), Data::String(&text)] {
                    let mut values: Vec<(&str, String, Data<'_>)> =
                        (0..before).map(|n| ("a", format!("k{n}"), Data::U8(n))).collect();
                    values.push(("a", "long".into(), data));
                    values.push(("b", "behind".into(), Data::I32(-7)));
                    values.push(("b", "again".into(), data));
                    values.push(("a", "last".into(), Data::U64(7)));
                    both(if before % 2 == 0 { 0x3000 } else { 0x4000 }, &values);
                }
            }
        }
    }
}

/// As many as there is room for, of each kind, and one more; then what still has room.
#[test]
fn until_it_is_full() {
    let (blob, text) = (noise(1, 300), "t".repeat(95));
    for data in [Data::U8(1), Data::String(&text), Data::Blob(&blob), Data::Blob(&[])] {
        for size in [0x3000, 0x4000] {
            let mut values: Vec<(&str, String, Data<'_>)> =
                (0..400).map(|n| (["a", "b"][n % 2], format!("k{n}"), data)).collect();
            values.extend((0..40).map(|n| (["c", "a"][n % 2], format!("m{n}"), Data::U16(9))));
            both(size, &values);
        }
    }
}

/// A blob of several chunks on pages that are partly used, with numbers between.
#[test]
fn blobs_over_pages() {
    for len in [3999, 4000, 4001, 8000, 8001, 12_000, 12_001, 16_000] {
        for before in [0, 1, 60, 124, 125, 126] {
            let blob = noise(7, len);
            let mut values: Vec<(&str, String, Data<'_>)> =
                (0..before).map(|n| ("a", format!("k{n}"), Data::I64(-n))).collect();
            values.push(("a", "blob".into(), Data::Blob(&blob)));
            values.push(("c", "n".into(), Data::I16(-3)));
            both(0x6000, &values);
        }
    }
}

#[test]
fn types() {
    let all = [
        (0x01, "u8", Some(1)),
        (0x11, "i8", Some(1)),
        (0x02, "u16", Some(2)),
        (0x12, "i16", Some(2)),
        (0x04, "u32", Some(4)),
        (0x14, "i32", Some(4)),
        (0x08, "u64", Some(8)),
        (0x18, "i64", Some(8)),
        (0x21, "string", None),
        (0x41, "blob", None),
        (0x42, "blob data", None),
        (0x48, "blob index", None),
    ];
    for code in 0..=255 {
        let found = Type::from_code(code);
        let told = found.map(|kind| (kind.code(), kind.name(), kind.number_len()));
        assert_eq!(told, all.into_iter().find(|(own, ..)| *own == code), "{code:#04X}");
        assert!(found.is_none_or(|kind| kind.to_string() == kind.name()));
    }
}

/// Every byte as the only one of a name and as the last of fifteen; every length.
#[test]
fn names() {
    for byte in 0..=255_u8 {
        let printable = (0x20..0x7F).contains(&byte);
        assert_eq!(is_name([byte]), printable, "{byte:#04X}");
        assert_eq!(is_name([&[b'a'; 14][..], &[byte]].concat()), printable, "{byte:#04X}");
    }
    for len in 0..40 {
        assert_eq!(is_name(vec![b'x'; len]), (1..=15).contains(&len), "{len}");
    }
}

/// All four states of each slot of a page, and what is counted of them.
#[test]
fn states_of_slots() {
    for slot in 0..126_u8 {
        for (bits, state) in
            [(3, SlotState::Empty), (2, SlotState::Written), (0, SlotState::Erased), (1, SlotState::Illegal)]
        {
            let mut page = twin::page(0xFFFF_FFFE, 7, 0xFE, &[]);
            twin::set(&mut page, slot.into(), bits);
            let nvs = Nvs::scan(&page).unwrap();
            let told = nvs.pages().next().unwrap();
            assert_eq!(told.slot(slot), state);
            for other in [SlotState::Empty, SlotState::Written, SlotState::Erased, SlotState::Illegal] {
                let rest = if other == SlotState::Empty { 125 } else { 0 };
                assert_eq!(told.count(other), rest + usize::from(other == state), "{slot} {other:?}");
            }
            assert!((0..126).all(|other| other == slot || told.slot(other) == SlotState::Empty));
        }
    }
}

/// What pages and entries tell of themselves.
#[test]
fn told() {
    let entries = [
        Raw::number(0, 0x01, "a", &[3]),
        Raw::number(3, 0x14, "n", &(-2_i32).to_le_bytes()),
        Raw::with_data(3, 0x21, 0xFF, "s", b"text\0"),
        Raw::with_data(3, 0x42, 0, "b", &[7; 33]),
        Raw::number(3, 0x48, "b", &[33, 0, 0, 0, 1, 0]),
        Raw::with_data(3, 0x41, 0xFF, "empty", &[]),
    ];
    let slots: Vec<u8> = entries.iter().flat_map(Raw::bytes).collect();
    let page = twin::page(0xFFFF_FFFC, 0x0102_0304, 0xFE, &slots);
    let states = [
        (0xFFFF_FFFF, "blank"),
        (0xFFFF_FFFE, "active"),
        (0xFFFF_FFFC, "full"),
        (0xFFFF_FFF8, "being freed"),
        (0xFFFF_FFF0, "corrupt"),
        (0x0000_00AB, "unknown (0x000000AB)"),
    ];
    for (state, name) in states {
        let file = [twin::page(state, 1, 0xFF, &[]), page.clone()].concat();
        let nvs = Nvs::scan(&file).unwrap();
        let (one, two) = (nvs.pages().next().unwrap(), nvs.pages().nth(1).unwrap());
        assert_eq!(one.state().to_string(), name);
        assert_eq!(one.is_used(), matches!(one.state(), State::Active | State::Full | State::Freeing));
        assert_eq!((one.index(), one.version(), one.bytes().len()), (0, Some(1), 4096));
        assert_eq!((two.index(), two.version(), two.sequence()), (1, Some(2), 0x0102_0304));
        let sum = u32::from_le_bytes(page[28..32].try_into().unwrap());
        assert_eq!(two.header_crc(), (sum, twin::crc(&page[4..28])));
        assert_eq!(format!("{two:?}"), "page 1: full, sequence number 16909060");
        assert_eq!(two.bytes()[..], page);
        assert!(two.is_used());
    }
    let other = twin::page(0xFFFF_FFFE, 1, 0x7F, &[]);
    assert_eq!(Nvs::scan(&other).unwrap().pages().next().unwrap().version(), None);

    let file = [vec![0xFF; 4096], page].concat();
    let nvs = Nvs::parse(&file).unwrap();
    assert!(nvs.file() == file && nvs.damage().is_empty());
    let told: Vec<_> = nvs
        .entries()
        .map(|entry| {
            let (stored, right) = entry.crc();
            assert_eq!(stored, right);
            assert!(entry.data_crc().is_none_or(|(stored, right)| stored == right));
            (
                entry.at().entry,
                entry.namespace(),
                entry.kind().unwrap(),
                entry.span(),
                entry.chunk(),
                entry.key().unwrap(),
            )
        })
        .collect();
    let expected = [
        (0, 0, Type::U8, 1, 0xFF, "a"),
        (1, 3, Type::I32, 1, 0xFF, "n"),
        (2, 3, Type::String, 2, 0xFF, "s"),
        (4, 3, Type::BlobData, 3, 0, "b"),
        (7, 3, Type::BlobIndex, 1, 0xFF, "b"),
        (8, 3, Type::Blob, 1, 0xFF, "empty"),
    ];
    assert_eq!(told, expected);
    let at = EntryAt { page: 1, entry: 4 };
    assert_eq!((at.offset(), at.to_string()), (4096 + 64 + 4 * 32, "page 1, entry 4".to_owned()));
    let shown: Vec<String> = nvs.entries().map(|entry| format!("{entry:?}")).collect();
    assert_eq!(shown[2], "page 1, entry 2: namespace 3, key Some(\"s\"), type Some(String)");
    assert_eq!(nvs.entries().filter(|entry| entry.data_crc().is_some()).count(), 3);
    assert_eq!((nvs.namespace(3), nvs.namespace(0), nvs.namespace(4)), (Some("a"), None, None));

    let item = |key: &str| nvs.get("a", key).unwrap();
    let told = |key: &str| (item(key).kind(), item(key).len(), item(key).is_empty(), item(key).entry().at().entry);
    assert_eq!(told("n"), (Type::I32, 4, false, 1));
    assert_eq!(told("s"), (Type::String, 5, false, 2));
    assert_eq!(told("b"), (Type::Blob, 33, false, 7));
    assert_eq!(told("empty"), (Type::Blob, 0, true, 8));
    let part = |key: &str| item(key).parts().next().unwrap();
    let first = 4096 + 64;
    assert_eq!((part("n").range(), part("n").has_crc), (first + 32 + 24..first + 32 + 28, false));
    assert_eq!((part("s").range(), part("s").has_crc), (first + 3 * 32..first + 3 * 32 + 5, true));
    assert_eq!((part("b").at.entry, part("b").offset, part("b").len), (4, first + 4 * 32, 33));
    assert_eq!(*item("n").bytes(), (-2_i32).to_le_bytes());
    let shown = item("b");
    assert_eq!((format!("{shown:?}"), shown.namespace(), shown.key()), ("a/b: blob, 33 bytes".to_owned(), "a", "b"));
}

/// Of three pages in any order, with a key on any two of them, in any state, the one on the page of the greater sequence
/// number counts; on one page the later slot.
#[test]
fn of_three_pages_the_newest() {
    let name = Raw::number(0, 0x01, "a", &[1]);
    for order in [[0_u32, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        for erased in [None, Some(0_usize), Some(1), Some(2)] {
            let page = |n: usize| {
                let entry = Raw::number(1, 0x01, "n", &[n as u8]);
                let slots = [name.bytes(), entry.bytes()];
                let slots = if order[n] == 0 { slots.concat() } else { entry.bytes() };
                let state = if order[n] == 2 { 0xFFFF_FFFE } else { 0xFFFF_FFFC };
                let mut page = twin::page(state, 10 * order[n], 0xFE, &slots);
                if erased == Some(n) {
                    twin::set(&mut page, usize::from(order[n] == 0), 0);
                }
                page
            };
            let file = [page(0), page(1), page(2)].concat();
            let nvs = Nvs::scan(&file).unwrap();
            let newest = (0..3).filter(|n| erased != Some(*n)).max_by_key(|n| order[*n]).unwrap();
            assert_eq!(*nvs.get("a", "n").unwrap().bytes(), [newest as u8], "{order:?} {erased:?}");
            assert_eq!(nvs.damage().len(), 2 - usize::from(erased.is_some()), "{order:?} {erased:?}");
        }
    }
}
