//! A server of the real binary, and clients that speak to it over real sockets.

#![allow(dead_code, unused_imports, reason = "each test program uses a part of it")]

mod heard;
mod http;
mod link;
pub(crate) mod pgn;
mod picture;
mod player;
pub(crate) mod ports;
pub(crate) mod python;
pub(crate) mod server;
mod spectator;

use std::time::Duration;

pub(crate) use heard::Heard;
pub(crate) use http::Answer;
pub(crate) use link::Link;
pub(crate) use picture::timeless;
pub(crate) use player::Player;
pub(crate) use server::{ORGANISER, TestServer};
pub(crate) use spectator::Spectator;

/// How long anything may take before a test gives up: long after it should have come, since a slow machine must not make
/// a test red.
pub(crate) const DEADLINE: Duration = Duration::from_secs(30);

/// Waits for something that must come.
pub(crate) async fn within<T>(what: &str, waited: impl Future<Output = T>) -> T {
    match tokio::time::timeout(DEADLINE, waited).await {
        Ok(come) => come,
        Err(_) => panic!("{what} did not come within {DEADLINE:?}"),
    }
}

/// Looks again and again until `look` finds something: for what no message tells.
pub(crate) async fn eventually<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let looking = async {
        loop {
            if let Some(found) = look().await {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    within(what, looking).await
}
