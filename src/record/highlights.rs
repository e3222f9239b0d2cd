//! What an evening is remembered by.

use std::cmp::Reverse;

use super::{board_view::BoardView, event::Stage, view::View};
use crate::rules::{BoardNo, GameResult, Millis};

/// What an evening is remembered by: boards, as far as there is one. Of several that are equal it is the first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Highlights {
    /// The game with the most moves.
    pub longest_fight: Option<BoardNo>,
    /// The board that has cost the master the most time.
    pub dearest: Option<BoardNo>,
    /// Where the master has stood longest at once.
    pub longest_visit: Option<BoardNo>,
    /// The first opponent who lost.
    pub first_to_fall: Option<BoardNo>,
    /// The first opponent who won.
    pub first_to_win: Option<BoardNo>,
    /// The game that ended last, once all have. One that was broken off does not count.
    pub last_to_stand: Option<BoardNo>,
}

impl Highlights {
    /// Those of an exhibition so far.
    #[must_use]
    pub fn of(view: &View) -> Highlights {
        let seated = || view.boards.iter().filter(|board| board.seat.is_some());
        let most = |figure: fn(&BoardView) -> u64| {
            let most = seated().max_by_key(|board| (figure(board), Reverse(board.board)));
            most.filter(|board| figure(board) > 0).map(|board| board.board)
        };
        let won_by = |board: &BoardView| board.end.and_then(|(result, _)| result.winner());
        let first = |masters: bool| {
            let decided =
                seated().filter(|board| won_by(board).is_some_and(|by| (by == board.setup.master) == masters));
            decided.min_by_key(|board| board.figures.ended).map(|board| board.board)
        };
        let counts = |board: &&BoardView| board.end.is_some_and(|(result, _)| result != GameResult::Unknown);
        let last = seated().filter(counts).max_by_key(|board| (board.figures.ended, Reverse(board.board)));
        Highlights {
            longest_fight: most(|board| board.sheet.len() as u64),
            dearest: most(|board| board.figures.master.0),
            longest_visit: most(|board| board.figures.longest_visit.0),
            first_to_fall: first(true),
            first_to_win: first(false),
            last_to_stand: last.map(|board| board.board).filter(|_| view.stage == Stage::Finished),
        }
    }
}

/// How long the games have been on: until the last one's end, or so far.
#[must_use]
pub fn played(view: &View) -> Option<Millis> {
    Some(view.walk.finished.unwrap_or(view.at).since(view.walk.started?))
}
