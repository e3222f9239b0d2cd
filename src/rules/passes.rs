//! Passes: an opponent who has not moved is left until the next round, as often as was agreed.

use super::{BoardNo, Refusal, Walk, WalkMode, pass_count::PassCount};

/// With so many boards or fewer nobody has any: the master is back at once.
const FEW: usize = 3;

/// The walk's next step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// Where it goes.
    pub board: BoardNo,
    /// The boards that it goes past, and that use a pass by it, in the walk's order.
    pub passed: Vec<BoardNo>,
    /// Whether the opponent there has not moved and has no pass left: the master waits for a time of grace.
    pub grace: bool,
}

impl Walk {
    /// The same walk where opponents have `limit` passes, `None` for no limit, and have `used` so many.
    #[must_use]
    pub fn with_passes(mut self, limit: Option<u32>, used: impl IntoIterator<Item = (BoardNo, u32)>) -> Walk {
        self.passes = PassCount::new(limit, used);
        self
    }

    /// How many passes the opponent at `board` has left; `None` for no limit.
    #[must_use]
    pub fn passes_left(&self, board: BoardNo) -> Option<u32> {
        self.passes.left(board)
    }

    /// How many there will be once another one is used.
    #[must_use]
    pub fn left_after_one(&self, board: BoardNo) -> Option<u32> {
        self.passes_left(board).map(|left| left.saturating_sub(1))
    }

    /// Whether the opponent at `board`, where the master stands, may ask the master to come back in the next round.
    pub fn check_pass(&self, board: BoardNo) -> Result<(), Refusal> {
        let why = match self.passes_left(board) {
            _ if self.mode == WalkMode::OneAtATime || self.passes.limit == Some(0) => "this exhibition has no passes",
            _ if self.few() => "with three boards or fewer there are no passes: the master is back at once",
            _ if self.passes.excused.contains(&board) => {
                "you have passed: the master goes on as soon as somebody waits"
            }
            Some(0) => "you have no passes left",
            _ => return Ok(()),
        };
        Err(Refusal::NotAllowed(why))
    }

    /// A pass of `board` is used.
    pub fn pass(&mut self, board: BoardNo) {
        self.passes.use_one(board);
        self.met(board);
    }

    /// The opponent at `board`, where the master stands, uses one.
    pub fn dismiss(&mut self, board: BoardNo) {
        self.passes.use_one(board);
        self.passes.dismissed = Some(board);
        self.passes.excused.insert(board);
    }

    /// Whether the opponent at `board` has asked the master to go on.
    #[must_use]
    pub fn is_dismissed(&self, board: BoardNo) -> bool {
        self.passes.dismissed == Some(board)
    }

    /// The master has heard that the opponent at `board` asks them to go on.
    pub fn heed(&mut self, board: BoardNo) {
        self.passes.dismissed.take_if(|dismissed| *dismissed == board);
    }

    /// Where the walk goes now, if a board waits that may be visited; and whom it goes past.
    #[must_use]
    pub fn way(&self) -> Option<Way> {
        self.next().map(|board| self.way_to(board))
    }

    /// The step to `board`, which is the walk's next.
    #[must_use]
    pub fn way_to(&self, board: BoardNo) -> Way {
        let counted = self.passes.limit.is_some() && self.interrupted != Some(board);
        let excused = |board: &BoardNo| self.passes.excused.contains(board) || !self.may_visit(*board);
        // Not for nothing: there may be thousands between.
        let passed = match counted {
            true => self.thinking_before(board).filter(|board| !excused(board)).collect(),
            false => Vec::new(),
        };
        Way { board, passed, grace: !self.waits(board) }
    }

    /// The walk goes to `board`: whoever was left until the next round has been.
    pub(super) fn go_past(&mut self, board: BoardNo) {
        if !self.passes.excused.is_empty() {
            let gone: Vec<_> = self.thinking_before(board).chain([board]).collect();
            self.passes.excused.retain(|board| !gone.contains(board));
        }
    }

    /// On the way to `board`: the first one that the walk must not go past, or `board`.
    pub(super) fn stop_before(&self, board: BoardNo) -> BoardNo {
        if self.passes.limit.is_none() || self.mode != WalkMode::InTurn {
            return board;
        }
        let few = self.few();
        let must_stop = |on_the_way: &BoardNo| {
            let excused = self.passes.excused.contains(on_the_way) || !self.may_visit(*on_the_way);
            !excused && (few || self.passes_left(*on_the_way) == Some(0))
        };
        self.thinking_before(board).find(must_stop).unwrap_or(board)
    }

    /// The boards between the walk's own place and `board`, in its order, whose opponents have not moved.
    fn thinking_before(&self, board: BoardNo) -> impl Iterator<Item = BoardNo> + '_ {
        let in_turn = self.mode == WalkMode::InTurn;
        let from = self.at.map_or(BoardNo(0), |at| BoardNo(at.0 + 1));
        let around = self.boards.range(from..).chain(self.boards.range(..from));
        let between = around.take_while(move |&(&other, _)| in_turn && other != board);
        let thinking = between.filter(|&(other, place)| place.is_none() && !self.passes.apart.contains(other));
        thinking.map(|(&other, _)| other)
    }

    /// Whether so few games are left that nobody passes.
    fn few(&self) -> bool {
        self.boards.len().saturating_sub(self.passes.apart.len()) <= FEW
    }

    /// The end of the game on `board` is on its way to the disk; if it does not get there, the board waits or settles again.
    pub fn about_to_end(&mut self, board: BoardNo) -> bool {
        let news = self.settle(board);
        if self.boards.contains_key(&board) {
            self.passes.apart.insert(board);
        }
        news
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::rules::Millis;

    fn walk(boards: u32, limit: u32) -> Walk {
        let mut walk = Walk::new(WalkMode::InTurn, [], None, 0).with_passes(Some(limit), []);
        walk.open(BoardNo::first(boards));
        walk
    }

    /// A round in which everybody is met, and nobody replies.
    fn after_a_round(walk: &mut Walk) {
        while let Some(board) = walk.next() {
            walk.visit(board, Millis(0));
            walk.settle(board);
        }
    }

    #[test]
    fn the_walk_goes_past_who_thinks_until_the_passes_are_used() {
        let mut walk = walk(5, 1);
        after_a_round(&mut walk);
        assert_eq!(walk.way(), None, "nobody waits, and nobody is gone past");
        walk.wait(BoardNo(3), None);
        let way = walk.way().expect("board 3 waits");
        assert_eq!(way, Way { board: BoardNo(3), passed: vec![BoardNo(1), BoardNo(2)], grace: false });
        way.passed.iter().for_each(|&board| walk.pass(board));
        walk.visit(BoardNo(3), Millis(0));
        walk.settle(BoardNo(3));
        walk.wait(BoardNo(2), None);
        let way = walk.way().expect("board 2 waits");
        assert_eq!(way, Way { board: BoardNo(1), passed: vec![BoardNo(4), BoardNo(5)], grace: true });
        way.passed.iter().for_each(|&board| walk.pass(board));
        walk.visit(BoardNo(1), Millis(0));
        assert_eq!(walk.way(), Some(Way { board: BoardNo(2), passed: Vec::new(), grace: false }), "nothing is lost");
    }

    #[test]
    fn where_custom_refuses_a_pass_it_is_refused() {
        let few = walk(3, 3);
        assert!(few.check_pass(BoardNo(1)).is_err_and(|why| why.to_string().contains("three boards")));
        assert!(walk(9, 0).check_pass(BoardNo(1)).is_err_and(|why| why.to_string().contains("has no passes")));
        let mut walk = walk(9, 1);
        assert_eq!(walk.check_pass(BoardNo(1)), Ok(()));
        walk.settle(BoardNo(1));
        walk.visit(BoardNo(9), Millis(0));
        walk.dismiss(BoardNo(1));
        assert!(walk.check_pass(BoardNo(1)).is_err_and(|why| why.to_string().contains("you have passed")));
        let way = walk.way().expect("board 2 waits");
        assert_eq!((way.board, way.passed), (BoardNo(2), Vec::new()), "once is enough, and nobody waits for them");
        assert!(walk.is_dismissed(BoardNo(1)) && walk.passes_left(BoardNo(1)) == Some(0));
        walk.visit(BoardNo(2), Millis(0));
        assert!(!walk.is_dismissed(BoardNo(1)), "that was meant for the visit that is over");
        assert!(walk.check_pass(BoardNo(1)).is_err_and(|why| why.to_string().contains("no passes left")));
        let endless = Walk::new(WalkMode::InTurn, BoardNo::first(9), None, 0);
        assert_eq!((endless.check_pass(BoardNo(1)), endless.passes_left(BoardNo(1))), (Ok(()), None));
    }

    proptest! {
        /// Whatever the replies: nobody is gone past more often than was agreed, nobody at all with three boards or fewer, and
        /// whoever has none left is met before the next board behind them.
        #[test]
        fn nobody_is_gone_past_more_often_than_agreed(
            boards in 1u32..20,
            limit in 0u32..4,
            steps in prop::collection::vec((any::<prop::sample::Index>(), 0u8..10), 0..300),
        ) {
            let mut walk = walk(boards, limit);
            let mut playing: Vec<BoardNo> = BoardNo::first(boards).collect();
            let mut passed: BTreeMap<BoardNo, u32> = BTreeMap::new();
            for (which, what) in steps {
                if playing.is_empty() {
                    break;
                }
                let place = which.index(playing.len());
                match what {
                    0 => {
                        walk.end(playing.remove(place));
                    }
                    1..5 => {
                        walk.wait(playing[place], None);
                    }
                    _ => {
                        let waiting = walk.waiting() > 0;
                        let Some(way) = walk.way() else {
                            prop_assert!(!waiting);
                            continue;
                        };
                        prop_assert!(waiting, "nobody waits, and the walk goes on");
                        for board in &way.passed {
                            prop_assert!(playing.len() > FEW && !walk.waits(*board));
                            let used = passed.entry(*board).or_default();
                            *used += 1;
                            prop_assert!(*used <= limit, "{board} {used} times of {limit}");
                            walk.pass(*board);
                        }
                        prop_assert_eq!(way.grace, !walk.waits(way.board));
                        let last = playing.len() <= FEW || walk.passes_left(way.board) == Some(0);
                        prop_assert!(!way.grace || last, "grace for {} who has passes left", way.board);
                        walk.visit(way.board, Millis(0));
                        walk.settle(way.board);
                    }
                }
            }
        }
    }
}
