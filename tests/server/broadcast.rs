//! All games as one PGN, as a Lichess broadcast and other programs poll it.

use serde_json::{Value, json};

use crate::common::{Player, TestServer, python};

const GAMES: &str = "/api/exhibitions/current/games.pgn";

/// python-chess, which takes what it can't read for an error.
const READER: &str = r#"
import chess.pgn, io, json, sys
text = io.StringIO(sys.stdin.buffer.read().decode("utf-8"))
games = []
while (game := chess.pgn.read_game(text)) is not None:
    nodes = list(game.mainline())
    games.append({
        "tags": dict(game.headers),
        "moves": [node.move.uci() for node in nodes],
        "clk": [node.clock() for node in nodes],
        "emt": [node.emt() for node in nodes],
        "errors": [str(error) for error in game.errors],
    })
print(json.dumps(games))
"#;

/// What python-chess makes of it, after the cut that a broadcast makes: before each tag that follows an empty line.
fn games(pgn: &str) -> Vec<Value> {
    let mut pieces = vec![String::new()];
    for (place, part) in pgn.split("\n\n").enumerate() {
        if place > 0 && part.starts_with('[') {
            pieces.push(String::new());
        } else if place > 0 {
            pieces.last_mut().expect("one").push_str("\n\n");
        }
        pieces.last_mut().expect("one").push_str(part);
    }
    let read = |text: &str| python::read(READER, text).as_array().expect("games").clone();
    let whole = read(pgn);
    let each: Vec<_> = pieces.iter().filter(|piece| !piece.is_empty()).flat_map(|piece| read(piece)).collect();
    assert_eq!(each, whole, "cut as a broadcast cuts it, there are the same games");
    for game in &whole {
        assert_eq!(game["errors"], json!([]), "{game}");
    }
    whole
}

async fn polled(server: &TestServer) -> Vec<Value> {
    games(&server.get(GAMES).await.body)
}

fn numbers(values: &Value) -> Vec<f64> {
    values.as_array().expect("a list").iter().map(|value| value.as_f64().expect("a number")).collect()
}

#[tokio::test]
async fn a_broadcast_finds_every_game_from_the_first_seat_to_the_last_result() {
    let flags = ["--clock", "30m+20s", "--name", "Friday [\"Simul\"]", "--engine", "random", "--seed", "7"];
    let server = TestServer::with(4, &flags).await;
    assert_eq!(polled(&server).await, Vec::<Value>::new());
    let mut ada = Player::join(&server, "Ada").await;
    let mut ben = Player::join_with(&server, json!({ "name": "[Event \"x\"] {Ben} 1-0", "board": 3 })).await;
    let mut cyd = Player::join_with(&server, json!({ "name": "Ćyd \\", "board": 4 })).await;
    let open = polled(&server).await;
    let boards = |games: &[Value]| games.iter().map(|game| game["tags"]["Board"].clone()).collect::<Vec<_>>();
    assert_eq!(boards(&open), ["1", "3", "4"], "a free seat has no game, one without a move has");
    assert!(open.iter().all(|game| game["moves"] == json!([]) && game["tags"]["Result"] == "*"), "{open:?}");
    // This reader leaves what is escaped as it is.
    assert_eq!(open[1]["tags"]["Black"], r#"[Event \"x\"] {Ben} 1-0"#);
    assert_eq!(open[2]["tags"]["Black"], r"Ćyd \\");

    server.start_games().await;
    for _ in 0..6 {
        ada.play_anything().await;
        ben.play_anything().await;
        ada.turn().await;
        ben.turn().await;
    }
    cyd.turn().await;
    cyd.say("resign").await;
    cyd.end().await;
    let running = polled(&server).await;
    for (game, player) in running.iter().zip([&ada, &ben]) {
        let tags = &game["tags"];
        assert_eq!(
            (&tags["Round"], &tags["TimeControl"], &tags["Result"], &tags["Event"]),
            (&json!("1"), &json!("1800+20"), &json!("*"), &json!(r#"Friday [\"Simul\"]"#))
        );
        assert!(game["moves"].as_array().expect("moves").starts_with(json!(player.moves).as_array().expect("moves")));
        let (clk, emt) = (numbers(&game["clk"]), numbers(&game["emt"]));
        assert!(clk.len() >= 12 && clk.iter().all(|clk| (1..=2000).contains(&(*clk as u64))), "{clk:?}");
        assert!(emt.len() == clk.len() && emt.iter().all(|emt| *emt >= 0.0), "{emt:?}");
    }
    assert_eq!(running[2]["tags"]["Result"], "1-0");

    for player in [&mut ada, &mut ben] {
        player.say("resign").await;
        player.end().await;
    }
    server.finished().await;
    let over = polled(&server).await;
    assert_eq!(boards(&over), ["1", "3", "4"], "each keeps its place");
    assert!(over.iter().all(|game| game["tags"]["Result"] == "1-0" && game["tags"]["Termination"] == "normal"));
}

#[tokio::test]
async fn without_clocks_a_game_tells_how_long_moves_took_all_the_same() {
    let server = TestServer::scripted(2, "f2f3 g2g4").await;
    let mut ada = Player::join(&server, "Ada").await;
    let mut ben = Player::join(&server, "Ben").await;
    ada.play("e7e5").await;
    ada.play("d8h4").await;
    ada.end().await;
    ben.turn().await;
    ben.say("resign").await;
    ben.end().await;
    let games = polled(&server).await;
    assert_eq!(games[0]["moves"], json!(["f2f3", "e7e5", "g2g4", "d8h4"]));
    assert_eq!((&games[0]["tags"]["TimeControl"], &games[0]["tags"]["Result"]), (&json!("-"), &json!("0-1")));
    assert_eq!(games[0]["clk"], json!([null, null, null, null]));
    assert_eq!(numbers(&games[0]["emt"]).len(), 4);
    assert_eq!(games[1]["tags"]["Result"], "1-0");
    let one = server.get("/api/exhibitions/current/boards/1/game.pgn").await.body;
    assert_eq!(self::games(&one)[0], games[0]);
}

#[tokio::test]
async fn who_polls_is_told_where_nothing_is_new() {
    let server = TestServer::scripted(1, "e2e4 g1f3").await;
    let mut ada = Player::join(&server, "Ada").await;
    ada.turn().await;
    let first = server.get(GAMES).await;
    assert_eq!(first.header("cache-control"), Some("no-cache"));
    let name = first.header("etag").expect("a name for this very content").to_owned();
    let again = server.request("GET", GAMES, &[("If-None-Match", &name)], "").await;
    assert_eq!((again.status, &*again.body, again.header("etag")), (304, "", Some(&*name)));
    ada.play("e7e5").await;
    let news = server.request("GET", GAMES, &[("If-None-Match", &name)], "").await;
    assert_eq!((news.status, news.header("etag") == Some(&*name)), (200, false));
    assert!(news.body.contains("e5"));
}
