//! What an organiser's other programs are told of an exhibition: that it began, each game's end, and its own.

use std::sync::Arc;

use shakmaty::Color;

use super::event::{ExhibitionId, Score};
use crate::rules::{BoardNo, GameResult, Termination};

/// An event that others wait for, with what they want to know of it.
#[derive(Debug, Clone)]
pub struct Milestone {
    /// Where.
    pub exhibition: ExhibitionId,
    /// What the exhibition is called.
    pub name: Arc<str>,
    /// When it was opened, in Unix milliseconds: another database has another exhibition of the same number.
    pub created_at: u64,
    /// The event's number.
    pub seq: u64,
    /// When it was stored, in Unix milliseconds.
    pub wall: u64,
    /// What.
    pub what: Reached,
}

/// What was reached.
#[derive(Debug, Clone)]
pub enum Reached {
    /// The games have begun.
    Started {
        /// The master's name.
        master: Arc<str>,
        /// How many boards there are.
        boards: u32,
        /// How many opponents sat there.
        seated: u32,
    },
    /// A game is over.
    GameEnded {
        /// On this board.
        board: BoardNo,
        /// Who sat there, and whether that is a program by its own word.
        opponent: Option<(String, bool)>,
        /// What they played.
        color: Color,
        /// How it ended.
        result: GameResult,
        /// Why.
        termination: Termination,
        /// After how many half-moves.
        plies: u32,
    },
    /// The last game is over.
    Finished {
        /// The master's result.
        score: Score,
    },
}

/// Up to where an exhibition is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reach {
    /// Which.
    pub exhibition: ExhibitionId,
    /// When it was opened, in Unix milliseconds.
    pub created_at: u64,
    /// Its last event's number.
    pub last_seq: u64,
    /// Whether nothing more happens there.
    pub finished: bool,
}
