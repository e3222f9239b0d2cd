//! A start that is held up in its middle: until every exhibition is whole, nobody is told a part of it.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use sqlx::SqliteConnection;
use tokio::net::TcpStream;
use tokio_tungstenite::{client_async, tungstenite::Error};

use crate::{
    common::{ORGANISER, Player, TestServer, eventually},
    storage::{ALLOW, REFUSE, execute},
};

const ADDRESSES: [&str; 23] = [
    "/",
    "/e/1",
    "/e/current",
    "/e/1/desk",
    "/e/1/play",
    "/e/1/bot",
    "/e/1/wall",
    "/e/1/overlay",
    "/e/1/sheet",
    "/api/exhibitions",
    "/api/exhibitions/1",
    "/api/exhibitions/current",
    "/api/exhibitions/1/games.pgn",
    "/api/exhibitions/1/boards/1",
    "/api/exhibitions/1/boards/1/game.pgn",
    "/api/exhibitions/1/forecast",
    "/api/forecast?boards=3",
    "/api/addresses",
    "/api/organiser",
    "/healthz",
    "/metrics",
    "/e/99",
    "/nowhere",
];

/// A server whose two players have moved, killed, and started again so that it can't finish its start.
async fn held() -> (TestServer, SqliteConnection, String) {
    let mut server = TestServer::scripted(2, "e2e4 g1f3").await;
    let (mut ada, mut ben) = (Player::join(&server, "Ada").await, Player::join(&server, "Ben").await);
    for player in [&mut ada, &mut ben] {
        player.turn().await;
        player.play("e7e5").await;
        player.turn().await;
    }
    let games = server.get("/api/exhibitions/1/games.pgn").await.body;
    assert!(games.matches("Nf3").count() == 2, "{games}");
    server.kill().await;
    // Whoever was connected is to be on the record as gone before anybody sees the hall: that can't be stored.
    let mut other = server.sql().await;
    execute(&mut other, REFUSE).await;
    server.restart_without_waiting();
    eventually("the port", async || TcpStream::connect(server.address).await.ok()).await;
    // By now the record has been read: only the last thing to store is missing.
    eventually("the hold", async || Some(()).filter(|()| server.log().contains("moves can't be stored"))).await;
    (server, other, games)
}

#[tokio::test]
async fn until_everything_is_taken_up_every_address_says_not_yet() {
    let (server, mut other, games) = held().await;
    let organiser = [("authorization", &*format!("Bearer {ORGANISER}"))];
    for path in ADDRESSES {
        let answer = server.get(path).await;
        answer.assert_error(503, "starting");
        assert_eq!(answer.header("retry-after"), Some("1"), "{path}");
        let page = server.request("GET", path, &[("accept", "text/html,*/*")], "").await;
        assert_eq!((page.status, page.header("retry-after")), (503, Some("1")), "{path}");
        assert!(page.body.contains("comes by itself") && page.header("refresh") == Some("1"), "{page:?}");
    }
    for path in ["/api/exhibitions", "/api/exhibitions/1/start"] {
        server.request("POST", path, &organiser, "{}").await.assert_error(503, "starting");
    }
    for path in ["/ws/current/play", "/ws/1/play", "/ws/1/watch", "/ws/current/watch"] {
        let stream = TcpStream::connect(server.address).await.expect("a connection");
        match client_async(format!("ws://{}{path}", server.address), stream).await {
            Err(Error::Http(answer)) => {
                assert_eq!(answer.status(), 503, "{path}");
                assert_eq!(answer.headers()["retry-after"], "1", "{path}");
            }
            other => panic!("{path}: {other:?}"),
        }
    }
    assert_eq!(server.get("/static/site.css").await.status, 200, "what the page says is legible");
    execute(&mut other, ALLOW).await;
    eventually("health", async || (server.get("/healthz").await.status == 200).then_some(())).await;
    assert_eq!(server.get("/api/exhibitions/1/games.pgn").await.body, games);
}

#[tokio::test]
async fn whoever_polls_all_the_time_sees_the_whole_or_nothing() {
    let (server, mut other, games) = held().await;
    let (server, seen) = (Arc::new(server), Arc::new(AtomicBool::new(false)));
    let pollers: Vec<_> = (0..4)
        .map(|_| {
            let (server, seen, games) = (server.clone(), seen.clone(), games.clone());
            tokio::spawn(async move {
                let mut refused = 0;
                loop {
                    let answer = server.get("/api/exhibitions/1/games.pgn").await;
                    match answer.status {
                        503 => refused += 1,
                        200 => {
                            assert_eq!(answer.body, games, "the first that is shown is the whole");
                            seen.store(true, Ordering::Relaxed);
                            return refused;
                        }
                        status => panic!("{status}: {}", answer.body),
                    }
                }
            })
        })
        .collect();
    assert!(!seen.load(Ordering::Relaxed));
    execute(&mut other, ALLOW).await;
    for poller in pollers {
        assert!(poller.await.expect("a poller") > 0, "it was asked in the middle");
    }
}
