//! What is asked of a seat.

use tokio::{
    sync::{mpsc, oneshot},
    time::Instant,
};

use super::{
    act::Act,
    chat::{Room, Said},
    refusal::Refusal,
    stream::Lines,
};
use crate::wire::lichess::GameInfo;

/// What is asked of a seat.
#[derive(Debug)]
pub(super) enum Ask {
    /// To do something in the game; it was said at `arrived`.
    Act { act: Act, arrived: Instant, reply: oneshot::Sender<Result<(), Refusal>> },
    /// To show the game from now on.
    Watch { lines: Lines, reply: oneshot::Sender<Result<Leaving, Refusal>> },
    /// To say something.
    Say { room: Room, text: String, reply: oneshot::Sender<()> },
    /// What was said.
    Said { reply: oneshot::Sender<Vec<Said>> },
    /// The game, where it is on.
    Info { reply: oneshot::Sender<Option<GameInfo>> },
    /// The challenge that would have led to the game, which is announced again.
    Challenge { reply: oneshot::Sender<Option<String>> },
    /// To announce the game, where it is on, on this event stream.
    Greet { stream: u64 },
    /// A game stream is gone.
    Left,
}

impl Ask {
    /// There is no game that it could be about.
    pub(super) fn refuse(self, why: &Refusal) {
        // Whoever does not wait for the answer any more does not need it.
        match self {
            Ask::Act { reply, .. } => drop(reply.send(Err(why.clone()))),
            Ask::Watch { reply, .. } => drop(reply.send(Err(why.clone()))),
            Ask::Say { reply, .. } => drop(reply.send(())),
            Ask::Said { reply } => drop(reply.send(Vec::new())),
            Ask::Info { reply } => drop(reply.send(None)),
            Ask::Challenge { reply } => drop(reply.send(None)),
            Ask::Greet { .. } | Ask::Left => {}
        }
    }
}

/// Held by a game's stream: dropped, it tells the seat that the client is gone.
#[derive(Debug)]
pub(super) struct Leaving(pub(super) mpsc::WeakSender<Ask>);

impl Drop for Leaving {
    fn drop(&mut self) {
        if let Some(seat) = self.0.upgrade() {
            // A seat with a full inbox looks around anyway when it comes to the rest.
            let _ = seat.try_send(Ask::Left);
        }
    }
}
