//! The feed: what has been committed, on its way from the games' thread to those who only watch.
//!
//! It is a queue that the games' side pushes to and never waits at, and that one follower empties. The follower may empty
//! it before it answers any question, so that whoever has seen a receipt finds the move in every page he opens next.

use std::{
    mem,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::Notify;

use crate::{
    base::time::Timeline,
    record::{
        event::{Event, ExhibitionId},
        view::View,
    },
};

/// How many events of an exhibition are kept for those who come back.
pub const KEPT: usize = 4096;

/// One thing to know about an exhibition.
#[derive(Debug, Clone)]
pub enum News {
    /// It exists, as it stands; what happens from now on follows.
    Opened {
        /// All that can be seen of it.
        view: Box<View>,
        /// The last events that are in it already, at most [`KEPT`].
        last: Vec<Event>,
        /// Its time.
        timeline: Timeline,
    },
    /// These events are committed, and follow the last ones without a gap.
    Happened {
        /// Where.
        id: ExhibitionId,
        /// What, in order.
        events: Vec<Event>,
    },
}

/// The queue between the two threads. Cloning gives another handle to the same one.
#[derive(Debug, Clone, Default)]
pub struct Feed(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    /// Held for a push or a swap, by either thread, and never while either works.
    queue: Mutex<Vec<News>>,
    filled: Notify,
}

impl Feed {
    /// Adds news; never waits for the follower.
    pub fn publish(&self, news: News) {
        self.0.queue.lock().unwrap_or_else(PoisonError::into_inner).push(news);
        self.0.filled.notify_one();
    }

    /// Everything published since the last call, in order.
    #[must_use]
    pub fn take(&self) -> Vec<News> {
        mem::take(&mut *self.0.queue.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Waits until there may be something to take. For one follower: a second one would steal its wake-ups.
    pub async fn filled(&self) {
        self.0.filled.notified().await;
    }
}
