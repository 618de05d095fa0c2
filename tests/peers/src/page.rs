//! The page.

use std::fmt::Write;

use crate::answer::{Answer, right};
use crate::cases::Case;
use crate::memory::Memory;
use crate::peers::Peer;

const HEAD: &str = "\
# Where readers of Intel HEX disagree

Each row is a small file that is unusual or wrong in one way. `tests/cases.rs` makes the files;
`.ci/divergence.sh` hands each to each reader and writes this page. The columns `strict` and `lenient`
are this crate. **✓**: the reader accepts the file, with the memory that it should have; where this
crate refuses it in both modes, with the memory that most of the accepting readers find. **≠**: it
accepts the file with other memory. **○**: it accepts a file that this crate refuses, and no second
reader finds that memory. **✗**: it refuses the file. **w**: it accepts with a warning on standard error;
for this crate, with a diagnostic. **!**: it crashes, or takes more than 10 seconds. The crate `ihex`
reads records and makes no memory of them; here the last base counts, addresses go on at the end of
64 KiB, and later bytes win.

Versions:

";

/// The page: one column of answers for each peer.
pub fn render(cases: &[Case], peers: &[Peer], columns: &[Vec<Answer>]) -> String {
    let mut page = HEAD.to_owned();
    for (name, version) in peers.iter().filter_map(|peer| Some((peer.name, peer.version.as_ref()?))) {
        line(&mut page, &format!("- `{name}`: `{version}`"));
    }
    let others = |row: usize| -> Vec<&Answer> {
        peers
            .iter()
            .zip(columns)
            .filter(|(peer, _)| !peer.is_ours())
            .filter_map(|(_, column)| column.get(row))
            .collect()
    };
    line(&mut page, "");
    line(&mut page, &summary(cases.len(), &(0..cases.len()).map(others).collect::<Vec<_>>()));
    line(&mut page, "");
    let names: Vec<String> = peers.iter().map(|peer| format!("`{}`", peer.name)).collect();
    line(&mut page, &format!("| file | {} |", names.join(" | ")));
    line(&mut page, &format!("|---|{}", "---|".repeat(peers.len())));
    let mut crashes = Vec::new();
    for (row, case) in cases.iter().enumerate() {
        let right = right(case, &others(row));
        let answers = || columns.iter().filter_map(|column| column.get(row));
        let signs: Vec<String> = answers().map(|answer| answer.sign(right.as_ref())).collect();
        line(&mut page, &format!("| `{}` | {} |", case.name, signs.join(" | ")));
        for (peer, answer) in peers.iter().zip(answers()) {
            if let Answer::Crashed(what) = answer {
                crashes.push(format!("- `{}`, `{}`: {what}", peer.name, case.name));
            }
        }
    }
    if !crashes.is_empty() {
        line(&mut page, &format!("\nCrashes:\n\n{}", crashes.join("\n")));
    }
    page
}

fn line(page: &mut String, text: &str) {
    // Writing to a string does not fail.
    let _ = writeln!(page, "{text}");
}

/// In how many rows the other readers disagree.
fn summary(files: usize, rows: &[Vec<&Answer>]) -> String {
    let memories = |row: &[&Answer]| -> Vec<Memory> {
        let mut found: Vec<Memory> = Vec::new();
        for memory in row.iter().filter_map(|answer| answer.memory()) {
            if !found.contains(memory) {
                found.push(memory.clone());
            }
        }
        found
    };
    let silent = rows.iter().filter(|row| memories(row).len() > 1).count();
    let split = rows.iter().filter(|row| {
        let accepted = row.iter().filter(|answer| answer.memory().is_some()).count();
        accepted > 0 && accepted < row.len()
    });
    format!(
        "Of {files} files, the other readers accept some and refuse others in {} cases, and in {silent} \
         two of them accept one file and read different memory.",
        split.count()
    )
}
