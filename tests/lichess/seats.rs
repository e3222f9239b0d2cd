//! Seats, and the tokens that go with them.

use serde_json::{Value, json};

use crate::common::TestServer;

/// A bot's seats, which one token speaks for.
#[derive(Debug)]
pub(crate) struct Seats {
    pub(crate) token: String,
    pub(crate) boards: Vec<u64>,
}

/// Takes a seat of the current exhibition for a bot.
pub(crate) async fn seat(server: &TestServer, name: &str) -> Seats {
    take(server, &json!({ "name": name, "bot": true })).await
}

/// Takes several seats for one bot.
pub(crate) async fn seats(server: &TestServer, name: &str, seats: usize) -> Seats {
    let taken = take(server, &json!({ "name": name, "bot": true, "seats": seats })).await;
    assert_eq!(taken.boards.len(), seats);
    taken
}

async fn take(server: &TestServer, wish: &Value) -> Seats {
    let answer = server.request("POST", "/api/exhibitions/current/seats", &[], &wish.to_string()).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    let seated = answer.json();
    let token = seated["token"].as_str().expect("a token").to_owned();
    let number = |board: &Value| board.as_u64().expect("a board");
    let boards = match seated["boards"].as_array() {
        Some(boards) => boards.iter().map(number).collect(),
        None => vec![number(&seated["board"])],
    };
    Seats { token, boards }
}

/// Makes a bot whose token lasts for longer than an exhibition.
pub(crate) async fn lasting_bot(server: &TestServer, name: &str) -> String {
    let answer = server.post("/api/bots", &json!({ "name": name }).to_string()).await;
    assert!(answer.status == 200 || answer.status == 201, "{answer:?}");
    let token = answer.json()["token"].as_str().expect("a token").to_owned();
    assert!(token.starts_with("sb_"), "{token}");
    token
}
