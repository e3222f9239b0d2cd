//! The real server under play.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    process::{Child, Command, Stdio},
};

use super::{
    client::{Crowd, Reached, Socket},
    measured,
};

const ORGANISER: &str = "so_for_benches_alone_1";

/// The real binary, killed at the end.
struct Server {
    process: Child,
    address: SocketAddr,
    _folder: tempfile::TempDir,
}

impl Server {
    /// With a board more than there are opponents, so that nothing begins by itself.
    fn start(boards: usize) -> Server {
        let folder = tempfile::tempdir().expect("a folder");
        let mut process = Command::new(env!("CARGO_BIN_EXE_simultan"))
            .args(["serve", "--bind", "127.0.0.1:0", "--engine", "random", "--walk", "ready-first"])
            .args(["--boards", &(boards + 1).to_string(), "--organiser-token", ORGANISER, "--database"])
            .arg(folder.path().join("games.db"))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary runs");
        let mut lines = BufReader::new(process.stdout.take().expect("its stdout")).lines().map_while(Result::ok);
        let line = lines.find_map(|line| line.trim().strip_prefix("Dashboard").map(str::to_owned));
        let address = line.expect("its address").trim().trim_start_matches("http://").trim_end_matches('/').to_owned();
        Server { process, address: address.parse().expect("an address"), _folder: folder }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// An exhibition of `boards`, in which each opponent makes `moves`.
pub(crate) fn play(boards: usize, moves: usize) -> Reached {
    // As many as there can be.
    let boards = boards.min(9_999);
    let server = Server::start(boards);
    let sockets = (0..boards).map(|number| {
        let mut socket = Socket::open(server.address, "/ws/1/play");
        socket.send(&format!(r#"{{"type":"join","name":"Player {number}"}}"#));
        socket
    });
    let sockets: Vec<_> = sockets.collect();
    while !seated(&server, boards) {
        std::thread::yield_now();
    }
    let stream = TcpStream::connect(server.address).expect("a connection");
    let start = request(&server, "POST", "/api/exhibitions/1/start");
    measured(server.process.id(), Crowd::of(sockets, moves).begun_by(stream, start.into_bytes()))
}

fn request(server: &Server, method: &str, path: &str) -> String {
    format!(
        "{method} {path} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {ORGANISER}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
        server.address
    )
}

/// Whether everybody sits there.
fn seated(server: &Server, boards: usize) -> bool {
    let mut stream = TcpStream::connect(server.address).expect("a connection");
    stream.write_all(request(server, "GET", "/api/exhibitions?limit=1").as_bytes()).expect("room");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer.contains(&format!("\"seated\":{boards},"))
}
