//! One receiver's task: reads what it has not been told, sends it, tries again, and remembers.

use std::{collections::BTreeMap, future::pending, sync::Arc, time::Duration};

use hyper::body::Bytes;
use tokio::{
    sync::Mutex,
    task::spawn_blocking,
    time::{Instant, sleep},
};
use tracing::{debug, error, info, warn};

use super::{
    book::{self, Book},
    client::{Client, Failure},
    patience::pause,
    progress::Progress,
    receiver::Receiver,
};
use crate::{
    base::{metrics::WebhookMetrics, time::wall_clock},
    journal::{
        Archive, OpenError,
        feed::{Follower, News},
    },
    record::{
        event::{ExhibitionId, Kind},
        milestone::{Milestone, Reached},
    },
    rules::Fact,
    wire,
};

/// How many messages are read at once.
const HELPING: u32 = 64;
/// How long a record that can't be read is left alone.
const UNREADABLE: Duration = Duration::from_secs(10);

/// One receiver's task.
#[derive(Debug)]
pub(super) struct Courier {
    pub(super) receiver: Receiver,
    pub(super) client: Arc<Client>,
    pub(super) archive: Arc<Mutex<Archive>>,
    pub(super) book: Arc<Mutex<Book>>,
    pub(super) follower: Follower,
    pub(super) metrics: WebhookMetrics,
    pub(super) progress: Progress,
    /// Up to where each exhibition was looked through.
    pub(super) seen: BTreeMap<ExhibitionId, u64>,
    /// Whether there is something that the receiver has not been told.
    pub(super) behind: bool,
}

impl Courier {
    /// Tells the receiver everything, for ever. What it was at when it is dropped is done again by the next one.
    pub(super) async fn run(&mut self) {
        loop {
            match self.next().await {
                Ok(waiting) if waiting.is_empty() => {
                    self.behind = false;
                    self.news().await;
                }
                Ok(waiting) => {
                    for milestone in waiting {
                        self.hand_over(&milestone).await;
                    }
                }
                Err(error) => {
                    warn!(%error, "the record can't be read for webhooks; trying again");
                    sleep(UNREADABLE).await;
                }
            }
        }
    }

    /// Waits until something may have happened that the receiver wants to know.
    async fn news(&mut self) {
        loop {
            self.follower.filled().await;
            let missed = self.follower.has_missed();
            if self.follower.take().iter().any(is_wanted) || missed {
                self.behind = true;
                return;
            }
        }
    }

    /// What the receiver has to be told next, in order; nothing where it knows all.
    async fn next(&mut self) -> Result<Vec<Milestone>, OpenError> {
        let mut archive = self.archive.lock().await;
        let reaches = archive.reaches(self.progress.from()).await?;
        self.progress.meet(&reaches);
        for reach in reaches {
            let Some(told) = self.progress.told(reach.exhibition) else { continue };
            let seen = self.seen.get(&reach.exhibition).copied().unwrap_or_default();
            if seen >= reach.last_seq {
                continue;
            }
            let waiting = archive.milestones(reach.exhibition, told.max(seen), HELPING).await?;
            if !waiting.is_empty() {
                return Ok(waiting);
            }
            self.seen.insert(reach.exhibition, reach.last_seq);
        }
        Ok(Vec::new())
    }

    /// Tries until the receiver has the message, or it is given up.
    async fn hand_over(&mut self, milestone: &Milestone) {
        let Milestone { exhibition, created_at, seq, .. } = milestone;
        self.behind = true;
        // The same in every try, also after a restart, so that a receiver knows what it has already.
        let id = format!("simul_{created_at:x}_{exhibition}_{seq}");
        let body = Bytes::from(wire::webhook(milestone));
        let began = Instant::now();
        let mut failed = 0;
        while let Err(failure) = self.client.send(&self.receiver, &id, wall_clock(), &body).await {
            failed += 1;
            self.metrics.failed();
            let (refused, asked) = (failure.is_refusal(), failure.retry_after());
            let Some(pause) = pause(failed, began.elapsed(), refused, asked, rand::random()) else {
                self.give_up(&id, &failure);
                self.remember(milestone).await;
                return;
            };
            if failed == 1 {
                warn!(receiver = %self.receiver, id, "a webhook was not taken: {failure}; trying again, others wait");
            } else {
                debug!(receiver = %self.receiver, id, failed, ?pause, "a webhook was not taken: {failure}");
            }
            sleep(pause).await;
        }
        if failed > 0 {
            info!(receiver = %self.receiver, id, "the webhook was taken after all");
        }
        self.metrics.delivered();
        self.remember(milestone).await;
    }

    fn give_up(&self, id: &str, failure: &Failure) {
        self.metrics.given_up();
        error!(receiver = %self.receiver, id, "a webhook is given up: {failure}");
    }

    async fn remember(&mut self, milestone: &Milestone) {
        let finished = matches!(milestone.what, Reached::Finished { .. });
        self.progress.tell(milestone.exhibition, milestone.seq, finished);
        self.keep().await;
    }

    /// Writes down what the receiver has been told.
    pub(super) async fn keep(&self) {
        let mut book = self.book.lock().await;
        let (path, text) = book.note(&self.receiver.fingerprint(), &self.progress);
        let written = spawn_blocking(move || book::write(&path, &text)).await;
        if let Ok(outcome) = written {
            book.written(&outcome);
        }
    }

    /// Does nothing, for ever: what becomes of a courier whose work ends again and again in a panic.
    pub(super) async fn rest(&self) {
        error!(receiver = %self.receiver, "no more webhooks are sent to it until the next start");
        pending::<()>().await;
    }
}

/// Whether news are of something that receivers are told of.
fn is_wanted(news: &News) -> bool {
    match news {
        // It may have been waiting in the record.
        News::Opened { .. } => true,
        News::Happened { events, .. } => events.iter().any(|event| {
            matches!(event.kind, Kind::Started { .. } | Kind::Finished | Kind::Game { fact: Fact::Ended { .. }, .. })
        }),
    }
}
