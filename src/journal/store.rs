//! What the journal asks of whatever keeps its lines.

use crate::{
    record::{
        event::{Event, ExhibitionId, GuestNo, Kind},
        program::Program,
        seat_key::SeatKey,
    },
    rules::{BoardNo, Game, Millis, PlayerName},
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

impl Entry {
    /// An entry that needs no secret.
    #[must_use]
    pub fn new(at: Millis, kind: Kind) -> Entry {
        Entry { at, kind, seat: None }
    }
}

/// An entry with its number, on its way into the store.
#[derive(Debug)]
pub struct Numbered {
    /// Whose event it is.
    pub exhibition: ExhibitionId,
    /// The event.
    pub event: Event,
    /// With [`Kind::Joined`]: whom the seat belongs to.
    pub seat: Option<SeatKey>,
}

/// A name that is to be removed, and where its owner sits.
#[derive(Debug, Clone)]
pub struct Forgotten {
    /// The board.
    pub board: BoardNo,
    /// The name.
    pub name: PlayerName,
}

/// The name that stands in its place.
#[derive(Debug, Clone)]
pub struct Renaming {
    /// Whose.
    pub guest: GuestNo,
    /// The name.
    pub name: PlayerName,
    /// When that is, in Unix milliseconds.
    pub wall: u64,
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
    /// Whether nothing that is appended is kept: then it can't fail either, nobody has to wait for it, and
    /// [`append`](Self::append) is not asked.
    const FORGETS: bool = false;

    /// Makes room for a new exhibition and gives it a number.
    fn create(&mut self, program: &Program) -> impl Future<Output = Result<ExhibitionId, StorageError>> + Send;
    /// From now on another secret, by its SHA-256, opens a human master's seat.
    fn rekey(
        &mut self,
        exhibition: ExhibitionId,
        key: [u8; 32],
    ) -> impl Future<Output = Result<(), StorageError>> + Send;
    /// Removes a name for good from wherever it is kept beside the guest's own row, which has another one already; with
    /// `renamed` from there too, and the line that says so is added: for an exhibition that nobody has open.
    fn forget(
        &mut self,
        exhibition: ExhibitionId,
        forgotten: &Forgotten,
        renamed: Option<Renaming>,
    ) -> impl Future<Output = Result<(), StorageError>> + Send;
    /// Stores all lines or none, and survives the loss of power once it returns.
    fn append(&mut self, lines: &[Numbered]) -> impl Future<Output = Result<(), StorageError>> + Send;
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
