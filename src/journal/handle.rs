//! A way to the journal: what is asked of its task.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::sync::{mpsc, oneshot, watch};

use super::{
    ledger::{Ledger, Reply},
    store::{Entry, Forgotten, Renaming, StorageError},
};
use crate::{
    base::time::Pace,
    record::{event::ExhibitionId, program::Program},
    rules::{BoardNo, Game},
};

/// Whether moves can be stored at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Health {
    /// They can.
    Sound,
    /// They can't, and it is tried again every second.
    Failing,
}

pub(super) enum Request {
    Create { program: Box<Program>, reply: Reply<ExhibitionId> },
    Rekey { exhibition: ExhibitionId, key: [u8; 32], reply: Reply<()> },
    Forget { exhibition: ExhibitionId, forgotten: Forgotten, renamed: Option<Renaming>, reply: Reply<()> },
    Append { exhibition: ExhibitionId, entries: Vec<Entry>, reply: Reply<()> },
    Recall { exhibition: ExhibitionId, board: BoardNo, reply: Reply<Game> },
}

/// How many requests may wait for the writer before those who ask wait themselves. Far more than there are boards: each
/// board has one decision under way at most.
pub(super) const QUEUE: usize = 32_768;
/// How often a failing store is tried again.
pub(super) const PROBE: Duration = Duration::from_secs(1);

/// A way to the journal. Cloning gives another handle to the same one; the journal ends when all are gone.
#[derive(Debug, Clone)]
pub struct Journal {
    pub(super) requests: mpsc::Sender<Request>,
    pub(super) health: watch::Receiver<Health>,
    pub(super) pace: Pace,
    /// Where the store forgets, there is nothing that the writer would have to do first: what is put in the order is
    /// published there and then.
    pub(super) forgetful: Option<Arc<Mutex<Ledger>>>,
}

/// Entries that are on their way: their place in the order is fixed, and they are not stored yet.
#[derive(Debug)]
#[must_use = "what is not stored has not happened"]
pub struct Pending(Option<oneshot::Receiver<Result<(), StorageError>>>);

impl Pending {
    /// Waits for the commit.
    pub async fn committed(self) -> Result<(), StorageError> {
        match self.0 {
            Some(answer) => answer.await.unwrap_or(Err(StorageError::Unknown)),
            None => Ok(()),
        }
    }
}

impl Journal {
    /// Opens a new exhibition in the store.
    pub async fn create(&self, program: Program) -> Result<ExhibitionId, StorageError> {
        let (reply, answer) = oneshot::channel();
        self.requests
            .send(Request::Create { program: Box::new(program), reply })
            .await
            .map_err(|_| StorageError::Unknown)?;
        answer.await.unwrap_or(Err(StorageError::Unknown))
    }

    /// From now on another secret, by its SHA-256, opens a human master's seat. Returns once that is stored.
    pub async fn rekey(&self, exhibition: ExhibitionId, key: [u8; 32]) -> Result<(), StorageError> {
        let (reply, answer) = oneshot::channel();
        self.requests.send(Request::Rekey { exhibition, key, reply }).await.map_err(|_| StorageError::Unknown)?;
        answer.await.unwrap_or(Err(StorageError::Unknown))
    }

    /// Removes a name for good from wherever it is kept beside the guest's own row, which has another one already; with
    /// `renamed` from there too: for an exhibition that nobody has open. Returns once that is stored.
    pub async fn forget(
        &self,
        exhibition: ExhibitionId,
        forgotten: Forgotten,
        renamed: Option<Renaming>,
    ) -> Result<(), StorageError> {
        let (reply, answer) = oneshot::channel();
        let request = Request::Forget { exhibition, forgotten, renamed, reply };
        self.requests.send(request).await.map_err(|_| StorageError::Unknown)?;
        answer.await.unwrap_or(Err(StorageError::Unknown))
    }

    /// Puts entries in the order, together; they are committed all or none. Returns before the commit.
    pub async fn enqueue(&self, exhibition: ExhibitionId, entries: Vec<Entry>) -> Pending {
        if let Some(ledger) = &self.forgetful {
            ledger.lock().unwrap_or_else(PoisonError::into_inner).pass_on(exhibition, entries);
            return Pending(None);
        }
        let (reply, answer) = oneshot::channel();
        // Where the writer is gone the reply is dropped with the request, which `committed` reports.
        let _ = self.requests.send(Request::Append { exhibition, entries, reply }).await;
        Pending(Some(answer))
    }

    /// Stores entries, all or none; returns after the commit.
    pub async fn append(&self, exhibition: ExhibitionId, entries: Vec<Entry>) -> Result<(), StorageError> {
        self.enqueue(exhibition, entries).await.committed().await
    }

    /// The game on a board as it is stored, with all that was put in the order before this.
    pub async fn recall(&self, exhibition: ExhibitionId, board: BoardNo) -> Result<Game, StorageError> {
        let (reply, answer) = oneshot::channel();
        let request = Request::Recall { exhibition, board, reply };
        self.requests.send(request).await.map_err(|_| StorageError::Unknown)?;
        answer.await.unwrap_or(Err(StorageError::Unknown))
    }

    /// Follows whether time passes: it stands still while nothing can be stored.
    #[must_use]
    pub fn pace(&self) -> &Pace {
        &self.pace
    }

    /// Follows the journal's health without keeping the journal alive.
    #[must_use]
    pub fn pulse(&self) -> Pulse {
        Pulse(self.health.clone())
    }

    /// Waits until moves can be stored; for ever if the journal is gone.
    pub async fn sound(&self) {
        if self.sound_or_gone().await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// Waits until moves can be stored.
    ///
    /// # Errors
    ///
    /// If the journal is gone.
    pub async fn sound_or_gone(&self) -> Result<(), StorageError> {
        if self.health.has_changed().is_ok() && *self.health.borrow() == Health::Sound {
            return Ok(());
        }
        let mut health = self.health.clone();
        let sound = health.wait_for(|health| *health == Health::Sound).await.is_ok();
        // The last word of a writer that is gone may have been a good one.
        if sound && health.has_changed().is_ok() { Ok(()) } else { Err(StorageError::Unknown) }
    }
}

/// The journal's health, seen from outside.
#[derive(Debug, Clone)]
pub struct Pulse(watch::Receiver<Health>);

impl Pulse {
    /// Whether moves can be stored at the moment.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.0.has_changed().is_ok() && *self.0.borrow() == Health::Sound
    }
}
