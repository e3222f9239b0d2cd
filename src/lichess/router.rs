//! Every address, as Lichess has them: at the root, since clients drop what their base URL has behind the host.

use axum::{
    Router,
    http::header,
    middleware::{from_fn_with_state, map_response},
    response::{IntoResponse, Response},
    routing::{get, post},
};

use super::{
    accounts, games,
    lobby::Lobby,
    refusal::{Refusal, Told},
    seeking,
};
use crate::doors::{limits::Guard, middleware};

/// Every address.
pub fn router<S: Clone + Send + Sync + 'static>(lobby: Lobby, guard: Guard) -> Router<S> {
    let games = |role: &str| {
        let at = |rest: &str| format!("/api/{role}/game/{rest}");
        Router::new()
            .route(&at("stream/{game}"), get(games::watch))
            .route(&at("{game}/move/{uci}"), post(games::make_move))
            .route(&at("{game}/chat"), get(games::said).post(games::say))
            .route(&at("{game}/abort"), post(games::abort))
            .route(&at("{game}/resign"), post(games::resign))
            .route(&at("{game}/draw/{answer}"), post(games::draw))
            .route(&at("{game}/takeback/{answer}"), post(games::takeback))
            .route(&at("{game}/claim-victory"), post(games::claim))
            .route(&at("{game}/claim-victory/"), post(games::claim))
            .route(&at("{game}/claim-draw"), post(games::claim))
    };
    Router::new()
        .route("/api/token/test", post(accounts::test_tokens))
        .route("/api/account", get(accounts::account))
        .route("/api/account/playing", get(accounts::playing))
        .route("/api/bot/account/upgrade", post(accounts::upgrade))
        .route("/api/stream/event", get(accounts::events))
        .route("/api/users/status", get(accounts::status))
        .route("/api/user/{name}", get(accounts::user))
        .route("/api/challenge/{name}", post(seeking::challenge))
        .route("/api/challenge/{name}/{answer}", post(seeking::answer_challenge))
        .route("/api/board/seek", post(seeking::seek))
        .merge(games("bot"))
        .merge(games("board"))
        .layer(from_fn_with_state(guard, middleware::check_patiently))
        .layer(map_response(in_their_words))
        .with_state(lobby)
}

/// What the router and what stands before it refuse is told as everything else here.
async fn in_their_words(response: Response) -> Response {
    let status = response.status();
    if !status.is_client_error() || response.extensions().get::<Told>().is_some() {
        return response;
    }
    let headers =
        [header::ALLOW, header::RETRY_AFTER].map(|name| (name.clone(), response.headers().get(name).cloned()));
    let mut told = Refusal::Unreadable(status).into_response();
    for (name, value) in headers {
        if let Some(value) = value {
            told.headers_mut().insert(name, value);
        }
    }
    told
}
