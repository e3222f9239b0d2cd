//! Many rehearsals of one exhibition, and what they say together.

use std::{
    num::NonZero,
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    thread,
};

use super::{Figures, Scenario, figures::nearest_rank, rehearse};
use crate::rules::Millis;

/// A figure over many runs: one in ten is lower than the first, half are lower than the second, nine in ten than the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Quantiles {
    /// The tenth percentile.
    pub p10: u64,
    /// The median.
    pub p50: u64,
    /// The ninetieth percentile.
    pub p90: u64,
}

impl Quantiles {
    fn of(runs: &[Figures], figure: impl Fn(&Figures) -> u64) -> Quantiles {
        let mut values: Vec<u64> = runs.iter().map(figure).collect();
        values.sort_unstable();
        let at = |percent| values.get(nearest_rank(values.len(), percent)).copied().unwrap_or_default();
        Quantiles { p10: at(10), p50: at(50), p90: at(90) }
    }
}

/// How likely somebody loses on time, in parts of 1.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Risk {
    /// The master, on any board.
    pub master: f64,
    /// Any opponent.
    pub opponent: f64,
}

/// What to expect of an exhibition. Times in milliseconds.
#[derive(Debug, Clone, PartialEq)]
pub struct Forecast {
    /// What was planned.
    pub scenario: Scenario,
    /// How often it was held.
    pub runs: u32,
    /// Up to the master's last move.
    pub master: Quantiles,
    /// Up to the last reply.
    pub total: Quantiles,
    /// Rounds.
    pub rounds: Quantiles,
    /// The master's idle time.
    pub idle: Quantiles,
    /// The median wait of a run.
    pub wait_p50: Quantiles,
    /// The wait that one in twenty of a run exceeds.
    pub wait_p95: Quantiles,
    /// The longest wait of a run.
    pub wait_max: Quantiles,
    /// Losing on time.
    pub risk: Risk,
    /// The first run itself.
    pub first: Figures,
}

/// How many runs are done, and whether to give up.
#[derive(Debug)]
pub struct Progress {
    /// Runs done, of all forecasts that share this.
    pub done: AtomicU64,
    /// Nobody waits for the result any more.
    pub cancelled: AtomicBool,
    threads: usize,
}

impl Progress {
    /// Nothing is done yet, and no core need be spared.
    #[must_use]
    pub fn on_all_cores() -> Progress {
        Progress::on(thread::available_parallelism().map_or(1, NonZero::get))
    }

    /// Nothing is done yet, and others need the cores too.
    #[must_use]
    pub fn on_one_core() -> Progress {
        Progress::on(1)
    }

    fn on(threads: usize) -> Progress {
        Progress { done: AtomicU64::new(0), cancelled: AtomicBool::new(false), threads }
    }
}

/// Holds the exhibition `runs` times, on as many threads as `progress` allows. `None` if it was cancelled.
#[must_use]
pub fn forecast(scenario: &Scenario, runs: u32, progress: &Progress) -> Option<Forecast> {
    let figures = rehearse_all(scenario, runs, progress)?;
    let millis = |figure: fn(&Figures) -> Millis| Quantiles::of(&figures, |run| figure(run).0);
    let share = |flagged: fn(&Figures) -> bool| {
        let count = figures.iter().filter(|run| flagged(run)).count();
        f64::from(u32::try_from(count).unwrap_or(u32::MAX)) / f64::from(runs.max(1))
    };
    Some(Forecast {
        scenario: scenario.clone(),
        runs,
        master: millis(|run| run.master),
        total: millis(|run| run.total),
        rounds: Quantiles::of(&figures, |run| run.rounds),
        idle: millis(|run| run.idle),
        wait_p50: millis(|run| run.wait.p50),
        wait_p95: millis(|run| run.wait.p95),
        wait_max: millis(|run| run.wait.max),
        risk: Risk { master: share(|run| run.master_flags > 0), opponent: share(|run| run.opponent_flags > 0) },
        first: figures.into_iter().next().unwrap_or_default(),
    })
}

/// Every run, in order. Which thread takes which does not matter: each run's chance is its own.
fn rehearse_all(scenario: &Scenario, runs: u32, progress: &Progress) -> Option<Vec<Figures>> {
    let workers = progress.threads.min(runs as usize);
    let next = AtomicU64::new(0);
    let work = || {
        let mut own = Vec::new();
        loop {
            let run = next.fetch_add(1, Ordering::Relaxed);
            if run >= u64::from(runs) || progress.cancelled.load(Ordering::Relaxed) {
                return own;
            }
            let mut figures = rehearse(scenario, run);
            if run > 0 {
                // Pictures are of the first run; a thousand runs' spans would fill the memory.
                figures.visits = Vec::new();
                figures.waits = Vec::new();
            }
            own.push((run, figures));
            progress.done.fetch_add(1, Ordering::Relaxed);
        }
    };
    let mut figures: Vec<_> = thread::scope(|scope| {
        let others: Vec<_> = (1..workers).map(|_| scope.spawn(work)).collect();
        let mut figures = work();
        for other in others {
            figures.extend(other.join().expect("a rehearsal does not panic"));
        }
        figures
    });
    if progress.cancelled.load(Ordering::Relaxed) {
        return None;
    }
    figures.sort_unstable_by_key(|(run, _)| *run);
    Some(figures.into_iter().map(|(_, figures)| figures).collect())
}
