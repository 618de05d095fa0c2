//! What is said of all images together.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::alike::Alike;
use super::seen::Seen;
use super::verdict::Verdict;

/// What was counted over all images.
#[derive(Default)]
pub(super) struct Total {
    pub(super) images: usize,
    pub(super) wrong: usize,
    /// Checksums, and how many of them were judged.
    checks: usize,
    judged: usize,
    /// Images that lack some of the template's memory, and how many bytes.
    partial: u64,
    pub(super) lacks: u64,
    over_template: bool,
    /// Of which fields and checksums how many images had none.
    absent: BTreeMap<String, u64>,
    pub(super) digests: usize,
}

pub(super) const OTHER_FIRMWARE: &str = "; memory outside of fields and checksums was not compared (--other-firmware)";

impl Total {
    pub(super) fn add(&mut self, verdict: &Verdict) {
        self.images += 1;
        self.wrong += usize::from(!verdict.is_right());
        self.checks += verdict.checks.len();
        self.judged += verdict.judged;
        self.partial += u64::from(verdict.lacks > 0);
        self.lacks = self.lacks.saturating_add(verdict.lacks);
        self.over_template |= verdict.over_template;
        self.digests += usize::from(verdict.digest == Some(true));
        for name in &verdict.absent {
            *self.absent.entry(name.clone()).or_default() += 1;
        }
    }

    /// What was compared, when all of it is right, and what was not looked at.
    pub(super) fn text(&self, seen: &Seen<'_>, alike: &Alike<'_>, has_checksum: bool, other_firmware: bool) -> String {
        let mut parts = Vec::new();
        if let Some((first, last)) = seen.range() {
            parts.push(format!("numbers {first} to {last}"));
        }
        parts.push(alike.text());
        let have = |lacks: bool| if lacks { "that they have " } else { "" };
        if self.judged > 0 {
            let has = have(self.judged < self.checks);
            let over = if self.over_template { ", over the template where they lack memory" } else { "" };
            parts.push(format!("all checksums {has}right{over}"));
        }
        if !other_firmware {
            parts.push(format!("all other memory {}as in the template", have(self.partial > 0)));
        }
        let mut text = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
        if other_firmware {
            text.push_str(OTHER_FIRMWARE);
        }
        if !has_checksum {
            text.push_str("; the job has no checksum");
        }
        if !self.absent.is_empty() {
            let absent = self.absent.iter().map(|(name, count)| match self.images {
                1 => name.clone(),
                images => format!("{name} in {count} of {images}"),
            });
            let _ = write!(text, "; not in the dump: {}", absent.collect::<Vec<_>>().join(", "));
        }
        if self.partial > 0 {
            let images = if self.partial == 1 { "image" } else { "images" };
            let _ =
                write!(text, "; {} bytes of the template in {} {images} were not looked at", self.lacks, self.partial);
        }
        text
    }
}
