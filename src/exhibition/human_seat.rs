//! The seat of a human master: what opens it, and what can be asked for there.

use tokio::{
    sync::{mpsc, oneshot, watch},
    time::Instant,
};
use tokio_util::sync::{CancellationToken, DropGuard};

use super::board::{BoardHandle, NotDone};
use crate::{
    base::{
        ordered_watch::{Watched, Watcher},
        secret::{Token, TokenHash},
    },
    journal::StorageError,
    record::standing::Standing,
    rules::{Refusal, Wish},
};

/// How many wishes may wait.
const INBOX: usize = 64;

pub(super) enum Request {
    SitDown {
        key: TokenHash,
        reply: oneshot::Sender<Sitting>,
    },
    Rekey {
        key: TokenHash,
        reply: oneshot::Sender<Result<(), StorageError>>,
    },
    Wish {
        from: u64,
        wish: Wish,
        arrived: Instant,
        reply: oneshot::Sender<Result<(), NotDone>>,
    },
    /// The organiser wants a break, or its end.
    Break {
        on: bool,
        reply: oneshot::Sender<Result<(), NotDone>>,
    },
    /// The boards are others now.
    Boards(Vec<BoardHandle>),
}

/// A way to the seat. Cloning gives another one.
#[derive(Debug, Clone)]
pub struct HumanSeat {
    key: watch::Receiver<TokenHash>,
    inbox: mpsc::Sender<Request>,
}

impl HumanSeat {
    /// A seat that `key` opens, until another one does, and where its requests come out.
    pub(super) fn new(key: watch::Receiver<TokenHash>) -> (HumanSeat, mpsc::Receiver<Request>) {
        let (inbox, requests) = mpsc::channel(INBOX);
        (HumanSeat { key, inbox }, requests)
    }

    /// A way that does not keep it open.
    pub(super) fn downgrade(&self) -> mpsc::WeakSender<Request> {
        self.inbox.downgrade()
    }

    /// Whether `token` opens it.
    #[must_use]
    pub fn opened_by(&self, token: &Token) -> bool {
        token.hash() == *self.key.borrow()
    }

    /// From now on this secret opens it, and no other: whoever sits there has to show it. Returns once that is stored.
    pub async fn rekey(&self, token: &Token) -> Result<(), StorageError> {
        let (reply, answer) = oneshot::channel();
        let request = Request::Rekey { key: token.hash(), reply };
        self.inbox.send(request).await.map_err(|_| StorageError::Unknown)?;
        answer.await.unwrap_or(Err(StorageError::Unknown))
    }

    /// The organiser wants a break, or its end. Returns once that is stored.
    pub(super) async fn stop_or_go(&self, on: bool) -> Result<(), NotDone> {
        let (reply, answer) = oneshot::channel();
        self.inbox.send(Request::Break { on, reply }).await.map_err(|_| NotDone::Closed)?;
        answer.await.unwrap_or(Err(NotDone::Closed))
    }

    /// The boards are others now.
    pub(super) async fn replace_boards(&self, boards: Vec<BoardHandle>) {
        // Where the master's task is gone, so is the exhibition.
        let _ = self.inbox.send(Request::Boards(boards)).await;
    }

    /// Takes the seat, from whoever has it. `None` where the exhibition is gone, or `token` opens it no more.
    pub async fn sit_down(&self, token: &Token) -> Option<Sitting> {
        let (reply, answer) = oneshot::channel();
        self.inbox.send(Request::SitDown { key: token.hash(), reply }).await.ok()?;
        answer.await.ok()
    }
}

/// A connection that speaks for the master until another one does. Dropped, it leaves the seat.
#[derive(Debug)]
pub struct Sitting {
    pub(super) id: u64,
    pub(super) inbox: mpsc::WeakSender<Request>,
    /// How the walk stands.
    pub standing: Watcher<Standing>,
    /// Another connection has taken the seat.
    pub replaced: CancellationToken,
    pub(super) _here: DropGuard,
}

impl Sitting {
    /// Does what the master wants; a move is safely stored then.
    pub async fn wish(&self, wish: Wish, arrived: Instant) -> Result<(), NotDone> {
        let (reply, answer) = oneshot::channel();
        let inbox = self.inbox.upgrade().ok_or(NotDone::Closed)?;
        let request = Request::Wish { from: self.id, wish, arrived, reply };
        inbox.send(request).await.map_err(|_| NotDone::Closed)?;
        answer.await.unwrap_or(Err(NotDone::Closed))
    }
}

/// Who speaks for the master, as the walk knows it.
#[derive(Debug)]
pub(super) struct Connection {
    pub(super) id: u64,
    replaced: CancellationToken,
    gone: CancellationToken,
}

impl Connection {
    /// A connection and its other end.
    pub(super) fn new(
        id: u64,
        inbox: mpsc::WeakSender<Request>,
        standing: &Watched<Standing>,
    ) -> (Connection, Sitting) {
        let (replaced, gone) = (CancellationToken::new(), CancellationToken::new());
        let here = gone.clone().drop_guard();
        let sitting = Sitting { id, inbox, standing: standing.watch(), replaced: replaced.clone(), _here: here };
        (Connection { id, replaced, gone }, sitting)
    }

    /// Another one speaks for the master now.
    pub(super) fn replace(&self) {
        self.replaced.cancel();
    }

    /// Waits until it is gone.
    pub(super) async fn gone(&self) {
        self.gone.cancelled().await;
    }
}

/// A wish that custom does not grant.
pub(super) fn not_allowed(why: &'static str) -> NotDone {
    NotDone::Refused(Refusal::NotAllowed(why))
}
