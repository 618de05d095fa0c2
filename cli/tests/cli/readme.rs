//! What the README says to type does what it says.

use std::path::Path;
use std::process::Command;

use crate::Bench;

const README: &str = include_str!("../../../README.md");

/// A folder with the examples of the repository.
pub(crate) fn repository() -> Bench {
    let bench = Bench::new();
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/firmware");
    std::fs::create_dir_all(bench.path("examples/firmware")).unwrap();
    for entry in std::fs::read_dir(examples).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), bench.path("examples/firmware").join(entry.file_name())).unwrap();
    }
    bench
}

/// All command lines of the README work one after the other, in a shell, in the order in which a newcomer meets them.
#[test]
#[cfg(unix)]
fn every_line_works() {
    let bench = repository();
    // Of the blocks of shell, the lines that call the command.
    let blocks = README.split("```sh\n").skip(1).filter_map(|rest| rest.split_once("```"));
    let lines: Vec<&str> = blocks
        .flat_map(|(block, _)| block.lines())
        .filter(|line| line.starts_with("nameplate ") || line.starts_with("cp "))
        .collect();
    assert!(lines.len() >= 10, "{lines:?}");
    for line in lines {
        let line = line.replacen("nameplate", env!("CARGO_BIN_EXE_nameplate"), 1);
        let mut shell = Command::new("sh");
        shell.args(["-c", &line]).current_dir(bench.folder.path()).env("XDG_STATE_HOME", bench.path("state"));
        let output = shell.env_remove("NAMEPLATE_LEDGER").output().unwrap();
        assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
    }
    for file in [
        "units/EUDV2407-001000.hex",
        "more/EUDV2407-002000.hex",
        "units/units.jsonl",
        "elves/EUDV2407-001000.elf",
        "serials.num",
        "f.bin",
    ] {
        assert!(bench.path(file).exists(), "{file}");
    }
}

/// The field that it shows goes into the example job.
#[test]
fn the_secret_field_works() {
    let bench = Bench::new();
    let field = README.split_once("```toml\n").unwrap().1.split_once("```").unwrap().0;
    bench.write("job.toml", format!("{}\n{field}", bench.text("nameplate.toml")));
    bench.write("units.csv", "seq,app_key\n1,000102030405060708090A0B0C0D0E0F\n");
    bench.good(&["stamp", "--job", "job.toml", "--input", "units.csv", "--count", "1", "--out", "units"]);
    assert!(bench.text("units/EUDV2407-000001.hex").contains(":101F2000000102030405060708090A0B0C0D0E0F"));
    assert!(
        bench.text("units/units.jsonl").contains(r#""app_key":{"address":"0x08001F20","length":16,"secret":true}"#)
    );
}

/// The difference that it shows is the whole difference.
#[test]
fn the_difference_is_the_one_shown() {
    let bench = repository();
    bench.good(&["stamp", "--job", "examples/firmware/nameplate.toml", "--out", "units", "--count", "123"]);
    let (template, unit) = (bench.text("firmware.hex"), bench.text("units/EUDV2407-000123.hex"));
    let differ = || template.lines().zip(unit.lines()).filter(|(one, two)| one != two);
    let shown = |sign: char| -> Vec<&str> {
        README.lines().filter_map(|line| line.strip_prefix(sign)?.strip_prefix(':')?.split(' ').next()).collect()
    };
    assert_eq!(template.lines().count(), unit.lines().count());
    assert_eq!(shown('-'), differ().map(|(one, _)| &one[1..]).collect::<Vec<_>>());
    assert_eq!(shown('+'), differ().map(|(_, two)| &two[1..]).collect::<Vec<_>>());
}
