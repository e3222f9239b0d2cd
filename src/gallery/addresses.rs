//! Where other machines find the server: for QR codes, and for whoever reads an address to the hall.

use axum::{Extension, extract::State, http::StatusCode, response::Response};
use tokio::task::spawn_blocking;

use super::state::Gallery;
use crate::{
    base::address::from_elsewhere,
    doors::{limits::Client, problem::json},
    wire,
};

/// Every address, best first: the one that was set, then those of this machine as they are now.
pub(super) async fn all(gallery: &Gallery) -> Vec<String> {
    let address = gallery.address;
    // The system is asked beside the loop; one that can't tell knows no address.
    let own = spawn_blocking(move || from_elsewhere(address)).await.unwrap_or_default();
    public(gallery).into_iter().chain(own).collect()
}

fn public(gallery: &Gallery) -> Option<String> {
    gallery.public.as_ref().map(ToString::to_string)
}

/// `GET /api/addresses`: all of them to this machine itself, whose pages can't know by which name others find it; to
/// everybody else the one that was set alone, since what a public server's networks are is nobody's business.
pub(super) async fn told(State(gallery): State<Gallery>, Extension(client): Extension<Client>) -> Response {
    let addresses = if client.is_this_machine() { all(&gallery).await } else { public(&gallery).into_iter().collect() };
    json(StatusCode::OK, wire::addresses(&addresses))
}
