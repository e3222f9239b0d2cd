//! Somebody who waits for a seat: they are told where they stand, and nothing else is theirs to do.

use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::{
    answers::{End, cut_off, send_error},
    greeting::{Entrance, Waiting},
};
use crate::{
    doors::{
        limits::Reason,
        token_bucket::TokenBucket,
        websocket::{Incoming, Link},
    },
    exhibition::handle::Place,
    wire::{Close, Code, ServerMessage, WireError, parse},
};

/// Tells them where they stand until there is a seat.
pub(super) async fn wait(link: &mut Link, entrance: &Entrance, waiting: &mut Waiting) -> Result<(), End> {
    let mut allowance = TokenBucket::new();
    loop {
        let place = *waiting.queued.place.borrow_and_update();
        match place {
            Place::At(place) => {
                let message = ServerMessage::Waiting {
                    exhibition: waiting.exhibition.id.to_string(),
                    name: waiting.queued.name.as_str(),
                    place,
                    token: waiting.queued.token.reveal(),
                };
                link.send([Utf8Bytes::from(message.to_json())]).await?;
            }
            Place::Seat => return Ok(()),
            Place::Nowhere => {
                let message = "the games have begun, and there was no seat for you; you can watch";
                send_error(link, Code::Closed, message, None).await?;
                return Err(End::Close(Close::Policy));
            }
        }
        loop {
            let incoming = tokio::select! {
                biased;
                () = entrance.stop.cancelled() => return Err(End::Close(Close::Restart)),
                changed = waiting.queued.place.changed() => match changed {
                    Ok(()) => break,
                    Err(_) => return Err(End::Close(Close::Restart)),
                },
                incoming = link.next() => incoming,
            };
            let error = match incoming {
                Incoming::Gone => return Err(End::Gone),
                Incoming::Fault(why) => return Err(End::Close(why)),
                Incoming::Flood => return Err(cut_off(link, Reason::Bytes).await),
                _ if !allowance.spend() => return Err(cut_off(link, Reason::Messages).await),
                Incoming::Text(text) => parse(&text).err(),
                Incoming::Binary(bytes) => Some(WireError::binary(bytes.len())),
            };
            match error {
                Some(error) => {
                    send_error(link, error.code(), &error.to_string(), None).await?;
                    if error.code() == Code::TooLarge {
                        return Err(End::Close(Close::TooLarge));
                    }
                }
                None => send_error(link, Code::NotAllowed, "you wait for a seat: there is no game yet", None).await?,
            }
        }
    }
}
