//! Settings as the program that an exhibition keeps, and back.

use std::{collections::BTreeMap, sync::Arc};

use super::settings::{
    CodeChoice, ColorChoice, Description, EntryCode, MasterChoice, PassLimit, SeatChoice, Settings, SettingsError,
    StartChoice, TimeControl, TimeLimit, Title, Wishes,
};
use super::setup_choices::{self, Lots};
use crate::{
    base::time::{duration, millis},
    record::program::{Evening, MasterSeat, Program},
    rules::{BoardNo, ClockSettings, ParseClockError, PlayerName, Setups, StartError, color_from_name},
};

impl Settings {
    /// The program of an exhibition with these settings: `lots` are drawn for it, `seat` and `master` say who the master is
    /// and what they are called, and it is opened at `created_at`, in Unix milliseconds.
    #[must_use]
    pub fn program(&self, lots: Lots, seat: MasterSeat, master: &str, created_at: u64) -> Program {
        let elo = match self.master {
            MasterChoice::Engine { elo } => elo,
            MasterChoice::Human(_) => None,
        };
        let code = match &self.code {
            CodeChoice::None => None,
            CodeChoice::Drawn => Some(EntryCode::drawn(lots.code).shared()),
            CodeChoice::Own(code) => Some(code.shared()),
        };
        let names = self.seats.iter().filter_map(|(&board, choice)| Some((board, choice.name.clone()?)));
        Program {
            name: self.name.as_str().into(),
            boards: self.boards,
            clock: self.clocks(),
            setups: self.setups(lots).into(),
            walk: self.walk,
            late_rounds: self.late_rounds,
            passes: self.passes.0,
            grace: millis(self.grace),
            retract: self.retract,
            think: millis(self.think),
            master: master.into(),
            seat,
            created_at,
            evening: Evening {
                text: self.text.shared(),
                elo,
                code,
                admission: self.admission,
                starts_at: self.starts_at,
                closes_after: self.closes_after.0.map(millis),
                absent_after: self.absent_after.0.map(millis),
                delay: millis(self.delay),
                chat: self.chat,
                reserved: Arc::new(names.collect()),
            },
        }
    }

    /// The settings that a program follows from, with [`Lots::of`] it. Who sits there already is no setting: no house bots.
    #[must_use]
    pub fn of(program: &Program) -> Settings {
        let evening = &program.evening;
        let extra =
            |of: fn(ClockSettings) -> _| program.clock.map_or_else(Default::default, |clock| duration(of(clock)));
        let master = match program.seat {
            MasterSeat::Engine => MasterChoice::Engine { elo: evening.elo },
            MasterSeat::Human(_) => MasterChoice::new("human", Some(&program.master), None)
                .or_else(|_| MasterChoice::new("human", None, None))
                .expect("everybody may be called Master"),
        };
        Settings {
            name: Title::kept(&program.name),
            text: Description::kept(&evening.text),
            boards: program.boards,
            clock: TimeControl(program.clock),
            master,
            master_extra: extra(|clock| clock.master_extra),
            extra_per_board: extra(|clock| clock.extra_per_board),
            color: ColorChoice::of(program.setups.color),
            start: StartChoice::of(&program.setups.start, Lots::drawn_start(&program.setups)),
            seats: seats(program),
            walk: program.walk,
            late_rounds: program.late_rounds,
            passes: PassLimit(program.passes),
            grace: duration(program.grace),
            retract: program.retract,
            think: duration(program.think),
            house_bots: 0,
            code: evening.code.as_ref().map_or(CodeChoice::None, |code| CodeChoice::Own(EntryCode::kept(code))),
            admission: evening.admission,
            starts_at: evening.starts_at,
            closes_after: TimeLimit(evening.closes_after.map(duration)),
            absent_after: TimeLimit(evening.absent_after.map(duration)),
            delay: duration(evening.delay),
            chat: evening.chat,
        }
    }

    /// What becomes of an exhibition's `program` by `wishes`. `lots` are for what is left to chance by them and was not
    /// before: colours and a Chess960 position that were drawn stay, also where they are wished for again, and so does a
    /// code unless another one is to be made up. `now` is the time in Unix milliseconds.
    ///
    /// Whether the wishes come too late ([`Wishes::only_late`]) and whether a board that goes is taken is for the caller to
    /// know.
    pub fn changed(program: &Program, wishes: Wishes, lots: Lots, now: u64) -> Result<Program, SettingsError> {
        if wishes.changes_kind(program.seat) {
            return Err(SettingsError::MasterKind);
        }
        if wishes.house_bots.is_some_and(|bots| bots > 0) {
            return Err(SettingsError::HouseBotsLater);
        }
        let settings = Settings::of(program).with(wishes, now)?;
        let master = match &settings.master {
            MasterChoice::Engine { .. } => &*program.master,
            MasterChoice::Human(name) => name.as_str(),
        };
        Ok(settings.program(Lots::of(&program.setups, lots), program.seat, master, program.created_at))
    }

    /// The time control with the master's extra time.
    #[must_use]
    pub fn clocks(&self) -> Option<ClockSettings> {
        let (extra, per_board) = (millis(self.master_extra), millis(self.extra_per_board));
        self.clock.0.map(|clock| clock.with_master_extra(extra).with_extra_per_board(per_board))
    }

    /// How the games begin, with these lots drawn.
    fn setups(&self, lots: Lots) -> Setups {
        setup_choices::setups(self.color, &self.start, &self.seats, lots)
    }
}

/// What is chosen for single boards.
/// What a request wants of the game at one board alone.
#[derive(Debug, Clone, Default)]
pub struct OwnGame<'a> {
    /// The opponent's colour.
    pub color: Option<&'a str>,
    /// The clock of both, or none.
    pub clock: Option<Option<&'a str>>,
    /// The position it begins with.
    pub start: Option<&'a str>,
}

impl OwnGame<'_> {
    /// `program` with this game at `board`, where `lots` are drawn for it; else the field that is wrong, and why.
    pub fn at(&self, program: &Program, board: BoardNo, lots: Lots) -> Result<Program, (&'static str, SettingsError)> {
        let mut settings = Settings::of(program);
        let choice = settings.seats.entry(board).or_default();
        if let Some(color) = self.color {
            choice.color = Some(color_from_name(color).ok_or(("color", SettingsError::SeatColor))?);
        }
        if let Some(clock) = self.clock {
            let clock = clock.unwrap_or("none").parse();
            choice.clock = Some(clock.map_err(|error: ParseClockError| ("clock", error.into()))?);
        }
        if let Some(start) = self.start {
            choice.start = Some(start.parse().map_err(|error: StartError| ("start", error.into()))?);
        }
        let settings = settings.check().map_err(|error| (error.field(), error))?;
        Ok(settings.program(Lots::of(&program.setups, lots), program.seat, &program.master, program.created_at))
    }
}

fn seats(program: &Program) -> BTreeMap<BoardNo, SeatChoice> {
    let drawn = Lots::drawn_start(&program.setups);
    let own = program.setups.own.iter().map(|(&board, own)| (board, SeatChoice::of(own, drawn)));
    let mut seats: BTreeMap<_, _> = own.collect();
    let kept: &BTreeMap<BoardNo, PlayerName> = &program.evening.reserved;
    for (&board, name) in kept {
        seats.entry(board).or_default().name = Some(name.clone());
    }
    seats
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::rules::{MasterColor, OPENINGS};

    const NOW: u64 = 1_800_000_000_000;

    fn defaults() -> Settings {
        Settings {
            name: "Simul".parse().expect("a name"),
            text: Description::default(),
            boards: 24,
            clock: TimeControl(None),
            master: MasterChoice::Engine { elo: None },
            master_extra: Default::default(),
            extra_per_board: Default::default(),
            color: ColorChoice::default(),
            start: StartChoice::Standard,
            seats: BTreeMap::new(),
            walk: "in-turn".parse().expect("a walk"),
            late_rounds: 0,
            passes: PassLimit(None),
            grace: duration(crate::rules::Millis(15_000)),
            retract: true,
            think: duration(crate::rules::Millis(2_000)),
            house_bots: 0,
            code: CodeChoice::None,
            admission: Default::default(),
            starts_at: None,
            closes_after: TimeLimit(None),
            absent_after: TimeLimit(None),
            delay: Default::default(),
            chat: true,
        }
    }

    fn wishes(body: &serde_json::Value) -> Wishes {
        Wishes::read(body.to_string().as_bytes()).unwrap_or_else(|error| panic!("{body}: {error}"))
    }

    fn start() -> impl Strategy<Value = String> {
        let openings = OPENINGS.iter().flat_map(|opening| [opening.name, opening.fen]);
        let others = [
            "standard",
            "chess960",
            "4k3/pppp4/8/8/8/8/4PPPP/4K2R b K - 3 30",
            "bbqnnrkr/pppppppp/8/8/8/8/PPPPPPPP/BBQNNRKR w HFhf - 0 1",
            "rkrnnqbb/pppppppp/8/8/8/8/PPPPPPPP/RKRNNQBB w CAca - 0 1",
        ];
        let all: Vec<_> = openings.chain(others).map(str::to_owned).collect();
        prop::sample::select(all)
    }

    fn clock() -> impl Strategy<Value = Option<String>> {
        prop::option::of((1u32..86_400, 0u32..600).prop_map(|(bank, increment)| format!("{bank}s+{increment}s")))
    }

    /// What a request may say about everything.
    fn anything() -> impl Strategy<Value = serde_json::Value> {
        let span = |longest: u32| (0..=longest).prop_map(|seconds| format!("{seconds}s"));
        let limit = |longest: u32| prop::option::of((60..=longest).prop_map(|seconds| format!("{seconds}s")));
        let code =
            prop_oneof![Just(serde_json::Value::Null), Just(true.into()), "[a-zA-Z0-9]{4,12}".prop_map(Into::into)];
        let master = prop_oneof![
            prop::option::of(1u32..=4000).prop_map(|elo| serde_json::json!({ "kind": "engine", "elo": elo })),
            "[A-Z][a-z]{1,9}".prop_map(|name| serde_json::json!({ "kind": "human", "name": name })),
        ];
        let seat =
            (any::<bool>(), prop::option::of(any::<bool>()), prop::option::of(clock()), prop::option::of(start()));
        let seats = prop::collection::btree_map(1u32..=24, seat, 0..6).prop_map(|seats| {
            let words = seats.into_iter().map(|(board, (named, color, clock, start))| {
                let mut words = serde_json::json!({ "board": board });
                if named {
                    words["name"] = format!("Guest {board}").into();
                }
                if let Some(white) = color {
                    words["color"] = if white { "white" } else { "black" }.into();
                }
                if let Some(clock) = clock {
                    words["clock"] = clock.into();
                }
                if let Some(start) = start {
                    words["start"] = start.into();
                }
                words
            });
            serde_json::Value::from_iter(words)
        });
        let games = (clock(), span(86_400), span(86_400), start(), seats);
        let color = prop::sample::select(vec!["white", "black", "alternating", "random"]);
        let walk = prop::sample::select(vec!["in-turn", "ready-first", "urgent-first", "one-at-a-time"]);
        let going = (color, walk, 0u32..=1000, prop::option::of(0u32..=9), span(600), any::<bool>());
        let starts_at = prop::option::of(NOW + 1..NOW + 30_000_000_000);
        let admission = prop::sample::select(vec!["open", "approval"]);
        let times = (starts_at, limit(604_800), limit(86_400), span(1_800), any::<bool>());
        let text = "[ -~é♞\n]{0,60}";
        ("[A-Za-z♞]{1,80}", text, 24u32..=10_000, master, code, admission, games, going, times).prop_map(
            |(name, text, boards, master, code, admission, games, going, times)| {
                let mut words = serde_json::json!({
                    "name": name, "text": text, "boards": boards, "master": master, "code": code, "admission": admission,
                    "clock": games.0, "master_extra": games.1, "master_extra_per_board": games.2, "start": games.3,
                    "seats": games.4,
                });
                let more = serde_json::json!({
                    "color": going.0, "walk": going.1, "late_rounds": going.2, "passes": going.3, "grace": going.4,
                    "retract": going.5, "starts_at": times.0, "closes_after": times.1, "absent_after": times.2,
                    "delay": times.3, "chat": times.4, "think": "1s", "house_bots": 0,
                });
                words.as_object_mut().expect("an object").extend(more.as_object().expect("another").clone());
                words
            },
        )
    }

    fn opened(settings: &Settings, lots: Lots) -> Program {
        let (seat, master) = match &settings.master {
            MasterChoice::Engine { .. } => (MasterSeat::Engine, "House master"),
            MasterChoice::Human(name) => (MasterSeat::Human([7; 32]), name.as_str()),
        };
        settings.program(lots, seat, master, NOW)
    }

    fn lots() -> impl Strategy<Value = Lots> {
        (any::<u64>(), 0u32..960, any::<u32>()).prop_map(|(colors, start, code)| Lots { colors, start, code })
    }

    proptest! {
        // Each is many readings of a request.
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn a_program_follows_from_its_settings(words in anything(), lots in lots(), others in lots()) {
            let settings = defaults().with(wishes(&words), NOW).expect("sound wishes");
            let program = opened(&settings, lots);
            let again = Settings::of(&program);
            let drawn = Lots::of(&program.setups, others);
            prop_assert_eq!(&again.program(drawn, program.seat, &program.master, program.created_at), &program);
            // Nothing that is wished for again changes anything, whenever that is.
            for body in [serde_json::json!({}), again.words()] {
                let later = program.evening.starts_at.map_or(NOW, |at| at + 1);
                let changed = Settings::changed(&program, wishes(&body), others, later);
                prop_assert_eq!(changed.as_ref(), Ok(&program));
            }
        }

        #[test]
        fn what_is_wished_for_changes_and_nothing_else(first in anything(), second in anything(), lots in lots(), others in lots()) {
            let program = opened(&defaults().with(wishes(&first), NOW).expect("sound wishes"), lots);
            let mut second = second;
            // Who has the master's seat stays.
            second["master"] = first["master"].clone();
            let all = Settings::changed(&program, wishes(&second), others, NOW).expect("sound wishes");
            prop_assert_eq!(all.boards, u32::try_from(second["boards"].as_u64().expect("a number")).expect("small"));
            prop_assert_eq!(all.evening.admission.as_str(), &second["admission"]);
            for field in ["name", "text", "grace", "chat", "delay"] {
                let one = Settings::changed(&program, wishes(&serde_json::json!({ field: second[field] })), others, NOW);
                let mut expected = program.clone();
                match field {
                    "name" => expected.name = all.name.clone(),
                    "text" => expected.evening.text = all.evening.text.clone(),
                    "grace" => expected.grace = all.grace,
                    "chat" => expected.evening.chat = all.evening.chat,
                    _ => expected.evening.delay = all.evening.delay,
                }
                prop_assert_eq!(one, Ok(expected));
            }
        }
    }

    #[test]
    fn what_was_drawn_stays_and_what_was_not_is_drawn() {
        let first = Lots { colors: 1, start: 2, code: 3 };
        let second = Lots { colors: 4, start: 5, code: 6 };
        let random = serde_json::json!({ "color": "random", "start": "chess960", "code": true });
        let program = opened(&defaults().with(wishes(&random), NOW).expect("sound"), first);
        assert_eq!(program.evening.code.as_deref(), Some(EntryCode::drawn(3).as_str()));
        let change = |words: serde_json::Value| Settings::changed(&program, wishes(&words), second, NOW);
        let again = change(serde_json::json!({ "color": "random", "start": "chess960" })).expect("sound");
        assert_eq!(again, program);
        let code = change(serde_json::json!({ "code": true })).expect("sound").evening.code;
        assert_eq!(code.as_deref(), Some(EntryCode::drawn(6).as_str()), "another code is made up when it is asked for");
        let plain = opened(&defaults(), first);
        let drawn = Settings::changed(&plain, wishes(&random), second, NOW).expect("sound");
        assert_eq!(drawn.setups.color, MasterColor::ByLot(4));
        assert_eq!(Lots::of(&drawn.setups, first), Lots { colors: 4, start: 5, code: 3 });
    }

    #[test]
    fn an_open_exhibition_keeps_the_kind_of_its_master_and_seats_bots_otherwise() {
        let program = opened(&defaults(), Lots { colors: 0, start: 0, code: 0 });
        let change = |words: serde_json::Value| {
            Settings::changed(&program, wishes(&words), Lots { colors: 0, start: 0, code: 0 }, NOW)
        };
        assert_eq!(change(serde_json::json!({ "master": { "kind": "human" } })), Err(SettingsError::MasterKind));
        assert_eq!(change(serde_json::json!({ "master": { "kind": "ghost" } })), Err(SettingsError::Master));
        assert_eq!(change(serde_json::json!({ "house_bots": 3 })), Err(SettingsError::HouseBotsLater));
        let weaker = change(serde_json::json!({ "master": { "kind": "engine", "elo": 1200 } })).expect("sound");
        assert_eq!((weaker.evening.elo, weaker.master.clone()), (Some(1200), program.master.clone()));
        let fewer = change(serde_json::json!({ "boards": 2, "seats": [{ "board": 3, "name": "Ada" }] }));
        assert_eq!(fewer, Err(SettingsError::NoSuchSeat(3)));
    }
}
