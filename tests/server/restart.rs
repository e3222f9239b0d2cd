//! `kill -9`, SIGTERM, and what comes back after them. How often it may be killed is for `tests/durability`.

use serde_json::json;
use tokio::time::{Instant, sleep};

use crate::common::{Heard, Link, Player, Spectator, TestServer};

#[tokio::test]
async fn sigterm_tells_every_socket_and_ends_with_success() {
    let mut server = TestServer::scripted(2, "e2e4").await;
    let mut ada = Player::join(&server, "Ada").await;
    let mut spectator = Spectator::watch(&server).await;
    let mut nobody = Link::connect(&server, "/ws/current/play").await;
    server.start_games().await;
    ada.turn().await;
    let (status, player, watcher, stranger) =
        tokio::join!(server.terminate(), ada.closed(), spectator.end(), nobody.end());
    assert_eq!(status.code(), Some(0), "{}", server.log());
    assert_eq!([player, watcher, stranger], [Heard::Closed(1012), Heard::Closed(1012), Heard::Closed(1012)]);

    server.restart().await;
    let mut back = Player::resume(&server, &ada.token).await;
    assert_eq!((&back.moves, &*back.name), (&vec!["e2e4".to_owned()], "Ada"));
    back.play("e7e5").await;
}

#[tokio::test]
async fn an_exhibition_that_waits_for_players_goes_on_waiting_after_a_restart() {
    let mut server = TestServer::scripted(3, "e2e4").await;
    let first = Player::join(&server, "Ada").await;
    server.kill().await;
    server.restart().await;
    assert_eq!(server.snapshot().await["status"], "open");
    let mut ada = Player::resume(&server, &first.token).await;
    let mut second = Player::join(&server, "Ada").await;
    assert_eq!((ada.board, second.board, &*second.name), (1, 2, "Ada 2"));
    assert_ne!(ada.token, second.token);
    let mut third = Player::join(&server, "Cyd").await;
    for player in [&mut ada, &mut second, &mut third] {
        player.turn().await;
    }
}

#[tokio::test]
async fn what_spectators_saw_before_a_crash_is_told_in_the_same_words_after_it() {
    let mut server = TestServer::with(2, &["--engine", "random", "--seed", "3", "--clock", "10m+5s"]).await;
    let mut before = Spectator::watch(&server).await;
    let mut ada = Player::join(&server, "Ada").await;
    let mut ben = Player::join_with(&server, json!({ "name": "Ben", "bot": true })).await;
    for _ in 0..8 {
        ada.play_anything().await;
        ben.play_anything().await;
    }
    ada.turn().await;
    ada.say("offer_draw").await;
    ben.say("resign").await;
    ben.end().await;
    before.until_seq(server.snapshot().await["seq"].as_u64().expect("a number")).await;
    for _ in 0..2 {
        server.kill().await;
        // What was on its way counts too.
        while before.hear().await.is_ok() {}
        server.restart().await;
        let mut after = Spectator::since(&server, 0).await;
        let now = server.snapshot().await;
        after.until_seq(now["seq"].as_u64().expect("a number")).await;
        for (seq, event) in &before.events {
            assert_eq!(after.events.get(seq), Some(event), "event {seq} is what it was");
        }
        assert!(after.seq() >= before.seq(), "numbers go on");
        before = after;
        let mut back = Player::resume(&server, &ada.token).await;
        back.turn().await;
        before.until(|event| event["type"] == "connected").await;
        ada = back;
        if ada.status == "playing" {
            ada.play_anything().await;
        }
    }
    let (one, two) = (server.board(1).await, server.board(2).await);
    assert_eq!(one["moves"], json!(ada.moves));
    assert_eq!(
        (&two["result"], &two["termination"], &two["connected"]),
        (&json!("1-0"), &json!("resignation"), &json!(false))
    );
}

#[tokio::test]
async fn a_finished_exhibition_keeps_its_games_and_the_next_one_is_open() {
    let mut server = TestServer::scripted(1, "f2f3 g2g4").await;
    let mut ada = Player::join(&server, "Ada").await;
    ada.play("e7e5").await;
    ada.play("d8h4").await;
    ada.end().await;
    server.finished().await;
    let games = server.get("/api/exhibitions/1/games.pgn").await.body;
    let snapshot = server.get("/api/exhibitions/1").await.json();
    for _ in 0..2 {
        assert_eq!(server.terminate().await.code(), Some(0));
        server.restart().await;
        assert_eq!(server.get("/api/exhibitions/1/games.pgn").await.body, games);
        let kept = server.get("/api/exhibitions/1").await.json();
        for field in ["name", "status", "score", "created_at", "started_at", "finished_at"] {
            assert_eq!(kept[field], snapshot[field], "{field}");
        }
        assert_eq!(kept["boards"][0]["moves"], snapshot["boards"][0]["moves"]);
        let mut replay = Spectator::over(Link::connect(&server, "/ws/1/watch").await);
        assert_eq!(replay.next().await["status"], "finished");
    }
    let list = server.get("/api/exhibitions").await.json();
    let states: Vec<_> = list.as_array().expect("a list").iter().map(|item| (&item["id"], &item["status"])).collect();
    assert_eq!(states, [(&json!("2"), &json!("open")), (&json!("1"), &json!("finished"))], "one new, not one a start");
    assert_eq!(server.snapshot().await["id"], "2");
}

#[tokio::test]
async fn a_stopped_server_costs_nobody_time() {
    let mut server = TestServer::scripted_with(1, "e2e4 g1f3", &["--think", "10m", "--clock", "1h"]).await;
    let begun = Instant::now();
    let mut ada = Player::join(&server, "Ada").await;
    ada.turn().await;
    let full = ada.clock["black_ms"].as_u64().expect("milliseconds");
    server.kill().await;
    let mut up = begun.elapsed();
    sleep(std::time::Duration::from_millis(1500)).await;
    let begun = Instant::now();
    server.restart().await;
    let ada = Player::resume(&server, &ada.token).await;
    up += begun.elapsed();
    assert_eq!(ada.clock["running"], "black");
    let left = ada.clock["black_ms"].as_u64().expect("milliseconds");
    let charged = u128::from(full - left);
    assert!(charged <= up.as_millis() + 1, "{charged} ms were charged for {up:?}");
}

#[tokio::test]
async fn who_has_waited_longest_is_still_the_first_after_a_restart() {
    let mut server = TestServer::scripted_with(4, "e2e4", &["--think", "10m", "--walk", "ready-first"]).await;
    let mut players = Vec::new();
    for name in ["Ada", "Ben", "Cyd", "Dan"] {
        players.push(Player::join(&server, name).await);
    }
    for player in &mut players {
        player.turn().await;
    }
    // The master thinks for ever at board 1, and meanwhile the others reply from the last to the first.
    for index in [0, 3, 2, 1] {
        players[index].play("e7e5").await;
    }
    server.kill().await;
    server.restart().await;
    let mut spectator = Spectator::watch(&server).await;
    let mut order = Vec::new();
    for _ in 0..4 {
        let at = server.snapshot().await["master"]["board"].as_u64();
        let seen = order.last().copied();
        let board = match at.filter(|&at| Some(at) != seen) {
            Some(at) => at,
            None => {
                let visit = spectator.until(|event| event["type"] == "visit" && event["board"].as_u64() != seen).await;
                visit["board"].as_u64().expect("a board")
            }
        };
        order.push(board);
        let token = &players[usize::try_from(board).expect("a board") - 1].token;
        Player::resume(&server, token).await.say("resign").await;
    }
    assert_eq!(order, [1, 4, 3, 2]);
}
