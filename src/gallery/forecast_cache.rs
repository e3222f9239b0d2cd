//! Forecasts on request: computed beside the loop, one at a time, and remembered.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError, atomic::Ordering},
};

use tokio::{sync::Semaphore, task::spawn_blocking};

use crate::plan::{Forecast, Progress, Scenario, forecast};

/// How many answers are remembered.
const REMEMBERED: usize = 256;
/// How many questions may wait; whoever types on asks again anyway.
const WAITING: usize = 8;
/// About how many half-moves an answer may take to play: less than a second, so that most forms get some dozens of runs.
const BUDGET: u64 = 100_000;
/// The most runs of an answer, beyond which it does not get better.
const MOST_RUNS: u64 = 200;

/// Why there is no forecast.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum NoForecast {
    #[error("so many moves are too long to forecast here; `simultan plan` on the command line takes its time")]
    TooLong,
    #[error("too many forecasts are asked for at the moment; try again in a second")]
    Busy,
}

/// Answers and remembers.
#[derive(Debug)]
pub(super) struct ForecastCache {
    /// One at a time: the games need the other cores.
    turn: Semaphore,
    queue: Semaphore,
    remembered: Mutex<VecDeque<Arc<Forecast>>>,
}

impl Default for ForecastCache {
    fn default() -> ForecastCache {
        ForecastCache { turn: Semaphore::new(1), queue: Semaphore::new(WAITING), remembered: Mutex::default() }
    }
}

/// Tells a computation that nobody waits for it any more.
struct Asking(Arc<Progress>);

impl Drop for Asking {
    fn drop(&mut self) {
        self.0.cancelled.store(true, Ordering::Relaxed);
    }
}

impl ForecastCache {
    /// What to expect of `scenario`. Dropped midway, the computation stops with its present run.
    pub(super) async fn ask(&self, scenario: Scenario) -> Result<Arc<Forecast>, NoForecast> {
        if let Some(known) = self.known(&scenario) {
            return Ok(known);
        }
        if scenario.plies() > 2 * BUDGET {
            return Err(NoForecast::TooLong);
        }
        let _place = self.queue.try_acquire().map_err(|_| NoForecast::Busy)?;
        let _turn = self.turn.acquire().await.map_err(|_| NoForecast::Busy)?;
        // Somebody else may have asked the same meanwhile.
        if let Some(known) = self.known(&scenario) {
            return Ok(known);
        }
        let runs = u32::try_from((BUDGET / scenario.plies().max(1)).clamp(1, MOST_RUNS)).unwrap_or(1);
        let progress = Arc::new(Progress::on_one_core());
        let _asking = Asking(progress.clone());
        let computed = spawn_blocking(move || forecast(&scenario, runs, &progress)).await;
        let answer = Arc::new(computed.ok().flatten().ok_or(NoForecast::Busy)?);
        self.remember(answer.clone());
        Ok(answer)
    }

    fn known(&self, scenario: &Scenario) -> Option<Arc<Forecast>> {
        let remembered = self.remembered.lock().unwrap_or_else(PoisonError::into_inner);
        remembered.iter().find(|forecast| forecast.scenario == *scenario).cloned()
    }

    fn remember(&self, answer: Arc<Forecast>) {
        let mut remembered = self.remembered.lock().unwrap_or_else(PoisonError::into_inner);
        remembered.truncate(REMEMBERED - 1);
        remembered.push_front(answer);
    }
}
