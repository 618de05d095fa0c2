//! Jobs with several images a unit: each image is a job of its own, over the one set of values of the unit.
//!
//! ```
//! use nameplate_job::Job;
//!
//! let job = Job::parse(
//!     r#"
//!     [[image]]
//!     name   = "settings"
//!     create = "0x7F000..0x7F008"
//!     [[image]]
//!     name   = "app"
//!     create = "0x26000..0x26100"
//!     [unit]
//!     first = 1
//!     [[field]]
//!     name   = "serial"
//!     image  = "app"
//!     at     = "0x26010"
//!     encode = "u32le"
//!     value  = "{seq}"
//!     [[checksum]]
//!     name      = "app_crc"
//!     image     = "settings"
//!     algorithm = "CRC-32/ISO-HDLC"
//!     over      = ["app:0x26000..0x26100"]
//!     at        = "0x7F000"
//!     encode    = "u32le"
//!     template  = "blank"
//!     "#,
//! )?;
//! let images = job.of_images()?;
//! assert_eq!(images.all()[0].job.checksums.len(), 1);
//! // The application is stamped first, as the settings have a checksum over it.
//! let order: Vec<_> = images.in_order().map(|(_, image)| image.name.as_deref()).collect();
//! assert_eq!(order, [Some("app"), Some("settings")]);
//! # Ok::<(), nameplate_job::JobError>(())
//! ```
//!
//! A checksum lies in one image, with its copies, and may cover ranges of others. Those are stamped before it, whole: two
//! images that cover each other are refused. Addresses are each image's own, so two images may have the same ones.

use std::collections::BTreeMap;

use nameplate::image::Container;

use crate::error::JobError;
use crate::files::{Compiled, Files};
use crate::job::{Image, Job, NamedImage, PresetKind};
use crate::layout::Other;
use crate::never::OrNever;

/// The images of a unit, in the order of the job.
#[derive(Clone, Debug)]
pub struct Images {
    all: Vec<OneImage>,
    order: Vec<usize>,
}

/// One image of a unit.
#[derive(Clone, Debug)]
pub struct OneImage {
    /// Its name, if the job has several.
    pub name: Option<String>,
    /// The job of this image alone: what lies in it.
    pub job: Job,
    /// The images that its checksums cover, by their places in the job.
    pub covers: Vec<usize>,
}

impl Job {
    /// Each image with what lies in it; of a job with one image, that one with all of the job.
    ///
    /// # Errors
    /// When the job has no image, a field or a checksum is in none of several, or two images cover each other, with the
    /// names of the checksums.
    pub fn of_images(&self) -> Result<Images, JobError> {
        if self.images.is_empty() {
            let _ = self.require_image()?;
            return Ok(Images {
                all: vec![OneImage { name: None, job: self.clone(), covers: Vec::new() }],
                order: vec![0],
            });
        }
        self.check_images()?;
        let order = order(self).map_err(|(_, message)| JobError::refused(message))?;
        let mut common = self.clone();
        common.images.clear();
        common.fields.clear();
        common.checksums.clear();
        common.presets.clear();
        common.texts.clear();
        let one = |named: &NamedImage| {
            let own = |image: &Option<String>| image.as_deref() == Some(&*named.name);
            let job = Self {
                image: Some(named.image.clone()),
                fields: self.fields.iter().filter(|field| own(&field.image)).cloned().collect(),
                checksums: self.checksums.iter().filter(|checksum| own(&checksum.image)).cloned().collect(),
                presets: self.presets.iter().filter(|preset| own(&preset.image)).cloned().collect(),
                ..common.clone()
            };
            let mut covers: Vec<usize> =
                covered(self, &named.name).filter_map(|(_, other)| self.place_of(other)).collect();
            covers.sort_unstable();
            covers.dedup();
            OneImage { name: Some(named.name.clone()), job, covers }
        };
        Ok(Images { all: self.images.iter().map(one).collect(), order })
    }

    /// Whether the job has several images, each with a name, so that a unit is a folder.
    pub fn has_images(&self) -> bool {
        !self.images.is_empty()
    }

    /// Whether all is in one of the images. A job that was read is; a program may make another one.
    fn check_images(&self) -> Result<(), JobError> {
        let fields = self.fields.iter().map(|field| ("field", &field.name, &field.image));
        let checksums = self.checksums.iter().map(|checksum| ("checksum", &checksum.name, &checksum.image));
        let presets = self.presets.iter().map(|preset| ("checksum", &preset.name, &preset.image));
        let mut all = fields.chain(checksums).chain(presets);
        let lost = all.find(|(.., image)| image.as_deref().and_then(|image| self.place_of(image)).is_none());
        lost.map_or(Ok(()), |(what, name, _)| {
            Err(JobError::refused(format_args!("{what} `{name}` is in none of the images of the job")))
        })
    }

    fn place_of(&self, image: &str) -> Option<usize> {
        self.images.iter().position(|other| other.name == image)
    }
}

impl Images {
    /// All of them, in the order of the job.
    pub fn all(&self) -> &[OneImage] {
        &self.all
    }

    /// Each behind those that its checksums cover, with its place in the job: the order in which they are stamped.
    pub fn in_order(&self) -> impl Iterator<Item = (usize, &OneImage)> {
        self.order.iter().filter_map(|index| Some((*index, self.all.get(*index)?)))
    }

    /// How many files each unit has, and folders.
    pub fn files(&self) -> u64 {
        let folder = self.all.iter().any(|image| image.name.is_some());
        u64::try_from(self.all.len()).unwrap_or(u64::MAX).saturating_add(u64::from(folder))
    }

    /// The images that the checksums of `image` cover, each with its name and its container.
    pub fn beside<'a>(
        &'a self,
        image: &OneImage,
        container: impl Fn(usize) -> Option<&'a dyn Container>,
    ) -> Vec<(&'a str, &'a dyn Container)> {
        let other = |index: &usize| Some((self.all.get(*index)?.name.as_deref()?, container(*index)?));
        image.covers.iter().filter_map(other).collect()
    }

    /// Compiles the job of each image for its files, which are in the order of the job.
    ///
    /// # Errors
    /// As [`Files::compile`], with the image; and when two images have checksums of one name.
    pub fn compile<'f>(&self, files: &[&'f Files]) -> Result<Vec<Compiled<'f>>, JobError> {
        let mut compiled: BTreeMap<usize, Compiled<'f>> = BTreeMap::new();
        for (index, image) in self.in_order() {
            let Some(own) = files.get(index) else { continue };
            let other = |index: &usize| {
                let (name, other) = (self.all.get(*index)?.name.as_deref()?, compiled.get(index)?);
                Some(Other::new(name, other))
            };
            let others: Vec<Other<'_>> = image.covers.iter().filter_map(other).collect();
            let done = own.compile_beside(&image.job, &others).map_err(|error| image.about(error))?;
            let _ = compiled.insert(index, done);
        }
        let mut known: BTreeMap<String, &str> = BTreeMap::new();
        for (index, done) in &compiled {
            let name = self.all.get(*index).and_then(|image| image.name.as_deref()).unwrap_or("");
            for word in done.plan.words() {
                if let Some(other) = known.insert(word.to_owned(), name).filter(|other| *other != name) {
                    return Err(JobError::refused(format_args!(
                        "images `{other}` and `{name}` both have a checksum named `{word}`, as the second word of a checksum is: give one another name"
                    )));
                }
            }
        }
        Ok(compiled.into_values().collect())
    }
}

impl OneImage {
    /// An error, with the image in front if there are several.
    pub fn about(&self, error: JobError) -> JobError {
        match &self.name {
            Some(name) => error.about(format_args!("image `{name}`")),
            None => error,
        }
    }
}

/// The image of that name.
pub(crate) fn image_named<'j>(images: &'j [NamedImage], name: Option<&str>) -> Option<&'j Image> {
    images.iter().find(|image| Some(&*image.name) == name).map(|named| &named.image)
}

/// The other images that checksums in `image` cover, each with the name of the checksum.
fn covered<'j>(job: &'j Job, image: &'j str) -> impl Iterator<Item = (&'j str, &'j str)> {
    let own = move |of: &Option<String>| of.as_deref() == Some(image);
    let described = job
        .checksums
        .iter()
        .filter(move |checksum| own(&checksum.image))
        .flat_map(|checksum| checksum.over.iter().filter_map(|over| Some((checksum.name.as_str(), over.image()?))));
    let presets = job.presets.iter().filter(move |preset| own(&preset.image)).filter_map(|preset| match &preset.kind {
        PresetKind::Nrf52Settings { app_image, .. } => Some((preset.name.as_str(), app_image.as_deref()?)),
        _ => None,
    });
    described.chain(presets)
}

/// The images of a job in an order in which each comes behind those that its checksums cover.
///
/// # Errors
/// When there is none: the name of one of the checksums, and what is wrong.
pub(crate) fn order(job: &Job) -> Result<Vec<usize>, (String, String)> {
    let mut order: Vec<usize> = Vec::new();
    let waits = |index: usize, order: &[usize]| {
        let name = job.images.get(index).map_or("", |image| &image.name);
        let open = |(_, other): &(&str, &str)| job.place_of(other).is_some_and(|other| !order.contains(&other));
        covered(job, name).find(open)
    };
    while order.len() < job.images.len() {
        let mut left = (0..job.images.len()).filter(|index| !order.contains(index));
        let next = left.clone().find(|index| waits(*index, &order).is_none());
        match (next, left.next()) {
            (Some(next), _) => order.push(next),
            (None, first) => return Err(cycle(job, first.or_never("one is left"), |index| waits(index, &order))),
        }
    }
    Ok(order)
}

/// Names the checksums of a cycle that is reached from the image at `start`; `next` gives what the image waits for.
fn cycle<'j>(job: &'j Job, start: usize, next: impl Fn(usize) -> Option<(&'j str, &'j str)>) -> (String, String) {
    let (mut path, mut at) = (Vec::<(usize, &str, &str)>::new(), start);
    while let Some((checksum, other)) = next(at).filter(|_| path.iter().all(|(seen, ..)| *seen != at)) {
        path.push((at, checksum, other));
        at = job.place_of(other).or_never("an image of the job");
    }
    let begin = path.iter().position(|(seen, ..)| *seen == at).or_never("the way came back to it");
    let members = path.get(begin..).or_never("a place in the path");
    let name = |index: &usize| job.images.get(*index).map_or("", |image| &image.name);
    let said: Vec<String> = members
        .iter()
        .map(|(own, checksum, other)| format!("checksum `{checksum}` in image `{}` covers image `{other}`", name(own)))
        .collect();
    let first = members.first().map_or("", |(_, checksum, _)| checksum).to_owned();
    (first, format!("{}: an image is stamped whole before one that covers it, so no order is right", said.join(", ")))
}
