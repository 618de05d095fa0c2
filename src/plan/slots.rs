//! Where the slots of a plan lie in one image: as in the template, or where a device has moved them.

use alloc::borrow::Cow;
use alloc::collections::BTreeSet;

use super::layout::Plan;
use crate::record::Slot;
use crate::repair::Repair;

/// The slots and the checksums in one image.
#[derive(Clone, Debug)]
pub(super) struct Slots<'p> {
    pub(super) fields: Cow<'p, [Slot]>,
    pub(super) checks: Cow<'p, [Slot]>,
    pub(super) repairs: Cow<'p, [Repair]>,
    /// Which of them lie elsewhere than in the template.
    pub(super) own: BTreeSet<usize>,
}

impl<'p> Slots<'p> {
    /// As in the template.
    pub(super) fn of(plan: &'p Plan) -> Self {
        let (fields, checks) = (Cow::Borrowed(&*plan.field_slots), Cow::Borrowed(&*plan.check_slots));
        Self { fields, checks, repairs: Cow::Borrowed(&plan.repairs), own: BTreeSet::new() }
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Slot> {
        self.fields.iter().chain(self.checks.iter())
    }
}
