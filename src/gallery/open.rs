//! Opens the gallery when everything is there.

use std::sync::Arc;

use tokio::{runtime::Handle, sync::Mutex};

use super::{
    adviser::Adviser,
    hub::Hub,
    not_yet,
    router::router,
    state::{Gallery, Premises, Shared},
    viewing::{Looking, Viewing},
};
use crate::{
    base::{catch_panic::catch_panic, loop_lag},
    doors::{limits::Guard, served::Served},
};

/// A gallery that tells everybody "not yet", until it is opened.
#[must_use]
pub fn shut(guard: Guard) -> Served {
    Served::later(not_yet::router(guard))
}

/// From now on everything is shown: for when every exhibition is whole and its events are in the feed, so that nobody
/// sees a part. What the gallery does beside answering runs on `runtime`, its own.
pub fn open(served: &Served, premises: Premises, runtime: &Handle) {
    let Premises {
        follower,
        archive,
        pulse,
        metrics,
        metrics_for,
        guard,
        desk,
        lobby,
        organiser,
        adviser,
        defaults,
        address,
        public,
        stop,
    } = premises;
    let viewing = Viewing(Arc::new(Looking {
        hub: Hub::new(follower),
        forecasts: Arc::default(),
        archive: Mutex::new(archive),
        metrics: metrics.clone(),
        metrics_for,
        guard,
        large_answers: Arc::default(),
        address,
        public,
        stop,
        organiser: Some(organiser),
        distant: None,
    }));
    let adviser = Adviser::new(adviser);
    let gallery =
        Gallery(Arc::new(Shared { viewing, adviser, pulse, opening: Mutex::default(), desk, lobby, defaults }));
    let follows = gallery.clone();
    runtime.spawn(async move {
        // What it was taking in is lost to the pages until the next start, and to nothing else: the rest goes on.
        while catch_panic("gallery", &follows.metrics, follows.hub.follow()).await.is_err() {}
    });
    runtime.spawn(loop_lag::watch(metrics.gallery_loop));
    served.open(router(gallery));
}
