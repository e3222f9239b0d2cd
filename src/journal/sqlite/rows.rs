//! From rows to what they stand for, and back.

use serde_json::json;
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use super::{announcement, program};
use crate::{
    journal::Numbered,
    record::{
        event::{ExhibitionId, GuestNo, Kind, Score},
        program::{MasterSeat, Program},
        summary::Summary,
    },
    rules::{BoardNo, Fact, GameResult, color_name},
};

/// An event's columns, in the order of the insert.
pub(super) fn row(line: &Numbered) -> serde_json::Value {
    let event = &line.event;
    let (kind, board) = match &event.kind {
        Kind::Joined { board, .. } => ("joined", Some(board)),
        Kind::Applied { board, .. } => ("applied", Some(board)),
        Kind::Admitted { board } => ("admitted", Some(board)),
        Kind::TurnedAway { board } => ("turned_away", Some(board)),
        Kind::Left { board, .. } => ("left", Some(board)),
        Kind::Queued { .. } => ("queued", None),
        Kind::Unqueued { .. } => ("unqueued", None),
        Kind::Renamed { board, .. } => ("renamed", Some(board)),
        Kind::Reseated { board, .. } => ("reseated", Some(board)),
        Kind::Announced(_) => ("announced", None),
        Kind::Changed(_) => ("changed", None),
        Kind::Closed => ("closed", None),
        Kind::Connected { board } => ("connected", Some(board)),
        Kind::Disconnected { board } => ("disconnected", Some(board)),
        Kind::Started { .. } => ("started", None),
        Kind::Finished => ("finished", None),
        Kind::Visit { board, excursion: false } => ("visit", Some(board)),
        Kind::Visit { board, excursion: true } => ("excursion", Some(board)),
        Kind::Passed { board, .. } => ("passed", Some(board)),
        Kind::Grace { board } => ("grace", Some(board)),
        Kind::Paused { .. } => ("paused", None),
        Kind::Continued => ("continued", None),
        Kind::Game { board, fact: Fact::Retracted(_) } => ("retracted", Some(board)),
        Kind::Game { board, fact: Fact::Moved(_) } => ("moved", Some(board)),
        Kind::Game { board, fact: Fact::DrawOffered { .. } } => ("draw_offered", Some(board)),
        Kind::Game { board, fact: Fact::DrawDeclined { .. } } => ("draw_declined", Some(board)),
        Kind::Game { board, fact: Fact::Ended { .. } } => ("ended", Some(board)),
    };
    let fact = match &event.kind {
        Kind::Game { fact, .. } => Some(fact),
        _ => None,
    };
    // As which ply, the move if there is one, the clocks and the position after it.
    let played = match fact {
        Some(Fact::Moved(played)) => Some((played.ply, Some(played.uci), played.clock, played.hash)),
        Some(Fact::Retracted(retracted)) => Some((retracted.ply, None, retracted.clock, retracted.hash)),
        _ => None,
    };
    let clock = played.and_then(|(_, _, clock, _)| clock);
    let by = match (fact, &event.kind) {
        (Some(Fact::DrawOffered { by } | Fact::DrawDeclined { by }), _) => Some(color_name(*by)),
        (_, Kind::Paused { by }) => Some(by.as_str()),
        (_, Kind::Passed { by, .. }) => Some(by.as_str()),
        _ => None,
    };
    let end = match fact {
        Some(Fact::Ended { result, termination }) => Some((result.as_str(), termination.as_str())),
        _ => None,
    };
    json!([
        line.exhibition.0,
        event.seq,
        event.at.0,
        event.wall,
        kind,
        board.map(|board| board.0),
        played.map(|(ply, ..)| ply),
        played.and_then(|(_, uci, ..)| uci).map(|uci| uci.to_string()),
        clock.map(|clock| clock.white.0),
        clock.map(|clock| clock.black.0),
        played.map(|(.., hash)| hash.cast_signed()),
        by,
        end.map(|(result, _)| result),
        end.map(|(_, termination)| termination),
        guest_of(&event.kind).map(|guest| guest.0),
        details(&event.kind),
    ])
}

/// Who has come or gone.
fn guest_of(kind: &Kind) -> Option<GuestNo> {
    match kind {
        Kind::Joined { guest, .. }
        | Kind::Applied { guest, .. }
        | Kind::Left { guest, .. }
        | Kind::Queued { guest } => Some(guest.number),
        Kind::Unqueued { guest } | Kind::Renamed { guest, .. } => Some(*guest),
        _ => None,
    }
}

/// What no column has, as JSON.
fn details(kind: &Kind) -> Option<String> {
    match kind {
        Kind::Reseated { to, .. } => Some(to.to_string()),
        Kind::Announced(announcement) => Some(announcement::written(announcement)),
        Kind::Changed(program) => Some(program::written(program)),
        _ => None,
    }
}

/// Rows of exhibitions, the newest first.
macro_rules! listed {
    ($which:literal) => {
        listed!($which, "")
    };
    ($which:literal, $limit:literal) => {
        concat!("select * from exhibition ", $which, " order by id desc", $limit)
    };
}

/// The newest exhibitions before one, and of all where none is given.
pub(super) async fn list(
    connection: &mut SqliteConnection,
    before: Option<ExhibitionId>,
    limit: u32,
) -> Result<Vec<Summary>, sqlx::Error> {
    let before = before.map_or(i64::MAX, |before| before.0);
    let sql = listed!("where id < ?", " limit ?");
    let rows = sqlx::query(sql).bind(before).bind(limit).fetch_all(connection).await?;
    rows.iter().map(summary).collect()
}

/// One exhibition, if it is there.
pub(super) async fn find(connection: &mut SqliteConnection, id: ExhibitionId) -> Result<Option<Listed>, sqlx::Error> {
    let row = sqlx::query(listed!("where id = ?")).bind(id.0).fetch_optional(connection).await?;
    row.as_ref().map(Listed::of).transpose()
}

/// The exhibitions that have not ended, and the last one in any case, the oldest first. What has ended costs no more than
/// its row.
pub(super) async fn unfinished(connection: &mut SqliteConnection) -> Result<Vec<Listed>, sqlx::Error> {
    let sql = listed!("where finished_ms is null or id = (select max(id) from exhibition)");
    let rows = sqlx::query(sql).fetch_all(connection).await?;
    rows.iter().rev().map(Listed::of).collect()
}

/// An exhibition's row.
pub(super) struct Listed {
    pub(super) summary: Summary,
    /// As it was opened.
    pub(super) opening: Program,
    /// The number of its last event.
    pub(super) last_seq: i64,
    /// How many seats were taken when the games began; nobody had asked for it before the fifth migration.
    pub(super) seated_at_start: u32,
}

impl Listed {
    fn of(row: &SqliteRow) -> Result<Listed, sqlx::Error> {
        let seated_at_start: Option<u32> = row.try_get("seated_at_start")?;
        Ok(Listed {
            summary: summary(row)?,
            opening: document(row, "opening")?,
            last_seq: row.try_get("last_seq")?,
            seated_at_start: seated_at_start.unwrap_or_default(),
        })
    }
}

/// The settings in a row's column.
fn document(row: &SqliteRow, column: &str) -> Result<Program, sqlx::Error> {
    let bad = |what: &'static str| sqlx::Error::Decode(what.into());
    let seat = match row.try_get::<Option<&[u8]>, _>("master_token_hash")? {
        None => MasterSeat::Engine,
        Some(hash) => MasterSeat::Human(hash.try_into().map_err(|_| bad("a master's token that is none"))?),
    };
    program::read(row.try_get(column)?, seat).ok_or_else(|| bad("settings that were never written"))
}

fn summary(row: &SqliteRow) -> Result<Summary, sqlx::Error> {
    let program = document(row, "program")?;
    let (name, boards): (&str, u32) = (row.try_get("name")?, row.try_get("boards")?);
    if (name, boards) != (&*program.name, program.boards) {
        return Err(sqlx::Error::Decode("the list and the settings say different things".into()));
    }
    Ok(Summary {
        id: ExhibitionId(row.try_get("id")?),
        program,
        seated: row.try_get("seated")?,
        started_at: row.try_get::<Option<i64>, _>("started_ms")?.map(uint),
        finished_at: row.try_get::<Option<i64>, _>("finished_ms")?.map(uint),
        score: score(row)?,
    })
}

/// The master's, where it has been counted.
fn score(row: &SqliteRow) -> Result<Option<Score>, sqlx::Error> {
    let (wins, draws, losses): (Option<u32>, Option<u32>, Option<u32>) =
        (row.try_get("wins")?, row.try_get("draws")?, row.try_get("losses")?);
    let counted = wins.zip(draws).zip(losses);
    Ok(counted.map(|((wins, draws), losses)| Score { wins, draws, losses, playing: 0 }))
}

/// The results so far, counted as the master's.
pub(super) async fn final_score(connection: &mut SqliteConnection, id: ExhibitionId) -> Result<Score, sqlx::Error> {
    let program = find(&mut *connection, id).await?.ok_or(sqlx::Error::RowNotFound)?.summary.program;
    let sql = "select board, result from event where exhibition = ? and kind = 'ended'";
    let mut score = Score::default();
    for row in sqlx::query(sql).bind(id.0).fetch_all(connection).await? {
        let result = GameResult::parse(row.try_get("result")?);
        let result = result.ok_or_else(|| sqlx::Error::Decode("an unknown result".into()))?;
        score.count(result, program.setup(BoardNo(row.try_get("board")?)).master);
    }
    Ok(score)
}

/// SQLite's integers are signed; ours are milliseconds and counts, which fit for some time.
pub(super) fn int(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

pub(super) fn uint(value: i64) -> u64 {
    u64::try_from(value).unwrap_or(0)
}
