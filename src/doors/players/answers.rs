//! How a player's connection is told what is wrong, and how it ends.

use tokio_tungstenite::tungstenite::Utf8Bytes;

use crate::{
    doors::{
        limits::Reason,
        websocket::{Link, Unsent},
    },
    wire::{Close, Code, ServerMessage},
};

/// How a connection ends: silently, since the other side is gone, or with a reason.
pub(super) enum End {
    Gone,
    Close(Close),
}

impl From<Unsent> for End {
    fn from(unsent: Unsent) -> End {
        match unsent {
            Unsent::Gone => End::Gone,
            Unsent::Stalled => End::Close(Close::TryAgainLater),
        }
    }
}

/// Tells a client that it has sent too much, and ends the connection.
pub(super) async fn cut_off(link: &mut Link, reason: Reason) -> End {
    link.client().refuse(reason);
    match send_error(link, Code::RateLimited, reason.sentence(), None).await {
        Ok(()) => End::Close(Close::Policy),
        Err(unsent) => unsent.into(),
    }
}

pub(super) async fn send_error(link: &mut Link, code: Code, message: &str, ply: Option<u32>) -> Result<(), Unsent> {
    link.send([Utf8Bytes::from(ServerMessage::error(code, message, ply).to_json())]).await
}
