//! A node: shows the halls of others, each at its own host, and changes nothing anywhere.

use std::collections::BTreeMap;

use axum::{
    Extension, Router,
    extract::{Request, State},
    http::HeaderMap,
    middleware::{from_fn_with_state, map_response},
    response::Response,
    routing::get,
};
use tower::ServiceExt;

use super::{
    branches::Branches,
    figures::{Figures, health},
    halls_page, pages,
};
use crate::{
    base::loop_lag,
    doors::{
        headers::with_headers,
        limits::Client,
        middleware,
        problem::{Problem, as_problem},
        served::Served,
    },
};

impl Branches {
    /// From now on all halls are shown that are known, and each that will be.
    pub fn serve(&self, served: &Served) {
        let premises = self.premises();
        premises.runtime.spawn(loop_lag::watch(premises.metrics.gallery_loop.clone()));
        served.open(router(self.clone()));
    }
}

/// What is the same at every host; the rest is the hall's that the host means.
fn router(branches: Branches) -> Router {
    let guard = branches.premises().guard.clone();
    let of_halls = Router::new().route("/", get(halls_page::page)).fallback(halls_page::no_such_hall).with_state(());
    Router::new()
        .route("/api/halls", get(halls_page::told))
        .route("/healthz", get(healthz))
        .route("/metrics", get(metrics))
        .merge(pages::parts())
        .fallback(async |State(branches): State<Branches>, request: Request| {
            by_host(&branches, of_halls, request).await
        })
        .layer(from_fn_with_state(guard, middleware::check))
        .layer(map_response(as_problem))
        .layer(map_response(async |response| with_headers(response)))
        .with_state(branches)
}

/// Answers as the hall that the request's host means; as none where there are many, and it means none of them.
async fn by_host(branches: &Branches, of_halls: Router, request: Request) -> Response {
    let named = branches.named(halls_page::host(request.headers()).as_ref());
    let meant = branches.find(named.as_ref()).map_or(of_halls, |branch| branch.router);
    match meant.oneshot(request).await {
        Ok(answer) => answer,
        Err(never) => match never {},
    }
}

async fn healthz(State(branches): State<Branches>) -> Response {
    let stops = branches.premises().stop.is_cancelled();
    health(if stops { Err("the node stops\n") } else { Ok(()) })
}

async fn metrics(
    State(branches): State<Branches>,
    Extension(client): Extension<Client>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let mut boards = BTreeMap::new();
    for branch in branches.all() {
        for (status, count) in branch.viewing().hub.boards_by_status() {
            *boards.entry(status).or_default() += count;
        }
    }
    let premises = branches.premises();
    let figures = Figures { metrics: &premises.metrics, open_to: premises.metrics_for, organiser: None, boards };
    figures.told(&client, &headers)
}
