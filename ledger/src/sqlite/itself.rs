//! What a ledger is asked about itself: its ID and size, the recoveries that it went through.

use rusqlite::Connection;

use super::error::{Error, ErrorKind};
use super::head::{Top, event};
use super::ledger::Ledger;
use crate::event::{Body, Event};

impl Ledger {
    /// Its ID.
    ///
    /// # Errors
    /// It cannot be read, or is damaged.
    pub fn id(&self) -> Result<String, Error> {
        Top::read(&self.connection).map(|top| top.id).map_err(|kind| self.error(kind))
    }

    /// The number of its events.
    ///
    /// # Errors
    /// It cannot be read, or is damaged.
    pub fn size(&self) -> Result<u64, Error> {
        Top::read(&self.connection).map(|top| top.head.size()).map_err(|kind| self.error(kind))
    }

    /// The number of events that the anchor was last seen to confirm, by this process; all of them without an anchor. What
    /// lies behind it may be taken back by a recovery. 0 while the ledger is closed.
    pub fn confirmed(&self) -> u64 {
        self.last_confirmed().map_or(0, |(size, _)| size)
    }

    /// Whether a unit has a key of this kind.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn knows_kind(&self, kind: &str) -> Result<bool, Error> {
        let look = || -> Result<bool, ErrorKind> {
            let sql = "SELECT 1 FROM unit_key WHERE kind=?1 AND living=1 LIMIT 1";
            Ok(self.connection.prepare_cached(sql)?.exists([kind])?)
        };
        look().map_err(|kind| self.error(kind))
    }

    /// The events of its recoveries, in order. What was told between the copy that was put back and the loss may lack
    /// since: see [`Tail`](crate::Tail).
    ///
    /// # Errors
    /// It cannot be read, or is damaged.
    pub fn recoveries(&self) -> Result<Vec<Event>, Error> {
        self.recoveries_by().map_err(|kind| self.error(kind))
    }

    fn recoveries_by(&self) -> Result<Vec<Event>, ErrorKind> {
        let transaction = self.connection.unchecked_transaction()?;
        recoveries(&transaction)
    }
}

/// The events of the recoveries, in order.
pub(super) fn recoveries(connection: &Connection) -> Result<Vec<Event>, ErrorKind> {
    let top = Top::read(connection)?;
    let read = |seq: u64| -> Result<Event, ErrorKind> {
        let line = event(connection, seq)?.map(|(line, _)| line);
        let found = line.and_then(|line| Event::parse(line.as_bytes()).ok());
        found.ok_or_else(|| ErrorKind::Damaged(format!("event {seq} is missing, or no event")))
    };
    let (size, mut found, mut from) = (top.head.size(), Vec::new(), 1);
    let mut epoch = 1;
    // Epochs never fall, and only a recovery raises them: its event is the first one of a higher epoch.
    while epoch < top.epoch {
        let (mut low, mut high) = (from, size);
        while low < high {
            let middle = low.saturating_add(high.saturating_sub(low) / 2);
            if read(middle)?.epoch > epoch {
                high = middle;
            } else {
                low = middle.saturating_add(1);
            }
        }
        let first = read(low)?;
        if first.epoch <= epoch {
            return Err(ErrorKind::Damaged("no event raised its epoch".into()));
        }
        (epoch, from) = (first.epoch, low);
        if matches!(first.body, Body::Recovered { .. }) {
            found.push(first);
        }
    }
    Ok(found)
}
