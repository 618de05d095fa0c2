//! A job with several images a unit and their files: what a flasher needs to stamp all of a unit, to keep its journal, and to
//! judge what it reads back.
//!
//! ```
//! use nameplate::image::{Container, Raw};
//! use nameplate_job::Job;
//!
//! let job = Job::parse(
//!     r#"
//!     [[image]]
//!     name   = "app"
//!     file   = "app.bin"
//!     format = "bin"
//!     base   = "0x26000"
//!     [[image]]
//!     name   = "settings"
//!     create = "0x7F000..0x7F004"
//!     output.format = "bin"
//!     [unit]
//!     first = 1
//!     name  = "EU-{seq:5}"
//!     [[field]]
//!     name   = "serial"
//!     image  = "app"
//!     at     = "0x26004"
//!     encode = "u32le"
//!     value  = "{seq}"
//!     [[checksum]]
//!     name      = "app_crc"
//!     image     = "settings"
//!     algorithm = "CRC-32/ISO-HDLC"
//!     over      = ["app:0x26000..0x26008"]
//!     at        = "0x7F000"
//!     encode    = "u32le"
//!     template  = "blank"
//!     "#,
//! )?;
//! let open = job.open_images(|name| (name == "app.bin").then_some([0xFF; 8]))?;
//! let mut stamper = open.stamper()?;
//! let unit = stamper.stamp(42, None)?;
//! assert_eq!(unit.name(), "EU-00042");
//! let files: Vec<_> = unit.images().map(|image| (image.file(), image.bytes())).collect();
//! assert_eq!(
//!     files,
//!     [
//!         ("app.bin", &[0xFF, 0xFF, 0xFF, 0xFF, 42, 0, 0, 0][..]),
//!         ("settings.bin", &[0xA5, 0xB0, 0x70, 0x30]), // the CRC of those
//!     ]
//! );
//! assert!(unit.journal_line().to_string().contains(r#""file":"EU-00042/app.bin""#));
//!
//! let [app, settings] = [0, 1].map(|image| files[image].1.to_vec()); // read back from the device
//! let dumps = (Raw::new(&app, 0x26000).unwrap(), Raw::new(&settings, 0x7F000).unwrap());
//! let dumps: [(&str, &dyn Container); 2] = [("app", &dumps.0), ("settings", &dumps.1)];
//! open.verify(42, None, &dumps)?;
//! let error = open.verify(43, None, &dumps).unwrap_err();
//! assert_eq!(error.to_string(), "unit 43: image `app`: field `serial` at 0x00026004..0x00026008 is not what the unit has");
//! # Ok::<(), nameplate_job::JobError>(())
//! ```
//!
//! | from | by | to |
//! |---|---|---|
//! | [`Job`], the bytes of its files | [`Job::open_images`] | [`OpenImages`] |
//! | [`OpenImages`] | [`OpenImages::stamper`] | [`ImagesStamper`], which borrows nothing |
//! | a number, its row of the input | [`ImagesStamper::stamp`] | [`StampedImages`]: each image, the unit's name, texts, the line of the journal |
//! | memory of a device | [`OpenImages::verify`] | whether it holds the unit, checksums included |
//!
//! These are other types than those of [`Job::open`](crate::open), whose unit has one file: a program that flashes that and
//! forgets the others does not compile. A job with one image has one here too, without a name.

use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::sync::Arc;

use nameplate::Plan;
use nameplate::image::hex::Options;
use nameplate::image::{Beside, Container};
use nameplate::plan::{Stamped, Stamper};
use nameplate::record::Record;
use zeroize::Zeroizing;

use crate::about::{About, Sayings};
use crate::error::JobError;
use crate::files::Files;
use crate::given::{One, Written, given, settled};
use crate::image::Memory;
use crate::images::{Images, OneImage};
use crate::job::Job;
use crate::journal::{Line, Origin, Stamp};
use crate::judge::wrong;
use crate::names::Names;
use crate::rows::Row;
use crate::run::sources;
use crate::sequence::Sequence;

/// A job with the files of all its images, checked against each other. It owns what it needs.
pub struct OpenImages {
    units: Arc<Units>,
    /// In the order of the job.
    written: Vec<Written>,
    tolerated: Vec<String>,
}

/// Stamps one unit of a job after the other, all images of each. It borrows nothing.
pub struct ImagesStamper {
    units: Arc<Units>,
    /// In the order of the job.
    stampers: Vec<Stamper<Arc<Plan>>>,
    names: Names,
}

/// A unit that was stamped.
#[must_use = "the stamped bytes are in it"]
pub struct StampedImages<'s> {
    images: Vec<StampedImage<'s>>,
    is_several: bool,
    about: About,
}

/// One image of a unit that was stamped.
pub struct StampedImage<'s> {
    name: Option<&'s str>,
    origin: &'s Origin,
    file: String,
    stamped: Stamped<'s>,
}

/// What all units of a job have in common.
struct Units {
    sayings: Sayings,
    images: Images,
    sequence: Sequence,
    /// In the order of the job.
    all: Vec<One>,
}

impl Job {
    /// Opens a job with any number of images: `file` gives the bytes of each of its [`files`](Self::files).
    ///
    /// # Errors
    /// When the job has no image, a file is not given or not what the job says of it, or the two do not go together.
    pub fn open_images<B: AsRef<[u8]>>(&self, file: impl FnMut(&str) -> Option<B>) -> Result<OpenImages, JobError> {
        self.open_images_with(Options::strict(), file)
    }

    /// The same, with templates in HEX read as `options` say.
    ///
    /// # Errors
    /// As [`open_images`](Self::open_images).
    pub fn open_images_with<B: AsRef<[u8]>>(
        &self,
        options: Options,
        mut file: impl FnMut(&str) -> Option<B>,
    ) -> Result<OpenImages, JobError> {
        let images = self.of_images()?;
        let sources = sources(self)?;
        let all = images.all();
        let files = all.iter().map(|image| given(&image.job, options, &mut file).map_err(|error| image.about(error)));
        let files = files.collect::<Result<Vec<Files>, _>>()?;
        let compiled = images.compile(&files.iter().collect::<Vec<_>>())?;
        let (mut made, mut ones, mut tolerated) = (Vec::new(), Vec::new(), Vec::new());
        for ((image, files), compiled) in all.iter().zip(&files).zip(compiled) {
            let (one, own, mut found) = settled(&image.job, files, compiled).map_err(|error| image.about(error))?;
            made.push(own);
            ones.push(one);
            tolerated.append(&mut found);
        }
        let sayings = Sayings::new(self, sources)?;
        let written = files.into_iter().zip(made).map(|(files, made)| Written::new(files, made)).collect();
        let units = Units { sayings, sequence: Sequence::new(&images), images, all: ones };
        Ok(OpenImages { units: Arc::new(units), written, tolerated })
    }
}

impl OpenImages {
    /// A stamper for the units of the job.
    ///
    /// # Errors
    /// When a template does not hold what the fields expect to find, with the image.
    pub fn stamper(&self) -> Result<ImagesStamper, JobError> {
        let Units { images, all, .. } = &*self.units;
        let opened = self.written.iter().map(|written| written.file().open()).collect::<Result<Vec<_>, _>>()?;
        let memories = self.written.iter().zip(&opened).map(|(written, opened)| written.file().memory(opened));
        let memories = memories.collect::<Result<Vec<_>, _>>()?;
        let parts = images.all().iter().zip(all).zip(self.written.iter().zip(&memories));
        let one = |((image, one), (written, memory)): ((&OneImage, &One), (&Written, &Memory<'_>))| {
            let others = images.beside(image, |other| memories.get(other).map(Memory::container));
            let buffer = Zeroizing::new(vec![0; written.file().bytes().len()]);
            let memory = Beside::new(memory.container(), &others);
            let stamper = Stamper::new(Arc::clone(&one.plan), &memory, buffer);
            stamper.map_err(|error| image.about(JobError::refused(error)))
        };
        let stampers = parts.map(one).collect::<Result<_, _>>()?;
        Ok(ImagesStamper { units: Arc::clone(&self.units), stampers, names: Names::default() })
    }

    /// Where everything lies, by image: the name, which a job with one image has not, and the plan.
    pub fn plans(&self) -> impl Iterator<Item = (Option<&str>, &Plan)> {
        self.units.plans()
    }

    /// What was tolerated in the templates, a sentence each; nothing of those that were read strictly.
    pub fn tolerated(&self) -> &[String] {
        &self.tolerated
    }

    /// The check after flashing: whether what was read back is unit `seq`, whose row of the input is `row`: every field
    /// has the unit's value, every checksum is right, over the other images too. `dumps` has the memory of each image by
    /// its name (any, of a job with one), at the addresses of the job. Secrets are compared in constant time.
    ///
    /// # Errors
    /// With everything that is wrong, in one sentence: also when an image that has fields or checksums is not given, or
    /// lacks memory that they need.
    #[expect(clippy::needless_pass_by_value, reason = "as `Rows::get` gives it")]
    pub fn verify(&self, seq: u64, row: Option<Row<'_>>, dumps: &[(&str, &dyn Container)]) -> Result<(), JobError> {
        let values = self.units.sayings.values(seq, row.as_ref())?;
        let mut found = Vec::new();
        for (name, plan) in self.units.plans() {
            let about = |wrong: &dyn fmt::Display| match name {
                Some(name) => format!("image `{name}`: {wrong}"),
                None => wrong.to_string(),
            };
            let Some((_, dump)) = dumps.iter().find(|(own, _)| name.is_none_or(|name| name == *own)) else {
                if plan.spans().next().is_some() {
                    found.push(about(&"it was not read back"));
                }
                continue;
            };
            match plan.read(&Beside::new(*dump, dumps)) {
                Ok(reading) => {
                    let fields: HashSet<&str> = plan.fields().map(|(name, ..)| name).collect();
                    let own = values.iter().filter(|(field, _)| fields.contains(field));
                    found.extend(wrong(own, &reading).iter().map(|wrong| about(wrong)));
                }
                Err(error) => found.push(about(&error)),
            }
        }
        if found.is_empty() { Ok(()) } else { Err(JobError::refused(format_args!("unit {seq}: {}", found.join("; ")))) }
    }
}

impl ImagesStamper {
    /// Stamps unit `seq`; `row` is its row of the input, of a job that takes values from one. A unit may be stamped
    /// again, as for a second attempt.
    ///
    /// # Errors
    /// When the job has no such number, a row is missing or of another unit, a value does not fit its field or its
    /// text, or another unit has the same name. Nothing of the unit is then given out.
    #[expect(clippy::needless_pass_by_value, reason = "as `Rows::get` gives it")]
    pub fn stamp(&mut self, seq: u64, row: Option<Row<'_>>) -> Result<StampedImages<'_>, JobError> {
        let Self { units, stampers, names } = self;
        let Units { sayings, images, sequence, all } = &**units;
        let mut values = sayings.values(seq, row.as_ref())?;
        let is_several = images.all().iter().any(|image| image.name.is_some());
        let extension = all.first().filter(|_| !is_several).map(|one| one.extension);
        // The command stamps first: its first mistake is the first one here. Stamping sorts the values.
        let about = sayings.about(seq, &values, extension, names);
        let stamped = sequence.stamp(stampers, seq, &mut values)?;
        let about = about?;
        let parts = images.all().iter().zip(all).zip(stamped);
        let images = parts.map(|((image, one), stamped)| StampedImage {
            name: image.name.as_deref(),
            origin: &one.origin,
            file: image.name.as_ref().map_or_else(|| about.name.clone(), |name| format!("{name}.{}", one.extension)),
            stamped,
        });
        Ok(StampedImages { images: images.collect(), is_several, about })
    }

    /// Where everything lies, as [`OpenImages::plans`].
    pub fn plans(&self) -> impl Iterator<Item = (Option<&str>, &Plan)> {
        self.units.plans()
    }
}

impl Units {
    fn plans(&self) -> impl Iterator<Item = (Option<&str>, &Plan)> {
        self.images.all().iter().zip(&self.all).map(|(image, one)| (image.name.as_deref(), &*one.plan))
    }
}

impl<'s> StampedImages<'s> {
    /// Its images, in the order of the job.
    pub fn images(&self) -> impl Iterator<Item = &StampedImage<'s>> {
        self.images.iter()
    }

    /// Its number.
    pub fn seq(&self) -> u64 {
        self.about.seq
    }

    /// The name of its folder, by `name` in `[unit]`; of a job with one image, that of its file.
    pub fn name(&self) -> &str {
        &self.about.name
    }

    /// The texts of its label, by name.
    pub fn texts(&self) -> &BTreeMap<String, String> {
        &self.about.texts
    }

    /// Its line of `units.jsonl`, to the byte the one that `nameplate stamp` writes for the same job and input; a line
    /// feed follows it. It has the digest of each image, so it costs a pass over all of them.
    pub fn journal_line(&self) -> Line {
        let About { seq, name, texts, values } = &self.about;
        let text = |field: &str| values.get(field).cloned();
        if let ([image], false) = (&*self.images, self.is_several) {
            return Line::new(*seq, name, &image.stamped, texts.clone(), image.origin, text);
        }
        let paths: Vec<String> = self.images.iter().map(|image| format!("{name}/{}", image.file)).collect();
        let stamps = self.images.iter().zip(&paths).map(|(image, file)| Stamp {
            name: image.name.unwrap_or_default(),
            file,
            stamped: &image.stamped,
            origin: image.origin,
        });
        Line::of_images(*seq, &stamps.collect::<Vec<_>>(), texts.clone(), text)
    }
}

impl<'s> StampedImage<'s> {
    /// The name of the image; nothing of a job with one.
    pub fn name(&self) -> Option<&'s str> {
        self.name
    }

    /// The name of its file: in the folder of the unit, of a job with several.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The complete file.
    pub fn bytes(&self) -> &'s [u8] {
        self.stamped.bytes()
    }

    /// What was stamped.
    pub fn record(&self) -> &Record<'s> {
        self.stamped.record()
    }

    /// The image as the library has it: what was changed in memory, and its file with the secrets masked.
    pub fn stamped(&self) -> &Stamped<'s> {
        &self.stamped
    }
}

impl fmt::Debug for OpenImages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenImages").field("plans", &self.plans().collect::<Vec<_>>()).finish_non_exhaustive()
    }
}

impl fmt::Debug for ImagesStamper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ImagesStamper").field("plans", &self.plans().collect::<Vec<_>>()).finish_non_exhaustive()
    }
}

impl fmt::Debug for StampedImages<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StampedImages")
            .field("name", &self.about.name)
            .field("images", &self.images)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for StampedImage<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StampedImage").field("file", &self.file).field("record", self.record()).finish_non_exhaustive()
    }
}
