//! What is made of each unit: the format, and what of the memory.

use std::ops::Range;

use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};
use nameplate::Span;
use nameplate::image::FlattenError;
use nameplate_job::files::Compiled;
use nameplate_job::job::{self, Content, Format, Image};
use nameplate_job::{parse_address, parse_range};

use crate::failure::{Exit, Failure};
use crate::image::{File, Opened};

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

    /// Refuses what is of one image where a job has several.
    ///
    /// # Errors
    /// When it is given.
    pub fn check_several(&self) -> Result<(), Failure> {
        if self.window.is_none() && self.base.is_none() {
            return Ok(());
        }
        let message = "--window and --base are for one image, and the job has several: say `range` and `base` in [image.output], under its [[image]]";
        Err(Failure::new(Exit::Usage, message))
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
