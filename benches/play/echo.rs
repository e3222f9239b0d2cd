//! The ceiling: the same bytes to and fro through tungstenite, with 4 KiB buffers and in one write, without rules, storage or tasks, in a
//! process of its own.

use std::{
    io::{BufRead, BufReader},
    net::SocketAddr,
    process::{Child, Command, Stdio},
};

use futures_util::{SinkExt, StreamExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::{
    accept_async_with_config,
    tungstenite::{Message, protocol::WebSocketConfig},
};

use super::client::{Crowd, Reached, Socket, shuffle};

/// Makes this program the echo.
pub(crate) const FLAG: &str = "--echo";

/// Answers each move with its receipt, a visit and a reply, as long as the server's, in one write.
pub(crate) fn serve() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build().expect("a runtime");
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        println!("{}", listener.local_addr().expect("an address"));
        while let Ok((stream, _)) = listener.accept().await {
            let _ = stream.set_nodelay(true);
            tokio::spawn(answer(stream));
        }
    });
}

/// What the server says of a move.
fn moved(ply: usize) -> String {
    let uci = shuffle(ply - 1);
    let fen = "rnbqkbnr/pppppppp/8/8/8/5N2/PPPPPPPP/RNBQKB1R b KQkq - 1 1";
    format!(
        r#"{{"type":"moved","board":1,"ply":{ply},"uci":"{uci}","san":"Nf3","fen":"{fen}","turn":"white","clock":null}}"#
    )
}

async fn answer(stream: TcpStream) {
    let config = WebSocketConfig::default().read_buffer_size(4096).write_buffer_size(4096);
    let Ok(socket) = accept_async_with_config(stream, Some(config)).await else { return };
    let (mut write, mut read) = socket.split();
    let mut ply = 0;
    // The opponent's first word is a greeting, and the answer to it White's first move.
    while let Some(Ok(_)) = read.next().await {
        if ply > 0 {
            let _ = write.feed(Message::text(moved(ply + 1))).await;
            let _ = write.feed(Message::text(r#"{"type":"visit","board":1}"#)).await;
            ply += 1;
        }
        if write.send(Message::text(moved(ply + 1))).await.is_err() {
            return;
        }
        ply += 1;
    }
}

struct Echo {
    process: Child,
    address: SocketAddr,
}

impl Drop for Echo {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// What `boards` opponents reach of it, who make `moves` each.
pub(crate) fn ceiling(boards: usize, moves: usize) -> Reached {
    let program = std::env::current_exe().expect("this program");
    let mut process = Command::new(program).arg(FLAG).stdout(Stdio::piped()).spawn().expect("it runs");
    let line = BufReader::new(process.stdout.take().expect("its stdout")).lines().next();
    let address = line.expect("its address").expect("text").parse().expect("an address");
    let echo = Echo { process, address };
    let sockets = (0..boards).map(|_| {
        let mut socket = Socket::open(echo.address, "/");
        socket.send("hello");
        socket
    });
    Crowd::of(sockets.collect(), moves).shuffling().play_with(echo.process.id())
}
