//! What every request may need.

use clap::ValueEnum;
use std::{net::SocketAddr, sync::Arc};

use tokio::sync::{Mutex, mpsc};
use tokio_util::sync::CancellationToken;

use super::{desk::Desk, forecast_cache::ForecastCache, hub::Hub, large_answers::LargeAnswers};
use crate::{
    base::{metrics::Metrics, secret::TokenHash},
    doors::limits::{Guard, Origin},
    exhibition::settings::Settings,
    journal::{Archive, Pulse, feed::Follower},
};

/// What opens the organiser's part.
#[derive(Debug, Clone, Copy)]
pub struct OrganiserKey {
    /// The organiser's token.
    pub token: TokenHash,
    /// Whether a person has made it up, who may have done so badly.
    pub made_up: bool,
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
    /// Who may open and start.
    pub organiser: OrganiserKey,
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
    pub(super) archive: Mutex<Archive>,
    pub(super) pulse: Pulse,
    pub(super) metrics: Metrics,
    pub(super) metrics_for: MetricsFor,
    pub(super) guard: Guard,
    pub(super) large_answers: LargeAnswers,
    /// Held while an exhibition is opened.
    pub(super) opening: Mutex<()>,
    pub(super) desk: mpsc::Sender<Desk>,
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
