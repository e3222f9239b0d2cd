//! Who somebody is, and which games are theirs.

use axum::{
    Extension,
    extract::{Path, Query, Request, State},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{asks::Ask, lobby::Lobby, refusal::Refusal, words};
use crate::doors::{limits::Client, problem::json as answer};

/// How many tokens are looked at in one request.
const MOST_TOKENS: usize = 8;
/// How many players may be asked about at once.
const MOST_NAMES: usize = 100;
/// What every token may do.
const SCOPES: &str = "bot:play,board:play,challenge:read,challenge:write";

pub(super) fn ok() -> Response {
    told(&json!({ "ok": true }))
}

pub(super) fn told(value: &Value) -> Response {
    answer(StatusCode::OK, value.to_string())
}

/// `POST /api/token/test`: who each token is.
pub(super) async fn test_tokens(
    State(lobby): State<Lobby>,
    Extension(client): Extension<Client>,
    request: Request,
) -> Result<Response, Refusal> {
    let body = words::body(request).await?;
    let text = std::str::from_utf8(&body).map_err(|_| Refusal::Bad("Tokens are text".to_owned()))?;
    let mut known = Map::new();
    for token in text.split(',').map(str::trim).filter(|token| !token.is_empty()).take(MOST_TOKENS) {
        let account = lobby.account_of(&client, token).await?;
        let about = account.map(|account| json!({ "userId": account.user.id(), "scopes": SCOPES, "expires": null }));
        known.insert(token.to_owned(), about.unwrap_or_default());
    }
    Ok(told(&Value::Object(known)))
}

/// `GET /api/account`
pub(super) async fn account(
    State(lobby): State<Lobby>,
    Extension(client): Extension<Client>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let account = lobby.account(&client, &headers).await?;
    Ok(answer(StatusCode::OK, account.user.account()))
}

/// `POST /api/bot/account/upgrade`: it may use an engine already.
pub(super) async fn upgrade(
    State(lobby): State<Lobby>,
    Extension(client): Extension<Client>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    lobby.account(&client, &headers).await.map(|_| ok())
}

/// `GET /api/account/playing`: the games that are on.
pub(super) async fn playing(
    State(lobby): State<Lobby>,
    Extension(client): Extension<Client>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let account = lobby.account(&client, &headers).await?;
    let mut games = Vec::new();
    for seat in account.seats() {
        // A seat that has just ended has no game that is on.
        games.extend(seat.ask(|reply| Ask::Info { reply }).await.ok().flatten());
    }
    games.sort_by_key(|game| game["gameId"].as_str().map(str::to_owned));
    let turns = games.iter().filter(|game| game["isMyTurn"] == true).count();
    Ok(told(&json!({ "nowPlaying": games, "nbMyTurn": turns })))
}

/// `GET /api/stream/event`
pub(super) async fn events(
    State(lobby): State<Lobby>,
    Extension(client): Extension<Client>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let account = lobby.account(&client, &headers).await?;
    Ok(account.open_events(&lobby).await)
}

#[derive(Deserialize)]
pub(super) struct Ids {
    #[serde(default)]
    ids: String,
}

/// `GET /api/users/status`: a client that asks after itself is there.
pub(super) async fn status(
    State(lobby): State<Lobby>,
    Extension(client): Extension<Client>,
    Query(Ids { ids }): Query<Ids>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let account = lobby.account(&client, &headers).await?;
    let own = |id: &str| account.user.id() == id.to_lowercase();
    // A name may have a comma in it.
    let names: Vec<&str> = if own(&ids) { vec![&ids] } else { ids.split(',').take(MOST_NAMES).collect() };
    let about = |name: &&str| json!({ "id": name.to_lowercase(), "name": name, "online": own(name) });
    Ok(told(&names.iter().filter(|name| !name.is_empty()).map(about).collect()))
}

/// `GET /api/user/{name}`: oneself, or somebody whom a seat can be asked of.
pub(super) async fn user(
    State(lobby): State<Lobby>,
    Extension(client): Extension<Client>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let account = lobby.account(&client, &headers).await?;
    if account.user.id() == name.to_lowercase() {
        return Ok(answer(StatusCode::OK, account.user.account()));
    }
    lobby.exhibition_of(&name).await?;
    Ok(told(&json!({ "id": name.to_lowercase(), "username": name, "perfs": {} })))
}
