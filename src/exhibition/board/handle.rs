//! What others may ask of a board, and what they are told.

use std::sync::Arc;

use shakmaty::{Color, uci::UciMove};
use tokio::{
    sync::{mpsc, oneshot},
    time::Instant,
};

use super::notice::{Attachment, ConnectionId, Departure, Dismissal, Occupant};
use crate::{
    journal::StorageError,
    record::event::{Announcement, PausedBy},
    rules::{BoardNo, ClockReading, Command, Game, GameResult, GameSetup, Millis, PlayerName, Refusal, Termination},
};

/// How many messages may wait for a board; its player's socket waits beyond that.
const INBOX: usize = 64;

/// What the master finds at a board.
#[derive(Debug)]
pub struct Situation {
    /// Where.
    pub board: BoardNo,
    /// The game, as the master sees it.
    pub game: Arc<Game>,
    /// What its clocks show.
    pub clock: Option<ClockReading>,
}

/// What the master does at a board.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice {
    /// The move.
    pub uci: UciMove,
    /// Whether the master rather accepts a draw, if one is offered.
    pub accepts_draw: bool,
}

pub(super) enum Message {
    Attach(Attachment),
    Detach(ConnectionId),
    Play { from: ConnectionId, command: Command, arrived: Instant },
    Pass { from: ConnectionId },
    Passed,
    Occupy(Occupant),
    Admit,
    Vacate { departure: Departure, reply: oneshot::Sender<Result<(), StorageError>> },
    Retire { reply: oneshot::Sender<()> },
    Rename { name: PlayerName },
    Dismiss(Dismissal),
    Settle { result: GameResult, termination: Termination, reply: oneshot::Sender<Result<(), NotDone>> },
    Announce(Announcement),
    CloseVisits(bool),
    Start { seated: u32, absent_after: Option<Millis> },
    Queue { boards_away: usize, eta: Option<Millis> },
    Leave,
    Pause(Option<PausedBy>),
    Visit { anyway: bool, grace: Option<Millis>, reply: oneshot::Sender<Option<Situation>> },
    Command { command: Command, arrived: Instant, reply: oneshot::Sender<Result<(), NotDone>> },
    Choose { ply: u32, choice: Choice, reply: oneshot::Sender<()> },
}

/// A way to a board. Cloning gives another handle to the same one; the board ends when all are gone.
#[derive(Debug, Clone)]
pub struct BoardHandle {
    /// Its number.
    pub number: BoardNo,
    /// The colour that the master plays there.
    pub master: Color,
    /// Whether the first move is the master's.
    pub master_begins: bool,
    inbox: mpsc::Sender<Message>,
}

/// The board has stopped, since the server does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the board is closed, since the server stops")]
pub struct Closed;

/// Why a human master's request came to nothing.
#[derive(Debug, Clone, thiserror::Error)]
pub enum NotDone {
    /// It can't be done.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// It could not be stored.
    #[error(transparent)]
    Unstored(#[from] StorageError),
    /// The server stops.
    #[error("the server stops")]
    Closed,
}

impl From<Closed> for NotDone {
    fn from(Closed: Closed) -> NotDone {
        NotDone::Closed
    }
}

impl BoardHandle {
    /// A handle to a board, and where its messages come out.
    pub(super) fn new(number: BoardNo, setup: &GameSetup) -> (BoardHandle, mpsc::Receiver<Message>) {
        let (inbox, messages) = mpsc::channel(INBOX);
        (BoardHandle { number, master: setup.master, master_begins: setup.master_begins(), inbox }, messages)
    }

    /// Whether both lead to the same board, and not to one that has taken another's place.
    #[must_use]
    pub fn is(&self, other: &BoardHandle) -> bool {
        self.inbox.same_channel(&other.inbox)
    }

    /// A player's connection sits down.
    pub async fn attach(&self, attachment: Attachment) -> Result<(), Closed> {
        self.send(Message::Attach(attachment)).await
    }

    /// A connection is gone.
    pub async fn detach(&self, id: ConnectionId) -> Result<(), Closed> {
        self.send(Message::Detach(id)).await
    }

    /// A player wants something, and said so at `arrived`: up to then their time ran. The answer comes as a [`Notice`](super::notice::Notice).
    pub async fn play(&self, from: ConnectionId, command: Command, arrived: Instant) -> Result<(), Closed> {
        self.send(Message::Play { from, command, arrived }).await
    }

    /// A player asks the master, who stands there, to come back in the next round. The answer comes as a [`Notice`](super::notice::Notice).
    pub async fn pass(&self, from: ConnectionId) -> Result<(), Closed> {
        self.send(Message::Pass { from }).await
    }

    /// The walk has gone past the board.
    pub async fn passed(&self) -> Result<(), Closed> {
        self.send(Message::Passed).await
    }

    /// Somebody has the seat, or asks for it.
    pub async fn occupy(&self, occupant: Occupant) -> Result<(), Closed> {
        self.send(Message::Occupy(occupant)).await
    }

    /// Who asks for the seat has it.
    pub async fn admit(&self) -> Result<(), Closed> {
        self.send(Message::Admit).await
    }

    /// Whoever has the seat, or asks for it, does not any more. Returns once that is stored.
    pub async fn vacate(&self, departure: Departure) -> Result<(), NotDone> {
        let (reply, answer) = oneshot::channel();
        self.send(Message::Vacate { departure, reply }).await?;
        Ok(answer.await.unwrap_or(Err(StorageError::Unknown))?)
    }

    /// Another board takes this one's place: whoever is here comes anew. Returns once it is on the record that they are gone, if
    /// that can be stored.
    pub async fn retire(&self) {
        let (reply, answer) = oneshot::channel();
        if self.send(Message::Retire { reply }).await.is_ok() {
            let _ = answer.await;
        }
    }

    /// Who has the seat goes by another name.
    pub async fn rename(&self, name: PlayerName) -> Result<(), Closed> {
        self.send(Message::Rename { name }).await
    }

    /// Whoever is here has no seat any more.
    pub async fn dismiss(&self, why: Dismissal) -> Result<(), Closed> {
        self.send(Message::Dismiss(why)).await
    }

    /// The organiser settles the game. Returns once that is stored.
    pub async fn settle(&self, result: GameResult, termination: Termination) -> Result<(), NotDone> {
        let (reply, answer) = oneshot::channel();
        self.send(Message::Settle { result, termination, reply }).await?;
        answer.await.unwrap_or(Err(NotDone::Closed))
    }

    /// Everybody is told something.
    pub async fn announce(&self, announcement: Announcement) -> Result<(), Closed> {
        self.send(Message::Announce(announcement)).await
    }

    /// No visit begins any more, or visits begin again.
    pub async fn close_visits(&self, closed: bool) -> Result<(), Closed> {
        self.send(Message::CloseVisits(closed)).await
    }

    /// The games begin, with so many opponents seated; whoever is gone for `absent_after` then, and has to move, has lost.
    pub async fn start(&self, seated: u32, absent_after: Option<Millis>) -> Result<(), Closed> {
        self.send(Message::Start { seated, absent_after }).await
    }

    /// Tells the player how far the master is; where the board is busy, the next estimate will do.
    pub fn queue(&self, boards_away: usize, eta: Option<Millis>) {
        let _ = self.inbox.try_send(Message::Queue { boards_away, eta });
    }

    /// The master comes to the board, and waits there until `grace` if that is agreed. `None` where it is not the master's turn;
    /// with `anyway` only where no game is on.
    pub async fn visit(&self, anyway: bool, grace: Option<Millis>) -> Option<Situation> {
        let (reply, answer) = oneshot::channel();
        self.send(Message::Visit { anyway, grace, reply }).await.ok()?;
        answer.await.ok()?
    }

    /// The master makes `choice` as `ply`. Returns once it has its place in the journal's order, before the commit: the
    /// master may go on. Where it comes to nothing the board simply goes on waiting.
    pub async fn choose(&self, ply: u32, choice: Choice) {
        let (reply, answer) = oneshot::channel();
        if self.send(Message::Choose { ply, choice, reply }).await.is_ok() {
            let _ = answer.await;
        }
    }

    /// A human master wants something, and said so at `arrived`. Returns once it is stored.
    pub async fn command(&self, command: Command, arrived: Instant) -> Result<(), NotDone> {
        let (reply, answer) = oneshot::channel();
        self.send(Message::Command { command, arrived, reply }).await?;
        answer.await.unwrap_or(Err(NotDone::Closed))
    }

    /// The master has gone on without a move.
    pub async fn leave(&self) -> Result<(), Closed> {
        self.send(Message::Leave).await
    }

    /// A break begins, or ends.
    pub async fn pause(&self, paused: Option<PausedBy>) -> Result<(), Closed> {
        self.send(Message::Pause(paused)).await
    }

    async fn send(&self, message: Message) -> Result<(), Closed> {
        self.inbox.send(message).await.map_err(|_| Closed)
    }
}
