//! The HTTP part of the contract.

use axum::{
    Extension,
    body::Bytes,
    extract::{Path, Query, Request, State},
    http::{HeaderMap, HeaderName, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use tracing::debug;

use super::{
    audience::Audience,
    desk::Desk,
    etag::{etag, is_known},
    find::{board_in, find, look},
    large_answers::NoRoom,
    master,
    organiser::authorise,
    state::{Gallery, MetricsFor},
    watch::{self, Gate, Ticket},
};
use crate::{
    doors::{
        limits::Client,
        problem::{JSON, Problem, json},
        upgrade::upgrade,
        websocket::Link,
    },
    exhibition::registry::{EntryError, NoSuchExhibition},
    record::view::View,
    wire::{self, lichess::GameId, pgn},
};

const PGN: &str = "application/x-chess-pgn";

/// An answer that may be long.
pub(super) fn large_answer(gallery: &Gallery, kind: &'static str, body: impl Into<Bytes>) -> Result<Response, Problem> {
    let answer = gallery.large_answers.answer(body.into()).map_err(|NoRoom| gallery.guard.no_room())?;
    Ok(([(header::CONTENT_TYPE, kind)], answer).into_response())
}

pub(super) async fn snapshot(
    State(gallery): State<Gallery>,
    Extension(client): Extension<Client>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let id = find(&gallery, &name).await?;
    // Who shows the organiser's token sees it as it is; who shows another one is told that it is none.
    let snapshot = match headers.contains_key(header::AUTHORIZATION) {
        true => {
            authorise(&gallery, &client, &headers)?;
            gallery.hub.snapshot_live(id)
        }
        false => gallery.hub.snapshot(id),
    };
    let snapshot = snapshot.ok_or_else(Problem::no_such_exhibition)?;
    large_answer(&gallery, JSON, snapshot)
}

pub(super) async fn games(
    State(gallery): State<Gallery>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (file, text) = look(&gallery, &name, |view| (format!("simul-{}.pgn", view.id), pgn::games(view))).await?;
    polled(&gallery, &headers, &file, text)
}

pub(super) async fn board(
    State(gallery): State<Gallery>,
    Path((name, board)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let record = look(&gallery, &name, |view| seen(view, &board).map(wire::board_record)).await?;
    record.map(|record| json(StatusCode::OK, record)).ok_or_else(no_such_board)
}

pub(super) async fn game(
    State(gallery): State<Gallery>,
    Path((name, board)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let game = |view: &View| {
        let seen = seen(view, &board).filter(|seen| seen.seat.is_some())?;
        Some((format!("simul-{}-board-{}.pgn", view.id, seen.board), pgn::game(view, seen)))
    };
    let (file, text) = look(&gallery, &name, game).await?.ok_or_else(no_such_board)?;
    polled(&gallery, &headers, &file, text)
}

/// `GET /game/export/{game}`: the same, as clients of Lichess look for it.
pub(super) async fn exported(
    State(gallery): State<Gallery>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let GameId { exhibition, board } = GameId::parse(&name).ok_or_else(no_such_board)?;
    game(State(gallery), Path((exhibition.to_string(), board.to_string())), headers).await
}

/// Games for whoever asks for them again and again: they may keep what they have, as long as they ask.
fn polled(gallery: &Gallery, headers: &HeaderMap, file: &str, text: String) -> Result<Response, Problem> {
    let etag = etag(text.as_bytes());
    let known = is_known(headers, &etag);
    let kept = [(header::CACHE_CONTROL, "no-cache".to_owned()), (header::ETAG, etag)];
    if known {
        return Ok((StatusCode::NOT_MODIFIED, kept).into_response());
    }
    Ok((kept, [named(file)], large_answer(gallery, PGN, text)?).into_response())
}

fn seen<'a>(view: &'a View, board: &str) -> Option<&'a crate::record::board_view::BoardView> {
    view.boards.get(board_in(board)?.index())
}

fn no_such_board() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "no_such_board", "there is no game on such a board in this exhibition")
}

/// What a browser that saves an answer calls it.
pub(super) fn named(file: &str) -> (HeaderName, String) {
    (header::CONTENT_DISPOSITION, format!("inline; filename=\"{file}\""))
}

pub(super) async fn play(State(gallery): State<Gallery>, Path(name): Path<String>, request: Request) -> Response {
    // What the address means is said on the socket, where a player's client listens.
    let which = name.parse();
    upgrade(request, async move |upgraded| {
        // If the games are gone the connection is dropped, and the client comes back.
        let _ = gallery.desk.send(Desk::Player { upgraded, which }).await;
    })
}

pub(super) async fn master(State(gallery): State<Gallery>, Path(name): Path<String>, request: Request) -> Response {
    let which = name.parse().map_err(|NoSuchExhibition| EntryError::NoSuchExhibition);
    upgrade(request, async move |upgraded| match Link::new(upgraded).await {
        Ok(link) => master::attend(gallery, link, which).await,
        Err(error) => debug!(%error, "the master's connection was lost"),
    })
}

#[derive(Debug, Deserialize)]
pub(super) struct Since {
    since: Option<String>,
}

pub(super) async fn watch(
    State(gallery): State<Gallery>,
    Path(name): Path<String>,
    Query(Since { since }): Query<Since>,
    request: Request,
) -> Result<Response, Problem> {
    let id = find(&gallery, &name).await?;
    let news = gallery.hub.news(id, Audience::Public).ok_or_else(Problem::no_such_exhibition)?;
    let place = gallery.guard.spectator(gallery.hub.spectators(id).saturating_sub(1))?;
    // A number that makes no sense can't be continued after, which means a fresh snapshot.
    let since = since.and_then(|since| since.parse().ok());
    let ticket = Ticket { id, since, news };
    Ok(upgrade(request, async move |upgraded| {
        let (gate, _place) = (
            Gate {
                hub: &gallery.hub,
                organiser: Some(gallery.organiser),
                large_answers: &gallery.large_answers,
                metrics: &gallery.metrics,
                stop: &gallery.stop,
            },
            place,
        );
        match Link::new(upgraded).await {
            Ok(link) => watch::watch(gate, link, ticket).await,
            Err(error) => debug!(%error, "a spectator's connection was lost"),
        }
    }))
}

pub(super) async fn healthz(State(gallery): State<Gallery>) -> Response {
    if gallery.pulse.is_sound() && !gallery.stop.is_cancelled() {
        (StatusCode::OK, "ok\n").into_response()
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "moves can't be stored at the moment\n").into_response()
    }
}

pub(super) async fn metrics(
    State(gallery): State<Gallery>,
    Extension(client): Extension<Client>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    match gallery.metrics_for {
        MetricsFor::ThisMachine if !client.is_this_machine() => {
            let message = "the figures are for this machine alone; `--metrics-for` changes that";
            return Err(Problem::new(StatusCode::FORBIDDEN, "not_allowed", message));
        }
        MetricsFor::Organiser => authorise(&gallery, &client, &headers)?,
        MetricsFor::ThisMachine | MetricsFor::Everybody => {}
    }
    for (status, count) in gallery.hub.boards_by_status() {
        gallery.metrics.boards(status, count);
    }
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    Ok(([(header::CONTENT_TYPE, kind)], gallery.metrics.render()).into_response())
}
