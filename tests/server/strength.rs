//! How strong an engine master is to be, from the request to what the engine hears.

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use serde_json::json;

use crate::common::{Player, TestServer, eventually, server};

/// A program that is `engine`, and writes what it hears into `heard`.
fn overheard(folder: &Path, engine: &str, heard: &Path) -> String {
    let script = folder.join("overheard.sh");
    fs::write(&script, format!("#!/bin/sh\ntee -a '{}' | {engine}\n", heard.display())).expect("a script");
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).expect("it can be run");
    script.to_str().expect("a plain path").to_owned()
}

#[tokio::test]
async fn an_engine_master_is_as_strong_as_it_was_wished() {
    let folder = tempfile::tempdir().expect("a folder");
    let heard = folder.path().join("heard");
    let engine = overheard(folder.path(), &format!("'{}' engine", server::BINARY), &heard);
    let server = TestServer::with(1, &["--engine", &engine, "--think", "1ms", "--engine-option", "Seed=7"]).await;
    for (elo, set) in [(json!(1500), Some("1500")), (json!(4000), Some("2100")), (json!(null), None)] {
        let wishes = json!({ "boards": 1, "master": { "kind": "engine", "elo": elo } });
        assert_eq!(server.post("/api/exhibitions", &wishes.to_string()).await.status, 201);
        let opened_at = fs::read_to_string(&heard).unwrap_or_default().len();
        let mut ada = Player::join(&server, "Ada").await;
        ada.turn().await;
        let told = fs::read_to_string(&heard).expect("something was heard")[opened_at..].to_owned();
        assert!(told.contains("setoption name Seed value 7\n"), "{told}");
        match set {
            Some(set) => {
                let expected =
                    format!("setoption name UCI_LimitStrength value true\nsetoption name UCI_Elo value {set}\n");
                assert!(told.contains(&expected), "{told}");
            }
            None => assert!(!told.contains("UCI_"), "{told}"),
        }
    }
    assert!(!server.log().contains("the engine failed"), "{}", server.log());
}

#[tokio::test]
async fn an_engine_that_can_not_be_weaker_plays_on_and_the_log_says_so() {
    let server = TestServer::scripted(1, "e2e4 d2d4").await;
    let wishes = json!({ "master": { "kind": "engine", "elo": 1200 } });
    assert_eq!(server.post("/api/exhibitions", &wishes.to_string()).await.status, 201);
    let mut ada = Player::join(&server, "Ada").await;
    ada.play("a7a6").await;
    ada.turn().await;
    eventually("the log", async || server.log().contains("held to a strength").then_some(())).await;
    assert!(!server.log().contains("the engine failed"), "{}", server.log());
}
