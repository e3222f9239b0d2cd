//! What is refused, and how clients bear it.

use serde_json::{Value, json};

use crate::{
    client::Client,
    common::{Answer, TestServer},
    master::hosted,
    one_kind::hall,
    record::{assert_over, assert_played},
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
    lichess_bot.says("aborting").await;
    assert_eq!(lichess_bot.says("error").await["status"], 400);
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
async fn a_move_against_a_bot_stands() {
    let (server, mut master) = hosted(2, &[]).await;
    let taken = seat(&server, "BotLi").await;
    let mut botli = Client::start(&server, "botli", &taken.token, &["--think", "1", "--resign-at", "3"]);
    botli.says("listening").await;
    server.start_games().await;
    master.play(taken.boards[0], 1, "e2e4").await;
    // BotLi counts moves, and does not notice that one is gone.
    master.say(json!({ "type": "retract", "board": taken.boards[0] })).await;
    assert_eq!(master.until(|told| told["type"] == "error").await["code"], "not_allowed");
    ply(&server, taken.boards[0], 2).await;
    master.play(taken.boards[0], 3, "d2d4").await;
    assert_eq!(assert_over(&server, &mut botli).await, taken.boards[0]);
}

#[tokio::test]
async fn bots_castle_in_their_own_notation_and_the_record_has_the_usual_one() {
    let start = "r3k2r/pppq1ppp/8/8/8/8/PPPQ1PPP/R3K2R w KQkq - 0 1";
    let (server, mut master) = hosted(3, &["--start", start]).await;
    let (ours, theirs) = (seat(&server, "TestBot").await, seat(&server, "BotLi").await);
    let flags = ["--castle", "--resign-at", "3"];
    let mut lichess_bot = Client::start(&server, "lichess_bot", &ours.token, &flags);
    let mut botli = Client::start(&server, "botli", &theirs.token, &flags);
    lichess_bot.says("listening").await;
    botli.says("listening").await;
    server.start_games().await;
    for taken in [&ours, &theirs] {
        master.play(taken.boards[0], 1, "e1g1").await;
        ply(&server, taken.boards[0], 2).await;
        let castled = server.board(taken.boards[0]).await["moves"][1].clone();
        assert!(castled == "e8g8" || castled == "e8c8", "{castled}");
        master.play(taken.boards[0], 3, "h2h3").await;
    }
    assert_eq!(assert_over(&server, &mut lichess_bot).await, ours.boards[0]);
    assert_eq!(assert_over(&server, &mut botli).await, theirs.boards[0]);
}

#[tokio::test]
async fn bots_play_chess960_and_without_clocks() {
    let flags = ["--engine", "random", "--seed", "5", "--start", "chess960", "--color", "alternating"];
    let server = TestServer::with(3, &flags).await;
    let (ours, theirs) = (seat(&server, "TestBot").await, seat(&server, "BotLi").await);
    let flags = ["--castle", "--resign-at", "60"];
    let mut lichess_bot = Client::start(&server, "lichess_bot", &ours.token, &flags);
    let mut botli = Client::start(&server, "botli", &theirs.token, &flags);
    lichess_bot.says("listening").await;
    botli.says("listening").await;
    server.start_games().await;
    assert_eq!(assert_over(&server, &mut lichess_bot).await, ours.boards[0]);
    assert_eq!(assert_over(&server, &mut botli).await, theirs.boards[0]);
    assert_eq!((lichess_bot.count("error"), botli.count("refused")), (0, 0), "{lichess_bot:?} {botli:?}");
    server.finished().await;
}

#[tokio::test]
async fn whoever_thinks_for_too_long_hears_that_the_time_is_up() {
    let flags = ["--engine", "random", "--seed", "5", "--clock", "1s"];
    let server = TestServer::with(2, &flags).await;
    let taken = seat(&server, "Ponderer").await;
    let mut bot = Client::start(&server, "lichess_bot", &taken.token, &["--think", "2"]);
    bot.says("listening").await;
    server.start_games().await;
    assert_eq!(assert_over(&server, &mut bot).await, taken.boards[0]);
    assert_eq!(server.board(taken.boards[0]).await["termination"], "time_forfeit");
    bot.says("left").await;
}

#[tokio::test]
async fn a_bot_may_be_called_in_any_script() {
    let server = hall(2).await;
    let (ours, theirs) = (seat(&server, "Ωμέγα, der Müller").await, seat(&server, "Бета").await);
    let mut lichess_bot = Client::start(&server, "lichess_bot", &ours.token, &["--resign-at", "20"]);
    let mut botli = Client::start(&server, "botli", &theirs.token, &["--resign-at", "20"]);
    lichess_bot.says("listening").await;
    botli.says("listening").await;
    server.start_games().await;
    assert_eq!(assert_over(&server, &mut lichess_bot).await, ours.boards[0]);
    assert_eq!(assert_over(&server, &mut botli).await, theirs.boards[0]);
}

#[tokio::test]
async fn a_bot_hears_of_its_mate_with_the_move() {
    let server = TestServer::scripted(4, "e2e4 f1c4 d1h5 h5f7").await;
    let flags = ["--moves", "a7a6", "b7b6", "c7c6"];
    let mut bots = Vec::new();
    for program in ["lichess_bot", "botli", "berserk_bot"] {
        let taken = seat(&server, program).await;
        let mut bot = Client::start(&server, program, &taken.token, &flags);
        bot.says(if program == "berserk_bot" { "ready" } else { "listening" }).await;
        bots.push(bot);
    }
    server.start_games().await;
    for bot in &mut bots {
        let board = assert_played(&server, bot, 1).await[0];
        assert_eq!(server.board(board).await["termination"], "checkmate");
        let troubles = ["failed", "error", "refused", "crashed"].map(|kind| bot.count(kind));
        assert_eq!(troubles, [0; 4], "in a position without moves none was looked for: {bot:?}");
    }
}
