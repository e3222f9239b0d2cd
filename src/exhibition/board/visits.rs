//! What the master does at a board, a program or a person.

use tokio::{sync::oneshot, time::Instant};
use tracing::debug;

use super::{Board, Choice, ConnectionId, NotDone, Notice, Situation};
use crate::{
    record::event::{Kind, PassedBy, PausedBy},
    rules::{Command, GameStatus, Millis, Refusal},
};

impl Board {
    pub(super) async fn visit(&mut self, anyway: bool, grace: Option<Millis>) -> Option<Situation> {
        debug!("the master comes");
        let now = self.around.timeline.now();
        self.check_flag(now).await.ok()?;
        let turn = self.game.waits_for_master();
        if !turn {
            self.around.walk.settle(self.number);
        }
        let wanted = turn || (anyway && self.game.status() == GameStatus::Playing);
        if !wanted {
            return None;
        }
        self.master_is_here = true;
        // Who has moved on the way here is not waited for.
        self.grace = grace.filter(|_| !turn);
        self.tell_visit();
        Some(Situation { board: self.number, game: self.game.clone(), clock: self.game.clock(now) })
    }

    pub(super) async fn choose(&mut self, ply: u32, choice: Choice, reply: oneshot::Sender<()>) {
        let at = self.around.timeline.now();
        if self.check_flag(at).await.is_err() {
            return;
        }
        let accepts = choice.accepts_draw && self.game.draw_offer() == Some(self.game.master().other());
        let command = if accepts { Command::AcceptDraw } else { Command::Move { ply, uci: choice.uci } };
        match self.game.decide(self.game.master(), &command, at) {
            // Where it can't be stored the master simply comes again.
            Ok(facts) => drop(self.commit(facts, at, None, Some(reply)).await),
            Err(refusal) => debug!(%refusal, "the master's choice came to nothing"),
        }
    }

    pub(super) async fn command(&mut self, command: &Command, arrived: Instant) -> Result<(), NotDone> {
        debug!(%command, "the master asks");
        let at = self.around.timeline.at(arrived);
        self.check_flag(at).await?;
        if *command == Command::Retract && self.player.as_ref().is_some_and(|player| !player.follows_retractions) {
            let why = "a program sits here that would play on in the position that it knows: this move stands";
            return Err(Refusal::NotAllowed(why).into());
        }
        let facts = self.game.decide(self.game.master(), command, at)?;
        let here = self.master_is_here;
        self.commit(facts, at, None, None).await?;
        // A person stays until the walk says that they have left.
        self.master_is_here = here;
        Ok(())
    }

    /// Tells the player that the master is here, if so, and how long they wait.
    pub(super) fn tell_visit(&mut self) {
        if !self.master_is_here {
            return;
        }
        self.tell(Notice::Visit);
        let now = self.around.timeline.now();
        if let Some(ends) = self.grace.filter(|&ends| ends > now) {
            self.tell(Notice::Grace { ends, now });
        }
    }

    /// The player asks the master to come back in the next round.
    pub(super) async fn pass(&mut self, from: ConnectionId) {
        if self.player.as_ref().is_none_or(|player| player.id != from) {
            return;
        }
        if let Err(refusal) = self.check_pass() {
            self.tell(Notice::Refused { refusal, ply: None });
            return;
        }
        let now = self.around.timeline.now();
        let left = self.around.walk.read(|walk| walk.left_after_one(self.number));
        let passed = Kind::Passed { board: self.number, by: PassedBy::Opponent, left };
        match self.store([passed], now).await.committed().await {
            Ok(()) => {
                self.around.walk.dismiss(self.number);
                self.tell_passed(PassedBy::Opponent);
            }
            Err(error) => self.tell(Notice::Unstored { error, ply: None }),
        }
    }

    fn check_pass(&self) -> Result<(), Refusal> {
        let theirs = self.game.waits_for(self.game.master().other());
        match self.game.status() {
            GameStatus::Ended(..) => Err(Refusal::GameOver),
            _ if !self.master_is_here || !theirs => {
                let why = "you can pass while the master stands at your board and it is your turn";
                Err(Refusal::NotAllowed(why))
            }
            _ => self.around.walk.read(|walk| walk.check_pass(self.number)),
        }
    }

    /// Tells the player that a pass was used.
    pub(super) fn tell_passed(&mut self, by: PassedBy) {
        let left = self.around.walk.read(|walk| walk.passes_left(self.number));
        self.tell(Notice::Passed { left, by });
    }

    pub(super) fn pause(&mut self, paused: Option<PausedBy>) {
        self.paused = paused;
        self.tell(paused.map_or(Notice::Continued, |by| Notice::Paused { by }));
        self.tell_clock();
    }
}
