//! A store that says "stored" too early: a journal on it tells of moves that a crash takes back.

use simultan::{
    journal::{Forgotten, Numbered, Renaming, StorageError, Store},
    record::{event::ExhibitionId, program::Program},
    rules::{BoardNo, Game},
};
use tokio::task::JoinHandle;

/// Keeps one write back: it is acknowledged when it begins, and waited for before the next one.
#[derive(Debug)]
pub(crate) struct Hasty<S> {
    /// Away while it writes.
    store: Option<S>,
    writing: Option<JoinHandle<(S, Result<(), StorageError>)>>,
}

impl<S: Store> Hasty<S> {
    pub(crate) fn new(store: S) -> Hasty<S> {
        Hasty { store: Some(store), writing: None }
    }

    /// The store, once it has written what was acknowledged. Where it could not, who comes next is told, too late.
    async fn caught_up(&mut self) -> Result<&mut S, StorageError> {
        if let Some(writing) = &mut self.writing {
            let (store, outcome) = writing.await.expect("a store does not panic");
            (self.store, self.writing) = (Some(store), None);
            outcome?;
        }
        Ok(self.store.as_mut().expect("it does not write"))
    }
}

impl<S: Store> Store for Hasty<S> {
    async fn create(&mut self, program: &Program) -> Result<ExhibitionId, StorageError> {
        self.caught_up().await?.create(program).await
    }

    async fn rekey(&mut self, exhibition: ExhibitionId, key: [u8; 32]) -> Result<(), StorageError> {
        self.caught_up().await?.rekey(exhibition, key).await
    }

    async fn forget(
        &mut self,
        exhibition: ExhibitionId,
        forgotten: &Forgotten,
        renamed: Option<Renaming>,
    ) -> Result<(), StorageError> {
        self.caught_up().await?.forget(exhibition, forgotten, renamed).await
    }

    async fn append(&mut self, lines: &[Numbered]) -> Result<(), StorageError> {
        self.caught_up().await?;
        let copy = |line: &Numbered| Numbered { event: line.event.clone(), ..*line };
        let lines: Vec<_> = lines.iter().map(copy).collect();
        let mut store = self.store.take().expect("it has caught up");
        self.writing = Some(tokio::spawn(async move {
            let outcome = store.append(&lines).await;
            (store, outcome)
        }));
        Ok(())
    }

    async fn recall(&mut self, exhibition: ExhibitionId, board: BoardNo) -> Result<Game, StorageError> {
        self.caught_up().await?.recall(exhibition, board).await
    }

    async fn probe(&mut self) -> Result<(), StorageError> {
        self.caught_up().await?.probe().await
    }

    async fn close(mut self) {
        // Nobody is left who could be told.
        let _ = self.caught_up().await;
        self.store.take().expect("it has caught up").close().await;
    }
}
