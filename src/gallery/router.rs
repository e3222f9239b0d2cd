//! Every address there is at a hall, and what every request passes on its way.

use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware::{from_fn_with_state, map_response},
    routing::{delete, get, patch, post},
};

use super::{
    bots, entrance, figures, halls_page, orders, organiser, pages, seats, shown, state::Gallery, suggestion::suggestion,
};
use crate::{
    doors::{headers::with_headers, middleware, problem::as_problem},
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
        .route("/api/exhibitions", post(organiser::open).layer(roomy))
        .route("/api/exhibitions/{exhibition}", patch(orders::change).layer(roomy))
        .route("/api/exhibitions/{exhibition}/settings", get(orders::settings))
        .route("/api/exhibitions/{exhibition}/pause", post(orders::pause))
        .route("/api/exhibitions/{exhibition}/continue", post(orders::go_on))
        .route("/api/exhibitions/{exhibition}/last-round", post(orders::last_round))
        .route("/api/exhibitions/{exhibition}/cancel", post(orders::cancel))
        .route("/api/exhibitions/{exhibition}/announce", post(orders::announce))
        .route("/api/exhibitions/{exhibition}/fill", post(orders::fill))
        .route("/api/exhibitions/{exhibition}/seats", get(seats::seats).post(seats::join))
        .route("/api/halls", get(halls_page::none))
        .route("/api/bots", get(bots::list).post(bots::add))
        .route("/api/bots/{name}", delete(bots::remove))
        .route("/api/exhibitions/{exhibition}/waiting", get(seats::waiting))
        .route("/api/exhibitions/{exhibition}/seats/{board}", patch(seats::change).delete(seats::remove))
        .route("/api/exhibitions/{exhibition}/seats/{board}/admit", post(seats::admit))
        .route("/api/exhibitions/{exhibition}/seats/{board}/forget", post(seats::forget))
        .route("/api/exhibitions/{exhibition}/boards/{board}/suggestion", get(suggestion))
        .route("/api/exhibitions/{exhibition}/boards/{board}/adjudicate", post(seats::adjudicate))
        .route("/j/{code}", get(seats::by_code))
        .route("/api/exhibitions/{exhibition}/start", post(organiser::start))
        .route("/api/exhibitions/{exhibition}/master", post(organiser::rekey))
        .route("/api/organiser", get(organiser::check))
        .route("/ws/{exhibition}/play", get(entrance::play))
        .route("/ws/{exhibition}/master", get(entrance::master))
        .route("/healthz", get(figures::healthz))
        .route("/metrics", get(figures::metrics))
        .merge(pages::of_those_who_take_part())
        .merge(shown::router())
        .fallback(shown::nothing)
        .layer(from_fn_with_state(gallery.guard.clone(), middleware::check))
        .layer(map_response(as_problem))
        .merge(lichess)
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(map_response(async |response| with_headers(response)))
        .with_state(gallery)
}
