//! From exhibitions' rows to what they stand for.

use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use super::program;
use crate::{
    record::{
        event::{ExhibitionId, Score},
        program::{MasterSeat, Program},
        summary::Summary,
    },
    rules::{BoardNo, GameResult},
};

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
