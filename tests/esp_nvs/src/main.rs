//! What the crate `esp-nvs` makes of NVS partitions: each line of the input has one in digits, the answer a line.
//!
//! | line | answer |
//! |---|---|
//! | `read PARTITION` | all values: `namespace/key/type/value`, numbers in decimal, texts and blobs in digits |
//! | `write NAMESPACE KEY TEXT TIMES PARTITION` | the partition when the text was written so often, with `+` behind it: one the first time, one more each time, none every 30th |

use std::error::Error;
use std::fmt::Write as _;

use esp_nvs::mem_flash::MemFlash;
use esp_nvs::{ItemType, Key, Nvs};

type Answer = Result<String, Box<dyn Error>>;

fn main() -> Result<(), Box<dyn Error>> {
    for line in std::io::stdin().lines() {
        let line = line?;
        let words: Vec<&str> = line.split(' ').collect();
        match words[..] {
            ["read", partition] => println!("{}", read(&bytes(partition)?)?),
            ["write", namespace, key, text, times, partition] => {
                println!("{}", write([namespace, key, text], times.parse()?, &bytes(partition)?)?);
            }
            _ => return Err(format!("no such line: {line:.60}").into()),
        }
    }
    Ok(())
}

fn bytes(digits: &str) -> Result<Vec<u8>, Box<dyn Error>> {
    let pair = |at| Ok(u8::from_str_radix(digits.get(at..at + 2).ok_or("a digit is missing")?, 16)?);
    (0..digits.len()).step_by(2).map(pair).collect()
}

fn digits(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn open(partition: &[u8]) -> Result<Nvs<MemFlash>, Box<dyn Error>> {
    let nvs = Nvs::new(0, partition.len(), MemFlash::from_bytes(partition.to_vec()));
    nvs.map_err(|error| format!("{error:?}").into())
}

fn read(partition: &[u8]) -> Answer {
    let mut nvs = open(partition)?;
    let mut entries: Vec<(Key, Key, ItemType)> = Vec::new();
    for entry in nvs.typed_entries() {
        entries.push(entry.map_err(|error| format!("{error:?}"))?);
    }
    let mut shown = Vec::new();
    for (namespace, key, kind) in &entries {
        let value = match kind {
            ItemType::U8 => nvs.get::<u8>(namespace, key).map(|n| format!("u8/{n}")),
            ItemType::I8 => nvs.get::<i8>(namespace, key).map(|n| format!("i8/{n}")),
            ItemType::U16 => nvs.get::<u16>(namespace, key).map(|n| format!("u16/{n}")),
            ItemType::I16 => nvs.get::<i16>(namespace, key).map(|n| format!("i16/{n}")),
            ItemType::U32 => nvs.get::<u32>(namespace, key).map(|n| format!("u32/{n}")),
            ItemType::I32 => nvs.get::<i32>(namespace, key).map(|n| format!("i32/{n}")),
            ItemType::U64 => nvs.get::<u64>(namespace, key).map(|n| format!("u64/{n}")),
            ItemType::I64 => nvs.get::<i64>(namespace, key).map(|n| format!("i64/{n}")),
            ItemType::Sized => {
                nvs.get::<String>(namespace, key).map(|text| format!("string/{}", digits(text.as_bytes())))
            }
            ItemType::BlobIndex | ItemType::Blob => {
                nvs.get::<Vec<u8>>(namespace, key).map(|bytes| format!("blob/{}", digits(&bytes)))
            }
            other => return Err(format!("a {other:?} of its own").into()),
        };
        let value = value.map_err(|error| format!("{}/{}: {error:?}", namespace.as_str(), key.as_str()))?;
        shown.push(format!("{}/{}/{value}", namespace.as_str(), key.as_str()));
    }
    shown.sort_unstable();
    Ok(shown.join(" "))
}

fn write([namespace, key, text]: [&str; 3], times: usize, partition: &[u8]) -> Answer {
    let mut nvs = open(partition)?;
    for more in 1..=times {
        let text = format!("{text}{}", "+".repeat(more % 30));
        let put = nvs.set(&Key::from_str(namespace), &Key::from_str(key), text.as_str());
        put.map_err(|error| format!("{error:?}"))?;
    }
    Ok(digits(&nvs.into_inner().into_inner()))
}
