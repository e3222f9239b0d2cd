//! The server's own bots: clients like any other, on the gallery's thread.

use std::{
    collections::BTreeMap,
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;
use tracing::warn;

use super::{
    bot::{Bot, Brain, Pace, Ticket},
    config::{EngineArgs, ServeArgs},
};
use crate::{
    base::{address::local, secret::Token},
    engine::{EngineSettings, OnDemand},
    record::event::ExhibitionId,
};

/// How long a house bot thinks: they take turns at one engine.
const THINK: Duration = Duration::from_millis(50);

/// What all house bots play with.
#[derive(Debug, Clone)]
pub struct HouseBots {
    address: SocketAddr,
    brain: HouseBrain,
    pace: Pace,
    runtime: Handle,
    stop: CancellationToken,
}

/// What house bots think with: those of one strength take turns at one engine.
#[derive(Debug, Clone)]
enum HouseBrain {
    Random(Brain),
    Engine { house: EngineSettings, brains: Arc<Mutex<BTreeMap<u8, Brain>>> },
}

impl HouseBrain {
    fn of(&self, level: u8) -> Brain {
        match self {
            HouseBrain::Random(brain) => brain.clone(),
            HouseBrain::Engine { house, brains } => {
                let mut brains = brains.lock().unwrap_or_else(PoisonError::into_inner);
                let brain = brains.entry(level).or_insert_with(|| {
                    let mut house = house.clone();
                    house.options.push(("Skill Level".to_owned(), level.to_string()));
                    Brain::engine(OnDemand::new(house), THINK)
                });
                brain.clone()
            }
        }
    }
}

impl HouseBots {
    /// Bots for the server at `address`, which run on `runtime` until `stop`.
    pub fn new(
        args: &ServeArgs,
        address: SocketAddr,
        runtime: Handle,
        stop: CancellationToken,
    ) -> io::Result<HouseBots> {
        let brain = match (args.engine.settings()?, EngineArgs::house().settings()?) {
            (Some(_), Some(house)) => HouseBrain::Engine { house, brains: Arc::default() },
            // Where the master draws lots everybody does: a rehearsal at full speed.
            _ => HouseBrain::Random(Brain::random(args.engine.seed.unwrap_or_else(rand::random))),
        };
        let address = SocketAddr::new(local(address), address.port());
        Ok(HouseBots { address, brain, pace: args.bot_pace.clone(), runtime, stop })
    }

    /// Plays on the seat that `token` opens, with a strength from 0 to 20.
    pub fn play(&self, exhibition: ExhibitionId, token: &Token, level: u8) {
        let bot = Bot {
            url: format!("ws://{}/ws/{exhibition}/play", self.address),
            brain: self.brain.of(level),
            pace: self.pace.clone(),
            stop: self.stop.clone(),
        };
        let ticket = Ticket::Resume(token.reveal().to_owned());
        self.runtime.spawn(async move {
            if let Err(error) = bot.play(ticket).await {
                warn!("a house bot has left: {error}");
            }
        });
    }
}
