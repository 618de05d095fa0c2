//! Each transition of a unit, by the commands that cause it, and each refusal that keeps the rest away.
//!
//! | what holds | where it is held, and tested |
//! |---|---|
//! | I1: a number leaves after the anchor | `Ticket::new` takes a `Confirmed`: `a_ticket_needs_the_anchor`, the search |
//! | I2: a number has one unit, a text one number | `evolve`, `Facts::audit` after each step here and in the search |
//! | I3: a unit keeps its issue | `the_same_unit_gets_the_same_number`; the search (`CHURN`) |
//! | I4: nothing is issued while recovering | `a_restore_loses_numbers_and_issues_none_twice` |
//! | I5: numbers of events and roots follow | `evolve`; `log.rs` |
//! | I6: epochs never fall | `evolve`; `what_cannot_follow` |
//! | I7: the rows are the replayed log | after each step here |
//! | I8: void and retired are terminal | `void_is_terminal`, `what_cannot_follow` |
//! | I9: no void number in a board | the search (`VOID`) |
//! | I10: the anchor is of the own history | `anchor.rs`, the search |
//! | I11: pools of a namespace do not overlap | `pools_do_not_overlap` |
//! | I12: each number is in one state | `Facts::audit` after each step here and in the search |

#![allow(unused_results)] // of steps that only prepare
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::naive_bytecount,
    clippy::missing_panics_doc
)] // a test fails by a panic

mod line;

use nameplate_ledger::anchor::{Anchor, Confirmed};
use nameplate_ledger::{
    Answer, Ask, Command, Event, Evidence, Found, Key, NewPool, Offer, Pool, Readings, Recovery, Retry, Seen, Standing,
    State, Target, Ticket, evolve, log,
};

use line::{Line, ask, begin, keys, naming, seen, shows, unknown, verified};

#[test]
fn reserved_begun_verified_retired() {
    let mut line = Line::new();
    let offer = line.ask(Ask::new(["p", "mac"], keys("uid=u0 board=b0")).found(Found::Blank));
    assert_eq!((offer.value("p"), offer.value("mac"), offer.attempt), (Some("p-001"), Some("mac-100"), 1));
    assert_eq!((line.state(1), line.line()), (Some(State::Reserved), "p 1..9: 1 reserved, 8 free".into()));
    line.run(begin(1, 1, "uid=u0"));
    assert_eq!(line.state(1), Some(State::Begun));
    let done = verified(1, 1, seen("uid=u0 board=b0", "p-001 mac-100").image("ab"));
    assert_eq!(line.run(done.clone()), Answer::Verified { unit: 1 });
    let size = line.facts.size;
    assert_eq!((line.run(done), line.facts.size), (Answer::Verified { unit: 1 }, size));
    assert_eq!(line.run(Command::Ask(Ask::new(["p"], keys("uid=u0")))), Answer::Verified { unit: 1 });
    line.run(Command::Ship { shipment: "S-17".into(), units: vec![1], request: "r1".into(), moved: None });
    line.run(Command::Retire { unit: Target::Unit(1), reason: "scrapped".into(), replace: None });
    assert_eq!((line.state(1), line.line()), (Some(State::Retired), "p 1..9: 1 retired, 8 free".into()));
    assert!(line.refused(Command::Ask(ask("uid=u0"))).starts_with("unit 1 is retired: retire it with a replacement"));
    let replace = Command::Retire { unit: Target::Unit(1), reason: "renumbered".into(), replace: Some("r2".into()) };
    line.run(replace.clone());
    line.run(replace);
    assert_eq!(line.line(), "p 1..9: 1 reserved, 1 retired, 7 free");
    assert_eq!(
        (line.ask(Ask::new(["p"], keys("uid=u0"))).value("p"), line.state(1)),
        (Some("p-002"), Some(State::Reserved))
    );
}

/// A line that cannot be read again would end the log.
#[test]
fn a_line_that_is_too_long_is_never_written() {
    let mut line = Line::new();
    line.ask(ask("uid=u0"));
    let note = |len: usize, request: &str| Command::Note {
        unit: Target::Unit(1),
        name: "n".into(),
        value: "x".repeat(len),
        request: request.into(),
    };
    let shortest = r#"{"seq":5,"kind":"noted","unit":1,"name":"n","value":"","request":"r1","station":"s0"}"#.len();
    let most = (1 << 20) - shortest;
    assert!(line.refused(note(most + 1, "r1")).starts_with("the event has more than 1 MiB"));
    line.run(note(most, "r1"));
    assert_eq!(line.log.lines().last().unwrap().len(), 1 << 20);
    let release = Command::Unknown { unit: Target::Unit(1), attempt: None, reason: "x".repeat(1 << 20) };
    assert!(line.refused(release).starts_with("the event has more than 1 MiB"));
    assert_eq!(log::parse_log(line.log.as_bytes()).unwrap().len(), 5);
}

#[test]
fn the_same_unit_gets_the_same_number() {
    let mut line = Line::new();
    let first = line.ask(ask("uid=u0"));
    let size = line.facts.size;
    // A lost reply, a crash: asked again, read or not.
    assert_eq!(line.ask(ask("uid=u0")), first);
    assert_eq!((line.ask(Ask::new(["p"], keys("uid=u0"))), line.facts.size), (first, size));
    // Another station takes it over with a reading only.
    let refusal = line.by("s1", Command::Ask(Ask::new(["p"], keys("uid=u0")))).unwrap_err();
    assert_eq!(
        refusal.to_string(),
        "unit 1 is open at station `s0`, attempt 1: read the board to take it over, and give what it shows (`--found FILE`), \
         or say that it is blank (`--blank`)"
    );
    let Ok(Answer::Offer(taken)) = line.by("s1", Command::Ask(ask("uid=u0"))) else { panic!() };
    assert_eq!((taken.value("p"), taken.attempt), (Some("p-001"), 2));
    // The report of the first is late, and changes nothing.
    assert_eq!(line.run(unknown(1, 1)), Answer::Late { unit: 1 });
    assert_eq!(line.run(verified(1, 1, seen("uid=u0", "p-001"))), Answer::Late { unit: 1 });
    assert_eq!(line.state(1), Some(State::Reserved));
    assert_eq!(line.refused(unknown(1, 3)), "unit 1 is at attempt 2, not 3");
    // Others get others.
    assert_eq!(line.ask(ask("uid=u1")).value("p"), Some("p-002"));
}

#[test]
fn unknown_until_the_board_is_read() {
    let mut line = Line::new();
    let _: Offer = line.ask(ask("uid=u0"));
    line.run(begin(1, 1, "uid=u0"));
    assert_eq!(
        line.refused(Command::Ask(Ask::new(["p"], keys("uid=u0")))),
        "unit 1 is begun: read the board, and give what it shows (`--found FILE`), or say that it is blank (`--blank`); what is \
         written already is read back with `verify --seen`"
    );
    line.run(unknown(1, 1));
    assert_eq!(line.state(1), Some(State::Unknown));
    assert_eq!(
        line.refused(Command::Ask(Ask::new(["p"], keys("uid=u0")))),
        "unit 1 is unknown: read the board, and give what it shows (`--found FILE`), or say that it is blank (`--blank`); what is \
         written already is read back with `verify --seen`"
    );
    let mut written = line.clone();
    assert_eq!(written.run(verified(1, 1, seen("uid=u0", "p-001"))), Answer::Verified { unit: 1 });
    let mut own = line.clone();
    assert_eq!(own.ask(ask("uid=u0").found(Found::Shows(shows("p-001")))).attempt, 2);
    assert_eq!((line.ask(ask("uid=u0")).attempt, line.state(1)), (2, Some(State::Reserved)));
    assert_eq!(
        line.run(verified(1, 2, seen("uid=u0", ""))),
        mismatch(Readings::new(), "this board is blank, and unit 1 has `p-001`")
    );
    assert_eq!(line.state(1), Some(State::Unknown));
}

#[test]
fn one_key_two_boards() {
    let mut line = Line::new();
    let person = |text: &str| ask(text).retry(Retry::Person);
    let _: Offer = line.ask(person("uid=u0"));
    assert!(line.refused(Command::Ask(person("uid=u0"))).contains("a person must say why it is the same board"));
    assert_eq!(line.ask(person("uid=u0").rework("same board, operator 7")).attempt, 2);
    // With two keys that agree nobody is asked.
    let _: Offer = line.ask(person("uid=u1 board=b1"));
    let _: Offer = line.ask(person("uid=u1 board=b1"));
    assert_eq!(line.refused(Command::Ask(ask("uid=u0 board=b1"))), "the keys name unit 1 and unit 2: scan them again");
    assert_eq!(
        line.refused(Command::Ask(ask("uid=u9 board=b1"))),
        "unit 2 has another `uid` (u1): scan it again, or `rekey` if the part was replaced"
    );
}

/// What a read-back of unit 1 is answered that shows something else.
fn mismatch(shown: Readings, why: &str) -> Answer {
    Answer::Mismatch { unit: 1, shown, why: why.into() }
}

#[test]
fn another_board_is_quarantined() {
    let mut line = Line::new();
    let _: Offer = line.ask(ask("uid=u0 board=b0"));
    let _: Offer = line.ask(ask("uid=u1 board=b1"));
    assert!(line.refused(begin(1, 1, "uid=u1 board=b1")).starts_with("unit 1 has another `board` (b0)"));
    // The file of unit 1 was flashed into the board of unit 2.
    let why = "`board` of this board is b1, which is unit 2's; unit 1 has b0; `uid` of this board is u1, which is unit 2's; \
               unit 1 has u0";
    let both = Answer::Quarantined { units: vec![1, 2], shown: shows("p-001"), why: why.into() };
    assert_eq!(line.run(verified(1, 1, seen("uid=u1 board=b1", "p-001"))), both);
    assert_eq!((line.state(1), line.state(2)), (Some(State::Quarantined), Some(State::Quarantined)));
    assert!(line.refused(Command::Ask(ask("uid=u0"))).contains("release the right one with a reason"));
    assert_eq!(line.refused(Command::Release { unit: Target::Unit(1), reason: " ".into() }), "a reason is needed");
    line.run(Command::Release { unit: Target::Keys(keys("uid=u0")), reason: "board 2 scrapped".into() });
    assert_eq!(line.run(verified(1, 1, seen("uid=u0 board=b0", "p-001"))), Answer::Verified { unit: 1 });
    // A board that shows what another unit has.
    assert_eq!(
        line.run(Command::Ask(ask("uid=u2").found(Found::Shows(shows("p-002"))))),
        Answer::Quarantined {
            units: vec![2],
            shown: shows("p-002"),
            why: "this board shows `p-002`, which is unit 2's, and its keys are not".into()
        }
    );
    assert_eq!(
        line.refused(Command::Ask(ask("uid=u2").found(Found::Shows(shows("p-007"))))),
        "`p-007` is not what this board may show: nobody was given it"
    );
    assert!(!line.facts.keys.contains_key(&Key::new("uid", "u2").unwrap()));
}

#[test]
fn void_is_terminal() {
    let mut line = Line::new();
    let _: Offer = line.ask(ask("uid=u0"));
    let void = Command::Void { unit: Target::Unit(1), reason: "board broken".into() };
    line.run(begin(1, 1, "uid=u0"));
    assert_eq!(line.refused(void.clone()), "unit 1 is begun: report first that its write is unknown");
    line.run(unknown(1, 1));
    line.run(void.clone());
    line.run(void);
    assert_eq!(line.line(), "p 1..9: 1 void, 8 free");
    assert!(line.refused(verified(1, 1, seen("uid=u0", "p-001"))).contains("must not leave with that number"));
    assert!(line.refused(unknown(1, 1)).contains("only an open ticket"));
    assert!(line.refused(begin(1, 1, "uid=u0")).contains("is void"));
    assert!(
        line.refused(Command::Release { unit: Target::Unit(1), reason: "r".into() })
            .contains("only what is quarantined")
    );
    // A board that shows it anyway.
    assert_eq!(
        line.run(Command::Ask(ask("uid=u1").found(Found::Shows(shows("p-001"))))),
        Answer::Quarantined {
            units: vec![],
            shown: shows("p-001"),
            why: "this board shows `p-001`, which is unit 1's, and its keys are not; unit 1 is void".into()
        }
    );
    assert_eq!(line.state(1), Some(State::Void));
}

#[test]
fn a_board_that_still_shows_what_was_replaced() {
    let mut line = Line::new();
    let _: Offer = line.ask(ask("uid=u0"));
    line.run(verified(1, 1, seen("uid=u0", "p-001")));
    line.run(Command::Retire { unit: Target::Unit(1), reason: "label lost".into(), replace: Some("r1".into()) });
    // Its own board: it is read, and gets the new number.
    let shown = || Found::Shows(shows("p-001"));
    let offer = line.ask(ask("uid=u0").found(shown()));
    assert_eq!((offer.value("p"), offer.attempt), (Some("p-002"), 2));
    let why = "this board shows `p-001`, which unit 1 had before: its unit was given another one, `p-002`, and is to be written with it";
    assert_eq!(line.run(verified(1, 2, seen("uid=u0", "p-001"))), mismatch(shows("p-001"), why));
    assert_eq!(line.ask(ask("uid=u0").found(shown())).attempt, 3);
    // A board that is not: nobody knows it, or it is another unit's.
    let said = line.refused(Command::Ask(ask("uid=u8").found(shown())));
    assert_eq!(said, "`p-001` is not what this board may show: its unit was given another one");
    let _: Offer = line.ask(ask("uid=u9"));
    let why = "this board shows `p-001`, which unit 1 had before, and its keys are unit 2's";
    let quarantined = Answer::Quarantined { units: vec![2], shown: shows("p-001"), why: why.into() };
    assert_eq!(line.run(Command::Ask(ask("uid=u9").found(shown()))), quarantined);
    assert_eq!(line.run(verified(1, 3, seen("uid=u0", "p-002"))), Answer::Verified { unit: 1 });
    // Both, the old and the new, as of two boards.
    let both = shows("p-001").into_iter().chain(shows("mac-100")).collect();
    assert!(
        line.refused(Command::Ask(ask("uid=u8").found(Found::Shows(both)))).contains("not what this board may show")
    );
}

#[test]
fn rework_needs_a_reason_and_a_reading() {
    let mut line = Line::new();
    let _: Offer = line.ask(ask("uid=u0"));
    line.run(verified(1, 1, seen("uid=u0", "p-001")));
    assert!(line.refused(Command::Ask(ask("uid=u0"))).contains("give the reason for a rework"));
    assert_eq!(
        line.refused(Command::Ask(Ask::new(["p"], keys("uid=u0")).rework("RMA 311"))),
        "unit 1 is verified: read the board, and give what it shows (`--found FILE`), or say that it is blank (`--blank`); \
         what is written already is read back with `verify --seen`"
    );
    let mut label = line.clone();
    assert_eq!(label.ask(Ask::new(["p"], keys("uid=u0")).rework("RMA 311").label(shows("p-001"))).attempt, 2);
    assert_eq!(
        (line.ask(ask("uid=u0").rework("RMA 311")).value("p"), line.state(1)),
        (Some("p-001"), Some(State::Reserved))
    );
    assert!(line.refused(Command::Ask(ask("uid=u0").label(shows("p-002")))).contains("the label is another unit's"));
}

#[test]
fn rekey_closes_the_old_key() {
    let mut line = Line::new();
    let _: Offer = line.ask(ask("uid=u0 board=b0"));
    let _: Offer = line.ask(ask("uid=u1 board=b1"));
    let rekey = |text: &str| Command::Rekey { unit: Target::Unit(1), keys: keys(text), reason: "chip replaced".into() };
    assert_eq!(line.refused(rekey("uid=u1")), "the keys name unit 1 and unit 2: scan them again");
    line.run(rekey("uid=u9"));
    assert_eq!(line.ask(ask("uid=u9 board=b0")).unit, 1);
    assert!(!line.facts.keys.contains_key(&Key::new("uid", "u0").unwrap()));
    line.run(verified(2, 1, seen("uid=u1 board=b1", "p-002")));
    line.run(Command::Retire { unit: Target::Unit(2), reason: "scrapped, chip moved".into(), replace: None });
    line.run(rekey("uid=u1"));
    assert_eq!(line.ask(ask("uid=u1 board=b0")).unit, 1);
}

#[test]
fn weak_evidence_does_not_count() {
    let mut line = Line::new();
    let _: Offer = line.ask(ask("uid=u0"));
    let said = Seen::new(keys("uid=u0"), Evidence::Programmer, shows("p-001"));
    let report = |weakest| Command::Verified { unit: Target::Unit(1), attempt: None, seen: said.clone(), weakest };
    for (weakest, way) in [
        (
            Evidence::Reported,
            "`reported`, so nothing was recorded: give what the firmware reports, or read the memory back",
        ),
        (Evidence::Readback, "`readback`, so nothing was recorded: read the memory back"),
    ] {
        let expected = format!(
            "evidence is `programmer`, and the job asks for {way}; `evidence` in [ledger] of the job says what counts"
        );
        assert_eq!(line.refused(report(weakest)), expected);
    }
    // A part of the numbers is no contradiction, and says nothing by such evidence.
    let none = Seen::new(keys("uid=u0"), Evidence::Programmer, Readings::new());
    let blank = Command::Verified { unit: Target::Unit(1), attempt: None, seen: none, weakest: Evidence::Readback };
    assert!(line.refused(blank).starts_with("evidence is `programmer`"));
    assert_eq!(line.run(report(Evidence::Programmer)), Answer::Verified { unit: 1 });
    assert_eq!(line.facts.units[&1].issue.as_ref().unwrap().evidence, Some(Evidence::Programmer));
}

/// Another unit's number is an alarm, however it is known.
#[test]
fn weak_evidence_of_another_number_quarantines() {
    let mut line = Line::new();
    let _: Offer = line.ask(ask("uid=u0"));
    let _: Offer = line.ask(ask("uid=u1"));
    let said = Seen::new(keys("uid=u0"), Evidence::Programmer, shows("p-002"));
    let report = Command::Verified { unit: Target::Unit(1), attempt: None, seen: said, weakest: Evidence::Readback };
    let answer = line.run(report);
    assert!(matches!(&answer, Answer::Quarantined { units, .. } if units == &[1, 2]), "{answer:?}");
}

/// A backup, two units after it, and the anchor that saw them.
fn restored() -> (Line, Line, Anchor) {
    let mut line = Line::new();
    let _: Offer = line.ask(ask("uid=u0"));
    line.run(verified(1, 1, seen("uid=u0", "p-001")));
    line.facts.confirmed = line.facts.size;
    let mut backup = line.clone();
    let _: Offer = line.ask(ask("uid=u1"));
    let _: Offer = line.ask(ask("uid=u2"));
    backup.facts.standing = Standing::Recovering;
    let anchor = Anchor::new(&line.facts, &line.head);
    (backup, line, anchor)
}

#[test]
fn a_restore_loses_numbers_and_issues_none_twice() {
    let (mut line, _, anchor) = restored();
    assert_eq!(
        line.refused(Command::Ask(ask("uid=u3"))),
        "the ledger is recovering: nothing is issued until `recover`"
    );
    // The restored copy issued one itself, before anybody noticed.
    line.facts.standing = Standing::Open;
    let _: Offer = line.ask(ask("uid=u4"));
    let recover = |reason: &str| Command::Recover(Recovery::new(anchor.clone(), vec![], reason));
    assert_eq!(line.refused(recover("")), "a reason is needed");
    line.run(recover("disk died"));
    assert_eq!((line.line(), line.facts.epoch), ("p 1..9: 1 verified, 2 lost, 6 free".into(), 2));
    assert_eq!(line.state(2), None);
    // A blank board may be one of the lost: its label says so, or a person says that it is new.
    assert!(line.refused(Command::Ask(ask("uid=u4"))).contains("scan the label of this board"));
    assert!(
        line.refused(Command::Ask(Ask::new(["p"], keys("uid=u4")).fresh("from the tray")))
            .contains("read that it is blank")
    );
    assert_eq!(line.ask(ask("uid=u4").fresh("from the tray")).value("p"), Some("p-004"));
    // Boards that show lost numbers keep them, whether the ledger knew the text or not.
    assert_eq!(line.run(Command::Ask(ask("uid=u1").found(Found::Shows(shows("p-002"))))), Answer::Adopted { unit: 3 });
    assert_eq!(line.run(verified(3, 1, seen("uid=u1", "p-002"))), Answer::Verified { unit: 3 });
    let offer = line.ask(ask("uid=u2").label(shows("p-003")));
    assert_eq!((offer.value("p"), line.state(4)), (Some("p-003"), Some(State::Reserved)));
    assert_eq!(line.line(), "p 1..9: 2 reserved, 2 verified, 5 free");
}

#[test]
fn journals_explain_what_was_lost() {
    let (mut line, whole, anchor) = restored();
    let journal: Vec<Event> = log::parse_log(whole.log.as_bytes()).unwrap().split_off(5);
    line.run(Command::Recover(Recovery::new(anchor, journal, "disk died")));
    line.facts.standing = Standing::Open;
    assert_eq!(line.line(), "p 1..9: 2 unknown, 1 verified, 6 free");
    assert_eq!(line.ask(ask("uid=u2")).value("p"), Some("p-003"));
}

#[test]
fn lost_numbers_become_void_with_a_reason() {
    let (mut line, _, anchor) = restored();
    line.run(Command::Recover(Recovery::new(anchor, vec![], "disk died")));
    line.facts.standing = Standing::Open;
    let void = |first, last| Command::VoidLost { pool: "p".into(), first, last, reason: "never flashed".into() };
    for (first, last) in [(1, 2), (2, 4), (3, 2), (0, u64::MAX)] {
        assert_eq!(line.refused(void(first, last)), "not all of these numbers are lost");
    }
    line.run(void(3, 3));
    assert_eq!(line.line(), "p 1..9: 1 verified, 1 void, 1 lost, 6 free");
    line.run(void(2, 2));
    assert_eq!(line.ask(ask("uid=u3")).value("p"), Some("p-004"));
    assert!(line.refused(Command::Ask(ask("uid=u9").found(Found::Shows(shows("p-003"))))).contains("it is void"));
}

#[test]
fn a_lease_leaves_the_pool() {
    let mut line = Line::new();
    let lease =
        |count, request: &str| Command::Lease { pool: "p".into(), count, child: "cm".into(), request: request.into() };
    line.run(lease(4, "r1"));
    line.run(lease(4, "r1"));
    assert_eq!(line.line(), "p 1..9: 4 leased, 5 free");
    assert_eq!(line.refused(lease(6, "r2")), "pool `p` is used up: 9 was its last number");
    assert!(
        line.refused(Command::Ask(ask("uid=u0").found(Found::Shows(shows("p-002")))))
            .contains("it belongs to a child ledger")
    );
    for unit in 5..=9 {
        assert_eq!(line.ask(ask(&format!("uid=u{unit}"))).value("p"), naming("p", unit).as_deref());
    }
    assert_eq!(line.refused(Command::Ask(ask("uid=u0"))), "pool `p` is used up: 9 was its last number");
}

#[test]
fn pools_do_not_overlap() {
    let mut line = Line::new();
    let pool = |name: &str, first, last| NewPool::new(name, first, last, "t").namespace("p");
    assert_eq!(line.refused(Command::Pool(pool("q", 9, 20))), "pool `q` overlaps pool `p`");
    line.run(Command::Pool(pool("q", 10, 20)));
    assert!(line.refused(Command::Pool(pool("r r", 30, 40))).contains("a name has"));
    assert!(line.refused(Command::Pool(pool("r", 30, u64::MAX))).contains("below 2^63"));
    assert_eq!(line.refused(Command::create("5f1c0a7e9b3d4c21a8e64b0f2d7c9e13")), "the ledger exists already");
}

#[test]
fn what_a_recovery_waits_for_is_taken_before_it() {
    let mut line = Line::new();
    for standing in [Standing::Recovering, Standing::Fenced] {
        line.facts.standing = standing;
        line.run(Command::Pool(NewPool::new(&format!("{standing:?}"), 1, 4, "t").low(2)));
        let folders = vec!["/media/stick".to_owned()];
        assert_eq!(
            line.refused(Command::Anchors { folders: folders.clone(), reason: " ".into() }),
            "a reason is needed"
        );
        line.run(Command::Anchors { folders, reason: "the stick died".into() });
        assert!(line.refused(Command::Ask(ask("uid=u0"))).contains("nothing is issued until `recover`"));
    }
    assert!(line.log.contains(r#""pool":"Fenced","namespace":"Fenced","first":1,"last":4,"low":2,"value":"t""#));
    assert!(line.log.contains(r#""kind":"anchors","folders":["/media/stick"],"reason":"the stick died""#));
    let pool = |next| Pool { next, ..line.facts.pools["Fenced"].clone() };
    assert_eq!([2, 3, 4, 5].map(|next| pool(next).is_low()), [false, false, true, true]);
}

#[test]
fn a_ticket_needs_the_anchor() {
    let mut line = Line::new();
    let before = Confirmed::without_anchor(&line.facts);
    let offer = line.ask(ask("uid=u0 board=b0"));
    assert!(Ticket::new(offer.clone(), &before).is_none());
    let ticket = Ticket::new(offer, &Confirmed::without_anchor(&line.facts)).unwrap();
    assert_eq!((ticket.number("p"), ticket.text("p"), ticket.attempt()), (Some(1), Some("p-001"), 1));
    let (ticket, refusal) = ticket.begin(&keys("uid=u1")).unwrap_err();
    assert!(refusal.to_string().starts_with("unit 1 has another `uid` (u0)"));
    let burn = ticket.begin(&keys("uid=u0")).unwrap();
    line.run(burn.begun());
    assert_eq!(line.run(burn.verified(seen("uid=u0", "p-001"), Evidence::Readback)), Answer::Verified { unit: 1 });
}

#[test]
fn what_cannot_follow() {
    let mut line = Line::new();
    let _: Offer = line.ask(ask("uid=u0"));
    line.run(verified(1, 1, seen("uid=u0", "p-001")));
    line.run(Command::Retire { unit: Target::Unit(1), reason: "scrapped".into(), replace: None });
    let _: Offer = line.ask(ask("uid=u1"));
    line.run(Command::Void { unit: Target::Unit(2), reason: "broken".into() });
    let next = line.facts.size + 1;
    for (text, what) in [
        (r#""kind":"reissued","unit":1,"attempt":2"#, "the ticket is not the next one"),
        (r#""kind":"reissued","unit":2,"attempt":2"#, "the ticket is not the next one"),
        (r#""kind":"released","unit":1,"reason":"r""#, "only what is quarantined is released"),
        (r#""kind":"unknown","unit":2,"attempt":1,"reason":"r""#, "only what is open or verified becomes unknown"),
        (r#""kind":"quarantined","units":[2],"keys":{"uid":"u1"},"shown":{}"#, "only what lives is quarantined"),
        (r#""kind":"voided","unit":1,"reason":"r""#, "this cannot become void"),
        (
            r#""kind":"reserved","unit":3,"keys":{"uid":"u2"},"numbers":{"p":1},"values":{"p":"p-001"}"#,
            "the number is not the next of its pool",
        ),
        (
            r#""kind":"reserved","unit":3,"keys":{"uid":"u2"},"numbers":{"p":3},"values":{"p":"p-001"}"#,
            "another number is written the same way",
        ),
        (
            r#""kind":"reserved","unit":3,"keys":{"uid":"u1"},"numbers":{"p":3},"values":{"p":"p-003"}"#,
            "the key is another unit's",
        ),
        (
            r#""kind":"reserved","unit":4,"keys":{"uid":"u2"},"numbers":{"p":3},"values":{"p":"p-003"}"#,
            "the unit is not the next one",
        ),
        (r#""kind":"keyed","unit":2,"keys":{"uid":"u9"}"#, "the unit has another key of this kind"),
        (r#""kind":"recovered","reason":"r","next":{"p":3},"withdrawn":[]"#, "a recovery raises the epoch"),
        (
            r#""kind":"recovered","reason":"r","next":{"p":2},"withdrawn":[],"epoch":2"#,
            "the next number falls, or is beyond the pool",
        ),
        (r#""kind":"released","unit":1,"reason":"r","epoch":2"#, "its epoch is another"),
    ] {
        let event = Event::parse(format!("{{\"seq\":{next},{text}}}").as_bytes()).unwrap();
        let error = evolve(&mut line.facts.clone(), &event).unwrap_err();
        assert_eq!(error.to_string(), format!("event {next} cannot be: {what}"), "{text}");
    }
}
