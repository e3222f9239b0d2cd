//! Who comes after the start, where the exhibition still takes players.

use serde_json::json;
use tokio::process::Command;

use crate::common::{
    Link, Player, TestServer, eventually,
    server::{BINARY, database},
};

async fn refused(server: &TestServer, name: &str) -> String {
    let mut link = Link::connect(server, "/ws/current/play").await;
    link.send(&json!({ "type": "join", "name": name })).await;
    let answer = link.message().await;
    assert_eq!(answer["type"], "error", "{answer}");
    answer["code"].as_str().expect("a code").to_owned()
}

#[tokio::test]
async fn a_latecomer_sits_down_is_visited_and_survives_a_crash() {
    let mut server = TestServer::with(3, &["--engine", "random", "--seed", "7", "--late-rounds", "1000"]).await;
    let mut ada = Player::join(&server, "Ada").await;
    server.start_games().await;
    for _ in 0..3 {
        ada.turn().await;
        ada.play_anything().await;
    }
    let mut late = Player::join_with(&server, json!({ "name": "Late", "board": 3 })).await;
    assert_eq!((late.board, late.status.as_str()), (3, "playing"));
    late.turn().await;
    late.play_anything().await;
    late.turn().await;
    let snapshot = server.snapshot().await;
    assert_eq!((&snapshot["late_rounds"], &snapshot["score"]["playing"]), (&json!(1000), &json!(2)));
    let moves = late.moves.clone();
    server.kill().await;
    server.restart().await;
    let mut late = Player::resume(&server, &late.token).await;
    assert_eq!(late.moves, moves);
    late.play_anything().await;
    late.turn().await;
    let mut last = Player::join(&server, "Last").await;
    last.turn().await;
    assert_eq!(refused(&server, "Nobody").await, "full");
}

#[tokio::test]
async fn after_the_last_round_for_them_latecomers_are_told_that_it_is_closed() {
    let server = TestServer::with(3, &["--engine", "random", "--seed", "7", "--late-rounds", "1"]).await;
    let mut ada = Player::join(&server, "Ada").await;
    server.start_games().await;
    ada.turn().await;
    let _in_time = Player::join(&server, "In time").await;
    ada.play_anything().await;
    // With this visit the master has come back to a board not behind the last: the first round is complete.
    ada.turn().await;
    assert_eq!(refused(&server, "Late").await, "closed");
}

#[tokio::test]
async fn the_demonstration_begins_by_itself_and_keeps_the_free_seat() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = Command::new(BINARY);
    command.args(["demo", "--bind", "127.0.0.1:0", "--boards", "3", "--engine", "random", "--database"]);
    command.arg(database(&folder));
    let server = TestServer::of(command, folder).await;
    eventually("the games", async || {
        let snapshot = server.snapshot().await;
        (snapshot["status"] == "running" && snapshot["boards"][0]["ply"].as_u64() > Some(0)).then_some(())
    })
    .await;
    let mut guest = Player::join(&server, "Guest").await;
    guest.turn().await;
    guest.play_anything().await;
    guest.turn().await;
}
