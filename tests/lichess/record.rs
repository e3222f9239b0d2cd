//! What a client was told of a game, beside what the server has recorded.

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::{
    client::Client,
    common::{TestServer, pgn},
};

/// Waits until a client has left so many games, and checks all that it was told of them; gives their boards in order.
pub(crate) async fn assert_played(server: &TestServer, client: &mut Client, games: usize) -> Vec<u64> {
    while client.count("left") < games {
        client.says("left").await;
    }
    let mut boards = Vec::new();
    for over in client.all("over") {
        boards.push(assert_recorded(server, over).await);
    }
    assert_eq!(boards.len(), games, "each game ended once: {client:?}");
    boards.sort_unstable();
    boards
}

/// Waits until every engine of lichess-bot's has left, and checks that there was one at the end of each game. Before, one whose stream
/// broke may not have left yet when the next one begins.
pub(crate) async fn assert_one_engine(client: &mut Client) {
    while client.count("left") < client.count("engine") {
        client.says("left").await;
    }
    let games: Vec<_> = client.all("over").map(|over| &over["game"]).collect();
    let once = games.iter().collect::<HashSet<_>>().len();
    assert_eq!(once, games.len(), "a game was played twice: {client:?}");
}

/// Waits until a client tells how a game has ended, and checks it; gives its board.
pub(crate) async fn assert_over(server: &TestServer, client: &mut Client) -> u64 {
    let over = client.says("over").await;
    assert_recorded(server, &over).await
}

/// Checks that a game has ended as a client tells it; gives its board.
pub(crate) async fn assert_recorded(server: &TestServer, over: &Value) -> u64 {
    let board = board_of(server, over["game"].as_str().expect("a game")).await;
    let record = server.get(&format!("/api/exhibitions/current/boards/{board}")).await.json();
    let moves: Vec<_> = record["moves"].as_array().expect("moves").iter().map(|played| played["uci"].clone()).collect();
    assert_eq!(over["moves"], json!(moves));
    let result = record["result"].as_str().expect("a result");
    let winner = match result {
        "1-0" => json!("white"),
        "0-1" => json!("black"),
        _ => Value::Null,
    };
    let status = status_of(record["termination"].as_str().expect("a termination"));
    assert_eq!((&over["status"], &over["winner"]), (&json!(status), &winner), "{record}");
    let file = server.get(&format!("/api/exhibitions/current/boards/{board}/game.pgn")).await.body;
    let [game] = &pgn::read(&file)[..] else { panic!("one game in\n{file}") };
    assert_eq!((json!(game.moves), &*game.result), (json!(moves), result));
    board
}

/// The board of a game: `e12b0007` is board 7 of exhibition 12.
async fn board_of(server: &TestServer, game: &str) -> u64 {
    let (exhibition, board) = game.split_once('b').expect("a board");
    let number = |text: &str| text.parse::<u64>().expect("a number");
    let current = server.snapshot().await["id"].as_str().map(number);
    assert_eq!(exhibition.strip_prefix('e').map(number), current, "{game}");
    number(board)
}

/// What Lichess calls an ending.
fn status_of(termination: &str) -> &'static str {
    match termination {
        "checkmate" => "mate",
        "resignation" => "resign",
        "stalemate" => "stalemate",
        "agreement" | "threefold_repetition" | "fifty_moves" | "insufficient_material" => "draw",
        "time_forfeit" => "outoftime",
        "aborted" => "aborted",
        other => panic!("no game here ends by {other}"),
    }
}
