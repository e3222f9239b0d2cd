//! What a player is told, as JSON.

use std::fmt::Display;

use serde::{Serialize, Serializer};
use shakmaty::{Chess, Color, Move, Position, san::SanPlus, uci::UciMove};

use super::{
    Choices, Code,
    clock::{Clock, ClockMessage},
};
use crate::{
    record::event::Announcement,
    rules::{ClockReading, Game, GameStatus, Millis, Played, Retracted, color_name, fen_of, is_chess960, uci_of},
};

/// A value that JSON shows as the text it prints.
pub(super) struct Text<T>(pub(super) T);

impl<T: Display> Serialize for Text<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// A message to a player, or a spectator's event of the same kind.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[expect(missing_docs, missing_debug_implementations, reason = "the contract explains every field")]
pub enum ServerMessage<'a> {
    Seated {
        exhibition: String,
        board: u32,
        name: &'a str,
        color: &'static str,
        token: &'a str,
    },
    Game(Box<GameMessage<'a>>),
    Started {
        board: u32,
        clock: Option<ClockMessage>,
    },
    Moved(MovedMessage),
    Clock {
        board: u32,
        clock: ClockMessage,
    },
    Visit {
        board: u32,
    },
    Queue {
        boards_away: usize,
        eta_ms: Option<u64>,
    },
    DrawOffered {
        board: u32,
        by: &'static str,
    },
    DrawDeclined {
        board: u32,
        by: &'static str,
    },
    Retracted(RetractedMessage),
    Passed {
        board: u32,
        left: Option<u32>,
        by: &'static str,
    },
    Grace {
        board: u32,
        ends_ms: u64,
        at_ms: u64,
        left_ms: u64,
    },
    Paused {
        by: &'static str,
    },
    Continued,
    Ended {
        board: u32,
        result: &'static str,
        termination: &'static str,
    },
    /// A seat is asked for: the organiser lets the player in or does not.
    Applied {
        exhibition: String,
        board: u32,
        name: &'a str,
        color: &'static str,
        token: &'a str,
    },
    /// Every seat is taken: the player waits for one.
    Waiting {
        exhibition: String,
        name: &'a str,
        place: usize,
        token: &'a str,
    },
    Renamed {
        board: u32,
        name: &'a str,
    },
    Reseated {
        board: u32,
        to: u32,
    },
    Announced(AnnouncedMessage<'a>),
    /// No visit begins any more, and all clocks stand still.
    Closed,
    /// Visits begin again.
    Reopened,
    Error {
        code: &'static str,
        message: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        ply: Option<u32>,
    },
}

/// What everybody is told.
#[derive(Serialize)]
#[expect(missing_debug_implementations, reason = "it lives for one serialisation")]
pub struct AnnouncedMessage<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) seq: Option<u64>,
    pub(super) at_ms: u64,
    text: Option<&'a str>,
    last_round: bool,
    closes_ms: Option<u64>,
    starts_at: Option<u64>,
}

impl<'a> AnnouncedMessage<'a> {
    /// The message about an announcement, at a time of the exhibition's own.
    pub(super) fn new(announcement: &'a Announcement, at: Millis) -> AnnouncedMessage<'a> {
        let Announcement { text, last_round, closes, starts_at } = announcement;
        AnnouncedMessage {
            seq: None,
            at_ms: at.0,
            text: text.as_deref(),
            last_round: *last_round,
            closes_ms: closes.map(|closes| closes.0),
            starts_at: *starts_at,
        }
    }
}

/// The whole game, as its player is told.
#[derive(Serialize)]
#[expect(missing_debug_implementations, reason = "it lives for one serialisation")]
pub struct GameMessage<'a> {
    exhibition: String,
    board: u32,
    name: &'a str,
    color: &'static str,
    master: &'a str,
    status: &'static str,
    variant: &'static str,
    initial_fen: String,
    moves: Vec<Text<UciMove>>,
    san: Vec<Text<SanPlus>>,
    ply: u32,
    fen: String,
    turn: &'static str,
    clock: Option<Clock>,
    draw_offer: Option<&'static str>,
    passes_left: Option<u32>,
    /// In the last round alone: whether the master still comes.
    #[serde(skip_serializing_if = "Option::is_none")]
    due: Option<bool>,
    #[serde(flatten)]
    legal: Legal,
    result: Option<&'static str>,
    termination: Option<&'static str>,
}

/// A move and the position after it.
#[derive(Serialize)]
#[expect(missing_debug_implementations, reason = "it lives for one serialisation")]
pub struct MovedMessage {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) seq: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) at_ms: Option<u64>,
    board: u32,
    ply: u32,
    uci: Text<UciMove>,
    san: Text<SanPlus>,
    fen: String,
    turn: &'static str,
    pub(super) clock: Option<Clock>,
    #[serde(skip_serializing_if = "Option::is_none")]
    legal_moves: Option<Vec<Text<UciMove>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    legal_san: Option<Vec<Text<SanPlus>>>,
}

/// A move that was taken back, and the position that is reached again.
#[derive(Serialize)]
#[expect(missing_debug_implementations, reason = "it lives for one serialisation")]
pub struct RetractedMessage {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) seq: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) at_ms: Option<u64>,
    board: u32,
    ply: u32,
    fen: String,
    turn: &'static str,
    pub(super) clock: Option<Clock>,
    draw_offer: Option<&'static str>,
}

#[derive(Serialize, Default)]
pub(super) struct Legal {
    #[serde(skip_serializing_if = "Option::is_none")]
    legal_moves: Option<Vec<Text<UciMove>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    legal_san: Option<Vec<Text<SanPlus>>>,
}

impl Legal {
    fn of(position: &Chess, choices: Choices) -> Legal {
        Legal::among(position, &position.legal_moves(), choices)
    }

    /// These moves of a position, as they are wanted.
    pub(super) fn among(position: &Chess, moves: &[Move], choices: Choices) -> Legal {
        let uci = || moves.iter().map(|&legal| Text(uci_of(position, legal))).collect();
        let san = || moves.iter().map(|&legal| Text(SanPlus::from_move(position.clone(), legal))).collect();
        Legal { legal_moves: choices.legal_moves.then(uci), legal_san: choices.legal_san.then(san) }
    }
}

/// Who is told about their game.
#[derive(Debug, Clone)]
pub(crate) struct Addressee<'a> {
    pub(crate) exhibition: String,
    pub(crate) board: u32,
    pub(crate) name: &'a str,
    pub(crate) master: &'a str,
    pub(crate) color: Color,
    pub(crate) choices: Choices,
}

impl<'a> ServerMessage<'a> {
    /// The whole game, with the legal moves where the player asked for them and is to move. The last argument: how many
    /// passes are left, and in the last round whether the master still comes.
    pub(crate) fn game(
        to: &Addressee<'a>,
        game: &Game,
        clock: Option<ClockReading>,
        (passes_left, due): (Option<u32>, Option<bool>),
    ) -> ServerMessage<'a> {
        let (status, end) = match game.status() {
            GameStatus::Waiting => ("waiting", None),
            GameStatus::Playing => ("playing", None),
            GameStatus::Ended(result, termination) => ("ended", Some((result, termination))),
        };
        let their_turn = end.is_none() && game.position().turn() == to.color;
        let legal = if their_turn { Legal::of(game.position(), to.choices) } else { Legal::default() };
        ServerMessage::Game(Box::new(GameMessage {
            exhibition: to.exhibition.clone(),
            board: to.board,
            name: to.name,
            color: color_name(to.color),
            master: to.master,
            status,
            variant: variant(game.initial()),
            initial_fen: fen_of(game.initial()),
            moves: game.moves().map(Text).collect(),
            san: sans(game),
            ply: game.ply(),
            fen: fen_of(game.position()),
            turn: color_name(game.position().turn()),
            clock: clock.map(Clock::from),
            draw_offer: game.draw_offer().map(color_name),
            passes_left,
            due,
            legal,
            result: end.map(|(result, _)| result.as_str()),
            termination: end.map(|(_, termination)| termination.as_str()),
        }))
    }

    /// A move, with the legal moves of `position` after it as far as they are wanted.
    pub(crate) fn moved(
        board: u32,
        played: &Played,
        position: Option<&Chess>,
        choices: Choices,
    ) -> ServerMessage<'static> {
        let Legal { legal_moves, legal_san } = position.map_or_else(Legal::default, |at| Legal::of(at, choices));
        ServerMessage::Moved(MovedMessage {
            seq: None,
            at_ms: None,
            board,
            ply: played.ply,
            uci: Text(played.uci),
            san: Text(played.san()),
            fen: played.fen(),
            turn: color_name(played.turn),
            clock: played.clock.map(Clock::from),
            legal_moves,
            legal_san,
        })
    }

    /// The master has taken the last move back.
    pub(crate) fn retracted(board: u32, retracted: &Retracted) -> ServerMessage<'static> {
        let position = retracted.position();
        ServerMessage::Retracted(RetractedMessage {
            seq: None,
            at_ms: None,
            board,
            ply: retracted.ply,
            fen: fen_of(position),
            turn: color_name(position.turn()),
            clock: retracted.clock.map(Clock::from),
            draw_offer: retracted.offer.map(color_name),
        })
    }

    /// Everybody is told something.
    pub(crate) fn announced(announcement: &'a Announcement, now: Millis) -> ServerMessage<'a> {
        ServerMessage::Announced(AnnouncedMessage::new(announcement, now))
    }

    /// The games have begun.
    pub(crate) fn started(board: u32, clock: Option<ClockReading>) -> ServerMessage<'static> {
        ServerMessage::Started { board, clock: clock.map(|reading| ClockMessage(reading.into())) }
    }

    /// The clocks have stopped, or go on.
    pub(crate) fn clock(board: u32, reading: ClockReading) -> ServerMessage<'static> {
        ServerMessage::Clock { board, clock: ClockMessage(reading.into()) }
    }

    /// An error; with `ply` where it answers a move.
    pub(crate) fn error(code: Code, message: &'a str, ply: Option<u32>) -> ServerMessage<'a> {
        ServerMessage::Error { code: code.as_str(), message, ply }
    }

    /// The message as a text frame has it.
    #[must_use]
    pub fn to_json(&self) -> String {
        to_json(self)
    }
}

/// Which chess it is: in Chess960 castling is written as king takes rook.
pub(super) fn variant(start: &Chess) -> &'static str {
    if is_chess960(start) { "chess960" } else { "standard" }
}

/// Every value here has only string keys, so that turning it into JSON can't fail.
pub(super) fn to_json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("a value with string keys is JSON")
}

fn sans(game: &Game) -> Vec<Text<SanPlus>> {
    let mut position = game.initial().clone();
    let san = |uci: UciMove| {
        let legal = uci.to_move(&position).expect("a game's own moves are legal");
        Text(SanPlus::from_move_and_play_unchecked(&mut position, legal))
    };
    game.moves().map(san).collect()
}

/// The body of an HTTP answer that reports an error, about a field of the request where it is about one.
#[must_use]
pub fn error_body(code: &str, message: &str, field: Option<&str>) -> String {
    let mut error = serde_json::json!({ "code": code, "message": message });
    if let Some(field) = field {
        error["field"] = field.into();
    }
    to_json(&serde_json::json!({ "error": error }))
}
