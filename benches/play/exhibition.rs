//! The real server under play.

use std::{
    io::{Read, Write},
    net::TcpStream,
};

use super::{
    client::{Crowd, Reached, Socket},
    measured,
    server::Server,
};

const ORGANISER: &str = "so_for_benches_alone_1";

/// An exhibition of `boards`, in which each opponent makes `moves`.
pub(crate) fn play(boards: usize, moves: usize) -> Reached {
    // As many as there can be.
    let boards = boards.min(9_999);
    // With a board more than there are opponents, so that nothing begins by itself.
    let server = Server::start(boards + 1, &["--walk", "ready-first", "--organiser-token", ORGANISER]);
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
