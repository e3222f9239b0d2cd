//! Which engine, and how it is set: what several commands ask.

use std::{path::PathBuf, str::FromStr};

use clap::Args;

use crate::engine::{EngineSettings, Launch, Patience};

/// Which engine, and how it is set.
#[derive(Debug, Clone, Args)]
pub struct EngineArgs {
    /// What decides the moves: a UCI engine's path or name, `house`, or `random` for any legal move at once
    #[arg(long, env = "SIMULTAN_ENGINE", value_name = "ENGINE", default_value = "house")]
    pub engine: EngineChoice,
    /// An option of the engine's; can be given again (in the environment: one a line)
    #[arg(long = "engine-option", env = "SIMULTAN_ENGINE_OPTION", value_name = "NAME=VALUE", value_delimiter = '\n')]
    pub engine_options: Vec<EngineOption>,
    /// Limit the engine's strength to this Elo, where the engine can
    #[arg(long, env = "SIMULTAN_ENGINE_ELO", value_name = "ELO")]
    pub engine_elo: Option<u32>,
    /// The seed of `--engine random`; the same seed draws the same lots
    #[arg(long, env = "SIMULTAN_SEED", value_name = "N")]
    pub seed: Option<u64>,
}

/// What decides moves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EngineChoice {
    /// The engine that comes with the program.
    House,
    /// Any legal move.
    Random,
    /// A UCI engine.
    Path(PathBuf),
}

impl FromStr for EngineChoice {
    type Err = String;

    fn from_str(text: &str) -> Result<EngineChoice, String> {
        match text {
            "" => Err("an engine's path or name, `house` or `random`".to_owned()),
            "house" => Ok(EngineChoice::House),
            "random" => Ok(EngineChoice::Random),
            path => Ok(EngineChoice::Path(path.into())),
        }
    }
}

/// A UCI option.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EngineOption(String, String);

impl FromStr for EngineOption {
    type Err = String;

    fn from_str(text: &str) -> Result<EngineOption, String> {
        match text.split_once('=') {
            Some((name, value)) if !name.trim().is_empty() => {
                Ok(EngineOption(name.trim().to_owned(), value.trim().to_owned()))
            }
            _ => Err("an engine's option is written NAME=VALUE, like Hash=64".to_owned()),
        }
    }
}

impl EngineArgs {
    /// How to run the engine; `None` for `random`, which needs none.
    pub fn settings(&self) -> std::io::Result<Option<EngineSettings>> {
        let (program, args) = match &self.engine {
            EngineChoice::Random => return Ok(None),
            // The house engine is this very program: one way of talking to every engine, and never on the loop.
            EngineChoice::House => (std::env::current_exe()?, vec!["engine".to_owned()]),
            EngineChoice::Path(path) => (path.clone(), Vec::new()),
        };
        let mut options: Vec<_> =
            self.engine_options.iter().map(|EngineOption(name, value)| (name.clone(), value.clone())).collect();
        if let Some(elo) = self.engine_elo {
            options.push(("UCI_LimitStrength".to_owned(), "true".to_owned()));
            options.push(("UCI_Elo".to_owned(), elo.to_string()));
        }
        Ok(Some(EngineSettings {
            program,
            args,
            options,
            elo: None,
            patience: Patience::default(),
            launch: Launch::Child,
        }))
    }

    /// The engine that comes with the program, at its full strength.
    #[must_use]
    pub fn house() -> EngineArgs {
        EngineArgs { engine: EngineChoice::House, engine_options: Vec::new(), engine_elo: None, seed: None }
    }

    /// What to call the engine before it has said its name.
    #[must_use]
    pub fn label(&self) -> String {
        match &self.engine {
            EngineChoice::House => "House master".to_owned(),
            EngineChoice::Random => "Random master".to_owned(),
            EngineChoice::Path(path) => path.file_stem().unwrap_or(path.as_os_str()).to_string_lossy().into_owned(),
        }
    }
}
