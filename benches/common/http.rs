//! Bare HTTP.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
};

/// A request, with more lines in its head.
pub(crate) fn request(address: SocketAddr, method: &str, path: &str, more: &str) -> String {
    format!("{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Length: 0\r\n{more}\r\n")
}

/// What is answered to a request for a path, head and body.
pub(crate) fn get(address: SocketAddr, path: &str) -> String {
    String::from_utf8(ask(address, &request(address, "GET", path, ""))).expect("text")
}

/// What is answered to a request.
pub(crate) fn ask(address: SocketAddr, request: &str) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).expect("a connection");
    stream.write_all(request.as_bytes()).expect("room");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("an answer");
    answer
}

/// One of the figures at `/metrics`.
pub(crate) fn figure(metrics: &str, name: &str) -> Option<f64> {
    metrics.lines().find_map(|line| line.strip_prefix(name)?.trim().parse().ok())
}
