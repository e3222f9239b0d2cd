//! A connection that counts what goes through: what the other side's kernel has taken, the one sign that a slow reader
//! reads at all, and what came in, which ends in an error when it is too much.

use std::{
    fmt, io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll, ready},
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::intake::Intake;

/// What carries a WebSocket: TCP, or memory in a simulation.
pub trait Transport: AsyncRead + AsyncWrite + Send + Sync + Unpin + fmt::Debug {}

impl<T: AsyncRead + AsyncWrite + Send + Sync + Unpin + fmt::Debug> Transport for T {}

/// The connection; everything but the counting is the transport's.
#[derive(Debug)]
pub(super) struct Metered {
    stream: Box<dyn Transport>,
    written: Arc<AtomicU64>,
    pub(super) intake: Intake,
}

impl Metered {
    /// The stream, and the count of bytes written to it.
    pub(super) fn new(stream: Box<dyn Transport>, intake: Intake) -> (Metered, Arc<AtomicU64>) {
        let written = Arc::new(AtomicU64::new(0));
        (Metered { stream, written: written.clone(), intake }, written)
    }

    /// The stream itself, past the counting.
    pub(super) fn uncounted(&mut self) -> &mut dyn Transport {
        &mut *self.stream
    }
}

impl AsyncRead for Metered {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buf))?;
        let read = buf.filled().len() - before;
        // The end of the stream is read for nothing.
        if read == 0 || self.intake.read(read) {
            Poll::Ready(Ok(()))
        } else {
            Poll::Ready(Err(io::Error::other("more came in than was in order")))
        }
    }
}

impl AsyncWrite for Metered {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.stream).poll_write(cx, buf))?;
        self.written.fetch_add(written as u64, Ordering::Relaxed);
        Poll::Ready(Ok(written))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
