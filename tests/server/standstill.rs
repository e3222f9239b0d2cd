//! A server that did not run for a while: its process was stopped, as a debugger, a paused machine or a closed lid do it.

use std::time::Duration;

use tokio::time::sleep;

use crate::common::{Player, Spectator, TestServer, server::signal};

/// Longer than anybody's clock.
const STOP: Duration = Duration::from_secs(7);

#[tokio::test]
async fn a_server_that_stood_still_charges_nobody() {
    let flags = ["--engine", "random", "--seed", "7", "--clock", "5s+0s"];
    let server = TestServer::with(1, &flags).await;
    let mut spectator = Spectator::watch(&server).await;
    let mut player = Player::join(&server, "Ada").await;
    player.turn().await;
    // What runs here is the process that is stopped, and nothing else can say when it has stood still for long enough.
    signal(server.id(), "STOP").await;
    sleep(STOP).await;
    signal(server.id(), "CONT").await;
    let told = player.until("clocks that are set", |message| message["type"] == "clock").await;
    assert!(told["clock"]["black_ms"].as_u64() > Some(1_000), "{told}");
    player.play_anything().await;
    assert_eq!(player.status, "playing", "the flag has not fallen: {:?}", player.end);
    player.turn().await;
    assert!(server.log().contains("did not run for a while"), "{}", server.log());
    let seen = spectator.until(|event| event["type"] == "moved" && event["ply"] == 2).await;
    assert!(seen["at_ms"].as_u64() < Some(5_000), "the exhibition's own time stood still too: {seen}");
}
