//! Whether the file is whole.
//!
//! What is taken up is played again before anybody sees it ([`loading`](super::loading)). The rest only SQLite's own check
//! sees: what is over, indexes, pages that belong to nobody or to two. It reads all that there ever was, at about 8 ms a
//! MiB. So it comes first where that takes no time, and beside the running server where it does.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use sqlx::SqliteConnection;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use tracing::info;

use super::error::{OpenError, code};

/// Files up to this size are checked as a whole before anything else is done with them.
pub(super) const SMALL: u64 = 16 << 20;
/// How long to wait where another program holds the database, until it is tried again.
const PAUSE: Duration = Duration::from_secs(1);
/// After how many of SQLite's steps it is looked whether the server stops: every millisecond or so.
const STEPS: i32 = 10_000;

/// How much of a file is known to be whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Checked {
    /// All of it.
    Whole,
    /// As much as it takes to take up what is not over, and to write.
    Part,
}

/// Checks the whole file where it has no more than `small` bytes or its books are not as this program leaves them, and
/// otherwise what is not seen by taking exhibitions up.
pub(super) async fn check(connection: &mut SqliteConnection, path: &Path, small: u64) -> Result<Checked, OpenError> {
    let damaged = |error: sqlx::Error| OpenError::Damaged(path.to_owned(), error.to_string());
    let books = "select page_count * page_size, freelist_count from pragma_page_count, pragma_page_size, \
                 pragma_freelist_count";
    let (size, free): (i64, i64) = sqlx::query_as(books).fetch_one(&mut *connection).await.map_err(damaged)?;
    let size = u64::try_from(size).unwrap_or_default();
    let on_disk = fs::metadata(path).map_err(|error| OpenError::Io { path: path.to_owned(), error })?.len();
    // Nothing is ever deleted. Pages that are called free, and those beyond the last, are written to first: what if
    // they are somebody's?
    if size <= small || free > 0 || on_disk > size {
        check_whole(connection, path).await?;
        return Ok(Checked::Whole);
    }
    let list = "pragma integrity_check(exhibition)";
    let list: String = sqlx::query_scalar(list).fetch_one(&mut *connection).await.map_err(damaged)?;
    // With one flipped bit an exhibition would seem to be over, and nobody could play on in it.
    let halves = "select count(*) from exhibition where (finished_ms is null) <> (wins is null)";
    let halves: i64 = sqlx::query_scalar(halves).fetch_one(connection).await.map_err(damaged)?;
    match (list.as_str(), halves) {
        ("ok", 0) => Ok(Checked::Part),
        ("ok", _) => Err(OpenError::Damaged(path.to_owned(), "an exhibition has an end without a result".to_owned())),
        _ => Err(OpenError::Damaged(path.to_owned(), list)),
    }
}

/// Checks everything.
pub(super) async fn check_whole(connection: &mut SqliteConnection, path: &Path) -> Result<(), OpenError> {
    match flaw(connection).await {
        Ok(None) => Ok(()),
        Ok(Some(flaw)) => Err(OpenError::Damaged(path.to_owned(), flaw)),
        Err(error) => Err(OpenError::Damaged(path.to_owned(), error.to_string())),
    }
}

/// What is wrong with the file, if anything is.
async fn flaw(connection: &mut SqliteConnection) -> Result<Option<String>, sqlx::Error> {
    // Not the quick one: it does not see a row under another exhibition's number, which ends its own before its time.
    let found: String = sqlx::query_scalar("pragma integrity_check(1)").fetch_one(&mut *connection).await?;
    if found != "ok" {
        return Ok(Some(found));
    }
    let stray = sqlx::query("pragma foreign_key_check").fetch_optional(connection).await?;
    Ok(stray.map(|_| "a row of an exhibition that is not there".to_owned()))
}

/// The check of the whole file, for the time when it is in use.
#[derive(Debug)]
pub struct Inspection {
    pub(super) connection: SqliteConnection,
    pub(super) path: PathBuf,
}

impl Inspection {
    /// Checks everything, on SQLite's own thread; ends without a word when the server stops.
    pub async fn run(mut self, stop: CancellationToken) -> Result<(), OpenError> {
        let sql = |error| OpenError::Sql { path: self.path.clone(), error };
        let stopping = stop.clone();
        let mut handle = self.connection.lock_handle().await.map_err(sql)?;
        handle.set_progress_handler(STEPS, move || !stopping.is_cancelled());
        drop(handle);
        let flaw = loop {
            match flaw(&mut self.connection).await {
                _ if stop.is_cancelled() => return Ok(()),
                Ok(None) => {
                    info!("the whole database is sound");
                    return Ok(());
                }
                Ok(Some(flaw)) => break flaw,
                Err(error) if matches!(code(&error).map(|code| code & 0xff), Some(5 | 6)) => sleep(PAUSE).await,
                Err(error) => break error.to_string(),
            }
        };
        Err(OpenError::FoundDamaged(self.path, flaw))
    }
}
