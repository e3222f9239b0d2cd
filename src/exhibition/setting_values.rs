//! Single settings as they are written, each read and checked by itself.

use std::{fmt, ops::RangeInclusive, str::FromStr, sync::Arc, time::Duration};

use super::settings_error::SettingsError;
use crate::{
    record::program::Admission,
    rules::{MOST_PASSES, PlayerName, is_visible},
};

/// The most characters that an exhibition's text has, line breaks among them.
const LONGEST_TEXT: usize = 2000;
/// The highest strength that can be asked for.
const STRONGEST: u32 = 4000;
/// What made-up codes are drawn from: no letters that look alike, and no vowels, so that no words come of it.
const CODE_LETTERS: [u8; 18] = *b"BCDFGHJKMNPRSTVWXZ";

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);

/// An exhibition's name: 1 to 80 visible characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Title(String);

impl Title {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// One that was checked when it was stored.
    pub(super) fn kept(text: &str) -> Title {
        Title(text.to_owned())
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

/// What the organiser tells everybody about an exhibition: up to 2,000 visible characters, line breaks (`\n`, whatever they
/// were sent as) among them; none at its ends.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Description(Arc<str>);

impl Description {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The same, to be shared.
    pub(super) fn shared(&self) -> Arc<str> {
        self.0.clone()
    }

    /// One that was checked when it was stored.
    pub(super) fn kept(text: &Arc<str>) -> Description {
        Description(text.clone())
    }
}

impl FromStr for Description {
    type Err = SettingsError;

    fn from_str(text: &str) -> Result<Description, SettingsError> {
        // A tab is what is left of a table that was pasted.
        let text = text.trim().replace("\r\n", "\n").replace('\r', "\n").replace('\t', " ");
        let short = text.chars().take(LONGEST_TEXT + 1).count() <= LONGEST_TEXT;
        if short && text.chars().all(|c| c == '\n' || is_visible(c)) {
            Ok(Description(text.into()))
        } else {
            Err(SettingsError::Text)
        }
    }
}

/// Who the master is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MasterChoice {
    /// The server's engine.
    Engine {
        /// The strength that it is held to as far as it can be, 1 to 4000; `None` for as strong as the server has it.
        elo: Option<u32>,
    },
    /// A person of this name.
    Human(PlayerName),
}

impl MasterChoice {
    /// Reads `engine` or `human`, and a person's name; who gives none is called Master.
    pub fn new(kind: &str, name: Option<&str>, elo: Option<u32>) -> Result<MasterChoice, SettingsError> {
        match kind {
            "engine" if elo.is_none_or(|elo| (1..=STRONGEST).contains(&elo)) => Ok(MasterChoice::Engine { elo }),
            "human" if elo.is_some() => Err(SettingsError::Strength),
            "engine" => Err(SettingsError::Strength),
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
    pub(super) fn check(self) -> Result<PassLimit, SettingsError> {
        if self.0.is_none_or(|number| number <= MOST_PASSES) { Ok(self) } else { Err(SettingsError::Passes) }
    }
}

/// An entry code: 4 to 12 letters A to Z and digits, in capitals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryCode(Arc<str>);

impl EntryCode {
    /// Four letters that follow from what was drawn.
    #[must_use]
    pub fn drawn(lot: u32) -> EntryCode {
        let letter = |place: u32| char::from(CODE_LETTERS[(lot / 18u32.pow(place) % 18) as usize]);
        EntryCode((0..4).map(letter).collect::<String>().into())
    }

    /// The code.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The same, to be shared.
    pub(super) fn shared(&self) -> Arc<str> {
        self.0.clone()
    }

    /// One that was checked when it was stored.
    pub(super) fn kept(text: &Arc<str>) -> EntryCode {
        EntryCode(text.clone())
    }
}

impl FromStr for EntryCode {
    type Err = SettingsError;

    fn from_str(text: &str) -> Result<EntryCode, SettingsError> {
        let text = text.trim();
        let sound = (4..=12).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if sound { Ok(EntryCode(text.to_ascii_uppercase().into())) } else { Err(SettingsError::Code) }
    }
}

/// What has to be said to sit down.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum CodeChoice {
    /// Nothing.
    #[default]
    None,
    /// A code that is drawn when the exhibition opens.
    Drawn,
    /// This one.
    Own(EntryCode),
}

impl FromStr for CodeChoice {
    type Err = SettingsError;

    /// As the command line has it.
    fn from_str(text: &str) -> Result<CodeChoice, SettingsError> {
        match text {
            "none" => Ok(CodeChoice::None),
            "drawn" => Ok(CodeChoice::Drawn),
            code => code.parse().map(CodeChoice::Own),
        }
    }
}

/// A time, or `none`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeLimit(pub Option<Duration>);

impl fmt::Display for TimeLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(limit) => write!(f, "{}", humantime::format_duration(limit)),
            None => f.write_str("none"),
        }
    }
}

/// Reads who may come in.
pub fn parse_admission(text: &str) -> Result<Admission, SettingsError> {
    Admission::parse(text).ok_or(SettingsError::Admission)
}

/// Reads the time that an engine may think: 1 ms to 10 min.
pub fn parse_think(text: &str) -> Result<Duration, SettingsError> {
    span(text, Duration::from_millis(1)..=10 * MINUTE, SettingsError::Think)
}

/// Reads the master's extra time: up to 24 h.
pub fn parse_extra(text: &str) -> Result<Duration, SettingsError> {
    span(text, Duration::ZERO..=24 * HOUR, SettingsError::MasterExtra)
}

/// Reads the time that the master waits for a move: up to 10 min.
pub fn parse_grace(text: &str) -> Result<Duration, SettingsError> {
    span(text, Duration::ZERO..=10 * MINUTE, SettingsError::Grace)
}

/// Reads after how much play no visit begins any more: 1 min to 7 days, or `none`.
pub fn parse_closes_after(text: &str) -> Result<TimeLimit, SettingsError> {
    limit(text, MINUTE..=7 * 24 * HOUR, SettingsError::ClosesAfter)
}

/// Reads how long an opponent may be gone: 1 min to 24 h, or `none`.
pub fn parse_absent_after(text: &str) -> Result<TimeLimit, SettingsError> {
    limit(text, MINUTE..=24 * HOUR, SettingsError::AbsentAfter)
}

/// Reads how much later spectators see everything: up to 30 min.
pub fn parse_delay(text: &str) -> Result<Duration, SettingsError> {
    span(text, Duration::ZERO..=30 * MINUTE, SettingsError::Delay)
}

/// When an exhibition is to begin by itself, in Unix milliseconds, where it is `now`: later than that, and within a year.
pub(super) fn check_start(at: u64, now: u64) -> Result<u64, SettingsError> {
    let year = 366 * 24 * HOUR.as_millis() as u64;
    if at > now && at - now <= year { Ok(at) } else { Err(SettingsError::StartsAt) }
}

fn limit(text: &str, allowed: RangeInclusive<Duration>, error: SettingsError) -> Result<TimeLimit, SettingsError> {
    if text == "none" { Ok(TimeLimit(None)) } else { span(text, allowed, error).map(|limit| TimeLimit(Some(limit))) }
}

fn span(text: &str, allowed: RangeInclusive<Duration>, error: SettingsError) -> Result<Duration, SettingsError> {
    humantime::parse_duration(text.trim()).ok().filter(|span| allowed.contains(span)).ok_or(error)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn texts_have_lines() {
        let read = |text: &str| text.parse::<Description>().map(|text| text.as_str().to_owned());
        assert_eq!(read("\n One\r\ntwo\rthree\tfour\n\n"), Ok("One\ntwo\nthree four".to_owned()));
        assert_eq!(read("  "), Ok(String::new()));
        assert!(read(&"é\n".repeat(1000)).is_ok_and(|text| text.chars().count() == 1999));
        for text in [&*"x".repeat(2001), "a\u{202e}b", "a\u{0}b", "a\u{2028}b"] {
            assert_eq!(read(text), Err(SettingsError::Text));
        }
    }

    #[test]
    fn codes_are_capitals_and_digits() {
        let read = |text: &str| text.parse::<EntryCode>().map(|code| code.as_str().to_owned());
        assert_eq!(read(" klub26 "), Ok("KLUB26".to_owned()));
        assert_eq!(read("0000"), Ok("0000".to_owned()));
        for text in ["", "ABC", "ABCDEFGHIJKLM", "AB-CD", "ÄBCD", "AB CD"] {
            assert_eq!(read(text), Err(SettingsError::Code), "{text}");
        }
        let codes: HashSet<_> = (0..18u32.pow(4)).map(|lot| EntryCode::drawn(lot).as_str().to_owned()).collect();
        assert_eq!(codes.len(), 104_976, "every lot is another code");
        assert!(
            codes
                .iter()
                .chain([&EntryCode::drawn(u32::MAX).as_str().to_owned()])
                .all(|code| { code.len() == 4 && code.bytes().all(|letter| CODE_LETTERS.contains(&letter)) })
        );
        assert_eq!("none".parse(), Ok(CodeChoice::None));
        assert_eq!("drawn".parse(), Ok(CodeChoice::Drawn));
        assert!(matches!("ABCD".parse(), Ok(CodeChoice::Own(_))));
    }

    #[test]
    fn spans_have_bounds() {
        let (minute, day) = (Some(MINUTE), 24 * HOUR);
        assert_eq!(parse_closes_after("1m"), Ok(TimeLimit(minute)));
        assert_eq!(parse_closes_after("7d"), Ok(TimeLimit(Some(7 * day))));
        assert_eq!(parse_closes_after("none"), Ok(TimeLimit(None)));
        assert_eq!(parse_absent_after("24h"), Ok(TimeLimit(Some(day))));
        assert_eq!((parse_delay("0s"), parse_delay("30m")), (Ok(Duration::ZERO), Ok(30 * MINUTE)));
        for text in ["", "59s", "7d 1s", "-5m", "soon", "99999999999999999999h"] {
            assert_eq!(parse_closes_after(text), Err(SettingsError::ClosesAfter), "{text}");
            assert_eq!(parse_absent_after(text), Err(SettingsError::AbsentAfter), "{text}");
        }
        assert_eq!(parse_absent_after("24h 1s"), Err(SettingsError::AbsentAfter));
        assert_eq!(parse_delay("31m"), Err(SettingsError::Delay));
        assert_eq!(parse_grace("600s"), Ok(10 * MINUTE));
    }

    #[test]
    fn it_begins_later_than_now_and_within_a_year() {
        let now = 1_800_000_000_000;
        for at in [now + 1, now + 31_536_000_000] {
            assert_eq!(check_start(at, now), Ok(at));
        }
        for at in [0, now - 1, now, now + 32_000_000_000, u64::MAX] {
            assert_eq!(check_start(at, now), Err(SettingsError::StartsAt), "{at}");
        }
    }
}
