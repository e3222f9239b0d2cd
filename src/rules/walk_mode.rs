//! In which order the master goes from board to board.

use std::{fmt, str::FromStr};

/// In which order the boards are visited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WalkMode {
    /// Seat order, round after round; a board whose opponent has not moved yet is met again in the next round.
    InTurn,
    /// The board that has waited longest.
    ReadyFirst,
    /// The board with the least time on the master's clock. Where no clock runs yet it is met first, which makes the first
    /// round whole; without clocks the order is that of [`ReadyFirst`](Self::ReadyFirst).
    UrgentFirst,
    /// One game to its end, then the next: what an exhibition saves is measured against this.
    OneAtATime,
}

impl WalkMode {
    /// All of them.
    pub const ALL: [WalkMode; 4] =
        [WalkMode::InTurn, WalkMode::ReadyFirst, WalkMode::UrgentFirst, WalkMode::OneAtATime];

    /// Its name in settings and on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            WalkMode::InTurn => "in-turn",
            WalkMode::ReadyFirst => "ready-first",
            WalkMode::UrgentFirst => "urgent-first",
            WalkMode::OneAtATime => "one-at-a-time",
        }
    }
}

/// Why a text names no walk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the walks are `in-turn`, `ready-first`, `urgent-first` and `one-at-a-time`")]
pub struct ParseWalkModeError;

impl FromStr for WalkMode {
    type Err = ParseWalkModeError;

    fn from_str(text: &str) -> Result<WalkMode, ParseWalkModeError> {
        WalkMode::ALL.into_iter().find(|mode| mode.as_str() == text).ok_or(ParseWalkModeError)
    }
}

impl fmt::Display for WalkMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
