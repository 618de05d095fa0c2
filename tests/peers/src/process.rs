//! Other programs, kept small: little memory, little output, little time.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};

use crate::cases::Case;

/// How much time of the processor a process may take, which another process does not shorten.
pub const SECONDS: u64 = 10;

/// KiB of memory, and units of 512 bytes of any file that is written: 2 GiB, 32 MiB.
const LIMITS: &str = "ulimit -v 2097152 && ulimit -f 65536 && ulimit -t \"$0\" && exec \"$@\"";

/// A temporary folder with one file for each case, deleted in the end.
pub struct Folder(PathBuf);

impl Folder {
    pub fn with(cases: &[Case]) -> Result<Self, String> {
        let folder = Self(std::env::temp_dir().join(format!("nameplate-peers-{}", std::process::id())));
        let cannot = |error: std::io::Error| format!("cannot write to {}: {error}", folder.0.display());
        fs::create_dir(&folder.0).map_err(cannot)?;
        for case in cases {
            fs::write(folder.file(case), &case.text).map_err(cannot)?;
        }
        Ok(folder)
    }

    pub fn file(&self, case: &Case) -> PathBuf {
        self.path(case.name).with_extension("hex")
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be deleted is left to whoever cleans the system's temporary folder.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// How a process ended.
pub enum End {
    /// Ended by itself, with this code.
    Exit(i32),
    /// Did not end well.
    Crash(String),
}

/// How a process ended, and what it wrote until then.
pub struct Ended {
    pub end: End,
    pub out: String,
    pub err: String,
}

/// Runs a program in `folder`, for at most `seconds`.
pub fn run(folder: &Folder, program: &OsStr, args: &[OsString], seconds: u64) -> Result<Ended, String> {
    let cannot = |error: std::io::Error| format!("cannot run {}: {error}", program.display());
    let (out, err) = (folder.path("stdout"), folder.path("stderr"));
    let mut child = Command::new("sh")
        .args(["-c", LIMITS, &seconds.to_string()])
        .arg(program)
        .args(args)
        .current_dir(&folder.0)
        .env("LC_ALL", "C.UTF-8")
        .env("RUST_BACKTRACE", "0")
        .stdin(std::process::Stdio::null())
        .stdout(File::create(&out).map_err(cannot)?)
        .stderr(File::create(&err).map_err(cannot)?)
        .spawn()
        .map_err(cannot)?;
    let end = end(child.wait().map_err(cannot)?);
    let text = |path: &Path| fs::read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).map_err(cannot);
    Ok(Ended { end, out: text(&out)?, err: text(&err)? })
}

fn end(status: ExitStatus) -> End {
    use std::os::unix::process::ExitStatusExt;
    match (status.code(), status.signal()) {
        // What a Rust program ends with after a panic.
        (Some(101), _) => End::Crash("panic".to_owned()),
        (Some(code), _) => End::Exit(code),
        (None, Some(signal)) => End::Crash(format!("signal {signal}")),
        (None, None) => End::Crash("unknown end".to_owned()),
    }
}
