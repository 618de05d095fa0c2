//! Job files.

use std::collections::HashSet;

use nameplate::image::Raw;
use nameplate_cli::job::{Job, JobErrorKind};
use nameplate_cli::layout::layout;
use nameplate_cli::source::Source;

/// Any text as a job file: a job that makes sense, or an error with its line. A line more in front changes the line of the
/// error, and nothing else.
pub fn parse_job(text: &[u8]) {
    let Ok(text) = core::str::from_utf8(text) else { return };
    let parsed = Job::parse(text);
    if !text.starts_with('\u{FEFF}') {
        match (&parsed, Job::parse(&format!("\n{text}"))) {
            (Ok(job), Ok(again)) => assert_eq!(*job, again),
            (Err(error), Err(again)) => {
                // What the job as a whole lacks is told in its first line.
                let moved = error.line() + usize::from(error.kind() != JobErrorKind::Missing || error.line() > 1);
                assert_eq!((moved, error.kind()), (again.line(), again.kind()), "{error}");
                assert!(error.line() <= text.lines().count() + 1, "{error}");
            }
            pair => panic!("{pair:?}"),
        }
    }
    if let Ok(job) = parsed {
        whole(&job);
    }
}

fn whole(job: &Job) {
    let fields = job.fields.iter().map(|field| &field.name);
    let sums = job.checksums.iter().map(|sum| &sum.name).chain(job.presets.iter().map(|preset| &preset.name));
    let texts = job.texts.iter().map(|text| &text.name);
    for names in [fields.collect::<Vec<_>>(), sums.collect(), texts.collect()] {
        assert_eq!(names.iter().collect::<HashSet<_>>().len(), names.len(), "{names:?}");
    }
    assert!(!job.fields.is_empty() && job.unit.last.is_none_or(|last| job.unit.first <= last));
    for field in &job.fields {
        assert!((1..=65_536).contains(&field.encode.len()));
        if let Ok(source) = Source::new(field, &job.unit) {
            let _ = (source.last(), source.value(job.unit.first, None));
        }
    }
    if let Ok(image) = Raw::new(&[0xFF; 64], 0) {
        let _ = layout(job, &image, &image).map(|layout| layout.compile(&image).map_err(|error| error.to_string()));
    }
}
