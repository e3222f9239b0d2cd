//! How the server is, for programs that watch over it: its health, and its figures.

use std::collections::BTreeMap;

use axum::{
    Extension,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};

use super::{
    authorise::authorise,
    state::Gallery,
    viewing::{MetricsFor, OrganiserKey},
};
use crate::{
    base::metrics::Metrics,
    doors::{limits::Client, problem::Problem},
};

/// `GET /healthz`
pub(super) async fn healthz(State(gallery): State<Gallery>) -> Response {
    let sound = gallery.pulse.is_sound() && !gallery.stop.is_cancelled();
    health(sound.then_some(()).ok_or("moves can't be stored at the moment\n"))
}

/// That it is well, or what it can't do.
pub(super) fn health(sound: Result<(), &'static str>) -> Response {
    match sound {
        Ok(()) => (StatusCode::OK, "ok\n").into_response(),
        Err(sentence) => (StatusCode::SERVICE_UNAVAILABLE, sentence).into_response(),
    }
}

/// `GET /metrics`
pub(super) async fn metrics(
    State(gallery): State<Gallery>,
    Extension(client): Extension<Client>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let figures = Figures {
        metrics: &gallery.metrics,
        open_to: gallery.metrics_for,
        organiser: gallery.organiser,
        boards: gallery.hub.boards_by_status(),
    };
    figures.told(&client, &headers)
}

/// What is told at `/metrics`, and to whom.
#[derive(Debug)]
pub(super) struct Figures<'a> {
    pub(super) metrics: &'a Metrics,
    pub(super) open_to: MetricsFor,
    pub(super) organiser: Option<OrganiserKey>,
    pub(super) boards: BTreeMap<&'static str, usize>,
}

impl Figures<'_> {
    pub(super) fn told(&self, client: &Client, headers: &HeaderMap) -> Result<Response, Problem> {
        match self.open_to {
            MetricsFor::ThisMachine if !client.is_this_machine() => {
                let message = "the figures are for this machine alone; `--metrics-for` changes that";
                return Err(Problem::new(StatusCode::FORBIDDEN, "not_allowed", message));
            }
            MetricsFor::Organiser => authorise(self.organiser, client, headers)?,
            MetricsFor::ThisMachine | MetricsFor::Everybody => {}
        }
        for (&status, &count) in &self.boards {
            self.metrics.boards(status, count);
        }
        let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
        Ok(([(header::CONTENT_TYPE, kind)], self.metrics.render()).into_response())
    }
}
