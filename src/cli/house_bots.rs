//! The server's own bots: clients like any other, on the gallery's thread.

use std::{io, net::SocketAddr, time::Duration};

use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;
use tracing::warn;

use super::{
    bot::{Bot, Brain, Pace, Ticket},
    config::{EngineArgs, ServeArgs},
};
use crate::{
    base::{address::local, secret::Token},
    engine::OnDemand,
    record::event::ExhibitionId,
};

/// How long a house bot thinks: they take turns at one engine.
const THINK: Duration = Duration::from_millis(50);

/// What all house bots play with.
#[derive(Debug, Clone)]
pub struct HouseBots {
    address: SocketAddr,
    brain: Brain,
    pace: Pace,
    runtime: Handle,
    stop: CancellationToken,
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
            (Some(_), Some(house)) => Brain::engine(OnDemand::new(house), THINK),
            // Where the master draws lots everybody does: a rehearsal at full speed.
            _ => Brain::random(args.engine.seed.unwrap_or_else(rand::random)),
        };
        let address = SocketAddr::new(local(address), address.port());
        Ok(HouseBots { address, brain, pace: args.bot_pace.clone(), runtime, stop })
    }

    /// Plays on the seat that `token` opens.
    pub fn play(&self, exhibition: ExhibitionId, token: &Token) {
        let bot = Bot {
            url: format!("ws://{}/ws/{exhibition}/play", self.address),
            brain: self.brain.clone(),
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
