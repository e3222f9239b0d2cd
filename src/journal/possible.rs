//! Whether what is stored beside the games can have happened. Pure.

use crate::{
    record::{
        event::{Kind, Stage},
        view::View,
    },
    rules::BoardNo,
};

/// What is wrong with an event outside the games, if it can't be the next one.
pub(super) fn impossible(view: &View, kind: &Kind) -> Option<&'static str> {
    let stage = view.stage;
    let seated = |board: &BoardNo| view.boards[board.index()].seat.is_some();
    let applied = |board: &BoardNo| view.boards[board.index()].applicant.is_some();
    let taken = |board: &BoardNo| seated(board) || applied(board);
    match kind {
        Kind::Joined { .. } | Kind::Applied { .. } | Kind::Admitted { .. } if stage == Stage::Finished => {
            Some("somebody sits down after the end")
        }
        // Not by the round: a visit may have come in between when a seat was promised in time.
        Kind::Joined { .. } if stage == Stage::Running && view.program.late_rounds == 0 => {
            Some("somebody sits down after the start")
        }
        Kind::Joined { board, .. } | Kind::Applied { board, .. } if taken(board) => Some("a seat is taken twice"),
        Kind::Admitted { board } | Kind::TurnedAway { board } if !applied(board) => {
            Some("somebody is let in or turned away who has not asked")
        }
        Kind::Left { board, .. } | Kind::Reseated { board, .. } if !seated(board) || stage != Stage::Open => {
            Some("a seat is left that nobody has, or in a game")
        }
        Kind::Reseated { to, .. } if taken(to) => Some("a seat is taken twice"),
        Kind::Connected { board } | Kind::Disconnected { board } | Kind::Renamed { board, .. } if !taken(board) => {
            Some("somebody comes or goes who has no seat")
        }
        Kind::Renamed { board, guest, .. }
            if view.boards[board.index()].guest().is_none_or(|seat| seat.guest != *guest) =>
        {
            Some("somebody gets another name who is not there")
        }
        Kind::Changed(program) if program.created_at != view.program.created_at => {
            Some("another exhibition's settings")
        }
        Kind::Changed(program) if stage == Stage::Open => {
            let rest = view.boards.iter().skip(program.boards as usize);
            rest.clone().any(|board| board.guest().is_some()).then_some("a board is gone at which somebody sits")
        }
        Kind::Changed(program) if program.boards != view.program.boards => {
            Some("boards come or go while the games are on")
        }
        Kind::Closed if stage != Stage::Running => Some("an end of visits that have not begun"),
        Kind::Started { .. } if stage != Stage::Open => Some("the games begin twice"),
        Kind::Paused { .. } if stage != Stage::Running => Some("a break of games that are not on"),
        Kind::Paused { .. } if view.paused.is_some() => Some("a break within a break"),
        Kind::Continued if view.paused.is_none() => Some("the end of a break that is none"),
        Kind::Visit { .. } | Kind::Passed { .. } | Kind::Grace { .. } if stage == Stage::Open => {
            Some("the master walks before the games begin")
        }
        Kind::Finished if stage == Stage::Finished || view.score.playing > 0 => {
            Some("the exhibition ends before its games do")
        }
        _ => None,
    }
}
