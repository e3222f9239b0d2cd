//! What the organiser wants of an exhibition that is open, and what everybody sees of it.

use serde_json::{Value, json};

use crate::common::{Heard, Player, Spectator, TestServer};

const NOTHING: Value = Value::Null;

#[tokio::test]
async fn a_break_of_an_engine_masters_stops_the_walk_and_all_clocks() {
    let flags = ["--engine", "random", "--seed", "1", "--clock", "30m+0s"];
    let mut server = TestServer::with(2, &flags).await;
    server.order("POST", "/pause", &NOTHING).await.assert_error(409, "not_allowed");
    let mut spectator = Spectator::watch(&server).await;
    let mut ada = Player::join(&server, "Ada").await;
    let mut ben = Player::join(&server, "Ben").await;
    ada.turn().await;
    ben.turn().await;
    let paused = server.ordered("POST", "/pause", &NOTHING).await;
    assert_eq!(paused["paused"], "organiser");
    ada.until("the break", |message| message["type"] == "paused" && message["by"] == "organiser").await;
    server.order("POST", "/pause", &NOTHING).await.assert_error(409, "not_allowed");
    // What the opponent decides in a break counts; the master comes after it.
    let moved = ada.play_anything().await;
    assert_eq!(moved["clock"]["running"], Value::Null, "all clocks stand still");
    server.kill().await;
    server.restart().await;
    let mut ada = Player::resume(&server, &ada.token).await;
    let ben = Player::resume(&server, &ben.token).await;
    ada.until("the break", |message| message["type"] == "paused").await;
    assert_eq!((ada.ply(), server.snapshot().await["paused"].as_str()), (2, Some("organiser")));
    let mut after = Spectator::since(&server, spectator.seq()).await;
    server.ordered("POST", "/continue", &NOTHING).await;
    ada.turn().await;
    assert_eq!(ada.ply(), 3, "the master has come");
    after.until(|event| event["type"] == "continued").await;
    server.order("POST", "/continue", &NOTHING).await.assert_error(409, "not_allowed");
    drop(ben);
    spectator.end().await;
}

#[tokio::test]
async fn everybody_is_told_what_the_organiser_announces() {
    let server = TestServer::random(2).await;
    let mut spectator = Spectator::watch(&server).await;
    let mut ada = Player::join(&server, "Ada").await;
    for text in [json!(""), json!(" "), json!("x".repeat(201)), json!("a\u{202e}b"), json!("two\nlines")] {
        server.order("POST", "/announce", &json!({ "text": text })).await.assert_error(400, "bad_settings");
    }
    server.order("POST", "/announce", &json!({ "text": 7 })).await.assert_error(400, "bad_settings");
    server.order("POST", "/announce", &json!({})).await.assert_error(400, "bad_settings");
    let told = server.ordered("POST", "/announce", &json!({ "text": " Tea is ready ☕ " })).await;
    assert_eq!(told["announcement"], "Tea is ready ☕");
    let heard = ada.until("the announcement", |message| message["type"] == "announced").await;
    assert_eq!((&heard["text"], &heard["last_round"]), (&json!("Tea is ready ☕"), &json!(false)));
    let event = spectator.until(|event| event["type"] == "announced").await;
    assert_eq!(event["text"], "Tea is ready ☕");
    let mut again = Player::resume(&server, &ada.token).await;
    again.until("it again", |message| message["text"] == "Tea is ready ☕").await;
}

#[tokio::test]
async fn in_the_last_round_the_master_comes_to_everybody_once_more() {
    let server = TestServer::with(3, &["--engine", "random", "--seed", "3", "--clock", "30m+0s"]).await;
    let mut players = Vec::new();
    for name in ["Ada", "Ben", "Cyd"] {
        players.push(Player::join(&server, name).await);
    }
    for player in &mut players {
        player.turn().await;
    }
    let mut spectator = Spectator::watch(&server).await;
    let told = server.ordered("POST", "/last-round", &NOTHING).await;
    assert_eq!(told["last_round"], true);
    server.order("POST", "/last-round", &NOTHING).await.assert_error(409, "not_allowed");
    for player in &mut players {
        player.until("the word", |message| message["type"] == "announced" && message["last_round"] == true).await;
        player.play_anything().await;
        player.turn().await;
        assert_eq!(player.ply(), 3, "once more");
    }
    spectator.until(|event| event["type"] == "closed").await;
    for player in &mut players {
        player.play_anything().await;
    }
    let snapshot = server.snapshot().await;
    let plies: Vec<_> =
        snapshot["boards"].as_array().expect("boards").iter().map(|board| board["ply"].clone()).collect();
    assert_eq!((plies, &snapshot["closed"]), (vec![json!(4); 3], &json!(true)), "and to nobody after it");
    assert_eq!(snapshot["boards"][0]["clock"]["running"], Value::Null);
    server.order("POST", "/pause", &NOTHING).await.assert_error(409, "not_allowed");

    let thought = server.order("GET", "/boards/1/suggestion", &NOTHING).await;
    let thought = thought.json();
    assert!(thought["best"].is_string() && (thought["score_cp"].is_i64() || thought["mate"].is_i64()), "{thought}");
    assert!(["1-0", "0-1", "1/2-1/2"].contains(&thought["result"].as_str().expect("a result")), "{thought}");
    for result in [json!("*"), json!("won"), NOTHING] {
        server
            .order("POST", "/boards/1/adjudicate", &json!({ "result": result }))
            .await
            .assert_error(400, "bad_settings");
    }
    for (board, result) in [(1, "1-0"), (2, "1/2-1/2"), (3, "0-1")] {
        server.ordered("POST", &format!("/boards/{board}/adjudicate"), &json!({ "result": result })).await;
    }
    assert_eq!(players[1].end().await, ("1/2-1/2".to_owned(), "adjudication".to_owned()));
    server.finished().await;
    assert_eq!(server.snapshot().await["score"], json!({ "wins": 1, "draws": 1, "losses": 1, "playing": 0 }));
    server.order("POST", "/boards/1/adjudicate", &json!({ "result": "0-1" })).await.assert_error(409, "closed");
}

#[tokio::test]
async fn who_sits_down_can_be_moved_renamed_and_removed() {
    let mut server = TestServer::random(3).await;
    let mut spectator = Spectator::watch(&server).await;
    let mut ada = Player::join(&server, "Adda").await;
    let mut ben = Player::join(&server, "Ben").await;
    server.ordered("PATCH", "/seats/1", &json!({ "name": "Ada" })).await;
    ada.until("the name", |message| message["type"] == "renamed").await;
    assert_eq!(ada.name, "Ada");
    let same = server.ordered("PATCH", "/seats/2", &json!({ "name": "Ada" })).await;
    assert_eq!(same["boards"][1]["name"], "Ada 2", "names are distinct");
    for (body, code) in [
        (json!({ "name": "" }), "bad_name"),
        (json!({ "name": "x".repeat(40) }), "bad_name"),
        (json!({}), "bad_settings"),
        (json!({ "name": "A", "to": 3 }), "bad_settings"),
        (json!({ "color": "green" }), "bad_settings"),
        (json!({ "clock": "soon" }), "bad_settings"),
        (json!({ "start": "nowhere" }), "bad_settings"),
        (json!({ "wing": 1 }), "bad_settings"),
    ] {
        server.order("PATCH", "/seats/1", &body).await.assert_error(400, code);
    }
    server.order("PATCH", "/seats/3", &json!({ "name": "Cyd" })).await.assert_error(409, "not_allowed");
    server.order("PATCH", "/seats/9", &json!({ "name": "Cyd" })).await.assert_error(404, "no_such_board");
    server.order("PATCH", "/seats/1", &json!({ "to": 2 })).await.assert_error(409, "not_allowed");

    server.ordered("PATCH", "/seats/1", &json!({ "to": 3 })).await;
    let told = ada.until("the new seat", |message| message["type"] == "reseated").await;
    assert_eq!((&told["board"], &told["to"]), (&json!(1), &json!(3)));
    assert!(matches!(ada.closed().await, Heard::Closed(1012)));
    let mut ada = Player::resume(&server, &ada.token).await;
    assert_eq!((ada.board, &ada.name[..]), (3, "Ada"));

    // Another game at one board: whoever sits there comes anew.
    server.ordered("PATCH", "/seats/3", &json!({ "color": "white", "clock": "45m+0s" })).await;
    assert!(matches!(ada.closed().await, Heard::Closed(1012)));
    let mut ada = Player::resume(&server, &ada.token).await;
    assert_eq!((ada.color.is_white(), &ada.clock["black_ms"]), (true, &json!(45 * 60_000)));

    server.ordered("DELETE", "/seats/2", &NOTHING).await;
    assert_eq!(ben.refusal().await["code"], "not_allowed");
    assert!(matches!(ben.closed().await, Heard::Closed(1008)));
    let seen = spectator.until(|event| event["type"] == "left").await;
    assert_eq!((&seen["board"], &seen["name"]), (&json!(2), &json!("Ada 2")));
    server.kill().await;
    server.restart().await;
    let boards = server.snapshot().await["boards"].clone();
    assert_eq!(
        (&boards[0]["state"], &boards[1]["state"], &boards[2]["name"]),
        (&json!("free"), &json!("free"), &json!("Ada"))
    );
    let mut back = Player::resume(&server, &ada.token).await;
    let _dan = Player::join(&server, "Dan").await;
    server.start_games().await;
    server.order("PATCH", "/seats/3", &json!({ "to": 2 })).await.assert_error(409, "not_allowed");
    server.order("PATCH", "/seats/3", &json!({ "color": "black" })).await.assert_error(409, "not_allowed");
    back.turn().await;
    let ended = server.ordered("DELETE", "/seats/3", &json!({ "result": "0-1" })).await;
    assert_eq!(
        (&ended["boards"][2]["result"], &ended["boards"][2]["termination"]),
        (&json!("0-1"), &json!("abandonment"))
    );
    let ended = server.ordered("DELETE", "/seats/1", &NOTHING).await;
    assert_eq!((&ended["boards"][0]["result"], &ended["boards"][0]["termination"]), (&json!("*"), &json!("aborted")));
    server.finished().await;
    ada.closed().await;
}

#[tokio::test]
async fn settings_change_before_the_start_and_some_of_them_later() {
    let mut server = TestServer::random(4).await;
    let mut ada = Player::join_with(&server, json!({ "name": "Ada", "board": 3 })).await;
    let mut spectator = Spectator::watch(&server).await;
    server.order("PATCH", "", &json!({ "boards": 2 })).await.assert_error(409, "not_allowed");
    server.order("PATCH", "", &json!({ "boards": 0 })).await.assert_error(400, "bad_settings");
    server
        .order("PATCH", "", &json!({ "master": { "kind": "human", "name": "Eve" } }))
        .await
        .assert_error(400, "bad_settings");
    server.order("PATCH", "", &json!([])).await.assert_error(400, "bad_json");
    let wanted = json!({ "name": "Friday", "text": "Bring a pen", "boards": 6, "clock": "10m+5s", "color": "black", "passes": 2, "late_rounds": 1 });
    let changed = server.ordered("PATCH", "", &wanted).await;
    assert_eq!(
        (&changed["name"], &changed["text"], &changed["clock"]["initial_ms"]),
        (&json!("Friday"), &json!("Bring a pen"), &json!(600_000))
    );
    assert_eq!((changed["boards"].as_array().map(Vec::len), &changed["boards"][2]["name"]), (Some(6), &json!("Ada")));
    let fresh = spectator.until(|frame| frame["name"] == "Friday").await;
    assert_eq!(fresh["type"], "exhibition", "spectators get a fresh snapshot");
    // The game at their board is another one: they come anew, and find it.
    assert!(matches!(ada.closed().await, Heard::Closed(1012)));
    server.kill().await;
    server.restart().await;
    let mut ada = Player::resume(&server, &ada.token).await;
    assert_eq!((ada.color.is_white(), &ada.clock["white_ms"]), (true, &json!(600_000)));
    assert_eq!(server.snapshot().await["boards"].as_array().map(Vec::len), Some(6));
    assert_eq!(server.get("/api/exhibitions").await.json()[0]["name"], "Friday");

    server.start_games().await;
    let refused = server.order("PATCH", "", &json!({ "boards": 7 })).await;
    refused.assert_error(409, "not_allowed");
    assert_eq!(refused.json()["error"]["field"], "boards");
    let later = server
        .ordered(
            "PATCH",
            "",
            &json!({ "name": "Saturday", "passes": 1, "grace": "3s", "late_rounds": 5, "code": "ABCD", "chat": false }),
        )
        .await;
    assert_eq!((&later["name"], &later["passes"], &later["grace_ms"]), (&json!("Saturday"), &json!(1), &json!(3000)));
    assert_eq!((&changed["chat"], &later["chat"]), (&json!(true), &json!(false)));
    ada.play_anything().await;
    let pgn = server.get("/api/exhibitions/current/games.pgn").await.body;
    assert!(pgn.contains(r#"[Event "Saturday"]"#), "{pgn}");
    server.kill().await;
    server.restart().await;
    assert_eq!(server.snapshot().await["name"], "Saturday");
    let words = server.order("GET", "/settings", &NOTHING).await.json();
    assert_eq!((&words["code"], &words["passes"], &words["late_rounds"]), (&json!("ABCD"), &json!(1), &json!(5)));
    assert_eq!(words["chat"], false);
}

#[tokio::test]
async fn free_seats_are_filled_with_house_bots_of_a_strength() {
    let flags = ["--engine", "house", "--think", "1ms", "--bot-pace", "0s"];
    let mut server = TestServer::with(4, &flags).await;
    let _ada = Player::join(&server, "Ada").await;
    server.order("POST", "/fill", &json!({ "bots": 0 })).await.assert_error(400, "bad_settings");
    server.order("POST", "/fill", &json!({ "bots": 2, "level": 21 })).await.assert_error(400, "bad_settings");
    let filled = server.ordered("POST", "/fill", &json!({ "bots": 2, "level": 3 })).await;
    assert_eq!(filled["boards"].as_array().expect("boards").iter().filter(|board| board["bot"] == true).count(), 2);
    assert_eq!((&server.seat(2).await["house"], &server.seat(1).await["house"]), (&json!(true), &json!(false)));
    server.order("POST", "/fill", &json!({ "bots": 2, "level": 3 })).await.assert_error(409, "closed");
    server.kill().await;
    server.restart().await;
    let mut ada = Player::resume(&server, &_ada.token).await;
    ada.turn().await;
    crate::common::eventually("the bots move", async || {
        let boards = server.snapshot().await["boards"].clone();
        (1..4).all(|board| boards[board]["ply"].as_u64() > Some(1)).then_some(())
    })
    .await;
}

#[tokio::test]
async fn what_is_cancelled_is_over() {
    let mut server = TestServer::random(2).await;
    let mut ada = Player::join(&server, "Ada").await;
    server.ordered("POST", "/cancel", &NOTHING).await;
    assert_eq!(ada.refusal().await["code"], "closed");
    assert!(matches!(ada.closed().await, Heard::Closed(1008)));
    let over = server.snapshot().await;
    assert_eq!((&over["status"], &over["started_at"]), (&json!("finished"), &NOTHING));
    server.order("POST", "/cancel", &NOTHING).await.assert_error(409, "closed");
    server.kill().await;
    server.restart().await;
    assert_eq!(server.get("/api/exhibitions/1").await.json()["status"], "finished");

    let mut ada = Player::join(&server, "Ada").await;
    let mut ben = Player::join(&server, "Ben").await;
    ada.turn().await;
    server.ordered("POST", "/cancel", &NOTHING).await;
    for player in [&mut ada, &mut ben] {
        assert_eq!(player.end().await, ("*".to_owned(), "aborted".to_owned()));
    }
    server.finished().await;
    assert_eq!(server.snapshot().await["score"], json!({ "wins": 0, "draws": 0, "losses": 0, "playing": 0 }));
}
