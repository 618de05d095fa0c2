//! Tools of other people that judge what is made here. They are named by the environment, as
//! `.ci/tools.sh` sets it. A test whose tool is not named says so and passes; in CI a tool that is
//! missing fails.

use std::io::Write as _;
use std::path::PathBuf;

/// The tool that the environment variable names. Which test asked which `oracle` goes to the file
/// `NAMEPLATE_ORACLES`, for the table at the end of `.ci/run`.
pub(crate) fn tool(variable: &str, oracle: &str) -> Option<PathBuf> {
    let path = std::env::var_os(variable).map(PathBuf::from);
    if let Some(path) = &path {
        assert!(path.exists(), "{variable}={}: there is no such tool", path.display());
    } else {
        assert!(std::env::var_os("CI").is_none(), "{variable} is not set, and CI may not skip");
        eprintln!("SKIPPED: {variable} is not set; see .ci/tools.sh");
    }
    if let Some(log) = std::env::var_os("NAMEPLATE_ORACLES") {
        let line = format!("{oracle}\t{}\n", std::thread::current().name().unwrap_or("?"));
        let mut log = std::fs::OpenOptions::new().create(true).append(true).open(log).unwrap();
        log.write_all(line.as_bytes()).unwrap();
    }
    path
}
