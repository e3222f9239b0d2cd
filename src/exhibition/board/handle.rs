//! What others may ask of a board, and what they are told.

use std::sync::Arc;

use shakmaty::{Chess, Color, uci::UciMove};
use tokio::{
    sync::{mpsc, oneshot},
    time::Instant,
};

use crate::{
    journal::StorageError,
    record::event::{PassedBy, PausedBy},
    rules::{BoardNo, ClockReading, Command, Game, GameSetup, GameStatus, Millis, Played, Refusal, Retracted},
};

/// How many messages may wait for a board; its player's socket waits beyond that.
const INBOX: usize = 64;

/// Tells a seat's connections apart: the newest one speaks for the seat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConnectionId(pub u64);

/// A player's connection, as its board knows it.
#[derive(Debug)]
pub struct Attachment {
    /// Which connection.
    pub id: ConnectionId,
    /// What the player is told. Where it is full the player does not read, and it is closed.
    pub outbox: mpsc::Sender<Notice>,
    /// Whether the player wants to know the legal moves.
    pub choices: bool,
    /// Whether the seat has just been taken, which has been said already.
    pub joined: bool,
}

/// What a player is told.
#[derive(Debug)]
pub enum Notice {
    /// The whole game.
    Game {
        /// As it is.
        game: Box<Game>,
        /// What its clocks show.
        clock: Option<ClockReading>,
        /// How many passes the opponent has left; `None` for no limit.
        passes_left: Option<u32>,
    },
    /// The games have begun.
    Started {
        /// What the clocks show.
        clock: Option<ClockReading>,
    },
    /// A move is stored.
    Moved {
        /// The move.
        played: Played,
        /// The position to list legal moves of, if the player is to move and asked for them.
        choices: Option<Box<Chess>>,
        /// When the player's own move came in, if this is its receipt.
        arrived: Option<Instant>,
    },
    /// The clocks have stopped since nothing can be stored, or go on.
    Clock {
        /// What they show.
        clock: ClockReading,
    },
    /// The master is here.
    Visit,
    /// The master is on the way.
    Queue {
        /// How many visits away.
        boards_away: usize,
        /// Which will take about this long.
        eta: Option<Millis>,
    },
    /// Somebody offers a draw.
    DrawOffered {
        /// Who.
        by: Color,
    },
    /// Somebody declines a draw.
    DrawDeclined {
        /// Who.
        by: Color,
    },
    /// The master has taken the last move back.
    Retracted {
        /// What is so again.
        retracted: Retracted,
    },
    /// The opponent is left until the next round.
    Passed {
        /// How many passes are left; `None` for no limit.
        left: Option<u32>,
        /// Whose doing it is.
        by: PassedBy,
    },
    /// The master is here, and waits for a move.
    Grace {
        /// Until when, in the exhibition's own time.
        ends: Millis,
        /// What time it is.
        now: Millis,
    },
    /// The walk and all clocks stand still.
    Paused {
        /// Whose doing it is.
        by: PausedBy,
    },
    /// They go on.
    Continued,
    /// The game is over.
    Ended {
        /// How the game stands on the record.
        status: GameStatus,
    },
    /// The player's request was refused.
    Refused {
        /// Why.
        refusal: Refusal,
        /// With a move: as which ply it was meant.
        ply: Option<u32>,
    },
    /// The player's request could not be stored.
    Unstored {
        /// Why.
        error: StorageError,
        /// With a move: as which ply it was meant.
        ply: Option<u32>,
    },
    /// The seat was taken up by a newer connection.
    Replaced,
    /// The board has failed and is taken up again: the player comes back too.
    Restart,
}

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
    Start { seated: u32 },
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

    /// A player's connection sits down.
    pub async fn attach(&self, attachment: Attachment) -> Result<(), Closed> {
        self.send(Message::Attach(attachment)).await
    }

    /// A connection is gone.
    pub async fn detach(&self, id: ConnectionId) -> Result<(), Closed> {
        self.send(Message::Detach(id)).await
    }

    /// A player wants something, and said so at `arrived`: up to then their time ran. The answer comes as a [`Notice`].
    pub async fn play(&self, from: ConnectionId, command: Command, arrived: Instant) -> Result<(), Closed> {
        self.send(Message::Play { from, command, arrived }).await
    }

    /// A player asks the master, who stands there, to come back in the next round. The answer comes as a [`Notice`].
    pub async fn pass(&self, from: ConnectionId) -> Result<(), Closed> {
        self.send(Message::Pass { from }).await
    }

    /// The walk has gone past the board.
    pub async fn passed(&self) -> Result<(), Closed> {
        self.send(Message::Passed).await
    }

    /// The games begin, with so many opponents seated.
    pub async fn start(&self, seated: u32) -> Result<(), Closed> {
        self.send(Message::Start { seated }).await
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
