//! A seat: what its owner's client is told of the game there, and what it wants there.
//!
//! A seat's task sits down at the board as a player's socket does, as long as somebody of its owner's is there, and turns
//! notices into lines. What clients ask is done one after the other, each once the board has answered the last.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use tokio::{
    sync::{broadcast, mpsc, oneshot, watch},
    time::Instant,
};
use tokio_util::sync::CancellationToken;

use super::{act::Act, asks::Ask, chat::Said, events::Events, game::Game, refusal::Refusal};
use crate::{
    base::{alarm::due, metrics::Metrics, secret::Token},
    exhibition::{
        board::{Attachment, BoardHandle, ConnectionId, Notice},
        handle::{ExhibitionHandle, Outcome, Place, Queued, Seated},
    },
    record::event::ExhibitionId,
    rules::BoardNo,
    wire::lichess::{GameId, LichessUser},
};

/// How many notices may wait for this task, which never waits for a client.
const OUTBOX: usize = 64;
/// How many questions may wait.
const INBOX: usize = 16;
/// Whoever has gone may be on the way back: for so long the seat is still theirs to be seen in.
const LINGERS: Duration = Duration::from_secs(5);
/// How long a game that is over can still be asked about, and greeted at.
const AFTERWARDS: Duration = Duration::from_secs(60);

/// A way to a seat.
#[derive(Debug, Clone)]
pub(super) struct SeatHandle {
    exhibition: ExhibitionId,
    /// 0 where there is none yet.
    board: Arc<AtomicU32>,
    asks: mpsc::Sender<Ask>,
}

impl SeatHandle {
    /// The game there, as far as it is known.
    pub(super) fn game(&self) -> GameId {
        GameId { exhibition: self.exhibition, board: BoardNo(self.board.load(Ordering::Relaxed)) }
    }

    pub(super) fn is_open(&self) -> bool {
        !self.asks.is_closed()
    }

    /// Asks something of the seat.
    pub(super) async fn ask<T>(&self, ask: impl FnOnce(oneshot::Sender<T>) -> Ask) -> Result<T, Refusal> {
        let (reply, answer) = oneshot::channel();
        // It has gone just now: asked again it is found, or seen to be none.
        self.asks.send(ask(reply)).await.map_err(|_| Refusal::restarting())?;
        answer.await.map_err(|_| Refusal::restarting())
    }

    /// Does what a client wants in the game, and said so at `arrived`. Returns once it is stored.
    pub(super) async fn act(&self, act: Act, arrived: Instant) -> Result<(), Refusal> {
        self.ask(|reply| Ask::Act { act, arrived, reply }).await?
    }

    /// It is known where it is.
    pub(super) fn is_at(&self, board: BoardNo) {
        self.board.store(board.0, Ordering::Relaxed);
    }

    /// An event stream has been opened.
    pub(super) async fn greet(&self, stream: u64) {
        // A seat that is gone has nothing to announce.
        let _ = self.asks.send(Ask::Greet { stream }).await;
    }
}

/// What every seat needs.
#[derive(Debug, Clone)]
pub(super) struct Surroundings {
    /// Where what is said is heard.
    pub(super) chat: broadcast::Sender<Said>,
    /// What is counted.
    pub(super) metrics: Metrics,
    /// The server stops.
    pub(super) stop: CancellationToken,
}

/// What a seat's task needs.
#[derive(Debug)]
pub(super) struct Seat {
    pub(super) exhibition: ExhibitionHandle,
    pub(super) secret: Token,
    /// Whose it is. Clients find their colour by the name, so that it stays as it was when they first heard it.
    pub(super) user: LichessUser,
    pub(super) events: Arc<Events>,
    /// How many streams of the owner's are open.
    pub(super) present: watch::Receiver<usize>,
    pub(super) surroundings: Surroundings,
}

/// What follows when nobody sits at the board any more.
enum After {
    /// The seat is found anew.
    Again,
    /// Somebody has to come first; another connection may have taken the seat, and then a stream that is open is not
    /// enough.
    Away { displaced: bool },
    /// There is nothing left to ask for.
    Over,
}

impl Seat {
    /// Starts the task.
    pub(super) fn spawn(self) -> SeatHandle {
        let (asks, inbox) = mpsc::channel(INBOX);
        let board = Arc::new(AtomicU32::new(0));
        let handle = SeatHandle { exhibition: self.exhibition.id, board: board.clone(), asks: asks.clone() };
        let game = Game::new(
            self.user.clone(),
            self.events.clone(),
            self.surroundings.chat.clone(),
            self.surroundings.metrics.clone(),
        );
        let task = Task { seat: self, board, own: asks.downgrade(), inbox, first: None, game };
        tokio::spawn(task.run());
        handle
    }
}

struct Task {
    seat: Seat,
    board: Arc<AtomicU32>,
    /// For streams to say that they are gone, which keeps nothing open.
    own: mpsc::WeakSender<Ask>,
    inbox: mpsc::Receiver<Ask>,
    /// What was asked first, before there was anybody to answer.
    first: Option<Ask>,
    game: Game,
}

impl Task {
    async fn run(mut self) {
        let mut displaced = false;
        loop {
            if self.first.is_none() && !self.wanted(displaced).await {
                return;
            }
            let outcome = tokio::select! {
                biased;
                () = self.seat.surroundings.stop.cancelled() => return,
                outcome = self.seat.exhibition.resume(self.seat.secret.clone()) => outcome,
            };
            let after = match outcome {
                Ok(Outcome::Seat(seated)) => self.sit(seated).await,
                Ok(Outcome::Queue(queued)) => self.wait(queued).await,
                Err(_) => After::Over,
            };
            displaced = match after {
                After::Again => false,
                After::Away { displaced } => displaced,
                After::Over => return,
            };
        }
    }

    /// Waits until somebody is here; not where nobody can come any more.
    async fn wanted(&mut self, displaced: bool) -> bool {
        loop {
            tokio::select! {
                biased;
                () = self.seat.surroundings.stop.cancelled() => return false,
                ask = self.inbox.recv() => match ask {
                    // Who has gone wants nothing.
                    Some(Ask::Left) => {}
                    ask => {
                        self.first = ask;
                        return self.first.is_some();
                    }
                },
                here = self.seat.present.wait_for(|streams| *streams > 0), if !displaced => return here.is_ok(),
            }
        }
    }

    /// Waits for a seat where there is none: there is no game to ask about.
    async fn wait(&mut self, mut queued: Queued) -> After {
        loop {
            match *queued.place.borrow_and_update() {
                Place::At(_) => {}
                Place::Seat => return After::Again,
                Place::Nowhere => return After::Over,
            }
            if let Some(ask) = self.first.take() {
                ask.refuse(&Refusal::NoSuchGame);
            }
            tokio::select! {
                biased;
                () = self.seat.surroundings.stop.cancelled() => return After::Over,
                changed = queued.place.changed() => if changed.is_err() { return After::Over },
                ask = self.inbox.recv() => match ask {
                    Some(ask) => ask.refuse(&Refusal::NoSuchGame),
                    None => return After::Over,
                },
            }
        }
    }

    /// Sits at the board as long as there is anybody who listens.
    async fn sit(&mut self, seated: Seated) -> After {
        let id = ConnectionId::next();
        let (outbox, notices) = mpsc::channel(OUTBOX);
        // Some clients play on in the position that they know.
        let attachment = Attachment { id, guest: seated.guest, outbox, choices: false, follows_retractions: false };
        self.board.store(seated.board.number.0, Ordering::Relaxed);
        self.game.sit_at(self.seat.exhibition.id, seated.board.number, self.seat.exhibition.program());
        let _counted = self.seat.surroundings.metrics.connection("lichess");
        if seated.board.attach(attachment).await.is_err() {
            return After::Over;
        }
        let after = self.listen(&seated.board, id, notices).await;
        self.game.fail_in_flight();
        if matches!(after, After::Over | After::Away { displaced: true }) {
            self.game.break_off();
        }
        // A board that has stopped needs no goodbye.
        let _ = seated.board.detach(id).await;
        after
    }

    async fn listen(&mut self, board: &BoardHandle, id: ConnectionId, mut notices: mpsc::Receiver<Notice>) -> After {
        let mut told = false;
        let mut leaves = Instant::now() + LINGERS;
        loop {
            let nobody = *self.seat.present.borrow_and_update() == 0;
            let ends = match self.game.over_since() {
                Some(since) => Some(since + AFTERWARDS),
                None => nobody.then_some(leaves),
            };
            let next_due = [ends, self.game.next_due()].into_iter().flatten().min();
            tokio::select! {
                biased;
                () = self.seat.surroundings.stop.cancelled() => return After::Over,
                notice = notices.recv() => match notice {
                    Some(Notice::Restart | Notice::Reseated { .. }) => return After::Again,
                    Some(Notice::Dismissed(_)) => return After::Over,
                    Some(Notice::Replaced) => return After::Away { displaced: true },
                    Some(notice) => {
                        told = true;
                        if let Some(command) = self.game.hear(notice)
                            && board.play(id, command, Instant::now()).await.is_err()
                        {
                            return After::Over;
                        }
                    }
                    // The board has stopped, or this task was too slow for it.
                    None => return After::Away { displaced: false },
                },
                ask = next(&mut self.first, &mut self.inbox), if told && self.game.is_idle() => match ask {
                    Some(ask) => {
                        leaves = Instant::now() + LINGERS;
                        self.game.set_program(self.seat.exhibition.program());
                        if let Some((command, arrived)) = self.game.answer(ask, &self.own)
                            && board.play(id, command, arrived).await.is_err()
                        {
                            return After::Over;
                        }
                    }
                    None => return After::Over,
                },
                changed = self.seat.present.changed() => match changed {
                    Ok(()) => leaves = Instant::now() + LINGERS,
                    Err(_) => return After::Over,
                },
                () = due(next_due) => {
                    let now = Instant::now();
                    if ends.is_some_and(|ends| ends <= now) {
                        return if self.game.over_since().is_some() { After::Over } else { After::Away { displaced: false } };
                    }
                    self.game.tick(now);
                }
            }
        }
    }
}

/// What was asked first, and then what is asked.
async fn next(first: &mut Option<Ask>, inbox: &mut mpsc::Receiver<Ask>) -> Option<Ask> {
    match first.take() {
        Some(ask) => Some(ask),
        None => inbox.recv().await,
    }
}
