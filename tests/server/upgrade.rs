//! Databases of earlier versions.

use std::{fs, path::Path};

use serde_json::Value;
use sqlx::SqliteConnection;
use tempfile::TempDir;
use tokio::process::Command;

use super::database::{assert_refused, execute, open};
use crate::common::{
    TestServer,
    server::{self, BINARY},
};

/// A folder with what the first version has left: an exhibition that is over and one that is under way.
fn first_version() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let made = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/schema-1.db");
    fs::copy(made, server::database(&folder)).expect("a copy");
    folder
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
