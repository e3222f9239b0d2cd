//! The organiser: opens exhibitions and starts them.

use serde_json::json;
use simultan::{base::time::wall_clock, rules::OPENINGS};

use crate::common::{ORGANISER, Player, Spectator, TestServer, server, timeless};

#[tokio::test]
async fn what_is_the_organisers_is_nobody_elses() {
    let server = TestServer::random(2).await;
    let ada = Player::join(&server, "Ada").await;
    let players = format!("Bearer {}", ada.token);
    let basic = format!("Basic {ORGANISER}");
    let longer = format!("Bearer {ORGANISER}x");
    for authorisation in [
        None,
        Some(""),
        Some("Bearer"),
        Some("Bearer "),
        Some(ORGANISER),
        Some(&*basic),
        Some(&*longer),
        Some(&*players),
    ] {
        let headers: Vec<_> = authorisation.map(|value| ("Authorization", value)).into_iter().collect();
        for (method, path) in [
            ("POST", "/api/exhibitions"),
            ("POST", "/api/exhibitions/current/start"),
            ("POST", "/api/exhibitions/999/start"),
            ("GET", "/api/organiser"),
        ] {
            let answer = server.request(method, path, &headers, "").await;
            answer.assert_error(401, "bad_token");
            assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
        }
    }
    // In the address it counts for nothing.
    let path = format!("/api/exhibitions?token={ORGANISER}");
    server.request("POST", &path, &[], "").await.assert_error(401, "bad_token");
    let snapshot = server.snapshot().await;
    assert_eq!((&snapshot["id"], &snapshot["status"]), (&json!("1"), &json!("open")), "nothing was opened or started");
    let bearer = format!("bearer {ORGANISER}");
    assert_eq!(server.request("GET", "/api/organiser", &[("Authorization", &bearer)], "").await.status, 200);
}

#[tokio::test]
async fn a_new_exhibition_is_as_it_was_wished_and_becomes_the_current_one() {
    let server = TestServer::with(3, &["--engine", "random", "--name", "First"]).await;
    let wishes = json!({ "name": "Second", "boards": 2, "clock": "5m+3s", "walk": "ready-first", "think": "1s" });
    let answer = server.post("/api/exhibitions", &wishes.to_string()).await;
    assert_eq!(answer.status, 201);
    let opened = answer.json();
    assert_eq!((&opened["id"], &opened["name"], &opened["status"]), (&json!("2"), &json!("Second"), &json!("open")));
    assert_eq!(opened["boards"].as_array().expect("boards").len(), 2);
    let clock = &opened["clock"];
    assert_eq!((&clock["initial_ms"], &clock["increment_ms"]), (&json!(300_000), &json!(3_000)));
    assert_eq!((&opened["walk"]["mode"], &opened["think_ms"]), (&json!("ready-first"), &json!(1000)));
    assert_eq!(server.snapshot().await["name"], "Second");

    // Without wishes it is as the server was started.
    let third = server.post("/api/exhibitions", "").await.json();
    assert_eq!((&third["name"], &third["clock"]), (&json!("First"), &json!(null)));
    let list = server.get("/api/exhibitions").await.json();
    let list = list.as_array().expect("a list");
    let ids: Vec<_> = list.iter().map(|item| item["id"].as_str().expect("an id")).collect();
    assert_eq!(ids, ["3", "2", "1"], "newest first");
    assert_eq!((&list[1]["name"], &list[1]["boards"], &list[1]["seated"]), (&json!("Second"), &json!(2), &json!(0)));
    assert!(list.iter().all(|item| item["status"] == "open" && item["created_at"].is_u64()), "{list:?}");
}

#[tokio::test]
async fn where_other_machines_find_the_server_is_told_with_the_public_address_first() {
    let server = TestServer::with(1, &["--public-address", "https://simul.example.org/"]).await;
    let addresses = async |path: &str, headers: &[(&str, &str)]| {
        let answer = server.request("GET", path, headers, "").await;
        assert_eq!(answer.status, 200, "{path}");
        answer.json()["addresses"].clone()
    };
    let public = json!(["https://simul.example.org"]);
    let bearer = format!("Bearer {ORGANISER}");
    // The test's server listens to its own machine alone.
    assert_eq!(addresses("/api/organiser", &[("Authorization", &bearer)]).await, public);
    assert_eq!(addresses("/api/addresses", &[]).await, public);
    // Its pages may speak to the server then.
    let page = [("Origin", "https://simul.example.org"), ("Authorization", &*bearer)];
    assert_eq!(server.request("POST", "/api/exhibitions", &page, "").await.status, 201);
}

#[tokio::test]
async fn the_networks_addresses_are_told_to_this_machine_and_the_organiser_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = tokio::process::Command::new(server::BINARY);
    command.args(["serve", "--bind", "0.0.0.0:0", "--engine", "random", "--trusted-proxy", "127.0.0.1", "--database"]);
    command.arg(server::database(&folder)).env("SIMULTAN_ORGANISER_TOKEN", ORGANISER);
    let server = TestServer::of(command, folder).await;
    let told = async |path: &str, headers: &[(&str, &str)]| {
        server.request("GET", path, headers, "").await.json()["addresses"].clone()
    };
    let own = told("/api/addresses", &[]).await;
    let bearer = format!("Bearer {ORGANISER}");
    assert_eq!(told("/api/organiser", &[("Authorization", &bearer)]).await, own);
    // A machine without any network has none.
    for address in own.as_array().expect("a list") {
        let address = address.as_str().expect("a text").strip_prefix("http://").expect("plain http");
        let address: std::net::SocketAddr = address.parse().expect("an address and a port");
        assert!(!address.ip().is_loopback() && !address.ip().is_unspecified(), "{address}");
        tokio::net::TcpStream::connect(address).await.expect("the server listens there");
    }
    let stranger = [("X-Forwarded-For", "203.0.113.9")];
    assert_eq!(told("/api/addresses", &stranger).await, json!([]));
    let organiser = [("X-Forwarded-For", "203.0.113.9"), ("Authorization", &*bearer)];
    assert_eq!(told("/api/organiser", &organiser).await, own);
}

#[tokio::test]
async fn several_exhibitions_go_on_side_by_side() {
    let server = TestServer::scripted(1, "e2e4 g1f3").await;
    let mut first = Player::join(&server, "Ada").await;
    assert_eq!(server.post("/api/exhibitions", "").await.status, 201);
    let mut spectator = Spectator::watch(&server).await;
    let mut second = Player::join(&server, "Ada").await;
    assert_eq!((&*first.exhibition, &*second.exhibition, &*second.name), ("1", "2", "Ada"));
    first.play("e7e5").await;
    second.play("c7c5").await;
    first.turn().await;
    second.turn().await;
    assert_eq!(server.get("/api/exhibitions/1").await.json()["boards"][0]["moves"], json!(["e2e4", "e7e5", "g1f3"]));
    assert_eq!(server.board(1).await["moves"], json!(["e2e4", "c7c5", "g1f3"]));
    second.say("resign").await;
    spectator.until(|event| event["type"] == "finished").await;
    assert_eq!(server.get("/api/exhibitions/1").await.json()["status"], "running");
    let list = server.get("/api/exhibitions").await.json();
    assert_eq!((&list[0]["status"], &list[1]["status"]), (&json!("finished"), &json!("running")));
    assert_eq!((&list[0]["seated"], &list[1]["seated"]), (&json!(1), &json!(1)));
}

#[tokio::test]
async fn wishes_that_make_no_sense_are_told_so_and_open_nothing() {
    let server = TestServer::random(2).await;
    let before = server.snapshot().await;
    for body in ["nonsense", "[]", "7", "{", "{}{}", r#"{"boards":}"#] {
        server.post("/api/exhibitions", body).await.assert_error(400, "bad_json");
    }
    server.assert_bad_setting(r#"{"bards":2}"#, None).await;
    let far = wall_clock() + 2 * 366 * 24 * 3_600_000;
    let long_text = "x".repeat(2001);
    let wrong = [
        ("name", json!(["", " ", "a\nb", "x".repeat(81), 7, {}])),
        ("text", json!([long_text, "a\u{202e}b", 7])),
        ("boards", json!([0, 10_001, -1, 2.5, "2"])),
        ("house_bots", json!([3, -1, "1"])),
        ("clock", json!(["5x", "0s", "25h", 300, true])),
        (
            "master",
            json!(["human", { "kind": "ghost" }, { "kind": "human", "name": "" }, { "kind": "engine", "elo": 0 },
                          { "kind": "engine", "elo": 4001 }, { "kind": "engine", "elo": "high" },
                          { "kind": "human", "elo": 1800 }, { "name": "Ada" }, { "kind": "engine", "speed": 1 }]),
        ),
        ("master_extra", json!(["25h", "-1s", 60])),
        ("master_extra_per_board", json!(["25h", "a while", 60])),
        ("color", json!(["green", 1])),
        ("start", json!(["", "nonsense", "kings_gambit", "8/8/8/8/8/8/8/8 w - - 0 1", 518])),
        ("walk", json!(["backwards", 1])),
        ("late_rounds", json!([1001, -1, "3"])),
        ("passes", json!([10, -1, "3"])),
        ("grace", json!(["11m", "soon", 15])),
        ("retract", json!(["yes", 1])),
        ("think", json!(["0s", "11m", "a while", 2])),
        ("code", json!([false, "", "ABC", "ABCDEFGHIJKLM", "AB CD", "ÄÖÜß", 1234])),
        ("admission", json!(["closed", "Open", true])),
        ("starts_at", json!([0, 1_000_000_000_000_u64, far, -1, 1.5, "tomorrow"])),
        ("closes_after", json!(["59s", "8d", "-1h", 9000, "late"])),
        ("absent_after", json!(["59s", "25h", 30])),
        ("delay", json!(["31m", "-1s", 60, "later"])),
        ("chat", json!(["off", 0, {}])),
        (
            "seats",
            json!([
                {}, [{}], [{ "board": 0 }], [{ "board": 3 }], [{ "board": "1" }], [{ "board": 1 }, { "board": 1 }],
                [{ "board": 1, "name": "" }], [{ "board": 1, "name": "a\u{200b}" }], [{ "board": 1, "color": "green" }],
                [{ "board": 1, "clock": "5x" }], [{ "board": 1, "start": "nonsense" }], [{ "board": 1, "elo": 1 }],
                [{ "board": 1, "name": "Ada" }, { "board": 2, "name": " Ada" }],
            ]),
        ),
    ];
    for (field, values) in wrong {
        for value in values.as_array().expect("a list") {
            let sentence = server.assert_bad_setting(&json!({ field: value }).to_string(), Some(field)).await;
            assert!(sentence.len() > 15 && !sentence.contains("at line"), "{field}: {sentence}");
        }
    }
    let long = format!(r#"{{"name":"{}"}}"#, "x".repeat(20_000));
    let answer = server.post("/api/exhibitions", &long).await;
    assert!([400, 413].contains(&answer.status), "{answer:?}");
    assert!(answer.json()["error"]["code"].is_string(), "{answer:?}");
    assert_eq!(server.get("/api/exhibitions").await.json().as_array().expect("a list").len(), 1);
    assert_eq!(timeless(&server.snapshot().await), timeless(&before));
}

#[tokio::test]
async fn what_the_server_was_started_with_is_told_in_the_words_of_a_request() {
    let flags = [
        "--engine",
        "random",
        "--text",
        "Bring a pen.",
        "--code",
        "klub26",
        "--admission",
        "approval",
        "--closes-after",
        "2h30m",
        "--absent-after",
        "none",
        "--delay",
        "60s",
        "--chat",
        "false",
        "--start",
        "kings-gambit",
    ];
    let server = TestServer::with(3, &flags).await;
    let defaults =
        server.request("GET", "/api/organiser", &[("Authorization", &format!("Bearer {ORGANISER}"))], "").await.json()
            ["defaults"]
            .clone();
    for (field, value) in [
        ("text", json!("Bring a pen.")),
        ("code", json!("KLUB26")),
        ("admission", json!("approval")),
        ("closes_after", json!("2h 30m")),
        ("absent_after", json!(null)),
        ("delay", json!("1m")),
        ("chat", json!(false)),
        ("starts_at", json!(null)),
        ("start", json!("kings-gambit")),
        ("master", json!({ "kind": "engine", "elo": null })),
    ] {
        assert_eq!(defaults[field], value, "{field}");
    }
    let page = include_str!("../../docs/protocol.md");
    let table = page.split("\n## Settings\n").nth(1).and_then(|rest| rest.split("\n## ").next()).expect("a section");
    let told: Vec<_> = table.lines().filter_map(|line| line.strip_prefix("| ")?.split(" |").next()).collect();
    for field in defaults.as_object().expect("an object").keys() {
        assert!(told.iter().any(|names| names.contains(&format!("`{field}`"))), "{field} is not in the page's table");
    }
    for opening in OPENINGS {
        assert!(table.contains(&format!("`\"{}\"`", opening.name)), "{} is not in the page", opening.name);
    }
    assert_eq!(
        server.snapshot().await["boards"][0]["fen"],
        "rnbqkbnr/pppp1ppp/8/4p3/4PP2/8/PPPP2PP/RNBQKBNR b KQkq - 0 2"
    );
    let opened = server.post("/api/exhibitions", &defaults.to_string()).await;
    assert_eq!(opened.status, 201, "{}", opened.body);
    let ahead = json!({ "starts_at": wall_clock() + 60_000, "code": true, "text": "Two\nlines", "delay": "30m", "seats": [
        { "board": 2, "name": "Ada", "color": "white", "clock": "45m+30s", "start": "chess960" }, { "board": 3, "name": "Ben" },
    ]});
    assert_eq!(server.post("/api/exhibitions", &ahead.to_string()).await.status, 201);
}

#[tokio::test]
async fn a_thousand_seats_may_be_kept_and_no_book() {
    let server = TestServer::random(1).await;
    let seats: Vec<_> = (1..=1000).map(|board| json!({ "board": board, "name": format!("Guest {board}") })).collect();
    let opened = server.post("/api/exhibitions", &json!({ "boards": 1000, "seats": seats }).to_string()).await;
    assert_eq!(opened.status, 201, "{:?}", opened.body.get(..200));
    let text = "x".repeat(1024 * 1024);
    server.post("/api/exhibitions", &json!({ "text": text }).to_string()).await.assert_error(413, "too_large");
}

#[tokio::test]
async fn an_exhibition_starts_once_and_with_somebody() {
    let server = TestServer::scripted(2, "e2e4").await;
    server.post("/api/exhibitions/current/start", "").await.assert_error(409, "not_allowed");
    server.post("/api/exhibitions/7/start", "").await.assert_error(404, "no_such_exhibition");
    server.post("/api/exhibitions/nonsense/start", "").await.assert_error(404, "no_such_exhibition");
    let mut ada = Player::join(&server, "Ada").await;
    let started = server.post("/api/exhibitions/1/start", "").await;
    assert_eq!((started.status, &started.json()["status"]), (200, &json!("running")));
    server.post("/api/exhibitions/current/start", "").await.assert_error(409, "closed");
    ada.turn().await;
    ada.say("resign").await;
    ada.end().await;
    server.post("/api/exhibitions/current/start", "").await.assert_error(409, "closed");
}
