//! What an organiser settles about an exhibition, checked once.

use std::{collections::BTreeMap, str::FromStr, time::Duration};

use serde::Deserialize;

use super::{
    settings_error::{MOST_LATE_ROUNDS, SettingsError},
    setup_choices::{self, ColorChoice, Lots, SeatChoice, SeatWishes, StartChoice, TimeControl},
};
use crate::{
    base::{present::present, time},
    rules::{BoardNo, ClockSettings, MOST_BOARDS, MOST_PASSES, PlayerName, Setups, WalkMode, color_name, is_visible},
};

/// What a new exhibition is to be like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Its name.
    pub name: Title,
    /// How many boards, 1 to 10,000.
    pub boards: u32,
    /// The time control, if there is one.
    pub clock: TimeControl,
    /// What the master has on every clock beyond the others.
    pub master_extra: Duration,
    /// And what they have there beyond that for each opponent seated at the start.
    pub extra_per_board: Duration,
    /// The colours that the master plays.
    pub color: ColorChoice,
    /// The position that games begin with.
    pub start: StartChoice,
    /// What is chosen for single boards.
    pub seats: BTreeMap<BoardNo, SeatChoice>,
    /// Who the master is.
    pub master: MasterChoice,
    /// The order of visits.
    pub walk: WalkMode,
    /// Until the end of which round a free seat can be taken after the start; 0: not at all.
    pub late_rounds: u32,
    /// How often an opponent who has not moved is left until the next round; `None` for no limit.
    pub passes: PassLimit,
    /// How long the master waits at a board whose opponent has not moved and has no pass left.
    pub grace: Duration,
    /// Whether a human master may take a move back.
    pub retract: bool,
    /// How long an engine master thinks about a move.
    pub think: Duration,
    /// How many of the seats the server's own bots take.
    pub house_bots: u32,
}

/// Who the master is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MasterChoice {
    /// The server's engine.
    Engine,
    /// A person of this name.
    Human(PlayerName),
}

impl MasterChoice {
    /// Reads `engine` or `human`, and a person's name; who gives none is called Master.
    pub fn new(kind: &str, name: Option<&str>) -> Result<MasterChoice, SettingsError> {
        match kind {
            "engine" => Ok(MasterChoice::Engine),
            "human" => {
                let name = PlayerName::parse(name.unwrap_or("Master")).map_err(|_| SettingsError::Master)?;
                Ok(MasterChoice::Human(name))
            }
            _ => Err(SettingsError::Master),
        }
    }
}

/// How many passes there are, or `none` for no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PassLimit(pub Option<u32>);

impl FromStr for PassLimit {
    type Err = SettingsError;

    fn from_str(text: &str) -> Result<PassLimit, SettingsError> {
        match text {
            "none" => Ok(PassLimit(None)),
            number => number.parse().map_or(Err(SettingsError::Passes), |number| PassLimit(Some(number)).check()),
        }
    }
}

impl PassLimit {
    fn check(self) -> Result<PassLimit, SettingsError> {
        if self.0.is_none_or(|number| number <= MOST_PASSES) { Ok(self) } else { Err(SettingsError::Passes) }
    }
}

/// An exhibition's name: 1 to 80 visible characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Title(String);

impl Title {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Title {
    type Err = SettingsError;

    fn from_str(text: &str) -> Result<Title, SettingsError> {
        let text = text.trim();
        let length = text.chars().take(81).count();
        if (1..=80).contains(&length) && text.chars().all(is_visible) {
            Ok(Title(text.to_owned()))
        } else {
            Err(SettingsError::Name)
        }
    }
}

/// Reads the time that an engine may think: 1 ms to 10 min.
pub fn parse_think(text: &str) -> Result<Duration, SettingsError> {
    let think = humantime::parse_duration(text).map_err(|_| SettingsError::Think)?;
    let allowed = Duration::from_millis(1)..=Duration::from_secs(600);
    if allowed.contains(&think) { Ok(think) } else { Err(SettingsError::Think) }
}

/// Reads the master's extra time: up to 24 h.
pub fn parse_extra(text: &str) -> Result<Duration, SettingsError> {
    let extra = humantime::parse_duration(text).map_err(|_| SettingsError::MasterExtra)?;
    if extra <= Duration::from_secs(24 * 3600) { Ok(extra) } else { Err(SettingsError::MasterExtra) }
}

/// Reads the time that the master waits for a move: up to 10 min.
pub fn parse_grace(text: &str) -> Result<Duration, SettingsError> {
    let grace = humantime::parse_duration(text).map_err(|_| SettingsError::Grace)?;
    if grace <= Duration::from_secs(600) { Ok(grace) } else { Err(SettingsError::Grace) }
}

/// Settings as the organiser's page sends them; what is missing stays as the server has it.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wishes {
    name: Option<String>,
    boards: Option<u32>,
    #[serde(default, deserialize_with = "present")]
    clock: Option<Option<String>>,
    master: Option<MasterWishes>,
    master_extra: Option<String>,
    master_extra_per_board: Option<String>,
    color: Option<String>,
    start: Option<String>,
    seats: Option<Vec<SeatWishes>>,
    walk: Option<String>,
    late_rounds: Option<u32>,
    #[serde(default, deserialize_with = "present")]
    passes: Option<Option<u32>>,
    grace: Option<String>,
    retract: Option<bool>,
    think: Option<String>,
    house_bots: Option<u32>,
}

/// Who the master is to be, as the organiser's page sends it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct MasterWishes {
    kind: String,
    name: Option<String>,
}

impl Wishes {
    /// Reads a JSON object; nothing at all wishes for nothing.
    pub fn read(body: &[u8]) -> Result<Wishes, serde_json::Error> {
        if body.is_empty() {
            return Ok(Wishes::default());
        }
        // A struct could be read from a JSON array too.
        if body.trim_ascii_start().first() != Some(&b'{') {
            return Err(serde::de::Error::custom("the body is a JSON object"));
        }
        serde_json::from_slice(body)
    }
}

impl Settings {
    /// These settings in the words of a request's body.
    #[must_use]
    pub fn words(&self) -> serde_json::Value {
        let span = |span| humantime::format_duration(span).to_string();
        serde_json::json!({
            "name": self.name.as_str(),
            "boards": self.boards,
            "clock": self.clock.0.map(|clock| clock.to_string()),
            "master": match &self.master {
                MasterChoice::Engine => serde_json::json!({ "kind": "engine" }),
                MasterChoice::Human(name) => serde_json::json!({ "kind": "human", "name": name.as_str() }),
            },
            "master_extra": span(self.master_extra),
            "master_extra_per_board": span(self.extra_per_board),
            "color": self.color.as_str(),
            "start": self.start.to_string(),
            "seats": seat_words(&self.seats),
            "walk": self.walk.as_str(),
            "late_rounds": self.late_rounds,
            "passes": self.passes.0,
            "grace": span(self.grace),
            "retract": self.retract,
            "think": span(self.think),
            "house_bots": self.house_bots,
        })
    }

    /// These settings, changed as `wishes` say.
    pub fn with(&self, wishes: Wishes) -> Result<Settings, SettingsError> {
        let mut settings = self.clone();
        if let Some(name) = wishes.name {
            settings.name = name.parse()?;
        }
        if let Some(boards) = wishes.boards {
            settings.boards = boards;
            settings.house_bots = settings.house_bots.min(boards);
        }
        if let Some(clock) = wishes.clock {
            settings.clock = clock.as_deref().unwrap_or("none").parse()?;
        }
        if let Some(master) = wishes.master {
            settings.master = MasterChoice::new(&master.kind, master.name.as_deref())?;
        }
        if let Some(extra) = wishes.master_extra {
            settings.master_extra = parse_extra(&extra)?;
        }
        if let Some(extra) = wishes.master_extra_per_board {
            settings.extra_per_board = parse_extra(&extra)?;
        }
        if let Some(color) = wishes.color {
            settings.color = color.parse()?;
        }
        if let Some(start) = wishes.start {
            settings.start = start.parse()?;
        }
        if let Some(seats) = wishes.seats {
            settings.seats = setup_choices::seats(seats)?;
        }
        if let Some(walk) = wishes.walk {
            settings.walk = walk.parse()?;
        }
        if let Some(late_rounds) = wishes.late_rounds {
            settings.late_rounds = late_rounds;
        }
        if let Some(passes) = wishes.passes {
            settings.passes = PassLimit(passes).check()?;
        }
        if let Some(grace) = wishes.grace {
            settings.grace = parse_grace(&grace)?;
        }
        if let Some(retract) = wishes.retract {
            settings.retract = retract;
        }
        if let Some(think) = wishes.think {
            settings.think = parse_think(&think)?;
        }
        if let Some(house_bots) = wishes.house_bots {
            settings.house_bots = house_bots;
        }
        settings.check()
    }

    /// The time control with the master's extra time.
    #[must_use]
    pub fn clocks(&self) -> Option<ClockSettings> {
        let (extra, per_board) = (time::millis(self.master_extra), time::millis(self.extra_per_board));
        self.clock.0.map(|clock| clock.with_master_extra(extra).with_extra_per_board(per_board))
    }

    /// How the games begin, with these lots drawn.
    #[must_use]
    pub fn setups(&self, lots: Lots) -> Setups {
        setup_choices::setups(self.color, &self.start, &self.seats, lots)
    }

    /// These settings, if they go together.
    pub fn check(self) -> Result<Settings, SettingsError> {
        if !(1..=MOST_BOARDS).contains(&self.boards) {
            Err(SettingsError::Boards)
        } else if self.house_bots > self.boards {
            Err(SettingsError::HouseBots)
        } else if self.late_rounds > MOST_LATE_ROUNDS {
            Err(SettingsError::LateRounds)
        } else if let Some(board) = self.seats.keys().find(|board| !(1..=self.boards).contains(&board.0)) {
            Err(SettingsError::NoSuchSeat(board.0))
        } else {
            Ok(self)
        }
    }
}

/// What is chosen for single boards, in the words of a request.
fn seat_words(seats: &BTreeMap<BoardNo, SeatChoice>) -> serde_json::Value {
    let words = seats.iter().map(|(board, choice)| {
        let mut words = serde_json::json!({ "board": board.0 });
        if let Some(color) = choice.color {
            words["color"] = color_name(color).into();
        }
        if let Some(clock) = choice.clock {
            words["clock"] = clock.0.map(|clock| clock.to_string()).into();
        }
        if let Some(start) = &choice.start {
            words["start"] = start.to_string().into();
        }
        words
    });
    words.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wishes_are_one_json_object() {
        for body in
            [r#"["Ada",1,null,"1h","in-turn",0,"2s",0]"#, "[]", "null", "7", "{} {}", r#"{"boards":1,"boards":2}"#]
        {
            assert!(Wishes::read(body.as_bytes()).is_err(), "{body}");
        }
        for body in ["", "{}", " \n{\"boards\": 3}"] {
            assert!(Wishes::read(body.as_bytes()).is_ok(), "{body}");
        }
    }
}
