//! Every message of a player's client, by every role.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::{
    client::{bearing, ended, everything, join, open, running, socket, source},
    common::{Heard, Link, ORGANISER, Player, TestServer, timeless},
};

/// What a message comes to: an error's code, or what is told where it is allowed. Roles as columns; what is a human
/// master's stands in `masters`.
struct Row {
    message: &'static str,
    /// On a new connection, to an open exhibition.
    nobody: &'static str,
    /// On a spectator's connection.
    spectator: &'static str,
    /// Who has the seat and the move.
    seat: &'static str,
    /// Who has a seat where everything has ended.
    seat_of_ended: &'static str,
}

/// Nobody says anything on these: with a token that opens no seat here the first frame ends the connection, whatever
/// comes after it, and what comes on a connection whose seat is taken up by a newer one is not read.
const STRANGER: &str = "bad_token";
const REPLACED: Heard = Heard::Closed(4001);

#[rustfmt::skip]
const TABLE: [Row; 9] = [
    Row { message: "join",         nobody: "seated",     spectator: "not_allowed", seat: "not_allowed",  seat_of_ended: "not_allowed" },
    Row { message: "resume",       nobody: "bad_token",  spectator: "not_allowed", seat: "not_allowed",  seat_of_ended: "not_allowed" },
    Row { message: "move",         nobody: "not_joined", spectator: "not_allowed", seat: "moved",        seat_of_ended: "game_over" },
    Row { message: "resign",       nobody: "not_joined", spectator: "not_allowed", seat: "ended",        seat_of_ended: "game_over" },
    Row { message: "offer_draw",   nobody: "not_joined", spectator: "not_allowed", seat: "draw_offered", seat_of_ended: "game_over" },
    Row { message: "accept_draw",  nobody: "not_joined", spectator: "not_allowed", seat: "not_allowed",  seat_of_ended: "game_over" },
    Row { message: "decline_draw", nobody: "not_joined", spectator: "not_allowed", seat: "not_allowed",  seat_of_ended: "game_over" },
    Row { message: "organiser",    nobody: "not_joined", spectator: "bad_token",   seat: "not_allowed",  seat_of_ended: "not_allowed" },
    Row { message: "pass",         nobody: "not_joined", spectator: "not_allowed", seat: "not_allowed",  seat_of_ended: "game_over" },
];

/// What is told where a message is allowed; every other word of the table is an error's code.
const ALLOWED: [&str; 4] = ["seated", "moved", "ended", "draw_offered"];

#[test]
fn every_message_has_its_row() {
    let code = source("src/wire/inbound.rs");
    let parse =
        code.split("match &*tag(text)? {").nth(1).and_then(|rest| rest.split("other =>").next()).expect("the match");
    let known: BTreeSet<_> = parse.split("\n        \"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let rows: BTreeSet<_> = TABLE.iter().map(|row| row.message).collect();
    assert_eq!(rows, known, "the table on the left, the server on the right");
}

/// A message with everything that it may need, and with a board that is not the sender's: no message of a seat has one.
fn message(kind: &str, token: &str) -> Value {
    let mut message = json!({ "type": kind, "ply": 2, "uci": "e7e5", "name": "Mallory", "token": token });
    if kind != "join" {
        message["board"] = json!(1);
    }
    message
}

/// The first answer: an error's code, or the type of what is told about this connection's own doing.
async fn answer(link: &mut Link) -> String {
    loop {
        let told = link.message().await;
        let text = |key: &str| told[key].as_str().expect("a text").to_owned();
        match text("type").as_str() {
            "error" => return text("code"),
            kind if ALLOWED.contains(&kind) => return kind.to_owned(),
            // A snapshot, the queue, others' events.
            _ => {}
        }
    }
}

async fn connect(server: &TestServer, exhibition: &str, end: &str) -> Link {
    Link::open(server, &format!("/ws/{exhibition}/{end}"), socket(), &[]).await
}

#[tokio::test]
async fn what_a_role_must_not_say_changes_nothing() {
    let server = TestServer::scripted(1, "e2e4").await;
    let (_, mut gone) = ended(&server, &["Eve"]).await;
    let (playing, mut players) = running(&server, &["Ada", "Ben"]).await;
    let (free, _waiting) = open(&server, 3, &["Ole"]).await;
    let mut spectator = connect(&server, &playing, "watch").await;
    let ada = players[0].token.clone();
    let before = everything(&server).await;
    for row in &TABLE {
        let said = message(row.message, &ada);
        if !ALLOWED.contains(&row.nobody) {
            let mut nobody = connect(&server, &free, "play").await;
            nobody.send(&said).await;
            assert_eq!(answer(&mut nobody).await, row.nobody, "nobody: {said}");
            assert_eq!(nobody.end().await, Heard::Closed(1008));
        }
        spectator.send(&said).await;
        assert_eq!(answer(&mut spectator).await, row.spectator, "a spectator: {said}");
        // Ben, on board 2, with Ada's token and her board.
        if !ALLOWED.contains(&row.seat) {
            players[1].link.send(&said).await;
            assert_eq!(answer(&mut players[1].link).await, row.seat, "an opponent: {said}");
        }
        gone[0].link.send(&said).await;
        assert_eq!(answer(&mut gone[0].link).await, row.seat_of_ended, "an opponent of an ended exhibition: {said}");
        assert_eq!(everything(&server).await, before, "after {said}");
    }
}

#[tokio::test]
async fn a_token_opens_its_own_seat_and_no_other() {
    let server = TestServer::scripted(1, "e2e4").await;
    let (over, gone) = ended(&server, &["Eve"]).await;
    let (playing, players) = running(&server, &["Ada", "Ben"]).await;
    let (free, waiting) = open(&server, 3, &["Ole"]).await;
    let before = everything(&server).await;
    let (ada, eve, ole) = (players[0].token.as_str(), gone[0].token.as_str(), waiting[0].token.as_str());
    let garbled = [
        "",
        "null",
        "sp_",
        &ada[1..],
        &ada[..ada.len() - 1],
        &ada.to_uppercase(),
        &format!(" {ada}"),
        &format!("{ada}\u{0}"),
        &"x".repeat(3000),
        "' or 1=1 --",
        "\u{1f419}",
    ]
    .map(str::to_owned);
    let strangers = |own: &[&str]| {
        let all = [ada, eve, ole, ORGANISER, "sp_AAAAAAAAAAAAAAAAAAAAAA", "so_AAAAAAAAAAAAAAAAAAAAAA"];
        let others = all.into_iter().filter(|token| !own.contains(token)).map(str::to_owned);
        others.chain(garbled.clone()).collect::<Vec<_>>()
    };
    // What is over when another has been opened takes nobody in, whatever he shows.
    for (exhibition, own, told) in [(&playing, ada, STRANGER), (&free, ole, STRANGER), (&over, "", "closed")] {
        for token in strangers(&[own]) {
            for row in &TABLE {
                let mut link = connect(&server, exhibition, "play").await;
                link.send(&json!({ "type": "resume", "token": token })).await;
                link.send(&message(row.message, own)).await;
                assert_eq!(answer(&mut link).await, told, "{token:?} at exhibition {exhibition}");
                assert_eq!(link.end().await, Heard::Closed(1008), "{token:?} and then {}", row.message);
            }
        }
    }
    assert_eq!(everything(&server).await, before);
}

#[tokio::test]
async fn a_connection_that_was_replaced_says_nothing_any_more() {
    let server = TestServer::scripted(1, "e2e4").await;
    let (playing, mut players) = running(&server, &["Ada", "Ben"]).await;
    let mut old = players.remove(0);
    let before = everything(&server).await;
    for row in &TABLE {
        let hello = json!({ "type": "resume", "token": old.token });
        let new = Player::greet(connect(&server, &playing, "play").await, &hello).await;
        old.link.send(&message(row.message, &old.token)).await;
        assert_eq!(old.closed().await, REPLACED, "{}", row.message);
        assert_eq!(everything(&server).await, before, "{}", row.message);
        old = new;
    }
}

/// The one board that differs, and nothing else of the exhibition.
fn changed(before: &Value, after: &Value) -> Vec<usize> {
    let boards = |snapshot: &Value| snapshot["boards"].as_array().expect("boards").clone();
    let pairs = boards(before).into_iter().zip(boards(after));
    let changed = pairs.enumerate().filter(|(_, (before, after))| before != after);
    changed.map(|(index, _)| index + 1).collect()
}

#[tokio::test]
async fn what_a_seat_may_say_changes_its_own_board_alone() {
    let server = TestServer::scripted(1, "e2e4").await;
    let (_bystanding, _bystanders) = running(&server, &["Ada", "Ben"]).await;
    for row in TABLE.iter().filter(|row| ALLOWED.contains(&row.seat)) {
        let (id, mut players) = running(&server, &["Ada", "Ben"]).await;
        let before = everything(&server).await;
        let said = message(row.message, &players[0].token);
        players[1].link.send(&said).await;
        assert_eq!(answer(&mut players[1].link).await, row.seat, "{said}");
        let mut after = everything(&server).await;
        assert_eq!(changed(&before[&id], &after[&id]), [2], "{said}");
        after.insert(id.clone(), before[&id].clone());
        assert_eq!(after, before, "{said}: nothing of another exhibition");
    }
    // And who has no seat may take one, which gives that one alone.
    let row = TABLE.iter().find(|row| row.nobody == "seated").expect("a way in");
    assert_eq!(row.message, "join");
    let (id, _waiting) = open(&server, 3, &["Ole"]).await;
    let path = format!("/api/exhibitions/{id}");
    let before = timeless(&server.get(&path).await.json());
    let mallory = join(&server, &id, "Mallory").await;
    assert_eq!((mallory.board, mallory.name.as_str()), (2, "Mallory"));
    assert_eq!(changed(&before, &timeless(&server.get(&path).await.json())), [2]);
}

#[tokio::test]
async fn no_header_of_a_handshake_is_a_seat() {
    let server = TestServer::scripted(1, "e2e4").await;
    let (playing, players) = running(&server, &["Ada", "Ben"]).await;
    let before = everything(&server).await;
    let ada = &players[0].token;
    for row in TABLE.iter().filter(|row| row.nobody == "not_joined") {
        for shown in [ORGANISER, ada.as_str()].map(bearing) {
            let mut link = Link::open(&server, &format!("/ws/{playing}/play?token={ada}"), socket(), &shown).await;
            link.send(&message(row.message, ada)).await;
            assert_eq!(answer(&mut link).await, "not_joined", "{}", row.message);
            assert_eq!(link.end().await, Heard::Closed(1008));
        }
    }
    assert_eq!(everything(&server).await, before);
}
