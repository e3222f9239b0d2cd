//! What the gallery asks of the games' thread.

use tokio::sync::oneshot;

use crate::{
    base::secret::Token,
    doors::websocket::Upgraded,
    exhibition::{
        counter::Counter,
        handle::SeatError,
        registry::{EntryError, NoSuchExhibition, Which},
        settings::Settings,
    },
    journal::{Forgotten, Renaming, StorageError},
    record::event::ExhibitionId,
};

/// What the gallery asks of the games' thread.
#[derive(Debug)]
pub enum Desk {
    /// A player's connection, handshake done.
    Player {
        /// The connection.
        upgraded: Upgraded,
        /// Where they want to play.
        which: Result<Which, NoSuchExhibition>,
    },
    /// An exhibition's counter.
    Find {
        /// Which.
        which: Which,
        /// The counter, or why there is none.
        reply: oneshot::Sender<Result<Counter, EntryError>>,
    },
    /// Open another exhibition.
    Open {
        /// As the organiser wants it.
        settings: Box<Settings>,
        /// Its number and the secret of a human master, or why not.
        reply: oneshot::Sender<Result<(ExhibitionId, Option<Token>), StorageError>>,
    },
    /// Give a human master a new secret; the old one is void.
    Rekey {
        /// Whose.
        exhibition: Counter,
        /// The secret, or why not.
        reply: oneshot::Sender<Result<Token, RekeyError>>,
    },
    /// Give seats to the server's own bots.
    Fill {
        /// Where.
        exhibition: Counter,
        /// How many.
        bots: u32,
        /// How strong they are, 0 to 20.
        level: u8,
        /// Why not all of them have one.
        reply: oneshot::Sender<Result<(), SeatError>>,
    },
    /// Remove a name from the records of an exhibition that is over and not open any more.
    Forget {
        /// Which.
        id: ExhibitionId,
        /// The name.
        forgotten: Forgotten,
        /// What stands in its place.
        renamed: Renaming,
        /// Why not.
        reply: oneshot::Sender<Result<(), StorageError>>,
    },
}

/// Why a master gets no new secret.
#[derive(Debug, Clone, thiserror::Error)]
pub enum RekeyError {
    /// Nobody sits there.
    #[error("a program plays as the master here, which needs no link")]
    Program,
    /// It could not be stored.
    #[error("the new link could not be stored; the old one still opens the seat, please try again")]
    Storage(#[from] StorageError),
}
