//! From rows to what they stand for, and back.

use std::path::Path;

use serde_json::json;
use shakmaty::Color;
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use super::OpenError;
use crate::{
    base::secret::TokenHash,
    journal::{self, DamagedRecord, Numbered, Record, StoredEvent, StoredKind, replay},
    record::{
        event::{ExhibitionId, Kind, Program, Score},
        seat_key::SeatKey,
        view::Summary,
    },
    rules::{
        BoardNo, ClockSettings, Fact, Game, GameResult, Millis, PlayerName, Termination, color_from_name, color_name,
    },
};

/// An event's columns, in the order of the insert.
pub(super) fn row(line: &Numbered) -> serde_json::Value {
    let event = &line.event;
    let (kind, board) = match &event.kind {
        Kind::Joined { board, .. } => ("joined", Some(board)),
        Kind::Connected { board } => ("connected", Some(board)),
        Kind::Disconnected { board } => ("disconnected", Some(board)),
        Kind::Started => ("started", None),
        Kind::Finished => ("finished", None),
        Kind::Visit { board } => ("visit", Some(board)),
        Kind::Game { board, fact: Fact::Moved(_) } => ("moved", Some(board)),
        Kind::Game { board, fact: Fact::DrawOffered { .. } } => ("draw_offered", Some(board)),
        Kind::Game { board, fact: Fact::DrawDeclined { .. } } => ("draw_declined", Some(board)),
        Kind::Game { board, fact: Fact::Ended { .. } } => ("ended", Some(board)),
    };
    let fact = match &event.kind {
        Kind::Game { fact, .. } => Some(fact),
        _ => None,
    };
    let played = match fact {
        Some(Fact::Moved(played)) => Some(played),
        _ => None,
    };
    let clock = played.and_then(|played| played.clock);
    let by = match fact {
        Some(Fact::DrawOffered { by } | Fact::DrawDeclined { by }) => Some(color_name(*by)),
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
        played.map(|played| played.ply),
        played.map(|played| played.uci.to_string()),
        clock.map(|clock| clock.white.0),
        clock.map(|clock| clock.black.0),
        played.map(|played| played.hash.cast_signed()),
        by,
        end.map(|(result, _)| result),
        end.map(|(_, termination)| termination),
    ])
}

/// Every exhibition, the newest first.
pub(super) async fn list(connection: &mut SqliteConnection) -> Result<Vec<Summary>, sqlx::Error> {
    listed(connection, None).await
}

/// One exhibition, if it is there.
pub(super) async fn find(connection: &mut SqliteConnection, id: ExhibitionId) -> Result<Option<Summary>, sqlx::Error> {
    Ok(listed(connection, Some(id)).await?.pop())
}

async fn listed(connection: &mut SqliteConnection, id: Option<ExhibitionId>) -> Result<Vec<Summary>, sqlx::Error> {
    let sql = "select *, (select count(*) from seat where exhibition = id) as seated from exhibition \
               where ?1 is null or id = ?1 order by id desc";
    let rows = sqlx::query(sql).bind(id.map(|id| id.0)).fetch_all(connection).await?;
    rows.iter().map(summary).collect()
}

fn summary(row: &SqliteRow) -> Result<Summary, sqlx::Error> {
    let bad = |what: &'static str| sqlx::Error::Decode(what.into());
    let clock = match (row.try_get("clock_initial_ms")?, row.try_get("clock_increment_ms")?) {
        (Some(initial), Some(increment)) => {
            let clock = ClockSettings::new(Millis(uint(initial)), Millis(uint(increment)));
            let extra = row.try_get::<Option<i64>, _>("master_extra_ms")?.map_or(Millis::ZERO, |ms| Millis(uint(ms)));
            Some(clock.map_err(|_| bad("an impossible clock"))?.with_master_extra(extra))
        }
        _ => None,
    };
    let walk: &str = row.try_get("walk")?;
    let program = Program {
        name: row.try_get::<&str, _>("name")?.into(),
        boards: row.try_get("boards")?,
        clock,
        walk: walk.parse().map_err(|_| bad("an unknown walk"))?,
        late_rounds: row.try_get("late_rounds")?,
        think: Millis(uint(row.try_get("think_ms")?)),
        master: row.try_get::<&str, _>("master")?.into(),
        created_at: uint(row.try_get("created_ms")?),
    };
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
    let program = find(&mut *connection, id).await?.ok_or(sqlx::Error::RowNotFound)?.program;
    let sql = "select board, result from event where exhibition = ? and kind = 'ended'";
    let mut score = Score::default();
    for row in sqlx::query(sql).bind(id.0).fetch_all(connection).await? {
        let result = GameResult::parse(row.try_get("result")?);
        let result = result.ok_or_else(|| sqlx::Error::Decode("an unknown result".into()))?;
        score.count(result, program.setup(BoardNo(row.try_get("board")?)).master);
    }
    Ok(score)
}

pub(super) async fn load(
    connection: &mut SqliteConnection,
    path: &Path,
    id: ExhibitionId,
    program: Program,
) -> Result<Record, OpenError> {
    let stored = stored_events(connection, path, id, None).await?;
    replay(id, program, stored).map_err(|error| OpenError::Record { path: path.to_owned(), error })
}

/// One board's game.
pub(super) async fn recall(
    connection: &mut SqliteConnection,
    path: &Path,
    id: ExhibitionId,
    board: BoardNo,
) -> Result<Game, OpenError> {
    let unreadable = |error| OpenError::Sql { path: path.to_owned(), error };
    let found = find(connection, id).await.map_err(unreadable)?;
    let program = found.ok_or_else(|| unreadable(sqlx::Error::RowNotFound))?.program;
    let stored = stored_events(connection, path, id, Some(board)).await?;
    journal::recall(id, program, board, stored).map_err(|error| OpenError::Record { path: path.to_owned(), error })
}

/// An exhibition's stored lines, in order: all of them, or those that one board's game follows from.
async fn stored_events(
    connection: &mut SqliteConnection,
    path: &Path,
    id: ExhibitionId,
    board: Option<BoardNo>,
) -> Result<Vec<StoredEvent>, OpenError> {
    let sql = "select event.*, seat.name, seat.bot from event left join seat on event.kind = 'joined' \
               and seat.exhibition = event.exhibition and seat.board = event.board \
               where event.exhibition = ?1 and (?2 is null or event.board = ?2 or event.kind = 'started') \
               order by event.seq";
    let rows = sqlx::query(sql).bind(id.0).bind(board.map(|board| board.0)).fetch_all(connection).await;
    let rows = rows.map_err(|error| OpenError::Sql { path: path.to_owned(), error })?;
    let stored: Result<Vec<_>, _> = rows.iter().map(|row| stored_event(row, id)).collect();
    stored.map_err(|error| OpenError::Record { path: path.to_owned(), error })
}

fn stored_event(row: &SqliteRow, exhibition: ExhibitionId) -> Result<StoredEvent, DamagedRecord> {
    let seq = uint(row.try_get("seq").unwrap_or(0));
    let bad = |what| DamagedRecord::Value { exhibition, seq, what };
    let at = Millis(uint(row.try_get("at_ms").map_err(|_| bad("no time"))?));
    let wall = uint(row.try_get("wall_ms").map_err(|_| bad("no date"))?);
    let kind = stored_kind(row).map_err(|_| bad("a column is missing or of the wrong type"))?;
    Ok(StoredEvent { seq, at, wall, kind: kind.ok_or_else(|| bad("a value that was never written"))? })
}

/// `None` where a value is none of those that this program writes.
fn stored_kind(row: &SqliteRow) -> Result<Option<StoredKind>, sqlx::Error> {
    let board = || row.try_get("board").map(BoardNo);
    let by = || -> Result<Option<Color>, sqlx::Error> { Ok(color_from_name(row.try_get("by_color")?)) };
    Ok(match row.try_get("kind")? {
        "joined" => {
            let (board, bot) = (board()?, row.try_get("bot")?);
            PlayerName::parse(row.try_get("name")?).ok().map(|name| StoredKind::Joined { board, name, bot })
        }
        "connected" => Some(StoredKind::Connected { board: board()? }),
        "disconnected" => Some(StoredKind::Disconnected { board: board()? }),
        "started" => Some(StoredKind::Started),
        "finished" => Some(StoredKind::Finished),
        "visit" => Some(StoredKind::Visit { board: board()? }),
        "moved" => stored_move(row, board()?)?,
        "draw_offered" => by()?.zip(Some(board()?)).map(|(by, board)| StoredKind::DrawOffered { board, by }),
        "draw_declined" => by()?.zip(Some(board()?)).map(|(by, board)| StoredKind::DrawDeclined { board, by }),
        "ended" => {
            let result = GameResult::parse(row.try_get("result")?);
            let termination = Termination::parse(row.try_get("termination")?);
            let board = board()?;
            result.zip(termination).map(|(result, termination)| StoredKind::Ended { board, result, termination })
        }
        _ => None,
    })
}

fn stored_move(row: &SqliteRow, board: BoardNo) -> Result<Option<StoredKind>, sqlx::Error> {
    let ply = row.try_get("ply")?;
    let white: Option<i64> = row.try_get("white_ms")?;
    let black: Option<i64> = row.try_get("black_ms")?;
    let banks = white.zip(black).map(|(white, black)| (Millis(uint(white)), Millis(uint(black))));
    let hash = row.try_get::<i64, _>("position")?.cast_unsigned();
    let uci: &str = row.try_get("uci")?;
    Ok(uci.parse().ok().map(|uci| StoredKind::Moved { board, ply, uci, banks, hash }))
}

pub(super) async fn seat_keys(
    connection: &mut SqliteConnection,
    id: ExhibitionId,
) -> Result<Vec<(BoardNo, SeatKey)>, sqlx::Error> {
    let sql = "select board, house, token_hash from seat where exhibition = ?";
    let rows = sqlx::query(sql).bind(id.0).fetch_all(connection).await?;
    let seat = |row: &SqliteRow| {
        let hash = row.try_get::<Vec<u8>, _>("token_hash")?.try_into();
        let hash = hash.map_err(|_| sqlx::Error::Decode("a token's hash of the wrong length".into()))?;
        let key = SeatKey { token: TokenHash(hash), house: row.try_get("house")? };
        Ok((BoardNo(row.try_get("board")?), key))
    };
    rows.iter().map(seat).collect()
}

/// SQLite's integers are signed; ours are milliseconds and counts, which fit for some time.
pub(super) fn int(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

fn uint(value: i64) -> u64 {
    u64::try_from(value).unwrap_or(0)
}
