//! What the gallery asks of the games' thread.

use tokio::sync::oneshot;

use crate::{
    base::secret::Token,
    doors::websocket::Upgraded,
    exhibition::{
        handle::SeatError,
        human_seat::HumanSeat,
        registry::{EntryError, NoSuchExhibition, Which},
        settings::Settings,
    },
    journal::StorageError,
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
    /// Where a human master sits.
    Master {
        /// In which exhibition.
        which: Which,
        /// Its number and the seat; no seat where a program plays as the master.
        reply: oneshot::Sender<Result<Option<(ExhibitionId, HumanSeat)>, EntryError>>,
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
        /// In which exhibition.
        which: Which,
        /// The secret, or why not.
        reply: oneshot::Sender<Result<Token, RekeyError>>,
    },
    /// Start one with the seats taken so far.
    Start {
        /// Which.
        which: Which,
        /// Which it was, or why not.
        reply: oneshot::Sender<Result<ExhibitionId, StartError>>,
    },
}

/// Why a master gets no new secret.
#[derive(Debug, Clone, thiserror::Error)]
pub enum RekeyError {
    /// The exhibition can't be entered.
    #[error(transparent)]
    Entry(#[from] EntryError),
    /// Nobody sits there.
    #[error("a program plays as the master here, which needs no link")]
    Program,
    /// It could not be stored.
    #[error("the new link could not be stored; the old one still opens the seat, please try again")]
    Storage(#[from] StorageError),
}

/// Why an exhibition does not start.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StartError {
    /// It can't be entered.
    #[error(transparent)]
    Entry(#[from] EntryError),
    /// It can't be started.
    #[error(transparent)]
    Seat(#[from] SeatError),
}
