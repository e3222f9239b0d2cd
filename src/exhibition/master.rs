//! The master's walk: the task that goes from board to board and makes one move at each.

use std::{sync::Arc, time::Duration};

use tokio::{sync::watch, time::sleep};
use tokio_util::sync::CancellationToken;
use tracing::{error, info};

use super::{
    board::{BoardHandle, Choice, Situation},
    policy::Policy,
    shared_walk::SharedWalk,
};
use crate::{
    base::{
        alarm::reached,
        catch_panic::{Panicked, catch_panic},
        metrics::Metrics,
        time::Timeline,
    },
    journal::{Entry, Journal},
    record::{
        event::{ExhibitionId, Kind, PassedBy, PausedBy, Stage},
        program::Program,
    },
    rules::{BoardNo, Millis, Way},
};

/// How long the master stays at a board where no move is found, before trying again.
pub(super) const PERPLEXED: Duration = Duration::from_secs(5);

/// The walk's task, before it runs.
#[derive(Debug)]
pub struct Master {
    /// Whose master it is.
    pub exhibition: ExhibitionId,
    /// What decides.
    pub policy: Policy,
    /// Where to go next.
    pub walk: SharedWalk,
    /// Every board, in order.
    pub boards: Vec<BoardHandle>,
    /// Where the end is stored.
    pub journal: Journal,
    /// The exhibition's time.
    pub timeline: Timeline,
    /// What is settled about the exhibition.
    pub program: watch::Receiver<Arc<Program>>,
    /// Whose doing the break is, if there is one.
    pub paused: watch::Receiver<Option<PausedBy>>,
    /// Who was waited for when the server stopped, and until when.
    pub resumes: Option<(BoardNo, Millis)>,
    /// What is counted.
    pub metrics: Metrics,
    /// Where the end is shown.
    pub stage: Arc<watch::Sender<Stage>>,
    /// The server stops.
    pub stop: CancellationToken,
}

impl Master {
    /// Walks until no game is left, or the server stops. The policy outlives a board whose game ends while it
    /// thinks.
    pub async fn run(mut self) {
        let (stop, metrics) = (self.stop.clone(), self.metrics.clone());
        tokio::select! {
            biased;
            () = stop.cancelled() => {}
            () = async {
                // A panic costs one visit: the walk still says where the master is waited for.
                while let Err(Panicked) = catch_panic("walk", &metrics, self.walk()).await {
                    sleep(PERPLEXED).await;
                }
            } => {}
        }
    }

    async fn walk(&mut self) {
        if let Some((board, ends)) = self.resumes.take()
            && self.wait(board, ends).await
            && let Some(situation) = self.boards[board.index()].visit(false, None).await
        {
            self.play(board, situation).await;
        }
        while self.walk.next().await.is_some() || !self.walk.close() {
            // Where nothing can be stored, and in a break, the master waits in place.
            self.journal.sound().await;
            self.no_break().await;
            // What was decided meanwhile counts: the master looks again, and this coming has its place in the journal's order
            // before anybody else moves.
            let Some(way) = self.walk.upcoming() else { continue };
            let (now, board) = (self.timeline.now(), way.board);
            if !go(&self.journal, self.exhibition, &self.walk, &way, now).await {
                continue;
            }
            self.walk.visit(board, now);
            tell_passed(&self.walk, &self.boards, &way.passed).await;
            let grace = self.program.borrow().grace;
            if way.grace && !self.wait(board, now.plus(grace)).await {
                continue;
            }
            if let Some(situation) = self.boards[board.index()].visit(false, None).await {
                self.play(board, situation).await;
            }
        }
        finish(&self.journal, self.exhibition, &self.timeline, &self.stage).await;
    }

    /// Waits for an opponent who has not moved; says whether they have then.
    async fn wait(&self, board: BoardNo, ends: Millis) -> bool {
        let there = &self.boards[board.index()];
        if there.visit(true, Some(ends)).await.is_none() {
            return false;
        }
        let mut paused = self.paused.clone();
        paused.mark_unchanged();
        tokio::select! {
            biased;
            () = self.walk.ready(board) => {}
            () = async {
                loop {
                    tokio::select! {
                        biased;
                        // What is waited for is later by the break.
                        Ok(()) = paused.changed() => {}
                        () = reached(&self.timeline, ends) => return,
                    }
                }
            } => {}
        }
        let ready = self.walk.read(|walk| walk.waits(board));
        if !ready {
            // A board that is closed tells nobody anything.
            let _ = there.leave().await;
        }
        ready
    }

    async fn play(&mut self, board: BoardNo, situation: Situation) {
        let walk = self.walk.clone();
        tokio::select! {
            biased;
            // The opponent has resigned, or a flag has fallen.
            () = walk.settled(board) => {}
            choice = async {
                let choice = self.choose(&situation).await;
                self.no_break().await;
                choice
            } => {
                let ply = situation.game.ply() + 1;
                // The board changes its game in place where nobody looks at it any more.
                drop(situation);
                self.boards[board.index()].choose(ply, choice).await;
            }
        }
    }

    /// Waits for the end of the break, if there is one.
    async fn no_break(&self) {
        // Who calls breaks lives as long as the exhibition.
        let _ = self.paused.clone().wait_for(Option::is_none).await;
    }

    /// The policy's choice, however long it takes: a broken engine costs no game.
    async fn choose(&mut self, situation: &Situation) -> Choice {
        loop {
            match self.policy.choose(situation).await {
                Ok(choice) => return choice,
                Err(error) => {
                    error!(board = %situation.board, "{error}; the games are kept, and it is tried again");
                    sleep(PERPLEXED).await;
                }
            }
        }
    }
}

/// Gives a step of the walk its place in the journal's order; says whether it is made. A pass is a promise like a move:
/// where one is used, the step is made once it is stored.
pub(super) async fn go(journal: &Journal, exhibition: ExhibitionId, walk: &SharedWalk, way: &Way, now: Millis) -> bool {
    let visit = Kind::Visit { board: way.board, excursion: false };
    if way.passed.is_empty() && !way.grace {
        announce(journal, exhibition, visit, now).await;
        return true;
    }
    let left = |board| walk.read(|walk| walk.left_after_one(board));
    let passed = way.passed.iter().map(|&board| Kind::Passed { board, by: PassedBy::Walk, left: left(board) });
    let grace = way.grace.then_some(Kind::Grace { board: way.board });
    let entries = passed.chain([visit]).chain(grace).map(|kind| Entry::new(now, kind)).collect();
    journal.append(exhibition, entries).await.is_ok()
}

/// Counts the passes that a step of the walk has used, and tells whose they were.
pub(super) async fn tell_passed(walk: &SharedWalk, boards: &[BoardHandle], passed: &[BoardNo]) {
    for board in passed {
        walk.pass(*board);
        // A board that is closed tells nobody anything.
        let _ = boards[board.index()].passed().await;
    }
}

/// Gives a visit its place in the journal's order. Coming is no promise: there is no need to wait for the disk before looking
/// at the board.
pub(super) async fn announce(journal: &Journal, exhibition: ExhibitionId, visit: Kind, now: Millis) {
    drop(journal.enqueue(exhibition, vec![Entry::new(now, visit)]).await);
}

/// Puts the end of the last game on the record.
pub(super) async fn finish(
    journal: &Journal,
    exhibition: ExhibitionId,
    timeline: &Timeline,
    stage: &watch::Sender<Stage>,
) {
    loop {
        let finished = Entry::new(timeline.now(), Kind::Finished);
        if journal.append(exhibition, vec![finished]).await.is_ok() {
            stage.send_replace(Stage::Finished);
            info!("the last game has ended");
            return;
        }
        journal.sound().await;
    }
}
