//! What a request brings along.

use axum::{body::Bytes, extract::Request, http::StatusCode};
use serde::de::DeserializeOwned;

use crate::{
    doors::{problem::Problem, request},
    rules::{BadName, PlayerName},
};

/// The whole body, once it is known that whoever sends it may.
pub(super) async fn body(request: Request) -> Result<Bytes, Problem> {
    request::body(request).await.map_err(Problem::unreadable)
}

/// The body as one JSON object; nothing at all is an empty one.
pub(super) async fn object<T: DeserializeOwned>(request: Request) -> Result<T, Problem> {
    let body = body(request).await?;
    read(if body.is_empty() { b"{}" } else { &body })
}

/// A player's or a bot's name, in the field `name`.
pub(super) fn name(text: &str) -> Result<PlayerName, Problem> {
    let bad = |error: BadName| Problem::new(StatusCode::BAD_REQUEST, "bad_name", error.to_string()).about("name");
    PlayerName::parse(text).map_err(bad)
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    let bad = |code, message: String| Problem::new(StatusCode::BAD_REQUEST, code, message);
    // A struct could be read from a JSON array too.
    if body.trim_ascii_start().first() != Some(&b'{') {
        return Err(bad("bad_json", "the body is a JSON object".to_owned()));
    }
    serde_json::from_slice(body).map_err(|error| {
        let code = if error.is_data() { "bad_settings" } else { "bad_json" };
        bad(code, error.to_string())
    })
}
