//! An engine that is started when it is first asked, and anew whenever it had to be given up.

use super::{Engine, EngineError, EngineSettings, Question, Thought};

/// A UCI engine that need not be there yet: a wrong path or a missing program is an error of the question's, and can be
/// mended while everything else goes on.
#[derive(Debug)]
pub struct OnDemand {
    settings: EngineSettings,
    engine: Option<Box<Engine>>,
    /// What earlier engines, since given up, had counted.
    earlier_restarts: u64,
}

impl OnDemand {
    /// Runs nothing yet.
    #[must_use]
    pub fn new(settings: EngineSettings) -> OnDemand {
        OnDemand { settings, engine: None, earlier_restarts: 0 }
    }

    /// Finds a move. Cancel-safe, as [`Engine::choose`] is.
    ///
    /// # Errors
    ///
    /// The engine can't be started, or gave up; the next question starts it again.
    pub async fn choose(&mut self, question: &Question) -> Result<Thought, EngineError> {
        let engine = match &mut self.engine {
            Some(engine) => engine,
            None => {
                let engine = Engine::start(self.settings.clone()).await?;
                tracing::info!(engine = engine.name(), "the engine is ready");
                self.engine.insert(Box::new(engine))
            }
        };
        let outcome = engine.choose(question).await;
        if outcome.is_err() {
            self.earlier_restarts += engine.restarts();
            self.engine = None;
        }
        outcome
    }

    /// How often a process was started again, all in all.
    #[must_use]
    pub fn restarts(&self) -> u64 {
        self.earlier_restarts + self.engine.as_ref().map_or(0, |engine| engine.restarts())
    }
}
