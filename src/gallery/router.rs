//! Every address there is, and what every request passes on its way.

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::StatusCode,
    middleware::{from_fn_with_state, map_response},
    routing::{delete, get, patch, post},
};

use super::{
    addresses, api, bots, description, forecasts, list, orders, organiser, pages, results, seats, state::Gallery,
    suggestion::suggestion,
};
use crate::{
    doors::{
        headers::with_headers,
        middleware,
        problem::{Problem, as_problem},
    },
    lichess,
};

/// The largest body of a request, in bytes.
const LARGEST_BODY: usize = 16 * 1024;
/// The largest body of a request that settles an exhibition: thousands of seats may be kept for somebody.
const LARGEST_SETTINGS: usize = 1024 * 1024;

/// Every address there is.
pub(super) fn router(gallery: Gallery) -> Router {
    let roomy = DefaultBodyLimit::max(LARGEST_SETTINGS);
    // What stands before the others' addresses answers in other words.
    let lichess = lichess::router(gallery.lobby.clone(), gallery.guard.clone());
    Router::new()
        .route("/api/exhibitions", get(list::list).post(organiser::open).layer(roomy))
        .route("/api/exhibitions/{exhibition}", get(api::snapshot).patch(orders::change).layer(roomy))
        .route("/api/exhibitions/{exhibition}/settings", get(orders::settings))
        .route("/api/exhibitions/{exhibition}/pause", post(orders::pause))
        .route("/api/exhibitions/{exhibition}/continue", post(orders::go_on))
        .route("/api/exhibitions/{exhibition}/last-round", post(orders::last_round))
        .route("/api/exhibitions/{exhibition}/cancel", post(orders::cancel))
        .route("/api/exhibitions/{exhibition}/announce", post(orders::announce))
        .route("/api/exhibitions/{exhibition}/fill", post(orders::fill))
        .route("/api/exhibitions/{exhibition}/seats", get(seats::seats).post(seats::join))
        .route("/api/bots", get(bots::list).post(bots::add))
        .route("/api/bots/{name}", delete(bots::remove))
        .route("/game/export/{game}", get(api::exported))
        .route("/api/exhibitions/{exhibition}/waiting", get(seats::waiting))
        .route("/api/exhibitions/{exhibition}/seats/{board}", patch(seats::change).delete(seats::remove))
        .route("/api/exhibitions/{exhibition}/seats/{board}/admit", post(seats::admit))
        .route("/api/exhibitions/{exhibition}/seats/{board}/forget", post(seats::forget))
        .route("/api/exhibitions/{exhibition}/boards/{board}/suggestion", get(suggestion))
        .route("/api/exhibitions/{exhibition}/boards/{board}/adjudicate", post(seats::adjudicate))
        .route("/j/{code}", get(seats::by_code))
        .route("/api/exhibitions/{exhibition}/start", post(organiser::start))
        .route("/api/exhibitions/{exhibition}/master", post(organiser::rekey))
        .route("/api/exhibitions/{exhibition}/games.pgn", get(api::games))
        .route("/api/exhibitions/{exhibition}/results", get(results::results))
        .route("/api/exhibitions/{exhibition}/results.csv", get(results::results_csv))
        .route("/api/exhibitions/{exhibition}/boards/{board}", get(api::board))
        .route("/api/exhibitions/{exhibition}/boards/{board}/game.pgn", get(api::game))
        .route("/api/exhibitions/{exhibition}/forecast", get(forecasts::of_running))
        .route("/api/forecast", get(forecasts::of_planned))
        .route("/api/addresses", get(addresses::told))
        .route("/api/organiser", get(organiser::check))
        .route("/api/openapi.json", get(description::told))
        .route("/ws/{exhibition}/play", get(api::play))
        .route("/ws/{exhibition}/master", get(api::master))
        .route("/ws/{exhibition}/watch", get(api::watch))
        .route("/healthz", get(api::healthz))
        .route("/metrics", get(api::metrics))
        .merge(pages::router())
        .fallback(|| async { Problem::new(StatusCode::NOT_FOUND, "not_found", "there is nothing at this address") })
        .layer(from_fn_with_state(gallery.guard.clone(), middleware::check))
        .layer(map_response(as_problem))
        .merge(lichess)
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(map_response(async |response| with_headers(response)))
        .with_state(gallery)
}
