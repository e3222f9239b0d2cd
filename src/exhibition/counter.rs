//! An exhibition's counter: what is asked of it over HTTP. No way leads from here to a game.

use std::sync::Arc;

use shakmaty::Color;

use super::{
    handle::{Application, ExhibitionHandle, Outcome, Place, SeatError},
    human_seat::HumanSeat,
    order::{Order, OrderError},
};
use crate::{
    base::secret::Token,
    record::{
        event::{ExhibitionId, Stage},
        program::Program,
    },
    rules::{BoardNo, PlayerName},
};

/// The counter of an exhibition. Cloning gives another way to the same one.
#[derive(Debug, Clone)]
pub struct Counter(ExhibitionHandle);

/// What somebody has got who has asked for a seat.
#[derive(Debug, Clone)]
pub struct Slip {
    /// Under which name.
    pub name: PlayerName,
    /// The secret that takes it back.
    pub token: Token,
    /// What it is.
    pub what: Promise,
}

impl Slip {
    /// Where they sit, or ask to.
    #[must_use]
    pub fn board(&self) -> Option<BoardNo> {
        match self.what {
            Promise::Seat { board, .. } => Some(board),
            Promise::Queue(_) => None,
        }
    }
}

/// A seat, or a place in the queue for one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Promise {
    /// A seat.
    Seat {
        /// Which.
        board: BoardNo,
        /// The colour that is played there.
        color: Color,
        /// Whether it is theirs; else the organiser has to let them in.
        admitted: bool,
    },
    /// A place in the queue, counted from 1.
    Queue(usize),
}

impl Counter {
    /// The counter of an exhibition.
    #[must_use]
    pub fn of(exhibition: ExhibitionHandle) -> Counter {
        Counter(exhibition)
    }

    /// The exhibition, for those who hold it.
    #[must_use]
    pub fn into_exhibition(self) -> ExhibitionHandle {
        self.0
    }

    /// The exhibition's number.
    #[must_use]
    pub fn id(&self) -> ExhibitionId {
        self.0.id
    }

    /// How far it is.
    #[must_use]
    pub fn stage(&self) -> Stage {
        self.0.stage()
    }

    /// What is settled about it.
    #[must_use]
    pub fn program(&self) -> Arc<Program> {
        self.0.program()
    }

    /// The seat of a human master, where there is one.
    #[must_use]
    pub fn human(&self) -> Option<HumanSeat> {
        self.0.human.clone()
    }

    /// Starts the games with the seats taken so far. Returns once that is stored.
    pub async fn start(&self) -> Result<(), SeatError> {
        self.0.start().await
    }

    /// Does what the organiser wants. Returns once that is stored.
    pub async fn order(&self, order: Order) -> Result<(), OrderError> {
        self.0.order(order).await
    }

    /// Where the server's own bots sit.
    pub async fn house(&self) -> Vec<BoardNo> {
        self.0.house().await
    }

    /// Asks for a seat. Returns once what becomes of it is stored.
    pub async fn apply(&self, application: Application) -> Result<Slip, SeatError> {
        Ok(match self.0.apply(application).await? {
            Outcome::Seat(seated) => {
                let (board, color) = (seated.board.number, seated.board.master.other());
                let what = Promise::Seat { board, color, admitted: seated.admitted };
                Slip { name: seated.name, token: seated.token, what }
            }
            Outcome::Queue(queued) => {
                let place = match *queued.place.borrow() {
                    Place::At(place) => place,
                    // It has moved on since: whoever comes with the secret is told.
                    Place::Seat | Place::Nowhere => 0,
                };
                Slip { name: queued.name, token: queued.token, what: Promise::Queue(place) }
            }
        })
    }
}
