//! The example firmware, stamped: it boots in an emulator and prints its own identity, and other
//! tools read the files as the same memory.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output};

use crate::oracle::tool;
use crate::{Bench, Said};

pub(crate) const BOARDS: [&str; 3] = ["netduinoplus2", "stm32vldiscovery", "netduino2"];

/// Boots an image on a board; the emulator takes HEX and BIN by its loader device.
pub(crate) fn boot(qemu: &Path, board: &str, image: &Path) -> Said {
    let base = if image.extension().is_some_and(|ending| ending == "bin") { ",addr=0x08000000" } else { "" };
    let output: Output = Command::new("timeout")
        .args(["20"])
        .arg(qemu)
        .args(["-M", board, "-display", "none", "-monitor", "none", "-serial", "none"])
        .args(["-chardev", "stdio,id=out", "-semihosting-config", "enable=on,target=native,chardev=out"])
        .args(["-device", &format!("loader,file={}{base}", image.display())])
        .output()
        .unwrap();
    Said {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8_lossy(&output.stdout).replace('\r', ""),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

#[test]
#[ignore = "needs qemu-system-arm"]
fn stamped_units_boot_and_print_their_identity() {
    let qemu = tool("NAMEPLATE_QEMU", "QEMU, Arm");
    let bench = Bench::new();
    bench.stamp(3);
    let window = "0x08000000..0x08002000";
    let args =
        ["stamp", "--job", "nameplate.toml", "--out", "bins", "--count", "3", "--format", "bin", "--window", window];
    bench.good(&args);
    for board in BOARDS {
        for seq in 1..=3 {
            for file in [format!("units/EUDV2407-{seq:06}.hex"), format!("bins/EUDV2407-{seq:06}.bin")] {
                let said = boot(&qemu, board, &bench.path(&file));
                let expected = format!(
                    "serial=EUDV2407-{seq:06}\nmac=70:B3:D5:7E:D0:{:02X}\nidentity crc ok\nimage crc ok\n",
                    seq - 1
                );
                assert_eq!((said.out.as_str(), said.code), (expected.as_str(), 0), "{board} {file} {}", said.err);
            }
        }
        let said = boot(&qemu, board, &bench.path("firmware.hex"));
        assert_eq!(said.code, 1, "{said:?}");
        assert!(said.out.starts_with("serial is erased\n"), "{said:?}");
    }
}

/// Stamped with a checksum left out, or the wrong one: the firmware itself refuses.
#[test]
#[ignore = "needs qemu-system-arm"]
fn a_wrong_checksum_does_not_boot() {
    let qemu = tool("NAMEPLATE_QEMU", "QEMU, Arm");
    for (from, to, identity, image) in [
        (
            "algorithm = \"CRC-32/ISO-HDLC\"\nover      = [\"0x08001F00",
            "algorithm = \"CRC-32/BZIP2\"\nover      = [\"0x08001F00",
            "BAD",
            "ok",
        ),
        ("0x08000000..0x08001FFC\"]", "0x08000000..0x08001F00\"]\ntemplate  = \"unknown\"", "ok", "BAD"),
    ] {
        let bench = Bench::new();
        bench.edit("nameplate.toml", from, to);
        bench.stamp(1);
        for board in BOARDS {
            let said = boot(&qemu, board, &bench.path("units/EUDV2407-000001.hex"));
            let expected =
                format!("serial=EUDV2407-000001\nmac=70:B3:D5:7E:D0:00\nidentity crc {identity}\nimage crc {image}\n");
            assert_eq!((said.out.as_str(), said.code), (expected.as_str(), 1), "{board} {}", said.err);
        }
    }
}

/// Fifty units, read by three other tools: the same memory, and the CRCs that Python computes.
#[test]
#[ignore = "needs srec_cat, objcopy, Python with intelhex"]
fn other_tools_read_the_same_memory() {
    let srec_cat = tool("NAMEPLATE_SREC_CAT", "srec_cat");
    let objcopy = tool("NAMEPLATE_OBJCOPY", "objcopy");
    let python = tool("NAMEPLATE_PYTHON", "intelhex, zlib");
    let bench = Bench::new();
    bench.stamp(50);
    let window = "0x08000000..0x08002000";
    let args =
        ["stamp", "--job", "nameplate.toml", "--out", "bins", "--count", "50", "--format", "bin", "--window", window];
    bench.good(&args);
    let run = |command: &mut Command| {
        let output = command.current_dir(bench.folder.path()).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    // One line for each unit: SHA-256 of the memory of the HEX file, and the two CRCs over it.
    let script = "
import glob, hashlib, zlib
from intelhex import IntelHex
for name in sorted(glob.glob('units/*.hex')):
    hex = IntelHex(name)
    assert hex.segments() == [(0x08000000, 0x08002000)], name
    memory = hex.tobinstr()
    identity, image = zlib.crc32(memory[0x1F00:0x1F1C]), zlib.crc32(memory[:0x1FFC])
    assert memory[0x1F1C:0x1F20] == identity.to_bytes(4, 'little'), name
    assert memory[0x1FFC:] == image.to_bytes(4, 'little'), name
    print(name[6:-4], hashlib.sha256(memory).hexdigest())
";
    let by_python: BTreeMap<String, String> = run(Command::new(&python).args(["-c", script]))
        .lines()
        .filter_map(|line| line.split_once(' ').map(|(name, digest)| (name.to_owned(), digest.to_owned())))
        .collect();
    assert_eq!(by_python.len(), 50);
    for (name, digest) in &by_python {
        let (hex, bin) = (format!("units/{name}.hex"), format!("bins/{name}.bin"));
        run(Command::new(&srec_cat).args([&hex, "-intel", "-offset", "-0x08000000", "-o", "srec.bin", "-binary"]));
        run(Command::new(&objcopy).args(["-I", "ihex", "-O", "binary", &hex, "objcopy.bin"]));
        let memory = bench.read(&bin);
        assert_eq!(memory, bench.read("srec.bin"), "{name}");
        assert_eq!(memory, bench.read("objcopy.bin"), "{name}");
        assert_eq!(*digest, nameplate_job::journal::sha256(&memory), "{name}");
    }
}
