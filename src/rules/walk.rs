//! The master's walk from board to board.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::{BoardNo, Millis, WalkMode, pass_count::PassCount};

/// A place in the queue: when the master's flag would fall there, where that decides, and a number that only grows.
pub(super) type Place = (Millis, u64);

/// Where the master stands, which boards wait, and where the walk goes next. A value: it walks by being told.
#[derive(Debug, Clone)]
pub struct Walk {
    pub(super) mode: WalkMode,
    /// The board visited last.
    pub(super) at: Option<BoardNo>,
    /// Every board still being played, and its place in the queue, if it waits.
    pub(super) boards: BTreeMap<BoardNo, Option<Place>>,
    pub(super) waiting: BTreeSet<BoardNo>,
    pub(super) queue: BTreeMap<Place, BoardNo>,
    /// The next number in the queue.
    ticket: u64,
    /// When the last visits began, oldest first: what estimates are made from.
    recent: VecDeque<Millis>,
    /// How many rounds are complete.
    rounds: u64,
    /// Where the master was called away, without a move.
    pub(super) interrupted: Option<BoardNo>,
    /// The last game has ended, and nobody sits down any more.
    over: bool,
    pub(super) passes: PassCount,
    /// In the last round: the boards that the master still comes to.
    pub(super) due: Option<BTreeSet<BoardNo>>,
    /// No visit begins.
    pub(super) closed: bool,
}

impl Walk {
    /// A walk over `boards`, none of which waits yet; `at` is the board visited last and `rounds` how many are complete, if
    /// the walk is taken up again.
    #[must_use]
    pub fn new(mode: WalkMode, boards: impl IntoIterator<Item = BoardNo>, at: Option<BoardNo>, rounds: u64) -> Walk {
        Walk {
            mode,
            at,
            boards: boards.into_iter().map(|board| (board, None)).collect(),
            waiting: BTreeSet::new(),
            queue: BTreeMap::new(),
            ticket: 0,
            recent: VecDeque::new(),
            rounds,
            interrupted: None,
            over: false,
            passes: PassCount::default(),
            due: None,
            closed: false,
        }
    }

    /// What was settled about it is another now.
    pub fn resettle(&mut self, mode: WalkMode, passes: Option<u32>) {
        self.mode = mode;
        self.passes.limit = passes;
    }

    /// The master was called away from `board`, where it still is the master's turn: the walk goes on there.
    pub fn return_to(&mut self, board: BoardNo) {
        self.interrupted = Some(board);
    }

    /// Somebody is about to sit down at `board` while the games are on: the walk does not end before that is decided.
    /// Says no where it has ended.
    #[must_use]
    pub fn expect(&mut self, board: BoardNo) -> bool {
        if !self.over && !self.boards.contains_key(&board) {
            self.boards.insert(board, None);
            self.passes.apart.insert(board);
        }
        !self.over
    }

    /// Ends the walk if no game is left and nobody is about to sit down; says whether it has ended.
    #[must_use]
    pub fn close(&mut self) -> bool {
        self.over |= self.boards.is_empty();
        self.over
    }

    /// A number that grows with every opponent's move.
    #[must_use]
    pub fn progress(&self) -> u64 {
        self.ticket
    }

    /// How many rounds are complete: the walk has come back to a board not behind the last.
    #[must_use]
    pub fn rounds(&self) -> u64 {
        self.rounds
    }

    /// The games on `boards` begin, and the master has the first move on all of them.
    pub fn open(&mut self, boards: impl IntoIterator<Item = BoardNo>) {
        for board in boards {
            self.join(board);
            self.wait(board, None);
        }
    }

    /// The game on `board` begins, and the opponent has the first move.
    pub fn join(&mut self, board: BoardNo) {
        let promised = self.passes.apart.remove(&board);
        if let Some(due) = self.due.as_mut().filter(|_| promised) {
            // The seat was given before the last round began.
            due.insert(board);
        }
        self.boards.entry(board).or_insert(None);
    }

    /// It is the master's turn on `board` from now on, and the master's flag falls there at `flag`, if that clock runs; a
    /// board that waits already keeps its place. Says whether that is news.
    pub fn wait(&mut self, board: BoardNo, flag: Option<Millis>) -> bool {
        let urgency = flag.filter(|_| self.mode == WalkMode::UrgentFirst).unwrap_or(Millis::ZERO);
        self.line_up(board, urgency)
    }

    pub(super) fn line_up(&mut self, board: BoardNo, urgency: Millis) -> bool {
        let Some(free @ None) = self.boards.get_mut(&board) else { return false };
        self.passes.excused.remove(&board);
        self.passes.apart.remove(&board);
        let place = (urgency, self.ticket);
        *free = Some(place);
        self.waiting.insert(board);
        self.queue.insert(place, board);
        self.ticket += 1;
        true
    }

    /// It is no longer the master's turn on `board`. Says whether that is news.
    pub fn settle(&mut self, board: BoardNo) -> bool {
        self.passes.apart.remove(&board);
        let Some(place) = self.boards.get_mut(&board).and_then(Option::take) else { return false };
        self.waiting.remove(&board);
        self.queue.remove(&place);
        true
    }

    /// The game on `board` is over.
    pub fn end(&mut self, board: BoardNo) {
        self.settle(board);
        self.boards.remove(&board);
        self.met(board);
    }

    /// The board to visit next, if one waits that may be visited. It need not be the one that waits: whoever has not moved and has
    /// no pass left is not gone past.
    #[must_use]
    pub fn next(&self) -> Option<BoardNo> {
        self.next_among(|_| true)
    }

    /// The same among some boards.
    pub(super) fn next_among(&self, among: impl Fn(BoardNo) -> bool) -> Option<BoardNo> {
        let open = |&&board: &&BoardNo| among(board) && self.may_visit(board);
        if let Some(&board) = self.interrupted.as_ref().filter(|&&board| self.waits(board)).filter(open) {
            return Some(board);
        }
        match self.mode {
            WalkMode::InTurn => {
                let ahead = self.at.and_then(|at| self.waiting.range(BoardNo(at.0 + 1)..).find(open));
                ahead.or_else(|| self.waiting.iter().find(open)).map(|&board| self.stop_before(board))
            }
            WalkMode::ReadyFirst | WalkMode::UrgentFirst => self.queue.values().find(open).copied(),
            WalkMode::OneAtATime => {
                let current = self.at.filter(|at| self.boards.contains_key(at));
                let board = current.or(self.boards.keys().next().copied())?;
                self.waiting.get(&board).filter(open).copied()
            }
        }
    }

    /// The master goes to `board` at `now`.
    pub fn visit(&mut self, board: BoardNo, now: Millis) {
        self.go_past(board);
        self.met(board);
        self.interrupted = None;
        self.passes.dismissed = None;
        self.rounds += u64::from(self.at.is_some_and(|last| board <= last));
        self.at = Some(board);
        self.recent.push_back(now);
        while self.recent.len() > 2 * self.boards.len().max(1) + 1 {
            self.recent.pop_front();
        }
    }

    /// Where the master stands, or stood last.
    #[must_use]
    pub fn at(&self) -> Option<BoardNo> {
        self.at
    }

    /// Whether it is the master's turn on `board`.
    #[must_use]
    pub fn waits(&self, board: BoardNo) -> bool {
        self.waiting.contains(&board)
    }

    /// How many boards are still being played.
    #[must_use]
    pub fn playing(&self) -> usize {
        self.boards.len()
    }

    /// How long a visit has taken of late, with the way to it: the last two rounds' mean. Two visits make a span.
    #[must_use]
    pub fn pace(&self) -> Option<Millis> {
        let spans = self.recent.len().checked_sub(1).filter(|&spans| spans > 0)?;
        let (first, last) = (self.recent.front()?, self.recent.back()?);
        Some(Millis(last.since(*first).0 / spans as u64))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    fn walk(mode: WalkMode, boards: u32) -> Walk {
        let mut walk = Walk::new(mode, [], None, 0);
        walk.open(BoardNo::first(boards));
        walk
    }

    #[test]
    fn one_game_at_a_time_stays_until_the_end() {
        let mut walk = walk(WalkMode::OneAtATime, 3);
        walk.visit(BoardNo(1), Millis(0));
        walk.settle(BoardNo(1));
        assert_eq!(walk.next(), None, "boards 2 and 3 wait, but the first game goes on");
        walk.end(BoardNo(1));
        assert_eq!(walk.next(), Some(BoardNo(2)));
    }

    #[test]
    fn ready_first_serves_the_longest_waiting() {
        let mut walk = Walk::new(WalkMode::ReadyFirst, BoardNo::first(3), Some(BoardNo(2)), 0);
        walk.wait(BoardNo(3), Some(Millis(9)));
        walk.wait(BoardNo(1), Some(Millis(1)));
        assert_eq!(walk.next(), Some(BoardNo(3)));
    }

    #[test]
    fn urgent_first_serves_the_least_time_once_everybody_was_met() {
        let mut walk = walk(WalkMode::UrgentFirst, 4);
        let mut met = Vec::new();
        for flag in [90, 50, 70] {
            let board = walk.next().expect("all wait");
            met.push(board.0);
            walk.visit(board, Millis(0));
            walk.settle(board);
            walk.wait(board, Some(Millis(flag)));
        }
        while let Some(board) = walk.next() {
            met.push(board.0);
            walk.visit(board, Millis(0));
            walk.settle(board);
        }
        assert_eq!(met, [1, 2, 3, 4, 2, 3, 1]);
    }

    #[test]
    fn a_walk_does_not_end_while_somebody_sits_down() {
        let mut walk = walk(WalkMode::InTurn, 1);
        assert!(walk.expect(BoardNo(2)));
        walk.end(BoardNo(1));
        assert_eq!((walk.next(), walk.close()), (None, false), "board 2 may still come");
        walk.open([BoardNo(2)]);
        assert_eq!(walk.next(), Some(BoardNo(2)));
        walk.end(BoardNo(2));
        assert!(walk.close() && !walk.expect(BoardNo(3)), "now it is over");
    }

    #[test]
    fn a_round_is_complete_when_the_walk_comes_back() {
        let mut walk = walk(WalkMode::InTurn, 3);
        for (visit, (board, rounds)) in [(1, 0), (3, 0), (1, 1), (2, 1), (2, 2)].into_iter().enumerate() {
            walk.visit(BoardNo(board), Millis(visit as u64));
            assert_eq!(walk.rounds(), rounds, "visit {visit}");
        }
    }

    #[test]
    fn a_walk_that_was_interrupted_goes_on_where_it_was() {
        let mut walk = Walk::new(WalkMode::InTurn, BoardNo::first(3), Some(BoardNo(2)), 0);
        for board in BoardNo::first(3) {
            walk.wait(board, None);
        }
        walk.return_to(BoardNo(2));
        for expected in [2, 3, 1] {
            assert_eq!(walk.next(), Some(BoardNo(expected)));
            walk.visit(BoardNo(expected), Millis(0));
            walk.settle(BoardNo(expected));
        }
    }

    #[test]
    fn the_pace_is_the_mean_of_the_last_rounds() {
        let mut walk = walk(WalkMode::InTurn, 2);
        assert_eq!(walk.pace(), None);
        for visit in 0..20u64 {
            walk.visit(BoardNo(1 + u32::from(visit % 2 == 1)), Millis(visit * visit));
        }
        assert_eq!(walk.pace(), Some(Millis((19 * 19 - 15 * 15) / 4)));
    }

    /// What happens between two visits: board `n` (counted around) has replied, or its game has ended.
    #[derive(Debug, Clone)]
    enum Step {
        Reply(usize),
        End(usize),
        Visit,
    }

    fn steps() -> impl Strategy<Value = (u32, Vec<Step>)> {
        let step = prop_oneof![
            4 => any::<usize>().prop_map(Step::Reply),
            1 => any::<usize>().prop_map(Step::End),
            5 => Just(Step::Visit),
        ];
        (1u32..40, prop::collection::vec(step, 0..400))
    }

    proptest! {
        /// In turn and ready first: whatever order the replies come in, a board that waits is met before any other board
        /// is met twice, the first round meets everybody, and in turn never passes a waiting board over.
        #[test]
        fn nobody_is_passed_over((boards, steps) in steps(), ready_first: bool) {
            let mode = if ready_first { WalkMode::ReadyFirst } else { WalkMode::InTurn };
            let mut walk = walk(mode, boards);
            let mut playing: Vec<BoardNo> = BoardNo::first(boards).collect();
            let mut waits: BTreeMap<BoardNo, Vec<BoardNo>> = playing.iter().map(|&b| (b, Vec::new())).collect();
            let mut met = HashSet::new();
            for (now, step) in steps.into_iter().enumerate() {
                let now = Millis(now as u64);
                match step {
                    Step::Reply(n) if !playing.is_empty() => {
                        let board = playing[n % playing.len()];
                        walk.wait(board, None);
                        waits.entry(board).or_default();
                    }
                    Step::End(n) if !playing.is_empty() => {
                        let board = playing.swap_remove(n % playing.len());
                        walk.end(board);
                        waits.remove(&board);
                    }
                    Step::Visit => {
                        let Some(board) = walk.next() else {
                            prop_assert!(waits.is_empty(), "{waits:?} wait and nobody goes there");
                            continue;
                        };
                        if let (WalkMode::InTurn, Some(from)) = (mode, walk.at()) {
                            let way = |b: &BoardNo| (b.0 + boards - from.0 - 1) % boards;
                            let passed = waits.keys().find(|b| way(b) < way(&board));
                            prop_assert_eq!(passed, None, "passed over from {} to {}", from, board);
                        }
                        let first_round = playing.iter().any(|b| !met.contains(b));
                        prop_assert!(!(first_round && met.contains(&board)), "{board} twice in the first round");
                        met.insert(board);
                        prop_assert!(waits.remove(&board).is_some(), "{board} does not wait");
                        for others in waits.values_mut() {
                            prop_assert!(!others.contains(&board), "{board} twice while another waited");
                            others.push(board);
                        }
                        walk.visit(board, now);
                        walk.settle(board);
                    }
                    Step::Reply(_) | Step::End(_) => {}
                }
            }
        }
    }
}
