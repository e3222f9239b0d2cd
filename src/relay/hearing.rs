//! What the publisher hears of the games: that there is something to read, and what time it is in each exhibition.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::Notify;

use super::pulse::Beat;
use crate::{
    base::time::Timeline,
    journal::feed::{Follower, News},
    record::event::{ExhibitionId, Kind, Stage},
};

/// What is heard. Cloning gives another handle to the same.
#[derive(Debug, Clone, Default)]
pub(super) struct Hearing(Arc<Heard>);

#[derive(Debug, Default)]
struct Heard {
    times: Mutex<BTreeMap<ExhibitionId, Timeline>>,
    news: Notify,
}

impl Hearing {
    /// Takes all news at once and keeps none: what happened is read from the database.
    pub(super) async fn listen(&self, follower: Option<Follower>) {
        let Some(follower) = follower else { return };
        loop {
            for news in follower.take() {
                let mut times = self.0.times.lock().unwrap_or_else(PoisonError::into_inner);
                match news {
                    News::Opened { view, timeline, .. } if view.stage != Stage::Finished => {
                        times.insert(view.id, timeline);
                    }
                    News::Opened { .. } => {}
                    News::Happened { id, events } => {
                        if events.iter().any(|event| matches!(event.kind, Kind::Finished)) {
                            times.remove(&id);
                        }
                    }
                }
                self.0.news.notify_one();
            }
            follower.filled().await;
        }
    }

    /// Waits until there is something to read.
    pub(super) async fn news(&self) {
        self.0.news.notified().await;
    }

    /// What time it is everywhere.
    pub(super) fn beats(&self) -> Vec<Beat> {
        let times = self.0.times.lock().unwrap_or_else(PoisonError::into_inner);
        let beat = |(id, time): (&ExhibitionId, &Timeline)| Beat { id: id.0, now_ms: time.now().0, runs: time.runs() };
        times.iter().map(beat).collect()
    }
}
