//! A library for disk tests: preloaded into any program on Linux, it stands before the calls that change files, fails or
//! kills at the one that is asked for, and writes down what was done, so that a test can tell what a power cut would leave.
//!
//! ```sh
//! cargo build --manifest-path tests/disk/Cargo.toml --target-dir target/disk
//! NAMEPLATE_DISK_ROOT=$PWD/bench NAMEPLATE_DISK_LOG=$PWD/log NAMEPLATE_DISK_KILL_AFTER=7 \
//!     LD_PRELOAD=target/disk/debug/libnameplate_disk.so program
//! ```
//!
//! | variable | meaning |
//! |---|---|
//! | `NAMEPLATE_DISK_ROOT` | the folder that is looked at, as an absolute path without symbolic links; calls elsewhere just pass |
//! | `NAMEPLATE_DISK_LOG` | where calls are written down, outside of that; it is appended to |
//! | `NAMEPLATE_DISK_KILL_BEFORE=n` | SIGKILL in place of the n-th call, counted from 1 |
//! | `NAMEPLATE_DISK_KILL_AFTER=n` | SIGKILL when the n-th call was done |
//! | `NAMEPLATE_DISK_FAIL=n[:errno]` | the n-th call is not done, and fails with that number; 5 (EIO) when not said |
//! | `NAMEPLATE_DISK_NOSYNC=1` | syncs return at once, to measure what they cost |
//!
//! Calls that count: open that creates or truncates, write, writev, pwrite, ftruncate, fsync, fdatasync, syncfs, rename,
//! renameat, renameat2, link, linkat, unlink, unlinkat, rmdir, mkdir, mkdirat, and their forms with 64. They are done one
//! at a time. Each is a line of the log: its number, its name, its arguments (inode numbers; paths and bytes as hex); a
//! call that failed is `none`.
//!
//! `replay.rs` makes of the log and of the folder before the run what is durable. **Its model**: a file keeps the bytes
//! that it had at its last fsync, none if it had no such; a folder keeps the names that it had at its own. What was not
//! synced is lost whole; or names are kept and bytes are lost, as where names are in a journal and data is not; or only
//! the names of the outermost folder are kept.
//!
//! **Its limits**: a real disk may also keep any part of what was not synced, or tear a write in two; neither is tried.
//! `mmap`, `sendfile`, `copy_file_range`, `O_SYNC`, io_uring and programs that call the kernel by themselves (statically
//! linked, or `rustix` without its feature `use-libc`) are not seen, symbolic links not followed, `fopen` not looked into.
//! x86-64 and AArch64, where a variadic `open` takes its mode as any function does.
#![cfg(target_os = "linux")]
// They are the names of C.
#![allow(clippy::missing_safety_doc)]

use std::ffi::{CStr, OsStr, OsString};
use std::fmt::Write as _;
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::path::{Component, Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::{env, ptr};

use libc::{AT_FDCWD, c_char, c_int, c_uint, c_void, iovec, mode_t, off_t, size_t, ssize_t};

/// What the environment asks for.
struct Wish {
    root: Option<PathBuf>,
    log: c_int,
    kill_before: Option<u64>,
    kill_after: Option<u64>,
    fail: Option<(u64, c_int)>,
    no_sync: bool,
}

static WISH: OnceLock<Wish> = OnceLock::new();

/// How many calls there were.
static CALLS: Mutex<u64> = Mutex::new(0);

fn wish() -> &'static Wish {
    WISH.get_or_init(|| {
        let text = |name: &str| env::var(format!("NAMEPLATE_DISK_{name}")).ok();
        let number = |name: &str| text(name).and_then(|text| text.parse().ok());
        let fail = text("FAIL").and_then(|text| {
            let (n, errno) = text.split_once(':').unwrap_or((&text, "5"));
            Some((n.parse().ok()?, errno.parse().ok()?))
        });
        Wish {
            root: env::var_os("NAMEPLATE_DISK_ROOT").map(PathBuf::from),
            log: env::var_os("NAMEPLATE_DISK_LOG").map_or(-1, |path| open_log(&path)),
            kill_before: number("KILL_BEFORE"),
            kill_after: number("KILL_AFTER"),
            fail,
            no_sync: text("NOSYNC").is_some(),
        }
    })
}

fn open_log(path: &OsStr) -> c_int {
    let mut name = path.as_bytes().to_vec();
    name.push(0);
    let flags = libc::O_WRONLY | libc::O_CREAT | libc::O_APPEND | libc::O_CLOEXEC;
    // SAFETY: the name ends in a zero byte.
    let opened = unsafe { libc::syscall(libc::SYS_openat, AT_FDCWD, name.as_ptr(), flags, 0o600) };
    c_int::try_from(opened).unwrap_or(-1)
}

/// The C library's form of the kernel's answer.
macro_rules! kernel {
    ($number:ident $(, $argument:expr)*) => {
        // SAFETY: the arguments are those that the caller gave to the C library's function of this name, or come from here.
        unsafe { libc::syscall(libc::$number $(, $argument)*) }
    };
}

fn error() -> c_int {
    // SAFETY: it is this thread's own.
    unsafe { *libc::__errno_location() }
}

fn set_error(errno: c_int) {
    // SAFETY: it is this thread's own.
    unsafe { *libc::__errno_location() = errno }
}

fn die() -> ! {
    loop {
        let _ = kernel!(SYS_kill, libc::getpid(), libc::SIGKILL);
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Whether the folder that is looked at has this path.
fn is_inside(path: &Path) -> bool {
    wish().root.as_ref().is_some_and(|root| path.starts_with(root))
}

/// Where an open file lies.
fn opened(fd: c_int) -> Option<PathBuf> {
    let link = format!("/proc/self/fd/{fd}\0");
    let mut to = vec![0_u8; 4096];
    let len = kernel!(SYS_readlinkat, AT_FDCWD, link.as_ptr(), to.as_mut_ptr(), to.len());
    to.truncate(usize::try_from(len).ok()?);
    Some(PathBuf::from(OsString::from_vec(to)))
}

/// The absolute path that a call means.
///
/// # Safety
/// `path` is null or a C string.
unsafe fn absolute(folder: c_int, path: *const c_char) -> Option<PathBuf> {
    if path.is_null() {
        return None;
    }
    // SAFETY: it is a C string.
    let path = Path::new(OsStr::from_bytes(unsafe { CStr::from_ptr(path) }.to_bytes()));
    let begin = match folder {
        _ if path.is_absolute() => PathBuf::new(),
        AT_FDCWD => env::current_dir().ok()?,
        folder => opened(folder)?,
    };
    let mut whole = PathBuf::new();
    for part in begin.join(path).components() {
        match part {
            Component::ParentDir => drop(whole.pop()),
            Component::CurDir => {}
            part => whole.push(part),
        }
    }
    Some(whole)
}

/// The inode number of an open file, if it is looked at.
fn looked_at(fd: c_int) -> Option<u64> {
    if fd <= 2 {
        return None;
    }
    if !opened(fd).is_some_and(|path| is_inside(&path)) {
        return None;
    }
    // SAFETY: all zeros are such a value, and it is written before it is read.
    unsafe {
        let mut found: libc::stat = std::mem::zeroed();
        (libc::fstat(fd, ptr::addr_of_mut!(found)) == 0).then_some(found.st_ino)
    }
}

/// Does one call, if nothing else is wished of it, and writes down what `line` makes of its answer.
fn call(what: impl FnOnce() -> i64, line: impl FnOnce(i64) -> String) -> i64 {
    let mut calls = CALLS.lock().unwrap_or_else(PoisonError::into_inner);
    *calls += 1;
    let (wish, n) = (wish(), *calls);
    if wish.kill_before == Some(n) {
        die();
    }
    let (answer, errno) = match wish.fail {
        Some((wanted, errno)) if wanted == n => (-1, errno),
        _ => {
            let answer = what();
            (answer, error())
        }
    };
    let text = format!("{n} {}\n", if answer < 0 { "none".to_owned() } else { line(answer) });
    if wish.log >= 0 {
        let _ = kernel!(SYS_write, wish.log, text.as_ptr(), text.len());
    }
    if wish.kill_after == Some(n) {
        die();
    }
    set_error(errno);
    answer
}

fn int(answer: i64) -> c_int {
    c_int::try_from(answer).unwrap_or(-1)
}

fn size(answer: i64) -> ssize_t {
    ssize_t::try_from(answer).unwrap_or(-1)
}

/// # Safety
/// As openat.
unsafe fn open_at(folder: c_int, path: *const c_char, flags: c_int, mode: c_uint) -> c_int {
    let what = || kernel!(SYS_openat, folder, path, flags, mode);
    // SAFETY: the caller's.
    let place = unsafe { absolute(folder, path) };
    let changes = flags & (libc::O_CREAT | libc::O_TRUNC) != 0;
    let Some(place) = place.filter(|place| changes && is_inside(place)) else { return int(what()) };
    let was_there = kernel!(SYS_faccessat, folder, path, libc::F_OK) == 0;
    let line = |fd| {
        let inode = looked_at(int(fd)).unwrap_or(0);
        match was_there {
            false => format!("create {inode} {}", hex(place.as_os_str().as_bytes())),
            true if flags & libc::O_TRUNC != 0 => format!("truncate {inode} 0"),
            true => "none".to_owned(),
        }
    };
    int(call(what, line))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn open(path: *const c_char, flags: c_int, mode: c_uint) -> c_int {
    // SAFETY: the caller's.
    unsafe { open_at(AT_FDCWD, path, flags, mode) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn open64(path: *const c_char, flags: c_int, mode: c_uint) -> c_int {
    // SAFETY: the caller's.
    unsafe { open_at(AT_FDCWD, path, flags, mode) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn openat(folder: c_int, path: *const c_char, flags: c_int, mode: c_uint) -> c_int {
    // SAFETY: the caller's.
    unsafe { open_at(folder, path, flags, mode) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn openat64(folder: c_int, path: *const c_char, flags: c_int, mode: c_uint) -> c_int {
    // SAFETY: the caller's.
    unsafe { open_at(folder, path, flags, mode) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn creat(path: *const c_char, mode: mode_t) -> c_int {
    // SAFETY: the caller's.
    unsafe { open_at(AT_FDCWD, path, libc::O_CREAT | libc::O_WRONLY | libc::O_TRUNC, mode) }
}

/// The first `len` bytes of what was written.
///
/// # Safety
/// As writev.
unsafe fn gather(parts: *const iovec, count: c_int, len: i64) -> Vec<u8> {
    let mut bytes = Vec::new();
    for at in 0..usize::try_from(count).unwrap_or(0) {
        // SAFETY: there are so many, each with as many bytes as it says.
        unsafe {
            let part = &*parts.add(at);
            if part.iov_len > 0 {
                bytes.extend_from_slice(std::slice::from_raw_parts(part.iov_base.cast::<u8>(), part.iov_len));
            }
        }
    }
    bytes.truncate(usize::try_from(len).unwrap_or(0));
    bytes
}

/// What was written at the file's own place.
fn written(fd: c_int, inode: u64, bytes: &[u8]) -> String {
    let end = kernel!(SYS_lseek, fd, 0, libc::SEEK_CUR);
    let len = i64::try_from(bytes.len()).unwrap_or(0);
    format!("write {inode} {} {}", end - len, hex(bytes))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn write(fd: c_int, bytes: *const c_void, len: size_t) -> ssize_t {
    let what = || kernel!(SYS_write, fd, bytes, len);
    let Some(inode) = looked_at(fd) else { return size(what()) };
    let part = iovec { iov_base: bytes.cast_mut(), iov_len: len };
    // SAFETY: it is one part, with the caller's bytes.
    size(call(what, |len| written(fd, inode, &unsafe { gather(&raw const part, 1, len) })))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn writev(fd: c_int, parts: *const iovec, count: c_int) -> ssize_t {
    let what = || kernel!(SYS_writev, fd, parts, count);
    let Some(inode) = looked_at(fd) else { return size(what()) };
    // SAFETY: the caller's.
    size(call(what, |len| written(fd, inode, &unsafe { gather(parts, count, len) })))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn pwrite(fd: c_int, bytes: *const c_void, len: size_t, offset: off_t) -> ssize_t {
    let what = || kernel!(SYS_pwrite64, fd, bytes, len, offset);
    let Some(inode) = looked_at(fd) else { return size(what()) };
    let part = iovec { iov_base: bytes.cast_mut(), iov_len: len };
    // SAFETY: it is one part, with the caller's bytes.
    let line = |len| format!("write {inode} {offset} {}", hex(&unsafe { gather(&raw const part, 1, len) }));
    size(call(what, line))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn pwrite64(fd: c_int, bytes: *const c_void, len: size_t, offset: off_t) -> ssize_t {
    // SAFETY: the caller's.
    unsafe { pwrite(fd, bytes, len, offset) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ftruncate(fd: c_int, len: off_t) -> c_int {
    let what = || kernel!(SYS_ftruncate, fd, len);
    let Some(inode) = looked_at(fd) else { return int(what()) };
    int(call(what, |_| format!("truncate {inode} {len}")))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ftruncate64(fd: c_int, len: off_t) -> c_int {
    // SAFETY: the caller's.
    unsafe { ftruncate(fd, len) }
}

/// One sync, which `what` does.
fn sync(fd: c_int, what: impl FnOnce() -> i64, line: impl FnOnce(u64) -> String) -> c_int {
    let what = || if wish().no_sync { 0 } else { what() };
    let Some(inode) = looked_at(fd) else { return int(what()) };
    int(call(what, |_| line(inode)))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn fsync(fd: c_int) -> c_int {
    sync(fd, || kernel!(SYS_fsync, fd), |inode| format!("sync {inode}"))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn fdatasync(fd: c_int) -> c_int {
    sync(fd, || kernel!(SYS_fdatasync, fd), |inode| format!("sync {inode}"))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn syncfs(fd: c_int) -> c_int {
    sync(fd, || kernel!(SYS_syncfs, fd), |_| "syncall".to_owned())
}

/// One call that gives what has a name another one.
///
/// # Safety
/// The paths are C strings.
unsafe fn two(
    name: &str,
    from: (c_int, *const c_char),
    to: (c_int, *const c_char),
    what: impl FnOnce() -> i64,
) -> c_int {
    // SAFETY: the caller's.
    let places = unsafe { (absolute(from.0, from.1), absolute(to.0, to.1)) };
    match places {
        (Some(from), Some(to)) if is_inside(&from) || is_inside(&to) => int(call(what, |_| {
            format!("{name} {} {}", hex(from.as_os_str().as_bytes()), hex(to.as_os_str().as_bytes()))
        })),
        _ => int(what()),
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn rename(from: *const c_char, to: *const c_char) -> c_int {
    // SAFETY: the caller's.
    unsafe { renameat2(AT_FDCWD, from, AT_FDCWD, to, 0) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn renameat(
    from_folder: c_int,
    from: *const c_char,
    to_folder: c_int,
    to: *const c_char,
) -> c_int {
    // SAFETY: the caller's.
    unsafe { renameat2(from_folder, from, to_folder, to, 0) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn renameat2(
    from_folder: c_int,
    from: *const c_char,
    to_folder: c_int,
    to: *const c_char,
    flags: c_uint,
) -> c_int {
    let what = || kernel!(SYS_renameat2, from_folder, from, to_folder, to, flags);
    // SAFETY: the caller's.
    unsafe { two("rename", (from_folder, from), (to_folder, to), what) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn link(from: *const c_char, to: *const c_char) -> c_int {
    // SAFETY: the caller's.
    unsafe { linkat(AT_FDCWD, from, AT_FDCWD, to, 0) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn linkat(
    from_folder: c_int,
    from: *const c_char,
    to_folder: c_int,
    to: *const c_char,
    flags: c_int,
) -> c_int {
    let what = || kernel!(SYS_linkat, from_folder, from, to_folder, to, flags);
    // SAFETY: the caller's.
    unsafe { two("link", (from_folder, from), (to_folder, to), what) }
}

/// One call about one path.
///
/// # Safety
/// `path` is a C string.
unsafe fn one(name: &str, folder: c_int, path: *const c_char, what: impl FnOnce() -> i64) -> c_int {
    // SAFETY: the caller's.
    match unsafe { absolute(folder, path) } {
        Some(place) if is_inside(&place) => {
            int(call(what, |_| format!("{name} {}", hex(place.as_os_str().as_bytes()))))
        }
        _ => int(what()),
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn unlink(path: *const c_char) -> c_int {
    // SAFETY: the caller's.
    unsafe { unlinkat(AT_FDCWD, path, 0) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn rmdir(path: *const c_char) -> c_int {
    // SAFETY: the caller's.
    unsafe { unlinkat(AT_FDCWD, path, libc::AT_REMOVEDIR) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn unlinkat(folder: c_int, path: *const c_char, flags: c_int) -> c_int {
    let what = || kernel!(SYS_unlinkat, folder, path, flags);
    // SAFETY: the caller's.
    unsafe { one("unlink", folder, path, what) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn mkdir(path: *const c_char, mode: mode_t) -> c_int {
    // SAFETY: the caller's.
    unsafe { mkdirat(AT_FDCWD, path, mode) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn mkdirat(folder: c_int, path: *const c_char, mode: mode_t) -> c_int {
    let what = || kernel!(SYS_mkdirat, folder, path, mode);
    // SAFETY: the caller's.
    let Some(place) = unsafe { absolute(folder, path) }.filter(|place| is_inside(place)) else { return int(what()) };
    let line = |_| {
        // SAFETY: all zeros are such a value; the path is the caller's.
        let inode = unsafe {
            let mut found: libc::stat = std::mem::zeroed();
            let _ = libc::fstatat(folder, path, ptr::addr_of_mut!(found), libc::AT_SYMLINK_NOFOLLOW);
            found.st_ino
        };
        format!("mkdir {inode} {}", hex(place.as_os_str().as_bytes()))
    };
    int(call(what, line))
}
