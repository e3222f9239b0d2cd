//! A board's notices and refusals in the contract's words.

use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::{codes, greeting::Welcome};
use crate::{
    exhibition::board::Notice,
    rules::{GameStatus, Millis, color_name},
    wire::{Addressee, Code, ServerMessage},
};

/// The frame that tells a notice.
pub(super) fn frame(notice: &Notice, welcome: &Welcome) -> Utf8Bytes {
    let board = welcome.seated.board.number.0;
    let text;
    let message = match notice {
        Notice::Game { game, clock, passes_left } => {
            ServerMessage::game(&addressee(welcome), game, *clock, *passes_left)
        }
        Notice::Started { clock } => ServerMessage::started(board, *clock),
        Notice::Moved { played, choices, .. } => {
            ServerMessage::moved(board, played, choices.as_deref(), welcome.choices)
        }
        Notice::Clock { clock } => ServerMessage::clock(board, *clock),
        Notice::Visit => ServerMessage::Visit { board },
        Notice::Queue { boards_away, eta } => {
            ServerMessage::Queue { boards_away: *boards_away, eta_ms: eta.map(|Millis(eta)| eta) }
        }
        Notice::DrawOffered { by } => ServerMessage::DrawOffered { board, by: color_name(*by) },
        Notice::DrawDeclined { by } => ServerMessage::DrawDeclined { board, by: color_name(*by) },
        Notice::Retracted { retracted } => ServerMessage::retracted(board, retracted),
        Notice::Passed { left, by } => ServerMessage::Passed { board, left: *left, by: by.as_str() },
        Notice::Grace { ends, now } => {
            ServerMessage::Grace { board, ends_ms: ends.0, at_ms: now.0, left_ms: ends.since(*now).0 }
        }
        Notice::Paused { by } => ServerMessage::Paused { by: by.as_str() },
        Notice::Continued => ServerMessage::Continued,
        Notice::Ended { status: GameStatus::Ended(result, termination) } => {
            ServerMessage::Ended { board, result: result.as_str(), termination: termination.as_str() }
        }
        Notice::Ended { .. } | Notice::Replaced | Notice::Restart => {
            unreachable!("only an ended game is told as ended, and the others close the connection")
        }
        Notice::Refused { refusal, ply } => {
            text = refusal.to_string();
            ServerMessage::error(codes::code(*refusal), &text, *ply)
        }
        Notice::Unstored { error, ply } => {
            text = error.to_string();
            ServerMessage::error(Code::Internal, &text, *ply)
        }
    };
    message.to_json().into()
}

/// The frame that gives a seat.
pub(super) fn seated(welcome: &Welcome) -> Utf8Bytes {
    let to = addressee(welcome);
    let message = ServerMessage::Seated {
        exhibition: to.exhibition,
        board: to.board,
        name: to.name,
        color: color_name(to.color),
        token: welcome.seated.token.reveal(),
    };
    message.to_json().into()
}

fn addressee(welcome: &Welcome) -> Addressee<'_> {
    Addressee {
        exhibition: welcome.exhibition.id.to_string(),
        board: welcome.seated.board.number.0,
        name: welcome.seated.name.as_str(),
        master: &welcome.exhibition.master,
        color: welcome.seated.board.master.other(),
        choices: welcome.choices,
    }
}
