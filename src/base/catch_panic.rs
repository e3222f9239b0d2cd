//! What becomes of a task that panics: it is counted and told of, and somebody else decides how to go on.

use std::{future::Future, panic::AssertUnwindSafe};

use futures_util::FutureExt;
use tracing::error;

use super::metrics::Metrics;

/// A task has panicked; where and why stands in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Panicked;

/// Runs `work` to its end or to its panic, which is counted under `task`. What `work` holds on to from outside has to be
/// made whole by the caller: it stands as it was at that moment.
pub async fn catch_panic<T>(
    task: &'static str,
    metrics: &Metrics,
    work: impl Future<Output = T>,
) -> Result<T, Panicked> {
    AssertUnwindSafe(work).catch_unwind().await.map_err(|_| {
        metrics.panicked(task);
        error!(task, "a task has panicked and is taken up again: please report the lines above");
        Panicked
    })
}
