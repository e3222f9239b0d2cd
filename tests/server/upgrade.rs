//! Databases of earlier versions.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};
use sqlx::SqliteConnection;
use tempfile::TempDir;
use tokio::process::Command;

use super::database::{assert_refused, execute, open};
use crate::common::{
    Link, ORGANISER, Player, TestServer,
    server::{self, BINARY},
};

/// A file that comes with the tests.
fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

/// A folder whose database is a copy of this one.
fn folder_with(made: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::copy(fixture(made), server::database(&folder)).expect("a copy");
    folder
}

/// A folder with what the first version has left: an exhibition that is over and one that is under way.
fn first_version() -> TempDir {
    folder_with("schema-1.db")
}

/// Every board's moves, as rows have them.
async fn moves(database: &mut SqliteConnection, exhibition: i64) -> Vec<(u32, Vec<String>)> {
    let sql = "select board, uci from event where exhibition = ? and kind = 'moved' order by board, seq";
    let rows: Vec<(u32, String)> = sqlx::query_as(sql).bind(exhibition).fetch_all(database).await.expect("a database");
    rows.chunk_by(|a, b| a.0 == b.0)
        .map(|rows| (rows[0].0, rows.iter().map(|(_, uci)| uci.clone()).collect()))
        .collect()
}

async fn shown(server: &TestServer, exhibition: i64) -> Vec<(u32, Vec<String>)> {
    let snapshot = server.get(&format!("/api/exhibitions/{exhibition}")).await.json();
    let uci = |value: &Value| value.as_str().expect("a move").to_owned();
    let board = |board: &Value| {
        let moves = board["moves"].as_array().expect("moves");
        (board["board"].as_u64().expect("a number") as u32, moves.iter().map(uci).collect())
    };
    snapshot["boards"].as_array().expect("boards").iter().map(board).collect()
}

#[tokio::test]
async fn a_database_of_the_first_version_is_taken_up() {
    let folder = first_version();
    let mut database = open(&server::database(&folder)).await;
    let before = [moves(&mut database, 1).await, moves(&mut database, 2).await];
    assert_eq!(before.each_ref().map(Vec::len), [3, 3]);
    drop(database);
    // A master who thinks for ever changes nothing.
    let mut command = server::command_under(Command::new(BINARY), &server::database(&folder));
    command.args(["--engine", "house", "--think", "10m"]);
    let mut server = TestServer::of(command, folder).await;
    // The second start is an ordinary one.
    for _ in 0..2 {
        assert_eq!([shown(&server, 1).await, shown(&server, 2).await], before);
        assert_eq!(server.get("/api/exhibitions/1").await.json()["status"], "finished");
        let sql = "select last_seq from exhibition order by id";
        let last: Vec<i64> = sqlx::query_scalar(sql).fetch_all(&mut server.sql().await).await.expect("numbers");
        let sql = "select max(seq) from event group by exhibition order by exhibition";
        let stored: Vec<i64> = sqlx::query_scalar(sql).fetch_all(&mut server.sql().await).await.expect("numbers");
        assert_eq!(last, stored);
        assert_eq!(server.terminate().await.code(), Some(0), "{}", server.log());
        server.restart().await;
    }
}

#[tokio::test]
async fn an_earlier_record_that_cannot_have_happened_is_left_as_it_is() {
    for (damage, sentence) in [
        ("delete from event where exhibition = 2 and seq = 20", "is stored where"),
        ("update event set uci = 'a1a8' where exhibition = 2 and board = 1 and ply = 3", "not legal"),
        ("delete from seat where exhibition = 2 and board = 3", "never written"),
        ("delete from exhibition where id = 1", "of an exhibition that is not there"),
    ] {
        let folder = first_version();
        let mut database = open(&server::database(&folder)).await;
        execute(&mut database, "pragma foreign_keys = off").await;
        execute(&mut database, damage).await;
        sqlx::Connection::close(database).await.expect("a goodbye");
        assert_refused(&folder, sentence).await;
    }
}

/// What opens the seats of `schema-6.db`: the exhibition, the board, the name and the secret of each.
const SEATS: [(u32, u64, &str, &str); 7] = [
    (2, 1, "Ada", "sp_01e7670e29c09e2402110fa135684ffd"),
    (2, 2, "Björn", "sp_578ce0d44c9b4c2db974e9f5723afbb6"),
    (2, 3, "Chloé", "sp_96db2e39358a015d1b2d2c7c5ab78290"),
    (2, 4, "Dmitri", "sp_497da5b021096514b0be5887da9e4c21"),
    (2, 5, "Eve", "sp_ebdc73af6c0e5a12f29a1c3bdb45a4a0"),
    (2, 6, "Farid", "sp_0a4e41d54119c44c64a0b999f5f2475b"),
    (3, 2, "Fay", "sp_7f935250e46bd598b35b80fdfe96360b"),
];
/// The human master's of its second exhibition.
const MASTER: &str = "sm_384237115ea8324cf89b87b02c403498";
/// What passes by itself: who is connected, and the events that say so at each start.
const PASSING: [&str; 3] = ["seq", "at_ms", "connected"];

/// Whether all that `told` says is still said by `now`; there may be more.
fn assert_still_said(told: &Value, now: &Value, place: &str) {
    match (told, now) {
        (Value::Object(told), Value::Object(now)) => {
            for (key, told) in told.iter().filter(|(key, _)| !PASSING.contains(&&***key)) {
                let place = format!("{place}.{key}");
                assert_still_said(told, now.get(key).unwrap_or_else(|| panic!("{place} is gone")), &place);
            }
        }
        (Value::Array(told), Value::Array(now)) => {
            assert_eq!(told.len(), now.len(), "{place}");
            for (index, (told, now)) in told.iter().zip(now).enumerate() {
                assert_still_said(told, now, &format!("{place}[{index}]"));
            }
        }
        _ => assert_eq!(told, now, "{place}"),
    }
}

/// Every exhibition of a server, as its API tells of it, is as `told`.
async fn assert_all_there(server: &TestServer, told: &Value) {
    assert_still_said(&told["list"], &server.get("/api/exhibitions").await.json(), "list");
    for (id, told) in told["exhibitions"].as_object().expect("exhibitions") {
        let path = format!("/api/exhibitions/{id}");
        assert_still_said(&told["snapshot"], &server.get(&path).await.json(), id);
        for board in told["boards"].as_array().expect("boards") {
            let place = format!("{path}/boards/{}", board["board"]);
            assert_still_said(board, &server.get(&place).await.json(), &place);
        }
    }
}

async fn resume(server: &TestServer, exhibition: u32, token: &str) -> Player {
    let link = Link::connect(server, &format!("/ws/{exhibition}/play")).await;
    Player::greet(link, &json!({ "type": "resume", "token": token, "legal_moves": true })).await
}

/// Reads what a master is told until something is as `wanted`.
async fn told(master: &mut Link, wanted: impl Fn(&Value) -> bool) -> Value {
    loop {
        let told = master.message().await;
        assert_ne!(told["type"], "error", "{told}");
        if wanted(&told) {
            return told;
        }
    }
}

/// `schema-6.db` was written by the program as it was before its seventh migration, over its own sockets, and
/// `schema-6.json` is what that program's API then said of it. That it is genuine is seen from its table
/// `_sqlx_migrations`: six rows with the dates of their application, and the SHA-384 of each file in `migrations/`, without
/// which no server starts on it.
///
/// Exhibition 1 is over. 2 is a human master's, with colours by lot, one draw of Chess960, a board with a colour, a clock and
/// a position of its own, a move taken back (board 4), passes by the walk (2, 5) and one asked for (3), a game resigned (6), a
/// draw offer that stands (5), and a break while the master waits out Eve's grace there. 3 is open, with two seats taken, one
/// by a house bot.
#[tokio::test]
async fn a_database_of_the_sixth_version_is_taken_up() {
    let folder = folder_with("schema-6.db");
    let mut database = open(&server::database(&folder)).await;
    let sql = "select max(version) from _sqlx_migrations";
    let version: i64 = sqlx::query_scalar(sql).fetch_one(&mut database).await.expect("a number");
    assert_eq!(version, 6);
    sqlx::Connection::close(database).await.expect("a goodbye");
    let then: Value = serde_json::from_slice(&fs::read(fixture("schema-6.json")).expect("a file")).expect("JSON");

    let flags = ["--engine", "random", "--seed", "7", "--bot-pace", "10m"];
    let mut server = TestServer::on(folder, 1, &flags).await;
    // The second start is an ordinary one.
    for _ in 0..2 {
        assert_all_there(&server, &then).await;
        assert_eq!(server.terminate().await.code(), Some(0), "{}", server.log());
        // Whatever was taken up ends in order too, and the journal after it.
        assert!(!server.log().contains("did not end in time") && !server.log().contains("ERROR"), "{}", server.log());
        server.restart().await;
    }

    let mut players = Vec::new();
    for (exhibition, board, name, token) in SEATS {
        let player = resume(&server, exhibition, token).await;
        assert_eq!((player.board, &*player.name), (board, name));
        let told = &then["exhibitions"][exhibition.to_string()]["snapshot"]["boards"][player.board as usize - 1];
        assert_eq!((&json!(player.moves), &json!(player.draw_offer)), (&told["moves"], &told["draw_offer"]));
        players.push(player);
    }
    let mut master = Link::connect(&server, "/ws/2/master").await;
    master.send(&json!({ "type": "master", "token": MASTER })).await;
    let walk = told(&mut master, |told| told["type"] == "walk").await;
    assert_eq!((&walk["board"], &walk["paused_by"], &walk["retract"]), (&json!(5), &json!("master"), &Value::Null));
    assert_eq!(walk["grace_ends_ms"], then["exhibitions"]["2"]["snapshot"]["walk"]["grace_ends_ms"]);

    // And on it goes: the opponent who was waited for, the master, and on the disk.
    master.send(&json!({ "type": "continue" })).await;
    let eve = &mut players[4];
    eve.until("the end of the break", |told| told["type"] == "continued").await;
    let reply = eve.legal_moves.as_ref().expect("Eve's turn")[0].as_str().expect("a move").to_owned();
    eve.play(&reply).await;
    let turn = |told: &Value| told["type"] == "walk" && told["board"] == 5 && told["legal_moves"][0].is_string();
    let walk = told(&mut master, turn).await;
    assert_eq!(walk["draw_offer"], "white");
    master.send(&json!({ "type": "move", "board": 5, "ply": 12, "uci": walk["legal_moves"][0] })).await;
    told(&mut master, |told| told["type"] == "moved" && told["board"] == 5 && told["ply"] == 12).await;
    eve.turn_of(13).await;

    // The open one begins.
    server.start_games().await;
    let fay = &mut players[6];
    fay.until("the start", |told| told["type"] == "started").await;
    fay.play("e2e4").await;
    let played = [&players[4], &players[6]].map(|player| player.moves.clone());
    server.kill().await;
    server.restart().await;
    for (exhibition, board, moves) in [(2, 5, &played[0]), (3, 2, &played[1])] {
        let boards = shown(&server, exhibition).await;
        assert!(boards[board - 1].1.starts_with(moves), "{boards:?}");
    }
}

/// `schema-7.db` and `schema-7.json` are what the program as it was before its eighth migration has left and said, likewise.
///
/// Exhibition 1 is open and empty. 2 is a human master's evening by the desk: an entry code, admission by the organiser, a text that
/// was changed, an announcement, a seat kept for Cyd with a colour and a clock of its own, Ada and Cyd in a game, Ben renamed, resigned and
/// forgotten, Dot not let in, and a break. 3 is open: Gil has a seat, Hal asks for one, Ida waits.
#[tokio::test]
async fn a_database_of_the_seventh_version_is_taken_up() {
    let folder = folder_with("schema-7.db");
    let then: Value = serde_json::from_slice(&fs::read(fixture("schema-7.json")).expect("a file")).expect("JSON");
    let mut server = TestServer::on(folder, 1, &["--engine", "random"]).await;
    let bearer = format!("Bearer {ORGANISER}");
    for _ in 0..2 {
        assert_all_there(&server, &then).await;
        for what in ["settings", "waiting"] {
            for (id, told) in then[what].as_object().expect("exhibitions") {
                let path = format!("/api/exhibitions/{id}/{what}");
                let now = server.request("GET", &path, &[("Authorization", &bearer)], "").await;
                assert_eq!(now.status, 200, "{now:?}");
                assert_still_said(told, &now.json(), &path);
            }
        }
        assert_eq!(server.terminate().await.code(), Some(0), "{}", server.log());
        server.restart().await;
    }
    let mut ada = resume(&server, 2, "sp_73c9fd323f718f811bbb154148345900").await;
    assert_eq!((ada.board, &*ada.name, ada.ply()), (1, "Ada", 2));
    let mut master = Link::connect(&server, "/ws/2/master").await;
    master.send(&json!({ "type": "master", "token": "sm_111b0b928decaf8e0db3d8a759a22c2a" })).await;
    told(&mut master, |told| told["type"] == "walk").await;
    master.send(&json!({ "type": "continue" })).await;
    ada.until("the end of the break", |told| told["type"] == "continued").await;
    // What the new version has beside the games is there too.
    let added = server.post("/api/bots", r#"{"name":"Deep Thought"}"#).await;
    assert_eq!(added.status, 201, "{added:?}");
}
