//! Tools of other people that judge what is made here. They are named by the environment, as
//! `.ci/tools.sh` sets it. A test that needs one is `#[ignore]`d and says which; run without it, it fails.

use std::io::Write as _;
use std::path::PathBuf;

/// The tool that the environment variable names. Which test asked which `oracle` goes to the file
/// `NAMEPLATE_ORACLES`, for the table at the end of `.ci/run`.
#[track_caller]
pub(crate) fn tool(variable: &str, oracle: &str) -> PathBuf {
    let Some(path) = std::env::var_os(variable).map(PathBuf::from) else {
        panic!("no {oracle}: {variable} is not set; .ci/tools.sh fetches the tool, target/tools/env.sh names it");
    };
    assert!(path.exists(), "no {oracle}: {variable}={}; .ci/tools.sh fetches it", path.display());
    if let Some(log) = std::env::var_os("NAMEPLATE_ORACLES") {
        let line = format!("{oracle}\t{}\n", std::thread::current().name().unwrap_or("?"));
        let mut log = std::fs::OpenOptions::new().create(true).append(true).open(log).unwrap();
        log.write_all(line.as_bytes()).unwrap();
    }
    path
}
