//! What people, organisers and engines call themselves, wherever it comes out: answers, games, logs, figures.

use std::path::Path;

use serde_json::{Value, json};
use tokio::process::Command;

use crate::{
    client::{Request, bearing, everything, join, open, socket, source},
    common::{Heard, Link, ORGANISER, TestServer, pgn, server},
};

/// Names that are shown as they are, and texts that are no names.
fn hostile(kind: &str) -> Vec<String> {
    let all: Value = serde_json::from_str(&source("tests/fixtures/hostile-names.json")).expect("JSON");
    let names = all[kind].as_array().expect("a list").iter();
    names.map(|name| name.as_str().expect("a text").to_owned()).collect()
}

/// A server whose master calls itself so, mutters so, and moves at once; its log tells everything.
async fn with_master(name: &str, mutters: &str, format: &str) -> TestServer {
    let folder = tempfile::tempdir().expect("a folder");
    let engine = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/common/scripted-master.sh");
    let mut command = Command::new("env");
    command.args([format!("MASTER_NAME={name}"), format!("MASTER_MUTTERS={mutters}"), "RUST_LOG=trace".to_owned()]);
    command.args([server::BINARY, "serve", "--bind", "127.0.0.1:0", "--boards", "1", "--log-format", format]);
    command.args(["--engine-option", "Moves=e2e4 g1f3", "--think", "10m", "--engine"]).arg(engine);
    command.arg("--database").arg(server::database(&folder));
    TestServer::of(command, folder).await
}

async fn games(server: &TestServer, id: &str) -> Vec<pgn::PgnGame> {
    let answer = server.get(&format!("/api/exhibitions/{id}/games.pgn")).await;
    let disposition = answer.header("content-disposition").expect("a file's name");
    assert_eq!(disposition, format!("inline; filename=\"simul-{id}.pgn\""), "no name is in it");
    pgn::read(&answer.body)
}

/// The tags that every game has: no name adds one or takes one away.
fn tags(game: &pgn::PgnGame) -> Vec<&String> {
    game.tags.keys().collect()
}

#[tokio::test]
async fn a_players_name_is_the_same_everywhere_and_nothing_but_a_name() {
    let server = TestServer::random(1).await;
    let names = hostile("shown");
    let boards = u32::try_from(names.len()).expect("some dozens") + 1;
    let (id, _) = open(&server, boards, &[]).await;
    let before = everything(&server).await;
    for text in hostile("refused") {
        let mut link = Link::open(&server, &format!("/ws/{id}/play"), socket(), &[]).await;
        link.send(&json!({ "type": "join", "name": text })).await;
        assert_eq!(link.message().await["code"], "bad_name", "{text:?}");
        assert_eq!(link.end().await, Heard::Closed(1008));
    }
    let mut link = Link::open(&server, &format!("/ws/{id}/play"), socket(), &[]).await;
    link.send_frame(r#"{"type":"join","name":"\ud800"}"#.into()).await;
    assert_eq!(link.message().await["code"], "bad_json", "half a character");
    assert_eq!(everything(&server).await, before);

    let mut players = Vec::new();
    for name in &names {
        let player = join(&server, &id, name).await;
        assert_eq!(player.name, *name);
        players.push(player);
    }
    players.push(join(&server, &id, "Plain").await);
    for player in &mut players {
        player.play_anything().await;
        player.say("resign").await;
        player.end().await;
    }
    let snapshot = server.get(&format!("/api/exhibitions/{id}")).await.json();
    let shown = snapshot["boards"].as_array().expect("boards").iter().map(|board| board["name"].clone());
    assert_eq!(shown.take(names.len()).collect::<Vec<_>>(), names.iter().map(|name| json!(name)).collect::<Vec<_>>());
    let games = games(&server, &id).await;
    assert_eq!(games.len(), names.len() + 1);
    let plain = games.last().expect("the last game");
    for (game, name) in games.iter().zip(&names) {
        assert_eq!((game.tag("Black"), &*game.result), (name.as_str(), "1-0"));
        assert_eq!(tags(game), tags(plain), "{name:?}");
        assert!(game.moves.len() >= 2, "{name:?}");
    }
    let figures = server.get("/metrics").await.body;
    assert!(figures.is_ascii() && !figures.contains('<'), "{figures}");
    for name in names.iter().filter(|name| name.len() > 6) {
        assert!(!figures.contains(name.as_str()), "no name is a label: {name}");
    }
}

#[tokio::test]
async fn an_exhibitions_name_is_the_same_everywhere_and_nothing_but_a_name() {
    let server = TestServer::random(1).await;
    let before = everything(&server).await;
    for text in hostile("refused") {
        let answer = server.post("/api/exhibitions", &json!({ "name": text }).to_string()).await;
        answer.assert_error(400, "bad_settings");
    }
    assert_eq!(everything(&server).await, before);
    for name in hostile("shown") {
        let opened = server.post("/api/exhibitions", &json!({ "name": name, "boards": 1 }).to_string()).await.json();
        assert_eq!(opened["name"], name);
        let id = opened["id"].as_str().expect("an id");
        let mut player = join(&server, id, &name).await;
        let games = games(&server, id).await;
        assert_eq!((games.len(), games[0].tag("Event"), games[0].tag("Black")), (1, &*name, &*name));
        // So many at once would be too many.
        player.turn().await;
        player.say("resign").await;
        player.end().await;
    }
    let list = server.get("/api/exhibitions?limit=200").await.json();
    let listed = list.as_array().expect("a list").iter().rev().skip(1).map(|one| one["name"].clone());
    assert_eq!(listed.collect::<Vec<_>>(), hostile("shown").iter().map(|name| json!(name)).collect::<Vec<_>>());
}

/// What turns a line around, hides in it, or speaks to the terminal.
fn misleads(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// One event is one line, which nothing from outside has written.
fn assert_tidy(log: &str, format: &str) {
    let mut lines = 0;
    for line in log.lines() {
        lines += 1;
        assert!(!line.contains(misleads), "{line:?}");
        if format == "json" {
            let event: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error} in {line:?}"));
            assert!(event["level"].is_string() && event["timestamp"].is_string(), "{line}");
            continue;
        }
        let (date, rest) = line.split_once(' ').unwrap_or_default();
        let dated = date.len() == 27 && date.starts_with("20") && date.ends_with('Z');
        let level = rest.trim_start().split(' ').next().unwrap_or_default();
        assert!(dated && ["ERROR", "WARN", "INFO", "DEBUG", "TRACE"].contains(&level), "a line of nobody's: {line:?}");
        assert!(!line.contains("INTRUDER"), "somebody's text begins a line: {line:?}");
    }
    assert!(lines > 100, "the log tells everything, in {lines} lines");
}

/// A line that somebody would like to see in another's log.
const FAKE: &str = "\u{1b}[2J\u{1b}[31mx\r\n2026-01-01T00:00:00.000000Z  INFO INTRUDER\u{202e}\u{9b}31m";

async fn assert_log_tidy(format: &str) {
    let mutters = "\u{1b}[2Jred\rback\u{202e}turned\u{9b}31m\u{0b}";
    let mut server = with_master("\u{1b}[31m<b>\u{202e}Kasparov\u{200b}", mutters, format).await;
    assert_eq!(server.snapshot().await["master"]["name"], "[31m<b>Kasparov");
    let (id, _) = open(&server, 3, &[]).await;
    let mut player = join(&server, &id, "<script>{\"level\":\"ERROR\"}").await;
    let path = format!("/ws/{id}/play");
    for frame in [FAKE.to_owned(), format!("{{\"type\":\"{FAKE}"), json!({ "type": FAKE }).to_string()] {
        let mut link = Link::open(&server, &path, socket(), &[]).await;
        link.send_frame(frame.clone().into()).await;
        link.end().await;
        player.link.send_frame(frame.into()).await;
        player.refusal().await;
    }
    for text in [FAKE, "\u{1b}[31m"] {
        let mut link = Link::open(&server, &path, socket(), &[]).await;
        link.send(&json!({ "type": "join", "name": text })).await;
        link.end().await;
        let wishes = json!({ "name": text, "clock": text, "walk": text, "think": text }).to_string();
        server.post("/api/exhibitions", &wishes).await;
    }
    server.start_games().await;
    player.play("e7e5").await;
    player.turn().await;
    let headers = [("User-Agent".to_owned(), "\u{9b}31m INTRUDER \u{202e}".to_owned())];
    for target in ["/%1b%5b31m%0d%0aINTRUDER", "/ws/%0aINTRUDER/play", "/api/forecast?boards=%1b%0a", "/\u{202e}"] {
        Request { method: "GET", target, headers: &headers, body: FAKE }.send(&server).await;
    }
    let shown = bearing(ORGANISER);
    Request { method: "GET", target: "/api/organiser", headers: &shown, body: FAKE }.send(&server).await;
    server.terminate().await;
    assert!(server.log().contains("error output"), "the engine's muttering is told");
    assert_tidy(&server.log(), format);
}

#[tokio::test]
async fn nobody_writes_lines_into_a_log_for_people() {
    assert_log_tidy("text").await;
}

#[tokio::test]
async fn nobody_writes_lines_into_a_log_for_programs() {
    assert_log_tidy("json").await;
}

#[tokio::test]
async fn an_engines_name_is_nothing_but_a_name() {
    for name in hostile("shown").iter().step_by(7) {
        let server = with_master(name, "", "text").await;
        let mut player = join(&server, "1", "Ada").await;
        player.play("e7e5").await;
        assert_eq!(server.snapshot().await["master"]["name"], *name);
        let games = games(&server, "1").await;
        assert_eq!((games.len(), games[0].tag("White"), games[0].tag("Black")), (1, &**name, "Ada"));
        assert_eq!(games[0].tags.len(), 14, "{name:?}");
        assert!(server.get("/metrics").await.body.is_ascii());
    }
}

/// Nobody's name reaches the one table that a spreadsheet could take for formulas: a plan has no players.
#[tokio::test]
async fn a_plans_table_holds_numbers_and_words_of_its_own() {
    let mut plan = Command::new(server::BINARY);
    plan.args(["plan", "--boards", "1..3", "--runs", "3", "--moves", "5", "--format", "csv"]);
    let output = plan.output().await.expect("a plan");
    assert!(output.status.success(), "{output:?}");
    let table = String::from_utf8(output.stdout).expect("text");
    assert!(table.lines().count() >= 4, "{table}");
    for cell in table.lines().flat_map(|line| line.split(',')) {
        let plain = cell.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-'));
        assert!(plain && !cell.starts_with('-'), "{cell:?} in\n{table}");
    }
}
