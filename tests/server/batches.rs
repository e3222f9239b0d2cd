//! Commits of every size: each event stands in its row once, and the exhibition's row has the last one's number.

use simultan::{
    journal::{Numbered, SqliteStore, Store},
    record::event::{Event, ExhibitionId, Kind},
    rules::{BoardNo, Millis},
};
use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};

use crate::stored::{Shape, store_exhibition};

/// Around the powers of two that statements are made for, and beyond the largest.
const SIZES: [usize; 14] = [1, 2, 3, 4, 5, 7, 8, 9, 255, 256, 257, 512, 600, 1025];

#[tokio::test]
async fn a_commit_of_any_size_stores_all_of_it_and_nothing_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("games.db");
    let mut store = SqliteStore::open(&path).await.expect("a new database");
    let shape = Shape { boards: 4, plies: 6, over: false };
    let mut evenings = Vec::new();
    for _ in 0..2 {
        evenings.push(store_exhibition(&mut store, shape).await);
    }
    let before: Vec<i64> = evenings.iter().map(|&(_, seq)| i64::try_from(seq).expect("some")).collect();
    let visit = |id: ExhibitionId, seq: u64| {
        let kind = Kind::Visit { board: BoardNo(1 + u32::try_from(seq % 4).expect("small")), excursion: false };
        Numbered { exhibition: id, event: Event { seq, at: Millis(60_000 + seq), wall: seq, kind }, seat: None }
    };
    for size in SIZES {
        // Of two exhibitions in turn, as they come in a busy hall.
        let lines: Vec<Numbered> = (0..size)
            .map(|number| {
                let (id, seq) = &mut evenings[number % 2];
                *seq += 1;
                visit(*id, *seq)
            })
            .collect();
        store.append(&lines).await.expect("room");
    }
    store.close().await;

    let options = SqliteConnectOptions::new().filename(&path);
    let mut database = SqliteConnection::connect_with(&options).await.expect("a database");
    for ((id, seq), before) in evenings.into_iter().zip(before) {
        let sql = "select count(*), max(seq), (select last_seq from exhibition where id = ?1), \
                   sum(kind = 'visit' and at_ms = 60000 + seq and wall_ms = seq and board = 1 + seq % 4) \
                   from event where exhibition = ?1";
        let found: (i64, i64, i64, i64) = sqlx::query_as(sql).bind(id.0).fetch_one(&mut database).await.expect("a row");
        let seq = i64::try_from(seq).expect("some thousands");
        assert_eq!((found.0, found.1, found.2), (seq, seq, seq), "no gap, and none twice");
        assert_eq!(found.3, seq - before, "each as it was");
    }
}
