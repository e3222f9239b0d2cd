//! How long a connection may be there without a request.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use axum::body::{Body, Bytes, HttpBody};
use hyper::body::{Frame, SizeHint};
use tokio::{sync::Notify, time::Instant};

use crate::base::alarm::due;

/// A request's head is due within this time; one byte a second would hold a connection for ever.
const SHORT: Duration = Duration::from_secs(5);
/// And from somebody who plays: programs use a connection for move after move, and lose the move that they send when it is closed.
pub(super) const LONG: Duration = Duration::from_secs(75);

/// How long a connection has been there without a request. Cloning gives another handle to the same.
#[derive(Debug, Clone)]
pub(super) struct Idle(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    /// Held for a look or a change, never while waiting.
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Debug)]
struct State {
    /// Whether a request is being answered.
    busy: bool,
    since: Instant,
    patience: Duration,
}

impl Idle {
    /// A connection that has just come.
    pub(super) fn new() -> Idle {
        let state = State { busy: false, since: Instant::now(), patience: SHORT };
        Idle(Arc::new(Shared { state: Mutex::new(state), changed: Notify::new() }))
    }

    /// Whoever is there plays.
    pub(super) fn be_patient(&self) {
        self.state().patience = LONG;
    }

    /// A request is there. It is answered when what this gives is dropped.
    pub(super) fn busy(&self) -> Busy {
        self.set(true);
        Busy(self.clone())
    }

    /// Waits until the next request has been waited for too long.
    pub(super) async fn expired(&self) {
        loop {
            let changed = self.0.changed.notified();
            let expires = {
                let state = self.state();
                (!state.busy).then(|| state.since + state.patience)
            };
            tokio::select! {
                biased;
                () = changed => {}
                () = due(expires) => return,
            }
        }
    }

    fn set(&self, busy: bool) {
        let mut state = self.state();
        (state.busy, state.since) = (busy, Instant::now());
        drop(state);
        self.0.changed.notify_one();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request that is being answered, until it is dropped.
#[derive(Debug)]
pub(super) struct Busy(Idle);

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.set(false);
    }
}

/// A body that counts as an answer under way until the last of it is taken.
#[derive(Debug)]
pub(super) struct Answering {
    pub(super) body: Body,
    pub(super) _busy: Busy,
}

impl HttpBody for Answering {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::{advance, timeout};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_connection_without_a_request_expires_and_one_with_an_answer_under_way_does_not() {
        let idle = Idle::new();
        let took = async |idle: &Idle| {
            let began = Instant::now();
            timeout(Duration::from_secs(1000), idle.expired()).await.ok().map(|()| began.elapsed())
        };
        assert_eq!(took(&idle).await, Some(SHORT));
        let busy = idle.busy();
        assert_eq!(took(&idle).await, None);
        drop(busy);
        advance(Duration::from_secs(2)).await;
        assert_eq!(took(&idle).await, Some(SHORT - Duration::from_secs(2)));
        idle.be_patient();
        drop(idle.busy());
        assert_eq!(took(&idle).await, Some(LONG));
    }
}
