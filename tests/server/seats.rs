//! Sitting down: names, boards, and how an exhibition starts.

use serde_json::json;

use crate::common::{Heard, Link, Player, Spectator, TestServer};

#[tokio::test]
async fn the_same_name_twice_gets_a_number() {
    let server = TestServer::random(5).await;
    let mut names = Vec::new();
    for name in ["Ada", "Ada", " Ada\t", "ada", "Jose\u{301}"] {
        names.push(Player::join(&server, name).await.name);
    }
    assert_eq!(names, ["Ada", "Ada 2", "Ada 3", "ada", "Jos\u{e9}"]);
}

#[tokio::test]
async fn a_seat_can_be_chosen_and_else_it_is_the_first_free_one() {
    let server = TestServer::random(4).await;
    let chosen = Player::join_with(&server, json!({ "name": "Two", "board": 2, "bot": true })).await;
    let mut boards = vec![chosen.board];
    for name in ["One", "Three"] {
        boards.push(Player::join(&server, name).await.board);
    }
    assert_eq!(boards, [2, 1, 3]);
    let (two, one, free) = (server.board(2).await, server.board(1).await, server.board(4).await);
    assert_eq!((&two["name"], &two["bot"], &two["color"]), (&json!("Two"), &json!(true), &json!("black")));
    assert_eq!(one["bot"], false);
    assert_eq!((&free["name"], &free["connected"], &free["status"]), (&json!(null), &json!(false), &json!("waiting")));
}

#[tokio::test]
async fn the_games_start_when_every_seat_is_taken() {
    let server = TestServer::scripted(2, "e2e4").await;
    let mut first = Player::join(&server, "First").await;
    assert_eq!((&*first.status, first.ply()), ("waiting", 0));
    assert_eq!(server.snapshot().await["status"], "open");
    let mut second = Player::join(&server, "Second").await;
    first.turn().await;
    second.turn().await;
    assert_eq!(server.snapshot().await["status"], "running");
}

#[tokio::test]
async fn the_organiser_starts_with_free_seats_and_they_stay_free() {
    let server = TestServer::scripted(3, "e2e4").await;
    let mut spectator = Spectator::watch(&server).await;
    let mut ada = Player::join(&server, "Ada").await;
    let mut ben = Player::join_with(&server, json!({ "name": "Ben", "board": 3 })).await;
    server.start_games().await;
    ada.turn().await;
    ben.turn().await;
    assert_eq!(server.snapshot().await["score"]["playing"], 2);

    let mut late = Link::connect(&server, "/ws/current/play").await;
    late.send(&json!({ "type": "join", "name": "Late" })).await;
    assert_eq!(late.message().await["code"], "closed");
    assert_eq!(late.end().await, Heard::Closed(1008));

    ada.say("resign").await;
    ben.say("resign").await;
    spectator.until(|event| event["type"] == "finished").await;
    assert_eq!(server.snapshot().await["score"], json!({ "wins": 2, "draws": 0, "losses": 0, "playing": 0 }));
    assert_eq!(server.board(2).await["status"], "waiting");
    assert!(spectator.events.values().all(|event| !event.contains(r#""board":2"#)), "nothing happened on board 2");
}

#[tokio::test]
async fn everybody_is_told_how_far_away_the_master_is() {
    // He stays at the first board and thinks.
    let server = TestServer::scripted(3, "").await;
    let mut players = Vec::new();
    for name in ["Here", "Next", "Last"] {
        players.push(Player::join(&server, name).await);
    }
    for (away, player) in players.iter_mut().enumerate() {
        player
            .until("the master's distance", |message| message["type"] == "queue" && message["boards_away"] == away)
            .await;
    }
}

#[tokio::test]
async fn a_seat_is_kept_for_who_has_its_token_whatever_happens_to_the_connection() {
    let server = TestServer::scripted(1, "e2e4 g1f3").await;
    let mut spectator = Spectator::watch(&server).await;
    let mut ada = Player::join(&server, "Ada").await;
    ada.turn().await;
    let token = ada.token.clone();
    drop(ada);
    let gone = spectator.until(|event| event["type"] == "disconnected").await;
    assert_eq!((&gone["board"], &gone["name"]), (&json!(1), &json!("Ada")));
    assert_eq!(server.board(1).await["connected"], false);

    let mut back = Player::resume(&server, &token).await;
    spectator.until(|event| event["type"] == "connected").await;
    assert_eq!((back.board, &*back.name, &back.moves), (1, "Ada", &vec!["e2e4".to_owned()]));
    assert!(back.legal_moves.is_some(), "what `resume` asked for");
    back.play("e7e5").await;
}

#[tokio::test]
async fn a_client_that_offers_no_subprotocol_is_served_all_the_same() {
    let server = TestServer::random(1).await;
    let (mut socket, answer) =
        tokio_tungstenite::connect_async(server.play_url()).await.expect("a handshake without a subprotocol");
    assert!(answer.headers().get("sec-websocket-protocol").is_none());
    socket.close(None).await.expect("a goodbye");
}
