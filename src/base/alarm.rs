//! Waiting for a moment of an exhibition's own time.

use std::pin::pin;

use tokio::time::sleep_until;

use super::time::Timeline;
use crate::rules::Millis;

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
        let instant = timeline.instant(moment);
        let sleep = async {
            match instant {
                Some(instant) => sleep_until(instant).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            () = pace.changed() => {}
            () = held => {}
            () = sleep => {}
        }
    }
}
