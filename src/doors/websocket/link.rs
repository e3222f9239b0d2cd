//! A WebSocket: what comes in, sorted; what goes out, together and in time; how it ends.

use std::{
    net::TcpStream as StdTcpStream,
    pin::{Pin, pin},
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
    time::{Instant, Sleep, sleep, timeout},
};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        Bytes, Error, Message, Utf8Bytes,
        error::ProtocolError,
        protocol::{
            CloseFrame, Role, WebSocketConfig,
            frame::coding::{CloseCode, Data},
        },
    },
};

use super::{
    intake::Intake,
    metered::{Metered, Transport},
    outgoing::Outgoing,
};
use crate::{
    doors::limits::Client,
    wire::{Close, LONGEST_ANSWERED},
};

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
/// How many reads of 4 KiB are thrown away after a close frame.
const LAST_READS: usize = 64;

/// A TCP connection after its upgrade, on its way to the thread that will serve it.
#[derive(Debug)]
pub struct Upgraded {
    /// The connection, out of any runtime.
    pub stream: StdTcpStream,
    /// What was read of it beyond the handshake.
    pub read: Vec<u8>,
    /// Who is at its other end.
    pub client: Client,
}

/// What came in.
#[derive(Debug)]
pub enum Incoming {
    /// A text.
    Text(Utf8Bytes),
    /// A binary message.
    Binary(Bytes),
    /// The other side is gone, or has said goodbye.
    Gone,
    /// The other side broke the rules of WebSocket: close for this reason.
    Fault(Close),
    /// The other side sends too much that makes no message: nothing more is read.
    Flood,
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
    outgoing: Outgoing,
    client: Client,
    written: Arc<AtomicU64>,
    heard: Instant,
    /// One timer for all pings: what comes in between them sets and removes none.
    next_ping: Pin<Box<Sleep>>,
}

impl Link {
    /// Takes an upgraded connection into this thread's runtime.
    pub async fn new(upgraded: Upgraded) -> std::io::Result<Link> {
        Link::for_messages_up_to(LONGEST_ANSWERED, upgraded).await
    }

    /// The same with another longest message, for what is not Simultan's protocol.
    pub async fn for_messages_up_to(longest: usize, upgraded: Upgraded) -> std::io::Result<Link> {
        upgraded.stream.set_nonblocking(true)?;
        let stream = TcpStream::from_std(upgraded.stream)?;
        Ok(Link::on(Box::new(stream), upgraded.read, upgraded.client, longest).await)
    }

    /// Speaks over what is no network: in a simulation.
    pub async fn over(transport: impl Transport + 'static) -> Link {
        Link::on(Box::new(transport), Vec::new(), Client::default(), LONGEST_ANSWERED).await
    }

    async fn on(stream: Box<dyn Transport>, read: Vec<u8>, client: Client, longest: usize) -> Link {
        let (stream, written) = Metered::new(stream, Intake::new(longest));
        let config = WebSocketConfig::default()
            // The default of 128 KiB is zeroed at each read and kept by each connection. A move has 50 bytes.
            .read_buffer_size(1024)
            .max_message_size(Some(longest))
            .max_frame_size(Some(longest));
        let socket = WebSocketStream::from_partially_read(stream, read, Role::Server, Some(config)).await;
        let next_ping = Box::pin(sleep(PING_EVERY));
        Link { socket, outgoing: Outgoing::default(), client, written, heard: Instant::now(), next_ping }
    }

    /// Who is at the other end.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// What comes in next. Keeps the connection awake meanwhile. May be dropped and called again.
    pub async fn next(&mut self) -> Incoming {
        loop {
            tokio::select! {
                biased;
                message = self.socket.next() => {
                    self.heard = Instant::now();
                    match message {
                        Some(Ok(Message::Text(text))) => {
                            self.intake().message(text.len());
                            return Incoming::Text(text);
                        }
                        Some(Ok(Message::Binary(bytes))) => {
                            self.intake().message(bytes.len());
                            return Incoming::Binary(bytes);
                        }
                        Some(Ok(Message::Ping(_) | Message::Pong(_))) if !self.intake().control() => {
                            return Incoming::Flood;
                        }
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
                        Some(Err(_)) if self.intake().is_overdrawn() => return Incoming::Flood,
                        Some(Err(error)) => return sort(&error),
                        None => return Incoming::Gone,
                    }
                }
                () = self.next_ping.as_mut() => {
                    // Nobody could be heard while the server itself did not run.
                    if self.next_ping.deadline().elapsed() > PING_EVERY {
                        self.heard = Instant::now();
                    }
                    if self.heard.elapsed() > SILENCE {
                        return Incoming::Gone;
                    }
                    self.next_ping.as_mut().reset(Instant::now() + PING_EVERY);
                    match timeout(WRITE_DEADLINE, self.socket.send(Message::Ping(Vec::new().into()))).await {
                        Ok(Ok(())) => {}
                        Ok(Err(_)) => return Incoming::Gone,
                        Err(_) => return Incoming::Fault(Close::TryAgainLater),
                    }
                }
            }
        }
    }

    fn intake(&mut self) -> &mut Intake {
        &mut self.socket.get_mut().intake
    }

    /// Sends texts in as few writes as possible. A slow reader gets time as long as anything is read at all.
    pub async fn send(&mut self, texts: impl IntoIterator<Item = Utf8Bytes>) -> Result<(), Unsent> {
        self.send_frames(texts.into_iter().map(|text| (Data::Text, text.into()))).await
    }

    /// The same for data frames of any kind, for what is not Simultan's protocol.
    pub async fn send_frames(&mut self, frames: impl IntoIterator<Item = (Data, Bytes)>) -> Result<(), Unsent> {
        self.outgoing.push(frames);
        let (socket, outgoing, written) = (&mut self.socket, &mut self.outgoing, self.written.clone());
        let mut write = pin!(async {
            // A pong of the library's own is whole before a frame of ours begins.
            socket.flush().await.map_err(drop)?;
            outgoing.write_to(socket.get_mut()).await.map_err(drop)
        });
        loop {
            let before = written.load(Ordering::Relaxed);
            match timeout(WRITE_DEADLINE, &mut write).await {
                Ok(Ok(())) => return Ok(()),
                Ok(Err(())) => return Err(Unsent::Gone),
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
            // What a slow reader has of a frame is completed, or this one would be taken for a part of it.
            let _ = self.outgoing.write_to(self.socket.get_mut()).await;
            // After a fault the socket no longer reads frames, but still writes this one.
            let _ = self.socket.send(Message::Close(Some(frame))).await;
            let stream = self.socket.get_mut().uncounted();
            // Not in the task itself, which would be as much larger from its beginning.
            let mut sink = vec![0; 4096];
            for _ in 0..LAST_READS {
                if !timeout(QUIET, stream.read(&mut sink)).await.is_ok_and(|read| read.is_ok_and(|read| read > 0)) {
                    return;
                }
            }
            // Who still sends at full speed may lose the close frame, but had the time to read it.
            sleep(QUIET).await;
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

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;

    async fn seconds_until_gone(jump: u64) -> u64 {
        // Large enough for every ping.
        let (_other, own) = tokio::io::duplex(4096);
        let mut link = Link::over(own).await;
        let began = Instant::now();
        advance(Duration::from_secs(jump)).await;
        assert!(matches!(link.next().await, Incoming::Gone));
        began.elapsed().as_secs()
    }

    #[tokio::test(start_paused = true)]
    async fn who_is_silent_is_gone_but_not_for_silence_while_the_server_itself_did_not_run() {
        assert_eq!(seconds_until_gone(0).await, 45);
        assert_eq!(seconds_until_gone(120).await, 120 + 45, "everybody has a new chance to be heard");
    }
}
