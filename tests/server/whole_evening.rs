//! An evening over HTTP alone, from an empty hall to the results, as a program would hold it. The opponents get their seats
//! over HTTP too, and play over WebSockets.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use simultan::base::time::wall_clock;

use crate::common::{Answer, Heard, Link, ORGANISER, Player, Spectator, TestServer, eventually, pgn};

const NOTHING: Value = Value::Null;
const CODE: &str = "HALL";
/// Who comes before the start, and at which board that is. Gil and Ida have theirs kept for them.
const GUESTS: [(&str, u64); 10] = [
    ("Ada", 1),
    ("Ben", 2),
    ("Cyd", 4),
    ("Gil", 3),
    ("Dan", 6),
    ("Ida", 5),
    ("Eve", 7),
    ("Fay", 8),
    ("Hal", 9),
    ("Jonn", 10),
];

/// Those who play, by board.
type Players = BTreeMap<u64, Player>;

/// Asks for a seat as anybody may.
async fn ask(server: &TestServer, body: Value) -> Answer {
    server.request("POST", "/api/exhibitions/current/seats", &[], &body.to_string()).await
}

/// Asks for a seat with the code, and is told to wait until somebody lets them in; gives the board and the token.
async fn apply(server: &TestServer, name: &str) -> (u64, String) {
    let answer = ask(server, json!({ "name": name, "bot": true, "code": CODE })).await;
    let told = answer.json();
    assert_eq!((answer.status, &told["state"], &told["name"]), (202, &json!("applied"), &json!(name)), "{answer:?}");
    (told["board"].as_u64().expect("a board"), told["token"].as_str().expect("a token").to_owned())
}

async fn admit(server: &TestServer, board: u64) {
    server.ordered("POST", &format!("/seats/{board}/admit"), &NOTHING).await;
    assert_eq!(server.seat(usize::try_from(board).expect("a board")).await["state"], "seated");
}

async fn assert_nobodys(server: &TestServer, token: &str) {
    let mut link = Link::connect(server, "/ws/current/play").await;
    link.send(&json!({ "type": "resume", "token": token })).await;
    assert_eq!(link.message().await["code"], "bad_token");
    assert!(matches!(link.end().await, Heard::Closed(1008)));
}

/// The exhibition is opened: ten boards, two of them kept for somebody.
async fn open(server: &TestServer) {
    let settings = json!({
        "name": "Friday", "text": "Bring a pen.", "boards": 10, "clock": "30m+10s", "passes": 2, "grace": "0s",
        "code": CODE, "admission": "approval", "late_rounds": 50, "starts_at": wall_clock() + 3_600_000,
        "seats": [{ "board": 3, "name": "Gil", "clock": "45m+30s" }, { "board": 5, "name": "Ida", "color": "white" }],
    });
    let opened = server.post("/api/exhibitions", &settings.to_string()).await;
    assert_eq!((opened.status, &opened.json()["code_required"]), (201, &json!(true)), "{opened:?}");
    assert_eq!(server.get("/j/hall").await.header("location"), Some("/e/2/play#code=HALL"));
    ask(server, json!({ "name": "Mallory" })).await.assert_error(403, "bad_code");
    ask(server, json!({ "name": "Mallory", "code": "HELL" })).await.assert_error(403, "bad_code");
}

/// Everybody comes; one is turned away, and one is removed again, whose place somebody gets who has waited for it. Gives the
/// tokens by board.
async fn come_in(server: &TestServer) -> BTreeMap<u64, String> {
    let (board, token) = apply(server, "Mallory").await;
    server.ordered("DELETE", &format!("/seats/{board}"), &NOTHING).await;
    assert_nobodys(server, &token).await;

    let mut tokens = BTreeMap::new();
    for (name, seat) in GUESTS {
        let (board, token) = apply(server, name).await;
        assert_eq!(board, seat, "{name}");
        admit(server, board).await;
        tokens.insert(board, token);
    }
    ask(server, json!({ "name": "Kim", "code": CODE })).await.assert_error(409, "full");
    let waits = ask(server, json!({ "name": "Kim", "bot": true, "code": CODE, "wait": true })).await;
    assert_eq!((waits.status, &waits.json()["place"]), (202, &json!(1)), "{waits:?}");
    let waiting = server.order("GET", "/waiting", &NOTHING).await.json();
    assert_eq!(waiting, json!([{ "place": 1, "name": "Kim", "bot": true }]));

    let mut hal = Player::resume(server, &tokens[&9]).await;
    server.ordered("DELETE", "/seats/9", &NOTHING).await;
    assert_eq!(hal.refusal().await["code"], "not_allowed");
    assert!(matches!(hal.closed().await, Heard::Closed(1008)));
    let moved_up = async || {
        let seat = server.seat(9).await;
        (seat["state"] == "applied" && seat["name"] == "Kim").then_some(())
    };
    eventually("Kim's moving up", moved_up).await;
    assert_eq!(server.snapshot().await["waiting"], 0);
    admit(server, 9).await;
    tokens.insert(9, waits.json()["token"].as_str().expect("a token").to_owned());
    tokens
}

/// A name is corrected, one has another clock, one sits elsewhere, and there are two boards more.
async fn put_right(server: &TestServer, tokens: &mut BTreeMap<u64, String>) {
    let mut john = Player::resume(server, &tokens[&10]).await;
    server.ordered("PATCH", "/seats/10", &json!({ "name": "John" })).await;
    john.until("the name", |told| told["type"] == "renamed" && told["name"] == "John").await;
    server.ordered("PATCH", "/seats/1", &json!({ "clock": "60m+0s" })).await;
    server.ordered("PATCH", "", &json!({ "boards": 12 })).await;
    server.ordered("PATCH", "/seats/7", &json!({ "to": 11 })).await;
    let eve = tokens.remove(&7).expect("Eve's");
    tokens.insert(11, eve);
    let announced = server.ordered("POST", "/announce", &json!({ "text": "Welcome to the hall" })).await;
    assert_eq!(announced["announcement"], "Welcome to the hall");
}

/// All sit down, and the games begin.
async fn begin(server: &TestServer, tokens: &BTreeMap<u64, String>) -> Players {
    let mut players = Players::new();
    for (&board, token) in tokens {
        let mut player = Player::resume(server, token).await;
        assert_eq!((player.board, player.color.is_white()), (board, board == 5));
        player.until("the announcement", |told| told["text"] == "Welcome to the hall").await;
        players.insert(board, player);
    }
    let initial = |board: u64, bank: &str| players[&board].clock[bank].clone();
    let minutes = |minutes: u64| json!(minutes * 60_000);
    assert_eq!(
        (initial(1, "black_ms"), initial(2, "black_ms"), initial(3, "black_ms")),
        (minutes(60), minutes(30), minutes(45))
    );
    server.start_games().await;
    assert_eq!(server.snapshot().await["status"], "running");
    players
}

/// A break, in which somebody's device dies; they go on with another one.
async fn have_a_break(server: &TestServer, players: &mut Players) {
    assert_eq!(server.ordered("POST", "/pause", &NOTHING).await["paused"], "organiser");
    let ben = players.remove(&2).expect("Ben");
    ben.link.close().await;
    eventually("Ben's going", async || (server.seat(2).await["connected"] == false).then_some(())).await;
    assert!(server.seat(2).await["away_ms"].is_u64());
    let mut back = Player::resume(server, &ben.token).await;
    assert!(back.moves.starts_with(&ben.moves), "{:?} goes on from {:?}", back.moves, ben.moves);
    back.until("the break", |told| told["type"] == "paused").await;
    eventually("Ben's return", async || (server.seat(2).await["connected"] == true).then_some(())).await;
    assert_eq!(server.ordered("POST", "/continue", &NOTHING).await["paused"], NOTHING);
    back.until("the end of the break", |told| told["type"] == "continued").await;
    players.insert(2, back);
}

/// Two come late, ask for a seat, and play.
async fn come_late(server: &TestServer, players: &mut Players) {
    for (name, seat) in [("Lea", 7), ("Moe", 12)] {
        let (board, token) = apply(server, name).await;
        assert_eq!(board, seat, "{name}");
        admit(server, board).await;
        let mut player = Player::resume(server, &token).await;
        player.play_anything().await;
        players.insert(board, player);
    }
    assert_eq!(server.snapshot().await["score"]["playing"], 12);
}

/// All games but three end: eight are given up, and one opponent is sent home.
async fn end_most(server: &TestServer, players: &mut Players) {
    for (&board, player) in players.iter_mut().filter(|&(&board, _)| board > 3 && board != 12) {
        player.turn().await;
        player.say("resign").await;
        let lost = if board == 5 { "0-1" } else { "1-0" };
        assert_eq!(player.end().await, (lost.to_owned(), "resignation".to_owned()));
    }
    server.ordered("DELETE", "/seats/12", &json!({ "result": "1-0" })).await;
    let moe = players.get_mut(&12).expect("Moe");
    assert_eq!(moe.end().await, ("1-0".to_owned(), "abandonment".to_owned()));
}

/// The last round at the three boards that are left; then they are settled. Gives the results.
async fn settle(server: &TestServer, players: &mut Players) -> [String; 3] {
    for (_, player) in players.range_mut(1..=3) {
        player.turn().await;
    }
    assert_eq!(server.ordered("POST", "/last-round", &NOTHING).await["last_round"], true);
    for (_, player) in players.range_mut(1..=3) {
        player.until("the word", |told| told["type"] == "announced" && told["last_round"] == true).await;
        player.play_anything().await;
        player.turn().await;
    }
    eventually("the end of the visits", async || (server.snapshot().await["closed"] == true).then_some(())).await;
    let thought = server.order("GET", "/boards/1/suggestion", &NOTHING).await.json();
    let suggested = thought["result"].as_str().expect("a result").to_owned();
    let results = [suggested, "1/2-1/2".to_owned(), "0-1".to_owned()];
    for (board, result) in (1..).zip(&results) {
        server.ordered("POST", &format!("/boards/{board}/adjudicate"), &json!({ "result": result })).await;
        let player = players.get_mut(&board).expect("who sits there");
        assert_eq!(player.end().await, (result.clone(), "adjudication".to_owned()));
    }
    server.finished().await;
    results
}

/// What is told of the exhibition afterwards: results, CSV and PGN.
async fn record(server: &TestServer) -> (Value, String, String) {
    let mut results = server.get("/api/exhibitions/2/results").await.json();
    // Who leaves after the end has an event too.
    results.as_object_mut().expect("an object").remove("seq");
    let file = async |name: &str| {
        let answer = server.get(&format!("/api/exhibitions/2/{name}")).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.body
    };
    (results, file("results.csv").await, file("games.pgn").await)
}

/// All of the record says the same of every board.
fn check((results, csv, games): &(Value, String, String), settled: &[String; 3], names: &BTreeMap<u64, &str>) {
    let of = |result: &str| settled.iter().filter(|settled| *settled == result).count();
    let score = json!({ "wins": 9 + of("1-0"), "draws": of("1/2-1/2"), "losses": of("0-1"), "playing": 0 });
    assert_eq!((&results["status"], &results["score"]), (&json!("finished"), &score));
    let lines = results["boards"].as_array().expect("boards");
    assert_eq!(lines.iter().filter(|line| line["termination"] == "adjudication").count(), 3);
    let games = pgn::read(games);
    assert_eq!((lines.len(), csv.lines().count(), games.len()), (12, 13, 12));
    for ((line, row), (&board, &name)) in lines.iter().zip(csv.lines().skip(1)).zip(names) {
        let result = line["result"].as_str().expect("a result");
        assert_eq!((&line["board"], &line["name"]), (&json!(board), &json!(name)), "{line}");
        assert!(row.starts_with(&format!("{board},{name},")) && row.contains(result), "{row}");
        let color = if board == 5 { "White" } else { "Black" };
        let game = games.iter().find(|game| game.tag(color) == name).unwrap_or_else(|| panic!("no game of {name}"));
        assert_eq!((game.tag("Event"), game.tag("Result"), &*game.result), ("Friday", result, result), "{name}");
        assert_eq!(line["plies"], game.moves.len(), "{name}");
    }
}

#[tokio::test]
async fn an_evening_over_http_from_an_empty_hall_to_the_results() {
    let mut server = TestServer::random(1).await;
    open(&server).await;
    let mut spectator = Spectator::watch(&server).await;
    let mut tokens = come_in(&server).await;
    put_right(&server, &mut tokens).await;
    let mut players = begin(&server, &tokens).await;
    for _ in 0..2 {
        for player in players.values_mut() {
            player.play_anything().await;
        }
    }
    have_a_break(&server, &mut players).await;
    come_late(&server, &mut players).await;
    end_most(&server, &mut players).await;
    let settled = settle(&server, &mut players).await;
    spectator.until(|frame| frame["type"] == "finished" || frame["status"] == "finished").await;

    let mut names: BTreeMap<_, _> = GUESTS.iter().map(|&(name, board)| (board, name)).collect();
    names.extend([(7, "Lea"), (9, "Kim"), (10, "John"), (11, "Eve"), (12, "Moe")]);
    check(&record(&server).await, &settled, &names);

    // Cyd does not want to be known.
    server.ordered("POST", "/seats/4/forget", &NOTHING).await;
    names.insert(4, "Board 4");
    let kept = record(&server).await;
    check(&kept, &settled, &names);
    assert!(![&kept.0.to_string(), &kept.1, &kept.2].iter().any(|text| text.contains("Cyd")));

    drop(players);
    server.kill().await;
    server.restart().await;
    assert_eq!(record(&server).await, kept, "all of it is still there");
    let snapshot = server.get("/api/exhibitions/2").await.json();
    let told = (&snapshot["name"], &snapshot["text"], &snapshot["announcement"], &snapshot["last_round"]);
    assert_eq!(told, (&json!("Friday"), &json!("Bring a pen."), &json!("Welcome to the hall"), &json!(true)));
    let bearer = format!("Bearer {ORGANISER}");
    let answer = server.request("GET", "/api/exhibitions/2/settings", &[("Authorization", &bearer)], "").await;
    assert_eq!(answer.json()["code"], CODE);
    let list = server.get("/api/exhibitions").await.json();
    assert_eq!((&list[0]["name"], &list[0]["status"]), (&json!("Friday"), &json!("finished")));
}
