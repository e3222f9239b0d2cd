//! How an exhibition went, board by board: for programs and for spreadsheets.

use std::borrow::Cow;

use csv::{Terminator, WriterBuilder};
use serde::Serialize;
use serde_json::json;

use super::{
    outbound::to_json,
    pages::{kind, score},
};
use crate::{
    record::{
        board_view::BoardView,
        highlights::{Highlights, played},
        view::View,
    },
    rules::{BoardNo, color_name},
};

/// A board whose seat is taken. In a spreadsheet the fields' names are the columns'.
#[derive(Serialize)]
struct Line<'a> {
    board: u32,
    name: Cow<'a, str>,
    bot: bool,
    /// The opponent's.
    color: &'static str,
    status: &'static str,
    result: Option<&'static str>,
    termination: Option<&'static str>,
    plies: usize,
    visits: u32,
    master_ms: u64,
    opponent_ms: u64,
    longest_visit_ms: u64,
    ended_ms: Option<u64>,
}

fn lines(view: &View) -> impl Iterator<Item = Line<'_>> {
    view.boards.iter().filter_map(line)
}

fn line(board: &BoardView) -> Option<Line<'_>> {
    let seat = board.seat.as_ref()?;
    let figures = &board.figures;
    Some(Line {
        board: board.board.0,
        name: seat.name.as_str().into(),
        bot: seat.bot,
        color: color_name(board.setup.master.other()),
        status: board.status(),
        result: board.end.map(|(result, _)| result.as_str()),
        termination: board.end.map(|(_, termination)| termination.as_str()),
        plies: board.sheet.len(),
        visits: figures.visits,
        master_ms: figures.master.0,
        opponent_ms: figures.opponent.0,
        longest_visit_ms: figures.longest_visit.0,
        ended_ms: figures.ended.map(|at| at.0),
    })
}

/// The exhibition's results so far, as JSON.
#[must_use]
pub fn results(view: &View) -> String {
    let (program, walk) = (&view.program, &view.walk);
    let highlights = Highlights::of(view);
    let board = |board: Option<BoardNo>| board.map(|board| board.0);
    to_json(&json!({
        "id": view.id.to_string(),
        "name": &*program.name,
        "status": view.stage.as_str(),
        "seq": view.seq,
        "at_ms": view.at.0,
        "created_at": program.created_at,
        "started_at": view.started_at,
        "finished_at": view.finished_at,
        "master": { "name": &*program.master, "kind": kind(&program.seat) },
        "score": score(view.score),
        "walk": {
            "mode": program.walk.as_str(),
            "started_ms": walk.started.map(|at| at.0),
            "played_ms": played(view).map(|span| span.0),
            "visits": walk.visits,
            "master_ms": walk.master.0,
            "opponents_ms": walk.opponents.0,
        },
        "rounds": walk.round_lengths,
        "longest_fight": board(highlights.longest_fight),
        "dearest": board(highlights.dearest),
        "longest_visit": board(highlights.longest_visit),
        "first_to_fall": board(highlights.first_to_fall),
        "first_to_win": board(highlights.first_to_win),
        "last_to_stand": board(highlights.last_to_stand),
        "boards": lines(view).collect::<Vec<_>>(),
    }))
}

const COLUMNS: [&str; 13] = [
    "board",
    "name",
    "bot",
    "color",
    "status",
    "result",
    "termination",
    "plies",
    "visits",
    "master_ms",
    "opponent_ms",
    "longest_visit_ms",
    "ended_ms",
];

/// The lines as CSV (RFC 4180), after one of the columns' names. A name that a spreadsheet would take for a formula has an
/// apostrophe before it, which says there that it is a text.
#[must_use]
pub fn results_csv(view: &View) -> String {
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).has_headers(false).from_writer(Vec::new());
    writer.write_record(COLUMNS).expect("memory takes everything");
    for line in lines(view) {
        let name = as_text(&line.name).into_owned().into();
        writer.serialize(Line { name, ..line }).expect("memory takes everything");
    }
    let bytes = writer.into_inner().expect("memory takes everything");
    String::from_utf8(bytes).expect("texts and numbers are UTF-8")
}

/// A text that no spreadsheet takes for a formula, also not where it knows East Asian signs.
fn as_text(text: &str) -> Cow<'_, str> {
    const BEGINS_A_FORMULA: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];
    if text.starts_with(BEGINS_A_FORMULA) { format!("'{text}").into() } else { text.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_like_a_formula_is_marked_as_text() {
        for formula in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", "＋1", "－1", "＠1"] {
            assert_eq!(as_text(formula), format!("'{formula}"));
        }
        for text in ["Ada", "1=1", "Jean-Luc", "a@b", " =1", ""] {
            assert_eq!(as_text(text), text);
        }
    }
}
