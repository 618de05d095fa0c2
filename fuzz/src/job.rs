//! Job files.

use std::collections::HashSet;

use nameplate::image::Raw;
use nameplate_job::layout::layout;
use nameplate_job::source::Source;
use nameplate_job::{Job, ParseErrorKind};

/// Any text as a job file, as it is and with a value of another kind in one of its lines: a job that makes sense, or an
/// error with its line. A line more in front changes the line of the error, and nothing else. A job that is written and
/// read is the same.
pub fn parse_job(text: &[u8]) {
    let Ok(text) = core::str::from_utf8(text) else { return };
    moved(text);
    if Job::parse(text).is_ok() {
        other_values(text).iter().for_each(|text| moved(text));
    }
}

/// The same job, but for the value of one line: that of the first line with its key, for each; and edges for one of them,
/// in which every character of the text has a say.
fn other_values(text: &str) -> Vec<String> {
    const EDGES: [&str; 9] =
        ["-1", "0", "\"\"", "[]", "{}", "1.5", "\"\u{E9}:\"", "\"0xFFFFFFFFFFFFFFFF\"", "\"word:0x8000000000000000\""];
    let pick = text.bytes().fold(7_usize, |pick, c| pick.wrapping_mul(31).wrapping_add(c.into())) / 8;
    let lines: Vec<&str> = text.lines().collect();
    let values: Vec<(usize, &str, &str)> = lines
        .iter()
        .enumerate()
        .filter_map(|(at, line)| line.split_once('=').map(|(key, value)| (at, key, value)))
        .collect();
    let with = |at: usize, key: &str, value: &str| {
        let line = format!("{key}={value}");
        [&lines[..at], &[&*line], &lines[at + 1..]].concat().join("\n")
    };
    let first = |key: &str| values.iter().find(|(_, other, _)| *other == key).map_or("", |(.., value)| value);
    let edges = values.get(pick % values.len().max(1)).into_iter();
    let edges = edges.flat_map(|(at, key, _)| EDGES.map(|value| with(*at, key, value)));
    let firsts = values.iter().filter(|(_, key, value)| first(key) != *value);
    edges.chain(firsts.map(|(at, key, _)| with(*at, key, first(key)))).collect()
}

fn moved(text: &str) {
    let parsed = Job::parse(text);
    if !text.starts_with('\u{FEFF}') {
        match (&parsed, Job::parse(&format!("\n{text}"))) {
            (Ok(job), Ok(again)) => assert_eq!(*job, again),
            (Err(error), Err(again)) => {
                // What the job as a whole lacks is told in its first line.
                let whole = error.kind() == ParseErrorKind::Missing && (error.line(), again.line()) == (1, 1);
                assert!(whole || again.line() == error.line() + 1, "{error}; {again}");
                assert_eq!(again.kind(), error.kind(), "{error}");
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
    // Written and read, it is the same job.
    let text = job.to_toml();
    match Job::parse(&text) {
        Ok(again) => assert!(again == *job, "{text}"),
        Err(error) => panic!("{error}\n{text}"),
    }
    if let Ok(image) = Raw::new(&[0xFF; 64], 0) {
        let _ = layout(job, &image, &image).map(|layout| layout.compile(&image).map_err(|error| error.to_string()));
    }
}
