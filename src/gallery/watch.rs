//! A spectator's socket.

use std::{future::pending, time::Duration};

use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use super::{Hub, LargeAnswers, audience::Audience, distant::Reception, viewing::OrganiserKey};
use crate::{
    base::{
        metrics::Metrics,
        ordered_watch::{Watched, Watcher},
    },
    doors::{
        limits::Reason,
        token_bucket::TokenBucket,
        websocket::{Incoming, Link, Unsent},
    },
    record::event::ExhibitionId,
    wire::{ClientMessage, Close, Code, ServerMessage, WireError, parse, signal_frame},
};

/// How long somebody waits at a node that has not got so far yet as they have been elsewhere.
const CATCHES_UP_WITHIN: Duration = Duration::from_secs(10);

/// What a spectator wants to see.
#[derive(Debug)]
pub struct Ticket {
    /// Which exhibition.
    pub id: ExhibitionId,
    /// Up to where they have everything.
    pub since: Option<u64>,
    /// What tells of more. It counts them in.
    pub news: Watcher<u64>,
}

/// Shows an exhibition to a spectator until they go.
pub async fn watch(gate: Gate<'_>, mut link: Link, ticket: Ticket) {
    let _counted = gate.metrics.connection("spectator");
    if let Some(why) = show(&gate, &mut link, ticket).await {
        link.close(why).await;
    }
}

/// What a spectator's socket needs.
#[derive(Debug, Clone, Copy)]
pub struct Gate<'a> {
    /// What is to be seen.
    pub hub: &'a Hub,
    /// What opens the organiser's part, if anything does.
    pub organiser: Option<OrganiserKey>,
    /// Room for long snapshots.
    pub large_answers: &'a LargeAnswers,
    /// What is counted.
    pub metrics: &'a Metrics,
    /// The server stops.
    pub stop: &'a CancellationToken,
    /// At a node, how the hall is heard. There, who has seen more than the node waits until it has that too.
    pub reception: Option<&'a Watched<Reception>>,
}

/// Why to close, if the other side is still there.
async fn show(gallery: &Gate<'_>, link: &mut Link, ticket: Ticket) -> Option<Close> {
    let Ticket { id, since: mut seen, mut news } = ticket;
    let (mut allowance, mut audience) = (TokenBucket::new(), Audience::Public);
    let (mut reception, mut told) = (gallery.reception.map(Watched::watch), Reception::default());
    let catches_up_by = Instant::now() + CATCHES_UP_WITHIN;
    loop {
        let last = news.read_and_update(|&last| last);
        let behind = reception.is_some() && seen > Some(last);
        while !behind && seen != Some(last) {
            let helping = gallery.hub.helping(id, seen, audience)?;
            if helping.fresh {
                gallery.metrics.snapshot();
            }
            // Events are shared with all; a snapshot may be this spectator's alone.
            let own = if helping.fresh { helping.frames.iter().map(|frame| frame.len()).sum() } else { 0 };
            let Ok(_room) = gallery.large_answers.room(own) else {
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
        if let Some(heard) = reception.as_mut().map(|reception| reception.read_and_update(Clone::clone))
            && !heard.sounds_like(&told)
        {
            let frame = signal_frame(heard.lost_ms(), heard.stopped());
            if let Err(unsent) = link.send([frame.into()]).await {
                return (unsent == Unsent::Stalled).then_some(Close::TryAgainLater);
            }
            told = heard;
        }
        tokio::select! {
            biased;
            () = gallery.stop.cancelled() => return Some(Close::Restart),
            changed = news.changed() => if changed.is_err() { return Some(Close::Restart) },
            () = changed(&mut reception) => {}
            () = sleep_until(catches_up_by), if behind => return Some(Close::TryAgainLater),
            incoming = link.next() => {
                let (code, message, close) = match incoming {
                    Incoming::Gone => return None,
                    Incoming::Fault(why) => return Some(why),
                    Incoming::Flood => cut_off(link, Reason::Bytes),
                    _ if !allowance.spend() => cut_off(link, Reason::Messages),
                    Incoming::Text(text) => match parse(&text) {
                        Ok(ClientMessage::Organiser { token }) => match may_see_all(gallery, link, &token) {
                            Ok(()) => {
                                // From now on they see it as it is, beginning with a snapshot.
                                (audience, seen) = (Audience::Insiders, None);
                                news = gallery.hub.news(id, audience)?;
                                continue;
                            }
                            Err(refused) => refused,
                        },
                        said => answer(said.err()),
                    },
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

/// Waits until the hall is heard otherwise; for ever where it is this one.
async fn changed(reception: &mut Option<Watcher<Reception>>) {
    let still_there = match reception {
        Some(reception) => reception.changed().await.is_ok(),
        None => false,
    };
    if !still_there {
        pending::<()>().await;
    }
}

/// Whether a token is the organiser's.
fn may_see_all(gallery: &Gate<'_>, link: &Link, token: &str) -> Result<(), (Code, String, Option<Close>)> {
    let refused = |code, message: &str| Err((code, message.to_owned(), None));
    let Some(key) = gallery.organiser else { return refused(Code::NotAllowed, "there is no organiser here") };
    match key.opened_by(link.client(), token) {
        Ok(true) => Ok(()),
        Ok(false) => refused(Code::BadToken, "this is not the organiser's token"),
        Err(reason) => refused(Code::RateLimited, reason.sentence()),
    }
}

fn cut_off(link: &Link, reason: Reason) -> (Code, String, Option<Close>) {
    link.client().refuse(reason);
    (Code::RateLimited, reason.sentence().to_owned(), Some(Close::Policy))
}

/// Whatever a spectator says, it is not for them to say.
fn answer(error: Option<WireError>) -> (Code, String, Option<Close>) {
    match error {
        Some(error) => {
            let close = (error.code() == Code::TooLarge).then_some(Close::TooLarge);
            (error.code(), error.to_string(), close)
        }
        None => (Code::NotAllowed, "spectators watch; to play, connect to the exhibition's play address".into(), None),
    }
}
