//! Whether all rows agree with each other.

use alloc::collections::BTreeMap;

use crate::facts::Facts;
use crate::pool::{Range, Tally};
use crate::state::State;

impl Facts {
    /// Whether the rows agree with each other: each number is in one state and of one unit, each text and each key
    /// names one, and each pool adds up. For all rows; `audit` asks it.
    ///
    /// # Errors
    /// What contradicts.
    pub fn audit(&self) -> Result<(), &'static str> {
        let mut tallies: BTreeMap<&str, Tally> = BTreeMap::new();
        for ((pool, number), row) in &self.numbers {
            let outside = self.pools.get(pool).is_none_or(|pool| *number < pool.first || *number >= pool.next);
            if outside || self.ranges.iter().any(|range| range.contains(pool, *number)) {
                return Err("a number is outside of its pool, or in two states");
            }
            if row.unit.is_none() && !matches!(row.state, State::Lost | State::Void) {
                return Err("a number without a unit is neither lost nor void");
            }
            tallies.entry(pool).or_default().add(row.state, 1).ok_or("too many numbers")?;
        }
        for range in &self.ranges {
            tallies.entry(&range.pool).or_default().add(range.state, range.count()).ok_or("too many numbers")?;
        }
        for (name, pool) in &self.pools {
            if tallies.get(name.as_str()).copied().unwrap_or_default() != pool.tally || !pool.adds_up() {
                return Err("the numbers of a pool do not add up");
            }
        }
        for (unit, row) in &self.units {
            for (pool, (number, text)) in row.issue.iter().flat_map(|issue| &issue.numbers) {
                let known = self.numbers.get(&(pool.clone(), *number));
                let state = row.issue.as_ref().map(|issue| issue.state);
                if known
                    .is_none_or(|known| known.unit != Some(*unit) || known.text != *text || Some(known.state) != state)
                {
                    return Err("a unit and its number disagree");
                }
            }
        }
        let overlap = |one: &Range, two: &Range| {
            one != two && one.pool == two.pool && one.first <= two.last && two.first <= one.last
        };
        if self.ranges.iter().any(|one| self.ranges.iter().any(|two| overlap(one, two))) {
            return Err("two ranges overlap");
        }
        if self
            .keys
            .iter()
            .any(|(key, unit)| self.units.get(unit).is_none_or(|row| row.keys.get(key.kind()) != Some(key.value())))
        {
            return Err("a key and its unit disagree");
        }
        Ok(())
    }
}
