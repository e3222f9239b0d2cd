//! Whoever makes a request, by the token that it shows.

use std::sync::Arc;

use axum::{extract::FromRequestParts, http::request::Parts};
use tokio::time::Instant;

use super::{account::Account, lobby::Lobby, refusal::Refusal};
use crate::doors::limits::Client;

/// Whoever makes a request. Where the token is nobody's, the request is refused.
pub(super) struct Signed {
    pub(super) account: Arc<Account>,
    /// When the request came in: up to then its player's time ran.
    pub(super) arrived: Instant,
}

impl FromRequestParts<Lobby> for Signed {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, lobby: &Lobby) -> Result<Signed, Refusal> {
        let arrived = Instant::now();
        let client = parts.extensions.get::<Client>().cloned().unwrap_or_default();
        let account = lobby.account(&client, &parts.headers).await?;
        Ok(Signed { account, arrived })
    }
}
