//! What an organiser chooses about how the games begin; what is left to chance is drawn when the exhibition opens.

use std::{collections::BTreeMap, fmt, str::FromStr};

use serde::Deserialize;
use shakmaty::{Chess, Color};

use super::settings_error::SettingsError;
use crate::base::present::present;
use crate::rules::{
    BoardNo, ClockSettings, MasterColor, OwnSetup, ParseClockError, Setups, StartError, chess960_start,
    color_from_name, fen_of, start_from_fen,
};

/// A clock, or `none`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeControl(pub Option<ClockSettings>);

impl FromStr for TimeControl {
    type Err = ParseClockError;

    fn from_str(text: &str) -> Result<TimeControl, ParseClockError> {
        if text == "none" { Ok(TimeControl(None)) } else { text.parse().map(|clock| TimeControl(Some(clock))) }
    }
}

/// The colours that the master is to play, where a lot is not drawn yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ColorChoice(MasterColor);

impl ColorChoice {
    /// The contract's word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.0.as_str()
    }

    /// The colours, where `lot` was drawn.
    #[must_use]
    pub fn drawn(self, lot: u64) -> MasterColor {
        match self.0 {
            MasterColor::ByLot(_) => MasterColor::ByLot(lot),
            settled => settled,
        }
    }
}

impl FromStr for ColorChoice {
    type Err = SettingsError;

    fn from_str(text: &str) -> Result<ColorChoice, SettingsError> {
        MasterColor::named(text, 0).map(ColorChoice).ok_or(SettingsError::Color)
    }
}

/// The position that games are to begin with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StartChoice {
    /// The usual one.
    Standard,
    /// One of Chess960's, the same on all boards.
    Chess960,
    /// This one.
    Position(Box<Chess>),
}

impl StartChoice {
    /// The position, where `number` was drawn for Chess960.
    fn drawn(&self, number: u32) -> Chess {
        match self {
            StartChoice::Standard => Chess::default(),
            StartChoice::Chess960 => chess960_start(number),
            StartChoice::Position(start) => Chess::clone(start),
        }
    }
}

impl FromStr for StartChoice {
    type Err = StartError;

    fn from_str(text: &str) -> Result<StartChoice, StartError> {
        match text.trim() {
            "standard" => Ok(StartChoice::Standard),
            "chess960" => Ok(StartChoice::Chess960),
            fen => start_from_fen(fen).map(|start| StartChoice::Position(Box::new(start))),
        }
    }
}

impl fmt::Display for StartChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StartChoice::Standard => f.write_str("standard"),
            StartChoice::Chess960 => f.write_str("chess960"),
            StartChoice::Position(start) => f.write_str(&fen_of(start)),
        }
    }
}

/// What is chosen for one board alone.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SeatChoice {
    /// The opponent's colour.
    pub color: Option<Color>,
    /// The clock of both.
    pub clock: Option<TimeControl>,
    /// The position their game begins with.
    pub start: Option<StartChoice>,
}

/// The same as the organiser's page sends it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SeatWishes {
    board: u32,
    color: Option<String>,
    #[serde(default, deserialize_with = "present")]
    clock: Option<Option<String>>,
    start: Option<String>,
}

impl SeatWishes {
    fn choice(self) -> Result<SeatChoice, SettingsError> {
        let color = self.color.map(|name| color_from_name(&name).ok_or(SettingsError::SeatColor));
        Ok(SeatChoice {
            color: color.transpose()?,
            clock: self.clock.map(|clock| clock.as_deref().unwrap_or("none").parse()).transpose()?,
            start: self.start.map(|start| start.parse()).transpose()?,
        })
    }
}

/// What boards of their own there are to be; a board stands there once.
pub(super) fn seats(wishes: Vec<SeatWishes>) -> Result<BTreeMap<BoardNo, SeatChoice>, SettingsError> {
    let mut seats = BTreeMap::new();
    for wish in wishes {
        let number = wish.board;
        let choice = wish.choice().map_err(|error| SettingsError::Seat(number, Box::new(error)))?;
        if seats.insert(BoardNo(number), choice).is_some() {
            return Err(SettingsError::SeatTwice(number));
        }
    }
    Ok(seats)
}

/// What chance decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lots {
    /// What the boards' colours follow from.
    pub colors: u64,
    /// The number of Chess960's position.
    pub start: u32,
}

/// How the games begin.
pub(super) fn setups(
    color: ColorChoice,
    start: &StartChoice,
    seats: &BTreeMap<BoardNo, SeatChoice>,
    lots: Lots,
) -> Setups {
    let own = |choice: &SeatChoice| OwnSetup {
        master: choice.color.map(Color::other),
        start: choice.start.as_ref().map(|start| start.drawn(lots.start)),
        clock: choice.clock.map(|clock| clock.0),
    };
    Setups {
        color: color.drawn(lots.colors),
        start: start.drawn(lots.start),
        own: seats.iter().map(|(&board, choice)| (board, own(choice))).collect(),
    }
}
