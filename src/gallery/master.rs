//! A human master's socket. It shows what a spectator sees and how the walk stands, and hands wishes to the games' thread.

use tokio::{
    sync::oneshot,
    time::{Instant, timeout},
};
use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::{Desk, audience::Audience, state::Gallery};
use crate::{
    base::{ordered_watch::Watcher, secret::Token},
    doors::{
        limits::{Lock, Reason},
        players::{FIRST_FRAME_WITHIN, refusal_code},
        token_bucket::TokenBucket,
        websocket::{Incoming, Link, Unsent},
    },
    exhibition::{
        board::NotDone,
        human_seat::{HumanSeat, Sitting},
        registry::{EntryError, Which},
    },
    lichess::Said,
    record::{event::ExhibitionId, standing::Standing},
    wire::{Close, Code, MasterMessage, WireError, chat_frame, master_error, parse_master, walk_frame},
};

/// Serves whoever shows the master's secret first, until they go.
pub(super) async fn attend(gallery: Gallery, mut link: Link, which: Result<Which, EntryError>) {
    let _counted = gallery.metrics.connection("master");
    let end = match welcome(&gallery, &mut link, which).await {
        Ok((id, sitting)) => serve(&gallery, &mut link, id, sitting).await,
        Err(end) => end,
    };
    if let Some(why) = end {
        link.close(why).await;
    }
}

/// Why the connection ends; nothing where the other side is gone.
type End = Option<Close>;

async fn welcome(
    gallery: &Gallery,
    link: &mut Link,
    which: Result<Which, EntryError>,
) -> Result<(ExhibitionId, Sitting), End> {
    let first = tokio::select! {
        biased;
        () = gallery.stop.cancelled() => return Err(Some(Close::Restart)),
        first = timeout(FIRST_FRAME_WITHIN, link.next()) => first,
    };
    let message = match first {
        Err(_) => return Err(refuse(link, Code::NotJoined, "the first frame did not come within 10 s").await),
        Ok(incoming) => read(link, incoming).await?,
    };
    let token = match message {
        Ok(MasterMessage::Master { token }) => Token::from(token),
        Ok(MasterMessage::Wish(_)) => {
            return Err(refuse(link, Code::NotJoined, "say who you are first: `master`, with the token").await);
        }
        Err(error) => {
            let end = refuse(link, error.code(), &error.to_string()).await;
            return Err(if error.code() == Code::TooLarge { Some(Close::TooLarge) } else { end });
        }
    };
    let seat = match find(gallery, which).await {
        Ok(seat) => seat,
        Err(EntryError::NoSuchExhibition) => {
            return Err(refuse(link, Code::NoSuchExhibition, "there is no such exhibition").await);
        }
        Err(EntryError::Ended) => return Err(refuse(link, Code::Closed, "this exhibition has ended").await),
    };
    let Some((id, seat)) = seat else {
        return Err(refuse(link, Code::NotAllowed, "a program plays as the master here").await);
    };
    if !seat.opened_by(&token) {
        if let Err(reason) = link.client().may_show_token(Lock::Seat) {
            return Err(refuse(link, Code::RateLimited, reason.sentence()).await);
        }
        link.client().showed_bad_token(Lock::Seat);
        return Err(refuse(link, Code::BadToken, "this is not the master's token").await);
    }
    let sitting = seat.sit_down(&token).await.ok_or(Some(Close::Restart))?;
    Ok((id, sitting))
}

async fn find(
    gallery: &Gallery,
    which: Result<Which, EntryError>,
) -> Result<Option<(ExhibitionId, HumanSeat)>, EntryError> {
    let (reply, answer) = oneshot::channel();
    if gallery.desk.send(Desk::Find { which: which?, reply }).await.is_err() {
        return Err(EntryError::NoSuchExhibition);
    }
    let exhibition = answer.await.unwrap_or(Err(EntryError::NoSuchExhibition))?;
    Ok(exhibition.human().map(|seat| (exhibition.id(), seat)))
}

async fn refuse(link: &mut Link, code: Code, message: &str) -> End {
    let error = master_error(code, message, None);
    if link.send([error.into()]).await.is_ok() { Some(Close::Policy) } else { None }
}

/// Tells a client that it has sent too much.
async fn cut_off(link: &mut Link, reason: Reason) -> End {
    link.client().refuse(reason);
    refuse(link, Code::RateLimited, reason.sentence()).await
}

/// A frame as a message, or why it is none; the end where nothing can follow.
async fn read(link: &mut Link, incoming: Incoming) -> Result<Result<MasterMessage, WireError>, End> {
    match incoming {
        Incoming::Gone => Err(None),
        Incoming::Fault(why) => Err(Some(why)),
        Incoming::Flood => Err(cut_off(link, Reason::Bytes).await),
        Incoming::Text(text) => Ok(parse_master(&text)),
        Incoming::Binary(bytes) => Ok(Err(WireError::binary(bytes.len()))),
    }
}

async fn serve(gallery: &Gallery, link: &mut Link, id: ExhibitionId, sitting: Sitting) -> End {
    let Some(mut news) = gallery.hub.news(id, Audience::Insiders) else { return Some(Close::Restart) };
    let mut standing = sitting.standing.clone();
    let mut seen = None;
    let mut allowance = TokenBucket::new();
    let mut said = gallery.lobby.listen();
    if let Err(end) = show_events(gallery, link, id, &mut news, &mut seen).await {
        return end;
    }
    if let Err(end) = show_walk(gallery, link, id, &mut standing).await {
        return end;
    }
    loop {
        let step = tokio::select! {
            biased;
            () = gallery.stop.cancelled() => Err(Some(Close::Restart)),
            () = sitting.replaced.cancelled() => Err(Some(Close::Replaced)),
            changed = news.changed() => match changed {
                Ok(()) => show_events(gallery, link, id, &mut news, &mut seen).await,
                Err(_) => Err(Some(Close::Restart)),
            },
            changed = standing.changed() => match changed {
                Ok(()) => show_walk(gallery, link, id, &mut standing).await,
                Err(_) => Err(Some(Close::Restart)),
            },
            // What was missed was not important.
            Ok(said) = said.recv() => show_said(link, id, &said).await,
            incoming = link.next() => answer(link, &sitting, incoming, &mut allowance).await,
        };
        if let Err(end) = step {
            return end;
        }
    }
}

async fn show_events(
    gallery: &Gallery,
    link: &mut Link,
    id: ExhibitionId,
    news: &mut Watcher<u64>,
    seen: &mut Option<u64>,
) -> Result<(), End> {
    let last = news.read_and_update(|&last| last);
    while seen.is_none_or(|seen| seen < last) {
        let helping = gallery.hub.helping_for_master(id, *seen).ok_or(Some(Close::Restart))?;
        send(link, helping.frames).await?;
        *seen = Some(helping.seq);
    }
    Ok(())
}

async fn show_walk(
    gallery: &Gallery,
    link: &mut Link,
    id: ExhibitionId,
    standing: &mut Watcher<Standing>,
) -> Result<(), End> {
    let standing = standing.read_and_update(Clone::clone);
    let frame = gallery.hub.look_live(id, |view| walk_frame(&standing, view)).ok_or(Some(Close::Restart))?;
    send(link, vec![frame.into()]).await
}

async fn show_said(link: &mut Link, id: ExhibitionId, said: &Said) -> Result<(), End> {
    if said.game.exhibition != id {
        return Ok(());
    }
    send(link, vec![chat_frame(said.game.board, said.room.as_str(), &said.name, &said.text).into()]).await
}

async fn send(link: &mut Link, frames: Vec<Utf8Bytes>) -> Result<(), End> {
    link.send(frames).await.map_err(|unsent| (unsent == Unsent::Stalled).then_some(Close::TryAgainLater))
}

async fn answer(
    link: &mut Link,
    sitting: &Sitting,
    incoming: Incoming,
    allowance: &mut TokenBucket,
) -> Result<(), End> {
    let arrived = Instant::now();
    let message = read(link, incoming).await?;
    if !allowance.spend() {
        return Err(cut_off(link, Reason::Messages).await);
    }
    let error = match message {
        Ok(MasterMessage::Wish(wish)) => match sitting.wish(wish.clone(), arrived).await {
            Ok(()) => {
                allowance.refund();
                return Ok(());
            }
            Err(NotDone::Refused(refusal)) => master_error(refusal_code(refusal), &refusal.to_string(), Some(&wish)),
            Err(NotDone::Unstored(error)) => master_error(Code::Internal, &error.to_string(), Some(&wish)),
            Err(NotDone::Closed) => return Err(Some(Close::Restart)),
        },
        Ok(MasterMessage::Master { .. }) => master_error(Code::NotAllowed, "you have the master's seat already", None),
        Err(error) => {
            let frame = master_error(error.code(), &error.to_string(), None);
            if error.code() == Code::TooLarge {
                send(link, vec![frame.into()]).await?;
                return Err(Some(Close::TooLarge));
            }
            frame
        }
    };
    send(link, vec![error.into()]).await
}
