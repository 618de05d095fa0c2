//! Asking for numbers, and reporting what became of them.

use std::collections::BTreeMap;

use super::error::{Error, ErrorKind};
use super::head::event;
use super::ledger::Ledger;
use super::side::history;
use super::statements::Statements;
use super::work::Work;
use crate::anchor::Confirmed;
use crate::command::{Ask, Command, Request};
use crate::decide::{Answer, Naming};
use crate::event::{Body, Event};
use crate::facts::Standing;
use crate::key::Key;
use crate::refusal::Refusal;
use crate::seen::Readings;
use crate::ticket::{Offer, Ticket};
use crate::tree::Hash;

/// The line of the log that gave a unit its numbers: what a station keeps in its journal. After a restore, journals are
/// what says who has which number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The ID of the ledger.
    pub ledger: String,
    /// Its place in the log.
    pub seq: u64,
    /// The line, without a line break.
    pub line: String,
    /// The root of the log up to this line.
    pub root: Hash,
}

/// What an ask is answered. It is durable, and the anchor stands above it.
#[derive(Debug)]
#[must_use = "what is not used stays open until the unit asks again"]
#[non_exhaustive]
pub enum Grant {
    /// The right to write these numbers.
    Ticket(Ticket, Entry),
    /// The unit is verified: nothing is to be written.
    Verified {
        /// The unit.
        unit: u64,
    },
    /// The board shows a number that was lost; it is the unit's again, and waits for its read-back.
    Adopted {
        /// The unit.
        unit: u64,
    },
    /// The board shows another unit's identity. These units are quarantined.
    Quarantined {
        /// The units; none, if all that it is about are retired or void.
        units: Vec<u64>,
        /// What the board shows.
        shown: Readings,
        /// What contradicts, in words.
        why: String,
    },
}

/// Units that may ask at once: what a recovery has to say of all of them fits into one event.
const MOST: usize = 100_000;

const SHOWS_A_ROW: &str = "its board shows what a row before it was to get: read the board again";

/// An answer, before the anchor stands above it.
enum Pending {
    Offer(Offer, Entry),
    Other(Answer),
}

impl Ledger {
    /// Asks for the numbers of a unit: new ones the first time, the same ones afterwards, whatever happened in between.
    /// `naming` writes numbers as the job does.
    ///
    /// # Errors
    /// A refusal, with the way on; the ledger is closed; or the disk.
    pub fn ask(&mut self, ask: Ask, naming: &dyn Naming) -> Result<Grant, Error> {
        let request = Request::new(Command::Ask(ask), self.by.clone());
        let granted = self.answered(|work| pending(work, &request, naming));
        granted.and_then(|(pending, confirmed)| grant(pending, &confirmed)).map_err(|kind| self.error(kind))
    }

    /// Asks for the numbers of many units, in one transaction: all or none.
    ///
    /// # Errors
    /// As [`Ledger::ask`], with the row, counted from 1; two rows name one unit; there are more than 100,000. Nothing is
    /// issued then.
    pub fn ask_all(&mut self, asks: Vec<Ask>, naming: &dyn Naming) -> Result<Vec<Grant>, Error> {
        if asks.len() > MOST {
            let what = "more than 100,000 units ask at once: make several inputs of them";
            return Err(self.error(ErrorKind::Refused(Refusal::Malformed { what })));
        }
        let by = self.by.clone();
        let mut quarantine = None;
        let granted = self.answered(|work| {
            let mut rows: BTreeMap<u64, usize> = BTreeMap::new();
            let mut all = Vec::with_capacity(asks.len());
            for (row, ask) in (1..).zip(asks) {
                let request = Request::new(Command::Ask(ask), by.clone());
                let pending = pending(work, &request, naming).map_err(|kind| match kind {
                    ErrorKind::Refused(refusal) => ErrorKind::Row { row, refusal },
                    other => other,
                })?;
                let unit = match &pending {
                    Pending::Offer(Offer { unit, .. }, _)
                    | Pending::Other(Answer::Verified { unit } | Answer::Adopted { unit }) => Some(*unit),
                    Pending::Other(Answer::Quarantined { units, why, .. }) => {
                        quarantine = Some((row, request));
                        return Err(ErrorKind::Quarantined { row, units: units.clone(), why: why.clone() });
                    }
                    Pending::Other(_) => None,
                };
                if let Some(first) = unit.and_then(|unit| rows.insert(unit, row)) {
                    return Err(ErrorKind::Twice { row, first });
                }
                all.push(pending);
            }
            Ok(all)
        });
        if let Some((row, request)) = quarantine {
            // Nothing was issued; what the board showed must not be forgotten, if it is so without the rows before.
            let recorded = self.answered(|work| match pending(work, &request, naming) {
                Ok(Pending::Other(Answer::Quarantined { .. })) => Ok(()),
                Ok(_) => Err(ErrorKind::Row { row, refusal: Refusal::Malformed { what: SHOWS_A_ROW } }),
                Err(ErrorKind::Refused(refusal)) => Err(ErrorKind::Row { row, refusal }),
                Err(other) => Err(other),
            });
            let _: ((), Confirmed) = recorded.map_err(|kind| self.error(kind))?;
        }
        let grants = granted.and_then(|(all, confirmed)| all.into_iter().map(|one| grant(one, &confirmed)).collect());
        grants.map_err(|kind| self.error(kind))
    }

    /// Records a report of a station or a decision of a person: all commands but those that have a method of their own.
    /// When it returns, it is durable, and the anchor stands above it.
    ///
    /// # Errors
    /// A refusal, with the way on; the ledger is closed (pools may be added even then); or the disk.
    pub fn record(&mut self, command: Command, naming: &dyn Naming) -> Result<Answer, Error> {
        let wrong = match command {
            Command::Ask(_) => Some("numbers are asked for by `ask`"),
            Command::Recover(_) => Some("a recovery is made by `recover`"),
            Command::Anchors { .. } => Some("anchors are changed by `move_anchor`"),
            Command::Create { .. } => Some("a ledger is created by `create`"),
            _ => None,
        };
        if let Some(what) = wrong {
            return Err(self.error(Refusal::Malformed { what }.into()));
        }
        let is_pool = matches!(command, Command::Pool(_));
        let request = Request::new(command, self.by.clone());
        let answered = match self.stand() {
            // A pool that a recovery waits for: nothing leaves, and the anchor stays where it is.
            Err(ErrorKind::Closed(closed)) if is_pool && closed.needs_recovery() => {
                let decided = self.transact(|work| {
                    work.facts.standing = Standing::Recovering;
                    work.decide(&request, naming)
                });
                decided.map(|(decision, _)| decision.answer)
            }
            Err(error) => Err(error),
            Ok(()) => self.answered(|work| work.decide(&request, naming)).map(|(decision, _)| decision.answer),
        };
        answered.map_err(|kind| self.error(kind))
    }

    /// A transaction, then the anchor, then the answer.
    fn answered<T>(
        &mut self,
        work: impl FnOnce(&mut Work<'_>) -> Result<T, ErrorKind>,
    ) -> Result<(T, Confirmed), ErrorKind> {
        self.stand()?;
        let (answer, mine) = self.transact(work)?;
        Ok((answer, self.bring(&mine)?))
    }
}

fn pending(work: &mut Work<'_>, request: &Request, naming: &dyn Naming) -> Result<Pending, ErrorKind> {
    match work.decide(request, naming)?.answer {
        Answer::Offer(offer) => {
            let seq = work.drawn_by(offer.unit)?;
            let (line, root) = if let Some(new) = work.take_line(seq) {
                new
            } else {
                let found = event(work.connection(), seq)?;
                let found = found.ok_or_else(|| ErrorKind::Damaged(format!("event {seq} is missing")))?;
                if !gave(&found.0, &offer) {
                    let what = format!("event {seq} did not give unit {} the numbers that it has", offer.unit);
                    return Err(ErrorKind::Damaged(what));
                }
                if let Some(key) = unsaid(work.statements(), &found.0, &offer)? {
                    let what = format!("no event gave unit {} the key {key} that it has", offer.unit);
                    return Err(ErrorKind::Damaged(what));
                }
                found
            };
            Ok(Pending::Offer(offer, Entry { ledger: work.facts.id.clone(), seq, line, root }))
        }
        answer => Ok(Pending::Other(answer)),
    }
}

/// Whether a line of the log gave an offer: what the tables say is believed only if the log says it too.
fn gave(line: &str, offer: &Offer) -> bool {
    let Ok(event) = Event::parse(line.as_bytes()) else { return false };
    match &event.body {
        Body::Reserved { unit, numbers, values, .. }
        | Body::Adopted { unit, numbers, values, .. }
        | Body::Retired { unit, numbers, values, .. } => {
            let drawn = numbers.iter().zip(values).map(|((pool, number), (_, text))| (pool, *number, text));
            let offered = offer.numbers.iter().map(|(pool, (number, text))| (pool, *number, text));
            *unit == offer.unit && drawn.eq(offered)
        }
        _ => false,
    }
}

/// A key of an offer that no event of the log gave the unit; `line` is the event that gave its numbers.
fn unsaid(sql: &Statements<'_>, line: &str, offer: &Offer) -> Result<Option<Key>, ErrorKind> {
    let mut unsaid: Vec<Key> = offer.keys.iter().collect();
    let mut hear = |line: &str| {
        if let Ok(Event {
            body:
                Body::Reserved { unit, keys, .. }
                | Body::Adopted { unit, keys, .. }
                | Body::Keyed { unit, keys }
                | Body::Rekeyed { unit, keys, .. },
            ..
        }) = Event::parse(line.as_bytes())
        {
            unsaid.retain(|key| unit != offer.unit || keys.get(key.kind()) != Some(key.value()));
        }
        unsaid.is_empty()
    };
    if hear(line) {
        return Ok(None);
    }
    // A part was replaced, or a label came later.
    for seq in history(sql, offer.unit, usize::MAX)? {
        if event(sql.connection(), seq)?.is_some_and(|(line, _)| hear(&line)) {
            return Ok(None);
        }
    }
    Ok(unsaid.pop())
}

fn grant(pending: Pending, confirmed: &Confirmed) -> Result<Grant, ErrorKind> {
    Ok(match pending {
        Pending::Offer(offer, entry) => {
            let ticket = Ticket::new(offer, confirmed);
            Grant::Ticket(ticket.ok_or_else(|| ErrorKind::Damaged("the anchor stands below the number".into()))?, entry)
        }
        Pending::Other(Answer::Verified { unit }) => Grant::Verified { unit },
        Pending::Other(Answer::Adopted { unit }) => Grant::Adopted { unit },
        Pending::Other(Answer::Quarantined { units, shown, why }) => Grant::Quarantined { units, shown, why },
        Pending::Other(_) => return Err(ErrorKind::Damaged("an ask was answered as something else".into())),
    })
}
