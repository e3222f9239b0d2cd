//! Waiting for a moment of an exhibition's own time.

use tokio::time::sleep_until;

use super::time::Timeline;
use crate::rules::Millis;

/// Waits until `timeline` has reached `moment`. Where the exhibition alone is held meanwhile, the wait has to be begun anew.
pub async fn reached(timeline: &Timeline, moment: Millis) {
    let mut pace = timeline.pace();
    while timeline.now() < moment {
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
            () = sleep => {}
        }
    }
}
