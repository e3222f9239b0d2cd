//! Stored events on their way back, many to a row.
//!
//! sqlx sends each row from SQLite's thread to ours by itself, each column copied: half a million events would take
//! seconds and a gigabyte. So SQL makes one text of some hundred of them, and while we play those again SQLite's thread
//! is at the next ones already.

use futures_util::{Stream, TryStreamExt, future::ready};
use sqlx::SqliteConnection;

use crate::{record::event::ExhibitionId, rules::BoardNo};

/// An event is a line: a list in JSON, which tells a number from a text of digits, and nothing from either. Line breaks in
/// a text are escaped; commas stand in details alone, which come last.
macro_rules! packed {
    () => {
        "group_concat(case kind when 'moved' \
         then json_array(exhibition, seq, at_ms, wall_ms, kind, board, ply, uci, white_ms, black_ms, position) \
         when 'retracted' \
         then json_array(exhibition, seq, at_ms, wall_ms, kind, board, ply, white_ms, black_ms, position) \
         else case when guest is not null then json_array(exhibition, seq, at_ms, wall_ms, kind, board, guest) \
         when details is not null then json_array(exhibition, seq, at_ms, wall_ms, kind, board, details) \
         else json_array(exhibition, seq, at_ms, wall_ms, kind, board, by_whom, result, termination) end end, char(10))"
    };
}

/// A text for each 512 events, in their order, as far as there should be any and one beyond. Longer texts would take
/// longer: they do not fit into the processor's cache.
const ALL: &str = concat!(
    "with recursive chunk (first) as (select 1 union all select first + 512 from chunk where first + 512 <= ?2 + 1) \
     select (select ",
    packed!(),
    " from event where exhibition = ?1 and seq between first and first + 511) from chunk"
);

/// Those from one number to another.
const BETWEEN: &str = concat!("select ", packed!(), " from event where exhibition = ?1 and seq between ?2 and ?3");

/// Those that one board's game follows from.
const OF_BOARD: &str = concat!(
    "select ",
    packed!(),
    " from event where exhibition = ?1 and (board = ?2 or kind in ('started', 'changed', 'joined', 'applied', 'admitted', 'turned_away', 'left', 'reseated'))"
);

/// An exhibition's events up to `last`, packed. That they come in their order is seen when they are played again.
pub(super) fn all(
    connection: &mut SqliteConnection,
    id: ExhibitionId,
    last: i64,
) -> impl Stream<Item = Result<String, sqlx::Error>> {
    let rows = sqlx::query_scalar(ALL).bind(id.0).bind(last).fetch(connection);
    // A gap ends it: where the last number is damaged there might be billions of texts with nothing in them.
    rows.try_take_while(|text: &Option<String>| ready(Ok(text.is_some()))).map_ok(Option::unwrap_or_default)
}

/// The events from number `from` to number `to`, packed.
pub(super) async fn between(
    connection: &mut SqliteConnection,
    id: ExhibitionId,
    from: i64,
    to: i64,
) -> Result<String, sqlx::Error> {
    let query = sqlx::query_scalar(BETWEEN).bind(id.0).bind(from).bind(to);
    let text: Option<String> = query.fetch_one(connection).await?;
    Ok(text.unwrap_or_default())
}

/// The events that a board's game follows from, packed.
pub(super) async fn of_board(
    connection: &mut SqliteConnection,
    id: ExhibitionId,
    board: BoardNo,
) -> Result<String, sqlx::Error> {
    let text: Option<String> = sqlx::query_scalar(OF_BOARD).bind(id.0).bind(board.0).fetch_one(connection).await?;
    Ok(text.unwrap_or_default())
}
