//! The two clocks outside the rules: an exhibition's own time, and the wall's. Nobody else reads either.

use std::{
    collections::VecDeque,
    convert::Infallible,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use tokio::{
    sync::{Notify, futures::Notified},
    time::{Instant, sleep},
};
use tracing::info;

use super::ordered_watch::{Watched, Watcher};
use crate::rules::Millis;

/// How many times of standing still are remembered one by one: enough for everything that came in and is still on its way.
const REMEMBERED: usize = 64;
/// How often somebody looks at the clock, where it is watched for gaps.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// A gap between two looks, far beyond what a busy loop explains: the process itself did not run, or the machine.
const GAP: Duration = Duration::from_secs(1);

/// An exhibition's own time: monotonic, begins at 0 when it opens, and goes on after a restart where it stood, so that a
/// stopped server costs nobody time. It stands still where its [`Brake`] is on, and while it is held by itself. Follows tokio's
/// clock, paused or not.
#[derive(Debug, Clone)]
pub struct Timeline {
    origin: Instant,
    base: Millis,
    pace: Pace,
    /// For how long the brake had been on before `origin`.
    stood: Duration,
    own: Arc<Own>,
}

/// When one exhibition's time was held, beside the brake that stops all.
#[derive(Debug, Default)]
struct Own {
    /// Most never are, and time is read at every step.
    ever: AtomicBool,
    /// Held for a look or a change, after the stills.
    holds: Mutex<Holds>,
    /// It was held, or goes on.
    changed: Notify,
}

/// Why an exhibition's own time stands still.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Still {
    /// In a break.
    Break,
    /// Where no visit begins any more.
    Closed,
    /// On a machine that follows another one's time, and does not hear that it passes.
    Unheard,
}

#[derive(Debug, Default)]
struct Holds {
    /// From when to when.
    past: Vec<(Instant, Instant)>,
    since: Option<Instant>,
    /// It stands still as long as there is one.
    why: Vec<Still>,
    /// By how many milliseconds it was set forward, where it follows another machine's.
    ahead: i64,
}

impl Own {
    fn holds(&self) -> MutexGuard<'_, Holds> {
        self.holds.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// For how long time was held up to `instant`, less what stood still anyway; and how far it was set forward.
    fn until(&self, instant: Instant, stills: &Stills) -> (Duration, i64) {
        if !self.ever.load(Ordering::Acquire) {
            return (Duration::ZERO, 0);
        }
        let holds = self.holds();
        let held = |from: Instant, to: Instant| {
            let to = to.min(instant);
            let stood = stills.until(to).saturating_sub(stills.until(from));
            to.saturating_duration_since(from).saturating_sub(stood)
        };
        let past: Duration = holds.past.iter().map(|&(from, to)| held(from, to)).sum();
        (past + holds.since.map_or(Duration::ZERO, |since| held(since, instant)), holds.ahead)
    }

    fn runs(&self) -> bool {
        !self.ever.load(Ordering::Acquire) || self.holds().since.is_none()
    }
}

impl Timeline {
    /// A timeline that reads `base` now, and stands still whenever the brake is on that `pace` follows.
    #[must_use]
    pub fn from(base: Millis, pace: &Pace) -> Timeline {
        let (origin, stood) = pace.look(|stills, now| (now, stills.until(now)));
        Timeline { origin, base, pace: pace.clone(), stood, own: Arc::default() }
    }

    /// The exhibition's time now.
    #[must_use]
    pub fn now(&self) -> Millis {
        let (now, passed_by) = self.pace.look(|stills, now| (now, self.stood(stills, now)));
        self.reading(now, passed_by)
    }

    /// The exhibition's time at `instant`, which is not ahead.
    #[must_use]
    pub fn at(&self, instant: Instant) -> Millis {
        self.reading(instant, self.pace.look(|stills, _| self.stood(stills, instant)))
    }

    /// What it reads at `instant`, time having stood still for so long by then, and having been set forward by so much.
    fn reading(&self, instant: Instant, (stood, ahead): (Duration, i64)) -> Millis {
        let elapsed = instant.saturating_duration_since(self.origin);
        let reading = self.base.plus(millis(elapsed.saturating_sub(stood)));
        Millis(reading.0.saturating_add_signed(ahead))
    }

    /// The first instant at which the exhibition's time will have reached `moment`, unless it stands still before then;
    /// `None` while it does.
    #[must_use]
    pub fn instant(&self, moment: Millis) -> Option<Instant> {
        let stood = self.pace.look(|stills, now| self.passes(stills).then(|| self.stood(stills, now).0))?;
        Some(self.origin + duration(moment.since(self.base)) + stood)
    }

    /// Whether time passes.
    #[must_use]
    pub fn runs(&self) -> bool {
        self.pace.look(|stills, _| self.passes(stills))
    }

    /// Time stands still from now on, for this exhibition alone.
    pub fn hold(&self, why: Still) {
        self.hold_since(why, Instant::now());
    }

    /// The same from its beginning on: what is taken up in a break costs nobody the time that the start takes.
    pub fn hold_from_the_beginning(&self, why: Still) {
        self.hold_since(why, self.origin);
    }

    fn hold_since(&self, why: Still, since: Instant) {
        self.own.ever.store(true, Ordering::Release);
        {
            let mut holds = self.own.holds();
            if !holds.why.contains(&why) {
                holds.why.push(why);
            }
            holds.since.get_or_insert(since);
        }
        self.own.changed.notify_waiters();
    }

    /// It goes on from now on, unless it stands still for another reason too.
    pub fn go_on(&self, why: Still) {
        {
            let mut holds = self.own.holds();
            holds.why.retain(|&other| other != why);
            if holds.why.is_empty()
                && let Some(since) = holds.since.take()
            {
                holds.past.push((since, Instant::now()));
            }
        }
        self.own.changed.notify_waiters();
    }

    /// Waits until this exhibition's time is held by itself, or goes on.
    pub fn held_or_goes_on(&self) -> Notified<'_> {
        self.own.changed.notified()
    }

    /// It reads `now` from now on: for one that nobody waits by, on a machine that follows another one's time. What it stood
    /// still before is forgotten with that, so that it stays as small as it was however often it is set.
    pub fn set(&self, now: Millis) {
        let braked = |stills: &Stills, at: Instant| stills.until(at).saturating_sub(self.stood);
        let (instant, stood) = self.pace.look(|stills, at| (at, braked(stills, at)));
        let mut holds = self.own.holds();
        self.own.ever.store(true, Ordering::Release);
        holds.past.clear();
        holds.since = holds.since.map(|_| instant);
        let reads = self.reading(instant, (stood, 0));
        let ahead = i64::try_from(now.since(reads).0).unwrap_or(i64::MAX);
        let behind = i64::try_from(reads.since(now).0).unwrap_or(i64::MAX);
        holds.ahead = ahead - behind;
    }

    fn passes(&self, stills: &Stills) -> bool {
        stills.since.is_none() && self.own.runs()
    }

    /// For how long time has stood still here up to `instant`, and how far it was set forward.
    fn stood(&self, stills: &Stills, instant: Instant) -> (Duration, i64) {
        let (held, ahead) = self.own.until(instant, stills);
        (stills.until(instant).saturating_sub(self.stood) + held, ahead)
    }

    /// Follows whether it does.
    #[must_use]
    pub fn pace(&self) -> Pace {
        self.pace.clone()
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
    /// When somebody last looked at the clock, and what the wall's showed; `None` where nobody looks regularly.
    looked: Option<(Instant, u64)>,
}

impl Stills {
    /// For how long it had stood still, all in all, at `instant`.
    fn until(&self, instant: Instant) -> Duration {
        let within = |&(from, to): &(Instant, Instant)| to.min(instant).saturating_duration_since(from);
        let now = self.since.map_or(Duration::ZERO, |since| instant.saturating_duration_since(since));
        self.past.iter().map(within).sum::<Duration>() + self.forgotten + now
    }

    fn remember(&mut self, from: Instant, to: Instant) {
        self.past.push_back((from, to));
        if self.past.len() > REMEMBERED {
            self.forgotten +=
                self.past.pop_front().map_or(Duration::ZERO, |(from, to)| to.saturating_duration_since(from));
        }
    }

    /// Somebody looks at the clock. Where the last look is longer ago than can be, the server did not run meanwhile, and
    /// that is time of nobody's: says so, since clocks that are shown have to be set.
    ///
    /// A system whose monotonic clock stands still while the machine sleeps charges nobody by itself, but those who look
    /// at a clock elsewhere have seen it run: the wall's clock tells of that.
    fn look(&mut self, now: Instant, wall: u64) -> bool {
        let Some((last, last_wall)) = self.looked else { return false };
        if now < last {
            return false;
        }
        self.looked = Some((now, wall));
        let gap = now.duration_since(last);
        let slept = Duration::from_millis(wall.saturating_sub(last_wall)).saturating_sub(gap);
        if gap.max(slept) < GAP {
            return false;
        }
        info!(
            seconds = (gap + slept).as_secs(),
            "the server did not run for a while; that is charged to nobody's clock"
        );
        if self.since.is_none() {
            self.remember(last, now);
        }
        true
    }
}

/// Stops the time of all exhibitions at once: what nobody can store, nobody should lose time by.
#[derive(Debug)]
pub struct Brake(Arc<Watched<Stills>>);

impl Brake {
    /// A brake that is off.
    #[must_use]
    pub fn new() -> Brake {
        Brake(Arc::new(Watched::new(Stills::default())))
    }

    /// Time stands still from now on, if it does not already.
    pub fn stop(&self) {
        self.0.modify(|stills| {
            let (now, ran) = (Instant::now(), stills.since.is_none());
            // The first thing after the process was stopped may be a commit that fails: its gap is found now or never.
            let gap = stills.look(now, wall_clock());
            stills.since.get_or_insert(now);
            gap || ran
        });
    }

    /// Time goes on from now on, if it does not already.
    pub fn release(&self) {
        self.0.modify(|stills| {
            let Some(since) = stills.since.take() else { return false };
            stills.remember(since, Instant::now());
            true
        });
    }

    /// Follows the brake.
    #[must_use]
    pub fn pace(&self) -> Pace {
        Pace { stills: self.0.clone(), changes: self.0.watch() }
    }
}

impl Default for Brake {
    fn default() -> Brake {
        Brake::new()
    }
}

/// Whether time passes, for those who wait for a change of it.
#[derive(Debug, Clone)]
pub struct Pace {
    stills: Arc<Watched<Stills>>,
    changes: Watcher<Stills>,
}

impl Pace {
    /// Waits until time stops or goes on, or has stood still unseen; for ever where nobody is left who could stop it. May
    /// be dropped and called again.
    pub async fn changed(&mut self) {
        if self.changes.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// Watches for gaps in which the server itself did not run (it was stopped, its machine slept or was paused), for as
    /// long as this runs. Whoever reads a timeline first after one already finds it counted.
    pub async fn watch_for_gaps(self) -> Infallible {
        self.stills.modify(|stills| {
            stills.looked = Some((Instant::now(), wall_clock()));
            false
        });
        loop {
            sleep(LOOK_EVERY).await;
            self.look(|_, _| ());
        }
    }

    /// Looks at the clock, and at when time stood still up to now.
    fn look<R>(&self, at: impl FnOnce(&Stills, Instant) -> R) -> R {
        let now = Instant::now();
        let mut seen = None;
        self.stills.modify(|stills| {
            let gap = stills.looked.is_some() && stills.look(now, wall_clock());
            seen = Some(at(stills, now));
            gap
        });
        seen.expect("a change is made at once")
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
mod tests;
