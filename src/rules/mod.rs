//! The rules, pure: chess, clocks, results and the walk as plain values.
//!
//! Nothing in this room reads a clock, waits, or knows that there is a network or a disk: time comes in as [`Millis`],
//! chance not at all. That is why the live server, the planner and the tests can run the very same code.
//! It may import std and shakmaty, and no other room.
//!
//! | file | what it holds |
//! |---|---|
//! | `units` | boards and time |
//! | `color`, `result`, `name` | words that rules and record share |
//! | `setup`, `setups` | what is settled about one game before its first move, and about all of an exhibition's |
//! | `master_color`, `start`, `openings` | which colours the master plays, and where a game can begin |
//! | `clock` | a game's two clocks |
//! | `fact` | what can be asked for in a game, what can happen in it, and why not |
//! | `played` | a move that was played, and where it led |
//! | `mobility` | whether somebody can move at all |
//! | `game` | what may be done in a game, what follows, and how it ends |
//! | `retract` | a move that was taken back |
//! | `recall` | whether what is stored can have happened |
//! | `walk`, `walk_mode`, `distance` | the master's walk from board to board, its order, and how far it is to each |
//! | `passes`, `pass_count` | whom the walk goes past, and where it waits all the same |
//! | `last_round` | the end of the evening |
//! | `wish`, `excursion` | what a human master may ask for, and what becomes of the walk then |

mod clock;
mod color;
mod distance;
mod excursion;
mod fact;
mod game;
mod last_round;
mod master_color;
mod mobility;
mod name;
mod notation;
mod openings;
mod pass_count;
mod passes;
mod played;
mod recall;
mod result;
mod retract;
mod setup;
mod setups;
mod start;
mod units;
mod walk;
mod walk_mode;
mod wish;

pub use clock::{ClockReading, ClockSettings, GameClock, ParseClockError};
pub use color::{color_from_name, color_name};
pub use fact::{Command, Fact, GameStatus, RecallError, Refusal};
pub use game::Game;
pub use master_color::MasterColor;
pub use name::{BadName, PlayerName, is_visible};
pub use notation::{fen_of, uci_of};
pub use openings::{OPENINGS, Opening};
pub use pass_count::MOST_PASSES;
pub use passes::Way;
pub use played::Played;
pub use result::{GameResult, Termination};
pub use retract::Retracted;
pub use setup::GameSetup;
pub use setups::{OwnSetup, Setups};
pub use start::{
    CHESS960_POSITIONS, StartError, chess960_number, chess960_start, is_chess960, is_usual_start, start_from_fen,
};
pub use units::{BoardNo, MOST_BOARDS, Millis};
pub use walk::Walk;
pub use walk_mode::{ParseWalkModeError, WalkMode};
pub use wish::Wish;
