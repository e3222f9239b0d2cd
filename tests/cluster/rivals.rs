//! Two servers with one hall name, and a database that is not the one that was published.

use std::{path::Path, process::Stdio};

use tempfile::TempDir;
use tokio::process::Command;

use crate::{
    common::{
        Player, TestServer, eventually,
        server::{BINARY, signal},
    },
    nats::Nats,
    showing::{assert_told, caught_up, hall, node},
};

/// Copies a database that is in use.
pub(crate) async fn back_up(database: &Path, target: &Path) {
    let mut command = Command::new(BINARY);
    command.args(["backup", "--database"]).args([database, target]).stdout(Stdio::null());
    assert!(command.status().await.expect("the binary runs").success());
}

/// A server on a copy of `database`, as it is now.
async fn on_a_copy(nats: &Nats, database: &Path) -> TestServer {
    let folder = tempfile::tempdir().expect("a folder");
    back_up(database, &folder.path().join("games.db")).await;
    on(nats, folder).await
}

async fn on(nats: &Nats, folder: TempDir) -> TestServer {
    let url = nats.url();
    TestServer::on(folder, 2, &["--publish", &url, "--hall", "club7", "--engine", "random", "--seed", "7"]).await
}

async fn said(server: &TestServer, words: &str) {
    eventually(words, async || server.log().contains(words).then_some(())).await;
}

async fn publishes(server: &TestServer, epoch: u64) {
    let wanted = format!("simultan_log_epoch {epoch}\n");
    eventually("a publisher", async || {
        let figures = server.get("/metrics").await.body;
        (figures.contains(&wanted) && figures.contains("simultan_log_up 1")).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_second_server_of_one_name_is_told_so_and_publishes_nothing() {
    let nats = Nats::one().await;
    let first = hall(&nats, "club7", 2, &[]).await;
    publishes(&first, 1).await;
    let second = on_a_copy(&nats, &first.database()).await;
    said(&second, "another server publishes as this hall").await;
    assert!(second.get("/metrics").await.body.contains("simultan_log_up 0"));
    // Both play on; the log has the first one's evening alone.
    let (mut ada, mut ben) = (Player::join(&first, "Ada").await, Player::join(&second, "Ben").await);
    first.start_games().await;
    second.start_games().await;
    for _ in 0..3 {
        ada.play_anything().await;
        ben.play_anything().await;
    }
    let node = node(&nats).await;
    caught_up(&node, &first, 1).await;
    let shown = node.get("/api/exhibitions/1").await.body;
    assert!(shown.contains("Ada") && !shown.contains("Ben"), "{shown}");
    assert!(first.get("/metrics").await.body.contains("simultan_log_rivals_total 0"));
}

#[tokio::test]
async fn a_stale_server_that_wakes_up_is_found_by_the_log() {
    let nats = Nats::one().await;
    let stale = hall(&nats, "club7", 2, &[]).await;
    let mut ada = Player::join(&stale, "Ada").await;
    stale.start_games().await;
    ada.turn().await;
    publishes(&stale, 1).await;
    let node = node(&nats).await;
    caught_up(&node, &stale, 1).await;
    // While it sleeps, its database is put in use elsewhere: what the log has is all in it.
    signal(stale.id(), "STOP").await;
    let second = on_a_copy(&nats, &stale.database()).await;
    publishes(&second, 2).await;
    signal(stale.id(), "CONT").await;
    ada.play_anything().await;
    said(&stale, "another server publishes as this hall").await;
    assert!(stale.get("/metrics").await.body.contains("simultan_log_rivals_total 1"));
    let mut again = Player::resume(&second, &ada.token).await;
    again.play_anything().await;
    caught_up(&node, &second, 1).await;
    assert_told(&nats, &second, "club7").await;
}

#[tokio::test]
async fn a_backup_that_was_restored_or_another_database_publishes_nothing() {
    let nats = Nats::one().await;
    let mut first = hall(&nats, "club7", 2, &[]).await;
    let before = tempfile::tempdir().expect("a folder");
    let mut ada = Player::join(&first, "Ada").await;
    back_up(&first.database(), &before.path().join("games.db")).await;
    first.start_games().await;
    ada.play_anything().await;
    let node = node(&nats).await;
    caught_up(&node, &first, 1).await;
    first.kill().await;
    let told = nats.log().await.len();
    let mut restored = on(&nats, before).await;
    said(&restored, "is not what this database holds (exhibition 1, event ").await;
    restored.kill().await;
    let other = on(&nats, tempfile::tempdir().expect("a folder")).await;
    said(&other, "is not what this database holds").await;
    assert_eq!(nats.log().await.len(), told, "nothing was published");
}
