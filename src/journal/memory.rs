//! A store that forgets: for plans and simulations.

use super::store::{Forgotten, Numbered, Renaming, StorageError, Store};
use crate::{
    record::{event::ExhibitionId, program::Program},
    rules::{BoardNo, Game},
};

/// Keeps nothing but a count of exhibitions: what was appended lives on in the feed.
#[derive(Debug, Default)]
pub struct MemoryStore {
    exhibitions: i64,
}

impl Store for MemoryStore {
    const FORGETS: bool = true;

    async fn create(&mut self, _program: &Program) -> Result<ExhibitionId, StorageError> {
        self.exhibitions += 1;
        Ok(ExhibitionId(self.exhibitions))
    }

    async fn rekey(&mut self, _exhibition: ExhibitionId, _key: [u8; 32]) -> Result<(), StorageError> {
        Ok(())
    }

    async fn forget(
        &mut self,
        _exhibition: ExhibitionId,
        _forgotten: &Forgotten,
        _renamed: Option<Renaming>,
    ) -> Result<(), StorageError> {
        Ok(())
    }

    async fn append(&mut self, _lines: &[Numbered]) -> Result<(), StorageError> {
        Ok(())
    }

    async fn recall(&mut self, _exhibition: ExhibitionId, _board: BoardNo) -> Result<Game, StorageError> {
        Err(StorageError::Refused("nothing is kept".to_owned()))
    }

    async fn probe(&mut self) -> Result<(), StorageError> {
        Ok(())
    }

    async fn close(self) {}
}
