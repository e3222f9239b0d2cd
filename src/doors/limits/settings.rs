//! How much there may be: what the organiser settles.

use super::{Allowed, Network};
use crate::doors::token_bucket::Rate;

/// How much there may be.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Open connections in all.
    pub connections: usize,
    /// Of these, how many spectators leave free.
    pub for_players: usize,
    /// Spectators of one exhibition.
    pub spectators: usize,
    /// Exhibitions that are not over.
    pub exhibitions: usize,
    /// For each address.
    pub address: AddressLimits,
    /// Whose word about addresses counts.
    pub proxies: Vec<Network>,
    /// Whose pages may speak to the server, beside its own.
    pub origins: Vec<Allowed>,
}

/// How much there may be from one address.
#[derive(Debug, Clone, Copy)]
pub struct AddressLimits {
    /// Open connections.
    pub connections: usize,
    /// New connections.
    pub connections_rate: Rate,
    /// HTTP requests.
    pub requests: Rate,
    /// Seats taken.
    pub joins: Rate,
    /// Wrong tokens.
    pub bad_tokens: Rate,
}

/// So many a minute, and as many at once.
#[must_use]
pub fn a_minute(count: u32) -> Rate {
    Rate { per_second: f64::from(count) / 60.0, burst: f64::from(count) }
}

/// So many a second, and at once as many as in twenty seconds: a school class that opens the page together.
#[must_use]
pub fn a_second(count: u32) -> Rate {
    Rate { per_second: count.into(), burst: f64::from(count) * 20.0 }
}
