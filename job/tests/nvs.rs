//! Jobs for NVS partitions: from nothing, in a partition, in a merged image; read where a device has moved the values.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop where it stands")]

use std::collections::HashMap;

use nameplate::image::Nvs;
use nameplate::image::nvs::{Data, Writer};
use nameplate_job::{Job, OpenJob, Rows};

const JOB: &str = include_str!("data/nvs.toml");
const UNITS: &str = "seq,key\n7,000102030405060708090A0B0C0D0E0F\n8,101112131415161718191A1B1C1D1E1F\n";

fn rows(job: &Job) -> Rows {
    job.rows(UNITS.as_bytes()).unwrap()
}

/// The partition of unit `n`, written from nothing.
fn written(n: u8) -> Vec<u8> {
    let mut writer = Writer::new(0x6000).unwrap();
    writer.put("factory", "serial", Data::String(&format!("EUDV-{n:06}"))).unwrap();
    writer.put("factory", "mac", Data::Blob(&[0x70, 0xB3, 0xD5, 0x7E, 0xD0, n])).unwrap();
    writer.put("cfg", "number", Data::U32(n.into())).unwrap();
    writer.put("cfg", "offset", Data::I16(-5)).unwrap();
    let first = (n - 7) * 16;
    writer.put("cfg", "key", Data::Blob(&(first..first + 16).collect::<Vec<u8>>())).unwrap();
    writer.finish()
}

fn stamped(job: &Job, open: &OpenJob, seq: u64) -> Vec<u8> {
    let (rows, mut stamper) = (rows(job), open.stamper().unwrap());
    stamper.stamp(seq, rows.get(seq)).unwrap().bytes().to_vec()
}

#[test]
fn from_nothing() {
    let job = Job::parse(JOB).unwrap();
    assert_eq!(Job::parse(&job.to_toml()).unwrap(), job);
    assert_eq!(job.files().count(), 0);
    let open = job.open(|_| None::<Vec<u8>>).unwrap();
    for (seq, n) in [(7, 7), (8, 8)] {
        let file = stamped(&job, &open, seq);
        assert!(file == written(n));
        open.verify(seq, rows(&job).get(seq), &open.read(0x9000, &file).unwrap()).unwrap();
    }
    let rows = rows(&job);
    let mut stamper = open.stamper().unwrap();
    let line = stamper.stamp(7, rows.get(7)).unwrap().journal_line();
    let line = serde_json::to_value(&line).unwrap();
    assert_eq!((&line["format"], &line["file"]), (&"bin".into(), &"7.bin".into()));
    assert_eq!(line["fields"]["serial"]["address"], "0x00009080");
    assert_eq!(line["fields"]["serial"]["text"], "EUDV-000007");
    assert_eq!(line["fields"]["key"]["secret"], true);
    assert!(line["fields"]["key"].get("bytes").is_none() && line["checksums"]["key.data"].get("after").is_none());
    assert!(line["checksums"]["mac.entry"]["after"].is_string());
}

/// A text that is shorter than its field: the same partition, as the text alone says how long it is.
#[test]
fn shorter_texts() {
    let job = Job::parse(&JOB.replacen("cstr:12", "cstr:200", 1)).unwrap();
    let open = job.open(|_| None::<Vec<u8>>).unwrap();
    let rows = rows(&job);
    let mut stamper = open.stamper().unwrap();
    for (seq, n) in [(7, 7), (8, 8)] {
        let unit = stamper.stamp(seq, rows.get(seq)).unwrap();
        assert!(unit.bytes() == written(n));
        let line = serde_json::to_value(unit.journal_line()).unwrap();
        assert_eq!(line["fields"]["serial"]["address"], "0x00009080");
        assert_eq!(
            line["fields"]["serial"]["bytes"],
            ["455544562D303030303037", "455544562D303030303038"][usize::from(n - 7)].to_owned() + "00"
        );
        open.verify(seq, rows.get(seq), &open.read(0x9000, &written(n)).unwrap()).unwrap();
        let error = open.verify(seq, rows.get(seq), &open.read(0x9000, &written(15 - n)).unwrap()).unwrap_err();
        assert!(error.to_string().contains("field `serial` at 0x00009080..0x0000908C is not what"), "{error}");
    }
}

/// The same job for a partition that is there, and for a merged image.
#[test]
fn in_an_image() {
    let head = "format = \"nvs\"\nsize   = \"0x6000\"\nbase   = \"0x9000\"";
    let nothing = Job::parse(JOB).unwrap();
    for (text, file) in [
        ("file = \"nvs.bin\"\nformat = \"bin\"\nbase = \"0x9000\"", written(8)),
        (
            "file = \"nvs.bin\"\nformat = \"bin\"\nbase = 0\nnvs = { range = \"0x9000..0xF000\" }",
            [vec![0xA5; 0x9000], written(8), vec![0x5A; 0x1000]].concat(),
        ),
    ] {
        let job = Job::parse(&JOB.replace(head, text)).unwrap();
        assert_eq!(Job::parse(&job.to_toml()).unwrap(), job);
        let files = HashMap::from([("nvs.bin", file.clone())]);
        let open = job.open(|name| files.get(name)).unwrap();
        let found = stamped(&job, &open, 7);
        let start = found.len().saturating_sub(0x7000) / 0x1000 * 0x1000;
        let start = if found.len() == 0x6000 { 0 } else { start };
        assert!(found[start..start + 0x6000] == written(7));
        assert!(found[..start] == file[..start] && found[start + 0x6000..] == file[start + 0x6000..]);
        assert_eq!(nothing.fields, job.fields);
    }
}

/// A device that wrote its number anew has it elsewhere.
#[test]
fn read_by_key() {
    let job = Job::parse(JOB).unwrap();
    let open = job.open(|_| None::<Vec<u8>>).unwrap();
    let mut moved = Writer::new(0x6000).unwrap();
    let file = written(7);
    let nvs = Nvs::parse(&file).unwrap();
    moved.put("wifi", "ssid", Data::String("factory floor")).unwrap();
    for item in nvs.items().collect::<Vec<_>>().into_iter().rev() {
        let bytes = item.bytes();
        let data = match item.key() {
            "serial" => Data::String("EUDV-000007"),
            "number" => Data::U32(7),
            "offset" => Data::I16(-5),
            _ => Data::Blob(&bytes),
        };
        moved.put(item.namespace(), item.key(), data).unwrap();
    }
    let dump = moved.finish();
    let reading = open.read(0x9000, &dump).unwrap();
    open.verify(7, rows(&job).get(7), &reading).unwrap();
    let error = open.verify(8, rows(&job).get(8), &reading).unwrap_err().to_string();
    assert!(error.starts_with("unit 8: field `serial` at 0x00009"), "{error}");
}

#[test]
fn refused() {
    let fail = |from: &str, to: &str| {
        assert!(JOB.contains(from), "{from}");
        let text = JOB.replacen(from, to, 1);
        let job = match Job::parse(&text) {
            Ok(job) => job,
            Err(error) => return error.to_string(),
        };
        match job.open(|_| None::<Vec<u8>>) {
            Err(error) => error.to_string(),
            Ok(open) => open.stamper().unwrap().stamp(7, rows(&job).get(7)).map(drop).unwrap_err().to_string(),
        }
    };
    let said = fail("nvs:cfg/offset", "nvs:cfg/number");
    assert_eq!(
        said,
        "field `offset`: key \"number\" is in namespace \"cfg\" twice, and a device would find the first or the last of them"
    );
    let said = fail("bytes:16", "bytes:30000");
    assert!(said.starts_with("field `key`: cfg/key has no room: the partition has 6 pages"), "{said}");
    let said = fail("bytes:16", "bytes:4096");
    assert!(said.contains("lies in 2 chunks"), "{said}");
}
