//! Bad input to every field and every address: it gets a sentence, and changes nothing.

use serde_json::{Value, json};

use crate::common::{Answer, Link, ORGANISER, Player, TestServer, timeless};

/// What is no JSON object.
const NO_OBJECTS: [&str; 10] =
    [" ", "nonsense", "null", "7", "\"name\"", "[]", "[{}]", "{", "{'name':'Ada'}", "\u{feff}{}"];

/// What begins like one.
const BROKEN: [&str; 5] = ["{}}", "{} {}", "{\"name\"", "{\"name\":\"\\ud800\"}", "{\"wing\":1}"];

/// What takes a body: a method, what follows an exhibition's address (or the list's, where nothing does), and a field.
const TAKES_A_BODY: [(&str, &str, &str); 8] = [
    ("POST", "", "name"),
    ("PATCH", "/current", "name"),
    ("POST", "/current/seats", "name"),
    ("PATCH", "/current/seats/1", "name"),
    ("DELETE", "/current/seats/1", "result"),
    ("POST", "/current/announce", "text"),
    ("POST", "/current/fill", "bots"),
    ("POST", "/current/boards/1/adjudicate", "result"),
];

/// What is about one exhibition.
const OF_AN_EXHIBITION: [(&str, &str); 26] = [
    ("GET", ""),
    ("PATCH", ""),
    ("GET", "/settings"),
    ("GET", "/seats"),
    ("POST", "/seats"),
    ("GET", "/waiting"),
    ("GET", "/results"),
    ("GET", "/results.csv"),
    ("GET", "/games.pgn"),
    ("GET", "/forecast"),
    ("POST", "/start"),
    ("POST", "/pause"),
    ("POST", "/continue"),
    ("POST", "/last-round"),
    ("POST", "/cancel"),
    ("POST", "/announce"),
    ("POST", "/fill"),
    ("POST", "/master"),
    ("PATCH", "/seats/1"),
    ("DELETE", "/seats/1"),
    ("POST", "/seats/1/admit"),
    ("POST", "/seats/1/forget"),
    ("GET", "/boards/1"),
    ("GET", "/boards/1/game.pgn"),
    ("GET", "/boards/1/suggestion"),
    ("POST", "/boards/1/adjudicate"),
];

/// A body that each of these would take, or could, if all else were right.
fn fitting(method: &str, path: &str) -> &'static str {
    match path.rsplit('/').next() {
        _ if method == "DELETE" => "",
        Some("seats") => r#"{"name":"Eve"}"#,
        Some("announce") => r#"{"text":"Hello"}"#,
        Some("fill") => r#"{"bots":1}"#,
        Some("adjudicate") => r#"{"result":"1-0"}"#,
        _ if path.contains("/seats/") => r#"{"name":"Eve"}"#,
        _ => "",
    }
}

async fn send(server: &TestServer, method: &str, path: &str, body: &str) -> Answer {
    let bearer = format!("Bearer {ORGANISER}");
    server.request(method, &format!("/api/exhibitions{path}"), &[("Authorization", &bearer)], body).await
}

/// All that could have changed.
async fn everything(server: &TestServer) -> Value {
    let told = async |path: &str| send(server, "GET", path, "").await.json();
    let mut seats = told("/current/seats").await;
    for seat in seats.as_array_mut().expect("seats") {
        // Time goes by.
        seat["clocks"] = Value::Null;
        seat["away_ms"] = json!(seat["away_ms"].is_u64());
    }
    let snapshot = timeless(&told("/current").await);
    json!([told("").await, snapshot, told("/current/settings").await, seats, told("/current/waiting").await])
}

/// All that was not refused as it should have been.
#[derive(Default)]
struct Report(Vec<String>);

impl Report {
    /// A refusal has a status, a code (any, where none is asked for) and a sentence for a person.
    fn check(&mut self, what: &str, answer: &Answer, statuses: &[u16], codes: &[&str]) {
        let error = serde_json::from_str::<Value>(&answer.body).unwrap_or_default()["error"].take();
        let code = error["code"].as_str().unwrap_or_default();
        let message = error["message"].as_str().unwrap_or_default();
        let refused = statuses.contains(&answer.status)
            && (codes.contains(&code) || codes.is_empty() && !code.is_empty())
            && answer.header("content-type") == Some("application/json")
            && message.contains(' ')
            && message.len() < 400;
        if !refused {
            let short = |text: &str| text.chars().take(160).collect::<String>();
            self.0.push(format!("{}: {} {}", short(what), answer.status, short(&answer.body)));
        }
    }

    fn end(self) {
        assert!(self.0.is_empty(), "{:#?}", self.0);
    }
}

/// An exhibition of three boards: one is taken, one asked for, one kept for somebody; and somebody's connection.
async fn hall() -> (TestServer, Player) {
    let server = TestServer::random(3).await;
    server.ordered("PATCH", "", &json!({ "seats": [{ "board": 3, "name": "Cyd" }], "code": "HALL" })).await;
    let ada = Player::join_with(&server, json!({ "name": "Ada", "board": 1, "code": "HALL" })).await;
    server.ordered("PATCH", "", &json!({ "admission": "approval" })).await;
    let asks = send(&server, "POST", "/current/seats", r#"{"name":"Ben","code":"HALL"}"#).await;
    assert_eq!((asks.status, &asks.json()["board"]), (202, &json!(2)), "{asks:?}");
    (server, ada)
}

/// The same, but that it is played there: at the first board it is the opponent's turn.
async fn playing() -> (TestServer, Player) {
    let (server, mut ada) = hall().await;
    server.start_games().await;
    ada.turn().await;
    (server, ada)
}

#[tokio::test]
async fn what_is_no_json_object_is_no_request() {
    let (server, _ada) = hall().await;
    let mut report = Report::default();
    let before = everything(&server).await;
    let deep = format!("{{\"name\":{}", "[".repeat(8000));
    let huge = format!("{{\"name\":\"{}\"}}", "x".repeat(1024 * 1024));
    for (method, path, field) in TAKES_A_BODY {
        for body in NO_OBJECTS {
            let answer = send(&server, method, path, body).await;
            report.check(&format!("{method} {path} {body}"), &answer, &[400], &["bad_json"]);
        }
        let twice = format!("{{\"{field}\":\"1-0\",\"{field}\":\"1-0\"}}");
        for body in BROKEN.into_iter().chain([&*deep, &twice]) {
            let answer = send(&server, method, path, body).await;
            report.check(&format!("{method} {path} {body}"), &answer, &[400], &["bad_json", "bad_settings"]);
        }
        let answer = send(&server, method, path, &huge).await;
        report.check(&format!("{method} {path} {huge}"), &answer, &[413], &["too_large"]);
    }
    report.end();
    assert_eq!(everything(&server).await, before);
}

/// For each setting, what it does not take.
fn wrong_settings() -> Vec<(&'static str, Vec<Value>)> {
    let long = |count| json!("x".repeat(count));
    vec![
        (
            "name",
            vec![json!(7), json!(true), json!([]), json!({}), json!(""), json!(" \t"), long(81), json!("a\u{0}b")],
        ),
        ("text", vec![json!(7), json!([]), json!({}), long(2001), json!("a\u{1b}[2J")]),
        (
            "boards",
            vec![json!("7"), json!(-1), json!(0), json!(10_001), json!(1.5), json!(1e99), json!([]), json!(true)],
        ),
        (
            "clock",
            vec![
                json!(7),
                json!(true),
                json!([]),
                json!(""),
                json!("soon"),
                json!("-5m"),
                json!("30m+"),
                json!("99999h"),
            ],
        ),
        (
            "master",
            vec![
                json!("human"),
                json!(7),
                json!([]),
                json!({}),
                json!({ "kind": "dog" }),
                json!({ "kind": 7 }),
                json!({ "kind": "engine", "elo": -1 }),
                json!({ "kind": "engine", "elo": "1800" }),
                json!({ "kind": "engine", "elo": 5000 }),
                json!({ "kind": "engine", "wing": 1 }),
                json!({ "kind": "human", "name": "" }),
                json!({ "kind": "human", "name": "x".repeat(33) }),
                json!({ "kind": "human", "name": "Judit", "elo": 2700 }),
            ],
        ),
        ("master_extra", vec![json!(7), json!([]), json!(""), json!("soon"), json!("-1s"), json!("25h")]),
        ("master_extra_per_board", vec![json!(7), json!([]), json!(""), json!("soon"), json!("-1s"), json!("25h")]),
        ("color", vec![json!(7), json!([]), json!(""), json!("green"), json!("WHITE ")]),
        (
            "start",
            vec![
                json!(7),
                json!({}),
                json!(""),
                json!("nowhere"),
                json!("8/8/8/8/8/8/8/8 w - - 0 1"),
                json!("k7/8/8/8/8/8/8/KR6 b - - 0 1 x"),
                long(1000),
            ],
        ),
        ("walk", vec![json!(7), json!([]), json!(""), json!("sideways")]),
        ("passes", vec![json!("2"), json!(-1), json!(10), json!(1.5), json!([])]),
        ("grace", vec![json!(7), json!([]), json!(""), json!("soon"), json!("-1s"), json!("11m")]),
        ("retract", vec![json!("true"), json!(1), json!([])]),
        (
            "code",
            vec![
                json!(7),
                json!([]),
                json!({}),
                json!(""),
                json!("ABC"),
                long(13),
                json!("AB CD"),
                json!("ÄBCD"),
                json!("A-BC"),
            ],
        ),
        ("admission", vec![json!(7), json!(true), json!(""), json!("some")]),
        ("late_rounds", vec![json!("1"), json!(-1), json!(1.5), json!(1001), json!([])]),
        ("starts_at", vec![json!("soon"), json!("2026-11-28T20:00:00Z"), json!(-1), json!(1), json!(1.5), json!([])]),
        ("closes_after", vec![json!(7), json!(""), json!("soon"), json!("1s"), json!("8d"), json!("-2h")]),
        ("absent_after", vec![json!(7), json!(""), json!("soon"), json!("1s"), json!("25h")]),
        ("delay", vec![json!(7), json!(""), json!("soon"), json!("31m"), json!("-1s")]),
        ("chat", vec![json!("false"), json!(0), json!({})]),
        (
            "seats",
            vec![
                json!(7),
                json!("Ada"),
                json!({}),
                json!([7]),
                json!([{}]),
                json!([{ "name": "Ada" }]),
                json!([{ "board": "1" }]),
                json!([{ "board": 0 }]),
                json!([{ "board": 10_001 }]),
                json!([{ "board": 1 }, { "board": 1 }]),
                json!([{ "board": 1, "name": "Eve" }, { "board": 2, "name": "eve" }]),
                json!([{ "board": 1, "name": "" }]),
                json!([{ "board": 1, "name": 7 }]),
                json!([{ "board": 1, "color": "green" }]),
                json!([{ "board": 1, "clock": "soon" }]),
                json!([{ "board": 1, "start": "nowhere" }]),
                json!([{ "board": 1, "wing": 1 }]),
            ],
        ),
        ("think", vec![json!(7), json!([]), json!(""), json!("soon"), json!("-1s"), json!("0s"), json!("11m")]),
        ("house_bots", vec![json!("1"), json!(-1), json!(1.5), json!(10_001), json!([])]),
    ]
}

#[tokio::test]
async fn a_wrong_setting_opens_nothing_and_changes_nothing() {
    let (server, _ada) = hall().await;
    let mut report = Report::default();
    let before = everything(&server).await;
    let table = wrong_settings();
    let words = send(&server, "GET", "/current/settings", "").await.json();
    for name in words.as_object().expect("settings").keys() {
        assert!(table.iter().any(|(field, _)| field == name), "{name} has no wrong values");
    }
    for (field, values) in &table {
        for value in values {
            for (method, path) in [("POST", ""), ("PATCH", "/current")] {
                let mut body = json!({ "name": "Another", "text": "Hello" });
                body[field] = value.clone();
                let answer = send(&server, method, path, &body.to_string()).await;
                let what = format!("{method} {field} {value}");
                report.check(&what, &answer, &[400], &["bad_settings"]);
                let named = serde_json::from_str::<Value>(&answer.body).unwrap_or_default()["error"]["field"].take();
                if named != *field {
                    report.0.push(format!("{what} names {named}"));
                }
            }
        }
    }
    report.end();
    assert_eq!(everything(&server).await, before);
}

/// Bodies that are objects, but not of what is asked for; with the status, the code, and the field where one is named.
fn wrong_bodies() -> Vec<(&'static str, &'static str, Value, u16, &'static str)> {
    let mut table = Vec::new();
    let mut row = |method, path, body, status, code| table.push((method, path, body, status, code));
    let with = |field: &str, value: Value| {
        let mut body = json!({ "name": "Eve", "code": "HALL" });
        body[field] = value;
        body
    };
    for value in [json!(null), json!(7), json!([]), json!({})] {
        row("POST", "/current/seats", with("name", value.clone()), 400, "bad_settings");
        row("POST", "/current/announce", json!({ "text": value }), 400, "bad_settings");
    }
    for name in ["", "  ", "a\nb", "\u{202e}evil", "\u{200b}", &"x".repeat(33), &"😀".repeat(1000)] {
        row("POST", "/current/seats", with("name", json!(name)), 400, "bad_name");
        row("PATCH", "/current/seats/1", json!({ "name": name }), 400, "bad_name");
    }
    for board in [json!("2"), json!(-1), json!(1.5), json!([]), json!(1e30)] {
        row("POST", "/current/seats", with("board", board.clone()), 400, "bad_settings");
        row("PATCH", "/current/seats/1", json!({ "to": board }), 400, "bad_settings");
    }
    for (board, status) in [(1, 409), (2, 409), (3, 409), (0, 404), (4, 404), (u32::MAX, 404)] {
        row("POST", "/current/seats", with("board", json!(board)), status, "seat_taken");
    }
    for (field, value) in [("bot", json!("yes")), ("wait", json!(1)), ("code", json!(7)), ("legal_moves", json!(true))]
    {
        row("POST", "/current/seats", with(field, value), 400, "bad_settings");
    }
    for code in [json!(null), json!(""), json!("HAL"), json!("HALLS"), json!("x".repeat(5000))] {
        row("POST", "/current/seats", with("code", code), 403, "bad_code");
    }
    for body in [
        json!({}),
        json!({ "name": null }),
        json!({ "name": "Eve", "to": 2 }),
        json!({ "name": "Eve", "clock": null }),
        json!({ "to": 2, "color": "white" }),
        json!({ "color": 7 }),
        json!({ "color": "green" }),
        json!({ "clock": 7 }),
        json!({ "clock": "soon" }),
        json!({ "start": [] }),
        json!({ "start": "nowhere" }),
        json!({ "board": 2 }),
    ] {
        row("PATCH", "/current/seats/1", body, 400, "bad_settings");
    }
    for (to, status, code) in [(0, 404, "no_such_board"), (4, 404, "no_such_board"), (2, 409, "not_allowed")] {
        row("PATCH", "/current/seats/1", json!({ "to": to }), status, code);
    }
    for text in ["", " ", "a\nb", "\u{202e}evil", &"x".repeat(201)] {
        row("POST", "/current/announce", json!({ "text": text }), 400, "bad_settings");
    }
    for body in [
        json!({}),
        json!({ "bots": null }),
        json!({ "bots": "3" }),
        json!({ "bots": 0 }),
        json!({ "bots": 10_001 }),
        json!({ "bots": 1.5 }),
        json!({ "bots": 1, "level": 21 }),
        json!({ "bots": 1, "level": -1 }),
        json!({ "bots": 1, "level": "3" }),
    ] {
        row("POST", "/current/fill", body, 400, "bad_settings");
    }
    for result in [json!(7), json!(""), json!("2-0"), json!("1/2"), json!("won"), json!([])] {
        row("DELETE", "/current/seats/1", json!({ "result": result }), 400, "bad_settings");
        row("POST", "/current/boards/1/adjudicate", json!({ "result": result }), 400, "bad_settings");
    }
    for body in [json!({}), json!({ "result": null }), json!({ "result": "*" })] {
        row("POST", "/current/boards/1/adjudicate", body, 400, "bad_settings");
    }
    table
}

#[tokio::test]
async fn a_body_that_does_not_fit_its_address_changes_nothing() {
    let (server, _ada) = hall().await;
    let mut report = Report::default();
    let before = everything(&server).await;
    for (method, path, body, status, code) in wrong_bodies() {
        let answer = send(&server, method, path, &body.to_string()).await;
        report.check(&format!("{method} {path} {body}"), &answer, &[status], &[code]);
    }
    report.end();
    assert_eq!(everything(&server).await, before);
}

#[tokio::test]
async fn an_exhibition_or_a_board_that_there_is_not_is_said_to_be_missing() {
    let (server, _ada) = playing().await;
    let mut report = Report::default();
    let before = everything(&server).await;
    for (method, rest) in OF_AN_EXHIBITION {
        for id in ["0", "-1", "01", "1.5", "99", "99999999999999999999", "nonsense", "Current", "%20", "1%00", "%ff"] {
            let path = format!("/{id}{rest}");
            let answer = send(&server, method, &path, fitting(method, rest)).await;
            report.check(&format!("{method} {path}"), &answer, &[if id == "%ff" { 400 } else { 404 }], &[]);
        }
        if let Some((before, after)) = rest.split_once("/1") {
            for board in ["0", "-1", "01", "+1", "4", "1.5", "99999999999999999999", "one", "%20", "1%00"] {
                let path = format!("/current{before}/{board}{after}");
                let answer = send(&server, method, &path, fitting(method, rest)).await;
                report.check(&format!("{method} {path}"), &answer, &[404, 409], &[]);
            }
        }
    }
    report.end();
    assert_eq!(everything(&server).await, before);
}

#[tokio::test]
async fn a_question_that_is_none_is_told_so() {
    let (server, _ada) = playing().await;
    let mut report = Report::default();
    let before = everything(&server).await;
    for part in ["limit=0", "limit=201", "limit=-1", "limit=ten", "limit=", "before=x", "before=-1", "before="] {
        let answer = server.get(&format!("/api/exhibitions?{part}")).await;
        report.check(part, &answer, &[400], &["bad_request"]);
    }
    for part in [
        "boards=0",
        "boards=x",
        "boards=-1",
        "boards=10001",
        "master=soon",
        "opponent=-1s",
        "moves=x",
        "moves=0",
        "clock=soon",
        "color=green",
        "passes=x",
        "grace=soon",
        "walk=sideways",
        "master_extra=x",
        "wing=1",
        "boards=1&boards=2",
    ] {
        let answer = server.get(&format!("/api/forecast?{part}")).await;
        report.check(part, &answer, &[400], &[]);
    }
    for code in ["x", "HAL", "%00", "%ff", "HALL%2F..", "..%2f..%2fetc"] {
        let answer = server.get(&format!("/j/{code}")).await;
        report.check(code, &answer, &[400, 404], &[]);
    }
    for since in ["x", "-1", "99999999999999999999", "1.5"] {
        // Where that is no number there is a fresh snapshot.
        let mut link = Link::connect(&server, &format!("/ws/current/watch?since={since}")).await;
        assert_eq!(link.message().await["type"], "exhibition", "{since}");
    }
    report.end();
    assert_eq!(everything(&server).await, before);
}
