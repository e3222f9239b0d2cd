//! A game's two clocks: banks of time with Fischer's increment.

use std::{fmt, str::FromStr};

use shakmaty::Color;

use super::Millis;

/// The time each side gets: a bank for the whole game and an increment after each of its moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockSettings {
    /// What each side starts with; at least one second.
    pub initial: Millis,
    /// What a side gets back with each move it makes.
    pub increment: Millis,
    /// What the master starts with beyond that, on every board.
    pub master_extra: Millis,
    /// And what they start with beyond that for each opponent seated at the start. Until then nobody knows how much it is.
    pub extra_per_board: Millis,
}

/// Why a text is no clock.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "a clock is written like `30m+20s` (time for the game, then the increment a move), or `none`; 1s to 24h, increment up to 10m"
)]
pub struct ParseClockError;

impl ClockSettings {
    const LONGEST: Millis = Millis(24 * 60 * 60 * 1000);
    const LARGEST_INCREMENT: Millis = Millis(10 * 60 * 1000);

    /// Checked settings: 1 s to 24 h, with an increment of up to 10 min.
    pub fn new(initial: Millis, increment: Millis) -> Result<ClockSettings, ParseClockError> {
        let sound = (Millis(1000)..=Self::LONGEST).contains(&initial) && increment <= Self::LARGEST_INCREMENT;
        let nothing = Millis::ZERO;
        let clock = ClockSettings { initial, increment, master_extra: nothing, extra_per_board: nothing };
        if sound { Ok(clock) } else { Err(ParseClockError) }
    }

    /// The same with `extra` time for the master on every board, up to 24 h.
    #[must_use]
    pub fn with_master_extra(self, extra: Millis) -> ClockSettings {
        ClockSettings { master_extra: extra.min(Self::LONGEST), ..self }
    }

    /// The same with `extra` time for the master on every board for each opponent seated at the start, up to 24 h each.
    #[must_use]
    pub fn with_extra_per_board(self, extra: Millis) -> ClockSettings {
        ClockSettings { extra_per_board: extra.min(Self::LONGEST), ..self }
    }

    /// The same once it is known how many opponents are `seated` at the start. All in all the master has no more than 24 h
    /// of extra time.
    #[must_use]
    pub fn for_seated(self, seated: u32) -> ClockSettings {
        let extra = Millis(self.extra_per_board.0.saturating_mul(seated.into()));
        ClockSettings { extra_per_board: Millis::ZERO, ..self.with_master_extra(self.master_extra.plus(extra)) }
    }

    /// The bank and the increment of `own`, and this clock's extra time.
    #[must_use]
    pub fn with_banks_of(self, own: ClockSettings) -> ClockSettings {
        ClockSettings { initial: own.initial, increment: own.increment, ..self }
    }

    /// What the master starts with, or an opponent.
    #[must_use]
    pub fn bank(&self, of_master: bool) -> Millis {
        if of_master { self.initial.plus(self.master_extra) } else { self.initial }
    }
}

impl FromStr for ClockSettings {
    type Err = ParseClockError;

    fn from_str(text: &str) -> Result<ClockSettings, ParseClockError> {
        let (initial, increment) = text.split_once('+').unwrap_or((text, "0s"));
        let span = |text: &str| {
            let duration = humantime::parse_duration(text.trim()).map_err(|_| ParseClockError)?;
            u64::try_from(duration.as_millis()).map(Millis).map_err(|_| ParseClockError)
        };
        ClockSettings::new(span(initial)?, span(increment)?)
    }
}

impl fmt::Display for ClockSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let span = |span: Millis| humantime::format_duration(std::time::Duration::from_millis(span.0)).to_string();
        let squeezed = |text: String| text.replace(' ', "");
        write!(f, "{}+{}", squeezed(span(self.initial)), squeezed(span(self.increment)))
    }
}

/// What both clocks show at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockReading {
    /// White's remaining time.
    pub white: Millis,
    /// Black's remaining time.
    pub black: Millis,
    /// Whose time is running out.
    pub running: Option<Color>,
}

impl ClockReading {
    /// The last moment at which the running side can still move, where both showed this at `since`.
    #[must_use]
    pub fn deadline(mut self, since: Millis) -> Option<Millis> {
        let color = self.running?;
        Some(since.plus(*bank(&mut self, color)))
    }
}

/// The clocks of one game. A value: every call says what time it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GameClock {
    increment: Millis,
    /// What both showed when the running one was started.
    reading: ClockReading,
    since: Millis,
}

impl GameClock {
    /// Full banks, the extra time on `master`'s; nobody's running: an exhibition's clocks start with the first move on a
    /// board, since until then the master has yet to come.
    #[must_use]
    pub fn new(settings: ClockSettings, master: Color) -> GameClock {
        let bank = |color| settings.bank(color == master);
        let reading = ClockReading { white: bank(Color::White), black: bank(Color::Black), running: None };
        GameClock { increment: settings.increment, reading, since: Millis::ZERO }
    }

    /// What both clocks show at `now`.
    #[must_use]
    pub fn reading(&self, now: Millis) -> ClockReading {
        let mut reading = self.reading;
        if let Some(color) = reading.running {
            let bank = bank(&mut reading, color);
            *bank = bank.since(now.since(self.since));
        }
        reading
    }

    /// What both show once `mover` has moved at `now`: the increment is added and the other side's time runs.
    #[must_use]
    pub fn after_move(&self, mover: Color, now: Millis) -> ClockReading {
        let mut reading = self.reading(now);
        let bank = bank(&mut reading, mover);
        *bank = bank.plus(self.increment);
        reading.running = Some(mover.other());
        reading
    }

    /// Shows `reading` from `now` on.
    pub fn set(&mut self, reading: ClockReading, now: Millis) {
        self.reading = reading;
        self.since = now;
    }

    /// Stops both.
    pub fn stop(&mut self, now: Millis) {
        let reading = ClockReading { running: None, ..self.reading(now) };
        self.set(reading, now);
    }

    /// The last moment at which the running side can still move.
    #[must_use]
    pub fn deadline(&self) -> Option<Millis> {
        self.reading.deadline(self.since)
    }

    /// Whose flag has fallen at `now`. A move at the very last moment is in time.
    #[must_use]
    pub fn flagged(&self, now: Millis) -> Option<Color> {
        self.deadline().filter(|&deadline| now > deadline).and(self.reading.running)
    }
}

fn bank(reading: &mut ClockReading, color: Color) -> &mut Millis {
    match color {
        Color::White => &mut reading.white,
        Color::Black => &mut reading.black,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn clock(text: &str) -> GameClock {
        GameClock::new(text.parse().expect("a clock"), Color::White)
    }

    #[test]
    fn nobody_runs_before_the_first_move() {
        let clock = clock("30m+20s");
        assert_eq!(clock.deadline(), None);
        assert_eq!(clock.reading(Millis(99_000)).white, Millis(1_800_000));
    }

    #[test]
    fn a_move_at_the_last_moment_is_in_time() {
        let mut clock = clock("10s");
        let reading = clock.after_move(Color::White, Millis(500));
        clock.set(reading, Millis(500));
        assert_eq!(clock.flagged(Millis(10_500)), None);
        assert_eq!(clock.flagged(Millis(10_501)), Some(Color::Black));
    }

    #[test]
    fn settings_are_read_as_they_are_written() {
        for text in ["30m+20s", "1h 30m+30s", "45s", "5m + 3s"] {
            let settings: ClockSettings = text.parse().expect(text);
            assert_eq!(settings.to_string().parse(), Ok(settings));
        }
        for text in ["", "none", "5x", "0s", "-5m", "25h", "5m+11m", "5m+", "999999999999999999999h"] {
            assert_eq!(text.parse::<ClockSettings>(), Err(ParseClockError), "{text}");
        }
    }

    #[test]
    fn extra_time_for_each_opponent_is_known_at_the_start() {
        let settings: ClockSettings = "30m+10s".parse().expect("a clock");
        let settings = settings.with_master_extra(Millis(60_000)).with_extra_per_board(Millis(30_000));
        assert_eq!(settings.bank(true), Millis(1_860_000), "not yet");
        assert_eq!(settings.for_seated(20).bank(true), Millis(2_460_000));
        assert_eq!(settings.for_seated(20).bank(false), Millis(1_800_000));
        assert_eq!(settings.for_seated(u32::MAX).bank(true), Millis(1_800_000 + 24 * 3_600_000));
    }

    proptest! {
        /// No time is made or lost: what is left, and what was thought, is the bank and the increments.
        #[test]
        fn time_is_conserved(thinks in prop::collection::vec(0u64..20_000, 1..60)) {
            let mut clock = clock("30m+7s");
            let mut now = Millis::ZERO;
            let mut mover = Color::White;
            let mut thought = 0;
            for (index, think) in thinks.iter().enumerate() {
                now = now.plus(Millis(*think));
                thought += if index == 0 { 0 } else { *think };
                clock.set(clock.after_move(mover, now), now);
                mover = mover.other();
            }
            let reading = clock.reading(now);
            let banks = 2 * 1_800_000 + 7_000 * thinks.len() as u64;
            prop_assert_eq!(reading.white.0 + reading.black.0 + thought, banks);
        }
    }
}
