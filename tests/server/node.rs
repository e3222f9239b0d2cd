//! A node that shows halls from elsewhere: real sockets, and a real hall's database and events. How they come there is
//! another's doing; here they are handed over.

use std::{net::SocketAddr, path::PathBuf, sync::Arc};

use serde_json::{Value, json};
use simultan::{
    base::{
        metrics::Metrics,
        time::{Brake, Timeline, wall_clock},
    },
    doors::{
        limits::{AddressLimits, Guard, Limits, a_minute, a_second, parse_public_address},
        listener::listen,
    },
    gallery::{self, Branch, Branches, MetricsFor, NodePremises},
    journal::{
        Record, SqliteStore,
        feed::{Feed, News},
        replay,
    },
    record::{
        event::{Event, ExhibitionId},
        signal::Signal,
    },
};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    runtime::Handle,
};
use tokio_tungstenite::{client_async, tungstenite::ClientRequestBuilder};
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::common::{Answer, Heard, Link, Player, Spectator, TestServer, eventually, server::database, within};
use crate::openapi::Check;

/// What a real hall has left behind: its database, and its exhibition's events from the first on.
struct Past {
    folder: TempDir,
    record: Record,
}

impl Past {
    /// Two have played a few moves.
    async fn of_a_hall() -> Past {
        let mut server = TestServer::random(2).await;
        let mut players = [Player::join(&server, "Ada").await, Player::join(&server, "Ben").await];
        for _ in 0..3 {
            for player in &mut players {
                player.turn().await;
                player.play_anything().await;
            }
        }
        server.terminate().await;
        let folder = server.into_folder();
        let mut store = SqliteStore::open(&database(&folder)).await.expect("a database");
        let (record, _) = store.unfinished().await.expect("a record").remove(0);
        assert_eq!(record.events.len() as u64, record.view.seq, "all of it");
        Past { folder, record }
    }

    fn database(&self) -> PathBuf {
        database(&self.folder)
    }

    fn id(&self) -> ExhibitionId {
        self.record.view.id
    }

    fn last(&self) -> u64 {
        self.record.view.seq
    }

    /// The exhibition as it was before anything happened there.
    fn opened(&self) -> News {
        let record = replay(self.id(), self.record.view.program.clone(), Vec::new()).expect("nothing yet");
        let timeline = Timeline::from(record.view.at, &Brake::new().pace());
        News::Opened { view: Arc::new(record.view), last: Arc::new([]), earlier: None, timeline }
    }

    /// The events after one up to another, as they are heard.
    fn events(&self, after: u64, to: u64) -> News {
        let wanted = |event: &&Event| event.seq > after && event.seq <= to;
        let events: Vec<_> = self.record.events.iter().filter(wanted).cloned().collect();
        News::Happened { id: self.id(), events: events.into() }
    }
}

/// A node on a port of its own.
struct TestNode {
    address: SocketAddr,
    branches: Branches,
    _stop: DropGuard,
}

/// A hall at it, and what it hears from there.
struct Hall {
    branch: Branch,
    feed: Feed,
}

impl TestNode {
    async fn start() -> TestNode {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let (stop, metrics) = (CancellationToken::new(), Metrics::new());
        let guard = Guard::new(limits(), 0, metrics.clone());
        let served = gallery::shut(guard.clone());
        let branches = Branches::new(NodePremises {
            metrics,
            metrics_for: MetricsFor::Everybody,
            guard: guard.clone(),
            address,
            public: None,
            stop: stop.clone(),
            runtime: Handle::current(),
        });
        branches.serve(&served);
        tokio::spawn(listen(listener, served, guard, stop.clone()));
        TestNode { address, branches, _stop: stop.drop_guard() }
    }

    /// A hall of this name, heard up to event `seq` of what was there.
    async fn hall(&self, name: &str, past: &Past, seq: u64) -> Hall {
        let feed = Feed::default();
        let store = SqliteStore::open(&past.database()).await.expect("a database");
        let archive = store.archive().await.expect("an archive");
        let branch = self.branches.open(name.parse().expect("a hall's name"), feed.follow(), archive);
        feed.publish(past.opened());
        feed.publish(past.events(0, seq));
        Hall { branch, feed }
    }

    async fn ask(&self, method: &str, host: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut text = format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n");
        for (name, value) in headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        text.push_str("\r\n");
        let asked = async {
            let mut stream = TcpStream::connect(self.address).await?;
            stream.write_all(text.as_bytes()).await?;
            let mut answer = String::new();
            stream.read_to_string(&mut answer).await.map(|_| answer)
        };
        Answer::read(&within("an answer", asked).await.expect("a connection"))
    }

    async fn get(&self, host: &str, path: &str) -> Answer {
        self.ask("GET", host, path, &[]).await
    }

    /// A spectator's socket at the hall of this host, as a page of it opens it.
    async fn watch(&self, host: &str, since: &str) -> Link {
        let url = format!("ws://{host}:{}/ws/current/watch{since}", self.address.port());
        let request = ClientRequestBuilder::new(url.parse().expect("an address"))
            .with_sub_protocol("simultan.v1")
            .with_header("Origin", format!("http://{host}:{}", self.address.port()));
        let opened = async {
            let stream = TcpStream::connect(self.address).await.expect("a connection");
            client_async(request, stream).await.expect("a WebSocket").0
        };
        Link::over(within("a handshake", opened).await)
    }
}

fn limits() -> Limits {
    Limits {
        connections: 1000,
        for_players: 0,
        spectators: 500,
        exhibitions: 20,
        address: AddressLimits {
            connections: 500,
            connections_rate: a_second(50),
            requests: a_second(200),
            joins: a_minute(240),
            bad_tokens: a_minute(10),
        },
        proxies: Vec::new(),
        origins: vec!["https://simuls.example.org".parse().expect("an origin")],
    }
}

fn lost(since: u64) -> Signal {
    Signal::Lost { since }
}

#[tokio::test]
async fn everything_that_spectators_have_at_a_hall_is_at_a_node() {
    let past = Past::of_a_hall().await;
    let node = TestNode::start().await;
    let _hall = node.hall("club7", &past, past.last()).await;
    // Where it is the only one, any name means it.
    for host in ["club7.localhost", "127.0.0.1", "localhost:8000", "club7.simuls.example.org", "simuls.example.org"] {
        for path in ["/", "/e/1", "/e/1/wall", "/e/1/overlay", "/e/1/results", "/e/1/certificate/1", "/e/1/sheet"] {
            let page = node.get(host, path).await;
            assert_eq!(page.status, 200, "{host}{path}");
            assert!(page.header("content-security-policy").is_some() && page.body.contains("<html"), "{host}{path}");
        }
        let snapshot = node.get(host, "/api/exhibitions/current").await.json();
        assert_eq!(snapshot["seq"], past.last(), "{host}");
        assert_eq!(snapshot["boards"][1]["name"], "Ben");
    }
    // What a page is made of is there too.
    for page in ["/", "/e/1", "/e/1/wall"] {
        let body = node.get("club7.localhost", page).await.body;
        let asked: Vec<_> = body.split("=\"/static/").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert!(asked.iter().any(|file| file.ends_with(".js")), "{page}: {asked:?}");
        for file in asked {
            assert_eq!(node.get("club7.localhost", &format!("/static/{file}")).await.status, 200, "{page}: {file}");
        }
    }
    for (path, kind) in [
        ("/api/exhibitions", "application/json"),
        ("/api/exhibitions/1/results", "application/json"),
        ("/api/exhibitions/1/results.csv", "text/csv; charset=utf-8; header=present"),
        ("/api/exhibitions/1/games.pgn", "application/x-chess-pgn"),
        ("/api/exhibitions/1/boards/1", "application/json"),
        ("/api/exhibitions/1/boards/1/game.pgn", "application/x-chess-pgn"),
        ("/game/export/e01b0001", "application/x-chess-pgn"),
        ("/api/forecast?boards=2&moves=5", "application/json"),
        ("/api/addresses", "application/json"),
        ("/api/openapi.json", "application/json"),
        ("/static/js/watch.js", "text/javascript; charset=utf-8"),
    ] {
        let answer = node.get("club7.localhost", path).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, Some(kind)), "{path}");
    }
    assert_eq!(node.get("club7.localhost", "/api/exhibitions").await.json()[0]["seated"], 2);
    node.get("club7.localhost", "/anything/else").await.assert_error(404, "not_found");
    node.get("club7.localhost", "/api/exhibitions/99").await.assert_error(404, "no_such_exhibition");
    let mut spectator = Spectator::over(node.watch("club7.localhost", "").await);
    spectator.next().await;
    assert_eq!((spectator.snapshots, spectator.seq()), (1, past.last()));
    spectator.send(&json!({ "type": "organiser", "token": "so_anything" })).await;
    assert_eq!(spectator.answer().await["code"], "not_allowed");
    // What a hall would answer with a token, it does not answer here: there is no organiser.
    let shown = [("Authorization", "Bearer so_anything")];
    node.ask("GET", "club7.localhost", "/api/exhibitions/1", &shown).await.assert_error(401, "bad_token");
}

#[tokio::test]
async fn the_host_says_which_hall() {
    let past = Past::of_a_hall().await;
    let node = TestNode::start().await;
    let none = node.get("localhost", "/api/exhibitions").await;
    none.assert_error(404, "no_such_hall");
    assert_eq!(node.get("localhost", "/api/halls").await.json(), json!([]));
    assert_eq!(node.get("localhost", "/").await.status, 200);

    let (club, _lyon) = (node.hall("club7", &past, past.last()).await, node.hall("lyon", &past, 1).await);
    let seen = async |host: &str| {
        let answer = node.get(host, "/api/exhibitions/1").await;
        if answer.status == 200 { answer.json()["seq"].as_u64() } else { None }
    };
    for host in ["club7.localhost", "CLUB7.localhost:8000", "club7.localhost.", "club7.simuls.example.org"] {
        assert_eq!(seen(host).await, Some(past.last()), "{host}");
    }
    assert_eq!(seen("lyon.localhost").await, Some(1));
    for host in ["localhost", "other.localhost", "127.0.0.1", "[::1]:8000", "club7", "simuls.example.org"] {
        node.get(host, "/e/1").await.assert_error(404, "no_such_hall");
        node.ask("POST", host, "/api/exhibitions", &[]).await.assert_error(404, "no_such_hall");
        assert_eq!(node.get(host, "/healthz").await.status, 200, "{host}");
        assert!(node.get(host, "/metrics").await.body.contains("simultan_boards"), "{host}");
        assert!(node.get(host, "/").await.body.contains("halls.js"), "{host}");
    }
    // A name that anybody can own is none of ours, hall or not.
    for host in ["evil.example", "club7.evil.example", "a.club7.simuls.example.org"] {
        node.get(host, "/").await.assert_error(403, "not_allowed");
    }

    club.branch.found_at(Some(parse_public_address("https://club7.example.org").expect("an address")));
    club.branch.signal(lost(wall_clock() - 12_000));
    let answer = node.get("lyon.localhost:8000", "/api/halls").await;
    Check::new().see("GET", "/api/halls", &answer);
    let halls = answer.json();
    let named: Vec<_> = halls.as_array().expect("a list").iter().map(|hall| &hall["hall"]).collect();
    assert_eq!(named, ["club7", "lyon"]);
    assert_eq!((&halls[0]["here"], &halls[1]["here"]), (&json!(false), &json!(true)));
    assert_eq!(halls[0]["host"], "club7.localhost:8000");
    assert_eq!((&halls[0]["address"], &halls[1]["address"]), (&json!("https://club7.example.org"), &Value::Null));
    assert!(halls[0]["signal"]["lost_ms"].as_u64() >= Some(12_000), "{halls}");
    assert_eq!(halls[1]["signal"], json!({ "lost_ms": null, "stopped": null }));
    assert_eq!(halls[0]["exhibitions"][0]["status"], "running");
    assert_eq!(halls[1]["exhibitions"][0]["status"], "open");
    let watching = node.watch("club7.localhost", "").await;
    let told = async || node.get("localhost", "/api/halls").await.json()[0]["spectators"].as_u64().filter(|&n| n == 1);
    eventually("a spectator who counts", told).await;
    let by_number = node.get("192.168.1.5", "/api/halls").await.json();
    assert_eq!(by_number[0]["host"], Value::Null, "numbers have no names in front of them");
    watching.close().await;
}

#[tokio::test]
async fn what_one_does_in_a_hall_is_done_there() {
    const HOST: &str = "club7.localhost";
    let past = Past::of_a_hall().await;
    let node = TestNode::start().await;
    let hall = node.hall("club7", &past, past.last()).await;
    let browser = [("Accept", "text/html,application/xhtml+xml")];
    let lead = ["/e/1/play", "/e/1/master", "/e/1/desk", "/e/1/bot?x=1", "/j/TEA7", "/e/current/play"];
    for path in lead {
        node.get(HOST, path).await.assert_error(403, "read_only");
        let page = node.ask("GET", HOST, path, &browser).await;
        assert_eq!(page.status, 403, "{path}");
        assert!(page.body.contains("has not said"), "{path}");
    }
    hall.branch.found_at(Some(parse_public_address("https://club7.example.org:8443").expect("an address")));
    for path in lead {
        for headers in [&browser[..], &[]] {
            let led = node.ask("GET", HOST, path, headers).await;
            let there = format!("https://club7.example.org:8443{path}");
            assert_eq!((led.status, led.header("location")), (303, Some(&*there)), "{path}");
        }
    }
    for (method, path) in [
        ("POST", "/api/exhibitions"),
        ("POST", "/api/exhibitions/1/seats"),
        ("POST", "/api/exhibitions/1/start"),
        ("PATCH", "/api/exhibitions/1"),
        ("DELETE", "/api/exhibitions/1/seats/1"),
        ("PUT", "/anything"),
        ("GET", "/ws/1/play"),
        ("GET", "/ws/1/master"),
        ("GET", "/api/organiser"),
        ("GET", "/api/bots"),
        ("GET", "/api/exhibitions/1/seats"),
        ("GET", "/api/exhibitions/1/waiting"),
        ("GET", "/api/exhibitions/1/settings"),
        ("GET", "/api/exhibitions/1/boards/1/suggestion"),
    ] {
        let refused = node.ask(method, HOST, path, &[("Authorization", "Bearer so_anything")]).await;
        refused.assert_error(403, "read_only");
        assert!(refused.body.contains("https://club7.example.org:8443"), "{method} {path}: {}", refused.body);
    }
    let addresses = node.get(HOST, "/api/addresses").await.json();
    assert_eq!(addresses, json!({ "addresses": ["https://club7.example.org:8443"] }), "one sits down there");
    // What browsers would not open is no address.
    hall.branch.found_at(Some("javascript://club7".parse().expect("an origin of sorts")));
    node.get(HOST, "/e/1/play").await.assert_error(403, "read_only");
}

#[tokio::test]
async fn spectators_are_told_when_the_hall_is_not_heard() {
    let past = Past::of_a_hall().await;
    let node = TestNode::start().await;
    let hall = node.hall("club7", &past, 1).await;
    let mut early = node.watch("club7.localhost", "").await;
    assert_eq!(early.message().await["type"], "exhibition");

    hall.branch.signal(lost(wall_clock() - 12_000));
    let told = early.message().await;
    assert_eq!(told["type"], "signal");
    assert!((12_000..60_000).contains(&told["lost_ms"].as_u64().expect("a time")), "{told}");
    assert!(told.get("stopped").is_none());
    let mut late = node.watch("club7.localhost", "?since=1").await;
    assert_eq!(late.message().await["type"], "signal", "who comes meanwhile is told too");

    hall.branch.signal(Signal::Live);
    for link in [&mut early, &mut late] {
        assert_eq!(link.message().await, json!({ "type": "signal", "lost_ms": null }));
    }
    // While it is heard nothing is said of it: the next is an event.
    hall.branch.signal(Signal::Live);
    hall.feed.publish(past.events(1, 2));
    for link in [&mut early, &mut late] {
        assert_eq!(link.message().await["seq"], 2);
    }

    node.branches.log_lost(Some(wall_clock() - 3_000));
    assert!(early.message().await["lost_ms"].as_u64() >= Some(3_000), "none is heard");
    let other = node.hall("lyon", &past, 1).await;
    let mut there = node.watch("lyon.localhost", "").await;
    assert_eq!(there.message().await["type"], "exhibition");
    assert_eq!(there.message().await["type"], "signal", "nor one that comes meanwhile");
    node.branches.log_lost(None);
    assert_eq!(there.message().await["lost_ms"], Value::Null);
    assert_eq!(early.message().await["lost_ms"], Value::Null);
    drop(other);

    hall.branch.signal(Signal::Stopped("line 7 of exhibition 1 is missing".to_owned()));
    let told = early.message().await;
    assert_eq!((&told["type"], &told["stopped"]), (&json!("signal"), &json!("line 7 of exhibition 1 is missing")));
    assert!(told["lost_ms"].is_u64());
}

#[tokio::test]
async fn who_changes_nodes_misses_nothing_and_never_goes_back() {
    let past = Past::of_a_hall().await;
    let (here, there) = (TestNode::start().await, TestNode::start().await);
    let ahead = here.hall("club7", &past, past.last() - 4).await;
    let behind = there.hall("club7", &past, 3).await;

    let mut first = Spectator::over(here.watch("club7.localhost", "").await);
    first.next().await;
    ahead.feed.publish(past.events(past.last() - 4, past.last() - 2));
    first.until_seq(past.last() - 2).await;
    let seen = first.seq();
    first.leave().await;

    // The other node has less: it waits, and then goes on after what was seen.
    let path = format!("/api/exhibitions/current?since={seen}");
    let refused = there.get("club7.localhost", &path).await;
    refused.assert_error(503, "behind");
    assert_eq!(refused.header("retry-after"), Some("1"));
    let mut second = there.watch("club7.localhost", &format!("?since={seen}")).await;
    let watched = async || there.get("localhost", "/api/halls").await.json()[0]["spectators"].as_u64();
    eventually("a spectator who waits", async || watched().await.filter(|&count| count == 1)).await;
    for seq in 3..past.last() {
        behind.feed.publish(past.events(seq, seq + 1));
    }
    for seq in seen + 1..=past.last() {
        assert_eq!(second.message().await["seq"], seq, "each once, in order, and no snapshot");
    }
    let caught_up = there.get("club7.localhost", &path).await.json();
    assert_eq!(caught_up["seq"], past.last());
    // What the first node has sent and what the other sends is the same, word for word.
    ahead.feed.publish(past.events(past.last() - 2, past.last()));
    let (mut one, mut other) =
        (here.watch("club7.localhost", "?since=3").await, there.watch("club7.localhost", "?since=3").await);
    for _ in 3..past.last() {
        assert_eq!(one.hear().await, other.hear().await);
    }
    // An exhibition that a node has not heard of yet may be there in a moment, for who has seen something of it.
    there.get("club7.localhost", "/api/exhibitions/2?since=5").await.assert_error(503, "behind");
    there.get("club7.localhost", "/api/exhibitions/2").await.assert_error(404, "no_such_exhibition");
    there.get("club7.localhost", "/api/exhibitions/nonsense?since=5").await.assert_error(404, "no_such_exhibition");
}

#[tokio::test]
async fn nobody_waits_for_ever_for_what_a_node_does_not_get() {
    let past = Past::of_a_hall().await;
    let node = TestNode::start().await;
    let hall = node.hall("club7", &past, 3).await;
    let mut waiting = node.watch("club7.localhost", "?since=1000000").await;
    hall.feed.publish(past.events(3, 4));
    assert_eq!(waiting.end().await, Heard::Closed(1013));
    assert_eq!(node.get("club7.localhost", "/api/exhibitions/1?since=nonsense").await.status, 200);
}

#[tokio::test]
async fn a_hall_that_is_opened_anew_takes_the_place_of_the_one_before() {
    let past = Past::of_a_hall().await;
    let node = TestNode::start().await;
    let _before = node.hall("club7", &past, 1).await;
    let mut watching = node.watch("club7.localhost", "").await;
    assert_eq!(watching.message().await["seq"], 1);
    let _after = node.hall("club7", &past, past.last()).await;
    assert_eq!(watching.end().await, Heard::Closed(1012), "they come back, and find the other");
    let mut back = node.watch("club7.localhost", "?since=1").await;
    assert_eq!(back.message().await["seq"], 2);
}
