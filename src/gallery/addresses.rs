//! Where other machines find the server: for QR codes, and for whoever reads an address to the hall.

use axum::{Extension, extract::State, http::StatusCode, response::Response};
use tokio::task::spawn_blocking;

use super::viewing::Viewing;
use crate::{
    base::address::from_elsewhere,
    doors::{limits::Client, problem::json},
    wire,
};

/// Every address, best first: the one that was set, then those of this machine as they are now.
pub(super) async fn all(viewing: &Viewing) -> Vec<String> {
    let address = viewing.address;
    // The system is asked beside the loop; one that can't tell knows no address.
    let own = spawn_blocking(move || from_elsewhere(address)).await.unwrap_or_default();
    public(viewing).into_iter().chain(own).collect()
}

fn public(viewing: &Viewing) -> Option<String> {
    viewing.public.as_ref().map(ToString::to_string)
}

/// `GET /api/addresses`: all of them to this machine itself, whose pages can't know by which name others find it; to
/// everybody else the one that was set alone, since what a public server's networks are is nobody's business. At a node it is
/// the hall's own address.
pub(super) async fn told(State(viewing): State<Viewing>, Extension(client): Extension<Client>) -> Response {
    if let Some(distant) = &viewing.distant {
        // One sits down at the hall, not here.
        let hall: Vec<_> = distant.address().as_ref().map(ToString::to_string).into_iter().collect();
        return json(StatusCode::OK, wire::addresses(&hall));
    }
    let addresses = if client.is_this_machine() { all(&viewing).await } else { public(&viewing).into_iter().collect() };
    json(StatusCode::OK, wire::addresses(&addresses))
}
