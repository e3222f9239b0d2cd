//! The journal: the only writer of truth.
//!
//! One task owns the store. It takes whatever waits at the moment, from all games, commits it as one transaction, and only
//! then gives out the numbers, publishes the events and answers those who wait: decide, commit, tell. A commit runs to its
//! end whatever happens to the one who asked for it.

mod memory;
mod replay;
mod sqlite;
mod writer;

use std::{future::Future, time::Duration};

pub use memory::MemoryStore;
pub use replay::{DamagedRecord, Record, StoredEvent, StoredKind, recall, replay};
pub use sqlite::{Archive, OpenError, SqliteStore};
use tokio::sync::{mpsc, oneshot, watch};
pub use writer::Writer;

use crate::{
    event::{Event, ExhibitionId, Kind, Program},
    rules::{BoardNo, Game, Millis},
    secret::TokenHash,
    time::Pace,
};

/// Something to be stored; the journal gives it its number.
#[derive(Debug)]
pub struct Entry {
    /// When it was decided, in the exhibition's own time.
    pub at: Millis,
    /// What happened.
    pub kind: Kind,
    /// With [`Kind::Joined`]: whom the seat belongs to.
    pub seat: Option<SeatKey>,
}

/// Whom a seat belongs to: kept beside the event, never shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeatKey {
    /// What opens it.
    pub token: TokenHash,
    /// Whether the server's own bot sits there, and must be seated again after a restart.
    pub house: bool,
}

impl Entry {
    /// An entry that needs no secret.
    #[must_use]
    pub fn new(at: Millis, kind: Kind) -> Entry {
        Entry { at, kind, seat: None }
    }
}

/// An entry with its number, on its way into the store.
#[derive(Debug)]
pub struct Line {
    /// Whose event it is.
    pub exhibition: ExhibitionId,
    /// The event.
    pub event: Event,
    /// With [`Kind::Joined`]: whom the seat belongs to.
    pub seat: Option<SeatKey>,
}

/// Why something was not stored.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StorageError {
    /// Nothing was written; it can be tried again.
    #[error("the move could not be stored ({0}); nothing was changed, please send it again")]
    Refused(String),
    /// It is not known what was written. The server stops: the disk's own word counts at the next start.
    #[error("it is not known whether the move was stored; please connect and send it again")]
    Unknown,
}

/// Where the journal keeps its lines: SQLite, or memory for plans and simulations.
pub trait Store: Send + 'static {
    /// Makes room for a new exhibition and gives it a number.
    fn create(&mut self, program: &Program) -> impl Future<Output = Result<ExhibitionId, StorageError>> + Send;
    /// Stores all lines or none, and survives the loss of power once it returns.
    fn append(&mut self, lines: &[Line]) -> impl Future<Output = Result<(), StorageError>> + Send;
    /// The game on a board as the stored lines have it.
    fn recall(
        &mut self,
        exhibition: ExhibitionId,
        board: BoardNo,
    ) -> impl Future<Output = Result<Game, StorageError>> + Send;
    /// Writes something of no meaning, to learn whether storing works again.
    fn probe(&mut self) -> impl Future<Output = Result<(), StorageError>> + Send;
    /// Puts everything in its final place and lets go.
    fn close(self) -> impl Future<Output = ()> + Send;
}

/// Whether moves can be stored at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Health {
    /// They can.
    Sound,
    /// They can't, and it is tried again every second.
    Failing,
}

enum Request {
    Create { program: Program, reply: Reply<ExhibitionId> },
    Append { exhibition: ExhibitionId, entries: Vec<Entry>, reply: Reply<()> },
    Recall { exhibition: ExhibitionId, board: BoardNo, reply: Reply<Game> },
}

type Reply<T> = oneshot::Sender<Result<T, StorageError>>;

/// How many requests may wait for the writer before those who ask wait themselves. Far more than there are boards: each
/// board has one decision under way at most.
const QUEUE: usize = 32_768;
/// How often a failing store is tried again.
const PROBE: Duration = Duration::from_secs(1);

/// A way to the journal. Cloning gives another handle to the same one; the journal ends when all are gone.
#[derive(Debug, Clone)]
pub struct Journal {
    requests: mpsc::Sender<Request>,
    health: watch::Receiver<Health>,
    pace: Pace,
}

/// Entries that are on their way: their place in the order is fixed, and they are not stored yet.
#[derive(Debug)]
#[must_use = "what is not stored has not happened"]
pub struct Pending(oneshot::Receiver<Result<(), StorageError>>);

impl Pending {
    /// Waits for the commit.
    pub async fn committed(self) -> Result<(), StorageError> {
        self.0.await.unwrap_or(Err(StorageError::Unknown))
    }
}

impl Journal {
    /// Opens a new exhibition in the store.
    pub async fn create(&self, program: Program) -> Result<ExhibitionId, StorageError> {
        let (reply, answer) = oneshot::channel();
        self.requests.send(Request::Create { program, reply }).await.map_err(|_| StorageError::Unknown)?;
        answer.await.unwrap_or(Err(StorageError::Unknown))
    }

    /// Puts entries in the order, together; they are committed all or none. Returns before the commit.
    pub async fn enqueue(&self, exhibition: ExhibitionId, entries: Vec<Entry>) -> Pending {
        let (reply, answer) = oneshot::channel();
        // Where the writer is gone the reply is dropped with the request, which `committed` reports.
        let _ = self.requests.send(Request::Append { exhibition, entries, reply }).await;
        Pending(answer)
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
        let mut health = self.health.clone();
        // The last word of a writer that is gone may have been a good one.
        let sound = health.wait_for(|health| *health == Health::Sound).await.is_ok();
        if !sound || health.has_changed().is_err() {
            std::future::pending::<()>().await;
        }
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
