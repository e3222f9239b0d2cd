//! Streams that break in the middle of a game.

use crate::{
    client::Client,
    common::eventually,
    one_kind::hall,
    proxy::Proxy,
    record::{assert_one_engine, assert_over},
    restarts::ply,
    seats::seat,
};

/// Where a game is followed.
const GAME: &str = "/api/bot/game/stream/";
const EVENTS: &str = "/api/stream/event";

#[tokio::test]
async fn bots_come_back_to_a_game_whose_stream_broke() {
    let server = hall(2).await;
    let way = Proxy::to(&server).await;
    let (ours, theirs) = (seat(&server, "TestBot").await, seat(&server, "BotLi").await);
    let pace = ["--think", "0.05", "--resign-at", "40"];
    let mut lichess_bot = Client::start_at(&server, &way.url, "lichess_bot", &ours.token, &pace);
    let mut botli = Client::start_at(&server, &way.url, "botli", &theirs.token, &pace);
    lichess_bot.says("listening").await;
    botli.says("listening").await;
    server.start_games().await;
    ply(&server, ours.boards[0], 9).await;
    ply(&server, theirs.boards[0], 9).await;
    assert_eq!(way.cut(GAME), 2);
    // lichess-bot takes the game for over, and has to be told again that it has started; BotLi comes by itself.
    lichess_bot.says("left").await;
    lichess_bot.says("start").await;
    for (client, seat) in [(&mut lichess_bot, &ours), (&mut botli, &theirs)] {
        assert_eq!(assert_over(&server, client).await, seat.boards[0]);
        assert_eq!(server.board(seat.boards[0]).await["termination"], "resignation");
    }
    assert_one_engine(&mut lichess_bot).await;
    assert_eq!((lichess_bot.count("start"), botli.count("engine")), (2, 1));
    server.finished().await;
}

#[tokio::test]
async fn bots_come_back_when_every_connection_broke_at_once() {
    let server = hall(2).await;
    let way = Proxy::to(&server).await;
    let (ours, theirs) = (seat(&server, "TestBot").await, seat(&server, "BotLi").await);
    let pace = ["--think", "0.05", "--resign-at", "60"];
    let mut lichess_bot = Client::start_at(&server, &way.url, "lichess_bot", &ours.token, &pace);
    let mut botli = Client::start_at(&server, &way.url, "botli", &theirs.token, &pace);
    lichess_bot.says("listening").await;
    botli.says("listening").await;
    server.start_games().await;
    for reached in [9, 25] {
        ply(&server, ours.boards[0], reached).await;
        assert!(way.cut("/api/") >= 2);
    }
    for (client, seat) in [(&mut lichess_bot, &ours), (&mut botli, &theirs)] {
        assert_eq!(assert_over(&server, client).await, seat.boards[0]);
    }
    assert_one_engine(&mut lichess_bot).await;
    assert_eq!(botli.count("crashed"), 0, "{botli:?}");
}

#[tokio::test]
async fn a_broken_event_stream_disturbs_no_game() {
    let server = hall(1).await;
    let way = Proxy::to(&server).await;
    let ours = seat(&server, "TestBot").await;
    let mut lichess_bot = Client::start_at(&server, &way.url, "lichess_bot", &ours.token, &["--think", "0.1"]);
    lichess_bot.says("listening").await;
    server.start_games().await;
    ply(&server, ours.boards[0], 5).await;
    eventually("the event stream", async || (way.cut(EVENTS) == 1).then_some(())).await;
    lichess_bot.says("event stream broke").await;
    lichess_bot.says("listening").await;
    // A game that is being followed is not announced again, or a second engine would play on the same board.
    let reached = server.board(ours.boards[0]).await["ply"].as_u64().expect("a number");
    ply(&server, ours.boards[0], reached + 6).await;
    let resigned =
        server.order("DELETE", &format!("/seats/{}", ours.boards[0]), &serde_json::json!({"result": "1-0"})).await;
    assert_eq!(resigned.status, 200, "{resigned:?}");
    lichess_bot.says("over").await;
    lichess_bot.says("left").await;
    assert_eq!((lichess_bot.count("start"), lichess_bot.count("engine")), (1, 1), "{lichess_bot:?}");
}
