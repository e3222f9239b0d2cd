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

/// Puts a stream in place of the one that there is, whose messages are lost.
async fn begin_anew(nats: &Nats) {
    let context = async_nats::jetstream::new(nats.client().await);
    context.delete_stream("SIMULTAN").await.expect("the stream");
    nats.init(&[]).await;
}

#[tokio::test]
async fn a_log_that_is_lost_and_made_again_is_told_all_and_followed() {
    let nats = Nats::one().await;
    let hall = hall(&nats, "club7", 2, &["--think", "1ms"]).await;
    let (mut ada, mut ben) = (Player::join(&hall, "Ada").await, Player::join(&hall, "Ben").await);
    let node = node(&nats).await;
    for _ in 0..5 {
        ada.play_anything().await;
        ben.play_anything().await;
        caught_up(&node, &hall, 1).await;
    }
    begin_anew(&nats).await;
    ada.play_anything().await;
    caught_up(&node, &hall, 1).await;
    let halls = node.get("/api/halls").await.json();
    assert_eq!(halls[0]["signal"]["stopped"], Value::Null, "{halls}\n{}", node.log());
    all_told(&nats, &hall, "club7").await;
    assert_told(&nats, &hall, "club7").await;
}

#[tokio::test]
async fn what_the_log_has_lost_is_missing_in_that_exhibition_alone() {
    let nats = Nats::one().await;
    let hall = hall(&nats, "club7", 2, &["--think", "1ms"]).await;
    let (mut ada, mut ben) = (Player::join(&hall, "Ada").await, Player::join(&hall, "Ben").await);
    let mut node = node(&nats).await;
    ada.play_anything().await;
    caught_up(&node, &hall, 1).await;
    let known = seq_at(&node, 1).await.expect("the node's own");
    node.terminate().await;
    for _ in 0..4 {
        ben.play_anything().await;
        ada.play_anything().await;
        all_told(&nats, &hall, "club7").await;
    }
    let stream = async_nats::jetstream::new(nats.client().await).get_stream("SIMULTAN").await.expect("the stream");
    stream.purge().keep(1).await.expect("fewer messages");
    ada.play_anything().await;
    node.restart().await;
    eventually("word of it", async || node.log().contains("the log has lost what comes next").then_some(())).await;
    let opened = hall.post("/api/exhibitions", r#"{"boards":3}"#).await;
    assert_eq!(opened.status, 201, "{opened:?}");
    caught_up(&node, &hall, 2).await;
    assert!(seq_at(&node, 1).await.is_some_and(|seq| seq >= known), "it stays as it was");
}

#[tokio::test]
async fn a_strangers_pulse_and_absurd_times_move_no_clock() {
    let nats = Nats::one().await;
    let hall = hall(&nats, "club7", 1, &[]).await;
    let _ada = Player::join(&hall, "Ada").await;
    let node = node(&nats).await;
    caught_up(&node, &hall, 1).await;
    let own = nats.log_of("club7").await.last().expect("a message").opening.instance.clone();
    let client = nats.client().await;
    for instance in ["fake", &own] {
        for now_ms in [u64::MAX, u64::MAX / 2, 3_600_000 * 24 * 500] {
            let exhibitions = vec![simultan::relay::Beat { id: 1, now_ms, runs: true }];
            let pulse = simultan::relay::Pulse {
                instance: instance.to_owned(),
                epoch: 1,
                sequence: 1,
                address: None,
                exhibitions,
            };
            client.publish("sim.club7.pulse", pulse.written().into()).await.expect("a way to NATS");
        }
    }
    client.flush().await.expect("a way to NATS");
    let at =
        async |server: &TestServer| server.get("/api/exhibitions/1").await.json()["at_ms"].as_u64().expect("a time");
    eventually("the hall's own time", async || {
        let (own, shown) = (at(&hall).await, at(&node).await);
        (shown > 0 && own.abs_diff(shown) < 2000).then_some(())
    })
    .await;
}
