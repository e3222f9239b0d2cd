//! What a client wants in a game: the commands that it comes to, and the notice that says it is done.

use shakmaty::uci::UciMove;
use tokio::sync::oneshot;

use super::{refusal::Refusal, sheet::Sheet};
use crate::{
    exhibition::board::Notice,
    rules::{Command, GameStatus},
};

/// What a client wants in a game.
#[derive(Debug, Clone)]
pub(super) enum Act {
    /// To play a move, and with it to offer a draw or accept one, or to decline it; or neither.
    Move { uci: UciMove, draw: Option<bool> },
    /// To play what is no move.
    Unreadable(String),
    /// To give up.
    Resign,
    /// To offer a draw or accept one; or to decline it.
    Draw(bool),
}

/// What comes of it.
#[derive(Debug)]
pub(super) enum Beginning {
    /// This command goes to the board, and its notice is waited for.
    Command(Command, Wait, Option<Command>),
    /// There is nothing to do.
    Done,
}

/// Which notice says that a command is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wait {
    /// The move with this ply.
    Move(u32),
    /// The end of the game.
    End,
    /// An offer, or the end of the game where the other side's stood.
    Offer,
    /// That an offer is declined.
    Decline,
}

impl Act {
    /// The command that comes first.
    pub(super) fn begin(self, sheet: &Sheet) -> Result<Beginning, Refusal> {
        match sheet.status() {
            GameStatus::Waiting => return Err(Refusal::NoSuchGame),
            GameStatus::Ended(..) => return Err(Refusal::NotYourTurn),
            GameStatus::Playing => {}
        }
        Ok(match self {
            Act::Move { draw: Some(true), .. } if sheet.master_offers() => {
                Beginning::Command(Command::AcceptDraw, Wait::End, None)
            }
            Act::Move { .. } | Act::Unreadable(_) if !sheet.is_own_turn() => return Err(Refusal::NotYourTurn),
            Act::Unreadable(text) => {
                return Err(Refusal::Bad(format!("{text} is not a move, which is written like e2e4 or e7e8q")));
            }
            Act::Move { uci, draw } => {
                let ply = sheet.ply() + 1;
                // The move itself declines what was offered.
                let then = (draw == Some(true)).then_some(Command::OfferDraw);
                Beginning::Command(Command::Move { ply, uci }, Wait::Move(ply), then)
            }
            Act::Resign => Beginning::Command(Command::Resign, Wait::End, None),
            Act::Draw(true) => Beginning::Command(Command::OfferDraw, Wait::Offer, None),
            Act::Draw(false) if sheet.master_offers() => Beginning::Command(Command::DeclineDraw, Wait::Decline, None),
            Act::Draw(false) => Beginning::Done,
        })
    }
}

/// A command on its way to the board, and who waits for it.
#[derive(Debug)]
pub(super) struct InFlight {
    pub(super) wait: Wait,
    /// What follows once it is done. It is no part of what was promised.
    pub(super) then: Option<Command>,
    /// Whether a move was the first of it.
    pub(super) moved: bool,
    pub(super) reply: oneshot::Sender<Result<(), Refusal>>,
}

impl InFlight {
    /// What a notice says about it, if it does.
    pub(super) fn outcome(&self, notice: &Notice) -> Option<Result<(), Refusal>> {
        match notice {
            Notice::Refused { refusal, .. } => Some(Err((*refusal).into())),
            Notice::Unstored { error, .. } => Some(Err(Refusal::Unavailable(error.to_string()))),
            Notice::Moved { played, .. } => (self.wait == Wait::Move(played.ply)).then_some(Ok(())),
            Notice::Ended { .. } => (!matches!(self.wait, Wait::Move(_))).then_some(Ok(())),
            Notice::DrawOffered { .. } => (self.wait == Wait::Offer).then_some(Ok(())),
            Notice::DrawDeclined { .. } => (self.wait == Wait::Decline).then_some(Ok(())),
            _ => None,
        }
    }
}
