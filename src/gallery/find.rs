//! Finds an exhibition by its address, out of the archive where it is over.

use axum::http::StatusCode;
use tracing::warn;

use super::viewing::Viewing;
use crate::{
    doors::problem::Problem,
    exhibition::registry::{NoSuchExhibition, Which},
    journal::OpenError,
    record::{event::ExhibitionId, view::View},
    rules::BoardNo,
};

/// Which exhibition an address means.
pub(super) fn which(name: &str) -> Result<Which, Problem> {
    name.parse().map_err(|NoSuchExhibition| Problem::no_such_exhibition())
}

/// Which board an address means; there is one way to write it.
pub(super) fn board_in(address: &str) -> Option<BoardNo> {
    let number = address.parse().ok().filter(|&number: &u32| number > 0 && number.to_string() == address);
    number.map(BoardNo)
}

/// Finds an exhibition, out of the archive where it is over.
pub(super) async fn find(viewing: &Viewing, name: &str) -> Result<ExhibitionId, Problem> {
    let which = which(name)?;
    if let Some(id) = viewing.hub.find(which) {
        return Ok(id);
    }
    let Which::Id(id) = which else { return Err(Problem::no_such_exhibition()) };
    let record = viewing.archive.lock().await.load(id).await.map_err(|error| unreadable(&error))?;
    viewing.hub.remember(record.ok_or_else(Problem::no_such_exhibition)?);
    Ok(id)
}

pub(super) fn unreadable(error: &OpenError) -> Problem {
    warn!(%error, "the archive can't be read");
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "internal", "the archive can't be read at the moment")
}

/// Looks at an exhibition as it is now, for those who may.
pub(super) async fn look_live<T>(viewing: &Viewing, name: &str, at: impl FnOnce(&View) -> T) -> Result<T, Problem> {
    let id = find(viewing, name).await?;
    viewing.hub.look_live(id, at).ok_or_else(Problem::no_such_exhibition)
}

/// Looks at an exhibition as everybody may see it.
pub(super) async fn look<T>(viewing: &Viewing, name: &str, at: impl FnOnce(&View) -> T) -> Result<T, Problem> {
    let id = find(viewing, name).await?;
    viewing.hub.look(id, at).ok_or_else(Problem::no_such_exhibition)
}
