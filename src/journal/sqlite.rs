//! The store in SQLite. All of the program's SQL is here.

use std::{
    fs::{File, TryLockError},
    io::Read,
    path::{Path, PathBuf},
    time::Duration,
};

use serde_json::json;
use shakmaty::Color;
use sqlx::{
    Connection, Row, SqliteConnection,
    migrate::MigrateError,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteRow, SqliteSynchronous},
};
use tracing::warn;

use super::{DamagedRecord, Line, Record, SeatKey, StorageError, Store, StoredEvent, StoredKind, replay};
use crate::{
    event::{ExhibitionId, Kind, Program},
    rules::{BoardNo, ClockSettings, Fact, GameResult, Millis, PlayerName, Termination, color_from_name, color_name},
    secret::TokenHash,
    view::Summary,
};

/// The start of every SQLite file.
const MAGIC: &[u8; 16] = b"SQLite format 3\0";
/// 'SIMU', as the first migration writes it.
const APPLICATION_ID: i64 = 1_397_312_853;
/// How long a lock held by another program (a backup, say) is waited for.
const PATIENCE: Duration = Duration::from_secs(2);

/// Why a database can't be used. It is left as it was.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the sentences say it")]
pub enum OpenError {
    #[error("{0} is no SQLite database, so it is left alone; give another file with --database")]
    NotADatabase(PathBuf),
    #[error("{0} is a database of another program, so it is left alone; give another file with --database")]
    Foreign(PathBuf),
    #[error("{0} is in use by another Simultan server; stop that one, or give another file with --database")]
    InUse(PathBuf),
    #[error("{0} was written by a newer version of Simultan; run that one, or give another file with --database")]
    Newer(PathBuf),
    #[error("{0} is damaged ({1}); it is left alone: restore a backup, or give another file with --database")]
    Damaged(PathBuf, String),
    #[error("{path} can't be opened: {error}")]
    Io { path: PathBuf, error: std::io::Error },
    #[error("{path} can't be read: {error}")]
    Sql { path: PathBuf, error: sqlx::Error },
    #[error(
        "{path} holds a record that can't be right: {error}; restore a backup, or give another file with --database"
    )]
    Record { path: PathBuf, error: DamagedRecord },
}

/// The one connection that writes.
#[derive(Debug)]
pub struct SqliteStore {
    connection: SqliteConnection,
    path: PathBuf,
    /// Held as long as the store: a second server on the same file is told so.
    _lock: File,
}

impl SqliteStore {
    /// Opens the database at `path`, makes it where there is none, and brings it up to date.
    pub async fn open(path: &Path) -> Result<SqliteStore, OpenError> {
        let lock = lock(path)?;
        check_header(path)?;
        let sql = |error| OpenError::Sql { path: path.to_owned(), error };
        let options = SqliteConnectOptions::new().filename(path).create_if_missing(true).busy_timeout(PATIENCE);
        // Nothing is set on this connection, so that a file that turns out to be somebody else's stays untouched.
        let mut connection = SqliteConnection::connect_with(&options).await.map_err(sql)?;
        check_ownership(&mut connection, path).await?;
        connection.close().await.map_err(sql)?;

        let options = options
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .pragma("journal_size_limit", "8388608");
        let mut connection = SqliteConnection::connect_with(&options).await.map_err(sql)?;
        migrate(&mut connection, path).await?;
        Ok(SqliteStore { connection, path: path.to_owned(), _lock: lock })
    }

    /// A second connection, for reading what has ended while this one writes.
    pub async fn archive(&self) -> Result<Archive, OpenError> {
        let path = self.path.clone();
        let options = SqliteConnectOptions::new().filename(&path).read_only(true).busy_timeout(PATIENCE);
        match SqliteConnection::connect_with(&options).await {
            Ok(connection) => Ok(Archive { connection, path }),
            Err(error) => Err(OpenError::Sql { path, error }),
        }
    }

    /// The exhibitions to take up: those that have not ended, and the last one in any case, since `current` means it.
    /// With each its seats' keys.
    pub async fn unfinished(&mut self) -> Result<Vec<(Record, Vec<(BoardNo, SeatKey)>)>, OpenError> {
        let listed = list(&mut self.connection).await.map_err(|error| self.unreadable(error))?;
        let last = listed.first().map(|listed| listed.id);
        let mut records = Vec::new();
        for Summary { id, program, finished_at, .. } in listed.into_iter().rev() {
            if finished_at.is_none() || Some(id) == last {
                let record = load(&mut self.connection, &self.path, id, program).await?;
                let keys = seat_keys(&mut self.connection, id).await.map_err(|error| self.unreadable(error))?;
                records.push((record, keys));
            }
        }
        Ok(records)
    }

    fn unreadable(&self, error: sqlx::Error) -> OpenError {
        OpenError::Sql { path: self.path.clone(), error }
    }

    async fn append_lines(&mut self, lines: &[Line]) -> Result<(), sqlx::Error> {
        let mut transaction = self.connection.begin_with("begin immediate").await?;
        for line in lines {
            match &line.event.kind {
                Kind::Joined { board, name, bot } => {
                    let Some(SeatKey { token, house }) = &line.seat else { continue };
                    let sql = "insert into seat (exhibition, board, name, bot, house, token_hash) \
                               values (?, ?, ?, ?, ?, ?)";
                    sqlx::query(sql)
                        .bind(line.exhibition.0)
                        .bind(board.0)
                        .bind(name.as_str())
                        .bind(bot)
                        .bind(house)
                        .bind(&token.0[..])
                        .execute(&mut *transaction)
                        .await?;
                }
                Kind::Started => {
                    let sql = "update exhibition set started_ms = ? where id = ?";
                    sqlx::query(sql)
                        .bind(int(line.event.wall))
                        .bind(line.exhibition.0)
                        .execute(&mut *transaction)
                        .await?;
                }
                Kind::Finished => {
                    let sql = "update exhibition set finished_ms = ? where id = ?";
                    sqlx::query(sql)
                        .bind(int(line.event.wall))
                        .bind(line.exhibition.0)
                        .execute(&mut *transaction)
                        .await?;
                }
                _ => {}
            }
        }
        // One statement for the whole batch: each statement is a trip to SQLite's thread and back.
        let rows = serde_json::Value::Array(lines.iter().map(row).collect()).to_string();
        sqlx::query(INSERT_EVENTS).bind(rows).execute(&mut *transaction).await?;
        transaction.commit().await
    }
}

const INSERT_EVENTS: &str = "insert into event (exhibition, seq, at_ms, wall_ms, kind, board, ply, uci, white_ms, black_ms, \
     position, by_color, result, termination) \
     select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7, \
     value ->> 8, value ->> 9, value ->> 10, value ->> 11, value ->> 12, value ->> 13 from json_each(?)";

impl Store for SqliteStore {
    async fn create(&mut self, program: &Program) -> Result<ExhibitionId, StorageError> {
        let sql = "insert into exhibition (name, boards, clock_initial_ms, clock_increment_ms, master_extra_ms, walk, think_ms, \
                   master, created_ms) values (?, ?, ?, ?, ?, ?, ?, ?, ?)";
        let created = sqlx::query(sql)
            .bind(&*program.name)
            .bind(program.boards)
            .bind(program.clock.map(|clock| int(clock.initial.0)))
            .bind(program.clock.map(|clock| int(clock.increment.0)))
            .bind(program.clock.map(|clock| int(clock.master_extra.0)))
            .bind(program.walk.as_str())
            .bind(int(program.think.0))
            .bind(&*program.master)
            .bind(int(program.created_at))
            .execute(&mut self.connection)
            .await;
        created.map(|done| ExhibitionId(done.last_insert_rowid())).map_err(|error| verdict(&error))
    }

    async fn append(&mut self, lines: &[Line]) -> Result<(), StorageError> {
        self.append_lines(lines).await.map_err(|error| verdict(&error))
    }

    async fn probe(&mut self) -> Result<(), StorageError> {
        let probe = sqlx::query("update probe set tries = tries + 1").execute(&mut self.connection).await;
        probe.map(|_| ()).map_err(|error| verdict(&error))
    }

    async fn close(mut self) {
        // Best effort: what is in the write-ahead log is as safe as what is in the main file.
        let _ = sqlx::query("pragma wal_checkpoint(truncate)").execute(&mut self.connection).await;
        let _ = self.connection.close().await;
    }
}

/// A second connection that only reads.
#[derive(Debug)]
pub struct Archive {
    connection: SqliteConnection,
    path: PathBuf,
}

impl Archive {
    /// Every exhibition, newest first.
    pub async fn list(&mut self) -> Result<Vec<Summary>, OpenError> {
        list(&mut self.connection).await.map_err(|error| OpenError::Sql { path: self.path.clone(), error })
    }

    /// An exhibition as it stands in the store, if it is there.
    pub async fn load(&mut self, id: ExhibitionId) -> Result<Option<Record>, OpenError> {
        match self.list().await?.into_iter().find(|listed| listed.id == id) {
            Some(listed) => load(&mut self.connection, &self.path, id, listed.program).await.map(Some),
            None => Ok(None),
        }
    }
}

fn lock(path: &Path) -> Result<File, OpenError> {
    let mut lock_path = path.as_os_str().to_owned();
    lock_path.push(".lock");
    let io = |error| OpenError::Io { path: PathBuf::from(&lock_path), error };
    let lock = File::options().create(true).truncate(false).write(true).open(&lock_path).map_err(io)?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse(path.to_owned())),
        Err(TryLockError::Error(error)) => Err(io(error)),
    }
}

fn check_header(path: &Path) -> Result<(), OpenError> {
    let io = |error| OpenError::Io { path: path.to_owned(), error };
    let mut file = match File::open(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        opened => opened.map_err(io)?,
    };
    let mut header = Vec::with_capacity(MAGIC.len());
    (&mut file).take(MAGIC.len() as u64).read_to_end(&mut header).map_err(io)?;
    if header.is_empty() || header == MAGIC { Ok(()) } else { Err(OpenError::NotADatabase(path.to_owned())) }
}

async fn check_ownership(connection: &mut SqliteConnection, path: &Path) -> Result<(), OpenError> {
    let damaged = |error: sqlx::Error| OpenError::Damaged(path.to_owned(), error.to_string());
    let id: i64 = sqlx::query_scalar("pragma application_id").fetch_one(&mut *connection).await.map_err(damaged)?;
    let tables = "select count(*) from sqlite_schema";
    let tables: i64 = sqlx::query_scalar(tables).fetch_one(&mut *connection).await.map_err(damaged)?;
    if tables > 0 && id != APPLICATION_ID {
        return Err(OpenError::Foreign(path.to_owned()));
    }
    let check: String =
        sqlx::query_scalar("pragma quick_check(1)").fetch_one(&mut *connection).await.map_err(damaged)?;
    if check == "ok" { Ok(()) } else { Err(OpenError::Damaged(path.to_owned(), check)) }
}

async fn migrate(connection: &mut SqliteConnection, path: &Path) -> Result<(), OpenError> {
    match sqlx::migrate!("./migrations").run(&mut *connection).await {
        Ok(()) => Ok(()),
        Err(MigrateError::VersionMissing(_) | MigrateError::VersionTooNew(..)) => {
            Err(OpenError::Newer(path.to_owned()))
        }
        Err(error) => Err(OpenError::Damaged(path.to_owned(), error.to_string())),
    }
}

/// Whether a failed write is known to have left nothing behind.
fn verdict(error: &sqlx::Error) -> StorageError {
    let code = match error {
        sqlx::Error::Database(error) => error.code().and_then(|code| code.parse::<u32>().ok()),
        _ => None,
    };
    warn!(error = %error, "the database refused a write");
    // SQLite's primary result codes are the low byte. Busy (5), locked (6), read-only (8) and full (13) are refusals
    // before anything is durable; so are constraints (19). After an I/O error (10) the log may hold the commit or not.
    match code.map(|code| code & 0xff) {
        Some(5 | 6) => StorageError::Refused("another program holds the database".into()),
        Some(8) => StorageError::Refused("the database can only be read".into()),
        Some(13) => StorageError::Refused("the disk is full".into()),
        // A statement failed before the commit was tried: a table is missing, say.
        Some(1) => StorageError::Refused("the database is not as it should be".into()),
        Some(19) => StorageError::Refused("the database's own checks refused it".into()),
        _ => StorageError::Unknown,
    }
}

fn row(line: &Line) -> serde_json::Value {
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

async fn list(connection: &mut SqliteConnection) -> Result<Vec<Summary>, sqlx::Error> {
    let sql = "select *, (select count(*) from seat where exhibition = id) as seated from exhibition order by id desc";
    let rows = sqlx::query(sql).fetch_all(connection).await?;
    rows.iter().map(listed).collect()
}

fn listed(row: &SqliteRow) -> Result<Summary, sqlx::Error> {
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
    })
}

async fn load(
    connection: &mut SqliteConnection,
    path: &Path,
    id: ExhibitionId,
    program: Program,
) -> Result<Record, OpenError> {
    let sql = "select event.*, seat.name, seat.bot from event left join seat on event.kind = 'joined' \
               and seat.exhibition = event.exhibition and seat.board = event.board \
               where event.exhibition = ? order by event.seq";
    let rows = sqlx::query(sql).bind(id.0).fetch_all(connection).await;
    let rows = rows.map_err(|error| OpenError::Sql { path: path.to_owned(), error })?;
    let damaged = |error| OpenError::Record { path: path.to_owned(), error };
    let stored: Result<Vec<_>, _> = rows.iter().map(|row| stored_event(row, id)).collect();
    replay(id, program, stored.map_err(damaged)?).map_err(damaged)
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

async fn seat_keys(
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
fn int(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

fn uint(value: i64) -> u64 {
    u64::try_from(value).unwrap_or(0)
}
