//! What can be asked for in a game, what can happen in it, and why not.

use std::fmt;

use shakmaty::{Color, uci::UciMove};

use super::{GameResult, Played, Retracted, Termination};

/// Where a game stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GameStatus {
    /// The exhibition has not started.
    Waiting,
    /// Somebody is to move.
    Playing,
    /// There is a result.
    Ended(GameResult, Termination),
}

/// What a player asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Play `uci` as the move that becomes `ply`.
    Move {
        /// The half-move it is meant to be, counted from 1.
        ply: u32,
        /// The move; castling as the king's two-square step or king takes rook.
        uci: UciMove,
    },
    /// Give up.
    Resign,
    /// Offer a draw; where the other side's offer stands, accept it.
    OfferDraw,
    /// Agree to the other side's offer.
    AcceptDraw,
    /// Turn the other side's offer down.
    DeclineDraw,
    /// Take the last move back: the master's, and not answered yet.
    Retract,
}

/// For the log.
impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Command::Move { ply, uci } => write!(f, "{uci} as ply {ply}"),
            Command::Resign => f.write_str("resign"),
            Command::OfferDraw => f.write_str("offer a draw"),
            Command::AcceptDraw => f.write_str("accept the draw"),
            Command::DeclineDraw => f.write_str("decline the draw"),
            Command::Retract => f.write_str("take the move back"),
        }
    }
}

/// Something that has happened in a game, and stays so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// A move was played.
    Moved(Played),
    /// The master has taken the last move back.
    Retracted(Retracted),
    /// `by` has offered a draw.
    DrawOffered {
        /// The side that offers.
        by: Color,
    },
    /// `by` has declined a draw.
    DrawDeclined {
        /// The side that declines.
        by: Color,
    },
    /// The game is over.
    Ended {
        /// Who won, if anybody.
        result: GameResult,
        /// Why.
        termination: Termination,
    },
}

/// Why a command is refused. Whatever the reason, the game is as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The ply is the next one, and the other side's to play.
    #[error("it is not your turn")]
    NotYourTurn,
    /// Some ply, but not the next one.
    #[error("that is not the next ply of this game")]
    StalePly,
    /// No legal move of this position.
    #[error("that move is not legal in this position")]
    IllegalMove,
    /// There is a result already.
    #[error("this game has ended")]
    GameOver,
    /// Not now.
    #[error("{0}")]
    NotAllowed(&'static str),
}

/// Why a stored move cannot be taken up again: the record is damaged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RecallError {
    /// The plies have a gap, or one stands there twice.
    #[error("ply {found} is stored where ply {expected} belongs")]
    Ply {
        /// The game's next ply.
        expected: u32,
        /// What the record says.
        found: u32,
    },
    /// The move is not legal where it stands.
    #[error("the move stored as ply {0} is not legal there")]
    Illegal(u32),
    /// The position after the move is not the one that was reached in play.
    #[error("ply {0} leads to another position than it did in play")]
    Position(u32),
    /// It can't have happened there.
    #[error("{0}")]
    Impossible(&'static str),
}
