//! What an organiser settles in a request's body, and the words of a forecast's query: what is accepted keeps all limits
//! and comes back unchanged through its own words. And what clients of Lichess's API send, as a form or an object.

#![no_main]

use std::{collections::BTreeMap, fmt::Display, str::FromStr, time::Duration};

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use simultan_fuzz::{
    exhibition::{
        setting_values::{
            CodeChoice, Description, EntryCode, MasterChoice, PassLimit, TimeLimit, parse_closes_after, parse_delay,
            parse_extra, parse_think,
        },
        settings::Settings,
        setup_choices::{ColorChoice, StartChoice, TimeControl},
        wishes::Wishes,
    },
    plan::{BoardRange, Moves, Spread},
    record::program::Admission,
    rules::{ClockSettings, Millis, WalkMode},
    wire::lichess::{GameId, fields},
};

const HOUR: Duration = Duration::from_secs(3600);
/// In Unix milliseconds.
const NOW: u64 = 1_800_000_000_000;

fuzz_target!(|body: &[u8]| {
    for usual in defaults() {
        if let Ok(wishes) = Wishes::read(body)
            && let Ok(settings) = usual.with(wishes, NOW)
        {
            assert!(body.is_empty() || serde_json::from_slice::<Value>(body).is_ok_and(|read| read.is_object()));
            check(&usual, &settings);
        }
    }
    if let Ok(text) = str::from_utf8(body) {
        check_words(text);
        if let Some(game) = GameId::parse(text) {
            assert_eq!(game.to_string(), text);
        }
    }
    if let Ok(said) = fields(body) {
        // Both ways of writing it say the same.
        let form = serde_urlencoded::to_string(&said).expect("text");
        assert_eq!(fields(form.as_bytes()).as_ref(), Ok(&said));
        let object = serde_json::to_vec(&said).expect("text");
        assert_eq!(fields(&object), Ok(said));
    }
});

fn defaults() -> [Settings; 2] {
    let usual = Settings {
        name: "Simultaneous exhibition".parse().expect("a name"),
        text: Description::default(),
        boards: 24,
        clock: TimeControl(None),
        master: MasterChoice::Engine { elo: None },
        master_extra: Duration::ZERO,
        extra_per_board: Duration::ZERO,
        color: ColorChoice::default(),
        start: StartChoice::Standard,
        seats: BTreeMap::new(),
        walk: WalkMode::InTurn,
        late_rounds: 0,
        passes: PassLimit(None),
        grace: Duration::from_secs(15),
        retract: true,
        think: Duration::from_secs(2),
        house_bots: 0,
        code: CodeChoice::None,
        admission: Admission::Open,
        starts_at: None,
        closes_after: TimeLimit(None),
        absent_after: TimeLimit(Some(HOUR / 2)),
        delay: Duration::ZERO,
        chat: true,
    };
    let other =
        Settings { boards: 10_000, clock: "30m+20s".parse().expect("a clock"), house_bots: 23, ..usual.clone() };
    [usual, other]
}

fn check(usual: &Settings, settings: &Settings) {
    let name = settings.name.as_str();
    assert!((1..=80).contains(&name.chars().count()) && name == name.trim() && !name.chars().any(char::is_control));
    assert!((1..=10_000).contains(&settings.boards) && settings.house_bots <= settings.boards);
    assert!(settings.late_rounds <= 1000);
    assert!((Duration::from_millis(1)..=HOUR / 6).contains(&settings.think));
    assert!(settings.master_extra <= 24 * HOUR && settings.delay <= HOUR / 2);
    assert!(settings.text.as_str().chars().take(2001).count() <= 2000);
    assert!(settings.starts_at.is_none_or(|at| at > NOW));
    if let Some(clock) = settings.clocks() {
        check_clock(clock);
        assert!(clock.master_extra <= Millis(24 * 3_600_000));
    }
    let words = settings.words().to_string();
    let again = usual.with(Wishes::read(words.as_bytes()).expect("our own words"), NOW);
    assert_eq!(again.as_ref(), Ok(settings), "{words}");
}

fn check_clock(clock: ClockSettings) {
    assert!((Millis(1000)..=Millis(24 * 3_600_000)).contains(&clock.initial));
    assert!(clock.increment <= Millis(600_000));
}

/// Reads a text, and what is written for it again.
fn twice<T: FromStr<Err: std::fmt::Debug> + Display + PartialEq + std::fmt::Debug>(text: &str) -> Option<T> {
    let read = text.parse::<T>().ok()?;
    assert_eq!(read.to_string().parse::<T>().as_ref().ok(), Some(&read), "{text:?} and {:?}", read.to_string());
    Some(read)
}

fn check_words(text: &str) {
    if let Some(Spread { mean, deviation }) = twice::<Spread>(text) {
        assert!((Millis(1)..=Millis(24 * 3_600_000)).contains(&mean) && deviation.0 <= 10 * mean.0 + 10);
    }
    if let Some(Moves { mean, deviation }) = twice::<Moves>(text) {
        assert!((1..=300).contains(&mean) && deviation <= mean);
    }
    if let Ok(BoardRange(range)) = text.parse() {
        assert!(!range.is_empty() && *range.start() >= 1 && *range.end() <= 10_000);
    }
    if let Ok(TimeControl(clock)) = text.parse()
        && let Some(clock) = clock
    {
        check_clock(clock);
        twice::<ClockSettings>(text);
    }
    twice::<WalkMode>(text);
    if let Ok(code) = text.parse::<EntryCode>() {
        assert_eq!(code.as_str().parse().as_ref(), Ok(&code));
    }
    assert!(parse_delay(text).is_ok_and(|delay| delay <= HOUR / 2) || parse_delay(text).is_err());
    assert!(
        parse_closes_after(text).is_ok_and(|limit| limit.0 <= Some(168 * HOUR)) || parse_closes_after(text).is_err()
    );
    assert!(parse_think(text).is_ok_and(|think| think <= HOUR / 6) || parse_think(text).is_err());
    assert!(parse_extra(text).is_ok_and(|extra| extra <= 24 * HOUR) || parse_extra(text).is_err());
}
