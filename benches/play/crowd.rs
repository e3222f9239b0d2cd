//! What spectators cost the players, and what the gallery sends to them against bare writes of as much.

use std::{
    io::Write,
    net::{SocketAddr, TcpListener, TcpStream},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use tokio::{io::AsyncReadExt, net::TcpStream as AsyncStream};

use super::{
    client::{Reached, Socket},
    exhibition::Hall,
};

const BOARDS: usize = 24;
/// How many watch.
pub(crate) const SPECTATORS: usize = 1000;
/// Between two moves of an opponent: about a hundred round trips a second on all boards.
const THINKS: Duration = Duration::from_millis(240);
/// How much one write of the ceiling has: sixteen moves.
const TOGETHER: usize = 16 * 200;

/// Connections that are read and counted on a thread of their own.
struct Readers {
    bytes: Arc<AtomicU64>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Readers {
    fn on(streams: Vec<TcpStream>) -> Readers {
        let (bytes, stop) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
        let (counted, stopped) = (bytes.clone(), stop.clone());
        let thread = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build().expect("a runtime");
            runtime.block_on(join_all(streams.into_iter().map(|stream| read(stream, &counted, &stopped))));
        });
        Readers { bytes, stop, thread: Some(thread) }
    }

    fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }
}

impl Drop for Readers {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        drop(self.thread.take());
    }
}

async fn read(stream: TcpStream, bytes: &AtomicU64, stop: &AtomicBool) {
    stream.set_nonblocking(true).expect("a socket");
    let mut stream = AsyncStream::from_std(stream).expect("a socket");
    let mut buffer = vec![0; 16 * 1024];
    while !stop.load(Ordering::Relaxed) {
        match stream.read(&mut buffer).await {
            Ok(read @ 1..) => bytes.fetch_add(read as u64, Ordering::Relaxed),
            _ => return,
        };
    }
}

fn watching(address: SocketAddr, count: usize) -> Readers {
    Readers::on((0..count).map(|_| Socket::open(address, "/ws/1/watch").into_stream()).collect())
}

/// Games at a steady pace, with so many who watch.
pub(crate) fn paced(program: &Path, spectators: usize, moves: usize) -> Reached {
    let limit = (spectators + 1).to_string();
    let hall = Hall::open(program, BOARDS, &["--walk", "ready-first", "--max-spectators", &limit]);
    let _watching = watching(hall.server.address, spectators);
    hall.play(moves, THINKS)
}

/// MiB a second to a thousand spectators: of games at full speed, and of bare writes of sixteen moves to each in turn.
pub(crate) fn fan_out(program: &Path, moves: usize) -> (f64, f64) {
    let limit = (SPECTATORS + 1).to_string();
    let hall = Hall::open(program, BOARDS, &["--walk", "ready-first", "--max-spectators", &limit]);
    let readers = watching(hall.server.address, SPECTATORS);
    let before = readers.bytes();
    let began = Instant::now();
    hall.play(moves, Duration::ZERO);
    let reached = rate(readers.bytes() - before, began);

    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..SPECTATORS {
        theirs.push(TcpStream::connect(address).expect("a connection"));
        ours.push(listener.accept().expect("a connection").0);
    }
    let readers = Readers::on(theirs);
    let piece = vec![b'x'; TOGETHER];
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(2) {
        for stream in &mut ours {
            stream.write_all(&piece).expect("room");
        }
    }
    (reached, rate(readers.bytes(), began))
}

fn rate(bytes: u64, began: Instant) -> f64 {
    bytes as f64 / f64::from(1 << 20) / began.elapsed().as_secs_f64()
}
