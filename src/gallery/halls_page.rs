//! Which halls a node shows, for people and for programs.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};

use super::{branches::Branches, hosts::Host, pages};
use crate::{
    doors::{
        limits::Origin,
        problem::{Problem, json},
        request::is_browsing,
    },
    wire::{self, HallLine},
};

/// How many exhibitions of a hall are told that are not over.
const TOLD: usize = 20;

/// The host that a request is made to.
pub(super) fn host(headers: &HeaderMap) -> Option<Host> {
    headers.get(header::HOST).and_then(|host| host.to_str().ok()).and_then(Host::read)
}

/// `GET /`, where the address means no hall.
pub(super) async fn page(headers: HeaderMap) -> Response {
    pages::page(&headers, "halls.html")
}

/// `GET /api/halls`
pub(super) async fn told(State(branches): State<Branches>, headers: HeaderMap) -> Response {
    let host = host(&headers);
    let named = branches.named(host.as_ref());
    let here = branches.find(named.as_ref()).map(|branch| branch.distant().name.clone());
    // A label that is no hall's stays: a hall's name stands before it, not in its place.
    let present = named.filter(|named| here.as_ref() == Some(named));
    let public = branches.premises().public.as_ref().and_then(|public| Host::read(&public.authority()));
    let lines = branches.all().into_iter().map(|branch| {
        let (distant, hub) = (branch.distant(), &branch.viewing().hub);
        let reception = distant.reception.read(Clone::clone);
        let beside = host.as_ref().and_then(|host| host.of_hall(&distant.name, present.as_ref()));
        HallLine {
            name: distant.name.to_string(),
            here: here.as_ref() == Some(&distant.name),
            host: beside.or_else(|| public.as_ref()?.of_hall(&distant.name, None)),
            address: distant.address().as_ref().map(Origin::to_string),
            lost_ms: reception.lost_ms(),
            stopped: reception.stopped().map(str::to_owned),
            spectators: hub.all_spectators(),
            exhibitions: hub.in_front(TOLD),
        }
    });
    let lines: Vec<HallLine> = lines.collect();
    json(StatusCode::OK, wire::halls(&lines))
}

/// `GET /api/halls` at a hall, which shows none from elsewhere.
pub(super) async fn none() -> Response {
    json(StatusCode::OK, wire::halls(&[]))
}

/// What every other address answers where no hall is meant; a browser is led to those that are.
pub(super) async fn no_such_hall(headers: HeaderMap) -> Response {
    if is_browsing(&headers) {
        return Redirect::to("/").into_response();
    }
    let message = "this address names none of the halls that are shown here; `/` has all of them";
    Problem::new(StatusCode::NOT_FOUND, "no_such_hall", message).into_response()
}
