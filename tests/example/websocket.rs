//! The complete bot of `docs/protocol.md`, as it stands there, and with the frame of `docs/bots.md` by which it comes to a seat.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    program,
    server::{Server, python},
};

/// How the complete bot begins.
const JOINS: &str = r#"    hello = {"type": "join", "name": name, "bot": True, "legal_moves": True}"#;

fn complete_bot() -> &'static str {
    program(include_str!("../../docs/protocol.md"), "## A complete bot")
}

const SKIPPED: &str = "skipped: no Python with the package `websockets`; SIMULTAN_PYTHON can name one";

fn with_websockets() -> Option<PathBuf> {
    python("SIMULTAN_PYTHON", &["python3", "/usr/bin/python3"], "websockets")
}

/// Plays a game with a program at a server with one board.
fn play(python: &Path, server: &Server, code: &str) {
    let bot = server.file("bot.py", code);
    let url = format!("ws://{}/ws/current/play", server.address);
    let played = Command::new(python).arg(&bot).arg(&url).output().expect("Python runs");
    let (said, error) = (String::from_utf8_lossy(&played.stdout), String::from_utf8_lossy(&played.stderr));
    assert!(played.status.success(), "{said}{error}");
    assert!(said.starts_with("result: "), "{said}{error}");
}

#[test]
fn the_complete_bot_plays_a_game() {
    assert!(complete_bot().lines().count() <= 36, "about thirty lines");
    let Some(python) = with_websockets() else { return println!("{SKIPPED}") };
    play(&python, &Server::start(), complete_bot());
}

#[test]
fn with_a_token_it_comes_to_its_seat() {
    let Some(python) = with_websockets() else { return println!("{SKIPPED}") };
    let server = Server::start();
    let resumes = program(include_str!("../../docs/bots.md"), "## A WebSocket").trim_end();
    let code = complete_bot().replacen(JOINS, &resumes.replace("sp_…", &server.seat()), 1);
    assert!(code.contains("resume\", \"token\": \"sp_") && !code.contains(JOINS), "{code}");
    // The only seat is taken: whoever would join is refused.
    play(&python, &server, &code);
}
