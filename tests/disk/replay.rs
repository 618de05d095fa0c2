//! What a power cut leaves, by the log of `tests/disk/src/lib.rs`, where the model and its limits stand.
//!
//! ```text
//! let disk = Disk::of(&root);              // before the run: all that lies there is durable
//! // … the program runs, with the library in it …
//! disk.replay(&log).leave(&empty, Lost::Unsynced);
//! ```

use std::collections::{BTreeMap, HashMap};
use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

/// What is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lost {
    /// All that was not synced, bytes and names.
    Unsynced,
    /// Bytes that were not synced; names are kept.
    Bytes,
    /// Bytes that were not synced, and names but those of the outermost folder.
    Inside,
}

/// A file or a folder, as the program sees it and as the disk has it.
#[derive(Clone, Debug)]
enum Object {
    File { now: Vec<u8>, kept: Vec<u8> },
    Folder { now: BTreeMap<OsString, usize>, kept: BTreeMap<OsString, usize> },
}

impl Object {
    fn sync(&mut self) {
        match self {
            Self::File { now, kept } => kept.clone_from(now),
            Self::Folder { now, kept } => kept.clone_from(now),
        }
    }
}

/// A folder, and what the disk has of it. The first object is the folder itself.
#[derive(Clone, Debug)]
pub(crate) struct Disk {
    root: PathBuf,
    objects: Vec<Object>,
    inodes: HashMap<u64, usize>,
}

impl Disk {
    /// What lies in `root`; all of it is durable.
    pub(crate) fn of(root: &Path) -> Self {
        let mut disk = Self { root: root.to_owned(), objects: Vec::new(), inodes: HashMap::new() };
        disk.read(root);
        disk.objects.iter_mut().for_each(Object::sync);
        disk
    }

    fn read(&mut self, path: &Path) -> usize {
        let found = fs::metadata(path).unwrap();
        if found.is_file() {
            return self.add(found.ino(), Object::File { now: fs::read(path).unwrap(), kept: Vec::new() });
        }
        let own = self.add(found.ino(), Object::Folder { now: BTreeMap::new(), kept: BTreeMap::new() });
        for entry in fs::read_dir(path).unwrap() {
            let entry = entry.unwrap();
            let id = self.read(&entry.path());
            self.names(own).insert(entry.file_name(), id);
        }
        own
    }

    fn add(&mut self, inode: u64, object: Object) -> usize {
        self.objects.push(object);
        self.inodes.insert(inode, self.objects.len() - 1);
        self.objects.len() - 1
    }

    fn names(&mut self, folder: usize) -> &mut BTreeMap<OsString, usize> {
        match &mut self.objects[folder] {
            Object::Folder { now, .. } => now,
            Object::File { .. } => panic!("a file has no names"),
        }
    }

    /// The folder of a path, and the name in it.
    fn place(&mut self, path: &str) -> (usize, OsString) {
        let path = PathBuf::from(OsString::from_vec(bytes(path)));
        let inside = path.strip_prefix(&self.root).expect("a path in the folder").to_owned();
        let mut folder = 0;
        for name in inside.parent().into_iter().flatten() {
            folder = self.names(folder)[name];
        }
        (folder, inside.file_name().unwrap_or(OsStr::from_bytes(b"")).to_owned())
    }

    fn put(&mut self, path: &str, id: usize) {
        let (folder, name) = self.place(path);
        self.names(folder).insert(name, id);
    }

    fn take(&mut self, path: &str) -> usize {
        let (folder, name) = self.place(path);
        self.names(folder).remove(&name).expect("a name that is there")
    }

    /// What there is after the calls of a log.
    #[must_use]
    pub(crate) fn replay(mut self, log: &str) -> Self {
        for line in log.lines() {
            let words: Vec<&str> = line.split(' ').skip(1).collect();
            let number = |at: usize| words[at].parse::<u64>().unwrap();
            match words[0] {
                "create" => {
                    let id = self.add(number(1), Object::File { now: Vec::new(), kept: Vec::new() });
                    self.put(words[2], id);
                }
                "mkdir" => {
                    let id = self.add(number(1), Object::Folder { now: BTreeMap::new(), kept: BTreeMap::new() });
                    self.put(words[2], id);
                }
                "write" => {
                    let (bytes, begin) = (bytes(words[3]), usize::try_from(number(2)).unwrap());
                    let now = self.file(number(1));
                    now.resize(now.len().max(begin + bytes.len()), 0);
                    now[begin..begin + bytes.len()].copy_from_slice(&bytes);
                }
                "truncate" => {
                    let len = usize::try_from(number(2)).unwrap();
                    self.file(number(1)).resize(len, 0);
                }
                "sync" => {
                    let id = self.inodes[&number(1)];
                    self.objects[id].sync();
                }
                "syncall" => self.objects.iter_mut().for_each(Object::sync),
                "rename" => {
                    let id = self.take(words[1]);
                    self.put(words[2], id);
                }
                "link" => {
                    let (folder, name) = self.place(words[1]);
                    let id = self.names(folder)[&name];
                    self.put(words[2], id);
                }
                "unlink" => drop(self.take(words[1])),
                "none" => {}
                other => panic!("{other} in the log"),
            }
        }
        self
    }

    fn file(&mut self, inode: u64) -> &mut Vec<u8> {
        let id = self.inodes[&inode];
        match &mut self.objects[id] {
            Object::File { now, .. } => now,
            Object::Folder { .. } => panic!("a folder has no bytes"),
        }
    }

    /// Writes what is left into `to`, an empty folder.
    pub(crate) fn leave(&self, to: &Path, lost: Lost) {
        self.leave_one(0, to, lost);
    }

    fn leave_one(&self, id: usize, to: &Path, lost: Lost) {
        match &self.objects[id] {
            Object::File { kept, .. } => fs::write(to, kept).unwrap(),
            Object::Folder { now, kept } => {
                let _ = fs::create_dir(to);
                let is_kept = lost == Lost::Bytes || lost == Lost::Inside && id == 0;
                for (name, id) in if is_kept { now } else { kept } {
                    self.leave_one(*id, &to.join(name), lost);
                }
            }
        }
    }
}

fn bytes(digits: &str) -> Vec<u8> {
    let digit = |c: u8| u8::try_from(char::from(c).to_digit(16).unwrap()).unwrap();
    digits.as_bytes().chunks(2).map(|pair| digit(pair[0]) << 4 | digit(pair[1])).collect()
}
