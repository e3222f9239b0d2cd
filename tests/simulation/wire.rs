//! A client's end of a connection, which may break in the middle of a frame.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
};

use futures_util::{SinkExt, StreamExt};
use simultan::doors::websocket::Link;
use tokio::io::{AsyncRead, AsyncWrite, DuplexStream, ReadBuf, duplex};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{Message, protocol::Role},
};

use super::heard::Heard;

/// Breaks once so many bytes have been sent.
#[derive(Debug)]
struct Frail {
    stream: DuplexStream,
    left: Option<usize>,
}

impl AsyncRead for Frail {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Frail {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let room = self.left.unwrap_or(buf.len()).min(buf.len());
        if room == 0 && !buf.is_empty() {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        let written = ready!(Pin::new(&mut self.stream).poll_write(cx, &buf[..room]))?;
        if let Some(left) = &mut self.left {
            *left -= written;
        }
        Poll::Ready(Ok(written))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

/// A client's WebSocket.
#[derive(Debug)]
pub(crate) struct Wire(WebSocketStream<Frail>);

impl Wire {
    /// A connection of which either side may have `room` bytes on the way; the server's end, and the client's.
    pub(crate) async fn pair(room: usize) -> (Link, Wire) {
        let (near, far) = duplex(room);
        let client = WebSocketStream::from_raw_socket(Frail { stream: near, left: None }, Role::Client, None).await;
        (Link::over(far).await, Wire(client))
    }

    /// From now on only so many bytes get through.
    pub(crate) fn breaks_after(&mut self, bytes: usize) {
        self.0.get_mut().left = Some(bytes);
    }

    /// Whether it got through, as far as one can tell here.
    pub(crate) async fn say(&mut self, text: String) -> bool {
        self.0.send(Message::Text(text.into())).await.is_ok()
    }

    /// The next thing; may be dropped and called again.
    pub(crate) async fn hear(&mut self) -> Heard {
        loop {
            if let Some(heard) = Heard::sort(self.0.next().await) {
                return heard;
            }
        }
    }
}
