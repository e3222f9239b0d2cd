//! The exhibition that plans are measured by.

use simultan::{
    plan::{Moves, Scenario, Spread},
    rules::{MasterColor, Millis, WalkMode},
};

/// In turn, five seconds a move for the master and 55 for an opponent, so many moves each.
pub(crate) fn usual(boards: u32, moves: u32) -> Scenario {
    Scenario {
        boards,
        walk: WalkMode::InTurn,
        master: Spread { mean: Millis(5_000), deviation: Millis::ZERO },
        opponent: Spread { mean: Millis(55_000), deviation: Millis::ZERO },
        moves: Moves { mean: moves, deviation: 0 },
        clock: None,
        color: MasterColor::White,
        passes: None,
        grace: Millis::ZERO,
        seed: 1,
    }
}
