//! What others may ask of an exhibition, and what they are told.

use std::sync::Arc;

use super::{board::BoardHandle, human_seat::HumanSeat};
use crate::{
    base::secret::Token,
    journal::StorageError,
    record::event::{ExhibitionId, Stage},
    rules::{BoardNo, PlayerName},
};
use tokio::sync::{mpsc, oneshot, watch};

/// How many requests may wait for an exhibition; connections wait beyond that.
pub(super) const INBOX: usize = 1024;

/// Why nobody sits down, or nothing starts.
#[derive(Debug, Clone, thiserror::Error)]
pub enum SeatError {
    /// The games are on or over.
    #[error("this exhibition has {0} and takes nobody any more")]
    Closed(&'static str),
    /// Every seat is taken.
    #[error("every seat is taken")]
    Full,
    /// The seat asked for is.
    #[error("board {0} is taken")]
    Taken(BoardNo),
    /// There is no such seat.
    #[error("there is no board {0}: this exhibition has boards 1 to {1}")]
    NoSuchBoard(BoardNo, u32),
    /// Nobody's.
    #[error("this token opens no seat here")]
    BadToken,
    /// Nobody to play with.
    #[error("no seat is taken yet, so there is nobody to start with")]
    Empty,
    /// Not stored.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The server stops.
    #[error("the server stops; come back in a moment")]
    Stopping,
}

/// A seat that somebody has.
#[derive(Debug, Clone)]
pub struct Seated {
    /// The board.
    pub board: BoardHandle,
    /// The name, distinct in the exhibition.
    pub name: PlayerName,
    /// The secret that takes the seat back.
    pub token: Token,
}

pub(super) type Reply<T> = oneshot::Sender<Result<T, SeatError>>;

pub(super) enum Message {
    Join { board: Option<BoardNo>, name: PlayerName, bot: bool, house: bool, reply: Reply<Seated> },
    Joined { board: BoardNo, stored: bool },
    Resume { token: Token, reply: Reply<Seated> },
    Reissue { reply: oneshot::Sender<Vec<Token>> },
    Start { reply: Reply<()> },
}

/// A way to an exhibition. Cloning gives another handle to the same one.
#[derive(Debug, Clone)]
pub struct ExhibitionHandle {
    /// Its number.
    pub id: ExhibitionId,
    /// The master's name.
    pub master: Arc<str>,
    /// The seat of a human master, where there is one.
    pub human: Option<HumanSeat>,
    pub(super) stage: watch::Receiver<Stage>,
    pub(super) inbox: mpsc::Sender<Message>,
}

impl ExhibitionHandle {
    /// How far it is.
    #[must_use]
    pub fn stage(&self) -> Stage {
        *self.stage.borrow()
    }

    /// Waits for the end of the last game.
    pub async fn finished(&self) {
        // Where the exhibition's task is gone, so are its games.
        let _ = self.stage.clone().wait_for(|stage| *stage == Stage::Finished).await;
    }

    /// Takes a free seat, `board` or the first; `house` for a bot of the server's own. Returns once it is stored.
    pub async fn join(
        &self,
        board: Option<BoardNo>,
        name: PlayerName,
        bot: bool,
        house: bool,
    ) -> Result<Seated, SeatError> {
        self.ask(|reply| Message::Join { board, name, bot, house, reply }).await
    }

    /// Takes back the seat that `token` opens.
    pub async fn resume(&self, token: Token) -> Result<Seated, SeatError> {
        self.ask(|reply| Message::Resume { token, reply }).await
    }

    /// New secrets for the seats of the server's own bots, whose old ones went with the last process.
    pub async fn reissue(&self) -> Vec<Token> {
        let (reply, answer) = oneshot::channel();
        // An exhibition that is gone has no seats to open.
        let _ = self.inbox.send(Message::Reissue { reply }).await;
        answer.await.unwrap_or_default()
    }

    /// Starts the games with the seats taken so far. Returns once that is stored.
    pub async fn start(&self) -> Result<(), SeatError> {
        self.ask(|reply| Message::Start { reply }).await
    }

    async fn ask<T>(&self, message: impl FnOnce(Reply<T>) -> Message) -> Result<T, SeatError> {
        let (reply, answer) = oneshot::channel();
        self.inbox.send(message(reply)).await.map_err(|_| SeatError::Stopping)?;
        answer.await.unwrap_or(Err(SeatError::Stopping))
    }
}
