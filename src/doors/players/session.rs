//! A player at the board, from the first frame to the end of the connection.

use std::{iter::from_fn, pin::pin, time::Duration};

use tokio::{sync::mpsc, time::Instant};
use tracing::debug;

use super::{
    answers::{End, cut_off, send_error},
    greeting::{self, Arrival, Entrance, Welcome},
    queue, words,
};
use crate::{
    base::{alarm::due, catch_panic::catch_panic},
    doors::{
        limits::Reason,
        token_bucket::TokenBucket,
        websocket::{Incoming, Link, Upgraded},
    },
    exhibition::{
        board::{Attachment, ConnectionId, Notice},
        registry::{NoSuchExhibition, Which},
    },
    rules::Command,
    wire::{Choices, ClientMessage, Close, Code, WireError, parse},
};

/// A fast master's move follows the visit so soon that both leave in one write, which costs more than all else about them.
const VISIT_HELD: Duration = Duration::from_millis(20);
/// How many notices may wait for a client to read. A player who has missed more than that has to come back.
const OUTBOX: usize = 64;

/// Serves a player until they go or are sent away.
pub async fn serve(entrance: Entrance, upgraded: Upgraded, which: Result<Which, NoSuchExhibition>) {
    match Link::new(upgraded).await {
        Ok(link) => attend(entrance, link, which).await,
        Err(error) => debug!(%error, "a connection was lost on its way to the games"),
    }
}

/// The same, from the first frame on, whatever carries it.
pub async fn attend(entrance: Entrance, mut link: Link, which: Result<Which, NoSuchExhibition>) {
    let _counted = entrance.metrics.connection("player");
    let end = match greeting::welcome(&mut link, &entrance, which).await {
        Ok(arrival) => stay(&mut link, &entrance, arrival).await,
        Err(end) => end,
    };
    if let End::Close(why) = end {
        link.close(why).await;
    }
}

/// Waits for a seat where there is none, and sits there.
async fn stay(link: &mut Link, entrance: &Entrance, mut arrival: Arrival) -> End {
    loop {
        match arrival {
            Arrival::Welcome(welcome) => return play(link, entrance, welcome).await,
            Arrival::Waiting(mut waiting) => {
                if let Err(end) = queue::wait(link, entrance, &mut waiting).await {
                    return end;
                }
                arrival = match waiting.seat().await {
                    Ok(arrival) => arrival,
                    // Whatever has become of it, their secret says.
                    Err(_) => return End::Close(Close::Restart),
                };
            }
        }
    }
}

/// Sits at the board until the end of the connection; the seat is kept after it.
async fn play(link: &mut Link, entrance: &Entrance, mut welcome: Welcome) -> End {
    let id = ConnectionId::next();
    let (outbox, notices) = mpsc::channel(OUTBOX);
    let Choices { legal_moves, legal_san } = welcome.choices;
    let choices = legal_moves || legal_san;
    let attachment = Attachment { id, guest: welcome.seated.guest, outbox, choices, follows_retractions: true };
    let board = welcome.seated.board.clone();
    if board.attach(attachment).await.is_err() {
        return End::Close(Close::Restart);
    }
    let mut session = Session { link, entrance, welcome: &mut welcome, id, allowance: TokenBucket::new() };
    // Only now, since somebody who is gone before hearing of the seat must be seen to leave it.
    let session = async {
        // Who asks for the seat is told so by the board.
        if session.welcome.seated.admitted
            && let Err(unsent) = session.link.send([words::seated(session.welcome)]).await
        {
            return unsent.into();
        }
        session.run(notices).await
    };
    let end = catch_panic("connection", &entrance.metrics, session).await.unwrap_or(End::Close(Close::TryAgainLater));
    // A board that has stopped needs no goodbye.
    let _ = board.detach(id).await;
    end
}

struct Session<'a> {
    link: &'a mut Link,
    entrance: &'a Entrance,
    welcome: &'a mut Welcome,
    id: ConnectionId,
    allowance: TokenBucket,
}

impl Session<'_> {
    async fn run(&mut self, mut notices: mpsc::Receiver<Notice>) -> End {
        // One wait for all that comes.
        let mut stopped = pin!(self.entrance.stop.cancelled());
        // Until when a visit is not told yet.
        let mut held = None;
        loop {
            let step = tokio::select! {
                biased;
                () = stopped.as_mut() => Err(End::Close(Close::Restart)),
                notice = notices.recv() => match notice {
                    Some(Notice::Visit) if held.is_none() && notices.is_empty() => {
                        held = Some(Instant::now() + VISIT_HELD);
                        Ok(())
                    }
                    Some(notice) => {
                        let visit = held.take().map(|_| Notice::Visit);
                        self.tell(visit.into_iter().chain([notice]), &mut notices).await
                    }
                    // The board has cut off a client that does not read.
                    None => Err(End::Close(Close::TryAgainLater)),
                },
                () = due(held) => {
                    held = None;
                    self.tell([Notice::Visit], &mut notices).await
                }
                incoming = self.link.next() => self.take(incoming).await,
            };
            if let Err(end) = step {
                return end;
            }
        }
    }

    /// Sends notices, and with them in one write whatever else is ready.
    async fn tell(
        &mut self,
        first: impl IntoIterator<Item = Notice>,
        notices: &mut mpsc::Receiver<Notice>,
    ) -> Result<(), End> {
        let mut frames = Vec::with_capacity(4);
        let mut farewell = None;
        for notice in first.into_iter().chain(from_fn(|| notices.try_recv().ok())) {
            if let Notice::Moved { arrived: Some(arrived), .. } = &notice {
                self.entrance.metrics.receipt(arrived.elapsed());
                self.allowance.refund();
            }
            if let Notice::Renamed { name } = &notice {
                // Whatever is told from now on says so too.
                self.welcome.seated.name = name.clone();
            }
            farewell = match notice {
                Notice::Replaced => Some(Close::Replaced),
                Notice::Restart | Notice::Reseated { .. } => Some(Close::Restart),
                Notice::Dismissed(_) => Some(Close::Policy),
                _ => None,
            };
            frames.extend(words::frame(&notice, self.welcome));
            if farewell.is_some() {
                break;
            }
        }
        self.link.send(frames).await?;
        farewell.map_or(Ok(()), |why| Err(End::Close(why)))
    }

    async fn take(&mut self, incoming: Incoming) -> Result<(), End> {
        let arrived = Instant::now();
        let message = match incoming {
            Incoming::Gone => return Err(End::Gone),
            Incoming::Fault(why) => return Err(End::Close(why)),
            Incoming::Flood => return Err(cut_off(self.link, Reason::Bytes).await),
            Incoming::Text(text) => parse(&text),
            Incoming::Binary(bytes) => Err(WireError::binary(bytes.len())),
        };
        if !self.allowance.spend() {
            return Err(cut_off(self.link, Reason::Messages).await);
        }
        match message {
            Ok(ClientMessage::Play(command)) => self.command(command, arrived).await,
            Ok(ClientMessage::Pass) => {
                let board = &self.welcome.seated.board;
                board.pass(self.id).await.map_err(|_| End::Close(Close::Restart))
            }
            Ok(ClientMessage::Join(_) | ClientMessage::Resume { .. }) => {
                self.refuse(Code::NotAllowed, "you have a seat already", None).await
            }
            Ok(ClientMessage::Organiser { .. }) => {
                self.refuse(Code::NotAllowed, "the organiser watches; this is a player's connection", None).await
            }
            Err(error) => {
                self.refuse(error.code(), &error.to_string(), None).await?;
                if error.code() == Code::TooLarge { Err(End::Close(Close::TooLarge)) } else { Ok(()) }
            }
        }
    }

    async fn command(&mut self, command: Command, arrived: Instant) -> Result<(), End> {
        let board = &self.welcome.seated.board;
        board.play(self.id, command, arrived).await.map_err(|_| End::Close(Close::Restart))
    }

    async fn refuse(&mut self, code: Code, message: &str, ply: Option<u32>) -> Result<(), End> {
        Ok(send_error(self.link, code, message, ply).await?)
    }
}
