//! Hands each file of `tests/cases.rs` to several readers of Intel HEX, and prints what they make of
//! it as a Markdown page. `.ci/divergence.sh` runs it and keeps the page.
//!
//!     nameplate-peers                     the page
//!     nameplate-peers read READER FILE    one file, read by a library of this program
//!
//! A reader may crash or never end, so each reads in a process of its own, with little memory and
//! little time; the libraries do in a second process of this program.

mod answer;
#[path = "../../cases.rs"]
mod cases;
mod libraries;
mod memory;
mod page;
mod peers;
mod process;
mod s_record;

use std::path::Path;
use std::process::ExitCode;

use self::libraries::Library;
use self::process::Folder;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let said = match args.as_slice() {
        [] => page(),
        ["read", reader, file] => return read(reader, Path::new(file)),
        _ => Err("expected nothing, or: read READER FILE".to_owned()),
    };
    match said {
        Ok(page) => {
            print!("{page}");
            ExitCode::SUCCESS
        }
        Err(message) => fail(&message),
    }
}

/// Every file, through every reader.
fn page() -> Result<String, String> {
    let cases = cases::cases();
    let folder = Folder::with(&cases)?;
    let peers = peers::all(&folder)?;
    let mut columns = Vec::new();
    for peer in &peers {
        columns.push(peer.read_all(&folder, &cases)?);
    }
    Ok(page::render(&cases, &peers, &columns))
}

/// One file, through one library: its memory to standard output, warnings and refusals to the other.
fn read(reader: &str, file: &Path) -> ExitCode {
    let Some(library) = Library::by_name(reader) else { return fail(&format!("no reader is called `{reader}`")) };
    match library.read(file) {
        Ok((memory, warnings)) => {
            println!("{memory}");
            for warning in warnings {
                eprintln!("{warning}");
            }
            ExitCode::SUCCESS
        }
        Err(message) => fail(&message),
    }
}

fn fail(message: &str) -> ExitCode {
    eprintln!("error: {message}");
    ExitCode::FAILURE
}
