//! What stations do next.

use std::fmt;

use nameplate_ledger::Ticket;
use nameplate_ledger::anchor::Confirmed;

use super::store::{Books, NONE, Named, Order, Reply, keys};
use super::world::{Design, Doing, Hazard, Issuer, Job, Phase, World};

/// A step, and two numbers of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Step(pub(crate) &'static str, pub(crate) u8, pub(crate) u8);

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.0, self.1, self.2)
    }
}

/// A run: the design, what may go wrong, all histories, the states after one step.
pub(crate) struct Search {
    pub(crate) design: Design,
    pub(crate) hazards: Vec<Hazard>,
    pub(crate) books: Books,
    pub(crate) out: Vec<(Step, World)>,
}

impl Search {
    pub(crate) fn has(&self, hazard: Hazard) -> bool {
        self.hazards.contains(&hazard)
    }

    pub(crate) fn push(&mut self, step: Step, world: World) {
        self.out.push((step, world));
    }

    /// All states after one step.
    pub(crate) fn steps(&mut self, world: &World) {
        for station in 0..self.design.stations {
            self.station(world, station);
        }
        for job in 0..world.jobs.len() {
            self.job(world, job);
        }
        self.hazards(world);
        self.persons(world);
    }

    /// The keys of a board, with a barcode that may be another board's.
    fn named(&self, board: u8, barcode: u8) -> Named {
        let chip = if board == 1 && self.has(Hazard::Twin) { 0 } else { board };
        (chip, if self.design.two_keys { barcode } else { NONE })
    }

    /// The keys that a scan of a board may give, the true ones first.
    fn scans(&self, world: &World, board: u8) -> Vec<Named> {
        let mut scans = vec![self.named(board, board)];
        if self.has(Hazard::Misscan) && self.design.two_keys {
            scans.extend((0..world.placed).filter(|&other| other != board).map(|other| self.named(board, other)));
        }
        scans
    }

    /// Boards that may be put on a fixture: in order, when they are new.
    fn trays(&self, world: &World) -> Vec<u8> {
        let free = |&board: &u8| {
            let on = world.stations.iter().any(|other| other.fixture == board);
            !on && (world.boards[usize::from(board)].passed == 0 || self.has(Hazard::Again))
        };
        let last = world.placed.min(2);
        (0..=last).filter(free).collect()
    }

    fn station(&mut self, world: &World, station: u8) {
        let at = usize::from(station);
        let me = world.stations[at];
        if me.doing == Doing::Idle || me.fixture == NONE || self.has(Hazard::Swap) {
            for board in self.trays(world) {
                let mut next = world.clone();
                next.stations[at].fixture = board;
                next.placed = next.placed.max(board + 1);
                self.push(Step("station, board on fixture", station, board), next);
            }
        }
        if me.fixture == NONE {
            return;
        }
        match me.doing {
            Doing::Idle => self.ask(world, station),
            Doing::Asking if self.has(Hazard::Net) => {
                let mut next = world.clone();
                next.stations[at].doing = Doing::Idle;
                stale(&mut next, station);
                self.push(Step("station gives up waiting", station, 0), next);
            }
            Doing::Asking => {}
            Doing::Ticket { .. } => self.begin(world, station),
            Doing::Burn { .. } => self.write(world, station),
            Doing::Written { .. } => self.verify(world, station),
            Doing::Failed { unit, attempt, number } => {
                let mut next = world.clone();
                next.stations[at].doing = Doing::Idle;
                match self.design.issuer {
                    Issuer::Ledger if attempt > 0 => {
                        let disk = &mut next.disks[usize::from(me.disk)];
                        if !disk.behind {
                            disk.at = self.books.run(disk.at, Order::Unknown { unit, attempt }).0;
                            flush(disk, &self.design);
                        }
                    }
                    Issuer::Central(true) => next.returned |= 1 << number,
                    _ => {}
                }
                self.push(Step("station reports unknown, number", station, number), next);
            }
        }
    }

    fn ask(&mut self, world: &World, station: u8) {
        if world.jobs.len() >= 2 {
            return;
        }
        let at = usize::from(station);
        let board = world.stations[at].fixture;
        let found = if self.design.guard { world.boards[usize::from(board)].flash } else { 0 };
        for keys in self.scans(world, board) {
            let order = Order::Ask { station, keys, found, person: self.design.person, fresh: false };
            let mut next = world.clone();
            next.stations[at].doing = Doing::Asking;
            next.jobs.push(Job { station, current: true, board, phase: Phase::Queued(order) });
            self.push(Step("station asks with barcode", station, keys.1), next);
        }
    }

    /// The last look at the board, and the write if they are one step.
    fn begin(&mut self, world: &World, station: u8) {
        let at = usize::from(station);
        let me = world.stations[at];
        let Doing::Ticket { unit, attempt, number, at: history, board } = me.doing else { return };
        for named in self.scans(world, me.fixture) {
            let mut next = world.clone();
            let mut agrees = !self.design.bound;
            if self.design.bound && self.design.issuer == Issuer::Ledger {
                // The production ticket says whether this is the board.
                let facts = self.books.facts(history);
                agrees = facts.units.contains_key(&unit.into())
                    && self.books.offer(history, unit, attempt, number, facts.size).is_some_and(|offer| {
                        let ticket = Ticket::new(offer, &Confirmed::without_anchor(facts));
                        ticket.is_some_and(|ticket| ticket.begin(&keys(named)).is_ok())
                    });
                if agrees && self.design.begin {
                    let disk = &mut next.disks[usize::from(me.disk)];
                    let (after, reply) = self.books.run(disk.at, Order::Begin { unit, attempt, keys: named });
                    agrees = !disk.behind && reply == Reply::Recorded;
                    if agrees {
                        disk.at = after;
                        flush(disk, &self.design);
                    }
                }
            } else if self.design.bound {
                agrees = self.named(board, board) == named;
            }
            next.stations[at].doing = if agrees { Doing::Burn { unit, attempt, number } } else { Doing::Idle };
            if self.design.joined && agrees {
                self.write(&next, station);
            } else {
                self.push(Step("station reads the keys again, barcode", station, named.1), next);
            }
        }
    }

    fn write(&mut self, world: &World, station: u8) {
        let at = usize::from(station);
        let me = world.stations[at];
        let Doing::Burn { unit, attempt, number } = me.doing else { return };
        let mut next = world.clone();
        next.boards[usize::from(me.fixture)].flash = number;
        next.stations[at].doing = Doing::Written { unit, attempt, number };
        self.push(Step("station writes number", station, number), next.clone());
        if self.has(Hazard::Amb) {
            next.stations[at].doing = Doing::Failed { unit, attempt, number };
            self.push(Step("station writes number, reported failed", station, number), next);
            let mut next = world.clone();
            next.stations[at].doing = Doing::Failed { unit, attempt, number };
            self.push(Step("station fails to write number", station, number), next);
        }
    }

    fn verify(&mut self, world: &World, station: u8) {
        let at = usize::from(station);
        let me = world.stations[at];
        let Doing::Written { unit, attempt, number } = me.doing else { return };
        let shows = world.boards[usize::from(me.fixture)].flash;
        let simple = self.design.issuer != Issuer::Ledger;
        for named in self.scans(world, me.fixture) {
            let mut next = world.clone();
            let disk = &mut next.disks[usize::from(me.disk)];
            let mut passes = simple || !self.design.bound;
            if self.design.issuer == Issuer::AfterSuccess {
                disk.next[at] += 1;
            }
            if !simple && !disk.behind {
                let order = Order::Verified { unit, attempt, keys: named, shows };
                let (after, reply) = self.books.run(disk.at, order);
                disk.at = after;
                flush(disk, &self.design);
                passes |= matches!(reply, Reply::Verified { .. });
            }
            next.stations[at].doing = Doing::Idle;
            if passes && shows != 0 {
                next.boards[usize::from(me.fixture)].passed = shows;
                next.stations[at].fixture = NONE;
            }
            self.push(
                Step(
                    if passes { "station reads back, board leaves with" } else { "station reads back, refused" },
                    station,
                    number,
                ),
                next,
            );
        }
    }
}

/// The station does not wait any more.
pub(crate) fn stale(world: &mut World, station: u8) {
    for job in world.jobs.iter_mut().filter(|job| job.station == station) {
        job.current = false;
    }
}

/// A commit is flushed, unless the design does not.
pub(crate) fn flush(disk: &mut super::world::Disk, design: &Design) {
    if !design.unflushed {
        disk.flushed = disk.at;
    }
}
