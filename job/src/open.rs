//! A job with its files: what a flasher needs to stamp units, to keep their journal, and to judge what it reads back.
//!
//! ```
//! use std::collections::HashMap;
//!
//! use nameplate_job::Job;
//!
//! let job = Job::parse(
//!     r#"
//!     [image]
//!     file   = "firmware.bin"
//!     format = "bin"
//!     base   = "0x08000000"
//!     [unit]
//!     first = 1
//!     [[field]]
//!     name   = "serial"
//!     at     = "0x08000004"
//!     encode = "u32le"
//!     value  = "{seq}"
//!     "#,
//! )?;
//! assert_eq!(job.files().collect::<Vec<_>>(), ["firmware.bin"]);
//! let files = HashMap::from([("firmware.bin", [0xFF; 8])]);
//! let open = job.open(|name| files.get(name))?;
//! let mut stamper = open.stamper()?;
//! let unit = stamper.stamp(42, None)?;
//! assert_eq!(unit.bytes(), [0xFF, 0xFF, 0xFF, 0xFF, 42, 0, 0, 0]);
//!
//! let dump = unit.bytes().to_vec(); // read back from the device
//! open.verify(42, None, &open.read(0x0800_0000, &dump)?)?;
//! let error = open.verify(43, None, &open.read(0x0800_0000, &dump)?).unwrap_err();
//! assert_eq!(error.to_string(), "unit 43: field `serial` at 0x08000004..0x08000008 is not what the unit has");
//! # Ok::<(), nameplate_job::JobError>(())
//! ```
//!
//! | from | by | to |
//! |---|---|---|
//! | [`Job`], the bytes of its files | [`Job::open`] | [`OpenJob`] |
//! | [`OpenJob`] | [`OpenJob::stamper`] | [`JobStamper`], which borrows nothing |
//! | a number, its row of the input | [`JobStamper::stamp`] | [`StampedUnit`]: bytes, name, texts, the line of the journal |
//! | memory of a device | [`OpenJob::read`], [`OpenJob::verify`] | whether it holds the unit, checksums included |
//!
//! A stamper has a copy of the template, and keeps the names of the units that it stamped: about a hundred bytes each.
//! Units have the format of the template, or what `[output]` says; what else the command makes of them (deltas, other formats) the library does
//! too, from [`StampedUnit::stamped`]. Which numbers were used already is not known here.
//!
//! Units of several files, under `[[image]]`, are made by [`Job::open_images`](crate::open_images).

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use nameplate::Plan;
use nameplate::image::Raw;
use nameplate::image::hex::Options;
use nameplate::plan::{Reading, Stamped, Stamper};
use nameplate::record::Record;
use zeroize::Zeroizing;

use crate::about::{About, Sayings};
use crate::error::JobError;
use crate::given::{One, Written, given, settled};
use crate::job::Job;
use crate::journal::{Line, Origin};
use crate::judge::wrong;
use crate::names::Names;
use crate::rows::Row;
use crate::run::sources;

/// A job with its files, checked against each other. It owns what it needs.
pub struct OpenJob {
    units: Arc<Units>,
    written: Written,
    tolerated: Vec<String>,
}

/// Stamps one unit of a job after the other. It borrows nothing: a struct of a flasher holds it, and moves to a thread.
pub struct JobStamper {
    units: Arc<Units>,
    stamper: Stamper<Arc<Plan>>,
    names: Names,
}

/// A unit that was stamped.
#[must_use = "the stamped bytes are in it"]
pub struct StampedUnit<'s> {
    origin: &'s Origin,
    stamped: Stamped<'s>,
    about: About,
}

/// What all units of a job have in common.
struct Units {
    sayings: Sayings,
    one: One,
}

impl Job {
    /// The names of the other files that the job needs, as it says them: the template or the files that are merged,
    /// and the ELF file that is its map. The command looks for them beside the job file.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        let images = self.image.iter().chain(self.images.iter().map(|named| &named.image));
        images.flat_map(|image| image.content.files().chain(&image.map)).map(String::as_str)
    }

    /// Opens the job: `file` gives the bytes of each of its [`files`](Self::files).
    ///
    /// # Errors
    /// When the job has no `[image]` or several, a file is not given or not what the job says of it, or the two do not go together.
    pub fn open<B: AsRef<[u8]>>(&self, file: impl FnMut(&str) -> Option<B>) -> Result<OpenJob, JobError> {
        self.open_with(Options::strict(), file)
    }

    /// The same, with a template in HEX read as `options` say.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn open_with<B: AsRef<[u8]>>(
        &self,
        options: Options,
        mut file: impl FnMut(&str) -> Option<B>,
    ) -> Result<OpenJob, JobError> {
        let _ = self.require_image()?;
        let sources = sources(self)?;
        let files = given(self, options, &mut file)?;
        let (one, made, tolerated) = settled(self, &files, files.compile(self)?)?;
        let units = Units { sayings: Sayings::new(self, sources)?, one };
        Ok(OpenJob { units: Arc::new(units), written: Written::new(files, made), tolerated })
    }
}

impl OpenJob {
    /// A stamper for the units of the job.
    ///
    /// # Errors
    /// When the template does not hold what the fields expect to find.
    pub fn stamper(&self) -> Result<JobStamper, JobError> {
        let file = self.written.file();
        let buffer = Zeroizing::new(vec![0; file.bytes().len()]);
        let opened = file.open()?;
        let memory = file.memory(&opened)?;
        let stamper = Stamper::new(Arc::clone(&self.units.one.plan), memory.container(), buffer);
        let stamper = stamper.map_err(JobError::refused)?;
        Ok(JobStamper { units: Arc::clone(&self.units), stamper, names: Names::default() })
    }

    /// Where everything lies.
    pub fn plan(&self) -> &Plan {
        &self.units.one.plan
    }

    /// What was tolerated in the template, a sentence each; nothing of one that was read strictly.
    pub fn tolerated(&self) -> &[String] {
        &self.tolerated
    }

    /// Decodes the memory of a device, whose first byte lies at `address`: each field's value, each checksum's verdict.
    /// What was read back as a file goes to [`Plan::read`].
    ///
    /// # Errors
    /// When a field or a byte under a checksum is not in it, or every byte is the same 0x00 or 0xFF.
    pub fn read(&self, address: u64, memory: &[u8]) -> Result<Reading<'_>, JobError> {
        let memory = Raw::new(memory, address).map_err(JobError::refused)?;
        self.units.one.plan.read(&memory).map_err(JobError::refused)
    }

    /// The check after flashing: whether what was read back is unit `seq`, whose row of the input is `row`: every field
    /// has the unit's value, every checksum is right. Secrets are compared in constant time.
    ///
    /// # Errors
    /// With everything that is wrong, in one sentence.
    #[expect(clippy::needless_pass_by_value, reason = "as `Rows::get` gives it")]
    pub fn verify(&self, seq: u64, row: Option<Row<'_>>, reading: &Reading<'_>) -> Result<(), JobError> {
        let values = self.units.sayings.values(seq, row.as_ref())?;
        let wrong = wrong(&values, reading);
        if wrong.is_empty() { Ok(()) } else { Err(JobError::refused(format_args!("unit {seq}: {}", wrong.join("; ")))) }
    }
}

impl JobStamper {
    /// Stamps unit `seq`; `row` is its row of the input, of a job that takes values from one. A unit may be stamped
    /// again, as for a second attempt.
    ///
    /// # Errors
    /// When the job has no such number, a row is missing or of another unit, a value does not fit its field or its
    /// text, or another unit has the same file name. The stamper then holds the plain template.
    #[expect(clippy::needless_pass_by_value, reason = "as `Rows::get` gives it")]
    pub fn stamp(&mut self, seq: u64, row: Option<Row<'_>>) -> Result<StampedUnit<'_>, JobError> {
        let Self { units, stamper, names } = self;
        let values = match units.sayings.values(seq, row.as_ref()) {
            Ok(values) => values,
            Err(error) => {
                let _ = stamper.undo();
                return Err(error);
            }
        };
        let fail = |error| JobError::stamp(seq, &error);
        match units.sayings.about(seq, &values, Some(units.one.extension), names) {
            Ok(about) => {
                let stamped = stamper.stamp(&values).map_err(fail)?;
                Ok(StampedUnit { origin: &units.one.origin, stamped, about })
            }
            // The command stamps first: its first mistake is the first one here.
            Err(error) => {
                let stamped = stamper.stamp(&values).map(drop);
                let _ = stamper.undo();
                Err(stamped.map_err(fail).err().unwrap_or(error))
            }
        }
    }

    /// Where everything lies.
    pub fn plan(&self) -> &Plan {
        self.stamper.plan()
    }

    /// The file as it is: the template, or the unit stamped last.
    pub fn bytes(&self) -> &[u8] {
        self.stamper.bytes()
    }
}

impl<'s> StampedUnit<'s> {
    /// The complete file of this unit.
    pub fn bytes(&self) -> &'s [u8] {
        self.stamped.bytes()
    }

    /// Its number.
    pub fn seq(&self) -> u64 {
        self.about.seq
    }

    /// The name of its file, by `name` in `[unit]`, with the ending of the template's format.
    pub fn name(&self) -> &str {
        &self.about.name
    }

    /// The texts of its label, by name.
    pub fn texts(&self) -> &BTreeMap<String, String> {
        &self.about.texts
    }

    /// What was stamped.
    pub fn record(&self) -> &Record<'s> {
        self.stamped.record()
    }

    /// The unit as the library has it: what it changed in memory, and its file with the secrets masked.
    pub fn stamped(&self) -> &Stamped<'s> {
        &self.stamped
    }

    /// Its line of `units.jsonl`, to the byte the one that `nameplate stamp` writes for the same job and input; a line
    /// feed follows it. It has the digest of the whole image, so it costs a pass over it.
    pub fn journal_line(&self) -> Line {
        let About { seq, name, texts, values } = &self.about;
        Line::new(*seq, name, &self.stamped, texts.clone(), self.origin, |field| values.get(field).cloned())
    }
}

impl fmt::Debug for OpenJob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenJob").field("plan", self.plan()).finish_non_exhaustive()
    }
}

impl fmt::Debug for JobStamper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JobStamper").field("plan", self.plan()).finish_non_exhaustive()
    }
}

impl fmt::Debug for StampedUnit<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StampedUnit")
            .field("name", &self.about.name)
            .field("record", self.record())
            .finish_non_exhaustive()
    }
}
