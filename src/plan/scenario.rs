//! What is planned: how many boards, how long everybody thinks, how long the games are.

use std::{fmt, ops::RangeInclusive, str::FromStr, time::Duration};

use rand::Rng;
use rand_distr::{Distribution, LogNormal, Normal};

use crate::{
    base::time,
    rules::{ClockSettings, MOST_BOARDS, MasterColor, Millis, WalkMode},
};

/// The longest mean time for a move.
const LONGEST: Duration = Duration::from_secs(24 * 3600);
/// The most moves of each side in a game: the script's length, and three times a long game.
pub(super) const MOST_MOVES: u32 = 300;

/// A time that varies from move to move: log-normal, since people think a little less than usual often, and much more
/// now and then.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// The mean.
    pub mean: Millis,
    /// The standard deviation; zero for always the same.
    pub deviation: Millis,
}

/// Why a text is no time for a move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a time for a move is written like `8s`, or `8s±4s` (or `8s+-4s`) for one that varies; more than nothing, up to 24h, and no more than ten times as much deviation as mean"
)]
pub struct ParseSpreadError;

impl Spread {
    /// What times are drawn from, one a move.
    #[must_use]
    pub fn times(&self) -> Times {
        let (mean, deviation) = (as_f64(self.mean.0), as_f64(self.deviation.0));
        let varying = if deviation == 0.0 { None } else { LogNormal::from_mean_cv(mean, deviation / mean).ok() };
        Times { mean: self.mean, varying }
    }
}

/// A [`Spread`] with its logarithms taken.
#[derive(Debug, Clone, Copy)]
pub struct Times {
    mean: Millis,
    varying: Option<LogNormal<f64>>,
}

impl Times {
    /// Draws a time, never less than a millisecond.
    pub fn draw(&self, chance: &mut impl Rng) -> Duration {
        let drawn = self.varying.map_or(self.mean.0, |times| round(times.sample(chance)));
        Duration::from_millis(drawn.max(1))
    }
}

impl FromStr for Spread {
    type Err = ParseSpreadError;

    fn from_str(text: &str) -> Result<Spread, ParseSpreadError> {
        let (mean, deviation) = halves(text);
        let duration = |text: &str| humantime::parse_duration(text.trim()).map_err(|_| ParseSpreadError);
        let mean = duration(mean)?;
        let deviation = deviation.map_or(Ok(Duration::ZERO), duration)?;
        let sound = mean >= Duration::from_millis(1) && mean <= LONGEST && deviation <= mean * 10;
        if sound {
            Ok(Spread { mean: time::millis(mean), deviation: time::millis(deviation) })
        } else {
            Err(ParseSpreadError)
        }
    }
}

impl fmt::Display for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", humantime::format_duration(time::duration(self.mean)))?;
        if self.deviation > Millis::ZERO {
            write!(f, "±{}", humantime::format_duration(time::duration(self.deviation)))?;
        }
        Ok(())
    }
}

/// How many moves each side makes in a game.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moves {
    /// The mean.
    pub mean: u32,
    /// The standard deviation; zero for always the same.
    pub deviation: u32,
}

impl Moves {
    /// Draws a length, 1 to 300.
    pub fn draw(&self, chance: &mut impl Rng) -> u32 {
        let lengths = Normal::new(f64::from(self.mean), f64::from(self.deviation));
        let drawn = if self.deviation == 0 { None } else { lengths.ok().map(|lengths| round(lengths.sample(chance))) };
        drawn.map_or(self.mean, |drawn| u32::try_from(drawn).unwrap_or(MOST_MOVES)).clamp(1, MOST_MOVES)
    }
}

impl FromStr for Moves {
    type Err = ScenarioError;

    fn from_str(text: &str) -> Result<Moves, ScenarioError> {
        let (mean, deviation) = halves(text);
        let number = |text: &str| text.trim().parse::<u32>().map_err(|_| ScenarioError::Moves);
        let (mean, deviation) = (number(mean)?, deviation.map_or(Ok(0), number)?);
        let sound = (1..=MOST_MOVES).contains(&mean) && deviation <= mean;
        if sound { Ok(Moves { mean, deviation }) } else { Err(ScenarioError::Moves) }
    }
}

impl fmt::Display for Moves {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.deviation {
            0 => write!(f, "{}", self.mean),
            deviation => write!(f, "{}±{deviation}", self.mean),
        }
    }
}

/// One number of boards, or a range of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoardRange(pub RangeInclusive<u32>);

impl FromStr for BoardRange {
    type Err = ScenarioError;

    fn from_str(text: &str) -> Result<BoardRange, ScenarioError> {
        let (first, last) = text.split_once("..").unwrap_or((text, text));
        let number = |text: &str| text.trim().trim_start_matches('=').parse().map_err(|_| ScenarioError::Boards);
        let (first, last): (u32, u32) = (number(first)?, number(last)?);
        let sound = first >= 1 && first <= last && last <= MOST_BOARDS;
        if sound { Ok(BoardRange(first..=last)) } else { Err(ScenarioError::Boards) }
    }
}

/// What is wrong with a plan, and what would be right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the sentences say it")]
pub enum ScenarioError {
    #[error("boards are a number from 1 to {MOST_BOARDS}, or a range like 1..60")]
    Boards,
    #[error(
        "moves are a number from 1 to {MOST_MOVES}, or like `35±12` (or `35+-12`) with no more deviation than mean"
    )]
    Moves,
    #[error("runs are a number from 1 to {0}")]
    Runs(u32),
    #[error("this plan would play {0} moves, more than {1}: take fewer boards, moves or runs")]
    TooLong(u64, u64),
}

/// An exhibition to be planned.
#[derive(Debug, Clone, PartialEq)]
pub struct Scenario {
    /// How many boards, all taken.
    pub boards: u32,
    /// The order of visits.
    pub walk: WalkMode,
    /// The master's time for a move, with the way to the board.
    pub master: Spread,
    /// An opponent's time for a move.
    pub opponent: Spread,
    /// How long the games are.
    pub moves: Moves,
    /// The time control, if there is one.
    pub clock: Option<ClockSettings>,
    /// The colours that the master plays.
    pub color: MasterColor,
    /// How often an opponent who has not moved is gone past; `None` for no limit.
    pub passes: Option<u32>,
    /// How long the master waits for whoever has no pass left.
    pub grace: Millis,
    /// What chance follows from.
    pub seed: u64,
}

impl Scenario {
    /// How many boards there are before opponents wait for the master and not the other way round: where a round takes
    /// as long as the master's and an opponent's move.
    #[must_use]
    pub fn break_even(&self) -> f64 {
        as_f64(self.master.mean.0 + self.opponent.mean.0) / as_f64(self.master.mean.0.max(1))
    }

    /// About how many half-moves one rehearsal has.
    #[must_use]
    pub fn plies(&self) -> u64 {
        2 * u64::from(self.boards) * u64::from(self.moves.mean)
    }
}

fn halves(text: &str) -> (&str, Option<&str>) {
    let cut = text.split_once('±').or_else(|| text.split_once("+-"));
    cut.map_or((text, None), |(mean, deviation)| (mean, Some(deviation)))
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds of a day, and counts")]
fn as_f64(value: u64) -> f64 {
    value as f64
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a saturating cast of what is not negative"
)]
fn round(value: f64) -> u64 {
    value.round() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plans_are_read_as_they_are_written() {
        for text in ["5s", "8s±4s", "1m 30s±45s"] {
            assert_eq!(text.parse::<Spread>().expect(text).to_string(), text);
        }
        assert_eq!("8s+-4s".parse::<Spread>(), "8s±4s".parse());
        for text in ["35", "35±12"] {
            assert_eq!(text.parse::<Moves>().expect(text).to_string(), text);
        }
        assert_eq!("1..60".parse(), Ok(BoardRange(1..=60)));
        assert_eq!("24".parse(), Ok(BoardRange(24..=24)));
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for text in ["", "5x", "-5s", "0s", "25h", "5s±", "5s±51s", "±5s", "NaN"] {
            assert_eq!(text.parse::<Spread>(), Err(ParseSpreadError), "{text}");
        }
        for text in ["", "0", "-1", "301", "5±6", "1e9"] {
            assert_eq!(text.parse::<Moves>(), Err(ScenarioError::Moves), "{text}");
        }
        for text in ["", "0", "0..5", "6..5", "10001", "1..99999", "-3", "1-60"] {
            assert_eq!(text.parse::<BoardRange>(), Err(ScenarioError::Boards), "{text}");
        }
    }
}
