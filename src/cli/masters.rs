//! What plays as the master, as the command line has it.

use std::io;

use super::config::{EngineArgs, EngineChoice};
use crate::{
    base::{metrics::Metrics, time},
    engine::{Engine, EngineSettings, OnDemand},
    exhibition::policy::{EnginePolicy, Policy, PolicyMaker, RandomPolicy},
};
use tracing::error;

/// Makes the policy of each exhibition's master.
pub(super) fn policies(args: &EngineArgs, metrics: Metrics) -> Result<PolicyMaker, io::Error> {
    let seed = args.seed.unwrap_or_else(rand::random);
    let settings = args.settings()?;
    Ok(PolicyMaker::new(move |program| match &settings {
        Some(settings) => {
            let elo = program.evening.elo.or(settings.elo);
            let engine = OnDemand::new(EngineSettings { elo, ..settings.clone() });
            let policy = EnginePolicy::new(engine, time::duration(program.think), metrics.clone());
            Policy::Engine(Box::new(policy))
        }
        None => Policy::Random(Box::new(RandomPolicy::new(seed))),
    }))
}

/// The engine that organisers may ask about a position: the master's at its full strength, or the house engine.
pub(super) fn adviser(args: &EngineArgs) -> Result<EngineSettings, io::Error> {
    let own = args.settings()?.map(|settings| EngineSettings { elo: None, ..settings });
    match own {
        Some(settings) => Ok(settings),
        None => EngineArgs::house().settings()?.ok_or_else(|| io::Error::other("the house engine is always there")),
    }
}

/// The name that the engine gives itself. An engine that can't be started is told of here, before anybody waits for it,
/// and tried again when it is the master's turn.
pub(super) async fn master_name(args: &EngineArgs) -> String {
    let settings = match args.settings() {
        Ok(Some(settings)) if args.engine != EngineChoice::House => settings,
        _ => return args.label(),
    };
    match Engine::start(settings).await {
        Ok(engine) => engine.name().to_owned(),
        Err(error) => {
            error!("{error}; the server keeps the games, and tries the engine again when it is the master's turn");
            args.label()
        }
    }
}
