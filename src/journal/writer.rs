//! The task that owns the store: group commit, numbering, publishing.

use std::{
    collections::{BTreeMap, HashMap},
    future::poll_fn,
    pin::pin,
    task::Poll,
    time::Duration,
};

use tokio::{
    sync::{mpsc, watch},
    time::{Instant, sleep, timeout},
};
use tracing::{error, info, warn};

use super::{
    feed::{Feed, News},
    handle::{Health, Journal, PROBE, QUEUE, Reply, Request},
    store::{Entry, Numbered, StorageError, Store},
};
use crate::{
    base::{metrics::JournalMetrics, time::Brake},
    record::event::{Event, ExhibitionId},
};

/// How many requests one transaction takes at most; the rest goes into the next.
const BATCH: usize = 4096;
/// A commit that takes longer than this takes time from nobody beyond it.
const PATIENCE: Duration = Duration::from_millis(250);

/// The journal's own task, before it runs.
#[derive(Debug)]
pub struct Writer<S> {
    store: S,
    requests: mpsc::Receiver<Request>,
    health: watch::Sender<Health>,
    /// Stops the exhibitions' time while nothing can be stored.
    brake: Brake,
    feed: Feed,
    /// Reads the wall, for dates; a simulation gives its own.
    wall_clock: fn() -> u64,
    metrics: JournalMetrics,
    /// Each exhibition's last number.
    seqs: HashMap<ExhibitionId, u64>,
}

impl<S: Store> Writer<S> {
    /// A journal on `store` that publishes to `feed`.
    pub fn new(store: S, feed: Feed, wall_clock: fn() -> u64, metrics: JournalMetrics) -> (Journal, Writer<S>) {
        let (requests, inbox) = mpsc::channel(QUEUE);
        let (health, seen) = watch::channel(Health::Sound);
        let brake = Brake::new();
        let pace = brake.pace();
        let writer = Writer { store, requests: inbox, health, brake, feed, wall_clock, metrics, seqs: HashMap::new() };
        (Journal { requests, health: seen, pace }, writer)
    }

    /// Numbers go on after `seq` in an exhibition that is taken up again.
    pub fn resume(&mut self, exhibition: ExhibitionId, seq: u64) {
        self.seqs.insert(exhibition, seq);
    }

    /// Runs until every handle is gone and everything is stored. An error means that the store can't be trusted any
    /// more: the process should end, and start anew from what the disk says.
    pub async fn run(mut self) -> Result<(), StorageError> {
        let mut batch = Vec::new();
        loop {
            let failing = *self.health.borrow() == Health::Failing;
            tokio::select! {
                biased;
                taken = self.requests.recv_many(&mut batch, BATCH) => {
                    if taken == 0 {
                        break;
                    }
                    self.serve(&mut batch).await?;
                }
                // In a block of its own, so that there is a timer only where it is waited for.
                () = async { sleep(PROBE).await }, if failing => {
                    let outcome = self.store.probe().await;
                    self.report(&outcome)?;
                }
            }
        }
        self.store.close().await;
        Ok(())
    }

    /// Stores what has come in, in its order.
    async fn serve(&mut self, batch: &mut Vec<Request>) -> Result<(), StorageError> {
        let (mut appends, mut recalls) = (Vec::with_capacity(batch.len()), Vec::new());
        for request in batch.drain(..) {
            match request {
                Request::Append { exhibition, entries, reply } => appends.push((exhibition, entries, reply)),
                Request::Recall { exhibition, board, reply } => recalls.push((exhibition, board, reply)),
                Request::Create { program, reply } => {
                    let outcome = patiently(&self.brake, self.store.create(&program)).await;
                    self.report(&outcome)?;
                    // Nobody uses a new exhibition's number before this answer, so its order among the appends is free.
                    let _ = reply.send(outcome);
                }
            }
        }
        if !appends.is_empty() {
            self.commit(appends).await?;
        }
        // With what was put in the order before it, and nothing else is put there by who asks for it.
        for (exhibition, board, reply) in recalls {
            let _ = reply.send(patiently(&self.brake, self.store.recall(exhibition, board)).await);
            if *self.health.borrow() == Health::Sound {
                self.brake.release();
            }
        }
        Ok(())
    }

    async fn commit(&mut self, appends: Vec<(ExhibitionId, Vec<Entry>, Reply<()>)>) -> Result<(), StorageError> {
        let (lines, replies) = self.number(appends);
        let began = Instant::now();
        let outcome = patiently(&self.brake, self.store.append(&lines)).await;
        self.metrics.committed(lines.len(), began.elapsed(), outcome.is_ok());
        if outcome.is_ok() {
            self.publish(lines);
        }
        let verdict = self.report(&outcome);
        for reply in replies {
            // Who asked may be gone; the commit stands all the same.
            let _ = reply.send(outcome.clone());
        }
        verdict
    }

    fn number(&self, appends: Vec<(ExhibitionId, Vec<Entry>, Reply<()>)>) -> (Vec<Numbered>, Vec<Reply<()>>) {
        let wall = (self.wall_clock)();
        let mut next = HashMap::new();
        let mut lines = Vec::with_capacity(appends.len() + 8);
        let mut replies = Vec::with_capacity(appends.len());
        for (exhibition, entries, reply) in appends {
            let seq = next.entry(exhibition).or_insert_with(|| self.seqs.get(&exhibition).copied().unwrap_or(0));
            for Entry { at, kind, seat } in entries {
                *seq += 1;
                lines.push(Numbered { exhibition, event: Event { seq: *seq, at, wall, kind }, seat });
            }
            replies.push(reply);
        }
        (lines, replies)
    }

    /// Tells the followers, one message an exhibition.
    fn publish(&mut self, lines: Vec<Numbered>) {
        let mut by_exhibition: BTreeMap<ExhibitionId, Vec<Event>> = BTreeMap::new();
        for Numbered { exhibition, event, .. } in lines {
            self.seqs.insert(exhibition, event.seq);
            by_exhibition.entry(exhibition).or_default().push(event);
        }
        for (id, events) in by_exhibition {
            self.feed.publish(News::Happened { id, events });
        }
    }

    /// Takes note of how the store is; passes on what cannot be mended.
    fn report<T>(&mut self, outcome: &Result<T, StorageError>) -> Result<(), StorageError> {
        let was = *self.health.borrow();
        match outcome {
            Ok(_) => {
                if was == Health::Failing {
                    info!("moves can be stored again");
                    self.health.send_replace(Health::Sound);
                }
                self.brake.release();
                Ok(())
            }
            Err(StorageError::Refused(reason)) => {
                self.brake.stop();
                if was == Health::Sound {
                    warn!(reason, "moves can't be stored; trying again every second");
                    self.health.send_replace(Health::Failing);
                }
                Ok(())
            }
            Err(StorageError::Unknown) => {
                error!(
                    "the database failed in the middle of a write; stopping, so that the next start reads what it holds"
                );
                Err(StorageError::Unknown)
            }
        }
    }
}

/// Waits for a write; where that takes long, time stands still until its outcome is known.
async fn patiently<T>(brake: &Brake, write: impl Future<Output = T>) -> T {
    let mut write = pin!(write);
    // Memory is never late, and needs no timer set for each of its writes.
    if let Poll::Ready(outcome) = poll_fn(|context| Poll::Ready(write.as_mut().poll(context))).await {
        return outcome;
    }
    match timeout(PATIENCE, &mut write).await {
        Ok(outcome) => outcome,
        Err(_) => {
            brake.stop();
            write.await
        }
    }
}
