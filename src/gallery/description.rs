//! `GET /api/openapi.json`: what can be asked for over HTTP, for programs. Written by hand in `openapi.json`; tests hold it
//! against the router, and real answers against it.

use axum::{http::StatusCode, response::Response};

use crate::doors::problem::json;

static DESCRIPTION: &str = include_str!("openapi.json");

pub(super) async fn told() -> Response {
    json(StatusCode::OK, DESCRIPTION)
}
