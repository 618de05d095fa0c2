//! The example firmware for RISC-V and AVR, stamped by address and by symbol, as ELF, HEX and BIN: each unit boots in
//! a simulator and prints its own identity; the template is refused by the firmware itself.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::oracle::tool;
use crate::{Bench, Said};

/// One of the example boards.
struct Board {
    folder: &'static str,
    /// What a BIN file holds.
    window: &'static str,
    /// The unit's file name, without its extension, which is also its serial.
    serial: fn(u32) -> String,
    /// What the firmware prints of a station number.
    station: fn(u32) -> String,
    /// What it prints of the template.
    blank: &'static str,
    /// The exit status of firmware that finds something wrong.
    refused: i32,
    /// The format that objcopy reads its ELF files as.
    bfd: &'static str,
    boot: fn(&Simulator, &Path) -> Said,
}

/// The programs that run a board.
struct Simulator {
    program: PathBuf,
    objcopy: PathBuf,
}

const RISCV: Board = Board {
    folder: "riscv",
    window: "0x80000000..0x80001000",
    serial: |seq| format!("RV2407-{seq:06}"),
    station: |seq| format!("{seq:08X}"),
    blank: "serial=\nmac=00:00:00:00:00:00\nstation=FFFFFFFF\nid crc bad\nimage crc ok\n",
    refused: 1,
    bfd: "elf64-little",
    boot: riscv,
};

const AVR: Board = Board {
    folder: "avr",
    window: "0x0000..0x0802",
    serial: |seq| format!("AV2407-{seq:04}"),
    station: |seq| format!("{seq:04X}"),
    blank: "serial=????????????\nmac=FF:FF:FF:FF:FF:FF\nstation=FFFF\nid crc bad\nimage crc ok\n",
    refused: 0,
    bfd: "elf32-little",
    boot: avr,
};

/// The ways to the same units: the job; the image it names, where that is not the job's own; the format of the units.
const WAYS: [(&str, &str, &str); 9] = [
    ("nameplate.toml", "", "hex"),
    ("nameplate.toml", "", "bin"),
    ("elf.toml", "", "elf"),
    ("elf.toml", "", "hex"),
    ("elf.toml", "", "bin"),
    ("elf.toml", HEX_AND_MAP, "hex"),
    ("elf.toml", HEX_AND_MAP, "elf"),
    ("elf.toml", BIN_AND_MAP, "bin"),
    ("elf.toml", BIN_AND_MAP, "elf"),
];

const HEX_AND_MAP: &str = "file   = \"firmware.hex\"\nmap    = \"firmware.elf\"";
const BIN_AND_MAP: &str = "file   = \"firmware.bin\"\nformat = \"bin\"\nbase   = \"BASE\"\nmap    = \"firmware.elf\"";

fn extension(image: &Path) -> &str {
    image.extension().and_then(|extension| extension.to_str()).unwrap()
}

/// QEMU's loader tells ELF from HEX by itself; a BIN is the firmware of the machine.
fn riscv(simulator: &Simulator, image: &Path) -> Said {
    let mut qemu = Command::new("timeout");
    qemu.arg("20").arg(&simulator.program);
    qemu.args(["-M", "virt", "-display", "none", "-monitor", "none", "-serial", "stdio", "-bios"]);
    match extension(image) {
        "bin" => qemu.arg(image),
        _ => qemu.args(["none", "-device"]).arg(format!("loader,file={}", image.display())),
    };
    let output = qemu.output().unwrap();
    Said {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// simavr reads ELF and HEX. It prints what the chip sends on its stderr, each line in green and with a dot for its end.
fn avr(simulator: &Simulator, image: &Path) -> Said {
    let mut image = image.to_owned();
    if extension(&image) == "bin" {
        let hex = image.with_extension("bin.hex");
        let objcopy =
            Command::new(&simulator.objcopy).args(["-I", "binary", "-O", "ihex"]).arg(&image).arg(&hex).status();
        assert!(objcopy.unwrap().success());
        image = hex;
    }
    let mut simavr = Command::new("timeout");
    simavr.arg("20").arg(&simulator.program).args(["-m", "atmega328p", "-f", "16000000"]).arg(image);
    let output = simavr.output().unwrap();
    let sent = String::from_utf8_lossy(&output.stderr);
    let lines = sent.split('\n').map(|line| line.trim_start_matches("\x1b[0m"));
    Said {
        code: output.status.code().unwrap_or(-1),
        out: lines
            .filter_map(|line| line.strip_prefix("\x1b[32m")?.strip_suffix('.'))
            .map(|line| format!("{line}\n"))
            .collect(),
        err: sent.into_owned(),
    }
}

impl Board {
    fn simulator(&self) -> Simulator {
        let avr = self.folder == "avr";
        let (variable, name) =
            if avr { ("NAMEPLATE_SIMAVR", "simavr") } else { ("NAMEPLATE_QEMU_RISCV", "QEMU, RISC-V") };
        Simulator { program: tool(variable, name), objcopy: tool("NAMEPLATE_OBJCOPY", "objcopy") }
    }

    /// A folder with the board's images and jobs.
    fn bench(&self) -> Bench {
        let bench = Bench { folder: tempfile::tempdir().unwrap() };
        let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples").join(self.folder);
        for name in ["firmware.elf", "firmware.hex", "firmware.bin", "nameplate.toml", "elf.toml"] {
            std::fs::copy(examples.join(name), bench.path(name)).unwrap();
        }
        bench
    }

    /// Stamps two units into a folder.
    #[track_caller]
    fn stamp(&self, bench: &Bench, job: &str, format: &str, out: &str) {
        let mut args = vec!["stamp", "--job", job, "--out", out, "--count", "2", "--format", format];
        if format == "bin" {
            args.extend(["--window", self.window]);
        }
        bench.good(&args);
    }

    /// What the firmware prints of a unit.
    fn text(&self, seq: u32, [identity, image]: [&str; 2]) -> String {
        let (serial, station, last) = ((self.serial)(seq), (self.station)(seq), seq - 1);
        format!(
            "serial={serial}\nmac=70:B3:D5:7E:D0:{last:02X}\nstation={station}\nid crc {identity}\nimage crc {image}\n"
        )
    }

    #[track_caller]
    fn boots(&self, simulator: &Simulator, image: &Path, text: &str, code: i32) {
        let said = (self.boot)(simulator, image);
        assert_eq!((said.out.as_str(), said.code), (text, code), "{} {}", image.display(), said.err);
    }

    fn every_way(&self) {
        let simulator = self.simulator();
        let bench = self.bench();
        for (number, (job, image, format)) in WAYS.into_iter().enumerate() {
            let (this, out) = (format!("job{number}.toml"), format!("units{number}"));
            bench.write(&this, bench.text(job));
            if !image.is_empty() {
                let (base, _) = self.window.split_once("..").unwrap();
                bench.edit(&this, "file   = \"firmware.elf\"", &image.replace("BASE", base));
            }
            self.stamp(&bench, &this, format, &out);
            for seq in 1..=2 {
                let unit = bench.path(&out).join((self.serial)(seq)).with_extension(format);
                self.boots(&simulator, &unit, &self.text(seq, ["ok", "ok"]), 0);
            }
        }
        for format in ["elf", "hex", "bin"] {
            self.boots(&simulator, &bench.path("firmware").with_extension(format), self.blank, self.refused);
        }
    }
}

#[test]
#[ignore = "needs qemu-system-riscv64, objcopy"]
fn risc_v_units_boot() {
    RISCV.every_way();
}

#[test]
#[ignore = "needs simavr, objcopy"]
fn avr_units_run() {
    AVR.every_way();
}

/// GNU objcopy makes the same HEX and BIN of a unit's ELF file as stamping the ELF file into HEX and BIN does.
#[test]
#[ignore = "needs objcopy"]
fn objcopy_makes_the_same_of_a_stamped_elf() {
    let objcopy = tool("NAMEPLATE_OBJCOPY", "objcopy");
    for board in [RISCV, AVR] {
        let bench = board.bench();
        for format in ["elf", "hex", "bin"] {
            board.stamp(&bench, "elf.toml", format, format);
        }
        for serial in [1, 2].map(board.serial) {
            for (format, target) in [("hex", ["ihex"].as_slice()), ("bin", &["binary", "--gap-fill", "0x00"])] {
                let elf = bench.path("elf").join(&serial).with_extension("elf");
                let made = Command::new(&objcopy)
                    .args(["-I", board.bfd, "-O"])
                    .args(target)
                    .args([elf, bench.path("objcopied")])
                    .status();
                assert!(made.unwrap().success());
                let ours = bench.read(&format!("{format}/{serial}.{format}"));
                assert!(ours == bench.read("objcopied"), "{} {serial} {format}", board.folder);
            }
        }
    }
}

/// Of an ELF file only the bytes of fields and checksums change.
#[test]
fn nothing_else_in_an_elf_file_changes() {
    for (board, most) in [(RISCV, 16 + 6 + 4 + 4 + 4), (AVR, 12 + 6 + 2 + 2 + 2)] {
        let bench = board.bench();
        board.stamp(&bench, "elf.toml", "elf", "units");
        let (template, unit) = (bench.read("firmware.elf"), bench.read(&format!("units/{}.elf", (board.serial)(2))));
        assert_eq!(unit.len(), template.len());
        let changed = template.iter().zip(&unit).filter(|(before, after)| before != after).count();
        assert!((12..=most).contains(&changed), "{}: {changed} bytes", board.folder);
    }
}

/// Stamped with a wrong checksum: the firmware itself refuses.
#[test]
#[ignore = "needs qemu-system-riscv64, simavr, objcopy"]
fn a_wrong_checksum_is_found_by_the_firmware() {
    for (board, from, to, verdict) in [
        (
            RISCV,
            "CRC-32/ISO-HDLC\"\nover      = [\"0x80000C00",
            "CRC-32/BZIP2\"\nover      = [\"0x80000C00",
            ["bad", "ok"],
        ),
        (RISCV, "gaps      = \"fill:00\"", "gaps      = \"fill:FF\"\ntemplate  = \"unknown\"", ["ok", "bad"]),
        (AVR, "CRC-16/XMODEM\"\nover      = [\"0x07C0", "CRC-16/KERMIT\"\nover      = [\"0x07C0", ["bad", "ok"]),
        (AVR, ", \"0x0800..0x0802\"]", "]\ntemplate  = \"unknown\"", ["ok", "bad"]),
    ] {
        let simulator = board.simulator();
        let bench = board.bench();
        bench.edit("nameplate.toml", from, to);
        board.stamp(&bench, "nameplate.toml", "hex", "units");
        let unit = bench.path("units").join((board.serial)(1)).with_extension("hex");
        board.boots(&simulator, &unit, &board.text(1, verdict), board.refused);
    }
}

/// The template's own image checksum was made with 00 in its holes: a job that says FF is refused.
#[test]
fn the_wrong_bytes_for_holes_are_refused() {
    let bench = RISCV.bench();
    bench.edit("nameplate.toml", "fill:00", "fill:FF");
    let said = bench.run(&["stamp", "--job", "nameplate.toml", "--out", "units", "--count", "1"]);
    assert_eq!(said.code, 3, "{said:?}");
    assert!(said.err.contains("checksum `image`"), "{said:?}");
}
