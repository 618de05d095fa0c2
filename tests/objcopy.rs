//! What of an ELF file is memory, beside objcopy: the same bytes at the same addresses, or a refusal. A folder of one's
//! own is tried with
//!
//! ```sh
//! source target/tools/env.sh    # or NAMEPLATE_OBJCOPY=… and NAMEPLATE_ORACLES unset
//! NAMEPLATE_ELF=/usr/lib:/usr/bin cargo test -p nameplate --test stages objcopy -- --ignored --nocapture
//! ```
//!
//! which says for each ELF file in the folders, and in the folders in these, what came of it, and a table at the end.

use std::collections::BTreeMap;
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::Command;

use nameplate::image::elf::AddressUnit;
use nameplate::image::{Container, Elf};
use object::Endianness;
use object::elf::{self, FileHeader32, FileHeader64};
use object::read::elf::{FileHeader, ProgramHeader as _, SectionHeader as _};

use crate::elf_file::{Build, firmware, padded, padding, section, segment, two_sections};
use crate::oracle::tool;

/// Bytes by address; none of the runs touches the next.
type Memory = Vec<(u64, Vec<u8>)>;

/// Runs in ascending order, joined where they touch; or the first address that two have.
fn joined(mut runs: Memory) -> Result<Memory, u64> {
    runs.sort_by_key(|(start, _)| *start);
    let mut joined: Memory = Vec::new();
    for (start, bytes) in runs.into_iter().filter(|(_, bytes)| !bytes.is_empty()) {
        match joined.last_mut() {
            Some((first, all)) if *first + all.len() as u64 > start => return Err(start),
            Some((first, all)) if *first + all.len() as u64 == start => all.extend(bytes),
            _ => joined.push((start, bytes)),
        }
    }
    Ok(joined)
}

/// The data of Intel HEX, read without the reader under test; its start addresses are no matter here.
fn of_hex(text: &str) -> Memory {
    let (mut base, mut runs) = (0_u64, Vec::new());
    for line in text.lines() {
        let digits = line.strip_prefix(':').unwrap();
        let record: Vec<u8> =
            (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap()).collect();
        let data = &record[4..record.len() - 1];
        let number = |bytes: &[u8]| bytes.iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        match record[3] {
            0 => runs.push((base + number(&record[1..3]), data.to_vec())),
            2 => base = number(data) << 4,
            4 => base = number(data) << 16,
            _ => {}
        }
    }
    runs
}

/// The memory as a binary, zeros in gaps.
fn flat(memory: &Memory) -> Vec<u8> {
    let mut flat = Vec::new();
    let base = memory.first().map_or(0, |(start, _)| *start);
    for (start, bytes) in memory {
        flat.resize((start - base) as usize, 0);
        flat.extend(bytes);
    }
    flat
}

/// What objcopy makes of the file, or what it says.
fn objcopy(objcopy: &Path, file: &Path, format: &str) -> Result<Vec<u8>, String> {
    let head = fs::read(file).unwrap();
    let bits = if head[4] == 1 { 32 } else { 64 };
    let generic = format!("elf{bits}-{}", if head[5] == 1 { "little" } else { "big" });
    let out = folder().join(format!("{format}.{:?}", std::thread::current().id()));
    let mut said = String::new();
    // Of machines that it was not built for, it reads what all ELF files have.
    for input in [&[][..], &["-I", &generic]] {
        let run = Command::new(objcopy).args(input).args(["-O", format]).arg(file).arg(&out).output().unwrap();
        let made = fs::read(&out);
        let _ = fs::remove_file(&out);
        if run.status.success() {
            return Ok(made.unwrap_or_default());
        }
        said = String::from_utf8_lossy(&run.stderr).trim().replace(&file.display().to_string(), "…");
    }
    Err(said)
}

/// Where files are put that are not kept.
fn folder() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("objcopy");
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// What came of a file.
enum Found {
    /// The same memory as this one has.
    Same(&'static str),
    /// No memory here, and why.
    Refused(String),
    /// None there, and why.
    RefusedThere(String),
    /// Nothing to compare with, and why.
    Unknown(String),
    /// Another memory, as a section has other addresses than the segment that loads it, or none does: GNU objcopy goes
    /// by the section's, loaders and LLVM by the segment's.
    Astray(String),
    /// Another memory.
    Differs(String),
}

impl Found {
    /// In a word, and why.
    fn words(self) -> (&'static str, String) {
        match self {
            Self::Same(other) => ("same", format!("as {other}")),
            Self::Refused(why) => ("refused", why),
            Self::RefusedThere(why) => ("refused by objcopy", why),
            Self::Unknown(why) => ("not compared", why),
            Self::Astray(how) => ("sections astray", how),
            Self::Differs(how) => ("DIFFERS", how),
        }
    }
}

/// Whether a section has other addresses than the segment that loads it, or none does.
fn is_astray<E: FileHeader<Endian = Endianness>>(bytes: &[u8]) -> bool {
    let header = E::parse(bytes).unwrap();
    let order = header.endian().unwrap();
    let sections = header.sections(order, bytes).unwrap();
    let programs = header.program_headers(order, bytes).unwrap();
    let mut sections = sections.iter().filter(|section| {
        section.sh_flags(order).contains(elf::SHF_ALLOC) && section.file_range(order).is_some_and(|(_, len)| len > 0)
    });
    sections.any(|section| {
        let (at, len) = section.file_range(order).unwrap();
        let address: u64 = section.sh_addr(order).into();
        !programs.iter().filter(|program| program.p_type(order) == elf::PT_LOAD).any(|program| {
            let (start, all) = program.file_range(order);
            let vma: u64 = program.p_vaddr(order).into();
            at >= start && at + len <= start + all && address.wrapping_sub(vma) == at - start
        })
    })
}

/// The HEX file of the build, if one lies beside the ELF file: whether it has all of the memory.
fn beside(elf: &Elf<'_>, ours: &Memory, file: &Path) -> Option<Found> {
    let text = fs::read_to_string(file.with_extension("hex")).ok()?;
    let theirs: BTreeMap<u64, u8> = of_hex(&text).into_iter().flat_map(|(start, bytes)| (start..).zip(bytes)).collect();
    // Of PIC32 it has physical addresses.
    let mask = if elf.machine() == 8 { 0x1FFF_FFFF } else { u64::MAX };
    let (mut lacks, mut differ) = (0, 0);
    for (address, byte) in ours.iter().flat_map(|(start, bytes)| (*start..).zip(bytes)) {
        match theirs.get(&(address & mask)) {
            None => lacks += 1,
            Some(other) => differ += usize::from(other != byte),
        }
    }
    Some(match (lacks, differ) {
        (0, 0) => Found::Same("the HEX file beside it"),
        _ => Found::Differs(format!("the HEX file beside it lacks {lacks} bytes, and {differ} differ")),
    })
}

/// A message without its numbers and names: what kind it is.
fn kind(message: &str) -> String {
    let (mut kind, mut last) = (String::new(), ' ');
    for word in message.split_inclusive([' ', ':', ';', ',']) {
        let number = word.bytes().any(|byte| byte.is_ascii_digit());
        let word = if number { "# " } else { word };
        if !(number && last == '#') {
            kind.push_str(word);
        }
        last = if number { '#' } else { ' ' };
    }
    kind.trim().chars().take(90).collect()
}

fn compare(tool: &Path, file: &Path) -> Found {
    let bytes = fs::read(file).unwrap();
    let elf = match Elf::parse(&bytes) {
        Ok(elf) => elf,
        Err(error) => return Found::Refused(error.to_string()),
    };
    if let Some((_, error)) = elf.conflicts().next() {
        return Found::Refused(error.to_string());
    }
    let Some(extent) = elf.extent() else { return Found::Refused("no memory".to_owned()) };
    let mut ours = Vec::new();
    let _ = elf.visit(extent, &mut |address, bytes| {
        ours.push((address, bytes.to_vec()));
        ControlFlow::Continue(())
    });
    let ours = joined(ours).expect("no address twice");
    if elf.unit() == AddressUnit::Word16 {
        // objcopy takes the addresses for those of bytes, so that sections lie over each other.
        return beside(&elf, &ours, file).unwrap_or_else(|| Found::Unknown("words, and no HEX file beside".to_owned()));
    }
    let text = match objcopy(tool, file, "ihex") {
        Ok(text) => String::from_utf8(text).unwrap(),
        Err(said) => return Found::RefusedThere(said),
    };
    let theirs = match joined(of_hex(&text)) {
        Ok(theirs) => theirs,
        Err(address) => return Found::Differs(format!("objcopy has {address:#X} twice")),
    };
    if theirs.is_empty() {
        // LLVM's, of a file without sections.
        return Found::RefusedThere("an empty file".to_owned());
    }
    if ours != theirs {
        let shown = |memory: &Memory| {
            let runs = memory.iter().map(|(start, bytes)| format!("{start:#X}+{:#X}", bytes.len()));
            runs.take(8).collect::<Vec<_>>().join(" ")
        };
        let how = format!("{} here, {} there", shown(&ours), shown(&theirs));
        let astray = match elf.bits() {
            32 => is_astray::<FileHeader32<Endianness>>(&bytes),
            _ => is_astray::<FileHeader64<Endianness>>(&bytes),
        };
        return if astray { Found::Astray(how) } else { Found::Differs(how) };
    }
    // As a binary too, where that is no sea of zeros.
    if extent.len() < 1 << 26 {
        match objcopy(tool, file, "binary") {
            Ok(binary) if binary == flat(&ours) => {}
            Ok(binary) => return Found::Differs(format!("a binary of {} bytes there", binary.len())),
            Err(said) => return Found::RefusedThere(said),
        }
    }
    match beside(&elf, &ours, file) {
        Some(found @ Found::Same(_)) => found,
        _ => Found::Same("objcopy"),
    }
}

/// Every ELF file of a folder, and of the folders in it.
fn elf_files(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut entries: Vec<_> = entries.flatten().collect();
    entries.sort_by_key(fs::DirEntry::path);
    for entry in entries {
        let path = entry.path();
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => elf_files(&path, found),
            Ok(kind) if kind.is_file() && is_elf(&path) => found.push(path),
            _ => {}
        }
    }
}

fn is_elf(path: &Path) -> bool {
    use std::io::Read as _;
    let mut head = [0; 6];
    fs::File::open(path).and_then(|mut file| file.read_exact(&mut head)).is_ok()
        && head.starts_with(b"\x7FELF")
        && matches!(head[4..], [1 | 2, 1 | 2])
}

/// Files of linkers, and files made byte by byte: words, padding, overlays, two byte orders.
#[test]
#[ignore = "needs objcopy"]
fn the_same_memory_as_objcopy() {
    let objcopy = tool("NAMEPLATE_OBJCOPY", "objcopy");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for folder in ["examples", "tests/data/elf", "cli/tests"] {
        elf_files(&root.join(folder), &mut files);
    }
    let made = folder().join("made");
    fs::create_dir_all(&made).unwrap();
    let front = padded().with(|file| {
        file.sections.insert(0, padding(&[0xA5; 0x100]));
        file.segments[0] = segment(0..6, 0x0800_3F00);
        file.sections.iter_mut().for_each(|one| one.vma += 0x4000);
    });
    let in_front = front.at(0) as u64;
    let with_header = front.clone().with(|file| {
        let first = &mut file.segments[0];
        (first.front, first.lma, first.vma) = (in_front, first.lma - in_front, first.vma - in_front);
    });
    let overlay = two_sections(40, 0x2000).with(|file| {
        file.segments.push(segment(2..3, 0x6000));
        file.segments[2].vma = 0x2000;
        file.sections.push(section(".overlay", 0x2000, &[7; 0x20]));
    });
    let sections = two_sections(105, 0x2000).with(|file| file.segments.clear());
    let builds: [(&str, Build); 10] = [
        ("le32", firmware(32, false)),
        ("be32", firmware(32, true)),
        ("le64", firmware(64, false)),
        ("be64", firmware(64, true)),
        ("padded", padded()),
        ("front", front),
        ("with-header", with_header),
        ("overlay", overlay),
        ("sections", sections),
        ("empty-data", padded().with(|file| file.sections[2].kind = 8)),
    ];
    for (name, build) in builds {
        fs::write(made.join(name), build.bytes()).unwrap();
    }
    elf_files(&made, &mut files);
    let (mut same, mut refused) = (0, Vec::new());
    for file in &files {
        match compare(&objcopy, file) {
            Found::Same(_) => same += 1,
            Found::Refused(_) => refused.push(file.file_name().unwrap().to_string_lossy().into_owned()),
            other => panic!("{}: {:?}", file.display(), other.words()),
        }
    }
    assert!(same >= 27, "{same}");
    assert_eq!(refused, ["no-lma.elf", "relocatable.o"]);
}

/// Any files.
#[test]
#[ignore = "needs objcopy, and NAMEPLATE_ELF: folders with ELF files"]
fn a_folder_beside_objcopy() {
    let Some(folders) = std::env::var_os("NAMEPLATE_ELF") else { return };
    let objcopy = tool("NAMEPLATE_OBJCOPY", "objcopy");
    let mut files = Vec::new();
    for folder in std::env::split_paths(&folders) {
        elf_files(&folder, &mut files);
    }
    let mut table = BTreeMap::<String, usize>::new();
    let mut differ = 0;
    for file in &files {
        let (what, why) = compare(&objcopy, file).words();
        differ += usize::from(what == "DIFFERS");
        println!("{}\t{what}\t{why}", file.display());
        let all_alike = ["DIFFERS", "sections astray"].contains(&what);
        let why = if all_alike { String::new() } else { kind(&why) };
        *table.entry(format!("{what}: {why}")).or_default() += 1;
    }
    println!("\n{} ELF files", files.len());
    for (what, count) in &table {
        println!("{count:6} {what}");
    }
    assert_eq!(differ, 0, "files of which objcopy makes other memory");
}
