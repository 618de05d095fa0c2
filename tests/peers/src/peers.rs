//! The readers: which there are, and how each is asked.

use std::ffi::{OsStr, OsString};
use std::fs;

use crate::answer::Answer;
use crate::cases::Case;
use crate::libraries::Library;
use crate::memory::Memory;
use crate::process::{End, Ended, Folder, SECONDS, run};
use crate::s_record;

/// A reader.
pub struct Peer {
    pub name: &'static str,
    /// The version, as the reader says it; nothing for the crate that this page belongs to.
    pub version: Option<String>,
    kind: Kind,
}

enum Kind {
    Library(Library),
    Python { interpreter: OsString, library: &'static str },
    SrecCat(OsString),
    Objcopy(OsString),
}

/// All of them, in the order of the columns.
pub fn all(folder: &Folder) -> Result<Vec<Peer>, String> {
    let (python, srec_cat) = (tool("NAMEPLATE_PYTHON")?, tool("NAMEPLATE_SREC_CAT")?);
    let objcopy = tool("NAMEPLATE_OBJCOPY")?;
    let mut peers = Vec::new();
    for library in [Library::Strict, Library::Lenient, Library::Ihex, Library::BinFile] {
        let version = match library {
            Library::Strict | Library::Lenient => None,
            Library::Ihex | Library::BinFile => Some(locked(library.name())?),
        };
        peers.push(Peer { name: library.name(), version, kind: Kind::Library(library) });
    }
    for library in ["intelhex", "bincopy"] {
        let out = python_library(folder, &python, library, &[])?;
        let version = out.lines().next().map(str::to_owned);
        peers.push(Peer { name: library, version, kind: Kind::Python { interpreter: python.clone(), library } });
    }
    let version = Some(version(folder, &srec_cat)?);
    peers.push(Peer { name: "srec_cat", version, kind: Kind::SrecCat(srec_cat) });
    let version = Some(self::version(folder, &objcopy)?);
    peers.push(Peer { name: "objcopy", version, kind: Kind::Objcopy(objcopy) });
    Ok(peers)
}

/// The program that an environment variable names.
fn tool(variable: &str) -> Result<OsString, String> {
    std::env::var_os(variable)
        .filter(|path| !path.is_empty())
        .ok_or_else(|| format!("{variable} is not set: run .ci/tools.sh, then `. target/tools/env.sh`"))
}

/// The version of a crate, from the lock file that this program was built with.
fn locked(name: &str) -> Result<String, String> {
    let lock = include_str!("../Cargo.lock");
    let (_, after) = lock
        .split_once(&format!("name = \"{name}\"\nversion = \""))
        .ok_or_else(|| format!("no {name} in Cargo.lock"))?;
    Ok(after.chars().take_while(|c| *c != '"').collect())
}

/// The first line of what a program says about its version.
fn version(folder: &Folder, program: &OsStr) -> Result<String, String> {
    let Ended { end, out, err } = run(folder, program, &["--version".into()], SECONDS)?;
    match (end, out.lines().next()) {
        (End::Exit(0), Some(line)) => Ok(line.to_owned()),
        _ => Err(format!("{} does not tell its version: {err}", program.display())),
    }
}

impl Peer {
    /// Whether it is the crate that this page belongs to.
    pub fn is_ours(&self) -> bool {
        self.version.is_none()
    }

    /// What it makes of each file.
    pub fn read_all(&self, folder: &Folder, cases: &[Case]) -> Result<Vec<Answer>, String> {
        match &self.kind {
            Kind::Python { interpreter, library } => {
                let out = python_library(folder, interpreter, library, cases)?;
                let mut lines = out.lines().skip(1);
                let answers = cases.iter().map(|case| self.python_answer(case, lines.next()));
                answers.collect()
            }
            _ => cases.iter().map(|case| self.read(folder, case)).collect(),
        }
    }

    /// What it makes of one file, in a process of its own.
    fn read(&self, folder: &Folder, case: &Case) -> Result<Answer, String> {
        let file = folder.file(case);
        let (ended, memory) = match &self.kind {
            Kind::Library(library) => {
                let this = std::env::current_exe().map_err(|error| format!("where is this program? {error}"))?;
                let args = ["read".into(), library.name().into(), file.into()];
                let ended = run(folder, this.as_os_str(), &args, SECONDS)?;
                let memory = Memory::parse(ended.out.trim_end()).ok_or_else(|| format!("`{}` is no memory", ended.out));
                (ended, memory)
            }
            Kind::SrecCat(program) => {
                let args = [file.into(), "-intel".into(), "-o".into(), "-".into(), "-motorola".into()];
                let ended = run(folder, program, &args, SECONDS)?;
                let memory = s_record::read(&ended.out);
                (ended, memory)
            }
            Kind::Objcopy(program) => {
                let to = folder.path("out.srec");
                let args = ["-I", "ihex", "-O", "srec"]
                    .map(OsString::from)
                    .into_iter()
                    .chain([file.into(), to.clone().into()]);
                let ended = run(folder, program, &args.collect::<Vec<_>>(), SECONDS)?;
                // Refused files leave none.
                let memory = s_record::read(&fs::read_to_string(&to).unwrap_or_default());
                let _ = fs::remove_file(&to);
                (ended, memory)
            }
            Kind::Python { .. } => return Err(self.about(case, "read one by one")),
        };
        match ended.end {
            End::Exit(0) => {
                let memory = memory.map_err(|message| self.about(case, &message))?;
                Ok(Answer::Read { memory, warned: !ended.err.trim().is_empty() })
            }
            End::Exit(1) => Ok(Answer::Refused),
            End::Exit(code) => Err(self.about(case, &format!("exit code {code}, {}", ended.err))),
            End::Crash(what) => Ok(Answer::Crashed(what)),
        }
    }

    fn python_answer(&self, case: &Case, line: Option<&str>) -> Result<Answer, String> {
        let Some(line) = line else { return Ok(Answer::Crashed("the interpreter ended".to_owned())) };
        let fields: Vec<&str> = line.split('\t').collect();
        match fields.as_slice() {
            ["read", memory, said] => {
                let memory = Memory::parse(memory).ok_or_else(|| self.about(case, line))?;
                Ok(Answer::Read { memory, warned: !said.is_empty() })
            }
            ["refused", _] => Ok(Answer::Refused),
            ["crashed", what] => Ok(Answer::Crashed((*what).to_owned())),
            _ => Err(self.about(case, line)),
        }
    }

    /// A message that names the reader and the file.
    fn about(&self, case: &Case, message: &str) -> String {
        format!("{}, case {}: {message}", self.name, case.name)
    }
}

/// What the script prints: the version of a library, and a line for each case.
fn python_library(folder: &Folder, python: &OsStr, library: &str, cases: &[Case]) -> Result<String, String> {
    let mut args = vec!["-c".into(), include_str!("libraries.py").into(), library.into(), SECONDS.to_string().into()];
    args.extend(cases.iter().map(|case| folder.file(case).into_os_string()));
    // Each file has its own limit in the script.
    let Ended { end, out, err } = run(folder, python, &args, 30 * SECONDS)?;
    match end {
        End::Exit(0) => Ok(out),
        End::Crash(_) if !out.is_empty() => Ok(out),
        _ => Err(format!("{} cannot use {library}: {err}", python.display())),
    }
}
