//! The gallery's thread: follows the feed, and serves everybody who comes.

use std::{net::TcpListener, sync::Arc};

use tokio::sync::Mutex;

use super::{
    forecast_cache::ForecastCache,
    hub::Hub,
    large_answers::LargeAnswers,
    router::router,
    state::{Gallery, Premises, Shared},
};
use crate::{
    base::{catch_panic::catch_panic, loop_lag},
    doors::listener::listen,
};

/// Serves `listener` until the server stops. For a thread of its own, inside a runtime of its own.
pub async fn run(listener: TcpListener, premises: Premises) -> std::io::Result<()> {
    let Premises { feed, archive, pulse, metrics, guard, desk, organiser, defaults, stop } = premises;
    let gallery = Gallery(Arc::new(Shared {
        hub: Hub::new(feed),
        forecasts: ForecastCache::default(),
        archive: Mutex::new(archive),
        pulse,
        metrics: metrics.clone(),
        guard: guard.clone(),
        large_answers: LargeAnswers::default(),
        opening: Mutex::default(),
        desk,
        organiser,
        defaults,
        stop: stop.clone(),
    }));
    let follower = gallery.clone();
    tokio::spawn(async move {
        // What it was taking in is lost to the pages until the next start, and to nothing else: the rest goes on.
        while catch_panic("gallery", &follower.metrics, follower.hub.follow()).await.is_err() {}
    });
    tokio::spawn(loop_lag::watch(metrics.gallery_loop));
    listen(listener, router(gallery), guard, stop).await
}
