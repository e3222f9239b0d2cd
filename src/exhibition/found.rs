//! How things stood when an exhibition was taken up.

use super::board::Occupant;
use crate::{
    record::board_view::BoardView,
    record::{
        event::{Announcement, PausedBy},
        view::View,
    },
    rules::Walk,
};

/// The walk as it stood when the last event was stored: it goes on at the board where the master stood, and whoever has
/// waited longest still is the first.
pub(super) fn walk_of(view: &View) -> Walk {
    let playing = view.boards.iter().filter(|board| board.is_playing()).map(|board| board.board);
    let used = view.boards.iter().map(|board| (board.board, board.passes_used)).filter(|&(_, used)| used > 0);
    let walk = Walk::new(view.program.walk, playing, view.last_in_order(), view.walk.rounds);
    let mut walk = walk.with_passes(view.program.passes, used).with_last_round(view.last_round.clone());
    walk.close_visits(view.closed);
    let mut waiting: Vec<_> =
        view.boards.iter().filter_map(|board| Some((board.waits_since?, board.board, board.deadline()))).collect();
    waiting.sort_unstable();
    for (_, board, flag) in waiting {
        walk.wait(board, flag);
    }
    if let Some(board) = view.unfinished_in_order() {
        walk.return_to(board);
    }
    walk
}

/// How things stood when an exhibition was taken up, as far as its boards have to know.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) seats: Vec<FoundSeat>,
    pub(super) paused: Option<PausedBy>,
    pub(super) closed: bool,
    pub(super) announcement: Announcement,
}

#[derive(Debug)]
pub(super) struct FoundSeat {
    pub(super) occupant: Option<Occupant>,
    pub(super) playing: bool,
}

impl Found {
    pub(super) fn of(view: &View) -> Found {
        let seat = |seen: &BoardView| FoundSeat {
            // Nobody is connected to a server that has just started, and whoever was has been put on the record as gone.
            occupant: seen.guest().map(|seat| Occupant {
                guest: seat.guest,
                admitted: seen.seat.is_some(),
                here: false,
                arriving: false,
                away_since: seat.away_since.or(Some(view.at)),
                house: false,
            }),
            playing: seen.is_playing(),
        };
        Found {
            seats: view.boards.iter().map(seat).collect(),
            paused: view.paused,
            closed: view.closed,
            announcement: view.announcement.clone(),
        }
    }
}
