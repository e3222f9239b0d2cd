//! The streams themselves: what their lines are, when they come, and how they end.

use serde_json::{Value, json};

use crate::{
    common::{Answer, TestServer},
    master::hosted,
    seats::{Seats, seat},
    stream::Stream,
};

/// Does something with a seat's token.
pub(crate) async fn post(server: &TestServer, seat: &Seats, path: &str, body: &str) -> Answer {
    let bearer = format!("Bearer {}", seat.token);
    server.request("POST", path, &[("Authorization", &bearer)], body).await
}

async fn events(server: &TestServer, seat: &Seats) -> Stream {
    Stream::open(server, "/api/stream/event", &seat.token).await
}

#[tokio::test]
async fn streams_are_kept_alive_and_end_with_the_game() {
    let (server, mut master) = hosted(2, &["--clock", "10m+5s"]).await;
    let taken = seat(&server, "TestBot").await;
    let mut first = events(&server, &taken).await;
    let mut second = events(&server, &taken).await;
    for stream in [&first, &second] {
        assert_eq!(stream.status, 200);
        assert_eq!(stream.header("content-type"), Some("application/x-ndjson"));
        assert_eq!(stream.header("content-encoding"), None, "nothing would arrive in time");
    }
    // BotLi gives up after 9 s without a byte.
    assert_eq!(first.until_keep_alive().await, Vec::<Value>::new());
    server.start_games().await;
    let start = first.message().await;
    assert_eq!(start["type"], "gameStart");
    assert_eq!(second.message().await, start, "each stream is told");
    let id = start["game"]["id"].as_str().expect("an id").to_owned();
    let mut game = Stream::open(&server, &format!("/api/bot/game/stream/{id}"), &taken.token).await;
    assert_eq!((game.status, game.header("content-type")), (200, Some("application/x-ndjson")));
    assert_eq!(game.message().await["type"], "gameFull", "no empty line may come first");
    // Who opens another event stream is not told of a game that is being followed.
    let mut third = events(&server, &taken).await;
    assert_eq!(third.until_keep_alive().await, Vec::<Value>::new());
    game.until_keep_alive().await;
    master.play(taken.boards[0], 1, "e2e4").await;
    let moved = game.message().await;
    assert_eq!(
        (&moved["type"], &moved["moves"], &moved["status"]),
        (&json!("gameState"), &json!("e2e4"), &json!("started"))
    );
    assert_eq!(post(&server, &taken, &format!("/api/bot/game/{id}/resign"), "").await.status, 200);
    let last = game.message().await;
    assert_eq!((&last["status"], &last["winner"]), (&json!("resign"), &json!("white")));
    assert_eq!(game.line().await, None, "it ends well, with the game");
    for stream in [&mut first, &mut second, &mut third] {
        let finish = stream.message().await;
        assert_eq!((&finish["type"], &finish["game"]["id"]), (&json!("gameFinish"), &json!(id)));
        assert_eq!(finish["game"]["status"]["name"], "resign");
    }
    let mut over = Stream::open(&server, &format!("/api/bot/game/stream/{id}"), &taken.token).await;
    assert_eq!(over.message().await["state"]["status"], "resign");
    assert_eq!(over.line().await, None, "there is nothing to wait for");
}

#[tokio::test]
async fn a_game_that_nobody_follows_any_more_is_announced_again() {
    let (server, _master) = hosted(2, &[]).await;
    let taken = seat(&server, "TestBot").await;
    let mut listening = events(&server, &taken).await;
    server.start_games().await;
    let start = listening.message().await;
    let id = start["game"]["id"].as_str().expect("an id").to_owned();
    let mut game = Stream::open(&server, &format!("/api/bot/game/stream/{id}"), &taken.token).await;
    game.message().await;
    drop(game);
    let again = listening.message().await;
    assert_eq!((&again["type"], &again["game"]["id"]), (&json!("gameStart"), &json!(id)));
}

#[tokio::test]
async fn what_is_said_is_heard_by_whoever_follows_the_game() {
    let (server, _master) = hosted(2, &[]).await;
    let taken = seat(&server, "TestBot").await;
    server.start_games().await;
    let mut bot = Stream::open(&server, "/api/bot/game/stream/e01b0001", &taken.token).await;
    let mut board = Stream::open(&server, "/api/board/game/stream/e01b0001", &taken.token).await;
    let chat = "/api/bot/game/e01b0001/chat";
    // lichess-bot would take its game for broken if it heard a line of nothing, and it says more than Lichess allows.
    for said in ["room=player&text=", "room=player&text=%20%0a", &format!("room=spectator&text={}", "word+".repeat(60))]
    {
        assert_eq!(post(&server, &taken, chat, said).await.status, 200);
    }
    assert_eq!(post(&server, &taken, chat, r#"{"room":"player","text":"Good luck!"}"#).await.status, 200);
    for stream in [&mut bot, &mut board] {
        assert_eq!(stream.message().await["type"], "gameFull");
        let long = stream.message().await;
        assert_eq!((&long["type"], &long["room"]), (&json!("chatLine"), &json!("spectator")));
        assert!(long["text"].as_str().is_some_and(|text| text.starts_with("word word")), "{long}");
        let line = json!({ "type": "chatLine", "room": "player", "username": "TestBot", "text": "Good luck!" });
        assert_eq!(stream.message().await, line);
    }
}
