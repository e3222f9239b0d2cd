//! A long run at full speed: what the server holds on to, and how long a move waits, stay as they are.
//!
//! One exhibition after the other is opened, played to its end and left, with spectators who come, go and don't read.
//! `SIMULTAN_SOAK` says how long (2m); `bash tests/soak.sh 1h` does it with a release build.

#[path = "../common/mod.rs"]
mod common;
mod crowd;
mod figures;

use std::{collections::BTreeMap, time::Duration};

use sqlx::{Connection, Row, SqliteConnection};
use tokio::time::Instant;

use self::{
    common::{TestServer, eventually},
    crowd::{Scoresheet, hold_exhibition},
    figures::{Sample, Window, assert_flat, table},
};

/// How many windows the time is cut into; the first third is the warm-up.
const WINDOWS: u32 = 12;
/// The boards of an exhibition, two of which the server's own bots take.
const BOARDS: u32 = 24;
/// So many exhibitions are held in any case, on a slow machine too: half of them until nothing grows that may.
const LEAST: u64 = 48;
const SHORTEST: Duration = Duration::from_secs(60);

fn duration() -> Duration {
    let text = std::env::var("SIMULTAN_SOAK").unwrap_or_else(|_| "2m".to_owned());
    let duration = humantime::parse_duration(&text).expect("SIMULTAN_SOAK is written like `2m` or `1h`");
    assert!(duration >= SHORTEST, "a soak of less than {SHORTEST:?} says nothing");
    duration
}

#[tokio::test]
#[ignore = "it takes minutes: bash tests/soak.sh, which tests/all.sh runs too"]
async fn a_long_run_stays_as_it_began() {
    let duration = duration();
    let flags = ["--engine", "random", "--seed", "7", "--house-bots", "2", "--bot-pace", "0s"];
    let mut server = TestServer::with(BOARDS, &flags).await;
    let mut played = BTreeMap::new();
    let mut windows: Vec<Window> = Vec::new();
    let (began, mut exhibitions) = (Instant::now(), 0);
    let mut before = Sample::of(&server).await;
    for number in 1..=WINDOWS {
        let mut receipts = Vec::new();
        let (window_began, first) = (Instant::now(), exhibitions);
        while began.elapsed() < duration * number / WINDOWS
            || exhibitions < LEAST * u64::from(number) / u64::from(WINDOWS)
        {
            if exhibitions > 0 {
                // Every second one with clocks.
                let clock = if exhibitions % 2 == 0 { "null" } else { r#""10m+5s""# };
                let opened = server.post("/api/exhibitions", &format!(r#"{{"clock":{clock}}}"#)).await;
                assert_eq!(opened.status, 201, "{opened:?}");
            }
            hold_exhibition(&server, exhibitions, &mut played, &mut receipts).await;
            exhibitions += 1;
        }
        quiet(&server).await;
        let after = Sample::of(&server).await;
        windows.push(Window::new(window_began.elapsed(), exhibitions - first, receipts, &before, &after));
        before = after;
    }
    println!("{}", table(&windows));
    let log = server.log();
    // A statement that takes long is the machine's doing, and shows in the figures.
    let mut told = log.lines().filter(|line| !line.contains("WARN slow statement"));
    let complaint = told.find(|line| ["WARN", "ERROR", "panicked"].iter().any(|word| line.contains(word)));
    assert_eq!(complaint, None, "a soak is nothing to complain of");
    assert!(server.terminate().await.success());
    let mut database = server.sql().await;
    check_database(&mut database, &played).await;
    database.close().await.expect("a goodbye");
    assert_flat(&windows);
}

/// Waits until the server knows that everybody has gone: only then can what it holds be compared.
async fn quiet(server: &TestServer) {
    let deserted = async || {
        let figures = server.get("/metrics").await.body;
        let mut open = figures.lines().filter(|line| line.starts_with("simultan_connections{"));
        open.all(|line| line.ends_with(" 0")).then_some(())
    };
    eventually("the last connection's end", deserted).await;
}

/// What is stored is what the players saw, move for move, and nothing else.
async fn check_database(database: &mut SqliteConnection, played: &BTreeMap<(i64, i64), Scoresheet>) {
    let sound: String = sqlx::query_scalar("pragma integrity_check").fetch_one(&mut *database).await.expect("a check");
    assert_eq!(sound, "ok");
    let sql = "select event.exhibition, event.board, group_concat(uci, ' ' order by ply) as moves, \
               max(ply) as last, count(*) as plies, count(distinct ply) as distinct_plies \
               from event join guest on guest.exhibition = event.exhibition and guest.board = event.board \
               where kind = 'moved' and house_level is null group by 1, 2";
    let rows = sqlx::query(sql).fetch_all(&mut *database).await.expect("the games");
    let mut stored = BTreeMap::new();
    for row in rows {
        let number = |column: &str| row.get::<i64, _>(column);
        assert_eq!((number("last"), number("distinct_plies")), (number("plies"), number("plies")));
        let sheet = Scoresheet::of(row.get::<&str, _>("moves").split(' '));
        stored.insert((number("exhibition"), number("board")), sheet);
    }
    assert!(stored == *played, "the database has {} games, the players saw {}", stored.len(), played.len());
    let unfinished = "select count(*) from exhibition where finished_ms is null";
    let unfinished: i64 = sqlx::query_scalar(unfinished).fetch_one(&mut *database).await.expect("a count");
    assert_eq!(unfinished, 0);
    let twice = "select count(*) from (select 1 from event where kind = 'ended' group by exhibition, board having count(*) > 1)";
    let twice: i64 = sqlx::query_scalar(twice).fetch_one(&mut *database).await.expect("a count");
    assert_eq!(twice, 0, "a game ends once");
}
