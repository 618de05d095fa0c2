//! Names of files are bytes: those that are no text work in every command, and JSON shows them as well as it can.
#![cfg(target_os = "linux")]

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt as _;
use std::process::Command;

use crate::Bench;

/// Runs the command with arguments that may be no text; `%` stands for the byte 0xFF.
#[track_caller]
fn good(bench: &Bench, json: bool, args: &str) -> String {
    let bytes = |arg: &str| arg.bytes().map(|byte| if byte == b'%' { 0xFF } else { byte }).collect::<Vec<u8>>();
    let words: Vec<OsString> = args.split(' ').map(|arg| OsStr::from_bytes(&bytes(arg)).to_owned()).collect();
    let mut command = Command::new(env!("CARGO_BIN_EXE_nameplate"));
    let command = command.args(json.then_some("--json")).args(words).current_dir(bench.folder.path());
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(0), "{args}: {said}{}", String::from_utf8_lossy(&output.stderr));
    said
}

#[test]
fn names_that_are_no_text() {
    [false, true].into_iter().for_each(every_command);
}

fn every_command(json: bool) {
    let bench = Bench::new();
    let to = |name: &[u8]| bench.folder.path().join(OsStr::from_bytes(name));
    bench.good(&["sqtp", "--job", "sqtp.toml", "--out", "s.num", "--count", "9"]);
    bench.stamp(3);
    for (from, name) in [
        ("firmware.hex", &b"\xFF.hex"[..]),
        ("firmware.elf", b"\xFF.elf"),
        ("nameplate.toml", b"\xFF.toml"),
        ("sqtp.toml", b"\xFFs.toml"),
        ("s.num", b"\xFF.num"),
    ] {
        std::fs::copy(bench.path(from), to(name)).unwrap();
    }
    std::fs::create_dir(to(b"\xFFunits")).unwrap();
    std::fs::copy(bench.path("units/EUDV2407-000001.hex"), to(b"\xFFunits/\xFF.hex")).unwrap();
    std::fs::copy(bench.path("units/units.jsonl"), to(b"\xFF.jsonl")).unwrap();
    for args in [
        "inspect %.hex",
        "inspect %.elf",
        "inspect %.num",
        "plan --job %.toml",
        "header --job %.toml",
        "stamp --job %.toml --count 2 --out %u.out",
        "sqtp --job %s.toml --count 2 --out %d.out --image %.hex",
        "sqtp next %.num",
        "sqtp next %.num --mark --job %s.toml",
        "sqtp mark %.num --line 7",
        "sqtp set %.num --line 9 --hex 0034003400347734",
        "feed --job %.toml --count 2 --format segger-patches --out %l.out",
        "convert %.hex %c.out --format bin --window 0x08000000..0x08002000",
        "verify --job %.toml --units %.jsonl %units",
        "verify --job %.toml %units/%.hex",
    ] {
        let said = good(&bench, json, args);
        if !args.starts_with("header") && !args.starts_with("plan") {
            assert!(said.contains('\u{FFFD}'), "{args}: {said}");
        }
    }
}
