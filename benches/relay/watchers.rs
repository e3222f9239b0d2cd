//! Spectators on bare sockets, who note when they hear which event.

use std::{
    cell::RefCell,
    net::{SocketAddr, TcpStream},
    sync::mpsc,
    thread::{JoinHandle, spawn},
    time::Instant,
};

use futures_util::future::join_all;
use tokio::net::TcpStream as AsyncStream;
use tokio_util::sync::CancellationToken;

use crate::client::Socket;

/// When somebody heard an event.
pub(crate) type Heard = (u64, Instant);

/// Spectators, who are read on a thread of their own.
pub(crate) struct Watchers {
    stop: CancellationToken,
    thread: JoinHandle<Vec<Heard>>,
}

impl Watchers {
    /// So many, of the first exhibition; they are there, and have their snapshots.
    pub(crate) fn of(address: SocketAddr, count: usize) -> Watchers {
        let (stop, (tell, told)) = (CancellationToken::new(), mpsc::channel());
        let stopped = stop.clone();
        let thread = spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build().expect("a runtime");
            let heard = RefCell::new(Vec::with_capacity(1 << 20));
            let buffer = RefCell::new(vec![0; 64 * 1024]);
            let streams: Vec<_> = told.iter().collect();
            runtime.block_on(join_all(streams.into_iter().map(|stream| watch(stream, &buffer, &heard, &stopped))));
            heard.into_inner()
        });
        for _ in 0..count {
            tell.send(Socket::open(address, "/ws/1/watch").into_stream()).expect("somebody who watches");
        }
        Watchers { stop, thread }
    }

    /// All that was heard.
    pub(crate) fn end(self) -> Vec<Heard> {
        self.stop.cancel();
        self.thread.join().expect("they watch to the end")
    }
}

async fn watch(stream: TcpStream, buffer: &RefCell<Vec<u8>>, heard: &RefCell<Vec<Heard>>, stop: &CancellationToken) {
    stream.set_nonblocking(true).expect("a socket");
    let stream = AsyncStream::from_std(stream).expect("a socket");
    // The beginning of a frame whose rest is to come.
    let mut rest = Vec::new();
    loop {
        tokio::select! {
            biased;
            ready = stream.readable() => ready.expect("a socket"),
            () = stop.cancelled() => return,
        }
        let mut buffer = buffer.borrow_mut();
        let read = match stream.try_read(&mut buffer) {
            Ok(0) => panic!("a spectator was sent away"),
            Ok(read) => read,
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => continue,
            Err(error) => panic!("a spectator's connection: {error}"),
        };
        let at = Instant::now();
        let mut heard = heard.borrow_mut();
        if rest.is_empty() {
            let taken = take(&buffer[..read], at, &mut heard);
            rest.extend_from_slice(&buffer[taken..read]);
        } else {
            rest.extend_from_slice(&buffer[..read]);
            let taken = take(&rest, at, &mut heard);
            rest.drain(..taken);
        }
    }
}

/// Takes in all frames that are whole; gives how many bytes they are.
fn take(bytes: &[u8], at: Instant, heard: &mut Vec<Heard>) -> usize {
    let mut taken = 0;
    while let Some((from, to)) = payload(&bytes[taken..]) {
        heard.extend(number(&bytes[taken + from..taken + to]).map(|seq| (seq, at)));
        taken += to;
    }
    taken
}

/// Where the first frame's payload stands, if all of it is here; it may be a long one.
fn payload(bytes: &[u8]) -> Option<(usize, usize)> {
    let &[_, length, ..] = bytes else { return None };
    let (from, length) = match length {
        126 => (4, u64::from(u16::from_be_bytes(*bytes.get(2..)?.first_chunk()?))),
        127 => (10, u64::from_be_bytes(*bytes.get(2..)?.first_chunk()?)),
        length => (2, u64::from(length)),
    };
    let to = from + usize::try_from(length).expect("a length");
    (bytes.len() >= to).then_some((from, to))
}

/// The number of an event; a snapshot is none.
fn number(text: &[u8]) -> Option<u64> {
    const KEY: &[u8] = b"\"seq\":";
    if text.starts_with(br#"{"type":"exhibition""#) {
        return None;
    }
    let from = text.windows(KEY.len()).position(|window| window == KEY)? + KEY.len();
    let digits = text[from..].iter().take_while(|byte| byte.is_ascii_digit());
    Some(digits.fold(0, |number, digit| number * 10 + u64::from(digit - b'0')))
}
