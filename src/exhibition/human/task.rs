//! A human master's walk: goes from board to board by itself, and where the master wishes, within the customs of the hall.

use std::sync::Arc;

use tokio::{
    sync::{mpsc, watch},
    time::sleep,
};
use tokio_util::sync::CancellationToken;

use crate::exhibition::{
    board::{BoardHandle, NotDone},
    breaks,
    human_seat::{Connection, Request, not_allowed},
    master::{PERPLEXED, announce, finish, go, tell_passed},
    shared_walk::SharedWalk,
};
use crate::{
    base::{
        alarm::reached,
        catch_panic::{Panicked, catch_panic},
        metrics::Metrics,
        ordered_watch::Watched,
        secret::TokenHash,
        time::Timeline,
    },
    journal::{Journal, StorageError},
    record::{
        event::{ExhibitionId, Kind, PausedBy, Stage},
        program::Program,
        standing::Standing,
        view::View,
    },
    rules::{BoardNo, Millis, Walk},
};

/// What a human master's task needs of the exhibition.
#[derive(Debug)]
pub(in crate::exhibition) struct Hall {
    pub(in crate::exhibition) exhibition: ExhibitionId,
    pub(in crate::exhibition) walk: SharedWalk,
    pub(in crate::exhibition) boards: Vec<BoardHandle>,
    pub(in crate::exhibition) journal: Journal,
    pub(in crate::exhibition) timeline: Timeline,
    pub(in crate::exhibition) metrics: Metrics,
    pub(in crate::exhibition) stage: Arc<watch::Sender<Stage>>,
    /// What is settled about the exhibition.
    pub(in crate::exhibition) program: watch::Receiver<Arc<Program>>,
    /// What opens the seat.
    pub(in crate::exhibition) key: watch::Sender<TokenHash>,
    pub(in crate::exhibition) stop: CancellationToken,
    pub(in crate::exhibition) inbox: mpsc::Receiver<Request>,
    pub(in crate::exhibition) own: mpsc::WeakSender<Request>,
}

/// A reply that comes so soon after the master's move has come at once: it was chosen before.
pub(super) const AT_ONCE: Millis = Millis(50);
/// Then the walk holds for so long before it goes on.
const HOLD: Millis = Millis(2000);

/// The task, before it runs.
#[derive(Debug)]
pub(in crate::exhibition) struct Human {
    pub(super) hall: Hall,
    pub(super) standing: Watched<Standing>,
    pub(super) connection: Option<Connection>,
    pub(super) connections: u64,
    pub(super) here: Option<BoardNo>,
    /// Where the master was before.
    pub(super) before: Option<BoardNo>,
    /// It was the master's turn when they came here, and they have neither moved nor gone on since.
    pub(super) turn: bool,
    /// The master has come to look at a board where it is not their turn, and stays until they want to go on.
    pub(super) looking: bool,
    /// The master wants to go on, though they could stay.
    pub(super) leaving: bool,
    /// An excursion that a stopped server has interrupted.
    pub(super) astray: Option<BoardNo>,
    pub(super) stay: bool,
    /// Until when an opponent is waited for who has not moved and has no pass left.
    pub(super) grace: Option<Millis>,
    /// The master has just moved: until when a reply counts as one at once.
    pub(super) lingers: Option<Millis>,
    /// Until when the walk holds after such a reply.
    pub(super) hold: Option<Millis>,
    pub(super) paused: Option<PausedBy>,
    pub(super) undo: Option<(BoardNo, u32)>,
    pub(super) over: bool,
}

impl Human {
    /// The master where `view` has left them; nobody is connected.
    pub(in crate::exhibition) fn new(view: &View, hall: Hall) -> Human {
        Human {
            hall,
            standing: Watched::new(Standing::default()),
            connection: None,
            connections: 0,
            // Whoever was waited for when the server stopped still is.
            here: view.grace.map(|(board, _)| board),
            before: None,
            turn: false,
            looking: false,
            leaving: false,
            astray: view.master_at().filter(|&board| view.last_in_order() != Some(board)),
            stay: false,
            grace: view.grace.map(|(_, ends)| ends),
            lingers: None,
            hold: None,
            paused: view.paused,
            undo: view.last_move.filter(|_| view.program.retract),
            over: view.stage == Stage::Finished,
        }
    }

    /// Serves the master until nobody can come any more.
    pub(in crate::exhibition) async fn run(mut self) {
        let (stop, metrics) = (self.hall.stop.clone(), self.hall.metrics.clone());
        tokio::select! {
            biased;
            () = stop.cancelled() => {}
            () = async {
                if let Some((board, ends)) = self.here.zip(self.grace) {
                    let _ = self.hall.boards[board.index()].visit(true, Some(ends)).await;
                }
                while let Err(Panicked) = catch_panic("walk", &metrics, self.attend()).await {
                    sleep(PERPLEXED).await;
                }
            } => {}
        }
    }

    async fn attend(&mut self) {
        let (mut walk, mut stage) = (self.hall.walk.watch(), self.hall.stage.subscribe());
        loop {
            self.go_on().await;
            self.show();
            let due = self.due();
            tokio::select! {
                biased;
                // The break that comes of it is the next step's.
                () = gone(self.connection.as_ref()) => self.connection = None,
                request = self.hall.inbox.recv() => match request {
                    Some(request) => self.take(request).await,
                    None => return,
                },
                // Who changes these lives as long as `self`.
                _ = walk.changed(), if !self.over => {}
                _ = stage.changed(), if !self.over => {}
                () = reached(&self.hall.timeline, due.unwrap_or_default()), if due.is_some() => {}
            }
        }
    }

    async fn take(&mut self, request: Request) {
        match request {
            // Who knows an old one only is not there.
            Request::SitDown { key, .. } if key != *self.hall.key.borrow() => {}
            Request::SitDown { reply, .. } => {
                self.connections += 1;
                let (connection, sitting) = Connection::new(self.connections, self.hall.own.clone(), &self.standing);
                if let Some(old) = self.connection.replace(connection) {
                    old.replace();
                }
                let _ = reply.send(sitting);
                if self.paused == Some(PausedBy::Connection) {
                    // Where it can't be stored the break goes on, and the master can end it.
                    let _ = self.end_break().await;
                }
            }
            Request::Rekey { key, reply } => {
                let outcome = self.hall.journal.rekey(self.hall.exhibition, key.0).await;
                if outcome.is_ok() {
                    self.hall.key.send_replace(key);
                    // The break that comes of it is the next step's.
                    if let Some(old) = self.connection.take() {
                        old.replace();
                    }
                }
                let _ = reply.send(outcome);
            }
            Request::Boards(boards) => self.hall.boards = boards,
            Request::Break { on, reply } => {
                let outcome = self.stop_or_go(on).await;
                let _ = reply.send(outcome);
            }
            Request::Wish { from, wish, arrived, reply } => {
                let speaks = self.connection.as_ref().is_some_and(|connection| connection.id == from);
                let outcome = if speaks {
                    self.wish(wish, arrived).await
                } else {
                    Err(not_allowed("a newer connection speaks for the master"))
                };
                let _ = reply.send(outcome);
            }
        }
    }

    pub(super) fn is_on(&self) -> bool {
        !self.over && *self.hall.stage.borrow() == Stage::Running
    }

    /// Goes on, as far as the walk may by itself.
    async fn go_on(&mut self) {
        if !self.is_on() {
            return;
        }
        if self.hall.walk.read(|walk| walk.playing() == 0) && self.hall.walk.close() {
            finish(&self.hall.journal, self.hall.exhibition, &self.hall.timeline, &self.hall.stage).await;
            (self.over, self.here, self.turn) = (true, None, false);
            return;
        }
        if self.reads(Walk::is_closed) {
            // All clocks stand still as in a break, and nobody is visited.
            (self.grace, self.lingers, self.hold) = (None, None, None);
            self.turn &= self.here.is_some_and(|here| self.reads(|walk| walk.waits(here)));
            return;
        }
        if self.connection.is_none() && self.paused.is_none() {
            self.take_a_break().await;
        }
        while self.paused.is_none() && self.connection.is_some() {
            // Where nothing can be stored the master waits in place.
            self.hall.journal.sound().await;
            self.turn &= self.here.is_some_and(|here| self.reads(|walk| walk.waits(here)));
            let Some((board, excursion)) = self.upcoming() else { return };
            self.leaving = false;
            self.visit(board, excursion).await;
        }
    }

    /// Where to go now, and whether that is out of the walk's order.
    fn upcoming(&mut self) -> Option<(BoardNo, bool)> {
        let now = self.hall.timeline.now();
        if self.turn && self.hold.is_none_or(|ends| now < ends) {
            return None;
        }
        if let Some(here) = self.here.filter(|_| self.hold.take().is_some() && self.turn) {
            // It was not answered: the board is left for this round, where another one waits.
            self.turn = !self.hall.walk.pass_by(here);
            self.leaving = !self.turn;
            if self.turn {
                return None;
            }
        }
        if let Some(board) = self.astray.take().filter(|&board| self.reads(|walk| walk.plays(board))) {
            return Some((board, true));
        }
        if let Some(here) = self.here.filter(|&here| self.reads(|walk| walk.is_dismissed(here))) {
            self.hall.walk.heed(here);
            (self.leaving, self.grace) = (true, None);
        }
        if let Some((here, wait)) = self.here.zip(self.grace.or(self.lingers)).filter(|_| !self.leaving) {
            let ready = self.reads(|walk| walk.waits(here));
            if !ready && now < wait && self.reads(|walk| walk.plays(here)) {
                return None;
            }
            let lingered = self.lingers.is_some();
            (self.grace, self.lingers) = (None, None);
            if ready {
                self.hold = lingered.then(|| now.plus(HOLD));
                return Some((here, true));
            }
        }
        let stays = (self.stay || self.looking) && !self.leaving;
        let held = self.here.filter(|&here| stays && self.reads(|walk| walk.plays(here)));
        if let Some(here) = held {
            // Both may play several moves while the master stands there.
            return self.reads(|walk| walk.waits(here)).then_some((here, true));
        }
        let next = if self.leaving { self.reads(|walk| walk.next_from(self.here)) } else { None };
        let board = next.or_else(|| self.reads(Walk::next))?;
        Some((board, self.reads(|walk| walk.goes_back_to(board))))
    }

    pub(super) async fn visit(&mut self, board: BoardNo, excursion: bool) -> bool {
        let (now, hall) = (self.hall.timeline.now(), &self.hall);
        let mut grace = None;
        // Who is left must know of it before anybody is told how far the master is.
        if excursion {
            announce(&hall.journal, hall.exhibition, Kind::Visit { board, excursion }, now).await;
            self.leave_for(board).await;
            hall.walk.digress(self.here.filter(|_| self.turn));
        } else {
            let way = self.reads(|walk| walk.way_to(board));
            if !go(&hall.journal, hall.exhibition, &hall.walk, &way, now).await {
                return false;
            }
            self.leave_for(board).await;
            hall.walk.visit(board, now);
            tell_passed(&hall.walk, &hall.boards, &way.passed).await;
            grace = way.grace.then(|| now.plus(hall.program.borrow().grace));
        }
        let situation = hall.boards[board.index()].visit(excursion || grace.is_some(), grace).await;
        let Some(situation) = situation else { return false };
        self.before = self.here.replace(board).filter(|&left| left != board).or(self.before);
        self.grace = grace.filter(|_| !situation.game.waits_for_master());
        self.lingers = None;
        self.turn = situation.game.waits_for_master();
        self.looking = excursion && !self.turn;
        true
    }

    async fn leave_for(&self, board: BoardNo) {
        if let Some(left) = self.here.filter(|&left| left != board) {
            // A board that is closed tells nobody anything.
            let _ = self.hall.boards[left.index()].leave().await;
        }
    }

    /// The master's connection is gone.
    async fn take_a_break(&mut self) {
        if self.begin_break(PausedBy::Connection).await.is_err() {
            // No time passes anyway where nothing can be stored; then it is tried again.
            self.hall.journal.sound().await;
        }
    }

    pub(super) async fn begin_break(&mut self, by: PausedBy) -> Result<(), StorageError> {
        let Hall { journal, exhibition, timeline, boards, .. } = &self.hall;
        breaks::begin(journal, *exhibition, timeline, boards, by).await?;
        self.paused = Some(by);
        Ok(())
    }

    pub(super) async fn end_break(&mut self) -> Result<(), StorageError> {
        let Hall { journal, exhibition, timeline, boards, .. } = &self.hall;
        breaks::end(journal, *exhibition, timeline, boards).await?;
        self.paused = None;
        Ok(())
    }

    /// The organiser wants a break, or its end.
    async fn stop_or_go(&mut self, on: bool) -> Result<(), NotDone> {
        if !self.is_on() {
            return Err(not_allowed("the games are not on"));
        }
        breaks::check(self.paused, on).map_err(not_allowed)?;
        if self.paused.is_some() {
            self.end_break().await?;
        }
        if on {
            self.begin_break(PausedBy::Organiser).await?;
        }
        Ok(())
    }

    /// When the walk goes on by itself, where it waits for that.
    fn due(&self) -> Option<Millis> {
        let waits = self.is_on() && self.paused.is_none() && self.connection.is_some();
        self.hold.or(self.grace).or(self.lingers).filter(|_| waits)
    }

    pub(super) fn reads<R>(&self, look: impl FnOnce(&Walk) -> R) -> R {
        self.hall.walk.read(look)
    }

    /// Shows the master how the walk stands.
    fn show(&mut self) {
        // Until the opponent has answered.
        let open = |&(board, _): &(BoardNo, u32)| self.reads(|walk| walk.plays(board) && !walk.waits(board));
        self.undo = self.undo.filter(open);
        let on = self.is_on();
        let standing = Standing {
            board: self.here,
            next: self.reads(|walk| walk.next_from(self.here)).filter(|_| on),
            waiting: self.reads(Walk::waiting),
            stay: self.stay,
            paused: self.paused,
            grace: self.grace,
            hold: self.hold,
            retract: self.undo.filter(|_| !self.reads(Walk::is_closed)),
        };
        self.standing.modify(|shown| {
            let changed = *shown != standing;
            *shown = standing;
            changed
        });
    }
}

async fn gone(connection: Option<&Connection>) {
    match connection {
        Some(connection) => connection.gone().await,
        None => std::future::pending().await,
    }
}
