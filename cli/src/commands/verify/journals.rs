//! The journals of `--units`: the lines of all units, by file name and by number, and the sources of each date. Of each
//! line little more is kept than its text, and read again when its unit is there.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use nameplate_job::job::Unit as Numbers;
use nameplate_job::journal::{self, Line};
use nameplate_job::source::Source;
use nameplate_job::{Job, parse_date, sources};

use super::reading::{Recorded, Written};
use crate::failure::{Failure, folder};

type Date = (u16, u8, u8);
/// The sources of a job, by field.
type Sources = Vec<(String, Source)>;

/// What is kept of one line.
pub(super) struct Unit {
    pub(super) seq: u64,
    pub(super) journal: usize,
    /// What its file is; nothing when the line does not say that, or it is no format of this version.
    pub(super) written: Option<Written>,
    /// Whether it was stamped from the template.
    pub(super) of_template: bool,
    /// Which sources are those of its date.
    pub(super) dated: usize,
    /// Where the line is in its journal.
    at: Range<usize>,
}

impl Unit {
    /// What its file is, if the line says that.
    pub(super) fn recorded(&self) -> Option<Recorded> {
        self.written.as_ref().map(|written| written.format)
    }
}

/// All lines of `--units`.
pub(super) struct Journals {
    paths: Vec<PathBuf>,
    texts: Vec<String>,
    /// The folders that the journals lie in, and the units' files.
    folders: Vec<Option<PathBuf>>,
    pub(super) units: Vec<Unit>,
    by_file: HashMap<String, Vec<usize>>,
    by_seq: BTreeMap<u64, Vec<usize>>,
    /// By date; the job's comes first.
    dates: Vec<(Option<Date>, Sources)>,
    /// Of which of several images the lines are read.
    image: Option<String>,
}

impl Journals {
    /// Reads the journals at `paths`, each once: of `image`, if the units have several.
    pub(super) fn read(
        job: &Job,
        image: Option<&str>,
        template_sha256: &str,
        paths: &[PathBuf],
    ) -> Result<Self, Failure> {
        let mut this = Self {
            paths: Vec::new(),
            texts: Vec::new(),
            folders: Vec::new(),
            units: Vec::new(),
            by_file: HashMap::new(),
            by_seq: BTreeMap::new(),
            dates: vec![(job.unit.date, sources(job)?)],
            image: image.map(str::to_owned),
        };
        let mut known = Vec::new();
        for path in paths {
            let text = fs::read_to_string(path).map_err(|error| Failure::reading(path, &error))?;
            if let Ok(whole) = path.canonicalize() {
                if known.contains(&whole) {
                    continue;
                }
                known.push(whole);
            }
            let about = |failure: Failure| failure.about(path.display());
            for line in journal::lines(&text) {
                let (seq, line, own) = line.map_err(|error| about(error.into()))?;
                let line = self_line(image, line).ok_or_else(|| about(other_job(seq, image)))?;
                let begin = own.as_ptr().addr() - text.as_ptr().addr();
                this.push(job, template_sha256, (seq, line), begin..begin + own.len()).map_err(about)?;
            }
            this.folders.push(folder(path).canonicalize().ok());
            this.paths.push(path.clone());
            this.texts.push(text);
        }
        Ok(this)
    }

    fn push(&mut self, job: &Job, template: &str, (seq, line): (u64, Line), at: Range<usize>) -> Result<(), Failure> {
        let date = line.date.as_deref().map(parse_date).transpose();
        let date = date.map_err(|error| Failure::refused(format_args!("unit {seq}: `date`: {error}")))?;
        let known = self.dates.iter().position(|(known, _)| date.is_none() || *known == date);
        let dated = known.unwrap_or(self.dates.len());
        if known.is_none() {
            let job = Job { unit: Numbers { date, ..job.unit.clone() }, ..job.clone() };
            self.dates.push((date, sources(&job)?));
        }
        let index = self.units.len();
        self.by_file.entry(line.file).or_default().push(index);
        self.by_seq.entry(seq).or_default().push(index);
        let format = line.format.as_deref().and_then(Recorded::of);
        let written = format.map(|format| Written::new(format, line.range.as_deref(), line.base.as_deref()));
        let written = written.transpose().map_err(|error| Failure::refused(format_args!("unit {seq}: {error}")))?;
        let (journal, of_template) = (self.paths.len(), line.template_sha256 == template);
        self.units.push(Unit { seq, journal, written, of_template, dated, at });
        Ok(())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.paths.is_empty()
    }

    pub(super) fn get(&self, index: usize) -> Option<&Unit> {
        self.units.get(index)
    }

    /// The line of a unit.
    pub(super) fn line(&self, unit: &Unit) -> Option<Line> {
        let line = self.texts.get(unit.journal)?.get(unit.at.clone())?.parse().ok()?;
        self_line(self.image.as_deref(), line)
    }

    /// Where the journal of a unit lies.
    pub(super) fn path(&self, unit: &Unit) -> &Path {
        self.paths.get(unit.journal).map_or(Path::new(""), PathBuf::as_path)
    }

    /// The line that names the file at `path`, and whether it is the file itself, beside its journal. Of several of one
    /// name, the one beside its journal.
    pub(super) fn of_file(&self, path: &Path) -> Option<(usize, bool)> {
        let mut name = path.file_name()?.to_str()?.to_owned();
        let mut here = folder(path).canonicalize().ok();
        if self.image.is_some() {
            // The folder of the unit lies beside the journal.
            let unit = here?;
            name = format!("{}/{name}", unit.file_name()?.to_str()?);
            here = unit.parent().map(Path::to_owned);
        }
        let named = self.by_file.get(&name)?;
        let beside = |index: &&usize| {
            let folder = self.get(**index).and_then(|unit| self.folders.get(unit.journal));
            here.is_some() && folder == Some(&here)
        };
        match (named.iter().find(beside), named.as_slice()) {
            (Some(index), _) => Some((*index, true)),
            (None, [one]) => Some((*one, false)),
            _ => None,
        }
    }

    /// The line of the unit of that number, of several the one of that date.
    pub(super) fn of_number(&self, seq: u64, dated: usize) -> Option<usize> {
        let lines = self.by_seq.get(&seq)?;
        let of_date = |index: &&usize| self.get(**index).is_some_and(|unit| unit.dated == dated);
        lines.iter().find(of_date).or(lines.first()).copied()
    }

    /// The sources of all dates, the job's first.
    pub(super) fn dates(&self) -> impl Iterator<Item = &[(String, Source)]> {
        self.dates.iter().map(|(_, sources)| sources.as_slice())
    }

    /// The sources of one date.
    pub(super) fn sources(&self, dated: usize) -> &[(String, Source)] {
        self.dates.get(dated).map_or(&[], |(_, sources)| sources.as_slice())
    }
}

/// What a line says of the image that is read; nothing when it is of another job.
fn self_line(image: Option<&str>, line: Line) -> Option<Line> {
    match image {
        Some(image) => line.of_image(image),
        None => Some(line).filter(|line| line.images.is_empty()),
    }
}

fn other_job(seq: u64, image: Option<&str>) -> Failure {
    Failure::refused(match image {
        Some(image) => format!("unit {seq} has no image `{image}`: it was stamped by another job"),
        None => format!("unit {seq} has several images, and the job has one: it was stamped by another job"),
    })
}
