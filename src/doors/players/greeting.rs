//! The first frame: who is there, and which seat is theirs.

use std::time::Duration;

use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::{
    answers::{End, cut_off, send_error},
    codes,
};
use crate::{
    base::{metrics::Metrics, secret::Token},
    doors::{
        limits::{Client, Lock, Reason},
        websocket::{Incoming, Link},
    },
    exhibition::{
        handle::{Application, ExhibitionHandle, Outcome, Queued, SeatError, Seated},
        registry::{EntryError, NoSuchExhibition, Registry, Which},
    },
    rules::{BoardNo, PlayerName},
    wire::{Choices, ClientMessage, Close, Code, Join, WireError, parse},
};

/// How long the first frame may take.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// What every player's socket needs.
#[derive(Debug, Clone)]
pub struct Entrance {
    /// Where the exhibitions are.
    pub registry: Registry,
    /// What is counted.
    pub metrics: Metrics,
    /// The server stops.
    pub stop: CancellationToken,
}

/// Somebody who has a seat, or asks for it.
#[derive(Debug)]
pub(super) struct Welcome {
    /// In which exhibition.
    pub(super) exhibition: ExhibitionHandle,
    /// Which seat.
    pub(super) seated: Seated,
    /// What they want to know of their legal moves.
    pub(super) choices: Choices,
}

/// Somebody who waits for a seat.
#[derive(Debug)]
pub(super) struct Waiting {
    /// In which exhibition.
    pub(super) exhibition: ExhibitionHandle,
    /// Where.
    pub(super) queued: Queued,
    /// What they will want to know of their legal moves.
    choices: Choices,
}

/// What becomes of who comes.
#[derive(Debug)]
pub(super) enum Arrival {
    Welcome(Welcome),
    Waiting(Waiting),
}

impl Arrival {
    fn of(exhibition: ExhibitionHandle, outcome: Outcome, choices: Choices) -> Arrival {
        match outcome {
            Outcome::Seat(seated) => Arrival::Welcome(Welcome { exhibition, seated, choices }),
            Outcome::Queue(queued) => Arrival::Waiting(Waiting { exhibition, queued, choices }),
        }
    }
}

impl Waiting {
    /// The seat that has come of it.
    pub(super) async fn seat(self) -> Result<Arrival, SeatError> {
        let outcome = self.exhibition.resume(self.queued.token.clone()).await?;
        Ok(Arrival::of(self.exhibition, outcome, self.choices))
    }
}

/// Why nobody was seated.
struct Rejection(Code, String);

impl From<Reason> for Rejection {
    fn from(reason: Reason) -> Rejection {
        Rejection(Code::RateLimited, reason.sentence().to_owned())
    }
}

/// Waits for the first frame and gives the seat it asks for. Everything else ends the connection.
pub(super) async fn welcome(
    link: &mut Link,
    entrance: &Entrance,
    which: Result<Which, NoSuchExhibition>,
) -> Result<Arrival, End> {
    let incoming = tokio::select! {
        biased;
        () = entrance.stop.cancelled() => return Err(End::Close(Close::Restart)),
        incoming = first_frame(link) => incoming,
    };
    let message = match incoming {
        Some(Incoming::Gone) => return Err(End::Gone),
        Some(Incoming::Fault(why)) => return Err(End::Close(why)),
        Some(Incoming::Text(text)) => parse(&text),
        Some(Incoming::Flood) => return Err(cut_off(link, Reason::Bytes).await),
        Some(Incoming::Binary(bytes)) => Err(WireError::binary(bytes.len())),
        None => {
            send_error(link, Code::NotJoined, "the first frame did not come within 10 s", None).await?;
            return Err(End::Close(Close::Policy));
        }
    };
    let seated = match message {
        Ok(message) => seat(entrance, link.client(), which, message).await,
        Err(error) => Err(Rejection(error.code(), error.to_string())),
    };
    match seated {
        Ok(arrival) => Ok(arrival),
        Err(Rejection(code, message)) => {
            send_error(link, code, &message, None).await?;
            Err(End::Close(if code == Code::TooLarge { Close::TooLarge } else { Close::Policy }))
        }
    }
}

async fn seat(
    entrance: &Entrance,
    client: &Client,
    which: Result<Which, NoSuchExhibition>,
    message: ClientMessage,
) -> Result<Arrival, Rejection> {
    let exhibition = || {
        let found = which
            .map_err(|NoSuchExhibition| EntryError::NoSuchExhibition)
            .and_then(|which| entrance.registry.find(which));
        found.map_err(|error| Rejection(codes::entry_code(error), error.to_string()))
    };
    match message {
        ClientMessage::Join(Join { name, board, bot, code, wait, choices }) => {
            let name = PlayerName::parse(&name).map_err(|error| Rejection(Code::BadName, error.to_string()))?;
            let exhibition = exhibition()?;
            client.join()?;
            let board = board.map(BoardNo);
            let application = Application { board, bot, code, waits: wait, ..Application::of(name) };
            let outcome = exhibition.apply(application).await;
            let outcome = outcome.map_err(|error| Rejection(codes::seat_code(&error), error.to_string()))?;
            Ok(Arrival::of(exhibition, outcome, choices))
        }
        ClientMessage::Resume { token, choices } => {
            let exhibition = exhibition()?;
            let seated = exhibition.resume(Token::from(token)).await;
            if matches!(seated, Err(SeatError::BadToken)) {
                // Nobody guesses 128 random bits: whoever tries all the same must not keep the owner of a seat out who
                // comes from the same address.
                client.may_show_token(Lock::Seat)?;
                client.showed_bad_token(Lock::Seat);
            }
            let outcome = seated.map_err(|error| Rejection(codes::seat_code(&error), error.to_string()))?;
            Ok(Arrival::of(exhibition, outcome, choices))
        }
        ClientMessage::Play(_) | ClientMessage::Pass | ClientMessage::Organiser { .. } => {
            Err(Rejection(Code::NotJoined, "say who you are first: `join` or `resume`".into()))
        }
    }
}

/// The first frame, or nothing within the time.
async fn first_frame(link: &mut Link) -> Option<Incoming> {
    timeout(PATIENCE, link.next()).await.ok()
}
