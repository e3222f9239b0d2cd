//! What a node shows is what the hall shows.

use std::{collections::BTreeMap, path::Path};

use serde_json::{Value, json};
use simultan::relay::Message;
use tokio::process::Command;

use crate::{
    books::{Rows, compare, rows, until},
    common::{Player, Spectator, TestServer, eventually, server::BINARY, timeless},
    nats::Nats,
    rivals::back_up,
};

/// A name that nothing else contains.
const NAME: &str = "Quetzalcoatl";

/// A hall that publishes.
pub(crate) async fn hall(nats: &Nats, name: &str, boards: u32, flags: &[&str]) -> TestServer {
    let url = nats.url();
    let own = ["--publish", &url, "--hall", name, "--engine", "random", "--seed", "7"];
    TestServer::with(boards, &[&own, flags].concat()).await
}

/// A node that follows.
pub(crate) async fn node(nats: &Nats) -> TestServer {
    let folder = tempfile::tempdir().expect("a folder");
    TestServer::node(folder, ([127, 0, 0, 1], 0).into(), &["--from", &nats.url()]).await
}

/// The number of an exhibition's last event, where somebody shows it.
pub(crate) async fn seq_at(server: &TestServer, id: u64) -> Option<u64> {
    let answer = server.try_request("GET", &format!("/api/exhibitions/{id}"), &[], "").await.ok()?;
    (answer.status == 200).then(|| answer.json()["seq"].as_u64()).flatten()
}

/// Waits until the log has all that a hall has stored by now.
pub(crate) async fn all_told(nats: &Nats, hall: &TestServer, name: &str) {
    let stored = lasts(&rows(&hall.database()).await);
    eventually("all of it in the log", async || {
        let log = Box::pin(nats.log_of(name)).await;
        let heads = log.iter().flat_map(|message| &message.passages).map(|passage| &passage.head);
        let told: BTreeMap<_, _> = heads.map(|head| (head.exhibition, head.last.seq)).collect();
        stored.iter().all(|(id, seq)| told.get(id).is_some_and(|told| told >= seq)).then_some(())
    })
    .await;
}

/// The log is the hall's table as far as it goes; gives both.
pub(crate) async fn assert_told(nats: &Nats, hall: &TestServer, name: &str) -> (Vec<Message>, Rows) {
    let log = Box::pin(nats.log_of(name)).await;
    let own = until(&rows(&hall.database()).await, &log);
    let wrong = compare(&log, &own);
    assert!(wrong.is_empty(), "{} wrong in the log: {:#?}", wrong.len(), &wrong[..wrong.len().min(10)]);
    (log, own)
}

/// The last event of each exhibition.
fn lasts(rows: &Rows) -> BTreeMap<i64, u64> {
    rows.keys().copied().collect()
}

/// Waits until a node has all of an exhibition that the hall has.
pub(crate) async fn caught_up(node: &TestServer, hall: &TestServer, id: u64) {
    let seq = seq_at(hall, id).await.expect("the hall's own");
    eventually("what the hall has", async || seq_at(node, id).await.filter(|&found| found >= seq)).await;
}

#[tokio::test]
async fn a_node_shows_what_the_hall_shows() {
    let nats = Nats::one().await;
    let hall = hall(&nats, "club7", 3, &["--think", "1ms", "--clock", "30m+1s"]).await;
    let node = node(&nats).await;
    let mut ada = Player::join(&hall, "Ada").await;
    let _ben = Player::join(&hall, "Ben").await;
    hall.start_games().await;
    caught_up(&node, &hall, 1).await;
    let (mut here, mut there) = (Spectator::watch(&hall).await, Spectator::watch(&node).await);
    for _ in 0..3 {
        ada.play_anything().await;
    }
    ada.turn().await;
    ada.say("resign").await;
    let resigned = here.until(|event| event["type"] == "ended").await;
    there.until(|event| event["seq"] == resigned["seq"]).await;
    for (seq, text) in &there.events {
        if let Some(own) = here.events.get(seq) {
            assert_eq!(own, text, "word for word");
        }
    }
    assert_eq!(
        timeless(&hall.get("/api/exhibitions/1").await.json()),
        timeless(&node.get("/api/exhibitions/1").await.json())
    );
    for path in [
        "/api/exhibitions",
        "/api/exhibitions/1/games.pgn",
        "/api/exhibitions/1/boards/1",
        "/api/exhibitions/1/boards/1/game.pgn",
        "/api/exhibitions/1/results",
        "/api/exhibitions/1/results.csv",
        "/e/1",
        "/e/1/wall",
    ] {
        let (own, shown) = (hall.get(path).await, node.get(path).await);
        assert_eq!((own.status, &own.body), (shown.status, &shown.body), "{path}");
    }
    let halls = node.get("/api/halls").await.json();
    assert_eq!((&halls[0]["hall"], &halls[0]["signal"]["lost_ms"]), (&json!("club7"), &Value::Null), "{halls}");
    let figures = node.get("/metrics").await.body;
    assert!(figures.contains("simultan_node_halls{status=\"live\"} 1"), "{figures}");
    let figures = hall.get("/metrics").await.body;
    assert!(figures.contains("simultan_log_up 1") && figures.contains("simultan_log_epoch 1"), "{figures}");
}

#[tokio::test]
async fn a_removed_name_is_removed_at_the_nodes() {
    let nats = Nats::one().await;
    let mut hall = hall(&nats, "club7", 2, &[]).await;
    let mut node = node(&nats).await;
    let mut ada = Player::join(&hall, NAME).await;
    hall.start_games().await;
    ada.turn().await;
    ada.say("resign").await;
    caught_up(&node, &hall, 1).await;
    eventually("the end", async || (node.get("/api/exhibitions/1").await.json()["status"] == "finished").then_some(()))
        .await;
    assert!(node.get("/api/exhibitions/1").await.body.contains(NAME));
    // Nobody has it open any more: the line comes behind its end.
    hall.terminate().await;
    hall.restart().await;
    let forgotten = hall.post("/api/exhibitions/1/seats/1/forget", "").await;
    assert_eq!(forgotten.status, 200, "{forgotten:?}");
    eventually("the name's end", async || {
        let shown = node.get("/api/exhibitions/1").await.body + &node.get("/api/exhibitions/1/games.pgn").await.body;
        (!shown.contains(NAME)).then_some(())
    })
    .await;
    node.terminate().await;
    let files = std::fs::read_dir(node.database()).expect("the copies").map(|file| file.expect("a file").path());
    for file in files {
        let bytes = std::fs::read(&file).expect("bytes");
        let found = bytes.windows(NAME.len()).any(|window| window == NAME.as_bytes());
        assert!(!found, "it is in {} still", file.display());
    }
}

#[tokio::test]
async fn a_copy_is_made_anew_where_it_is_gone_or_damaged_and_taken_for_nothing_else() {
    let nats = Nats::one().await;
    let hall = hall(&nats, "club7", 1, &["--think", "1ms"]).await;
    let mut ada = Player::join(&hall, "Ada").await;
    ada.play_anything().await;
    let mut node = node(&nats).await;
    caught_up(&node, &hall, 1).await;
    let copy = node.database().join("club7.db");
    node.terminate().await;
    std::fs::remove_file(&copy).expect("the copy");
    node.restart().await;
    caught_up(&node, &hall, 1).await;
    node.terminate().await;
    let mut bytes = std::fs::read(&copy).expect("the copy");
    let length = bytes.len();
    bytes[100..length / 2].fill(0x55);
    std::fs::write(&copy, bytes).expect("room");
    node.restart().await;
    caught_up(&node, &hall, 1).await;
    assert!(node.log().contains("is damaged, and is made anew"), "{}", node.log());
    node.terminate().await;
    // A hall does not go on with a copy, nor a node with a hall's own.
    let ends = async |verb: &str, database: &Path, more: &[&str]| {
        let mut command = Command::new(BINARY);
        command.args([verb, "--bind", "127.0.0.1:0", "--database"]).arg(database).args(more);
        let output = command.output().await.expect("the binary runs");
        assert!(!output.status.success());
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    let said = ends("serve", &copy, &[]).await;
    assert!(said.contains("is a gallery's copy"), "{said}");
    let folder = tempfile::tempdir().expect("a folder");
    back_up(&hall.database(), &folder.path().join("club7.db")).await;
    let said = ends("gallery", folder.path(), &["--from", &nats.url()]).await;
    assert!(said.contains("is a hall's own database"), "{said}");
}

#[tokio::test]
async fn the_code_and_the_names_of_kept_seats_stay_in_the_hall() {
    let nats = Nats::one().await;
    let hall = hall(&nats, "club7", 1, &[]).await;
    let seats = json!([{ "board": 2, "name": NAME }]);
    let opened =
        hall.post("/api/exhibitions", &json!({ "boards": 3, "code": "SESAME", "seats": seats }).to_string()).await;
    assert_eq!(opened.status, 201, "{opened:?}");
    hall.ordered("PATCH", "", &json!({ "text": "Welcome" })).await;
    let node = node(&nats).await;
    caught_up(&node, &hall, 2).await;
    for logged in nats.log().await {
        let text = String::from_utf8_lossy(&logged.payload).into_owned();
        assert!(!text.contains("SESAME") && !text.contains(NAME), "{text}");
    }
    let (own, shown) = (hall.get("/api/exhibitions/2").await.json(), node.get("/api/exhibitions/2").await.json());
    assert_eq!(timeless(&own), timeless(&shown));
    assert_eq!((&shown["code_required"], &shown["text"]), (&json!(true), &json!("Welcome")));
}
