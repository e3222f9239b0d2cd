//! What is served on a listener: something that says "not yet", until everything is there.

use std::sync::{Arc, OnceLock};

use axum::Router;

/// What is served: at first by what says "not yet", and once it has been opened by the whole. Cloning gives another
/// handle to the same.
#[derive(Debug, Clone)]
pub struct Served {
    not_yet: Router,
    whole: Arc<OnceLock<Router>>,
}

impl Served {
    /// Answers with `not_yet` until it is opened.
    #[must_use]
    pub fn later(not_yet: Router) -> Served {
        Served { not_yet, whole: Arc::default() }
    }

    /// From the next request on `whole` answers. Only the first call counts.
    pub fn open(&self, whole: Router) {
        let _ = self.whole.set(whole);
    }

    /// What answers now.
    pub(super) fn now(&self) -> Router {
        self.whole.get().unwrap_or(&self.not_yet).clone()
    }
}

impl From<Router> for Served {
    /// Open from the start.
    fn from(whole: Router) -> Served {
        Served { not_yet: Router::new(), whole: Arc::new(OnceLock::from(whole)) }
    }
}
