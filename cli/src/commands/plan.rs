//! `nameplate plan`: what would change, without writing anything.

use std::fmt::Write as _;
use std::path::Path;

use nameplate::addr::Address;
use nameplate::image::hex::Options;
use serde_json::json;

use super::Outcome;
use crate::failure::Failure;
use crate::run::{JobFile, sources};
use crate::template::Template;

/// Says which bytes a unit's stamp would change, and in which order checksums are repaired.
///
/// # Errors
/// When the job is wrong, as `stamp` would say.
pub fn run(path: &Path, options: Options) -> Result<Outcome, Failure> {
    let job = JobFile::read(path)?;
    let template = Template::read(&job, options)?;
    let opened = template.open()?;
    let container = opened.container();
    let plan = template.layout().compile(container).map_err(Failure::refused)?;
    let sources = sources(&job.job)?;

    let mut text = format!("template {}, {} bytes\n", template.path().display(), template.original().bytes().len());
    if template.file().bytes() != template.original().bytes() {
        let more = template.file().bytes().len() - template.original().bytes().len();
        let _ = writeln!(text, "  {more} characters of new records, for fields in gaps");
    }
    let mut fields = Vec::new();
    for ((name, span, encoding), job) in plan.fields().zip(&job.job.fields) {
        let found = {
            let mut bytes = Vec::new();
            let _ = container.visit(span, &mut |_, part| {
                bytes.extend_from_slice(part);
                std::ops::ControlFlow::Continue(())
            });
            if job.secret { "secret".to_owned() } else { hex::encode_upper(&bytes) }
        };
        let last = sources.iter().find(|(field, _)| field == name).and_then(|(_, source)| source.last());
        let last = last.map_or(String::new(), |last| format!(", numbers to {last}"));
        let _ = writeln!(text, "field {name}: {span}, {} bytes as {encoding}{last}\n  now {found}", span.len());
        fields.push(json!({
            "name": name,
            "address": Address(span.start()).to_string(),
            "length": span.len(),
            "encoding": encoding.to_string(),
            "before": found,
            "secret": job.secret,
        }));
    }
    let mut checksums = Vec::new();
    for (order, (repair, span)) in plan.checks().enumerate() {
        let over: Vec<String> =
            repair.over().iter().map(|range| format!("{}..{}", Address(range.start), Address(range.end))).collect();
        let covers: Vec<&str> = plan.covered(repair.name()).collect();
        let _ = writeln!(
            text,
            "checksum {}: {} over {}, stored at {span}, repaired {}.",
            repair.name(),
            repair.algorithm(),
            over.join(" and "),
            order + 1
        );
        for copy in repair.stores().iter().skip(1) {
            let place = copy.span().map_or(String::new(), |span| span.to_string());
            let _ = writeln!(text, "  {} at {place}", if copy.is_inverted() { "inverted" } else { "again" });
        }
        let _ = writeln!(
            text,
            "  covers {}",
            if covers.is_empty() { "nothing that changes".to_owned() } else { covers.join(", ") }
        );
        checksums.push(json!({
            "name": repair.name(),
            "algorithm": repair.algorithm().to_string(),
            "over": over,
            "covers": covers,
            "address": Address(span.start()).to_string(),
            "length": span.len(),
        }));
    }
    text.push_str("nothing was written");
    Ok(Outcome {
        text,
        json: json!({ "template": template.path(), "fields": fields, "checksums": checksums }),
        tolerated: template.tolerated().to_vec(),
    })
}
