//! What an organiser settles about an exhibition, checked once.

use std::{collections::BTreeMap, time::Duration};

use super::{
    setting_values::{
        check_start, parse_absent_after, parse_admission, parse_closes_after, parse_delay, parse_extra, parse_grace,
        parse_think,
    },
    settings_error::MOST_LATE_ROUNDS,
    setup_choices,
    wishes::CodeWish,
};
use crate::{
    record::program::Admission,
    rules::{BoardNo, MOST_BOARDS, WalkMode, color_name},
};

pub use super::{
    setting_values::{CodeChoice, Description, EntryCode, MasterChoice, PassLimit, TimeLimit, Title},
    settings_error::SettingsError,
    setup_choices::{ColorChoice, SeatChoice, StartChoice, TimeControl},
    wishes::Wishes,
};

/// What a new exhibition is to be like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Its name.
    pub name: Title,
    /// What everybody is told about it.
    pub text: Description,
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
    /// What has to be said to sit down.
    pub code: CodeChoice,
    /// Whether who asks for a seat has it.
    pub admission: Admission,
    /// When it begins by itself, in Unix milliseconds.
    pub starts_at: Option<u64>,
    /// After how much play no visit begins any more.
    pub closes_after: TimeLimit,
    /// An opponent gone for so long whose turn it is has lost.
    pub absent_after: TimeLimit,
    /// So much later do spectators see everything.
    pub delay: Duration,
    /// Whether the lines that bots write are shown.
    pub chat: bool,
}

impl Settings {
    /// These settings in the words of a request's body.
    #[must_use]
    pub fn words(&self) -> serde_json::Value {
        let span = |span| humantime::format_duration(span).to_string();
        serde_json::json!({
            "name": self.name.as_str(),
            "text": self.text.as_str(),
            "boards": self.boards,
            "clock": self.clock.0.map(|clock| clock.to_string()),
            "master": match &self.master {
                MasterChoice::Engine { elo } => serde_json::json!({ "kind": "engine", "elo": elo }),
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
            "code": match &self.code {
                CodeChoice::None => serde_json::Value::Null,
                CodeChoice::Drawn => true.into(),
                CodeChoice::Own(code) => code.as_str().into(),
            },
            "admission": self.admission.as_str(),
            "starts_at": self.starts_at,
            "closes_after": self.closes_after.0.map(span),
            "absent_after": self.absent_after.0.map(span),
            "delay": span(self.delay),
            "chat": self.chat,
        })
    }

    /// These settings, changed as `wishes` say; `now` is the time in Unix milliseconds, which a start has to lie after.
    pub fn with(&self, wishes: Wishes, now: u64) -> Result<Settings, SettingsError> {
        let mut settings = self.clone();
        if let Some(name) = wishes.name {
            settings.name = name.parse()?;
        }
        if let Some(text) = wishes.text {
            settings.text = text.parse()?;
        }
        if let Some(boards) = wishes.boards {
            settings.boards = boards;
            settings.house_bots = settings.house_bots.min(boards);
        }
        if let Some(clock) = wishes.clock {
            settings.clock = clock.as_deref().unwrap_or("none").parse()?;
        }
        if let Some(master) = wishes.master {
            settings.master = MasterChoice::new(&master.kind, master.name.as_deref(), master.elo)?;
        }
        if let Some(extra) = wishes.master_extra {
            settings.master_extra = parse_extra(&extra)?;
        }
        if let Some(extra) = wishes.master_extra_per_board {
            settings.extra_per_board = parse_extra(&extra).map_err(|_| SettingsError::ExtraPerBoard)?;
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
        if let Some(code) = wishes.code {
            settings.code = match code {
                None => CodeChoice::None,
                Some(CodeWish::MadeUp(true)) => CodeChoice::Drawn,
                Some(CodeWish::MadeUp(false)) => return Err(SettingsError::Code),
                Some(CodeWish::Own(code)) => CodeChoice::Own(code.parse()?),
            };
        }
        if let Some(admission) = wishes.admission {
            settings.admission = parse_admission(&admission)?;
        }
        if let Some(starts_at) = wishes.starts_at {
            // What stands already may have come to pass meanwhile.
            let stands = starts_at == settings.starts_at;
            settings.starts_at =
                if stands { starts_at } else { starts_at.map(|at| check_start(at, now)).transpose()? };
        }
        if let Some(closes_after) = wishes.closes_after {
            settings.closes_after = parse_closes_after(closes_after.as_deref().unwrap_or("none"))?;
        }
        if let Some(absent_after) = wishes.absent_after {
            settings.absent_after = parse_absent_after(absent_after.as_deref().unwrap_or("none"))?;
        }
        if let Some(delay) = wishes.delay {
            settings.delay = parse_delay(&delay)?;
        }
        if let Some(chat) = wishes.chat {
            settings.chat = chat;
        }
        settings.check()
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
        if let Some(name) = &choice.name {
            words["name"] = name.as_str().into();
        }
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
