//! A spectator's socket.

use tokio::sync::watch::Receiver;

use super::Gallery;
use crate::{
    allowance::Allowance,
    event::ExhibitionId,
    guard::{Reason, SpectatorPlace},
    link::{Incoming, Link, Unsent, Upgraded},
    wire::{Close, Code, ServerMessage, WireError, parse},
};

/// What a spectator wants to see.
#[derive(Debug)]
pub(super) struct Ticket {
    pub(super) id: ExhibitionId,
    /// Up to where he has everything.
    pub(super) since: Option<u64>,
    /// What tells of more. It counts him in.
    pub(super) news: Receiver<u64>,
    pub(super) place: SpectatorPlace,
}

/// Shows an exhibition to a spectator until he goes.
pub(super) async fn serve(gallery: Gallery, upgraded: Upgraded, ticket: Ticket) {
    let _counted = gallery.metrics.connection("spectator");
    let Ok(mut link) = Link::new(upgraded).await else { return };
    let Ticket { id, since, news, place: _place } = ticket;
    if let Some(why) = show(&gallery, &mut link, id, since, news).await {
        link.close(why).await;
    }
}

/// Why to close, if the other side is still there.
async fn show(
    gallery: &Gallery,
    link: &mut Link,
    id: ExhibitionId,
    mut seen: Option<u64>,
    mut news: Receiver<u64>,
) -> Option<Close> {
    let mut allowance = Allowance::new();
    loop {
        let last = *news.borrow_and_update();
        while seen != Some(last) {
            let helping = gallery.hub.helping(id, seen)?;
            if helping.fresh {
                gallery.metrics.snapshot();
            }
            // Events are shared with all; a snapshot may be this spectator's alone.
            let own = if helping.fresh { helping.frames.iter().map(|frame| frame.len()).sum() } else { 0 };
            let Ok(_room) = gallery.lengthy.room(own) else {
                link.client().refuse(Reason::Answers);
                return Some(Close::TryAgainLater);
            };
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
                    Incoming::Flood => cut_off(link, Reason::Bytes),
                    _ if !allowance.spend() => cut_off(link, Reason::Messages),
                    Incoming::Text(text) => answer(parse(&text).err()),
                    Incoming::Binary(bytes) => answer(Some(WireError::binary(bytes.len()))),
                };
                let error = ServerMessage::error(code, &message, None).to_json();
                if link.send([error.into()]).await.is_err() || close.is_some() {
                    return close;
                }
            }
        }
    }
}

fn cut_off(link: &Link, reason: Reason) -> (Code, String, Option<Close>) {
    link.client().refuse(reason);
    (Code::RateLimited, reason.sentence().to_owned(), Some(Close::Policy))
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
