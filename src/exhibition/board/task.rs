//! One board: a task that owns its game, and who sits there.
//!
//! It takes one message at a time, decides, waits for the commit, and only then changes the game and tells. Two moves can
//! therefore never be decided on one position, and nobody else needs a lock on a game.

use std::{pin::pin, sync::Arc};

use shakmaty::Chess;
use tokio::{
    sync::{mpsc, oneshot},
    time::Instant,
};
use tracing::{debug, info};

use super::{
    handle::{BoardHandle, Message},
    notice::{ConnectionId, Notice, Occupant},
};
use crate::{
    base::{
        alarm::due,
        catch_panic::{Panicked, catch_panic},
        metrics::Metrics,
        time::{Pace, Timeline},
    },
    exhibition::shared_walk::SharedWalk,
    journal::{Entry, Journal, Pending, StorageError},
    record::event::{Announcement, ExhibitionId, Kind, PassedBy, PausedBy},
    rules::{BoardNo, ClockReading, Command, Fact, Game, GameStatus, Millis, Played},
};

/// When to try again what could not be stored.
const RETRY: Millis = Millis(1000);

/// What a board needs from its exhibition.
#[derive(Debug, Clone)]
pub struct Surroundings {
    /// Whose board it is.
    pub exhibition: ExhibitionId,
    /// Where things are stored.
    pub journal: Journal,
    /// Where the walk sees it.
    pub walk: SharedWalk,
    /// The exhibition's time.
    pub timeline: Timeline,
    /// Where moves are counted.
    pub metrics: Metrics,
}

#[derive(Debug)]
pub(super) struct Player {
    pub(super) id: ConnectionId,
    /// `None` once it was full: the connection sees that it is cut off, and closes.
    pub(super) outbox: Option<mpsc::Sender<Notice>>,
    pub(super) choices: bool,
    pub(super) follows_retractions: bool,
}

/// The board's task, before it runs.
#[derive(Debug)]
pub struct Board {
    pub(super) number: BoardNo,
    /// Shared with whoever looks at it: while nobody does, it changes in place.
    pub(super) game: Arc<Game>,
    pub(super) around: Surroundings,
    inbox: mpsc::Receiver<Message>,
    pub(super) player: Option<Player>,
    /// Who has the seat, or asks for it.
    pub(super) occupant: Option<Occupant>,
    /// An opponent gone for so long whose turn it is has lost.
    pub(super) absent_after: Option<Millis>,
    /// No visit begins any more since then, and the exhibition's own time stands still.
    pub(super) closed_since: Option<Instant>,
    /// An end by absence that could not be stored is not tried again before this.
    pub(super) absence_retry: Option<Instant>,
    /// That somebody has come or gone could not be stored, and is not tried again before this.
    pub(super) presence_retry: Option<Instant>,
    /// Another board has taken this one's place: whoever comes here is sent on.
    pub(super) retired: bool,
    /// What everybody was told last.
    pub(super) announced: Option<Announcement>,
    /// The master has come and not moved yet.
    pub(super) master_is_here: bool,
    /// Until when the master waits for a move.
    pub(super) grace: Option<Millis>,
    /// Whose doing the break is, if there is one.
    pub(super) paused: Option<PausedBy>,
    /// How far the master is, as told last.
    pub(super) queue: Option<(usize, Option<Millis>)>,
    /// What could not be stored is not tried again before this.
    retry: Millis,
    /// The pause after the next panic.
    pub(super) setback: Millis,
}

impl Board {
    /// A board with `game` on it, where nobody is connected.
    #[must_use]
    pub fn new(number: BoardNo, game: Game, around: Surroundings) -> (BoardHandle, Board) {
        let (handle, inbox) = BoardHandle::new(number, game.setup());
        let board = Board {
            number,
            game: Arc::new(game),
            around,
            inbox,
            player: None,
            occupant: None,
            absent_after: None,
            closed_since: None,
            absence_retry: None,
            presence_retry: None,
            retired: false,
            announced: None,
            master_is_here: false,
            grace: None,
            paused: None,
            queue: None,
            retry: Millis::ZERO,
            setback: Millis::ZERO,
        };
        (handle, board)
    }

    /// Runs until every handle is gone. A panic costs the game nothing that was acknowledged.
    pub async fn run(mut self) {
        let metrics = self.around.metrics.clone();
        let mut sound = true;
        while let Err(Panicked) = catch_panic("board", &metrics, self.play_on(sound)).await {
            sound = false;
        }
    }

    async fn play_on(&mut self, sound: bool) {
        if !sound && self.recover().await.is_err() {
            return;
        }
        // One wait for all messages: most of them find the clocks as they were.
        let mut pace = pin!(changed(self.around.timeline.pace()));
        loop {
            // One more than the deadline, which still is in time.
            let flag = self.game.deadline().map(|deadline| deadline.plus(Millis(1)).max(self.retry));
            let flag = flag.and_then(|flag| self.around.timeline.instant(flag));
            let (absence, presence) = (self.absence(), self.presence_retry);
            tokio::select! {
                // A move that has come in beats the flag.
                biased;
                message = self.inbox.recv() => match message {
                    Some(message) => self.handle(message).await,
                    None => break,
                },
                followed = pace.as_mut() => {
                    pace.set(changed(followed));
                    self.tell_clock();
                }
                () = due(flag) => {
                    // Where it can't be stored it falls a little later.
                    let _ = self.check_flag(self.around.timeline.now()).await;
                }
                () = due(absence) => self.end_by_absence().await,
                () = due(presence) => self.record_presence().await,
            }
        }
    }

    async fn handle(&mut self, message: Message) {
        match message {
            Message::Attach(attachment) => self.attach(attachment).await,
            Message::Detach(id) => self.detach(id).await,
            Message::Play { from, command, arrived } => self.play(from, command, arrived).await,
            Message::Pass { from } => self.pass(from).await,
            Message::Passed => self.tell_passed(PassedBy::Walk),
            Message::Occupy(occupant) => self.occupy(occupant).await,
            Message::Admit => self.admit().await,
            Message::Vacate { departure, reply } => {
                let outcome = self.vacate(departure).await;
                let _ = reply.send(outcome);
            }
            Message::Retire { reply } => {
                self.retire().await;
                let _ = reply.send(());
            }
            Message::Rename { name } => self.tell(Notice::Renamed { name }),
            Message::Dismiss(why) => {
                self.tell(Notice::Dismissed(why));
                (self.player, self.occupant) = (None, None);
            }
            Message::Settle { result, termination, reply } => {
                let outcome = self.settle(result, termination).await;
                let _ = reply.send(outcome);
            }
            Message::Announce(announcement) => self.announce(announcement),
            Message::CloseVisits(closed) => self.close_visits(closed),
            Message::Start { seated, absent_after } => self.start(seated, absent_after),
            Message::Queue { boards_away, eta } => self.tell_queue(boards_away, eta),
            Message::Leave => (self.master_is_here, self.grace) = (false, None),
            Message::Pause(paused) => self.pause(paused),
            Message::Command { command, arrived, reply } => {
                let outcome = self.command(&command, arrived).await;
                let _ = reply.send(outcome);
            }
            Message::Visit { anyway, grace, reply } => {
                let situation = self.visit(anyway, grace).await;
                let _ = reply.send(situation);
            }
            Message::Choose { ply, choice, reply } => self.choose(ply, choice, reply).await,
        }
    }

    /// The clocks have stopped, or go on.
    pub(super) fn tell_clock(&mut self) {
        if let Some(clock) = self.clock().filter(|_| self.game.deadline().is_some()) {
            self.tell(Notice::Clock { clock });
        }
    }

    /// What the clocks show now.
    pub(super) fn clock(&self) -> Option<ClockReading> {
        self.game.clock(self.around.timeline.now()).map(|reading| self.as_shown(reading))
    }

    /// The clocks as they are shown: none runs while time stands still.
    fn as_shown(&self, reading: ClockReading) -> ClockReading {
        ClockReading { running: reading.running.filter(|_| self.around.timeline.runs()), ..reading }
    }

    /// What comes after the end, or says that the master is on the way who is here, was true when it was sent.
    pub(super) fn tell_queue(&mut self, boards_away: usize, eta: Option<Millis>) {
        let stale = self.game.status() != GameStatus::Playing || (self.master_is_here && boards_away > 0);
        if !stale {
            self.queue = Some((boards_away, eta));
            self.tell(Notice::Queue { boards_away, eta });
        }
    }

    fn start(&mut self, seated: u32, absent_after: Option<Millis>) {
        self.absent_after = absent_after;
        Arc::make_mut(&mut self.game).start_among(seated);
        let clock = self.clock();
        self.tell(Notice::Started { clock });
    }

    async fn play(&mut self, from: ConnectionId, command: Command, arrived: Instant) {
        let Some(player) = &self.player else { return };
        if player.id != from {
            // A late frame of a connection that was replaced.
            return;
        }
        debug!(%command, "the opponent asks");
        let at = self.around.timeline.at(arrived);
        let ply = if let Command::Move { ply, .. } = command { Some(ply) } else { None };
        if let Err(error) = self.check_flag(at).await {
            // It is known that their time is up, though not on the record: they can't move any more.
            self.tell(Notice::Unstored { error, ply });
            return;
        }
        let color = self.game.master().other();
        if let Command::Move { ply, uci } = command
            && let Some(mut played) = self.game.played_before(color, ply, uci)
        {
            // The clocks are those of now, the rest is as it was.
            played.clock = self.clock();
            self.tell(Notice::Moved { choices: self.choices(&played), played, arrived: None, ends: false });
            return;
        }
        match self.game.decide(color, &command, at) {
            Ok(facts) => {
                if let Err(error) = self.commit(facts, at, Some(arrived), None).await {
                    self.tell(Notice::Unstored { error, ply });
                }
            }
            Err(refusal) => self.tell(Notice::Refused { refusal, ply }),
        }
    }

    /// Ends the game if a flag has fallen; an error if it has and that could not be stored.
    pub(super) async fn check_flag(&mut self, now: Millis) -> Result<(), StorageError> {
        let Some(fact) = self.game.flag(now) else { return Ok(()) };
        let outcome = self.commit(vec![fact], now, None, None).await;
        if outcome.is_err() {
            self.retry = now.plus(RETRY);
        }
        outcome
    }

    /// Stores facts; once they are safe, applies them and tells everybody; `arrived` makes it a receipt. `ordered` is
    /// dropped as soon as they have their place in the journal's order.
    pub(super) async fn commit(
        &mut self,
        facts: Vec<Fact>,
        at: Millis,
        arrived: Option<Instant>,
        ordered: Option<oneshot::Sender<()>>,
    ) -> Result<(), StorageError> {
        let kinds = facts.iter().map(|fact| Kind::Game { board: self.number, fact: fact.clone() });
        let pending = self.store(kinds, at).await;
        self.report_order(&facts, at);
        drop(ordered);
        let outcome = pending.committed().await;
        if outcome.is_ok() {
            // All of them before any is told: whoever hears of one finds the whole.
            let game = Arc::make_mut(&mut self.game);
            facts.iter().for_each(|fact| game.apply(fact, at));
            facts.iter().for_each(|fact| self.tell_fact(fact, arrived));
            self.setback = Millis::ZERO;
            self.record_presence().await;
        }
        self.report_turn();
        outcome
    }

    /// Shows on the walk what has its place in the journal's order and is not stored yet, so that the walk follows that
    /// order: whoever has moved before a visit is not passed over by it. Should the commit fail, the visit finds nothing.
    fn report_order(&mut self, facts: &[Fact], at: Millis) {
        let flag = |clock: Option<ClockReading>| clock.and_then(|clock| clock.deadline(at));
        for fact in facts {
            match fact {
                Fact::Retracted(retracted) => self.around.walk.wait(self.number, flag(retracted.clock)),
                Fact::Moved(played) if played.turn == self.game.master() => {
                    self.grace = None;
                    self.around.walk.wait(self.number, flag(played.clock));
                }
                Fact::Moved(_) => {
                    (self.master_is_here, self.grace) = (false, None);
                    self.around.walk.settle(self.number);
                }
                Fact::Ended { .. } => self.around.walk.about_to_end(self.number),
                Fact::DrawOffered { .. } | Fact::DrawDeclined { .. } => {}
            }
        }
    }

    fn tell_fact(&mut self, fact: &Fact, arrived: Option<Instant>) {
        match fact {
            Fact::Moved(played) => {
                self.around.metrics.moved(played.turn != self.game.master());
                let mut told = played.clone();
                told.clock = told.clock.map(|clock| self.as_shown(clock));
                let ends = matches!(self.game.status(), GameStatus::Ended(..));
                self.tell(Notice::Moved { choices: self.choices(played), played: told, arrived, ends });
            }
            Fact::Retracted(retracted) => {
                let mut told = retracted.clone();
                told.clock = told.clock.map(|clock| self.as_shown(clock));
                self.tell(Notice::Retracted { retracted: told });
            }
            Fact::DrawOffered { by } => self.tell(Notice::DrawOffered { by: *by }),
            Fact::DrawDeclined { by } => self.tell(Notice::DrawDeclined { by: *by }),
            Fact::Ended { result, termination } => {
                info!(
                    result = result.as_str(),
                    termination = termination.as_str(),
                    plies = self.game.ply(),
                    "game over"
                );
                self.tell(Notice::Ended { status: self.game.status() });
            }
        }
    }

    /// Shows on the walk whose turn it is.
    pub(super) fn report_turn(&self) {
        match self.game.status() {
            GameStatus::Ended(..) => self.around.walk.end(self.number),
            _ if self.game.waits_for_master() => self.around.walk.wait(self.number, self.game.deadline()),
            _ => self.around.walk.settle(self.number),
        }
    }

    /// The position to list legal moves of, where it is the player's turn: after a move that has ended the game it is
    /// nobody's.
    fn choices(&self, played: &Played) -> Option<Box<Chess>> {
        let wanted = self.player.as_ref().is_some_and(|player| player.choices);
        let theirs = self.game.ply() == played.ply && self.game.waits_for(self.game.master().other());
        (wanted && theirs).then(|| Box::new(self.game.position().clone()))
    }

    pub(super) fn store(&self, kinds: impl IntoIterator<Item = Kind>, at: Millis) -> impl Future<Output = Pending> {
        let entries = kinds.into_iter().map(|kind| Entry::new(at, kind)).collect();
        self.around.journal.enqueue(self.around.exhibition, entries)
    }

    /// Never waits: a player who does not read must not hold up the board. They are cut off, and the seat is kept.
    pub(super) fn tell(&mut self, notice: Notice) {
        if let Some(player) = &mut self.player {
            player.outbox.take_if(|outbox| outbox.try_send(notice).is_err());
        }
    }
}

/// Waits for `pace` to change, and gives it back.
async fn changed(mut pace: Pace) -> Pace {
    pace.changed().await;
    pace
}
