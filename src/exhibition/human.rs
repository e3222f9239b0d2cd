//! A human master's walk: goes from board to board by itself, and where the master wishes, within the customs of the hall.

use std::sync::Arc;

use tokio::{
    sync::{mpsc, watch},
    time::{Instant, sleep},
};
use tokio_util::sync::CancellationToken;

use super::{
    board::{BoardHandle, NotDone},
    human_seat::{Connection, Request, not_allowed},
    master::{PERPLEXED, announce, finish},
    shared_walk::SharedWalk,
};
use crate::{
    base::{
        catch_panic::{Panicked, catch_panic},
        metrics::Metrics,
        ordered_watch::Watched,
        time::Timeline,
    },
    journal::{Entry, Journal},
    record::{
        event::{ExhibitionId, Kind, PausedBy, Stage},
        standing::Standing,
        view::View,
    },
    rules::{BoardNo, Command, Walk, Wish},
};

const ON_A_BREAK: &str = "this is a break: end it first";

/// What a human master's task needs of the exhibition.
#[derive(Debug)]
pub(super) struct Hall {
    pub(super) exhibition: ExhibitionId,
    pub(super) walk: SharedWalk,
    pub(super) boards: Vec<BoardHandle>,
    pub(super) journal: Journal,
    pub(super) timeline: Timeline,
    pub(super) metrics: Metrics,
    pub(super) stage: Arc<watch::Sender<Stage>>,
    pub(super) stop: CancellationToken,
    pub(super) inbox: mpsc::Receiver<Request>,
    pub(super) own: mpsc::WeakSender<Request>,
}

/// The task, before it runs.
#[derive(Debug)]
pub(super) struct Human {
    hall: Hall,
    standing: Watched<Standing>,
    connection: Option<Connection>,
    connections: u64,
    here: Option<BoardNo>,
    /// Where the master was before.
    before: Option<BoardNo>,
    /// It was the master's turn when they came here, and they have neither moved nor gone on since.
    turn: bool,
    /// The master has come to look at a board where it is not their turn, and stays until they want to go on.
    looking: bool,
    /// The master wants to go on, though they could stay.
    leaving: bool,
    /// An excursion that a stopped server has interrupted.
    astray: Option<BoardNo>,
    stay: bool,
    paused: Option<PausedBy>,
    undo: Option<(BoardNo, u32)>,
    over: bool,
}

impl Human {
    /// The master where `view` has left them; nobody is connected.
    pub(super) fn new(view: &View, hall: Hall) -> Human {
        if view.paused.is_some() {
            hall.timeline.hold();
        }
        Human {
            hall,
            standing: Watched::new(Standing::default()),
            connection: None,
            connections: 0,
            here: None,
            before: None,
            turn: false,
            looking: false,
            leaving: false,
            astray: view.master_at().filter(|&board| view.last_in_order() != Some(board)),
            stay: false,
            paused: view.paused,
            undo: view.last_move,
            over: view.stage == Stage::Finished,
        }
    }

    /// Serves the master until nobody can come any more.
    pub(super) async fn run(mut self) {
        let (stop, metrics) = (self.hall.stop.clone(), self.hall.metrics.clone());
        tokio::select! {
            biased;
            () = stop.cancelled() => {}
            () = async {
                if let Some(by) = self.paused {
                    self.tell_boards(Some(by)).await;
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
            }
        }
    }

    async fn take(&mut self, request: Request) {
        match request {
            Request::SitDown { reply } => {
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

    fn is_on(&self) -> bool {
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
        if self.connection.is_none() && self.paused.is_none() {
            self.begin_break(PausedBy::Connection).await;
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
        if self.turn {
            return None;
        }
        if let Some(board) = self.astray.take().filter(|&board| self.reads(|walk| walk.plays(board))) {
            return Some((board, true));
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

    async fn visit(&mut self, board: BoardNo, excursion: bool) -> bool {
        let now = self.hall.timeline.now();
        announce(&self.hall.journal, self.hall.exhibition, Kind::Visit { board, excursion }, now).await;
        if excursion {
            self.hall.walk.digress(self.here.filter(|_| self.turn));
        } else {
            self.hall.walk.visit(board, now);
        }
        let situation = self.hall.boards[board.index()].visit(excursion).await;
        let Some(situation) = situation else { return false };
        if let Some(left) = self.here.replace(board).filter(|&left| left != board) {
            self.before = Some(left);
            // A board that is closed tells nobody anything.
            let _ = self.hall.boards[left.index()].leave().await;
        }
        self.turn = situation.game.waits_for_master();
        self.looking = excursion && !self.turn;
        true
    }

    async fn wish(&mut self, wish: Wish, arrived: Instant) -> Result<(), NotDone> {
        if !self.is_on() {
            return Err(not_allowed("the games are not on"));
        }
        match wish {
            Wish::Stay(on) => self.stay = on,
            Wish::Continue if self.paused.is_some() => return self.end_break().await,
            Wish::Continue => return Err(not_allowed("there is no break to end")),
            _ if self.paused.is_some() => return Err(not_allowed(ON_A_BREAK)),
            Wish::Pause => self.begin_break(PausedBy::Master).await,
            Wish::Next => return self.next(),
            Wish::Go(board) => return self.go(board).await,
            Wish::Back => {
                let board = self.before.ok_or_else(|| not_allowed("there is no board to go back to"))?;
                return self.go(board).await;
            }
            Wish::Play(board, command) => return self.play(board, command, arrived).await,
        }
        Ok(())
    }

    fn next(&mut self) -> Result<(), NotDone> {
        let here = self.here;
        let possible = match here.filter(|_| self.turn) {
            Some(here) => self.hall.walk.pass_by(here),
            None => self.reads(|walk| walk.next_from(here).is_some()),
        };
        if !possible {
            return Err(not_allowed("nobody else waits who may be visited now"));
        }
        (self.turn, self.leaving) = (false, true);
        Ok(())
    }

    async fn go(&mut self, board: BoardNo) -> Result<(), NotDone> {
        let there = self.turn && self.here == Some(board);
        let possible = self.reads(|walk| walk.plays(board));
        if there || (possible && self.visit(board, true).await) {
            Ok(())
        } else {
            Err(not_allowed("no game is being played at that board"))
        }
    }

    async fn play(&mut self, number: BoardNo, command: Command, arrived: Instant) -> Result<(), NotDone> {
        let place = (number.0 as usize).checked_sub(1);
        let board = place.and_then(|place| self.hall.boards.get(place)).cloned();
        let board = board.ok_or_else(|| not_allowed("there is no such board"))?;
        match &command {
            Command::Move { .. } if self.here != Some(number) => {
                return Err(not_allowed("you do not stand at that board: go there first"));
            }
            Command::Retract if self.undo.is_none_or(|(board, _)| board != number) => {
                let why =
                    "that can't be taken back: you have moved at another board since, or the opponent has answered";
                return Err(not_allowed(why));
            }
            _ => {}
        }
        board.command(command.clone(), arrived).await?;
        match command {
            Command::Move { ply, .. } => (self.undo, self.turn) = (Some((number, ply)), false),
            Command::Retract => {
                self.undo = None;
                self.visit(number, true).await;
            }
            _ => {}
        }
        Ok(())
    }

    async fn begin_break(&mut self, by: PausedBy) {
        self.hall.timeline.hold();
        if self.record(Kind::Paused { by }).await.is_err() {
            // No time passes anyway where nothing can be stored; then it is tried again.
            self.hall.timeline.go_on();
            self.hall.journal.sound().await;
            return;
        }
        self.paused = Some(by);
        self.tell_boards(self.paused).await;
    }

    async fn end_break(&mut self) -> Result<(), NotDone> {
        self.record(Kind::Continued).await?;
        self.hall.timeline.go_on();
        self.paused = None;
        self.tell_boards(None).await;
        Ok(())
    }

    async fn record(&self, kind: Kind) -> Result<(), NotDone> {
        let entry = Entry::new(self.hall.timeline.now(), kind);
        Ok(self.hall.journal.append(self.hall.exhibition, vec![entry]).await?)
    }

    async fn tell_boards(&self, paused: Option<PausedBy>) {
        for board in &self.hall.boards {
            // A board that is closed has nobody to tell.
            let _ = board.pause(paused).await;
        }
    }

    fn reads<R>(&self, look: impl FnOnce(&Walk) -> R) -> R {
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
            retract: self.undo,
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
