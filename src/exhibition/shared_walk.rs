//! Who waits for the master, as the boards and the master both see it.

use std::sync::Arc;

use crate::{
    base::ordered_watch::{Watched, Watcher},
    rules::{BoardNo, Millis, Walk},
};

/// The one [`Walk`] of an exhibition. Boards write on it when it becomes or ceases to be the master's turn; the walk's
/// task reads where to go next.
#[derive(Debug, Clone)]
pub struct SharedWalk(Arc<Watched<Walk>>);

impl SharedWalk {
    /// Shares `walk`.
    #[must_use]
    pub fn new(walk: Walk) -> SharedWalk {
        SharedWalk(Arc::new(Watched::new(walk)))
    }

    /// The games on `boards` begin, and the master has the first move on all of them.
    pub fn open(&self, boards: Vec<BoardNo>) {
        self.change(|walk| walk.open(boards));
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
        self.0.read(Walk::rounds)
    }

    /// It is the master's turn on `board` from now on.
    pub fn wait(&self, board: BoardNo) {
        self.turn(board, Walk::wait);
    }

    /// It is no longer the master's turn on `board`.
    pub fn settle(&self, board: BoardNo) {
        self.turn(board, Walk::settle);
    }

    /// The game on `board` is over.
    pub fn end(&self, board: BoardNo) {
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

    /// The walk's next board as things stand, if one may be visited.
    #[must_use]
    pub fn upcoming(&self) -> Option<BoardNo> {
        self.0.read(Walk::next)
    }

    /// Waits until it is not the master's turn on `board` any more.
    pub async fn settled(&self, board: BoardNo) {
        // Who changes it lives as long as `self`.
        let _ = self.watch().until(|walk| (!walk.waits(board)).then_some(())).await;
    }

    /// Looks at the walk.
    pub fn read<R>(&self, look: impl FnOnce(&Walk) -> R) -> R {
        self.0.read(look)
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

    /// Follows the walk.
    #[must_use]
    pub fn watch(&self) -> Watcher<Walk> {
        self.0.watch()
    }

    /// Boards say whose turn it is more often than that changes: only a change wakes those who follow the walk.
    fn turn(&self, board: BoardNo, tell: impl FnOnce(&mut Walk, BoardNo)) {
        self.0.modify(|walk| {
            let waited = walk.waits(board);
            tell(walk, board);
            walk.waits(board) != waited
        });
    }

    fn change(&self, change: impl FnOnce(&mut Walk)) {
        self.decide(change);
    }

    fn decide<R>(&self, change: impl FnOnce(&mut Walk) -> R) -> R {
        let mut decided = None;
        self.0.modify(|walk| {
            decided = Some(change(walk));
            true
        });
        decided.expect("a change is made at once")
    }
}
