//! What the command line says of a ledger to commands that are there without one: `stamp` and `verify`.

use std::path::PathBuf;

use clap::Args;
use nameplate_ledger::Evidence;

use crate::commands::ledger::{Access, IssueArgs, Said, Seen, Signed, Units};
use crate::commands::stamp;
use crate::failure::{Exit, Failure};

/// Who asks.
#[derive(Args, Clone, Debug)]
pub struct SignedArgs {
    /// The station, which is written into each event
    #[arg(long, value_name = "NAME", env = "NAMEPLATE_STATION")]
    station: Option<String>,
    /// A reference to the operator, such as a badge number
    #[arg(long, value_name = "NAME", env = "NAMEPLATE_OPERATOR")]
    operator: Option<String>,
}

impl From<SignedArgs> for Signed {
    fn from(SignedArgs { station, operator }: SignedArgs) -> Self {
        Self { station, operator }
    }
}

/// The ledger of `verify`.
#[derive(Args, Clone, Debug)]
pub struct SeenArgs {
    /// The ledger that is told what was read back; with --seen
    #[arg(long, value_name = "FILE", env = "NAMEPLATE_LEDGER")]
    ledger: Option<PathBuf>,
    /// A key as it was read from the same board, as uid=3400210011513730; several times for several kinds
    #[arg(long, value_name = "KIND=VALUE", conflicts_with = "sqtp")]
    seen: Vec<String>,
    /// The firmware of the board reported this number of its own, over UART or USB, and its memory cannot be read: in place
    /// of an image; once for each pool of the job
    #[arg(long, value_name = "TEXT", conflicts_with_all = ["images", "programmer", "scan", "sqtp", "units", "base", "other_firmware", "undo"])]
    reported: Vec<String>,
    /// Nothing was read back: the image is the file that the programmer wrote, and its log says that it verified that
    #[arg(long, conflicts_with = "sqtp")]
    programmer: bool,
    #[command(flatten)]
    signed: SignedArgs,
}

impl SeenArgs {
    /// What to say where a ledger is named and the board is not: it is told nothing.
    pub fn untold(&self) -> Option<&'static str> {
        (self.ledger.is_some() && self.seen.is_empty())
            .then_some("the ledger was not told: --seen KIND=VALUE says which board was read back")
    }

    /// What the ledger is told; nothing without keys.
    ///
    /// # Errors
    /// When there are keys and no ledger, or weaker evidence than a read-back and nobody to tell.
    pub fn seen(&self) -> Result<Option<Seen>, Failure> {
        let usage = |message: &str| Err(Failure::new(Exit::Usage, message));
        let evidence = match (self.reported.is_empty(), self.programmer) {
            (false, _) => Evidence::Reported,
            (true, true) => Evidence::Programmer,
            (true, false) => Evidence::Readback,
        };
        match &self.ledger {
            _ if self.seen.is_empty() && evidence == Evidence::Readback => Ok(None),
            Some(file) if !self.seen.is_empty() => {
                let access = Access { file: file.clone(), signed: self.signed.clone().into() };
                Ok(Some(Seen { access, seen: self.seen.clone(), evidence, reported: self.reported.clone() }))
            }
            None if evidence == Evidence::Readback => {
                usage("--seen tells a ledger which board was read back: give --ledger FILE")
            }
            _ => usage(
                "--reported and --programmer tell a ledger of a board that was not read back: give --ledger FILE, and --seen \
                 KIND=VALUE, the keys as they were read from that board",
            ),
        }
    }
}

/// The ledger of `stamp`.
#[derive(Args, Clone, Debug)]
pub struct IssueOptions {
    /// The ledger that gives the numbers: of one unit with --unit, of rows with --input
    #[arg(long, value_name = "FILE", env = "NAMEPLATE_LEDGER")]
    ledger: Option<PathBuf>,
    /// What names the unit, as uid=3400210011513730; several times for several kinds. --out is then one file, or
    /// the folder of a unit with several images
    #[arg(long, value_name = "KIND=VALUE")]
    unit: Vec<String>,
    /// What was read back from the board before. Of a job with several images, the folder of the unit, or NAME=FILE, once
    /// for each image
    #[arg(long, value_name = "FILE", conflicts_with = "blank")]
    found: Vec<PathBuf>,
    /// The board was read, and is blank
    #[arg(long)]
    blank: bool,
    /// What the label of the board says; several times for several texts
    #[arg(long, value_name = "TEXT")]
    label: Vec<String>,
    /// Why this blank board is a new one, although numbers are lost
    #[arg(long, value_name = "REASON")]
    new: Option<String>,
    /// Why the unit is written again, though it is verified
    #[arg(long, value_name = "REASON")]
    rework: Option<String>,
    #[command(flatten)]
    signed: SignedArgs,
}

impl IssueOptions {
    /// What a ledger is asked; nothing without one.
    ///
    /// # Errors
    /// When options do not go with each other.
    pub fn asked(&self, args: &stamp::Args) -> Result<Option<IssueArgs>, Failure> {
        let usage = |message: &str| Err(Failure::new(Exit::Usage, message));
        let Self { ledger, unit, found, blank, label, new, rework, signed } = self.clone();
        let stamp::Args { job, out, choice, form } = args;
        let Some(file) = ledger else {
            let is_said = !found.is_empty() || blank || !label.is_empty() || new.is_some() || rework.is_some();
            return if is_said || !unit.is_empty() {
                usage("--unit and what is said of its board are for a ledger: give --ledger FILE")
            } else {
                Ok(None)
            };
        };
        if choice.first.is_some() || choice.count.is_some() {
            return usage(
                "--first and --count are not for a ledger (--ledger, NAMEPLATE_LEDGER): it gives the numbers",
            );
        }
        let units = match (unit.is_empty(), &choice.input) {
            (false, None) => Units::One(unit, choice.set.clone()),
            (true, Some(path)) if choice.set.is_empty() => Units::Rows(path.clone()),
            (false | true, Some(_)) => {
                return usage("--input has all units: --unit and --set do not go with it");
            }
            (true, None) => {
                return usage(
                    "which unit? --unit KIND=VALUE for one, --input rows.csv for several (the ledger is from --ledger or NAMEPLATE_LEDGER)",
                );
            }
        };
        if matches!(units, Units::Rows(_)) && (!found.is_empty() || !label.is_empty() || rework.is_some()) {
            return usage("--found, --label and --rework are of one board: give its --unit, and not --input");
        }
        Ok(Some(IssueArgs {
            access: Access { file, signed: signed.into() },
            job: job.to_owned(),
            out: out.to_owned(),
            units,
            date: choice.date,
            form: form.clone(),
            said: Said { found, blank, label, new, rework },
        }))
    }
}
