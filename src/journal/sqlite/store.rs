//! The one connection that writes.

use std::{
    fs::File,
    path::{Path, PathBuf},
};

use sqlx::{
    Connection, SqliteConnection,
    sqlite::{SqliteJournalMode, SqliteSynchronous},
};
use tracing::{debug, warn};

use super::{
    archive::Archive,
    error::{OpenError, code},
    forgetting,
    inserting::{Inserts, MOST},
    integrity::{self, Checked, Inspection, SMALL},
    loading,
    opening::{COPY_VERSION, Version, Whose, check_header, check_ownership, check_whose, lock, migrate, options},
    program,
    rows::{self, int, uint},
};
use crate::{
    journal::{Forgotten, Numbered, Record, Renaming, StorageError, Store},
    record::{
        event::{ExhibitionId, Guest, GuestNo, Kind},
        program::{MasterSeat, Program},
        seat_key::SeatKey,
    },
    rules::{BoardNo, Game, PlayerName},
};

/// The one connection that writes.
#[derive(Debug)]
pub struct SqliteStore {
    connection: SqliteConnection,
    inserts: Inserts,
    path: PathBuf,
    checked: Checked,
    /// Held as long as the store: a second server on the same file is told so.
    _lock: File,
}

impl SqliteStore {
    /// Opens the database at `path`, makes it where there is none, and brings it up to date.
    pub async fn open(path: &Path) -> Result<SqliteStore, OpenError> {
        SqliteStore::open_checking(path, SMALL).await
    }

    /// Opens a copy of what another machine has, which loses its last lines with the power: they come again. Many of them may
    /// be open at once, so that each has little memory.
    pub async fn open_copy(path: &Path) -> Result<SqliteStore, OpenError> {
        SqliteStore::open_as(path, SMALL, Whose::AnotherHalls).await
    }

    /// Opens a database that is checked as a whole before that if it has at most `small` bytes; otherwise there is an
    /// [`inspection`](Self::inspection).
    pub async fn open_checking(path: &Path, small: u64) -> Result<SqliteStore, OpenError> {
        SqliteStore::open_as(path, small, Whose::Own).await
    }

    async fn open_as(path: &Path, small: u64, whose: Whose) -> Result<SqliteStore, OpenError> {
        let lock = lock(path)?;
        check_header(path)?;
        let sql = |error| OpenError::Sql { path: path.to_owned(), error };
        let options = options(path).create_if_missing(true);
        // Nothing is set on this connection, so that a file that turns out to be somebody else's stays untouched.
        let mut connection = SqliteConnection::connect_with(&options).await.map_err(sql)?;
        let version = check_ownership(&mut connection, path).await?;
        check_whose(&mut connection, path, version, whose).await?;
        let checked = match version {
            Version::Same => integrity::check(&mut connection, path, small).await?,
            // Where a record of theirs ends nothing says yet but the record itself.
            Version::New | Version::Older => {
                integrity::check_whole(&mut connection, path).await?;
                Checked::Whole
            }
        };
        connection.close().await.map_err(sql)?;

        let options = options
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            // A name that is removed is not to be found in what is left of its page.
            .pragma("secure_delete", "on")
            .pragma("journal_size_limit", "8388608");
        let options = match whose {
            Whose::Own => options,
            Whose::AnotherHalls => options
                .synchronous(SqliteSynchronous::Normal)
                .pragma("cache_size", "-256")
                .pragma("user_version", COPY_VERSION),
        };
        let mut connection = SqliteConnection::connect_with(&options).await.map_err(sql)?;
        migrate(&mut connection, path, version).await?;
        Ok(SqliteStore { connection, inserts: Inserts::new(), path: path.to_owned(), checked, _lock: lock })
    }

    /// Makes room for an exhibition that has its number already, as the copy of another machine's.
    pub async fn create_as(&mut self, id: ExhibitionId, program: &Program) -> Result<(), StorageError> {
        self.insert_exhibition(Some(id), program).await.map(drop)
    }

    /// When an exhibition was opened, in Unix milliseconds, and the number of its last event, if it is there.
    pub async fn extent(&mut self, id: ExhibitionId) -> Result<Option<(u64, u64)>, OpenError> {
        let sql = "select created_ms, last_seq from exhibition where id = ?";
        let found: Result<Option<(i64, i64)>, _> =
            sqlx::query_as(sql).bind(id.0).fetch_optional(&mut self.connection).await;
        let found = found.map_err(|error| OpenError::Sql { path: self.path.clone(), error })?;
        Ok(found.map(|(created, last)| (uint(created), uint(last))))
    }

    async fn insert_exhibition(
        &mut self,
        id: Option<ExhibitionId>,
        program: &Program,
    ) -> Result<ExhibitionId, StorageError> {
        let sql = "insert into exhibition (name, boards, created_ms, master_token_hash, opening, program, id) \
                   values (?1, ?2, ?3, ?4, ?5, ?5, ?6)";
        let created = sqlx::query(sql)
            .bind(&*program.name)
            .bind(program.boards)
            .bind(int(program.created_at))
            .bind(match &program.seat {
                MasterSeat::Engine => None,
                MasterSeat::Human(key) => Some(key.to_vec()),
            })
            .bind(program::written(program))
            .bind(id.map(|id| id.0))
            .execute(&mut self.connection)
            .await;
        created.map(|done| ExhibitionId(done.last_insert_rowid())).map_err(|error| verdict(&error))
    }

    /// A second connection, for reading what has ended while this one writes.
    pub async fn archive(&self) -> Result<Archive, OpenError> {
        Archive::open(self.path.clone()).await
    }

    /// The exhibitions to take up: those that have not ended, and the last one in any case, since `current` means it.
    /// With each its seats' keys.
    pub async fn unfinished(&mut self) -> Result<Vec<(Record, Vec<(GuestNo, SeatKey)>)>, OpenError> {
        loading::unfinished(&mut self.connection, &self.path).await
    }

    /// What is left to check while the store is in use, if anything is.
    pub async fn inspection(&self) -> Result<Option<Inspection>, OpenError> {
        match self.checked {
            Checked::Whole => Ok(None),
            Checked::Part => {
                let Archive { connection, path } = self.archive().await?;
                Ok(Some(Inspection { connection, path }))
            }
        }
    }

    /// One transaction, and none left open. Not sqlx's: SQLite ends a transaction by itself when the disk is full, after
    /// which sqlx counts one too many for ever.
    async fn append_lines(&mut self, lines: &[Numbered]) -> Result<(), sqlx::Error> {
        let outcome = self.try_to_append(lines).await;
        if outcome.is_err() {
            // Where none is open there is nothing to take back.
            let _ = self.execute("rollback").await;
        }
        outcome
    }

    async fn execute(&mut self, sql: &'static str) -> Result<(), sqlx::Error> {
        sqlx::query(sql).execute(&mut self.connection).await.map(|_| ())
    }

    async fn try_to_append(&mut self, lines: &[Numbered]) -> Result<(), sqlx::Error> {
        if lines.len() <= MOST && lines.iter().all(|line| is_of_the_games(&line.event.kind)) {
            return self.inserts.alone(&mut self.connection, lines).await;
        }
        self.execute("begin immediate").await?;
        let mut finished = Vec::new();
        for line in lines {
            match &line.event.kind {
                Kind::Joined { board, guest } => {
                    self.keep_guest(line, guest, Some(*board)).await?;
                    self.count_seats(line.exhibition, 1).await?;
                }
                Kind::Applied { board, guest } => self.keep_guest(line, guest, Some(*board)).await?,
                Kind::Queued { guest } => self.keep_guest(line, guest, None).await?,
                Kind::Admitted { .. } => self.count_seats(line.exhibition, 1).await?,
                Kind::TurnedAway { board } => self.reseat(line.exhibition, *board, None).await?,
                Kind::Reseated { board, to } => self.reseat(line.exhibition, *board, Some(*to)).await?,
                Kind::Left { board, .. } => {
                    self.reseat(line.exhibition, *board, None).await?;
                    self.count_seats(line.exhibition, -1).await?;
                }
                Kind::Renamed { guest, name, .. } => self.rename(line.exhibition, *guest, name).await?,
                Kind::Changed(program) => {
                    let sql = "update exhibition set name = ?, boards = ?, program = ? where id = ?";
                    let query = sqlx::query(sql).bind(&*program.name).bind(program.boards);
                    let query = query.bind(program::written(program)).bind(line.exhibition.0);
                    query.execute(&mut self.connection).await?;
                }
                Kind::Started { seated } => {
                    let sql = "update exhibition set started_ms = ?, seated_at_start = ? where id = ?";
                    let query = sqlx::query(sql).bind(int(line.event.wall)).bind(seated).bind(line.exhibition.0);
                    query.execute(&mut self.connection).await?;
                }
                Kind::Finished => finished.push((line.exhibition, line.event.wall)),
                Kind::Unqueued { .. } | Kind::Announced(_) | Kind::Closed | Kind::Paused { .. } | Kind::Continued => {}
                kind => debug_assert!(is_of_the_games(kind), "{kind:?}"),
            }
        }
        self.inserts.within(&mut self.connection, lines).await?;
        for (exhibition, wall) in finished {
            // The results are counted after the last game's are in.
            let score = rows::final_score(&mut self.connection, exhibition).await?;
            let query = sqlx::query(FINISH).bind(int(wall)).bind(exhibition.0);
            query.bind(score.wins).bind(score.draws).bind(score.losses).execute(&mut self.connection).await?;
        }
        self.execute("commit").await
    }

    /// Somebody who comes for the first time has a secret; who has waited for a seat has been here before.
    async fn keep_guest(&mut self, line: &Numbered, guest: &Guest, board: Option<BoardNo>) -> Result<(), sqlx::Error> {
        let board = board.map(|board| board.0);
        let Some(SeatKey { token, house }) = &line.seat else {
            let query = sqlx::query("update guest set board = ? where exhibition = ? and guest = ?").bind(board);
            let query = query.bind(line.exhibition.0).bind(guest.number.0);
            return query.execute(&mut self.connection).await.map(drop);
        };
        let sql = "insert into guest (exhibition, guest, name, board, bot, house_level, token_hash) \
                   values (?, ?, ?, ?, ?, ?, ?)";
        let query = sqlx::query(sql).bind(line.exhibition.0).bind(guest.number.0).bind(guest.name.as_str());
        let query = query.bind(board).bind(guest.bot).bind(house).bind(&token.0[..]);
        query.execute(&mut self.connection).await.map(drop)
    }

    /// Who has a seat, or asks for it, has another one, or none.
    async fn reseat(
        &mut self,
        exhibition: ExhibitionId,
        board: BoardNo,
        to: Option<BoardNo>,
    ) -> Result<(), sqlx::Error> {
        let sql = "update guest set board = ? where exhibition = ? and board = ?";
        let query = sqlx::query(sql).bind(to.map(|to| to.0)).bind(exhibition.0).bind(board.0);
        query.execute(&mut self.connection).await.map(drop)
    }

    async fn count_seats(&mut self, exhibition: ExhibitionId, more: i32) -> Result<(), sqlx::Error> {
        let query = sqlx::query("update exhibition set seated = seated + ? where id = ?").bind(more).bind(exhibition.0);
        query.execute(&mut self.connection).await.map(drop)
    }

    async fn rename(&mut self, exhibition: ExhibitionId, guest: GuestNo, name: &PlayerName) -> Result<(), sqlx::Error> {
        let sql = "update guest set name = ? where exhibition = ? and guest = ?";
        let query = sqlx::query(sql).bind(name.as_str()).bind(exhibition.0).bind(guest.0);
        query.execute(&mut self.connection).await.map(drop)
    }
}

/// Whether it is one of those that come by the hundred, and have no row but their own.
fn is_of_the_games(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::Game { .. }
            | Kind::Visit { .. }
            | Kind::Passed { .. }
            | Kind::Grace { .. }
            | Kind::Connected { .. }
            | Kind::Disconnected { .. }
    )
}

const FINISH: &str = "update exhibition set finished_ms = ?1, wins = ?3, draws = ?4, losses = ?5 where id = ?2";

impl Store for SqliteStore {
    async fn create(&mut self, program: &Program) -> Result<ExhibitionId, StorageError> {
        self.insert_exhibition(None, program).await
    }

    async fn rekey(&mut self, exhibition: ExhibitionId, key: [u8; 32]) -> Result<(), StorageError> {
        let sql = "update exhibition set master_token_hash = ? where id = ?";
        let done = sqlx::query(sql).bind(key.to_vec()).bind(exhibition.0).execute(&mut self.connection).await;
        done.map(|_| ()).map_err(|error| verdict(&error))
    }

    async fn forget(
        &mut self,
        exhibition: ExhibitionId,
        forgotten: &Forgotten,
        renamed: Option<Renaming>,
    ) -> Result<(), StorageError> {
        let forgets = async {
            self.execute("begin immediate").await?;
            forgetting::forget(&mut self.connection, exhibition, forgotten, renamed).await?;
            self.execute("commit").await
        };
        let outcome = forgets.await;
        if outcome.is_err() {
            // Where none is open there is nothing to take back.
            let _ = self.execute("rollback").await;
        }
        // The log has the old pages still. Best effort: where somebody reads, it is emptied later.
        let _ = sqlx::query("pragma wal_checkpoint(truncate)").execute(&mut self.connection).await;
        outcome.map_err(|error| verdict(&error))
    }

    async fn append(&mut self, lines: &[Numbered]) -> Result<(), StorageError> {
        self.append_lines(lines).await.map_err(|error| verdict(&error))
    }

    async fn recall(&mut self, exhibition: ExhibitionId, board: BoardNo) -> Result<Game, StorageError> {
        let recalled = loading::recall(&mut self.connection, &self.path, exhibition, board).await;
        recalled.map_err(|error| StorageError::Refused(error.to_string()))
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

/// SQLite's `SQLITE_IOERR_WRITE`.
const FAILED_WRITE: u32 = 778;

/// Whether a failed write is known to have left nothing behind.
fn verdict(error: &sqlx::Error) -> StorageError {
    let code = code(error);
    // Refusals come by the hundred; the journal says once what is wrong.
    debug!(error = %error, "the database refused a write");
    // SQLite's primary result codes are the low byte. Busy (5), locked (6), read-only (8) and full (13) are refusals
    // before anything is durable; so are constraints (19). A write that failed (778: a quota, a limit on the size of files)
    // comes before the commit's last frame is whole, whose checksum then says so, and the next commit takes its place.
    // After any other I/O error (10), a sync's above all, the log may hold the commit or not.
    if code == Some(FAILED_WRITE) {
        return StorageError::Refused("the disk takes no more".into());
    }
    match code.map(|code| code & 0xff) {
        Some(5 | 6) => StorageError::Refused("another program holds the database".into()),
        Some(8) => StorageError::Refused("the database can only be read".into()),
        Some(13) => StorageError::Refused("the disk is full".into()),
        // A statement failed before the commit was tried: a table is missing, say.
        Some(1) => StorageError::Refused("the database is not as it should be".into()),
        Some(19) => StorageError::Refused("the database's own checks refused it".into()),
        _ => {
            warn!(error = %error, "the database failed");
            StorageError::Unknown
        }
    }
}
