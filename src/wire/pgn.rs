//! Games as PGN, for every other chess program (<https://www.saremba.de/chessgml/standards/pgn/pgn-complete.htm>).
//!
//! All games together can be polled by a Lichess broadcast: it takes a new game for each empty line before a tag, tells
//! boards apart by their players and their place, which is that of their numbers, and reads `%clk` and `%emt`.

use std::fmt::{self, Write};

use shakmaty::{Color, Position};

use crate::{
    record::{board_view::BoardView, program::MasterSeat, view::View},
    rules::{ClockSettings, GameResult, Millis, Termination, fen_of, is_chess960, is_usual_start},
};

const LINE: usize = 80;

/// Every game of the exhibition whose seat is taken, in board order.
#[must_use]
pub fn games(view: &View) -> String {
    view.boards
        .iter()
        .filter(|board| board.seat.is_some())
        .map(|board| game(view, board))
        .collect::<Vec<_>>()
        .join("\n")
}

/// One game.
#[must_use]
pub fn game(view: &View, board: &BoardView) -> String {
    let (result, termination) = board.end.map_or((GameResult::Unknown, None), |(result, why)| (result, Some(why)));
    let opponent = board.seat.as_ref().map_or("?", |seat| seat.name.as_str());
    let master = &*view.program.master;
    let color = board.setup.master;
    let (white, black) = color.fold_wb((master, opponent), (opponent, master));
    let bot = board.seat.as_ref().is_some_and(|seat| seat.bot);
    let opponent_type = if bot { "program" } else { "human" };
    let master_type = if view.program.seat == MasterSeat::Engine { "program" } else { "human" };
    let (white_type, black_type) = color.fold_wb((master_type, opponent_type), (opponent_type, master_type));
    let start = &board.setup.start;
    let fen = (!is_usual_start(start)).then(|| fen_of(start));
    let begins_elsewhere = fen.as_deref().map(|fen| [("SetUp", "1"), ("FEN", fen)]);
    let mut pgn = String::new();
    let usual = [
        ("Event", &*view.program.name),
        ("Site", "?"),
        ("Date", &date(view.started_at.unwrap_or(view.program.created_at))),
        ("Round", "1"),
        ("White", white),
        ("Black", black),
        ("Result", result.as_str()),
        ("Board", &board.board.to_string()),
        ("Mode", "ICS"),
        ("PlyCount", &board.sheet.len().to_string()),
        ("WhiteType", white_type),
        ("BlackType", black_type),
        ("TimeControl", &time_control(board.setup.clock)),
        ("Termination", termination_tag(termination)),
    ];
    let variant = is_chess960(start).then_some(("Variant", "Chess960"));
    for (tag, value) in usual.into_iter().chain(variant).chain(begins_elsewhere.into_iter().flatten()) {
        // A string that a line break could end early would let a name write tags of its own.
        let value: String = value.chars().filter(|c| !c.is_control()).collect();
        let _ = writeln!(pgn, "[{tag} \"{}\"]", value.replace('\\', "\\\\").replace('"', "\\\""));
    }
    pgn.push('\n');
    push_wrapped(&mut pgn, &movetext(board, result, termination));
    pgn
}

/// The move text in pieces that no line break may split.
fn movetext(board: &BoardView, result: GameResult, termination: Option<Termination>) -> Vec<String> {
    let mut tokens = Vec::with_capacity(board.sheet.len() * 2 + 2);
    let start = &board.setup.start;
    let mut white = start.turn().is_white();
    let mut number = start.fullmoves().get();
    let mut before = None;
    for (index, record) in board.sheet.iter().enumerate() {
        if white {
            tokens.push(format!("{number}."));
        } else {
            // After a comment the number is said again.
            tokens.push(format!("{number}..."));
        }
        tokens.push(record.san.to_string());
        let mover = if white { Color::White } else { Color::Black };
        let clk = record.clock.map(|clock| format!("[%clk {}] ", hms(mover.fold_wb(clock.white, clock.black))));
        // The first move has none before it, and where there are clocks none runs yet.
        let emt = before.map_or(Millis::ZERO, |before| record.at.since(before));
        tokens.push(format!("{{ {}[%emt {}] }}", clk.unwrap_or_default(), hms(emt)));
        before = Some(record.at);
        // The move that was played in the end, then those that were not.
        let ply = index as u32 + 1;
        let taken_back = board.taken_back.iter().filter(|&&(at, _)| at == ply).map(|(_, san)| san.to_string());
        let taken_back: Vec<_> = taken_back.collect();
        if !taken_back.is_empty() {
            tokens.push(format!("{{ taken back: {} }}", taken_back.join(", ")));
        }
        number += u32::from(!white);
        white = !white;
    }
    if let Some(termination) = termination {
        tokens.push(format!("{{ {} }}", termination.as_str().replace('_', " ")));
    }
    tokens.push(result.as_str().to_owned());
    tokens
}

fn push_wrapped(pgn: &mut String, tokens: &[String]) {
    let mut column = 0;
    for token in tokens {
        if column > 0 && column + 1 + token.len() > LINE {
            pgn.push('\n');
            column = 0;
        } else if column > 0 {
            pgn.push(' ');
            column += 1;
        }
        pgn.push_str(token);
        column += token.len();
    }
    pgn.push('\n');
}

/// Whole hours, minutes and seconds, as `%clk` and `%emt` have them.
fn hms(Millis(span): Millis) -> String {
    let seconds = span / 1000;
    format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

fn time_control(clock: Option<ClockSettings>) -> String {
    clock.map_or_else(|| "-".to_owned(), |clock| format!("{}+{}", clock.initial.0 / 1000, clock.increment.0 / 1000))
}

/// The tag's value is one of the standard's words.
fn termination_tag(termination: Option<Termination>) -> &'static str {
    match termination {
        None => "unterminated",
        Some(Termination::TimeForfeit) => "time forfeit",
        Some(Termination::Abandonment | Termination::Aborted) => "abandoned",
        Some(Termination::Adjudication) => "adjudication",
        Some(_) => "normal",
    }
}

/// A Unix time in milliseconds as PGN's date, in UTC.
fn date(unix_ms: u64) -> String {
    let time = std::time::UNIX_EPOCH + std::time::Duration::from_millis(unix_ms);
    let mut text = String::new();
    // After the year 9999 there is no such date.
    match write!(text, "{}", humantime::format_rfc3339_seconds(time)) {
        Ok(()) => text.get(..10).unwrap_or("????.??.??").replace('-', "."),
        Err(fmt::Error) => "????.??.??".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::date;

    #[test]
    fn a_date_that_no_calendar_has_is_unknown() {
        assert_eq!(date(1_700_000_000_000), "2023.11.14");
        assert_eq!(date(253_402_300_799_999), "9999.12.31");
        for unix_ms in [253_402_300_800_000, i64::MAX.cast_unsigned(), u64::MAX] {
            assert_eq!(date(unix_ms), "????.??.??");
        }
    }
}
