//! Whether a file may be used at all: somebody else's is left as it was.

use std::{
    fs::{File, TryLockError},
    io::Read,
    path::{Path, PathBuf},
};

use sqlx::{Connection, SqliteConnection, migrate::MigrateError};

use crate::journal::DamagedRecord;

/// The start of every SQLite file.
const MAGIC: &[u8; 16] = b"SQLite format 3\0";
/// 'SIMU', as the first migration writes it.
const APPLICATION_ID: i64 = 1_397_312_853;

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

pub(super) fn lock(path: &Path) -> Result<File, OpenError> {
    // A link to a database in use is that database.
    let canonical = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let lock_path = beside(&canonical, ".lock");
    let io = |error| OpenError::Io { path: lock_path.clone(), error };
    let lock = File::options().create(true).truncate(false).write(true).open(&lock_path).map_err(io)?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse(path.to_owned())),
        Err(TryLockError::Error(error)) => Err(io(error)),
    }
}

pub(super) fn check_header(path: &Path) -> Result<(), OpenError> {
    let io = |error| OpenError::Io { path: path.to_owned(), error };
    let mut file = match File::open(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        opened => opened.map_err(io)?,
    };
    let mut header = Vec::with_capacity(MAGIC.len());
    (&mut file).take(MAGIC.len() as u64).read_to_end(&mut header).map_err(io)?;
    // A power cut while the file was being made may have left its first page blank, and a journal that takes it back.
    let unmade = || header == [0; MAGIC.len()] && beside(path, "-journal").exists();
    if header.is_empty() || header == MAGIC || unmade() {
        Ok(())
    } else {
        Err(OpenError::NotADatabase(path.to_owned()))
    }
}

/// The path of a file that SQLite, or this program, keeps beside the database.
fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

pub(super) async fn check_ownership(connection: &mut SqliteConnection, path: &Path) -> Result<(), OpenError> {
    let damaged = |error: sqlx::Error| OpenError::Damaged(path.to_owned(), error.to_string());
    let id: i64 = sqlx::query_scalar("pragma application_id").fetch_one(&mut *connection).await.map_err(damaged)?;
    let tables = "select count(*) from sqlite_schema";
    let tables: i64 = sqlx::query_scalar(tables).fetch_one(&mut *connection).await.map_err(damaged)?;
    if tables > 0 && id != APPLICATION_ID {
        return Err(OpenError::Foreign(path.to_owned()));
    }
    // SQLite takes any bytes for a column's name; sqlx waits for ever for a row with one that is no text.
    let schema = "select cast(coalesce(sql, '') as blob) as sql from sqlite_schema";
    let schema: Vec<Vec<u8>> = sqlx::query_scalar(schema).fetch_all(&mut *connection).await.map_err(damaged)?;
    if schema.iter().any(|sql| std::str::from_utf8(sql).is_err()) {
        return Err(OpenError::Damaged(path.to_owned(), "a table's definition is no text".to_owned()));
    }
    // Not the quick one: it does not see a row under another exhibition's number, which ends its own before its time.
    let check: String =
        sqlx::query_scalar("pragma integrity_check(1)").fetch_one(&mut *connection).await.map_err(damaged)?;
    if check != "ok" {
        return Err(OpenError::Damaged(path.to_owned(), check));
    }
    let strays = sqlx::query("pragma foreign_key_check").fetch_optional(&mut *connection).await.map_err(damaged)?;
    match strays {
        None => Ok(()),
        Some(_) => Err(OpenError::Damaged(path.to_owned(), "a row of an exhibition that is not there".to_owned())),
    }
}

/// All or nothing: a first start that is cut short must not leave tables behind without the mark that says whose they are.
pub(super) async fn migrate(connection: &mut SqliteConnection, path: &Path) -> Result<(), OpenError> {
    let sql = |error| OpenError::Sql { path: path.to_owned(), error };
    let mut transaction = connection.begin().await.map_err(sql)?;
    match sqlx::migrate!("./migrations").run(&mut *transaction).await {
        Ok(()) => transaction.commit().await.map_err(sql),
        Err(MigrateError::VersionMissing(_) | MigrateError::VersionTooNew(..)) => {
            Err(OpenError::Newer(path.to_owned()))
        }
        Err(error) => Err(OpenError::Damaged(path.to_owned(), error.to_string())),
    }
}
