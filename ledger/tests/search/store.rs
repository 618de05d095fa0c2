//! The model store: every history that a run meets, once. It calls the production `decide`, `evolve` and tree, and
//! remembers what they said: they are pure, so the same question has the same answer.

use std::collections::HashMap;

use nameplate_ledger::anchor::{Advance, Anchor, parse_anchor};
use nameplate_ledger::tree::{Hash, Head, leaf};
use nameplate_ledger::{
    Answer, Ask, By, Command, Event, Evidence, Facts, Found, Key, Keys, NewPool, Offer, Reading, Readings, Recovery,
    Refusal, Request, Retry, Seen, State, Target, decide, evolve,
};

pub(crate) const NONE: u8 = u8::MAX;
pub(crate) const POOL: &str = "p";

/// The keys that were read: chip and barcode. `NONE` is not read.
pub(crate) type Named = (u8, u8);

/// A command, small.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Order {
    Ask {
        station: u8,
        keys: Named,
        found: u8,
        person: bool,
        fresh: bool,
    },
    Begin {
        unit: u8,
        attempt: u8,
        keys: Named,
    },
    Verified {
        unit: u8,
        attempt: u8,
        keys: Named,
        shows: u8,
    },
    Unknown {
        unit: u8,
        attempt: u8,
    },
    Void {
        unit: u8,
    },
    /// Key added without asking: a naive design.
    Freely {
        unit: u8,
        keys: Named,
    },
    /// With an anchor, and the journal of another history: a page of it, or 0.
    Recover {
        text: u32,
        confirmed: u64,
        journal: u32,
    },
}

/// What a station hears, small.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Reply {
    Offer {
        unit: u8,
        attempt: u8,
        number: u8,
        seq: u64,
        new: bool,
    },
    Verified {
        unit: u8,
    },
    Adopted {
        unit: u8,
    },
    Recorded,
    No,
    /// A person could say that this blank board is new.
    MayBeLost,
}

struct Page {
    parent: u32,
    /// What led to it.
    event: Option<Event>,
    facts: Facts,
    head: Head,
}

/// All histories, anchor texts and moves of anchors.
pub(crate) struct Books {
    pages: Vec<Page>,
    next: HashMap<(u32, String), u32>,
    said: HashMap<(u32, Order), (u32, Reply)>,
    texts: Vec<String>,
    text_ids: HashMap<String, u32>,
    moves: Vec<Advance>,
    move_ids: HashMap<Advance, u32>,
}

#[allow(clippy::unnecessary_wraps)] // as `Naming` wants it
fn naming(_: &str, number: u64) -> Option<String> {
    Some(format!("p-{number}"))
}

fn readings(number: u8) -> Readings {
    let reading = |number: u8| (POOL.to_owned(), Reading { text: format!("p-{number}"), number: Some(number.into()) });
    (number > 0).then(|| reading(number)).into_iter().collect()
}

pub(crate) fn keys((chip, barcode): Named) -> Keys {
    let key = |kind, value: u8| (value != NONE).then(|| Key::new(kind, &format!("{kind}-{value}")).unwrap());
    Keys::new([key("uid", chip), key("board", barcode)].into_iter().flatten()).unwrap()
}

fn small(number: u64) -> u8 {
    u8::try_from(number).unwrap()
}

impl Books {
    /// A ledger with one pool of `numbers`.
    pub(crate) fn new(numbers: u64) -> (Self, u32) {
        let root = Page { parent: 0, event: None, facts: Facts::default(), head: Head::new() };
        let mut books = Self {
            pages: vec![root],
            next: HashMap::new(),
            said: HashMap::new(),
            texts: vec![],
            text_ids: HashMap::new(),
            moves: vec![],
            move_ids: HashMap::new(),
        };
        let mut at = 0;
        for command in [
            Command::create("5f1c0a7e9b3d4c21a8e64b0f2d7c9e13"),
            Command::Pool(NewPool::new(POOL, 1, numbers, "p-{seq}")),
        ] {
            let events =
                decide(&books.pages[at as usize].facts, &Request::new(command, By::default()), &naming).unwrap().events;
            at = books.append(at, &events);
        }
        (books, at)
    }

    fn append(&mut self, mut at: u32, events: &[Event]) -> u32 {
        for event in events {
            let line = event.line();
            if let Some(&known) = self.next.get(&(at, line.clone())) {
                at = known;
                continue;
            }
            let (facts, head) = (self.facts(at).clone(), self.pages[at as usize].head.clone());
            let mut page = Page { parent: at, event: Some(event.clone()), facts, head };
            evolve(&mut page.facts, event).unwrap_or_else(|error| panic!("{line}: {error}"));
            page.facts.audit().unwrap_or_else(|error| panic!("{line}: {error}"));
            page.head.append(leaf(line.as_bytes()));
            let id = u32::try_from(self.pages.len()).unwrap();
            self.pages.push(page);
            assert_eq!(self.next.insert((at, line), id), None);
            at = id;
        }
        at
    }

    pub(crate) fn facts(&self, at: u32) -> &Facts {
        &self.pages[at as usize].facts
    }

    pub(crate) fn size(&self, at: u32) -> u64 {
        self.facts(at).size
    }

    /// The state of a number in a history.
    pub(crate) fn state(&self, at: u32, number: u8) -> Option<State> {
        self.facts(at).state(POOL, number.into())
    }

    /// The page of a history at a size, or before it.
    pub(crate) fn until(&self, mut at: u32, size: u64) -> u32 {
        while self.size(at) > size {
            at = self.pages[at as usize].parent;
        }
        at
    }

    /// The events of a history that another one does not have.
    fn beyond(&self, mut at: u32, other: u32) -> Vec<Event> {
        let mut events = vec![];
        while self.until(other, self.size(at)) != at {
            let page = &self.pages[at as usize];
            events.extend(page.event.clone());
            at = page.parent;
        }
        events.reverse();
        events
    }

    /// The root of a history at a size.
    pub(crate) fn root(&self, mut at: u32, size: u64) -> Option<Hash> {
        while self.size(at) > size {
            at = self.pages[at as usize].parent;
        }
        (self.size(at) == size).then(|| self.pages[at as usize].head.root())
    }

    pub(crate) fn anchor(&self, at: u32) -> Anchor {
        Anchor::new(self.facts(at), &self.pages[at as usize].head)
    }

    pub(crate) fn intern(&mut self, text: &str) -> u32 {
        if let Some(&id) = self.text_ids.get(text) {
            return id;
        }
        let id = u32::try_from(self.texts.len()).unwrap();
        self.texts.push(text.to_owned());
        let _: Option<u32> = self.text_ids.insert(text.to_owned(), id);
        id
    }

    pub(crate) fn text(&self, id: u32) -> &str {
        &self.texts[id as usize]
    }

    pub(crate) fn intern_move(&mut self, advance: Advance) -> u32 {
        if let Some(&id) = self.move_ids.get(&advance) {
            return id;
        }
        let id = u32::try_from(self.moves.len()).unwrap();
        self.moves.push(advance.clone());
        let _: Option<u32> = self.move_ids.insert(advance, id);
        id
    }

    pub(crate) fn advance(&self, id: u32) -> &Advance {
        &self.moves[id as usize]
    }

    /// The offer of a history, as the production ticket wants it.
    pub(crate) fn offer(&self, at: u32, unit: u8, attempt: u8, number: u8, seq: u64) -> Option<Offer> {
        let row = self.facts(at).units.get(&unit.into())?;
        let numbers = [(POOL.to_owned(), (number.into(), format!("p-{number}")))].into();
        Some(Offer { unit: unit.into(), attempt: attempt.into(), keys: row.keys.clone(), numbers, seq })
    }

    /// Decides, and appends what was decided.
    pub(crate) fn run(&mut self, at: u32, order: Order) -> (u32, Reply) {
        if let Some(&said) = self.said.get(&(at, order)) {
            return said;
        }
        let said = self.run_once(at, order);
        let _: Option<(u32, Reply)> = self.said.insert((at, order), said);
        said
    }

    fn run_once(&mut self, at: u32, order: Order) -> (u32, Reply) {
        let mut facts = self.facts(at).clone();
        let unit = |unit: u8| Target::Unit(unit.into());
        let mut by = By::default();
        let command = match order {
            Order::Ask { station, keys: named, found, person, fresh } => {
                by = By::station(&format!("s{station}"));
                let found = match found {
                    0 => Found::Blank,
                    number => Found::Shows(readings(number)),
                };
                let ask =
                    Ask::new([POOL], keys(named)).found(found).retry(if person { Retry::Person } else { Retry::Blank });
                Command::Ask(if fresh { ask.fresh("a blank board") } else { ask })
            }
            Order::Begin { unit: number, attempt, keys: named } => {
                Command::Begin { unit: unit(number), attempt: Some(attempt.into()), keys: keys(named) }
            }
            Order::Verified { unit: number, attempt, keys: named, shows } => Command::Verified {
                unit: unit(number),
                attempt: (attempt > 0).then(|| attempt.into()),
                seen: Seen::new(keys(named), Evidence::Readback, readings(shows)),
                weakest: Evidence::Readback,
            },
            Order::Unknown { unit: number, attempt } => {
                Command::Unknown { unit: unit(number), attempt: Some(attempt.into()), reason: "reported failed".into() }
            }
            Order::Void { unit: number } => Command::Void { unit: unit(number), reason: "time-out".into() },
            Order::Freely { unit: number, keys: named } => {
                Command::Rekey { unit: unit(number), keys: keys(named), reason: "nobody asked".into() }
            }
            Order::Recover { text, confirmed, journal } => {
                facts.confirmed = confirmed;
                let anchor = parse_anchor(self.text(text).as_bytes()).unwrap();
                let mut recovery = Recovery::new(anchor, self.beyond(journal, at), "restored");
                let Anchor { size, root, .. } = recovery.anchor;
                if size <= facts.size && self.root(at, size) != Some(root) {
                    recovery.shared = confirmed;
                }
                Command::Recover(recovery)
            }
        };
        let request = Request::new(command, by);
        let some = facts.select(&request, &naming);
        match decide(&some, &request, &naming) {
            Ok(decision) => {
                let new = !decision.events.is_empty();
                let after = self.append(at, &decision.events);
                let reply = match decision.answer {
                    Answer::Offer(Offer { unit, attempt, numbers, seq, .. }) => Reply::Offer {
                        unit: small(unit),
                        attempt: small(attempt.into()),
                        number: small(numbers[POOL].0),
                        seq,
                        new,
                    },
                    Answer::Verified { unit } => Reply::Verified { unit: small(unit) },
                    Answer::Adopted { unit } => Reply::Adopted { unit: small(unit) },
                    Answer::Recorded => Reply::Recorded,
                    _ => Reply::No,
                };
                (after, reply)
            }
            Err(Refusal::MayBeLost { .. }) => (at, Reply::MayBeLost),
            Err(_) => (at, Reply::No),
        }
    }
}
