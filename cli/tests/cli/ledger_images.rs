//! Numbers that a ledger gives to units with several images: a folder each, one line in the journals, read back together.

use std::fs;

use crate::ledger::Line;
use crate::verify::json;

/// The application has the serial number, and the settings the address and a CRC over both.
const JOB: &str = r#"
[[image]]
name = "settings"
create = "0x0..0x20"
[[image]]
name = "app"
create = "0x0..0x40"
[[image]]
name = "boot"
create = "0x100..0x110"
[unit]
date = 2024-07-01
name = "{serial}"
[[field]]
name = "serial"
image = "app"
at = 0
encode = "ascii:16:nul"
value = "EUDV{YY}{MM}-{seq:6}"
[[field]]
name = "mac"
image = "settings"
at = 4
encode = "bytes:6"
value = { eui48 = "70B3D57ED", pool = "mac" }
[[checksum]]
name = "all"
image = "settings"
algorithm = "CRC-32/ISO-HDLC"
over = ["app:0x0..0x40", "0x4..0x20"]
at = 0
encode = "u32le"
template = "blank"
[ledger]
pool = "board"
keys = ["uid", "pcb"]
"#;

/// The end of a HEX file, as ours end.
const END: &str = ":00000001FF\r\n";

impl Line {
    /// A line whose units have several images.
    pub(crate) fn several() -> Self {
        let mut line = Self::bare();
        line.is_several = true;
        line.bench.write("nameplate.toml", JOB);
        line.good("ledger init");
        line.pools();
        line
    }

    /// Where the unit is made that is asked for.
    pub(crate) fn out(&self) -> &'static str {
        if self.is_several { "u" } else { "u.hex" }
    }

    pub(crate) fn asked(&self, n: u32) -> String {
        Self::ask(n).replace("u.hex", self.out())
    }

    /// Removes what is there of it.
    pub(crate) fn clear(&self) {
        let path = self.bench.path(self.out());
        let _ = if self.is_several { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    }

    /// What was stamped: the file, or those with fields one behind the other.
    pub(crate) fn stamped(&self, out: &str) -> Vec<u8> {
        if self.is_several {
            ["app", "settings"].map(|name| self.bench.read(&format!("{out}/{name}.hex"))).concat()
        } else {
            self.bench.read(out)
        }
    }

    /// What is read back from a board, in files: what `verify` is given of them.
    pub(crate) fn dump(&self, memory: &[u8]) -> String {
        if !self.is_several {
            self.bench.write("back.hex", memory);
            return "back.hex".to_owned();
        }
        let [app, settings] = halves(memory);
        self.bench.write("back-app.hex", app);
        self.bench.write("back-settings.hex", settings);
        "app=back-app.hex settings=back-settings.hex".to_owned()
    }
}

/// The files of a board.
fn halves(memory: &[u8]) -> [String; 2] {
    let text = std::str::from_utf8(memory).unwrap();
    let (app, settings) = text.split_at(text.find(END).unwrap() + END.len());
    assert!(settings.ends_with(END) && settings.matches(END).count() == 1, "{text}");
    [app.to_owned(), settings.to_owned()]
}

/// The bytes of a HEX file below 64 KiB.
fn bytes(hex: &str) -> Vec<u8> {
    let data =
        hex.lines().filter(|line| &line[7..9] == "00").map(|line| hex::decode(&line[9..line.len() - 2]).unwrap());
    data.flatten().collect()
}

/// The serial number and the address in a board.
pub(crate) fn identity(memory: &[u8]) -> (String, String) {
    let [app, settings] = halves(memory).map(|hex| bytes(&hex));
    (String::from_utf8(app[..15].to_vec()).unwrap(), hex::encode_upper(&settings[4..10]))
}

/// Asked again, a unit gets the same issue, and its folder the same files, but for one that is verified.
#[test]
fn a_folder_the_same_again() {
    let mut line = Line::several();
    let ask = line.asked(7);
    assert_eq!(line.good(&ask), "EUDV2407-000001  70-B3-D5-7E-D0-00  attempt 1  u\n");
    let names = || {
        let entries = fs::read_dir(line.bench.path("u")).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    };
    assert_eq!(names(), ["app.hex", "boot.hex", "settings.hex"]);
    let (first, beside) = (line.stamped("u"), line.bench.text("u.units.jsonl"));
    let [app, settings] = halves(&first).map(|hex| bytes(&hex));
    let mut expected = (b"EUDV2407-000001\0".to_vec(), vec![0xFF; 0x20]);
    expected.0.resize(0x40, 0xFF);
    expected.1[4..10].copy_from_slice(&[0x70, 0xB3, 0xD5, 0x7E, 0xD0, 0]);
    let crc = crc::Crc::<u32>::new(&crc::CRC_32_ISO_HDLC).checksum(&[&expected.0[..], &expected.1[4..]].concat());
    expected.1[..4].copy_from_slice(&crc.to_le_bytes());
    assert_eq!((app, settings), expected);
    // There already, gone, and with a slash behind it.
    assert!(line.good(&ask).ends_with("u  (there already, with the same bytes)\n"));
    line.clear();
    line.good(&(ask.clone() + "/"));
    assert_eq!((line.stamped("u"), line.bench.text("u.units.jsonl")), (first.clone(), beside.clone()));
    assert_eq!(line.pool(), "board 1..4000: 1 reserved, 3999 free");
    // One line, of all files.
    let read: serde_json::Value = serde_json::from_str(&beside).unwrap();
    assert_eq!(beside.lines().count(), 1);
    for (index, name) in ["settings", "app", "boot"].into_iter().enumerate() {
        assert_eq!(read["images"][index]["file"], format!("u/{name}.hex"));
        let digest = nameplate_job::journal::sha256(&line.bench.read(&format!("u/{name}.hex")));
        assert_eq!(read["images"][index]["image_sha256"], digest);
    }
    let event = read["ledger"]["event"].as_str().unwrap().to_owned();
    assert!(line.good("ledger export").lines().any(|line| line == event), "{event}");
    let journal = fs::read_to_string(line.journal()).unwrap();
    let path = line.bench.folder.path().canonicalize().unwrap().join("u");
    let files: Vec<&str> = journal.lines().filter(|line| line.starts_with("{\"path\"")).collect();
    let of_unit = |found: &&&str| {
        found.starts_with(&format!("{{\"path\":\"{}", path.display())) && found.ends_with(&beside.trim_end()[1..])
    };
    assert_eq!(files.iter().filter(of_unit).count(), 3, "{journal}");
    line.good("verify --job nameplate.toml --units u.units.jsonl u");

    // Another unit does not get it, nor is anything written over it; an empty folder is somebody's.
    line.refused(
        &line.asked(8),
        3,
        "u: exists already, and nothing is written over it: it shows EUDV2407-000001, 70-B3-D5-7E-D0-00",
    );
    fs::create_dir(line.bench.path("empty")).unwrap();
    line.refused(&Line::ask(8).replace("u.hex", "empty"), 3, "empty: exists already, and is empty");
    assert_eq!(line.pool(), "board 1..4000: 1 reserved, 3999 free");
    line.bench.edit("u/boot.hex", "FFFF", "FEFF");
    line.refused(&ask, 3, "u/boot.hex: exists already, and nothing is written over it");
    line.clear();
    line.good(&ask);

    line.flash(7);
    // They are not what was read back.
    for images in ["u", "app=u/app.hex settings=back-settings.hex"] {
        let _ = line.read_back(7);
        let itself = format!("verify --job nameplate.toml {} {images}", Line::keys("seen", 7));
        line.refused(&itself, 3, ".hex: this is the file that was stamped, and says nothing of the board");
    }
    let said = line.good(&line.read_back(7));
    assert!(said.contains("2 of 2 images of 1 units verified"), "{said}");
    assert!(said.contains("u, which is not to be written again"), "{said}");
    assert!(!line.bench.path("u").exists());
    assert!(line.bench.list().iter().all(|name| !name.starts_with(".nameplate-")), "{:?}", line.bench.list());
    assert_eq!(line.good(&ask), "EUDV2407-000001  70-B3-D5-7E-D0-00  verified: nothing was written\n");
    assert!(!line.bench.path("u").exists());
    line.audit();
}

/// All rows or none, and the same ones again.
#[test]
fn folders_of_rows() {
    let line = Line::several();
    line.bench.write("rows.csv", "uid,pcb\n34000001,PCB-1\n34000002,PCB-2\n34000003,PCB-3\n");
    line.good("stamp --job nameplate.toml --input rows.csv --out one");
    line.refused("stamp --job nameplate.toml --input rows.csv --out one", 3, "exists already");
    line.good("stamp --job nameplate.toml --input rows.csv --out two");
    let names = [1, 2, 3].map(|n| ["app", "boot", "settings"].map(|name| format!("EUDV2407-00000{n}/{name}.hex")));
    for name in names.iter().flatten().map(String::as_str).chain(["units.jsonl"]) {
        assert_eq!(line.bench.read(&format!("one/{name}")), line.bench.read(&format!("two/{name}")), "{name}");
    }
    assert_eq!(line.bench.text("one/units.jsonl").lines().count(), 3);
    let said = line.good("verify --job nameplate.toml --units one/units.jsonl one");
    assert!(said.contains("9 of 9 images of 3 units verified"), "{said}");
    assert_eq!(line.pool(), "board 1..4000: 3 reserved, 3997 free");
    // One of them is read back: its folders go, the others stay.
    fs::create_dir(line.bench.path("back")).unwrap();
    for name in ["app", "boot", "settings"] {
        line.bench.write(&format!("back/{name}.hex"), line.bench.read(&format!("one/EUDV2407-000002/{name}.hex")));
    }
    line.bench.write("two/EUDV2407-000002/notes.txt", "of a person");
    let said = line.run("--json verify --job nameplate.toml --seen uid=34000002 --seen pcb=PCB-2 back");
    assert_eq!(said.code, 0, "{said:?}");
    let said = json(&said);
    let path = line.bench.folder.path().canonicalize().unwrap();
    assert_eq!(said["ledger"]["removed"], serde_json::json!([path.join("one/EUDV2407-000002")]));
    assert_eq!(said["ledger"]["left"], serde_json::json!([path.join("two/EUDV2407-000002")]));
    assert!(!line.bench.path("one/EUDV2407-000002").exists() && line.bench.path("one/EUDV2407-000003").exists());
    assert!(line.bench.path("two/EUDV2407-000002/app.hex").exists());
    assert_eq!(line.pool(), "board 1..4000: 2 reserved, 1 verified, 3997 free");
}

/// What is wrong with one image is wrong with the unit; what is not read back is not verified.
#[test]
fn read_back_together() {
    let mut line = Line::several();
    for n in 1..=2 {
        line.good(&line.asked(n));
        line.flash(n);
        line.clear();
    }
    let verify = |images: &str| format!("verify --job nameplate.toml {} {images}", Line::keys("seen", 2));
    let _ = line.read_back(2);
    line.refused(
        &verify("app=back-app.hex"),
        2,
        "image `settings`, which has fields or checksums, is not given: settings=FILE",
    );
    fs::create_dir_all(line.bench.path("two/a")).unwrap();
    fs::create_dir_all(line.bench.path("two/b")).unwrap();
    for name in ["a", "b"] {
        fs::copy(line.bench.path("back-app.hex"), line.bench.path(&format!("two/{name}/app.hex"))).unwrap();
    }
    line.refused(&verify("two"), 2, "--seen names one board");
    assert_eq!(line.pool(), "board 1..4000: 2 reserved, 3998 free");
    // A byte of an image that has no field of a pool at that place.
    let _ = line.read_back(2);
    let app = line.bench.text("back-app.hex");
    let wrong = app.replacen(":10002000FFFF", ":10002000FEFF", 1).replacen("FFFFFFFFE0", "FFFFFFFFE1", 1);
    assert_ne!(app, wrong);
    line.bench.write("back-app.hex", &wrong);
    let images = "app=back-app.hex settings=back-settings.hex";
    line.refused(&verify(images), 4, "checksum `all` is wrong");
    let said = line.good("ledger find EUDV2407-000002");
    assert!(said.contains("unknown"), "{said}");
    line.good(&line.read_back(2));
    assert_eq!(line.pool(), "board 1..4000: 1 reserved, 1 verified, 3998 free");
    // The digest of both, as the log has it.
    let lines: String = ["settings", "app"]
        .map(|name| {
            let digest = nameplate_job::journal::sha256(&line.bench.read(&format!("back-{name}.hex")));
            format!("{digest}  {name}\n")
        })
        .concat();
    let digest = nameplate_job::journal::sha256(lines.as_bytes());
    assert!(line.good("ledger export").contains(&digest), "{digest}");
    // The settings of the board before are found, and quarantine both.
    let [settings, _] = [1, 2].map(|n| halves(&line.boards[&format!("{n:04}")])[1].clone());
    line.bench.write("back-settings.hex", settings);
    line.refused(&verify(images), 4, "quarantined");
}

/// A board that shows numbers asks with what was read back from it: a folder, or its files.
#[test]
fn found_in_several_files() {
    let mut line = Line::several();
    line.make(1);
    line.good(&line.asked(2));
    line.flash(2);
    line.clear();
    let images = line.dump(&line.boards["0002"]);
    let found: Vec<String> = images.split(' ').map(|image| format!("--found {image}")).collect();
    let ask = line.asked(2);
    line.refused(&format!("{ask} {}", found[0]), 3, "field `mac` is in image `settings`, which is not given");
    line.refused(
        &format!("{ask} --found back-app.hex"),
        2,
        "give the folder of a unit, or its files as settings=FILE app=FILE boot=FILE",
    );
    let said = line.good(&format!("{ask} {}", found.join(" ")));
    assert!(said.contains("EUDV2407-000002  70-B3-D5-7E-D0-01  attempt 1  u\n"), "{said}");
    line.good(&line.read_back(2));
    // It shows what another board has.
    let other = format!("{} {}", line.asked(3), found.join(" "));
    line.refused(&other, 4, "quarantined");
    assert!(!line.bench.path("u").exists());
    // One image is read from one file.
    let one = Line::new();
    one.refused(&(Line::ask(1) + " --found a.hex --found b.hex"), 2, "--found is given once: the job has one image");
}
