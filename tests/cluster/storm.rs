//! The storm: everything is killed, stopped and slowed again and again while games go on, and then all books are compared.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::Rc,
    time::Duration,
};

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use serde_json::json;
use tokio::{task::LocalSet, time::sleep};

use crate::{
    books::{differences, rows},
    chance::{chance, size},
    common::{ORGANISER, TestServer, eventually, server::signal},
    nats::Nats,
    showing::{all_told, assert_told, caught_up, hall, node, seq_at},
    watcher::{Fate, Seen, watch},
};

/// How everybody fares, by who they are and which exhibition they watch.
type Fates = Rc<RefCell<BTreeMap<(&'static str, u64), Rc<RefCell<Fate>>>>>;

/// What can happen to a part of it.
#[derive(Debug, Clone, Copy)]
enum Fault {
    HallKilled,
    NodeKilled,
    NatsKilled,
    NatsFrozen,
    HallFrozen,
    NodeFrozen,
    AllNatsKilled,
    AllNatsFrozen,
}

const FAULTS: [Fault; 8] = [
    Fault::HallKilled,
    Fault::NodeKilled,
    Fault::NatsKilled,
    Fault::NatsFrozen,
    Fault::HallFrozen,
    Fault::NodeFrozen,
    Fault::AllNatsKilled,
    Fault::AllNatsFrozen,
];

#[tokio::test]
async fn whatever_is_killed_or_stopped_nothing_is_missing_twice_or_different() {
    LocalSet::new().run_until(Box::pin(storm())).await;
}

async fn storm() {
    let (faults, events) = (size("SIMULTAN_CLUSTER_FAULTS", 16), size("SIMULTAN_CLUSTER_EVENTS", 4000));
    let mut chance = chance("the storm");
    let mut nats = Nats::three().await;
    let bots = ["--house-bots", "12", "--bot-pace", "5ms", "--think", "1ms", "--walk", "ready-first"];
    let mut hall = hall(&nats, "club7", 12, &bots).await;
    let mut node = node(&nats).await;
    let (here, there) = (Seen::default(), Seen::default());
    let fates = Fates::default();
    let over = Rc::new(Cell::new(false));
    let conducts = tokio::task::spawn_local(conduct(hall.address, over.clone()));
    let watches = [(hall.address, "hall", &here), (node.address, "node", &there), (node.address, "node again", &there)]
        .map(|(at, who, seen)| tokio::task::spawn_local(attend(at, who, seen.clone(), fates.clone())));
    let mut counts = BTreeMap::<String, usize>::new();
    let mut done = 0;
    while done < faults || stored(&hall).await < events {
        sleep(Duration::from_millis(chance.random_range(100..900))).await;
        let fault = FAULTS[chance.random_range(0..FAULTS.len())];
        *counts.entry(format!("{fault:?}")).or_default() += 1;
        strike(fault, &mut chance, &mut nats, &mut hall, &mut node).await;
        done += 1;
        assert!(!conducts.is_finished(), "the exhibitions go on");
    }
    over.set(true);
    conducts.await.expect("no panic");
    // What comes last, comes too: then the books are closed.
    let last = last_exhibition(&hall).await;
    for id in 1..=last {
        caught_up(&node, &hall, id).await;
    }
    all_told(&nats, &hall, "club7").await;
    watches.iter().for_each(tokio::task::JoinHandle::abort);
    // Whoever sat there goes with the server; what that makes happen is told at its end, or after the next start.
    hall.terminate().await;
    hall.restart().await;
    for id in 1..=last {
        caught_up(&node, &hall, id).await;
    }
    // Nothing more happens: what its end made happen may be in the table alone.
    hall.terminate().await;
    let (log, own) = assert_told(&nats, &hall, "club7").await;
    for &(id, seq) in own.keys() {
        let id = u64::try_from(id).expect("a number");
        if !own.contains_key(&(id.cast_signed(), seq + 1)) {
            eventually("the log's end", async || seq_at(&node, id).await.filter(|&found| found == seq)).await;
        }
    }
    node.terminate().await;
    let copy = rows(&node.database().join("club7.db")).await;
    let missing = differences(&own, &copy);
    assert!(missing.is_empty(), "{} wrong in the copy: {:#?}", missing.len(), &missing[..missing.len().min(10)]);
    let (here, there) = (here.borrow(), there.borrow());
    let shared = there.iter().filter(|(key, _)| here.contains_key(key));
    let different = shared.clone().filter(|(key, text)| here[key] != **text).count();
    let connections: usize = fates.borrow().values().map(|fate: &Rc<RefCell<Fate>>| fate.borrow().connections).sum();
    let wrong: Vec<_> = fates.borrow().values().flat_map(|fate| fate.borrow().wrong.clone()).collect();
    eprintln!(
        "the storm: {} events, {} messages, {done} faults {counts:?}; frames at both {}, different {different}; {connections} \
         connections of spectators; missing 0, twice 0, out of order 0, different 0",
        own.len(),
        log.len(),
        shared.clone().count(),
    );
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(different, 0, "frames are the same byte for byte");
    assert!(shared.count() > events / 4, "the spectators have seen something");
    let epochs: Vec<_> = log.iter().map(|message| message.opening.epoch).collect();
    assert!(epochs.is_sorted(), "one publisher comes after the other");
}

async fn strike(fault: Fault, chance: &mut ChaCha8Rng, nats: &mut Nats, hall: &mut TestServer, node: &mut TestServer) {
    let short = Duration::from_millis(chance.random_range(50..1500));
    let place = chance.random_range(0..nats.len());
    match fault {
        Fault::HallKilled => {
            hall.kill().await;
            sleep(short / 3).await;
            hall.restart().await;
        }
        Fault::NodeKilled => {
            node.kill().await;
            sleep(short).await;
            node.restart().await;
        }
        Fault::NatsKilled => {
            nats.kill(place).await;
            sleep(short).await;
            nats.start(place);
        }
        Fault::NatsFrozen => {
            nats.freeze(place).await;
            sleep(short).await;
            nats.thaw(place).await;
        }
        Fault::HallFrozen => frozen(hall, short).await,
        Fault::NodeFrozen => frozen(node, short).await,
        Fault::AllNatsKilled => {
            for place in 0..nats.len() {
                nats.kill(place).await;
            }
            sleep(short).await;
            (0..nats.len()).for_each(|place| nats.start(place));
        }
        Fault::AllNatsFrozen => {
            for place in 0..nats.len() {
                nats.freeze(place).await;
            }
            sleep(short).await;
            for place in 0..nats.len() {
                nats.thaw(place).await;
            }
        }
    }
}

async fn frozen(server: &TestServer, time: Duration) {
    signal(server.id(), "STOP").await;
    sleep(time).await;
    signal(server.id(), "CONT").await;
}

/// How many events the hall has stored.
async fn stored(hall: &TestServer) -> usize {
    let mut connection = hall.sql().await;
    let count: i64 =
        sqlx::query_scalar("select count(*) from event").fetch_one(&mut connection).await.unwrap_or_default();
    usize::try_from(count).unwrap_or_default()
}

async fn last_exhibition(hall: &TestServer) -> u64 {
    let id = hall.get("/api/exhibitions/current").await.json()["id"].as_str().and_then(|id| id.parse().ok());
    id.expect("an exhibition")
}

/// Opens one exhibition after the other, until it is enough.
async fn conduct(at: std::net::SocketAddr, over: Rc<Cell<bool>>) {
    while !over.get() {
        sleep(Duration::from_millis(100)).await;
        let Some(current) = ask(at, "GET", "/api/exhibitions/current", "").await else { continue };
        match current["status"].as_str() {
            Some("finished") => {
                let settings = json!({ "boards": 12, "house_bots": 12, "think": "1ms", "walk": "ready-first" });
                ask(at, "POST", "/api/exhibitions", &settings.to_string()).await;
            }
            Some("open") => {
                ask(at, "POST", "/api/exhibitions/current/start", "").await;
            }
            _ => {}
        }
    }
}

/// Asks as the organiser; `None` where nobody answers at the moment.
async fn ask(at: std::net::SocketAddr, method: &str, path: &str, body: &str) -> Option<serde_json::Value> {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let text = format!(
        "{method} {path} HTTP/1.1\r\nHost: {at}\r\nConnection: close\r\nAuthorization: Bearer {ORGANISER}\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let asked = async {
        let mut stream = tokio::net::TcpStream::connect(at).await.ok()?;
        stream.write_all(text.as_bytes()).await.ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.ok()?;
        serde_json::from_str(answer.split_once("\r\n\r\n")?.1).ok()
    };
    tokio::time::timeout(Duration::from_secs(5), asked).await.ok()?
}

/// Watches one exhibition after the other.
async fn attend(at: std::net::SocketAddr, who: &'static str, seen: Seen, fates: Fates) {
    for exhibition in 1.. {
        let fate = Rc::new(RefCell::new(Fate { whole: true, ..Fate::default() }));
        fates.borrow_mut().insert((who, exhibition), fate.clone());
        watch(at, exhibition, seen.clone(), fate).await;
    }
}
