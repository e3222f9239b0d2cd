//! What a request brings along.

use std::time::Duration;

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    http::StatusCode,
};
use tokio::time::timeout;

use super::refusal::Refusal;

/// How long a request's body may take to come in.
const BODY_DEADLINE: Duration = Duration::from_secs(10);

/// The whole body.
pub(super) async fn body(request: Request) -> Result<Bytes, Refusal> {
    let slow = |_| Refusal::Unreadable(StatusCode::REQUEST_TIMEOUT);
    let body = timeout(BODY_DEADLINE, Bytes::from_request(request, &())).await.map_err(slow)?;
    body.map_err(|rejection| Refusal::Unreadable(rejection.status()))
}
