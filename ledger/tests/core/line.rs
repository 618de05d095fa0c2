//! A ledger in memory, and what is said to it. After each step the rows are those of the replayed log.

use nameplate_ledger::tree::{Head, leaf};
use nameplate_ledger::{
    Answer, Ask, By, Command, Event, Evidence, Facts, Found, Key, Keys, NewPool, Offer, Reading, Readings, Refusal,
    Request, Seen, State, Target, decide, evolve, log,
};

#[allow(clippy::unnecessary_wraps)] // as `Naming` wants it
pub(crate) fn naming(pool: &str, number: u64) -> Option<String> {
    Some(format!("{pool}-{number:03}"))
}

/// A ledger in memory: all rows, and its lines.
#[derive(Clone, Default)]
pub(crate) struct Line {
    pub(crate) facts: Facts,
    pub(crate) log: String,
    pub(crate) head: Head,
}

impl Line {
    pub(crate) fn new() -> Self {
        let mut line = Self::default();
        line.run(Command::create("5f1c0a7e9b3d4c21a8e64b0f2d7c9e13"));
        line.run(Command::Pool(NewPool::new("p", 1, 9, "p-{seq:3}")));
        line.run(Command::Pool(NewPool::new("mac", 100, 109, "mac")));
        line
    }

    pub(crate) fn by(&mut self, station: &str, command: Command) -> Result<Answer, Refusal> {
        let request = Request::new(command, By::station(station));
        let decision = decide(&self.facts, &request, &naming);
        // A store that loads only the rows it needs gets the same.
        let mut some = self.facts.select(&request, &naming);
        assert_eq!(decide(&some, &request, &naming), decision);
        let decision = decision?;
        for event in &decision.events {
            // An event needs the rows that it names, and no others.
            let Facts { id, epoch, size, last_unit, pools, .. } = self.facts.clone();
            let mut few = Facts { id, epoch, size, last_unit, pools, ..Facts::default() };
            few.load_event(event, &mut &self.facts).unwrap();
            evolve(&mut few, event).unwrap();
            evolve(&mut self.facts, event).unwrap();
            evolve(&mut some, event).unwrap();
            assert_eq!(few.pools, self.facts.pools);
            assert!(few.units.iter().all(|(number, unit)| self.facts.units.get(number) == Some(unit)));
            assert!(few.numbers.iter().all(|(number, row)| self.facts.numbers.get(number) == Some(row)));
            assert!(few.ranges.is_subset(&self.facts.ranges));
            assert_eq!(Event::parse(event.line().as_bytes()).as_ref(), Ok(event), "{}", event.line());
            self.log += &(event.line() + "\n");
            self.head.append(leaf(event.line().as_bytes()));
        }
        self.facts.audit().unwrap();
        assert_eq!(some.pools, self.facts.pools);
        assert!(some.units.iter().all(|(number, unit)| self.facts.units.get(number) == Some(unit)));
        assert!(some.keys.iter().all(|(key, unit)| self.facts.keys.get(key) == Some(unit)));
        let replayed = log::replay(&log::parse_log(self.log.as_bytes()).unwrap()).unwrap();
        assert_eq!(Facts { confirmed: self.facts.confirmed, standing: self.facts.standing, ..replayed }, self.facts);
        Ok(decision.answer)
    }

    pub(crate) fn run(&mut self, command: Command) -> Answer {
        self.by("s0", command).unwrap()
    }

    pub(crate) fn refused(&mut self, command: Command) -> String {
        let before = self.facts.clone();
        let refusal = self.by("s0", command).unwrap_err();
        assert_eq!(self.facts, before);
        refusal.to_string()
    }

    pub(crate) fn ask(&mut self, ask: Ask) -> Offer {
        match self.run(Command::Ask(ask)) {
            Answer::Offer(offer) => offer,
            other => panic!("{other:?}"),
        }
    }

    pub(crate) fn state(&self, unit: u64) -> Option<State> {
        self.facts.units[&unit].issue.as_ref().map(|issue| issue.state)
    }

    pub(crate) fn line(&self) -> String {
        self.facts.pools["p"].accounting("p").to_string()
    }
}

pub(crate) fn keys(text: &str) -> Keys {
    Keys::new(
        text.split(' ').map(|key| key.split_once('=').unwrap()).map(|(kind, value)| Key::new(kind, value).unwrap()),
    )
    .unwrap()
}

pub(crate) fn shows(text: &str) -> Readings {
    let reading = |text: &str| {
        let (pool, digits) = text.split_once('-').unwrap();
        (pool.to_owned(), Reading { text: text.to_owned(), number: digits.parse().ok() })
    };
    text.split(' ').filter(|text| !text.is_empty()).map(reading).collect()
}

pub(crate) fn ask(text: &str) -> Ask {
    Ask::new(["p"], keys(text)).found(Found::Blank)
}

pub(crate) fn seen(named: &str, text: &str) -> Seen {
    Seen::new(keys(named), Evidence::Readback, shows(text))
}

pub(crate) fn verified(unit: u64, attempt: u32, seen: Seen) -> Command {
    Command::Verified { unit: Target::Unit(unit), attempt: Some(attempt), seen, weakest: Evidence::Readback }
}

pub(crate) fn unknown(unit: u64, attempt: u32) -> Command {
    Command::Unknown { unit: Target::Unit(unit), attempt: Some(attempt), reason: "contact".into() }
}

pub(crate) fn begin(unit: u64, attempt: u32, named: &str) -> Command {
    Command::Begin { unit: Target::Unit(unit), attempt: Some(attempt), keys: keys(named) }
}
