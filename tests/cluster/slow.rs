//! A bad network between a hall and NATS: every piece comes late, and connections break.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
    time::sleep,
};

use crate::{
    common::{Player, TestServer},
    nats::Nats,
    showing::{all_told, assert_told, caught_up, node},
};

/// How late every piece comes.
const LATE: Duration = Duration::from_millis(40);
/// After so many bytes to NATS a connection breaks: a handshake and some messages.
const BREAKS_AFTER: usize = 20_000;

/// A way to NATS that is slow and breaks.
struct Line {
    address: SocketAddr,
    connections: Arc<AtomicUsize>,
    accepts: JoinHandle<()>,
}

impl Line {
    async fn to(target: SocketAddr) -> Line {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let connections = Arc::new(AtomicUsize::new(0));
        let count = connections.clone();
        let accepts = tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::Relaxed);
                tokio::spawn(async move {
                    let Ok(far) = TcpStream::connect(target).await else { return };
                    let ((near_in, near_out), (far_in, far_out)) = (near.into_split(), far.into_split());
                    // When one way breaks, both do.
                    tokio::select! {
                        () = pass(near_in, far_out, BREAKS_AFTER) => {}
                        () = pass(far_in, near_out, usize::MAX) => {}
                    }
                });
            }
        });
        Line { address, connections, accepts }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.accepts.abort();
    }
}

async fn pass(mut from: impl AsyncReadExt + Unpin, mut to: impl AsyncWriteExt + Unpin, most: usize) {
    let (mut passed, mut piece) = (0, [0; 1024]);
    while passed < most {
        match from.read(&mut piece).await {
            Ok(length) if length > 0 => {
                sleep(LATE).await;
                // What is cut off in the middle of a message never came.
                let length = length.min(most - passed);
                if to.write_all(&piece[..length]).await.is_err() {
                    return;
                }
                passed += length;
            }
            _ => return,
        }
    }
}

#[tokio::test]
async fn over_a_network_that_is_slow_and_breaks_all_comes_once() {
    let nats = Nats::one().await;
    let line = Line::to(nats.at(0)).await;
    let url = format!("nats://{}", line.address);
    let flags = ["--publish", &url, "--hall", "club7", "--engine", "random", "--seed", "7", "--think", "1ms"];
    let hall = TestServer::with(2, &flags).await;
    let (mut ada, mut ben) = (Player::join(&hall, "Ada").await, Player::join(&hall, "Ben").await);
    for _ in 0..25 {
        ada.play_anything().await;
        ben.play_anything().await;
    }
    // So that it has to begin anew while it publishes, again and again.
    let node = node(&nats).await;
    while line.connections.load(Ordering::Relaxed) < 3 {
        ada.play_anything().await;
        ben.play_anything().await;
        caught_up(&node, &hall, 1).await;
    }
    all_told(&nats, &hall, "club7").await;
    assert_told(&nats, &hall, "club7").await;
}
