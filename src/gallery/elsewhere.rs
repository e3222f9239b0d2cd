//! A hall at a node: all that it shows, and for whatever else one wants of it the way to the hall itself.

use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderMap, Method, StatusCode, Uri},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};

use super::{distant::Distant, pages, shown, viewing::Viewing};
use crate::doors::{problem::Problem, request::is_browsing};

/// A hall's addresses at a node.
pub(super) fn router(viewing: Viewing) -> Router {
    Router::new()
        .route("/", get(|headers: HeaderMap| async move { pages::page(&headers, "branch.html") }))
        .route("/e/{exhibition}/play", get(lead))
        .route("/e/{exhibition}/master", get(lead))
        .route("/e/{exhibition}/desk", get(lead))
        .route("/e/{exhibition}/bot", get(lead))
        .route("/j/{code}", get(lead))
        .route("/ws/{exhibition}/play", get(refuse))
        .route("/ws/{exhibition}/master", get(refuse))
        .route("/api/organiser", get(refuse))
        .route("/api/bots", get(refuse))
        .route("/api/exhibitions/{exhibition}/settings", get(refuse))
        .route("/api/exhibitions/{exhibition}/seats", get(refuse))
        .route("/api/exhibitions/{exhibition}/waiting", get(refuse))
        .route("/api/exhibitions/{exhibition}/boards/{board}/suggestion", get(refuse))
        .merge(shown::router())
        .fallback(shown::nothing)
        .layer(from_fn_with_state(viewing.clone(), only_look))
        .with_state(viewing)
}

/// What would change something is refused wherever it goes.
async fn only_look(State(viewing): State<Viewing>, request: Request, next: Next) -> Response {
    match *request.method() {
        Method::POST | Method::PUT | Method::PATCH | Method::DELETE => read_only(&viewing).into_response(),
        _ => next.run(request).await,
    }
}

async fn refuse(State(viewing): State<Viewing>) -> Problem {
    read_only(&viewing)
}

/// To the same address at the hall, where one sits down. A browser takes what stands behind the `#` along.
async fn lead(State(viewing): State<Viewing>, uri: Uri, headers: HeaderMap) -> Response {
    if let Some(address) = viewing.distant.as_ref().and_then(Distant::address) {
        let path = uri.path_and_query().map_or("/", |path| path.as_str());
        return Redirect::to(&format!("{address}{path}")).into_response();
    }
    if is_browsing(&headers) {
        return (StatusCode::FORBIDDEN, pages::whole("elsewhere.html")).into_response();
    }
    read_only(&viewing).into_response()
}

fn read_only(viewing: &Viewing) -> Problem {
    let hall = viewing.distant.as_ref();
    let name = hall.map_or("", |hall| hall.name.as_str());
    let message = match hall.and_then(Distant::address) {
        Some(address) => format!("here hall {name} is only shown; the hall itself is at {address}"),
        None => format!("here hall {name} is only shown; it has not said where the hall itself is"),
    };
    Problem::new(StatusCode::FORBIDDEN, "read_only", message)
}
