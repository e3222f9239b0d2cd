//! Whole exhibitions with each kind of client, and what is particular to it.

use serde_json::{Value, json};

use crate::{
    client::Client,
    common::{TestServer, eventually},
    master::hosted,
    record::{assert_one_engine, assert_over, assert_played},
    restarts::ply,
    seats::{lasting_bot, seat, seats},
};

/// A hall whose master plays anything, with both colours, and one seat more than are needed: it starts when it is told to.
pub(crate) async fn hall(needed: u32) -> TestServer {
    let flags = ["--engine", "random", "--seed", "7", "--clock", "10m+5s", "--color", "alternating"];
    TestServer::with(needed + 1, &flags).await
}

#[tokio::test]
async fn lichess_bot_plays_on_one_board_and_on_several() {
    let server = hall(3).await;
    let (pair, alone) = (seats(&server, "TestBot", 2).await, seat(&server, "Another").await);
    let mut two = Client::start(&server, "lichess_bot", &pair.token, &["--concurrency", "2", "--resign-at", "40"]);
    let mut one = Client::start(&server, "lichess_bot", &alone.token, &["--resign-at", "100"]);
    two.says("listening").await;
    one.says("listening").await;
    server.start_games().await;
    assert_eq!(assert_played(&server, &mut two, 2).await, pair.boards);
    assert_eq!(assert_played(&server, &mut one, 1).await, alone.boards);
    for client in [&two, &one] {
        let ways = client.all("left").map(|left| &left["how"]);
        assert!(ways.clone().all(|how| how == "ended"), "each stream came to its end: {client:?}");
        assert!(client.all("engine").all(|engine| engine["at_once"] == 1), "no game was begun twice: {client:?}");
        assert_eq!(client.count("engine"), ways.count());
        assert_eq!(client.count("failed") + client.count("error"), 0, "{client:?}");
    }
    server.finished().await;
}

#[tokio::test]
#[ignore = "takes half a minute"]
async fn lichess_bot_plays_the_games_that_it_has_no_room_for_later() {
    let server = hall(3).await;
    let taken = seats(&server, "TestBot", 3).await;
    let flags = ["--concurrency", "1", "--think", "0.4", "--resign-at", "60"];
    let mut bot = Client::start(&server, "lichess_bot", &taken.token, &flags);
    bot.says("listening").await;
    server.start_games().await;
    for _ in 0..3 {
        assert_over(&server, &mut bot).await;
    }
    server.finished().await;
    assert_one_engine(&mut bot).await;
}

#[tokio::test]
async fn botli_plays_one_game_after_the_other_where_it_has_several_seats() {
    let server = hall(3).await;
    let (pair, alone) = (seats(&server, "TestBot", 2).await, seat(&server, "Another").await);
    let mut two = Client::start(&server, "botli", &pair.token, &["--resign-at", "40"]);
    let mut one = Client::start(&server, "botli", &alone.token, &["--resign-at", "100"]);
    two.says("listening").await;
    one.says("listening").await;
    server.start_games().await;
    assert_eq!(assert_played(&server, &mut two, 2).await, pair.boards);
    assert_eq!(assert_played(&server, &mut one, 1).await, alone.boards);
    for client in [&two, &one] {
        let troubles = ["again", "refused", "unheard", "crashed"].map(|kind| client.count(kind));
        assert_eq!(troubles, [0; 4], "{client:?}");
        assert!(client.all("deaf").all(|deaf| deaf["path"] != "/api/stream/event"), "{client:?}");
    }
    server.finished().await;
}

#[tokio::test]
async fn a_script_with_berserk_plays_all_games_of_a_token_at_once() {
    let server = hall(3).await;
    let taken = seats(&server, "Script", 3).await;
    let flags = ["--games", "3", "--resign-at", "60", "--abort"];
    let mut script = Client::start(&server, "berserk_bot", &taken.token, &flags);
    assert_eq!(script.says("ready").await["username"], "Script");
    server.start_games().await;
    assert_eq!(assert_played(&server, &mut script, 3).await, taken.boards);
    assert_eq!(script.count("aborted"), 0);
    for refused in script.all("refused") {
        assert_eq!(refused["status"], 400, "{refused}");
        assert!(refused["error"].as_str().is_some_and(|error| !error.is_empty()), "{refused}");
    }
    assert_eq!((script.count("refused"), script.count("start")), (3, 3));
    for room in ["player", "spectator"] {
        let heard = script.all("heard").filter(|line| line["room"] == room && line["username"] == "Script");
        assert_eq!(heard.count(), 3, "each line comes back to who wrote it: {script:?}");
    }
    script.ends().await;
    server.finished().await;
}

#[tokio::test]
async fn a_script_for_a_board_asks_for_its_game_and_agrees_on_a_draw() {
    let server = hall(2).await;
    let (first, second) = (seat(&server, "Board").await, seat(&server, "Other board").await);
    let mut asks = Client::start(&server, "berserk_board", &first.token, &["--challenge", "current"]);
    let challenged = asks.says("challenged").await;
    assert_eq!((&challenged["status"], &challenged["direction"]), (&json!("created"), &json!("out")));
    server.start_games().await;
    let mut seeks = Client::start(&server, "berserk_board", &second.token, &["--seek"]);
    for (script, seats) in [(&mut asks, first), (&mut seeks, second)] {
        assert_eq!(assert_played(&server, script, 1).await, seats.boards);
        let board = server.board(seats.boards[0]).await;
        // The master accepts by the toss of a coin each time.
        assert_eq!(board["termination"], "agreement", "{board}");
        assert!(script.count("offered") > 0 || board["ply"] == 0, "{script:?}");
    }
    asks.ends().await;
    seeks.ends().await;
    server.finished().await;
}

#[tokio::test]
async fn lichess_bot_offers_a_draw_with_a_move() {
    let server = hall(1).await;
    let taken = seat(&server, "Drawish").await;
    let mut bot = Client::start(&server, "lichess_bot", &taken.token, &["--draw-from", "4"]);
    bot.says("listening").await;
    server.start_games().await;
    assert_eq!(assert_played(&server, &mut bot, 1).await, taken.boards);
    assert_eq!(server.board(taken.boards[0]).await["termination"], "agreement");
}

#[tokio::test]
async fn lichess_bot_accepts_a_draw_in_place_of_a_move() {
    let (server, mut master) = hosted(2, &[]).await;
    let taken = seat(&server, "Drawish").await;
    let mut bot = Client::start(&server, "lichess_bot", &taken.token, &["--draw-from", "3"]);
    bot.says("listening").await;
    server.start_games().await;
    let board = taken.boards[0];
    master.play(board, 1, "e2e4").await;
    ply(&server, board, 2).await;
    master.say(json!({ "type": "offer_draw", "board": board })).await;
    master.until(|told| told["type"] == "draw_offered").await;
    master.play(board, 3, "d2d4").await;
    assert_eq!(assert_played(&server, &mut bot, 1).await, taken.boards);
    let record = server.board(board).await;
    assert_eq!((&record["termination"], &record["ply"]), (&json!("agreement"), &json!(3)));
    assert_eq!(bot.count("error"), 0, "the move was taken for what it said: {bot:?}");
}

#[tokio::test]
async fn a_bot_sits_down_after_the_start_where_that_is_allowed() {
    let server = TestServer::with(3, &["--engine", "random", "--seed", "7", "--late-rounds", "1000"]).await;
    let first = seat(&server, "First").await;
    server.start_games().await;
    let late = seat(&server, "Late").await;
    for taken in [late, first] {
        let mut bot = Client::start(&server, "berserk_bot", &taken.token, &["--resign-at", "8"]);
        assert_eq!(assert_played(&server, &mut bot, 1).await, taken.boards);
        bot.ends().await;
    }
}

#[tokio::test]
async fn cli_chess_is_played_at_its_own_keyboard() {
    let server = hall(2).await;
    let (early, late) = (seat(&server, "Claire").await, seat(&server, "Dorothea").await);
    let board = early.boards[0].to_string();
    let mut sought = Client::start(&server, "cli_chess", &early.token, &["--board", &board, "--resign-at", "8"]);
    sought.says("asked").await;
    server.start_games().await;
    let master = server.snapshot().await["master"]["name"].as_str().expect("a name").to_owned();
    let board = late.boards[0].to_string();
    let flags = ["--board", &board, "--resign-at", "8", "--challenge", &master];
    let mut challenged = Client::start(&server, "cli_chess", &late.token, &flags);
    for (client, seats) in [(&mut sought, early), (&mut challenged, late)] {
        let over = client.says("over").await;
        let record = server.board(seats.boards[0]).await;
        assert_eq!((&over["moves"], &over["result"]), (&record["moves"], &record["result"]), "{over}");
        let own = if record["color"] == "white" { "White" } else { "Black" };
        assert!(
            over["headers"][own].as_str().is_some_and(|name| name.ends_with(record["name"].as_str().expect("a name")))
        );
    }
    sought.ends().await;
    challenged.ends().await;
    server.finished().await;
}

#[tokio::test]
async fn a_bot_with_a_lasting_token_sits_down_by_itself_each_evening() {
    let server = hall(1).await;
    let token = lasting_bot(&server, "Deep Thought").await;
    let mut bot = Client::start(&server, "botli", &token, &["--resign-at", "20"]);
    seated(&server, "Deep Thought").await;
    server.start_games().await;
    assert_over(&server, &mut bot).await;
    server.finished().await;
    assert_eq!(server.post("/api/exhibitions", r#"{"boards":2}"#).await.status, 201);
    seated(&server, "Deep Thought").await;
    server.start_games().await;
    assert_over(&server, &mut bot).await;
    server.finished().await;
    assert_eq!((bot.count("start"), bot.count("again")), (2, 0), "{bot:?}");
}

#[tokio::test]
async fn two_programs_with_one_token_share_its_game() {
    let server = hall(1).await;
    let taken = seat(&server, "Twins").await;
    let flags = ["--resign-at", "30"];
    let mut first = Client::start(&server, "lichess_bot", &taken.token, &flags);
    let mut second = Client::start(&server, "berserk_bot", &taken.token, &["--resign-at", "1000", "--watch"]);
    first.says("listening").await;
    second.says("ready").await;
    server.start_games().await;
    assert_eq!(assert_over(&server, &mut first).await, taken.boards[0]);
    assert_eq!(assert_over(&server, &mut second).await, taken.boards[0]);
    second.ends().await;
}

#[tokio::test]
async fn a_bot_with_a_lasting_token_asks_the_master_for_a_seat() {
    let server = hall(1).await;
    let token = lasting_bot(&server, "Deep Thought").await;
    let master = server.snapshot().await["master"]["name"].as_str().expect("a name").to_owned();
    let mut bot = Client::start(&server, "botli", &token, &["--resign-at", "20", "--ask", &master]);
    while bot.says("challenged").await["done"] != "accepted" {}
    seated(&server, "Deep Thought").await;
    server.start_games().await;
    assert_over(&server, &mut bot).await;
    server.finished().await;
}

/// Waits until somebody of this name has a seat.
async fn seated(server: &TestServer, name: &str) {
    let look = async || {
        let boards = server.snapshot().await["boards"].clone();
        boards.as_array().expect("boards").iter().any(|board: &Value| board["name"] == name).then_some(())
    };
    eventually("a seat", look).await;
}
