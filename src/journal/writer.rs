//! The task that owns the store: group commit, answering.

use std::{
    future::poll_fn,
    pin::pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::Poll,
    time::Duration,
};

use tokio::{
    sync::{mpsc, watch},
    task::yield_now,
    time::{Instant, sleep, timeout},
};
use tracing::{error, info, warn};

use super::{
    feed::Feed,
    handle::{Health, Journal, PROBE, QUEUE, Request},
    ledger::{Append, Ledger},
    store::{StorageError, Store},
};
use crate::{
    base::{metrics::JournalMetrics, time::Brake},
    record::event::ExhibitionId,
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
    /// Shared with the handles where they may write in it themselves; never locked while waiting.
    ledger: Arc<Mutex<Ledger>>,
    metrics: JournalMetrics,
}

impl<S: Store> Writer<S> {
    /// A journal on `store` that publishes to `feed`.
    pub fn new(store: S, feed: Feed, wall_clock: fn() -> u64, metrics: JournalMetrics) -> (Journal, Writer<S>) {
        let (requests, inbox) = mpsc::channel(QUEUE);
        let (health, seen) = watch::channel(Health::Sound);
        let brake = Brake::new();
        let pace = brake.pace();
        let ledger = Arc::new(Mutex::new(Ledger::new(feed, wall_clock)));
        let forgetful = S::FORGETS.then(|| ledger.clone());
        let writer = Writer { store, requests: inbox, health, brake, ledger, metrics };
        (Journal { requests, health: seen, pace, forgetful }, writer)
    }

    /// Numbers go on after `seq` in an exhibition that is taken up again.
    pub fn resume(&mut self, exhibition: ExhibitionId, seq: u64) {
        self.ledger().resume(exhibition, seq);
    }

    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs until every handle is gone and everything is stored. An error means that the store can't be trusted any
    /// more: the process should end, and start anew from what the disk says.
    pub async fn run(mut self) -> Result<(), StorageError> {
        let mut batch = Vec::new();
        loop {
            let failing = *self.health.borrow() == Health::Failing;
            let idle = self.requests.is_empty();
            tokio::select! {
                biased;
                taken = self.requests.recv_many(&mut batch, BATCH) => {
                    if taken == 0 {
                        break;
                    }
                    if idle {
                        // Whoever else is ready now may have something for the same transaction.
                        yield_now().await;
                        while batch.len() < BATCH && let Ok(more) = self.requests.try_recv() {
                            batch.push(more);
                        }
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
        let (mut appends, mut recalls, mut forgets) = (Vec::with_capacity(batch.len()), Vec::new(), Vec::new());
        for request in batch.drain(..) {
            match request {
                Request::Append { exhibition, entries, reply } => appends.push((exhibition, entries, reply)),
                Request::Recall { exhibition, board, reply } => recalls.push((exhibition, board, reply)),
                Request::Forget { exhibition, forgotten, renamed, reply } => {
                    // After what comes before it: the guest's own row is among that.
                    forgets.push((exhibition, forgotten, renamed, reply));
                }
                Request::Rekey { exhibition, key, reply } => {
                    let outcome = patiently(&self.brake, self.store.rekey(exhibition, key)).await;
                    self.report(&outcome)?;
                    let _ = reply.send(outcome);
                }
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
        for (exhibition, forgotten, renamed, reply) in forgets {
            let outcome = patiently(&self.brake, self.store.forget(exhibition, &forgotten, renamed)).await;
            self.report(&outcome)?;
            let _ = reply.send(outcome);
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

    async fn commit(&mut self, appends: Vec<Append>) -> Result<(), StorageError> {
        let (lines, replies) = self.ledger().number(appends);
        let began = Instant::now();
        let outcome = patiently(&self.brake, self.store.append(&lines)).await;
        self.metrics.committed(lines.len(), began.elapsed(), outcome.is_ok());
        if outcome.is_ok() {
            self.ledger().publish(lines);
        }
        let verdict = self.report(&outcome);
        for reply in replies {
            // Who asked may be gone; the commit stands all the same.
            let _ = reply.send(outcome.clone());
        }
        verdict
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
