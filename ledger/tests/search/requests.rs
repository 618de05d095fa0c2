//! What becomes of a request: the commit, the anchor, the reply.

use nameplate_ledger::anchor::{Advance, Operation, Outcome, Step as Next, parse_anchor};

use super::moves::{Search, Step, flush};
use super::store::{NONE, Order, Reply};
use super::world::{Anchoring, CUT, Doing, Hazard, Issuer, Phase, World};

impl Search {
    pub(crate) fn job(&mut self, world: &World, at: usize) {
        let job = world.jobs[at];
        match job.phase {
            Phase::Queued(order) => self.serve(world, at, order),
            Phase::Moving { .. } => self.moving(world, at),
            Phase::Replied { .. } => self.deliver(world, at),
            Phase::Trailing { at: history } => {
                let mut next = world.clone();
                next.jobs.remove(at);
                let disk = usize::from(world.stations[usize::from(job.station)].disk);
                let advance = Advance::bring(self.books.anchor(history));
                if !self.whole(&mut next, disk, advance) {
                    next.disks[disk].behind = true;
                }
                self.push(Step("the anchor follows", job.station, 0), next);
            }
        }
    }

    fn serve(&mut self, world: &World, at: usize, order: Order) {
        let station = world.jobs[at].station;
        if self.design.issuer != Issuer::Ledger {
            return self.simple(world, at);
        }
        let mut next = world.clone();
        let place = usize::from(world.stations[usize::from(station)].disk);
        let disk = &mut next.disks[place];
        if self.design.local {
            disk.confirmed = disk.confirmed.max(world.stations[usize::from(station)].saw);
        }
        let mut reply = Reply::No;
        if !disk.behind {
            let mut order = order;
            if let (true, Order::Ask { keys, .. }) = (self.design.freely, order) {
                // The unit of the barcode takes the chip that was read with it.
                let barcode = super::store::keys((NONE, keys.1));
                if let [unit] = self.books.facts(disk.at).named(&barcode)[..] {
                    let unit = u8::try_from(unit).unwrap();
                    disk.at = self.books.run(disk.at, Order::Freely { unit, keys }).0;
                }
            }
            (disk.at, reply) = self.books.run(disk.at, order);
            if let (Reply::MayBeLost, Order::Ask { found: 0, fresh, .. }) = (reply, &mut order) {
                // A person sees that the board is blank, and says that it is a new one.
                *fresh = true;
                (disk.at, reply) = self.books.run(disk.at, order);
            }
            flush(disk, &self.design);
        }
        let history = disk.at;
        let Reply::Offer { new, number, .. } = reply else {
            next.jobs[at].phase = Phase::Replied { reply, at: history };
            return self.push(Step("request answered without a number", station, 0), next);
        };
        let advance = Advance::bring(self.books.anchor(history));
        let step = Step("request committed, number", station, number);
        match self.design.anchoring {
            Anchoring::Whole => {
                if self.whole(&mut next, place, advance) {
                    next.disks[place].confirmed = self.books.size(history);
                    next.jobs[at].phase = Phase::Replied { reply, at: history };
                } else {
                    next.disks[place].behind = true;
                    next.jobs[at].phase = Phase::Replied { reply: Reply::No, at: history };
                }
            }
            Anchoring::OnlyNew if !new => next.jobs[at].phase = Phase::Replied { reply, at: history },
            Anchoring::None | Anchoring::After => next.jobs[at].phase = Phase::Replied { reply, at: history },
            Anchoring::Ahead => {
                let disk = &mut next.disks[place];
                if number >= disk.ahead {
                    disk.ahead = number + 2;
                    next.ahead = disk.ahead;
                }
                next.jobs[at].phase = Phase::Replied { reply, at: history };
            }
            _ => {
                let advance = self.books.intern_move(advance);
                next.jobs[at].phase = Phase::Moving { advance, reply, at: history, step: 0 };
            }
        }
        self.push(step, next);
    }

    /// A number without a ledger.
    fn simple(&mut self, world: &World, at: usize) {
        let job = world.jobs[at];
        let place = usize::from(job.station);
        let mut next = world.clone();
        let disk = &mut next.disks[0];
        let mut number = 0;
        match self.design.issuer {
            _ if self.design.guard && world.boards[usize::from(job.board)].flash != 0 => {}
            Issuer::Clock => {
                number = next.clock;
                next.clock += 1;
            }
            Issuer::Central(_) if next.returned != 0 => {
                number = u8::try_from(next.returned.trailing_zeros()).unwrap();
                next.returned &= next.returned - 1;
            }
            Issuer::Central(_) => {
                number = next.central;
                next.central += 1;
            }
            _ => {
                if disk.next[place] >= disk.end[place] {
                    disk.next[place] = next.central;
                    next.central += 2;
                    disk.end[place] = next.central;
                }
                number = disk.next[place];
                disk.next[place] += u8::from(self.design.issuer != Issuer::AfterSuccess);
            }
        }
        let reply = if (1..=7).contains(&number) {
            Reply::Offer { unit: job.board, attempt: 0, number, seq: 0, new: true }
        } else {
            Reply::No
        };
        next.jobs[at].phase = Phase::Replied { reply, at: world.disks[0].at };
        if self.design.issuer == Issuer::Clock {
            let mut still = next.clone();
            still.clock -= 1;
            self.push(Step("number of the clock, which stands", job.station, number), still);
        }
        self.push(Step("request answered with number", job.station, number), next);
    }

    /// One file operation of a move.
    fn moving(&mut self, world: &World, at: usize) {
        let job = world.jobs[at];
        let Phase::Moving { advance, reply, at: history, step } = job.phase else { return };
        let place = usize::from(world.stations[usize::from(job.station)].disk);
        let mut next = world.clone();
        let mut label = Step("move of the anchor", job.station, step);
        let ended = match self.design.anchoring {
            Anchoring::ByEvents => self.by_events(&mut next, place, history, step),
            Anchoring::Overwrite => {
                let text = self.books.anchor(history).to_string();
                next.anchor = vec![(1, self.books.intern(&text))];
                Some(true)
            }
            _ => {
                let mut advance = self.books.advance(advance).clone();
                let mut own = step;
                let ended = loop {
                    match advance.step() {
                        Next::Confirmed(confirmed) => {
                            let saw = &mut next.stations[usize::from(job.station)].saw;
                            *saw = (*saw).max(confirmed.size());
                            break Some(true);
                        }
                        Next::Fenced(_) => break Some(false),
                        Next::Do(operation) => {
                            if label.0 != "move of the anchor" && !matches!(operation, Operation::Root(_)) {
                                break None;
                            }
                            label.0 = match operation {
                                Operation::List => "anchor: list",
                                Operation::Read(_) => "anchor: read",
                                Operation::Root(_) => label.0,
                                Operation::Create(_) => "anchor: create",
                                Operation::Write(..) => "anchor: write",
                                Operation::Remove(_) => "anchor: remove",
                            };
                            if let Operation::Read(file)
                            | Operation::Create(file)
                            | Operation::Write(file, _)
                            | Operation::Remove(file) = &operation
                            {
                                label.2 = u8::try_from(*file).unwrap();
                            }
                            let again = matches!(operation, Operation::Read(file) if file < u64::from(own));
                            if let (Operation::Create(file), Anchoring::PassedOver) =
                                (&operation, self.design.anchoring)
                            {
                                own = u8::try_from(*file).unwrap();
                            }
                            let outcome =
                                if again { Outcome::Text(vec![]) } else { self.operate(&mut next, place, operation) };
                            advance.done(outcome);
                        }
                    }
                };
                if ended.is_none() {
                    let advance = self.books.intern_move(advance);
                    next.jobs[at].phase = Phase::Moving { advance, reply, at: history, step: own };
                }
                ended
            }
        };
        match ended {
            // The move of a recovery.
            Some(confirmed) if reply == Reply::Recorded => {
                next.jobs.remove(at);
                if confirmed {
                    next.disks[place].behind = false;
                    next.disks[place].confirmed = self.books.size(history);
                }
            }
            Some(true) => next.jobs[at].phase = Phase::Replied { reply, at: history },
            Some(false) => {
                next.disks[place].behind = true;
                next.jobs[at].phase = Phase::Replied { reply: Reply::No, at: history };
            }
            None if self.design.anchoring == Anchoring::ByEvents => {
                next.jobs[at].phase = Phase::Moving { advance, reply, at: history, step: step + 1 };
            }
            None => {}
        }
        self.push(label, next);
    }

    /// Carries out an operation on the folder.
    fn operate(&mut self, world: &mut World, disk: usize, operation: Operation) -> Outcome {
        match operation {
            Operation::List => Outcome::Names(world.anchor.iter().map(|&(file, _)| file).collect()),
            Operation::Read(file) => match world.anchor.iter().find(|&&(name, _)| name == file) {
                None => Outcome::Missing,
                Some(&(_, CUT)) => Outcome::Text(vec![]),
                Some(&(_, text)) => Outcome::Text(self.books.text(text).into()),
            },
            Operation::Root(size) if self.design.anchoring == Anchoring::SizeOnly => {
                // Any root of this size is taken for the own one.
                let newest = world.anchor.iter().filter(|&&(_, text)| text != CUT);
                let mut parsed = newest.filter_map(|&(_, text)| parse_anchor(self.books.text(text).as_bytes()).ok());
                Outcome::Root(parsed.rfind(|anchor| anchor.size == size).map(|anchor| anchor.root))
            }
            Operation::Root(size) => Outcome::Root(self.books.root(world.disks[disk].at, size)),
            Operation::Create(file) if world.anchor.iter().any(|&(name, _)| name == file) => Outcome::Exists,
            Operation::Create(file) => {
                world.anchor.push((file, CUT));
                world.anchor.sort_unstable();
                Outcome::Done
            }
            Operation::Write(file, text) => {
                let text = self.books.intern(&text);
                for (_, old) in world.anchor.iter_mut().filter(|(name, _)| *name == file) {
                    *old = text;
                }
                Outcome::Done
            }
            Operation::Remove(file) => {
                world.anchor.retain(|&(name, _)| name != file);
                Outcome::Done
            }
        }
    }

    /// A move in one step; whether it was confirmed.
    pub(crate) fn whole(&mut self, world: &mut World, disk: usize, mut advance: Advance) -> bool {
        loop {
            match advance.step() {
                Next::Confirmed(_) => return true,
                Next::Fenced(_) => return false,
                Next::Do(operation) => {
                    let outcome = self.operate(world, disk, operation);
                    advance.done(outcome);
                }
            }
        }
    }

    /// The naive move with files named by the number of events.
    fn by_events(&mut self, world: &mut World, disk: usize, history: u32, step: u8) -> Option<bool> {
        let size = self.books.size(history);
        let anchor = self.books.anchor(history);
        match step {
            0 => {
                let &(newest, text) = world.anchor.last()?;
                let root = parse_anchor(self.books.text(text).as_bytes()).ok()?.root;
                if newest > size || self.books.root(world.disks[disk].at, newest) != Some(root) {
                    return Some(false);
                }
                (newest == size).then_some(true)
            }
            1 => {
                if world.anchor.iter().any(|&(name, _)| name == size) {
                    return Some(false);
                }
                let text = self.books.intern(&anchor.to_string());
                world.anchor.push((size, text));
                world.anchor.sort_unstable();
                None
            }
            _ => {
                world.anchor.retain(|&(name, _)| name >= size);
                Some(true)
            }
        }
    }

    fn deliver(&mut self, world: &World, at: usize) {
        let job = world.jobs[at];
        let Phase::Replied { reply, at: history } = job.phase else { return };
        let place = usize::from(job.station);
        let waits = world.stations[place].doing == Doing::Asking && (job.current || !self.design.bound);
        if waits {
            let mut next = world.clone();
            let me = &mut next.stations[place];
            me.doing = match reply {
                Reply::Offer { unit, attempt, number, seq, .. } => {
                    if self.design.witness && seq < me.saw {
                        Doing::Idle
                    } else {
                        if self.design.witness {
                            me.saw = seq;
                        }
                        let board = if self.design.bound { job.board } else { me.fixture };
                        Doing::Ticket { unit, attempt, number, at: history, board }
                    }
                }
                // The board shows its number already: it is read with its keys.
                Reply::Verified { unit } | Reply::Adopted { unit } => Doing::Written {
                    unit,
                    attempt: 0,
                    number: world.boards.get(usize::from(me.fixture)).map_or(0, |board| board.flash),
                },
                Reply::Recorded | Reply::No | Reply::MayBeLost => Doing::Idle,
            };
            let number = if let Reply::Offer { number, .. } = reply { number } else { 0 };
            if self.has(Hazard::Net) && world.left > 0 {
                let mut doubled = next.clone();
                doubled.left -= 1;
                doubled.jobs[at].current = false;
                self.push(Step("reply arrives, and will again, number", job.station, number), doubled);
            }
            if self.design.anchoring == Anchoring::After && number > 0 {
                next.jobs[at].phase = Phase::Trailing { at: history };
            } else {
                next.jobs.remove(at);
            }
            self.push(Step("reply arrives, number", job.station, number), next);
        }
        if !job.current && self.design.bound || self.has(Hazard::Net) {
            let mut next = world.clone();
            next.jobs.remove(at);
            self.push(Step("reply lost", job.station, 0), next);
        }
    }
}
