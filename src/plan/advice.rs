//! The question the other way round: what fits into an evening.

use super::{Progress, Scenario, Spread, forecast};
use crate::rules::{MOST_BOARDS, Millis};

/// What keeps nine exhibitions in ten within a time.
#[derive(Debug, Clone, PartialEq)]
pub struct Advice {
    /// The time.
    pub limit: Millis,
    /// The most boards, everything else as planned; `None` where even one is too many.
    pub boards: Option<u32>,
    /// The longest mean think of the master's, everything else as planned; `None` where none is short enough.
    pub think: Option<Spread>,
    /// The least extra time, in minutes, with which the master loses on time less often than once in twenty; `None`
    /// where 24 hours are not enough, or no clock is used.
    pub master_extra_minutes: Option<u64>,
}

/// The master's risk that is small enough.
const SMALL_RISK: f64 = 0.05;
/// About how many half-moves each step of a search may play: long exhibitions are held less often, so that no search takes
/// for ever.
const STEP: u64 = 1_000_000;
/// Searches stop here: nobody walks along more boards in an evening.
const BOARDS_SEARCHED: u32 = 1000;

/// Finds what keeps the ninetieth percentile of `scenario`'s length within `limit`. `None` if it was cancelled.
#[must_use]
pub fn advise(scenario: &Scenario, limit: Millis, runs: u32, progress: &Progress) -> Option<Advice> {
    let forecast = |scenario: &Scenario| {
        let affordable = u32::try_from(STEP / scenario.plies().max(1)).unwrap_or(u32::MAX).max(1);
        forecast(scenario, runs.min(affordable), progress)
    };
    let fits = |scenario: &Scenario| Some(forecast(scenario)?.total.p90 <= limit.0);
    let boards = most(1, u64::from(BOARDS_SEARCHED.min(MOST_BOARDS)), |boards| {
        fits(&Scenario { boards: u32::try_from(boards).unwrap_or(u32::MAX), ..scenario.clone() })
    })?;
    // In tenths of a second: nobody plans more finely.
    let think = most(1, limit.0 / 100, |tenths| {
        fits(&Scenario { master: stretched(scenario.master, tenths * 100), ..scenario.clone() })
    })?;
    let master_extra_minutes = match scenario.clock {
        None => None,
        Some(clock) => least(0, 24 * 60, |minutes| {
            let clock = Some(clock.with_master_extra(Millis(minutes * 60_000)));
            let risk = forecast(&Scenario { clock, ..scenario.clone() })?.risk;
            Some(risk.master < SMALL_RISK)
        })?,
    };
    Some(Advice {
        limit,
        boards: boards.and_then(|boards| u32::try_from(boards).ok()),
        think: think.map(|tenths| stretched(scenario.master, tenths * 100)),
        master_extra_minutes,
    })
}

/// The same variation around another mean.
fn stretched(spread: Spread, mean: u64) -> Spread {
    let deviation = u128::from(spread.deviation.0) * u128::from(mean) / u128::from(spread.mean.0.max(1));
    Spread { mean: Millis(mean), deviation: Millis(u64::try_from(deviation).unwrap_or(u64::MAX)) }
}

/// The largest number from `low` to `high` that passes, where whatever is smaller passes too. The outer `None` is a
/// cancelled search, the inner one says that none passes.
fn most(low: u64, high: u64, passes: impl Fn(u64) -> Option<bool>) -> Option<Option<u64>> {
    if high < low || !passes(low)? {
        return Some(None);
    }
    // Doubling first: the dear ones are the large numbers, and most of them need never be tried.
    let (mut good, mut bad) = (low, high + 1);
    let mut step = low.saturating_mul(2).max(low + 1);
    while step < bad {
        if passes(step)? {
            good = step;
        } else {
            bad = step;
        }
        step = step.saturating_mul(2);
    }
    while good + 1 < bad {
        let middle = good + (bad - good) / 2;
        if passes(middle)? { good = middle } else { bad = middle }
    }
    Some(Some(good))
}

/// The smallest number from `low` to `high` that passes, where whatever is larger passes too.
fn least(low: u64, high: u64, passes: impl Fn(u64) -> Option<bool>) -> Option<Option<u64>> {
    if passes(low)? {
        return Some(Some(low));
    }
    let fails = |number| passes(number).map(|passes| !passes);
    let last_failing = most(low, high, fails)?;
    Some(last_failing.map(|number| number + 1).filter(|&number| number <= high))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn searches_find_the_edge() {
        for edge in [0u64, 1, 2, 3, 7, 64, 99, 100, 200] {
            let found = most(1, 100, |number| Some(number <= edge)).expect("not cancelled");
            assert_eq!(found, Some(edge.min(100)).filter(|&edge| edge >= 1), "{edge}");
            let found = least(0, 100, |number| Some(number >= edge)).expect("not cancelled");
            assert_eq!(found, Some(edge).filter(|&edge| edge <= 100), "{edge}");
        }
        assert_eq!(most(1, 100, |_| None), None, "cancelled");
    }
}
