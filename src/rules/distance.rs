//! How far the master is from each board, in visits.

use super::{BoardNo, Walk, WalkMode};

impl Walk {
    /// How many visits lie between now and the master's coming to each board, for every board still being played: 0 where
    /// the master stands, 1 for the next. A board that does not wait yet is counted as if it did from now on. One that the
    /// master comes to no more has none.
    #[must_use]
    pub fn distances(&self) -> Vec<(BoardNo, usize)> {
        let mut distances = match self.mode {
            WalkMode::InTurn => self.distances_in_turn(),
            WalkMode::ReadyFirst | WalkMode::UrgentFirst => self.distances_in_the_queue(),
            WalkMode::OneAtATime => self.distances_by_games(),
        };
        if self.closed || self.due.is_some() {
            distances.retain(|&(board, _)| self.may_visit(board) || self.stands_at(board));
        }
        distances
    }

    fn distances_in_turn(&self) -> Vec<(BoardNo, usize)> {
        let from = self.at.map_or(BoardNo(0), |at| BoardNo(at.0 + 1));
        let around = self.boards.range(from..).chain(self.boards.range(..from));
        let mut ahead = 0;
        let mut distances = Vec::with_capacity(self.boards.len());
        for (&board, waiting) in around {
            let here = self.stands_at(board);
            distances.push((board, if here { 0 } else { ahead + 1 }));
            ahead += usize::from(waiting.is_some() && !here && self.may_visit(board));
        }
        distances
    }

    fn distances_in_the_queue(&self) -> Vec<(BoardNo, usize)> {
        let mut distances = Vec::with_capacity(self.boards.len());
        let mut ahead = 0;
        for &board in self.queue.values() {
            let here = self.stands_at(board);
            distances.push((board, if here { 0 } else { ahead + 1 }));
            ahead += usize::from(!here && self.may_visit(board));
        }
        let patient = self.boards.iter().filter(|(_, waiting)| waiting.is_none());
        distances.extend(patient.map(|(&board, _)| (board, ahead + 1)));
        distances
    }

    fn distances_by_games(&self) -> Vec<(BoardNo, usize)> {
        let current = self.at.filter(|at| self.boards.contains_key(at));
        let others = self.boards.keys().copied().filter(|&board| Some(board) != current);
        current.into_iter().chain(others).enumerate().map(|(games, board)| (board, games)).collect()
    }

    fn stands_at(&self, board: BoardNo) -> bool {
        self.at == Some(board) && self.waits(board)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::rules::Millis;

    #[test]
    fn distances_count_the_visits_in_between() {
        let mut walk = Walk::new(WalkMode::InTurn, [], None, 0);
        walk.open(BoardNo::first(4));
        walk.visit(BoardNo(2), Millis(0));
        walk.settle(BoardNo(4));
        let distances: BTreeMap<_, _> = walk.distances().into_iter().collect();
        assert_eq!(distances[&BoardNo(2)], 0, "the master stands here");
        assert_eq!(distances[&BoardNo(3)], 1);
        assert_eq!(distances[&BoardNo(4)], 2, "after board 3, if its opponent moves now");
        assert_eq!(distances[&BoardNo(1)], 2, "board 4 does not wait");
    }
}
