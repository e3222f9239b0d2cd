//! What is checked of a database before it is used, and what beside it: the whole of a small file first; of a large one
//! what is taken up, and the rest while it is in use.

use std::{
    fs,
    path::{Path, PathBuf},
};

use simultan::journal::{OpenError, SqliteStore, Store};
use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use tempfile::TempDir;

use crate::{
    common::{Player, TestServer, eventually},
    stored::{Shape, store_exhibition},
};

const PAGE: usize = 4096;

async fn open(path: &Path) -> SqliteConnection {
    SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(path)).await.expect("a database")
}

/// The leaves of a table or an index, in their order.
async fn leaves(path: &Path, name: &str) -> Vec<usize> {
    let mut database = open(path).await;
    let sql = "select pageno from dbstat where name = ? and pagetype = 'leaf' order by path";
    let pages: Vec<i64> = sqlx::query_scalar(sql).bind(name).fetch_all(&mut database).await.expect("pages");
    database.close().await.expect("a goodbye");
    pages.into_iter().map(|page| usize::try_from(page).expect("a page") - 1).collect()
}

/// Three exhibitions, the first of them over.
async fn evenings() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("games.db");
    let mut store = SqliteStore::open(&path).await.expect("a new database");
    for over in [true, false, false] {
        store_exhibition(&mut store, Shape { boards: 8, plies: 20, over }).await;
    }
    store.close().await;
    (folder, path)
}

/// Where in a leaf of events each row's exhibition stands, and which it is: one byte, unless it is 0 or 1.
fn exhibitions(leaf: &[u8]) -> Vec<(usize, u8)> {
    let short = |at: usize| usize::from(u16::from_be_bytes([leaf[at], leaf[at + 1]]));
    let cells = (0..short(3)).map(|cell| short(8 + 2 * cell));
    let one_byte = cells.filter_map(|cell| {
        let (header, in_a_byte) = (cell + 1, leaf[cell + 2] == 1);
        let value = header + usize::from(leaf[header]);
        in_a_byte.then(|| (value, leaf[value]))
    });
    one_byte.collect()
}

/// What is said of the file when exhibitions are to be taken up from it, as a small one and as a large one.
async fn refusals(path: &Path, bytes: &[u8]) -> [String; 2] {
    let mut said = [String::new(), String::new()];
    for (said, small) in said.iter_mut().zip([u64::MAX, 0]) {
        fs::write(path, bytes).expect("a file");
        let taken_up = async {
            let mut store = SqliteStore::open_checking(path, small).await?;
            store.unfinished().await
        };
        *said = taken_up.await.err().as_ref().map(OpenError::to_string).unwrap_or_default();
        assert!(fs::read(path).expect("a file") == bytes, "it is as it was");
    }
    said
}

#[tokio::test]
async fn a_record_that_has_lost_its_end_is_not_taken_up() {
    let (_folder, path) = evenings().await;
    let sound = fs::read(&path).expect("a database");
    assert_eq!(refusals(&path, &sound).await, [const { String::new() }; 2]);
    let pages = leaves(&path, "event").await;
    let [.., last] = pages[..] else { panic!("no pages") };
    let mut shorter = sound.clone();
    // The number of rows on the page: one less, and the last one is not there.
    shorter[last * PAGE + 4] -= 1;
    let said = refusals(&path, &shorter).await;
    assert!(said[0].contains("is damaged"), "{said:?}");
    assert!(said[1].contains("249 events were stored, and 248 are there"), "{said:?}");
}

/// SQLite's quick check does not see it, and each exhibition ends where the strange row stands.
#[tokio::test]
async fn a_row_under_another_exhibitions_number_is_not_passed_over() {
    let (_folder, path) = evenings().await;
    let sound = fs::read(&path).expect("a database");
    let mut tried = 0;
    for page in leaves(&path, "event").await {
        let rows = exhibitions(&sound[page * PAGE..(page + 1) * PAGE]);
        for &(at, exhibition) in rows.iter().step_by(29) {
            for other in [2, 3, 4, 120] {
                let mut damaged = sound.clone();
                damaged[page * PAGE + at] = other;
                if other != exhibition {
                    let said = refusals(&path, &damaged).await;
                    assert!(said.iter().all(|said| !said.is_empty()), "{exhibition} is called {other}: {said:?}");
                    tried += 1;
                }
            }
        }
    }
    assert!(tried > 20, "{tried}");
}

/// A server's folder whose file is a large one, with an exhibition that is over and one that is under way.
async fn large() -> (TestServer, Player) {
    let mut server = TestServer::random(1).await;
    let mut ada = Player::join(&server, "Ada").await;
    ada.play_anything().await;
    ada.say("resign").await;
    ada.end().await;
    server.finished().await;
    assert_eq!(server.post("/api/exhibitions", "").await.status, 201);
    let mut ben = Player::join(&server, "Ben").await;
    ben.play_anything().await;
    ben.turn().await;
    assert_eq!(server.terminate().await.code(), Some(0));
    let mut database = server.sql().await;
    let ballast = "create table ballast (bytes blob); insert into ballast values (zeroblob(17 << 20));";
    sqlx::raw_sql(ballast).execute(&mut database).await.expect("room");
    database.close().await.expect("a goodbye");
    (server, ben)
}

#[tokio::test]
async fn a_large_file_is_checked_while_it_is_in_use() {
    let (mut server, ben) = large().await;
    server.restart().await;
    eventually("the check", async || server.log().contains("the whole database is sound").then_some(())).await;
    Player::resume(&server, &ben.token).await.play_anything().await;
}

#[tokio::test]
async fn damage_that_is_found_in_use_stops_the_server_which_says_so() {
    let (mut server, ben) = large().await;
    // The first seat's token in the index, which nobody asks for any more.
    let [leaf] = leaves(&server.database(), "sqlite_autoindex_guest_2").await[..] else { panic!("one page") };
    let mut bytes = fs::read(server.database()).expect("a database");
    let token = {
        let mut database = server.sql().await;
        let sql = "select token_hash from guest where exhibition = 1";
        let token: Vec<u8> = sqlx::query_scalar(sql).fetch_one(&mut database).await.expect("a seat");
        database.close().await.expect("a goodbye");
        token
    };
    let page = &mut bytes[leaf * PAGE..(leaf + 1) * PAGE];
    let at = page.windows(token.len()).position(|window| window == token).expect("the token");
    page[at + 31] ^= 1;
    fs::write(server.database(), &bytes).expect("a file");
    server.restart().await;
    assert_eq!(server.exit().await.code(), Some(1));
    let log = server.log();
    assert!(
        log.contains("is damaged (") && log.contains("games.db") && log.contains("the server has stopped"),
        "{log}"
    );
    // What was acknowledged is there.
    let mut database = server.sql().await;
    let sql = "select count(*) from event where exhibition = 2 and kind = 'moved'";
    let moves: i64 = sqlx::query_scalar(sql).fetch_one(&mut database).await.expect("a database");
    assert!(moves >= ben.moves.len() as i64, "{moves}");
}
