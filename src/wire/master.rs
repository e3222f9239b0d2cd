//! A human master's socket: what they may say, and what they alone are told.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use shakmaty::{MoveList, Position, uci::UciMove};

use super::{
    Choices, Code,
    inbound::{WireError, fields, tag},
    outbound::{Legal, to_json},
    pages,
};
use crate::{
    record::{event::PausedBy, standing::Standing, view::View},
    rules::{BoardNo, Command, Millis, Wish, color_name, fen_of},
};

/// A message of the master's client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MasterMessage {
    /// The first: who is there.
    Master {
        /// The master's secret.
        token: String,
    },
    /// All others.
    Wish(Wish),
}

#[derive(Deserialize)]
struct Master {
    token: String,
}

#[derive(Deserialize)]
struct Move {
    board: u32,
    ply: u32,
    uci: String,
}

#[derive(Deserialize)]
struct AtBoard {
    board: u32,
}

#[derive(Deserialize)]
struct Stay {
    on: bool,
}

/// Reads a text frame of the master's.
pub fn parse_master(text: &str) -> Result<MasterMessage, WireError> {
    let at = |command| fields(text).map(|AtBoard { board }| Wish::Play(BoardNo(board), command));
    let wish = match &*tag(text)? {
        "master" => return fields(text).map(|Master { token }| MasterMessage::Master { token }),
        "move" => fields(text).map(|Move { board, ply, uci }| {
            // What is no move at all is legal in no position, like the null move.
            let uci = uci.parse().unwrap_or(UciMove::Null);
            Wish::Play(BoardNo(board), Command::Move { ply, uci })
        }),
        "next" => Ok(Wish::Next),
        "go" => fields(text).map(|AtBoard { board }| Wish::Go(BoardNo(board))),
        "back" => Ok(Wish::Back),
        "stay" => fields(text).map(|Stay { on }| Wish::Stay(on)),
        "retract" => at(Command::Retract),
        "resign" => at(Command::Resign),
        "offer_draw" => at(Command::OfferDraw),
        "accept_draw" => at(Command::AcceptDraw),
        "decline_draw" => at(Command::DeclineDraw),
        "pause" => Ok(Wish::Pause),
        "continue" => Ok(Wish::Continue),
        other => Err(WireError::UnknownType(other.chars().take(64).collect())),
    };
    wish.map(MasterMessage::Wish)
}

/// How the walk stands; with the position where the master stands, and the moves that are possible there.
#[must_use]
pub fn walk_frame(standing: &Standing, view: &View) -> String {
    let number = |board: Option<BoardNo>| board.map(|board| board.0);
    let mut frame = json!({
        "type": "walk",
        "board": number(standing.board),
        "next": number(standing.next),
        "waiting": standing.waiting,
        "stay": standing.stay,
        "paused": standing.paused.is_some(),
        "paused_by": standing.paused.map(PausedBy::as_str),
        "grace_ends_ms": standing.grace.map(|ends| ends.0),
        "hold_ends_ms": standing.hold.map(|ends| ends.0),
        "retract": standing.retract.map(|(board, ply)| json!({ "board": board.0, "ply": ply })),
    });
    if let Some(board) = standing.board {
        add_position(&mut frame, board, view);
    }
    to_json(&frame)
}

/// The event of a visit as the master gets it.
#[must_use]
pub fn visit_frame(board: BoardNo, excursion: bool, seq: u64, at: Millis, view: &View) -> String {
    let mut frame = pages::visit(board, excursion, seq, at);
    add_position(&mut frame, board, view);
    to_json(&frame)
}

/// A position, and what the master can play there.
#[derive(Serialize)]
struct Here {
    fen: String,
    ply: usize,
    turn: &'static str,
    #[serde(flatten)]
    legal: Legal,
    draw_offer: Option<&'static str>,
}

fn add_position(frame: &mut Value, board: BoardNo, view: &View) {
    let Some(seen) = view.boards.get(board.index()) else { return };
    let position = &seen.position;
    let possible = seen.is_playing() && seen.turn() == seen.setup.master;
    let moves = if possible { position.legal_moves() } else { MoveList::new() };
    let here = Here {
        fen: fen_of(position),
        ply: seen.sheet.len(),
        turn: color_name(seen.turn()),
        legal: Legal::among(position, &moves, Choices { legal_moves: true, legal_san: true }),
        draw_offer: seen.draw_offer.map(color_name),
    };
    if let (Value::Object(frame), Ok(Value::Object(here))) = (frame, serde_json::to_value(here)) {
        frame.extend(here);
    }
}

/// What the opponent at `board` has written, to the master (`player`) or to all (`spectator`). It is no event, and nobody keeps it.
#[must_use]
pub fn chat_frame(board: BoardNo, room: &str, name: &str, text: &str) -> String {
    to_json(&json!({ "type": "chat", "board": board.0, "room": room, "name": name, "text": text }))
}

/// An error that answers the master.
#[must_use]
pub fn master_error(code: Code, message: &str, wish: Option<&Wish>) -> String {
    let mut frame = json!({ "type": "error", "code": code.as_str(), "message": message });
    if let Some(Wish::Play(board, command)) = wish {
        frame["board"] = json!(board.0);
        if let Command::Move { ply, .. } = command {
            frame["ply"] = json!(ply);
        }
    } else if let Some(Wish::Go(board)) = wish {
        frame["board"] = json!(board.0);
    }
    to_json(&frame)
}
