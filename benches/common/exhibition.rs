//! The real server under play.

use std::{cell::Cell, net::TcpStream, path::Path, time::Duration};

use super::{
    client::{Crowd, Reached, Socket},
    http::{get, request},
    server::{ORGANISER, Server},
};

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
        let server = Server::start(program, boards + 1, flags);
        let sockets = (0..boards).map(|number| {
            let mut socket = Socket::open(server.address, "/ws/1/play");
            socket.send(&format!(r#"{{"type":"join","name":"Player {number}"}}"#));
            socket
        });
        let sockets = Cell::new(sockets.collect());
        let seated = format!("\"seated\":{boards},");
        while !get(server.address, "/api/exhibitions?limit=1").contains(&seated) {
            std::thread::yield_now();
        }
        Hall { server, sockets }
    }

    /// Once: it begins, and each opponent makes `moves`, after a thought about each.
    pub(crate) fn play(&self, moves: usize, thinks: Duration) -> Reached {
        self.crowd(moves, thinks).play_with(self.server.process.id())
    }

    /// Who plays it, once.
    pub(crate) fn crowd(&self, moves: usize, thinks: Duration) -> Crowd {
        let stream = TcpStream::connect(self.server.address).expect("a connection");
        let start = request(
            self.server.address,
            "POST",
            "/api/exhibitions/1/start",
            &format!("Authorization: Bearer {ORGANISER}\r\n"),
        );
        Crowd::of(self.sockets.take(), moves).thinking(thinks).begun_by(stream, start.into_bytes())
    }
}
