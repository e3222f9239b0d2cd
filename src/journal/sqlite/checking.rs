//! Whether a database is sound, also while a server writes to it: SQLite's own check, and every exhibition played again,
//! also those that are over.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use sqlx::{Connection, SqliteConnection};

use super::{
    OpenError,
    backup::{BackupError, scratch},
    integrity::check_whole,
    loading,
    opening::{Version, for_reading, migrate, options},
    rows,
};
use crate::record::{
    event::{Score, Stage},
    summary::Summary,
    view::View,
};

/// Why a database is not sound, or could not be looked at.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the sentences say it")]
pub enum CheckError {
    #[error("{0} is no SQLite database")]
    NotADatabase(PathBuf),
    #[error("{0} is a database of another program")]
    Foreign(PathBuf),
    #[error("{0} was written by a newer version of Simultan: check it with that one")]
    Newer(PathBuf),
    #[error("{0} is damaged: {1}; use an earlier backup")]
    Damaged(PathBuf, String),
    #[error("{path} is of an earlier version, and is checked on a copy, for which there is no room: {error}")]
    Scratch { path: PathBuf, error: BackupError },
    #[error(transparent)]
    Open(OpenError),
}

impl From<OpenError> for CheckError {
    fn from(error: OpenError) -> CheckError {
        match error {
            OpenError::NotADatabase(path) => CheckError::NotADatabase(path),
            OpenError::Foreign(path) => CheckError::Foreign(path),
            OpenError::Newer(path) => CheckError::Newer(path),
            OpenError::Damaged(path, what) => CheckError::Damaged(path, what),
            OpenError::Record { path, error } => CheckError::Damaged(path, error.to_string()),
            error => CheckError::Open(error),
        }
    }
}

/// What was found of one exhibition.
#[derive(Debug)]
pub struct Finding {
    summary: Summary,
    /// How far it goes; or what is wrong with it.
    outcome: Result<Extent, String>,
}

#[derive(Debug)]
struct Extent {
    stage: Stage,
    events: u64,
    moves: usize,
}

impl Finding {
    /// Whether the exhibition is sound.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.outcome.is_ok()
    }

    fn of(summary: Summary, view: &View) -> Finding {
        let over = view.stage == Stage::Finished;
        let score = over.then_some(Score { playing: 0, ..view.score });
        let outcome = if summary.score == score {
            let moves = view.boards.iter().map(|board| board.sheet.len()).sum();
            Ok(Extent { stage: view.stage, events: view.seq, moves })
        } else {
            Err("its score is not that of its games".to_owned())
        };
        Finding { summary, outcome }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Summary { id, program, .. } = &self.summary;
        write!(f, "{id} {}: ", program.name)?;
        match &self.outcome {
            Ok(Extent { stage, events, moves }) => {
                let (stage, boards) = (stage.as_str(), program.boards);
                write!(f, "{stage}, boards: {boards}, events: {events}, moves: {moves}: sound")
            }
            Err(wrong) => write!(f, "damaged: {wrong}"),
        }
    }
}

/// Checks the database at `path`, which stays as it is, and tells of each exhibition, the oldest first. `Ok` is for a file
/// that is whole; the exhibitions' findings are told whatever comes of that, as far as the file can be read.
pub async fn check(path: &Path, mut tell: impl FnMut(&Finding)) -> Result<(), CheckError> {
    let (mut connection, version) = for_reading(path).await?;
    let whole = check_whole(&mut connection, path).await;
    if version == Version::Older {
        // Only this version's tables can be read: the copy is brought up to date, as the file would be at a start.
        whole?;
        let part = scratch(&mut connection, path).await;
        let part = part.map_err(|error| CheckError::Scratch { path: path.to_owned(), error })?;
        let sql = |error| OpenError::Sql { path: path.to_owned(), error };
        let mut copy = SqliteConnection::connect_with(&options(&part.path)).await.map_err(sql)?;
        migrate(&mut copy, path, version).await?;
        let outcome = exhibitions(copy, path, &mut tell).await;
        drop(part);
        return outcome;
    }
    let replayed = exhibitions(connection, path, &mut tell).await;
    whole?;
    replayed
}

/// Plays every exhibition again.
async fn exhibitions(
    mut connection: SqliteConnection,
    path: &Path,
    tell: &mut impl FnMut(&Finding),
) -> Result<(), CheckError> {
    let sql = |error| OpenError::Sql { path: path.to_owned(), error };
    for Summary { id, .. } in rows::list(&mut connection, None, u32::MAX).await.map_err(sql)?.into_iter().rev() {
        // All of it as of one moment: a server may be writing.
        let mut moment = connection.begin().await.map_err(sql)?;
        let Some(listed) = rows::find(&mut moment, id).await.map_err(sql)? else { continue };
        let summary = listed.summary.clone();
        let finding = match loading::load(&mut moment, path, listed).await {
            Ok((record, _)) => Finding::of(summary, &record.view),
            Err(OpenError::Record { error, .. }) => Finding { summary, outcome: Err(error.to_string()) },
            Err(OpenError::Sql { error, .. }) => Finding { summary, outcome: Err(error.to_string()) },
            Err(error) => return Err(error.into()),
        };
        tell(&finding);
    }
    Ok(())
}
