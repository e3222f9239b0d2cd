//! How a publisher stands: what its heartbeat says, and what its figures show.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How a publisher stands. Cloning gives another handle to the same.
#[derive(Debug, Clone, Default)]
pub(super) struct Standing(Arc<Mutex<Place>>);

#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Place {
    /// Whether this hall's log is ours to write.
    pub(super) publishes: bool,
    /// Which publisher of this hall it is.
    pub(super) epoch: u64,
    /// The number of our last message in the log.
    pub(super) sequence: u64,
}

impl Standing {
    pub(super) fn get(&self) -> Place {
        *self.lock()
    }

    pub(super) fn set(&self, place: Place) {
        *self.lock() = place;
    }

    /// The log is not ours any more, or not reached.
    pub(super) fn lose(&self) {
        self.lock().publishes = false;
    }

    fn lock(&self) -> MutexGuard<'_, Place> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
