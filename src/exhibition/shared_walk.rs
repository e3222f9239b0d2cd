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

    /// It is the master's turn on `board` from now on.
    pub fn wait(&self, board: BoardNo) {
        self.change(|walk| walk.wait(board));
    }

    /// It is no longer the master's turn on `board`.
    pub fn settle(&self, board: BoardNo) {
        self.change(|walk| walk.settle(board));
    }

    /// The game on `board` is over.
    pub fn end(&self, board: BoardNo) {
        self.change(|walk| walk.end(board));
    }

    /// The master goes to `board`.
    pub fn visit(&self, board: BoardNo, now: Millis) {
        self.change(|walk| walk.visit(board, now));
    }

    /// The walk's next board; waits until one may be visited. `None` once no game is left.
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

    /// Follows the walk.
    #[must_use]
    pub fn watch(&self) -> Watcher<Walk> {
        self.0.watch()
    }

    fn change(&self, change: impl FnOnce(&mut Walk)) {
        self.0.modify(|walk| {
            change(walk);
            true
        });
    }
}
