//! What has been stored, for reading while it is written.

use std::path::PathBuf;

use sqlx::{Connection, SqliteConnection};

use super::{OpenError, loading, rows};
use crate::{
    journal::Record,
    record::{event::ExhibitionId, summary::Summary},
};

/// A second connection that only reads.
#[derive(Debug)]
pub struct Archive {
    pub(super) connection: SqliteConnection,
    pub(super) path: PathBuf,
}

impl Archive {
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
