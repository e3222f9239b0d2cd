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
    /// Every exhibition, newest first.
    pub async fn list(&mut self) -> Result<Vec<Summary>, OpenError> {
        rows::list(&mut self.connection).await.map_err(|error| OpenError::Sql { path: self.path.clone(), error })
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
