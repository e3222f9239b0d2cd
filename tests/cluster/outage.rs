//! NATS gone, late, full or slow: the games don't notice, and all is told once it is there.

use std::time::Duration;

use serde_json::Value;

use crate::{
    common::{Player, Spectator, TestServer, eventually},
    nats::Nats,
    showing::{all_told, assert_told, caught_up, hall, node, seq_at},
};

async fn figure(server: &TestServer, name: &str) -> u64 {
    let figures = server.get("/metrics").await.body;
    let line =
        figures.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_else(|| panic!("no {name}: {figures}"));
    line.trim().parse().expect("a number")
}

#[tokio::test]
async fn what_happens_while_nats_is_away_is_told_when_it_is_there() {
    let mut nats = Nats::one().await;
    nats.kill(0).await;
    let hall = hall(&nats, "club7", 1, &["--think", "1ms"]).await;
    let mut ada = Player::join(&hall, "Ada").await;
    for _ in 0..5 {
        ada.play_anything().await;
    }
    // A whole exhibition may come and go meanwhile.
    ada.turn().await;
    ada.say("resign").await;
    hall.finished().await;
    eventually("the count of what waits", async || (figure(&hall, "simultan_log_behind").await >= 5).then_some(()))
        .await;
    nats.start(0);
    let node = node(&nats).await;
    all_told(&nats, &hall, "club7").await;
    caught_up(&node, &hall, 1).await;
    assert_told(&nats, &hall, "club7").await;
    eventually("nothing that waits", async || (figure(&hall, "simultan_log_behind").await == 0).then_some(())).await;
    assert_eq!(hall.log().matches("publishes to the log").count(), 1, "{}", hall.log());
}

#[tokio::test]
async fn a_frozen_nats_holds_up_no_move_and_is_caught_up_with() {
    let nats = Nats::one().await;
    let hall = hall(&nats, "club7", 1, &["--think", "1ms"]).await;
    let mut ada = Player::join(&hall, "Ada").await;
    ada.turn().await;
    let node = node(&nats).await;
    caught_up(&node, &hall, 1).await;
    nats.freeze(0).await;
    for _ in 0..10 {
        ada.play_anything().await;
    }
    eventually("what waits", async || (figure(&hall, "simultan_log_behind").await > 0).then_some(())).await;
    nats.thaw(0).await;
    caught_up(&node, &hall, 1).await;
}

#[tokio::test]
async fn a_hall_without_a_stream_says_what_is_missing_and_goes_on_by_itself() {
    let nats = Nats::bare("").await;
    let hall = hall(&nats, "club7", 1, &[]).await;
    let node = node(&nats).await;
    for server in [&hall, &node] {
        eventually("a sentence", async || server.log().contains("simultan log init").then_some(())).await;
    }
    nats.init(&[]).await;
    caught_up(&node, &hall, 1).await;
    let _ada = Player::join(&hall, "Ada").await;
    eventually("the hall at the node", async || seq_at(&node, 1).await.filter(|&seq| seq > 0)).await;
}

#[tokio::test]
async fn a_log_without_room_is_told_all_once_it_has_some() {
    // The disk that JetStream may have is full after a few hundred events.
    let mut nats = Nats::bare("").await;
    nats.init(&["--megabytes", "1"]).await;
    let bots = ["--house-bots", "4", "--bot-pace", "50ms", "--think", "1ms", "--walk", "ready-first"];
    let hall = hall(&nats, "club7", 4, &bots).await;
    let client = nats.client().await;
    let context = async_nats::jetstream::new(client);
    let mut config = context.get_stream("SIMULTAN").await.expect("the stream").cached_info().config.clone();
    (config.discard, config.max_bytes) = (async_nats::jetstream::stream::DiscardPolicy::New, 8 * 1024);
    context.update_stream(&config).await.expect("a smaller stream");
    eventually("a refusal", async || hall.log().contains("does not take or give").then_some(())).await;
    let troubles = hall.log().matches("does not take or give").count();
    let before = seq_at(&hall, 1).await.expect("the hall's own");
    eventually("more moves", async || seq_at(&hall, 1).await.filter(|&seq| seq > before + 50)).await;
    assert_eq!(hall.log().matches("does not take or give").count(), troubles, "it is said once");
    config.max_bytes = 64 * 1024 * 1024;
    context.update_stream(&config).await.expect("a larger stream");
    let node = node(&nats).await;
    caught_up(&node, &hall, 1).await;
    nats.kill(0).await;
}

#[tokio::test]
async fn spectators_are_told_that_nothing_is_heard_and_when_it_is_heard_again() {
    let nats = Nats::one().await;
    let mut hall = hall(&nats, "club7", 1, &["--clock", "30m+1s"]).await;
    let mut ada = Player::join(&hall, "Ada").await;
    ada.turn().await;
    let node = node(&nats).await;
    caught_up(&node, &hall, 1).await;
    let mut spectator = Spectator::watch(&node).await;
    hall.kill().await;
    let lost = signal(&mut spectator).await;
    assert!(lost["lost_ms"].as_u64().is_some_and(|lost| lost >= 1000), "{lost}");
    // A clock whose hall is silent stands still.
    let at = async || node.get("/api/exhibitions/1").await.json()["at_ms"].as_u64().expect("a time");
    let before = at().await;
    tokio::time::sleep(Duration::from_millis(1500)).await;
    assert!(at().await <= before + 100, "its time does not pass");
    hall.restart().await;
    while !signal(&mut spectator).await["lost_ms"].is_null() {}
    let mut again = Player::resume(&hall, &ada.token).await;
    again.play_anything().await;
    let (own, shown) = (hall.get("/api/exhibitions/1").await.json(), at().await);
    let own = own["at_ms"].as_u64().expect("a time");
    assert!(own.abs_diff(shown) < 2000, "the node's clock is the hall's: {own}, {shown}");
}

/// The next word of whether the hall is heard.
async fn signal(spectator: &mut Spectator) -> Value {
    loop {
        let frame = spectator.answer().await;
        if frame["type"] == "signal" {
            return frame;
        }
    }
}
