//! What a request brings along: the token that it shows, and its body.

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

/// The whole body, or the status that says why there is none.
pub async fn body(request: Request) -> Result<Bytes, StatusCode> {
    let body = timeout(BODY_DEADLINE, Bytes::from_request(request, &())).await;
    body.map_err(|_| StatusCode::REQUEST_TIMEOUT)?.map_err(|rejection| rejection.status())
}
