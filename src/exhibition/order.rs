//! What the organiser may want of an exhibition that is open.

use std::{str::FromStr, sync::Arc};

use super::board::NotDone;
use crate::{
    journal::StorageError,
    record::program::Program,
    rules::{BoardNo, GameResult, PlayerName, Refusal, is_visible},
};

/// What the organiser may want.
#[derive(Debug, Clone)]
pub enum Order {
    /// Settle something anew. What it was before is said too, since somebody else may have changed it meanwhile.
    Change {
        /// What was settled.
        from: Arc<Program>,
        /// What is to be.
        to: Box<Program>,
    },
    /// A break: the walk and all clocks stand still.
    Pause,
    /// The end of any break, but of one that waits for the master's connection.
    Continue,
    /// The master comes to every board once more, and then to none.
    LastRound,
    /// End what is unfinished, without a result.
    Cancel,
    /// Tell everybody something.
    Announce(Words),
    /// Let in who has asked for a seat.
    Admit(BoardNo),
    /// Turn away who has asked for a seat; take it from who has it, before the start; end their game later.
    Remove {
        /// The seat.
        board: BoardNo,
        /// How a game ends then; without a result where nothing is said.
        result: Option<GameResult>,
    },
    /// Give somebody another name.
    Rename(BoardNo, PlayerName),
    /// Give somebody another seat, before the start.
    Reseat {
        /// Theirs now.
        board: BoardNo,
        /// The free one that is to be theirs.
        to: BoardNo,
    },
    /// Settle a game.
    Adjudicate(BoardNo, GameResult),
    /// Have a name removed from the records.
    Forget(BoardNo),
}

/// What everybody may be told: 1 to 200 visible characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words(pub(super) Arc<str>);

/// Why a text can't be announced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an announcement has 1 to 200 characters, none of them invisible")]
pub struct BadWords;

impl FromStr for Words {
    type Err = BadWords;

    fn from_str(text: &str) -> Result<Words, BadWords> {
        let text = text.trim();
        let fits = (1..=200).contains(&text.chars().take(201).count());
        if fits && text.chars().all(is_visible) { Ok(Words(text.into())) } else { Err(BadWords) }
    }
}

/// Why an order comes to nothing. Nothing has changed then.
#[derive(Debug, Clone, thiserror::Error)]
pub enum OrderError {
    /// It is over.
    #[error("this exhibition has ended")]
    Ended,
    /// Its stage does not allow it, or something else does not.
    #[error("{0}")]
    NotAllowed(&'static str),
    /// A board is in the way.
    #[error("board {0} is taken: the exhibition can't have fewer boards than that")]
    BoardTaken(BoardNo),
    /// There is no such board.
    #[error("there is no board {0}: this exhibition has boards 1 to {1}")]
    NoSuchBoard(BoardNo, u32),
    /// Nobody sits there.
    #[error("nobody sits at board {0}")]
    Nobody(BoardNo),
    /// The settings have changed meanwhile.
    #[error("somebody else has changed the settings meanwhile; please look again")]
    Meanwhile,
    /// Not stored.
    #[error("it could not be stored; nothing was changed, please try again")]
    Storage(#[from] StorageError),
    /// The server stops.
    #[error("the server stops; come back in a moment")]
    Stopping,
}

impl From<NotDone> for OrderError {
    fn from(error: NotDone) -> OrderError {
        match error {
            NotDone::Refused(Refusal::GameOver) => OrderError::NotAllowed("this game has ended"),
            NotDone::Refused(Refusal::NotAllowed(why)) => OrderError::NotAllowed(why),
            NotDone::Refused(_) => OrderError::NotAllowed("that can't be done in this game now"),
            NotDone::Unstored(error) => OrderError::Storage(error),
            NotDone::Closed => OrderError::Stopping,
        }
    }
}
