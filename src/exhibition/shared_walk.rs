//! Who waits for the master, as the boards and the master both see it.

use std::{pin::pin, sync::Arc};

use tokio::sync::Notify;

use crate::{
    base::ordered_watch::{Watched, Watcher},
    rules::{BoardNo, Millis, Walk, WalkMode, Way},
};

/// The one [`Walk`] of an exhibition. Boards write on it when it becomes or ceases to be the master's turn; the walk's
/// task reads where to go next.
#[derive(Debug, Clone)]
pub struct SharedWalk(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    walk: Watched<Walk>,
    /// Somewhere it has ceased to be the master's turn. Apart from all other changes: who waits for it stands at a board
    /// while the others reply.
    settled: Notify,
    /// Something has changed while the last round is on. Apart as well: who waits for its end would be woken by every move of the
    /// evening.
    last_round: Notify,
}

impl SharedWalk {
    /// Shares `walk`.
    #[must_use]
    pub fn new(walk: Walk) -> SharedWalk {
        SharedWalk(Arc::new(Shared { walk: Watched::new(walk), settled: Notify::new(), last_round: Notify::new() }))
    }

    /// The games on `boards` begin, and whether the master has the first move.
    pub fn open(&self, boards: impl Iterator<Item = (BoardNo, bool)>) {
        self.change(|walk| {
            for (board, master_begins) in boards {
                if master_begins {
                    walk.open([board]);
                } else {
                    walk.join(board);
                }
            }
        });
    }

    /// Somebody is about to sit down at `board` while the games are on; no where the last game has ended.
    #[must_use]
    pub fn expect(&self, board: BoardNo) -> bool {
        self.decide(|walk| walk.expect(board))
    }

    /// Ends the walk if no game is left and nobody is about to sit down; says whether it has ended.
    #[must_use]
    pub fn close(&self) -> bool {
        self.decide(Walk::close)
    }

    /// How many rounds are complete.
    #[must_use]
    pub fn rounds(&self) -> u64 {
        self.0.walk.read(Walk::rounds)
    }

    /// It is the master's turn on `board` from now on, and the master's flag falls there at `flag`, if that clock runs.
    pub fn wait(&self, board: BoardNo, flag: Option<Millis>) {
        // Boards say whose turn it is more often than that changes: only a change wakes those who follow the walk.
        self.modify(|walk| walk.wait(board, flag));
    }

    /// It is no longer the master's turn on `board`.
    pub fn settle(&self, board: BoardNo) {
        self.settle_as(|walk| walk.settle(board));
    }

    /// The end of the game on `board` is on its way to the disk.
    pub fn about_to_end(&self, board: BoardNo) {
        self.settle_as(|walk| walk.about_to_end(board));
    }

    fn settle_as(&self, settle: impl FnOnce(&mut Walk) -> bool) {
        let mut news = false;
        self.modify(|walk| {
            news = settle(walk);
            news
        });
        if news {
            self.0.settled.notify_waiters();
        }
    }

    /// The game on `board` is over.
    pub fn end(&self, board: BoardNo) {
        self.settle(board);
        self.change(|walk| walk.end(board));
    }

    /// The master goes to `board`.
    pub fn visit(&self, board: BoardNo, now: Millis) {
        self.change(|walk| walk.visit(board, now));
    }

    /// The walk's next board; waits until one may be visited. `None` where no game is left for now.
    pub async fn next(&self) -> Option<BoardNo> {
        let ready = |walk: &Walk| (walk.next().is_some() || walk.playing() == 0).then(|| walk.next());
        self.watch().until(ready).await.ok()?
    }

    /// The walk's next step as things stand, if a board may be visited.
    #[must_use]
    pub fn upcoming(&self) -> Option<Way> {
        self.0.walk.read(Walk::way)
    }

    /// Waits until it is the master's turn on `board`, or nothing is to be waited for there any more.
    pub async fn ready(&self, board: BoardNo) {
        let ready = |walk: &Walk| {
            let over = walk.waits(board) || !walk.plays(board) || walk.is_dismissed(board);
            over.then_some(())
        };
        // Who changes it lives as long as the exhibition.
        let _ = self.watch().until(ready).await;
    }

    /// A pass of `board` is used, by the walk.
    pub fn pass(&self, board: BoardNo) {
        self.change(|walk| walk.pass(board));
    }

    /// The opponent at `board` uses one.
    pub fn dismiss(&self, board: BoardNo) {
        self.change(|walk| walk.dismiss(board));
    }

    /// Waits until it is not the master's turn on `board` any more.
    pub async fn settled(&self, board: BoardNo) {
        until(&self.0.settled, || !self.0.walk.read(|walk| walk.waits(board))).await;
    }

    /// The master comes once more to every board that is being played now.
    pub fn begin_last_round(&self) {
        self.change(Walk::begin_last_round);
    }

    /// There is no last round yet, since it could not be announced.
    pub fn give_up_last_round(&self) {
        self.change(Walk::give_up_last_round);
    }

    /// Waits until the master has come to every board once more, in a last round.
    pub async fn last_round_over(&self) {
        until(&self.0.last_round, || self.0.walk.read(Walk::is_last_round_over)).await;
    }

    /// No visit begins any more, or visits begin again.
    pub fn close_visits(&self, closed: bool) {
        self.change(|walk| walk.close_visits(closed));
    }

    /// What was settled about it is another now.
    pub fn resettle(&self, mode: WalkMode, passes: Option<u32>) {
        self.change(|walk| walk.resettle(mode, passes));
    }

    /// Looks at the walk.
    pub fn read<R>(&self, look: impl FnOnce(&Walk) -> R) -> R {
        self.0.walk.read(look)
    }

    /// The master goes astray from `here`.
    pub fn digress(&self, here: Option<BoardNo>) {
        self.change(|walk| walk.digress(here));
    }

    /// The master leaves `board` for this round; says whether there is another one to go to.
    #[must_use]
    pub fn pass_by(&self, board: BoardNo) -> bool {
        self.decide(|walk| walk.pass_by(board))
    }

    /// The master has heard that the opponent at `board` asks them to go on.
    pub fn heed(&self, board: BoardNo) {
        self.change(|walk| walk.heed(board));
    }

    /// Follows the walk.
    #[must_use]
    pub fn watch(&self) -> Watcher<Walk> {
        self.0.walk.watch()
    }

    fn change(&self, change: impl FnOnce(&mut Walk)) {
        self.decide(change);
    }

    fn decide<R>(&self, change: impl FnOnce(&mut Walk) -> R) -> R {
        let mut decided = None;
        self.modify(|walk| {
            decided = Some(change(walk));
            true
        });
        decided.expect("a change is made at once")
    }

    fn modify(&self, change: impl FnOnce(&mut Walk) -> bool) {
        let mut last_round = false;
        self.0.walk.modify(|walk| {
            let news = change(walk);
            last_round = news && walk.is_last_round();
            news
        });
        if last_round {
            self.0.last_round.notify_waiters();
        }
    }
}

/// Waits until something is so; whoever makes it so says it by `news`.
async fn until(news: &Notify, so: impl Fn() -> bool) {
    loop {
        let mut told = pin!(news.notified());
        told.as_mut().enable();
        if so() {
            return;
        }
        told.await;
    }
}
