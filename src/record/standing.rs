//! How the walk stands, as a human master sees it.

use super::event::PausedBy;
use crate::rules::{BoardNo, Millis};

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
    /// Until when the master waits for somebody who has not moved, in the exhibition's own time.
    pub grace: Option<Millis>,
    /// Until when the walk holds since a reply came at once, in the exhibition's own time.
    pub hold: Option<Millis>,
    /// The move that may still be taken back: board and ply.
    pub retract: Option<(BoardNo, u32)>,
}
