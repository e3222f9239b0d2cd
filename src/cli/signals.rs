//! Ctrl-C and SIGTERM, and files that may not grow.

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// Ctrl-C and SIGTERM stop the program in order; the second one at once.
pub(super) fn stop_on_signal(stop: CancellationToken) -> std::io::Result<()> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::spawn(async move {
        for last in [false, true] {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            if last {
                std::process::exit(130);
            }
            stop.cancel();
        }
    });
    Ok(())
}

/// A file that may not grow any more is a write that fails, which the journal sees; without a handler for SIGXFSZ it would
/// be the process's end. Its number is 25 on Linux (but for MIPS), on the BSDs and on macOS.
pub(super) fn survive_full_files() -> std::io::Result<()> {
    // Once it is there a handler stays, whether anybody listens or not.
    signal(SignalKind::from_raw(25)).map(drop)
}
