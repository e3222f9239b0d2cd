//! What must be true of the record, whatever happened.

use std::collections::{BTreeMap, BTreeSet};

use shakmaty::Color;
use simultan::{
    event::{Event, ExhibitionId, Kind, Program},
    journal::{StoredEvent, replay},
    rules::{BoardNo, ClockReading, ClockSettings, Fact, Millis, Played, Termination},
};

/// Looks at the whole record; `Err` says what is wrong with it.
pub(crate) fn check(program: &Program, events: &[Event]) -> Result<(), String> {
    // Numbers without a gap, every move legal, every position the one it was.
    let stored = events.iter().map(StoredEvent::from).collect();
    let record = replay(ExhibitionId(1), program.clone(), stored).map_err(|error| error.to_string())?;
    if record.events != events {
        return Err("the record plays back as something else".to_owned());
    }
    let mut games: BTreeMap<BoardNo, Vec<(&Fact, Millis)>> = BTreeMap::new();
    for event in events {
        if let Kind::Game { board, fact } = &event.kind {
            games.entry(*board).or_default().push((fact, event.at));
        }
    }
    for (board, facts) in &games {
        one_result(facts)
            .and_then(|()| clocks(program.clock, facts))
            .map_err(|what| format!("board {board}: {what}"))?;
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
fn clocks(settings: Option<ClockSettings>, facts: &[(&Fact, Millis)]) -> Result<(), String> {
    let Some(settings) = settings else { return Ok(()) };
    let mut last: Option<(ClockReading, Millis)> = None;
    for (fact, at) in facts {
        match (fact, last) {
            (Fact::Moved(Played { clock: Some(clock), turn, ply, .. }), _) => {
                let mover = turn.other();
                let expected = match last {
                    None => settings.bank(mover).plus(settings.increment),
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
                let other = last.map_or(settings.bank(*turn), |(before, _)| of(before, *turn));
                if of(*clock, *turn) != other {
                    return Err(format!("ply {ply} changed the other side's clock"));
                }
                last = Some((*clock, *at));
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
pub(crate) fn nobody_is_passed_over(events: &[Event]) -> Result<(), String> {
    // For every board that waits: who has been served since.
    let mut waiting: BTreeMap<BoardNo, BTreeSet<BoardNo>> = BTreeMap::new();
    for event in events {
        match &event.kind {
            Kind::Game { board, fact: Fact::Moved(played) } if played.turn == Color::White => {
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
