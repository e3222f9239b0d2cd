//! Why a database can't be used, or a statement has failed.

use std::path::PathBuf;

use crate::journal::DamagedRecord;

/// Why a database can't be used. It is left as it was.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the sentences say it")]
pub enum OpenError {
    #[error("{0} is no SQLite database, so it is left alone; give another file with --database")]
    NotADatabase(PathBuf),
    #[error("{0} is a database of another program, so it is left alone; give another file with --database")]
    Foreign(PathBuf),
    #[error("{0} holds nothing yet: no Simultan server has kept games there; give the file that one keeps them in")]
    Empty(PathBuf),
    #[error("{0} is a gallery's copy of a hall's games, so it is left alone; give another file with --database")]
    Copy(PathBuf),
    #[error("{0} is a hall's own database and no copy, so it is left alone; give another folder with --database")]
    NoCopy(PathBuf),
    #[error("{0} is in use by another Simultan server; stop that one, or give another file with --database")]
    InUse(PathBuf),
    #[error("{0} was written by a newer version of Simultan; run that one, or give another file with --database")]
    Newer(PathBuf),
    #[error("{0} is damaged ({1}); it is left alone: restore a backup, or give another file with --database")]
    Damaged(PathBuf, String),
    #[error(
        "{0} is damaged ({1}), which was found while it was in use; the server has stopped, and all that was acknowledged \
         is stored: restore a backup, or give another file with --database"
    )]
    FoundDamaged(PathBuf, String),
    #[error("{path} can't be opened: {error}")]
    Io { path: PathBuf, error: std::io::Error },
    #[error("{path} can't be read: {error}")]
    Sql { path: PathBuf, error: sqlx::Error },
    #[error(
        "{path} holds a record that can't be right: {error}; restore a backup, or give another file with --database"
    )]
    Record { path: PathBuf, error: DamagedRecord },
}

/// SQLite's own number for what has failed.
pub(super) fn code(error: &sqlx::Error) -> Option<u32> {
    let error = error.as_database_error()?;
    error.code()?.parse().ok()
}

/// Whether what has failed says nothing about the file itself: a disk that is full or read-only, or no room for the index of
/// SQLite's log (4618, 4874, 5386), which has to be made before anything can be read.
pub(super) fn outside(error: &sqlx::Error) -> bool {
    code(error).is_some_and(|code| matches!(code, 778 | 4618 | 4874 | 5386) || matches!(code & 0xff, 8 | 13 | 14))
}
