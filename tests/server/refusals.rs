//! Everything that the contract refuses, and that the game is as it was after it.

use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use crate::common::{Heard, Link, Player, Spectator, TestServer, timeless};

/// What is sent: JSON, any text, or bytes.
pub(crate) enum Sent<'a> {
    Json(Value),
    Text(&'a str),
    Binary(Vec<u8>),
}
use Sent::{Binary, Json, Text};

impl Sent<'_> {
    pub(crate) fn frame(&self) -> Message {
        match self {
            Json(value) => Message::text(value.to_string()),
            Text(text) => Message::text(text.to_owned()),
            Binary(bytes) => Message::binary(bytes.clone()),
        }
    }

    fn short(&self) -> String {
        self.frame().to_string().chars().take(80).collect()
    }
}

fn say(kind: &str) -> Sent<'static> {
    Json(json!({ "type": kind }))
}

fn play(ply: u64, uci: &str) -> Sent<'static> {
    Json(json!({ "type": "move", "ply": ply, "uci": uci }))
}

/// Sends each and expects its code, the ply echoed with moves, and nothing changed.
async fn assert_refused(server: &TestServer, player: &mut Player, table: &[(Sent<'_>, &str)]) {
    let before = timeless(&server.snapshot().await);
    for (sent, code) in table {
        player.link.send_frame(sent.frame()).await;
        let error = player.refusal().await;
        assert_eq!(error["code"], *code, "{}: {error}", sent.short());
        let ply = match sent {
            Json(value) if *code != "bad_json" && value["type"] == "move" => value["ply"].clone(),
            _ => Value::Null,
        };
        assert_eq!(error["ply"], ply, "{}: the ply is echoed where a move is answered", sent.short());
    }
    assert_eq!(timeless(&server.snapshot().await), before);
}

fn no_messages() -> Vec<(Sent<'static>, &'static str)> {
    let mut table: Vec<_> = [
        "",
        "hello",
        "[]",
        "null",
        "{}",
        r#"["resign"]"#,
        r#"{"type":7}"#,
        r#"{"type":null}"#,
        r#"{"type":"resign"}}"#,
        r#"{"type":"move"}"#,
        r#"{"type":"move","ply":2}"#,
        r#"{"type":"move","uci":"e7e5"}"#,
        r#"{"type":"move","ply":"2","uci":"e7e5"}"#,
        r#"{"type":"move","ply":-2,"uci":"e7e5"}"#,
        r#"{"type":"move","ply":2.5,"uci":"e7e5"}"#,
        r#"{"type":"move","ply":1e99,"uci":"e7e5"}"#,
        r#"{"type":"move","ply":18446744073709551616,"uci":"e7e5"}"#,
        r#"{"type":"move","ply":2,"uci":[]}"#,
    ]
    .map(|text| (Text(text), "bad_json"))
    .into();
    table.push((Binary(b"{\"type\":\"resign\"}".to_vec()), "bad_json"));
    table.push((Binary(Vec::new()), "bad_json"));
    table.push((say("castle"), "unknown_type"));
    table.push((say("moved"), "unknown_type"));
    table.push((say(""), "unknown_type"));
    table
}

#[tokio::test]
async fn before_the_games_start_nothing_can_be_played() {
    let server = TestServer::random(2).await;
    let mut ada = Player::join(&server, "Ada").await;
    let mut table = no_messages();
    table.push((play(1, "e2e4"), "not_your_turn"));
    table.push((play(2, "e7e5"), "stale_ply"));
    for kind in ["resign", "offer_draw", "accept_draw", "decline_draw", "pass"] {
        table.push((say(kind), "not_allowed"));
    }
    assert_refused(&server, &mut ada, &table).await;
}

#[tokio::test]
async fn on_the_own_turn_only_a_legal_move_as_the_next_ply_is_taken() {
    let server = TestServer::scripted(1, "e2e4").await;
    let mut ada = Player::join(&server, "Ada").await;
    ada.turn().await;
    let mut table = no_messages();
    for ply in [0, 3, 4, 1000, u64::from(u32::MAX)] {
        table.push((play(ply, "e7e5"), "stale_ply"));
    }
    table.push((play(1, "e2e4"), "stale_ply"));
    for uci in ["e7e4", "e2e4", "e8g8", "e7e8q", "e7e5q", "0000", "Nf6", "e5", "", "e7e5 ", "e7e", "E7E5", "@@@@", "😀"]
    {
        table.push((play(2, uci), "illegal_move"));
    }
    for kind in ["accept_draw", "decline_draw", "pass"] {
        table.push((say(kind), "not_allowed"));
    }
    table.push((Json(json!({ "type": "join", "name": "Again" })), "not_allowed"));
    table.push((Json(json!({ "type": "resume", "token": ada.token })), "not_allowed"));
    assert_refused(&server, &mut ada, &table).await;
    ada.play("e7e5").await;
}

#[tokio::test]
async fn on_the_masters_turn_no_move_is_taken() {
    let server = TestServer::scripted(1, "e2e4").await;
    let mut spectator = Spectator::watch(&server).await;
    let mut ada = Player::join(&server, "Ada").await;
    ada.play("e7e5").await;
    spectator.until(|event| event["ply"] == 2).await;
    spectator.until(|event| event["type"] == "visit").await;
    let mut table = no_messages();
    table.push((play(3, "d7d5"), "not_your_turn"));
    table.push((play(3, "g1f3"), "not_your_turn"));
    table.push((play(3, "nonsense"), "not_your_turn"));
    table.push((play(2, "d7d5"), "stale_ply"));
    table.push((play(4, "d7d5"), "stale_ply"));
    assert_refused(&server, &mut ada, &table).await;
}

#[tokio::test]
async fn after_the_end_nothing_can_be_played_and_a_stored_move_is_still_answered() {
    let server = TestServer::scripted(1, "f2f3 g2g4").await;
    let mut ada = Player::join(&server, "Ada").await;
    ada.play("e7e5").await;
    ada.play("d8h4").await;
    ada.end().await;
    server.finished().await;
    let mut table = no_messages();
    for (ply, uci) in [(5, "a2a3"), (6, "a7a6"), (4, "a7a6"), (1, "f2f3"), (5, "nonsense")] {
        table.push((play(ply, uci), "game_over"));
    }
    for kind in ["resign", "offer_draw", "accept_draw", "decline_draw", "pass"] {
        table.push((say(kind), "game_over"));
    }
    assert_refused(&server, &mut ada, &table).await;
    ada.send_move(4, "d8h4").await;
    ada.until("the receipt of the last move", |message| message["type"] == "moved" && message["ply"] == 4).await;
}

/// Sends a first frame, expects an error and the close frame after it.
pub(crate) async fn assert_not_seated(server: &TestServer, path: &str, sent: &Sent<'_>, code: &str, close: u16) {
    let mut link = Link::connect(server, path).await;
    link.send_frame(sent.frame()).await;
    let error = link.message().await;
    assert_eq!((&error["type"], &error["code"]), (&json!("error"), &json!(code)), "{}: {error}", sent.short());
    assert!(error["message"].as_str().is_some_and(|sentence| !sentence.is_empty()));
    assert_eq!(link.hear().await, Heard::Closed(close), "{}", sent.short());
}

fn join(name: &str) -> Sent<'static> {
    Json(json!({ "type": "join", "name": name }))
}

fn resume(token: &str) -> Sent<'static> {
    Json(json!({ "type": "resume", "token": token }))
}

#[tokio::test]
async fn a_first_frame_that_seats_nobody_is_answered_and_ends_the_connection() {
    let server = TestServer::random(2).await;
    let ada = Player::join(&server, "Ada").await;
    let before = timeless(&server.snapshot().await);
    let mut table = no_messages();
    for kind in ["resign", "offer_draw", "accept_draw", "decline_draw", "pass"] {
        table.push((say(kind), "not_joined"));
    }
    table.push((play(1, "e2e4"), "not_joined"));
    table.push((say("join"), "bad_json"));
    table.push((say("resume"), "bad_json"));
    table.push((Json(json!({ "type": "join", "name": 7 })), "bad_json"));
    table.push((Json(json!({ "type": "join", "name": "Ben", "board": "2" })), "bad_json"));
    table.push((Json(json!({ "type": "join", "name": "Ben", "board": -1 })), "bad_json"));
    let emoji = "😀".repeat(1000);
    for name in ["", "  \t ", &"x".repeat(33), &emoji, "a\u{0}b", "a\nb", "\u{202e}evil", "\u{200b}", "a\u{1b}[2J"] {
        table.push((join(name), "bad_name"));
    }
    for board in [1, 0, 3, u32::MAX] {
        table.push((Json(json!({ "type": "join", "name": "Ben", "board": board })), "seat_taken"));
    }
    for token in
        ["", "sp_nobodys", &ada.token[..ada.token.len() - 1], &ada.token.to_uppercase(), "the-organisers-own-token"]
    {
        table.push((resume(token), "bad_token"));
    }
    for (sent, code) in &table {
        assert_not_seated(&server, "/ws/current/play", sent, code, 1008).await;
    }
    assert_eq!(timeless(&server.snapshot().await), before, "and none of them has left a trace");
}

#[tokio::test]
async fn who_comes_to_the_wrong_exhibition_is_told_so() {
    let server = TestServer::scripted(1, "e2e4").await;
    let mut ada = Player::join(&server, "Ada").await;
    for path in ["/ws/2/play", "/ws/0/play", "/ws/-1/play", "/ws/nonsense/play", "/ws/99999999999999999999/play"] {
        assert_not_seated(&server, path, &join("Ben"), "no_such_exhibition", 1008).await;
        assert_not_seated(&server, path, &resume(&ada.token), "no_such_exhibition", 1008).await;
    }
    ada.turn().await;
    assert_not_seated(&server, "/ws/current/play", &join("Late"), "closed", 1008).await;
    ada.say("resign").await;
    ada.end().await;
    server.finished().await;
    assert_not_seated(&server, "/ws/current/play", &join("Later"), "closed", 1008).await;

    assert_eq!(server.post("/api/exhibitions", "").await.status, 201);
    assert_not_seated(&server, "/ws/1/play", &join("Much later"), "closed", 1008).await;
    assert_not_seated(&server, "/ws/current/play", &resume(&ada.token), "bad_token", 1008).await;
    Player::join(&server, "In time").await;
}
