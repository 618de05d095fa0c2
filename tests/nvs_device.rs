//! What a device makes of stamped partitions: the crate `esp-nvs` reads the units, and writes to them.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};

use nameplate::image::nvs::{Data, Page, Writer};
use nameplate::image::{Nvs, Raw};
use nameplate::{At, Field, Guard, Layout, Value};

use crate::noise;
use crate::oracle::tool;

const SIZE: usize = 0x5000;

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes(line: &str) -> Vec<u8> {
    (0..line.len()).step_by(2).map(|at| u8::from_str_radix(&line[at..at + 2], 16).unwrap()).collect()
}

/// What `tests/esp_nvs` answers to these lines.
fn esp_nvs(lines: &str) -> String {
    let mut command = Command::new(tool("NAMEPLATE_ESP_NVS", "esp-nvs"));
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let (mut stdin, lines) = (child.stdin.take().unwrap(), lines.to_owned());
    let writer = std::thread::spawn(move || stdin.write_all(lines.as_bytes()));
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    writer.join().unwrap().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

fn field(namespace: &str, key: &str, encode: &str) -> Field {
    Field::new(key, At::nvs(namespace, key), encode.parse().unwrap()).expect(Guard::Any)
}

/// The fields of each unit, of all types; texts of any length.
fn layout() -> Layout {
    Layout::new()
        .field(field("factory", "serial", "cstr:40"))
        .field(field("factory", "mac", "bytes:6"))
        .field(field("wifi", "password", "cstr:64").secret())
        .field(field("n", "u8", "u8"))
        .field(field("n", "i8", "i8"))
        .field(field("n", "u16", "u16le"))
        .field(field("n", "i16", "i16le"))
        .field(field("n", "u32", "u32le"))
        .field(field("n", "i32", "i32le"))
        .field(field("n", "u64", "u64le"))
        .field(field("n", "i64", "i64le"))
        .field(field("factory", "certificate", "bytes:1200"))
        .from_nothing()
}

struct Unit {
    serial: String,
    mac: Vec<u8>,
    password: String,
    n: u64,
    certificate: Vec<u8>,
}

impl Unit {
    fn new(seed: u64) -> Self {
        let random = noise(seed, 10);
        let text = |seed: u64, len: u8| hex(&noise(seed, 40))[..usize::from(len)].to_owned();
        Self {
            serial: text(seed + 1, random[0] % 39 + 1),
            mac: noise(seed + 2, 6),
            password: text(seed + 3, random[1] % 63 + 1),
            n: u64::from_le_bytes(random[2..].try_into().unwrap()),
            certificate: noise(seed + 4, 1200),
        }
    }

    /// The number as one of so many bits, in decimal.
    fn number(&self, bits: u32, signed: bool) -> String {
        let n = self.n >> (64 - bits);
        if signed && n >> (bits - 1) == 1 { (i128::from(n) - (1 << bits)).to_string() } else { n.to_string() }
    }

    fn values(&self) -> Vec<(String, Value<'_>)> {
        let number = |bits: u32, signed: bool| {
            let name = format!("{}{bits}", if signed { "i" } else { "u" });
            let text = self.number(bits, signed);
            let value = if signed { Value::from(&*text).into_owned() } else { Value::from(self.n >> (64 - bits)) };
            (name, value)
        };
        let mut values: Vec<(String, Value<'_>)> =
            [8, 16, 32, 64].into_iter().flat_map(|bits| [number(bits, false), number(bits, true)]).collect();
        values.push(("serial".into(), self.serial.as_str().into()));
        values.push(("mac".into(), self.mac.as_slice().into()));
        values.push(("password".into(), Value::from(self.password.as_str()).into_secret()));
        values.push(("certificate".into(), self.certificate.as_slice().into()));
        values
    }

    /// What the crate should say.
    fn told(&self) -> String {
        let mut told = vec![
            format!("factory/serial/string/{}", hex(self.serial.as_bytes())),
            format!("factory/mac/blob/{}", hex(&self.mac)),
            format!("factory/certificate/blob/{}", hex(&self.certificate)),
            format!("wifi/password/string/{}", hex(self.password.as_bytes())),
        ];
        for bits in [8, 16, 32, 64] {
            told.push(format!("n/u{bits}/u{bits}/{}", self.number(bits, false)));
            told.push(format!("n/i{bits}/i{bits}/{}", self.number(bits, true)));
        }
        told.sort_unstable();
        told.join(" ")
    }
}

fn stamped(units: &[Unit]) -> Vec<Vec<u8>> {
    let template = layout().partition(SIZE).unwrap();
    let image = Raw::new(&template, 0x9000).unwrap();
    let plan = layout().compile(&image).unwrap();
    let mut stamper = plan.stamper(&image).unwrap();
    let mut stamp = |unit: &Unit| {
        let values = unit.values();
        let values: Vec<(&str, Value<'_>)> = values.into_iter().map(|(name, value)| (leak(name), value)).collect();
        stamper.stamp(&values).unwrap().bytes().to_vec()
    };
    units.iter().map(&mut stamp).collect()
}

/// Names of a test live as long as it.
fn leak(name: String) -> &'static str {
    Box::leak(name.into_boxed_str())
}

#[test]
#[ignore = "needs esp-nvs, which .ci/tools.sh builds"]
fn the_units_are_read() {
    let units: Vec<Unit> = (1..=50).map(|seed| Unit::new(seed * 7919)).collect();
    let files = stamped(&units);
    let lines: String = files.iter().map(|file| format!("read {}\n", hex(file))).collect();
    let said = esp_nvs(&lines);
    assert_eq!(said.lines().count(), units.len());
    for (said, unit) in said.lines().zip(&units) {
        assert_eq!(said, unit.told());
    }
    // A bit of a text: the device does not find the key.
    let mut damaged = files[0].clone();
    damaged[64 + 2 * 32] ^= 1;
    let mut command = Command::new(tool("NAMEPLATE_ESP_NVS", "esp-nvs"));
    let mut child = command.stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(format!("read {}\n", hex(&damaged)).as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success() && said.contains("factory/serial: KeyNotFound"), "{said}");
}

/// The device writes the serial number again and again, of many lengths, until it has moved all entries to other pages:
/// each field is read by its key, and all checksums are right.
#[test]
#[ignore = "needs esp-nvs, which .ci/tools.sh builds"]
fn read_where_the_device_has_moved_them() {
    let units: Vec<Unit> = (1..=6).map(|seed| Unit::new(seed * 104_729)).collect();
    let (files, times) = (stamped(&units), [0, 1, 9, 40, 91, 215]);
    let mut lines = String::new();
    for ((file, times), n) in files.iter().zip(times).zip(1..) {
        writeln!(lines, "write factory serial EU-{n} {times} {}", hex(file)).unwrap();
    }
    let said = esp_nvs(&lines);
    assert_eq!(said.lines().count(), units.len());
    let template = layout().partition(SIZE).unwrap();
    let plan = layout().compile(&Raw::new(&template, 0x9000).unwrap()).unwrap();
    for (((said, unit), times), n) in said.lines().zip(&units).zip(times).zip(1..) {
        let dump = bytes(said);
        let nvs = Nvs::parse(&dump).unwrap();
        assert!(times < 40 || nvs.pages().filter(Page::is_used).count() > 1);
        let image = Raw::new(&dump, 0x9000).unwrap();
        let reading = plan.read(&image).unwrap();
        assert!(reading.checks().all(|check| check.is_right()));
        let serial = if times == 0 { unit.serial.clone() } else { format!("EU-{n}{}", "+".repeat(times % 30)) };
        for (name, value) in unit.values() {
            let value = if name == "serial" { Value::from(serial.as_str()) } else { value };
            assert!(reading.field(&name).unwrap().matches(&value), "{name} after {times}");
        }
        assert_eq!(plan.partitions(&image).len(), 1);
    }
    // All that a device finds in what the writer makes: a blob over pages.
    let mut writer = Writer::new(SIZE).unwrap();
    let blob = noise(3, 9000);
    writer.put("a", "big", Data::Blob(&blob)).unwrap();
    writer.put("a", "empty", Data::Blob(&[])).unwrap();
    let said = esp_nvs(&format!("read {}\n", hex(&writer.finish())));
    assert_eq!(said.trim_end(), format!("a/big/blob/{} a/empty/blob/", hex(&blob)));
}
