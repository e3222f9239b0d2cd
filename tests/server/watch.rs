//! Spectators: a picture that is always whole, and nothing that is not theirs.

use serde_json::json;

use crate::common::{Heard, Link, Player, Spectator, TestServer, timeless};

/// The picture made of the first snapshot and the events is the snapshot of the same number.
async fn assert_picture_is_snapshot(server: &TestServer, spectator: &mut Spectator) {
    let snapshot = server.snapshot().await;
    spectator.until_seq(snapshot["seq"].as_u64().expect("a number")).await;
    assert_eq!(timeless(&spectator.picture), timeless(&snapshot));
}

#[tokio::test]
async fn the_first_snapshot_and_the_events_make_every_later_snapshot() {
    let server = TestServer::with(4, &["--engine", "random", "--seed", "7", "--clock", "10m+5s"]).await;
    let mut spectator = Spectator::watch(&server).await;
    assert_eq!(timeless(&spectator.picture), timeless(&server.snapshot().await));
    let mut players = Vec::new();
    for name in ["Ada", "Ben", "Cyd"] {
        players.push(Player::join(&server, name).await);
        assert_picture_is_snapshot(&server, &mut spectator).await;
    }
    server.start_games().await;
    for _ in 0..6 {
        for player in &mut players {
            player.play_anything().await;
        }
        assert_picture_is_snapshot(&server, &mut spectator).await;
    }
    players[2].turn().await;
    players[2].say("offer_draw").await;
    spectator.until(|event| event["type"] == "draw_offered").await;
    assert_picture_is_snapshot(&server, &mut spectator).await;
    // Which the master takes up, or lets lapse with his move.
    players[2].play_anything().await;
    let token = players[1].token.clone();
    drop(players.remove(1));
    spectator.until(|event| event["type"] == "disconnected").await;
    players.insert(1, Player::resume(&server, &token).await);
    assert_picture_is_snapshot(&server, &mut spectator).await;
    for player in &mut players {
        player.say("resign").await;
    }
    spectator.until(|event| event["type"] == "finished").await;
    assert_picture_is_snapshot(&server, &mut spectator).await;
    assert_eq!(spectator.snapshots, 1, "one was enough");
}

#[tokio::test]
async fn a_receipt_is_never_ahead_of_what_is_shown() {
    let server = TestServer::random(1).await;
    let mut ada = Player::join(&server, "Ada").await;
    for _ in 0..10 {
        let receipt = ada.play_anything().await;
        let seen = server.board(1).await;
        assert!(seen["ply"].as_u64() >= receipt["ply"].as_u64(), "{receipt}, but {seen}");
    }
}

#[tokio::test]
async fn all_spectators_get_the_same_bytes_and_who_comes_back_gets_them_again() {
    let server = TestServer::random(1).await;
    let mut first = Spectator::watch(&server).await;
    let mut second = Spectator::watch(&server).await;
    let mut ada = Player::join(&server, "Ada").await;
    for _ in 0..5 {
        ada.play_anything().await;
    }
    ada.say("resign").await;
    first.until(|event| event["type"] == "finished").await;
    second.until(|event| event["type"] == "finished").await;
    assert_eq!(first.events, second.events);
    assert_eq!(first.events.keys().copied().collect::<Vec<_>>(), (1..=first.seq()).collect::<Vec<_>>());

    for since in [0, 1, first.seq() / 2, first.seq() - 1] {
        let mut back = Spectator::since(&server, since).await;
        back.until_seq(first.seq()).await;
        assert_eq!(back.snapshots, 0, "it can be continued after {since}");
        assert_eq!(back.events, first.events.clone().split_off(&(since + 1)));
    }
}

#[tokio::test]
async fn who_has_seen_everything_gets_nothing_twice() {
    let server = TestServer::random(2).await;
    let mut spectator = Spectator::watch(&server).await;
    drop(Player::join(&server, "Ada").await);
    spectator.until(|event| event["type"] == "disconnected").await;
    let mut back = Spectator::since(&server, spectator.seq()).await;
    let _ben = Player::join(&server, "Ben").await;
    let next = back.next().await;
    assert_eq!((&next["type"], &next["seq"]), (&json!("joined"), &json!(spectator.seq() + 1)));
}

#[tokio::test]
async fn where_it_cannot_be_continued_a_fresh_snapshot_comes() {
    // More events than are kept: some games of bots that do not stop to think.
    let bots = ["--engine", "random", "--seed", "7", "--house-bots", "12", "--bot-pace", "0s"];
    let server = TestServer::with(12, &bots).await;
    server.finished().await;
    server.deserted().await;
    let spectator = Spectator::watch(&server).await;
    let last = spectator.seq();
    assert!(last > 4096, "the games were too short for this test: {last} events");
    for since in ["0", "1", &(last + 1).to_string(), "nonsense", "-1", "", "99999999999999999999"] {
        let mut fresh = Spectator::over(Link::connect(&server, &format!("/ws/current/watch?since={since}")).await);
        fresh.next().await;
        assert_eq!((fresh.snapshots, fresh.seq()), (1, last), "since={since}");
        assert_eq!(timeless(&fresh.picture), timeless(&server.snapshot().await));
    }
    let mut recent = Spectator::since(&server, last - 4000).await;
    recent.until_seq(last).await;
    assert_eq!(recent.snapshots, 0, "the last events are kept");
}

#[tokio::test]
async fn a_spectator_who_does_not_read_slows_nobody_and_finds_the_way_back() {
    let bots = ["--engine", "random", "--seed", "8", "--house-bots", "7", "--bot-pace", "0s"];
    let server = TestServer::with(8, &bots).await;
    let mut lazy = Spectator::over(Link::narrow(&server, "/ws/current/watch").await);
    lazy.next().await;
    let mut busy = Spectator::watch(&server).await;
    let mut ada = Player::join(&server, "Ada").await;
    for _ in 0..20 {
        ada.play_anything().await;
        if ada.status == "ended" {
            break;
        }
    }
    ada.say("resign").await;
    server.finished().await;
    drop(ada);
    server.deserted().await;
    busy.until_seq(server.snapshot().await["seq"].as_u64().expect("a number")).await;
    // Whoever did not read for too long may be sent away, and comes back with his last number.
    while lazy.seq() < busy.seq() {
        match lazy.hear().await {
            Ok(_) => {}
            Err(Heard::Closed(1013) | Heard::Gone) => lazy = Spectator::since(&server, lazy.seq()).await,
            Err(end) => panic!("{end:?}"),
        }
    }
    assert_eq!(timeless(&busy.picture), timeless(&server.snapshot().await));
    for (seq, event) in &lazy.events {
        assert_eq!(busy.events.get(seq).unwrap_or(event), event, "event {seq} is the same for everybody");
    }
}

#[tokio::test]
async fn a_spectator_has_nothing_to_say_and_hears_no_secrets() {
    let server = TestServer::scripted(1, "e2e4").await;
    let mut spectator = Spectator::watch(&server).await;
    let mut ada = Player::join(&server, "Ada").await;
    ada.turn().await;
    spectator.until(|event| event["type"] == "moved").await;
    for (said, code) in [
        (json!({ "type": "join", "name": "Eve" }), "not_allowed"),
        (json!({ "type": "resume", "token": ada.token }), "not_allowed"),
        (json!({ "type": "resign" }), "not_allowed"),
        (json!({ "type": "castle" }), "unknown_type"),
        (json!([]), "bad_json"),
    ] {
        spectator.send(&said).await;
        let answer = spectator.answer().await;
        assert_eq!((&answer["type"], &answer["code"]), (&json!("error"), &json!(code)), "{said}");
    }
    ada.play("e7e5").await;
    spectator.until(|event| event["ply"] == 2).await;
    let shown = format!("{} {:?}", server.snapshot().await, spectator.events);
    assert!(!shown.contains(&ada.token) && !shown.contains("token"), "{shown}");
}
