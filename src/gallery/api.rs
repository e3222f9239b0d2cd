//! The HTTP part of the contract that everybody may ask, and a spectator's way to the socket.

use axum::{
    Extension,
    body::Bytes,
    extract::{Path, Query, Request, State, rejection::QueryRejection},
    http::{HeaderMap, HeaderName, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use tracing::debug;

use super::{
    audience::Audience,
    authorise::authorise,
    etag::{etag, is_known},
    find::{board_in, find, look, which},
    large_answers::NoRoom,
    parcel::{Handed, takes_gzip},
    viewing::Viewing,
    watch::{self, Gate, Ticket},
};
use crate::{
    doors::{
        limits::Client,
        problem::{JSON, Problem, json},
        upgrade::upgrade,
        websocket::Link,
    },
    record::{event::ExhibitionId, view::View},
    wire::{self, lichess::GameId, pgn},
};

/// What everybody sees is kept for a moment by whatever stands between: where thousands come at once, it is asked for once.
/// Whoever takes it goes on from there on the socket.
const FOR_A_SECOND: &str = "public, max-age=1";
/// When to ask a node again that is behind, in seconds.
const SOON: u32 = 1;
const PGN: &str = "application/x-chess-pgn";

/// An answer that may be long.
pub(super) fn large_answer(viewing: &Viewing, kind: &'static str, body: impl Into<Bytes>) -> Result<Response, Problem> {
    let answer = viewing.large_answers.answer(body.into()).map_err(|NoRoom| viewing.guard.no_room())?;
    Ok(([(header::CONTENT_TYPE, kind)], answer).into_response())
}

/// `GET /api/exhibitions/{exhibition}`
pub(super) async fn snapshot(
    State(viewing): State<Viewing>,
    Extension(client): Extension<Client>,
    Path(name): Path<String>,
    since: Result<Query<Since>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let since = since.ok().and_then(|Query(since)| since.seq());
    // Who shows the organiser's token sees it as it is; who shows another one is told that it is none.
    if headers.contains_key(header::AUTHORIZATION) {
        let id = find(&viewing, &name).await?;
        authorise(viewing.organiser, &client, &headers)?;
        let snapshot = viewing.hub.snapshot_live(id).ok_or_else(Problem::no_such_exhibition)?;
        return large_answer(&viewing, JSON, snapshot);
    }
    let id = find_for(&viewing, &name, since).await?;
    let compressed = takes_gzip(&headers);
    let parcel = viewing.hub.parcel(id, compressed, since).ok_or_else(Problem::no_such_exhibition)?;
    if viewing.distant.is_some() && since > Some(parcel.seq) {
        return Err(behind());
    }
    let Handed { etag, body, compressed } = parcel.handed(compressed).await;
    let known = is_known(&headers, &etag);
    let kept = [
        (header::CACHE_CONTROL, FOR_A_SECOND.to_owned()),
        (header::VARY, "Accept-Encoding, Authorization".to_owned()),
        (header::ETAG, etag),
    ];
    if known {
        return Ok((StatusCode::NOT_MODIFIED, kept).into_response());
    }
    let coding = compressed.then_some([(header::CONTENT_ENCODING, "gzip")]);
    Ok((kept, coding, large_answer(&viewing, JSON, body)?).into_response())
}

/// Finds an exhibition for whoever has everything up to `since`. A node that does not have it may have it in a moment.
async fn find_for(viewing: &Viewing, name: &str, since: Option<u64>) -> Result<ExhibitionId, Problem> {
    let found = find(viewing, name).await;
    let known = viewing.distant.is_none() || since.is_none() || which(name).is_err();
    if known { found } else { found.map_err(|_| behind()) }
}

/// A node has not got so far yet as whoever asks has been elsewhere: it must not show them less.
fn behind() -> Problem {
    let message = "this copy of the exhibition is not up to there yet; come back in a moment";
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "behind", message).again_in(SOON)
}

pub(super) async fn games(
    State(viewing): State<Viewing>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (file, text) = look(&viewing, &name, |view| (format!("simul-{}.pgn", view.id), pgn::games(view))).await?;
    polled(&viewing, &headers, &file, text)
}

pub(super) async fn board(
    State(viewing): State<Viewing>,
    Path((name, board)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let record = look(&viewing, &name, |view| seen(view, &board).map(wire::board_record)).await?;
    record.map(|record| json(StatusCode::OK, record)).ok_or_else(no_such_board)
}

pub(super) async fn game(
    State(viewing): State<Viewing>,
    Path((name, board)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let game = |view: &View| {
        let seen = seen(view, &board).filter(|seen| seen.seat.is_some())?;
        Some((format!("simul-{}-board-{}.pgn", view.id, seen.board), pgn::game(view, seen)))
    };
    let (file, text) = look(&viewing, &name, game).await?.ok_or_else(no_such_board)?;
    polled(&viewing, &headers, &file, text)
}

/// `GET /game/export/{game}`: the same, as clients of Lichess look for it.
pub(super) async fn exported(
    State(viewing): State<Viewing>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let GameId { exhibition, board } = GameId::parse(&name).ok_or_else(no_such_board)?;
    game(State(viewing), Path((exhibition.to_string(), board.to_string())), headers).await
}

/// Games for whoever asks for them again and again: they may keep what they have, as long as they ask.
fn polled(viewing: &Viewing, headers: &HeaderMap, file: &str, text: String) -> Result<Response, Problem> {
    let etag = etag(text.as_bytes());
    let known = is_known(headers, &etag);
    let kept = [(header::CACHE_CONTROL, "no-cache".to_owned()), (header::ETAG, etag)];
    if known {
        return Ok((StatusCode::NOT_MODIFIED, kept).into_response());
    }
    Ok((kept, [named(file)], large_answer(viewing, PGN, text)?).into_response())
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

#[derive(Debug, Deserialize)]
pub(super) struct Since {
    since: Option<String>,
}

impl Since {
    /// A number that makes no sense can't be continued after, which means a fresh snapshot.
    fn seq(&self) -> Option<u64> {
        self.since.as_deref().and_then(|since| since.parse().ok())
    }
}

pub(super) async fn watch(
    State(viewing): State<Viewing>,
    Path(name): Path<String>,
    Query(since): Query<Since>,
    request: Request,
) -> Result<Response, Problem> {
    let since = since.seq();
    let id = find_for(&viewing, &name, since).await?;
    let news = viewing.hub.news(id, Audience::Public).ok_or_else(Problem::no_such_exhibition)?;
    let place = viewing.guard.spectator(viewing.hub.spectators(id).saturating_sub(1))?;
    let ticket = Ticket { id, since, news };
    Ok(upgrade(request, async move |upgraded| {
        let (gate, _place) = (
            Gate {
                hub: &viewing.hub,
                organiser: viewing.organiser,
                large_answers: &viewing.large_answers,
                metrics: &viewing.metrics,
                stop: &viewing.stop,
                reception: viewing.distant.as_ref().map(|distant| &distant.reception),
            },
            place,
        );
        match Link::new(upgraded).await {
            Ok(link) => watch::watch(gate, link, ticket).await,
            Err(error) => debug!(%error, "a spectator's connection was lost"),
        }
    }))
}
