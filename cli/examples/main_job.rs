//! The main job, start to end: 1,000 units of the example firmware as HEX, 1,000 lines of SQTP, and
//! every unit verified against `units.jsonl`.
//!
//!     cargo run --release -p nameplate-cli --example main_job

use std::path::Path;
use std::{fs, io};

use nameplate::image::hex::Options;
use nameplate_cli::commands::{sqtp, stamp, verify};
use nameplate_cli::failure::{Exit, Failure};
use nameplate_cli::report::Report;
use nameplate_cli::run::Choice;
use nameplate_cli::units::Form;

const UNITS: u64 = 1000;

fn main() -> Result<(), Failure> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let (examples, out) = (root.join("examples/firmware"), root.join("target/main-job"));
    if let Err(error) = fs::remove_dir_all(&out)
        && error.kind() != io::ErrorKind::NotFound
    {
        return Err(Failure::io(&out, error));
    }
    fs::create_dir_all(&out).map_err(|error| Failure::io(&out, error))?;
    let out = out.canonicalize().map_err(|error| Failure::io(&out, error))?;
    let units = out.join("units");
    let options = Options::strict();
    let choice = Choice { count: Some(UNITS), ..Choice::default() };

    let job = examples.join("nameplate.toml");
    let stamp = stamp::Args { job: job.clone(), out: units.clone(), choice: choice.clone(), form: Form::default() };
    println!("{}\n", stamp::run(&stamp, options)?.text);

    let (job_file, out_file) = (examples.join("sqtp.toml"), out.join("serials.num"));
    let sqtp = sqtp::Args { job: Some(job_file), out: Some(out_file), choice, ..sqtp::Args::default() };
    println!("{}\n", sqtp::run(&sqtp, options)?.text);

    let journal = units.join("units.jsonl");
    let mut images = Vec::new();
    for entry in fs::read_dir(&units).map_err(|error| Failure::io(&units, error))? {
        let path = entry.map_err(|error| Failure::io(&units, error))?.path();
        if path != journal {
            images.push(path);
        }
    }
    images.sort();
    let first = images.first().map(|path| path.display().to_string()).unwrap_or_default();
    let args = verify::Args { job, units: vec![journal.clone()], images, ..verify::Args::default() };
    let mut said = io::stdout();
    let mut report = Report::new(&mut said, false);
    let (_, right) = verify::run(&args, options, &mut report)?;
    report.end(right).map_err(|error| Failure::new(Exit::Io, error))?;
    println!("the first unit  {first}\nthe journal     {}", journal.display());
    println!("the SQTP file   {}", out.join("serials.num").display());
    if right { Ok(()) } else { Err(verify::failed()) }
}
