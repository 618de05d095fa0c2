//! What the guide pages of the ledger say to type does what they say, in the order of the page.

use std::process::Command;

use crate::Bench;
use crate::readme::repository;

/// Runs the lines of all blocks of shell; one with `# exit N` ends with that code.
fn run(page: &str) -> Bench {
    let bench = repository();
    let blocks = page.split("```sh\n").skip(1).filter_map(|rest| rest.split_once("```"));
    let lines: Vec<&str> = blocks.flat_map(|(block, _)| block.lines()).collect();
    assert!(lines.len() >= 10, "{lines:?}");
    let path = std::path::Path::new(env!("CARGO_BIN_EXE_nameplate")).parent().unwrap().to_owned();
    let path = std::env::join_paths(
        [path].into_iter().chain(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())),
    );
    let path = path.unwrap();
    for line in lines {
        let expected = line.split_once("# exit ").map_or(0, |(_, code)| code.trim().parse().unwrap());
        let mut shell = Command::new("sh");
        shell.args(["-c", line]).current_dir(bench.folder.path()).env("XDG_STATE_HOME", bench.path("state"));
        let output = shell.env_remove("NAMEPLATE_LEDGER").env("PATH", &path).output().unwrap();
        assert_eq!(output.status.code(), Some(expected), "{line}: {output:?}");
    }
    bench
}

/// Whether a line is as the page has it, where `…` stands for anything.
fn is_as(line: &str, expected: &str) -> bool {
    let mut parts = expected.split('…');
    let mut rest = parts.next().and_then(|first| line.strip_prefix(first));
    let mut last = None;
    for part in parts {
        rest = rest.and_then(|rest| rest.find(part).map(|at| &rest[at + part.len()..]));
        last = Some(part);
    }
    rest.is_some_and(|rest| rest.is_empty() || last.is_some_and(|part| part.is_empty() || line.ends_with(part)))
}

/// The sessions print what the page says, to the letter.
#[test]
#[cfg(unix)]
fn sessions_as_they_are_printed() {
    let page = include_str!("../../../src/guide/sessions.md");
    let bench = repository();
    let script = page.split_once("```python\n").unwrap().1.split_once("```").unwrap().0;
    bench.write("station.py", script);
    let path = std::path::Path::new(env!("CARGO_BIN_EXE_nameplate")).parent().unwrap().to_owned();
    let others = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths([path].into_iter().chain(std::env::split_paths(&others))).unwrap();
    let blocks = page.split("```text\n").skip(1).filter_map(|rest| rest.split_once("```"));
    let text: String = blocks.map(|(block, _)| block).collect();
    let mut count = 0;
    for typed in text.split("$ ").skip(1) {
        let mut lines = typed.lines();
        let line = lines.next().unwrap();
        let mut shell = Command::new("sh");
        shell.args(["-c", line]).current_dir(bench.folder.path()).env("XDG_STATE_HOME", bench.path("state"));
        shell.env("NAMEPLATE_LEDGER", "line.db").env_remove("NAMEPLATE_STATION").env_remove("NAMEPLATE_OPERATOR");
        let output = shell.env("PATH", &path).output().unwrap();
        let code = line.split_once("# exit ").map_or(0, |(_, code)| code.trim().parse().unwrap());
        assert_eq!(output.status.code(), Some(code), "{line}: {output:?}");
        let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        let (said, expected): (Vec<&str>, Vec<&str>) = (said.lines().collect(), lines.collect());
        assert_eq!(said.len(), expected.len(), "{line}: {said:#?}");
        for (said, expected) in said.iter().zip(expected) {
            assert!(is_as(said, expected), "{line}\nsaid     {said}\nexpected {expected}");
        }
        count += 1;
    }
    assert!(count > 20, "{count}");
}

#[test]
fn one_letter_more_is_seen() {
    assert!(
        is_as("a b c", "a b c")
            && is_as("a b c", "a … c")
            && is_as("a b c", "a …")
            && is_as("x/anchor at 6", "…/anchor at 6")
    );
    assert!(!is_as("a b c", "a b") && !is_as("a b c", "a … b") && !is_as("a b c", "b …") && !is_as("a b cd", "a … c"));
}

fn status(bench: &Bench) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nameplate"));
    command.args(["ledger", "status", "--ledger", "line.db"]).current_dir(bench.folder.path());
    let output = command.env("XDG_STATE_HOME", bench.path("state")).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[test]
#[cfg(unix)]
fn a_day_with_the_ledger() {
    let page = include_str!("../../../src/guide/ledger.md");
    let bench = run(page);
    let status = status(&bench);
    assert!(status.starts_with("board 1..4096: 2 reserved, 1 verified, 1 retired, 1 void, 4091 free\n"), "{status}");
    // The verifier of the page reads the export, and finds the root that the ledger has.
    let Ok(python) = Command::new("python3").arg("--version").output() else { return };
    assert!(python.status.success());
    let script = page.split_once("```python\n").unwrap().1.split_once("```").unwrap().0;
    bench.write("verify.py", script);
    let read = || {
        let mut shell = Command::new("sh");
        let output = shell.args(["-c", "python3 verify.py < log.jsonl"]).current_dir(bench.folder.path());
        String::from_utf8(output.output().unwrap().stdout).unwrap()
    };
    let mut audit = Command::new(env!("CARGO_BIN_EXE_nameplate"));
    audit.args(["ledger", "audit", "--ledger", "line.db"]).current_dir(bench.folder.path());
    let audit = audit.env("XDG_STATE_HOME", bench.path("state")).output().unwrap();
    let audit = String::from_utf8(audit.stdout).unwrap();
    let expected = audit.lines().next().unwrap().replace(" events, root", "") + "\n";
    assert_eq!(read(), expected);
    // One letter more, and it is another root.
    let log = bench.text("log.jsonl");
    bench.write("log.jsonl", log.replacen("scrapped", "Scrapped", 1));
    assert_ne!(read(), expected);
}

#[test]
#[cfg(unix)]
fn the_drill() {
    let bench = run(include_str!("../../../src/guide/recovery.md"));
    let status = status(&bench);
    assert!(status.starts_with("board 1..4096: "), "{status}");
    assert!(status.contains("epoch 3"), "{status}");
    assert!(!status.lines().next().unwrap().contains("lost") && !status.contains("closed:"), "{status}");
    // What the lost journal knew is not forgotten to be lost.
    assert!(
        status.contains("recovered at event ")
            && status.contains("told of units is lost, but for what was told again (they are since 20"),
        "{status}"
    );
}
