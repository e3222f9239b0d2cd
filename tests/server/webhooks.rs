//! Webhooks, as a receiver meets them: over real sockets, and checked with the library that Standard Webhooks gives out.

use std::{collections::HashSet, path::Path};

use serde_json::json;
use standardwebhooks::Webhook;
use tokio::{net::TcpListener, process::Command};

use crate::{
    common::{Player, TestServer, eventually, server},
    receiver::{Message, Receiver, status},
};

const SECRET: &str = "whsec_c2ltdWx0YW4tdGVzdHMtd2ViaG9vay1zZWNyZXQ=";

fn secret() -> Webhook {
    Webhook::new(SECRET).expect("a secret")
}

fn url(receiver: &Receiver) -> String {
    format!("http://{}/hook?key=s3cret", receiver.address)
}

/// A server that tells these addresses, and whose master draws lots.
async fn telling(boards: u32, urls: &[&str]) -> TestServer {
    TestServer::with(boards, &flags(urls)).await
}

fn flags<'a>(urls: &[&'a str]) -> Vec<&'a str> {
    let mut flags = vec!["--engine", "random", "--seed", "7", "--webhook-secret", SECRET];
    flags.extend(urls.iter().flat_map(|url| ["--webhook", url]));
    flags
}

/// How many tries of this outcome there were.
async fn tries(server: &TestServer, outcome: &str) -> u64 {
    let figures = server.get("/metrics").await.body;
    let line = format!("simultan_webhook_tries_total{{outcome=\"{outcome}\"}} ");
    figures.lines().find_map(|figure| figure.strip_prefix(&line)?.parse().ok()).unwrap_or_default()
}

async fn until_tried(server: &TestServer, outcome: &str, times: u64) {
    eventually(outcome, async || (tries(server, outcome).await >= times).then_some(())).await;
}

/// What it is, with a signature that is right.
async fn next(receiver: &mut Receiver) -> (Message, (String, Option<u64>)) {
    let message = receiver.next().await;
    message.verify(&secret()).expect("a signature that is right");
    let what = message.what();
    (message, what)
}

fn ended(board: u64) -> (String, Option<u64>) {
    ("game_ended".to_owned(), Some(board))
}

fn exhibition(what: &str) -> (String, Option<u64>) {
    (what.to_owned(), None)
}

#[tokio::test]
async fn an_evening_is_told_signed_and_in_order() {
    let mut receiver = Receiver::willing().await;
    let address = url(&receiver);
    let named = ["--name", "Club \"evening\""];
    let server = TestServer::with(3, &[&flags(&[&address])[..], &named].concat()).await;
    let mut ada = Player::join(&server, "Ada").await;
    let mut bob = Player::join_with(&server, json!({ "name": "Bob", "bot": true })).await;
    server.start_games().await;
    let (started, what) = next(&mut receiver).await;
    assert_eq!(what, exhibition("started"));
    ada.turn().await;
    ada.play_anything().await;
    ada.say("resign").await;
    ada.end().await;
    let (first, what) = next(&mut receiver).await;
    assert_eq!(what, ended(1));
    bob.say("resign").await;
    bob.end().await;
    let (second, what) = next(&mut receiver).await;
    assert_eq!(what, ended(2));
    let (finished, what) = next(&mut receiver).await;
    assert_eq!(what, exhibition("finished"));

    let snapshot = server.snapshot().await;
    let said = started.json();
    assert_eq!(said["data"]["exhibition"], snapshot["id"]);
    assert_eq!(said["data"]["date"], snapshot["started_at"]);
    assert_eq!((&said["data"]["boards"], &said["data"]["seated"]), (&json!(3), &json!(2)));
    assert_eq!(said["data"]["master"], snapshot["master"]["name"]);
    let date = said["timestamp"].as_str().expect("a date");
    assert!(date.starts_with("20") && date.ends_with('Z'), "{date}");
    let said = &first.json()["data"];
    let board = &snapshot["boards"][0];
    for field in ["board", "color", "result", "termination"] {
        assert_eq!(said[field], board[field], "{field}");
    }
    assert_eq!((&said["opponent"], &said["bot"]), (&json!("Ada"), &json!(false)));
    assert!(said["plies"] == board["ply"] && said["plies"].as_u64() >= Some(2), "{said}");
    let said = &second.json()["data"];
    assert_eq!((&said["opponent"], &said["bot"]), (&json!("Bob"), &json!(true)));
    assert_eq!(said["plies"], snapshot["boards"][1]["ply"]);
    assert_eq!(finished.json()["data"]["score"], snapshot["score"]);
    assert_eq!(finished.json()["data"]["seq"], snapshot["seq"], "nothing comes after the end");

    let messages = [started, first, second, finished];
    assert_eq!(messages.iter().map(Message::id).collect::<HashSet<_>>().len(), 4, "each has an id of its own");
    let seqs: Vec<_> = messages.iter().map(|message| message.json()["data"]["seq"].as_u64()).collect();
    assert!(seqs.is_sorted(), "{seqs:?}");
    for message in &messages {
        assert_eq!(message.address, "/hook?key=s3cret");
        assert_eq!(message.header("content-type"), "application/json");
        assert!(message.header("user-agent").starts_with("Simultan/"));
        assert!(message.verify(&Webhook::new("whsec_b3RoZXItc2VjcmV0").expect("a secret")).is_err());
    }
    let [mut forged, ..] = messages;
    forged.body = forged.body.replace("started", "stopped");
    assert!(forged.verify(&secret()).is_err(), "the body is signed");
    until_tried(&server, "delivered", 4).await;
    assert_eq!(tries(&server, "failed").await, 0);
    assert!(!server.log().contains("s3cret") && !server.log().contains(SECRET), "{}", server.log());
}

#[tokio::test]
async fn what_was_not_taken_is_sent_again_and_the_others_wait() {
    let elsewhere = Receiver::willing().await;
    let other = url(&elsewhere);
    let mut receiver = Receiver::answering(move |number| match number {
        0 => status(500),
        1 => {
            let mut redirect = status(307);
            redirect.headers_mut().insert("location", other.parse().expect("a header"));
            redirect
        }
        3 => status(429),
        _ => status(200),
    })
    .await;
    let address = url(&receiver);
    let server = telling(1, &[&address]).await;
    let mut ada = Player::join(&server, "Ada").await;
    ada.until("the start", |message| message["type"] == "started").await;
    ada.say("resign").await;
    ada.end().await;
    let mut heard = Vec::new();
    for _ in 0..5 {
        heard.push(next(&mut receiver).await);
    }
    let whats: Vec<_> = heard.iter().map(|(_, what)| what.clone()).collect();
    let started = || exhibition("started");
    assert_eq!(whats, [started(), started(), started(), ended(1), ended(1)]);
    let ids: Vec<_> = heard.iter().map(|(message, _)| message.id()).collect();
    assert!(ids[0] == ids[1] && ids[1] == ids[2] && ids[2] != ids[3] && ids[3] == ids[4], "{ids:?}");
    assert!(heard[0].0.body == heard[2].0.body, "the same again");
    assert_eq!(next(&mut receiver).await.1, exhibition("finished"));
    until_tried(&server, "delivered", 3).await;
    assert_eq!(tries(&server, "failed").await, 3);
    let mut elsewhere = elsewhere;
    assert_eq!(elsewhere.more(), 0, "redirects are not followed");
    assert!(server.log().contains("name the address that it leads to") || server.log().contains("500"));
}

#[tokio::test]
async fn a_receiver_that_was_away_hears_all_of_it_also_after_restarts_and_nothing_twice() {
    let mut receiver = Receiver::willing().await;
    let (address, place) = (url(&receiver), receiver.address);
    let mut server = telling(3, &[&address]).await;
    let mut players = Vec::new();
    for name in ["Ada", "Bob", "Cy"] {
        players.push(Player::join(&server, name).await);
    }
    players[0].until("the start", |message| message["type"] == "started").await;
    assert_eq!(next(&mut receiver).await.1, exhibition("started"));
    drop(receiver);
    players[0].say("resign").await;
    players[0].end().await;
    // It is refused, since nobody listens there.
    until_tried(&server, "failed", 1).await;
    server.kill().await;
    server.restart().await;
    until_tried(&server, "failed", 1).await;
    let mut bob = Player::resume(&server, &players[1].token).await;
    bob.say("resign").await;
    bob.end().await;
    assert!(server.terminate().await.success());
    assert!(server.log().contains("the rest is sent after the next start"), "{}", server.log());
    let mut receiver = Receiver::at(place).await;
    server.restart().await;
    assert_eq!(next(&mut receiver).await.1, ended(1));
    assert_eq!(next(&mut receiver).await.1, ended(2));
    let mut cy = Player::resume(&server, &players[2].token).await;
    cy.say("resign").await;
    cy.end().await;
    assert_eq!(next(&mut receiver).await.1, ended(3));
    assert_eq!(next(&mut receiver).await.1, exhibition("finished"));
    until_tried(&server, "delivered", 4).await;

    // What was taken is remembered: the next start has nothing to tell but of the next exhibition, whoever is new too.
    assert!(server.terminate().await.success());
    let mut fresh = Receiver::willing().await;
    let other = url(&fresh);
    let server = TestServer::on(server.into_folder(), 1, &flags(&[&address, &other])).await;
    let mut ada = Player::join(&server, "Ada").await;
    ada.until("the start", |message| message["type"] == "started").await;
    for receiver in [&mut receiver, &mut fresh] {
        let (message, what) = next(receiver).await;
        assert_eq!((what, &message.json()["data"]["exhibition"]), (exhibition("started"), &json!("2")));
    }
    assert_eq!((receiver.more(), fresh.more()), (0, 0));
}

#[tokio::test]
async fn a_receiver_that_hangs_slows_neither_games_nor_other_receivers_nor_the_servers_end() {
    let hanging = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let mut receiver = Receiver::willing().await;
    let (there, here) = (format!("http://{}/", hanging.local_addr().expect("an address")), url(&receiver));
    let mut server = telling(1, &[&there, &here]).await;
    let mut ada = Player::join(&server, "Ada").await;
    ada.until("the start", |message| message["type"] == "started").await;
    let (held, _) = crate::common::within("the first try", hanging.accept()).await.expect("a connection");
    for _ in 0..20 {
        if ada.end.is_some() {
            break;
        }
        ada.turn().await;
        ada.play_anything().await;
    }
    if ada.end.is_none() {
        ada.say("resign").await;
        ada.end().await;
    }
    assert!(ada.ply() >= 4, "a game was played");
    for what in [exhibition("started"), ended(1), exhibition("finished")] {
        assert_eq!(next(&mut receiver).await.1, what);
    }
    assert!(server.terminate().await.success());
    assert!(server.log().contains(&format!("receiver=http://{}/…", hanging.local_addr().expect("an address"))));
    drop(held);
}

#[tokio::test]
async fn tls_is_spoken_with_whom_the_machine_trusts_and_with_nobody_else() {
    let mut receiver = Receiver::secure().await;
    let authority = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/tls/authority.pem");
    let port = receiver.address.port();
    let hosts = async |host: &str| {
        let folder = tempfile::tempdir().expect("a folder");
        let mut command = server::command_under(Command::new(server::BINARY), &server::database(&folder));
        let address = format!("https://{host}:{port}/");
        command.args(["--boards", "1", "--engine", "random", "--webhook-secret", SECRET, "--webhook", &address]);
        command.env("SSL_CERT_FILE", &authority);
        TestServer::of(command, folder).await
    };
    let begin = async |server: &TestServer| {
        let mut ada = Player::join(server, "Ada").await;
        ada.until("the start", |message| message["type"] == "started").await;
    };
    let server = hosts("localhost").await;
    begin(&server).await;
    assert_eq!(next(&mut receiver).await.1, exhibition("started"));
    until_tried(&server, "delivered", 1).await;
    // The same receiver under a name that is not its certificate's.
    let server = hosts("127.0.0.2").await;
    begin(&server).await;
    until_tried(&server, "failed", 1).await;
    assert!(server.log().contains("certificate not valid for name"), "{}", server.log());
    assert_eq!(receiver.more(), 0, "and it was told nothing");
}

#[tokio::test]
async fn what_cannot_be_is_said_before_anything_is_made() {
    let folder = tempfile::tempdir().expect("a folder");
    for (args, sentence) in [
        (&["--webhook", "http://127.0.0.1:9/"][..], "so --webhook needs --webhook-secret"),
        (&["--webhook", "http://127.0.0.1:9/", "--webhook-secret", "short"], "has at least 16 characters"),
        (&["--webhook", "http://127.0.0.1:9/", "--webhook-secret", "whsec_this is no base64"], "is base64"),
        (&["--webhook", "example.org/hook"], "is written like https://example.org/hook"),
        (&["--webhook", "http://ada:pw@127.0.0.1/"], "has no user name in it"),
    ] {
        let mut command = server::command_under(Command::new(server::BINARY), &server::database(&folder));
        let output = command.args(args).output().await.expect("the binary runs");
        let said = String::from_utf8(output.stderr).expect("UTF-8");
        let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(!output.status.success() && said.contains(sentence), "{args:?}: {said}");
    }
    assert!(!server::database(&folder).exists());
}

#[tokio::test]
async fn more_than_is_read_at_once_comes_whole_and_in_order() {
    let receiver = Receiver::willing().await;
    let (address, place) = (url(&receiver), receiver.address);
    drop(receiver);
    let server = telling(150, &[&address]).await;
    let mut players = Vec::new();
    for number in 1..=150 {
        players.push(Player::join(&server, &format!("Opponent {number}")).await);
    }
    for player in &mut players {
        player.until("the start", |message| message["type"] == "started").await;
        player.say("resign").await;
    }
    for player in &mut players {
        player.end().await;
    }
    server.finished().await;
    let mut receiver = Receiver::at(place).await;
    assert_eq!(next(&mut receiver).await.1, exhibition("started"));
    let (mut seq, mut boards) = (0, HashSet::new());
    for _ in 0..150 {
        let (message, (kind, board)) = next(&mut receiver).await;
        assert_eq!(kind, "game_ended");
        let data = &message.json()["data"];
        assert_eq!(data["opponent"], json!(format!("Opponent {}", board.expect("a board"))));
        assert!(data["seq"].as_u64() > Some(seq), "in order, and none twice");
        seq = data["seq"].as_u64().expect("a number");
        boards.insert(board);
    }
    assert_eq!(boards.len(), 150);
    assert_eq!(next(&mut receiver).await.1, exhibition("finished"));
}
