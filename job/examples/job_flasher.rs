//! A flasher that reads the job of the desk: it stamps, flashes, reads back, verifies, and keeps the journal that
//! `nameplate stamp` would write for the same job and the same list of keys.
//!
//!     cargo run -p nameplate-job --example job_flasher

use std::error::Error;

use nameplate::Span;
use nameplate::image::{Erased, Hex, flatten};
use nameplate_job::{Job, JobStamper, OpenJob, Rows};

const JOB: &str = include_str!("../../examples/firmware/input.toml");
const UNITS: &[u8] = include_bytes!("../../examples/firmware/units.csv");

/// The files that the job may name, as a flasher without a disk has them.
fn file(name: &str) -> Option<&'static [u8]> {
    match name {
        "firmware.hex" => Some(include_bytes!("../../examples/firmware/firmware.hex")),
        _ => None,
    }
}

const FLASH: u64 = 0x0800_0000;
const FLASH_SIZE: u64 = 0x2000;

/// A board: the third and the sixth attempt leave one bit of its flash wrong.
#[derive(Default)]
struct Board {
    flash: Vec<u8>,
    attempts: u32,
}

impl Board {
    fn program(&mut self, hex: &[u8]) -> Result<(), Box<dyn Error>> {
        let flash = Span::new(FLASH, FLASH_SIZE)?;
        self.flash = flatten(&Hex::parse(hex)?, flash, Erased::default(), FLASH_SIZE)?;
        self.attempts += 1;
        if [3, 6].contains(&self.attempts) {
            self.flash.iter_mut().skip(0x1F08).take(1).for_each(|byte| *byte ^= 1);
        }
        Ok(())
    }
}

/// Nothing in it is borrowed, so it moves to the thread that talks to its programmer.
struct Flasher {
    job: OpenJob,
    stamper: JobStamper,
    rows: Rows,
    board: Board,
    /// Lines. A true one is a file that is only appended to, made durable before the next step.
    journal: Vec<String>,
}

impl Flasher {
    fn new() -> Result<Self, Box<dyn Error>> {
        let job = Job::parse(JOB)?;
        let rows = job.rows(UNITS)?;
        let job = job.open(file)?;
        let stamper = job.stamper()?;
        Ok(Self { job, stamper, rows, board: Board::default(), journal: Vec::new() })
    }

    /// Gives a board the identity of unit `n`, in at most three attempts.
    fn flash(&mut self, n: u64) -> Result<(), Box<dyn Error>> {
        let unit = self.stamper.stamp(n, self.rows.get(n))?;
        for _ in 0..3 {
            self.board.program(unit.bytes())?;
            let reading = self.job.read(FLASH, &self.board.flash)?;
            match self.job.verify(n, self.rows.get(n), &reading) {
                Ok(()) => {
                    println!("{}: verified", unit.name());
                    self.journal.push(unit.journal_line().to_string());
                    return Ok(());
                }
                Err(error) => println!("{}: {error}", unit.name()),
            }
        }
        Err(format!("{}: its flash is worn out", unit.name()).into())
    }
}

/// Flashes all boards of the list, and returns the journal.
///
/// # Errors
/// When the job is wrong, or a board stays wrong.
pub(crate) fn journal() -> Result<Vec<String>, Box<dyn Error>> {
    let mut flasher = Flasher::new()?;
    let station = std::thread::spawn(move || {
        (1..=6).try_for_each(|n| flasher.flash(n)).map_err(|error| error.to_string())?;
        assert_eq!(flasher.board.attempts, 8, "two boards were flashed twice");
        Ok::<_, String>(flasher.journal)
    });
    Ok(station.join().map_err(|_| "the station stopped")??)
}

#[allow(dead_code, reason = "a test of the command compares the journal, and has a main of its own")]
fn main() -> Result<(), Box<dyn Error>> {
    journal()?.iter().for_each(|line| println!("{line}"));
    Ok(())
}
