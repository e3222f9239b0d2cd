//! The programs that come again: the organiser gives each a token of its own, and takes it back.

use axum::{
    Extension,
    extract::{Path, Request, State},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use serde::Deserialize;

use super::{authorise::authorise, body, state::Gallery};
use crate::{
    base::{secret::SecretSource, time::wall_clock},
    doors::{
        limits::Client,
        problem::{Problem, json},
    },
    journal::BotError,
    lichess::LASTING,
    record::lasting_bot::LastingBot,
    wire,
};

/// `GET /api/bots`
pub(super) async fn list(
    State(gallery): State<Gallery>,
    Extension(client): Extension<Client>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    authorise(gallery.organiser, &client, &headers)?;
    let bots = gallery.lobby.bots().all().await.map_err(|error| problem(&error.into()))?;
    Ok(json(StatusCode::OK, wire::bots(&bots)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Adding {
    name: String,
    #[serde(default)]
    on_request: bool,
}

/// `POST /api/bots`
pub(super) async fn add(
    State(gallery): State<Gallery>,
    Extension(client): Extension<Client>,
    request: Request,
) -> Result<Response, Problem> {
    authorise(gallery.organiser, &client, request.headers())?;
    let Adding { name, on_request } = body::object(request).await?;
    let name = body::name(&name)?;
    let unavailable = |sentence: String| Problem::new(StatusCode::SERVICE_UNAVAILABLE, "internal", sentence);
    let mut secrets = SecretSource::from_system().map_err(|error| unavailable(error.to_string()))?;
    let token = secrets.token(LASTING);
    let bot = LastingBot { name: name.as_str().to_owned(), created_at: wall_clock(), on_request };
    gallery.lobby.bots().add(&bot, token.hash()).await.map_err(|error| problem(&error))?;
    Ok(json(StatusCode::CREATED, wire::new_bot(&bot, token.reveal())))
}

/// `DELETE /api/bots/{name}`: its token opens nothing from now on; the game that it plays goes on without it.
pub(super) async fn remove(
    State(gallery): State<Gallery>,
    Extension(client): Extension<Client>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    authorise(gallery.organiser, &client, &headers)?;
    let removed = gallery.lobby.bots().remove(&name).await.map_err(|error| problem(&error))?;
    let key = removed.ok_or_else(|| Problem::new(StatusCode::NOT_FOUND, "not_found", "there is no such bot"))?;
    gallery.lobby.revoke(key);
    Ok(json(StatusCode::OK, wire::lichess::done()))
}

fn problem(error: &BotError) -> Problem {
    let (status, code) = match error {
        BotError::Taken(_) | BotError::TooMany => (StatusCode::CONFLICT, "not_allowed"),
        BotError::Older(_) | BotError::Database(_) => (StatusCode::SERVICE_UNAVAILABLE, "internal"),
    };
    Problem::new(status, code, error.to_string())
}
