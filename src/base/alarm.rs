//! Waiting for a moment, of an exhibition's own time or not.

use std::pin::pin;

use tokio::time::{Instant, sleep_until};

use super::time::Timeline;
use crate::rules::Millis;

/// Waits for `due`; for ever where there is none.
pub async fn due(due: Option<Instant>) {
    match due {
        Some(due) => sleep_until(due).await,
        None => std::future::pending().await,
    }
}

/// Waits until `timeline` has reached `moment`, however often it stands still meanwhile.
pub async fn reached(timeline: &Timeline, moment: Millis) {
    let mut pace = timeline.pace();
    loop {
        // Before the look at the clock, so that nothing is missed.
        let mut held = pin!(timeline.held_or_goes_on());
        held.as_mut().enable();
        if timeline.now() >= moment {
            return;
        }
        tokio::select! {
            biased;
            () = pace.changed() => {}
            () = held => {}
            () = due(timeline.instant(moment)) => {}
        }
    }
}
