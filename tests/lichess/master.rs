//! A human master, who moves when the test wants it.

use serde_json::{Value, json};

use crate::common::{Link, TestServer};

#[derive(Debug)]
pub(crate) struct Master {
    link: Link,
    /// The last `walk`.
    walk: Value,
}

/// A server with a human master who has sat down.
pub(crate) async fn hosted(boards: u32, flags: &[&str]) -> (TestServer, Master) {
    let flags = [&["--engine", "random", "--master", "human", "--master-name", "Judit"], flags].concat();
    let server = TestServer::with(boards, &flags).await;
    let token = server.said().split("#master=").nth(1).and_then(|rest| rest.split_whitespace().next());
    let mut link = Link::connect(&server, "/ws/current/master").await;
    link.send(&json!({ "type": "master", "token": token.expect("the master's link") })).await;
    (server, Master { link, walk: Value::Null })
}

impl Master {
    /// Goes to a board and moves there, and waits until it is done.
    pub(crate) async fn play(&mut self, board: u64, ply: u64, uci: &str) {
        // Whoever stays goes nowhere without being told to, and then it is known where they are.
        if self.walk["stay"] != true {
            self.say(json!({ "type": "stay", "on": true })).await;
            self.until(|told| told["type"] == "walk" && told["stay"] == true).await;
        }
        if self.walk["board"] != board {
            self.say(json!({ "type": "go", "board": board })).await;
            self.until(|told| told["type"] == "walk" && told["board"] == board).await;
        }
        self.say(json!({ "type": "move", "board": board, "ply": ply, "uci": uci })).await;
        self.until(|told| told["type"] == "moved" && told["board"] == board && told["ply"] == ply).await;
    }

    pub(crate) async fn say(&mut self, message: Value) {
        self.link.send(&message).await;
    }

    /// Reads on until something is told.
    pub(crate) async fn until(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        loop {
            let told = self.link.message().await;
            if told["type"] == "walk" {
                self.walk = told.clone();
            }
            if wanted(&told) {
                return told;
            }
        }
    }
}
