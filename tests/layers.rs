//! Directories are ranks: imports point down, siblings are strangers, files stay short.

use std::fs;
use std::path::{Path, PathBuf};

/// The rooms of the library and their ranks.
const RANKS: &[(&str, u8)] = &[
    ("never", 0),
    ("width", 0),
    ("addr", 1),
    ("value", 1),
    ("digits", 1),
    ("guide", 1),
    ("check", 2),
    ("range", 2),
    ("encode", 3),
    ("id", 3),
    ("image", 3),
    ("nvs_key", 4),
    ("at", 5),
    ("arbitrary", 6),
    ("repair", 6),
    ("record", 6),
    ("writes", 6),
    ("sqtp", 6),
    ("lists", 6),
    ("plan", 7),
];

fn rank(room: &str) -> Option<u8> {
    RANKS.iter().find(|(name, _)| *name == room).map(|(_, rank)| *rank)
}

/// The text without its comments: docs may point anywhere.
fn code(source: &str) -> String {
    source.lines().filter(|line| !line.trim_start().starts_with("//")).flat_map(|line| [line, "\n"]).collect()
}

/// The rooms that `crate::…` paths in a source text name.
fn imports(source: &str) -> Vec<String> {
    let mut rooms = Vec::new();
    for (at, _) in source.match_indices("crate::") {
        let rest = &source[at + "crate::".len()..];
        let names = match rest.strip_prefix('{') {
            Some(group) => group.split('}').next().unwrap_or_default().split(','),
            None => rest.split(' '),
        };
        for name in names.take(if rest.starts_with('{') { usize::MAX } else { 1 }) {
            let room: String = name.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            rooms.push(room);
        }
    }
    rooms
}

/// The rooms that `super::…` paths of a file name, which lie outside of its own: `depth` modules
/// below the root.
fn climbs(depth: usize, source: &str) -> Vec<String> {
    let root = "super::".repeat(depth);
    let paths = source.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':'));
    let names = paths.filter_map(|path| path.strip_prefix(&*root)?.split("::").next());
    names.filter(|name| rank(name).is_some()).map(str::to_owned).collect()
}

/// What is wrong with the imports of a file of `room`.
fn upward(room: &str, depth: usize, source: &str) -> Vec<String> {
    let own = rank(room).unwrap_or_else(|| panic!("room `{room}` has no rank"));
    let wrong = |other: &String| other != room && rank(other).is_none_or(|rank| rank >= own);
    imports(source)
        .into_iter()
        .chain(climbs(depth, source))
        .filter(wrong)
        .map(|other| format!("`{room}` imports `{other}`"))
        .collect()
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

#[test]
fn imports_point_down() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut wrong = Vec::new();
    for path in sources(&root) {
        let inside = path.strip_prefix(&root).unwrap();
        let first = inside.components().next().unwrap().as_os_str().to_str().unwrap();
        let room = first.strip_suffix(".rs").unwrap_or(first);
        if room != "lib" {
            let source = code(&fs::read_to_string(&path).unwrap());
            let depth = inside.components().count() - usize::from(inside.ends_with("mod.rs"));
            wrong.extend(upward(room, depth, &source).into_iter().map(|what| format!("{}: {what}", inside.display())));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn an_upward_import_would_be_found() {
    assert_eq!(upward("image", 1, "use crate::plan::Plan;"), ["`image` imports `plan`"]);
    assert_eq!(upward("image", 1, "use crate::{addr::Span, encode};"), ["`image` imports `encode`"]);
    assert_eq!(upward("image", 2, "let n = super::super::plan::N;"), ["`image` imports `plan`"]);
    assert_eq!(upward("image", 1, "use crate::attic::Thing;"), ["`image` imports `attic`"]);
    assert_eq!(upward("image", 2, "use super::encode; use super::super::addr;"), Vec::<String>::new());
    assert_eq!(upward("plan", 1, "use crate::{addr::Span, image};"), Vec::<String>::new());
    assert_eq!(
        upward("image", 1, &code("/// As [`Plan`](crate::plan::Plan).\n  // crate::plan")),
        Vec::<String>::new()
    );
}

/// The text without comments and without the unit tests, which stand last and may look at anything; a module
/// within the file as if it stood outside.
fn plain(source: &str) -> String {
    let code = code(source);
    let end = code.find("#[cfg(test)]\nmod tests").unwrap_or(code.len());
    let mut inside = false;
    let line = |line: &str| {
        inside = (inside || line.starts_with("mod ") && line.ends_with('{')) && line != "}";
        let line = if inside { line.replacen("super::", "self::", 1) } else { line.to_owned() };
        line + "\n"
    };
    code[..end].lines().map(line).collect()
}

/// The module that a file is, by its path within `src`.
fn module(path: &str) -> Vec<String> {
    let path = path.strip_suffix(".rs").unwrap_or(path);
    let mut names: Vec<String> = path.split('/').map(str::to_owned).collect();
    if matches!(names.last().map(String::as_str), Some("mod" | "lib")) {
        names.truncate(names.len() - 1);
    }
    names
}

/// The paths that a tree of `use` stands for: `a::{b, c::d}` is `a::b` and `a::c::d`.
fn expand(tree: &str) -> Vec<String> {
    let tree = tree.trim();
    let Some((front, rest)) = tree.split_once('{') else {
        return vec![tree.split(" as ").next().unwrap_or_default().trim().to_owned()];
    };
    let inside = rest.rsplit_once('}').map_or(rest, |(inside, _)| inside);
    let (mut depth, mut branches, mut begin) = (0, Vec::new(), 0);
    for (at, c) in inside.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                branches.push(&inside[begin..at]);
                begin = at + 1;
            }
            _ => {}
        }
    }
    branches.push(&inside[begin..]);
    let branches = branches.into_iter().filter(|branch| !branch.trim().is_empty());
    branches.flat_map(expand).map(|branch| format!("{front}{branch}")).collect()
}

/// All paths in a source text that begin with `crate`, `self` or `super`.
fn paths(source: &str) -> Vec<String> {
    let mut found = Vec::new();
    for keyword in ["crate::", "self::", "super::"] {
        for (at, _) in source.match_indices(keyword) {
            let before = source[..at].chars().next_back();
            if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':') {
                continue;
            }
            let rest = &source[at..];
            let line = source[..at].rsplit(['\n', ';']).next().unwrap_or_default().trim_start();
            let is_use = line.trim_end().ends_with("use");
            let end = if is_use {
                rest.find(';')
            } else {
                rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':'))
            };
            found.extend(expand(&rest[..end.unwrap_or(rest.len())]));
        }
    }
    found
}

/// For each file of a crate the files it imports, by their places in `files`: where a path leads as far as modules
/// go. A face imports the modules it declares.
fn arrows(files: &[(String, String)]) -> Vec<Vec<usize>> {
    let modules: Vec<Vec<String>> = files.iter().map(|(path, _)| module(path)).collect();
    let find = |names: &[String]| modules.iter().position(|module| module == names);
    let resolve = |from: &[String], path: &str| {
        let mut at = from.to_vec();
        for name in path.split("::") {
            match name {
                "crate" => at.clear(),
                "self" => {}
                "super" => at.truncate(at.len().saturating_sub(1)),
                name => {
                    let deeper = [at.as_slice(), &[name.to_owned()]].concat();
                    if find(&deeper).is_none() {
                        break;
                    }
                    at = deeper;
                }
            }
        }
        find(&at)
    };
    let of = |(own, ((_, source), names)): (usize, (&(String, String), &Vec<String>))| {
        let source = plain(source);
        let declared = source.lines().filter_map(|line| {
            let rest = line.trim_start_matches("pub ").trim_start_matches("pub(crate) ").strip_prefix("mod ")?;
            find(&[names.as_slice(), &[rest.strip_suffix(';')?.to_owned()]].concat())
        });
        let imported = paths(&source).into_iter().filter_map(|path| resolve(names, &path));
        let mut all: Vec<usize> = declared.chain(imported).filter(|&other| other != own).collect();
        all.sort_unstable();
        all.dedup();
        all
    };
    files.iter().zip(&modules).enumerate().map(of).collect()
}

/// The circles of files: those that each lead to all the others.
fn circles(files: &[(String, String)]) -> Vec<Vec<String>> {
    let arrows = arrows(files);
    let reach = |from: usize| {
        let (mut seen, mut todo) = (vec![false; files.len()], vec![from]);
        while let Some(at) = todo.pop() {
            for &next in &arrows[at] {
                if !seen[next] {
                    seen[next] = true;
                    todo.push(next);
                }
            }
        }
        seen
    };
    let reach: Vec<Vec<bool>> = (0..files.len()).map(reach).collect();
    let (mut done, mut found) = (vec![false; files.len()], Vec::new());
    for one in 0..files.len() {
        let circle: Vec<usize> = (0..files.len()).filter(|&two| reach[one][two] && reach[two][one]).collect();
        if !done[one] && !circle.is_empty() {
            for &member in &circle {
                done[member] = true;
            }
            found.push(circle.into_iter().map(|member| files[member].0.clone()).collect());
        }
    }
    found
}

#[test]
fn no_circle_of_files() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut wrong = Vec::new();
    for folder in ["src", "cli/src", "job/src", "ledger/src"].map(|folder| root.join(folder)) {
        let shown = folder.strip_prefix(root).unwrap().display();
        let read = |path: PathBuf| {
            let name = path.strip_prefix(&folder).unwrap().to_str().unwrap().replace('\\', "/");
            (name, fs::read_to_string(&path).unwrap())
        };
        // `main.rs` is a crate of its own beside the library.
        let files: Vec<_> = sources(&folder).into_iter().map(read).filter(|(name, _)| name != "main.rs").collect();
        wrong.extend(circles(&files).into_iter().map(|circle| format!("{shown}: {}", circle.join(", "))));
    }
    assert!(wrong.is_empty(), "{} circles\n{}", wrong.len(), wrong.join("\n"));
}

/// Whether a face holds docs, modules and what it shows of them, and nothing else.
fn is_face(source: &str) -> bool {
    let items = ["fn", "const", "static", "struct", "enum", "type", "trait", "impl", "macro_rules!", "use"];
    let item = |line: &str| {
        let shown = line.starts_with("pub use ") || line.starts_with("pub(crate) use ");
        let word = line.trim_start_matches("pub(crate) ").trim_start_matches("pub ").split([' ', '<']).next();
        !shown && word.is_some_and(|word| items.contains(&word))
    };
    !code(source).lines().any(item)
}

#[test]
fn faces_are_only_faces() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let faces = ["src", "cli/src", "job/src", "ledger/src"].map(|folder| sources(&root.join(folder))).concat();
    for path in faces.into_iter().filter(|path| path.ends_with("mod.rs") || path.ends_with("lib.rs")) {
        let source = fs::read_to_string(&path).unwrap();
        // Not the README, whose examples are tests.
        assert!(is_face(source.split("#[cfg(doctest)]").next().unwrap()), "{}", path.display());
    }
    assert!(is_face("//! Docs.\n\nmod a;\npub mod b;\n\npub use self::a::{A, B};\npub(crate) use self::b::C;\n"));
    for item in
        ["use self::a::A;", "pub const N: u8 = 1;", "pub(crate) fn f() {}", "impl<'a> B<'a> {}", "pub struct S;"]
    {
        assert!(!is_face(item), "{item}");
    }
}

#[test]
fn a_circle_would_be_found() {
    let circles = |files: &[(&str, &str)]| {
        let files: Vec<_> = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
        circles(&files).into_iter().map(|circle| circle.join(" ")).collect::<Vec<_>>()
    };
    let none = Vec::<String>::new();
    let face = ("a/mod.rs", "mod b;\npub mod c;\npub use self::b::B;\n");
    // Files of a room import files; other rooms import the face.
    let lib = ("lib.rs", "pub mod a;\nmod z;\n");
    assert_eq!(
        circles(&[lib, face, ("a/b.rs", ""), ("a/c.rs", "use super::b::B;"), ("z.rs", "use crate::a::B;")]),
        none
    );
    assert_eq!(circles(&[lib, face, ("a/b.rs", ""), ("a/c.rs", "use super::B;")]), ["a/mod.rs a/c.rs"]);
    assert_eq!(circles(&[lib, face, ("a/b.rs", ""), ("a/c.rs", "fn f(_: crate::a::B) {}")]), ["a/mod.rs a/c.rs"]);
    assert_eq!(circles(&[lib, ("z.rs", "use crate::B;")]), ["lib.rs z.rs"]);
    // Between files, however it is written.
    let b = ("a/b.rs", "use super::{\n    d::{E, F as G},\n    c::{self, C},\n};");
    for c in [
        "use super::b::B;",
        "pub(super) use crate::a::{b};",
        "fn f(_: &super::b::B) {}",
        "impl X for crate::a::b::B {}",
    ] {
        assert_eq!(circles(&[face, b, ("a/c.rs", c), ("a/d.rs", "")]), ["a/b.rs a/c.rs"], "{c}");
    }
    let ring = [("x.rs", "use crate::y::Y;"), ("y.rs", "use super::z;"), ("z.rs", "use crate::{q::Q, x};")];
    assert_eq!(circles(&ring), ["x.rs y.rs z.rs"]);
    // Docs and unit tests may name anything.
    for c in ["/// As [`B`](super::b::B).", "// super::B", "#[cfg(test)]\nmod tests {\n    use super::super::B;\n}"] {
        assert_eq!(circles(&[face, b, ("a/c.rs", c), ("a/d.rs", "")]), none, "{c}");
    }
}

/// A default that is meant is written out, one that is never taken has its reason: `or_never` of `src/never.rs`.
#[test]
fn no_default_without_a_reason() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut wrong = Vec::new();
    for path in sources(&root) {
        let inside = path.strip_prefix(&root).unwrap();
        if inside != Path::new("never.rs") {
            let source = plain(&fs::read_to_string(&path).unwrap());
            let lines = source.lines().filter(|line| line.contains("unwrap_or_default"));
            wrong.extend(lines.map(|line| format!("{}: {}", inside.display(), line.trim())));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn files_stay_short() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for folder in ["src", "job", "cli", "ledger", "tests", "benches", "examples", "fuzz/src"] {
        for path in sources(&root.join(folder)) {
            let lines = fs::read_to_string(&path).unwrap().lines().count();
            assert!(lines <= 600, "{} has {lines} lines", path.display());
        }
    }
}
