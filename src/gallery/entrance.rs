//! Where players and masters come in: their connections go on to the games' thread.

use axum::{
    extract::{Path, Request, State},
    response::Response,
};
use tracing::debug;

use super::{desk::Desk, master, state::Gallery};
use crate::{
    doors::{upgrade::upgrade, websocket::Link},
    exhibition::registry::{EntryError, NoSuchExhibition},
};

pub(super) async fn play(State(gallery): State<Gallery>, Path(name): Path<String>, request: Request) -> Response {
    // What the address means is said on the socket, where a player's client listens.
    let which = name.parse();
    upgrade(request, async move |upgraded| {
        // If the games are gone the connection is dropped, and the client comes back.
        let _ = gallery.desk.send(Desk::Player { upgraded, which }).await;
    })
}

pub(super) async fn master(State(gallery): State<Gallery>, Path(name): Path<String>, request: Request) -> Response {
    let which = name.parse().map_err(|NoSuchExhibition| EntryError::NoSuchExhibition);
    upgrade(request, async move |upgraded| match Link::new(upgraded).await {
        Ok(link) => master::attend(gallery, link, which).await,
        Err(error) => debug!(%error, "the master's connection was lost"),
    })
}
