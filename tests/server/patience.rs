//! What the server waits for, and for how long. These take ten seconds each, so they wait together.

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use tokio_tungstenite::tungstenite::Message;

use crate::common::{Heard, Link, Player, Spectator, TestServer, within};

#[tokio::test]
async fn who_says_nothing_or_hears_nothing_for_ten_seconds_is_sent_away() {
    let server = TestServer::scripted(2, "e2e4 g1f3").await;
    tokio::join!(
        a_first_frame_that_never_comes(&server),
        a_player_who_does_not_read(&server),
        a_request_that_never_comes(&server, ""),
        a_request_that_never_comes(&server, "GET / HTTP/1.1\r\nHost: somewhere\r\n"),
    );
}

async fn a_request_that_never_comes(server: &TestServer, begun: &str) {
    let mut stream = TcpStream::connect(server.address).await.expect("a connection");
    stream.write_all(begun.as_bytes()).await.expect("the first half");
    let mut answer = Vec::new();
    // Whether it is told before is the server's choice.
    let _ = within("the end of the connection", stream.read_to_end(&mut answer)).await;
}

async fn a_first_frame_that_never_comes(server: &TestServer) {
    let mut silent = Link::connect(server, "/ws/current/play").await;
    assert_eq!(silent.message().await["code"], "not_joined");
    assert_eq!(silent.hear().await, Heard::Closed(1008));
}

/// He is cut off with 1013, keeps his seat, and costs nobody else a move.
async fn a_player_who_does_not_read(server: &TestServer) {
    let mut spectator = Spectator::watch(server).await;
    let hello = serde_json::json!({ "type": "join", "name": "Deaf" });
    let mut deaf = Player::greet(Link::narrow(server, "/ws/current/play").await, &hello).await;
    let mut other = Player::join(server, "Other").await;
    deaf.turn().await;
    // The answers to these fill every buffer on the way: each unknown type is quoted.
    let long = serde_json::json!({ "type": "\u{10ffff}".repeat(60) }).to_string();
    for _ in 0..190 {
        deaf.link.send_frame(Message::text(long.clone())).await;
    }
    other.play("e7e5").await;
    other.turn().await;
    assert_eq!(other.moves, ["e2e4", "e7e5", "g1f3"], "the other board goes on");
    spectator.until(|event| event["type"] == "disconnected" && event["name"] == "Deaf").await;
    assert_eq!(deaf.closed().await, Heard::Closed(1013));
    Player::resume(server, &deaf.token).await.play("e7e5").await;
}
