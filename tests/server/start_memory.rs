//! A start with much to take up. How long it takes is for `benches/start.rs`.

use std::{fs, path::Path};

use simultan::journal::{SqliteStore, Store};
use tokio::process::Command;

use crate::{
    common::{
        TestServer,
        server::{self, BINARY},
    },
    stored::{Shape, store_exhibition},
};

/// How many events there are to take up, and the most memory that a server has held once it shows them.
async fn taken_up(plies: u32) -> (u64, u64) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut store = SqliteStore::open(&server::database(&folder)).await.expect("a new database");
    let (_, events) = store_exhibition(&mut store, Shape { boards: 100, plies, over: false }).await;
    store.close().await;
    let engine = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/common/scripted-master.sh");
    let mut command = server::command_under(Command::new(BINARY), &server::database(&folder));
    command.args(["--think", "10m", "--engine"]).arg(engine);
    let server = TestServer::of(command, folder).await;
    assert_eq!(server.get("/api/exhibitions/current/boards/100").await.status, 200);
    let status = fs::read_to_string(format!("/proc/{}/status", server.id())).expect("Linux");
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("its peak");
    let peak: u64 = peak.trim().trim_end_matches("kB").trim().parse().expect("a number");
    (events, peak * 1024)
}

/// A move is kept twice, by its board and for those who watch, in some 90 bytes, which may double while lists grow. What
/// else it was on its way must not be held for all of them at once: that was 2,500 bytes an event.
#[tokio::test]
async fn taking_up_many_moves_holds_little_more_than_the_moves() {
    let ((few, before), (many, after)) = (taken_up(4).await, taken_up(160).await);
    let each = after.saturating_sub(before) / (many - few);
    println!("{} more events, {each} bytes each at the most", many - few);
    assert!(many - few > 15_000 && each < 800, "{each} bytes an event");
}
