//! What goes wrong, and what persons do then.

use nameplate_ledger::anchor::{Advance, parse_anchor};

use super::moves::{Search, Step, flush, stale};
use super::store::{NONE, Order, Reply};
use super::world::{Anchoring, CUT, Doing, Hazard, Issuer, Job, Phase, World};

impl Search {
    pub(crate) fn hazards(&mut self, world: &World) {
        if self.has(Hazard::Crash) {
            for station in 0..self.design.stations {
                self.crash(world, station);
            }
        }
        if self.has(Hazard::DbCrash) && !self.design.local {
            let mut next = world.clone();
            next.jobs.retain(|job| matches!(job.phase, Phase::Replied { .. }));
            next.disks[0].at = next.disks[0].flushed;
            // Who waits asks again.
            for station in 0..self.design.stations {
                let waits = next.jobs.iter().any(|job| job.current && job.station == station);
                let me = &mut next.stations[usize::from(station)];
                if me.doing == Doing::Asking && !waits {
                    me.doing = Doing::Idle;
                }
            }
            self.push(Step("the central process dies", 0, 0), next);
        }
        if self.has(Hazard::Restore) {
            self.restore(world);
        }
        if self.has(Hazard::Resume) {
            self.resume(world);
        }
        let last = self.design.stations - 1;
        if self.has(Hazard::Copy) && !world.copied && world.jobs.iter().all(|job| job.station != last) {
            let mut next = world.clone();
            next.copied = true;
            next.disks[1] = next.disks[0];
            let other = &mut next.stations[usize::from(last)];
            other.disk = 1;
            other.doing = Doing::Idle;
            self.push(Step("the ledger is copied; this station works on the copy:", last, 0), next);
        }
        if self.has(Hazard::Clock) && world.clock > 1 && self.design.issuer == Issuer::Clock {
            let mut next = world.clone();
            next.clock -= 1;
            self.push(Step("the clock steps back", 0, 0), next);
        }
        if self.design.timeout {
            for unit in 1..=3 {
                let mut next = world.clone();
                let disk = &mut next.disks[0];
                let (after, reply) = self.books.run(disk.at, Order::Void { unit });
                if reply == Reply::Recorded && after != disk.at {
                    disk.at = after;
                    flush(disk, &self.design);
                    self.push(Step("time-out: void, unit", unit, 0), next);
                }
            }
        }
    }

    fn crash(&mut self, world: &World, station: u8) {
        let at = usize::from(station);
        if world.stations[at].doing == Doing::Idle
            && !world.jobs.iter().any(|job| job.station == station && (job.current || job.board == NONE))
        {
            return;
        }
        let mut next = world.clone();
        next.stations[at].doing = Doing::Idle;
        if self.design.local {
            next.jobs.retain(|job| job.station != station);
            next.stations[at].saw = 0;
        } else {
            stale(&mut next, station);
        }
        if self.design.issuer == Issuer::Lease(false) {
            next.disks[0].next[at] = next.disks[0].end[at];
        }
        self.push(Step("station crashes", station, 0), next);
    }

    fn restore(&mut self, world: &World) {
        if world.backup.is_none() {
            let mut next = world.clone();
            next.backup = Some(world.disks[0]);
            self.push(Step("backup of the ledger", 0, 0), next);
        }
        let Some(backup) = world.backup.filter(|backup| *backup != world.disks[0] && world.left > 0) else { return };
        let mut next = world.clone();
        next.left -= 1;
        next.lost = self.journal(world, 0);
        next.disks[0] = backup;
        next.disks[0].flushed = backup.at;
        if self.design.issuer == Issuer::Lease(false) {
            next.disks[0].next = next.disks[0].end;
        }
        let here = |world: &World, station: u8| world.stations[usize::from(station)].disk == 0;
        next.jobs.retain(|job| {
            !here(world, job.station) || !self.design.local && matches!(job.phase, Phase::Replied { .. })
        });
        for station in 0..self.design.stations {
            if !here(world, station) {
                continue;
            }
            let waits = next.jobs.iter().any(|job| job.current && job.station == station);
            let me = &mut next.stations[usize::from(station)];
            if self.design.local {
                me.doing = Doing::Idle;
                me.saw = 0;
            } else if me.doing == Doing::Asking && !waits {
                me.doing = Doing::Idle;
            }
        }
        self.open(&mut next);
        self.push(Step("the ledger is restored and opened", 0, 0), next);
    }

    /// What designs compare when the ledger is opened, those that do not compare with each number.
    fn open(&self, world: &mut World) {
        let behind = match self.design.anchoring {
            Anchoring::Ahead => world.disks[0].ahead != world.ahead,
            Anchoring::Overwrite | Anchoring::After | Anchoring::ByEvents => {
                world.anchor.last().is_some_and(|&(_, text)| {
                    let anchor = parse_anchor(self.books.text(text).as_bytes()).unwrap();
                    self.books.root(world.disks[0].at, anchor.size) != Some(anchor.root)
                })
            }
            _ => false,
        };
        world.disks[0].behind |= behind;
    }

    /// Station 0 is resumed; on its own PC the ledger with it. What is on the fixture stays.
    fn resume(&mut self, world: &World) {
        let jobs = || world.jobs.iter().filter(|job| job.station == 0 && self.design.local).copied().collect();
        if world.snapshot.is_none() {
            let mut next = world.clone();
            next.snapshot = Some((world.disks[0], world.stations[0], jobs()));
            self.push(Step("snapshot of station", 0, 0), next);
        }
        let Some((disk, station, jobs)) = world.snapshot.clone().filter(|_| world.left > 0) else { return };
        let mut next = world.clone();
        next.left -= 1;
        if self.design.local {
            next.lost = self.journal(world, 0);
            next.disks[0] = disk;
            next.jobs.retain(|job| job.station != 0);
            next.jobs.extend(jobs);
        } else {
            stale(&mut next, 0);
        }
        let fixture = next.stations[0].fixture;
        next.stations[0] = station;
        next.stations[0].fixture = fixture;
        if next.stations[0].doing == Doing::Asking && !next.jobs.iter().any(|job| job.current && job.station == 0) {
            next.stations[0].doing = Doing::Idle;
        }
        if fixture == NONE
            && next.stations[0].doing != Doing::Idle
            && world.boards.iter().all(|board| board.passed != 0)
        {
            return;
        }
        self.push(Step("station is resumed from the snapshot", 0, 0), next);
    }

    /// The history of a disk as far as the anchor is known to have confirmed it, which is what the journal has.
    fn journal(&self, world: &World, place: usize) -> u32 {
        if !self.design.journal {
            return 0;
        }
        let disk = &world.disks[place];
        let here = world.stations.iter().filter(|station| usize::from(station.disk) == place);
        self.books.until(disk.at, here.map(|station| station.saw).fold(disk.confirmed, u64::max))
    }

    /// Recovery of a ledger that was found to be behind: a person reads the newest whole anchor and commits; the move
    /// over it follows, by single file operations where the design has them.
    pub(crate) fn persons(&mut self, world: &World) {
        for place in 0..=usize::from(world.copied) {
            let disk = world.disks[place];
            let whole = world.anchor.iter().rev().find(|&&(_, text)| text != CUT);
            let Some(&(taken, text)) = whole.filter(|_| disk.behind && self.design.anchoring != Anchoring::Ahead)
            else {
                continue;
            };
            let confirmed = if self.design.keep { u64::MAX } else { disk.confirmed };
            let mut journals = vec![0, world.lost];
            if world.copied {
                journals.push(self.journal(world, 1 - place));
            }
            journals.sort_unstable();
            journals.dedup();
            for journal in journals {
                self.recover(world, place, taken, Order::Recover { text, confirmed, journal });
            }
        }
    }

    /// One recovery, with the newest whole anchor.
    fn recover(&mut self, world: &World, place: usize, taken: u64, order: Order) {
        let disk = world.disks[place];
        let (after, reply) = self.books.run(disk.at, order);
        let recovers = |job: &Job| matches!(job.phase, Phase::Moving { reply: Reply::Recorded, .. });
        let here = |station: u8| usize::from(world.stations[usize::from(station)].disk) == place;
        let under_way = world.jobs.iter().any(|job| recovers(job) && here(job.station));
        if reply != Reply::Recorded || under_way || self.books.facts(disk.at).epoch > 3 {
            return;
        }
        let mut next = world.clone();
        next.disks[place].at = after;
        next.disks[place].flushed = after;
        // The processes of this ledger were stopped.
        let mut first = None;
        for station in (0..self.design.stations).filter(|&station| here(station)) {
            first = first.or(Some(station));
            if self.design.local {
                next.jobs.retain(|job| job.station != station);
                next.stations[usize::from(station)].saw = 0;
                next.stations[usize::from(station)].doing = Doing::Idle;
            }
        }
        let Some(station) = first else { return };
        let moved = match self.design.anchoring {
            Anchoring::Overwrite | Anchoring::ByEvents => {
                let text = self.books.anchor(after).to_string();
                let file = if self.design.anchoring == Anchoring::Overwrite { 1 } else { self.books.size(after) };
                next.anchor = vec![(file, self.books.intern(&text))];
                true
            }
            // L6 has its counterexample in fewer steps if its recovery is one.
            Anchoring::Files | Anchoring::OnlyNew | Anchoring::SizeOnly | Anchoring::PassedOver
                if !self.design.keep =>
            {
                let advance = self.books.intern_move(Advance::over(self.books.anchor(after), taken));
                let phase = Phase::Moving { advance, reply: Reply::Recorded, at: after, step: 0 };
                next.jobs.push(Job { station, current: false, board: NONE, phase });
                self.push(
                    Step("a person reads the anchor and recovers the ledger", u8::try_from(place).unwrap(), 0),
                    next,
                );
                return;
            }
            _ => {
                let advance = Advance::over(self.books.anchor(after), taken);
                self.whole(&mut next, place, advance)
            }
        };
        if moved {
            next.disks[place].behind = false;
            next.disks[place].confirmed = self.books.size(after);
            self.push(Step("a person recovers the ledger", u8::try_from(place).unwrap(), 0), next);
        }
    }
}
