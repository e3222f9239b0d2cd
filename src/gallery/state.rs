//! What a hall's requests may need, beyond what shows something.

use std::{net::SocketAddr, ops::Deref, sync::Arc};

use axum::extract::FromRef;
use tokio::sync::{Mutex, mpsc};
use tokio_util::sync::CancellationToken;

use super::{
    adviser::Adviser,
    desk::Desk,
    viewing::{MetricsFor, OrganiserKey, Viewing},
};
use crate::{
    base::metrics::Metrics,
    doors::limits::{Guard, Origin},
    engine::EngineSettings,
    exhibition::settings::Settings,
    journal::{Archive, Pulse, feed::Follower},
    lichess::Lobby,
};

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

/// What every request may need at a hall. Cloning gives another handle to the same.
#[derive(Debug, Clone)]
pub(super) struct Gallery(pub(super) Arc<Shared>);

/// What changes something, beside what shows it.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) viewing: Viewing,
    /// What organisers may ask about a position.
    pub(super) adviser: Adviser,
    pub(super) pulse: Pulse,
    /// Held while an exhibition is opened.
    pub(super) opening: Mutex<()>,
    pub(super) desk: mpsc::Sender<Desk>,
    pub(super) lobby: Lobby,
    pub(super) defaults: Settings,
}

impl Deref for Gallery {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

impl Deref for Shared {
    type Target = Viewing;

    fn deref(&self) -> &Viewing {
        &self.viewing
    }
}

impl FromRef<Gallery> for Viewing {
    fn from_ref(gallery: &Gallery) -> Viewing {
        gallery.viewing.clone()
    }
}
