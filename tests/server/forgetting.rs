//! Names that are removed from the records for good.

use std::fs;

use serde_json::{Value, json};

use crate::common::{Player, Spectator, TestServer};

/// A name that nothing else contains.
const NAME: &str = "Quetzalcoatl";

/// Whether the name stands anywhere in what the server keeps on its disk.
fn is_on_disk(server: &TestServer) -> bool {
    let database = server.database();
    let folder = database.parent().expect("a folder");
    let files = fs::read_dir(folder).expect("the folder").map(|file| file.expect("a file").path());
    let ours = files.filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("games.db")));
    let has = |bytes: Vec<u8>| bytes.windows(NAME.len()).any(|window| window == NAME.as_bytes());
    ours.map(|path| fs::read(path).expect("bytes")).any(has)
}

#[tokio::test]
async fn a_forgotten_name_is_nowhere_any_more() {
    let mut server = TestServer::random(1).await;
    let seats = json!([{ "board": 2, "name": NAME }]);
    let opened = server.post("/api/exhibitions", &json!({ "boards": 2, "seats": seats }).to_string()).await;
    assert_eq!(opened.status, 201, "{opened:?}");
    server.ordered("PATCH", "", &json!({ "text": "Welcome" })).await;
    let mut guest = Player::join(&server, NAME).await;
    let mut other = Player::join(&server, "Ben").await;
    let mut spectator = Spectator::watch(&server).await;
    guest.play_anything().await;
    assert!(is_on_disk(&server), "it is looked for where it is");
    server.ordered("POST", "/seats/2/forget", &Value::Null).await;
    assert!(!is_on_disk(&server));
    spectator.until(|frame| frame["type"] == "exhibition" || frame["type"] == "renamed").await;
    guest.until("the new name", |message| message["type"] == "renamed").await;
    assert_eq!(guest.name, "Board 2");
    for path in ["/api/exhibitions/2", "/api/exhibitions/2/games.pgn", "/api/exhibitions/2/results"] {
        assert!(!server.get(path).await.body.contains(NAME), "{path}");
    }
    let mut since = Spectator::since(&server, 0).await;
    assert!(!since.next().await.to_string().contains(NAME), "not in what happened either");
    // The game goes on, and the record is whole.
    server.kill().await;
    server.restart().await;
    let mut guest = Player::resume(&server, &guest.token).await;
    let mut other_again = Player::resume(&server, &other.token).await;
    assert_eq!(guest.name, "Board 2");
    guest.turn().await;
    guest.say("resign").await;
    guest.end().await;
    other_again.turn().await;
    other_again.say("resign").await;
    other_again.end().await;
    server.finished().await;
    assert!(!is_on_disk(&server));
    other.closed().await;
}

#[tokio::test]
async fn a_name_of_long_ago_can_be_forgotten_too() {
    let mut server = TestServer::random(1).await;
    let mut guest = Player::join(&server, NAME).await;
    guest.turn().await;
    guest.say("resign").await;
    guest.end().await;
    server.finished().await;
    assert_eq!(server.post("/api/exhibitions", "{}").await.status, 201);
    server.terminate().await;
    server.restart().await;
    assert!(server.get("/api/exhibitions/1/games.pgn").await.body.contains(NAME));
    let answer = server.post("/api/exhibitions/1/seats/1/forget", "").await;
    assert_eq!((answer.status, &answer.json()["boards"][0]["name"]), (200, &json!("Board 1")), "{answer:?}");
    assert!(!is_on_disk(&server));
    assert!(!server.get("/api/exhibitions/1/games.pgn").await.body.contains(NAME));
    server.post("/api/exhibitions/1/seats/9/forget", "").await.assert_error(409, "not_allowed");
    server.kill().await;
    server.restart().await;
    assert!(server.get("/api/exhibitions/1/games.pgn").await.body.contains(r#"[Black "Board 1"]"#));
}
