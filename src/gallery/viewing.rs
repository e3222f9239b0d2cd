//! What whoever only looks may need: at a hall, and at a node that shows one from elsewhere.

use std::{net::SocketAddr, ops::Deref, sync::Arc};

use clap::ValueEnum;
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

use super::{distant::Distant, forecast_cache::ForecastCache, hub::Hub, large_answers::LargeAnswers};
use crate::{
    base::{metrics::Metrics, secret::TokenHash},
    doors::limits::{Client, Guard, Lock, Origin, Reason},
    journal::Archive,
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

/// What whoever only looks may need. Cloning gives another handle to the same.
#[derive(Debug, Clone)]
pub(super) struct Viewing(pub(super) Arc<Looking>);

#[derive(Debug)]
pub(super) struct Looking {
    pub(super) hub: Hub,
    /// A node has one for all its halls: it has not more cores than a hall.
    pub(super) forecasts: Arc<ForecastCache>,
    pub(super) archive: Mutex<Archive>,
    pub(super) metrics: Metrics,
    pub(super) metrics_for: MetricsFor,
    pub(super) guard: Guard,
    pub(super) large_answers: Arc<LargeAnswers>,
    pub(super) address: SocketAddr,
    pub(super) public: Option<Origin>,
    pub(super) stop: CancellationToken,
    /// None at a node, where nobody may do anything.
    pub(super) organiser: Option<OrganiserKey>,
    /// At a node: the hall that is shown, which is elsewhere.
    pub(super) distant: Option<Distant>,
}

impl Deref for Viewing {
    type Target = Looking;

    fn deref(&self) -> &Looking {
        &self.0
    }
}
