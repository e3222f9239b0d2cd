//! Spectators who see everything later.

use serde_json::{Value, json};

use crate::common::{Link, ORGANISER, Player, Spectator, TestServer, eventually};

const LATER: &str = "20m";

/// An exhibition in which two play, and spectators see everything twenty minutes later.
async fn delayed() -> (TestServer, Player, Player) {
    let server = TestServer::with(2, &["--engine", "random", "--seed", "5", "--delay", LATER]).await;
    let mut ada = Player::join(&server, "Ada").await;
    let mut ben = Player::join(&server, "Ben").await;
    ada.turn().await;
    ben.turn().await;
    ada.play_anything().await;
    (server, ada, ben)
}

#[tokio::test]
async fn nobody_without_a_token_sees_the_present() {
    let (mut server, ada, ben) = delayed().await;
    for restarted in [false, true] {
        if restarted {
            server.kill().await;
            server.restart().await;
        }
        let public = server.snapshot().await;
        assert_eq!(
            (&public["status"], &public["boards"][0]["name"], &public["boards"][0]["ply"]),
            (&json!("open"), &Value::Null, &json!(0))
        );
        for path in [
            "/api/exhibitions",
            "/api/exhibitions/1",
            "/api/exhibitions/1/games.pgn",
            "/api/exhibitions/1/results",
            "/api/exhibitions/1/results.csv",
            "/api/exhibitions/1/boards/1",
            "/api/exhibitions/1/boards/1/game.pgn",
        ] {
            let body = server.get(path).await.body;
            assert!(
                !body.contains("Ada") && !body.contains(&ada.moves[0]) && !body.contains(r#""running""#),
                "{path}: {body}"
            );
        }
        assert_eq!(server.get("/api/exhibitions/1/forecast").await.status, 409);
        let mut spectator = Spectator::watch(&server).await;
        assert_eq!(spectator.picture["status"], "open");
        let live = server.order("GET", "", &Value::Null).await.json();
        assert_eq!(
            (&live["status"], &live["boards"][0]["name"]),
            (&json!("running"), &json!("Ada")),
            "the organiser does"
        );
        assert!(live["boards"][0]["ply"].as_u64() >= Some(2), "{live}");
        server
            .request("GET", "/api/exhibitions/1", &[("Authorization", "Bearer so_wrong")], "")
            .await
            .assert_error(401, "bad_token");
        spectator.send(&json!({ "type": "organiser", "token": "so_wrong" })).await;
        assert_eq!(spectator.answer().await["code"], "bad_token");
        spectator.send(&json!({ "type": "organiser", "token": ORGANISER })).await;
        let seen = spectator.answer().await;
        assert_eq!((&seen["type"], &seen["status"]), (&json!("exhibition"), &json!("running")));
        let player = Player::resume(&server, &ada.token).await;
        assert!(player.ply() >= 2, "players see their own board at once");
        let since = live["seq"].as_u64().expect("a number");
        let mut ahead = Link::connect(&server, &format!("/ws/current/watch?since={since}")).await;
        assert_eq!(ahead.message().await["status"], "open", "whoever claims to know more is shown no more");
        player.link.close().await;
    }
    drop(ben);
}

#[tokio::test]
async fn all_of_it_is_seen_in_the_end() {
    let server = TestServer::with(1, &["--engine", "random", "--seed", "5", "--delay", "1s"]).await;
    let mut spectator = Spectator::watch(&server).await;
    let mut ada = Player::join(&server, "Ada").await;
    for _ in 0..3 {
        ada.play_anything().await;
    }
    ada.turn().await;
    ada.say("resign").await;
    ada.end().await;
    let last = spectator.until(|event| event["type"] == "finished").await;
    assert_eq!(last["score"]["wins"], 1);
    let numbers: Vec<u64> = spectator.events.keys().copied().collect();
    assert_eq!(numbers, (1..=spectator.seq()).collect::<Vec<_>>(), "none is left out");
    assert_eq!(server.snapshot().await["status"], "finished");
}

#[tokio::test]
async fn a_delay_begins_and_ends_while_the_games_are_on() {
    let server = TestServer::with(1, &["--engine", "random", "--seed", "5"]).await;
    let mut ada = Player::join(&server, "Ada").await;
    ada.play_anything().await;
    ada.turn().await;
    let mut spectator = Spectator::watch(&server).await;
    assert_eq!(spectator.picture["boards"][0]["ply"], 3);
    server.ordered("PATCH", "", &json!({ "delay": "30m" })).await;
    ada.play_anything().await;
    ada.turn().await;
    assert_eq!(server.snapshot().await["boards"][0]["ply"], 3, "what was seen stays so");
    server.ordered("PATCH", "", &json!({ "delay": "0s" })).await;
    eventually("the present", async || (server.snapshot().await["boards"][0]["ply"] == 5).then_some(())).await;
    spectator.until(|frame| frame["boards"][0]["ply"] == 5).await;
}
