//! The memory of an image beside the template's, outside of fields and words.

use std::ops::ControlFlow;

use nameplate::image::{Container, differences};
use nameplate::{Plan, Span};

/// How the memory of a file lies to the template's.
#[derive(Debug, Default)]
pub(super) struct Memory {
    /// What the template has and the file lacks, ascending.
    lacks: Vec<Span>,
    /// The first address where both have a byte outside of fields and words, and not the same one.
    pub(super) first: Option<u64>,
    /// How many such bytes there are.
    pub(super) differ: u64,
}

impl Memory {
    /// `slots` are fields and words, ascending.
    pub(super) fn compare(template: &dyn Container, image: &dyn Container, slots: &[Span]) -> Self {
        let mut this = Self::default();
        let Some(extent) = template.extent() else { return this };
        let _ = differences(template, image, extent, &mut |found| {
            match (found.first, found.second) {
                (Some(_), None) => this.lacks.push(found.span),
                (Some(_), Some(_)) => this.outside(found.span, slots),
                (None, _) => {}
            }
            ControlFlow::Continue(())
        });
        this
    }

    /// Counts the bytes of `span` that lie in no slot.
    fn outside(&mut self, span: Span, slots: &[Span]) {
        let mut next = span.start();
        let mut count = |from: u64, to: u64| {
            if from < to {
                self.first = self.first.or(Some(from));
                self.differ += to - from;
            }
        };
        let from = slots.partition_point(|slot| slot.end() <= span.start());
        for slot in slots.iter().skip(from).take_while(|slot| slot.start() < span.end()) {
            count(next, slot.start());
            next = slot.end().min(span.end());
        }
        count(next, span.end());
    }

    /// How many bytes of the template the file lacks.
    pub(super) fn lacks(&self) -> u64 {
        self.lacks.iter().map(|span| span.len()).sum()
    }

    /// Whether the file lacks some of the template's bytes within `span`.
    pub(super) fn lacks_within(&self, span: Span) -> bool {
        let from = self.lacks.partition_point(|lack| lack.end() <= span.start());
        self.lacks.get(from).is_some_and(|lack| lack.start() < span.end())
    }
}

/// Fields and words, ascending.
pub(super) fn slots(plan: &Plan) -> Vec<Span> {
    let mut slots: Vec<Span> = plan.spans().collect();
    slots.sort_unstable();
    slots
}
