//! Whether a request shows the organiser's token.

use axum::http::{HeaderMap, StatusCode};

use super::viewing::OrganiserKey;
use crate::doors::{limits::Client, problem::Problem, request::bearer};

/// Whether the request is the organiser's; where there is no key, nobody's is.
pub(super) fn authorise(key: Option<OrganiserKey>, client: &Client, headers: &HeaderMap) -> Result<(), Problem> {
    if let (Some(token), Some(key)) = (bearer(headers), key)
        && key.opened_by(client, token)?
    {
        return Ok(());
    }
    let message = "this needs the organiser's token: open the organiser's link that the server printed at its start";
    Err(Problem::new(StatusCode::UNAUTHORIZED, "bad_token", message))
}
