//! Accepts connections and speaks HTTP/1.1 on them.

use std::{io, net::TcpListener as StdTcpListener, sync::Arc, time::Duration};

use axum::body::Body;
use hyper::{body::Incoming, server::conn::http1};
use hyper_util::rt::{TokioIo, TokioTimer};
use socket2::SockRef;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    time::{Instant, sleep, timeout},
};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;
use tracing::{debug, warn};

use super::{
    idle::{Answering, Idle, LONG},
    limits::{Client, Guard, Reason},
    problem::refusal,
    served::Served,
};

/// What the kernel may hold for a client that does not read, and of one that sends more than is read: without a limit,
/// megabytes for each.
const SEND_BUFFER: usize = 32 * 1024;
const RECEIVE_BUFFER: usize = 32 * 1024;
/// How long a client's kernel may take nothing of what is sent to it: after that its machine is gone, or nobody reads
/// there. For an answer over HTTP this is the only bound.
#[cfg(target_os = "linux")]
const DEAD: Duration = Duration::from_secs(20);
/// How long to leave the door closed when the system has no more file handles.
const FULL_PAUSE: Duration = Duration::from_millis(100);
/// How often that is told.
const TOLD_EVERY: Duration = Duration::from_secs(60);
/// How many of those who are turned away at the door get the time to hear why.
const HEARD_OUT: usize = 64;

/// Serves what there is on `listener` until the server stops. `guard` says who may come in; a request carries its
/// [`Client`] as an extension.
pub async fn listen(
    listener: StdTcpListener,
    served: Served,
    guard: Guard,
    stop: CancellationToken,
) -> std::io::Result<()> {
    // Accepted connections inherit these.
    SockRef::from(&listener).set_send_buffer_size(SEND_BUFFER)?;
    SockRef::from(&listener).set_recv_buffer_size(RECEIVE_BUFFER)?;
    #[cfg(target_os = "linux")]
    SockRef::from(&listener).set_tcp_user_timeout(Some(DEAD))?;
    listener.set_nonblocking(true)?;
    let listener = TcpListener::from_std(listener)?;
    let heard_out = Arc::new(Semaphore::new(HEARD_OUT));
    let mut told: Option<Instant> = None;
    loop {
        let accepted = tokio::select! {
            biased;
            () = stop.cancelled() => return Ok(()),
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => {
                // Moves are small and must not wait for company.
                let _ = stream.set_nodelay(true);
                let Ok(local) = stream.local_addr() else { continue };
                match guard.admit(peer.ip(), local.ip()) {
                    Ok(client) => {
                        tokio::spawn(serve(stream, client, served.clone()));
                    }
                    Err(reason) => turn_away(stream, reason, &heard_out),
                }
            }
            // Somebody who has gone while waiting.
            Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
            Err(error) => {
                if told.is_none_or(|at| at.elapsed() >= TOLD_EVERY) {
                    told = Some(Instant::now());
                    warn!(%error, "connections can't be accepted; those that are there go on, new ones wait");
                }
                sleep(FULL_PAUSE).await;
            }
        }
    }
}

async fn serve(stream: TcpStream, client: Client, served: Served) {
    let idle = Idle::new();
    let waits = idle.clone();
    let service = hyper::service::service_fn(move |request: hyper::Request<Incoming>| {
        let busy = idle.busy();
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(client.clone());
        request.extensions_mut().insert(idle.clone());
        let answer = served.now().oneshot(request);
        async move { answer.await.map(|answer| answer.map(|body| Body::new(Answering { body, _busy: busy }))) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(LONG)
        .max_headers(64)
        .max_buf_size(16 * 1024)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    let outcome = tokio::select! {
        biased;
        outcome = connection => outcome,
        () = waits.expired() => {
            debug!("a connection without a request was closed");
            return;
        }
    };
    if let Err(error) = outcome {
        debug!(%error, "a connection ended early");
    }
}

/// Answers without reading a request. Some get the time to hear it; under an attack the others may lose the answer.
fn turn_away(stream: TcpStream, reason: Reason, heard_out: &Arc<Semaphore>) {
    let answer = refusal(reason);
    let Ok(permit) = heard_out.clone().try_acquire_owned() else {
        let _ = stream.try_write(&answer);
        return;
    };
    tokio::spawn(async move {
        let mut stream = stream;
        let farewell = async {
            stream.write_all(&answer).await?;
            stream.shutdown().await?;
            // Closing with the request unread would take the answer back.
            let mut sink = [0; 4096];
            while stream.read(&mut sink).await? > 0 {}
            Ok::<(), io::Error>(())
        };
        let _ = timeout(Duration::from_secs(1), farewell).await;
        drop(permit);
    });
}
