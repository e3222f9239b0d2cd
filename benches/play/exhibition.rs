//! The real server under play.

use std::{
    cell::Cell,
    io::{Read, Write},
    net::TcpStream,
    path::Path,
    time::Duration,
};

use super::{
    client::{Crowd, Reached, Socket},
    measured,
    server::Server,
};

const ORGANISER: &str = "so_for_benches_alone_1";

/// An exhibition of `boards`, in which each opponent makes `moves` at once.
pub(crate) fn play(program: &Path, boards: usize, moves: usize) -> Reached {
    let hall = Hall::open(program, boards, &["--walk", "ready-first"]);
    let mut reached = hall.play(moves, Duration::ZERO);
    reached.commits = hall.commits();
    reached
}

/// Everybody sits, and nothing has begun.
pub(crate) struct Hall {
    pub(crate) server: Server,
    sockets: Cell<Vec<Socket>>,
}

impl Hall {
    pub(crate) fn open(program: &Path, boards: usize, flags: &[&str]) -> Hall {
        // As many as there can be.
        let boards = boards.min(9_999);
        // With a board more than there are opponents, so that nothing begins by itself.
        let server = Server::start(program, boards + 1, &[&["--organiser-token", ORGANISER], flags].concat());
        let sockets = (0..boards).map(|number| {
            let mut socket = Socket::open(server.address, "/ws/1/play");
            socket.send(&format!(r#"{{"type":"join","name":"Player {number}"}}"#));
            socket
        });
        let sockets = Cell::new(sockets.collect());
        let seated = format!("\"seated\":{boards},");
        while !get(&server, "/api/exhibitions?limit=1").contains(&seated) {
            std::thread::yield_now();
        }
        Hall { server, sockets }
    }

    /// Once: it begins, and each opponent makes `moves`, after a thought about each.
    pub(crate) fn play(&self, moves: usize, thinks: Duration) -> Reached {
        let stream = TcpStream::connect(self.server.address).expect("a connection");
        let start = request(&self.server, "POST", "/api/exhibitions/1/start");
        let crowd = Crowd::of(self.sockets.take(), moves).thinking(thinks).begun_by(stream, start.into_bytes());
        measured(self.server.process.id(), crowd)
    }

    /// How many events a commit had, and how long it took.
    fn commits(&self) -> Option<(f64, Duration)> {
        let metrics = get(&self.server, "/metrics");
        let value = |name: &str| -> Option<f64> {
            metrics.lines().find_map(|line| line.strip_prefix(name)?.trim().parse().ok())
        };
        let events = value("simultan_commit_events_sum")? / value("simultan_commit_events_count")?;
        let seconds = value("simultan_commit_seconds_sum")? / value("simultan_commit_seconds_count")?;
        Some((events, Duration::from_secs_f64(seconds)))
    }
}

fn request(server: &Server, method: &str, path: &str) -> String {
    format!(
        "{method} {path} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {ORGANISER}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
        server.address
    )
}

/// What it answers to a request for a path, head and body.
fn get(server: &Server, path: &str) -> String {
    let mut stream = TcpStream::connect(server.address).expect("a connection");
    stream.write_all(request(server, "GET", path).as_bytes()).expect("room");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer
}
