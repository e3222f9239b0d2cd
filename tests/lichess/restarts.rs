//! The server or a client is killed in the middle of a game, and bots go on by themselves.

use serde_json::Value;
use sqlx::{AssertSqlSafe, Executor};

use crate::{
    client::Client,
    common::{Spectator, TestServer, eventually},
    one_kind::hall,
    record::{assert_one_engine, assert_over, assert_played, assert_recorded},
    seats::seat,
};

/// Waits until a board has got so far, or its game is over.
pub(crate) async fn ply(server: &TestServer, board: u64, ply: u64) {
    let mut spectator = Spectator::watch(server).await;
    let seen = server.board(board).await;
    if seen["ply"].as_u64().expect("a number") < ply && seen["status"] != "ended" {
        let far =
            |event: &Value| event["type"] == "moved" && event["ply"].as_u64().is_some_and(|reached| reached >= ply);
        spectator.until(|event| event["board"] == board && (far(event) || event["type"] == "ended")).await;
    }
}

/// How often the server is killed in one game.
fn kills() -> u64 {
    let said = std::env::var("SIMULTAN_LICHESS_KILLS").ok();
    said.map_or(1, |text| text.parse().expect("SIMULTAN_LICHESS_KILLS is a number"))
}

/// A way to end a server.
#[derive(Debug, Clone, Copy)]
enum End {
    /// `kill -9`
    Kill,
    /// SIGTERM
    Stop,
}

#[tokio::test]
async fn bots_go_on_by_themselves_when_the_server_has_been_killed() {
    go_on_after(End::Kill).await;
}

#[tokio::test]
async fn bots_go_on_by_themselves_when_the_server_was_stopped() {
    go_on_after(End::Stop).await;
}

async fn go_on_after(end: End) {
    let kills = kills();
    let mut server = hall(3).await;
    let (ours, theirs, waiting) =
        (seat(&server, "TestBot").await, seat(&server, "BotLi").await, seat(&server, "Late").await);
    let enough = (20 * (kills + 1)).to_string();
    let pace = ["--think", "0.05", "--resign-at", &enough];
    let mut lichess_bot = Client::start(&server, "lichess_bot", &ours.token, &pace);
    let mut botli = Client::start(&server, "botli", &theirs.token, &pace);
    lichess_bot.says("listening").await;
    botli.says("listening").await;
    server.start_games().await;
    for kill in 1..=kills {
        ply(&server, theirs.boards[0], 20 * kill - 11).await;
        ply(&server, ours.boards[0], 20 * kill - 11).await;
        match end {
            End::Kill => server.kill().await,
            End::Stop => assert!(server.terminate().await.success()),
        }
        server.restart().await;
    }
    // Who comes only now has a game too.
    let mut late = Client::start(&server, "berserk_bot", &waiting.token, &["--resign-at", "20"]);
    assert_eq!(assert_over(&server, &mut late).await, waiting.boards[0]);
    // Where a game came to its end with a kill, its client was never told so; but nobody but the client could go on with it.
    for seat in [&ours, &theirs] {
        ply(&server, seat.boards[0], u64::MAX).await;
    }
    server.finished().await;
    assert_one_engine(&mut lichess_bot).await;
    botli.kill().await;
    assert_eq!(lichess_bot.count("event stream ended"), 0, "an event stream never ends well: {lichess_bot:?}");
    assert_eq!((botli.count("engine"), botli.count("crashed")), (1, 0), "it never left its game: {botli:?}");
    for said in [&lichess_bot, &botli].into_iter().flat_map(|client| client.all("over")) {
        assert_recorded(&server, said).await;
    }
}

#[tokio::test]
async fn bots_bear_it_that_a_server_needs_time_to_start() {
    let mut server = hall(2).await;
    let (ours, theirs) = (seat(&server, "TestBot").await, seat(&server, "BotLi").await);
    let mut lichess_bot = Client::start(&server, "lichess_bot", &ours.token, &["--resign-at", "20"]);
    let mut botli = Client::start(&server, "botli", &theirs.token, &["--resign-at", "20"]);
    lichess_bot.says("listening").await;
    botli.says("listening").await;
    server.kill().await;
    // That they are gone can't be stored, and so the start can't be finished.
    let mut other = server.sql().await;
    let refuse = "create trigger refuse before insert on event begin select raise(abort, 'not now'); end; \
                  create trigger refuse_probe before update on probe begin select raise(abort, 'not now'); end;";
    other.execute(AssertSqlSafe(refuse)).await.expect("two triggers");
    server.restart_without_waiting();
    // The first time that BotLi tries again nobody listens, or it is told to come later.
    let later = async || {
        let asked = server.try_request("GET", "/api/stream/event", &[], "").await;
        asked.is_ok_and(|answer| answer.status == 503).then_some(())
    };
    eventually("a server that starts", later).await;
    for _ in 0..2 {
        botli.says("again").await;
    }
    other.execute("drop trigger refuse; drop trigger refuse_probe;").await.expect("no triggers");
    eventually("the server", async || (server.get("/healthz").await.status == 200).then_some(())).await;
    server.start_games().await;
    for (client, seat) in [(&mut lichess_bot, &ours), (&mut botli, &theirs)] {
        assert_eq!(assert_over(&server, client).await, seat.boards[0]);
    }
}

#[tokio::test]
async fn a_client_that_was_killed_takes_its_game_up_again() {
    let server = hall(3).await;
    let programs = ["lichess_bot", "botli", "berserk_bot"];
    let mut players = Vec::new();
    for program in programs {
        let taken = seat(&server, program).await;
        let mut client = Client::start(&server, program, &taken.token, &["--think", "0.05"]);
        client.says(if program == "berserk_bot" { "ready" } else { "listening" }).await;
        players.push((program, taken, client));
    }
    server.start_games().await;
    let mut again = Vec::new();
    for (program, taken, mut client) in players {
        ply(&server, taken.boards[0], 7).await;
        client.kill().await;
        again.push((Client::start(&server, program, &taken.token, &["--resign-at", "30"]), taken));
    }
    for (client, taken) in &mut again {
        assert_eq!(assert_played(&server, client, 1).await, taken.boards);
        assert_eq!(client.all("over").next().expect("just told")["status"], "resign", "{client:?}");
    }
    server.finished().await;
}
