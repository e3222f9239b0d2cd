//! Secrets: how strong they are, and where they never stand.

use std::{collections::BTreeSet, fs};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::json;
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use tokio::process::Command;

use crate::{
    client::{Request, bearing, running, socket},
    common::{Heard, Link, ORGANISER, Player, Spectator, TestServer, server},
};

/// A server that tells its log everything it can.
async fn talkative(format: &str, more: &[&str]) -> TestServer {
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = Command::new("env");
    command.args(more).args(["RUST_LOG=trace", server::BINARY, "serve", "--bind", "127.0.0.1:0", "--boards", "1"]);
    command.args(["--engine", "random", "--seed", "7", "--log-format", format]);
    command.arg("--database").arg(server::database(&folder));
    TestServer::of(command, folder).await
}

/// What a made-up secret's digits stand for.
fn bytes_of(digits: &str) -> Option<Vec<u8>> {
    let number = u128::from_str_radix(digits, 16).ok()?;
    (digits.len() == 32).then(|| number.to_be_bytes().to_vec())
}

/// Every way in which a secret could have been written down.
fn traces(secret: &str) -> Vec<Vec<u8>> {
    let mut traces = vec![secret.as_bytes().to_vec()];
    if let Some((digits, bytes)) = secret.get(3..).and_then(|digits| Some((digits, bytes_of(digits)?))) {
        traces.extend([
            digits.as_bytes().to_vec(),
            digits.to_uppercase().into_bytes(),
            URL_SAFE_NO_PAD.encode(&bytes).into_bytes(),
            bytes,
        ]);
    }
    traces
}

fn holds(content: &[u8], trace: &[u8]) -> bool {
    content.windows(trace.len()).any(|window| window == trace)
}

fn assert_secret(what: &str, content: &[u8], secrets: &BTreeSet<String>) {
    for secret in secrets {
        assert!(!traces(secret).iter().any(|trace| holds(content, trace)), "{what} holds {secret}");
    }
}

/// The database with all that lies beside it.
fn files(folder: &TempDir) -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(folder.path()).expect("a folder").map(|entry| entry.expect("an entry"));
    let read =
        |entry: fs::DirEntry| (entry.file_name().to_string_lossy().into_owned(), fs::read(entry.path()).expect("it"));
    entries.map(read).collect()
}

/// Says everything with a secret in it that a client may say, rightly and wrongly; gives the secrets.
async fn everything_with_secrets(server: &TestServer) -> BTreeSet<String> {
    let (id, mut players) = running(server, &["Ada", "Ben"]).await;
    let mut secrets: BTreeSet<_> = players.iter().map(|player| player.token.clone()).collect();
    secrets.insert(ORGANISER.to_owned());
    for player in &mut players {
        player.play_anything().await;
    }
    let ada = players[0].token.clone();
    let path = format!("/ws/{id}/play");
    let hello = json!({ "type": "resume", "token": ada });
    let mut again = Player::greet(Link::open(server, &path, socket(), &[]).await, &hello).await;
    assert_eq!(players[0].closed().await, Heard::Closed(4001));
    again.play_anything().await;
    for broken in [
        format!(r#"{{"type":"resume","token":"{ada}""#),
        format!(r#"{{"type":"resume","token":["{ada}"]}}"#),
        format!(r#"{{"type":"{ada}"}}"#),
        format!(r#"{{"type":"resume","token":"{ada}x"}}"#),
        format!(r#"{{"type":"join","name":"{ada}","board":1}}"#),
        format!(r#"{{"type":"resume","token":"{ada}{}"}}"#, " ".repeat(5000)),
        ada.clone(),
    ] {
        let mut link = Link::open(server, &path, socket(), &bearing(&ada)).await;
        link.send_frame(broken.into()).await;
        link.end().await;
    }
    for secret in [ORGANISER, &ada] {
        for (method, target) in [
            ("GET", "/api/organiser".to_owned()),
            ("GET", format!("/api/exhibitions/{id}")),
            ("POST", format!("/api/exhibitions/{id}/start")),
            // What nobody should do. The address reaches no log of this server all the same.
            ("GET", format!("/?organiser={secret}")),
            ("GET", format!("/{secret}")),
            ("GET", format!("/api/exhibitions/{secret}")),
            ("GET", format!("/ws/{secret}/watch?since={secret}")),
        ] {
            Request { method, target: &target, headers: &bearing(secret), body: secret }.send(server).await;
        }
    }
    secrets
}

async fn assert_logs_no_secret(format: &str) {
    let mut server = talkative(format, &[]).await;
    let secrets = everything_with_secrets(&server).await;
    server.kill().await;
    let log = server.log();
    assert!(log.matches("TRACE").count() > 100 && log.contains("tungstenite"), "the log tells all it can");
    assert_secret("the log", log.as_bytes(), &secrets);
    let said = server.said().replace(&format!("#organiser={ORGANISER}"), "");
    assert_secret("stdout, but for the organiser's link,", said.as_bytes(), &secrets);
    let folder = server.into_folder();
    let mut found = 0;
    for (name, content) in files(&folder) {
        assert_secret(&name, &content, &secrets);
        let hashes = secrets.iter().map(|secret| Sha256::digest(secret.as_bytes()));
        found += hashes.filter(|hash| holds(&content, hash)).count();
        let organisers = Sha256::digest(ORGANISER.as_bytes());
        assert!(!holds(&content, &organisers), "{name}: not even the hash of a secret that a person may have chosen");
    }
    assert!(found >= 2, "the hashes of both seats' tokens are kept: the reader of files reads them");
}

#[tokio::test]
async fn no_secret_stands_in_the_database_or_in_a_log_for_people() {
    assert_logs_no_secret("text").await;
}

#[tokio::test]
async fn no_secret_stands_in_the_database_or_in_a_log_for_programs() {
    assert_logs_no_secret("json").await;
}

#[tokio::test]
async fn a_token_is_told_once_to_whom_it_belongs_and_to_nobody_else() {
    let server = TestServer::random(1).await;
    let (id, mut players) = running(&server, &["Ada", "Ben"]).await;
    let mut spectator = Spectator::over(Link::open(&server, &format!("/ws/{id}/watch"), socket(), &[]).await);
    let mut heard = format!("{:?}", spectator.next().await);
    let mut secrets = BTreeSet::from([ORGANISER.to_owned()]);
    for player in &mut players {
        secrets.insert(player.token.clone());
        player.play_anything().await;
        player.say("resign").await;
        while player.end.is_none() {
            heard += &player.next().await.to_string();
        }
    }
    while !heard.contains("finished") {
        heard += &spectator.next().await.to_string();
    }
    for path in ["", "/games.pgn", "/boards/1", "/boards/2", "/boards/1/game.pgn", "/forecast"] {
        heard += &server.get(&format!("/api/exhibitions/{id}{path}")).await.body;
    }
    for path in ["/", "/e/1", "/e/1/play", "/metrics", "/healthz", "/api/exhibitions", "/api/organiser"] {
        heard += &server.get(path).await.body;
    }
    let headers = bearing(ORGANISER);
    heard += &Request { method: "GET", target: "/api/organiser", headers: &headers, body: "" }.send(&server).await.body;
    assert_secret("what is told to everybody", heard.as_bytes(), &secrets);
    for secret in &secrets {
        let hash = Sha256::digest(secret.as_bytes());
        let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        assert!(!heard.to_lowercase().contains(&hex), "and not its hash");
    }
}

fn assert_strong(token: &str, prefix: &str) {
    let secret = token.strip_prefix(prefix).unwrap_or_else(|| panic!("{token} says what it opens"));
    // The contract's letters, and 128 bits.
    let bytes = bytes_of(secret).unwrap_or_else(|| panic!("{token} has other letters, or fewer"));
    assert!(bytes.iter().collect::<BTreeSet<_>>().len() > 4, "{token} is made of chance");
}

#[tokio::test]
async fn the_organisers_token_is_made_anew_at_each_start_and_opens_one_server() {
    let unset = ["-u", "SIMULTAN_ORGANISER_TOKEN"];
    let servers = [talkative("text", &unset).await, talkative("json", &unset).await];
    let token = |server: &TestServer| {
        let said = server.said().to_owned();
        let link = said.split("#organiser=").nth(1).expect("the organiser's link");
        link.split_whitespace().next().expect("a token").to_owned()
    };
    let tokens = servers.each_ref().map(token);
    for (own, server) in servers.iter().enumerate() {
        assert_strong(&tokens[own], "so_");
        for (shown, secret) in tokens.iter().enumerate() {
            let headers = bearing(secret);
            let request = Request { method: "GET", target: "/api/organiser", headers: &headers, body: "" };
            assert_eq!(request.send(server).await.status, if own == shown { 200 } else { 401 });
        }
        assert_secret("the log", server.log().as_bytes(), &tokens.iter().cloned().collect());
    }
}

#[tokio::test]
async fn seats_tokens_are_strong_and_all_different() {
    let server = TestServer::random(1).await;
    let names: Vec<_> = (1..=40).map(|number| format!("Player {number}")).collect();
    let (_, players) = running(&server, &names.iter().map(String::as_str).collect::<Vec<_>>()).await;
    players.iter().for_each(|player| assert_strong(&player.token, "sp_"));
    assert_eq!(players.iter().map(|player| &player.token).collect::<BTreeSet<_>>().len(), players.len());
}
