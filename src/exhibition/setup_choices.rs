//! What an organiser chooses about how the games begin; what is left to chance is drawn when the exhibition opens.

use std::{collections::BTreeMap, fmt, str::FromStr};

use serde::Deserialize;
use shakmaty::{Chess, Color};

use super::settings_error::SettingsError;
use crate::base::present::present;
use crate::rules::{
    BoardNo, CHESS960_POSITIONS, ClockSettings, MasterColor, Opening, OwnSetup, ParseClockError, PlayerName, Setups,
    StartError, chess960_number, chess960_start, color_from_name, fen_of, is_usual_start, start_from_fen,
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

    /// What these colours were chosen as.
    pub(super) fn of(color: MasterColor) -> ColorChoice {
        ColorChoice(match color {
            MasterColor::ByLot(_) => MasterColor::ByLot(0),
            settled => settled,
        })
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
    /// That of an opening.
    Opening(&'static Opening),
    /// This one.
    Position(Box<Chess>),
}

impl StartChoice {
    /// What this position was chosen as, where the number `drawn` was drawn for Chess960.
    pub(super) fn of(start: &Chess, drawn: Option<u32>) -> StartChoice {
        if is_usual_start(start) {
            StartChoice::Standard
        } else if drawn.is_some() && drawn == chess960_number(start) {
            StartChoice::Chess960
        } else if let Some(opening) = Opening::of(start) {
            StartChoice::Opening(opening)
        } else {
            StartChoice::Position(Box::new(start.clone()))
        }
    }

    /// The position, where `number` was drawn for Chess960.
    fn drawn(&self, number: u32) -> Chess {
        match self {
            StartChoice::Standard => Chess::default(),
            StartChoice::Chess960 => chess960_start(number),
            StartChoice::Opening(opening) => opening.position(),
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
            text => match Opening::named(text) {
                Some(opening) => Ok(StartChoice::Opening(opening)),
                None => start_from_fen(text).map(|start| StartChoice::Position(Box::new(start))),
            },
        }
    }
}

impl fmt::Display for StartChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StartChoice::Standard => f.write_str("standard"),
            StartChoice::Chess960 => f.write_str("chess960"),
            StartChoice::Opening(opening) => f.write_str(opening.name),
            StartChoice::Position(start) => f.write_str(&fen_of(start)),
        }
    }
}

/// What is chosen for one board alone.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SeatChoice {
    /// For whom the seat is kept.
    pub name: Option<PlayerName>,
    /// The opponent's colour.
    pub color: Option<Color>,
    /// The clock of both.
    pub clock: Option<TimeControl>,
    /// The position their game begins with.
    pub start: Option<StartChoice>,
}

impl SeatChoice {
    /// What a board has of its own, where the number `drawn` was drawn for Chess960.
    pub(super) fn of(own: &OwnSetup, drawn: Option<u32>) -> SeatChoice {
        SeatChoice {
            name: None,
            color: own.master.map(Color::other),
            clock: own.clock.map(TimeControl),
            start: own.start.as_ref().map(|start| StartChoice::of(start, drawn)),
        }
    }
}

/// The same as the organiser's page sends it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SeatWishes {
    board: u32,
    name: Option<String>,
    color: Option<String>,
    #[serde(default, deserialize_with = "present")]
    clock: Option<Option<String>>,
    start: Option<String>,
}

impl SeatWishes {
    fn choice(self) -> Result<SeatChoice, SettingsError> {
        let color = self.color.map(|name| color_from_name(&name).ok_or(SettingsError::SeatColor));
        let name = self.name.map(|name| PlayerName::parse(&name).map_err(|_| SettingsError::SeatName));
        Ok(SeatChoice {
            name: name.transpose()?,
            color: color.transpose()?,
            clock: self.clock.map(|clock| clock.as_deref().unwrap_or("none").parse()).transpose()?,
            start: self.start.map(|start| start.parse()).transpose()?,
        })
    }
}

/// What boards of their own there are to be; a board stands there once, and so does a name.
pub(super) fn seats(wishes: Vec<SeatWishes>) -> Result<BTreeMap<BoardNo, SeatChoice>, SettingsError> {
    let (mut seats, mut names) = (BTreeMap::new(), BTreeMap::new());
    for wish in wishes {
        let number = wish.board;
        let choice = wish.choice().map_err(|error| SettingsError::Seat(number, Box::new(error)))?;
        // Whoever sits down there may write it in capitals or not.
        let name = choice.name.as_ref().map(|name| name.as_str().to_lowercase());
        if seats.insert(BoardNo(number), choice).is_some() {
            return Err(SettingsError::SeatTwice(number));
        }
        if let Some(other) = name.and_then(|name| names.insert(name, number)) {
            return Err(SettingsError::SameName(other, number));
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
    /// What a made-up entry code follows from.
    pub code: u32,
}

impl Lots {
    /// Draws them.
    #[must_use]
    pub fn draw() -> Lots {
        Lots { colors: rand::random(), start: rand::random_range(..CHESS960_POSITIONS), code: rand::random() }
    }

    /// What was drawn for these setups, and `fresh` where nothing was.
    #[must_use]
    pub fn of(setups: &Setups, fresh: Lots) -> Lots {
        let colors = match setups.color {
            MasterColor::ByLot(lot) => lot,
            _ => fresh.colors,
        };
        Lots { colors, start: Lots::drawn_start(setups).unwrap_or(fresh.start), code: fresh.code }
    }

    /// The number of the Chess960 position that was drawn. One that was given as a FEN counts for drawn too: it is the same
    /// position either way.
    pub(super) fn drawn_start(setups: &Setups) -> Option<u32> {
        let own = setups.own.values().filter_map(|own| own.start.as_ref());
        [&setups.start].into_iter().chain(own).find_map(chess960_number)
    }
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
    let usual = OwnSetup::default();
    Setups {
        color: color.drawn(lots.colors),
        start: start.drawn(lots.start),
        // A seat that is only kept for somebody is like all others.
        own: seats.iter().map(|(&board, choice)| (board, own(choice))).filter(|(_, own)| *own != usual).collect(),
    }
}
