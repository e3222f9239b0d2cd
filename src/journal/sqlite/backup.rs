//! A copy of the database, whole and as of one moment, while a server writes on.
//!
//! `VACUUM INTO` reads within one transaction, which in SQLite's write-ahead mode hinders no commit. What is committed
//! meanwhile stays in the log until the copy is done, and the log is cut back to 8 MiB after it.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    process,
};

use sqlx::SqliteConnection;
use tokio_util::sync::CancellationToken;

use super::{
    error::{OpenError, code},
    opening::{beside, for_reading},
};

/// After how many of SQLite's steps it is looked whether to stop: every millisecond or so.
const STEPS: i32 = 10_000;

/// Why there is no backup. Nothing is left at its place, and the database is as it was.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the sentences say it")]
pub enum BackupError {
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error("{0} is there already, and nothing is ever written over: give the backup another name")]
    Exists(PathBuf),
    #[error("{0} is no name that SQLite could write to: give the backup one of plain text")]
    Name(PathBuf),
    #[error("the disk has no room for {0}: make some, or give another place for the backup")]
    Full(PathBuf),
    #[error("{path} can't be written: {error}")]
    Io { path: PathBuf, error: io::Error },
    #[error("{path} could not be copied: {error}")]
    Sql { path: PathBuf, error: sqlx::Error },
    #[error("the backup was broken off, and what there was of it is gone")]
    Stopped,
}

/// Copies the database at `source` to the new file `target`, which holds everything that was committed before this was
/// called, and is there under its name only once it is on the disk.
pub async fn backup(source: &Path, target: &Path, stop: CancellationToken) -> Result<(), BackupError> {
    let (mut connection, _) = for_reading(source).await?;
    // Absolute, since SQLite would take a name that begins with `file:` for an address.
    let target = std::path::absolute(target).map_err(|error| BackupError::Io { path: target.to_owned(), error })?;
    if target.symlink_metadata().is_ok() {
        return Err(BackupError::Exists(target));
    }
    let part = Part::new(&target)?;
    let stopping = stop.clone();
    let mut handle = connection.lock_handle().await.map_err(|error| failed(error, source, &target))?;
    handle.set_progress_handler(STEPS, move || !stopping.is_cancelled());
    drop(handle);
    match copy(&mut connection, &part).await {
        Err(_) if stop.is_cancelled() => return Err(BackupError::Stopped),
        outcome => outcome.map_err(|error| failed(error, source, &target))?,
    }
    part.publish(source, &target).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => BackupError::Exists(target),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => BackupError::Full(target),
        _ => BackupError::Io { path: target, error },
    })
}

/// Copies whatever one connection reads into an empty file.
async fn copy(connection: &mut SqliteConnection, part: &Part) -> Result<(), sqlx::Error> {
    sqlx::query("vacuum into ?").bind(&*part.name).execute(connection).await.map(|_| ())
}

/// SQLite's numbers: a full disk is 13, or a write that failed with 778.
fn failed(error: sqlx::Error, source: &Path, target: &Path) -> BackupError {
    match code(&error) {
        Some(778) => BackupError::Full(target.to_owned()),
        Some(code) if code & 0xff == 13 => BackupError::Full(target.to_owned()),
        _ => BackupError::Sql { path: source.to_owned(), error },
    }
}

/// A copy of what a connection reads that is gone when it is dropped.
pub(super) async fn scratch(connection: &mut SqliteConnection, path: &Path) -> Result<Part, BackupError> {
    let place = std::env::temp_dir().join("simultan-check");
    let part = Part::new(&place)?;
    match copy(connection, &part).await {
        Ok(()) => Ok(part),
        Err(error) => Err(failed(error, path, &part.path)),
    }
}

/// A file on its way to its name; dropped before that it is gone.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) path: PathBuf,
    name: String,
}

impl Part {
    /// An empty file beside `target`.
    fn new(target: &Path) -> Result<Part, BackupError> {
        let path = beside(target, &format!(".{}.part", process::id()));
        let name = path.to_str().ok_or_else(|| BackupError::Name(target.to_owned()))?.to_owned();
        File::create_new(&path).map_err(|error| BackupError::Io { path: path.clone(), error })?;
        Ok(Part { path, name })
    }

    /// Gives the file its name, when its bytes are on the disk: SQLite does not see to that here. Who may read it is who may
    /// read `source`.
    fn publish(&self, source: &Path, target: &Path) -> io::Result<()> {
        let file = File::open(&self.path)?;
        file.set_permissions(fs::metadata(source)?.permissions())?;
        file.sync_all()?;
        match fs::hard_link(&self.path, target) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(error),
            // A stick's file system has no links, and so nothing that never writes over: the next best.
            Err(_) if target.symlink_metadata().is_ok() => return Err(io::ErrorKind::AlreadyExists.into()),
            Err(_) => fs::rename(&self.path, target)?,
        }
        match target.parent() {
            Some(folder) => File::open(folder)?.sync_all(),
            None => Ok(()),
        }
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // It may have its name by now.
        let _ = fs::remove_file(&self.path);
    }
}
