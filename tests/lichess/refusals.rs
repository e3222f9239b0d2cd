//! What is refused, and how clients bear it.

use serde_json::{Value, json};

use crate::{
    client::Client,
    common::{Answer, TestServer, eventually},
    master::hosted,
    one_kind::hall,
    record::assert_over,
    restarts::ply,
    seats::seat,
    streams::post,
};

/// Checks that this is an error as these clients read it.
fn assert_refused(answer: &Answer, status: u16) {
    assert_eq!(answer.status, status, "{answer:?}");
    assert_eq!(answer.header("content-type").and_then(|kind| kind.split(';').next()), Some("application/json"));
    assert!(answer.json()["error"].as_str().is_some_and(|error| !error.is_empty()), "{answer:?}");
}

#[tokio::test]
async fn nobody_is_let_in_with_a_token_that_is_nobodys() {
    let server = hall(1).await;
    let taken = seat(&server, "TestBot").await;
    let asked = server.request("POST", "/api/token/test", &[], &format!("{},sp_nobodys", taken.token)).await;
    assert_eq!(asked.status, 200);
    let known = asked.json();
    assert_eq!(known["sp_nobodys"], Value::Null);
    let scopes: Vec<_> = known[&taken.token]["scopes"].as_str().expect("scopes").split(',').collect();
    assert!(["bot:play", "board:play", "challenge:read", "challenge:write"].iter().all(|scope| scopes.contains(scope)));
    for path in ["/api/account", "/api/account/playing", "/api/stream/event", "/api/bot/game/stream/e01b0001"] {
        assert_refused(&server.request("GET", path, &[("Authorization", "Bearer sp_nobodys")], "").await, 401);
        assert_refused(&server.get(path).await, 401);
    }
}

#[tokio::test]
async fn a_move_that_cannot_be_made_is_refused_and_changes_nothing() {
    let (server, mut master) = hosted(3, &[]).await;
    let (taken, other) = (seat(&server, "TestBot").await, seat(&server, "Other").await);
    server.start_games().await;
    let game = format!("/api/bot/game/e01b{:04}", taken.boards[0]);
    let early = post(&server, &taken, &format!("{game}/move/e7e5?offeringDraw=false"), "").await;
    assert_refused(&early, 400);
    master.play(taken.boards[0], 1, "e2e4").await;
    for nonsense in ["e7e4", "e2e4", "castle", "0000"] {
        assert_refused(&post(&server, &taken, &format!("{game}/move/{nonsense}"), "").await, 400);
    }
    assert_refused(&post(&server, &other, &format!("{game}/move/e7e5"), "").await, 404);
    let made = post(&server, &taken, &format!("{game}/move/e7e5?offeringDraw=false"), "").await;
    assert_eq!((made.status, made.json()), (200, json!({ "ok": true })));
    assert_eq!(made.header("content-type"), Some("application/json"));
    assert_refused(&post(&server, &taken, &format!("{game}/move/e7e5?offeringDraw=false"), "").await, 400);
    assert_eq!(server.board(taken.boards[0]).await["moves"], json!(["e2e4", "e7e5"]));
    assert_refused(&post(&server, &taken, &format!("{game}/abort"), "").await, 400);
}

#[tokio::test]
async fn bots_whose_abort_is_refused_wait_for_the_master() {
    let (server, mut master) = hosted(3, &["--clock", "10m+5s"]).await;
    let (ours, theirs) = (seat(&server, "TestBot").await, seat(&server, "BotLi").await);
    let flags = ["--patience", "0.5", "--resign-at", "3"];
    let mut lichess_bot = Client::start(&server, "lichess_bot", &ours.token, &flags);
    let mut botli = Client::start(&server, "botli", &theirs.token, &flags);
    lichess_bot.says("listening").await;
    botli.says("listening").await;
    server.start_games().await;
    // lichess-bot asks at each line that keeps the stream alive, and stays as long as the game is listed.
    for _ in 0..2 {
        lichess_bot.says("aborting").await;
        assert_eq!(lichess_bot.says("error").await["status"], 400);
    }
    assert_eq!(botli.says("aborting").await["granted"], false);
    for taken in [&ours, &theirs] {
        master.play(taken.boards[0], 1, "e2e4").await;
        ply(&server, taken.boards[0], 2).await;
        master.play(taken.boards[0], 3, "d2d4").await;
    }
    assert_eq!(assert_over(&server, &mut lichess_bot).await, ours.boards[0]);
    assert_eq!(assert_over(&server, &mut botli).await, theirs.boards[0]);
    assert_eq!((lichess_bot.count("online"), lichess_bot.count("engine")), (1, 1), "{lichess_bot:?}");
    assert_eq!(botli.count("again"), 0, "no stream was silent for too long: {botli:?}");
}

#[tokio::test]
async fn bots_play_from_any_position_and_castle_in_their_own_notation() {
    for (start, variant) in
        [("r3k2r/pppq1ppp/8/8/8/8/PPPQ1PPP/R3K2R w KQkq - 0 1", "standard"), ("chess960", "chess960")]
    {
        let flags = ["--engine", "random", "--seed", "5", "--start", start, "--color", "alternating"];
        let server = TestServer::with(3, &flags).await;
        let (ours, theirs) = (seat(&server, "TestBot").await, seat(&server, "BotLi").await);
        let mut lichess_bot = Client::start(&server, "lichess_bot", &ours.token, &["--castle", "--resign-at", "30"]);
        let mut botli = Client::start(&server, "botli", &theirs.token, &["--castle", "--resign-at", "30"]);
        lichess_bot.says("listening").await;
        botli.says("listening").await;
        server.start_games().await;
        assert_eq!(assert_over(&server, &mut lichess_bot).await, ours.boards[0]);
        assert_eq!(assert_over(&server, &mut botli).await, theirs.boards[0]);
        assert_eq!(botli.count("refused"), 0, "{variant}: {botli:?}");
        eventually("the end", async || (server.snapshot().await["status"] == "finished").then_some(())).await;
    }
}
