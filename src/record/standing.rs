//! How the walk stands, as a human master sees it.

use super::event::PausedBy;
use crate::rules::BoardNo;

/// How the walk stands, as a human master sees it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// Where the master stands.
    pub board: Option<BoardNo>,
    /// Where the walk goes from here.
    pub next: Option<BoardNo>,
    /// How many boards wait.
    pub waiting: usize,
    /// Whether the master stays after a move.
    pub stay: bool,
    /// Whose doing the break is, if there is one.
    pub paused: Option<PausedBy>,
    /// The move that may still be taken back: board and ply.
    pub retract: Option<(BoardNo, u32)>,
}
