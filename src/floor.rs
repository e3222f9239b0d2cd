//! The floor of an exhibition: who waits for the master, as the boards and the walk both see it.

use std::sync::Arc;

use tokio::sync::watch;

use crate::rules::{BoardNo, Millis, Walk};

/// The one [`Walk`] of an exhibition. Boards write on it when it becomes or ceases to be the master's turn; the walk's
/// task reads where to go next.
#[derive(Debug, Clone)]
pub struct Floor(Arc<watch::Sender<Walk>>);

impl Floor {
    /// A floor with `walk` on it.
    #[must_use]
    pub fn new(walk: Walk) -> Floor {
        Floor(Arc::new(watch::Sender::new(walk)))
    }

    /// The games on `boards` begin, and the master has the first move on all of them.
    pub fn open(&self, boards: Vec<BoardNo>) {
        self.0.send_modify(|walk| walk.open(boards));
    }

    /// It is the master's turn on `board` from now on.
    pub fn wait(&self, board: BoardNo) {
        self.0.send_modify(|walk| walk.wait(board));
    }

    /// It is no longer the master's turn on `board`.
    pub fn settle(&self, board: BoardNo) {
        self.0.send_modify(|walk| walk.settle(board));
    }

    /// The game on `board` is over.
    pub fn end(&self, board: BoardNo) {
        self.0.send_modify(|walk| walk.end(board));
    }

    /// The master goes to `board`.
    pub fn visit(&self, board: BoardNo, now: Millis) {
        self.0.send_modify(|walk| walk.visit(board, now));
    }

    /// The walk's next board; waits until one may be visited. `None` once no game is left.
    pub async fn next(&self) -> Option<BoardNo> {
        let mut walk = self.0.subscribe();
        let ready = walk.wait_for(|walk| walk.next().is_some() || walk.playing() == 0).await;
        ready.ok().and_then(|walk| walk.next())
    }

    /// The walk's next board as things stand, if one may be visited.
    #[must_use]
    pub fn upcoming(&self) -> Option<BoardNo> {
        self.0.borrow().next()
    }

    /// Waits until it is not the master's turn on `board` any more.
    pub async fn settled(&self, board: BoardNo) {
        let mut walk = self.0.subscribe();
        // The sender lives as long as `self`.
        let _ = walk.wait_for(|walk| !walk.waits(board)).await;
    }

    /// Follows the walk.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<Walk> {
        self.0.subscribe()
    }
}
