//! What a human master may do to the walk: go astray, and leave a board for this round.

use super::{BoardNo, Millis, Walk};

impl Walk {
    /// Whether the game on `board` is being played.
    #[must_use]
    pub fn plays(&self, board: BoardNo) -> bool {
        self.boards.contains_key(&board)
    }

    /// How many boards wait.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// Where the walk goes from `here`, if another board waits that may be visited.
    #[must_use]
    pub fn next_from(&self, here: Option<BoardNo>) -> Option<BoardNo> {
        self.next_among(|board| Some(board) != here)
    }

    /// The master goes astray from `here`: where it is their turn there still, the walk goes on there.
    pub fn digress(&mut self, here: Option<BoardNo>) {
        let kept = self.interrupted.filter(|&board| self.waits(board));
        self.interrupted = kept.or(here.filter(|&board| self.at == Some(board) && self.waits(board)));
    }

    /// Whether the walk goes back to `board`, from where the master went astray: that is no new visit of the walk's.
    #[must_use]
    pub fn goes_back_to(&self, board: BoardNo) -> bool {
        self.interrupted == Some(board)
    }

    /// The master leaves `board` for this round; says whether there is another one to go to.
    #[must_use]
    pub fn pass_by(&mut self, board: BoardNo) -> bool {
        if self.next_from(Some(board)).is_none() {
            return false;
        }
        self.interrupted = self.interrupted.filter(|&interrupted| interrupted != board);
        if self.waits(board) {
            // Where a queue decides, it comes after all that wait now.
            let last = self.queue.last_key_value().map_or(Millis::ZERO, |(&(urgency, _), _)| urgency);
            self.settle(board);
            self.line_up(board, last);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::rules::WalkMode;

    #[test]
    fn after_an_excursion_the_walk_goes_on_where_it_was() {
        let mut walk = Walk::new(WalkMode::InTurn, [], None, 0);
        walk.open(BoardNo::first(5));
        walk.visit(BoardNo(1), Millis(0));
        walk.settle(BoardNo(1));
        walk.visit(BoardNo(2), Millis(1));
        walk.digress(Some(BoardNo(2)));
        walk.settle(BoardNo(5));
        assert_eq!(walk.next(), Some(BoardNo(2)), "there it still is the master's turn");
        walk.visit(BoardNo(2), Millis(2));
        walk.settle(BoardNo(2));
        assert_eq!(walk.next(), Some(BoardNo(3)), "and not behind the board of the excursion");
    }

    #[test]
    fn a_board_that_is_left_is_met_again_in_the_next_round() {
        for mode in [WalkMode::InTurn, WalkMode::ReadyFirst] {
            let mut walk = Walk::new(mode, [], None, 0);
            walk.open(BoardNo::first(3));
            walk.visit(BoardNo(1), Millis(0));
            assert!(walk.pass_by(BoardNo(1)));
            for expected in [2, 3, 1] {
                assert_eq!(walk.next(), Some(BoardNo(expected)), "{mode}");
                walk.visit(BoardNo(expected), Millis(0));
                walk.settle(BoardNo(expected));
            }
        }
        let mut alone = Walk::new(WalkMode::InTurn, [], None, 0);
        alone.open([BoardNo(1)]);
        alone.visit(BoardNo(1), Millis(0));
        assert!(!alone.pass_by(BoardNo(1)), "nobody else waits");
    }

    #[derive(Debug, Clone)]
    enum Step {
        Reply(usize),
        End(usize),
        /// Goes to the next board, and moves there.
        Visit,
        /// Goes to the next board, and from there astray without a move.
        Astray(usize),
        /// Goes astray after a move.
        Go(usize),
        /// Goes to the next board, and leaves it.
        Next,
    }

    /// Which boards the walk has met since each that waits began to.
    #[derive(Debug, Default)]
    struct Met {
        by: BTreeMap<BoardNo, Vec<BoardNo>>,
        /// Where the master was called away: coming back is the same visit.
        unfinished: Option<BoardNo>,
    }

    impl Met {
        fn visit(&mut self, board: BoardNo) -> Result<(), TestCaseError> {
            if self.unfinished.take() != Some(board) {
                for (waiting, others) in self.by.iter_mut().filter(|(waiting, _)| **waiting != board) {
                    prop_assert!(!others.contains(&board), "{board} twice while {waiting} waits");
                    others.push(board);
                }
            }
            Ok(())
        }
    }

    proptest! {
        /// Whatever the master wishes: in the walk's own order, between two visits to a board every other board that has
        /// waited all the while, and was not left by the master, is met.
        #[test]
        fn wishes_pass_nobody_over(
            boards in 1u32..30,
            ready_first: bool,
            steps in prop::collection::vec(prop_oneof![
                4 => any::<usize>().prop_map(Step::Reply),
                1 => any::<usize>().prop_map(Step::End),
                6 => Just(Step::Visit),
                2 => any::<usize>().prop_map(Step::Astray),
                2 => any::<usize>().prop_map(Step::Go),
                1 => Just(Step::Next),
            ], 0..400),
        ) {
            let mode = if ready_first { WalkMode::ReadyFirst } else { WalkMode::InTurn };
            let mut walk = Walk::new(mode, [], None, 0);
            walk.open(BoardNo::first(boards));
            let mut playing: Vec<BoardNo> = BoardNo::first(boards).collect();
            let mut met = Met::default();
            met.by.extend(playing.iter().map(|&board| (board, Vec::new())));
            for step in steps {
                let next = walk.next();
                match (step, next) {
                    (Step::Reply(n), _) if !playing.is_empty() => {
                        let board = playing[n % playing.len()];
                        if !walk.waits(board) {
                            walk.wait(board, None);
                            met.by.insert(board, Vec::new());
                        }
                    }
                    (Step::End(n), _) if !playing.is_empty() => {
                        let board = playing.swap_remove(n % playing.len());
                        walk.end(board);
                        met.by.remove(&board);
                    }
                    (Step::Visit, None) => prop_assert!(met.by.is_empty(), "{met:?} wait"),
                    (Step::Visit, Some(board)) => {
                        met.visit(board)?;
                        walk.visit(board, Millis(0));
                        walk.settle(board);
                        met.by.remove(&board);
                    }
                    (Step::Astray(n), Some(board)) => {
                        met.visit(board)?;
                        walk.visit(board, Millis(0));
                        walk.digress(Some(board));
                        let other = playing[n % playing.len()];
                        walk.settle(other);
                        met.by.remove(&other);
                        met.unfinished = Some(board);
                    }
                    (Step::Go(n), _) if !playing.is_empty() => {
                        let board = playing[n % playing.len()];
                        walk.digress(None);
                        walk.settle(board);
                        met.by.remove(&board);
                    }
                    (Step::Next, Some(board)) => {
                        met.visit(board)?;
                        walk.visit(board, Millis(0));
                        let left = walk.pass_by(board);
                        prop_assert!(!left || walk.next() != Some(board));
                        met.by.insert(board, Vec::new());
                    }
                    _ => {}
                }
            }
        }
    }
}
