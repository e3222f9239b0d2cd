//! What only the organiser may do.

use std::time::Duration;

use axum::{
    Extension,
    body::Bytes,
    extract::{FromRequest, Path, Request, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use tokio::{sync::oneshot, time::timeout};

use super::{Desk, RekeyError, StartError, addresses, find::which, state::Gallery};
use crate::{
    base::secret::TokenHash,
    doors::{
        limits::{Client, Lock},
        problem::{Problem, json},
    },
    exhibition::{
        handle::SeatError,
        registry::{EntryError, Which},
        settings::Wishes,
    },
    record::event::ExhibitionId,
};

/// How long a request's body may take to come in.
const BODY_DEADLINE: Duration = Duration::from_secs(10);

/// `GET /api/organiser`: whether the token is the organiser's, what an exhibition is like that they say nothing about,
/// and where other machines find the server.
pub(super) async fn check(
    State(gallery): State<Gallery>,
    Extension(client): Extension<Client>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    authorise(&gallery, &client, &headers)?;
    let addresses = addresses::all(&gallery).await;
    let body = serde_json::json!({ "organiser": true, "defaults": gallery.defaults.words(), "addresses": addresses });
    Ok(json(StatusCode::OK, body.to_string()))
}

/// `POST /api/exhibitions`: opens another exhibition.
pub(super) async fn open(
    State(gallery): State<Gallery>,
    Extension(client): Extension<Client>,
    request: Request,
) -> Result<Response, Response> {
    // First, so that a stranger's body is not waited for.
    authorise(&gallery, &client, request.headers()).map_err(Problem::into_response)?;
    let slow = || Problem::new(StatusCode::REQUEST_TIMEOUT, "bad_request", "the body did not come within 10 s");
    let body = timeout(BODY_DEADLINE, Bytes::from_request(request, &())).await.map_err(|_| slow().into_response())?;
    open_as_wished(&gallery, &body.map_err(IntoResponse::into_response)?).await.map_err(Problem::into_response)
}

async fn open_as_wished(gallery: &Gallery, body: &[u8]) -> Result<Response, Problem> {
    // What is an object, and not one of settings, has a wrong setting in it.
    let object = body.trim_ascii_start().first() == Some(&b'{');
    let unread = |error: serde_json::Error| {
        let code = if object && error.is_data() { "bad_settings" } else { "bad_json" };
        Problem::new(StatusCode::BAD_REQUEST, code, error.to_string())
    };
    let settings = gallery.defaults.with(Wishes::read(body).map_err(unread)?);
    let settings =
        settings.map_err(|error| Problem::new(StatusCode::BAD_REQUEST, "bad_settings", error.to_string()))?;
    // One after the other, so that two at once don't both take the last place.
    let _turn = gallery.opening.lock().await;
    gallery.guard.exhibition(gallery.hub.unfinished())?;
    let (reply, answer) = oneshot::channel();
    let opened = ask(gallery, Desk::Open { settings, reply }, answer).await?;
    let (id, token) =
        opened.map_err(|error| Problem::new(StatusCode::SERVICE_UNAVAILABLE, "internal", error.to_string()))?;
    let Some(token) = token else { return shown(gallery, id, StatusCode::CREATED) };
    let snapshot = gallery.hub.snapshot(id).ok_or_else(Problem::no_such_exhibition)?;
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
    let started = ask_of(&gallery, &client, &headers, &name, |which, reply| Desk::Start { which, reply }).await?;
    let id = started.map_err(|error| {
        let (status, code) = match &error {
            StartError::Entry(error) => no_entry(*error),
            StartError::Seat(SeatError::Closed(_)) => (StatusCode::CONFLICT, "closed"),
            StartError::Seat(SeatError::Empty) => (StatusCode::CONFLICT, "not_allowed"),
            StartError::Seat(_) => (StatusCode::SERVICE_UNAVAILABLE, "internal"),
        };
        Problem::new(status, code, error.to_string())
    })?;
    shown(&gallery, id, StatusCode::OK)
}

/// `POST /api/exhibitions/{exhibition}/master`: a new secret for a human master.
pub(super) async fn rekey(
    State(gallery): State<Gallery>,
    Extension(client): Extension<Client>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let made = ask_of(&gallery, &client, &headers, &name, |which, reply| Desk::Rekey { which, reply }).await?;
    let token = made.map_err(|error| {
        let (status, code) = match &error {
            RekeyError::Entry(error) => no_entry(*error),
            RekeyError::Program => (StatusCode::CONFLICT, "not_allowed"),
            RekeyError::Storage(_) => (StatusCode::SERVICE_UNAVAILABLE, "internal"),
        };
        Problem::new(status, code, error.to_string())
    })?;
    Ok(json(StatusCode::OK, serde_json::json!({ "master_token": token.reveal() }).to_string()))
}

/// How it is told that an exhibition can't be entered.
fn no_entry(error: EntryError) -> (StatusCode, &'static str) {
    match error {
        EntryError::NoSuchExhibition => (StatusCode::NOT_FOUND, "no_such_exhibition"),
        EntryError::Ended => (StatusCode::CONFLICT, "closed"),
    }
}

/// Asks something of the exhibition that the address names, as the organiser alone may.
async fn ask_of<T>(
    gallery: &Gallery,
    client: &Client,
    headers: &HeaderMap,
    name: &str,
    request: impl FnOnce(Which, oneshot::Sender<T>) -> Desk,
) -> Result<T, Problem> {
    authorise(gallery, client, headers)?;
    let (reply, answer) = oneshot::channel();
    ask(gallery, request(which(name)?, reply), answer).await
}

async fn ask<T>(gallery: &Gallery, request: Desk, answer: oneshot::Receiver<T>) -> Result<T, Problem> {
    let stopping = || Problem::new(StatusCode::SERVICE_UNAVAILABLE, "internal", "the server stops");
    gallery.desk.send(request).await.map_err(|_| stopping())?;
    answer.await.map_err(|_| stopping())
}

fn shown(gallery: &Gallery, id: ExhibitionId, status: StatusCode) -> Result<Response, Problem> {
    let snapshot = gallery.hub.snapshot(id).ok_or_else(Problem::no_such_exhibition)?;
    Ok(json(status, Bytes::from(snapshot)))
}

pub(super) fn authorise(gallery: &Gallery, client: &Client, headers: &HeaderMap) -> Result<(), Problem> {
    let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token =
        bearer.and_then(|value| value.split_once(' ')).filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    if let Some((_, token)) = token {
        let known = TokenHash::of(token.trim()) == gallery.organiser.token;
        // A token that a person has made up may be guessed: then even the right one waits. One of the server's own is not
        // guessed, and who tries must not keep the organiser out who comes from the same address.
        if !known || gallery.organiser.made_up {
            client.may_show_token(Lock::Organiser)?;
        }
        if known {
            return Ok(());
        }
        client.showed_bad_token(Lock::Organiser);
    }
    let message = "this needs the organiser's token: open the organiser's link that the server printed at its start";
    Err(Problem::new(StatusCode::UNAUTHORIZED, "bad_token", message))
}
