//! How long what is told is: a line of the log, and a spectator's first page.

use std::{net::SocketAddr, time::Duration};

use crate::{
    cluster::{Cluster, Size, program, told},
    exhibition::Hall,
    goal,
    http::{ask, figure, get, request},
};

/// The most that a first page may be, in KB.
const MOST: f64 = 30.0;
const KB: f64 = 1000.0;

/// What a log holds, and how many events that is.
pub(crate) struct Lines {
    size: Size,
    events: f64,
}

impl Lines {
    /// Of a log that one hall alone has written to.
    pub(crate) fn of(cluster: &Cluster, hall: SocketAddr) -> Lines {
        told(hall);
        let events = figure(&get(hall, "/metrics"), "simultan_log_events_total ").expect("a hall that publishes");
        Lines { size: cluster.size(), events }
    }

    pub(crate) fn print(&self) {
        let Lines { size: Size { messages, bytes, disk }, events } = self;
        println!(
            "the log: {events:.0} events in {messages} messages; {:.0} bytes an event, {:.0} on the disk of each server",
            *bytes as f64 / events,
            *disk as f64 / events,
        );
    }
}

/// The snapshot that a page begins with, compressed, before the first move and after some.
pub(crate) fn pages(boards: usize, moves: usize) {
    // One seat stays empty.
    let hall = Hall::open(&program(), boards - 1, &["--walk", "ready-first"]);
    let at = hall.server.address;
    let start = page(at);
    hall.play(moves, Duration::ZERO);
    let later = page(at);
    println!(
        "the first page of {boards} boards, with gzip: {:.1} KB at the start, {:.1} KB after {moves} moves; without {:.0} and \
         {:.0} KB",
        start.0 / KB,
        later.0 / KB,
        start.1 / KB,
        later.1 / KB
    );
    goal("the larger one", start.0.max(later.0) / KB, MOST, "KB");
}

/// Bytes of the snapshot with gzip and without.
fn page(at: SocketAddr) -> (f64, f64) {
    let path = "/api/exhibitions/1";
    let length = |more: &str| {
        let answer = ask(at, &request(at, "GET", path, more));
        let body = answer.windows(4).position(|window| window == b"\r\n\r\n").expect("a head") + 4;
        (answer.len() - body) as f64
    };
    (length("Accept-Encoding: gzip\r\n"), length(""))
}
