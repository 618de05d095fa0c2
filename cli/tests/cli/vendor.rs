//! Images that the vendors' own tools made, stamped with a `preset`: the same tools find their checksums
//! right. Stamped without it, they refuse them.

use std::path::PathBuf;
use std::process::Command;

use crate::Bench;
use crate::oracle::tool;

/// A tool, run in the folder: whether it is content, and what it says.
fn run(bench: &Bench, program: &PathBuf, args: &[&str]) -> (bool, String) {
    let output = Command::new(program).args(args).current_dir(bench.folder.path()).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&text).into_owned())
}

#[track_caller]
fn good(bench: &Bench, program: &PathBuf, args: &[&str]) -> String {
    let (good, text) = run(bench, program, args);
    assert!(good, "{args:?}: {text}");
    text
}

/// Some firmware, that is not the same at any two places near each other.
fn code() -> Vec<u8> {
    (0..1024_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect()
}

/// Stamps three units into `units/`, and without the checksums into `bare/`, both new; the files of both.
fn stamp(bench: &Bench, image: &str, field: usize, preset: &str) -> ([String; 3], [String; 3]) {
    let (format, ending) = match image.rsplit_once('.') {
        Some((_, "hex")) => ("format = \"hex\"", "hex"),
        _ => ("format = \"bin\"\nbase = 0", "bin"),
    };
    let bare = format!(
        "[image]\nfile = \"{image}\"\n{format}\n\n[unit]\nfirst = 1\nname = \"{{serial}}\"\n\n\
         [[field]]\nname = \"serial\"\nat = {field}\nencode = \"ascii:8:exact\"\nvalue = \"SN{{seq:6}}\"\nexpect = \"any\"\n"
    );
    bench.write("units.toml", format!("{bare}\n[[checksum]]\nname = \"image\"\n{preset}\n"));
    bench.write("bare.toml", bare);
    let [units, bare] = ["units", "bare"].map(|name| {
        let _ = std::fs::remove_dir_all(bench.path(name));
        bench.good(&["stamp", "--job", &format!("{name}.toml"), "--out", name, "--count", "3"]);
        [1, 2, 3].map(|seq| format!("{name}/SN{seq:06}.{ending}"))
    });
    for (seq, file) in (1..).zip(&units) {
        if ending == "bin" {
            let serial = bench.read(file)[field..][..8].to_vec();
            assert_eq!(String::from_utf8(serial).unwrap(), format!("SN{seq:06}"));
        }
    }
    (units, bare)
}

#[test]
#[ignore = "needs Python with esptool"]
fn esptool_finds_its_images_valid() {
    let python = tool("NAMEPLATE_PYTHON", "esptool");
    for digest in ["True", "False"] {
        let bench = Bench::new();
        bench.write("code.bin", code());
        let script = format!(
            "
from esptool.bin_image import ELFSection, ESP32FirmwareImage
code = open('code.bin', 'rb').read()
image = ESP32FirmwareImage()
image.append_digest = {digest}
image.segments = [ELFSection(b'.data', 0x3FFB0000, code[:100], 0), ELFSection(b'.text', 0x40080000, code[100:], 0)]
image.save('app.bin')
"
        );
        good(&bench, &python, &["-c", &script]);
        let (units, bare) = stamp(&bench, "app.bin", 0x40, "preset = \"esp32-image\"\nat = 0");
        // Its exit status is 0 for wrong checksums too.
        let verdicts = |file: &str| {
            let text = good(&bench, &python, &["-m", "esptool", "--chip", "esp32", "image-info", file]);
            let line = |name: &str| {
                let line = text.lines().find(|line| line.starts_with(name))?;
                Some(if line.ends_with("(valid)") {
                    true
                } else {
                    assert!(line.contains("(invalid"), "{line}");
                    false
                })
            };
            (line("Checksum:"), line("Validation hash:"))
        };
        let expected = |right: bool| (Some(right), (digest == "True").then_some(right));
        for (unit, bare) in units.iter().zip(&bare) {
            assert_eq!(verdicts(unit), expected(true), "{unit}");
            assert_eq!(verdicts(bare), expected(false), "{bare}");
        }
    }
}

#[test]
#[ignore = "needs Python with esptool"]
fn esptool_finds_images_of_the_esp8266_valid() {
    let python = tool("NAMEPLATE_PYTHON", "esptool");
    for (class, field) in [("ROM", 0x20), ("V2", 0x30), ("V2", 0x430)] {
        let bench = Bench::new();
        bench.write("code.bin", code());
        let script = format!(
            "
import os
from esptool.bin_image import ELFSection, ESP8266{class}FirmwareImage
code = open('code.bin', 'rb').read()
image = ESP8266{class}FirmwareImage()
image.flash_mode = image.flash_size_freq = 0
image.segments = [ELFSection(b'.data', 0x3FFE8000, code[:100], 0), ELFSection(b'.text', 0x40100000, code[100:900], 0)]
if '{class}' == 'V2':
    image.segments.append(ELFSection(b'.irom0.text', 0x40201010, code[:1008], 0))
image.save('app.bin')
if os.path.exists('app.bin0x00000.bin'):
    os.rename('app.bin0x00000.bin', 'app.bin')
"
        );
        good(&bench, &python, &["-c", &script]);
        let (units, bare) = stamp(&bench, "app.bin", field, "preset = \"esp8266-image\"\nat = 0");
        // The sum as the tool judges it; the CRC by its function, as it says nothing of that.
        let verdicts = |file: &str| {
            let text = good(&bench, &python, &["-m", "esptool", "--chip", "esp8266", "image-info", file]);
            let sum = text.lines().find(|line| line.starts_with("Checksum:")).unwrap();
            let script = format!(
                "from esptool.bin_image import esp8266_crc32 as crc\nimage = open('{file}', 'rb').read()\n\
                 print(crc(image[:-4]) == int.from_bytes(image[-4:], 'little'))"
            );
            (sum.ends_with("(valid)"), good(&bench, &python, &["-c", &script]).trim() == "True")
        };
        let second = class == "V2";
        for (unit, bare) in units.iter().zip(&bare) {
            assert_eq!(verdicts(unit), (true, second), "{unit}");
            // What the XOR does not cover does not make it wrong.
            assert_eq!(verdicts(bare), (field == 0x30, false), "{bare}");
        }
    }
}

#[test]
#[ignore = "needs Python with imgtool"]
fn imgtool_verifies_its_images() {
    let python = tool("NAMEPLATE_PYTHON", "imgtool");
    let bench = Bench::new();
    bench.write("code.bin", code());
    let imgtool = ["-m", "imgtool.main"];
    let sign = ["sign", "--align", "4", "-H", "0x200", "--pad-header", "-S", "0x10000", "-v", "1.2.3"];
    // A security counter lies in the protected entries, behind the code.
    for counter in [&[][..], &["-s", "5"]] {
        good(&bench, &python, &[&imgtool[..], &sign, counter, &["code.bin", "app.bin"]].concat());
        let (units, bare) = stamp(&bench, "app.bin", 0x300, "preset = \"mcuboot\"\nat = 0");
        for (unit, bare) in units.iter().zip(&bare) {
            let text = good(&bench, &python, &[&imgtool[..], &["verify", unit]].concat());
            assert!(text.contains("Image was correctly validated"), "{text}");
            let (good, text) = run(&bench, &python, &[&imgtool[..], &["verify", bare]].concat());
            assert!(!good && text.contains("Image has an invalid hash"), "{text}");
        }
    }
}

#[test]
#[ignore = "needs mkimage"]
fn mkimage_lists_its_images() {
    let mkimage = tool("NAMEPLATE_MKIMAGE", "mkimage");
    let bench = Bench::new();
    bench.write("code.bin", code());
    let header = ["-A", "arm", "-O", "linux", "-T", "kernel", "-C", "none", "-a", "0x8000", "-e", "0x8000"];
    good(&bench, &mkimage, &[&header[..], &["-n", "nameplate", "-d", "code.bin", "uimage.bin"]].concat());
    // In the data, and in the header: the name. Without -T, it takes what is wrong for another format.
    for (field, error) in [(0x80, "exit code -11"), (0x28, "exit code -7")] {
        let (units, bare) = stamp(&bench, "uimage.bin", field, "preset = \"uimage\"\nat = 0");
        for (unit, bare) in units.iter().zip(&bare) {
            let text = good(&bench, &mkimage, &["-T", "kernel", "-l", unit]);
            assert!(text.contains("ARM Linux Kernel Image") && text.contains("1024 Bytes"), "{text}");
            let (good, text) = run(&bench, &mkimage, &["-T", "kernel", "-l", bare]);
            assert!(!good && text.contains(error), "{text}");
        }
    }
}

#[test]
#[ignore = "needs mkenvimage"]
fn mkenvimage_makes_the_same_environments() {
    let mkenvimage = tool("NAMEPLATE_MKENVIMAGE", "mkenvimage");
    let bench = Bench::new();
    let text = |seq: u32| format!("ethaddr=02:00:00:00:00:01\nserial#=SN{seq:06}\nbootdelay=3\n");
    for (order, flags) in [("little", &["-p", "0xff"][..]), ("big", &["-b", "-p", "0"])] {
        for (redundant, flag) in [(false, &[][..]), (true, &["-r"])] {
            let make = |seq, file: &str| {
                bench.write("env.txt", text(seq));
                good(&bench, &mkenvimage, &[flags, flag, &["-s", "0x200", "-o", file, "env.txt"]].concat());
                bench.read(file)
            };
            let blank = make(0, "env.bin");
            let field = blank.windows(8).position(|bytes| bytes == b"SN000000").unwrap();
            let preset =
                format!("preset = \"uboot-env\"\nover = \"0..0x200\"\norder = \"{order}\"\nredundant = {redundant}");
            let (units, bare) = stamp(&bench, "env.bin", field, &preset);
            for (seq, (unit, bare)) in (1..).zip(units.iter().zip(&bare)) {
                let theirs = make(seq, "unit.bin");
                assert!(bench.read(unit) == theirs && bench.read(bare) != theirs, "{unit}, {order}, {redundant}");
            }
        }
    }
}

#[test]
#[ignore = "needs srec_cat"]
fn srec_cat_has_the_crc_of_an_stm32() {
    let srec_cat = tool("NAMEPLATE_SREC_CAT", "srec_cat");
    let bench = Bench::new();
    bench.write("blank.bin", [code(), vec![0xFF; 4]].concat());
    let preset = "preset = \"stm32-crc\"\nover = \"0..0x400\"\nat = 0x400\ntemplate = \"blank\"";
    let (units, bare) = stamp(&bench, "blank.bin", 0x123, preset);
    for (unit, bare) in units.iter().zip(&bare) {
        let filter = ["-binary", "-crop", "0", "0x400", "-stm32-l-e", "0x400", "-o", "theirs.bin", "-binary"];
        good(&bench, &srec_cat, &[&[&**bare][..], &filter].concat());
        assert_eq!(bench.read(unit), bench.read("theirs.bin"));
        assert_eq!(bench.read(bare)[0x400..], [0xFF; 4]);
    }
}

#[test]
#[ignore = "needs dfu-suffix"]
fn dfu_suffix_checks_its_files() {
    let dfu_suffix = tool("NAMEPLATE_DFU_SUFFIX", "dfu-suffix");
    let bench = Bench::new();
    bench.write("app.bin", code());
    good(&bench, &dfu_suffix, &["-v", "1d50", "-p", "6089", "-d", "0100", "-a", "app.bin"]);
    let (units, bare) = stamp(&bench, "app.bin", 0x100, "preset = \"dfu-suffix\"");
    for (unit, bare) in units.iter().zip(&bare) {
        let text = good(&bench, &dfu_suffix, &["-c", unit]);
        assert!(text.contains("contains a DFU suffix"), "{text}");
        let (good, text) = run(&bench, &dfu_suffix, &["-c", bare]);
        assert!(!good && text.contains("CRC does not match"), "{text}");
    }
}

#[test]
#[ignore = "needs Python with lpc_checksum"]
fn lpc_checksum_has_nothing_to_change() {
    let python = tool("NAMEPLATE_PYTHON", "lpc_checksum");
    let bench = Bench::new();
    bench.write("app.bin", code());
    let lpc_checksum = |file: &str| good(&bench, &python, &["-c", "import lpc_checksum; lpc_checksum.run()", file]);
    lpc_checksum("app.bin");
    let (units, bare) = stamp(&bench, "app.bin", 0x10, "preset = \"lpc-vector\"\nat = 0");
    for (unit, bare) in units.iter().zip(&bare) {
        let (ours, wrong) = (bench.read(unit), bench.read(bare));
        let (said, _) = (lpc_checksum(unit), lpc_checksum(bare));
        let word = u32::from_le_bytes(ours[0x1C..0x20].try_into().unwrap());
        assert!(said.contains(&format!("to 0x{word:08x}.")), "{said}");
        assert_eq!(bench.read(unit), ours, "it writes what is there");
        assert_ne!(bench.read(bare), wrong, "it writes another word");
        assert_eq!(bench.read(bare), ours);
    }
}

/// The settings are made again from the stamped application: they are those that are there.
#[test]
#[ignore = "needs Python with nrfutil"]
fn nrfutil_makes_the_same_settings() {
    let python = tool("NAMEPLATE_PYTHON", "nrfutil");
    // Of the Bluetooth driver, the settings need one name.
    let nrfutil = "
import sys, types
from intelhex import IntelHex
driver = types.ModuleType('pc_ble_driver_py.exceptions')
driver.NordicSemiException = type('NordicSemiException', (Exception,), {})
sys.modules.update({'pc_ble_driver_py': types.ModuleType('pc_ble_driver_py'), 'pc_ble_driver_py.exceptions': driver})
from nordicsemi.dfu.bl_dfu_sett import BLDFUSettings
def settings(app, validation):
    made = BLDFUSettings()
    made.generate('NRF52', app, 3, 1, 2, None, False, None, validation, 'NO_VALIDATION', None, None)
    return made.ihex
";
    let make = "
app = IntelHex()
app.puts(0x26000, open('code.bin', 'rb').read())
app.write_hex_file('app.hex')
app.merge(settings('app.hex', sys.argv[1]))
app.write_hex_file('all.hex')
";
    let judge = "
for name in sys.argv[2:]:
    there = IntelHex(name)
    there[0x26000:0x26400].write_hex_file('app.hex')
    made = settings('app.hex', sys.argv[1])
    assert len(made) == 2 * 804, len(made)
    print(name, all(there[at] == made[at] for at in made.addresses()))
    there[0x7E000:0x80000].write_hex_file('page.hex')
    BLDFUSettings().fromhexfile('page.hex')
";
    for validation in ["VALIDATE_GENERATED_CRC", "VALIDATE_GENERATED_SHA256", "NO_VALIDATION"] {
        let bench = Bench::new();
        bench.write("code.bin", code());
        let script = |end: &str| format!("{nrfutil}{end}");
        good(&bench, &python, &["-c", &script(make), validation]);
        let preset = "preset = \"nrf52-settings\"\nat = 0x7F000\napp = 0x26000\nbackup = 0x7E000";
        let (units, bare) = stamp(&bench, "all.hex", 0x26100, preset);
        let files = units.iter().chain(&bare).map(String::as_str);
        let script = script(judge);
        let args: Vec<&str> = ["-c", &script, validation].into_iter().chain(files).collect();
        let lines =
            |files: &[String], same: &str| files.iter().map(|file| format!("{file} {same}\n")).collect::<String>();
        assert_eq!(good(&bench, &python, &args), lines(&units, "True") + &lines(&bare, "False"), "{validation}");
    }
}

/// A field over the size in the header of a U-Boot image, by which its checksums are found.
#[test]
fn a_field_over_what_a_preset_reads() {
    let bench = Bench::new();
    let mut image = hex::decode("27051956045950710000000000000010000080000000800066862B7F05020500").unwrap();
    image.resize(64, 0);
    image.extend([0x5A; 32]);
    bench.write("i.bin", image);
    bench.write(
        "j.toml",
        "[image]\nfile = \"i.bin\"\nformat = \"bin\"\nbase = 0\n[unit]\nfirst = 1\n[[field]]\nname = \"f\"\nat = \"0xC\"\nencode = \"bytes:4\"\nexpect = \"any\"\nvalue = { hex = \"00000020\" }\n[[checksum]]\nname = \"c\"\npreset = \"uimage\"\nat = 0\ntemplate = \"unknown\"\n",
    );
    let said = bench.run(&["stamp", "--job", "j.toml", "--out", "units", "--count", "1"]);
    let told = "nameplate: `f` lies over 0x0000000C..0x00000010, by which checksum `c.data` is found (U-Boot image): ";
    assert!(said.code == 3 && said.err.starts_with(told), "{said:?}");
    // Beside it, and verified; another size than the template's is found out.
    bench.edit("j.toml", "0xC", "0x20");
    bench.good(&["stamp", "--job", "j.toml", "--out", "units", "--count", "1"]);
    bench.good(&["verify", "--job", "j.toml", "units/1.bin"]);
    let mut unit = bench.read("units/1.bin");
    unit[0xF] = 0x20;
    bench.write("other.bin", unit);
    let said = bench.run(&["verify", "--job", "j.toml", "other.bin"]);
    assert!(
        said.code == 4
            && said.out.contains("at 0x0000000C..0x00000010 found 0x00000020, and the template has 0x00000010"),
        "{said:?}"
    );
}
