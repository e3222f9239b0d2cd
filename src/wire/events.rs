//! An event as spectators are sent it, as JSON.

use serde_json::{Value, json};

use super::{
    Choices,
    clock::stop,
    outbound::{AnnouncedMessage, ServerMessage, to_json},
    pages::{score, snapshot, visit, whose},
};
use crate::{
    record::{
        event::{Event, Kind},
        view::View,
    },
    rules::{BoardNo, Fact, color_name},
};

/// An event as spectators get it; `view` has taken it in already. In a break the clocks stand, whatever it says.
#[must_use]
pub fn event_frame(event: &Event, view: &View, stands: bool) -> String {
    let (seq, at_ms) = (event.seq, event.at.0);
    let name = |board: BoardNo| {
        let seat = view.boards.get(board.index()).and_then(|board| board.seat.as_ref());
        seat.map(|seat| seat.name.as_str())
    };
    let seat = |tag: &str, board: BoardNo| json!({ "type": tag, "seq": seq, "at_ms": at_ms, "board": board.0, "name": name(board) });
    let value = match &event.kind {
        Kind::Joined { board, guest } => json!({
            "type": "joined", "seq": seq, "at_ms": at_ms, "board": board.0, "name": guest.name.as_str(), "bot": guest.bot,
            // They may have been in the queue.
            "waiting": view.queue.len(),
        }),
        // Who they are is nobody's business until they are let in.
        Kind::Applied { board, .. } => {
            let waiting = view.queue.len();
            json!({ "type": "applied", "seq": seq, "at_ms": at_ms, "board": board.0, "waiting": waiting })
        }
        Kind::Admitted { board } => {
            let bot = view.boards[board.index()].seat.as_ref().is_some_and(|seat| seat.bot);
            let mut value = seat("joined", *board);
            value["bot"] = json!(bot);
            value
        }
        Kind::TurnedAway { board } => left(event, *board, None, view),
        Kind::Left { board, guest } => left(event, *board, Some(guest.name.as_str()), view),
        Kind::Queued { .. } | Kind::Unqueued { .. } => {
            json!({ "type": "waiting", "seq": seq, "at_ms": at_ms, "waiting": view.queue.len() })
        }
        Kind::Renamed { board, name, .. } => {
            let told = view.boards[board.index()].applicant.is_none().then(|| name.as_str());
            json!({ "type": "renamed", "seq": seq, "at_ms": at_ms, "board": board.0, "name": told })
        }
        Kind::Reseated { board, to } => {
            let state = whose(view, *board);
            json!({ "type": "reseated", "seq": seq, "at_ms": at_ms, "board": board.0, "to": to.0, "state": state })
        }
        Kind::Announced(announcement) => {
            let mut told = AnnouncedMessage::new(announcement, event.at);
            told.seq = Some(seq);
            return ServerMessage::Announced(told).to_json();
        }
        // Too much may be another now: nobody is sent it as an event.
        Kind::Changed(_) => return snapshot(view, event.at),
        Kind::Closed => json!({ "type": "closed", "seq": seq, "at_ms": at_ms }),
        Kind::Connected { board } => seat("connected", *board),
        Kind::Disconnected { board } => seat("disconnected", *board),
        Kind::Started { .. } => {
            let added = view.extra_of_seated().0;
            json!({ "type": "started", "seq": seq, "at_ms": at_ms, "added_ms": added })
        }
        Kind::Finished => json!({ "type": "finished", "seq": seq, "at_ms": at_ms, "score": score(view.score) }),
        Kind::Visit { board, excursion } => visit(*board, *excursion, seq, event.at),
        Kind::Passed { board, by, left } => {
            json!({ "type": "passed", "seq": seq, "at_ms": at_ms, "board": board.0, "left": left, "by": by.as_str() })
        }
        Kind::Grace { board } => {
            let ends = event.at.plus(view.program.grace).0;
            json!({ "type": "grace", "seq": seq, "at_ms": at_ms, "board": board.0, "ends_ms": ends })
        }
        Kind::Paused { by } => {
            json!({ "type": "paused", "seq": seq, "at_ms": at_ms, "by": by.as_str(), "date_ms": event.wall })
        }
        Kind::Continued => json!({ "type": "continued", "seq": seq, "at_ms": at_ms, "date_ms": event.wall }),
        Kind::Game { board, fact: Fact::Retracted(retracted) } => {
            let mut message = ServerMessage::retracted(board.0, retracted);
            if let ServerMessage::Retracted(told) = &mut message {
                told.seq = Some(seq);
                told.at_ms = Some(at_ms);
                stop(&mut told.clock, stands);
            }
            return message.to_json();
        }
        Kind::Game { board, fact: Fact::Moved(played) } => {
            let mut message = ServerMessage::moved(board.0, played, None, Choices::default());
            if let ServerMessage::Moved(moved) = &mut message {
                moved.seq = Some(seq);
                moved.at_ms = Some(at_ms);
                stop(&mut moved.clock, stands);
            }
            return message.to_json();
        }
        Kind::Game { board, fact: Fact::DrawOffered { by } } => {
            json!({ "type": "draw_offered", "seq": seq, "at_ms": at_ms, "board": board.0, "by": color_name(*by) })
        }
        Kind::Game { board, fact: Fact::DrawDeclined { by } } => {
            json!({ "type": "draw_declined", "seq": seq, "at_ms": at_ms, "board": board.0, "by": color_name(*by) })
        }
        Kind::Game { board, fact: Fact::Ended { result, termination } } => json!({
            "type": "ended", "seq": seq, "at_ms": at_ms, "board": board.0,
            "result": result.as_str(), "termination": termination.as_str(),
        }),
    };
    to_json(&value)
}

/// A seat is free again, or kept for somebody.
fn left(event: &Event, board: BoardNo, name: Option<&str>, view: &View) -> Value {
    let state = whose(view, board);
    json!({ "type": "left", "seq": event.seq, "at_ms": event.at.0, "board": board.0, "name": name, "state": state })
}
