//! What only the organiser may do.

use axum::{
    Extension,
    body::Bytes,
    extract::{Path, Request, State},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use serde::de::DeserializeOwned;
use tokio::sync::oneshot;

use super::{Desk, RekeyError, addresses, authorise::authorise, body, find::which, state::Gallery};
use crate::{
    base::time::wall_clock,
    doors::{
        limits::Client,
        players::{entry_code, seat_code},
        problem::{Problem, json},
    },
    exhibition::{
        counter::Counter,
        handle::SeatError,
        registry::{EntryError, Which},
        settings_error::SettingsError,
        wishes::{Wishes, WishesError},
    },
    record::event::ExhibitionId,
};

/// `GET /api/organiser`: whether the token is the organiser's, what an exhibition is like that they say nothing about,
/// and where other machines find the server.
pub(super) async fn check(
    State(gallery): State<Gallery>,
    Extension(client): Extension<Client>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    authorise(gallery.organiser, &client, &headers)?;
    let addresses = addresses::all(&gallery).await;
    let body = serde_json::json!({ "organiser": true, "defaults": gallery.defaults.words(), "addresses": addresses });
    Ok(json(StatusCode::OK, body.to_string()))
}

/// `POST /api/exhibitions`: opens another exhibition.
pub(super) async fn open(
    State(gallery): State<Gallery>,
    Extension(client): Extension<Client>,
    request: Request,
) -> Result<Response, Problem> {
    // First, so that a stranger's body is not waited for.
    authorise(gallery.organiser, &client, request.headers())?;
    let body = body::body(request).await?;
    open_as_wished(&gallery, &body).await
}

/// The settings that a body wishes for.
pub(super) fn wishes_of(body: &[u8]) -> Result<Wishes, Problem> {
    let bad = |message: String| Problem::new(StatusCode::BAD_REQUEST, "bad_settings", message);
    Wishes::read(body).map_err(|error| match error {
        WishesError::Json(_) => Problem::new(StatusCode::BAD_REQUEST, "bad_json", error.to_string()),
        WishesError::Setting { field: Some(field), sentence } => bad(sentence).about(field),
        WishesError::Setting { field: None, sentence } => bad(sentence),
    })
}

/// What is wrong with a setting, as HTTP tells it.
pub(super) fn settings_problem(error: &SettingsError) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "bad_settings", error.to_string()).about(error.field())
}

async fn open_as_wished(gallery: &Gallery, body: &[u8]) -> Result<Response, Problem> {
    let settings = gallery.defaults.with(wishes_of(body)?, wall_clock()).map_err(|error| settings_problem(&error))?;
    // One after the other, so that two at once don't both take the last place.
    let _turn = gallery.opening.lock().await;
    gallery.guard.exhibition(gallery.hub.unfinished())?;
    let (reply, answer) = oneshot::channel();
    let opened = ask(gallery, Desk::Open { settings: Box::new(settings), reply }, answer).await?;
    let (id, token) =
        opened.map_err(|error| Problem::new(StatusCode::SERVICE_UNAVAILABLE, "internal", error.to_string()))?;
    let Some(token) = token else { return shown(gallery, id, StatusCode::CREATED) };
    let snapshot = gallery.hub.snapshot_live(id).ok_or_else(Problem::no_such_exhibition)?;
    // Into the object that others share without it.
    let fields = snapshot.as_str().strip_prefix('{').unwrap_or_default();
    Ok(json(StatusCode::CREATED, format!("{{\"master_token\":\"{}\",{fields}", token.reveal())))
}

/// `POST /api/exhibitions/{exhibition}/start`: starts with the seats taken so far.
pub(super) async fn start(
    State(gallery): State<Gallery>,
    Extension(client): Extension<Client>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let exhibition = entrusted(&gallery, &client, &headers, &name).await?;
    exhibition.start().await.map_err(|error| seat_problem(&error))?;
    shown(&gallery, exhibition.id(), StatusCode::OK)
}

/// `POST /api/exhibitions/{exhibition}/master`: a new secret for a human master.
pub(super) async fn rekey(
    State(gallery): State<Gallery>,
    Extension(client): Extension<Client>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let exhibition = entrusted(&gallery, &client, &headers, &name).await?;
    let (reply, answer) = oneshot::channel();
    let token = ask(&gallery, Desk::Rekey { exhibition, reply }, answer).await?.map_err(|error| {
        let (status, code) = match &error {
            RekeyError::Program => (StatusCode::CONFLICT, "not_allowed"),
            RekeyError::Storage(_) => (StatusCode::SERVICE_UNAVAILABLE, "internal"),
        };
        Problem::new(status, code, error.to_string())
    })?;
    Ok(json(StatusCode::OK, serde_json::json!({ "master_token": token.reveal() }).to_string()))
}

/// Why nobody sits down or nothing starts, as HTTP tells it.
pub(super) fn seat_problem(error: &SeatError) -> Problem {
    let status = match error {
        SeatError::NoSuchBoard(..) => StatusCode::NOT_FOUND,
        SeatError::NoCode | SeatError::BadCode => StatusCode::FORBIDDEN,
        SeatError::BadToken => StatusCode::UNAUTHORIZED,
        SeatError::Storage(_) | SeatError::Stopping => StatusCode::SERVICE_UNAVAILABLE,
        SeatError::Closed(_) | SeatError::Full | SeatError::FullQueue | SeatError::Taken(_) | SeatError::Empty => {
            StatusCode::CONFLICT
        }
    };
    Problem::new(status, seat_code(error).as_str(), error.to_string())
}

/// The exhibition that the address names, for the organiser.
pub(super) async fn entrusted(
    gallery: &Gallery,
    client: &Client,
    headers: &HeaderMap,
    name: &str,
) -> Result<Counter, Problem> {
    authorise(gallery.organiser, client, headers)?;
    enter(gallery, which(name)?).await
}

/// The same, and what the request's body says: nobody else's is waited for.
pub(super) async fn entrusted_with<T: DeserializeOwned>(
    gallery: &Gallery,
    client: &Client,
    request: Request,
    name: &str,
) -> Result<(Counter, T), Problem> {
    let exhibition = entrusted(gallery, client, request.headers(), name).await?;
    Ok((exhibition, body::object(request).await?))
}

/// The way to an exhibition that is open.
pub(super) async fn enter(gallery: &Gallery, which: Which) -> Result<Counter, Problem> {
    let (reply, answer) = oneshot::channel();
    ask(gallery, Desk::Find { which, reply }, answer).await?.map_err(|error| {
        let status = match error {
            EntryError::NoSuchExhibition => StatusCode::NOT_FOUND,
            EntryError::Ended => StatusCode::CONFLICT,
        };
        Problem::new(status, entry_code(error).as_str(), error.to_string())
    })
}

pub(super) async fn ask<T>(gallery: &Gallery, request: Desk, answer: oneshot::Receiver<T>) -> Result<T, Problem> {
    let stopping = || Problem::new(StatusCode::SERVICE_UNAVAILABLE, "internal", "the server stops");
    gallery.desk.send(request).await.map_err(|_| stopping())?;
    answer.await.map_err(|_| stopping())
}

pub(super) fn shown(gallery: &Gallery, id: ExhibitionId, status: StatusCode) -> Result<Response, Problem> {
    let snapshot = gallery.hub.snapshot_live(id).ok_or_else(Problem::no_such_exhibition)?;
    Ok(json(status, Bytes::from(snapshot)))
}
