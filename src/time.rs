//! The two clocks outside the rules: an exhibition's own time, and the wall's. Nobody else reads either.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::time::Instant;

use crate::rules::Millis;

/// An exhibition's own time: monotonic, begins at 0 when it opens, and goes on after a restart where it stood, so that a
/// stopped server costs nobody time. Follows tokio's clock, paused or not.
#[derive(Debug, Clone, Copy)]
pub struct Timeline {
    origin: Instant,
    base: Millis,
}

impl Timeline {
    /// A timeline that reads `base` now.
    #[must_use]
    pub fn from(base: Millis) -> Timeline {
        Timeline { origin: Instant::now(), base }
    }

    /// The exhibition's time now.
    #[must_use]
    pub fn now(&self) -> Millis {
        self.at(Instant::now())
    }

    /// The exhibition's time at `instant`.
    #[must_use]
    pub fn at(&self, instant: Instant) -> Millis {
        self.base.plus(millis(instant.saturating_duration_since(self.origin)))
    }

    /// The first instant at which the exhibition's time has reached `moment`.
    #[must_use]
    pub fn instant(&self, moment: Millis) -> Instant {
        self.origin + duration(moment.since(self.base))
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
