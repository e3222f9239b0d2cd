//! How long a loop was held: a timer that should fire every ten milliseconds, and how late it does.

use std::{convert::Infallible, time::Duration};

use tokio::time::{Instant, sleep_until};

use super::metrics::LoopMetrics;

const EVERY: Duration = Duration::from_millis(10);

/// Watches the loop that it runs on, for as long as that runs.
pub async fn watch(metrics: LoopMetrics) -> Infallible {
    loop {
        let due = Instant::now() + EVERY;
        sleep_until(due).await;
        metrics.late(due.elapsed());
    }
}
