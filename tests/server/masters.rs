//! The master's walk over real sockets, and engines that fail.

use serde_json::{Value, json};
use tokio::process::Command;

use crate::common::{Player, Spectator, TestServer, eventually};

/// Seats `count` players who do nothing yet.
async fn seat(server: &TestServer, count: u64) -> Vec<Player> {
    let mut players = Vec::new();
    for board in 1..=count {
        players.push(Player::join(server, &format!("Player {board}")).await);
    }
    players
}

/// The boards of the events of one kind, in order.
fn boards_of(spectator: &Spectator, kind: &str) -> Vec<u64> {
    let events = spectator.events.values().map(|event| serde_json::from_str::<Value>(event).expect("JSON"));
    events.filter(|event| event["type"] == kind).map(|event| event["board"].as_u64().expect("a board")).collect()
}

#[tokio::test]
async fn in_the_first_round_every_board_is_visited_in_order_before_any_is_visited_twice() {
    let server = TestServer::random(8).await;
    let mut spectator = Spectator::watch(&server).await;
    let mut players = seat(&server, 8).await;
    for _ in 0..3 {
        for player in players.iter_mut().rev() {
            player.play_anything().await;
        }
    }
    spectator.until_seq(server.snapshot().await["seq"].as_u64().expect("a number")).await;
    let visits = boards_of(&spectator, "visit");
    assert_eq!(visits[..8], [1, 2, 3, 4, 5, 6, 7, 8]);
}

#[tokio::test]
async fn in_turn_goes_on_to_the_next_board_that_waits_and_comes_back_in_order() {
    // The engine takes its time, so that all replies are in before the first of them is looked at.
    let server = TestServer::scripted_with(4, "e2e4 d2d4 c2c4", &["--think", "10m", "--walk", "in-turn"]).await;
    let mut spectator = Spectator::watch(&server).await;
    let mut players = seat(&server, 4).await;
    for player in &mut players {
        player.turn().await;
    }
    // Board 3 answers first and is visited at once; then 2, which lies behind the master, and 4, which lies ahead.
    for board in [3, 2, 4] {
        let player = &mut players[board - 1];
        player.play("a7a6").await;
        spectator.until(|event| event["type"] == "moved" && event["board"] == board && event["ply"] == 3).await;
    }
    assert_eq!(boards_of(&spectator, "visit"), [1, 2, 3, 4, 3, 2, 4], "board 1 does not wait for him");
}

#[tokio::test]
async fn one_at_a_time_finishes_a_game_before_the_next() {
    let flags = ["--engine", "random", "--seed", "7", "--walk", "one-at-a-time"];
    let server = TestServer::with(3, &flags).await;
    let mut spectator = Spectator::watch(&server).await;
    let mut players = seat(&server, 3).await;
    for player in &mut players {
        for _ in 0..2 {
            player.play_anything().await;
        }
        player.turn().await;
        player.say("resign").await;
        player.end().await;
    }
    spectator.until(|event| event["type"] == "finished").await;
    let visits = boards_of(&spectator, "visit");
    assert!(visits.is_sorted(), "{visits:?}");
    assert_eq!(boards_of(&spectator, "ended"), [1, 2, 3]);
}

#[tokio::test]
async fn ready_first_serves_whoever_has_waited_longest() {
    let server = TestServer::scripted_with(3, "e2e4 d2d4", &["--think", "10m", "--walk", "ready-first"]).await;
    let mut spectator = Spectator::watch(&server).await;
    let mut players = seat(&server, 3).await;
    for player in &mut players {
        player.turn().await;
    }
    for board in [3, 1, 2] {
        players[board - 1].play("a7a6").await;
        players[board - 1].turn().await;
    }
    spectator.until(|event| event["board"] == 2 && event["ply"] == 3).await;
    assert_eq!(boards_of(&spectator, "visit")[3..], [3, 1, 2]);
}

#[tokio::test]
async fn the_random_master_draws_the_same_lots_for_the_same_seed() {
    let mut games = Vec::new();
    for seed in ["42", "42", "43"] {
        let server = TestServer::with(1, &["--engine", "random", "--seed", seed]).await;
        let mut ada = Player::join(&server, "Ada").await;
        for _ in 0..10 {
            ada.play_anything().await;
        }
        games.push(ada.moves[..20].to_vec());
    }
    assert_eq!(games[0], games[1]);
    assert_ne!(games[0], games[2]);
}

/// An engine fails in this way while it is asked for its second move: the exhibition goes on.
async fn assert_survives(fault: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    let state = folder.path().join("failed");
    let (fault, remembered) = (format!("Fault={fault}"), format!("State={}", state.display()));
    let flags = ["--think", "10ms", "--engine-option", &fault, "--engine-option", &remembered];
    let server = TestServer::scripted_with(1, "e2e4 g1f3 f1c4", &flags).await;
    let mut ada = Player::join(&server, "Ada").await;
    ada.play("e7e5").await;
    ada.turn().await;
    assert!(state.exists(), "the engine has failed meanwhile");
    ada.play("b8c6").await;
    ada.turn().await;
    assert_eq!(ada.moves, ["e2e4", "e7e5", "g1f3", "b8c6", "f1c4"]);
    let figures = server.get("/metrics").await.body;
    assert!(figures.contains("simultan_engine_restarts_total 1"), "{figures}");
    assert!(server.log().contains("started again"), "{}", server.log());
}

#[tokio::test]
async fn an_engine_that_crashes_is_started_again() {
    assert_survives("crash").await;
}

#[tokio::test]
async fn an_engine_that_hangs_is_killed_and_started_again() {
    assert_survives("hang").await;
}

#[tokio::test]
async fn an_engine_that_answers_an_illegal_move_is_asked_again() {
    assert_survives("illegal").await;
}

#[tokio::test]
async fn an_engine_that_answers_rubbish_is_asked_again() {
    assert_survives("rubbish").await;
}

#[tokio::test]
async fn a_server_that_stops_leaves_no_engine_behind() {
    let folder = tempfile::tempdir().expect("a folder");
    let state = folder.path().join("failed");
    let remembered = format!("State={}", state.display());
    let flags = ["--think", "10m", "--engine-option", "Fault=hang", "--engine-option", &remembered];
    let mut server = TestServer::scripted_with(1, "e2e4 g1f3", &flags).await;
    Player::join(&server, "Ada").await.play("e7e5").await;
    let number = async || std::fs::read_to_string(&state).ok()?.trim().parse::<u32>().ok();
    let engine = eventually("an engine that hears nothing", number).await;
    let alive = async || {
        let asked = Command::new("sh").args(["-c", &format!("kill -0 {engine} 2>/dev/null")]).status().await;
        asked.expect("a shell").success()
    };
    assert!(alive().await);
    assert_eq!(server.terminate().await.code(), Some(0));
    eventually("the engine's end", async || (!alive().await).then_some(())).await;
}

#[tokio::test]
async fn a_missing_engine_is_told_of_and_costs_no_game() {
    let server = TestServer::with(2, &["--engine", "/nowhere/stockfish"]).await;
    assert!(server.log().contains("/nowhere/stockfish was not found"), "{}", server.log());
    assert!(!server.log().contains("panicked"), "{}", server.log());
    let mut ada = Player::join(&server, "Ada").await;
    let mut ben = Player::join(&server, "Ben").await;
    for player in [&mut ada, &mut ben] {
        player.until("the start", |message| message["type"] == "started").await;
        player.send_move(1, "e2e4").await;
        assert_eq!(player.refusal().await["code"], "not_your_turn", "the server still answers");
    }
    ada.say("offer_draw").await;
    ada.until("the offer", |message| message["type"] == "draw_offered").await;
    ben.say("resign").await;
    assert_eq!(ben.end().await.1, "resignation", "what is decided without the master is decided");
    assert_eq!(server.board(1).await["status"], json!("playing"));
    assert_eq!(server.get("/healthz").await.status, 200);
}
