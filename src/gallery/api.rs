//! The HTTP part of the contract.

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Path, Query, Request, State},
    http::{HeaderName, HeaderValue, StatusCode, header},
    middleware::{from_fn_with_state, map_response},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde::Deserialize;
use tracing::{debug, warn};

use super::{
    Desk, Gallery, door, forecasts,
    lengthy::NoRoom,
    organiser, pages,
    upgrade::upgrade,
    watch::{self, Gate, Ticket},
};
use crate::{
    event::ExhibitionId,
    guard::Reason,
    hall::{NoSuchExhibition, Which},
    journal::OpenError,
    link::Link,
    pgn,
    rules::BoardNo,
    view::View,
    wire,
};

const JSON: &str = "application/json";
const PGN: &str = "application/x-chess-pgn";

/// The largest body of a request, in bytes.
const LARGEST_BODY: usize = 16 * 1024;

/// Every address there is.
pub(super) fn router(gallery: Gallery) -> Router {
    Router::new()
        .route("/api/exhibitions", get(list).post(organiser::open))
        .route("/api/exhibitions/{exhibition}", get(snapshot))
        .route("/api/exhibitions/{exhibition}/start", post(organiser::start))
        .route("/api/exhibitions/{exhibition}/games.pgn", get(games))
        .route("/api/exhibitions/{exhibition}/boards/{board}", get(board))
        .route("/api/exhibitions/{exhibition}/boards/{board}/game.pgn", get(game))
        .route("/api/exhibitions/{exhibition}/forecast", get(forecasts::of_running))
        .route("/api/forecast", get(forecasts::of_planned))
        .route("/api/organiser", get(organiser::check))
        .route("/ws/{exhibition}/play", get(play))
        .route("/ws/{exhibition}/watch", get(watch))
        .route("/healthz", get(healthz))
        .route("/metrics", get(metrics))
        .merge(pages::router())
        .fallback(|| async { Problem::new(StatusCode::NOT_FOUND, "not_found", "there is nothing at this address") })
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(from_fn_with_state(gallery.clone(), door::check))
        .layer(map_response(as_problem))
        .layer(map_response(async |response| with_headers(response)))
        .with_state(gallery)
}

/// What the router and its extractors refuse by themselves is told like every other error.
async fn as_problem(response: Response) -> Response {
    let told = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind == JSON);
    let (code, message) = match response.status() {
        _ if told => return response,
        StatusCode::METHOD_NOT_ALLOWED => ("not_allowed", "this address does not have that method"),
        StatusCode::PAYLOAD_TOO_LARGE => ("too_large", "a request's body has at most 16 KiB"),
        status if status.is_client_error() => ("bad_request", "this request can't be read"),
        _ => return response,
    };
    let problem = Problem::new(response.status(), code, message).into_response();
    let allow = response.headers().get(header::ALLOW).cloned();
    (allow.map(|allow| [(header::ALLOW, allow)]), problem).into_response()
}

/// What goes with every answer. No page needs anything from elsewhere, and none is to be shown inside another.
fn with_headers(mut response: Response) -> Response {
    const HEADERS: [(&str, &str); 6] = [
        (
            "content-security-policy",
            // The pieces are images in the board's style sheet. `default` is static/js/markup.js.
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
             base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; \
             trusted-types default",
        ),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("permissions-policy", "camera=(), geolocation=(), microphone=()"),
    ];
    for (name, value) in HEADERS {
        response.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    response.headers_mut().entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// An error as the contract has it.
#[derive(Debug)]
pub(super) struct Problem {
    pub(super) status: StatusCode,
    code: &'static str,
    message: String,
    /// After how many seconds it may be tried again.
    pub(super) retry_after: Option<u32>,
}

impl Problem {
    pub(super) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Problem {
        Problem { status, code, message: message.into(), retry_after: None }
    }

    pub(super) fn no_such_exhibition() -> Problem {
        Problem::new(StatusCode::NOT_FOUND, "no_such_exhibition", "there is no such exhibition")
    }

    pub(super) fn body(&self) -> String {
        wire::error_body(self.code, &self.message)
    }
}

impl From<Reason> for Problem {
    fn from(reason: Reason) -> Problem {
        let (status, code, retry_after) = match reason {
            Reason::Connections | Reason::Spectators | Reason::Answers => {
                (StatusCode::SERVICE_UNAVAILABLE, "rate_limited", Some(10))
            }
            Reason::BadTokens | Reason::Joins => (StatusCode::TOO_MANY_REQUESTS, "rate_limited", Some(60)),
            Reason::Exhibitions => (StatusCode::CONFLICT, "not_allowed", None),
            Reason::Origin => (StatusCode::FORBIDDEN, "not_allowed", None),
            Reason::AddressConnections | Reason::AddressRate | Reason::Requests | Reason::Messages | Reason::Bytes => {
                (StatusCode::TOO_MANY_REQUESTS, "rate_limited", Some(5))
            }
        };
        Problem { retry_after, ..Problem::new(status, code, reason.sentence()) }
    }
}

/// The whole answer to somebody who is refused before he has asked anything.
pub(super) fn refusal(reason: Reason) -> Vec<u8> {
    let problem = Problem::from(reason);
    let body = problem.body();
    let response = with_headers(problem.into_response());
    let status = response.status();
    let mut head = format!("HTTP/1.1 {} {}\r\n", status.as_str(), status.canonical_reason().unwrap_or_default());
    for (name, value) in response.headers() {
        // All of them are this file's own.
        head.push_str(&format!("{name}: {}\r\n", value.to_str().unwrap_or_default()));
    }
    format!("{head}content-length: {}\r\nconnection: close\r\n\r\n{body}", body.len()).into_bytes()
}

/// An answer in JSON.
pub(super) fn json(status: StatusCode, body: impl Into<Bytes>) -> Response {
    (status, [(header::CONTENT_TYPE, JSON)], body.into()).into_response()
}

/// An answer that may be long.
fn lengthy(gallery: &Gallery, kind: &'static str, body: impl Into<Bytes>) -> Result<Response, Problem> {
    let answer = gallery.lengthy.answer(body.into()).map_err(|NoRoom| gallery.guard.no_room())?;
    Ok(([(header::CONTENT_TYPE, kind)], answer).into_response())
}

/// Which exhibition an address means.
pub(super) fn which(name: &str) -> Result<Which, Problem> {
    name.parse().map_err(|NoSuchExhibition| Problem::no_such_exhibition())
}

/// Finds an exhibition, out of the archive where it is over.
async fn find(gallery: &Gallery, name: &str) -> Result<ExhibitionId, Problem> {
    let which = which(name)?;
    if let Some(id) = gallery.hub.find(which) {
        return Ok(id);
    }
    let Which::Id(id) = which else { return Err(Problem::no_such_exhibition()) };
    let record = gallery.archive.lock().await.load(id).await.map_err(|error| unreadable(&error))?;
    gallery.hub.remember(record.ok_or_else(Problem::no_such_exhibition)?.view);
    Ok(id)
}

fn unreadable(error: &OpenError) -> Problem {
    warn!(%error, "the archive can't be read");
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "internal", "the archive can't be read at the moment")
}

pub(super) async fn look<T>(gallery: &Gallery, name: &str, at: impl FnOnce(&View) -> T) -> Result<T, Problem> {
    let id = find(gallery, name).await?;
    gallery.hub.look(id, at).ok_or_else(Problem::no_such_exhibition)
}

async fn list(State(gallery): State<Gallery>) -> Result<Response, Problem> {
    let listed = gallery.archive.lock().await.list().await.map_err(|error| unreadable(&error))?;
    Ok(json(StatusCode::OK, wire::exhibition_list(&listed)))
}

async fn snapshot(State(gallery): State<Gallery>, Path(name): Path<String>) -> Result<Response, Problem> {
    let id = find(&gallery, &name).await?;
    let snapshot = gallery.hub.snapshot(id).ok_or_else(Problem::no_such_exhibition)?;
    lengthy(&gallery, JSON, snapshot)
}

async fn games(State(gallery): State<Gallery>, Path(name): Path<String>) -> Result<Response, Problem> {
    let (file, text) = look(&gallery, &name, |view| (format!("simul-{}.pgn", view.id), pgn::games(view))).await?;
    Ok((pgn_headers(&file), lengthy(&gallery, PGN, text)?).into_response())
}

async fn board(
    State(gallery): State<Gallery>,
    Path((name, board)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let record = look(&gallery, &name, |view| seen(view, &board).map(wire::board_record)).await?;
    record.map(|record| json(StatusCode::OK, record)).ok_or_else(no_such_board)
}

async fn game(
    State(gallery): State<Gallery>,
    Path((name, board)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let file = |view: &View| {
        let seen = seen(view, &board).filter(|seen| seen.seat.is_some())?;
        let headers = pgn_headers(&format!("simul-{}-board-{}.pgn", view.id, seen.board));
        Some((headers, pgn::game(view, seen)).into_response())
    };
    look(&gallery, &name, file).await?.ok_or_else(no_such_board)
}

fn seen<'a>(view: &'a View, board: &str) -> Option<&'a crate::view::BoardView> {
    let number = board.parse().ok().filter(|&number| number > 0)?;
    view.boards.get(BoardNo(number).index())
}

fn no_such_board() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "no_such_board", "there is no game on such a board in this exhibition")
}

fn pgn_headers(name: &str) -> [(HeaderName, String); 2] {
    let disposition = format!("inline; filename=\"{name}\"");
    [(header::CONTENT_TYPE, PGN.to_owned()), (header::CONTENT_DISPOSITION, disposition)]
}

async fn play(State(gallery): State<Gallery>, Path(name): Path<String>, request: Request) -> Response {
    // What the address means is said on the socket, where a player's client listens.
    let which = name.parse();
    upgrade(request, async move |upgraded| {
        // If the games are gone the connection is dropped, and the client comes back.
        let _ = gallery.desk.send(Desk::Player { upgraded, which }).await;
    })
}

#[derive(Debug, Deserialize)]
struct Since {
    since: Option<String>,
}

async fn watch(
    State(gallery): State<Gallery>,
    Path(name): Path<String>,
    Query(Since { since }): Query<Since>,
    request: Request,
) -> Result<Response, Problem> {
    let id = find(&gallery, &name).await?;
    let news = gallery.hub.news(id).ok_or_else(Problem::no_such_exhibition)?;
    let place = gallery.guard.spectator(gallery.hub.spectators(id).saturating_sub(1))?;
    // A number that makes no sense can't be continued after, which means a fresh snapshot.
    let since = since.and_then(|since| since.parse().ok());
    let ticket = Ticket { id, since, news };
    Ok(upgrade(request, async move |upgraded| {
        let (gate, _place) = (
            Gate { hub: &gallery.hub, lengthy: &gallery.lengthy, metrics: &gallery.metrics, stop: &gallery.stop },
            place,
        );
        match Link::new(upgraded).await {
            Ok(link) => watch::watch(gate, link, ticket).await,
            Err(error) => debug!(%error, "a spectator's connection was lost"),
        }
    }))
}

async fn healthz(State(gallery): State<Gallery>) -> Response {
    if gallery.pulse.is_sound() && !gallery.stop.is_cancelled() {
        (StatusCode::OK, "ok\n").into_response()
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "moves can't be stored at the moment\n").into_response()
    }
}

async fn metrics(State(gallery): State<Gallery>) -> Response {
    for (status, count) in gallery.hub.boards_by_status() {
        gallery.metrics.boards(status, count);
    }
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], gallery.metrics.render()).into_response()
}
