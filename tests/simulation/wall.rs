//! What the clock on the wall shows: it goes on with the simulated time, in all lives.

use std::cell::Cell;

use tokio::time::Instant;

thread_local! {
    /// When this life began, and what the clock showed then: each run has its thread for itself.
    static BEGAN: Cell<Option<(Instant, u64)>> = const { Cell::new(None) };
}

/// A life begins, at `shows`, in Unix milliseconds.
pub(crate) fn begin(shows: u64) {
    BEGAN.set(Some((Instant::now(), shows)));
}

/// What it shows, in Unix milliseconds.
pub(crate) fn now() -> u64 {
    let (began, shows) = BEGAN.get().expect("a life that has begun");
    shows + simultan::base::time::millis(began.elapsed()).0
}
