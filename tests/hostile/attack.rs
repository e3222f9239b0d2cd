//! The attacks. Each goes on for ever, and counts what it does.

use std::{
    collections::BTreeMap,
    io,
    net::SocketAddr,
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::watch,
    task::JoinSet,
    time::{sleep, timeout},
};

use crate::stranger::{connect, frame, handshake, narrow};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Attack {
    /// Frames of every wrong kind, cut into single bytes.
    WrongFrames,
    /// Messages as fast as they go.
    Messages,
    /// Empty fragments and pings as fast as they go.
    NoMessages,
    /// A request's head that comes byte by byte, and never whole.
    SlowHeads,
    /// Players' sockets whose first frame never comes.
    Silence,
    /// Spectators and browsers that stop reading.
    Stalled,
    /// Connections that come and go.
    ComeAndGo,
    /// Wrong tokens for seats and for the organiser's rights, and joins.
    Guesses,
}

pub(crate) type Tally = Arc<Mutex<BTreeMap<Attack, u64>>>;

const PLAY: &str = "/ws/current/play";
const WATCH: &str = "/ws/current/watch";
/// Every kind of wrong that a frame can have.
fn wrong_frames() -> Vec<Vec<u8>> {
    vec![
        frame(0x83, b""),
        frame(0xf1, b"x"),
        vec![0x81, 0x01, b'x'],
        frame(0x80, b"a fragment of nothing"),
        frame(0x81, b"\xff\xfe"),
        frame(0x89, &[0; 126]),
        frame(0x09, b"a ping in fragments"),
        frame(0x88, b"x"),
        frame(0x88, &[0x03, 0xe9, 0xff]),
        vec![0x81, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0],
        vec![0x81, 0xfe, 0x44, 0, 0, 0, 0, 0],
        frame(0x82, b"binary"),
        frame(0x81, b"no json"),
        frame(0x81, &[b'['; 100]),
        frame(0x81, br#"{"type":"castle"}"#),
        frame(0x81, br#"{"type":"move","ply":1e99,"uci":"e2e4"}"#),
        frame(0x81, br#"{"type":"join","name":"\u0000"}"#),
        [frame(0x01, b"{"), frame(0x81, b"}")].concat(),
    ]
}

impl Attack {
    pub(crate) const ALL: [Attack; 8] = [
        Attack::WrongFrames,
        Attack::Messages,
        Attack::NoMessages,
        Attack::SlowHeads,
        Attack::Silence,
        Attack::Stalled,
        Attack::ComeAndGo,
        Attack::Guesses,
    ];

    /// How many do it side by side.
    fn strength(self) -> u32 {
        match self {
            Attack::SlowHeads | Attack::Silence => 300,
            Attack::Stalled => 200,
            Attack::WrongFrames | Attack::Messages | Attack::NoMessages | Attack::ComeAndGo | Attack::Guesses => 8,
        }
    }

    async fn mount(self, server: SocketAddr, tally: Tally) {
        let mut all = JoinSet::new();
        for number in 0..self.strength() {
            let tally = tally.clone();
            all.spawn(async move {
                // Each time from another address, so that the bounds for one don't end the attack at the door.
                for round in 0.. {
                    let done = |times| *tally.lock().expect("no panic").entry(self).or_default() += times;
                    // It may well be cut off.
                    let _ = timeout(Duration::from_secs(20), self.once(server, number + round * 7, round, &done)).await;
                    sleep(Duration::from_millis(5)).await;
                }
            });
        }
        while all.join_next().await.is_some() {}
    }

    /// One connection's share; `done` counts bytes, frames, connections or guesses.
    async fn once(self, server: SocketAddr, number: u32, round: u32, done: &impl Fn(u64)) -> io::Result<()> {
        let socket = async |path: &str| {
            let mut stream = connect(server, number).await?;
            handshake(&mut stream, server, path).await?;
            Ok::<_, io::Error>(stream)
        };
        let path = if number.is_multiple_of(2) { PLAY } else { WATCH };
        match self {
            Attack::WrongFrames => {
                let mut stream = socket(path).await?;
                let wrong = wrong_frames();
                for byte in &wrong[round as usize % wrong.len()] {
                    if stream.write_all(&[*byte]).await.is_err() {
                        break;
                    }
                    done(1);
                }
                read_for(&mut stream, Duration::from_millis(20)).await;
            }
            Attack::Messages => {
                let block = frame(0x81, br#"{"type":"move","ply":2,"uci":"e7e5"}"#).repeat(100);
                flood(socket(path).await?, &block, || done(100)).await;
            }
            Attack::NoMessages => {
                let block = match round % 3 {
                    0 => [frame(0x01, b"{"), frame(0x00, b"").repeat(1000)].concat(),
                    1 => frame(0x89, b"").repeat(1000),
                    _ => frame(0x8a, b"pong").repeat(1000),
                };
                // Of fragments only the first block is in order, and that is enough.
                flood(socket(path).await?, &block, || done(1000)).await;
            }
            Attack::SlowHeads => {
                let mut stream = connect(server, number).await?;
                for byte in b"GET / HTTP/1.1\r\nHost: x\r\nX: ".iter().chain([b'x'; 1000].iter()) {
                    stream.write_all(&[*byte]).await?;
                    done(1);
                    sleep(Duration::from_millis(50)).await;
                }
            }
            Attack::Silence => {
                let mut stream = socket(PLAY).await?;
                done(1);
                read_for(&mut stream, Duration::from_secs(15)).await;
            }
            Attack::Stalled => {
                let mut stream = narrow(server, number).await?;
                if number.is_multiple_of(2) {
                    handshake(&mut stream, server, WATCH).await?;
                } else {
                    let get = |path: &str| format!("GET {path} HTTP/1.1\r\nHost: {server}\r\n\r\n");
                    let asked = [get("/api/exhibitions/current"), get("/api/exhibitions/current/games.pgn")].concat();
                    stream.write_all(asked.repeat(20).as_bytes()).await?;
                }
                done(1);
                sleep(Duration::from_secs(15)).await;
            }
            Attack::ComeAndGo => {
                for go in 0..20 {
                    let mut stream = connect(server, number + go).await?;
                    if go % 2 == 0 {
                        handshake(&mut stream, server, path).await?;
                    }
                    done(1);
                }
            }
            Attack::Guesses => {
                // Where the games are on already: a squatter would be welcome to a free seat.
                let mut stream = socket("/ws/1/play").await?;
                let first: &[u8] = match round % 2 {
                    0 => br#"{"type":"resume","token":"sp_AAAAAAAAAAAAAAAAAAAAAA"}"#,
                    _ => br#"{"type":"join","name":"Squatter"}"#,
                };
                stream.write_all(&frame(0x81, first)).await?;
                read_for(&mut stream, Duration::from_millis(50)).await;
                let mut stream = connect(server, number).await?;
                let asked = format!(
                    "POST /api/exhibitions HTTP/1.1\r\nHost: {server}\r\nAuthorization: Bearer guess-{round}\r\n\
                     Content-Length: 0\r\n\r\n"
                );
                stream.write_all(asked.repeat(10).as_bytes()).await?;
                read_for(&mut stream, Duration::from_millis(50)).await;
                done(11);
            }
        }
        Ok(())
    }
}

/// Sends blocks until the server has had enough.
async fn flood(stream: TcpStream, block: &[u8], sent: impl Fn()) {
    let (mut read, mut write) = stream.into_split();
    let reading = tokio::spawn(async move {
        let mut sink = [0; 4096];
        while read.read(&mut sink).await.is_ok_and(|read| read > 0) {}
    });
    while write.write_all(block).await.is_ok() {
        sent();
    }
    reading.abort();
}

async fn read_for(stream: &mut TcpStream, span: Duration) {
    let mut sink = [0; 4096];
    let reading = async { while stream.read(&mut sink).await.is_ok_and(|read| read > 0) {} };
    let _ = timeout(span, reading).await;
}

/// Attackers on a thread of their own, which takes the processor when nobody else wants it: on a small machine their own
/// work would else look like the server's.
#[derive(Debug)]
pub(crate) struct Attackers {
    orders: watch::Sender<Option<Attack>>,
    pub(crate) tally: Tally,
}

impl Attackers {
    pub(crate) fn against(server: SocketAddr) -> Attackers {
        let (orders, mut order) = watch::channel(None);
        let tally = Tally::default();
        let counted = tally.clone();
        thread::spawn(move || {
            // On Linux this is the thread's own.
            rustix::process::nice(19).expect("less of the processor");
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async move {
                loop {
                    let attack: Option<Attack> = *order.borrow_and_update();
                    let mounted = async {
                        match attack {
                            Some(attack) => attack.mount(server, counted.clone()).await,
                            None => std::future::pending().await,
                        }
                    };
                    tokio::select! {
                        () = mounted => unreachable!("an attack goes on for ever"),
                        changed = order.changed() => if changed.is_err() { return },
                    }
                }
            });
        });
        Attackers { orders, tally }
    }

    pub(crate) fn order(&self, attack: Option<Attack>) {
        self.orders.send_replace(attack);
    }
}
