//! An exhibition in a line.

use super::{
    event::{ExhibitionId, Score},
    program::Program,
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
