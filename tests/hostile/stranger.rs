//! Strangers' connections, in their plainest form: many, cheap, and from many addresses.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
};

use socket2::SockRef;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
};

/// A connection from one of 200 addresses, none of which is an honest player's.
pub(crate) async fn connect(server: SocketAddr, number: u32) -> io::Result<TcpStream> {
    open(server, number, TcpSocket::new_v4()?).await
}

/// The same, for whom the kernel keeps next to nothing.
pub(crate) async fn narrow(server: SocketAddr, number: u32) -> io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    SockRef::from(&socket).set_recv_buffer_size(4096)?;
    open(server, number, socket).await
}

async fn open(server: SocketAddr, number: u32, socket: TcpSocket) -> io::Result<TcpStream> {
    let last = u8::try_from(number % 200 + 1).expect("it is small");
    socket.bind((Ipv4Addr::new(127, 0, 1, last), 0).into())?;
    let stream = socket.connect(server).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// Makes a WebSocket of a connection; an error if the server would not have it.
pub(crate) async fn handshake(stream: &mut TcpStream, server: SocketAddr, path: &str) -> io::Result<()> {
    let head = format!(
        "GET {path} HTTP/1.1\r\nHost: {server}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await?;
    let mut answer = Vec::with_capacity(512);
    // Byte by byte, so that nothing of what follows is taken.
    while !answer.ends_with(b"\r\n\r\n") {
        answer.push(stream.read_u8().await?);
    }
    if answer.starts_with(b"HTTP/1.1 101") { Ok(()) } else { Err(io::ErrorKind::ConnectionRefused.into()) }
}

/// A frame as a client sends it, with a mask of zeros.
pub(crate) fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let length = u16::try_from(payload.len()).expect("a short one");
    let mut bytes = match u8::try_from(length) {
        Ok(short) if short < 126 => vec![first, 0x80 | short],
        _ => [&[first, 0xfe][..], &length.to_be_bytes()].concat(),
    };
    bytes.extend([0; 4]);
    bytes.extend(payload);
    bytes
}
