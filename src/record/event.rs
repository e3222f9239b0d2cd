//! What happens in an exhibition: the one list that everything else stores, folds, shows or exports.

use std::sync::Arc;

use shakmaty::Color;

use super::program::Program;
use crate::rules::{BoardNo, Fact, GameResult, Millis, PlayerName};

/// An exhibition's number, given by the journal, ascending.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExhibitionId(pub i64);

impl std::fmt::Display for ExhibitionId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// One thing that happened, numbered without a gap within its exhibition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// 1 for the exhibition's first event; never reused, not even after a crash.
    pub seq: u64,
    /// When it was decided, in the exhibition's own time.
    pub at: Millis,
    /// When it was stored, in Unix milliseconds: for people, never for clocks.
    pub wall: u64,
    /// What happened.
    pub kind: Kind,
}

/// Somebody's number in an exhibition, given as they come, ascending: seats and names may change, it does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GuestNo(pub u32);

/// Who has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guest {
    /// Their number.
    pub number: GuestNo,
    /// Their name, distinct among those who are there.
    pub name: PlayerName,
    /// A program, by its own word.
    pub bot: bool,
}

/// What everybody is told.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Announcement {
    /// In the organiser's words.
    pub text: Option<Arc<str>>,
    /// The master comes to every board once more, and then to none.
    pub last_round: bool,
    /// When no visit begins any more, in the exhibition's own time.
    pub closes: Option<Millis>,
    /// When the games begin, in Unix milliseconds.
    pub starts_at: Option<u64>,
}

/// What can happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// Somebody has a seat that was free, and is there.
    Joined {
        /// The seat.
        board: BoardNo,
        /// Who.
        guest: Guest,
    },
    /// Somebody asks for a seat that was free, and is there; the organiser lets them in or does not.
    Applied {
        /// The seat.
        board: BoardNo,
        /// Who.
        guest: Guest,
    },
    /// Who has asked for the seat has it.
    Admitted {
        /// The seat.
        board: BoardNo,
    },
    /// Who has asked for the seat does not get it: it is free again.
    TurnedAway {
        /// The seat.
        board: BoardNo,
    },
    /// Who had the seat has it no more: it is free again.
    Left {
        /// The seat.
        board: BoardNo,
        /// Whose it was.
        guest: Guest,
    },
    /// Every seat is taken, and somebody waits for one.
    Queued {
        /// Who.
        guest: Guest,
    },
    /// They do not any more, and have none.
    Unqueued {
        /// Who.
        guest: GuestNo,
    },
    /// Who has the seat, or has asked for it, goes by another name.
    Renamed {
        /// The seat.
        board: BoardNo,
        /// Whose it is.
        guest: GuestNo,
        /// The name, distinct among those who are there.
        name: PlayerName,
    },
    /// Who has a seat has another one, that was free; they have to come to it.
    Reseated {
        /// The seat that is free now.
        board: BoardNo,
        /// The one that is theirs.
        to: BoardNo,
    },
    /// Everybody is told something.
    Announced(Announcement),
    /// The organiser has settled something anew.
    Changed(Arc<Program>),
    /// From now on no visit begins, and all clocks stand still, until that is changed.
    Closed,
    /// A player has come back to the seat.
    Connected {
        /// The seat.
        board: BoardNo,
    },
    /// A player's connection is gone; the seat is kept.
    Disconnected {
        /// The seat.
        board: BoardNo,
    },
    /// The games have begun.
    Started {
        /// How many opponents sat there then. The record alone knows: a seat may have been promised a moment before.
        seated: u32,
    },
    /// The last game has ended.
    Finished,
    /// The master has come to a board.
    Visit {
        /// The board.
        board: BoardNo,
        /// Not in the walk's own order, which goes on where it was.
        excursion: bool,
    },
    /// The opponent at a board, who has not moved, is left until the next round.
    Passed {
        /// The board.
        board: BoardNo,
        /// Whose doing it is.
        by: PassedBy,
        /// How many are left then; `None` for no limit.
        left: Option<u32>,
    },
    /// The master has come to a board whose opponent has not moved and has no pass left, and waits there for the time that
    /// was settled.
    Grace {
        /// The board.
        board: BoardNo,
    },
    /// A break: the walk and all clocks stand still.
    Paused {
        /// Whose doing it is.
        by: PausedBy,
    },
    /// The break is over.
    Continued,
    /// Something happened in a game.
    Game {
        /// Its board.
        board: BoardNo,
        /// What.
        fact: Fact,
    },
}

impl Kind {
    /// Wherever it has a name of this guest's, it is this one.
    pub fn rename(&mut self, number: GuestNo, name: &PlayerName) {
        match self {
            Kind::Joined { guest, .. }
            | Kind::Applied { guest, .. }
            | Kind::Left { guest, .. }
            | Kind::Queued { guest }
                if guest.number == number =>
            {
                guest.name = name.clone();
            }
            Kind::Renamed { guest, name: known, .. } if *guest == number => *known = name.clone(),
            _ => {}
        }
    }
}

/// Whose doing a break is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PausedBy {
    /// The master wants one.
    Master,
    /// The organiser does.
    Organiser,
    /// The master's connection is gone.
    Connection,
}

impl PausedBy {
    const ALL: [PausedBy; 3] = [PausedBy::Master, PausedBy::Organiser, PausedBy::Connection];

    /// The contract's word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            PausedBy::Master => "master",
            PausedBy::Organiser => "organiser",
            PausedBy::Connection => "connection",
        }
    }

    /// The one that is called so.
    #[must_use]
    pub fn parse(text: &str) -> Option<PausedBy> {
        PausedBy::ALL.into_iter().find(|by| by.as_str() == text)
    }
}

/// Whose doing a pass is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PassedBy {
    /// The opponent has asked for it.
    Opponent,
    /// The walk has gone past.
    Walk,
}

impl PassedBy {
    /// The contract's word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            PassedBy::Opponent => "opponent",
            PassedBy::Walk => "walk",
        }
    }

    /// The one that is called so.
    #[must_use]
    pub fn parse(text: &str) -> Option<PassedBy> {
        [PassedBy::Opponent, PassedBy::Walk].into_iter().find(|by| by.as_str() == text)
    }
}

/// How far an exhibition is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Seats can be taken.
    Open,
    /// The games are on.
    Running,
    /// All games have ended.
    Finished,
}

impl Stage {
    /// The contract's word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Stage::Open => "open",
            Stage::Running => "running",
            Stage::Finished => "finished",
        }
    }
}

/// An exhibition's result as the master's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Score {
    /// Games the master won.
    pub wins: u32,
    /// Games drawn.
    pub draws: u32,
    /// Games the master lost.
    pub losses: u32,
    /// Games that go on.
    pub playing: u32,
}

impl Score {
    /// Counts the result of a game in which the master played `master`.
    pub fn count(&mut self, result: GameResult, master: Color) {
        match result.winner() {
            Some(winner) if winner == master => self.wins += 1,
            Some(_) => self.losses += 1,
            None if result == GameResult::Draw => self.draws += 1,
            None => {}
        }
    }
}
