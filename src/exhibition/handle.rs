//! What others may ask of an exhibition, and what they are told.

use std::sync::Arc;

use tokio::sync::{mpsc, oneshot, watch};

use super::{
    board::BoardHandle,
    human_seat::HumanSeat,
    order::{Order, OrderError},
};
use crate::{
    base::secret::Token,
    journal::StorageError,
    record::{
        event::{ExhibitionId, Guest, GuestNo, Stage},
        program::Program,
    },
    rules::{BoardNo, PlayerName},
};

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
    /// Every seat is taken, and so many wait that nobody else may.
    #[error("every seat is taken, and as many wait as may")]
    FullQueue,
    /// The seat asked for is.
    #[error("board {0} is taken")]
    Taken(BoardNo),
    /// There is no such seat.
    #[error("there is no board {0}: this exhibition has boards 1 to {1}")]
    NoSuchBoard(BoardNo, u32),
    /// The entry code is missing.
    #[error("this exhibition has an entry code: ask the organiser for it")]
    NoCode,
    /// The entry code is another one.
    #[error("that is not this exhibition's entry code")]
    BadCode,
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

/// How somebody asks for a seat.
#[derive(Debug, Clone)]
pub struct Application {
    /// Under this name.
    pub name: PlayerName,
    /// This seat, or any.
    pub board: Option<BoardNo>,
    /// A program, by its own word.
    pub bot: bool,
    /// The strength of the server's own bot; `None` for everybody else.
    pub house: Option<u8>,
    /// What they say where the exhibition has an entry code.
    pub code: Option<String>,
    /// Whether they wait for a seat where all are taken.
    pub waits: bool,
    /// Whether a connection sits down with them.
    pub here: bool,
    /// The secret that is to take the seat back, where they have one of their own.
    pub secret: Option<Token>,
    /// Whether the organiser has asked them in: they need no entry code, and are let in.
    pub invited: bool,
}

impl Application {
    /// Somebody who takes any seat, with a connection.
    #[must_use]
    pub fn of(name: PlayerName) -> Application {
        Application {
            name,
            board: None,
            bot: false,
            house: None,
            code: None,
            waits: false,
            here: true,
            secret: None,
            invited: false,
        }
    }
}

/// What becomes of who asks for a seat.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// They have it, or have asked for it.
    Seat(Seated),
    /// They wait for one.
    Queue(Queued),
}

/// A seat that somebody has, or asks for.
#[derive(Debug, Clone)]
pub struct Seated {
    /// The board.
    pub board: BoardHandle,
    /// Who.
    pub guest: GuestNo,
    /// The name, distinct in the exhibition.
    pub name: PlayerName,
    /// The secret that takes the seat back.
    pub token: Token,
    /// Whether it is theirs; else the organiser has to let them in.
    pub admitted: bool,
}

/// What a secret opens.
#[derive(Debug, Clone)]
pub struct Known {
    /// The secret.
    pub secret: Token,
    /// Whose it is.
    pub guest: Guest,
    /// The board; none for a place in the queue.
    pub board: Option<BoardNo>,
}

/// A place in the queue for seats.
#[derive(Debug, Clone)]
pub struct Queued {
    /// The name, distinct in the exhibition.
    pub name: PlayerName,
    /// The secret that takes the place back.
    pub token: Token,
    /// Where they stand.
    pub place: watch::Receiver<Place>,
}

/// Where somebody stands who waits for a seat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In the queue, counted from 1.
    At(usize),
    /// They have a seat, or have asked for one: their secret leads there.
    Seat,
    /// Nowhere: it was for nothing.
    Nowhere,
}

pub(super) type Reply<T> = oneshot::Sender<Result<T, SeatError>>;

pub(super) enum Message {
    Join { application: Application, reply: Reply<Outcome> },
    Joined { at: BoardHandle, admitted: bool, here: bool, waited: bool, stored: bool },
    Resume { token: Token, reply: Reply<Outcome> },
    Known { secrets: Vec<Token>, reply: oneshot::Sender<Vec<Known>> },
    Reissue { reply: oneshot::Sender<Vec<(Token, u8)>> },
    House { reply: oneshot::Sender<Vec<BoardNo>> },
    Start { reply: Reply<()> },
    Order { order: Order, reply: oneshot::Sender<Result<(), OrderError>> },
}

/// A way to an exhibition. Cloning gives another handle to the same one.
#[derive(Debug, Clone)]
pub struct ExhibitionHandle {
    /// Its number.
    pub id: ExhibitionId,
    /// The seat of a human master, where there is one.
    pub human: Option<HumanSeat>,
    pub(super) program: watch::Receiver<Arc<Program>>,
    pub(super) stage: watch::Receiver<Stage>,
    pub(super) inbox: mpsc::Sender<Message>,
}

impl ExhibitionHandle {
    /// How far it is.
    #[must_use]
    pub fn stage(&self) -> Stage {
        *self.stage.borrow()
    }

    /// What is settled about it.
    #[must_use]
    pub fn program(&self) -> Arc<Program> {
        self.program.borrow().clone()
    }

    /// Waits for the end of the last game.
    pub async fn finished(&self) {
        // Where the exhibition's task is gone, so are its games.
        let _ = self.stage.clone().wait_for(|stage| *stage == Stage::Finished).await;
    }

    /// Asks for a seat. Returns once what becomes of it is stored.
    pub async fn apply(&self, application: Application) -> Result<Outcome, SeatError> {
        self.ask(|reply| Message::Join { application, reply }).await
    }

    /// Takes a free seat, the first, with a connection, in an exhibition that everybody may come to.
    pub async fn join(&self, name: PlayerName) -> Result<Seated, SeatError> {
        match self.apply(Application::of(name)).await? {
            Outcome::Seat(seated) => Ok(seated),
            Outcome::Queue(_) => Err(SeatError::Full),
        }
    }

    /// Takes back the seat that `token` opens, or the place in the queue.
    pub async fn resume(&self, token: Token) -> Result<Outcome, SeatError> {
        self.ask(|reply| Message::Resume { token, reply }).await
    }

    /// Those of `secrets` that open a seat here, or a place in the queue.
    pub async fn known(&self, secrets: Vec<Token>) -> Vec<Known> {
        let (reply, answer) = oneshot::channel();
        // An exhibition that is gone has no seats to open.
        let _ = self.inbox.send(Message::Known { secrets, reply }).await;
        answer.await.unwrap_or_default()
    }

    /// New secrets for the seats of the server's own bots, whose old ones went with the last process, and how strong each is.
    pub async fn reissue(&self) -> Vec<(Token, u8)> {
        let (reply, answer) = oneshot::channel();
        // An exhibition that is gone has no seats to open.
        let _ = self.inbox.send(Message::Reissue { reply }).await;
        answer.await.unwrap_or_default()
    }

    /// Where the server's own bots sit.
    pub async fn house(&self) -> Vec<BoardNo> {
        let (reply, answer) = oneshot::channel();
        // An exhibition that is gone has no seats.
        let _ = self.inbox.send(Message::House { reply }).await;
        answer.await.unwrap_or_default()
    }

    /// Starts the games with the seats taken so far. Returns once that is stored.
    pub async fn start(&self) -> Result<(), SeatError> {
        self.ask(|reply| Message::Start { reply }).await
    }

    /// Does what the organiser wants. Returns once that is stored.
    pub async fn order(&self, order: Order) -> Result<(), OrderError> {
        let (reply, answer) = oneshot::channel();
        self.inbox.send(Message::Order { order, reply }).await.map_err(|_| OrderError::Stopping)?;
        answer.await.unwrap_or(Err(OrderError::Stopping))
    }

    async fn ask<T>(&self, message: impl FnOnce(Reply<T>) -> Message) -> Result<T, SeatError> {
        let (reply, answer) = oneshot::channel();
        self.inbox.send(message(reply)).await.map_err(|_| SeatError::Stopping)?;
        answer.await.unwrap_or(Err(SeatError::Stopping))
    }
}
