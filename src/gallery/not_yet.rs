//! What is answered until every exhibition has been taken up whole: "not yet", and never a part.

use axum::{
    Router,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::{from_fn_with_state, map_response},
    response::{IntoResponse, Response},
};

use super::pages;
use crate::doors::{headers::with_headers, limits::Guard, middleware, problem::Problem, request::is_browsing};

/// When to ask again, in seconds.
const SOON: u32 = 1;

/// The same answer at every address; only what pages are made of is there already.
pub(super) fn router(guard: Guard) -> Router {
    Router::new()
        .merge(pages::parts())
        .fallback(not_yet)
        .layer(from_fn_with_state(guard, middleware::check))
        .layer(map_response(async |response| with_headers(response)))
}

async fn not_yet(headers: HeaderMap) -> Response {
    if is_browsing(&headers) {
        let again = [(header::RETRY_AFTER, HeaderValue::from(SOON)), (header::REFRESH, HeaderValue::from(SOON))];
        return (StatusCode::SERVICE_UNAVAILABLE, again, pages::whole("starting.html")).into_response();
    }
    // Clients of Lichess's API ask here too.
    let message = "the server has just been started and takes up its exhibitions; come back in a moment";
    let problem = Problem::new(StatusCode::SERVICE_UNAVAILABLE, "starting", message).again_in(SOON);
    problem.in_no_line().into_response()
}
