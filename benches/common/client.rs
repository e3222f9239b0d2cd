//! Opponents on bare sockets: one thread, and in the loop nothing is allocated.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use shakmaty::{CastlingMode, Chess, Position, uci::UciMove};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream as AsyncStream,
};

use super::usage::cpu_ms;

/// What was reached.
#[derive(Debug, Clone)]
pub(crate) struct Reached {
    pub(crate) round_trips: usize,
    pub(crate) per_second: f64,
    /// For a thousand round trips.
    pub(crate) cpu_ms: f64,
    pub(crate) p50: Duration,
    pub(crate) p99: Duration,
    /// The last receipt of all to come.
    pub(crate) longest: Duration,
    /// From the beginning to the last move.
    pub(crate) elapsed: Duration,
    /// Of the server, where it was asked: events in a commit, and how long one takes.
    pub(crate) commits: Option<(f64, Duration)>,
}

/// How long a frame may be that a client sends.
const LONGEST: usize = 96;
const BUFFER: usize = 8192;

/// A WebSocket that has been opened.
#[derive(Debug)]
pub(crate) struct Socket(TcpStream);

impl Socket {
    /// Opens a WebSocket at a path.
    pub(crate) fn open(address: SocketAddr, path: &str) -> Socket {
        let mut stream = TcpStream::connect(address).expect("a connection");
        stream.set_nodelay(true).expect("a socket");
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).expect("room");
        let mut head = Vec::new();
        let mut byte = [0];
        while !head.ends_with(b"\r\n\r\n") {
            stream.read_exact(&mut byte).expect("an answer");
            head.push(byte[0]);
        }
        assert!(head.starts_with(b"HTTP/1.1 101"), "{}", String::from_utf8_lossy(&head));
        Socket(stream)
    }

    /// The connection under it.
    pub(crate) fn into_stream(self) -> TcpStream {
        self.0
    }

    /// Sends a text that may be long, before the measured part.
    pub(crate) fn send(&mut self, text: &str) {
        let mut frame = [0; LONGEST];
        let length = write_frame(&mut frame, text.as_bytes());
        self.0.write_all(&frame[..length]).expect("room");
    }
}

/// A masked text frame; with a mask of zeros the payload stands there as it is.
fn write_frame(frame: &mut [u8; LONGEST], payload: &[u8]) -> usize {
    assert!(payload.len() < 90, "a short message");
    frame[..6].copy_from_slice(&[0x81, 0x80 | payload.len() as u8, 0, 0, 0, 0]);
    frame[6..6 + payload.len()].copy_from_slice(payload);
    6 + payload.len()
}

/// Opponents who are there already.
#[derive(Debug)]
pub(crate) struct Crowd {
    sockets: Vec<Socket>,
    moves: usize,
    /// Whether knights go to and fro, where nobody counts repetitions; otherwise any moves are made.
    shuffles: bool,
    /// How long each thinks.
    thinks: Duration,
    /// Whether they don't all begin to think at once, but one after the other, evenly.
    spread: bool,
    begin: Option<(TcpStream, Vec<u8>)>,
}

impl Crowd {
    /// Each will make so many moves.
    pub(crate) fn of(sockets: Vec<Socket>, moves: usize) -> Crowd {
        Crowd { sockets, moves, shuffles: false, thinks: Duration::ZERO, spread: false, begin: None }
    }

    /// Their knights go to and fro.
    pub(crate) fn shuffling(self) -> Crowd {
        Crowd { shuffles: true, ..self }
    }

    /// They think for so long about each move.
    pub(crate) fn thinking(self, thinks: Duration) -> Crowd {
        Crowd { thinks, ..self }
    }

    /// They move one after the other, evenly, instead of all at once.
    pub(crate) fn spread(self) -> Crowd {
        Crowd { spread: true, ..self }
    }

    /// It begins with this request.
    pub(crate) fn begun_by(mut self, stream: TcpStream, request: Vec<u8>) -> Crowd {
        self.begin = Some((stream, request));
        self
    }

    /// Plays until everybody has made their moves, and says what of the CPU this process used meanwhile.
    pub(crate) fn play_with(self, process: u32) -> Reached {
        let before = cpu_ms(process);
        let mut reached = self.play();
        reached.cpu_ms = (cpu_ms(process) - before) / (reached.round_trips as f64 / 1000.0);
        reached
    }

    fn play(self) -> Reached {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async move {
            let count = self.sockets.len();
            let manner = |place: usize| {
                let late = if self.spread { self.thinks.mul_f64(place as f64 / count as f64) } else { Duration::ZERO };
                Manner { moves: self.moves, shuffles: self.shuffles, thinks: self.thinks, late }
            };
            let sockets: Vec<_> = self.sockets.into_iter().map(|Socket(stream)| asynchronous(stream)).collect();
            let began = Instant::now();
            // Held to the end: whoever hangs up is not answered, and nothing begins.
            let _asking = self.begin.map(|(mut stream, request)| {
                stream.write_all(&request).expect("room");
                stream
            });
            let opponents = sockets.into_iter().enumerate().map(|(place, stream)| opponent(stream, manner(place)));
            let mut took = join_all(opponents).await.concat();
            let elapsed = began.elapsed();
            took.sort_unstable();
            assert!(took.len() >= count, "everybody has played: {} of {count}", took.len());
            let per_second = took.len() as f64 / elapsed.as_secs_f64();
            let (p50, p99, longest) = (took[took.len() / 2], took[took.len() * 99 / 100], took[took.len() - 1]);
            Reached { round_trips: took.len(), per_second, cpu_ms: 0.0, p50, p99, longest, elapsed, commits: None }
        })
    }
}

fn asynchronous(stream: TcpStream) -> AsyncStream {
    stream.set_nonblocking(true).expect("a socket");
    AsyncStream::from_std(stream).expect("a socket")
}

#[derive(Debug, Clone, Copy)]
struct Manner {
    moves: usize,
    shuffles: bool,
    thinks: Duration,
    /// How much later the first move comes.
    late: Duration,
}

/// One opponent, Black, until the moves are made or the game is over: how long each receipt took.
async fn opponent(mut stream: AsyncStream, Manner { moves, shuffles, thinks, late }: Manner) -> Vec<Duration> {
    let (mut position, mut plies) = (Chess::default(), 0usize);
    let mut took = Vec::with_capacity(moves);
    let mut sent: Option<Instant> = None;
    let mut buffer = [0; BUFFER];
    let mut filled = 0;
    let mut frame = [0; LONGEST];
    loop {
        let read = stream.read(&mut buffer[filled..]).await.unwrap_or(0);
        if read == 0 {
            return took;
        }
        filled += read;
        let mut at = 0;
        while let Some((from, to)) = payload(&buffer[at..filled]) {
            let text = &buffer[at + from..at + to];
            at += to;
            if text.starts_with(br#"{"type":"ended""#) {
                return took;
            }
            let Some(uci) = text.starts_with(br#"{"type":"moved""#).then(|| field(text, br#""uci":""#)).flatten()
            else {
                continue;
            };
            plies += 1;
            let uci = UciMove::from_ascii(uci).expect("a move");
            position.play_unchecked(uci.to_move(&position).expect("a legal move"));
            if plies.is_multiple_of(2) {
                took.extend(sent.take().map(|sent| sent.elapsed()));
                continue;
            }
            if took.len() == moves {
                return took;
            }
            let legal = position.legal_moves();
            let place = plies * 7 % legal.len().max(1);
            let there =
                legal.iter().position(|legal| shuffles && legal.to_uci(CastlingMode::Standard) == shuffle(plies));
            let Some(&chosen) = legal.get(there.unwrap_or(place)) else { return took };
            let mut message = [0; 80];
            let mut rest = &mut message[..];
            let uci = chosen.to_uci(position.castles().mode());
            write!(rest, r#"{{"type":"move","ply":{},"uci":"{uci}"}}"#, plies + 1).expect("room");
            let length = 80 - rest.len();
            let length = write_frame(&mut frame, &message[..length]);
            if !thinks.is_zero() {
                tokio::time::sleep(if took.is_empty() { thinks + late } else { thinks }).await;
            }
            sent = Some(Instant::now());
            if stream.write_all(&frame[..length]).await.is_err() {
                return took;
            }
        }
        buffer.copy_within(at..filled, 0);
        filled -= at;
    }
}

/// The move of a knight that goes out or home.
pub(crate) fn shuffle(plies: usize) -> UciMove {
    let text = [b"g1f3", b"b8c6", b"f3g1", b"c6b8"][plies % 4];
    UciMove::from_ascii(text).expect("a move")
}

/// Where the first frame's payload stands, if all of it is here. A server's frames are not masked.
fn payload(bytes: &[u8]) -> Option<(usize, usize)> {
    let &[_, length, ..] = bytes else { return None };
    let (from, length) = match length {
        126 => (4, usize::from(u16::from_be_bytes([*bytes.get(2)?, *bytes.get(3)?]))),
        127 => panic!("a frame of more than 64 KiB"),
        length => (2, usize::from(length)),
    };
    (bytes.len() >= from + length).then_some((from, from + length))
}

/// A text that stands behind a key.
fn field<'a>(text: &'a [u8], key: &[u8]) -> Option<&'a [u8]> {
    let from = text.windows(key.len()).position(|window| window == key)? + key.len();
    let length = text[from..].iter().position(|&byte| byte == b'"')?;
    Some(&text[from..from + length])
}
