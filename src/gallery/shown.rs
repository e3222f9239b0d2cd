//! Every address that only shows something: the same at a hall and at a node.

use axum::{Router, extract::FromRef, http::StatusCode, routing::get};

use super::{addresses, api, description, forecasts, list, pages, results, viewing::Viewing};
use crate::doors::problem::Problem;

pub(super) fn router<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Viewing: FromRef<S>,
{
    Router::new()
        .route("/api/exhibitions", get(list::list))
        .route("/api/exhibitions/{exhibition}", get(api::snapshot))
        .route("/game/export/{game}", get(api::exported))
        .route("/api/exhibitions/{exhibition}/games.pgn", get(api::games))
        .route("/api/exhibitions/{exhibition}/results", get(results::results))
        .route("/api/exhibitions/{exhibition}/results.csv", get(results::results_csv))
        .route("/api/exhibitions/{exhibition}/boards/{board}", get(api::board))
        .route("/api/exhibitions/{exhibition}/boards/{board}/game.pgn", get(api::game))
        .route("/api/exhibitions/{exhibition}/forecast", get(forecasts::of_running))
        .route("/api/forecast", get(forecasts::of_planned))
        .route("/api/addresses", get(addresses::told))
        .route("/api/openapi.json", get(description::told))
        .route("/ws/{exhibition}/watch", get(api::watch))
        .merge(pages::seen())
}

/// What any other address answers.
pub(super) async fn nothing() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "not_found", "there is nothing at this address")
}
