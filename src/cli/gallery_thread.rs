//! The gallery's thread, and its runtime.

use std::{io, net::TcpListener, thread, time::Duration};

use tokio::runtime::{self, Handle};
use tokio_util::sync::CancellationToken;

use crate::doors::{limits::Guard, listener::listen, served::Served};

/// The gallery, on its own thread.
pub(super) struct GalleryThread {
    pub(super) runtime: Handle,
    thread: thread::JoinHandle<io::Result<()>>,
}

impl GalleryThread {
    /// Waits for its end; says what went wrong.
    pub(super) fn join(self) -> Result<(), String> {
        match self.thread.join() {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(error.to_string()),
            Err(_) => Err("it panicked".to_owned()),
        }
    }
}

/// Serves `listener` on a thread of its own.
pub(super) fn spawn_gallery(
    listener: TcpListener,
    served: Served,
    guard: Guard,
    stop: CancellationToken,
) -> io::Result<GalleryThread> {
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    let handle = runtime.handle().clone();
    let thread = thread::Builder::new().name("gallery".to_owned()).spawn(move || {
        let outcome = runtime.block_on(listen(listener, served, guard, stop.clone()));
        // Nobody can come in any more: the games should not go on unseen.
        stop.cancel();
        // Spectators are told within this time; their tasks end with the runtime.
        runtime.block_on(async { tokio::time::sleep(FAREWELLS).await });
        outcome
    })?;
    Ok(GalleryThread { runtime: handle, thread })
}

/// How long spectators' sockets get to say goodbye.
const FAREWELLS: Duration = Duration::from_millis(300);
