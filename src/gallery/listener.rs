//! Accepts connections and speaks HTTP/1.1 on them.

use std::{net::TcpListener as StdTcpListener, time::Duration};

use axum::{Router, body::Body};
use hyper::{body::Incoming, server::conn::http1};
use hyper_util::rt::{TokioIo, TokioTimer};
use socket2::SockRef;
use tokio::{net::TcpListener, time::sleep};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;
use tracing::{debug, warn};

/// A request's head is due within this time; one byte a second would hold a connection for ever.
const HEAD_DEADLINE: Duration = Duration::from_secs(5);
/// What the kernel may hold for a client that does not read: without a limit, megabytes for each.
const SEND_BUFFER: usize = 32 * 1024;
/// How long to leave the door closed when the system has no more file handles.
const FULL_PAUSE: Duration = Duration::from_millis(100);

/// Serves `router` on `listener` until the server stops.
pub(super) async fn run(listener: StdTcpListener, router: Router, stop: CancellationToken) -> std::io::Result<()> {
    // Accepted connections inherit it.
    SockRef::from(&listener).set_send_buffer_size(SEND_BUFFER)?;
    listener.set_nonblocking(true)?;
    let listener = TcpListener::from_std(listener)?;
    loop {
        let accepted = tokio::select! {
            biased;
            () = stop.cancelled() => return Ok(()),
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, _)) => {
                // Moves are small and must not wait for company.
                let _ = stream.set_nodelay(true);
                tokio::spawn(serve(TokioIo::new(stream), router.clone()));
            }
            Err(error) => {
                warn!(%error, "a connection could not be accepted");
                sleep(FULL_PAUSE).await;
            }
        }
    }
}

async fn serve(io: TokioIo<tokio::net::TcpStream>, router: Router) {
    let service = hyper::service::service_fn(move |request: hyper::Request<Incoming>| {
        router.clone().oneshot(request.map(Body::new))
    });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_DEADLINE)
        .max_headers(64)
        .max_buf_size(16 * 1024)
        .serve_connection(io, service)
        .with_upgrades()
        .await;
    if let Err(error) = served {
        debug!(%error, "a connection ended early");
    }
}
