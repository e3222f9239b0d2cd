//! Who sits at a board, and what they are told.

use std::sync::atomic::{AtomicU64, Ordering};

use shakmaty::{Chess, Color};
use tokio::{sync::mpsc, time::Instant};

use crate::{
    journal::StorageError,
    record::event::{Announcement, Guest, GuestNo, PassedBy, PausedBy},
    rules::{BoardNo, ClockReading, Game, GameStatus, Millis, Played, PlayerName, Refusal, Retracted},
};

/// Tells a seat's connections apart: the newest one speaks for the seat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConnectionId(pub u64);

impl ConnectionId {
    /// Another connection's, newer than all that were before.
    pub fn next() -> ConnectionId {
        static CONNECTIONS: AtomicU64 = AtomicU64::new(0);
        ConnectionId(CONNECTIONS.fetch_add(1, Ordering::Relaxed))
    }
}

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
    /// Whether the player can follow when the master takes a move back.
    pub follows_retractions: bool,
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
        /// Whether it has ended the game, which is told next.
        ends: bool,
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
