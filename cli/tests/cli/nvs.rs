//! NVS partitions through the command: made from nothing, stamped, verified, inspected.

use nameplate::image::Nvs;
use nameplate::image::nvs::{Data, Writer};

use crate::Bench;
use crate::verify::json;

const HEAD: &str = "[image]\nformat = \"nvs\"\nsize = \"0x4000\"\nbase = \"0x9000\"\n";
const REST: &str = "[unit]\nfirst = 1\nname = \"{serial}\"\n\
    [[field]]\nname = \"serial\"\nat = \"nvs:factory/sn\"\nencode = \"cstr:9\"\nvalue = \"EU-{seq:5}\"\n\
    [[field]]\nname = \"mac\"\nat = \"nvs:factory/mac\"\nencode = \"bytes:6\"\nvalue = { eui48 = \"70B3D57ED\", seq0 = 0 }\n\
    [[field]]\nname = \"number\"\nat = \"nvs:factory/n\"\nencode = \"i64le\"\nvalue = \"{seq}\"\n";

/// The partition of unit `n`, with what a device has put in front.
fn partition(n: u8, device: bool) -> Vec<u8> {
    let mut writer = Writer::new(0x4000).unwrap();
    if device {
        writer.put("wifi", "ssid", Data::String("factory floor")).unwrap();
        writer.put("factory", "n", Data::I64(n.into())).unwrap();
    }
    writer.put("factory", "sn", Data::String(&format!("EU-{n:05}"))).unwrap();
    writer.put("factory", "mac", Data::Blob(&[0x70, 0xB3, 0xD5, 0x7E, 0xD0, n])).unwrap();
    if !device {
        writer.put("factory", "n", Data::I64(n.into())).unwrap();
    }
    writer.finish()
}

#[test]
fn from_nothing() {
    let bench = Bench::new();
    bench.write("j.toml", [HEAD, REST].concat());
    bench.good(&["plan", "--job", "j.toml"]);
    bench.good(&["stamp", "--job", "j.toml", "--out", "u", "--count", "2"]);
    for n in [1, 2] {
        assert!(bench.read(&format!("u/EU-0000{n}.bin")) == partition(n, false));
    }
    let journal = bench.text("u/units.jsonl");
    assert!(journal.contains(r#""checksums":{"mac.data":{"address":"0x000090"#), "{journal}");
    bench.good(&["verify", "--job", "j.toml", "--units", "u/units.jsonl", "u"]);
    // A device has moved all of it.
    bench.write("dump.bin", partition(2, true));
    bench.good(&["verify", "--job", "j.toml", "dump.bin"]);
    bench.good(&["verify", "--job", "j.toml", "--units", "u/units.jsonl", "dump.bin"]);
    // A bit of the text, of its CRC, and of the entry's.
    for at in [64 + 6 * 32, 64 + 5 * 32 + 28, 64 + 5 * 32 + 4] {
        let mut damaged = partition(2, true);
        assert_eq!(damaged[64 + 6 * 32], b'E');
        damaged[at] ^= 1;
        bench.write("dump.bin", damaged);
        let said = bench.run(&["verify", "--job", "j.toml", "dump.bin"]);
        assert_ne!(said.code, 0, "{said:?}");
    }
    let said = bench.run(&["--json", "plan", "--job", "j.toml"]);
    assert_eq!(said.code, 0, "{said:?}");
    let said = bench.run(&["header", "--job", "j.toml", "--language", "c"]);
    assert!(said.code == 3 && said.err.contains("the firmware reads them by key"), "{said:?}");
    // Deltas have no template that a device would have.
    let said = bench.run(&["stamp", "--job", "j.toml", "--out", "v", "--count", "1", "--format", "delta"]);
    assert!(said.code == 3 && said.err.contains("a partition that is made from nothing is written whole"), "{said:?}");
}

/// Texts that are shorter than their fields, each of another length and over several slots.
#[test]
fn shorter_texts() {
    let bench = Bench::new();
    let text = "[[field]]\nname = \"note\"\nat = \"nvs:factory/note\"\nencode = \"cstr:80\"\nvalue = { input = \"note\", as = \"text\" }\n\
        [[field]]\nname = \"key\"\nat = \"nvs:wifi/key\"\nencode = \"cstr:64\"\nsecret = true\nvalue = { input = \"key\", as = \"text\" }\n";
    let (unit, fields) = REST.split_at(REST.find("[[field]]").unwrap());
    let fields = fields.replace("cstr:9", "cstr:32");
    bench.write("j.toml", [HEAD, unit, text, &fields].concat());
    let rows = [("short", "correct horse"), (&"n".repeat(40), "battery staple"), (&"m".repeat(79), "x")];
    let csv: String = (1..).zip(rows).map(|(seq, (note, key))| format!("{seq},{note},{key}\n")).collect();
    bench.write("rows.csv", format!("seq,note,key\n{csv}"));
    bench.good(&["stamp", "--job", "j.toml", "--out", "u", "--count", "3", "--input", "rows.csv"]);
    for (n, (note, key)) in (1..).zip(rows) {
        let mut writer = Writer::new(0x4000).unwrap();
        writer.put("factory", "note", Data::String(note)).unwrap();
        writer.put("wifi", "key", Data::String(key)).unwrap();
        writer.put("factory", "sn", Data::String(&format!("EU-{n:05}"))).unwrap();
        writer.put("factory", "mac", Data::Blob(&[0x70, 0xB3, 0xD5, 0x7E, 0xD0, n])).unwrap();
        writer.put("factory", "n", Data::I64(n.into())).unwrap();
        assert!(bench.read(&format!("u/EU-0000{n}.bin")) == writer.finish(), "{n}");
    }
    bench.good(&["verify", "--job", "j.toml", "--units", "u/units.jsonl", "u"]);
    bench.good(&["verify", "--job", "j.toml", "--units", "u/units.jsonl", "u/EU-00002.bin"]);
    // A character of the note, and the digest over all but the secret.
    let mut damaged = bench.read("u/EU-00002.bin");
    damaged[0x3000] ^= 1;
    bench.write("u/EU-00002.bin", damaged);
    let said = bench.run(&["verify", "--job", "j.toml", "--units", "u/units.jsonl", "u"]);
    assert_ne!(said.code, 0, "{said:?}");
    // As HEX text.
    bench.good(&["stamp", "--job", "j.toml", "--out", "h", "--count", "3", "--input", "rows.csv", "--format", "hex"]);
    bench.good(&["convert", "h/EU-00002.hex", "two.bin", "--window", "0x9000..0xD000"]);
    assert!(bench.read("two.bin")[0x2FFF] == 0xFF);
    bench.good(&["verify", "--job", "j.toml", "--units", "h/units.jsonl", "h"]);
    // What a job in the same file says, with the length of the text in the file's own entry.
    bench.write("nvs.bin", bench.read("u/EU-00001.bin"));
    let of_file = "[image]\nfile = \"nvs.bin\"\nformat = \"bin\"\nbase = \"0x9000\"\n";
    bench.write("k.toml", [of_file, REST].concat().replace("cstr:9", "cstr:10"));
    let said = bench.run(&["stamp", "--job", "k.toml", "--out", "w", "--count", "1"]);
    assert!(said.code == 3 && said.err.contains("another length would move what lies behind it"), "{said:?}");
}

#[test]
fn in_a_merged_image() {
    let bench = Bench::new();
    let merged = [vec![0x11; 0x9000], partition(7, false), vec![0x22; 0x1000]].concat();
    bench.write("merged.bin", &merged);
    let head = "[image]\nfile = \"merged.bin\"\nformat = \"bin\"\nbase = 0\nnvs = { range = \"0x9000..0xD000\" }\n";
    bench.write("j.toml", [head, REST].concat());
    bench.good(&["stamp", "--job", "j.toml", "--out", "u", "--count", "1"]);
    let unit = bench.read("u/EU-00001.bin");
    assert!(unit == [&merged[..0x9000], &partition(1, false), &merged[0xD000..]].concat());
    bench.good(&["verify", "--job", "j.toml", "u", "--undo", "back.bin"]);
    assert!(bench.read("back.bin") == merged);
    let said = bench.good(&["inspect", "merged.bin", "--base", "0", "--nvs", "0x9000..0xD000"]);
    assert!(
        said.contains("\n  key      factory/sn: string, 9 bytes at 0x00009080, page 0, entry 1, CRC right\n"),
        "{said}"
    );
    let said = bench.run(&["inspect", "merged.bin", "--base", "0", "--nvs", "0x8000..0xD000"]);
    assert!(said.code == 3 || said.out.contains("damaged"), "{said:?}");
}

#[test]
fn inspected() {
    let bench = Bench::new();
    let mut file = partition(7, false);
    bench.write("nvs.bin", &file);
    let said = bench.good(&["inspect", "nvs.bin"]);
    let expected = "nvs.bin: raw binary, 16384 bytes, 0x00000000..0x00004000
  partition 0x00000000..0x00004000, 4 pages
  page     0: active, version 2, sequence number 0, CRC of its header right, 7 slots written, 0 erased, 119 empty
  page     1: blank
  page     2: blank
  page     3: blank
  namespace factory
  key      factory/mac: blob, 6 bytes at 0x000000C0, page 0, entry 5, CRC right
  key      factory/n: i64, 8 bytes at 0x00000118, page 0, entry 6, CRC right
  key      factory/sn: string, 9 bytes at 0x00000080, page 0, entry 1, CRC right
";
    assert_eq!(said, expected);
    // Neither the values nor the addresses of one that is damaged.
    file[64 + 2 * 32] ^= 1;
    bench.write("nvs.bin", &file);
    let said = bench.good(&["inspect", "nvs.bin"]);
    assert!(
        said.contains("entry 1, CRC wrong\n  damaged  page 0, entry 1 (offset 0x00000060): the CRC over its 9 bytes"),
        "{said}"
    );
    let said = json(&bench.run(&["--json", "inspect", "nvs.bin"]));
    assert_eq!((&said["keys"][2]["crc"], &said["damage"][0]["entry"]), (&"wrong".into(), &1.into()));
    assert_eq!((&said["pages"][0]["state"], &said["namespaces"][0]), (&"active".into(), &"factory".into()));
    // Encrypted: nothing but the headers is right.
    file[64..64 + 7 * 32].iter_mut().for_each(|byte| *byte = byte.wrapping_mul(7).wrapping_add(13));
    bench.write("nvs.bin", &file);
    let said = bench.run(&["inspect", "nvs.bin"]);
    assert!(said.code == 3 && said.err.contains("the partition is encrypted"), "{said:?}");
    // An image that is none is as before.
    bench.write("fw.bin", [0x5A; 8192]);
    assert!(bench.run(&["inspect", "fw.bin"]).err.contains("a raw binary needs the address"));
}

/// The values CSV of the job that makes partitions.
#[test]
fn values() {
    let bench = Bench::new();
    bench.write("j.toml", [HEAD, REST].concat());
    let feed =
        ["feed", "--job", "j.toml", "--format", "espressif", "--count", "1", "--out", "v.csv", "--config", "c.csv"];
    bench.good(&feed);
    assert_eq!(bench.text("v.csv"), "id,sn,mac,n\n1,EU-00001,70b3d57ed001,1\n");
    assert_eq!(bench.text("c.csv"), "factory,namespace,\nsn,data,string\nmac,data,hex2bin\nn,data,i64\n");
    bench.write("j.toml", [HEAD, REST].concat().replace("factory/n", "cfg/n"));
    let said = bench.run(&["feed", "--job", "j.toml", "--format", "espressif", "--count", "1", "--out", "w.csv"]);
    assert!(said.err.contains("field `number` is in namespace \"cfg\", and others in \"factory\""), "{said:?}");
    assert!(Nvs::parse(&partition(1, true)).is_ok());
}
