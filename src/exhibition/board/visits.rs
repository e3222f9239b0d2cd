//! What the master does at a board, a program or a person.

use tokio::{sync::oneshot, time::Instant};
use tracing::debug;

use super::{Board, Choice, NotDone, Notice, Situation};
use crate::{
    record::event::PausedBy,
    rules::{Command, GameStatus},
};

impl Board {
    pub(super) async fn visit(&mut self, anyway: bool) -> Option<Situation> {
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
        self.tell(Notice::Visit);
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
        let facts = self.game.decide(self.game.master(), command, at)?;
        Ok(self.commit(facts, at, None, None).await?)
    }

    pub(super) fn pause(&mut self, paused: Option<PausedBy>) {
        self.paused = paused;
        self.tell(paused.map_or(Notice::Continued, |by| Notice::Paused { by }));
        self.tell_clock();
    }
}
