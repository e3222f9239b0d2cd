//! What a spectator and a player cost in memory, idle: a real server's resident set before and after thousands of each.
//!
//! `cargo bench --bench memory` prints KiB a connection; `-- --quick` is a short form that shows that it works.

#![expect(clippy::print_stdout, reason = "a bench reports on stdout")]

#[path = "common/resident.rs"]
mod resident;
#[path = "common/server.rs"]
mod server;

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use tokio::{net::TcpStream, time::sleep};
use tokio_tungstenite::{
    WebSocketStream, client_async_with_config,
    tungstenite::{Message, protocol::WebSocketConfig},
};

use resident::resident_kib;
use server::Server;

type Socket = WebSocketStream<TcpStream>;

/// How many connect at the same time.
const AT_ONCE: usize = 50;
/// For allocations on both threads to settle.
const SETTLE: Duration = Duration::from_secs(1);

async fn connect(server: &Server, path: &str, first: Option<String>) -> Socket {
    let stream = TcpStream::connect(server.address).await.expect("a connection");
    let url = format!("ws://{}{path}", server.address);
    let config = WebSocketConfig::default().read_buffer_size(4096).max_message_size(None).max_frame_size(None);
    let (mut socket, _) = client_async_with_config(url, stream, Some(config)).await.expect("a WebSocket");
    if let Some(first) = first {
        socket.send(Message::text(first)).await.expect("room");
        socket.next().await.expect("a seat").expect("a seat");
    }
    // The snapshot, or the game.
    socket.next().await.expect("a message").expect("a message");
    socket
}

async fn measure(boards: usize, connections: usize, players: bool) {
    let server = Server::start(env!("CARGO_BIN_EXE_simultan").as_ref(), boards, &["--max-spectators", "9000"]);
    let first = |number: usize| players.then(|| format!(r#"{{"type":"join","name":"Player {number}"}}"#));
    let path = if players { "/ws/current/play" } else { "/ws/current/watch" };
    // What the first ones cost is the code's, not theirs.
    let warm = connect(&server, path, first(0)).await;
    sleep(SETTLE).await;
    let before = resident_kib(server.process.id());
    let mut held = vec![warm];
    while held.len() <= connections {
        let wave = (held.len()..=connections).take(AT_ONCE).map(|number| connect(&server, path, first(number)));
        held.extend(futures_util::future::join_all(wave).await);
    }
    sleep(SETTLE).await;
    let after = resident_kib(server.process.id());
    let who = if players { "players" } else { "spectators" };
    #[expect(clippy::cast_precision_loss, reason = "some thousands")]
    let each = (after - before) / connections as f64;
    println!("{boards:>6} boards, {connections:>5} {who:<10}: {each:>7.1} KiB each ({:.1} MiB in all)", after / 1024.0);
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let quick = std::env::args().any(|arg| arg == "--quick" || arg == "--test");
    let cases: &[(usize, usize, bool)] = if quick {
        &[(24, 100, false), (101, 100, true)]
    } else {
        &[(24, 2000, false), (3000, 2000, false), (3000, 2000, true), (10_000, 5000, false), (10_000, 5000, true)]
    };
    for &(boards, connections, players) in cases {
        measure(boards, connections, players).await;
    }
}
