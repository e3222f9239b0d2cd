//! What can be wrong with an engine. Each text tells the reader what to do next.

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::time::Duration;

/// What is wrong with an engine, in a sentence for whoever runs the server.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// No such program.
    #[error("the engine {} was not found; check the path, or install the engine", program.display())]
    NotFound {
        /// What was to be run.
        program: PathBuf,
    },
    /// The file is there but may not be run.
    #[error("the engine {} is not executable; try `chmod +x` on it, and see that it is a program", program.display())]
    NotExecutable {
        /// What was to be run.
        program: PathBuf,
    },
    /// The system refused to start it for another reason.
    #[error("the engine {} could not be started ({source}); try to run it by hand", program.display())]
    Spawn {
        /// What was to be run.
        program: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It ended before it was ready.
    #[error("the engine {} ended at once ({status}); run it by hand, type `uci`, and see what it complains of", program.display())]
    ExitedAtOnce {
        /// What was run.
        program: PathBuf,
        /// How it ended.
        status: ExitStatus,
    },
    /// It runs, but did not greet in time.
    #[error("the engine {} did not say `{awaited}` in {limit:?}; is it a UCI engine, and given the right arguments?", program.display())]
    Silent {
        /// What was run.
        program: PathBuf,
        /// The word that was waited for.
        awaited: &'static str,
        /// How long.
        limit: Duration,
    },
    /// It does not talk like a UCI engine.
    #[error("the engine {} cannot be talked to: {why}; is it a UCI engine?", program.display())]
    NotUci {
        /// What was run.
        program: PathBuf,
        /// What it did.
        why: String,
    },
    /// The engine advertises no such option.
    #[error("the engine {} has no option `{name}`; it has {known}", program.display())]
    UnknownOption {
        /// What was run.
        program: PathBuf,
        /// The option asked for.
        name: String,
        /// Some that exist, as a list.
        known: String,
    },
    /// The option exists but does not take this value.
    #[error("the engine {} does not take `{}` for the option `{name}`; it takes {takes}", program.display(), value.escape_debug())]
    OptionValue {
        /// What was run.
        program: PathBuf,
        /// The option, as the engine spells it.
        name: String,
        /// The value asked for.
        value: String,
        /// What it takes.
        takes: String,
    },
    /// It failed on one question, was restarted, and failed again until the restarts were used up.
    #[error("the engine {} found no move in {attempts} attempts, the last time because {reason}; run it by hand, or choose another", program.display())]
    GaveUp {
        /// What was run.
        program: PathBuf,
        /// How often it was asked.
        attempts: usize,
        /// What happened the last time.
        reason: String,
    },
    /// The game is over; nothing was asked.
    #[error("the engine {} was asked for a move where there is none", program.display())]
    NothingToPlay {
        /// What would have been asked.
        program: PathBuf,
    },
}

impl EngineError {
    pub(super) fn spawn(program: &Path, source: io::Error) -> EngineError {
        let program = program.to_owned();
        match source.kind() {
            io::ErrorKind::NotFound => EngineError::NotFound { program },
            io::ErrorKind::PermissionDenied => EngineError::NotExecutable { program },
            _ => EngineError::Spawn { program, source },
        }
    }
}
