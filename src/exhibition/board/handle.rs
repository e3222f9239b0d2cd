//! What others may ask of a board, and what they are told.

use std::sync::Arc;

use shakmaty::{Chess, Color, uci::UciMove};
use tokio::{
    sync::{mpsc, oneshot},
    time::Instant,
};

use crate::{
    journal::StorageError,
    record::event::{Announcement, Guest, GuestNo, PassedBy, PausedBy},
    rules::{
        BoardNo, ClockReading, Command, Game, GameResult, GameSetup, GameStatus, Millis, Played, PlayerName, Refusal,
        Retracted, Termination,
    },
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
    /// Who sits down.
    pub guest: GuestNo,
    /// What the player is told. Where it is full the player does not read, and it is closed.
    pub outbox: mpsc::Sender<Notice>,
    /// Whether the player wants to know the legal moves.
    pub choices: bool,
}

/// Who has a seat, or asks for it, as its board knows them.
#[derive(Debug, Clone, Copy)]
pub struct Occupant {
    /// Who.
    pub guest: GuestNo,
    /// Whether the seat is theirs.
    pub admitted: bool,
    /// Whether the record has a connection of theirs there.
    pub here: bool,
    /// Whether that connection is still on its way to the board.
    pub arriving: bool,
    /// Since when the record has none, in the exhibition's own time.
    pub away_since: Option<Millis>,
    /// Whether it is the server's own bot, whose absence is the server's doing.
    pub house: bool,
}

/// How somebody comes to have no seat at a board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Departure {
    /// They are turned away, who asked for it.
    TurnedAway,
    /// It is taken from them.
    Removed(Guest),
    /// They have another one.
    Reseated(BoardNo),
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
        /// In the last round: whether the master still comes.
        due: Option<bool>,
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
    /// The seat is asked for; the organiser lets the player in or does not.
    Applied,
    /// The seat is the player's.
    Admitted,
    /// The player goes by another name.
    Renamed {
        /// The name.
        name: PlayerName,
    },
    /// The player has another seat, and comes to it anew.
    Reseated {
        /// Which.
        to: BoardNo,
    },
    /// The player has no seat any more.
    Dismissed(Dismissal),
    /// Everybody is told something.
    Announced {
        /// What.
        announcement: Announcement,
        /// What time it is, in the exhibition's own.
        now: Millis,
    },
    /// No visit begins any more, or visits begin again; the clocks stand still as long as none does.
    Closed(bool),
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

/// Why a player has no seat any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dismissal {
    /// The organiser has turned them away.
    TurnedAway,
    /// The organiser has taken it from them.
    Removed,
    /// The exhibition is over.
    Over,
}

impl Dismissal {
    /// What the player is told.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Dismissal::TurnedAway => "the organiser has given this seat to nobody; ask them why",
            Dismissal::Removed => "the organiser has taken you from this seat; ask them why",
            Dismissal::Over => "this exhibition has ended",
        }
    }
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
