//! A database that fails while the games are on: no receipt, nothing changed, and well again afterwards.

use serde_json::{Value, json};
use sqlx::SqliteConnection;

use crate::common::{Heard, Link, Player, Spectator, TestServer, eventually, timeless};

pub(crate) async fn execute(connection: &mut SqliteConnection, sql: &'static str) {
    sqlx::raw_sql(sql).execute(connection).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
}

async fn healthy(server: &TestServer, status: u16) {
    eventually("another health", async || (server.get("/healthz").await.status == status).then_some(())).await;
}

/// The first answer to a move: its receipt or an error.
async fn answer_to(player: &mut Player, ply: u64, uci: &str) -> Value {
    player.send_move(ply, uci).await;
    loop {
        let message = player.next().await;
        if message["type"] == "error" || (message["type"] == "moved" && message["ply"] == ply) {
            return message;
        }
    }
}

/// From now on the database refuses new events, as its own check.
pub(crate) const REFUSE: &str = "create trigger refuse before insert on event begin select raise(abort, 'not now'); end; \
                      create trigger refuse_probe before update on probe begin select raise(abort, 'not now'); end;";
pub(crate) const ALLOW: &str = "drop trigger refuse; drop trigger refuse_probe;";

#[tokio::test]
async fn a_move_that_cannot_be_stored_gets_no_receipt_and_can_be_sent_again_when_the_database_is_well() {
    let server = TestServer::scripted(1, "e2e4 g1f3").await;
    let mut spectator = Spectator::watch(&server).await;
    let mut ada = Player::join(&server, "Ada").await;
    ada.turn().await;
    let before = timeless(&server.snapshot().await);
    let mut other = server.sql().await;
    execute(&mut other, REFUSE).await;
    for _ in 0..3 {
        let answer = answer_to(&mut ada, 2, "e7e5").await;
        assert_eq!((&answer["code"], &answer["ply"]), (&json!("internal"), &json!(2)), "{answer}");
    }
    healthy(&server, 503).await;
    assert_eq!(timeless(&server.snapshot().await), before, "nothing has changed");
    assert_eq!(answer_to(&mut ada, 2, "e7e4").await["code"], "illegal_move", "what needs no storing goes on");
    for kind in ["offer_draw", "resign"] {
        ada.say(kind).await;
        assert_eq!(ada.refusal().await["code"], "internal", "{kind}");
    }
    assert_eq!(timeless(&server.snapshot().await), before, "still nothing");

    execute(&mut other, ALLOW).await;
    healthy(&server, 200).await;
    assert_eq!(answer_to(&mut ada, 2, "e7e5").await["type"], "moved");
    ada.turn().await;
    assert_eq!(server.board(1).await["moves"], json!(["e2e4", "e7e5", "g1f3"]));
    spectator.until(|event| event["ply"] == 3).await;
    assert_eq!(spectator.events.values().filter(|event| event.contains(r#""uci":"e7e5""#)).count(), 1);
}

#[tokio::test]
async fn the_master_waits_too_while_nothing_can_be_stored() {
    let server = TestServer::scripted(2, "e2e4 g1f3").await;
    let mut ada = Player::join(&server, "Ada").await;
    let mut other = server.sql().await;
    execute(&mut other, "create trigger refuse before insert on event when new.kind = 'moved' begin select raise(abort, 'not now'); end;").await;
    let _ben = Player::join(&server, "Ben").await;
    ada.until("the master", |message| message["type"] == "visit").await;
    healthy(&server, 503).await;
    assert_eq!(server.board(1).await["ply"], 0);
    execute(&mut other, "drop trigger refuse").await;
    ada.turn().await;
    assert_eq!(ada.moves, ["e2e4"], "he makes his move when he can");
    ada.play("e7e5").await;
}

#[tokio::test]
async fn a_seat_that_cannot_be_stored_is_nobodys() {
    let server = TestServer::random(2).await;
    let mut other = server.sql().await;
    execute(&mut other, REFUSE).await;
    let mut link = Link::connect(&server, "/ws/current/play").await;
    link.send(&json!({ "type": "join", "name": "Ada" })).await;
    assert_eq!(link.message().await["code"], "internal");
    assert_eq!(link.end().await, Heard::Closed(1008));
    execute(&mut other, ALLOW).await;
    let ada = Player::join(&server, "Ada").await;
    assert_eq!((ada.board, &*ada.name), (1, "Ada"), "neither seat nor name was lost");
}

#[tokio::test]
async fn a_start_that_cannot_be_stored_is_no_start_and_can_be_made_up_for() {
    let server = TestServer::scripted(2, "e2e4").await;
    let mut other = server.sql().await;
    execute(
        &mut other,
        "create trigger refuse before insert on event when new.kind = 'started' begin select raise(abort, 'no'); end",
    )
    .await;
    let mut ada = Player::join(&server, "Ada").await;
    let mut ben = Player::join(&server, "Ben").await;
    healthy(&server, 503).await;
    assert_eq!(server.snapshot().await["status"], "open");
    let mut late = Link::connect(&server, "/ws/current/play").await;
    late.send(&json!({ "type": "join", "name": "Late" })).await;
    assert_eq!(late.message().await["code"], "full");
    server.post("/api/exhibitions/current/start", "").await.assert_error(503, "internal");
    execute(&mut other, "drop trigger refuse").await;
    server.start_games().await;
    ada.turn().await;
    ben.turn().await;
}

#[tokio::test]
async fn an_end_that_cannot_be_stored_comes_when_it_can() {
    let server = TestServer::scripted(1, "e2e4").await;
    let mut ada = Player::join(&server, "Ada").await;
    ada.turn().await;
    let mut other = server.sql().await;
    execute(
        &mut other,
        "create trigger refuse before insert on event when new.kind = 'finished' begin select raise(abort, 'no'); end",
    )
    .await;
    ada.say("resign").await;
    ada.end().await;
    healthy(&server, 503).await;
    assert_eq!(server.snapshot().await["status"], "running");
    execute(&mut other, "drop trigger refuse").await;
    server.finished().await;
}

#[tokio::test]
async fn while_the_last_seat_is_promised_the_hall_is_full() {
    let server = TestServer::random(1).await;
    let mut other = server.sql().await;
    execute(&mut other, "begin immediate").await;
    let hello = json!({ "type": "join", "name": "Ada" });
    let mut links =
        [Link::connect(&server, "/ws/current/play").await, Link::connect(&server, "/ws/current/play").await];
    for link in &mut links {
        link.send(&hello).await;
    }
    // One of them is promised the seat, and waits for the disk; the other is told at once.
    let [first, second] = &mut links;
    let (answer, waiting) = tokio::select! {
        answer = first.message() => (answer, second),
        answer = second.message() => (answer, first),
    };
    assert_eq!(answer["code"], "full");
    execute(&mut other, "rollback").await;
    assert_eq!(waiting.message().await["type"], "seated");
}

#[tokio::test]
async fn a_database_held_by_another_program_is_waited_for_and_then_told_of() {
    let server = TestServer::scripted(1, "e2e4 g1f3").await;
    let mut ada = Player::join(&server, "Ada").await;
    ada.turn().await;
    let mut other = server.sql().await;
    execute(&mut other, "begin immediate").await;
    let answer = answer_to(&mut ada, 2, "e7e5").await;
    assert_eq!((&answer["code"], &answer["ply"]), (&json!("internal"), &json!(2)), "{answer}");
    assert_eq!(server.get("/healthz").await.status, 503);
    execute(&mut other, "rollback").await;
    healthy(&server, 200).await;
    assert_eq!(answer_to(&mut ada, 2, "e7e5").await["type"], "moved");
    ada.turn().await;
    assert_eq!(ada.moves, ["e2e4", "e7e5", "g1f3"]);
}

#[tokio::test]
async fn a_lock_of_a_moment_is_only_waited_for() {
    let server = TestServer::scripted(1, "e2e4 g1f3").await;
    let mut ada = Player::join(&server, "Ada").await;
    ada.turn().await;
    let mut other = server.sql().await;
    execute(&mut other, "begin immediate").await;
    ada.send_move(2, "e7e5").await;
    // The board has it, and waits for the disk: what comes after it is answered later.
    execute(&mut other, "rollback").await;
    ada.until("the receipt", |message| message["type"] == "moved" && message["ply"] == 2).await;
    assert_eq!(server.get("/healthz").await.status, 200);
}

#[tokio::test]
async fn a_missing_table_is_told_of_and_healed_by_its_return() {
    let server = TestServer::scripted(1, "e2e4 g1f3").await;
    let mut ada = Player::join(&server, "Ada").await;
    ada.turn().await;
    let mut other = server.sql().await;
    execute(&mut other, "alter table event rename to lost").await;
    let answer = answer_to(&mut ada, 2, "e7e5").await;
    assert_eq!((&answer["code"], &answer["ply"]), (&json!("internal"), &json!(2)), "{answer}");
    execute(&mut other, "alter table lost rename to event").await;
    healthy(&server, 200).await;
    assert_eq!(answer_to(&mut ada, 2, "e7e5").await["type"], "moved");
    ada.turn().await;
    assert_eq!(ada.moves, ["e2e4", "e7e5", "g1f3"]);
}
