//! What an idle connection costs, whatever the size of the exhibition. `cargo bench --bench memory` has the figures.

use crate::{
    common::{Link, Player, TestServer},
    usage::usage,
};

const CONNECTIONS: u64 = 300;
const BOARDS: u32 = 600;
/// In KiB, for a build without optimisation. The snapshot has five times as much.
const MOST_EACH: u64 = 40;

#[tokio::test]
async fn an_idle_connection_does_not_keep_what_was_sent_over_it() {
    let server = TestServer::with(BOARDS, &["--engine", "random"]).await;
    let snapshot = server.get("/api/exhibitions/current").await.body.len() as u64 / 1024;
    assert!(snapshot > 4 * MOST_EACH, "{snapshot} KiB");
    // The first ones make both threads and their memory grow to what they need for everybody.
    let mut spectators = Vec::new();
    let mut players = Vec::new();
    for number in 0..20 {
        spectators.push(watch(&server).await);
        players.push(Player::join(&server, &format!("First {number}")).await);
    }
    let before = usage(&server).memory;
    for _ in 0..CONNECTIONS {
        spectators.push(watch(&server).await);
    }
    let with_spectators = usage(&server).memory;
    for number in 0..CONNECTIONS {
        players.push(Player::join(&server, &format!("Player {number}")).await);
    }
    let with_players = usage(&server).memory;
    let each = |before: u64, after: u64| after.saturating_sub(before) / CONNECTIONS;
    let (spectator, player) = (each(before, with_spectators), each(with_spectators, with_players));
    assert!(spectator < MOST_EACH && player < MOST_EACH, "{spectator} KiB a spectator, {player} KiB a player");
}

async fn watch(server: &TestServer) -> Link {
    let mut link = Link::connect(server, "/ws/current/watch").await;
    assert_eq!(link.message().await["type"], "exhibition");
    link
}
