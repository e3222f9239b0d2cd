//! The guard at the door: bounds for each address and in all, and whose pages may speak to the server.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
};
use tokio_tungstenite::{
    client_async,
    tungstenite::{ClientRequestBuilder, Error},
};

use crate::common::{Heard, Link, ORGANISER, Player, TestServer, within};

const RANDOM: [&str; 4] = ["--engine", "random", "--seed", "7"];

async fn server(boards: u32, flags: &[&str]) -> TestServer {
    TestServer::with(boards, &[&RANDOM, flags].concat()).await
}

/// A connection from another address than the server's: from another machine, as far as the server can see.
async fn stranger(server: &TestServer, last: u8) -> TcpStream {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.bind(SocketAddr::new(IpAddr::V4(Ipv4Addr::new(127, 0, 0, last)), 0)).expect("an address");
    within("a connection", socket.connect(server.address)).await.expect("a connection")
}

/// What the server answers to a request's head, until it closes.
async fn ask(mut stream: TcpStream, head: &str) -> String {
    let asked = async {
        // Who is turned away at the door may find it shut.
        let _ = stream.write_all(head.as_bytes()).await;
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        String::from_utf8_lossy(&answer).into_owned()
    };
    within("an answer", asked).await
}

fn get(server: &TestServer, headers: &str) -> String {
    format!("GET /api/exhibitions HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n{headers}\r\n", server.address)
}

fn status(answer: &str) -> u16 {
    answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_else(|| panic!("no status: {answer:?}"))
}

/// A WebSocket over a connection, with some more headers; or the status of the refusal.
async fn handshake(server: &TestServer, stream: TcpStream, path: &str, headers: &[(&str, &str)]) -> Result<Link, u16> {
    handshake_at(&server.address.to_string(), stream, path, headers).await
}

/// The same under another name of the server's.
async fn handshake_at(host: &str, stream: TcpStream, path: &str, headers: &[(&str, &str)]) -> Result<Link, u16> {
    let mut request = ClientRequestBuilder::new(format!("ws://{host}{path}").parse().expect("an address"));
    for (name, value) in headers {
        request = request.with_header(*name, *value);
    }
    match within("a handshake", client_async(request, stream)).await {
        Ok((socket, _)) => Ok(Link::over(socket)),
        Err(Error::Http(answer)) => Err(answer.status().as_u16()),
        Err(error) => panic!("{error} at {host}"),
    }
}

async fn refusals(server: &TestServer, reason: &str) -> u64 {
    let figures = server.get("/metrics").await.body;
    let series = format!("simultan_refusals_total{{reason=\"{reason}\"}} ");
    figures.lines().find_map(|line| line.strip_prefix(&series)).map_or(0, |count| count.parse().expect("a number"))
}

#[tokio::test]
async fn pages_of_other_sites_are_refused_the_sockets_and_the_api() {
    let server = server(1, &[]).await;
    let own = format!("http://{}", server.address);
    let other_port = format!("http://{}:1", server.address.ip());
    for path in ["/ws/current/play", "/ws/current/watch"] {
        for (origin, fine) in
            [(&*own, true), ("http://evil.example", false), (&*other_port, false), ("null", false), ("", false)]
        {
            let stream = TcpStream::connect(server.address).await.expect("a connection");
            let opened = handshake(&server, stream, path, &[("Origin", origin)]).await;
            assert_eq!(opened.err(), (!fine).then_some(403), "{origin:?} at {path}");
        }
    }
    let bearer = format!("Bearer {ORGANISER}");
    for (method, path) in [("POST", "/api/exhibitions"), ("GET", "/api/exhibitions"), ("GET", "/")] {
        let headers = [("Authorization", &*bearer), ("Origin", "http://evil.example")];
        let answer = server.request(method, path, &headers, "").await;
        answer.assert_error(403, "not_allowed");
        assert!(answer.body.contains("--allow-origin"), "the organiser is told what to set: {answer:?}");
        assert!(answer.header("content-security-policy").is_some(), "{answer:?}");
    }
    let answer = server.request("POST", "/api/exhibitions", &[("Authorization", &bearer), ("Origin", &own)], "").await;
    assert_eq!(answer.status, 201);
    assert!(refusals(&server, "origin").await >= 11);
}

#[tokio::test]
async fn a_name_that_is_pointed_at_the_server_does_not_make_it_anybodys() {
    let server = server(1, &["--allow-origin", "https://simul.example.org"]).await;
    let port = server.address.port();
    for (host, fine) in [
        (format!("evil.example:{port}"), false),
        (format!("127.0.0.1.evil.example:{port}"), false),
        (format!("localhost:{port}"), true),
        (format!("myhost.local:{port}"), true),
        ("simul.example.org".to_owned(), true),
    ] {
        for path in ["/", "/api/exhibitions/current"] {
            let head = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
            let answer = ask(TcpStream::connect(server.address).await.expect("a connection"), &head).await;
            assert_eq!(status(&answer), if fine { 200 } else { 403 }, "{host}: {answer}");
        }
        // A page that was loaded under this name.
        let opened = |origin: String| {
            let (server, host) = (&server, host.clone());
            async move {
                let stream = TcpStream::connect(server.address).await.expect("a connection");
                handshake_at(&host, stream, "/ws/current/play", &[("Origin", &origin)]).await.is_ok()
            }
        };
        let secure = host == "simul.example.org";
        assert_eq!(opened(format!("http://{host}")).await, fine && !secure, "{host}");
        assert_eq!(opened(format!("https://{host}")).await, fine, "{host}");
    }
}

#[tokio::test]
async fn an_address_has_so_many_connections_and_this_machine_as_many_as_it_likes() {
    let server = server(1, &["--address-connections", "3"]).await;
    let mut held = Vec::new();
    for _ in 0..3 {
        held.push(handshake(&server, stranger(&server, 2).await, "/ws/current/watch", &[]).await.expect("a place"));
    }
    let answer = ask(stranger(&server, 2).await, &get(&server, "")).await;
    assert_eq!(status(&answer), 429, "{answer}");
    let lower = answer.to_lowercase();
    assert!(lower.contains("retry-after: ") && lower.contains("\"code\":\"rate_limited\""), "{answer}");
    assert!(lower.contains("content-security-policy: ") && lower.contains("cache-control: no-store"), "{answer}");
    // Others are not concerned, nor is who comes from here.
    assert_eq!(status(&ask(stranger(&server, 3).await, &get(&server, "")).await), 200);
    for _ in 0..8 {
        held.push(Link::connect(&server, "/ws/current/watch").await);
    }
    // A place is free again when somebody goes.
    held.remove(0).close().await;
    let again = async { while status(&ask(stranger(&server, 2).await, &get(&server, "")).await) != 200 {} };
    within("a free place", again).await;
    assert!(refusals(&server, "address_connections").await >= 1);
    let told = server.log().matches("reason=\"address_connections\"").count();
    assert_eq!(told, 1, "the log tells once a minute:\n{}", server.log());
}

#[tokio::test]
async fn who_knocks_too_often_waits() {
    let server = server(1, &["--address-connection-rate", "1"]).await;
    let mut statuses = Vec::new();
    for _ in 0..40 {
        statuses.push(status(&ask(stranger(&server, 2).await, &get(&server, "")).await));
    }
    assert_eq!(statuses[..20], [200; 20]);
    assert!(statuses.contains(&429), "{statuses:?}");
    assert_eq!(server.get("/healthz").await.status, 200);
}

#[tokio::test]
async fn who_asks_too_much_over_one_connection_waits() {
    let server = server(1, &["--address-requests", "1"]).await;
    let head = format!("GET /healthz HTTP/1.1\r\nHost: {}\r\n\r\n", server.address);
    let answers = ask(stranger(&server, 2).await, &head.repeat(60)).await;
    let count = |status: &str| answers.matches(&format!("HTTP/1.1 {status} ")).count();
    assert!(count("200") >= 20 && count("429") >= 1 && count("200") + count("429") == 60, "{answers}");
}

#[tokio::test]
async fn beyond_all_connections_there_is_an_error_and_spectators_leave_room_for_players() {
    let flags = ["--max-connections", "10", "--reserved-for-players", "4"];
    let server = server(4, &flags).await;
    let mut watching = Vec::new();
    for _ in 0..6 {
        watching.push(Link::connect(&server, "/ws/current/watch").await);
    }
    let refused = async || {
        let stream = TcpStream::connect(server.address).await.expect("a connection");
        handshake(&server, stream, "/ws/current/watch", &[]).await.err()
    };
    assert_eq!(refused().await, Some(503), "spectators take six of ten");
    let mut players = Vec::new();
    for name in ["Ada", "Ben", "Cyd", "Dee"] {
        players.push(Player::join(&server, name).await);
    }
    let answer = server.get("/healthz").await;
    answer.assert_error(503, "rate_limited");
    assert!(answer.header("retry-after").is_some(), "{answer:?}");
    // Who is there plays on.
    players[0].play_anything().await;
    drop(players);
    let free = async { while server.get("/healthz").await.status != 200 {} };
    within("a free place", free).await;
    assert!(refusals(&server, "connections").await >= 1 && refusals(&server, "spectators").await >= 1);
}

#[tokio::test]
async fn an_exhibition_has_so_many_spectators() {
    let server = server(1, &["--max-spectators", "2"]).await;
    let opened = async |path: &str| {
        let stream = TcpStream::connect(server.address).await.expect("a connection");
        handshake(&server, stream, path, &[]).await
    };
    let first = opened("/ws/1/watch").await.expect("a place");
    let _second = opened("/ws/1/watch").await.expect("a place");
    assert_eq!(opened("/ws/1/watch").await.err(), Some(503));
    // Another exhibition has places of its own.
    assert_eq!(server.post("/api/exhibitions", "").await.status, 201);
    let _third = opened("/ws/2/watch").await.expect("a place");
    first.close().await;
    let free = async { while opened("/ws/1/watch").await.is_err() {} };
    within("a free place", free).await;
}

#[tokio::test]
async fn so_many_exhibitions_are_open_at_once() {
    let server = server(1, &["--max-exhibitions", "2"]).await;
    assert_eq!(server.post("/api/exhibitions", "").await.status, 201);
    server.post("/api/exhibitions", "").await.assert_error(409, "not_allowed");
    let mut ada = Player::join(&server, "Ada").await;
    ada.turn().await;
    ada.say("resign").await;
    ada.end().await;
    server.finished().await;
    assert_eq!(server.post("/api/exhibitions", "").await.status, 201, "one is over");
}

#[tokio::test]
async fn an_address_takes_so_many_seats_a_minute() {
    let server = server(4, &["--address-joins", "2"]).await;
    let join = async |last: u8| {
        let mut link =
            handshake(&server, stranger(&server, last).await, "/ws/current/play", &[]).await.expect("a socket");
        link.send(&json!({ "type": "join", "name": "Ada" })).await;
        (link.message().await, link)
    };
    let (first, _ada) = join(2).await;
    let (second, _ben) = join(2).await;
    assert_eq!((&first["type"], &second["type"]), (&json!("seated"), &json!("seated")));
    let (third, mut link) = join(2).await;
    assert_eq!(third["code"], "rate_limited");
    assert_eq!(link.end().await, Heard::Closed(1008));
    let (fourth, _cyd) = join(3).await;
    assert_eq!(fourth["type"], "seated", "others are not concerned");
}

#[tokio::test]
async fn who_guesses_at_tokens_is_soon_sent_away_and_keeps_nobody_else_out() {
    let server = server(2, &["--address-bad-tokens", "3"]).await;
    let ada = Player::join(&server, "Ada").await;
    let resume = async |last: u8, token: &str| {
        let mut link =
            handshake(&server, stranger(&server, last).await, "/ws/current/play", &[]).await.expect("a socket");
        link.send(&json!({ "type": "resume", "token": token })).await;
        let answer = link.message().await;
        if answer["type"] == "error" {
            assert_eq!(link.end().await, Heard::Closed(1008));
        }
        answer
    };
    for _ in 0..3 {
        assert_eq!(resume(2, "sp_nobodys").await["code"], "bad_token");
    }
    assert_eq!(resume(2, "sp_nobodys").await["code"], "rate_limited");
    assert_eq!(resume(2, &ada.token).await["type"], "seated", "who has a seat comes back from the same address");
    assert_eq!(resume(3, "sp_nobodys").await["code"], "bad_token", "others are not concerned");

    // The organiser's token has a count of its own, this machine's guesses count too, and it may be one that a person made
    // up: even the right one is not looked at.
    let guess = async |token: &str| {
        let bearer = format!("Bearer {token}");
        server.request("GET", "/api/organiser", &[("Authorization", &bearer)], "").await
    };
    assert_eq!(guess(ORGANISER).await.status, 200);
    for _ in 0..3 {
        guess("a-guess-at-the-token").await.assert_error(401, "bad_token");
    }
    for token in ["a-guess-at-the-token", ORGANISER] {
        let answer = guess(token).await;
        answer.assert_error(429, "rate_limited");
        assert!(answer.header("retry-after").is_some(), "{answer:?}");
    }
    server.request("GET", "/api/organiser", &[], "").await.assert_error(401, "bad_token");
}

#[tokio::test]
async fn a_trusted_proxy_speaks_for_its_clients_and_nobody_else_does() {
    let server = server(2, &["--trusted-proxy", "127.0.0.9/32", "--address-connections", "2"]).await;
    let watch = async |through: u8, client: &str| {
        let headers = [("X-Forwarded-For", client)];
        handshake(&server, stranger(&server, through).await, "/ws/current/watch", &headers).await
    };
    let mut held = Vec::new();
    for client in ["192.0.2.1", "192.0.2.1", "192.0.2.2", "192.0.2.2", "2001:db8::1", "2001:db8::2"] {
        held.push(watch(9, client).await.expect("a place"));
    }
    assert_eq!(watch(9, "192.0.2.1").await.err(), Some(429));
    assert_eq!(
        watch(9, "198.51.100.7, 192.0.2.1").await.err(),
        Some(429),
        "what a client writes itself does not count"
    );
    assert_eq!(watch(9, "2001:db8::3").await.err(), Some(429), "one network of 64 bits is one client");
    // Over one connection of the proxy's, each request counts for whom it is.
    assert_eq!(status(&ask(stranger(&server, 9).await, &get(&server, "X-Forwarded-For: 192.0.2.1\r\n")).await), 200);
    held.push(watch(8, "192.0.2.1").await.expect("a place of 127.0.0.8's"));
    held.push(watch(8, "192.0.2.3").await.expect("another"));
    assert_eq!(status(&ask(stranger(&server, 8).await, &get(&server, "")).await), 429);
    let log = server.log();
    assert!(log.contains("--trusted-proxy 127.0.0.8"), "the organiser is told of a proxy that is not trusted:\n{log}");
    assert!(!log.contains("--trusted-proxy 127.0.0.9"), "{log}");
}

#[tokio::test]
async fn the_figures_can_be_kept_to_this_machine_or_to_the_organiser() {
    let get = |server: &TestServer, headers: &str| {
        format!("GET /metrics HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n{headers}\r\n", server.address)
    };
    let organiser = format!("Authorization: Bearer {ORGANISER}\r\n");
    let others = "Authorization: Bearer so_nobodys-token-at-all\r\n";
    let passed_on = "X-Forwarded-For: 192.0.2.7\r\n";
    for (whom, expected) in [
        ("everybody", [200, 200, 200, 200, 200]),
        ("this-machine", [200, 403, 403, 403, 403]),
        ("organiser", [401, 401, 401, 401, 200]),
    ] {
        let server = server(1, &["--metrics-for", whom, "--trusted-proxy", "127.0.0.9"]).await;
        let here = TcpStream::connect(server.address).await.expect("a connection");
        let proxied_here = TcpStream::connect(server.address).await.expect("a connection");
        let asked = [
            ask(here, &get(&server, "")).await,
            ask(stranger(&server, 7).await, &get(&server, others)).await,
            ask(stranger(&server, 9).await, &get(&server, passed_on)).await,
            ask(proxied_here, &get(&server, passed_on)).await,
            ask(stranger(&server, 8).await, &get(&server, &organiser)).await,
        ];
        assert_eq!(asked.each_ref().map(|answer| status(answer)), expected, "{whom}");
        for answer in asked.iter().filter(|answer| status(answer) != 200) {
            assert!(!answer.contains("simultan_"), "{answer}");
        }
    }
}
