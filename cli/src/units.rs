//! The units of a run, one after the other, in memory: all that `stamp` does but the writing. `plan` does the same for
//! a rehearsal.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};
use nameplate::image::hex::Style;
use nameplate::image::{Container, Difference, Sparse, difference, flatten, srec, ti_txt, uf2};
use nameplate::plan::{PlanErrorKind, Stamped, Stamper};
use nameplate::writes::delta::{Delta, DeltaError, Extent};
use nameplate::{Plan, Span, Value};
use nameplate_job::job::{Format, Image};
use nameplate_job::labels::Labels;
use nameplate_job::names::{NameTemplate, Names};
use nameplate_job::{Job, JobError, Run, parse_range};

use crate::failure::{Exit, Failure};
use crate::image::{File, Opened};
use crate::run::{check_last, each};
use crate::template::{Compiled, Template, erased};

/// The most bytes that `--format bin` writes for one unit.
const FLAT_LIMIT: u64 = 256 << 20;

/// What is made of each unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// The whole image.
    Image(Format),
    /// HEX text of the bytes that the stamp touches.
    Delta,
    /// HEX text of the erase pages around those.
    Pages,
}

impl ValueEnum for Output {
    fn value_variants<'a>() -> &'a [Self] {
        const ALL: &[Output] = &[
            Output::Image(Format::Hex),
            Output::Image(Format::Srec),
            Output::Image(Format::TiTxt),
            Output::Image(Format::Bin),
            Output::Image(Format::Elf),
            Output::Image(Format::Uf2),
            Output::Delta,
            Output::Pages,
        ];
        ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(match self {
            Self::Image(format) => format.name(),
            Self::Delta => "delta",
            Self::Pages => "pages",
        }))
    }
}

/// What is made of each unit, as the command line says it.
#[derive(Args, Clone, Debug, Default)]
pub struct Form {
    /// What is written of each unit: the template's format, if not said; delta is HEX of only what
    /// was stamped, pages of the erase pages around that
    #[arg(long)]
    pub format: Option<Output>,
    /// For --format bin: the addresses to write, as 0x08000000..0x08010000
    #[arg(long, value_parser = parse_range)]
    pub window: Option<Range<u64>>,
}

impl Form {
    /// Refuses options that do not go together.
    ///
    /// # Errors
    /// When they do not.
    pub fn check(&self) -> Result<(), Failure> {
        if self.window.is_some() && self.format != Some(Output::Image(Format::Bin)) {
            return Err(Failure::new(Exit::Usage, "--window goes with --format bin"));
        }
        Ok(())
    }

    /// The template in the format that the units are to have, where that is made of it.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn made(&self, image: &Image, template: &Template, compiled: &Compiled<'_>) -> Result<Option<File>, Failure> {
        let container = compiled.opened.container();
        match self.format {
            Some(Output::Image(format)) if format == template.file().format() => Ok(None),
            Some(Output::Image(Format::Hex)) => {
                compiled.opened.writable_as(Format::Hex)?;
                let text = Style::default().to_vec(&Sparse::new(container)).map_err(Failure::refused)?;
                Ok(Some(File::made(text, Format::Hex, 0)))
            }
            Some(Output::Image(Format::Srec)) => {
                compiled.opened.writable_as(Format::Srec)?;
                let text = srec::Style::default().to_vec(&Sparse::new(container)).map_err(Failure::refused)?;
                Ok(Some(File::made(text, Format::Srec, 0)))
            }
            Some(Output::Image(Format::TiTxt)) => {
                compiled.opened.writable_as(Format::TiTxt)?;
                let text = ti_txt::Style::default().to_vec(&Sparse::new(container)).map_err(Failure::refused)?;
                Ok(Some(File::made(text, Format::TiTxt, 0)))
            }
            Some(Output::Image(Format::Bin)) => {
                let range = self.window.clone().ok_or_else(|| {
                    let message = "--format bin needs --window START..END: a binary has no gaps and no addresses";
                    Failure::new(Exit::Usage, message)
                })?;
                let window = Span::try_from(range).map_err(Failure::refused)?;
                compiled.opened.writable_as(Format::Bin)?;
                let bytes = flatten(container, window, erased(image), FLAT_LIMIT).map_err(Failure::refused)?;
                Ok(Some(File::made(bytes, Format::Bin, window.start())))
            }
            Some(Output::Image(Format::Uf2)) => {
                let family = image.uf2_family.ok_or_else(|| {
                    Failure::refused("units in UF2 are for a family: say  family = \"rp2040\"  in [image.uf2]")
                })?;
                compiled.opened.writable_as(Format::Uf2)?;
                let style = uf2::Style::new(family).erased(erased(image));
                let bytes = style.to_vec(&Sparse::new(container)).map_err(Failure::refused)?;
                Ok(Some(File::made(bytes, Format::Uf2, 0)))
            }
            // For ELF the file or the map, which is of the same build.
            _ => Ok(None),
        }
    }
}

/// The units of a run: what they have in common.
pub struct Units<'r> {
    run: &'r Run,
    stamper: Stamper<&'r Plan>,
    delta: Option<Delta>,
    name: NameTemplate,
    extension: &'static str,
    format: &'static str,
    labels: Labels,
}

/// One unit, made and not yet written.
pub struct Unit<'u> {
    /// Its number.
    pub seq: u64,
    /// The name of its file.
    pub name: &'u str,
    /// What its file holds.
    pub bytes: &'u [u8],
    /// What was stamped.
    pub stamped: &'u Stamped<'u>,
    /// The texts of its label, by name.
    pub texts: BTreeMap<String, String>,
    run: &'u Run,
    values: &'u [(&'u str, Value<'u>)],
}

impl fmt::Debug for Units<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} units from {}", self.run.count(), self.run.first())
    }
}

/// Without its values.
impl fmt::Debug for Unit<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unit {} as {}", self.seq, self.name)
    }
}

impl Unit<'_> {
    /// A field's value as a person reads it.
    pub fn text(&self, field: &str) -> Option<String> {
        self.run.text(self.values, field)
    }
}

impl<'r> Units<'r> {
    /// Binds a run to what was compiled; `made` is what [`Form::made`] gives.
    ///
    /// # Errors
    /// When the form does not suit the image, a name or a text names no field, or what is stamped is another image than
    /// the one that was compiled.
    pub fn new(
        form: &Form,
        (job, image): (&'r Job, &Image),
        run: &'r Run,
        compiled: &'r Compiled<'_>,
        made: Option<&Opened<'_>>,
    ) -> Result<Self, Failure> {
        let Compiled { opened, map, plan, .. } = compiled;
        let out = match form.format {
            Some(Output::Image(Format::Elf)) => [Some(opened), map.as_ref()]
                .into_iter()
                .flatten()
                .find(|file| matches!(file, Opened::Elf(_)))
                .ok_or_else(|| {
                    Failure::refused(
                        "units in ELF need the ELF file of the build: name it in [image], as `file` or as `map`",
                    )
                })?,
            _ => made.unwrap_or(opened),
        };
        let delta = delta(form.format, image, plan, opened)?;
        let stamper = plan.stamper(out.container()).map_err(|error| {
            let differs = matches!(error.kind(), PlanErrorKind::Differs { .. });
            match first_difference(plan, opened.container(), out.container()).filter(|_| differs) {
                Some(found) => Failure::refused(format_args!("{error} The first difference is {found}")),
                None => Failure::refused(error),
            }
        })?;
        let name = NameTemplate::of(job)?;
        let (extension, format) = match form.format {
            Some(Output::Delta) => ("hex", "delta"),
            Some(Output::Pages) => ("hex", "pages"),
            _ => (out.extension(), out.format().name()),
        };
        let mut units = Self { run, stamper, delta, name, extension, format, labels: Labels::new(job)? };
        check_last(job, run, |seq, values| units.stamp(seq, &values).map(drop))?;
        Ok(units)
    }

    fn stamp(&mut self, seq: u64, values: &[(&str, Value<'_>)]) -> Result<Stamped<'_>, Failure> {
        self.stamper.stamp(values).map_err(|error| JobError::stamp(seq, &error).into())
    }

    /// How many bytes the file of each unit has; nothing when that is known only when it is made.
    pub fn file_len(&self) -> Option<u64> {
        if self.delta.is_some() { None } else { u64::try_from(self.stamper.bytes().len()).ok() }
    }

    /// What is made of each unit, as the journal says it.
    pub fn format(&self) -> &'static str {
        self.format
    }

    /// The names of the texts of labels.
    pub fn labels(&self) -> Vec<String> {
        self.labels.names().map(str::to_owned).collect()
    }

    /// Makes each unit once and hands it to `take`. What is wrong with a late unit is found late.
    ///
    /// # Errors
    /// When a unit cannot be made, or `take` fails.
    pub fn each(self, what: &str, mut take: impl FnMut(Unit<'_>) -> Result<(), Failure>) -> Result<(), Failure> {
        let Self { run, mut stamper, mut delta, name: template, extension, labels, .. } = self;
        let mut names = Names::default();
        each(run, what, |seq, values| {
            let stamped = stamper.stamp(&values).map_err(|error| JobError::stamp(seq, &error))?;
            let name = template.expand(seq, |field| run.text(&values, field)).map_err(Failure::refused)?;
            let texts = labels.texts(seq, |field| run.text(&values, field))?;
            let name = format!("{name}.{extension}");
            names.insert(&name, seq).map_err(Failure::refused)?;
            let bytes = match &mut delta {
                Some(delta) => delta.text(stamped.writes()),
                None => stamped.bytes(),
            };
            take(Unit { seq, name: &name, bytes, stamped: &stamped, texts, run, values: &values })
        })
    }
}

/// The deltas of the units, when those are asked for.
fn delta(format: Option<Output>, image: &Image, plan: &Plan, template: &Opened<'_>) -> Result<Option<Delta>, Failure> {
    let extent =
        match format {
            Some(Output::Delta) => match image.write_unit {
                Some(size) => Extent::WriteUnits { size, erased: erased(image) },
                None => Extent::Touched,
            },
            Some(Output::Pages) => Extent::Pages(image.erase.ok_or_else(|| {
                Failure::refused("--format pages needs `erase` in [image], the bytes of an erase page")
            })?),
            _ => return Ok(None),
        };
    let style = match template {
        Opened::Hex(hex) => Style::of(hex),
        Opened::Srec(..) | Opened::TiTxt(_) | Opened::Raw(_) | Opened::Elf(_) | Opened::Uf2(_) => Style::default(),
    };
    Delta::new(template.container(), plan.spans(), extent, style).map(Some).map_err(|error| match error {
        DeltaError::WriteUnit(_) => {
            Failure::refused(format_args!("{error}; --format pages is for a pass that erases first"))
        }
        _ => Failure::refused(error),
    })
}

/// Where two images first differ under the checksums.
fn first_difference(plan: &Plan, one: &dyn Container, two: &dyn Container) -> Option<Difference> {
    let covered = plan.checks().flat_map(|(repair, _)| repair.over());
    let first = |range: &Range<u64>| difference(one, two, Span::try_from(range.clone()).ok()?);
    covered.filter_map(first).min_by_key(|found| found.span)
}
