//! A board's notices and refusals in the contract's words.

use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::{codes, greeting::Welcome};
use crate::{
    exhibition::{board::Notice, handle::Seated},
    rules::{GameStatus, Millis, color_name},
    wire::{Addressee, Code, ServerMessage},
};

/// The frame that tells a notice; none where the end of the connection says it.
pub(super) fn frame(notice: &Notice, welcome: &Welcome) -> Option<Utf8Bytes> {
    let board = welcome.seated.board.number.0;
    let (text, program);
    let message = match notice {
        Notice::Game { game, clock, passes_left, due } => {
            program = welcome.exhibition.program();
            ServerMessage::game(&addressee(welcome, &program.master), game, *clock, (*passes_left, *due))
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
        // Only an ended game is told as ended.
        Notice::Ended { .. } | Notice::Replaced | Notice::Restart => return None,
        Notice::Applied => applied(welcome),
        Notice::Admitted => seated_message(welcome),
        Notice::Renamed { name } => ServerMessage::Renamed { board, name: name.as_str() },
        Notice::Reseated { to } => ServerMessage::Reseated { board, to: to.0 },
        Notice::Dismissed(why) => ServerMessage::error(codes::dismissal_code(*why), why.sentence(), None),
        Notice::Announced { announcement, now } => ServerMessage::announced(announcement, *now),
        Notice::Closed(true) => ServerMessage::Closed,
        Notice::Closed(false) => ServerMessage::Reopened,
        Notice::Refused { refusal, ply } => {
            text = refusal.to_string();
            ServerMessage::error(codes::code(*refusal), &text, *ply)
        }
        Notice::Unstored { error, ply } => {
            text = error.to_string();
            ServerMessage::error(Code::Internal, &text, *ply)
        }
    };
    Some(message.to_json().into())
}

/// The frame that gives a seat.
pub(super) fn seated(welcome: &Welcome) -> Utf8Bytes {
    seated_message(welcome).to_json().into()
}

fn seated_message(welcome: &Welcome) -> ServerMessage<'_> {
    let Seated { board, name, token, .. } = &welcome.seated;
    ServerMessage::Seated {
        exhibition: welcome.exhibition.id.to_string(),
        board: board.number.0,
        name: name.as_str(),
        color: color_name(board.master.other()),
        token: token.reveal(),
    }
}

fn applied(welcome: &Welcome) -> ServerMessage<'_> {
    let Seated { board, name, token, .. } = &welcome.seated;
    ServerMessage::Applied {
        exhibition: welcome.exhibition.id.to_string(),
        board: board.number.0,
        name: name.as_str(),
        color: color_name(board.master.other()),
        token: token.reveal(),
    }
}

fn addressee<'a>(welcome: &'a Welcome, master: &'a str) -> Addressee<'a> {
    Addressee {
        exhibition: welcome.exhibition.id.to_string(),
        board: welcome.seated.board.number.0,
        name: welcome.seated.name.as_str(),
        master,
        color: welcome.seated.board.master.other(),
        choices: welcome.choices,
    }
}
