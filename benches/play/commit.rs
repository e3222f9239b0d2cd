//! What one commit costs on this disk: the least that a receipt waits for.

use std::time::{Duration, Instant};

use sqlx::{
    ConnectOptions, Connection, Executor,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};

/// How long a lone commit takes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Commit {
    pub(crate) p50: Duration,
    pub(crate) p99: Duration,
}

/// Commits `count` rows, one after the other, as durably as a move is.
pub(crate) fn alone(count: usize) -> Commit {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let folder = tempfile::tempdir().expect("a folder");
        let options = SqliteConnectOptions::new()
            .filename(folder.path().join("lone.db"))
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .disable_statement_logging();
        let mut connection = options.connect().await.expect("a database");
        connection.execute("create table row (number integer primary key, text text) strict").await.expect("a table");
        let mut took = Vec::with_capacity(count);
        for _ in 0..count {
            let began = Instant::now();
            let query = sqlx::query(
                "insert into row (text) values ('e2e4 and what else a move has, about eighty bytes of it')",
            );
            query.execute(&mut connection).await.expect("room");
            took.push(began.elapsed());
        }
        connection.close().await.expect("a goodbye");
        took.sort_unstable();
        Commit { p50: took[count / 2], p99: took[count * 99 / 100] }
    })
}
