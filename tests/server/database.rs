//! Databases that can't be used are left alone, with a sentence.

use std::{fs, path::Path};

use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use tempfile::TempDir;

use crate::common::{Player, TestServer, server, within};

/// Starts a server on the folder's database and expects it to say why it can't, and to change nothing.
pub(super) async fn assert_refused(folder: &TempDir, sentence: &str) {
    let path = server::database(folder);
    let before = fs::read(&path).ok();
    let mut process = server::command(&path, &folder.path().join("log")).spawn().expect("the binary runs");
    let status = within("the server's end", process.wait()).await.expect("an exit status");
    let log = server::read_log(folder);
    assert_eq!(status.code(), Some(1), "{log}");
    assert!(log.contains(sentence), "{sentence:?} is not in\n{log}");
    assert!(log.contains(path.to_str().expect("a plain path")), "it names the file:\n{log}");
    assert!(!log.contains("panicked") && log.lines().count() <= 3, "a sentence is enough:\n{log}");
    assert_eq!(fs::read(&path).ok(), before, "the file is as it was");
}

fn folder_with(content: &[u8]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(server::database(&folder), content).expect("a file");
    folder
}

pub(super) async fn open(path: &Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(path).create_if_missing(true);
    SqliteConnection::connect_with(&options).await.expect("a database")
}

pub(super) async fn execute(connection: &mut SqliteConnection, sql: &'static str) {
    sqlx::raw_sql(sql).execute(connection).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
}

/// A folder whose database a server has made and left.
async fn folder_with_games() -> TempDir {
    let mut server = TestServer::random(1).await;
    let _ada = Player::join(&server, "Ada").await;
    assert_eq!(server.terminate().await.code(), Some(0));
    server.into_folder()
}

#[tokio::test]
async fn a_missing_or_empty_database_is_made() {
    let server = TestServer::random(1).await;
    assert!(server.database().exists());
    let server = TestServer::on(folder_with(b""), 1, &["--engine", "random"]).await;
    assert_eq!(server.get("/healthz").await.status, 200);
}

/// What a power cut may leave when the file is made: a first page of which nothing came, and a journal that takes it back.
#[tokio::test]
async fn a_database_whose_making_was_cut_short_is_made() {
    let folder = folder_with(&[0; 4096]);
    let mut journal = b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7".to_vec();
    let (records, nonce, pages, sector, page) = (0_u32, 1_u32, 0_u32, 512_u32, 4096_u32);
    journal.extend([records, nonce, pages, sector, page].map(u32::to_be_bytes).concat());
    journal.resize(512, 0);
    fs::write(server::database(&folder).with_extension("db-journal"), journal).expect("a file");
    let server = TestServer::on(folder, 1, &["--engine", "random"]).await;
    assert_eq!(server.get("/healthz").await.status, 200);
}

#[tokio::test]
async fn a_file_that_is_no_database_is_left_alone() {
    assert_refused(&folder_with(b"Dear diary, today I played a simul.\n"), "is no SQLite database").await;
    assert_refused(&folder_with(b"x"), "is no SQLite database").await;
    assert_refused(&folder_with(&[0; 4096]), "is no SQLite database").await;
}

#[tokio::test]
async fn another_programs_database_is_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut other = open(&server::database(&folder)).await;
    execute(&mut other, "create table event (id integer primary key); insert into event values (1);").await;
    other.close().await.expect("a goodbye");
    assert_refused(&folder, "is a database of another program").await;
}

#[tokio::test]
async fn a_newer_programs_database_is_left_alone() {
    let folder = folder_with_games().await;
    let mut newer = open(&server::database(&folder)).await;
    execute(
        &mut newer,
        "insert into _sqlx_migrations (version, description, success, checksum, execution_time) \
         values (9999, 'what we do not know yet', 1, x'00', 0)",
    )
    .await;
    newer.close().await.expect("a goodbye");
    assert_refused(&folder, "was written by a newer version").await;
}

#[tokio::test]
async fn a_database_in_use_by_another_server_is_left_to_it() {
    let mut first = TestServer::random(1).await;
    let log = first.database().with_file_name("second.log");
    let mut second = server::command(&first.database(), &log).spawn().expect("the binary runs");
    let status = within("the second server's end", second.wait()).await.expect("an exit status");
    let said = fs::read_to_string(&log).expect("a log");
    assert_eq!(status.code(), Some(1), "{said}");
    assert!(said.contains("is in use by another Simultan server"), "{said}");
    Player::join(&first, "Ada").await;
    // And the lock goes with the process, however it ends.
    first.kill().await;
    first.restart().await;
}

#[tokio::test]
async fn a_cut_off_database_is_left_alone() {
    let folder = folder_with_games().await;
    let path = server::database(&folder);
    let whole = fs::read(&path).expect("a database");
    fs::write(&path, &whole[..whole.len() / 2]).expect("half of it");
    assert_refused(&folder, "damaged").await;
}

#[tokio::test]
async fn a_record_that_cannot_have_happened_is_found_at_the_start() {
    for (damage, sentence) in [
        ("delete from event where seq = 2", "is stored where"),
        ("update event set uci = 'a1a8' where kind = 'moved' and ply = 3", "not legal"),
        ("update event set uci = 'g1h3' where kind = 'moved' and ply = 3", "another position"),
        ("update event set board = 9 where kind = 'visit'", "no board 9"),
        ("update event set kind = 'cheated' where kind = 'visit'", "never written"),
        (
            "update event set kind = 'started' where seq = (select max(seq) from event where kind = 'visit')",
            "begin twice",
        ),
        ("update event set kind = 'finished' where kind = 'disconnected'", "ends before its games"),
        (
            "update event set kind = 'draw_declined', by_whom = 'black' where kind = 'disconnected'",
            "nobody has offered",
        ),
        (
            "update event set kind = 'ended', result = '1-0', termination = 'checkmate' where kind = 'disconnected'",
            "do not go with the game",
        ),
        ("update event set white_ms = 1, black_ms = 1 where ply = 2", "the clocks after a move"),
        (
            "pragma ignore_check_constraints = on; update exhibition set boards = 4000000000",
            "damaged (CHECK constraint failed",
        ),
    ] {
        let mut server = TestServer::scripted(1, "e2e4 g1f3").await;
        let mut ada = Player::join(&server, "Ada").await;
        ada.play("e7e5").await;
        ada.turn().await;
        assert_eq!(server.terminate().await.code(), Some(0));
        let mut database = server.sql().await;
        execute(&mut database, damage).await;
        database.close().await.expect("a goodbye");
        assert_refused(&server.into_folder(), sentence).await;
    }
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_told_of() {
    let folder = tempfile::tempdir().expect("a folder");
    let (database, log) = (folder.path().join("nowhere/games.db"), folder.path().join("log"));
    let mut process = server::command(&database, &log).spawn().expect("the binary runs");
    let status = within("the server's end", process.wait()).await.expect("an exit status");
    let said = fs::read_to_string(&log).expect("a log");
    assert_eq!(status.code(), Some(1), "{said}");
    assert!(said.contains("nowhere") && said.contains("can't be opened"), "{said}");
}
