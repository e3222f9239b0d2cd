//! A human master, who moves when the test wants it.

use serde_json::{Value, json};

use crate::common::{Link, TestServer};

#[derive(Debug)]
pub(crate) struct Master {
    link: Link,
}

/// A server with a human master who has sat down.
pub(crate) async fn hosted(boards: u32, flags: &[&str]) -> (TestServer, Master) {
    let flags = [&["--engine", "random", "--master", "human", "--master-name", "Judit"], flags].concat();
    let server = TestServer::with(boards, &flags).await;
    let token = server.said().split("#master=").nth(1).and_then(|rest| rest.split_whitespace().next());
    let mut link = Link::connect(&server, "/ws/current/master").await;
    link.send(&json!({ "type": "master", "token": token.expect("the master's link") })).await;
    (server, Master { link })
}

impl Master {
    /// Goes to a board and moves there, and waits until it is done.
    pub(crate) async fn play(&mut self, board: u64, ply: u64, uci: &str) {
        self.say(json!({ "type": "go", "board": board })).await;
        self.until(|told| told["type"] == "walk" && told["board"] == board).await;
        self.say(json!({ "type": "move", "board": board, "ply": ply, "uci": uci })).await;
        self.until(|told| told["type"] == "moved" && told["board"] == board && told["ply"] == ply).await;
    }

    pub(crate) async fn say(&mut self, message: Value) {
        self.link.send(&message).await;
    }

    async fn until(&mut self, wanted: impl Fn(&Value) -> bool) {
        while !wanted(&self.link.message().await) {}
    }
}
