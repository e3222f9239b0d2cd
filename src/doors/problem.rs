//! An error, as HTTP tells it.

use axum::{
    body::Bytes,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use super::{headers::with_headers, limits::Reason};
use crate::wire::{self, lichess::no_line};

/// The kind of every answer in JSON.
pub const JSON: &str = "application/json";

/// An error as the contract has it.
#[derive(Debug)]
pub struct Problem {
    status: StatusCode,
    code: &'static str,
    message: String,
    /// The field of the request that it is about.
    field: Option<&'static str>,
    /// After how many seconds it may be tried again.
    retry_after: Option<u32>,
    /// Whether no line of it must be readable, see [`no_line`].
    no_line: bool,
}

impl Problem {
    /// An error of the contract's `code`, in a sentence.
    #[must_use]
    pub fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Problem {
        Problem { status, code, message: message.into(), field: None, retry_after: None, no_line: false }
    }

    /// The same, about a field of the request.
    #[must_use]
    pub fn about(self, field: &'static str) -> Problem {
        Problem { field: Some(field), ..self }
    }

    /// The same, with word of when to try again.
    #[must_use]
    pub fn again_in(self, seconds: u32) -> Problem {
        Problem { retry_after: Some(seconds), ..self }
    }

    /// The same, as who reads a stream of lines must not take it for one.
    #[must_use]
    pub fn in_no_line(self) -> Problem {
        Problem { no_line: true, ..self }
    }

    /// The address names none.
    #[must_use]
    pub fn no_such_exhibition() -> Problem {
        Problem::new(StatusCode::NOT_FOUND, "no_such_exhibition", "there is no such exhibition")
    }

    /// The address names a board that the exhibition does not have.
    #[must_use]
    pub fn no_such_board() -> Problem {
        Problem::new(StatusCode::NOT_FOUND, "no_such_board", "there is no such board in this exhibition")
    }

    /// What the router and its extractors refuse by themselves, which is a client's doing.
    #[must_use]
    pub fn unreadable(status: StatusCode) -> Problem {
        let (code, message) = match status {
            StatusCode::METHOD_NOT_ALLOWED => ("not_allowed", "this address does not have that method"),
            StatusCode::PAYLOAD_TOO_LARGE => {
                ("too_large", "a request's body has at most 16 KiB, and 1 MiB where it settles an exhibition")
            }
            StatusCode::REQUEST_TIMEOUT => ("bad_request", "the body did not come within 10 s"),
            _ => ("bad_request", "this request can't be read"),
        };
        Problem::new(status, code, message)
    }

    /// The answer's body.
    #[must_use]
    pub fn body(&self) -> String {
        let body = wire::error_body(self.code, &self.message, self.field);
        if self.no_line { no_line(&body) } else { body }
    }
}

impl From<Reason> for Problem {
    fn from(reason: Reason) -> Problem {
        let (status, code, retry_after) = match reason {
            Reason::Connections | Reason::Spectators | Reason::Answers => {
                (StatusCode::SERVICE_UNAVAILABLE, "rate_limited", Some(10))
            }
            Reason::BadTokens => (StatusCode::TOO_MANY_REQUESTS, "rate_limited", Some(60)),
            Reason::Joins => (StatusCode::TOO_MANY_REQUESTS, "rate_limited", Some(5)),
            Reason::Exhibitions => (StatusCode::CONFLICT, "not_allowed", None),
            Reason::Origin => (StatusCode::FORBIDDEN, "not_allowed", None),
            Reason::AddressConnections | Reason::AddressRate | Reason::Requests | Reason::Messages | Reason::Bytes => {
                (StatusCode::TOO_MANY_REQUESTS, "rate_limited", Some(5))
            }
        };
        Problem { retry_after, ..Problem::new(status, code, reason.sentence()) }
    }
}

/// The whole answer to somebody who is refused before asking anything.
pub fn refusal(reason: Reason) -> Vec<u8> {
    // What was asked for is not known here: it may have been a stream.
    let problem = Problem::from(reason).in_no_line();
    let body = problem.body();
    let response = with_headers(problem.into_response());
    let status = response.status();
    let mut head = format!("HTTP/1.1 {} {}\r\n", status.as_str(), status.canonical_reason().unwrap_or_default());
    for (name, value) in response.headers() {
        // All of them are this file's own.
        head.push_str(&format!("{name}: {}\r\n", value.to_str().unwrap_or_default()));
    }
    format!("{head}content-length: {}\r\nconnection: close\r\n\r\n{body}", body.len()).into_bytes()
}

/// An answer in JSON.
pub fn json(status: StatusCode, body: impl Into<Bytes>) -> Response {
    (status, [(header::CONTENT_TYPE, JSON)], body.into()).into_response()
}

/// What the router and its extractors refuse by themselves is told like every other error.
pub async fn as_problem(response: Response) -> Response {
    let kind = response.headers().get(header::CONTENT_TYPE).map_or(&b""[..], |kind| kind.as_bytes());
    // A page tells it to people.
    let told = kind == JSON.as_bytes() || kind.starts_with(b"text/html");
    if told || !response.status().is_client_error() {
        return response;
    }
    let problem = Problem::unreadable(response.status()).into_response();
    let allow = response.headers().get(header::ALLOW).cloned();
    (allow.map(|allow| [(header::ALLOW, allow)]), problem).into_response()
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let challenge = (self.status == StatusCode::UNAUTHORIZED).then_some([(header::WWW_AUTHENTICATE, "Bearer")]);
        let retry = self.retry_after.map(|seconds| [(header::RETRY_AFTER, HeaderValue::from(seconds))]);
        (challenge, retry, json(self.status, self.body())).into_response()
    }
}
