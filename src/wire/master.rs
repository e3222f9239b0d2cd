//! A human master's socket: what they may say, and what they alone are told.

use serde::Deserialize;
use serde_json::{Value, json};
use shakmaty::{Position, san::SanPlus, uci::UciMove};

use super::{
    Code,
    inbound::{WireError, fields, tag},
    outbound::to_json,
};
use crate::{
    record::{event::PausedBy, standing::Standing, view::View},
    rules::{BoardNo, Command, Millis, Wish, color_name, fen_of, uci_of},
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
        "grace_ends_ms": null,
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
    let mut frame = json!({ "type": "visit", "seq": seq, "at_ms": at.0, "board": board.0, "excursion": excursion });
    add_position(&mut frame, board, view);
    to_json(&frame)
}

fn add_position(frame: &mut Value, board: BoardNo, view: &View) {
    let Some(seen) = view.boards.get(board.index()) else { return };
    let position = &seen.position;
    let legal = if seen.is_playing() && seen.turn() == seen.setup.master {
        position.legal_moves().into_iter().collect()
    } else {
        Vec::new()
    };
    frame["fen"] = json!(fen_of(position));
    frame["ply"] = json!(seen.sheet.len());
    frame["turn"] = json!(color_name(seen.turn()));
    frame["legal_moves"] = legal.iter().map(|&legal| json!(uci_of(position, legal).to_string())).collect();
    let san = |&legal| json!(SanPlus::from_move(position.clone(), legal).to_string());
    frame["legal_san"] = legal.iter().map(san).collect();
    frame["draw_offer"] = json!(seen.draw_offer.map(color_name));
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
