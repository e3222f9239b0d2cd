//! How an exhibition went, board by board.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::{
    common::{Player, Spectator, TestServer, python},
    human_master::{Master, hosted},
};

/// A board's figures, counted from the events that spectators are told.
#[derive(Debug, Default, Clone)]
struct Counted {
    color: String,
    master_ms: u64,
    opponent_ms: u64,
    longest_visit_ms: u64,
    visits: u64,
    plies: u64,
    ended_ms: Option<u64>,
    /// Whose turn it is, and since when.
    turn: String,
    since: u64,
}

/// What the results should say, counted once more from the events.
#[derive(Debug, Default)]
struct Counter {
    boards: BTreeMap<u64, Counted>,
    /// Where the master stands, and since when.
    stands: Option<(u64, u64)>,
    /// The last board in the walk's own order.
    last: Option<u64>,
    round_began: u64,
    rounds: Vec<u64>,
}

impl Counter {
    fn turn_over(&mut self, number: u64, at: u64) {
        let stands = self.stands;
        let board = self.boards.get_mut(&number).expect("a board");
        if board.turn == board.color {
            board.opponent_ms += at - board.since;
        } else if let Some((_, came)) = stands.filter(|&(stands, _)| stands == number) {
            let took = at - came.max(board.since);
            board.master_ms += took;
            board.longest_visit_ms = board.longest_visit_ms.max(took);
        }
        board.since = at;
    }

    fn take(&mut self, event: &Value) {
        let at = event["at_ms"].as_u64().expect("a time");
        let number = event["board"].as_u64().unwrap_or_default();
        match event["type"].as_str().expect("a type") {
            "started" => {
                self.round_began = at;
                self.boards.values_mut().for_each(|board| board.since = at);
            }
            "visit" => {
                if event["excursion"] == false {
                    if self.last.is_some_and(|last| number <= last) {
                        self.rounds.push(at - self.round_began);
                        self.round_began = at;
                    }
                    self.last = Some(number);
                }
                self.stands = Some((number, at));
                self.boards.get_mut(&number).expect("a board").visits += 1;
            }
            "moved" => {
                self.turn_over(number, at);
                let board = self.boards.get_mut(&number).expect("a board");
                board.turn = event["turn"].as_str().expect("a colour").to_owned();
                board.plies += 1;
            }
            "retracted" => {
                let board = self.boards.get_mut(&number).expect("a board");
                board.turn = event["turn"].as_str().expect("a colour").to_owned();
                board.since = at;
                board.plies -= 1;
            }
            "ended" => {
                self.turn_over(number, at);
                self.boards.get_mut(&number).expect("a board").ended_ms = Some(at);
            }
            _ => {}
        }
    }

    /// Whether the results say the same.
    fn check(&self, results: &Value) {
        assert_eq!(results["rounds"], json!(self.rounds));
        let told = results["boards"].as_array().expect("boards");
        assert_eq!(told.len(), self.boards.len(), "a line for each seat that is taken");
        for (line, (number, board)) in told.iter().zip(&self.boards) {
            let expected = json!({
                "board": number,
                "color": board.color,
                "plies": board.plies,
                "visits": board.visits,
                "master_ms": board.master_ms,
                "opponent_ms": board.opponent_ms,
                "longest_visit_ms": board.longest_visit_ms,
                "ended_ms": board.ended_ms,
            });
            for (field, value) in expected.as_object().expect("fields") {
                assert_eq!(&line[field], value, "{field} in {line}");
            }
        }
    }
}

async fn results(server: &TestServer, id: &str) -> Value {
    let answer = server.get(&format!("/api/exhibitions/{id}/results")).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/json")), "{answer:?}");
    answer.json()
}

/// Counts every event so far.
async fn counted(server: &TestServer, colors: &[(u64, &str)]) -> Counter {
    let mut counter = Counter::default();
    for &(board, color) in colors {
        let turn = "white".to_owned();
        counter.boards.insert(board, Counted { color: color.to_owned(), turn, ..Counted::default() });
    }
    let mut spectator = Spectator::since(server, 0).await;
    spectator.until_seq(server.snapshot().await["seq"].as_u64().expect("a number")).await;
    for event in spectator.events.values() {
        counter.take(&serde_json::from_str(event).expect("JSON"));
    }
    counter
}

#[tokio::test]
async fn the_figures_are_those_of_the_events_also_after_a_crash_and_out_of_the_archive() {
    let (mut server, token) = hosted(5, &["--color", "alternating", "--passes", "2", "--grace", "10m"]).await;
    let mut master = Master::sit_down(&server, &token).await;
    let mut ada = Player::join(&server, "Ada").await;
    let mut ben = Player::join(&server, "Ben").await;
    let mut cyd = Player::join(&server, "Cyd").await;
    let mut dan = Player::join_with(&server, json!({ "name": "Dan", "board": 5 })).await;
    let colors = [(1, "black"), (2, "white"), (3, "black"), (5, "black")];
    let before = results(&server, "current").await;
    assert_eq!((&before["status"], &before["rounds"], &before["dearest"]), (&json!("open"), &json!([]), &Value::Null));
    server.start_games().await;

    // Two moves at the first board, and one that is taken back.
    master.at(1).await;
    master.say(json!({ "type": "stay", "on": true })).await;
    master.play(1, 1, "e2e4").await;
    ada.play("e7e5").await;
    master.at(1).await;
    master.play(1, 3, "g1f3").await;
    master.say(json!({ "type": "stay", "on": false })).await;
    master.at(3).await;
    master.play(3, 1, "d2d4").await;
    master.at(5).await;
    master.say(json!({ "type": "retract", "board": 3 })).await;
    master.at(3).await;
    master.play(3, 1, "c2c4").await;
    master.at(5).await;
    master.play(5, 1, "f2f3").await;
    ben.play("e2e4").await;
    master.at(2).await;
    master.play(2, 2, "e7e5").await;
    counted(&server, &colors).await.check(&results(&server, "current").await);

    server.kill().await;
    server.restart().await;
    let mut master = Master::sit_down(&server, &token).await;
    let mut all = Vec::new();
    for player in [&ada, &ben, &cyd, &dan] {
        all.push(Player::resume(&server, &player.token).await);
    }
    [ada, ben, cyd, dan] = all.try_into().expect("four");
    dan.play("e7e5").await;
    master.at(5).await;
    master.play(5, 3, "g2g4").await;
    dan.play("d8h4").await;
    dan.end().await;
    ada.say("resign").await;
    ada.end().await;
    ben.play("g1f3").await;
    master.at(2).await;
    master.say(json!({ "type": "offer_draw", "board": 2 })).await;
    ben.until("the offer", |told| told["type"] == "draw_offered").await;
    ben.say("accept_draw").await;
    ben.end().await;
    cyd.say("resign").await;
    cyd.end().await;
    server.finished().await;

    let counter = counted(&server, &colors).await;
    let over = results(&server, "current").await;
    counter.check(&over);
    assert!(!counter.rounds.is_empty(), "the walk has come round");

    assert_eq!((&over["status"], &over["name"]), (&json!("finished"), &json!("Simultaneous exhibition")));
    assert_eq!(over["score"], json!({ "wins": 2, "draws": 1, "losses": 1, "playing": 0 }));
    assert_eq!(over["master"], json!({ "name": "Judit", "kind": "human" }));
    let lines = over["boards"].as_array().expect("boards");
    let told = |line: &Value| format!("{} {} {}", line["name"], line["result"], line["termination"]).replace('"', "");
    let told: Vec<_> = lines.iter().map(told).collect();
    assert_eq!(told, ["Ada 1-0 resignation", "Ben 1/2-1/2 agreement", "Cyd 1-0 resignation", "Dan 0-1 checkmate"]);
    assert_eq!((&over["longest_fight"], &over["last_to_stand"]), (&json!(5), &json!(3)));
    assert_eq!((&over["first_to_fall"], &over["first_to_win"]), (&json!(1), &json!(5)));
    let largest = |field: &str| {
        let most = lines.iter().map(|line| line[field].as_u64().expect("a number")).max().expect("lines");
        lines.iter().find(|line| line[field] == most).expect("it is one of them")["board"].clone()
    };
    assert_eq!((&over["dearest"], &over["longest_visit"]), (&largest("master_ms"), &largest("longest_visit_ms")));
    let walk = &over["walk"];
    assert!(walk["played_ms"].as_u64() <= over["at_ms"].as_u64());

    // Out of the archive it is the same, but for who has left since.
    server.kill().await;
    server.restart().await;
    let mut archived = results(&server, "1").await;
    archived["seq"] = over["seq"].clone();
    assert_eq!(archived, over);
}

/// Python's own reader of tables.
const READER: &str = r#"
import csv, io, json, sys
text = io.StringIO(sys.stdin.buffer.read().decode("utf-8"), newline="")
print(json.dumps(list(csv.DictReader(text, strict=True))))
"#;

#[tokio::test]
async fn a_spreadsheet_gets_the_same_lines_and_no_formula() {
    let server = TestServer::scripted(8, "f2f3 g2g4").await;
    let names = ["Mates", "=HYPERLINK(\"//x\",1)", "Smith, J. \"Jo\"", "+1", "-1", "@SUM(A1)", "Жанна d’Ærø 王"];
    let mut players = Vec::new();
    for name in names {
        players.push(Player::join(&server, name).await);
    }
    server.start_games().await;
    players[0].play("e7e5").await;
    players[0].play("d8h4").await;
    players[0].end().await;
    for player in &mut players[1..] {
        player.turn().await;
    }
    let lines = results(&server, "current").await["boards"].clone();
    let answer = server.get("/api/exhibitions/current/results.csv").await;
    assert_eq!(answer.header("content-type"), Some("text/csv; charset=utf-8; header=present"));
    assert_eq!(answer.header("content-disposition"), Some("inline; filename=\"simul-1.csv\""));
    assert!(answer.body.split_inclusive('\n').all(|line| line.ends_with("\r\n")), "RFC 4180: {:?}", answer.body);
    let rows = python::read(READER, &answer.body);
    let rows = rows.as_array().expect("rows");
    assert_eq!(rows.len(), names.len(), "{rows:?}");
    for ((row, line), name) in rows.iter().zip(lines.as_array().expect("lines")).zip(names) {
        assert_eq!(line["name"], name);
        let marked = if name.starts_with(['=', '+', '-', '@']) { format!("'{name}") } else { name.to_owned() };
        assert_eq!(row["name"], marked);
        let fields = line.as_object().expect("fields");
        assert_eq!(row.as_object().expect("cells").len(), fields.len());
        for (field, value) in fields.iter().filter(|(field, _)| *field != "name") {
            let text = value.as_str().map_or_else(|| value.to_string().replace("null", ""), str::to_owned);
            assert_eq!(row[field], text, "{field} of {name}");
        }
    }
    assert_eq!((&rows[0]["result"], &rows[0]["termination"]), (&json!("0-1"), &json!("checkmate")));

    let for_excel = server.get("/api/exhibitions/current/results.csv?bom").await.body;
    assert_eq!(for_excel.strip_prefix('\u{feff}'), Some(&*answer.body));
    let none = TestServer::random(2).await.get("/api/exhibitions/current/results.csv").await.body;
    assert_eq!(none.lines().count(), 1, "the columns have names also where there are no lines: {none}");
}

#[tokio::test]
async fn a_large_exhibition_has_results_too() {
    let server =
        TestServer::with(600, &["--engine", "random", "--seed", "7", "--house-bots", "600", "--bot-pace", "5m..9m"])
            .await;
    let told = results(&server, "current").await;
    assert_eq!(told["boards"].as_array().expect("boards").len(), 600);
    assert_eq!(server.get("/api/exhibitions/current/results.csv").await.body.lines().count(), 601);
}
