//! The command as a person runs it: the binary, its files, its messages and its exit codes.
//!
//! | file | what it proves |
//! |---|---|
//! | `job` | the main job: stamp, SQTP, verify, plan, inspect; nothing is left behind on an error |
//! | `mistakes` | every wrong job or input gets one sentence and the right exit code |
//! | `nvs` | NVS partitions made from nothing, stamped, verified wherever a device has moved them, inspected |
//! | `readme` | what the README says to type does what it says |
//! | `hex` | unusual HEX files, fields in gaps, deltas, conversions |
//! | `sqtp` | SQTP files inspected, marked, changed, split; other programmers' lists |
//! | `guide` | what the guide pages of the ledger say to type does what they say |
//! | `ledger` | numbers that a ledger gives: a day of work, kills, restores, the way on from each refusal |
//! | `ledger_evidence` | boards that cannot be read back, and what their evidence is good for |
//! | `ledger_field` | boards that come back: who they are by their memory, and what differs |
//! | `ledger_images` | the same for units with several images, each a folder |
//! | `ledger_kills` | a unit asks again after a kill or a failure at every call |
//! | `ledger_notes` | notes, shipments, other numbers for a board: each request is done once |
//! | `ledger_power` | the power fails at every call of a command of the ledger |
//! | `ledger_told` | what a ledger is told outlives a restore; contradictions by name; its errors for a script |
//! | `canary` | no key in what is said or written, but where it belongs |
//! | `search` | finds bytes in whatever form they were printed, for `canary` |
//! | `identities` | `id`; EUI-64, UIDs, UUIDs and scanned labels as values; texts for labels |
//! | `firmware` | stamped units boot, and other tools read them as the same memory |
//! | `checksums` | algorithms and encodings of a job, from its text to the verdict |
//! | `elf` | units by symbol: ELF files, and the map of HEX and BIN; the firmware side |
//! | `elf_memory` | what of an ELF file is memory: words, padding, sections only, overlaps, other addresses |
//! | `disk` | what is said is on the disk, what is not said is not half there: killed and failed at every call |
//! | `uf2` | UF2 files stamped, verified, converted, inspected, refused |
//! | `formats` | what `verify` takes a file for |
//! | `output` | memory from nothing, ranges, other addresses and formats, written and verified |
//! | `images` | several images a unit: stamped as each by hand, verified, planned; boards of several files |
//! | `merging` | several files in one; what two of them say differently |
//! | `scanned` | `verify --scan`: a label that agrees with the memory, or does not |
//! | `verify` | what was compared with what, dumps of a part, batches, the template again |
//! | `embed` | a program with the same job makes the same units and the same journal |
//! | `board_files` | the boards of `examples/boards` that are of no HEX file alone: UF2, TI-TXT, S-records, flash and `.eep` |
//! | `boards` | units for RISC-V and AVR, as ELF, HEX and BIN, boot too |
//! | `jobs` | whole jobs at random are as a slow twin of their own; `NAMEPLATE_JOBS=5000` for more |
//! | `random`, `recipes`, `twin` | numbers, fields and whole jobs at random, for `jobs` |
//! | `whole_jobs` | `plan` refuses what `stamp` would |

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::format_collect,
    clippy::single_match_else,
    clippy::too_many_lines,
    unused_results,
    reason = "a test may stop where it stands"
)]

mod board_files;
mod boards;
mod canary;
mod checksums;
mod disk;
mod elf;
#[path = "../../../tests/elf_file.rs"]
#[allow(dead_code, reason = "the library's tests use all of it")]
mod elf_file;
mod elf_memory;
mod embed;
mod firmware;
mod formats;
#[cfg(feature = "ledger")]
mod guide;
mod hex;
mod identities;
mod images;
mod job;
mod jobs;
#[cfg(feature = "ledger")]
mod ledger;
#[cfg(feature = "ledger")]
mod ledger_evidence;
#[cfg(feature = "ledger")]
mod ledger_field;
#[cfg(feature = "ledger")]
mod ledger_images;
#[cfg(feature = "ledger")]
mod ledger_kills;
#[cfg(feature = "ledger")]
mod ledger_notes;
#[cfg(feature = "ledger")]
mod ledger_power;
#[cfg(feature = "ledger")]
mod ledger_told;
mod lock_words;
mod merging;
mod mistakes;
mod nvs;
#[path = "../../../tests/oracle.rs"]
mod oracle;
mod output;
mod paths;
mod random;
mod readme;
mod recipes;
#[path = "../../../fuzz/src/reference.rs"]
#[allow(dead_code, unreachable_pub, reason = "it is a module of the fuzz targets")]
mod reference;
#[cfg(target_os = "linux")]
#[path = "../../../tests/disk/replay.rs"]
mod replay;
mod scanned;
mod search;
mod sqtp;
mod srec;
mod ti_txt;
mod twin;
mod uf2;
mod vendor;
mod verify;
mod whole_jobs;

use std::path::{Path, PathBuf};
use std::process::Command;

/// A folder for one test, with the example firmware and its job in it.
struct Bench {
    folder: tempfile::TempDir,
}

/// What a command said.
#[derive(Debug)]
struct Said {
    code: i32,
    out: String,
    err: String,
}

fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/firmware").join(name)
}

impl Bench {
    fn new() -> Self {
        let bench = Self { folder: tempfile::tempdir().unwrap() };
        for name in ["firmware.hex", "firmware.bin", "firmware.elf", "nameplate.toml", "elf.toml", "sqtp.toml"] {
            std::fs::copy(example(name), bench.path(name)).unwrap();
        }
        bench
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap()
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), bytes).unwrap();
    }

    fn text(&self, name: &str) -> String {
        String::from_utf8(self.read(name)).unwrap()
    }

    /// Changes one place in a text file; it must be there.
    fn edit(&self, name: &str, from: &str, to: &str) {
        let text = self.text(name);
        assert!(text.contains(from), "{name} has no {from:?}");
        self.write(name, text.replacen(from, to, 1));
    }

    /// What lies in the folder, sorted.
    fn list(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.folder.path()).unwrap();
        let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// Runs the command in the folder.
    fn run(&self, args: &[&str]) -> Said {
        let output = Command::new(env!("CARGO_BIN_EXE_nameplate")).args(args).current_dir(self.folder.path()).output();
        let output = output.unwrap();
        Said {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// The same, where it has to work.
    #[track_caller]
    fn good(&self, args: &[&str]) -> String {
        let said = self.run(args);
        assert_eq!(said.code, 0, "{said:?}");
        said.out
    }

    #[track_caller]
    fn stamp(&self, count: u32) {
        self.good(&["stamp", "--job", "nameplate.toml", "--out", "units", "--count", &count.to_string()]);
    }
}
