//! What a client hears over a WebSocket.

use tokio_tungstenite::tungstenite::{Error, Message};

/// What has come in.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Heard {
    Text(String),
    /// The server's close frame.
    Closed(u16),
    /// The connection is gone without a word.
    Gone,
}

impl Heard {
    /// What the next frame, or the end of them, is; `None` for a ping, which is no news.
    pub(crate) fn sort(next: Option<Result<Message, Error>>) -> Option<Heard> {
        match next {
            Some(Ok(Message::Text(text))) => Some(Heard::Text(text.to_string())),
            Some(Ok(Message::Close(Some(frame)))) => Some(Heard::Closed(frame.code.into())),
            Some(Ok(Message::Close(None)) | Err(_)) | None => Some(Heard::Gone),
            Some(Ok(_)) => None,
        }
    }
}
