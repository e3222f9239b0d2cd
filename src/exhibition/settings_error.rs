//! What can be wrong with a setting.

use crate::rules::{MOST_BOARDS, MOST_PASSES, ParseClockError, ParseWalkModeError, StartError};

/// Nobody has ever gone round so often.
pub const MOST_LATE_ROUNDS: u32 = 1000;

/// What is wrong with a setting, and what would be right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the sentences say it")]
pub enum SettingsError {
    #[error("an exhibition's name has 1 to 80 characters, none of them invisible")]
    Name,
    #[error("an exhibition has 1 to {MOST_BOARDS} boards")]
    Boards,
    #[error(transparent)]
    Clock(#[from] ParseClockError),
    #[error(transparent)]
    Walk(#[from] ParseWalkModeError),
    #[error("the time to think is written like `2s` or `500ms`, from 1ms to 10m")]
    Think,
    #[error("the master's extra time is written like `1h` or `20m`, up to 24h")]
    MasterExtra,
    #[error("the master's colour is `white`, `black`, `alternating` or `random`")]
    Color,
    #[error(transparent)]
    Start(#[from] StartError),
    #[error("a seat's colour is `white` or `black`")]
    SeatColor,
    #[error("board {0}: {1}")]
    Seat(u32, Box<SettingsError>),
    #[error("board {0} stands among the seats twice")]
    SeatTwice(u32),
    #[error("board {0} stands among the seats, and there is no such board")]
    NoSuchSeat(u32),
    #[error("a free seat can be taken until the end of a round from 0 (not after the start) to {MOST_LATE_ROUNDS}")]
    LateRounds,
    #[error("passes are a number from 0 to {MOST_PASSES}, or none for no limit")]
    Passes,
    #[error("the time of grace is written like `15s`, up to 10m")]
    Grace,
    #[error("the master is `engine`, or `human` with a name of 1 to 32 visible characters")]
    Master,
    #[error("there can't be more house bots than boards")]
    HouseBots,
}
