//! The bot in docs/protocol.md, as it stands in the page, plays a game.

use std::{
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
};

/// A server that goes with the test.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A Python that has the package which the example needs.
fn python() -> Option<PathBuf> {
    if let Some(python) = std::env::var_os("SIMULTAN_PYTHON") {
        // Whoever names one wants the test to run.
        return Some(python.into());
    }
    ["python3", "/usr/bin/python3"].into_iter().map(PathBuf::from).find(|python| {
        let import = Command::new(python).args(["-c", "import websockets"]).stderr(Stdio::null()).status();
        import.is_ok_and(|status| status.success())
    })
}

fn example() -> &'static str {
    let page = include_str!("../../docs/protocol.md");
    let code = page.split("```python\n").nth(1).expect("the page has a Python example");
    code.split("```").next().expect("which ends")
}

#[test]
fn the_example_in_the_documentation_plays_a_game() {
    let Some(python) = python() else {
        println!("skipped: no Python with the package `websockets`; SIMULTAN_PYTHON can name one");
        return;
    };
    assert!(example().lines().count() <= 36, "about thirty lines");
    let directory = tempfile::tempdir().expect("a directory");
    let bot = directory.path().join("bot.py");
    std::fs::write(&bot, example()).expect("the example can be written");

    let mut server = Command::new(env!("CARGO_BIN_EXE_simultan"));
    server.args(["serve", "--bind", "127.0.0.1:0", "--boards", "1", "--engine", "random", "--seed", "7", "--database"]);
    let server = server.arg(directory.path().join("games.db")).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
    let mut server = Server(server.expect("the server starts"));
    let lines = BufReader::new(server.0.stdout.take().expect("its output")).lines();
    let address = lines.map_while(Result::ok).find_map(|line| Some(line.split_once("http://")?.1.to_owned()));
    let address = address.expect("the server says where it is");
    let url = format!("ws://{}ws/current/play", address.trim());

    let played = Command::new(python).arg(&bot).arg(&url).output().expect("Python runs");
    let (said, error) = (String::from_utf8_lossy(&played.stdout), String::from_utf8_lossy(&played.stderr));
    assert!(played.status.success(), "{said}{error}");
    assert!(said.starts_with("result: "), "{said}{error}");
}
