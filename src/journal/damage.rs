//! What can be wrong with a record.

use crate::{
    record::event::ExhibitionId,
    rules::{BoardNo, RecallError},
};

/// Why an exhibition can't be taken up.
#[derive(Debug, Clone, thiserror::Error)]
pub enum DamagedRecord {
    /// A number is missing or stands there twice.
    #[error("exhibition {exhibition}: event {found} is stored where {expected} belongs")]
    Seq {
        /// Where.
        exhibition: ExhibitionId,
        /// What should follow.
        expected: u64,
        /// What does.
        found: u64,
    },
    /// A board that does not exist.
    #[error("exhibition {exhibition}, event {seq}: there is no board {board}")]
    Board {
        /// Where.
        exhibition: ExhibitionId,
        /// At which event.
        seq: u64,
        /// What it says.
        board: BoardNo,
    },
    /// A move that cannot have been played.
    #[error("exhibition {exhibition}, board {board}: {error}")]
    Game {
        /// Where.
        exhibition: ExhibitionId,
        /// On which board.
        board: BoardNo,
        /// What is wrong with it.
        error: RecallError,
    },
    /// Fewer or more events than were stored.
    #[error("exhibition {exhibition}: {stored} events were stored, and {found} are there")]
    End {
        /// Where.
        exhibition: ExhibitionId,
        /// The last number that was written.
        stored: u64,
        /// The last one that is there.
        found: u64,
    },
    /// A value that was never written by this program.
    #[error("exhibition {exhibition}, event {seq}: {what}")]
    Value {
        /// Where.
        exhibition: ExhibitionId,
        /// At which event.
        seq: u64,
        /// What is wrong with it.
        what: &'static str,
    },
}
