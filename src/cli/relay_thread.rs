//! The log's thread, and its runtime.

use std::{io, thread};

use tokio::runtime;
use tokio_util::sync::CancellationToken;

use crate::relay::Publisher;

/// Tells the log on a thread of its own until `stop`. What is not told by then is told after the next start.
pub(super) fn spawn_publisher(publisher: Publisher, stop: CancellationToken) -> io::Result<thread::JoinHandle<()>> {
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    thread::Builder::new().name("log".to_owned()).spawn(move || {
        runtime.block_on(publisher.run(stop));
        // A look-up of a server's name may still be under way.
        runtime.shutdown_background();
    })
}
