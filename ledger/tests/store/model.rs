//! The store does what the core does in memory: random requests, batches, backups that are put back, journals.

use std::fs;

use nameplate_ledger::anchor::Anchor;
use nameplate_ledger::log::{parse_log, replay};
use nameplate_ledger::sqlite::{ErrorKind, Grant, Ledger, NewLedger};
use nameplate_ledger::tree::{Head, leaf};
use nameplate_ledger::{
    Answer, Ask, Body, By, Command, Decision, Event, Evidence, Facts, Found, Keys, NewPool, Reading, Readings,
    Recovery, Refusal, Request, Retry, Seen, State, Target, Witness, decide, evolve,
};
use proptest::prelude::*;

use crate::bench::{ID, keys, naming};

/// A step.
#[derive(Debug, Clone)]
enum Move {
    Ask(u8, Asked),
    Batch(Vec<(u8, Asked)>),
    Record(Recorded),
    Reopen,
    Backup,
    /// The backup is put back, and recovered: without a journal, with those of the stations, with the whole log.
    Restore(Journals),
}

#[derive(Debug, Clone)]
#[allow(clippy::struct_excessive_bools)] // each is a choice of its own
struct Asked {
    keys: Keys,
    mac: bool,
    found: Found,
    label: Option<Readings>,
    fresh: bool,
    rework: bool,
    person: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Journals {
    None,
    Tickets,
    Log,
}

#[derive(Debug, Clone)]
struct Recorded(u8, Command);

impl Asked {
    fn ask(&self) -> Ask {
        let mut ask = Ask::new(if self.mac { &["p", "mac"][..] } else { &["p"] }.iter().copied(), self.keys.clone());
        ask = ask.found(self.found.clone()).retry(if self.person { Retry::Person } else { Retry::Blank });
        if let Some(label) = &self.label {
            ask = ask.label(label.clone());
        }
        ask = if self.fresh { ask.fresh("from the tray") } else { ask };
        if self.rework { ask.rework("RMA") } else { ask }
    }
}

/// The same in memory.
#[derive(Clone, Default)]
struct Twin {
    facts: Facts,
    head: Head,
    log: Vec<Event>,
    /// The size that the anchor confirmed when the last event was committed.
    confirmed: u64,
}

impl Twin {
    fn decide(&mut self, by: By, command: Command) -> Result<Decision, Refusal> {
        let decision = decide(&self.facts, &Request::new(command, by), &naming)?;
        for event in &decision.events {
            evolve(&mut self.facts, event).unwrap();
            self.head.append(leaf(event.line().as_bytes()));
            self.log.push(event.clone());
        }
        Ok(decision)
    }
}

fn by(station: u8) -> By {
    By::station(&format!("s{station}"))
}

fn some_keys() -> impl Strategy<Value = Keys> {
    (0..6_u8, 0..6_u8, 0..8_u8).prop_map(|(uid, board, which)| match which {
        0 => keys(&format!("board=b{board}")),
        1 | 2 => keys(&format!("uid=u{uid} board=b{board}")),
        3 | 4 => keys(&format!("uid=u{uid} board=b{uid}")),
        _ => keys(&format!("uid=u{uid}")),
    })
}

fn readings() -> impl Strategy<Value = Readings> {
    let number = prop_oneof![4 => 1..14_u64, 1 => Just(u64::MAX)];
    (number.clone(), number, 0..4_u8).prop_map(|(p, mac, which)| {
        let reading = |pool: &str, number| {
            (pool.to_owned(), Reading { text: naming(pool, number).unwrap(), number: Some(number) })
        };
        match which {
            0 => [reading("p", p), reading("mac", mac)].into(),
            1 => [("p".to_owned(), Reading { text: format!("p-{p:03}"), number: None })].into(),
            _ => [reading("p", p)].into(),
        }
    })
}

fn asked() -> impl Strategy<Value = Asked> {
    let found = prop_oneof![4 => Just(Found::Blank), 1 => Just(Found::Unread), 2 => readings().prop_map(Found::Shows)];
    let label = proptest::option::weighted(0.1, readings());
    (some_keys(), any::<bool>(), found, label, any::<bool>(), proptest::bool::weighted(0.2), any::<bool>()).prop_map(
        |(keys, mac, found, label, fresh, rework, person)| Asked { keys, mac, found, label, fresh, rework, person },
    )
}

fn target() -> impl Strategy<Value = Target> {
    prop_oneof![(1..8_u64).prop_map(Target::Unit), some_keys().prop_map(Target::Keys)]
}

fn command() -> impl Strategy<Value = Command> {
    let reason = || String::from("why");
    let attempt = || proptest::option::of(1..3_u32);
    let request = || (0..4_u8).prop_map(|n| format!("r{n}"));
    prop_oneof![
        2 => (target(), attempt(), some_keys())
            .prop_map(|(unit, attempt, keys)| Command::Begin { unit, attempt, keys }),
        6 => (target(), attempt(), some_keys(), readings(), proptest::bool::weighted(0.2)).prop_map(
            |(unit, attempt, keys, shows, blank)| Command::Verified {
                unit,
                attempt,
                seen: Seen::new(keys, Evidence::Readback, if blank { Readings::new() } else { shows }).image("00ff"),
                weakest: Evidence::Programmer,
            }
        ),
        2 => (target(), attempt())
            .prop_map(move |(unit, attempt)| Command::Unknown { unit, attempt, reason: reason() }),
        2 => target().prop_map(move |unit| Command::Release { unit, reason: reason() }),
        2 => target().prop_map(move |unit| Command::Void { unit, reason: reason() }),
        2 => (1..14_u64, 0..4_u64).prop_map(move |(first, more)| Command::VoidLost {
            pool: "p".into(),
            first,
            last: first + more,
            reason: reason(),
        }),
        2 => (target(), proptest::option::of(request()))
            .prop_map(move |(unit, replace)| Command::Retire { unit, reason: reason(), replace }),
        2 => (target(), some_keys()).prop_map(move |(unit, keys)| Command::Rekey { unit, keys, reason: reason() }),
        1 => (0..3_u64, request())
            .prop_map(|(count, request)| Command::Lease { pool: "p".into(), count, child: "c".into(), request }),
        1 => (target(), request())
            .prop_map(|(unit, request)| Command::Note { unit, name: "n".into(), value: "v".into(), request }),
        2 => (proptest::collection::vec(1..6_u64, 1..3), request(), 0..2_u8, any::<bool>()).prop_map(
            |(units, request, box_, moves)| Command::Ship {
                shipment: format!("S{box_}"),
                units,
                request,
                moved: moves.then(|| "repacked".into()),
            }
        ),
        1 => (1..4_u64).prop_map(|n| Command::DropPool { pool: format!("q{n}"), reason: "not needed".into() }),
        1 => Just(Command::DropPool { pool: "p".into(), reason: "not needed".into() }),
        1 => (1..4_u64).prop_map(|n| Command::Pool(NewPool::new(&format!("q{n}"), n, n + 2, "q").namespace("q"))),
    ]
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let one = prop_oneof![
        10 => (0..2_u8, asked()).prop_map(|(station, ask)| Move::Ask(station, ask)),
        3 => proptest::collection::vec((0..2_u8, asked()), 1..5).prop_map(Move::Batch),
        12 => (0..2_u8, command()).prop_map(|(station, command)| Move::Record(Recorded(station, command))),
        2 => Just(Move::Reopen),
        2 => Just(Move::Backup),
        3 => prop_oneof![Just(Journals::None), Just(Journals::Tickets), Just(Journals::Log)].prop_map(Move::Restore),
    ];
    proptest::collection::vec(one, 1..40)
}

/// The answer of a grant.
fn answer(grant: Grant, facts: &Facts) -> Answer {
    match grant {
        Grant::Ticket(ticket, entry) => {
            let unit = facts.units.iter().find(|(_, unit)| {
                unit.issue
                    .as_ref()
                    .is_some_and(|issue| issue.text("p").is_some() && issue.text("p") == ticket.text("p"))
            });
            let (&unit, row) = unit.unwrap();
            let issue = row.issue.as_ref().unwrap();
            assert_eq!((entry.seq, issue.attempt), (issue.seq, ticket.attempt()));
            for (pool, (number, text)) in &issue.numbers {
                assert_eq!((ticket.number(pool), ticket.text(pool)), (Some(*number), Some(text.as_str())));
            }
            Answer::Offer(nameplate_ledger::Offer {
                unit,
                attempt: ticket.attempt(),
                keys: row.keys.clone(),
                numbers: issue.numbers.clone(),
                seq: facts.size,
            })
        }
        Grant::Verified { unit } => Answer::Verified { unit },
        Grant::Adopted { unit } => Answer::Adopted { unit },
        Grant::Quarantined { units, shown, why } => Answer::Quarantined { units, shown, why },
        other => panic!("{other:?}"),
    }
}

/// After a recovery that knows all events, nothing is lost, and no number is better than it was.
fn stands_no_better(was: &Facts, is: &Twin) {
    let recovered = is.log.iter().rev().find_map(|event| match &event.body {
        Body::Recovered { tail, .. } => tail.as_ref(),
        _ => None,
    });
    let tail = recovered.unwrap();
    assert_eq!(tail.missing, []);
    for ((pool, number), old) in &was.numbers {
        let new = is.facts.state(pool, *number);
        let is_good = |state| state == Some(State::Verified);
        assert!(is_good(Some(old.state)) || !is_good(new), "{pool} {number}: {} became {new:?}", old.state);
        if tail.unplaced.is_empty() && matches!(old.state, State::Retired | State::Void | State::Quarantined) {
            assert_eq!(new, Some(old.state), "{pool} {number}");
        }
    }
    let units = |facts: &Facts| facts.shipments.values().cloned().collect::<Vec<_>>().len();
    assert!(units(&is.facts) >= units(was) || !tail.unplaced.is_empty());
}

struct Pair {
    folder: tempfile::TempDir,
    ledger: Ledger,
    twin: Twin,
    /// What both were at the backup.
    backup: Option<Twin>,
    journal: Vec<Event>,
}

impl Pair {
    fn new() -> Self {
        // In memory, if there is such a folder: what is durable is tested elsewhere.
        let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
        let new = NewLedger::new(ID).anchor(folder.path().join("anchor"));
        let ledger = Ledger::create(folder.path().join("line.db"), new).unwrap();
        let mut pair = Self { folder, ledger, twin: Twin::default(), backup: None, journal: vec![] };
        pair.twin.decide(By::default(), Command::create(ID)).unwrap();
        for pool in [NewPool::new("p", 1, 12, "p"), NewPool::new("mac", 3, 10, "mac")] {
            pair.record(0, Command::Pool(pool));
        }
        pair
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    fn ask(&mut self, station: u8, ask: &Asked) {
        self.ledger.sign(by(station));
        let expected = self.twin.decide(by(station), Command::Ask(ask.ask()));
        match (self.ledger.ask(ask.ask(), &naming), expected) {
            (Ok(grant), Ok(decision)) => {
                if let Grant::Ticket(_, entry) = &grant {
                    self.journal.push(Event::parse(entry.line.as_bytes()).unwrap());
                }
                assert_eq!(answer(grant, &self.twin.facts), decision.answer);
            }
            (Err(error), Err(refusal)) => assert_eq!(error.to_string(), refusal.to_string()),
            (found, expected) => panic!("{found:?}, expected {expected:?}"),
        }
    }

    fn batch(&mut self, asks: &[(u8, Asked)]) {
        // One station asks for all rows.
        let station = asks[0].0;
        self.ledger.sign(by(station));
        let mut twin = self.twin.clone();
        let mut expected = Ok(vec![]);
        let mut seen = std::collections::BTreeMap::new();
        for (row, (_, ask)) in (1..).zip(asks) {
            match twin.decide(by(station), Command::Ask(ask.ask())) {
                Err(refusal) => expected = Err(format!("row {row}: {refusal}")),
                Ok(Decision { answer: Answer::Quarantined { units, why, .. }, .. }) => {
                    // Recorded by itself, on what was before the batch, if it is so there.
                    let mut alone = self.twin.clone();
                    expected = Err(match alone.decide(by(station), Command::Ask(ask.ask())) {
                        Ok(Decision { answer: Answer::Quarantined { .. }, .. }) => {
                            self.twin = alone;
                            let all = format!("units {units:?} are quarantined");
                            let all = if units.is_empty() { "nothing is quarantined".into() } else { all };
                            format!("row {row}: {why}; {all}")
                        }
                        Ok(_) => {
                            format!("row {row}: its board shows what a row before it was to get: read the board again")
                        }
                        Err(refusal) => format!("row {row}: {refusal}"),
                    });
                }
                Ok(Decision { answer, .. }) => {
                    let (Answer::Offer(nameplate_ledger::Offer { unit, .. })
                    | Answer::Verified { unit }
                    | Answer::Adopted { unit }) = &answer
                    else {
                        panic!("{answer:?}")
                    };
                    if let Some(first) = seen.insert(*unit, row) {
                        expected = Err(format!("row {row} names the unit of row {first}"));
                    } else if let Ok(all) = &mut expected {
                        all.push(answer);
                    }
                }
            }
            if expected.is_err() {
                break;
            }
        }
        match (self.ledger.ask_all(asks.iter().map(|(_, ask)| ask.ask()).collect(), &naming), expected) {
            (Ok(grants), Ok(answers)) => {
                self.twin = twin;
                assert_eq!(grants.len(), answers.len());
                for (grant, expected) in grants.into_iter().zip(answers) {
                    match (grant, expected) {
                        (Grant::Ticket(ticket, entry), Answer::Offer(offer)) => {
                            self.journal.push(Event::parse(entry.line.as_bytes()).unwrap());
                            assert_eq!((ticket.text("p"), ticket.attempt()), (offer.value("p"), offer.attempt));
                        }
                        (grant, expected) => assert_eq!(answer(grant, &self.twin.facts), expected),
                    }
                }
            }
            (Err(error), Err(refusal)) => assert!(error.to_string().ends_with(&refusal), "{error}, expected {refusal}"),
            (found, expected) => panic!("{found:?}, expected {expected:?}"),
        }
    }

    fn record(&mut self, station: u8, command: Command) {
        self.ledger.sign(by(station));
        let expected = self.twin.decide(by(station), command.clone());
        match (self.ledger.record(command, &naming), expected) {
            (Ok(answer), Ok(decision)) => assert_eq!(answer, decision.answer),
            (Err(error), Err(refusal)) => assert_eq!(error.to_string(), refusal.to_string()),
            (found, expected) => panic!("{found:?}, expected {expected:?}"),
        }
    }

    fn restore(&mut self, journals: Journals) {
        let Some(mut twin) = self.backup.take() else { return };
        let journal = match journals {
            Journals::None => vec![],
            Journals::Tickets => self.journal.clone(),
            Journals::Log => self.twin.log.clone(),
        };
        let mut anchor = Anchor::new(&self.twin.facts, &self.twin.head);
        if twin.head.size() >= anchor.size {
            anchor = Anchor::new(&twin.facts, &twin.head);
        }
        fs::rename(self.path("backup.db"), self.path("line.db")).unwrap();
        self.ledger = Ledger::open(self.path("line.db")).unwrap().signed(by(0));
        assert!(self.ledger.closed().unwrap().needs_recovery());
        let unknown: Vec<Event> = journal.iter().filter(|event| !twin.log.contains(event)).cloned().collect();
        twin.facts.confirmed = twin.confirmed;
        let events = unknown.len().try_into().unwrap();
        let mut recovery = Recovery::new(anchor, unknown, "the disk died");
        recovery.sources = vec![Witness { name: "j".into(), events }];
        let expected = twin.decide(by(0), Command::Recover(recovery));
        match (self.ledger.recover(vec![("j".into(), journal)], "the disk died"), expected) {
            (Ok(done), Ok(_)) => assert_eq!(done.epoch, twin.facts.epoch),
            // The anchor knows a pool that the backup does not: it is added again, as it was.
            (Err(error), Err(refusal)) => {
                assert_eq!(
                    error.to_string().split_once("line.db: ").map_or(error.to_string(), |(_, text)| text.to_owned()),
                    refusal.to_string()
                );
                let ErrorKind::Refused(_) = error.kind() else { panic!("{error}") };
                // This world ends here; another one begins.
                let next = Self::new();
                *self = next;
                return;
            }
            (found, expected) => panic!("{found:?}, expected {expected:?}"),
        }
        twin.facts.confirmed = 0;
        if journals == Journals::Log {
            stands_no_better(&self.twin.facts, &twin);
        }
        self.twin = twin;
    }

    fn step(&mut self, step: &Move) {
        match step {
            Move::Ask(station, ask) => self.ask(*station, ask),
            Move::Batch(asks) => self.batch(asks),
            Move::Record(Recorded(station, command)) => self.record(*station, command.clone()),
            Move::Reopen => {
                let ledger = Ledger::open(self.path("line.db")).unwrap();
                assert_eq!(ledger.closed(), None);
                self.ledger = ledger;
            }
            Move::Backup => {
                drop(fs::remove_file(self.path("backup.db")));
                self.ledger.backup(self.path("backup.db")).unwrap();
                self.twin.confirmed = self.twin.facts.size;
                self.backup = Some(self.twin.clone());
            }
            Move::Restore(journals) => self.restore(*journals),
        }
    }

    /// The tables are what the log leads to, and that is what is in memory.
    fn end(mut self) {
        let mut log = Vec::new();
        self.ledger.export(0, &mut log).unwrap();
        let events = parse_log(&log).unwrap();
        assert_eq!(events, self.twin.log);
        assert_eq!(replay(&events).unwrap(), Facts { confirmed: 0, ..self.twin.facts.clone() });
        self.twin.facts.audit().unwrap();
        self.ledger.check(self.folder.path()).unwrap();
        let status = self.ledger.status().unwrap();
        assert_eq!(status.pools, self.twin.facts.pools);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_store_does_what_the_core_does(moves in moves()) {
        let mut pair = Pair::new();
        for step in &moves {
            pair.step(step);
        }
        pair.end();
    }
}

/// `NAMEPLATE_CASES` asks for more.
fn cases() -> u32 {
    std::env::var("NAMEPLATE_CASES").map_or(60, |text| text.parse().unwrap())
}
