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
    #[error("an exhibition's text has up to 2000 characters, none of them invisible; lines may be broken")]
    Text,
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
    #[error("the master's extra time for each opponent is written like `60s`, up to 24h")]
    ExtraPerBoard,
    #[error("the master's colour is `white`, `black`, `alternating` or `random`")]
    Color,
    #[error(transparent)]
    Start(#[from] StartError),
    #[error("a seat's colour is `white` or `black`")]
    SeatColor,
    #[error("the name that a seat is kept for has 1 to 32 visible characters")]
    SeatName,
    #[error("board {0}: {1}")]
    Seat(u32, Box<SettingsError>),
    #[error("board {0} stands among the seats twice")]
    SeatTwice(u32),
    #[error("boards {0} and {1} are kept for the same name: put something behind one of them to tell them apart")]
    SameName(u32, u32),
    #[error("board {0} stands among the seats, and there is no such board")]
    NoSuchSeat(u32),
    #[error(
        r#"the seats are a list like [{{"board":3,"name":"Ada","color":"black","clock":"45m+30s","start":"standard"}}]"#
    )]
    Seats,
    #[error("a free seat can be taken until the end of a round from 0 (not after the start) to {MOST_LATE_ROUNDS}")]
    LateRounds,
    #[error("passes are a number from 0 to {MOST_PASSES}, or none for no limit")]
    Passes,
    #[error("the time of grace is written like `15s`, up to 10m")]
    Grace,
    #[error("whether a human master may take a move back is `true` or `false`")]
    Retract,
    #[error("the master is `engine`, or `human` with a name of 1 to 32 visible characters")]
    Master,
    #[error("an engine's strength is an Elo number from 1 to 4000, and a person has none")]
    Strength,
    #[error("whether an engine or a person is the master can't be changed any more: open another exhibition for that")]
    MasterKind,
    #[error("there can't be more house bots than boards")]
    HouseBots,
    #[error("the exhibition is open already: fill its free seats with house bots instead")]
    HouseBotsLater,
    #[error("an entry code has 4 to 12 letters A to Z and digits, like `CLUB26`")]
    Code,
    #[error("admission is `open` or `approval`")]
    Admission,
    #[error("the start is a date in Unix milliseconds, later than now and within a year, or none")]
    StartsAt,
    #[error("the closing time is written like `2h30m`, from 1m to 7d, or none")]
    ClosesAfter,
    #[error("how long an opponent may be gone is written like `30m`, from 1m to 24h, or none")]
    AbsentAfter,
    #[error("the spectators' delay is written like `60s`, from 0s to 30m")]
    Delay,
    #[error("whether what bots write is shown is `true` or `false`")]
    Chat,
}

impl SettingsError {
    /// The field of a request that it is about.
    #[must_use]
    pub fn field(&self) -> &'static str {
        match self {
            SettingsError::Name => "name",
            SettingsError::Text => "text",
            SettingsError::Boards => "boards",
            SettingsError::Clock(_) => "clock",
            SettingsError::Walk(_) => "walk",
            SettingsError::Think => "think",
            SettingsError::MasterExtra => "master_extra",
            SettingsError::ExtraPerBoard => "master_extra_per_board",
            SettingsError::Color => "color",
            SettingsError::Start(_) => "start",
            SettingsError::SeatColor
            | SettingsError::SeatName
            | SettingsError::Seat(..)
            | SettingsError::SeatTwice(_)
            | SettingsError::SameName(..)
            | SettingsError::NoSuchSeat(_)
            | SettingsError::Seats => "seats",
            SettingsError::LateRounds => "late_rounds",
            SettingsError::Passes => "passes",
            SettingsError::Grace => "grace",
            SettingsError::Retract => "retract",
            SettingsError::Master | SettingsError::Strength | SettingsError::MasterKind => "master",
            SettingsError::HouseBots | SettingsError::HouseBotsLater => "house_bots",
            SettingsError::Code => "code",
            SettingsError::Admission => "admission",
            SettingsError::StartsAt => "starts_at",
            SettingsError::ClosesAfter => "closes_after",
            SettingsError::AbsentAfter => "absent_after",
            SettingsError::Delay => "delay",
            SettingsError::Chat => "chat",
        }
    }

    /// What a field takes, told to who has sent something that isn't even of its type; `None` where there is no such field.
    #[must_use]
    pub fn of_field(field: &str) -> Option<SettingsError> {
        use SettingsError as E;
        let all = [
            E::Name,
            E::Text,
            E::Boards,
            E::Clock(ParseClockError),
            E::Walk(ParseWalkModeError),
            E::Think,
            E::MasterExtra,
            E::ExtraPerBoard,
            E::Color,
            E::Start(StartError::Unreadable),
            E::Seats,
            E::LateRounds,
            E::Passes,
            E::Grace,
            E::Retract,
            E::Master,
            E::HouseBots,
            E::Code,
            E::Admission,
            E::StartsAt,
            E::ClosesAfter,
            E::AbsentAfter,
            E::Delay,
            E::Chat,
        ];
        all.into_iter().find(|error| error.field() == field)
    }
}
