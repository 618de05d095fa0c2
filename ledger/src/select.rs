//! The rows that one command, or one event, needs.

use alloc::borrow::ToOwned as _;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use crate::command::{Command, Request, Target};
use crate::decide::Naming;
use crate::event::{Body, Event};
use crate::facts::{Facts, Number, Unit};
use crate::key::{Key, Keys};
use crate::pool::Pool;
use crate::rows::Rows;
use crate::seen::{Found, Readings};

impl Facts {
    /// Adds the rows that a command needs, of a store that has them. With these, [`decide`](crate::decide) and
    /// [`evolve`](crate::evolve) do the same as with all rows.
    ///
    /// What these facts must have before is their head (ID, epoch, size, confirmed, standing, the last unit) and all
    /// pools. Rows that they have already are kept as they are.
    ///
    /// # Errors
    /// That of the store.
    pub fn load<R: Rows>(&mut self, request: &Request, naming: &dyn Naming, rows: &mut R) -> Result<(), R::Error> {
        let confirmed = self.confirmed;
        let mut selection = Selection { rows, some: self };
        match &request.command {
            Command::Ask(ask) => {
                selection.keys(&ask.keys)?;
                if let Found::Shows(readings) = &ask.found {
                    selection.readings(readings)?;
                }
                if let Some(label) = &ask.label {
                    selection.readings(label)?;
                }
                for pool in &ask.pools {
                    selection.next(pool, naming)?;
                }
            }
            Command::Begin { unit, keys, .. } | Command::Rekey { unit, keys, .. } => {
                selection.target(unit)?;
                selection.keys(keys)?;
            }
            Command::Verified { unit, seen, .. } => {
                selection.target(unit)?;
                selection.keys(seen.keys())?;
                selection.readings(seen.readings())?;
            }
            Command::Unknown { unit, .. } | Command::Release { unit, .. } | Command::Void { unit, .. } => {
                selection.target(unit)?;
            }
            Command::VoidLost { pool, first, last, .. } => selection.stretch(pool, *first, *last)?,
            Command::Retire { unit, replace, .. } => {
                selection.target(unit)?;
                let pools: Vec<String> = selection.some.pools.keys().cloned().collect();
                for pool in pools {
                    selection.next(&pool, naming)?;
                }
                if let Some(request) = replace {
                    selection.request(request)?;
                }
            }
            Command::Lease { request, .. } => selection.request(request)?,
            Command::Note { unit, request, .. } => {
                selection.target(unit)?;
                selection.request(request)?;
            }
            Command::Ship { units, request, .. } => {
                for &unit in units {
                    selection.unit(unit)?;
                    if let Some(shipment) = selection.rows.shipment(unit)? {
                        let _: Option<String> = selection.some.shipments.insert(unit, shipment);
                    }
                }
                selection.request(request)?;
            }
            Command::Recover(recovery) => {
                for unit in selection.rows.drawn_after(confirmed)? {
                    selection.unit(unit)?;
                }
                for event in &recovery.journal {
                    selection.event(event)?;
                }
            }
            Command::Create { .. } | Command::Pool(_) | Command::DropPool { .. } | Command::Anchors { .. } => {}
        }
        Ok(())
    }

    /// Adds the rows that [`evolve`](crate::evolve) needs for an event, as [`Facts::load`] does for a command.
    ///
    /// # Errors
    /// That of the store.
    pub fn load_event<R: Rows>(&mut self, event: &Event, rows: &mut R) -> Result<(), R::Error> {
        Selection { rows, some: self }.event(event)
    }

    /// The rows that a command needs, out of these.
    #[must_use]
    pub fn select(&self, request: &Request, naming: &dyn Naming) -> Self {
        let mut some = Self {
            id: self.id.clone(),
            epoch: self.epoch,
            size: self.size,
            confirmed: self.confirmed,
            standing: self.standing,
            last_unit: self.last_unit,
            // There are few pools, and an anchor names them all.
            pools: self.pools.clone(),
            ..Self::default()
        };
        let Ok(()) = some.load(request, naming, &mut &*self);
        some
    }
}

struct Selection<'a, R> {
    rows: &'a mut R,
    some: &'a mut Facts,
}

impl<R: Rows> Selection<'_, R> {
    /// A unit, with whoever has its keys now and the rows of its numbers.
    fn unit(&mut self, number: u64) -> Result<(), R::Error> {
        if self.some.units.contains_key(&number) {
            return Ok(());
        }
        let Some(unit) = self.rows.unit(number)? else { return Ok(()) };
        for key in unit.keys.iter() {
            let _: Option<u64> = self.owner(key)?;
        }
        for (pool, (number, _)) in unit.issue.iter().flat_map(|issue| &issue.numbers) {
            let _: Option<u64> = self.row(pool, *number)?;
        }
        let _: Option<Unit> = self.some.units.insert(number, unit);
        Ok(())
    }

    fn owner(&mut self, key: Key) -> Result<Option<u64>, R::Error> {
        if let Some(&unit) = self.some.keys.get(&key) {
            return Ok(Some(unit));
        }
        let unit = self.rows.key(&key)?;
        if let Some(unit) = unit {
            let _: Option<u64> = self.some.keys.insert(key, unit);
        }
        Ok(unit)
    }

    fn keys(&mut self, keys: &Keys) -> Result<(), R::Error> {
        keys.iter().try_for_each(|key| self.owner(key)?.map_or(Ok(()), |unit| self.unit(unit)))
    }

    fn target(&mut self, target: &Target) -> Result<(), R::Error> {
        match target {
            Target::Unit(unit) => self.unit(*unit),
            Target::Keys(keys) => self.keys(keys),
        }
    }

    /// A number: its row, or the range that it lies in. Returns its unit.
    fn row(&mut self, pool: &str, number: u64) -> Result<Option<u64>, R::Error> {
        let at = (pool.to_owned(), number);
        if let Some(row) = self.some.numbers.get(&at) {
            return Ok(row.unit);
        }
        let Some(row) = self.rows.number(pool, number)? else {
            self.some.ranges.extend(self.rows.ranges(pool, number, number)?);
            return Ok(None);
        };
        Ok(self.drawn(at, row))
    }

    fn drawn(&mut self, at: (String, u64), row: Number) -> Option<u64> {
        let unit = row.unit;
        if let Some(pool) = self.some.pools.get(&at.0) {
            let text = (pool.namespace.clone(), row.text.clone());
            let _: &mut (String, u64) = self.some.texts.entry(text).or_insert_with(|| at.clone());
        }
        let _: Option<Number> = self.some.numbers.insert(at, row);
        unit
    }

    /// A number, with its unit.
    fn number(&mut self, pool: &str, number: u64) -> Result<(), R::Error> {
        self.row(pool, number)?.map_or(Ok(()), |unit| self.unit(unit))
    }

    fn text(&mut self, pool: &str, text: &str) -> Result<(), R::Error> {
        let Some(Pool { namespace, .. }) = self.some.pools.get(pool) else { return Ok(()) };
        let at = (namespace.clone(), text.to_owned());
        if self.some.texts.contains_key(&at) {
            return Ok(());
        }
        let Some((pool, number)) = self.rows.text(&at.0, text)? else { return Ok(()) };
        let _: Option<(String, u64)> = self.some.texts.insert(at, (pool.clone(), number));
        self.number(&pool, number)
    }

    fn readings(&mut self, readings: &Readings) -> Result<(), R::Error> {
        for (pool, reading) in readings {
            self.text(pool, &reading.text)?;
            if let Some(number) = reading.number {
                self.number(pool, number)?;
            }
        }
        Ok(())
    }

    /// Whoever has the next number of a pool, or its text: nobody, or the store is damaged.
    fn next(&mut self, pool: &str, naming: &dyn Naming) -> Result<(), R::Error> {
        let Some(next) = self.some.pools.get(pool).map(|row| row.next) else { return Ok(()) };
        self.number(pool, next)?;
        naming.text(pool, next).map_or(Ok(()), |text| self.text(pool, &text))
    }

    /// All numbers from `first` to `last`.
    fn stretch(&mut self, pool: &str, first: u64, last: u64) -> Result<(), R::Error> {
        if first > last {
            return Ok(());
        }
        for (number, row) in self.rows.numbers(pool, first, last)? {
            let at = (pool.to_owned(), number);
            if !self.some.numbers.contains_key(&at) {
                if let Some(unit) = self.drawn(at, row) {
                    self.unit(unit)?;
                }
            }
        }
        self.some.ranges.extend(self.rows.ranges(pool, first, last)?);
        Ok(())
    }

    fn request(&mut self, request: &str) -> Result<(), R::Error> {
        if self.rows.request(request)? {
            let _: bool = self.some.requests.insert(request.into());
        }
        Ok(())
    }

    fn identities(
        &mut self,
        numbers: &BTreeMap<String, u64>,
        values: &BTreeMap<String, String>,
    ) -> Result<(), R::Error> {
        numbers.iter().try_for_each(|(pool, &number)| self.number(pool, number))?;
        values.iter().try_for_each(|(pool, text)| self.text(pool, text))
    }

    fn event(&mut self, event: &Event) -> Result<(), R::Error> {
        match &event.body {
            Body::Created { .. } | Body::Pool { .. } | Body::PoolDropped { .. } | Body::Anchors { .. } => Ok(()),
            Body::Reserved { unit, keys, numbers, values, .. } | Body::Adopted { unit, keys, numbers, values, .. } => {
                self.unit(*unit)?;
                self.keys(keys)?;
                self.identities(numbers, values)
            }
            Body::Keyed { unit, keys } | Body::Rekeyed { unit, keys, .. } => {
                self.unit(*unit)?;
                self.keys(keys)
            }
            Body::Reissued { unit, .. }
            | Body::Begun { unit, .. }
            | Body::Verified { unit, .. }
            | Body::Unknown { unit, .. }
            | Body::Late { unit, .. }
            | Body::Released { unit, .. }
            | Body::Voided { unit, .. } => self.unit(*unit),
            Body::Quarantined { units, .. } => units.iter().try_for_each(|&unit| self.unit(unit)),
            Body::Recovered { withdrawn, .. } => withdrawn.iter().try_for_each(|&unit| self.unit(unit)),
            Body::VoidedRange { pool, first, last, .. } => self.stretch(pool, *first, *last),
            Body::Retired { unit, numbers, values, request, .. } => {
                self.unit(*unit)?;
                self.identities(numbers, values)?;
                request.iter().try_for_each(|request| self.request(request))
            }
            Body::Leased { request, .. } => self.request(request),
            Body::Noted { unit, request, .. } => {
                self.unit(*unit)?;
                self.request(request)
            }
            Body::Shipped { units, request, .. } => {
                units.iter().try_for_each(|&unit| self.unit(unit))?;
                self.request(request)
            }
        }
    }
}
