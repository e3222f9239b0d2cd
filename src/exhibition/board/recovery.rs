//! After a panic in a game's task.

use std::sync::Arc;

use tokio::time::sleep;
use tracing::{info, warn};

use super::{Board, Notice};
use crate::{base::time, journal::StorageError, rules::Millis};

/// The longest pause after a panic.
const LONGEST_SETBACK: Millis = Millis(30_000);

impl Board {
    /// Takes the game up again from the journal: what a panic has left of it here may be anything. The player is cut off
    /// and comes back, to send again what got no answer; so does the master.
    pub(super) async fn recover(&mut self) -> Result<(), StorageError> {
        // The master goes to others meanwhile.
        self.around.walk.settle(self.number);
        self.tell(Notice::Restart);
        self.player = None;
        (self.master_is_here, self.queue) = (false, None);
        // Not in a circle without end, should it go on like this.
        sleep(time::duration(self.setback)).await;
        self.setback = Millis((2 * self.setback.0).clamp(100, LONGEST_SETBACK.0));
        let game = loop {
            match self.around.journal.recall(self.around.exhibition, self.number).await {
                Ok(game) => break game,
                Err(StorageError::Refused(error)) => {
                    warn!(error, "the game can't be taken up again from the journal yet");
                    sleep(time::duration(LONGEST_SETBACK)).await;
                }
                // The server stops.
                Err(StorageError::Unknown) => return Err(StorageError::Unknown),
            }
        };
        self.game = Arc::new(game);
        info!(plies = self.game.ply(), "the game is taken up again from the journal");
        self.report_turn();
        self.record_presence().await;
        Ok(())
    }
}
