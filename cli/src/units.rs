//! The units of a run, one after the other, in memory: all that `stamp` does but the writing. `plan` does the same for
//! a rehearsal.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};
use nameplate::image::hex::Style;
use nameplate::image::{Container, Difference, FlattenError, difference};
use nameplate::plan::{PlanErrorKind, Stamped, Stamper};
use nameplate::writes::delta::{Delta, DeltaError, Extent};
use nameplate::{Plan, Span, Value};
use nameplate_job::image::Memory;
use nameplate_job::job::{self, Content, Format, Image};
use nameplate_job::journal::Origin;
use nameplate_job::labels::Labels;
use nameplate_job::names::{NameTemplate, Names};
use nameplate_job::{Job, JobError, Run, parse_address, parse_range};

use crate::failure::{Exit, Failure};
use crate::image::{File, Opened};
use crate::run::{check_last, each};
use crate::template::{Compiled, erased};

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
    /// The addresses to write, as 0x08000000..0x08010000; the `range` of the job, or all of the image, if not said
    #[arg(long, value_parser = parse_range)]
    pub window: Option<Range<u64>>,
    /// The address that the units' files begin with, in place of where the window does
    #[arg(long, value_parser = parse_address)]
    pub base: Option<u64>,
}

impl Form {
    /// Refuses options that do not go together.
    ///
    /// # Errors
    /// When they do not.
    pub fn check(&self) -> Result<(), Failure> {
        let is_part = matches!(self.format, Some(Output::Delta | Output::Pages | Output::Image(Format::Elf)));
        let wrong = |message: &str| Err(Failure::new(Exit::Usage, message));
        match (&self.window, self.base) {
            (Some(_), _) if is_part => wrong("--window is for whole images, and not for ELF"),
            (_, Some(_)) if is_part => wrong("--base is for whole images, and not for ELF"),
            _ => Ok(()),
        }
    }

    /// The format of what is written; `made` is what [`made`](Self::made) gives.
    pub fn format(&self, compiled: &Compiled<'_>, made: Option<(&File, &Opened<'_>)>) -> Format {
        match self.format {
            Some(Output::Delta | Output::Pages) => Format::Hex,
            Some(Output::Image(format)) => format,
            None => made.map_or(compiled.opened.format(), |(file, _)| file.format()),
        }
    }

    /// The template as the units are to be written, where that is another file: what the command line says goes over
    /// what `[output]` of the job says.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn made(&self, image: &Image, compiled: &Compiled<'_>) -> Result<Option<File>, Failure> {
        let of_job = image.output;
        let format = match self.format {
            Some(Output::Image(format)) => Some(format),
            // Those have the addresses of the memory.
            Some(Output::Delta | Output::Pages) => return Ok(None),
            None => of_job.format,
        };
        let window = self.window.clone().map(Span::try_from).transpose().map_err(Failure::refused)?;
        let is_created = matches!(image.content, Content::Created(_));
        let output = job::Output { format, range: window.or(of_job.range), base: self.base.or(of_job.base) };
        if output.range.is_none() && !is_created {
            if self.format == Some(Output::Image(Format::Bin)) && compiled.opened.format() != Format::Bin {
                let message = "--format bin needs --window START..END: a binary has no gaps and no addresses";
                return Err(Failure::new(Exit::Usage, message));
            }
            if self.base.is_some() {
                return Err(Failure::new(
                    Exit::Usage,
                    "--base needs --window START..END, what is written from there on",
                ));
            }
        }
        // Only the job says what is left out.
        let extent = compiled.opened.container().extent();
        let lost = window.filter(|_| of_job.range.is_none()).zip(extent).filter(|(window, all)| !window.covers(*all));
        if let Some((window, extent)) = lost {
            let lost = FlattenError::Outside { window, extent };
            return Err(Failure::refused(format_args!("{lost}; `range` in [output] leaves them out")));
        }
        let made = output.made(image, compiled)?;
        // As before there was [output], the journal says nothing of a window.
        let unsaid = of_job == job::Output::default() && !is_created && self.base.is_none();
        Ok(made.map(|file| if unsaid && file.format() == Format::Bin { file.holding_all() } else { file }))
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
    /// What the files have of the memory, and the address they begin with.
    holds: (Option<Span>, Option<u64>),
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
        made: Option<(&File, &Opened<'_>)>,
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
            _ => made.map_or(opened, |(_, opened)| opened),
        };
        let memory = match made {
            Some((file, opened)) => file.memory(opened)?,
            None => Memory::Own(out),
        };
        let delta = delta(form.format, image, plan, opened)?;
        let stamper = plan.stamper(memory.container()).map_err(|error| {
            let differs = matches!(error.kind(), PlanErrorKind::Differs { .. });
            match first_difference(plan, opened.container(), memory.container()).filter(|_| differs) {
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
        let holds = made.and_then(|(file, _)| file.holds());
        let holds = (holds.map(|(range, _)| range), holds.and_then(|(_, base)| base));
        let mut units = Self { run, stamper, delta, name, extension, format, holds, labels: Labels::new(job)? };
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

    /// What the units are made of, as the journal says it.
    pub fn origin(&self, job: &Job, template_sha256: String) -> Origin {
        let (range, base) = self.holds;
        let (job_sha256, date) = (job.sha256.clone(), job.unit.date);
        Origin { template_sha256, job_sha256, format: self.format, range, base, date }
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
                Some(size) => Extent::WriteUnits { size, erased: erased(image).clone() },
                None => Extent::Touched,
            },
            Some(Output::Pages) => Extent::Pages(image.erase.ok_or_else(|| {
                Failure::refused("--format pages needs `erase` in [image], the bytes of an erase page")
            })?),
            _ => return Ok(None),
        };
    if matches!(image.content, Content::Partition(_)) {
        return Err(Failure::refused(
            "a partition that is made from nothing is written whole: no device has its template, which a delta would change",
        ));
    }
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
