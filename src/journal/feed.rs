//! The feed: what has been committed, on its way from the games' thread to those who follow.
//!
//! Each follower has a queue of its own, which the games' side pushes to and never waits at. All share the events
//! themselves. A follower may empty its queue before it answers any question, so that whoever has seen a receipt finds the
//! move in every page opened next.

use std::{
    mem,
    sync::{Arc, Mutex, PoisonError, Weak},
};

use tokio::sync::Notify;

use crate::{
    base::time::Timeline,
    record::{
        earlier::Earlier,
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
        view: Arc<View>,
        /// The last events that are in it already, at most [`KEPT`].
        last: Arc<[Event]>,
        /// What spectators see of it, where that is less.
        earlier: Option<Arc<Earlier>>,
        /// Its time.
        timeline: Timeline,
    },
    /// These events are committed, and follow the last ones without a gap.
    Happened {
        /// Where.
        id: ExhibitionId,
        /// What, in order.
        events: Arc<[Event]>,
    },
}

impl News {
    /// How many events are kept by keeping it.
    fn weight(&self) -> usize {
        match self {
            News::Opened { last, .. } => last.len().max(1),
            News::Happened { events, .. } => events.len(),
        }
    }
}

/// What is published. Cloning gives another handle to the same feed.
#[derive(Debug, Clone, Default)]
pub struct Feed(Arc<Mutex<Vec<Weak<Queue>>>>);

impl Feed {
    /// A follower of all that is published from now on. What it has not taken waits for it, however much that is: it must
    /// never wait for anybody else before it takes more.
    #[must_use]
    pub fn follow(&self) -> Follower {
        self.follow_within(usize::MAX)
    }

    /// The same for a follower that may have to wait: at most `bound` events wait for it. Beyond that it loses them all,
    /// is told so, and has to look at what is stored.
    #[must_use]
    pub fn follow_within(&self, bound: usize) -> Follower {
        let queue = Arc::new(Queue { bound, waiting: Mutex::default(), filled: Notify::new() });
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::downgrade(&queue));
        Follower(queue)
    }

    /// Adds news; never waits for a follower.
    pub fn publish(&self, news: News) {
        let mut followers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        followers.retain(|queue| {
            let queue = queue.upgrade();
            if let Some(queue) = &queue {
                queue.push(news.clone());
            }
            queue.is_some()
        });
    }
}

/// One follower's news. There is one of it: a second one at the same queue would steal its wake-ups.
#[derive(Debug)]
pub struct Follower(Arc<Queue>);

/// What a follower has not taken yet.
#[derive(Debug)]
struct Queue {
    /// How many events may wait.
    bound: usize,
    /// Held for a push or a swap, by either thread, and never while either works.
    waiting: Mutex<Waiting>,
    filled: Notify,
}

#[derive(Debug, Default)]
struct Waiting {
    news: Vec<News>,
    events: usize,
    missed: bool,
}

impl Queue {
    fn push(&self, news: News) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let events = waiting.events.saturating_add(news.weight());
        if events > self.bound {
            *waiting = Waiting { missed: true, ..Waiting::default() };
        } else {
            waiting.events = events;
            waiting.news.push(news);
        }
        drop(waiting);
        self.filled.notify_one();
    }
}

impl Follower {
    /// Everything published since the last call, in order.
    #[must_use]
    pub fn take(&self) -> Vec<News> {
        let mut waiting = self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.events = 0;
        mem::take(&mut waiting.news)
    }

    /// Whether news were lost since the last call, as more came than may wait. Asked before [`take`](Self::take) it speaks of
    /// what came before all that is taken.
    #[must_use]
    pub fn has_missed(&self) -> bool {
        mem::take(&mut self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner).missed)
    }

    /// Waits until there may be something to take.
    pub async fn filled(&self) {
        self.0.filled.notified().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{record::event::Kind, rules::Millis};

    /// News of so many events, the first of which has this number.
    fn news(first: u64, events: u64) -> News {
        let event = |seq| Event { seq, at: Millis(seq), wall: 0, kind: Kind::Continued };
        News::Happened { id: ExhibitionId(1), events: (first..first + events).map(event).collect() }
    }

    fn taken(follower: &Follower) -> Vec<u64> {
        let seqs = |news: News| match news {
            News::Happened { events, .. } => events.iter().map(|event| event.seq).collect(),
            News::Opened { .. } => Vec::new(),
        };
        follower.take().into_iter().flat_map(seqs).collect()
    }

    #[tokio::test]
    async fn every_follower_gets_all_and_takes_it_when_it_likes() {
        let feed = Feed::default();
        let (one, other) = (feed.follow(), feed.follow());
        feed.publish(news(1, 2));
        one.filled().await;
        assert_eq!(taken(&one), [1, 2]);
        feed.publish(news(3, 1));
        let late = feed.follow();
        feed.publish(news(4, 1));
        assert_eq!((taken(&one), taken(&other), taken(&late)), (vec![3, 4], vec![1, 2, 3, 4], vec![4]));
        other.filled().await;
        assert!(taken(&other).is_empty(), "a wake-up may be for what was taken already");
    }

    #[tokio::test]
    async fn who_may_be_slow_loses_what_is_beyond_the_bound_and_is_told() {
        let feed = Feed::default();
        let (all, few) = (feed.follow(), feed.follow_within(3));
        feed.publish(news(1, 3));
        assert!(!few.has_missed());
        feed.publish(news(4, 1));
        feed.publish(news(5, 2));
        few.filled().await;
        assert!(few.has_missed() && !few.has_missed(), "it is told once");
        assert_eq!(taken(&few), [5, 6], "what came after the loss");
        feed.publish(news(7, 3));
        assert!(!few.has_missed(), "there is room again");
        assert_eq!(taken(&few), [7, 8, 9]);
        assert_eq!(taken(&all), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    }

    #[test]
    fn nothing_is_kept_for_a_follower_that_is_gone() {
        let feed = Feed::default();
        let (stays, goes) = (feed.follow(), feed.follow());
        let events: Arc<[Event]> = Arc::new([]);
        drop(goes);
        feed.publish(News::Happened { id: ExhibitionId(1), events: events.clone() });
        assert_eq!(Arc::strong_count(&events), 2, "ours, and that of the one who stays");
        drop(stays);
        feed.publish(News::Happened { id: ExhibitionId(1), events: events.clone() });
        assert_eq!(Arc::strong_count(&events), 1);
    }
}
