//! The webhooks' thread, and its runtime: what a receiver's name means is looked up by the system, which may take its time.

use std::{io, thread};

use tokio::runtime;
use tokio_util::sync::CancellationToken;

use crate::webhook::Couriers;

/// Sends webhooks on a thread of its own until `stop`. Nobody has to wait for its end: what it is at is done again.
pub(super) fn spawn_webhooks(couriers: Couriers, stop: CancellationToken) -> io::Result<thread::JoinHandle<()>> {
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    thread::Builder::new().name("webhooks".to_owned()).spawn(move || {
        runtime.block_on(couriers.run(stop));
        // A look-up may still be under way.
        runtime.shutdown_background();
    })
}
