//! What to run, and how long it is waited for.

use std::{fmt, path::PathBuf, sync::Arc, time::Duration};

use tokio::io::DuplexStream;

/// What to run and how it shall think.
#[derive(Debug, Clone)]
pub struct EngineSettings {
    /// The program: a path, or a name that is looked for on the PATH.
    pub program: PathBuf,
    /// Its command line arguments.
    pub args: Vec<String>,
    /// UCI options by name and value; each must be among those the engine advertises.
    pub options: Vec<(String, String)>,
    /// The strength that it is held to as far as it can be; over and above what `options` say.
    pub elo: Option<u32>,
    /// How long the engine is waited for beyond its time to think.
    pub patience: Patience,
    /// How it is brought to life.
    pub launch: Launch,
}

/// How long an engine is waited for before it counts as failed.
#[derive(Debug, Clone)]
pub struct Patience {
    /// From the program's start until it is ready to be asked, also when it is started again.
    pub start: Duration,
    /// From `isready` to `readyok`, before each question.
    pub ready: Duration,
    /// Beyond the time to think, before it is told to stop.
    pub overtime: Duration,
    /// From `stop` to `bestmove`, before it is killed.
    pub stop: Duration,
    /// The pauses before the restarts for one question; their number is the number of restarts.
    pub backoff: Vec<Duration>,
}

impl Default for Patience {
    fn default() -> Patience {
        Patience {
            start: Duration::from_secs(10),
            ready: Duration::from_secs(5),
            overtime: Duration::from_secs(2),
            stop: Duration::from_secs(1),
            backoff: [100, 1000, 5000].map(Duration::from_millis).to_vec(),
        }
    }
}

/// How an engine is brought to life.
#[derive(Clone, Default)]
pub enum Launch {
    /// As a child process.
    #[default]
    Child,
    /// In memory, for simulations: gives our end of a conversation with something that behaves like an engine.
    InMemory(Arc<dyn Fn() -> DuplexStream + Send + Sync>),
}

impl fmt::Debug for Launch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Launch::Child => "Child",
            Launch::InMemory(_) => "InMemory",
        })
    }
}
