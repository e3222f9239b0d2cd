//! How fast, which variant, how it ended: Lichess's words for them.

use serde_json::{Value, json};
use shakmaty::Chess;

use crate::rules::{GameResult, GameStatus, Millis, Termination, is_chess960, is_usual_start};

/// The moves of an average game, by which the increment counts in a time control's speed.
const AVERAGE_MOVES: u64 = 40;

/// How fast a time control is there. Never correspondence: clients treat that in another way, or not at all.
#[derive(Debug, Clone, Copy)]
pub(super) enum Speed {
    Bullet,
    Blitz,
    Rapid,
    Classical,
}

impl Speed {
    /// How fast a time control is: an average game has so many moves.
    pub(super) fn of(initial: Millis, increment: Millis) -> Speed {
        match initial.plus(Millis(increment.0 * AVERAGE_MOVES)).0 / 1000 {
            0..180 => Speed::Bullet,
            180..480 => Speed::Blitz,
            480..1500 => Speed::Rapid,
            _ => Speed::Classical,
        }
    }

    pub(super) fn key(self) -> &'static str {
        match self {
            Speed::Bullet => "bullet",
            Speed::Blitz => "blitz",
            Speed::Rapid => "rapid",
            Speed::Classical => "classical",
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Speed::Bullet => "Bullet",
            Speed::Blitz => "Blitz",
            Speed::Rapid => "Rapid",
            Speed::Classical => "Classical",
        }
    }
}

/// What is played.
#[derive(Debug, Clone, Copy)]
pub(super) enum Variant {
    Standard,
    Chess960,
    FromPosition,
}

impl Variant {
    /// What is played from `start`.
    pub(super) fn of(start: &Chess) -> Variant {
        match (is_chess960(start), is_usual_start(start)) {
            (true, _) => Variant::Chess960,
            (false, true) => Variant::Standard,
            // With the name `Standard` the position that it begins with would be passed over.
            (false, false) => Variant::FromPosition,
        }
    }

    pub(super) fn described(self) -> Value {
        match self {
            Variant::Standard => json!({ "key": "standard", "name": "Standard", "short": "Std" }),
            Variant::Chess960 => json!({ "key": "chess960", "name": "Chess960", "short": "960" }),
            Variant::FromPosition => json!({ "key": "fromPosition", "name": "From Position", "short": "FEN" }),
        }
    }
}

/// How a game stands, by Lichess's names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    Started,
    Aborted,
    Mate,
    Resign,
    Stalemate,
    Timeout,
    Draw,
    Outoftime,
    UnknownFinish,
}

impl Ending {
    pub(super) fn of(status: GameStatus) -> Ending {
        match status {
            // A client takes any other word for the end, `created` too.
            GameStatus::Waiting | GameStatus::Playing => Ending::Started,
            GameStatus::Ended(result, termination) => match termination {
                Termination::Checkmate => Ending::Mate,
                Termination::Resignation => Ending::Resign,
                Termination::Stalemate => Ending::Stalemate,
                Termination::TimeForfeit => Ending::Outoftime,
                Termination::Abandonment => Ending::Timeout,
                Termination::Aborted => Ending::Aborted,
                Termination::Agreement
                | Termination::ThreefoldRepetition
                | Termination::FiftyMoves
                | Termination::InsufficientMaterial => Ending::Draw,
                Termination::Adjudication if result == GameResult::Draw => Ending::Draw,
                Termination::Adjudication => Ending::UnknownFinish,
            },
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Ending::Started => "started",
            Ending::Aborted => "aborted",
            Ending::Mate => "mate",
            Ending::Resign => "resign",
            Ending::Stalemate => "stalemate",
            Ending::Timeout => "timeout",
            Ending::Draw => "draw",
            Ending::Outoftime => "outoftime",
            Ending::UnknownFinish => "unknownFinish",
        }
    }

    pub(super) fn number(self) -> u32 {
        match self {
            Ending::Started => 20,
            Ending::Aborted => 25,
            Ending::Mate => 30,
            Ending::Resign => 31,
            Ending::Stalemate => 32,
            Ending::Timeout => 33,
            Ending::Draw => 34,
            Ending::Outoftime => 35,
            Ending::UnknownFinish => 38,
        }
    }
}
