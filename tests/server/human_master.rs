//! A human master's seat, over real sockets: the walk, excursions, take-backs, breaks, a second device, `kill -9`.

use serde_json::{Value, json};

use crate::common::{Heard, Link, Player, Spectator, TestServer, pgn};

/// A client of the master's that keeps what it is told.
pub(crate) struct Master {
    link: Link,
    snapshot: Value,
    /// The last `walk`.
    walk: Value,
}

impl Master {
    pub(crate) async fn sit_down(server: &TestServer, token: &str) -> Master {
        let mut link = Link::connect(server, "/ws/current/master").await;
        link.send(&json!({ "type": "master", "token": token })).await;
        let snapshot = link.message().await;
        assert_eq!(snapshot["type"], "exhibition", "{snapshot}");
        let mut master = Master { link, snapshot, walk: Value::Null };
        master.until("the walk", |told| told["type"] == "walk").await;
        master
    }

    pub(crate) async fn until(&mut self, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        loop {
            let told = self.link.message().await;
            if told["type"] == "walk" {
                self.walk = told.clone();
            }
            if wanted(&told) {
                return told;
            }
            assert_ne!(told["type"], "error", "while waiting for {what}: {told}");
        }
    }

    /// Waits until the master stands at `board`, and it is the master's turn there.
    pub(crate) async fn at(&mut self, board: u32) {
        let there = |walk: &Value| walk["board"] == board && !list(walk).is_empty();
        if !there(&self.walk) {
            self.until(&format!("board {board}"), |told| told["type"] == "walk" && there(told)).await;
        }
    }

    /// The walk, once it is as `wanted`.
    async fn walk(&mut self, what: &str, wanted: impl Fn(&Value) -> bool) {
        if !wanted(&self.walk) {
            self.until(what, |told| told["type"] == "walk" && wanted(told)).await;
        }
    }

    pub(crate) async fn say(&mut self, message: Value) {
        self.link.send(&message).await;
    }

    pub(crate) async fn play(&mut self, board: u32, ply: u32, uci: &str) -> Value {
        self.say(json!({ "type": "move", "board": board, "ply": ply, "uci": uci })).await;
        self.until("the receipt", |told| told["type"] == "moved" && told["board"] == board && told["ply"] == ply).await
    }

    async fn refusal(&mut self) -> (String, Value) {
        let told = self.until("a refusal", |told| told["type"] == "error").await;
        (told["code"].as_str().expect("a code").to_owned(), told["board"].clone())
    }
}

fn list(walk: &Value) -> &[Value] {
    walk["legal_moves"].as_array().map_or(&[], Vec::as_slice)
}

/// A server with a human master, whose secret it prints.
pub(crate) async fn hosted(boards: u32, flags: &[&str]) -> (TestServer, String) {
    let flags = [&["--engine", "random", "--master", "human", "--master-name", "Judit"], flags].concat();
    let server = TestServer::with(boards, &flags).await;
    let token = server.said().split("#master=").nth(1).expect("the master's link").split_whitespace().next();
    let token = token.expect("a token").to_owned();
    assert!(token.starts_with("sm_"), "{token}");
    (server, token)
}

#[tokio::test]
async fn the_walk_goes_on_by_itself_and_passes_nobody_over() {
    let (server, token) = hosted(3, &[]).await;
    let mut master = Master::sit_down(&server, &token).await;
    assert_eq!(master.snapshot["master"], json!({ "name": "Judit", "kind": "human", "color": "white", "board": null }));
    let mut players = Vec::new();
    for name in ["Ada", "Ben", "Cyd"] {
        players.push(Player::join(&server, name).await);
    }
    for (board, player) in (1u32..).zip(&mut players) {
        master.at(board).await;
        assert_eq!(list(&master.walk).len(), 20);
        assert_eq!(master.walk["next"], if board < 3 { json!(board + 1) } else { Value::Null });
        master.play(board, 1, "e2e4").await;
        player.turn().await;
    }
    master.walk("nobody waits", |walk| walk["waiting"] == 0).await;
    // The first to answer is met first, and then in turn.
    players[1].play("e7e5").await;
    master.at(2).await;
    players[2].play("e7e5").await;
    players[0].play("e7e5").await;
    master.walk("all wait", |walk| walk["waiting"] == 3 && walk["next"] == 3).await;
    for board in [2, 3, 1] {
        master.at(board).await;
        master.play(board, 3, "g1f3").await;
    }
}

#[tokio::test]
async fn a_master_with_black_comes_once_the_opponent_has_moved() {
    let (server, token) = hosted(2, &["--color", "black", "--start", "chess960"]).await;
    let mut master = Master::sit_down(&server, &token).await;
    let mut ada = Player::join(&server, "Ada").await;
    let mut ben = Player::join(&server, "Ben").await;
    ada.turn().await;
    ben.turn().await;
    master.walk("nobody waits", |walk| walk["waiting"] == 0 && walk["board"].is_null()).await;
    ben.play("e2e4").await;
    master.at(2).await;
    ada.play("d2d4").await;
    master.play(2, 2, "e7e5").await;
    master.at(1).await;
    // Taken back, it is Black's turn again.
    master.play(1, 2, "d7d5").await;
    ada.until("the master's move", |told| told["type"] == "moved" && told["ply"] == 2).await;
    master.say(json!({ "type": "retract", "board": 1 })).await;
    let back = ada.until("the move taken back", |told| told["type"] == "retracted").await;
    assert_eq!((&back["ply"], &back["turn"]), (&json!(2), &json!("black")));
    master.at(1).await;
    master.play(1, 2, "d7d6").await;
    ada.turn().await;
    assert_eq!(ada.moves, ["d2d4", "d7d6"]);
}

#[tokio::test]
async fn after_an_excursion_the_walk_goes_on_where_it_was() {
    let (server, token) = hosted(4, &[]).await;
    let mut master = Master::sit_down(&server, &token).await;
    let mut ada = Player::join(&server, "Ada").await;
    for name in ["Ben", "Cyd", "Dan"] {
        Player::join(&server, name).await.link.close().await;
    }
    master.at(1).await;
    ada.until("the master", |told| told["type"] == "visit").await;
    master.say(json!({ "type": "next" })).await;
    master.at(2).await;
    ada.until("the master's going", |told| told["type"] == "queue" && told["boards_away"] != 0).await;
    master.say(json!({ "type": "go", "board": 4 })).await;
    master.at(4).await;
    master.say(json!({ "type": "move", "board": 2, "ply": 1, "uci": "e2e4" })).await;
    assert_eq!(master.refusal().await, ("not_allowed".into(), json!(2)));
    master.play(4, 1, "d2d4").await;
    master.at(2).await;
    master.say(json!({ "type": "back" })).await;
    master.walk("back at board 4", |walk| walk["board"] == 4).await;
    assert!(list(&master.walk).is_empty(), "it is the opponent's turn there");
    for (board, wanted) in [(2, 2), (3, 3), (1, 1)] {
        if board == 2 {
            master.say(json!({ "type": "next" })).await;
        }
        master.at(board).await;
        master.play(wanted, 1, "e2e4").await;
    }
    master.say(json!({ "type": "go", "board": 9 })).await;
    assert_eq!(master.refusal().await, ("not_allowed".into(), json!(9)));
}

#[tokio::test]
async fn a_move_is_taken_back_until_the_next_one_elsewhere_and_everybody_sees_it() {
    let (mut server, token) = hosted(2, &["--clock", "10m+5s"]).await;
    let mut master = Master::sit_down(&server, &token).await;
    let mut spectator = Spectator::watch(&server).await;
    let mut ada = Player::join(&server, "Ada").await;
    let mut ben = Player::join(&server, "Ben").await;
    master.at(1).await;
    master.play(1, 1, "e2e4").await;
    ada.turn().await;
    master.walk("it may be taken back", |walk| walk["retract"] == json!({ "board": 1, "ply": 1 })).await;
    master.say(json!({ "type": "retract", "board": 1 })).await;
    let told = ada.link.message().await;
    assert_eq!(
        (&told["type"], &told["ply"], &told["turn"]),
        (&json!("retracted"), &json!(1), &json!("white")),
        "{told}"
    );
    assert_eq!(told["clock"]["running"], Value::Null, "before the first move no clock runs");
    master.at(1).await;
    assert_eq!(list(&master.walk).len(), 20);
    master.play(1, 1, "d2d4").await;
    master.at(2).await;
    master.play(2, 1, "c2c4").await;
    master.say(json!({ "type": "retract", "board": 1 })).await;
    assert_eq!(master.refusal().await, ("not_allowed".into(), json!(1)), "a move at another board since");
    ben.turn().await;
    ben.play("e7e5").await;
    master.say(json!({ "type": "retract", "board": 2 })).await;
    assert_eq!(master.refusal().await.0, "not_allowed", "the opponent has answered");

    let text = server.get("/api/exhibitions/current/games.pgn").await.body;
    assert!(text.contains("taken back: e4"), "{text}");
    assert_eq!(pgn::read(&text).len(), 2);
    let seq = server.snapshot().await["seq"].as_u64().expect("a number");
    spectator.until_seq(seq).await;
    let before = server.snapshot().await;
    server.kill().await;
    server.restart().await;
    let after = server.snapshot().await;
    for key in ["fen", "ply", "moves"] {
        assert_eq!(before["boards"][0][key], after["boards"][0][key]);
    }
    assert_eq!(after["boards"][0]["moves"], json!(["d2d4"]));
}

#[tokio::test]
async fn whoever_drops_is_on_a_break_and_comes_back_to_where_they_stood_also_after_a_crash() {
    let (mut server, token) = hosted(3, &["--clock", "10m+5s"]).await;
    let mut master = Master::sit_down(&server, &token).await;
    let mut players = Vec::new();
    for name in ["Ada", "Ben", "Cyd"] {
        players.push(Player::join(&server, name).await);
    }
    master.at(1).await;
    master.play(1, 1, "e2e4").await;
    master.at(2).await;
    master.link.close().await;
    players[0].until("a break", |told| told["type"] == "paused" && told["by"] == "connection").await;
    let stood = players[0].until("the clock", |told| told["type"] == "clock").await;
    assert_eq!(stood["clock"]["running"], Value::Null);
    assert_eq!(server.snapshot().await["paused"], "connection");

    server.kill().await;
    server.restart().await;
    assert_eq!(server.snapshot().await["paused"], "connection");
    let mut ada = Player::resume(&server, &players[0].token).await;
    let mut master = Master::sit_down(&server, &token).await;
    ada.until("the end of the break", |told| told["type"] == "continued").await;
    master.at(2).await;
    assert_eq!(master.walk["retract"], json!({ "board": 1, "ply": 1 }), "what could be taken back still can");
    master.say(json!({ "type": "pause" })).await;
    ada.until("a break", |told| told["type"] == "paused" && told["by"] == "master").await;
    master.say(json!({ "type": "move", "board": 2, "ply": 1, "uci": "e2e4" })).await;
    assert_eq!(master.refusal().await, ("not_allowed".into(), json!(2)));
    let mut spectator = Spectator::watch(&server).await;
    let receipt = ada.play("e7e5").await;
    let seen = spectator.until(|event| event["type"] == "moved").await;
    let told = master.until("the reply", |told| told["type"] == "moved").await;
    for told in [receipt, seen, told] {
        assert_eq!(told["clock"]["running"], Value::Null, "no clock runs in a break: {told}");
    }
    master.say(json!({ "type": "continue" })).await;
    ada.until("the end of the break", |told| told["type"] == "continued").await;
    master.play(2, 1, "e2e4").await;
}

#[tokio::test]
async fn the_newest_connection_speaks_for_the_master() {
    let (server, token) = hosted(1, &[]).await;
    let mut ada = Player::join(&server, "Ada").await;
    let mut first = Master::sit_down(&server, &token).await;
    first.at(1).await;
    let mut second = Master::sit_down(&server, &token).await;
    assert_eq!(first.link.end().await, Heard::Closed(4001));
    second.at(1).await;
    second.play(1, 1, "e2e4").await;
    ada.turn().await;
    assert_eq!(server.snapshot().await["paused"], Value::Null, "no break came of it");
}

#[tokio::test]
async fn draws_and_resignations_are_possible_at_every_board_and_the_evening_ends() {
    let (server, token) = hosted(4, &[]).await;
    let mut master = Master::sit_down(&server, &token).await;
    let mut players = Vec::new();
    for name in ["Ada", "Ben", "Cyd", "Dan"] {
        players.push(Player::join(&server, name).await);
    }
    master.at(1).await;
    players[2].say("offer_draw").await;
    master.until("the offer", |told| told["type"] == "draw_offered").await;
    master.say(json!({ "type": "accept_draw", "board": 3 })).await;
    assert_eq!(players[2].end().await.1, "agreement");
    master.say(json!({ "type": "resign", "board": 2 })).await;
    assert_eq!(players[1].end().await, ("0-1".into(), "resignation".into()));
    master.say(json!({ "type": "offer_draw", "board": 4 })).await;
    players[3].until("the offer", |told| told["type"] == "draw_offered" && told["by"] == "white").await;
    players[3].say("accept_draw").await;
    players[3].end().await;
    players[0].say("resign").await;
    master.until("the end", |told| told["type"] == "finished").await;
    let score = server.snapshot().await["score"].clone();
    assert_eq!(score, json!({ "wins": 1, "draws": 2, "losses": 1, "playing": 0 }));
    master.say(json!({ "type": "next" })).await;
    assert_eq!(master.refusal().await.0, "not_allowed");
}

#[tokio::test]
async fn who_stays_may_play_several_moves_at_a_board() {
    let (server, token) = hosted(2, &[]).await;
    let mut master = Master::sit_down(&server, &token).await;
    let mut ada = Player::join(&server, "Ada").await;
    let _ben = Player::join(&server, "Ben").await;
    master.at(1).await;
    master.say(json!({ "type": "stay", "on": true })).await;
    master.walk("stays", |walk| walk["stay"] == true).await;
    for (ply, uci, reply) in [(1, "e2e4", "e7e5"), (3, "g1f3", "b8c6")] {
        master.at(1).await;
        master.play(1, ply, uci).await;
        ada.turn().await;
        ada.play(reply).await;
    }
    master.at(1).await;
    master.say(json!({ "type": "next" })).await;
    master.at(2).await;
}

#[tokio::test]
async fn an_opponent_passes_while_the_master_stands_there_and_where_custom_allows_it() {
    let (mut server, token) = hosted(4, &["--passes", "2"]).await;
    let mut master = Master::sit_down(&server, &token).await;
    let mut spectator = Spectator::watch(&server).await;
    let mut ada = Player::join(&server, "Ada").await;
    let mut others = Vec::new();
    for name in ["Ben", "Cyd", "Dan"] {
        others.push(Player::join(&server, name).await);
    }
    master.at(1).await;
    ada.say("pass").await;
    assert_eq!(ada.refusal().await["code"], "not_allowed", "it is the master's turn");
    master.say(json!({ "type": "stay", "on": true })).await;
    master.play(1, 1, "e2e4").await;
    ada.turn().await;
    ada.say("pass").await;
    let passed = ada.until("the pass", |told| told["type"] == "passed").await;
    assert_eq!((&passed["left"], &passed["by"]), (&json!(1), &json!("opponent")));
    master.at(2).await;
    ada.say("pass").await;
    assert_eq!(ada.refusal().await["code"], "not_allowed", "the master is gone");
    // Comes back to her, and she has one left, also after a crash.
    master.say(json!({ "type": "stay", "on": false })).await;
    spectator.until_seq(server.snapshot().await["seq"].as_u64().expect("a number")).await;
    server.kill().await;
    server.restart().await;
    assert_eq!(server.snapshot().await["boards"][0]["passes_left"], 1);
    let mut master = Master::sit_down(&server, &token).await;
    let mut ada = Player::resume(&server, &ada.token).await;
    let mut dan = Player::resume(&server, &others[2].token).await;
    dan.say("resign").await;
    dan.until("the end", |told| told["type"] == "ended").await;
    master.say(json!({ "type": "go", "board": 1 })).await;
    ada.until("the master", |told| told["type"] == "visit").await;
    ada.say("pass").await;
    let refused = ada.refusal().await;
    assert!(refused["message"].as_str().expect("a sentence").contains("three boards"), "{refused}");
}

#[tokio::test]
async fn with_no_pass_left_the_master_comes_all_the_same_and_everybody_sees_for_how_long() {
    let (mut server, token) = hosted(4, &["--passes", "0", "--grace", "10m"]).await;
    let mut master = Master::sit_down(&server, &token).await;
    let mut ada = Player::join(&server, "Ada").await;
    let mut others = Vec::new();
    for name in ["Ben", "Cyd", "Dan"] {
        others.push(Player::join(&server, name).await);
    }
    for board in 1..=4 {
        master.at(board).await;
        master.play(board, 1, "e2e4").await;
    }
    others[1].turn().await;
    others[1].play("e7e5").await;
    ada.until("the grace", |told| told["type"] == "grace").await;
    master.walk("at board 1 without a turn", |walk| walk["board"] == 1 && walk["grace_ends_ms"].is_u64()).await;
    assert_eq!(server.snapshot().await["walk"]["grace_ends_ms"], master.walk["grace_ends_ms"]);
    // A crash takes nothing of it, nor does a new connection; and who has had enough goes on.
    let ends = master.walk["grace_ends_ms"].clone();
    server.kill().await;
    server.restart().await;
    let mut master = Master::sit_down(&server, &token).await;
    master.walk("still at board 1", |walk| walk["board"] == 1 && walk["grace_ends_ms"] == ends).await;
    let mut others = {
        let mut back = Vec::new();
        for player in &others {
            back.push(Player::resume(&server, &player.token).await);
        }
        back
    };
    let mut ada = Player::resume(&server, &ada.token).await;
    ada.until("the grace", |told| told["type"] == "grace").await;
    master.say(json!({ "type": "next" })).await;
    master.walk("at board 2", |walk| walk["board"] == 2 && walk["grace_ends_ms"].is_u64()).await;
    others[0].turn().await;
    others[0].play("c7c5").await;
    master.at(2).await;
    assert_eq!(master.walk["grace_ends_ms"], Value::Null, "the opponent has moved");
    master.play(2, 3, "g1f3").await;
    master.at(3).await;
}

#[tokio::test]
async fn a_new_link_voids_the_old_one_for_good() {
    let (mut server, token) = hosted(2, &[]).await;
    let _ada = Player::join(&server, "Ada").await;
    let _ben = Player::join(&server, "Ben").await;
    let mut lost = Master::sit_down(&server, &token).await;
    lost.at(1).await;
    let answer = server.post("/api/exhibitions/current/master", "").await;
    assert_eq!(answer.status, 200);
    let new = answer.json()["master_token"].as_str().expect("a token").to_owned();
    assert!(new.starts_with("sm_") && new != token);
    assert_eq!(lost.link.end().await, Heard::Closed(4001), "whoever sits there with the old one goes");
    server.kill().await;
    server.restart().await;
    let mut link = Link::connect(&server, "/ws/current/master").await;
    link.send(&json!({ "type": "master", "token": token })).await;
    assert_eq!(link.message().await["code"], "bad_token");
    let mut master = Master::sit_down(&server, &new).await;
    master.at(1).await;
    master.play(1, 1, "e2e4").await;
    // A program needs none.
    let id = server.post("/api/exhibitions", r#"{"master":{"kind":"engine"}}"#).await.json()["id"].clone();
    let path = format!("/api/exhibitions/{}/master", id.as_str().expect("an id"));
    server.post(&path, "").await.assert_error(409, "not_allowed");
    server.post("/api/exhibitions/99/master", "").await.assert_error(404, "no_such_exhibition");
}

#[tokio::test]
async fn where_moves_stand_nothing_is_taken_back() {
    let (server, token) = hosted(2, &["--retract", "false"]).await;
    let mut master = Master::sit_down(&server, &token).await;
    let _ada = Player::join(&server, "Ada").await;
    let _ben = Player::join(&server, "Ben").await;
    master.at(1).await;
    master.play(1, 1, "e2e4").await;
    master.at(2).await;
    assert_eq!(master.walk["retract"], Value::Null);
    master.say(json!({ "type": "retract", "board": 1 })).await;
    assert_eq!(master.refusal().await, ("not_allowed".into(), json!(1)));
    assert_eq!(server.snapshot().await["retract"], false);
}

#[tokio::test]
async fn the_masters_seat_is_nobody_elses() {
    let (server, token) = hosted(1, &[]).await;
    let ada = Player::join(&server, "Ada").await;
    for first in [
        json!({ "type": "master", "token": ada.token }),
        json!({ "type": "master", "token": "sm_AAAAAAAAAAAAAAAAAAAAAA" }),
        json!({ "type": "master", "token": "" }),
    ] {
        let mut link = Link::connect(&server, "/ws/current/master").await;
        link.send(&first).await;
        assert_eq!(link.message().await["code"], "bad_token");
        assert_eq!(link.end().await, Heard::Closed(1008));
    }
    for (first, code) in [
        (json!({ "type": "next" }), "not_joined"),
        (json!({ "type": "master" }), "bad_json"),
        (json!({ "type": "join", "name": "Ada" }), "unknown_type"),
    ] {
        let mut link = Link::connect(&server, "/ws/current/master").await;
        link.send(&first).await;
        assert_eq!(link.message().await["code"], code, "{first}");
        assert_eq!(link.end().await, Heard::Closed(1008));
    }
    let mut elsewhere = Link::connect(&server, "/ws/999/master").await;
    elsewhere.send(&json!({ "type": "master", "token": token })).await;
    assert_eq!(elsewhere.message().await["code"], "no_such_exhibition");
    let log = server.log();
    assert!(!log.contains(&token), "the secret is in the log");
    let engine = server.post("/api/exhibitions", r#"{"boards":1,"master":{"kind":"engine"}}"#).await;
    assert_eq!((engine.status, engine.json().get("master_token")), (201, None));
    let mut nobody = Link::connect(&server, "/ws/current/master").await;
    nobody.send(&json!({ "type": "master", "token": token })).await;
    assert_eq!(nobody.message().await["code"], "not_allowed");
    let human = server.post("/api/exhibitions", r#"{"boards":1,"master":{"kind":"human","name":"Judit"}}"#).await;
    let token = human.json()["master_token"].as_str().expect("a token").to_owned();
    Master::sit_down(&server, &token).await;
    let wrong = server.post("/api/exhibitions", r#"{"master":{"kind":"human","name":""}}"#).await;
    wrong.assert_error(400, "bad_settings");
}
