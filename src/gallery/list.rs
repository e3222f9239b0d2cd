//! Which exhibitions there are, a page at a time.

use axum::{
    extract::{Query, State, rejection::QueryRejection},
    http::StatusCode,
    response::Response,
};
use serde::Deserialize;

use super::{find::unreadable, viewing::Viewing};
use crate::{
    doors::problem::{Problem, json},
    record::event::ExhibitionId,
    wire,
};

/// How many are listed where nobody says.
const USUAL: u32 = 50;
/// And at most.
const MOST: u32 = 200;

/// Which part of the list is wanted.
#[derive(Debug, Deserialize)]
pub(super) struct Part {
    before: Option<String>,
    limit: Option<String>,
}

impl Part {
    /// Before which exhibition, and how many.
    fn bounds(&self) -> Result<(Option<ExhibitionId>, u32), Problem> {
        let before = match self.before.as_deref() {
            Some(id) => {
                Some(number(id).map(ExhibitionId).ok_or_else(|| bad("`before` is an exhibition's id, like 12"))?)
            }
            None => None,
        };
        let limit = self.limit.as_deref().map_or(Some(i64::from(USUAL)), number);
        let limit = limit.and_then(|limit| u32::try_from(limit).ok()).filter(|limit| (1..=MOST).contains(limit));
        let limit = limit.ok_or_else(|| bad(&format!("`limit` is a number from 1 to {MOST}")))?;
        Ok((before, limit))
    }
}

/// A number of digits alone, as ids are.
fn number(text: &str) -> Option<i64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

fn bad(sentence: &str) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "bad_request", sentence)
}

/// `GET /api/exhibitions`
pub(super) async fn list(
    State(viewing): State<Viewing>,
    part: Result<Query<Part>, QueryRejection>,
) -> Result<Response, Problem> {
    let Query(part) = part.map_err(|error| bad(&error.body_text()))?;
    let (before, limit) = part.bounds()?;
    let mut listed = viewing.archive.lock().await.list(before, limit).await.map_err(|error| unreadable(&error))?;
    viewing.hub.mask(&mut listed);
    Ok(json(StatusCode::OK, wire::exhibition_list(&listed)))
}
