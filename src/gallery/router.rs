//! Every address there is, and what every request passes on its way.

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::StatusCode,
    middleware::{from_fn_with_state, map_response},
    routing::{get, post},
};

use super::{api, description, forecasts, organiser, pages, state::Gallery};
use crate::doors::{
    headers::with_headers,
    middleware,
    problem::{Problem, as_problem},
};

/// The largest body of a request, in bytes.
const LARGEST_BODY: usize = 16 * 1024;

/// Every address there is.
pub(super) fn router(gallery: Gallery) -> Router {
    Router::new()
        .route("/api/exhibitions", get(api::list).post(organiser::open))
        .route("/api/exhibitions/{exhibition}", get(api::snapshot))
        .route("/api/exhibitions/{exhibition}/start", post(organiser::start))
        .route("/api/exhibitions/{exhibition}/master", post(organiser::rekey))
        .route("/api/exhibitions/{exhibition}/games.pgn", get(api::games))
        .route("/api/exhibitions/{exhibition}/boards/{board}", get(api::board))
        .route("/api/exhibitions/{exhibition}/boards/{board}/game.pgn", get(api::game))
        .route("/api/exhibitions/{exhibition}/forecast", get(forecasts::of_running))
        .route("/api/forecast", get(forecasts::of_planned))
        .route("/api/organiser", get(organiser::check))
        .route("/api/openapi.json", get(description::told))
        .route("/ws/{exhibition}/play", get(api::play))
        .route("/ws/{exhibition}/master", get(api::master))
        .route("/ws/{exhibition}/watch", get(api::watch))
        .route("/healthz", get(api::healthz))
        .route("/metrics", get(api::metrics))
        .merge(pages::router())
        .fallback(|| async { Problem::new(StatusCode::NOT_FOUND, "not_found", "there is nothing at this address") })
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(from_fn_with_state(gallery.guard.clone(), middleware::check))
        .layer(map_response(as_problem))
        .layer(map_response(async |response| with_headers(response)))
        .with_state(gallery)
}
