//! What must be true of the record, whatever happened.

use std::collections::{BTreeMap, BTreeSet};

use shakmaty::{Color, Position};
use simultan::{
    journal::{StoredEvent, replay},
    record::{
        event::{Event, ExhibitionId, Guest, GuestNo, Kind, PassedBy},
        program::{Evening, MasterSeat, Program},
        view::View,
    },
    rules::{BoardNo, ClockReading, Fact, GameSetup, Millis, Played, Termination, WalkMode},
};

/// Looks at the whole record; `Err` says what is wrong with it.
pub(crate) fn check(program: &Program, events: &[Event]) -> Result<(), String> {
    // Numbers without a gap, every move legal, every position the one it was.
    let stored = events.iter().map(StoredEvent::from).collect();
    let record = replay(ExhibitionId(1), program.clone(), stored).map_err(|error| error.to_string())?;
    if record.events != events {
        return Err("the record plays back as something else".to_owned());
    }
    passes(program, events)?;
    let mut games: BTreeMap<BoardNo, Vec<(&Fact, Millis)>> = BTreeMap::new();
    for event in events {
        if let Kind::Game { board, fact } = &event.kind {
            games.entry(*board).or_default().push((fact, event.at));
        }
    }
    for (board, facts) in &games {
        one_result(facts)
            .and_then(|()| clocks(&record.view.boards[board.index()].setup, facts))
            .map_err(|what| format!("board {board}: {what}"))?;
    }
    Ok(())
}

/// Nobody has more passes than were agreed, and the master waits for nobody who has any left, but for the last few.
fn passes(program: &Program, events: &[Event]) -> Result<(), String> {
    let mut used: BTreeMap<BoardNo, u32> = BTreeMap::new();
    let mut view = View::new(ExhibitionId(1), program.clone());
    for event in events {
        let few = view.boards.iter().filter(|board| board.is_playing()).count() <= 3;
        match &event.kind {
            Kind::Passed { board, by, left } => {
                let used = used.entry(*board).or_default();
                *used += 1;
                if program.passes.is_some_and(|limit| *used > limit || few || *left != Some(limit - *used)) {
                    return Err(format!("event {}: pass {used} of board {board}, {left:?} left", event.seq));
                }
                if *by == PassedBy::Walk && (program.passes.is_none() || program.walk != WalkMode::InTurn) {
                    return Err(format!("event {}: the walk goes past board {board}, and that is counted", event.seq));
                }
            }
            Kind::Grace { board } => {
                let left = program.passes.map(|limit| limit.saturating_sub(used.get(board).copied().unwrap_or(0)));
                if left.is_none_or(|left| left > 0 && !few) {
                    return Err(format!("event {}: grace at board {board}, with {left:?} left", event.seq));
                }
            }
            _ => {}
        }
        view.apply(event);
    }
    Ok(())
}

/// What is agreed about an evening. `sound` where storing never failed; `life` is the part of `events` that began last.
pub(crate) fn evening(program: &Program, events: &[Event], life: usize, sound: bool) -> Result<(), String> {
    let mut view = View::new(ExhibitionId(1), program.clone());
    let mut stood: Option<Millis> = None;
    let mut visited = BTreeSet::new();
    for (place, event) in events.iter().enumerate() {
        let wrong = |what: &str| Err(format!("event {}: {what}", event.seq));
        if stood.is_some_and(|stood| event.at > stood) {
            return wrong("time has passed in a break, or after the last visit");
        }
        match &event.kind {
            Kind::Visit { .. } if view.closed => return wrong("a visit begins after the last one"),
            Kind::Visit { board, excursion: false }
                if view.last_round.is_some()
                    && place >= life
                    && program.seat == MasterSeat::Engine
                    && !visited.insert(*board) =>
            {
                return wrong("a board is visited twice in the last round");
            }
            Kind::Joined { guest, .. } | Kind::Applied { guest, .. } => {
                if view.boards.iter().any(|board| board.guest().is_some_and(|seat| seat.guest == guest.number)) {
                    return wrong("somebody has two seats");
                }
                let waits = view.queue.iter().position(|waits| waits.number == guest.number);
                if sound && waits.is_some_and(|place| place > 0) {
                    return wrong("somebody gets a seat before who came first");
                }
            }
            Kind::Game { board, fact: Fact::Ended { termination: Termination::Abandonment, .. } } => {
                let seat = view.boards[board.index()].seat.as_ref();
                let after = view.program.evening.absent_after;
                let since = seat.and_then(|seat| seat.away_since).zip(after);
                if since.is_none_or(|(since, after)| !view.closed && since.plus(after) > event.at) {
                    return wrong("a game ends by the absence of somebody who was there");
                }
            }
            _ => {}
        }
        view.apply(event);
        stood = view.stands_still().then(|| stood.unwrap_or(view.at));
    }
    Ok(())
}

fn one_result(facts: &[(&Fact, Millis)]) -> Result<(), String> {
    match facts.iter().position(|(fact, _)| matches!(fact, Fact::Ended { .. })) {
        Some(end) if end + 1 < facts.len() => Err(format!("after the end: {:?}", facts[end + 1].0)),
        _ => Ok(()),
    }
}

/// A clock loses what its side thought and gains its increment: nothing else.
fn clocks(setup: &GameSetup, facts: &[(&Fact, Millis)]) -> Result<(), String> {
    let Some(settings) = setup.clock else { return Ok(()) };
    let bank = |color: Color| settings.bank(color == setup.master);
    let mut last: Option<(ClockReading, Millis)> = None;
    for (fact, at) in facts {
        match (fact, last) {
            (Fact::Moved(Played { clock: Some(clock), turn, ply, .. }), _) => {
                let mover = turn.other();
                let expected = match last {
                    None => bank(mover).plus(settings.increment),
                    Some((before, since)) => {
                        let (left, thought) = (of(before, mover), at.since(since));
                        if thought > left {
                            return Err(format!("ply {ply} came {thought:?} after the last, with {left:?} left"));
                        }
                        left.since(thought).plus(settings.increment)
                    }
                };
                if of(*clock, mover) != expected {
                    return Err(format!("after ply {ply} the clock shows {:?}, not {expected:?}", of(*clock, mover)));
                }
                let other = last.map_or(bank(*turn), |(before, _)| of(before, *turn));
                if of(*clock, *turn) != other {
                    return Err(format!("ply {ply} changed the other side's clock"));
                }
                last = Some((*clock, *at));
            }
            (Fact::Retracted(retracted), Some((after, _))) => {
                let clock = retracted.clock.expect("there are clocks");
                let mover = retracted.position().turn();
                if of(clock, mover.other()) != of(after, mover.other()) || of(clock, mover) > of(after, mover) {
                    return Err(format!("ply {} was taken back, and the clocks show {clock:?}", retracted.ply));
                }
                // Before the first move no clock runs.
                last = clock.running.map(|_| (clock, *at));
            }
            (Fact::Ended { termination: Termination::TimeForfeit, .. }, Some((before, since))) => {
                let side = before.running.expect("a clock that runs");
                if at.since(since) <= of(before, side) {
                    return Err(format!("a flag fell after {:?}, with {:?} left", at.since(since), of(before, side)));
                }
            }
            _ => {}
        }
    }
    Ok(())
}

fn of(reading: ClockReading, color: Color) -> Millis {
    color.fold_wb(reading.white, reading.black)
}

/// While a board waits for the master, no other gets two moves of his; `events` are those of one life without a refused
/// commit, in which the walk remembers everything.
pub(crate) fn nobody_is_passed_over(program: &Program, events: &[Event]) -> Result<(), String> {
    // For every board that waits: who has been served since.
    let mut waiting: BTreeMap<BoardNo, BTreeSet<BoardNo>> = BTreeMap::new();
    for event in events {
        match &event.kind {
            Kind::Game { board, fact: Fact::Moved(played) } if played.turn == program.setup(*board).master => {
                waiting.insert(*board, BTreeSet::new());
            }
            Kind::Game { board, fact: Fact::Moved(_) } => {
                waiting.remove(board);
                for (waits, served) in &mut waiting {
                    if !served.insert(*board) {
                        return Err(format!(
                            "event {}: board {board} was served twice while {waits} waited",
                            event.seq
                        ));
                    }
                }
            }
            Kind::Game { board, fact: Fact::Ended { .. } } => {
                waiting.remove(board);
            }
            _ => {}
        }
    }
    Ok(())
}

/// Nobody should trust a check that has never found anything.
mod checked {
    use simultan::{
        record::event::{Announcement, PausedBy},
        rules::{Command, Game, GameResult, PlayerName},
    };

    use super::*;

    fn program() -> Program {
        Program {
            name: "A record".into(),
            boards: 2,
            setups: std::sync::Arc::default(),
            clock: Some("60s+1s".parse().expect("a clock")),
            walk: WalkMode::InTurn,
            late_rounds: 0,
            passes: None,
            grace: Millis::ZERO,
            retract: true,
            think: Millis::ZERO,
            master: "Master".into(),
            seat: MasterSeat::Engine,
            created_at: 0,
            evening: Evening::default(),
        }
    }

    /// Two games in which the master answers each in turn; the first ends by resignation.
    fn record() -> Vec<Event> {
        let mut kinds = Vec::new();
        let mut games = [(); 2].map(|()| Game::new(program().clock));
        for number in 1..=2 {
            let name = PlayerName::parse(&format!("Guest {number}")).expect("a name");
            kinds.push((
                0,
                Kind::Joined { board: BoardNo(number), guest: Guest { number: GuestNo(number), name, bot: true } },
            ));
        }
        kinds.push((0, Kind::Started { seated: 0 }));
        games.iter_mut().for_each(Game::start);
        let mut at = 0;
        for moves in [["e2e4"; 2], ["e7e5"; 2], ["g1f3"; 2], ["b8c6"; 2], ["f1c4"; 2]] {
            for (index, uci) in moves.into_iter().enumerate() {
                at += 1000;
                let (game, board) = (&mut games[index], BoardNo(u32::try_from(index).expect("small") + 1));
                let command = Command::Move { ply: game.ply() + 1, uci: uci.parse().expect("a move") };
                let turn = if game.ply().is_multiple_of(2) { Color::White } else { Color::Black };
                for fact in game.decide(turn, &command, Millis(at)).expect("a legal move") {
                    game.apply(&fact, Millis(at));
                    kinds.push((at, Kind::Game { board, fact }));
                }
            }
        }
        let fact = Fact::Ended { result: GameResult::WhiteWins, termination: Termination::Resignation };
        kinds.push((at, Kind::Game { board: BoardNo(1), fact }));
        numbered(kinds)
    }

    fn numbered(kinds: Vec<(u64, Kind)>) -> Vec<Event> {
        let event = |(seq, (at, kind))| Event { seq, at: Millis(at), wall: 0, kind };
        (1..).zip(kinds).map(event).collect()
    }

    /// The same with its numbers made good again.
    fn with(change: impl FnOnce(&mut Vec<(u64, Kind)>)) -> Vec<Event> {
        let mut kinds = record().into_iter().map(|event| (event.at.0, event.kind)).collect();
        change(&mut kinds);
        numbered(kinds)
    }

    fn moved(kind: &mut Kind) -> &mut Played {
        match kind {
            Kind::Game { fact: Fact::Moved(played), .. } => played,
            other => panic!("{other:?} is no move"),
        }
    }

    #[test]
    fn a_sound_record_is_sound() {
        assert_eq!(check(&program(), &record()), Ok(()));
        assert_eq!(nobody_is_passed_over(&program(), &record()), Ok(()));
    }

    #[test]
    fn what_is_wrong_with_a_record_is_found() {
        let damage: [(&str, Vec<Event>); 9] = [
            ("a number is missing", record().into_iter().filter(|event| event.seq != 7).collect()),
            ("a ply is missing", with(|kinds| drop(kinds.remove(5)))),
            ("a move is there twice", with(|kinds| kinds.insert(6, kinds[5].clone()))),
            ("another move was played", with(|kinds| moved(&mut kinds[5].1).uci = "d7d5".parse().expect("a move"))),
            ("another position was reached", with(|kinds| moved(&mut kinds[5].1).hash ^= 1)),
            ("a result is there twice", with(|kinds| kinds.push(kinds[13].clone()))),
            ("a move comes after the end", with(|kinds| kinds.swap(11, 13))),
            ("a clock has grown", with(|kinds| moved(&mut kinds[6].1).clock.as_mut().expect("a clock").black.0 += 1)),
            ("a move came after the flag", with(|kinds| kinds[5].0 += 120_000)),
        ];
        for (what, events) in damage {
            assert!(check(&program(), &events).is_err(), "{what}, and nobody sees it");
        }
    }

    #[test]
    fn what_is_wrong_with_an_evening_is_found() {
        let program =
            Program { evening: Evening { absent_after: Some(Millis(5_000)), ..Evening::default() }, ..program() };
        let visit = (20_000, Kind::Visit { board: BoardNo(2), excursion: false });
        let last = (20_000, Kind::Announced(Announcement { last_round: true, ..Announcement::default() }));
        let gone = (20_000, Kind::Disconnected { board: BoardNo(2) });
        let lost = Fact::Ended { result: GameResult::WhiteWins, termination: Termination::Abandonment };
        let lost = |at| (at, Kind::Game { board: BoardNo(2), fact: lost.clone() });
        let guest =
            |number| Guest { number: GuestNo(number), name: PlayerName::parse("A").expect("a name"), bot: true };
        let queued = |number| (20_000, Kind::Queued { guest: guest(number) });
        let applied = |number, board| (20_000, Kind::Applied { board: BoardNo(board), guest: guest(number) });
        let after = |more: Vec<(u64, Kind)>| with(|kinds| kinds.extend(more));
        let empty = |kinds: Vec<(u64, Kind)>| numbered(kinds);
        let sound = [
            after(vec![visit.clone(), last.clone(), visit.clone()]),
            after(vec![gone.clone(), lost(25_000)]),
            empty(vec![queued(1), queued(2), applied(1, 1), applied(2, 2)]),
        ];
        for events in sound {
            assert_eq!(evening(&program, &events, 0, true), Ok(()));
        }
        let wrong = [
            ("a visit after the end", after(vec![(20_000, Kind::Closed), visit.clone()])),
            ("a second visit in the last round", after(vec![last, visit.clone(), visit])),
            (
                "time that passes in a break",
                after(vec![(20_000, Kind::Paused { by: PausedBy::Organiser }), (20_001, Kind::Continued)]),
            ),
            ("an absence too short", after(vec![gone, lost(24_999)])),
            ("an absence of somebody who is there", after(vec![lost(90_000)])),
            ("two seats", empty(vec![applied(1, 1), applied(1, 2)])),
            ("a place taken before others", empty(vec![queued(1), queued(2), applied(2, 1)])),
        ];
        for (what, events) in wrong {
            assert!(evening(&program, &events, 0, true).is_err(), "{what}, and nobody sees it");
        }
    }

    #[test]
    fn who_is_passed_over_is_found() {
        // Board 1 has answered first and waits; board 2 gets two moves.
        let events = with(|kinds| {
            let served_late = kinds.remove(7);
            kinds.insert(11, served_late);
        });
        assert!(nobody_is_passed_over(&program(), &events).is_err());
    }
}
