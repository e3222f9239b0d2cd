//! Sitting down where not everybody may, or not at once: codes, admission, kept seats and the queue.

use serde_json::{Value, json};

use crate::common::{Heard, Link, Player, Spectator, TestServer, eventually};

/// Opens an exhibition like this, which is the current one then.
async fn open(settings: Value) -> TestServer {
    let server = TestServer::random(2).await;
    let opened = server.post("/api/exhibitions", &settings.to_string()).await;
    assert_eq!(opened.status, 201, "{opened:?}");
    server
}

async fn knock(server: &TestServer, hello: Value) -> (Link, Value) {
    let mut link = Link::connect(server, "/ws/current/play").await;
    link.send(&hello).await;
    let answer = link.message().await;
    (link, answer)
}

fn join(name: &str) -> Value {
    json!({ "type": "join", "name": name })
}

async fn resume(server: &TestServer, token: &Value) -> (Link, Value) {
    knock(server, json!({ "type": "resume", "token": token })).await
}

#[tokio::test]
async fn with_an_entry_code_it_has_to_be_said() {
    let server = open(json!({ "boards": 3, "code": "Club24" })).await;
    assert_eq!(server.snapshot().await["code_required"], true);
    assert!(!server.get("/api/exhibitions/current").await.body.contains("CLUB24"), "nobody is told it");
    for code in [json!(null), json!(""), json!("CLUB2"), json!("club24x")] {
        let mut hello = join("Ada");
        hello["code"] = code;
        let (mut link, answer) = knock(&server, hello).await;
        assert_eq!((&answer["type"], &answer["code"]), (&json!("error"), &json!("bad_code")), "{answer}");
        assert!(matches!(link.end().await, Heard::Closed(1008)));
    }
    let ada = Player::join_with(&server, json!({ "name": "Ada", "code": " club24 " })).await;
    assert_eq!(ada.board, 1);
    let refused = server.request("POST", "/api/exhibitions/current/seats", &[], r#"{"name":"Ben"}"#).await;
    refused.assert_error(403, "bad_code");
    let taken =
        server.request("POST", "/api/exhibitions/current/seats", &[], r#"{"name":"Ben","code":"CLUB24"}"#).await;
    assert_eq!((taken.status, &taken.json()["board"]), (201, &json!(2)), "{taken:?}");
    let door = server.get("/j/club24").await;
    assert_eq!((door.status, door.header("location")), (303, Some("/e/2/play#code=CLUB24")));
    server.get("/j/nobody").await.assert_error(404, "bad_code");
    let browser = server.request("GET", "/j/nobody", &[("Accept", "text/html")], "").await;
    assert_eq!((browser.status, browser.header("location")), (303, Some("/#no-such-code")));
    let settings = server.order("GET", "/settings", &Value::Null).await.json();
    assert_eq!(settings["code"], "CLUB24", "the organiser is told it");
}

#[tokio::test]
async fn a_made_up_code_is_four_letters_and_opens() {
    let server = open(json!({ "code": true })).await;
    let code = server.order("GET", "/settings", &Value::Null).await.json()["code"].as_str().expect("a code").to_owned();
    assert!(code.len() == 4 && code.bytes().all(|letter| letter.is_ascii_uppercase()), "{code}");
    Player::join_with(&server, json!({ "name": "Ada", "code": code })).await;
}

#[tokio::test]
async fn who_asks_for_a_seat_is_let_in_or_turned_away() {
    let mut server = open(json!({ "boards": 3, "admission": "approval" })).await;
    let mut spectator = Spectator::watch(&server).await;
    let (mut ada, applied) = knock(&server, join("Ada")).await;
    assert_eq!(
        (&applied["type"], &applied["board"], &applied["color"]),
        (&json!("applied"), &json!(1), &json!("black"))
    );
    let told = spectator.until(|event| event["type"] == "applied").await;
    assert_eq!((&told["board"], told.get("name")), (&json!(1), None), "it is nobody's business who that is");
    assert_eq!(server.board(1).await["name"], Value::Null);
    assert_eq!(server.seat(1).await["name"], "Ada", "but the organiser's");
    ada.send(&json!({ "type": "move", "ply": 1, "uci": "e2e4" })).await;
    assert_eq!(ada.message().await["type"], "error");
    // Their place is kept while the page is closed, and over a restart.
    ada.close().await;
    server.kill().await;
    server.restart().await;
    let (mut ada, again) = resume(&server, &applied["token"]).await;
    assert_eq!((&again["type"], &again["board"]), (&json!("applied"), &json!(1)));
    let (mut ben, applied) = knock(&server, join("Ben")).await;
    assert_eq!(applied["board"], 2);

    server.ordered("POST", "/seats/1/admit", &Value::Null).await;
    let seated = ada.message().await;
    assert_eq!(
        (&seated["type"], &seated["name"], &seated["token"]),
        (&json!("seated"), &json!("Ada"), &again["token"])
    );
    assert_eq!(ada.message().await["type"], "game");
    server.order("POST", "/seats/1/admit", &Value::Null).await.assert_error(409, "not_allowed");

    server.ordered("DELETE", "/seats/2", &Value::Null).await;
    let refused = ben.message().await;
    assert_eq!((&refused["type"], &refused["code"]), (&json!("error"), &json!("not_allowed")));
    assert!(matches!(ben.end().await, Heard::Closed(1008)));
    let (_, nobody) = resume(&server, &applied["token"]).await;
    assert_eq!(nobody["code"], "bad_token");
    assert_eq!(server.seat(2).await["state"], "free");

    // Whoever has asked and is let in after the start plays at once.
    let (mut cyd, applied) = knock(&server, join("Cyd")).await;
    assert_eq!(applied["board"], 2);
    server.start_games().await;
    server.ordered("POST", "/seats/2/admit", &Value::Null).await;
    assert_eq!(cyd.message().await["type"], "seated");
    let game = cyd.message().await;
    assert_eq!((&game["type"], &game["status"]), (&json!("game"), &json!("waiting")));
    assert_eq!(cyd.message().await["type"], "started");
}

#[tokio::test]
async fn a_seat_is_kept_for_whoever_it_is_meant_for() {
    let seats =
        json!([{ "board": 2, "name": "Ada", "color": "white", "clock": "45m+30s" }, { "board": 1, "name": "Ben" }]);
    let mut server = open(json!({ "boards": 3, "clock": "30m+0s", "seats": seats })).await;
    assert_eq!((&server.board(2).await["state"], &server.board(2).await["name"]), (&json!("reserved"), &Value::Null));
    assert_eq!(server.seat(2).await["name"], "Ada");
    let cyd = Player::join(&server, "Cyd").await;
    assert_eq!(cyd.board, 3, "kept seats are not for others");
    let (_, refused) = knock(&server, json!({ "type": "join", "name": "Dan", "board": 2 })).await;
    assert_eq!(refused["code"], "seat_taken");
    let (_, refused) = knock(&server, join("Dan")).await;
    assert_eq!(refused["code"], "full");
    server.terminate().await;
    server.restart().await;
    let ada = Player::join(&server, " ada ").await;
    assert_eq!((ada.board, &ada.name[..], ada.color.is_white()), (2, "ada", true));
    assert_eq!(ada.clock["white_ms"], 45 * 60_000);
    server.ordered("DELETE", "/seats/2", &Value::Null).await;
    assert_eq!(server.board(2).await["state"], "reserved", "it still is kept");
}

#[tokio::test]
async fn who_comes_too_late_waits_and_moves_up() {
    let mut server = open(json!({ "boards": 1, "starts_at": null })).await;
    // One seat: with a start in the future it does not begin by itself.
    let starts_at = simultan::base::time::wall_clock() + 3_600_000;
    server.ordered("PATCH", "", &json!({ "starts_at": starts_at })).await;
    let mut ada = Player::join(&server, "Ada").await;
    let (_, full) = knock(&server, join("Ben")).await;
    assert_eq!(full["code"], "full", "who does not ask to wait is told so");
    let hello = |name: &str| json!({ "type": "join", "name": name, "wait": true });
    let (mut ben, waits) = knock(&server, hello("Ben")).await;
    assert_eq!((&waits["type"], &waits["place"], &waits["name"]), (&json!("waiting"), &json!(1), &json!("Ben")));
    let (cyd, third) = knock(&server, hello("Cyd")).await;
    assert_eq!(third["place"], 2);
    let answer = server.request("POST", "/api/exhibitions/current/seats", &[], r#"{"name":"Dan","wait":true}"#).await;
    assert_eq!((answer.status, &answer.json()["state"], &answer.json()["place"]), (202, &json!("waiting"), &json!(3)));
    assert_eq!(server.snapshot().await["waiting"], 3);
    let names = server.order("GET", "/waiting", &Value::Null).await.json();
    assert_eq!(
        names.as_array().expect("a list").iter().map(|waits| waits["name"].clone()).collect::<Vec<_>>(),
        ["Ben", "Cyd", "Dan"]
    );
    // The place is kept while the page is closed, and over a restart.
    cyd.close().await;
    server.kill().await;
    server.restart().await;
    let (mut cyd, again) = resume(&server, &third["token"]).await;
    assert_eq!((&again["type"], &again["place"]), (&json!("waiting"), &json!(2)));
    assert!(matches!(ben.end().await, Heard::Closed(_) | Heard::Gone));

    server.ordered("DELETE", "/seats/1", &Value::Null).await;
    let left = ada.closed().await;
    assert!(matches!(left, Heard::Closed(_) | Heard::Gone), "{left:?}");
    let moved_up = cyd.message().await;
    assert_eq!(
        (&moved_up["type"], &moved_up["place"]),
        (&json!("waiting"), &json!(1)),
        "Ben has the seat, though they are not there"
    );
    // The places in the queue are told while the seat is being stored.
    eventually("Ben's seat", async || (server.seat(1).await["name"] == "Ben").then_some(())).await;
    let (mut ben, seated) = resume(&server, &waits["token"]).await;
    assert_eq!((&seated["type"], &seated["board"]), (&json!("seated"), &json!(1)));
    assert_eq!(ben.message().await["type"], "game");

    // More boards are for those who wait too.
    server.ordered("PATCH", "", &json!({ "boards": 2 })).await;
    let seated = cyd.message().await;
    assert_eq!((&seated["type"], &seated["board"]), (&json!("seated"), &json!(2)));
    server.start_games().await;
    let (_, nobody) = resume(&server, &answer.json()["token"]).await;
    assert_eq!(nobody["code"], "bad_token", "with the start the queue is over");
}

#[tokio::test]
async fn whoever_waits_is_told_that_it_was_in_vain() {
    let server = open(json!({ "boards": 1, "starts_at": simultan::base::time::wall_clock() + 3_600_000 })).await;
    let _ada = Player::join(&server, "Ada").await;
    let (mut ben, waits) = knock(&server, json!({ "type": "join", "name": "Ben", "wait": true })).await;
    assert_eq!(waits["type"], "waiting");
    ben.send(&json!({ "type": "resign" })).await;
    assert_eq!(ben.message().await["code"], "not_allowed");
    server.start_games().await;
    assert_eq!(ben.message().await["code"], "closed");
    assert!(matches!(ben.end().await, Heard::Closed(1008)));
}

#[tokio::test]
async fn a_class_behind_one_address_gets_in() {
    let server = TestServer::with(2000, &["--engine", "random"]).await;
    let mut refused = None;
    for pupil in 0..1500 {
        let body = json!({ "name": format!("Pupil {pupil}") }).to_string();
        let forwarded = [("X-Forwarded-For", "203.0.113.7")];
        let answer = server.request("POST", "/api/exhibitions/current/seats", &forwarded, &body).await;
        if answer.status != 201 {
            assert!(pupil >= 200, "pupil {pupil}: {answer:?}");
            refused = Some(answer);
            break;
        }
    }
    let refused = refused.expect("there is a bound");
    refused.assert_error(429, "rate_limited");
    assert!(refused.header("retry-after").is_some(), "{refused:?}");
}
