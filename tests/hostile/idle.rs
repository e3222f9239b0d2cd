//! Connections that hold a place and do nothing with it.

use tokio::{io::AsyncWriteExt, net::TcpStream};

use crate::{
    common::{ORGANISER, TestServer},
    stranger::{connect, handshake, narrow},
    usage::{Usage, files_go_back, usage},
};

const EACH: u32 = 20;

#[tokio::test]
async fn who_holds_a_place_for_nothing_loses_it() {
    let server = TestServer::with(24, &["--engine", "random"]).await;
    let before = usage(&server);
    let host = format!("Host: {}\r\n", server.address);
    let mut held: Vec<TcpStream> = Vec::new();
    for number in 0..EACH {
        let mut says = async |stream: std::io::Result<TcpStream>, text: String| {
            let mut stream = stream.expect("a connection");
            stream.write_all(text.as_bytes()).await.expect("room");
            held.push(stream);
        };
        let get = format!("GET /api/exhibitions/current HTTP/1.1\r\n{host}\r\n");
        // Nothing; half a head; nothing more after an answer; a body that does not come, from whom may post and from whom
        // may not; answers that are not read.
        says(connect(server.address, number).await, String::new()).await;
        says(connect(server.address, number).await, format!("GET / HTTP/1.1\r\n{host}")).await;
        says(connect(server.address, number).await, get.clone()).await;
        let post = format!("POST /api/exhibitions HTTP/1.1\r\n{host}Content-Length: 100\r\n");
        says(connect(server.address, number).await, format!("{post}Authorization: Bearer {ORGANISER}\r\n\r\n{{")).await;
        says(connect(server.address, number).await, format!("{post}\r\n{{")).await;
        says(narrow(server.address, number).await, get.repeat(20)).await;
        // A player's socket, and no first frame.
        let mut silent = connect(server.address, number).await.expect("a connection");
        handshake(&mut silent, server.address, "/ws/current/play").await.expect("a socket");
        held.push(silent);
    }
    assert_eq!(held.len(), EACH as usize * 7);
    // The system finds out last that nobody reads.
    let but_those = Usage { files: before.files + EACH as usize, ..before };
    files_go_back(&server, but_those).await;
    files_go_back(&server, before).await;
    assert_eq!(server.get("/healthz").await.status, 200);
}
