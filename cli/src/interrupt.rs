//! Ctrl-C, SIGTERM and a terminal that goes away (SIGHUP): what was begun under a temporary name is removed, and the run
//! says so.
//!
//! A thread waits for the signal. Whatever makes a temporary file registers it in one step with making it, and whoever
//! is about to give a final name, or to mark a number, calls `finish` first: from then on a signal comes too late, and
//! the run ends by itself, with its own exit code. So a command finishes once.

use std::io::{self, ErrorKind, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError, mpsc};
use std::thread::{sleep, spawn};
use std::time::Duration;
use std::{fs, process};

/// What 128 is added to: the exit code after a signal.
const SIGNALLED: i32 = 128;

/// How long whoever reads standard output may take.
const PATIENCE: Duration = Duration::from_secs(1);

/// Something that a run has begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Begun {
    /// A file under a temporary name.
    File(PathBuf),
    /// A folder under a temporary name, with all that is in it.
    Folder(PathBuf),
    /// A final name, as an empty folder.
    Reserved(PathBuf),
}

impl Begun {
    fn path(&self) -> &Path {
        let (Self::File(path) | Self::Folder(path) | Self::Reserved(path)) = self;
        path
    }

    fn remove(&self) -> io::Result<()> {
        let removed = match self {
            Self::File(path) => fs::remove_file(path),
            Self::Folder(path) => fs::remove_dir_all(path),
            Self::Reserved(path) => fs::remove_dir(path),
        };
        removed.or_else(|error| if error.kind() == ErrorKind::NotFound { Ok(()) } else { Err(error) })
    }
}

/// What the thread that waits for signals needs to know.
#[derive(Debug)]
pub(crate) struct State {
    begun: Vec<Begun>,
    is_finishing: bool,
}

impl State {
    /// Something was made that a signal is to remove.
    pub(crate) fn begin(&mut self, begun: Begun) {
        self.begun.push(begun);
    }

    /// That was removed, or has its final name.
    pub(crate) fn end(&mut self, begun: &Begun) {
        self.begun.retain(|other| other != begun);
    }
}

static STATE: Mutex<State> = Mutex::new(State { begun: Vec::new(), is_finishing: false });

/// The state, while no signal is acted on. After one was, this never returns.
pub(crate) fn state() -> MutexGuard<'static, State> {
    STATE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What comes now is done whole, and said: signals come too late.
pub(crate) fn finish() {
    state().is_finishing = true;
}

/// Starts to wait for SIGINT, SIGTERM and SIGHUP; with `json` the end is said as JSON.
pub fn watch(json: bool) {
    // Where signals cannot be caught they end the run at once, as they do by themselves.
    let _ = wait(move |signal| end(signal, json));
}

#[cfg(unix)]
fn wait(end: impl Fn(i32) + Send + 'static) -> io::Result<()> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    let mut signals = signal_hook::iterator::Signals::new([SIGINT, SIGTERM])?;
    if hears(SIGHUP) {
        signals.add_signal(SIGHUP)?;
    }
    drop(spawn(move || signals.forever().for_each(end)));
    Ok(())
}

/// Whether a signal is not ignored, as `nohup` has it ignored: to catch it would undo that. Where the system does not say,
/// it is left as it is.
#[cfg(unix)]
fn hears(signal: i32) -> bool {
    let status = if cfg!(target_os = "linux") { fs::read_to_string("/proc/self/status") } else { Ok(String::new()) };
    let ignored = status.ok().and_then(|text| {
        let mask = text.lines().find_map(|line| line.strip_prefix("SigIgn:"))?.trim();
        u64::from_str_radix(mask, 16).ok()
    });
    ignored.is_some_and(|mask| mask >> (signal - 1) & 1 == 0)
}

/// Windows has Ctrl-C, and no pipe that a handler may write into.
#[cfg(not(unix))]
fn wait(end: impl Fn(i32) + Send + 'static) -> io::Result<()> {
    use signal_hook::consts::{SIGINT, SIGTERM};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    let caught = [SIGINT, SIGTERM].map(|signal| (signal, Arc::new(AtomicBool::new(false))));
    for (signal, flag) in &caught {
        let _ = signal_hook::flag::register(*signal, Arc::clone(flag))?;
    }
    drop(spawn(move || {
        loop {
            sleep(Duration::from_millis(50));
            caught.iter().filter(|(_, flag)| flag.swap(false, Ordering::Relaxed)).for_each(|(signal, _)| end(*signal));
        }
    }));
    Ok(())
}

/// Removes what was begun, says so and ends the process; nothing, when the run is about to end by itself.
fn end(signal: i32, json: bool) {
    let state = state();
    if state.is_finishing {
        return;
    }
    let exit = SIGNALLED + signal;
    let mut message = "interrupted: nothing was written".to_owned();
    for begun in state.begun.iter().rev() {
        if let Err(error) = remove(begun) {
            message = format!("{message}; {} could not be removed: {error}; it may hold keys", begun.path().display());
        }
    }
    if json {
        let (said, heard) = mpsc::channel();
        drop(spawn(move || {
            let _ = writeln!(io::stdout(), "{}", serde_json::json!({ "error": message, "exit": exit, "ok": false }));
            let _ = said.send(());
        }));
        let _ = heard.recv_timeout(PATIENCE);
    } else {
        // The progress bar ends no line.
        let line = if io::stderr().is_terminal() { "\n" } else { "" };
        let _ = writeln!(io::stderr(), "{line}nameplate: {message}");
    }
    process::exit(exit)
}

/// A few times: the file system may be slow to see that something is gone, and Windows keeps open files.
fn remove(begun: &Begun) -> io::Result<()> {
    for _ in 0..10 {
        if begun.remove().is_ok() {
            return Ok(());
        }
        sleep(Duration::from_millis(20));
    }
    begun.remove()
}
