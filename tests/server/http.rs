//! The HTTP part of the contract: what anybody may ask.

use serde_json::{Value, json};

use crate::common::{Player, Spectator, TestServer, pgn};

#[tokio::test]
async fn the_snapshot_has_every_field_of_the_contract() {
    let server = TestServer::with(2, &["--engine", "random", "--name", "Evening simul", "--clock", "30m+20s"]).await;
    let _ada = Player::join(&server, "Ada").await;
    let answer = server.get("/api/exhibitions/current").await;
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/json")));
    let snapshot = answer.json();
    assert_eq!(
        (&snapshot["type"], &snapshot["id"], &snapshot["name"], &snapshot["status"]),
        (&json!("exhibition"), &json!("1"), &json!("Evening simul"), &json!("open"))
    );
    assert!(snapshot["seq"].is_u64());
    let clock = &snapshot["clock"];
    assert_eq!((&clock["initial_ms"], &clock["increment_ms"]), (&json!(1_800_000), &json!(20_000)));
    assert_eq!((&snapshot["master"]["kind"], &snapshot["master"]["board"]), (&json!("engine"), &Value::Null));
    assert!(snapshot["master"]["name"].is_string());
    assert_eq!(snapshot["score"], json!({ "wins": 0, "draws": 0, "losses": 0, "playing": 0 }));
    let boards = snapshot["boards"].as_array().expect("boards");
    assert_eq!(boards.len(), 2);
    for (index, board) in boards.iter().enumerate() {
        assert_eq!(board["board"], index + 1);
        for field in [
            "name",
            "bot",
            "connected",
            "color",
            "status",
            "moves",
            "ply",
            "fen",
            "last_move",
            "turn",
            "clock",
            "result",
            "termination",
        ] {
            assert!(board.get(field).is_some(), "{field} is missing");
        }
    }
    assert_eq!(boards[0]["fen"], "rnbqkbnr/pppppppp/8/8/8/8/PPPPPPPP/RNBQKBNR w KQkq - 0 1");
    assert_eq!(server.get("/api/exhibitions/1").await.json()["id"], "1");
}

#[tokio::test]
async fn the_games_can_be_read_by_any_chess_program() {
    let server = TestServer::scripted(4, "f2f3 g2g4").await;
    let mut mates = Player::join(&server, "Mates").await;
    let mut quotes = Player::join_with(&server, json!({ "name": r#"Eve "Q" \ [Fox]"#, "bot": true })).await;
    let mut plays = Player::join(&server, "Plays {on}").await;
    server.start_games().await;
    mates.play("e7e5").await;
    quotes.play("b8c6").await;
    quotes.say("resign").await;
    quotes.end().await;
    plays.play("g8f6").await;
    mates.play("d8h4").await;
    mates.end().await;

    let answer = server.get("/api/exhibitions/current/games.pgn").await;
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/x-chess-pgn")));
    let games = pgn::read(&answer.body);
    let told: Vec<_> = games.iter().map(|game| (game.tag("Black"), &*game.result, game.moves.len())).collect();
    assert_eq!(told[0], ("Mates", "0-1", 4));
    assert_eq!((told[1].0, told[1].1), (r#"Eve "Q" \ [Fox]"#, "1-0"));
    assert_eq!((told[2].0, told[2].1), ("Plays {on}", "*"));
    assert_eq!(games.len(), 3, "a free seat has no game");
    let snapshot = server.snapshot().await;
    for (game, board) in games.iter().zip(snapshot["boards"].as_array().expect("boards")) {
        assert_eq!(json!(game.moves[..2]), json!(board["moves"].as_array().expect("moves")[..2]));
        assert_eq!(game.tag("White"), "Scripted master");
        assert_eq!(game.tag("Board"), board["board"].to_string());
    }
    let date = games[0].tag("Date");
    assert!(date.len() == 10 && date.split('.').all(|part| part.parse::<u32>().is_ok()), "{date}");
    assert_eq!(games[0].tag("Termination"), "normal");
    assert_eq!(games[2].tag("Termination"), "unterminated");

    let one = server.get("/api/exhibitions/current/boards/1/game.pgn").await;
    assert_eq!(pgn::read(&one.body)[0].moves, games[0].moves);
    server.get("/api/exhibitions/current/boards/4/game.pgn").await.assert_error(404, "no_such_board");
}

#[tokio::test]
async fn clocks_in_a_pgn_do_not_get_into_the_moves() {
    let server = TestServer::with(1, &["--engine", "random", "--seed", "7", "--clock", "1h+30s"]).await;
    let mut ada = Player::join(&server, "Ada").await;
    for _ in 0..30 {
        ada.play_anything().await;
    }
    ada.turn().await;
    ada.say("resign").await;
    ada.end().await;
    let games = pgn::read(&server.get("/api/exhibitions/current/games.pgn").await.body);
    assert_eq!(games[0].moves, ada.moves);
    assert_eq!(games[0].position, ada.position);
    assert_eq!(games[0].tag("TimeControl"), "3600+30");
    let clocks = games[0].comments.iter().filter(|comment| comment.starts_with("[%clk 1:")).count();
    assert_eq!(clocks, ada.moves.len(), "{:?}", games[0].comments);
}

#[tokio::test]
async fn a_game_can_be_had_move_by_move() {
    let server = TestServer::scripted(2, "f2f3 g2g4").await;
    let mut ada = Player::join(&server, "Ada").await;
    server.start_games().await;
    ada.play("e7e5").await;
    ada.play("d8h4").await;
    ada.end().await;
    let game = server.get("/api/exhibitions/current/boards/1").await.json();
    assert_eq!(
        (&game["name"], &game["result"], &game["termination"]),
        (&json!("Ada"), &json!("0-1"), &json!("checkmate"))
    );
    let moves = game["moves"].as_array().expect("moves");
    let texts = |key: &str| moves.iter().map(|played| played[key].as_str().expect(key).to_owned()).collect::<Vec<_>>();
    assert_eq!((texts("uci"), texts("san")), (ada.moves.clone(), ada.sans.clone()));
    assert_eq!(texts("fen")[3], ada.fen());
    for nowhere in ["0", "3", "x", "-1", "4294967296"] {
        server.get(&format!("/api/exhibitions/current/boards/{nowhere}")).await.assert_error(404, "no_such_board");
    }
}

#[tokio::test]
async fn what_is_not_there_is_told_as_an_error() {
    let server = TestServer::random(1).await;
    for id in ["2", "0", "-1", "nonsense", "99999999999999999999", "Current", "1%00"] {
        for path in ["", "/games.pgn", "/boards/1", "/boards/1/game.pgn"] {
            server.get(&format!("/api/exhibitions/{id}{path}")).await.assert_error(404, "no_such_exhibition");
        }
        server.get(&format!("/ws/{id}/watch")).await.assert_error(404, "no_such_exhibition");
    }
    server.get("/api/exhibitions/%ff").await.assert_error(400, "bad_request");
    for path in ["/nothing", "/api", "/api/exhibitions/1/nothing", "/static/nothing.js", "/static/../Cargo.toml"] {
        server.get(path).await.assert_error(404, "not_found");
    }
    for path in ["/ws/current/play", "/ws/current/watch"] {
        server.get(path).await.assert_error(426, "not_allowed");
    }
}

#[tokio::test]
async fn a_method_that_an_address_does_not_have_is_told_as_an_error() {
    let server = TestServer::random(1).await;
    for (method, path) in [
        ("DELETE", "/api/exhibitions"),
        ("POST", "/api/exhibitions/current"),
        ("GET", "/api/exhibitions/current/start"),
        ("POST", "/healthz"),
    ] {
        let answer = server.request(method, path, &[], "").await;
        assert!(answer.header("allow").is_some(), "{method} {path}");
        answer.assert_error(405, "not_allowed");
    }
}

#[tokio::test]
async fn the_figures_count_what_has_happened() {
    let server = TestServer::scripted(3, "e2e4 g1f3").await;
    let mut ada = Player::join(&server, "Ada").await;
    let spectator = Spectator::watch(&server).await;
    let _ben = Player::join(&server, "Ben").await;
    server.start_games().await;
    ada.play("e7e5").await;
    ada.turn().await;
    let answer = server.get("/metrics").await;
    assert!(
        answer.header("content-type").is_some_and(|kind| kind.contains("text")),
        "{:?}",
        answer.header("content-type")
    );
    let value = |series: &str| {
        let line = answer.body.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
        line.unwrap_or_else(|| panic!("no {series} in\n{}", answer.body)).parse::<f64>().expect("a number")
    };
    for (series, expected) in [
        (r#"simultan_boards{status="playing"}"#, 2.0),
        (r#"simultan_boards{status="free"}"#, 1.0),
        (r#"simultan_connections{role="player"}"#, 2.0),
        (r#"simultan_connections{role="spectator"}"#, 1.0),
        (r#"simultan_moves_total{side="opponent"}"#, 1.0),
        ("simultan_receipt_seconds_count", 1.0),
        ("simultan_engine_restarts_total", 0.0),
    ] {
        assert!((value(series) - expected).abs() < 0.5, "{series}: {}", value(series));
    }
    assert!(value(r#"simultan_moves_total{side="master"}"#) >= 2.0);
    let (events, commits) = (value("simultan_commit_events_sum"), value("simultan_commit_seconds_count"));
    assert!(events >= commits && commits > 0.0, "{events} events in {commits} commits");
    for series in ["simultan_loop_lag_seconds_bucket", "simultan_loop_lag_max_seconds", "simultan_commits_failed_total"]
    {
        assert!(answer.body.contains(series), "no {series} in\n{}", answer.body);
    }
    assert!(!answer.body.contains("Ada"), "no name is ever a label");
    spectator.leave().await;
}

#[tokio::test]
async fn a_server_that_can_store_moves_says_that_it_is_well() {
    let server = TestServer::random(1).await;
    assert_eq!(server.get("/healthz").await.status, 200);
}

#[tokio::test]
async fn a_forecast_is_no_news_in_the_log() {
    let server = TestServer::random(1).await;
    assert_eq!(server.get("/api/forecast?boards=2&moves=3").await.status, 200);
    let opened = server.log().matches("exhibition ready").count();
    assert_eq!(opened, 1, "{}", server.log());
}
