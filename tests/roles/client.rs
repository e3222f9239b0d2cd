//! Clients that come from an address each, so that what the server counts by address stays out of the way.

use std::{
    collections::BTreeMap,
    fs,
    net::{Ipv4Addr, SocketAddr},
    path::Path,
    sync::atomic::{AtomicU32, Ordering},
};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
};

use crate::common::{Answer, Link, ORGANISER, Player, TestServer, eventually, timeless, within};

/// A socket from the next address of this machine; where it has but one, from that.
pub(crate) fn socket() -> TcpSocket {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    let next = Ipv4Addr::from_bits(Ipv4Addr::new(127, 1, 0, 0).to_bits() + NEXT.fetch_add(1, Ordering::Relaxed));
    let socket = TcpSocket::new_v4().expect("a socket");
    let _ = socket.bind(SocketAddr::from((next, 0)));
    socket
}

/// Sends these bytes, and reads until the server has nothing more to say.
pub(crate) async fn raw(server: &TestServer, request: &[u8]) -> Vec<u8> {
    let asked = async {
        let mut stream = socket().connect(server.address).await.expect("a connection");
        // The server may have refused before it has read everything.
        let _ = stream.write_all(request).await;
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        answer
    };
    within("an answer", asked).await
}

/// A request as its parts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Request<'a> {
    pub(crate) method: &'a str,
    pub(crate) target: &'a str,
    pub(crate) headers: &'a [(String, String)],
    pub(crate) body: &'a str,
}

impl Request<'_> {
    fn text(&self, server: &TestServer, connection: &str) -> String {
        let Request { method, target, headers, body } = self;
        let mut text =
            format!("{method} {target} HTTP/1.1\r\nHost: {}\r\nConnection: {connection}\r\n", server.address);
        for (name, value) in *headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        text + &format!("Content-Length: {}\r\n\r\n{body}", body.len())
    }

    pub(crate) async fn send(&self, server: &TestServer) -> Answer {
        let answer = raw(server, self.text(server, "close").as_bytes()).await;
        Answer::read(&String::from_utf8(answer).expect("text"))
    }

    /// Asks for a WebSocket, and goes when the answer's head is there.
    pub(crate) async fn shake_hands(&self, server: &TestServer) -> Answer {
        let upgrade = "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==";
        self.head_of(server, &format!("Upgrade\r\n{upgrade}")).await
    }

    /// Goes when the answer's head is there.
    pub(crate) async fn head(&self, server: &TestServer) -> Answer {
        self.head_of(server, "close").await
    }

    async fn head_of(&self, server: &TestServer, connection: &str) -> Answer {
        let text = self.text(server, connection);
        let asked = async {
            let mut stream: TcpStream = socket().connect(server.address).await.expect("a connection");
            stream.write_all(text.as_bytes()).await.expect("room");
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                head.push(stream.read_u8().await.expect("a head"));
            }
            Answer::read(&String::from_utf8(head).expect("text"))
        };
        within("an answer", asked).await
    }
}

/// Takes a seat in an exhibition.
pub(crate) async fn join(server: &TestServer, exhibition: &str, name: &str) -> Player {
    let link = Link::open(server, &format!("/ws/{exhibition}/play"), socket(), &[]).await;
    Player::greet(link, &json!({ "type": "join", "name": name })).await
}

/// Opens an exhibition with `boards` boards, and seats these.
pub(crate) async fn open(server: &TestServer, boards: u32, names: &[&str]) -> (String, Vec<Player>) {
    let opened = server.post("/api/exhibitions", &json!({ "boards": boards }).to_string()).await;
    assert_eq!(opened.status, 201, "{opened:?}");
    let id = opened.json()["id"].as_str().expect("an id").to_owned();
    let mut players = Vec::new();
    for name in names {
        players.push(join(server, &id, name).await);
    }
    (id, players)
}

/// The same with every seat taken, when the master has moved everywhere and the players are to move.
pub(crate) async fn running(server: &TestServer, names: &[&str]) -> (String, Vec<Player>) {
    let boards = u32::try_from(names.len()).expect("a few");
    let (id, mut players) = open(server, boards, names).await;
    for player in &mut players {
        player.turn().await;
    }
    (id, players)
}

/// The same when it is over.
pub(crate) async fn ended(server: &TestServer, names: &[&str]) -> (String, Vec<Player>) {
    let (id, mut players) = running(server, names).await;
    for player in &mut players {
        player.say("resign").await;
        player.end().await;
    }
    let path = format!("/api/exhibitions/{id}");
    eventually("the end", async || (server.get(&path).await.json()["status"] == "finished").then_some(())).await;
    (id, players)
}

/// Players who stay for as long as the test takes; gives their tokens.
pub(crate) fn stay(players: Vec<Player>) -> Vec<String> {
    players.into_iter().map(Player::stay).collect()
}

/// Everything that somebody without rights could have changed: every exhibition, less what passes by itself.
pub(crate) async fn everything(server: &TestServer) -> BTreeMap<String, Value> {
    let list = server.get("/api/exhibitions?limit=200").await.json();
    let mut all = BTreeMap::new();
    for listed in list.as_array().expect("a list") {
        let id = listed["id"].as_str().expect("an id").to_owned();
        let snapshot = server.get(&format!("/api/exhibitions/{id}")).await.json();
        all.insert(id, timeless(&snapshot));
    }
    all
}

/// The headers of somebody who shows this secret.
pub(crate) fn bearing(secret: &str) -> Vec<(String, String)> {
    vec![("Authorization".to_owned(), format!("Bearer {secret}"))]
}

/// What looks like the organiser's token, shown in every way but the right one.
pub(crate) fn organisers_token_misplaced() -> Vec<Vec<(String, String)>> {
    let header = |name: &str, value: String| vec![(name.to_owned(), value)];
    vec![
        header("Authorization", ORGANISER.to_owned()),
        header("Authorization", format!("Basic {ORGANISER}")),
        header("Authorization", format!("Bearer{ORGANISER}")),
        header("Authorization", format!("Bearer {ORGANISER} x")),
        header("Proxy-Authorization", format!("Bearer {ORGANISER}")),
        header("Cookie", format!("organiser={ORGANISER}; simultan.organiser={ORGANISER}")),
        header("X-Organiser-Token", ORGANISER.to_owned()),
        header("Referer", format!("http://127.0.0.1/#organiser={ORGANISER}")),
    ]
}

/// What is no token at all.
pub(crate) fn garbled() -> Vec<Vec<(String, String)>> {
    let shown = |value: &str| vec![("Authorization".to_owned(), value.to_owned())];
    let near = [
        &ORGANISER[1..],
        &ORGANISER[..ORGANISER.len() - 1],
        &format!("{ORGANISER}{ORGANISER}"),
        &ORGANISER.to_uppercase(),
        &format!("{ORGANISER}\u{e9}"),
        &"x".repeat(4000),
        "null",
        "../../organiser",
    ]
    .map(bearing);
    near.into_iter()
        .chain([shown(""), shown("Bearer"), shown("Bearer "), shown("Bearer\t"), shown("bearer  ")])
        .collect()
}

/// A file of the project's.
pub(crate) fn source(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// An exhibition with a human master and one free seat, and the master's token.
pub(crate) async fn human_master(server: &TestServer) -> (String, String) {
    let wishes = json!({ "boards": 1, "master": { "kind": "human", "name": "Judit" } });
    let answer = server.post("/api/exhibitions", &wishes.to_string()).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    let opened = answer.json();
    let text = |key: &str| opened[key].as_str().expect("a text").to_owned();
    (text("id"), text("master_token"))
}
