//! What happens by itself in the course of an evening.

use serde_json::{Value, json};
use simultan::base::time::wall_clock;

use crate::common::{Player, Spectator, TestServer, eventually};

async fn open(server: &TestServer, settings: Value) {
    let opened = server.post("/api/exhibitions", &settings.to_string()).await;
    assert_eq!(opened.status, 201, "{opened:?}");
}

#[tokio::test]
async fn it_begins_when_it_is_time() {
    let server = TestServer::random(1).await;
    open(&server, json!({ "boards": 2, "starts_at": wall_clock() + 2500 })).await;
    let mut spectator = Spectator::watch(&server).await;
    let mut ada = Player::join(&server, "Ada").await;
    let mut ben = Player::join(&server, "Ben").await;
    assert_eq!(server.snapshot().await["status"], "open", "though every seat is taken");
    let told = spectator.until(|event| event["type"] == "announced").await;
    assert!(told["starts_at"].is_u64() && told["text"].is_null(), "{told}");
    spectator.until(|event| event["type"] == "started").await;
    ada.turn().await;
    ben.turn().await;
}

#[tokio::test]
async fn where_nobody_is_there_in_time_it_begins_with_the_first() {
    let server = TestServer::random(1).await;
    open(&server, json!({ "boards": 3, "starts_at": wall_clock() + 300 })).await;
    let starts_at = server.snapshot().await["starts_at"].as_u64().expect("a date");
    eventually("it is time", async || (wall_clock() > starts_at + 200).then_some(())).await;
    assert_eq!(server.snapshot().await["status"], "open");
    let mut ada = Player::join(&server, "Ada").await;
    ada.turn().await;
    assert_eq!(server.snapshot().await["status"], "running");
}

#[tokio::test]
async fn who_is_gone_for_too_long_and_has_to_move_has_lost() {
    // The least that can be settled is a minute: the walk's own tests have the clock that jumps.
    let server = TestServer::random(1).await;
    for (settings, field) in [
        (json!({ "absent_after": "1s" }), "absent_after"),
        (json!({ "closes_after": "1s" }), "closes_after"),
        (json!({ "starts_at": 1 }), "starts_at"),
        (json!({ "delay": "31m" }), "delay"),
        (json!({ "admission": "some" }), "admission"),
        (json!({ "code": "A!" }), "code"),
    ] {
        server.assert_bad_setting(&settings.to_string(), Some(field)).await;
    }
}
