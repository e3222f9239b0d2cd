//! What the organiser wants of an exhibition as a whole: each is one order to its task.

use axum::{
    Extension,
    extract::{Path, Request, State},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use serde::Deserialize;
use tokio::sync::oneshot;

use super::{
    Desk,
    authorise::authorise,
    body,
    find::look_live,
    organiser::{ask, entrusted, entrusted_with, seat_problem, settings_problem, shown, wishes_of},
    state::Gallery,
};
use crate::{
    base::time::wall_clock,
    doors::{
        limits::Client,
        problem::{Problem, json},
    },
    exhibition::{
        counter::Counter,
        order::{BadWords, Order, OrderError},
        settings::Settings,
        setup_choices::Lots,
    },
    record::{event::Stage, seat_key::SeatKey},
    rules::MOST_BOARDS,
};

/// `GET …/settings`: what is settled, in the words of a request's body; the entry code among it.
pub(super) async fn settings(
    State(gallery): State<Gallery>,
    Extension(client): Extension<Client>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    authorise(gallery.organiser, &client, &headers)?;
    let words = look_live(&gallery, &name, |view| Settings::of(&view.program).words()).await?;
    Ok(json(StatusCode::OK, words.to_string()))
}

/// `PATCH …`: settles something anew.
pub(super) async fn change(
    State(gallery): State<Gallery>,
    Extension(client): Extension<Client>,
    Path(name): Path<String>,
    request: Request,
) -> Result<Response, Problem> {
    let exhibition = entrusted(&gallery, &client, request.headers(), &name).await?;
    let body = body::body(request).await?;
    let wishes = wishes_of(&body)?;
    if exhibition.stage() != Stage::Open {
        wishes.only_late().map_err(|field| {
            let message = format!("`{field}` can be changed before the start alone");
            Problem::new(StatusCode::CONFLICT, "not_allowed", message).about(field)
        })?;
    }
    let from = exhibition.program();
    let to = Settings::changed(&from, wishes, Lots::draw(), wall_clock()).map_err(|error| settings_problem(&error))?;
    obey(&gallery, &exhibition, Order::Change { from, to: Box::new(to) }).await
}

/// `POST …/pause`
pub(super) async fn pause(
    state: State<Gallery>,
    client: Extension<Client>,
    path: Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    simply(state, client, path, headers, Order::Pause).await
}

/// `POST …/continue`
pub(super) async fn go_on(
    state: State<Gallery>,
    client: Extension<Client>,
    path: Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    simply(state, client, path, headers, Order::Continue).await
}

/// `POST …/last-round`
pub(super) async fn last_round(
    state: State<Gallery>,
    client: Extension<Client>,
    path: Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    simply(state, client, path, headers, Order::LastRound).await
}

/// `POST …/cancel`
pub(super) async fn cancel(
    state: State<Gallery>,
    client: Extension<Client>,
    path: Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    simply(state, client, path, headers, Order::Cancel).await
}

async fn simply(
    State(gallery): State<Gallery>,
    Extension(client): Extension<Client>,
    Path(name): Path<String>,
    headers: HeaderMap,
    order: Order,
) -> Result<Response, Problem> {
    let exhibition = entrusted(&gallery, &client, &headers, &name).await?;
    obey(&gallery, &exhibition, order).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Announcing {
    text: String,
}

/// `POST …/announce`
pub(super) async fn announce(
    State(gallery): State<Gallery>,
    Extension(client): Extension<Client>,
    Path(name): Path<String>,
    request: Request,
) -> Result<Response, Problem> {
    let (exhibition, Announcing { text }) = entrusted_with(&gallery, &client, request, &name).await?;
    let words = text.parse().map_err(|error: BadWords| {
        Problem::new(StatusCode::BAD_REQUEST, "bad_settings", error.to_string()).about("text")
    })?;
    obey(&gallery, &exhibition, Order::Announce(words)).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Filling {
    bots: u32,
    #[serde(default = "strongest")]
    level: u8,
}

fn strongest() -> u8 {
    SeatKey::STRONGEST
}

/// `POST …/fill`: seats house bots.
pub(super) async fn fill(
    State(gallery): State<Gallery>,
    Extension(client): Extension<Client>,
    Path(name): Path<String>,
    request: Request,
) -> Result<Response, Problem> {
    let (exhibition, Filling { bots, level }) = entrusted_with(&gallery, &client, request, &name).await?;
    let bad = |field, message: String| Err(Problem::new(StatusCode::BAD_REQUEST, "bad_settings", message).about(field));
    if !(1..=MOST_BOARDS).contains(&bots) {
        return bad("bots", format!("house bots are a number from 1 to {MOST_BOARDS}"));
    }
    if level > SeatKey::STRONGEST {
        return bad("level", format!("a house bot's level is a number from 0 to {}", SeatKey::STRONGEST));
    }
    let (reply, answer) = oneshot::channel();
    let id = exhibition.id();
    let filling = Desk::Fill { exhibition, bots, level, reply };
    ask(&gallery, filling, answer).await?.map_err(|error| seat_problem(&error))?;
    shown(&gallery, id, StatusCode::OK)
}

/// Has an order obeyed, and shows what has come of it.
pub(super) async fn obey(gallery: &Gallery, exhibition: &Counter, order: Order) -> Result<Response, Problem> {
    exhibition.order(order).await.map_err(|error| order_problem(&error))?;
    shown(gallery, exhibition.id(), StatusCode::OK)
}

/// Why an order came to nothing, as HTTP tells it.
pub(super) fn order_problem(error: &OrderError) -> Problem {
    let (status, code) = match error {
        OrderError::Ended => (StatusCode::CONFLICT, "closed"),
        OrderError::NotAllowed(_) | OrderError::BoardTaken(_) | OrderError::Meanwhile => {
            (StatusCode::CONFLICT, "not_allowed")
        }
        OrderError::NoSuchBoard(..) => (StatusCode::NOT_FOUND, "no_such_board"),
        OrderError::Nobody(_) => (StatusCode::CONFLICT, "not_allowed"),
        OrderError::Storage(_) | OrderError::Stopping => (StatusCode::SERVICE_UNAVAILABLE, "internal"),
    };
    Problem::new(status, code, error.to_string())
}
