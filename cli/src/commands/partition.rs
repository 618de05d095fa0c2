//! What `inspect` says of NVS partitions: pages, namespaces, keys and types, and what is damaged; no values.

use std::fmt;

use nameplate::Span;
use nameplate::addr::Address;
use nameplate::image::nvs::{Item, Nvs, NvsError, NvsErrorKind, Page, SlotState, State};
use serde::Serialize;

use crate::failure::Failure;
use crate::report::Report;

/// A page.
#[derive(Serialize)]
struct ShownPage {
    page: u32,
    state: String,
    sequence: Option<u32>,
    version: Option<u8>,
    header: Option<&'static str>,
    written: usize,
    erased: usize,
    empty: usize,
}

fn verdict(right: bool) -> &'static str {
    if right { "right" } else { "wrong" }
}

impl ShownPage {
    fn new(page: &Page<'_>) -> Self {
        let used = page.state() != State::Blank;
        let (found, expected) = page.header_crc();
        Self {
            page: page.index(),
            state: page.state().to_string(),
            sequence: used.then(|| page.sequence()),
            version: page.version().filter(|_| used),
            header: used.then(|| verdict(found == expected)),
            written: page.count(SlotState::Written),
            erased: page.count(SlotState::Erased),
            empty: page.count(SlotState::Empty),
        }
    }
}

impl fmt::Display for ShownPage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { page, state, sequence, version, header, written, erased, empty } = self;
        write!(f, "  page     {page}: {state}")?;
        let (Some(sequence), Some(header)) = (sequence, header) else { return Ok(()) };
        match version {
            Some(version) => write!(f, ", version {version}")?,
            None => f.write_str(", unknown version")?,
        }
        write!(f, ", sequence number {sequence}, CRC of its header {header}, ")?;
        write!(f, "{written} slots written, {erased} erased, {empty} empty")
    }
}

/// The value of a key, but for the value.
#[derive(Serialize)]
struct ShownKey<'n> {
    namespace: &'n str,
    key: &'n str,
    #[serde(rename = "type")]
    kind: String,
    length: usize,
    page: u32,
    entry: u8,
    address: String,
    parts: usize,
    crc: &'static str,
}

impl<'n> ShownKey<'n> {
    fn new(item: &Item<'n, 'n>, base: u64) -> Self {
        let at = item.entry().at();
        let start = item.parts().next().map_or(at.offset(), |part| part.start);
        Self {
            namespace: item.namespace(),
            key: item.key(),
            kind: item.kind().to_string(),
            length: item.len(),
            page: at.page,
            entry: at.entry,
            address: Address(base.saturating_add(u64::try_from(start).unwrap_or(u64::MAX))).to_string(),
            parts: item.parts().count(),
            crc: verdict(item.is_right()),
        }
    }
}

impl fmt::Display for ShownKey<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { namespace, key, kind, length, page, entry, address, parts, crc } = self;
        write!(f, "  key      {namespace}/{key}: {kind}, {length} bytes at {address}")?;
        if *parts > 1 {
            write!(f, " and in {} more chunks", parts - 1)?;
        }
        write!(f, ", page {page}, entry {entry}, CRC {crc}")
    }
}

/// Something that is wrong.
#[derive(Serialize)]
struct Damage {
    page: Option<u32>,
    entry: Option<u8>,
    what: String,
}

impl Damage {
    fn new(error: &NvsError) -> Self {
        Self { page: error.page(), entry: error.entry(), what: error.to_string() }
    }
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "  damaged  {}", self.what)
    }
}

/// Whether a file is an NVS partition and nothing else, as far as the headers of its pages say: at least one is used and
/// right, and none has a state that is none of NVS.
pub(super) fn is_nvs(file: &[u8]) -> bool {
    let nvs = match Nvs::scan(file) {
        Ok(nvs) => nvs,
        Err(error) => return matches!(error.kind(), NvsErrorKind::Encrypted { .. }),
    };
    let known = |page: &Page<'_>| !matches!(page.state(), State::Unknown(_));
    nvs.pages().all(|page| known(&page)) && nvs.pages().any(|page| page.is_used())
}

/// Says what the partition at `span` holds.
///
/// # Errors
/// When it is none, or encrypted.
pub(super) fn say(partition: &[u8], span: Span, report: &mut Report<'_>) -> Result<(), Failure> {
    let nvs = Nvs::scan(partition).map_err(Failure::refused)?;
    report.say(format_args!("  partition {span}, {} pages", nvs.pages().count()));
    report.entry("partition", span.to_string());
    report.list("pages", nvs.pages().map(|page| ShownPage::new(&page)));
    for name in nvs.namespaces() {
        report.say(format_args!("  namespace {name}"));
    }
    report.entry("namespaces", nvs.namespaces().collect::<Vec<_>>());
    report.list("keys", nvs.items().map(|item| ShownKey::new(&item, span.start())));
    report.list("damage", nvs.damage().iter().map(Damage::new));
    Ok(())
}
