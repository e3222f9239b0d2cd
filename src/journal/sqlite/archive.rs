//! What has been stored, for reading while it is written.

use std::path::PathBuf;

use sqlx::{Connection, SqliteConnection};

use super::{OpenError, loading, milestones, opening, rows};
use crate::{
    journal::Record,
    record::{
        event::ExhibitionId,
        milestone::{Milestone, Reach},
        summary::Summary,
    },
};

/// A second connection that only reads.
#[derive(Debug)]
pub struct Archive {
    pub(super) connection: SqliteConnection,
    pub(super) path: PathBuf,
}

impl Archive {
    /// Opens `path` for reading alone.
    pub(super) async fn open(path: PathBuf) -> Result<Archive, OpenError> {
        match SqliteConnection::connect_with(&opening::options(&path).read_only(true)).await {
            Ok(connection) => Ok(Archive { connection, path }),
            Err(error) => Err(OpenError::Sql { path, error }),
        }
    }

    /// Another connection to the same database, for somebody who must not keep others waiting.
    pub async fn another(&self) -> Result<Archive, OpenError> {
        Archive::open(self.path.clone()).await
    }

    /// How far each exhibition is stored, from one on, the oldest first.
    pub async fn reaches(&mut self, from: ExhibitionId) -> Result<Vec<Reach>, OpenError> {
        let read = milestones::reaches(&mut self.connection, from).await;
        read.map_err(|error| OpenError::Sql { path: self.path.clone(), error })
    }

    /// What was reached in an exhibition after event `seq`, in order, at most `most` of it.
    pub async fn milestones(&mut self, id: ExhibitionId, seq: u64, most: u32) -> Result<Vec<Milestone>, OpenError> {
        let read = milestones::after(&mut self.connection, id, seq, most).await;
        read.map_err(|error| OpenError::Sql { path: self.path.clone(), error })
    }

    /// The newest exhibitions before one, or of all, the newest first and no more than `limit`.
    pub async fn list(&mut self, before: Option<ExhibitionId>, limit: u32) -> Result<Vec<Summary>, OpenError> {
        let listed = rows::list(&mut self.connection, before, limit).await;
        listed.map_err(|error| OpenError::Sql { path: self.path.clone(), error })
    }

    /// An exhibition as it stands in the store, if it is there.
    pub async fn load(&mut self, id: ExhibitionId) -> Result<Option<Record>, OpenError> {
        let unreadable = |error| OpenError::Sql { path: self.path.clone(), error };
        // All of it as of one moment: it might be an exhibition that is being opened.
        let mut moment = self.connection.begin().await.map_err(unreadable)?;
        match rows::find(&mut moment, id).await.map_err(unreadable)? {
            Some(listed) => loading::load(&mut moment, &self.path, listed).await.map(|(record, _)| Some(record)),
            None => Ok(None),
        }
    }
}
