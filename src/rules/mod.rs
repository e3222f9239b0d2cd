//! The rules, pure: chess, clocks, results and the walk as plain values.
//!
//! Nothing in this room reads a clock, waits, or knows that there is a network or a disk: time comes in as [`Millis`],
//! chance not at all. That is why the live server, the planner and the tests can run the very same code.
//! It may import std and shakmaty, and no other room.

mod clock;
mod fact;
mod game;
mod name;
mod recall;
mod walk;

use std::fmt;

pub use clock::{ClockReading, ClockSettings, GameClock, ParseClockError};
pub use fact::{Command, Fact, GameStatus, Played, RecallError, Refusal};
pub use game::{Game, fen_of};
pub use name::{BadName, PlayerName, is_visible};
use shakmaty::Color;
pub use walk::{Walk, WalkMode};

/// The colour the master plays on every board, as custom has it.
pub const MASTER: Color = Color::White;

/// A board's number, counted from 1 in seat order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BoardNo(pub u32);

impl BoardNo {
    /// The place of this board in a list that holds all boards in order.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize - 1
    }

    /// The boards 1 to `count`, in order.
    pub fn first(count: u32) -> impl Iterator<Item = BoardNo> {
        (1..=count).map(BoardNo)
    }
}

impl fmt::Display for BoardNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Milliseconds: a span, or a moment of an exhibition's own time, which starts at 0 when it opens and stands still while
/// the server is stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Millis(pub u64);

impl Millis {
    /// No time at all; also the moment an exhibition opened.
    pub const ZERO: Millis = Millis(0);

    /// The span from `earlier` to this moment, zero if it lies ahead.
    #[must_use]
    pub fn since(self, earlier: Millis) -> Millis {
        Millis(self.0.saturating_sub(earlier.0))
    }

    /// This moment or span, and `span` more.
    #[must_use]
    pub fn plus(self, span: Millis) -> Millis {
        Millis(self.0.saturating_add(span.0))
    }
}

/// How a game ended, from White's side of the score sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GameResult {
    /// `1-0`
    WhiteWins,
    /// `0-1`
    BlackWins,
    /// `1/2-1/2`
    Draw,
    /// `*`: the game was given up without a result.
    Unknown,
}

impl GameResult {
    /// The result in which `color` has won.
    #[must_use]
    pub fn win_of(color: Color) -> GameResult {
        match color {
            Color::White => GameResult::WhiteWins,
            Color::Black => GameResult::BlackWins,
        }
    }

    /// Who has won, if anybody has.
    #[must_use]
    pub fn winner(self) -> Option<Color> {
        match self {
            GameResult::WhiteWins => Some(Color::White),
            GameResult::BlackWins => Some(Color::Black),
            GameResult::Draw | GameResult::Unknown => None,
        }
    }

    /// The result as PGN and the contract write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            GameResult::WhiteWins => "1-0",
            GameResult::BlackWins => "0-1",
            GameResult::Draw => "1/2-1/2",
            GameResult::Unknown => "*",
        }
    }

    /// Reads what [`as_str`](Self::as_str) wrote.
    #[must_use]
    pub fn parse(text: &str) -> Option<GameResult> {
        [GameResult::WhiteWins, GameResult::BlackWins, GameResult::Draw, GameResult::Unknown]
            .into_iter()
            .find(|result| result.as_str() == text)
    }
}

/// Why a game ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Termination {
    /// The king is in check and there is no way out.
    Checkmate,
    /// A player gave up.
    Resignation,
    /// A clock ran out; a draw where the other side cannot mate.
    TimeForfeit,
    /// Both sides agreed on a draw.
    Agreement,
    /// The side to move has no legal move and is not in check.
    Stalemate,
    /// The same position for the third time.
    ThreefoldRepetition,
    /// Fifty moves of each side without a capture or a pawn's move.
    FiftyMoves,
    /// Neither side can mate with what is left.
    InsufficientMaterial,
    /// A player left and did not come back.
    Abandonment,
    /// The organiser settled the game.
    Adjudication,
    /// The game was called off.
    Aborted,
}

impl Termination {
    /// Every one.
    pub const ALL: [Termination; 11] = [
        Termination::Checkmate,
        Termination::Resignation,
        Termination::TimeForfeit,
        Termination::Agreement,
        Termination::Stalemate,
        Termination::ThreefoldRepetition,
        Termination::FiftyMoves,
        Termination::InsufficientMaterial,
        Termination::Abandonment,
        Termination::Adjudication,
        Termination::Aborted,
    ];

    /// The contract's word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Termination::Checkmate => "checkmate",
            Termination::Resignation => "resignation",
            Termination::TimeForfeit => "time_forfeit",
            Termination::Agreement => "agreement",
            Termination::Stalemate => "stalemate",
            Termination::ThreefoldRepetition => "threefold_repetition",
            Termination::FiftyMoves => "fifty_moves",
            Termination::InsufficientMaterial => "insufficient_material",
            Termination::Abandonment => "abandonment",
            Termination::Adjudication => "adjudication",
            Termination::Aborted => "aborted",
        }
    }

    /// Reads what [`as_str`](Self::as_str) wrote.
    #[must_use]
    pub fn parse(text: &str) -> Option<Termination> {
        Termination::ALL.into_iter().find(|termination| termination.as_str() == text)
    }
}

/// The contract's word for a colour.
#[must_use]
pub fn color_name(color: Color) -> &'static str {
    color.fold_wb("white", "black")
}

/// Reads what [`color_name`] wrote.
#[must_use]
pub fn color_from_name(name: &str) -> Option<Color> {
    Color::ALL.into_iter().find(|&color| color_name(color) == name)
}
