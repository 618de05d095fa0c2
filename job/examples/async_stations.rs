//! Three programmers of an asynchronous server share one job: numbers of units come by a channel, each station is a task
//! with a stamper of its own, and one task writes the journal. A stamp takes microseconds and waits for nothing, so it
//! stands in the task as it is; only the programmer is awaited.
//!
//!     cargo run -p nameplate-job --example async_stations

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use nameplate::Span;
use nameplate::image::{Erased, Hex, flatten};
use nameplate_job::{Job, OpenJob, Rows};
use tokio::sync::{Barrier, Mutex, mpsc};

type Failure = Box<dyn Error + Send + Sync>;

const JOB: &str = include_str!("../../examples/firmware/input.toml");
const UNITS: &[u8] = include_bytes!("../../examples/firmware/units.csv");

/// The files that the job may name.
fn file(name: &str) -> Option<&'static [u8]> {
    match name {
        "firmware.hex" => Some(include_bytes!("../../examples/firmware/firmware.hex")),
        _ => None,
    }
}

const FLASH: u64 = 0x0800_0000;
const FLASH_SIZE: u64 = 0x2000;
const STATIONS: usize = 3;
const BOARDS: u64 = 6;

/// A programmer that takes as long as the others do: none is done before all of them are at work.
struct Programmer(Arc<Barrier>);

impl Programmer {
    /// Programs a board, and reads it back.
    async fn program(&self, hex: &[u8]) -> Result<Vec<u8>, Failure> {
        let _ = tokio::time::timeout(Duration::from_secs(10), self.0.wait()).await?;
        Ok(flatten(&Hex::parse(hex)?, Span::new(FLASH, FLASH_SIZE)?, Erased::default(), FLASH_SIZE)?)
    }
}

/// What the stations share.
struct Line {
    job: OpenJob,
    rows: Rows,
    numbers: Mutex<mpsc::Receiver<u64>>,
}

/// Gives boards the identities of the numbers that come; how many.
async fn station(
    line: Arc<Line>,
    programmer: Programmer,
    journal: mpsc::Sender<(u64, String)>,
) -> Result<usize, Failure> {
    let mut stamper = line.job.stamper()?;
    let mut boards = 0;
    loop {
        let Some(n) = line.numbers.lock().await.recv().await else { return Ok(boards) };
        let unit = stamper.stamp(n, line.rows.get(n))?;
        // The unit lies in the stamper, and stays there while the task waits: nothing is copied.
        let flash = programmer.program(unit.bytes()).await?;
        line.job.verify(n, line.rows.get(n), &line.job.read(FLASH, &flash)?)?;
        journal.send((n, unit.journal_line().to_string())).await?;
        boards += 1;
    }
}

async fn run(job: OpenJob, rows: Rows) -> Result<Vec<String>, Failure> {
    // Channels that hold little: who is slow slows the others down, and nothing piles up.
    let (next, numbers) = mpsc::channel(1);
    let (entries, mut journal) = mpsc::channel(1);
    let line = Arc::new(Line { job, rows, numbers: Mutex::new(numbers) });
    let at_work = Arc::new(Barrier::new(STATIONS));
    let station = |_| tokio::spawn(station(line.clone(), Programmer(at_work.clone()), entries.clone()));
    let stations: Vec<_> = (0..STATIONS).map(station).collect();
    drop(entries);
    let source = tokio::spawn(async move {
        for n in 1..=BOARDS {
            next.send(n).await?;
        }
        Ok::<_, Failure>(())
    });

    let mut lines = Vec::new();
    while let Some(entry) = journal.recv().await {
        lines.push(entry);
    }
    for station in stations {
        // Each waited for the others, so each had its share.
        assert_eq!(station.await??, 2);
    }
    source.await??;
    // In the order in which boards were done; as the desk has it, in that of the numbers.
    lines.sort_unstable();
    Ok(lines.into_iter().map(|(_, line)| line).collect())
}

fn main() -> Result<(), Failure> {
    let open = || -> Result<(OpenJob, Rows), Failure> {
        let job = Job::parse(JOB)?;
        let rows = job.rows(UNITS)?;
        Ok((job.open(file)?, rows))
    };
    let (job, rows) = open()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_time().build()?;
    let lines = runtime.block_on(run(job, rows))?;

    // The journal of one stamper, one unit after the other.
    let (job, rows) = open()?;
    let mut stamper = job.stamper()?;
    for (n, line) in (1..=BOARDS).zip(&lines) {
        println!("{line}");
        assert_eq!(*line, stamper.stamp(n, rows.get(n))?.journal_line().to_string());
    }
    assert_eq!(lines.len(), 6);
    Ok(())
}
