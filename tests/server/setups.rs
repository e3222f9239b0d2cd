//! Games that begin otherwise than custom has it: colours, positions, Chess960, clocks of a board's own, extra time.

use serde_json::{Value, json};
use shakmaty::Color;

use crate::common::{Player, Spectator, TestServer, pgn};

async fn opened(server: &TestServer, wishes: &Value) -> Value {
    let answer = server.post("/api/exhibitions", &wishes.to_string()).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    answer.json()
}

/// Everybody joins, and each plays the first move of their own, or the one after the master's.
async fn begun(server: &TestServer, names: &[&str]) -> Vec<Player> {
    let mut players = Vec::new();
    for name in names {
        players.push(Player::join_with(server, json!({ "name": name, "legal_moves": true })).await);
    }
    for player in &mut players {
        player.until("the start", |told| told["type"] == "started").await;
    }
    for player in &mut players {
        player.turn().await;
        let first = player.legal_moves.clone().and_then(|moves| moves[0].as_str().map(str::to_owned));
        let first = first.unwrap_or_else(|| "d2d4".to_owned());
        player.play(&first).await;
        player.turn().await;
    }
    players
}

#[tokio::test]
async fn the_master_plays_the_colours_that_were_wished() {
    let mut server = TestServer::with(4, &["--engine", "random", "--color", "alternating"]).await;
    let colors = |snapshot: &Value| -> Vec<Value> {
        let boards = snapshot["boards"].as_array().expect("boards");
        boards.iter().map(|board| board["color"].clone()).collect()
    };
    assert_eq!(colors(&server.snapshot().await), ["black", "white", "black", "white"]);
    let mut spectator = Spectator::watch(&server).await;
    let players = begun(&server, &["Ada", "Ben", "Cyd", "Dan"]).await;
    assert_eq!(players.iter().map(Player::ply).collect::<Vec<_>>(), [3, 2, 3, 2]);
    spectator.until_seq(server.snapshot().await["seq"].as_u64().expect("a number")).await;
    server.kill().await;
    server.restart().await;
    for (index, before) in players.iter().enumerate() {
        let mut player = Player::resume(&server, &before.token).await;
        assert_eq!((player.color, &player.moves), (before.color, &before.moves));
        player.say("resign").await;
        player.until("the end", |told| told["type"] == "ended").await;
        let won = if index % 2 == 0 { "1-0" } else { "0-1" };
        assert_eq!(player.end, Some((won.to_owned(), "resignation".to_owned())));
    }
    server.finished().await;
    let snapshot = server.snapshot().await;
    assert_eq!(snapshot["score"], json!({ "wins": 4, "draws": 0, "losses": 0, "playing": 0 }));
    assert_eq!(snapshot["master"]["color"], Value::Null, "there is no one colour");
    let games = pgn::read(&server.get("/api/exhibitions/current/games.pgn").await.body);
    let whites: Vec<_> = games.iter().map(|game| game.tag("White")).collect();
    assert_eq!(whites, ["Random master", "Ben", "Random master", "Dan"]);
}

#[tokio::test]
async fn lots_are_drawn_once_and_kept() {
    let mut server = TestServer::with(1, &["--engine", "random"]).await;
    let opened = opened(&server, &json!({ "boards": 64, "color": "random", "start": "chess960" })).await;
    let drawn = |snapshot: &Value| -> Vec<(Value, Value)> {
        let boards = snapshot["boards"].as_array().expect("boards");
        boards.iter().map(|board| (board["color"].clone(), board["initial_fen"].clone())).collect()
    };
    let before = drawn(&opened);
    assert!(before.iter().any(|(color, _)| color == "white") && before.iter().any(|(color, _)| color == "black"));
    assert!(before.iter().all(|(_, fen)| *fen == before[0].1), "one draw for all boards");
    assert!(opened["boards"].as_array().expect("boards").iter().all(|board| board["variant"] == "chess960"));
    server.kill().await;
    server.restart().await;
    assert_eq!(drawn(&server.snapshot().await), before);
}

#[tokio::test]
async fn chess960_is_played_to_the_end_by_engine_and_bots() {
    let flags = ["--engine", "house", "--think", "1ms", "--house-bots", "6", "--bot-pace", "0s"];
    let more = ["--color", "alternating", "--start", "chess960"];
    let server = TestServer::with(6, &[&flags[..], &more].concat()).await;
    server.finished().await;
    let snapshot = server.snapshot().await;
    let games = pgn::read(&server.get("/api/exhibitions/current/games.pgn").await.body);
    for (game, board) in games.iter().zip(snapshot["boards"].as_array().expect("boards")) {
        let tags = (game.tag("Variant"), game.tag("SetUp"), game.tag("FEN"));
        assert_eq!(tags, ("Chess960", "1", board["initial_fen"].as_str().expect("a FEN")));
        assert_eq!(json!(game.moves), board["moves"], "castling is written as king takes rook");
    }
    assert!(!server.log().contains("the engine failed"), "{}", server.log());
}

#[tokio::test]
async fn a_position_is_played_from_and_the_record_says_so() {
    let fen = "4k3/pppp4/8/8/8/8/4PPPP/4K2R b K - 3 30";
    let server = TestServer::with(1, &["--engine", "random", "--start", fen]).await;
    let mut ada = Player::join(&server, "Ada").await;
    assert_eq!(ada.fen(), fen);
    ada.turn().await;
    assert_eq!(ada.ply(), 0, "Black begins, and the master has White");
    ada.play("a7a5").await;
    ada.turn().await;
    assert_eq!(ada.ply(), 2);
    ada.say("resign").await;
    server.finished().await;
    let text = server.get("/api/exhibitions/current/games.pgn").await.body;
    assert!(text.contains("\n30... a5 {") && text.contains("} 31. "), "{text}");
    let game = &pgn::read(&text)[0];
    assert_eq!((game.tag("FEN"), game.tag("SetUp"), game.tags.get("Variant")), (fen, "1", None));
}

#[tokio::test]
async fn boards_have_their_own_and_opponents_bring_the_master_time() {
    let mut server = TestServer::with(1, &["--engine", "random"]).await;
    let seats = json!([
        { "board": 2, "color": "white", "clock": "45m+30s" },
        { "board": 3, "clock": null, "start": "4k3/8/8/8/8/8/4P3/4K3 w - - 0 1" },
    ]);
    let wishes = json!({
        "boards": 4, "clock": "30m+10s", "master_extra": "5m", "master_extra_per_board": "60s", "seats": seats,
    });
    let before = opened(&server, &wishes).await;
    assert_eq!(before["clock"]["master_extra_ms"], 300_000);
    assert_eq!(before["boards"][1]["own_clock"]["initial_ms"], 2_700_000);
    assert_eq!((&before["boards"][2]["own_clock"], &before["boards"][2]["clock"]), (&Value::Null, &Value::Null));
    assert!(before["boards"][2].as_object().expect("a board").contains_key("own_clock"));
    assert!(!before["boards"][0].as_object().expect("a board").contains_key("own_clock"), "as all have it");
    let mut spectator = Spectator::watch(&server).await;
    let mut ada = Player::join(&server, "Ada").await;
    let mut ben = Player::join(&server, "Ben").await;
    let cyd = Player::join(&server, "Cyd").await;
    server.start_games().await;
    assert_eq!(spectator.until(|event| event["type"] == "started").await["added_ms"], 180_000);
    for (player, own, masters) in [(&mut ada, 1_800_000, 2_280_000), (&mut ben, 2_700_000, 3_180_000)] {
        let started = player.until("the start", |told| told["type"] == "started").await;
        let bank = |color: Color| started["clock"][color.fold_wb("white_ms", "black_ms")].clone();
        assert_eq!((bank(player.color), bank(player.color.other())), (json!(own), json!(masters)));
    }
    assert_eq!((cyd.color, ben.color), (Color::Black, Color::White));
    ben.play("d2d4").await;
    ben.turn().await;
    ada.turn().await;
    spectator.until_seq(server.snapshot().await["seq"].as_u64().expect("a number")).await;
    server.kill().await;
    server.restart().await;
    let after = server.snapshot().await;
    assert_eq!((&after["clock"]["master_extra_ms"], &after["boards"][1]["ply"]), (&json!(480_000), &json!(2)));
    assert_eq!(after["boards"][3]["clock"]["white_ms"], 2_280_000, "nobody sits there, and it is the same for all");
    let games = pgn::read(&server.get("/api/exhibitions/current/games.pgn").await.body);
    let controls: Vec<_> = games.iter().map(|game| game.tag("TimeControl")).collect();
    assert_eq!(controls, ["1800+10", "2700+30", "-"]);
}

#[tokio::test]
async fn what_can_not_be_played_is_a_wrong_setting() {
    let server = TestServer::with(2, &["--engine", "random"]).await;
    for (wishes, sentence) in [
        (json!({ "color": "green" }), "the master's colour is"),
        (json!({ "start": "castles" }), "a start position is"),
        (json!({ "start": "7k/5Q2/6K1/8/8/8/8/8 b - - 0 1" }), "over in that position"),
        (json!({ "start": "4k3/8/8/8/8/8/8/4K3 w - - 0 1" }), "over in that position"),
        (json!({ "start": "rnbqkbnr/pppppppp/8/8/8/8/PPPPPPPP/RNBQ1BNR w KQkq - 0 1" }), "a king is missing"),
        (json!({ "master_extra_per_board": "25h" }), "extra time"),
        (json!({ "passes": 10 }), "passes are a number"),
        (json!({ "grace": "11m" }), "the time of grace"),
        (json!({ "seats": [{ "board": 3 }] }), "board 3 stands among the seats, and there is no such board"),
        (json!({ "seats": [{ "board": 0 }] }), "no such board"),
        (json!({ "seats": [{ "board": 1 }, { "board": 1 }] }), "board 1 stands among the seats twice"),
        (json!({ "seats": [{ "board": 2, "start": "8/8/8/8/8/8/8/8 w - - 0 1" }] }), "board 2: no game can begin"),
        (json!({ "seats": [{ "board": 2, "color": "random" }] }), "board 2: a seat's colour"),
        (json!({ "seats": [{ "board": 2, "clock": "soon" }] }), "board 2: a clock is written"),
    ] {
        let answer = server.post("/api/exhibitions", &wishes.to_string()).await;
        answer.assert_error(400, "bad_settings");
        let message = answer.json()["error"]["message"].as_str().expect("a sentence").to_owned();
        assert!(message.contains(sentence), "{wishes}: {message}");
    }
    assert_eq!(server.get("/api/exhibitions").await.json().as_array().expect("a list").len(), 1, "nothing was opened");
}
