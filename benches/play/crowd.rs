//! What spectators cost the players, and what the gallery sends to them against bare writes of as much.

use std::{
    fs,
    io::Write,
    net::{SocketAddr, TcpListener, TcpStream},
    path::Path,
    process::{Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
        mpsc,
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
/// Between two moves of an opponent: about a hundred round trips a second on all boards.
const THINKS: Duration = Duration::from_millis(240);
/// How much one write of the ceiling has: sixteen moves.
const TOGETHER: usize = 16 * 200;

/// Connections that are read and counted on a thread of their own.
struct Readers {
    bytes: Arc<AtomicU64>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
    /// The system's number for it.
    number: Option<String>,
}

impl Readers {
    fn on(streams: Vec<TcpStream>) -> Readers {
        let (bytes, stop) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
        let (counted, stopped) = (bytes.clone(), stop.clone());
        let (tell, told) = mpsc::channel();
        let thread = thread::spawn(move || {
            let _ = tell.send(own_thread());
            let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build().expect("a runtime");
            runtime.block_on(join_all(streams.into_iter().map(|stream| read(stream, &counted, &stopped))));
        });
        Readers { bytes, stop, thread: Some(thread), number: told.recv().ok() }
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

/// Games at a steady pace, with so many who watch: they and the gallery on one core, the players and their games on another.
pub(crate) fn paced(program: &Path, spectators: usize, moves: usize) -> Reached {
    let limit = (spectators + 1).to_string();
    let hall = Hall::open(program, BOARDS, &["--walk", "ready-first", "--max-spectators", &limit]);
    let watching = watching(hall.server.address, spectators);
    let server = hall.server.process.id();
    for thread in threads(server) {
        let comm = fs::read_to_string(format!("/proc/{server}/task/{thread}/comm")).unwrap_or_default();
        keep_to(&thread, if comm.trim() == "gallery" { "1" } else { "0" });
    }
    if let Some(thread) = &watching.number {
        keep_to(thread, "1");
    }
    // On a thread of their own, so that nothing is bound to a core that comes after this.
    let players = thread::spawn(move || {
        keep_to(&own_thread(), "0");
        hall.play(moves, THINKS)
    });
    players.join().expect("they play to the end")
}

fn threads(process: u32) -> Vec<String> {
    let listed = fs::read_dir(format!("/proc/{process}/task")).expect("a running process");
    listed.map(|thread| thread.expect("a thread").file_name().into_string().expect("a number")).collect()
}

/// The system's number for the thread that asks.
fn own_thread() -> String {
    let link = fs::read_link("/proc/thread-self").expect("Linux");
    link.file_name().expect("a number").to_string_lossy().into_owned()
}

/// From now on a thread runs on these cores alone, where there are as many.
fn keep_to(thread: &str, cores: &str) {
    let done =
        Command::new("taskset").args(["-pc", cores, thread]).stdout(Stdio::null()).stderr(Stdio::null()).status();
    done.expect("taskset, of util-linux");
}

/// MiB a second to so many spectators: of games at full speed, and of bare writes of sixteen moves to each in turn.
pub(crate) fn fan_out(program: &Path, spectators: usize, moves: usize) -> (f64, f64) {
    let limit = (spectators + 1).to_string();
    let hall = Hall::open(program, BOARDS, &["--walk", "ready-first", "--max-spectators", &limit]);
    let readers = watching(hall.server.address, spectators);
    let before = readers.bytes();
    let began = Instant::now();
    hall.play(moves, Duration::ZERO);
    let reached = rate(readers.bytes() - before, began);

    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..spectators {
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
