//! `kill -9`, SIGTERM, and what comes back after them.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sqlx::Row;
use tokio::time::{Instant, sleep};

use crate::common::{Heard, Link, Player, Spectator, TestServer, pgn};

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

/// What a player knows of his own game: what he has sent, and what was received.
#[derive(Debug, Default)]
struct Ledger {
    sent: BTreeMap<u64, String>,
    received: BTreeMap<u64, String>,
}

impl Ledger {
    fn receipt(&mut self, message: &Value) {
        let (ply, uci) = (message["ply"].as_u64().expect("a ply"), message["uci"].as_str().expect("a move"));
        let earlier = self.received.insert(ply, uci.to_owned());
        assert!(earlier.is_none_or(|earlier| earlier == uci), "ply {ply} was {uci} and something else");
    }

    /// Every receipt holds, and what is stored without one was sent.
    fn assert_kept(&self, moves: &[String]) {
        for (ply, uci) in &self.received {
            let place = usize::try_from(*ply).expect("a ply") - 1;
            assert_eq!(moves.get(place), Some(uci), "the receipt of ply {ply} holds");
        }
        let last = self.received.keys().next_back().copied().unwrap_or(0);
        assert!(moves.len() as u64 <= last + 2, "one move of each side can be under way at most");
        for (ply, uci) in (1..).zip(moves).filter(|(ply, _)| ply % 2 == 0) {
            assert_eq!(self.sent.get(&ply), Some(uci), "ply {ply} was never sent like this");
        }
    }
}

/// Plays until the connection ends or the game is over.
async fn play_on(mut player: Player, ledger: &mut Ledger, budget: &std::cell::Cell<u32>, enough: &tokio::sync::Notify) {
    let mut sent = 0;
    loop {
        if player.to_move() && player.ply() >= sent {
            let (ply, uci) = (player.ply() + 1, player.some_legal_move());
            ledger.sent.insert(ply, uci.clone());
            player.send_move(ply, &uci).await;
            sent = ply;
        }
        let Some(message) = player.next_or_end().await else { return };
        if message["type"] == "moved" {
            ledger.receipt(&message);
            if message["ply"] == sent {
                budget.set(budget.get().saturating_sub(1));
                if budget.get() == 0 {
                    enough.notify_one();
                }
            }
        }
        assert_ne!(message["type"], "error", "{message}");
    }
}

/// After a crash: the receipts hold, and a move that got none is decided by sending it again.
async fn come_back(server: &TestServer, token: &str, ledger: &mut Ledger) -> Player {
    let mut player = Player::resume(server, token).await;
    ledger.assert_kept(&player.moves);
    // What the server has shown as the game is a promise like a receipt.
    ledger.received.extend((1..).zip(player.moves.iter().cloned()));
    let last = ledger.sent.last_key_value().map(|(&ply, uci)| (ply, uci.clone()));
    if let Some((ply, uci)) = last.filter(|(ply, _)| *ply + 2 > player.ply()) {
        player.turn_of(ply).await;
        player.send_move(ply, &uci).await;
        let answer = player.until("a receipt", |message| message["type"] == "moved" && message["ply"] == ply).await;
        ledger.receipt(&answer);
        // Anything else in its place is too late.
        let other = if uci == "a7a6" { "h7h6" } else { "a7a6" };
        player.send_move(ply, other).await;
        assert!(["stale_ply", "game_over"].contains(&player.refusal().await["code"].as_str().expect("a code")));
    }
    player
}

#[tokio::test]
async fn no_receipt_is_lost_however_often_the_server_is_killed() {
    const BOARDS: u32 = 4;
    let mut server = TestServer::with(BOARDS, &["--engine", "random", "--seed", "11"]).await;
    let mut ledgers: Vec<Ledger> = Vec::new();
    let mut players = Vec::new();
    for board in 0..BOARDS {
        players.push(Player::join(&server, &format!("Player {board}")).await);
        ledgers.push(Ledger::default());
    }
    let tokens: Vec<String> = players.iter().map(|player| player.token.clone()).collect();
    let mut seen: BTreeMap<u64, String> = BTreeMap::new();
    for moves in [3, 1, 7, 19, 2, 11] {
        let mut spectator = Spectator::since(&server, seen.last_key_value().map_or(0, |(&seq, _)| seq)).await;
        let (budget, enough) = (std::cell::Cell::new(moves), tokio::sync::Notify::new());
        let playing =
            players.drain(..).zip(&mut ledgers).map(|(player, ledger)| play_on(player, ledger, &budget, &enough));
        let killing = async {
            enough.notified().await;
            server.kill().await;
        };
        tokio::join!(futures_util::future::join_all(playing), killing, spectator.end());
        assert_eq!(spectator.snapshots, 0, "it is continued after every crash");
        for (seq, event) in spectator.events.clone() {
            assert_eq!(seen.insert(seq, event), None, "the number {seq} is used twice");
        }
        server.restart().await;
        for (token, ledger) in tokens.iter().zip(&mut ledgers) {
            players.push(come_back(&server, token, ledger).await);
        }
    }
    let mut spectator = Spectator::since(&server, 0).await;
    for player in &mut players {
        player.say("resign").await;
        player.end().await;
    }
    server.finished().await;
    spectator.until_seq(server.snapshot().await["seq"].as_u64().expect("a number")).await;
    for (seq, event) in &seen {
        assert_eq!(spectator.events.get(seq), Some(event), "event {seq} was told and is kept");
    }
    assert_books_agree(&mut server, &players).await;
}

/// The players' boards, the PGN and the rows in the database are the same games.
async fn assert_books_agree(server: &mut TestServer, players: &[Player]) {
    let games = pgn::read(&server.get("/api/exhibitions/current/games.pgn").await.body);
    for (player, game) in players.iter().zip(&games) {
        assert_eq!((&game.moves, &*game.result), (&player.moves, &*player.end.clone().expect("over").0));
    }
    assert_eq!(server.terminate().await.code(), Some(0));
    let mut database = server.sql().await;
    let check: String = sqlx::query_scalar("pragma integrity_check").fetch_one(&mut database).await.expect("an answer");
    assert_eq!(check, "ok");
    let numbers = "select count(*), min(seq), max(seq) from event";
    let row = sqlx::query(numbers).fetch_one(&mut database).await.expect("a row");
    let (count, first, last): (i64, i64, i64) = (row.get(0), row.get(1), row.get(2));
    assert_eq!((first, last), (1, count), "numbers without a gap");
    for player in players {
        let board = i64::try_from(player.board).expect("a board");
        let moves = "select ply, uci from event where kind = 'moved' and board = ? order by seq";
        let rows = sqlx::query(moves).bind(board).fetch_all(&mut database).await.expect("rows");
        let stored: Vec<(i64, String)> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
        let played: Vec<(i64, String)> = (1..).zip(player.moves.iter().cloned()).collect();
        assert_eq!(stored, played, "board {board}");
        let ends = "select count(*) from event where kind = 'ended' and board = ?";
        let ends: i64 = sqlx::query_scalar(ends).bind(board).fetch_one(&mut database).await.expect("a count");
        assert_eq!(ends, 1, "a game ends once");
    }
    let secrets = "select count(*) from seat where length(token_hash) = 32";
    let secrets: i64 = sqlx::query_scalar(secrets).fetch_one(&mut database).await.expect("a count");
    assert_eq!(secrets, i64::try_from(players.len()).expect("a few"));
    let bytes = std::fs::read(server.database()).expect("the database");
    for player in players {
        let token = player.token.as_bytes();
        assert!(!bytes.windows(token.len()).any(|window| window == token), "no secret is stored in the clear");
    }
}
