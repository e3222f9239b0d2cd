//! Who somebody is, and which games are theirs.

use axum::{
    Extension,
    extract::{Path, Query, Request, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Deserialize;

use super::{asks::Ask, lobby::Lobby, refusal::Refusal, signed::Signed};
use crate::{
    doors::{limits::Client, middleware::ToAnybody, problem::json, request},
    wire::lichess::{LichessUser, done, now_playing, statuses, tested_tokens},
};

/// How many tokens are looked at in one request.
const MOST_TOKENS: usize = 8;
/// How many players may be asked about at once.
const MOST_NAMES: usize = 100;

pub(super) fn ok() -> Response {
    told(done())
}

pub(super) fn told(answer: String) -> Response {
    json(StatusCode::OK, answer)
}

/// `POST /api/token/test`: who each token is.
pub(super) async fn test_tokens(
    State(lobby): State<Lobby>,
    Extension(client): Extension<Client>,
    request: Request,
) -> Result<Response, Refusal> {
    let body = request::body(request).await?;
    let text = std::str::from_utf8(&body).map_err(|_| Refusal::Bad("Tokens are text".to_owned()))?;
    let mut tested = Vec::new();
    for token in text.split(',').map(str::trim).filter(|token| !token.is_empty()).take(MOST_TOKENS) {
        tested.push((token, lobby.account_of(&client, token).await?));
    }
    let users = tested.iter().map(|(token, account)| (*token, account.as_ref().map(|account| &account.user)));
    Ok((Extension(ToAnybody), told(tested_tokens(users))).into_response())
}

/// `GET /api/account`
pub(super) async fn account(Signed { account, .. }: Signed) -> Response {
    told(account.user.account())
}

/// `POST /api/bot/account/upgrade`: it may use an engine already.
pub(super) async fn upgrade(_signed: Signed) -> Response {
    ok()
}

/// `GET /api/account/playing`: the games that are on.
pub(super) async fn playing(Signed { account, .. }: Signed) -> Response {
    let mut games = Vec::new();
    for seat in account.seats() {
        // A seat that has just ended has no game that is on.
        games.extend(seat.ask(|reply| Ask::Info { reply }).await.ok().flatten());
    }
    told(now_playing(games))
}

/// `GET /api/stream/event`
pub(super) async fn events(State(lobby): State<Lobby>, Signed { account, .. }: Signed) -> Response {
    lobby.open_events(&account).await
}

#[derive(Deserialize)]
pub(super) struct Ids {
    #[serde(default)]
    ids: String,
}

/// `GET /api/users/status`: a client that asks after itself is there.
pub(super) async fn status(Query(Ids { ids }): Query<Ids>, Signed { account, .. }: Signed) -> Response {
    let own = |id: &str| account.user.id() == id.to_lowercase();
    // A name may have a comma in it.
    let names: Vec<&str> = if own(&ids) { vec![&ids] } else { ids.split(',').take(MOST_NAMES).collect() };
    let names = names.into_iter().filter(|name| !name.is_empty());
    told(statuses(names.map(|name| (name, own(name)))))
}

/// `GET /api/user/{name}`: oneself, or somebody whom a seat can be asked of.
pub(super) async fn user(
    State(lobby): State<Lobby>,
    Path(name): Path<String>,
    Signed { account, .. }: Signed,
) -> Result<Response, Refusal> {
    if account.user.id() == name.to_lowercase() {
        return Ok(told(account.user.account()));
    }
    lobby.exhibition_of(&name).await?;
    Ok(told(LichessUser { name, bot: false }.account()))
}
