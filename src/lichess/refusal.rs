//! Why something is refused, in the words and with the status that Lichess's clients know.

use axum::{
    Extension,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::{
    doors::{limits::Reason, problem::json},
    exhibition::{handle::SeatError, registry::EntryError},
    lichess::errand::NoSeat,
    rules,
    wire::lichess::{NoFields, lichess_error, no_line},
};

/// Marks an answer that is in clients' words already.
#[derive(Debug, Clone, Copy)]
pub(super) struct Told;

/// Why something is refused.
#[derive(Debug, Clone, thiserror::Error)]
pub(super) enum Refusal {
    #[error("No such token")]
    NoSuchToken,
    #[error("No such game")]
    NoSuchGame,
    #[error("{0}")]
    NotFound(String),
    #[error("Not your turn, or game already over")]
    NotYourTurn,
    #[error("{0}")]
    Bad(String),
    #[error("This game can no longer be aborted")]
    NoAbort,
    #[error("{0}")]
    Unavailable(String),
    #[error("{}", .0.sentence())]
    TooMuch(Reason),
    /// What the router refuses by itself.
    #[error("{}", .0.canonical_reason().unwrap_or("This request can't be read"))]
    Unreadable(StatusCode),
}

impl Refusal {
    /// The server stops, or a board is being set up anew: a client repeats what is answered so.
    pub(super) fn restarting() -> Refusal {
        Refusal::Unavailable("The server restarts, please repeat".to_owned())
    }

    fn status(&self) -> StatusCode {
        match self {
            Refusal::NoSuchToken => StatusCode::UNAUTHORIZED,
            Refusal::NoSuchGame | Refusal::NotFound(_) => StatusCode::NOT_FOUND,
            Refusal::NotYourTurn | Refusal::Bad(_) | Refusal::NoAbort => StatusCode::BAD_REQUEST,
            Refusal::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Refusal::TooMuch(_) => StatusCode::TOO_MANY_REQUESTS,
            Refusal::Unreadable(status) => *status,
        }
    }
}

impl From<Reason> for Refusal {
    fn from(reason: Reason) -> Refusal {
        Refusal::TooMuch(reason)
    }
}

impl From<rules::Refusal> for Refusal {
    fn from(refusal: rules::Refusal) -> Refusal {
        match refusal {
            rules::Refusal::NotYourTurn | rules::Refusal::StalePly | rules::Refusal::GameOver => Refusal::NotYourTurn,
            rules::Refusal::IllegalMove | rules::Refusal::NotAllowed(_) => Refusal::Bad(refusal.to_string()),
        }
    }
}

impl From<StatusCode> for Refusal {
    fn from(status: StatusCode) -> Refusal {
        Refusal::Unreadable(status)
    }
}

impl From<NoFields> for Refusal {
    fn from(error: NoFields) -> Refusal {
        Refusal::Bad(error.to_string())
    }
}

impl From<NoSeat> for Refusal {
    fn from(error: NoSeat) -> Refusal {
        let sentence = error.to_string();
        match error {
            NoSeat::Entry(EntryError::NoSuchExhibition) => Refusal::NotFound(sentence),
            NoSeat::Seat(SeatError::Storage(_) | SeatError::Stopping) => Refusal::Unavailable(sentence),
            NoSeat::Entry(EntryError::Ended) | NoSeat::Seat(_) => Refusal::Bad(sentence),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let again = matches!(self, Refusal::TooMuch(_)).then_some([(header::RETRY_AFTER, HeaderValue::from(60))]);
        let body = lichess_error(&self.to_string());
        let passes = matches!(self, Refusal::TooMuch(_) | Refusal::Unavailable(_));
        let body = if passes { no_line(&body) } else { body };
        (again, Extension(Told), json(self.status(), body)).into_response()
    }
}
