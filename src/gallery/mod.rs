//! The gallery: everybody who only looks. It has a thread and a loop of its own, and reads the feed and the archive.
//!
//! Listening is here too: pages, lists and the handshakes of all sockets are this thread's. A player's connection is
//! handed over to the games' thread once it is a WebSocket; nothing else of the gallery reaches there but the
//! organiser's two requests, through the [`Desk`].

mod api;
mod door;
mod forecasts;
mod hub;
mod lengthy;
mod listener;
mod oracle;
mod organiser;
mod pages;
mod upgrade;
mod watch;

use std::{net::TcpListener, sync::Arc};

pub use listener::listen;
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio_util::sync::CancellationToken;
pub use upgrade::upgrade;

use self::oracle::Oracle;
pub use self::{
    hub::Hub,
    lengthy::Lengthy,
    watch::{Gate, Ticket, watch},
};
use crate::{
    event::ExhibitionId,
    exhibition::SeatError,
    feed::Feed,
    guard::Guard,
    hall::{EntryError, NoSuchExhibition, Which},
    journal::{Archive, Pulse, StorageError},
    link::Upgraded,
    metrics::Metrics,
    rescue::rescued,
    secret::TokenHash,
    settings::Settings,
};

/// What the gallery asks of the games' thread.
#[derive(Debug)]
pub enum Desk {
    /// A player's connection, handshake done.
    Player {
        /// The connection.
        upgraded: Upgraded,
        /// Where he wants to play.
        which: Result<Which, NoSuchExhibition>,
    },
    /// Open another exhibition.
    Open {
        /// As the organiser wants it.
        settings: Settings,
        /// Its number, or why not.
        reply: oneshot::Sender<Result<ExhibitionId, StorageError>>,
    },
    /// Start one with the seats taken so far.
    Start {
        /// Which.
        which: Which,
        /// Which it was, or why not.
        reply: oneshot::Sender<Result<ExhibitionId, StartError>>,
    },
}

/// Why an exhibition does not start.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StartError {
    /// It can't be entered.
    #[error(transparent)]
    Entry(#[from] EntryError),
    /// It can't be started.
    #[error(transparent)]
    Seat(#[from] SeatError),
}

/// What opens the organiser's part.
#[derive(Debug, Clone, Copy)]
pub struct OrganiserKey {
    /// His token.
    pub token: TokenHash,
    /// Whether a person has made it up, who may have done so badly.
    pub made_up: bool,
}

/// What the gallery is given.
#[derive(Debug)]
pub struct Premises {
    /// What happens.
    pub feed: Feed,
    /// What has happened long ago.
    pub archive: Archive,
    /// How the journal is.
    pub pulse: Pulse,
    /// What is counted.
    pub metrics: Metrics,
    /// Who may come in, and how many.
    pub guard: Guard,
    /// The way to the games.
    pub desk: mpsc::Sender<Desk>,
    /// Who may open and start.
    pub organiser: OrganiserKey,
    /// What a new exhibition is like, where the organiser does not say.
    pub defaults: Settings,
    /// The server stops.
    pub stop: CancellationToken,
}

/// What every request may need. Cloning gives another handle to the same.
#[derive(Debug, Clone)]
struct Gallery(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    hub: Hub,
    oracle: Oracle,
    archive: Mutex<Archive>,
    pulse: Pulse,
    metrics: Metrics,
    guard: Guard,
    lengthy: Lengthy,
    /// Held while an exhibition is opened.
    opening: Mutex<()>,
    desk: mpsc::Sender<Desk>,
    organiser: OrganiserKey,
    defaults: Settings,
    stop: CancellationToken,
}

impl std::ops::Deref for Gallery {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

/// Serves `listener` until the server stops. For a thread of its own, inside a runtime of its own.
pub async fn run(listener: TcpListener, premises: Premises) -> std::io::Result<()> {
    let Premises { feed, archive, pulse, metrics, guard, desk, organiser, defaults, stop } = premises;
    let gallery = Gallery(Arc::new(Shared {
        hub: Hub::new(feed),
        oracle: Oracle::default(),
        archive: Mutex::new(archive),
        pulse,
        metrics: metrics.clone(),
        guard: guard.clone(),
        lengthy: Lengthy::default(),
        opening: Mutex::default(),
        desk,
        organiser,
        defaults,
        stop: stop.clone(),
    }));
    let follower = gallery.clone();
    tokio::spawn(async move {
        // What it was taking in is lost to the pages until the next start, and to nothing else: the rest goes on.
        while rescued("gallery", &follower.metrics, follower.hub.follow()).await.is_err() {}
    });
    tokio::spawn(crate::lag::watch(metrics.gallery_loop));
    listen(listener, api::router(gallery), guard, stop).await
}
