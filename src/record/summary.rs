//! An exhibition in a line.

use super::{
    event::{ExhibitionId, Score},
    program::Program,
    view::View,
};

/// An exhibition in a line, for lists.
#[derive(Debug, Clone)]
pub struct Summary {
    /// Its number.
    pub id: ExhibitionId,
    /// What was settled when it was opened.
    pub program: Program,
    /// How many seats are taken.
    pub seated: u32,
    /// When the games began, in Unix milliseconds.
    pub started_at: Option<u64>,
    /// When the last one ended, in Unix milliseconds.
    pub finished_at: Option<u64>,
    /// The result, once it has ended.
    pub score: Option<Score>,
}

impl Summary {
    /// The line of an exhibition.
    #[must_use]
    pub fn of(view: &View) -> Summary {
        let seated = view.boards.iter().filter(|board| board.seat.is_some()).count();
        Summary {
            id: view.id,
            program: view.program.clone(),
            seated: u32::try_from(seated).unwrap_or(u32::MAX),
            started_at: view.started_at,
            finished_at: view.finished_at,
            score: view.finished_at.map(|_| view.score),
        }
    }
}
