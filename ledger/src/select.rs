//! The rows that one command needs.

use alloc::collections::BTreeSet;
use alloc::string::String;

use crate::command::{Command, Request, Target};
use crate::decide::Naming;
use crate::facts::{Facts, Number, Unit};
use crate::key::{Key, Keys};
use crate::pool::{Pool, Range};
use crate::seen::{Found, Readings};

impl Facts {
    /// The rows that a command needs: a store loads these and no others. [`decide`](crate::decide) and
    /// [`evolve`](crate::evolve) do the same with them as with all rows.
    ///
    /// A recovery needs all rows.
    #[must_use]
    pub fn select(&self, request: &Request, naming: &dyn Naming) -> Self {
        if matches!(request.command, Command::Recover(_)) {
            return self.clone();
        }
        let mut some = Self {
            id: self.id.clone(),
            epoch: self.epoch,
            size: self.size,
            confirmed: self.confirmed,
            standing: self.standing,
            last_unit: self.last_unit,
            // There are few pools, and an anchor names them all.
            pools: self.pools.clone(),
            ranges: self.ranges.clone(),
            ..Self::default()
        };
        let mut selection = Selection { all: self, some: &mut some, units: BTreeSet::new() };
        match &request.command {
            Command::Ask(ask) => {
                selection.keys(&ask.keys);
                if let Found::Shows(readings) = &ask.found {
                    selection.readings(readings);
                }
                ask.label.iter().for_each(|label| selection.readings(label));
                ask.pools.iter().for_each(|pool| selection.next(pool, naming));
            }
            Command::Begin { unit, keys, .. } | Command::Rekey { unit, keys, .. } => {
                selection.target(unit);
                selection.keys(keys);
            }
            Command::Verified { unit, seen, .. } => {
                selection.target(unit);
                selection.keys(seen.keys());
                selection.readings(seen.readings());
            }
            Command::Unknown { unit, .. } | Command::Release { unit, .. } | Command::Void { unit, .. } => {
                selection.target(unit);
            }
            Command::VoidLost { pool, first, last, .. } if first <= last => {
                for ((name, number), row) in self.numbers.range((pool.clone(), *first)..=(pool.clone(), *last)) {
                    let _: Option<Number> = selection.some.numbers.insert((name.clone(), *number), row.clone());
                }
            }
            Command::Retire { unit, replace, .. } => {
                selection.target(unit);
                self.pools.keys().for_each(|pool| selection.next(pool, naming));
                if let Some(request) = replace {
                    selection.request(request);
                }
            }
            Command::Lease { request, .. } => selection.request(request),
            Command::Note { unit, request, .. } => {
                selection.target(unit);
                selection.request(request);
            }
            Command::Ship { units, request, .. } => {
                for &unit in units {
                    selection.unit(unit);
                }
                selection.request(request);
            }
            _ => {}
        }
        some
    }
}

struct Selection<'a> {
    all: &'a Facts,
    some: &'a mut Facts,
    units: BTreeSet<u64>,
}

impl Selection<'_> {
    fn unit(&mut self, number: u64) {
        let Some(unit) = self.all.units.get(&number).filter(|_| self.units.insert(number)) else { return };
        let _: Option<Unit> = self.some.units.insert(number, unit.clone());
        unit.keys.iter().for_each(|key| self.key(key));
        for (pool, (number, _)) in unit.issue.iter().flat_map(|issue| &issue.numbers) {
            self.number(pool, *number);
        }
    }

    fn key(&mut self, key: Key) {
        if let Some(&unit) = self.all.keys.get(&key) {
            let _: Option<u64> = self.some.keys.insert(key, unit);
            self.unit(unit);
        }
    }

    fn keys(&mut self, keys: &Keys) {
        keys.iter().for_each(|key| self.key(key));
    }

    fn target(&mut self, target: &Target) {
        match target {
            Target::Unit(unit) => self.unit(*unit),
            Target::Keys(keys) => self.keys(keys),
        }
    }

    fn number(&mut self, pool: &str, number: u64) {
        let at = (String::from(pool), number);
        let Some(row) = self.all.numbers.get(&at) else { return };
        if let Some(pool) = self.all.pools.get(pool) {
            let _: &mut (String, u64) =
                self.some.texts.entry((pool.namespace.clone(), row.text.clone())).or_insert_with(|| at.clone());
        }
        let known: Option<Number> = self.some.numbers.insert(at, row.clone());
        if let (None, Some(unit)) = (known, row.unit) {
            self.unit(unit);
        }
    }

    fn text(&mut self, pool: &Pool, text: &str) {
        let at = (pool.namespace.clone(), String::from(text));
        if let Some((pool, number)) = self.all.texts.get(&at) {
            let _: Option<(String, u64)> = self.some.texts.insert(at, (pool.clone(), *number));
            self.number(pool, *number);
        }
    }

    fn readings(&mut self, readings: &Readings) {
        for (name, reading) in readings {
            if let Some(pool) = self.all.pools.get(name) {
                self.text(pool, &reading.text);
            }
            if let Some(number) = reading.number {
                self.number(name, number);
            }
        }
    }

    /// Whoever has the next number of a pool, or its text: nobody, or the store is damaged.
    fn next(&mut self, name: &str, naming: &dyn Naming) {
        let Some(pool) = self.all.pools.get(name) else { return };
        self.number(name, pool.next);
        if let Some(text) = naming.text(name, pool.next) {
            self.text(pool, &text);
        }
    }

    fn request(&mut self, request: &str) {
        if self.all.requests.contains(request) {
            let _: bool = self.some.requests.insert(request.into());
        }
    }
}

impl Facts {
    /// Whether the rows agree with each other: each number is in one state and of one unit, each text and each key
    /// names one, and each pool adds up. For all rows; `audit` asks it.
    ///
    /// # Errors
    /// What contradicts.
    pub fn audit(&self) -> Result<(), &'static str> {
        let mut tallies: alloc::collections::BTreeMap<&str, crate::pool::Tally> = alloc::collections::BTreeMap::new();
        for ((pool, number), row) in &self.numbers {
            let outside = self.pools.get(pool).is_none_or(|pool| *number < pool.first || *number >= pool.next);
            if outside || self.ranges.iter().any(|range| range.contains(pool, *number)) {
                return Err("a number is outside of its pool, or in two states");
            }
            if row.unit.is_none() && !matches!(row.state, crate::state::State::Lost | crate::state::State::Void) {
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
