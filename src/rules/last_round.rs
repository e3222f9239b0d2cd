//! The end of the evening: the master comes to every board once more, and then to none.

use std::collections::BTreeSet;

use super::{BoardNo, Walk};

impl Walk {
    /// The master comes once more to every board that is being played now.
    pub fn begin_last_round(&mut self) {
        let playing = self.boards.keys().copied().filter(|board| !self.passes.apart.contains(board));
        self.due.get_or_insert(playing.collect());
    }

    /// The same walk where the master still comes to these boards alone.
    #[must_use]
    pub fn with_last_round(mut self, due: Option<BTreeSet<BoardNo>>) -> Walk {
        self.due = due;
        self
    }

    /// Whether the last round is on, or over.
    #[must_use]
    pub fn is_last_round(&self) -> bool {
        self.due.is_some()
    }

    /// Whether the master has come to every board once more.
    #[must_use]
    pub fn is_last_round_over(&self) -> bool {
        self.due.as_ref().is_some_and(BTreeSet::is_empty)
    }

    /// Whether no visit begins from now on.
    pub fn close_visits(&mut self, closed: bool) {
        self.closed = closed;
    }

    /// Whether no visit begins.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.closed
    }

    /// Whether the master may still come to `board`.
    #[must_use]
    pub fn may_visit(&self, board: BoardNo) -> bool {
        !self.closed && self.due.as_ref().is_none_or(|due| due.contains(&board))
    }

    /// In the last round: whether the master still comes to `board`; `None` before it.
    #[must_use]
    pub fn is_due(&self, board: BoardNo) -> Option<bool> {
        self.due.as_ref().map(|due| due.contains(&board))
    }

    /// The last round has met `board`, or gone past it, or its game is over.
    pub(super) fn met(&mut self, board: BoardNo) {
        if let Some(due) = &mut self.due {
            due.remove(&board);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::rules::{Millis, WalkMode};

    #[test]
    fn where_it_is_closed_nobody_is_visited() {
        let mut walk = Walk::new(WalkMode::InTurn, [], None, 0);
        walk.open(BoardNo::first(2));
        walk.close_visits(true);
        assert_eq!((walk.next(), walk.next_from(None), walk.waiting()), (None, None, 2));
        walk.close_visits(false);
        assert_eq!(walk.next(), Some(BoardNo(1)));
    }

    proptest! {
        /// Whatever the replies and ends: in the last round everybody who was playing when it began, and plays on, is met once,
        /// or gone past as was agreed, and nobody twice.
        #[test]
        fn in_the_last_round_everybody_is_met_once(
            boards in 1u32..20,
            mode in prop::sample::select(vec![WalkMode::InTurn, WalkMode::ReadyFirst, WalkMode::UrgentFirst]),
            before in 0usize..30,
            passes in prop::option::of(0u32..3),
            steps in prop::collection::vec((any::<prop::sample::Index>(), 0u8..10), 0..200),
        ) {
            let mut walk = Walk::new(mode, [], None, 0).with_passes(passes, []);
            walk.open(BoardNo::first(boards));
            let mut playing: Vec<BoardNo> = BoardNo::first(boards).collect();
            for _ in 0..before {
                let Some(board) = walk.next() else { break };
                walk.visit(board, Millis(0));
                walk.settle(board);
                walk.wait(board, None);
            }
            walk.begin_last_round();
            let mut met = BTreeSet::new();
            for (which, what) in steps {
                if playing.is_empty() {
                    break;
                }
                let place = which.index(playing.len());
                match what {
                    0 => walk.end(playing.swap_remove(place)),
                    1..4 => {
                        walk.wait(playing[place], None);
                    }
                    _ => {
                        let Some(way) = walk.way() else { continue };
                        for board in way.passed {
                            walk.pass(board);
                            met.insert(board);
                        }
                        prop_assert!(met.insert(way.board), "{} twice", way.board);
                        walk.visit(way.board, Millis(0));
                        walk.settle(way.board);
                    }
                }
            }
            playing.retain(|board| !met.contains(board));
            prop_assert_eq!(walk.is_last_round_over(), playing.is_empty());
            for &board in &playing {
                walk.wait(board, None);
            }
            while let Some(way) = walk.way() {
                way.passed.iter().for_each(|&board| walk.pass(board));
                walk.visit(way.board, Millis(0));
                walk.settle(way.board);
            }
            prop_assert!(walk.is_last_round_over());
        }
    }
}
