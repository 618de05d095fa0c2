//! Directories are ranks: imports point down, siblings are strangers, files stay short.

use std::fs;
use std::path::{Path, PathBuf};

/// The rooms of the library and their ranks.
const RANKS: &[(&str, u8)] = &[
    ("addr", 0),
    ("value", 0),
    ("digits", 0),
    ("guide", 0),
    ("check", 1),
    ("range", 1),
    ("encode", 2),
    ("id", 2),
    ("image", 2),
    ("repair", 3),
    ("record", 3),
    ("writes", 3),
    ("sqtp", 3),
    ("lists", 3),
    ("plan", 4),
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

#[test]
fn files_stay_short() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for folder in ["src", "cli/src", "tests"] {
        for path in sources(&root.join(folder)) {
            let lines = fs::read_to_string(&path).unwrap().lines().count();
            assert!(lines <= 600, "{} has {lines} lines", path.display());
        }
    }
}
