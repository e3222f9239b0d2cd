//! A WebSocket as both planes use it: what comes in, sorted; what goes out, together and in time; how it ends.

mod metered;

use std::{
    net::TcpStream as StdTcpStream,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use futures_util::{SinkExt, StreamExt};
use tokio::{
    io::AsyncReadExt,
    net::TcpStream,
    time::{Instant, timeout},
};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        Error, Message, Utf8Bytes,
        error::ProtocolError,
        protocol::{CloseFrame, Role, WebSocketConfig, frame::coding::CloseCode},
    },
};

use self::metered::Metered;
pub use self::metered::Transport;
use crate::wire::{Close, LONGEST_ANSWERED};

/// A client that takes nothing for so long is given up.
const WRITE_DEADLINE: Duration = Duration::from_secs(10);
/// Proxies cut connections that are silent for a minute.
const PING_EVERY: Duration = Duration::from_secs(15);
/// A client that sends nothing for so long, not even a pong, is gone.
const SILENCE: Duration = Duration::from_secs(40);
/// How long the other side may take to read a close frame.
const FAREWELL: Duration = Duration::from_secs(1);
/// After a close frame, a silence this long says that the other side has answered, or will not.
const QUIET: Duration = Duration::from_millis(100);

/// A TCP connection after its upgrade, on its way to the thread that will serve it.
#[derive(Debug)]
pub struct Upgraded {
    /// The connection, out of any runtime.
    pub stream: StdTcpStream,
    /// What was read of it beyond the handshake.
    pub read: Vec<u8>,
}

/// What came in.
#[derive(Debug)]
pub enum Incoming {
    /// A text.
    Text(Utf8Bytes),
    /// A binary message, of so many bytes.
    Binary(usize),
    /// The other side is gone, or has said goodbye.
    Gone,
    /// The other side broke the rules of WebSocket: close for this reason.
    Fault(Close),
}

/// Sending came to nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unsent {
    /// The other side is gone.
    Gone,
    /// The other side did not read for ten seconds.
    Stalled,
}

/// A WebSocket's server side.
#[derive(Debug)]
pub struct Link {
    socket: WebSocketStream<Metered>,
    written: Arc<AtomicU64>,
    heard: Instant,
    next_ping: Instant,
}

impl Link {
    /// Takes an upgraded connection into this thread's runtime.
    pub async fn new(upgraded: Upgraded) -> std::io::Result<Link> {
        upgraded.stream.set_nonblocking(true)?;
        Ok(Link::over(TcpStream::from_std(upgraded.stream)?, upgraded.read).await)
    }

    /// Speaks over a connection whose handshake is done, and of which `read` was read beyond it.
    pub async fn over(transport: impl Transport + 'static, read: Vec<u8>) -> Link {
        let (stream, written) = Metered::new(Box::new(transport));
        let config = WebSocketConfig::default()
            // The default of 128 KiB is zeroed at each read and kept by each connection.
            .read_buffer_size(4096)
            .write_buffer_size(16 * 1024)
            .max_message_size(Some(LONGEST_ANSWERED))
            .max_frame_size(Some(LONGEST_ANSWERED));
        let socket = WebSocketStream::from_partially_read(stream, read, Role::Server, Some(config)).await;
        let now = Instant::now();
        Link { socket, written, heard: now, next_ping: now + PING_EVERY }
    }

    /// What comes in next. Keeps the connection awake meanwhile. May be dropped and called again.
    pub async fn next(&mut self) -> Incoming {
        loop {
            tokio::select! {
                biased;
                message = self.socket.next() => {
                    self.heard = Instant::now();
                    match message {
                        Some(Ok(Message::Text(text))) => return Incoming::Text(text),
                        Some(Ok(Message::Binary(bytes))) => return Incoming::Binary(bytes.len()),
                        Some(Ok(Message::Ping(_))) => {
                            // The pong is queued already; it leaves with the next write or now.
                            if timeout(WRITE_DEADLINE, self.socket.flush()).await.is_err() {
                                return Incoming::Fault(Close::TryAgainLater);
                            }
                        }
                        Some(Ok(Message::Pong(_) | Message::Frame(_))) => {}
                        Some(Ok(Message::Close(_))) => {
                            let _ = timeout(FAREWELL, self.socket.flush()).await;
                            return Incoming::Gone;
                        }
                        Some(Err(error)) => return sort(&error),
                        None => return Incoming::Gone,
                    }
                }
                () = tokio::time::sleep_until(self.next_ping) => {
                    if self.heard.elapsed() > SILENCE {
                        return Incoming::Gone;
                    }
                    self.next_ping = Instant::now() + PING_EVERY;
                    match timeout(WRITE_DEADLINE, self.socket.send(Message::Ping(Vec::new().into()))).await {
                        Ok(Ok(())) => {}
                        Ok(Err(_)) => return Incoming::Gone,
                        Err(_) => return Incoming::Fault(Close::TryAgainLater),
                    }
                }
            }
        }
    }

    /// Sends texts in as few writes as possible. A slow reader gets his time as long as he reads at all.
    pub async fn send(&mut self, texts: impl IntoIterator<Item = Utf8Bytes>) -> Result<(), Unsent> {
        let written = self.written.clone();
        let mut write = pin!(async {
            for text in texts {
                self.socket.feed(Message::Text(text)).await?;
            }
            self.socket.flush().await
        });
        loop {
            let before = written.load(Ordering::Relaxed);
            match timeout(WRITE_DEADLINE, &mut write).await {
                Ok(Ok(())) => return Ok(()),
                Ok(Err(_)) => return Err(Unsent::Gone),
                Err(_) if written.load(Ordering::Relaxed) > before => {}
                Err(_) => return Err(Unsent::Stalled),
            }
        }
    }

    /// Says why, and waits a moment for the other side to hear it: a connection that is dropped with unread data takes
    /// the close frame back.
    pub async fn close(mut self, why: Close) {
        let frame = CloseFrame { code: CloseCode::from(why.code()), reason: why.reason().into() };
        let farewell = async {
            // After a fault the socket no longer reads frames, but still writes this one.
            let _ = self.socket.send(Message::Close(Some(frame))).await;
            let stream = self.socket.get_mut();
            let mut sink = [0; 4096];
            while timeout(QUIET, stream.read(&mut sink)).await.is_ok_and(|read| read.is_ok_and(|read| read > 0)) {}
        };
        let _ = timeout(FAREWELL, farewell).await;
    }
}

fn sort(error: &Error) -> Incoming {
    match error {
        Error::Capacity(_) => Incoming::Fault(Close::TooLarge),
        Error::Utf8(_) => Incoming::Fault(Close::NotUtf8),
        Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => Incoming::Gone,
        Error::Protocol(_) => Incoming::Fault(Close::ProtocolError),
        _ => Incoming::Gone,
    }
}
