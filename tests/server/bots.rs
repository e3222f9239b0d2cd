//! Bots: `simultan bot`, the server's own, and the demonstration.

use std::{fs::File, process::Stdio};

use serde_json::json;
use tokio::process::{Child, Command};

use crate::common::{DEADLINE, Player, Spectator, TestServer, pgn, server::BINARY, within};

/// `simultan bot` with its log beside the server's database.
fn bots(server: &TestServer, flags: &[&str]) -> Child {
    let log = File::create(server.database().with_file_name("bots.log")).expect("a log");
    let mut command = Command::new(BINARY);
    command.arg("bot").arg(server.play_url()).args(flags);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).kill_on_drop(true);
    command.spawn().expect("the binary runs")
}

fn bots_log(server: &TestServer) -> String {
    std::fs::read_to_string(server.database().with_file_name("bots.log")).expect("a log")
}

async fn assert_success(server: &TestServer, mut bots: Child) {
    let status = within("the bots' end", bots.wait()).await.expect("an exit status");
    assert!(status.success(), "{status}\n{}", bots_log(server));
}

/// Every game is over, legal, and ended as its last position says.
async fn assert_all_played(server: &TestServer, boards: usize) {
    server.finished().await;
    let snapshot = server.snapshot().await;
    let games = pgn::read(&server.get("/api/exhibitions/current/games.pgn").await.body);
    assert_eq!(games.len(), boards);
    for (game, board) in games.iter().zip(snapshot["boards"].as_array().expect("boards")) {
        assert_eq!(json!(game.moves), board["moves"]);
        assert_eq!((&json!(game.result), &board["status"]), (&board["result"], &json!("ended")));
        assert!(board["bot"].as_bool().expect("a flag") && game.tag("BlackType") == "program");
    }
    let score = &snapshot["score"];
    let counted = ["wins", "draws", "losses"].map(|side| score[side].as_u64().expect("a count")).iter().sum::<u64>();
    assert_eq!((counted, &score["playing"]), (boards as u64, &json!(0)));
}

#[tokio::test]
async fn as_many_bots_as_asked_sit_down_and_play_to_the_end() {
    let server = TestServer::random(6).await;
    let playing = bots(&server, &["--engine", "random", "--seed", "1", "--seats", "6", "--name", "Robo"]);
    assert_success(&server, playing).await;
    assert_all_played(&server, 6).await;
    let names: Vec<_> = server.snapshot().await["boards"]
        .as_array()
        .expect("boards")
        .iter()
        .map(|board| board["name"].clone())
        .collect();
    assert_eq!(names[0], "Robo");
    assert!(names.contains(&json!("Robo 6")), "{names:?}");
}

#[tokio::test]
async fn a_bot_comes_to_the_seat_that_its_token_opens_and_to_no_other() {
    let server = TestServer::random(1).await;
    let taken = server.request("POST", "/api/exhibitions/1/seats", &[], r#"{"name":"Robo","bot":true}"#).await;
    assert_eq!(taken.status, 201, "{}", taken.body);
    let token = taken.json()["token"].as_str().expect("a token").to_owned();
    let playing = bots(&server, &["--engine", "random", "--seed", "1", "--token", &token]);
    assert_success(&server, playing).await;
    assert_all_played(&server, 1).await;
    let mut stranger = bots(&server, &["--engine", "random", "--token", "sp_nobodys"]);
    let status = within("the bot's end", stranger.wait()).await.expect("an exit status");
    assert_eq!(status.code(), Some(1));
    assert!(bots_log(&server).contains("bad_token"), "{}", bots_log(&server));
}

#[tokio::test]
async fn bots_take_their_seats_back_when_the_server_has_been_killed() {
    let mut server = TestServer::random(3).await;
    let playing = bots(&server, &["--engine", "random", "--seed", "2", "--seats", "3", "--pace", "1ms..3ms"]);
    for moves in [5, 20] {
        let mut spectator = Spectator::watch(&server).await;
        for _ in 0..moves {
            spectator.until(|event| event["type"] == "moved").await;
        }
        server.kill().await;
        server.restart().await;
    }
    assert_success(&server, playing).await;
    assert_all_played(&server, 3).await;
    // A bot may have missed the middle life, but never its seat.
    assert!(bots_log(&server).matches("seated").count() >= 6, "each came back:\n{}", bots_log(&server));
}

#[tokio::test]
async fn the_house_engine_plays_on_both_sides() {
    let server = TestServer::with(2, &["--think", "1ms"]).await;
    let mut spectator = Spectator::watch(&server).await;
    let _playing = bots(&server, &["--think", "1ms", "--seats", "2"]);
    spectator.until(|event| event["type"] == "moved" && event["ply"] == 10).await;
    assert_eq!(server.snapshot().await["master"]["name"], "House master");
    let boards = server.snapshot().await["boards"].clone();
    assert!(boards.as_array().expect("boards").iter().all(|board| board["bot"] == true), "{boards}");
}

#[tokio::test]
async fn bots_that_find_no_seat_say_so_and_fail() {
    let server = TestServer::scripted(1, "e2e4").await;
    let mut ada = Player::join(&server, "Ada").await;
    ada.turn().await;
    let mut late = bots(&server, &["--engine", "random"]);
    let status = within("the bot's end", late.wait()).await.expect("an exit status");
    assert_eq!(status.code(), Some(1));
    assert!(bots_log(&server).contains("closed"), "{}", bots_log(&server));
}

#[tokio::test]
async fn house_bots_play_and_come_back_after_a_crash() {
    let flags = ["--engine", "random", "--seed", "4", "--house-bots", "3", "--bot-pace", "1ms..3ms"];
    let mut server = TestServer::with(4, &flags).await;
    let mut ada = Player::join(&server, "Ada").await;
    for _ in 0..3 {
        ada.play_anything().await;
    }
    server.kill().await;
    server.restart().await;
    let mut ada = Player::resume(&server, &ada.token).await;
    ada.play_anything().await;
    ada.say("resign").await;
    ada.end().await;
    server.finished().await;
    let snapshot = server.snapshot().await;
    for board in &snapshot["boards"].as_array().expect("boards")[..3] {
        assert_eq!((&board["bot"], &board["status"]), (&json!(true), &json!("ended")));
    }
}

#[tokio::test]
async fn house_bots_can_be_wished_for_with_a_new_exhibition() {
    let server = TestServer::with(1, &["--engine", "random", "--seed", "4", "--bot-pace", "0s"]).await;
    let opened = server.post("/api/exhibitions", r#"{"boards":2,"house_bots":2}"#).await;
    assert_eq!(opened.status, 201);
    assert_all_played(&server, 2).await;
    assert_eq!(server.get("/api/exhibitions/1").await.json()["status"], "open", "the other one waits on");
}

#[tokio::test]
async fn the_demonstration_has_one_free_seat_and_starts_with_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = folder.path().join("games.db");
    let mut command = Command::new(BINARY);
    command.args(["demo", "--bind", "127.0.0.1:0", "--boards", "3", "--think", "1ms", "--database"]).arg(&database);
    let server = TestServer::of(command, folder).await;
    let taken = async || {
        let boards = server.snapshot().await["boards"].clone();
        let free = boards.as_array().expect("boards").iter().filter(|board| board["name"].is_null()).count();
        (free == 1).then_some(())
    };
    crate::common::eventually("the bots", taken).await;
    let mut guest = Player::join(&server, "Guest").await;
    tokio::time::timeout(DEADLINE, guest.turn()).await.expect("the master comes");
    guest.play_anything().await;
}
