//! The two clocks outside the rules: an exhibition's own time, and the wall's. Nobody else reads either.

use std::{
    collections::VecDeque,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use tokio::time::Instant;

use super::ordered_watch::{Watched, Watcher};
use crate::rules::Millis;

/// How many times of standing still are remembered one by one: enough for everything that came in and is still on its way.
const REMEMBERED: usize = 64;

/// An exhibition's own time: monotonic, begins at 0 when it opens, and goes on after a restart where it stood, so that a
/// stopped server costs nobody time. It stands still where its [`Brake`] is on. Follows tokio's clock, paused or not.
#[derive(Debug, Clone)]
pub struct Timeline {
    origin: Instant,
    base: Millis,
    stills: Watcher<Stills>,
    /// For how long the brake had been on before `origin`.
    stood: Duration,
}

impl Timeline {
    /// A timeline that reads `base` now, and stands still whenever the brake is on that `pace` follows.
    #[must_use]
    pub fn from(base: Millis, pace: &Pace) -> Timeline {
        let (origin, stills) = (Instant::now(), pace.0.clone());
        let stood = stills.read(|stills| stills.until(origin));
        Timeline { origin, base, stills, stood }
    }

    /// The exhibition's time now.
    #[must_use]
    pub fn now(&self) -> Millis {
        self.at(Instant::now())
    }

    /// The exhibition's time at `instant`.
    #[must_use]
    pub fn at(&self, instant: Instant) -> Millis {
        let stood = self.stills.read(|stills| stills.until(instant)).saturating_sub(self.stood);
        let elapsed = instant.saturating_duration_since(self.origin);
        self.base.plus(millis(elapsed.saturating_sub(stood)))
    }

    /// The first instant at which the exhibition's time will have reached `moment`, unless it stands still before then;
    /// `None` while it does.
    #[must_use]
    pub fn instant(&self, moment: Millis) -> Option<Instant> {
        let stood = self.stills.read(|stills| stills.since.is_none().then(|| stills.until(Instant::now())))?;
        Some(self.origin + duration(moment.since(self.base)) + stood.saturating_sub(self.stood))
    }

    /// Whether time passes.
    #[must_use]
    pub fn runs(&self) -> bool {
        self.stills.read(|stills| stills.since.is_none())
    }

    /// Follows whether it does.
    #[must_use]
    pub fn pace(&self) -> Pace {
        Pace(self.stills.clone())
    }
}

/// When time stood still.
#[derive(Debug, Default)]
struct Stills {
    /// From when to when, the last ones.
    past: VecDeque<(Instant, Instant)>,
    /// What was longer ago, together.
    forgotten: Duration,
    /// It stands still since then.
    since: Option<Instant>,
}

impl Stills {
    /// For how long it had stood still, all in all, at `instant`.
    fn until(&self, instant: Instant) -> Duration {
        let within = |&(from, to): &(Instant, Instant)| to.min(instant).saturating_duration_since(from);
        let now = self.since.map_or(Duration::ZERO, |since| instant.saturating_duration_since(since));
        self.past.iter().map(within).sum::<Duration>() + self.forgotten + now
    }
}

/// Stops the time of all exhibitions at once: what nobody can store, nobody should lose time by.
#[derive(Debug)]
pub struct Brake(Watched<Stills>);

impl Brake {
    /// A brake that is off.
    #[must_use]
    pub fn new() -> Brake {
        Brake(Watched::new(Stills::default()))
    }

    /// Time stands still from now on, if it does not already.
    pub fn stop(&self) {
        self.0.modify(|stills| {
            let ran = stills.since.is_none();
            stills.since.get_or_insert_with(Instant::now);
            ran
        });
    }

    /// Time goes on from now on, if it does not already.
    pub fn release(&self) {
        self.0.modify(|stills| {
            let Some(since) = stills.since.take() else { return false };
            stills.past.push_back((since, Instant::now()));
            if stills.past.len() > REMEMBERED {
                stills.forgotten +=
                    stills.past.pop_front().map_or(Duration::ZERO, |(from, to)| to.saturating_duration_since(from));
            }
            true
        });
    }

    /// Follows the brake.
    #[must_use]
    pub fn pace(&self) -> Pace {
        Pace(self.0.watch())
    }
}

impl Default for Brake {
    fn default() -> Brake {
        Brake::new()
    }
}

/// Whether time passes, for those who wait for a change of it.
#[derive(Debug, Clone)]
pub struct Pace(Watcher<Stills>);

impl Pace {
    /// Waits until time stops or goes on; for ever where nobody is left who could stop it. May be dropped and called again.
    pub async fn changed(&mut self) {
        if self.0.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

/// Whole milliseconds of `duration`.
#[must_use]
pub fn millis(duration: Duration) -> Millis {
    Millis(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX))
}

/// The same span for tokio's timers.
#[must_use]
pub fn duration(span: Millis) -> Duration {
    Duration::from_millis(span.0)
}

/// The time people see on the wall, in Unix milliseconds. For dates in lists and PGN, never for a game's clock: it may jump.
#[must_use]
pub fn wall_clock() -> u64 {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads it")]
    let now = SystemTime::now();
    now.duration_since(UNIX_EPOCH).map_or(0, |since| millis(since).0)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn pass(seconds: u64) {
        tokio::time::advance(Duration::from_secs(seconds)).await;
    }

    #[tokio::test(start_paused = true)]
    async fn time_that_stood_still_has_not_passed() {
        let brake = Brake::new();
        let timeline = Timeline::from(Millis(500), &brake.pace());
        pass(2).await;
        brake.stop();
        let stopped = Instant::now();
        pass(7).await;
        assert_eq!((timeline.now(), timeline.runs(), timeline.instant(Millis(9000))), (Millis(2500), false, None));
        let later = Timeline::from(Millis(0), &brake.pace());
        brake.stop();
        pass(1).await;
        brake.release();
        brake.release();
        pass(3).await;
        assert_eq!((timeline.now(), later.now()), (Millis(5500), Millis(3000)));
        assert_eq!(timeline.at(stopped + Duration::from_secs(4)), Millis(2500), "what came in meanwhile");
        assert_eq!(timeline.at(stopped - Duration::from_secs(1)), Millis(1500), "what came in before");
        assert_eq!(timeline.instant(Millis(6500)), Some(Instant::now() + Duration::from_secs(1)));
    }

    #[tokio::test(start_paused = true)]
    async fn however_often_it_stood_still() {
        let brake = Brake::new();
        let timeline = Timeline::from(Millis::ZERO, &brake.pace());
        for _ in 0..3 * REMEMBERED {
            pass(1).await;
            brake.stop();
            pass(1).await;
            brake.release();
        }
        assert_eq!(timeline.now(), Millis(3 * REMEMBERED as u64 * 1000));
    }
}
