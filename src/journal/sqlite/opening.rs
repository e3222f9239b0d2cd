//! Whether a file may be used at all: somebody else's is left as it was.

use std::{
    fs::{self, File, TryLockError},
    io::Read,
    path::{Path, PathBuf},
    time::Duration,
};

use sqlx::{
    ConnectOptions, Connection, SqliteConnection,
    migrate::{MigrateError, Migrator},
    sqlite::SqliteConnectOptions,
};

use super::{OpenError, error::outside, loading};

/// How long a lock held by another program (a backup, say) is waited for.
const PATIENCE: Duration = Duration::from_secs(2);
/// The start of every SQLite file.
const MAGIC: &[u8; 16] = b"SQLite format 3\0";
/// 'SIMU', as the first migration writes it.
const APPLICATION_ID: i64 = 1_397_312_853;

/// sqlx would warn of statements that take a second, and of a start those may; commits are in the figures.
pub(super) fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new().filename(path).busy_timeout(PATIENCE).disable_statement_logging()
}

/// A database of this program's to read from, whether a server has it in use or not: it takes no lock that a server would
/// ask for. The version says who has written it, and is never [`Version::New`].
pub(super) async fn for_reading(path: &Path) -> Result<(SqliteConnection, Version), OpenError> {
    fs::metadata(path).map_err(|error| OpenError::Io { path: path.to_owned(), error })?;
    check_header(path)?;
    let opened = SqliteConnection::connect_with(&options(path).read_only(true)).await;
    let mut connection = opened.map_err(|error| OpenError::Sql { path: path.to_owned(), error })?;
    match check_ownership(&mut connection, path).await? {
        Version::New => Err(OpenError::Empty(path.to_owned())),
        version => Ok((connection, version)),
    }
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
pub(super) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// Whose the file is; another program's, and one that a later version has written, are refused.
pub(super) async fn check_ownership(connection: &mut SqliteConnection, path: &Path) -> Result<Version, OpenError> {
    let damaged = |error: sqlx::Error| match outside(&error) {
        true => OpenError::Sql { path: path.to_owned(), error },
        false => OpenError::Damaged(path.to_owned(), error.to_string()),
    };
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
    if tables == 0 {
        return Ok(Version::New);
    }
    let applied = "select version from _sqlx_migrations";
    let applied: Vec<i64> = sqlx::query_scalar(applied).fetch_all(connection).await.map_err(damaged)?;
    let ours: Vec<i64> = MIGRATIONS.iter().map(|migration| migration.version).collect();
    if applied.iter().any(|version| !ours.contains(version)) {
        return Err(OpenError::Newer(path.to_owned()));
    }
    Ok(if ours.iter().all(|version| applied.contains(version)) { Version::Same } else { Version::Older })
}

/// Whose games a database is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whose {
    /// This server's own.
    Own,
    /// Another hall's, which are shown here.
    AnotherHalls,
}

/// SQLite's `user_version` of a copy; a hall's own database has 0.
pub(super) const COPY_VERSION: &str = "1";

/// A hall does not go on with a copy, in which nobody has a seat; and a copy is not made of a hall's own database.
pub(super) async fn check_whose(
    connection: &mut SqliteConnection,
    path: &Path,
    version: Version,
    whose: Whose,
) -> Result<(), OpenError> {
    let marked: i64 = sqlx::query_scalar("pragma user_version")
        .fetch_one(connection)
        .await
        .map_err(|error| OpenError::Sql { path: path.to_owned(), error })?;
    match (whose, marked > 0) {
        (Whose::Own, true) => Err(OpenError::Copy(path.to_owned())),
        (Whose::AnotherHalls, false) if version != Version::New => Err(OpenError::NoCopy(path.to_owned())),
        _ => Ok(()),
    }
}

/// Who has written a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Version {
    /// Nobody yet.
    New,
    /// A version of this program whose tables are not ours yet.
    Older,
    /// This version.
    Same,
}

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// All or nothing: a first start that is cut short must not leave tables behind without the mark that says whose they are.
/// What an older version has left must be such that it can be taken up; else it is as it was.
pub(super) async fn migrate(connection: &mut SqliteConnection, path: &Path, version: Version) -> Result<(), OpenError> {
    let sql = |error| OpenError::Sql { path: path.to_owned(), error };
    let mut transaction = connection.begin().await.map_err(sql)?;
    let migrated = match MIGRATIONS.run(&mut *transaction).await {
        Ok(()) if version == Version::Older => loading::unfinished(&mut transaction, path).await.map(drop),
        Ok(()) => Ok(()),
        Err(MigrateError::VersionMissing(_) | MigrateError::VersionTooNew(..)) => {
            Err(OpenError::Newer(path.to_owned()))
        }
        Err(error) => Err(OpenError::Damaged(path.to_owned(), error.to_string())),
    };
    match migrated {
        Ok(()) => transaction.commit().await.map_err(sql),
        Err(error) => {
            transaction.rollback().await.map_err(sql)?;
            Err(error)
        }
    }
}
