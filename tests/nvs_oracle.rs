//! NVS partitions of Espressif's generator are ours to the byte, and it reads nothing else into what we refuse.

use std::fmt::Write as _;

use nameplate::image::nvs::{Data, Writer};
use nameplate::image::{Nvs, Raw};
use nameplate::{At, Field, Guard, Layout, Value};

use crate::{noise, python};

/// Makes a partition of each line: its size, then `namespace/key/encoding/value`, texts and blobs in digits.
const SCRIPT: &str = r#"
import sys, io
from esp_idf_nvs_partition_gen import nvs_partition_gen as gen
for line in sys.stdin:
    size, *entries = line.split()
    out, (size, read_only) = io.BytesIO(), gen.check_size(size)
    try:
        with gen.nvs_open(out, size, gen.Page.VERSION2, read_only=read_only) as nvs:
            last = None
            for entry in entries:
                namespace, key, encoding, value = entry.split("/")
                if namespace != last:
                    gen.write_entry(nvs, namespace, "namespace", "", "")
                    last = namespace
                if encoding == "string":
                    value = bytes.fromhex(value).decode()
                # Left to itself it takes the namespace that was named last, where an earlier one is said again.
                gen.write_entry(nvs, key, "data", encoding, value, nvs.get_namespace_idx())
        print(out.getvalue().hex())
    except (gen.InsufficientSizeError, gen.PageFullError):
        print("full")
"#;

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What both make of the same values: partitions, or no room.
struct Both {
    ours: Writer,
    full: bool,
    line: String,
}

impl Both {
    fn new(size: usize) -> Self {
        Self { ours: Writer::new(size).unwrap(), full: false, line: format!("{size:#x}") }
    }

    fn put(&mut self, namespace: &str, key: &str, data: Data<'_>) {
        let (encoding, value) = match data {
            Data::U8(n) => ("u8", n.to_string()),
            Data::I8(n) => ("i8", n.to_string()),
            Data::U16(n) => ("u16", n.to_string()),
            Data::I16(n) => ("i16", n.to_string()),
            Data::U32(n) => ("u32", n.to_string()),
            Data::I32(n) => ("i32", n.to_string()),
            Data::U64(n) => ("u64", n.to_string()),
            Data::I64(n) => ("i64", n.to_string()),
            Data::String(text) => ("string", hex(text.as_bytes())),
            Data::Blob(bytes) => ("hex2bin", hex(bytes)),
            _ => unreachable!(),
        };
        write!(self.line, " {namespace}/{key}/{encoding}/{value}").unwrap();
        self.full |= self.ours.put(namespace, key, data).is_err();
    }
}

fn judged(all: Vec<Both>) {
    let lines: String = all.iter().map(|both| both.line.clone() + "\n").collect();
    let said = python("nvs_partition_gen", SCRIPT, &lines);
    assert_eq!(said.lines().count(), all.len());
    for (said, both) in said.lines().zip(all) {
        if both.full {
            assert_eq!(said, "full", "{:.200}", both.line);
        } else {
            let ours = both.ours.finish();
            assert!(said == hex(&ours), "{:.200}", both.line);
            Nvs::parse(&ours).unwrap();
        }
    }
}

/// Each type with its least and its greatest number, texts and blobs at every size about those of slots.
#[test]
#[ignore = "needs esp-idf-nvs-partition-gen, which .ci/tools.sh fetches"]
fn each_type() {
    let mut both = Both::new(0x6000);
    let numbers = [
        [Data::U8(0), Data::U8(u8::MAX)],
        [Data::I8(i8::MIN), Data::I8(i8::MAX)],
        [Data::U16(1), Data::U16(u16::MAX)],
        [Data::I16(i16::MIN), Data::I16(i16::MAX)],
        [Data::U32(1), Data::U32(u32::MAX)],
        [Data::I32(i32::MIN), Data::I32(i32::MAX)],
        [Data::U64(1), Data::U64(u64::MAX)],
        [Data::I64(i64::MIN), Data::I64(i64::MAX)],
    ];
    for (n, [least, greatest]) in numbers.into_iter().enumerate() {
        both.put("numbers", &format!("l{n}"), least);
        both.put("more_numbers", &format!("fifteen_letter{n}"), greatest);
    }
    for len in [0, 1, 30, 31, 32, 33, 63, 64, 65, 200] {
        both.put("numbers", &format!("s{len}"), Data::String(&"x".repeat(len)));
        both.put("texts", &format!("b{len}"), Data::Blob(&noise(1, len)));
    }
    both.put("texts", "unicode", Data::String("Prüfstand 1 €"));
    judged(vec![both]);
}

/// Texts and blobs of every length that crosses the end of a page, behind any number of entries.
#[test]
#[ignore = "needs esp-idf-nvs-partition-gen, which .ci/tools.sh fetches"]
fn ends_of_pages() {
    let mut all = Vec::new();
    for before in [0, 1, 119, 120, 121, 122, 123, 124, 125] {
        for len in
            [0, 1, 31, 32, 33, 63, 64, 65, 95, 96, 97, 3935, 3936, 3937, 3967, 3968, 4000, 4001, 7936, 7937, 8000]
        {
            for is_text in [true, false] {
                let mut both = Both::new(0x4000);
                for n in 0..before {
                    both.put("a", &format!("k{n}"), Data::U8(1));
                }
                if !is_text {
                    both.put("a", "blob", Data::Blob(&noise(1, len)));
                } else if len < 3968 {
                    both.put("a", "text", Data::String(&"t".repeat(len)));
                }
                both.put("b", "behind", Data::U32(7));
                all.push(both);
            }
        }
    }
    judged(all);
}

/// 200 partitions of any values.
#[test]
#[ignore = "needs esp-idf-nvs-partition-gen, which .ci/tools.sh fetches"]
fn any_values() {
    let mut all = Vec::new();
    for seed in 0..200_u64 {
        let mut both = Both::new([0x3000, 0x4000, 0x6000, 0x10000][seed as usize % 4]);
        let count = usize::from(noise(seed, 1)[0]) % 90;
        for n in 0..count {
            let random = noise(seed * 1000 + n as u64, 12);
            let n64 = u64::from_le_bytes(random[..8].try_into().unwrap());
            let len = usize::from(random[9]) * if random[10] > 250 { 20 } else { 1 };
            let text = hex(&noise(n64, len / 2));
            let bytes = noise(n64, len);
            let data = match random[8] % 12 {
                0 => Data::U8(n64 as u8),
                1 => Data::I8(n64 as i8),
                2 => Data::U16(n64 as u16),
                3 => Data::I16(n64 as i16),
                4 => Data::U32(n64 as u32),
                5 => Data::I32(n64 as i32),
                6 => Data::U64(n64),
                7 => Data::I64(i64::from_le_bytes(n64.to_le_bytes())),
                8 | 9 => Data::String(&text[..text.len().min(3967)]),
                _ => Data::Blob(&bytes),
            };
            both.put(["cfg", "factory", "wifi"][usize::from(random[11]) % 3], &format!("key{n}"), data);
            if both.full {
                break;
            }
        }
        all.push(both);
    }
    judged(all);
}

/// 50 units that were stamped over one partition: what the generator makes of the values of each.
#[test]
#[ignore = "needs esp-idf-nvs-partition-gen, which .ci/tools.sh fetches"]
fn stamped_units() {
    let put = |both: &mut Both, seed: u64| {
        let serial = format!("EUDV2407-{:06}", seed % 1_000_000);
        let (mac, key, n) = (noise(seed, 6), noise(seed + 1, 32), noise(seed + 2, 8));
        let n = u64::from_le_bytes(n.try_into().unwrap());
        both.put("factory", "serial", Data::String(&serial));
        both.put("factory", "mac", Data::Blob(&mac));
        both.put("factory", "n", Data::U64(n));
        both.put("keys", "app_key", Data::Blob(&key));
        (serial, mac, n, key)
    };
    let mut template = Both::new(0x6000);
    put(&mut template, 0);
    let template = template.ours.finish();
    let image = Raw::new(&template, 0x9000).unwrap();
    let field = |namespace: &str, key: &str, encode: &str| {
        Field::new(key, At::nvs(namespace, key), encode.parse().unwrap()).expect(Guard::Any)
    };
    let plan = Layout::new()
        .field(field("factory", "serial", "cstr:16"))
        .field(field("factory", "mac", "bytes:6"))
        .field(field("factory", "n", "u64le"))
        .field(field("keys", "app_key", "bytes:32").secret())
        .compile(&image)
        .unwrap();
    let mut unit = plan.stamper(&image).unwrap();
    let (mut lines, mut units) = (String::new(), Vec::new());
    for seed in 1..=50 {
        let mut both = Both::new(0x6000);
        let (serial, mac, n, key) = put(&mut both, seed * 7919);
        lines += &(both.line + "\n");
        let key = Value::from(key.as_slice()).into_secret();
        let values = [("serial", (&*serial).into()), ("mac", mac.as_slice().into()), ("n", n.into()), ("app_key", key)];
        units.push(unit.stamp(&values).unwrap().bytes().to_vec());
    }
    let said = python("nvs_partition_gen", SCRIPT, &lines);
    assert_eq!(said.lines().count(), units.len());
    assert!(said.lines().zip(&units).all(|(said, unit)| said == hex(unit)));
}

/// 50 units of a partition that is made of the fields, with texts of any length: what the generator makes of their values.
#[test]
#[ignore = "needs esp-idf-nvs-partition-gen, which .ci/tools.sh fetches"]
fn units_with_shorter_texts() {
    let field = |namespace: &str, key: &str, encode: &str| {
        Field::new(key, At::nvs(namespace, key), encode.parse().unwrap()).expect(Guard::Any)
    };
    let layout = Layout::new()
        .field(field("factory", "serial", "cstr:32"))
        .field(field("wifi", "password", "cstr:64").secret())
        .field(field("factory", "mac", "bytes:6"))
        .field(field("factory", "url", "cstr:3968"))
        .field(field("factory", "n", "u64le"))
        .from_nothing();
    let template = layout.partition(0x6000).unwrap();
    let image = Raw::new(&template, 0x9000).unwrap();
    let plan = layout.compile(&image).unwrap();
    let mut stamper = plan.stamper(&image).unwrap();
    let (mut lines, mut units) = (String::new(), Vec::new());
    for seed in 1..=50_u64 {
        let random = noise(seed, 4);
        let text = |seed: u64, len: usize| hex(&noise(seed, len))[..len].to_owned();
        let serial = text(seed, usize::from(random[0]) % 31 + 1);
        let password = text(seed + 1, usize::from(random[1]) % 63 + 1);
        let url = text(seed + 2, (usize::from(random[2]) * 16 + usize::from(random[3])) % 3967 + 1);
        let mac = noise(seed + 3, 6);
        let mut both = Both::new(0x6000);
        both.put("factory", "serial", Data::String(&serial));
        both.put("wifi", "password", Data::String(&password));
        both.put("factory", "mac", Data::Blob(&mac));
        both.put("factory", "url", Data::String(&url));
        both.put("factory", "n", Data::U64(seed));
        lines += &(both.line + "\n");
        let values = [
            ("serial", serial.as_str().into()),
            ("password", Value::from(password.as_str()).into_secret()),
            ("mac", mac.as_slice().into()),
            ("url", url.as_str().into()),
            ("n", seed.into()),
        ];
        units.push(stamper.stamp(&values).unwrap().bytes().to_vec());
    }
    let said = python("nvs_partition_gen", SCRIPT, &lines);
    assert_eq!(said.lines().count(), units.len());
    assert!(said.lines().zip(&units).all(|(said, unit)| said == hex(unit)));
}

/// What is refused here and made by the generator: a key twice, and keys without a namespace.
#[test]
#[ignore = "needs esp-idf-nvs-partition-gen, which .ci/tools.sh fetches"]
fn what_it_takes() {
    let script = r#"
import io
from esp_idf_nvs_partition_gen import nvs_partition_gen as gen
for lines in ([("a", "namespace", "", ""), ("k", "data", "u8", "1"), ("k", "data", "u8", "2")], [("k", "data", "u32", "1000")]):
    out = io.BytesIO()
    with gen.nvs_open(out, 0x2000, gen.Page.VERSION2) as nvs:
        for line in lines:
            gen.write_entry(nvs, *line)
    print(out.getvalue().hex())
"#;
    let said = python("nvs_partition_gen", script, "");
    let bytes = |line: &str| -> Vec<u8> {
        (0..line.len()).step_by(2).map(|at| u8::from_str_radix(&line[at..at + 2], 16).unwrap()).collect()
    };
    let errors: Vec<String> = said.lines().map(|line| Nvs::parse(&bytes(line)).unwrap_err().to_string()).collect();
    let expected = [
        "page 0, entry 1 (offset 0x00000060): its namespace and key are those of page 0, entry 2, which is newer: the device has not erased this one",
        "page 0, entry 0 (offset 0x00000040): entries of namespace 0 name others by numbers from 1 to 254: it is a u32 of 1000",
    ];
    assert_eq!(errors, expected);
}
