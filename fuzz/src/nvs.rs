//! NVS partitions.

use nameplate::image::Nvs;
use nameplate::image::nvs::{Data, Item, Writer};
use nameplate::plan::At;
use nameplate::{Encoding, Field, Guard, Layout, Value};

use crate::nvs_twin::{self as twin, Raw, Values};

const STATES: [u32; 8] =
    [0xFFFF_FFFC, 0xFFFF_FFFE, 0xFFFF_FFFC, 0xFFFF_FFFE, 0xFFFF_FFF8, 0xFFFF_FFF0, 0xFFFF_FFFF, 0xFFFF_FFFA];

/// A page that is being filled.
struct Page {
    state: u32,
    sequence: u32,
    version: u8,
    slots: Vec<u8>,
    /// Slots whose state is not `written`, and what it is.
    states: Vec<(usize, u8)>,
}

impl Page {
    fn bytes(&self) -> Vec<u8> {
        let len = self.slots.len().min(126 * 32);
        let mut page = twin::page(self.state, self.sequence, self.version, &self.slots[..len]);
        for (slot, state) in self.states.iter().filter(|(slot, _)| *slot < 128) {
            twin::set(&mut page, *slot, *state);
        }
        page
    }
}

/// Five bytes of input as an entry of few keys and namespaces, so that they meet, or as another page.
fn pages(input: &[u8]) -> Vec<u8> {
    let new = |state: u8, sequence: u8| Page {
        state: STATES[usize::from(state) % 8],
        sequence: u32::from(sequence % 4),
        version: if state & 0x40 == 0 { 0xFE } else { 0xFF },
        slots: Vec::new(),
        states: Vec::new(),
    };
    let mut pages = vec![new(1, 0)];
    for &[namespace, kind, key, size, chunk] in input.as_chunks().0 {
        let count = pages.len();
        let Some(page) = pages.last_mut() else { break };
        let first = page.slots.len() / 32;
        let key = ["a", "b", "c", "fifteen_letters"][usize::from(key) % 4];
        let (namespace, long) = (namespace % 4, usize::from(size) * if chunk == 0xFF { 16 } else { 1 });
        let entry = match kind % 16 {
            0 | 1 => Raw::number(0, 1, key, &[size % 4]),
            2 => Raw::number(
                namespace,
                [0x01, 0x11, 0x02, 0x12, 0x04, 0x14, 0x08, 0x18][usize::from(chunk) % 8],
                key,
                &[size; 8],
            ),
            3 => Raw::with_data(namespace, 0x21, 0xFF, key, &[&vec![b'x'; long][..], &[0]].concat()),
            4 => Raw::with_data(namespace, 0x41, 0xFF, key, &vec![size; long]),
            5 | 6 => Raw::with_data(namespace, 0x42, chunk % 3, key, &vec![size; usize::from(size % 67)]),
            7 | 8 => Raw::number(namespace, 0x48, key, &[size % 136, 0, 0, 0, chunk % 4, chunk / 4 % 2]),
            9 if count < 4 => {
                pages.push(new(size, chunk));
                continue;
            }
            // Slots that were erased, or never written.
            10 | 11 => {
                let state = [0, 0, 3, 1][usize::from(chunk) % 4];
                let more = usize::from(size % 126).min(126_usize.saturating_sub(first));
                page.states.extend((first..first + more).map(|slot| (slot, state)));
                page.slots.resize(page.slots.len() + 32 * more, 0xFF);
                continue;
            }
            // A state of any slot; a byte of what lies last.
            12 => {
                page.states.push((usize::from(size % 128), chunk % 4));
                continue;
            }
            13 => {
                let at = page.slots.len().saturating_sub(1 + usize::from(size % 64));
                if let Some(byte) = page.slots.get_mut(at) {
                    *byte ^= chunk;
                }
                continue;
            }
            14 => {
                let mut entry = Raw::number(namespace, kind, key, &[size]);
                (entry.kind, entry.span) = (size, chunk);
                entry
            }
            _ => {
                let mut entry = Raw::with_data(namespace, 0x41, 0xFF, key, &[size; 40]);
                entry.key[usize::from(chunk % 16)] = size;
                entry
            }
        };
        page.slots.extend(entry.bytes());
    }
    pages.iter().flat_map(Page::bytes).collect()
}

fn values(nvs: &Nvs<'_>) -> Values {
    let one = |item: Item<'_, '_>| {
        let again = nvs.get(item.namespace(), item.key()).map(|again| again.entry().at());
        assert_eq!(again, Some(item.entry().at()));
        ((item.namespace().to_owned(), item.key().to_owned()), (item.kind().code(), item.bytes().into_owned()))
    };
    nvs.items().map(one).collect()
}

/// Any slots, and entries that are nearly right: the verdict and the values of the slow reader.
pub fn parse_nvs(input: &[u8]) {
    let raw = twin::page(0xFFFF_FFFE, 0, 0xFE, &input[..input.len().min(126 * 32)]);
    for file in [input.to_vec(), raw, pages(input)] {
        match (Nvs::scan(&file), twin::read(&file)) {
            (Ok(nvs), Some((theirs, right))) => {
                assert_eq!(values(&nvs), theirs);
                assert_eq!(nvs.damage().is_empty(), right, "{:?}", nvs.damage());
                assert_eq!(Nvs::parse(&file).is_ok(), right);
                let shown: Vec<String> = nvs.damage().iter().map(ToString::to_string).collect();
                assert!(!format!("{nvs:?} {shown:?} {:?}", nvs.entries().collect::<Vec<_>>()).is_empty());
            }
            (Err(error), None) => assert!(!error.to_string().is_empty()),
            (ours, twin) => panic!("{ours:?}, but the twin says {twin:?}"),
        }
    }
}

/// Values that are written are read by the slow reader; stamped over, they are what would have been written.
pub fn spec_nvs(input: &[u8]) {
    let Some((&[size, ..], input)) = input.split_first_chunk::<4>() else { return };
    let write = |change: bool| {
        let mut writer = Writer::new(0x1000 * (3 + usize::from(size % 3))).unwrap();
        let (mut expected, mut layout, mut given) = (Values::new(), Layout::new(), Vec::new());
        for (n, &[namespace, kind, low, high, seed]) in input.as_chunks().0.iter().enumerate() {
            let (namespace, key) = (["one", "two", "three"][usize::from(namespace) % 3], format!("k{}", n % 200));
            let seed = if change { !seed } else { seed };
            let len = usize::from(u16::from_le_bytes([low, high])) % if low == 0xFF { 5000 } else { 140 };
            let text: String = (0..len).map(|n| char::from(b'!' + (seed.wrapping_add(n as u8) % 90))).collect();
            let blob: Vec<u8> = (0..len).map(|n| seed.wrapping_mul(31).wrapping_add(n as u8)).collect();
            let number = u64::from_le_bytes([seed; 8]);
            let (data, code, bytes, encode) = match kind % 6 {
                0 => (Data::U8(seed), 0x01, vec![seed], Encoding::uint(1, nameplate::ByteOrder::Little)),
                1 => (Data::U16(number as u16), 0x02, vec![seed; 2], Encoding::u16_le()),
                2 => (Data::U32(number as u32), 0x04, vec![seed; 4], Encoding::u32_le()),
                3 => (Data::U64(number), 0x08, vec![seed; 8], Encoding::u64_le()),
                4 => (Data::String(&text), 0x21, [text.as_bytes(), &[0]].concat(), Encoding::cstr(len + 1)),
                _ => (Data::Blob(&blob), 0x41, blob.clone(), Encoding::bytes(len)),
            };
            if writer.put(namespace, &key, data).is_ok() {
                if kind & 0x80 != 0 && len > 0 {
                    let field = Field::new(key.clone(), At::nvs(namespace, key.clone()), encode);
                    layout = layout.field(field.expect(Guard::Any));
                    given.push((key.clone(), code, bytes.clone()));
                } else if change {
                    // Not stamped, so it would differ.
                    return None;
                }
                expected.insert((namespace.to_owned(), key), (code, bytes));
            }
        }
        Some((writer.finish(), expected, layout, given))
    };
    let Some((file, expected, layout, _)) = write(false) else { return };
    assert_eq!(twin::read(&file), Some((expected, true)));
    made(size, input);
    let Some((changed, _, _, given)) = write(true) else { return };
    let image = nameplate::image::Raw::new(&file, 0x9000).unwrap();
    let plan = match layout.compile(&image) {
        Err(error) if error.to_string().contains(" chunks, ") => return,
        plan => plan.unwrap(),
    };
    let values = given.iter().map(|(name, code, bytes)| {
        let value = match code {
            0x21 => Value::from(std::str::from_utf8(&bytes[..bytes.len() - 1]).unwrap()),
            0x41 => Value::from(bytes.as_slice()),
            _ => Value::from(bytes.iter().rev().fold(0_u64, |n, byte| n << 8 | u64::from(*byte))),
        };
        (name.as_str(), value)
    });
    let values: Vec<(&str, Value<'_>)> = values.collect();
    let mut unit = plan.stamper(&image).unwrap();
    assert!(unit.stamp(&values).unwrap().bytes() == changed);
    assert!(unit.undo() == file);
    let back = nameplate::image::Raw::new(&changed, 0x9000).unwrap();
    let reading = plan.read(&back).unwrap();
    assert!(reading.checks().all(|check| check.is_right()));
    assert!(*plan.undo(&back, &image).unwrap() == file);
}

/// A partition that is made of fields: two units, whose texts are shorter than those and of other lengths, are what is
/// written of their values, and are read and taken back out.
fn made(size: u8, input: &[u8]) {
    let size = 0x1000 * (3 + usize::from(size % 3));
    let entries: Vec<[u8; 5]> = input.as_chunks().0.iter().take(6).copied().collect();
    let text = |unit: u8, &[_, _, low, high, seed]: &[u8; 5]| -> String {
        let len = 1 + usize::from(low.wrapping_add(unit.wrapping_mul(high))) % 100;
        (0..len).map(|n| char::from(b'!' + (seed.wrapping_add(n as u8) % 90))).collect()
    };
    let name =
        |n: usize, &[namespace, ..]: &[u8; 5]| (["one", "two", "three"][usize::from(namespace) % 3], format!("k{n}"));
    let mut layout = Layout::new().from_nothing();
    for (n, entry) in entries.iter().enumerate() {
        let (namespace, key) = name(n, entry);
        let encode = if entry[1] & 1 == 0 { Encoding::u32_le() } else { Encoding::cstr(101) };
        layout = layout.field(Field::new(key.clone(), At::nvs(namespace, key), encode).expect(Guard::Any));
    }
    let Ok(template) = layout.partition(size) else { return };
    let image = nameplate::image::Raw::new(&template, 0x9000).unwrap();
    let plan = layout.compile(&image).unwrap();
    let mut stamper = plan.stamper(&image).unwrap();
    for unit in [1, 2] {
        let mut writer = Writer::new(size).unwrap();
        let texts: Vec<String> = entries.iter().map(|entry| text(unit, entry)).collect();
        let names: Vec<(&str, String)> = entries.iter().enumerate().map(|(n, entry)| name(n, entry)).collect();
        let mut values = Vec::new();
        for ((entry, text), (namespace, key)) in entries.iter().zip(&texts).zip(&names) {
            let number = u32::from(unit) * 0x0101;
            let (data, value) = match entry[1] & 1 {
                0 => (Data::U32(number), Value::from(number)),
                _ => (Data::String(text), Value::from(text.as_str())),
            };
            // Shorter texts may leave more of a page unused.
            if writer.put(namespace, key, data).is_err() {
                return;
            }
            values.push((key.as_str(), value));
        }
        let expected = writer.finish();
        assert!(stamper.stamp(&values).unwrap().bytes() == expected);
        let back = nameplate::image::Raw::new(&expected, 0x9000).unwrap();
        let reading = plan.read(&back).unwrap();
        assert!(reading.checks().all(|check| check.is_right()));
        assert!(values.iter().all(|(name, value)| reading.field(name).unwrap().matches(value)));
        assert!(*plan.undo(&back, &image).unwrap() == template);
    }
    assert!(stamper.undo() == template);
}
