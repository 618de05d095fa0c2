//! `nameplate ledger find --read`: one image by itself, without journals, and whose it is.

use std::path::PathBuf;

use nameplate::image::hex::Options;

use super::alike::Alike;
use super::args::failed;
use super::journals::Journals;
use super::judge::Judge;
use super::reading::Reading;
use crate::commands::ledger::{Access, Boards, Looked};
use crate::commands::outcome::Outcome;
use crate::failure::{Exit, Failure};
use crate::run::JobFile;
use crate::template::{Compiled, Template, image};

/// What the command line says.
#[derive(Debug)]
pub struct ReadArgs {
    /// What was read from the board.
    pub image: PathBuf,
    /// The job file, which says where its fields lie.
    pub job: PathBuf,
    /// What date tokens mean.
    pub date: Option<(u16, u8, u8)>,
    /// The address of the first byte of a raw image.
    pub base: Option<u64>,
}

/// Looks up the board whose memory was read. The verdict is that it shows what the ledger has of it, whole and verified.
///
/// # Errors
/// When the board is blank, nothing is known of what it shows, or an input is wrong.
pub fn find_by_memory(
    access: &Access,
    args: &ReadArgs,
    options: Options,
) -> Result<(Outcome, Result<(), Failure>), Failure> {
    let job = JobFile::read(&args.job)?.dated(args.date);
    if job.job.has_images() {
        return Err(Failure::new(Exit::Usage, "--read is for a job with one image so far, and this job has several"));
    }
    let boards = Boards::open(access, &job.job)?;
    let of_image = image(&job)?;
    let template = Template::read(&job, options)?;
    let Compiled { opened, plan, tolerated, .. } = template.compile(&job)?;
    let journals = Journals::read(&job.job, None, "", &[])?;
    let judge = Judge::new(&plan, &job.job, &journals, (opened.container(), template.file().format()), false);
    let (of_units, options) = (of_image.of_units(), template.original().options());
    let reading = Reading { of_job: of_image, image: &of_units, base: args.base, options };
    let file = reading.file(&args.image, None)?;
    let paths = [args.image.clone()];
    let verdict = judge.judge(&args.image, &file, &Alike::new(&journals, &paths))?;
    let looked = Looked { file: &file, plan: &plan, template: opened.container(), wrong: &verdict.wrong };
    let (outcome, is_right) = boards.said(&looked)?;
    Ok((Outcome { tolerated, ..outcome }, if is_right { Ok(()) } else { Err(failed()) }))
}
