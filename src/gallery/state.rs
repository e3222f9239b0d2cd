//! What every request may need.

use clap::ValueEnum;
use std::{net::SocketAddr, sync::Arc};

use tokio::sync::{Mutex, mpsc};
use tokio_util::sync::CancellationToken;

use super::{adviser::Adviser, desk::Desk, forecast_cache::ForecastCache, hub::Hub, large_answers::LargeAnswers};
use crate::{
    base::{metrics::Metrics, secret::TokenHash},
    doors::limits::{Client, Guard, Lock, Origin, Reason},
    engine::EngineSettings,
    exhibition::settings::Settings,
    journal::{Archive, Pulse, feed::Follower},
    lichess::Lobby,
};

/// What opens the organiser's part.
#[derive(Debug, Clone, Copy)]
pub struct OrganiserKey {
    /// The organiser's token.
    pub token: TokenHash,
    /// Whether a person has made it up, who may have done so badly.
    pub made_up: bool,
}

impl OrganiserKey {
    /// Whether `token`, shown by `client`, opens it; an error where they have shown too many wrong ones.
    pub(super) fn opened_by(self, client: &Client, token: &str) -> Result<bool, Reason> {
        let known = TokenHash::of(token.trim()) == self.token;
        // A token that a person has made up may be guessed: then even the right one waits. One of the server's own is not
        // guessed, and who tries must not keep the organiser out who comes from the same address.
        if !known || self.made_up {
            client.may_show_token(Lock::Organiser)?;
        }
        if !known {
            client.showed_bad_token(Lock::Organiser);
        }
        Ok(known)
    }
}

/// Who may see the figures at `/metrics`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum MetricsFor {
    /// Whoever asks
    Everybody,
    /// Programs on this machine; a proxy that passes requests on is not meant
    ThisMachine,
    /// Who shows the organiser's token
    Organiser,
}

/// What the gallery is given.
#[derive(Debug)]
pub struct Premises {
    /// What happens.
    pub follower: Follower,
    /// What has happened long ago.
    pub archive: Archive,
    /// How the journal is.
    pub pulse: Pulse,
    /// What is counted.
    pub metrics: Metrics,
    /// Who may see it.
    pub metrics_for: MetricsFor,
    /// Who may come in, and how many.
    pub guard: Guard,
    /// The way to the games.
    pub desk: mpsc::Sender<Desk>,
    /// The bots that speak Lichess's API.
    pub lobby: Lobby,
    /// Who may open and start.
    pub organiser: OrganiserKey,
    /// The engine that organisers may ask about a position.
    pub adviser: EngineSettings,
    /// What a new exhibition is like, where the organiser does not say.
    pub defaults: Settings,
    /// Where the server listens.
    pub address: SocketAddr,
    /// Where people find it, if that is another address.
    pub public: Option<Origin>,
    /// The server stops.
    pub stop: CancellationToken,
}

/// What every request may need. Cloning gives another handle to the same.
#[derive(Debug, Clone)]
pub(super) struct Gallery(pub(super) Arc<Shared>);

#[derive(Debug)]
pub(super) struct Shared {
    pub(super) hub: Hub,
    pub(super) forecasts: ForecastCache,
    /// What organisers may ask about a position.
    pub(super) adviser: Adviser,
    pub(super) archive: Mutex<Archive>,
    pub(super) pulse: Pulse,
    pub(super) metrics: Metrics,
    pub(super) metrics_for: MetricsFor,
    pub(super) guard: Guard,
    pub(super) large_answers: LargeAnswers,
    /// Held while an exhibition is opened.
    pub(super) opening: Mutex<()>,
    pub(super) desk: mpsc::Sender<Desk>,
    pub(super) lobby: Lobby,
    pub(super) organiser: OrganiserKey,
    pub(super) defaults: Settings,
    pub(super) address: SocketAddr,
    pub(super) public: Option<Origin>,
    pub(super) stop: CancellationToken,
}

impl std::ops::Deref for Gallery {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}
