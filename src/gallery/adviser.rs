//! An engine that is asked now and then.

use tokio::sync::Mutex;

use crate::engine::{EngineError, EngineSettings, OnDemand, Question, Thought};

/// An engine that is asked now and then, one question after the other.
#[derive(Debug)]
pub(super) struct Adviser(Mutex<OnDemand>);

impl Adviser {
    /// Runs nothing yet.
    pub(super) fn new(settings: EngineSettings) -> Adviser {
        Adviser(Mutex::new(OnDemand::new(settings)))
    }

    /// What it thinks.
    pub(super) async fn ask(&self, question: &Question) -> Result<Thought, EngineError> {
        self.0.lock().await.choose(question).await
    }
}
