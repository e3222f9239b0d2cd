//! The command line, the environment, and what the program says about itself.

use std::fs;

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::process::Command;

use crate::common::{ORGANISER, Player, TestServer, server, within};

/// Runs the program to its end: exit code, stdout and stderr.
async fn run(command: &mut Command) -> (Option<i32>, String, String) {
    let output = within("the program's end", command.output()).await.expect("the binary runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

fn simultan(args: &[&str]) -> Command {
    let mut command = Command::new(server::BINARY);
    command.args(args).kill_on_drop(true);
    command
}

#[tokio::test]
async fn help_explains_every_setting_and_its_name_in_the_environment() {
    let (code, help, _) = run(&mut simultan(&["serve", "--help"])).await;
    assert_eq!(code, Some(0));
    for flag in [
        "bind",
        "database",
        "boards",
        "name",
        "engine",
        "engine-option",
        "think",
        "clock",
        "walk",
        "house-bots",
        "text",
        "code",
        "admission",
        "closes-after",
        "absent-after",
        "delay",
        "chat",
        "organiser-token",
        "log-format",
    ] {
        assert!(help.contains(&format!("--{flag}")), "--{flag} is not in\n{help}");
        let variable = format!("SIMULTAN_{}", flag.to_uppercase().replace('-', "_"));
        assert!(help.contains(&variable), "{variable} is not in\n{help}");
    }
    let (_, help, _) = run(&mut simultan(&["--help"])).await;
    for command in ["serve", "demo", "bot"] {
        assert!(help.contains(command), "{command} is not in\n{help}");
    }
}

#[tokio::test]
async fn the_environment_says_what_the_command_line_does_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = simultan(&["serve", "--boards", "2"]);
    command
        .env("SIMULTAN_BIND", "127.0.0.1:0")
        .env("SIMULTAN_DATABASE", server::database(&folder))
        .env("SIMULTAN_BOARDS", "5")
        .env("SIMULTAN_NAME", "From outside")
        .env("SIMULTAN_ENGINE", "random")
        .env("SIMULTAN_CLOCK", "5m+3s")
        .env("SIMULTAN_WALK", "ready-first")
        .env("SIMULTAN_HOUSE_BOTS", "1");
    let server = TestServer::of(command, folder).await;
    let snapshot = server.snapshot().await;
    assert_eq!((&snapshot["name"], &snapshot["clock"]["initial_ms"]), (&json!("From outside"), &json!(300_000)));
    assert_eq!(snapshot["walk"]["mode"], "ready-first");
    assert_eq!(snapshot["boards"].as_array().expect("boards").len(), 2, "what is typed counts more");
    assert_eq!(snapshot["boards"][0]["bot"], true);
}

#[tokio::test]
async fn settings_that_make_no_sense_are_told_of_before_anything_is_made() {
    for (flags, sentence) in [
        (["--boards", "0"], "1..=10000"),
        (["--boards", "10001"], "1..=10000"),
        (["--clock", "5x"], "30m+20s"),
        (["--walk", "backwards"], "in-turn"),
        (["--think", "0s"], "2s"),
        (["--public-address", "simul.example.org"], "https://simul.example.org"),
        (["--public-address", "ftp://simul.example.org"], "http or https"),
        (["--name", ""], "1 to 80 characters"),
        (["--bind", "somewhere"], "--bind"),
        (["--house-bots", "3"], "more house bots than boards"),
        (["--organiser-token", "short"], "at least 16 characters"),
        (["--engine-option", "Hash"], "NAME=VALUE"),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let mut command = simultan(&["serve", "--bind", "127.0.0.1:0", "--boards", "2", "--database"]);
        command.arg(server::database(&folder));
        let (code, stdout, stderr) = run(&mut overriding(command, flags)).await;
        assert!(code == Some(1) || code == Some(2), "{flags:?}: {code:?}");
        assert!(stderr.contains(sentence), "{flags:?}: {sentence:?} is not in\n{stderr}");
        assert!(!stderr.contains("panicked") && stdout.is_empty(), "{flags:?}: {stderr}");
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 0, "{flags:?} has made a file");
    }
}

/// The command with other flags in place of its own of the same name.
fn overriding(command: Command, flags: [&str; 2]) -> Command {
    let given: Vec<_> = command.as_std().get_args().map(|arg| arg.to_string_lossy().into_owned()).collect();
    let mut other = simultan(&["serve"]);
    for pair in given[1..].chunks(2).filter(|pair| pair[0] != flags[0]) {
        other.args(pair);
    }
    other.args(flags);
    other
}

#[tokio::test]
async fn an_address_that_is_taken_is_told_of() {
    let first = TestServer::random(1).await;
    let folder = tempfile::tempdir().expect("a folder");
    let address = first.address.to_string();
    let mut command = simultan(&["serve", "--engine", "random", "--bind", &address, "--database"]);
    command.arg(server::database(&folder));
    let (code, _, stderr) = run(&mut command).await;
    assert_eq!(code, Some(1));
    assert!(stderr.contains(&address) && stderr.contains("can't be listened on"), "{stderr}");
}

#[tokio::test]
async fn at_the_start_it_says_where_to_go() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = TestServer::on(folder, 3, &["--engine", "random"]).await;
    let said = server.said();
    let here = format!("http://{}/", server.address);
    assert!(said.contains(&here), "{said}");
    assert!(said.contains(&format!("{here}#organiser={ORGANISER}")), "{said}");
    assert!(!server.log().contains(ORGANISER), "a secret has no place in the log");
}

#[tokio::test]
async fn log_lines_are_json_where_a_program_reads_them() {
    let server = TestServer::with(1, &["--engine", "random", "--seed", "7", "--log-format", "json"]).await;
    let mut ada = Player::join(&server, "Ada").await;
    ada.play_anything().await;
    ada.turn().await;
    ada.say("resign").await;
    ada.end().await;
    server.finished().await;
    let lines: Vec<Value> = server
        .log()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect();
    let over = lines.iter().find(|line| line["fields"]["message"] == "game over").expect("the end of the game");
    assert_eq!(over["fields"]["termination"], "resignation");
    let span = |name: &str| over["spans"].as_array().expect("spans").iter().any(|span| !span[name].is_null());
    assert!(span("exhibition") && span("board"), "where it happened: {over}");
    assert!(!server.log().contains(&ada.token), "a secret has no place in the log");
}

/// A folder is all that a test leaves behind.
#[tokio::test]
async fn the_demonstration_leaves_no_database_behind() {
    let home = TempDir::new().expect("a folder");
    let mut command = simultan(&["demo", "--bind", "127.0.0.1:0", "--boards", "2", "--engine", "random"]);
    command.env("TMPDIR", home.path());
    let mut server = TestServer::of(command, tempfile::tempdir().expect("a folder")).await;
    assert_eq!(fs::read_dir(home.path()).expect("a folder").count(), 1, "it plays on a database of its own");
    assert_eq!(server.terminate().await.code(), Some(0));
    assert_eq!(fs::read_dir(home.path()).expect("a folder").count(), 0);
}
