//! Why a template's own checksum may look wrong: the usual mistakes in a description, tried one by one.

use alloc::vec::Vec;
use core::ops::Range;

use super::choices::{FeedOrder, Step};
use super::description::Repair;
use super::explanation::{Changed, Explanation};
use super::over::Over;
use super::store::Store;
use super::stream;
use crate::check::{Algorithm, CATALOGUE, Crc, Parameters};
use crate::image::Container;

/// A checksum narrower than this matches something by chance.
const LEAST_WIDTH: u32 = 16;

/// More bytes than this are not gone through some sixty times.
const MOST: u64 = 1 << 24;

/// What `word` would be right for: the first of the usual mistakes that explains it. Not looked for
/// in large images, nor for narrow checksums.
pub(super) fn explain(repair: &Repair, store: &Store, word: &[u8], image: &dyn Container) -> Option<Explanation> {
    let len = repair
        .ranges()
        .map(|(_, range)| range)
        .fold(0_u64, |len, range| len.saturating_add(range.end.saturating_sub(range.start)));
    if repair.algorithm.width() < LEAST_WIDTH || len > MOST {
        return None;
    }
    core::iter::once((None, repair.clone())).chain(variants(repair)).find_map(|(change, repair)| {
        let parts = stream::coverage(&repair).ok()?;
        let right = repair.finished(stream::compute(&repair, &parts, image).ok()?.value);
        let holds = |store: &Store| store.get(word, repair.algorithm).is_ok_and(|stored| stored == right);
        if holds(store) {
            return Some(Explanation { change, order: None });
        }
        let turned = store.turned().filter(holds)?;
        Some(Explanation { change, order: turned.order() })
    })
}

fn variants(repair: &Repair) -> impl Iterator<Item = (Option<Changed>, Repair)> {
    let with = |change: Changed, edit: &dyn Fn(&mut Repair)| {
        let mut repair = repair.clone();
        edit(&mut repair);
        (Some(change), repair)
    };
    let mut all = Vec::new();
    // One of each is as it was: no explanation, as is any step of a hash.
    for order in [FeedOrder::Forward, FeedOrder::Swap16, FeedOrder::Swap32] {
        all.push(with(Changed::FeedOrder(order), &|repair| repair.order = order));
    }
    for (name, steps) in
        [("without steps", &[][..]), ("with the step not", &[Step::Not]), ("with the step negate", &[Step::Negate])]
    {
        all.push(with(Changed::Steps(name), &|repair| repair.steps = steps.to_vec()));
    }
    let mut ranges = repair.ranges().filter(|_| repair.over.iter().all(|over| over.image().is_none()));
    if let Some((_, first)) = ranges.next() {
        let (start, end) = (first.start, ranges.last().map_or(first.end, |(_, last)| last.end));
        for by in 1..=4 {
            for (start, end) in [
                (start, end.saturating_add(by)),
                (start, end.saturating_sub(by)),
                (start.saturating_add(by), end),
                (start.saturating_sub(by), end),
            ] {
                all.push(with(Changed::Range(start, end), &|repair| {
                    edit(repair.over.first_mut(), |range| range.start = start);
                    edit(repair.over.last_mut(), |range| range.end = end);
                }));
            }
        }
    }
    for crc in others(repair.algorithm) {
        all.push(with(Changed::Algorithm(crc.into()), &|repair| repair.algorithm = crc.into()));
    }
    all.into_iter()
}

/// Changes the addresses of what is covered.
fn edit(over: Option<&mut Over>, change: impl Fn(&mut Range<u64>)) {
    let Some(over) = over else { return };
    let Some(mut range) = over.range() else { return };
    change(&mut range);
    *over = range.into();
}

/// The same CRC with other initial values and final XORs, then all of its width.
fn others(algorithm: Algorithm) -> Vec<Crc> {
    let Algorithm::Crc(crc) = algorithm else { return Vec::new() };
    let model = crc.parameters();
    let ones = u128::MAX >> (u128::BITS - model.width);
    let pairs = [(0, 0), (0, ones), (ones, 0), (ones, ones)];
    let same = pairs.into_iter().filter_map(|(init, xorout)| Crc::new(Parameters { init, xorout, ..model }).ok());
    let rows = CATALOGUE.iter().copied().filter(|row| row.width() == model.width);
    same.chain(rows).filter(|other| *other != crc).collect()
}
