//! A node is killed under a thousand spectators, and another one takes its place: nobody misses anything.

use std::{cell::RefCell, rc::Rc};

use tokio::task::LocalSet;

use crate::{
    common::{TestServer, eventually},
    nats::Nats,
    showing::{caught_up, hall, node},
    watcher::{Fate, Seen, watch},
};

const CROWD: usize = 1000;

#[tokio::test]
async fn a_node_is_replaced_under_a_thousand_spectators() {
    LocalSet::new().run_until(replaced()).await;
}

async fn replaced() {
    let nats = Nats::one().await;
    let bots = ["--house-bots", "6", "--bot-pace", "200ms", "--think", "1ms", "--walk", "ready-first"];
    let hall = hall(&nats, "club7", 6, &bots).await;
    let mut first = node(&nats).await;
    caught_up(&first, &hall, 1).await;
    let (seen, fates) = (Seen::default(), (0..CROWD).map(|_| Rc::<RefCell<Fate>>::default()).collect::<Vec<_>>());
    let crowd: Vec<_> = fates
        .iter()
        .map(|fate| tokio::task::spawn_local(watch(first.address, 1, seen.clone(), fate.clone())))
        .collect();
    let all = async |least: u64, connections: usize| {
        let there = |fate: &Rc<RefCell<Fate>>| fate.borrow().seq >= least && fate.borrow().connections >= connections;
        eventually("all of the crowd", async || fates.iter().all(there).then_some(())).await;
    };
    all(1, 1).await;
    let before = fates.iter().map(|fate| fate.borrow().seq).max().unwrap_or_default();
    all(before + 10, 1).await;
    first.kill().await;
    // Another machine's: nothing of the first one's copy is there.
    let second = replacement(&nats, &first).await;
    let last = fates.iter().map(|fate| fate.borrow().seq).max().unwrap_or_default();
    all(last + 20, 2).await;
    crowd.iter().for_each(tokio::task::JoinHandle::abort);
    let wrong: Vec<_> = fates.iter().flat_map(|fate| fate.borrow().wrong.clone()).collect();
    assert!(wrong.is_empty(), "{} wrong: {:?}", wrong.len(), &wrong[..wrong.len().min(5)]);
    let snapshots: usize = fates.iter().map(|fate| fate.borrow().snapshots).sum();
    assert_eq!(snapshots, CROWD, "one each, at the beginning: what came meanwhile came as events");
    drop(second);
}

/// A new node at the same address.
async fn replacement(nats: &Nats, first: &TestServer) -> TestServer {
    TestServer::node(tempfile::tempdir().expect("a folder"), first.address, &["--from", &nats.url()]).await
}
