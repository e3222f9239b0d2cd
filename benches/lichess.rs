//! The same games by two doors: bots that speak Lichess's Bot API, and bots on WebSockets, side by side in one run.
//!
//! Each bot plays a number of moves at full speed against the random master. `cargo bench --bench lichess` prints moves a second
//! and receipts, as ratios; `-- --quick` is a short form that shows that it works.

#![expect(clippy::print_stdout, reason = "a bench reports on stdout")]

#[path = "common/server.rs"]
mod server;

use std::time::Duration;

use futures_util::{SinkExt, StreamExt, future::join_all};
use serde_json::{Value, json};
use shakmaty::{Chess, Position, uci::UciMove};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
    time::Instant,
};
use tokio_tungstenite::{client_async, tungstenite::Message};

use server::Server;

const ORGANISER: &str = "so_for_benches_alone_1";
/// Bots that come at the same time.
const AT_ONCE: usize = 50;
const PAIRS: usize = 3;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Door {
    Lichess,
    WebSocket,
}

/// A connection over which one request follows the other.
struct Http {
    stream: BufReader<TcpStream>,
    token: String,
}

impl Http {
    async fn to(server: &Server, token: &str) -> Http {
        let stream = TcpStream::connect(server.address).await.expect("a connection");
        stream.set_nodelay(true).expect("a socket");
        Http { stream: BufReader::new(stream), token: token.to_owned() }
    }

    async fn ask(&mut self, method: &str, path: &str, body: &str) {
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\nContent-Length: {}\r\n\r\n{body}",
            self.token,
            body.len()
        );
        self.stream.write_all(request.as_bytes()).await.expect("room");
    }

    /// The answer's status and length; none where it comes in chunks.
    async fn head(&mut self) -> (u16, Option<usize>) {
        let (mut status, mut length) = (0, None);
        loop {
            let mut line = String::new();
            self.stream.read_line(&mut line).await.expect("a head");
            let line = line.trim_end();
            if let Some(rest) = line.strip_prefix("HTTP/1.1 ") {
                status = rest[..3].parse().expect("a status");
            } else if let Some((name, value)) = line.split_once(": ") {
                if name.eq_ignore_ascii_case("content-length") {
                    length = value.parse().ok();
                }
            } else {
                return (status, length);
            }
        }
    }

    async fn answer(&mut self, method: &str, path: &str, body: &str) -> Value {
        self.ask(method, path, body).await;
        let (status, length) = self.head().await;
        let mut body = vec![0; length.expect("a length")];
        self.stream.read_exact(&mut body).await.expect("a body");
        assert!(status < 300, "{method} {path}: {status} {}", String::from_utf8_lossy(&body));
        serde_json::from_slice(&body).expect("JSON")
    }

    /// The next line of a stream that says something.
    async fn line(&mut self) -> Value {
        loop {
            let mut size = String::new();
            self.stream.read_line(&mut size).await.expect("a chunk");
            let size = usize::from_str_radix(size.trim_end(), 16).expect("a size");
            assert!(size > 0, "the stream has ended");
            let mut chunk = vec![0; size + 2];
            self.stream.read_exact(&mut chunk).await.expect("a chunk");
            if size > 1 {
                return serde_json::from_slice(&chunk[..size]).expect("JSON");
            }
        }
    }
}

/// A game as its bot knows it.
#[derive(Default)]
struct Known {
    position: Chess,
    plies: usize,
}

impl Known {
    fn play(&mut self, uci: &str) {
        let uci: UciMove = uci.parse().expect("a move");
        let legal = uci.to_move(&self.position).expect("a legal move");
        self.position.play_unchecked(legal);
        self.plies += 1;
    }

    /// Quiet moves of knights and rooks keep a game going.
    fn choose(&self) -> Option<String> {
        let moves = self.position.legal_moves();
        let place = (self.plies * 7) % moves.len().max(1);
        moves.get(place).map(|legal| legal.to_uci(self.position.castles().mode()).to_string())
    }
}

/// How long each receipt of a bot took, which plays `moves`.
async fn by_lichess(server: &Server, token: &str, board: u64, moves: usize) -> Vec<Duration> {
    let game = format!("e01b{board:04}");
    let mut posts = Http::to(server, token).await;
    let mut stream = Http::to(server, token).await;
    stream.ask("GET", &format!("/api/bot/game/stream/{game}"), "").await;
    assert_eq!(stream.head().await, (200, None));
    let (mut known, mut took) = (Known::default(), Vec::new());
    loop {
        let line = stream.line().await;
        let state = if line["type"] == "gameFull" { &line["state"] } else { &line };
        let played: Vec<&str> = state["moves"].as_str().expect("moves").split_whitespace().collect();
        played.get(known.plies..).unwrap_or_default().iter().for_each(|uci| known.play(uci));
        if state["status"] != "started" || took.len() == moves {
            return took;
        }
        if known.plies == played.len() && known.plies % 2 == 1 {
            let Some(uci) = known.choose() else { return took };
            let sent = Instant::now();
            posts.answer("POST", &format!("/api/bot/game/{game}/move/{uci}"), "").await;
            took.push(sent.elapsed());
        }
    }
}

async fn by_websocket(server: &Server, token: &str, moves: usize) -> Vec<Duration> {
    let stream = TcpStream::connect(server.address).await.expect("a connection");
    stream.set_nodelay(true).expect("a socket");
    let (mut socket, _) = client_async("ws://localhost/ws/1/play", stream).await.expect("a WebSocket");
    let hello = json!({ "type": "resume", "token": token }).to_string();
    socket.send(Message::text(hello)).await.expect("room");
    let (mut known, mut took, mut sent) = (Known::default(), Vec::new(), None::<Instant>);
    while let Some(Ok(message)) = socket.next().await {
        let Ok(text) = message.to_text() else { continue };
        let Ok(message) = serde_json::from_str::<Value>(text) else { continue };
        match message["type"].as_str() {
            Some("game") => message["moves"]
                .as_array()
                .into_iter()
                .flatten()
                .for_each(|uci| known.play(uci.as_str().expect("text"))),
            Some("moved") => {
                known.play(message["uci"].as_str().expect("text"));
                if known.plies.is_multiple_of(2) {
                    took.extend(sent.take().map(|sent| sent.elapsed()));
                }
            }
            Some("ended") => return took,
            _ => continue,
        }
        if took.len() == moves {
            return took;
        }
        if known.plies % 2 == 1 && sent.is_none() {
            let Some(uci) = known.choose() else { return took };
            let text = json!({ "type": "move", "ply": known.plies + 1, "uci": uci }).to_string();
            sent = Some(Instant::now());
            socket.send(Message::text(text)).await.expect("room");
        }
    }
    took
}

/// What all bots together reach.
struct Reached {
    moves_a_second: f64,
    p50: Duration,
    p99: Duration,
}

async fn measure(door: Door, bots: usize, moves: usize) -> Reached {
    let server = Server::start(
        env!("CARGO_BIN_EXE_simultan").as_ref(),
        bots + 1,
        &["--walk", "ready-first", "--think", "1ms", "--organiser-token", ORGANISER],
    );
    let mut desk = Http::to(&server, ORGANISER).await;
    let mut seats = Vec::new();
    for number in 0..bots {
        let seat = json!({ "name": format!("Bot {number}"), "bot": true }).to_string();
        let taken = desk.answer("POST", "/api/exhibitions/current/seats", &seat).await;
        seats.push((taken["token"].as_str().expect("a token").to_owned(), taken["board"].as_u64().expect("a board")));
    }
    // A client of Lichess's is there before the start, by its event stream.
    let mut events = Vec::new();
    if door == Door::Lichess {
        for wave in seats.chunks(AT_ONCE) {
            let open = wave.iter().map(async |(token, _)| {
                let mut stream = Http::to(&server, token).await;
                stream.ask("GET", "/api/stream/event", "").await;
                assert_eq!(stream.head().await, (200, None));
                stream
            });
            events.extend(join_all(open).await);
        }
    }
    desk.answer("POST", "/api/exhibitions/current/start", "").await;
    let began = Instant::now();
    let games = seats.iter().map(async |(token, board)| match door {
        Door::Lichess => by_lichess(&server, token, *board, moves).await,
        Door::WebSocket => by_websocket(&server, token, moves).await,
    });
    let mut took: Vec<Duration> = join_all(games).await.concat();
    let elapsed = began.elapsed();
    took.sort_unstable();
    assert!(took.len() >= bots, "every bot has played");
    #[expect(clippy::cast_precision_loss, reason = "some thousands")]
    let moves_a_second = took.len() as f64 / elapsed.as_secs_f64();
    Reached { moves_a_second, p50: took[took.len() / 2], p99: took[took.len() * 99 / 100] }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let quick = std::env::args().any(|arg| arg == "--quick" || arg == "--test");
    let (cases, moves): (&[usize], usize) = if quick { (&[8], 4) } else { (&[24, 500, 1000], 30) };
    println!("  bots  door       moves/s   receipt p50 / p99   (medians of {PAIRS} pairs)");
    for &bots in cases {
        let mut reached = [Vec::new(), Vec::new()];
        for _ in 0..if quick { 1 } else { PAIRS } {
            for (door, reached) in [Door::WebSocket, Door::Lichess].into_iter().zip(&mut reached) {
                reached.push(measure(door, bots, moves).await);
            }
        }
        let medians = reached.map(|mut all| {
            all.sort_by(|a, b| a.moves_a_second.total_cmp(&b.moves_a_second));
            all.swap_remove(all.len() / 2)
        });
        for (door, Reached { moves_a_second, p50, p99 }) in ["WebSocket", "Lichess"].iter().zip(&medians) {
            let ms = |time: &Duration| time.as_secs_f64() * 1000.0;
            println!("{bots:>6}  {door:<9} {moves_a_second:>9.0}   {:>6.2} / {:>6.2} ms", ms(p50), ms(p99));
        }
        println!("        ratio     {:>9.2}", medians[1].moves_a_second / medians[0].moves_a_second);
    }
}
