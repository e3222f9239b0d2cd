//! What a request brings along: the token that it shows, whether it wants a page, and its body.

use std::time::Duration;

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    http::{HeaderMap, StatusCode, header},
};
use tokio::time::timeout;

/// How long a request's body may take to come in.
const BODY_DEADLINE: Duration = Duration::from_secs(10);

/// The token that a request shows.
#[must_use]
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

/// Whether a browser asks that is to show the answer: a person reads it.
#[must_use]
pub fn is_browsing(headers: &HeaderMap) -> bool {
    headers.get(header::ACCEPT).is_some_and(|kinds| kinds.as_bytes().starts_with(b"text/html"))
}

/// The whole body, or the status that says why there is none.
pub async fn body(request: Request) -> Result<Bytes, StatusCode> {
    let body = timeout(BODY_DEADLINE, Bytes::from_request(request, &())).await;
    body.map_err(|_| StatusCode::REQUEST_TIMEOUT)?.map_err(|rejection| rejection.status())
}
