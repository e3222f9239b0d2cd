//! A spectator's socket.

use tokio_util::sync::CancellationToken;

use super::Hub;
use crate::{
    allowance::Allowance,
    event::ExhibitionId,
    link::{Incoming, Link, Unsent},
    metrics::Metrics,
    wire::{Close, Code, LONGEST_FRAME, ServerMessage, WireError, parse},
};

/// Shows an exhibition to a spectator who has everything up to `since`, or nothing, until he goes.
pub async fn watch(gate: Gate<'_>, mut link: Link, id: ExhibitionId, since: Option<u64>) {
    let _counted = gate.metrics.connection("spectator");
    if let Some(why) = show(&gate, &mut link, id, since).await {
        link.close(why).await;
    }
}

/// What a spectator's socket needs.
#[derive(Debug, Clone, Copy)]
pub struct Gate<'a> {
    /// What is to be seen.
    pub hub: &'a Hub,
    /// What is counted.
    pub metrics: &'a Metrics,
    /// The server stops.
    pub stop: &'a CancellationToken,
}

/// Why to close, if the other side is still there.
async fn show(gallery: &Gate<'_>, link: &mut Link, id: ExhibitionId, since: Option<u64>) -> Option<Close> {
    let mut news = gallery.hub.news(id)?;
    let mut seen = since;
    let mut allowance = Allowance::new();
    loop {
        let last = news.read_and_update(|&last| last);
        while seen != Some(last) {
            let helping = gallery.hub.helping(id, seen)?;
            if helping.fresh {
                gallery.metrics.snapshot();
            }
            if let Err(unsent) = link.send(helping.frames).await {
                return (unsent == Unsent::Stalled).then_some(Close::TryAgainLater);
            }
            seen = Some(helping.seq);
            if helping.seq > last {
                break;
            }
        }
        tokio::select! {
            biased;
            () = gallery.stop.cancelled() => return Some(Close::Restart),
            changed = news.changed() => if changed.is_err() { return Some(Close::Restart) },
            incoming = link.next() => {
                let (code, message, close) = match incoming {
                    Incoming::Gone => return None,
                    Incoming::Fault(why) => return Some(why),
                    _ if !allowance.spend() => (Code::RateLimited, "too many messages".to_owned(), Some(Close::Policy)),
                    Incoming::Text(text) => answer(parse(&text).err()),
                    Incoming::Binary(length) if length > LONGEST_FRAME => answer(Some(WireError::TooLarge)),
                    Incoming::Binary(_) => answer(Some(WireError::BadJson("a message is a text frame".into()))),
                };
                let error = ServerMessage::error(code, &message, None).to_json();
                if link.send([error.into()]).await.is_err() || close.is_some() {
                    return close;
                }
            }
        }
    }
}

/// Whatever a spectator says, it is not for him to say.
fn answer(error: Option<WireError>) -> (Code, String, Option<Close>) {
    match error {
        Some(error) => {
            let close = (error.code() == Code::TooLarge).then_some(Close::TooLarge);
            (error.code(), error.to_string(), close)
        }
        None => (Code::NotAllowed, "spectators watch; to play, connect to the exhibition's play address".into(), None),
    }
}
