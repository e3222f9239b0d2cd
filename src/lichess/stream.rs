//! Lines of JSON to a client, one chunk each, as they come.

use std::{io, time::Duration};

use axum::{
    body::{Body, Bytes},
    http::{HeaderName, header},
    response::{IntoResponse, Response},
};
use futures_util::stream::unfold;
use tokio::{sync::mpsc, time::timeout};
use tokio_util::sync::CancellationToken;

/// A line comes at least this often, an empty one where there is nothing to say: clients take more than 9 s of silence for a
/// dead connection, and so do we who write to it.
const KEEP_ALIVE: Duration = Duration::from_secs(5);
/// How many lines may wait for a client to read. One that has missed more has to come back.
const WAITING: usize = 64;

/// What comes next.
#[derive(Debug, Clone)]
pub(super) enum Line {
    /// A line, without its end.
    Text(Bytes),
    /// The stream ends as it should.
    End,
}

impl Line {
    pub(super) fn of(text: String) -> Line {
        let mut bytes = text.into_bytes();
        bytes.push(b'\n');
        Line::Text(bytes.into())
    }
}

/// Where the lines go in. Dropped, it breaks the connection off: a client that is to come back must not be told that
/// all is said.
#[derive(Debug, Clone)]
pub(super) struct Lines(mpsc::Sender<Line>);

impl Lines {
    /// Sends a line; whether anybody reads.
    pub(super) fn send(&self, line: Line) -> bool {
        self.0.try_send(line).is_ok()
    }

    pub(super) fn are_read(&self) -> bool {
        !self.0.is_closed()
    }
}

/// A stream and its answer; `held` is dropped when the client has gone.
pub(super) fn stream<T: Send + 'static>(held: T, stop: CancellationToken) -> (Lines, Response) {
    let (sender, receiver) = mpsc::channel(WAITING);
    let lines = unfold((receiver, held, stop), async |(mut lines, held, stop)| {
        let line = tokio::select! {
            biased;
            () = stop.cancelled() => None,
            line = timeout(KEEP_ALIVE, lines.recv()) => line.unwrap_or_else(|_| Some(Line::Text(Bytes::from_static(b"\n")))),
        };
        let chunk = match line {
            Some(Line::Text(text)) => Ok(text),
            Some(Line::End) => return None,
            None => Err(io::Error::other("the stream is broken off")),
        };
        Some((chunk, (lines, held, stop)))
    });
    let headers = [
        (header::CONTENT_TYPE, "application/x-ndjson"),
        (header::CACHE_CONTROL, "no-cache"),
        // A proxy must not wait for more.
        (HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    (Lines(sender), (headers, Body::from_stream(lines)).into_response())
}
