//! A value, and those who wait for it to change.
//!
//! As tokio's `watch`, but for the order in which those who wait are woken: there it is drawn by lot, and under a paused
//! clock a run would not be the same twice. Here it is the order in which they began to wait.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::Notify;

struct Shared<T> {
    /// Held for a look or a change, never while waiting.
    state: Mutex<State<T>>,
    changed: Notify,
}

struct State<T> {
    value: T,
    version: u64,
    /// Nobody is left who could change it.
    closed: bool,
}

impl<T> Shared<T> {
    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The value, for the one who changes it.
pub struct Watched<T>(Arc<Shared<T>>);

impl<T> Watched<T> {
    /// A value that nobody waits for yet.
    #[must_use]
    pub fn new(value: T) -> Watched<T> {
        let state = Mutex::new(State { value, version: 0, closed: false });
        Watched(Arc::new(Shared { state, changed: Notify::new() }))
    }

    /// Changes the value; `change` says whether it did, and then all who wait are woken.
    pub fn modify(&self, change: impl FnOnce(&mut T) -> bool) {
        let mut state = self.0.state();
        if change(&mut state.value) {
            state.version += 1;
            drop(state);
            self.0.changed.notify_waiters();
        }
    }

    /// Looks at the value.
    pub fn read<R>(&self, look: impl FnOnce(&T) -> R) -> R {
        look(&self.0.state().value)
    }

    /// How many follow it.
    #[must_use]
    pub fn watchers(&self) -> usize {
        Arc::strong_count(&self.0) - 1
    }

    /// Somebody who has seen the value as it is now.
    #[must_use]
    pub fn watch(&self) -> Watcher<T> {
        let seen = self.0.state().version;
        Watcher { shared: self.0.clone(), seen }
    }
}

impl<T> Drop for Watched<T> {
    fn drop(&mut self) {
        self.0.state().closed = true;
        self.0.changed.notify_waiters();
    }
}

impl<T: fmt::Debug> fmt::Debug for Watched<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.read(|value| f.debug_tuple("Watched").field(value).finish())
    }
}

/// Nobody is left who could change the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unwatched;

/// The value, for one who waits for changes.
pub struct Watcher<T> {
    shared: Arc<Shared<T>>,
    seen: u64,
}

impl<T> Watcher<T> {
    /// Looks at the value, which may be newer than the last change that was waited for.
    pub fn read<R>(&self, look: impl FnOnce(&T) -> R) -> R {
        look(&self.shared.state().value)
    }

    /// Looks at the value; only later changes are waited for from now on.
    pub fn read_and_update<R>(&mut self, look: impl FnOnce(&T) -> R) -> R {
        let state = self.shared.state();
        self.seen = state.version;
        look(&state.value)
    }

    /// Waits for a change that has not been waited for yet. May be dropped and called again.
    pub async fn changed(&mut self) -> Result<(), Unwatched> {
        loop {
            let changed = self.shared.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            {
                let state = self.shared.state();
                if state.version != self.seen {
                    self.seen = state.version;
                    return Ok(());
                }
                if state.closed {
                    return Err(Unwatched);
                }
            }
            changed.await;
        }
    }

    /// Waits until `look` finds something in the value. May be dropped and called again.
    pub async fn until<R>(&mut self, look: impl Fn(&T) -> Option<R>) -> Result<R, Unwatched> {
        loop {
            if let Some(found) = self.read_and_update(&look) {
                return Ok(found);
            }
            self.changed().await?;
        }
    }
}

impl<T> Clone for Watcher<T> {
    fn clone(&self) -> Watcher<T> {
        Watcher { shared: self.shared.clone(), seen: self.seen }
    }
}

impl<T: fmt::Debug> fmt::Debug for Watcher<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.read(|value| f.debug_tuple("Watcher").field(value).finish())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn those_who_wait_are_woken_in_their_order() {
        let watched = Watched::new(0);
        let order = Arc::new(Mutex::new(Vec::new()));
        let mut waiting = Vec::new();
        for number in 0..40 {
            let (mut watcher, order) = (watched.watch(), order.clone());
            waiting.push(tokio::spawn(async move {
                watcher.changed().await.expect("a change");
                order.lock().expect("a list").push(number);
            }));
        }
        tokio::task::yield_now().await;
        watched.modify(|value| {
            *value += 1;
            true
        });
        for waiter in waiting {
            waiter.await.expect("a waiter");
        }
        assert!(order.lock().expect("a list").iter().copied().eq(0..40));
    }

    #[tokio::test]
    async fn a_change_is_not_missed_and_not_told_twice() {
        let watched = Watched::new(1);
        let mut watcher = watched.watch();
        watched.modify(|value| {
            *value = 2;
            true
        });
        watched.modify(|_| false);
        assert_eq!(watcher.changed().await, Ok(()));
        assert_eq!(watcher.until(|&value| (value == 2).then_some(value)).await, Ok(2));
        drop(watched);
        assert_eq!(watcher.changed().await, Err(Unwatched));
        assert_eq!(watcher.until(|&value| (value == 3).then_some(())).await, Err(Unwatched));
    }
}
