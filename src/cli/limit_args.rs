//! Bounds on what strangers can make grow, as several commands take them.

use std::num::NonZeroU32;

use clap::Args;

use crate::doors::limits::{AddressLimits, Allowed, Limits, Network, Origin, a_minute, a_second, parse_public_address};

/// Bounds on what strangers can make grow. An address is an IPv4 address or an IPv6 network of 64 bits; connections of
/// this machine to itself are not counted for one.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Limits")]
pub struct LimitArgs {
    #[command(flatten)]
    #[expect(missing_docs, reason = "the flattened arguments are documented")]
    pub visitors: VisitorArgs,
    /// How many of all connections spectators leave free for players
    #[arg(long, env = "SIMULTAN_RESERVED_FOR_PLAYERS", value_name = "N", default_value = "2000")]
    pub reserved_for_players: u32,
    /// The most spectators of an exhibition
    #[arg(long, env = "SIMULTAN_MAX_SPECTATORS", value_name = "N", default_value = "2000")]
    pub max_spectators: u32,
    /// The most exhibitions that are not over
    #[arg(long, env = "SIMULTAN_MAX_EXHIBITIONS", value_name = "N", default_value = "20")]
    pub max_exhibitions: NonZeroU32,
    /// Seats taken a minute from one address
    #[arg(long, env = "SIMULTAN_ADDRESS_JOINS", value_name = "N", default_value = "240")]
    pub address_joins: NonZeroU32,
}

/// The bounds that hold for whoever comes, also where nobody plays.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Limits")]
pub struct VisitorArgs {
    /// Where people find the server, if not at its own address: for QR codes and printed sheets. Its pages are allowed too
    #[arg(long, env = "SIMULTAN_PUBLIC_ADDRESS", value_name = "URL", value_parser = parse_public_address, help_heading = None::<&str>)]
    pub public_address: Option<Origin>,
    /// Pages of this origin may speak to the server, beside its own; can be given again. `*` allows all
    #[arg(long = "allow-origin", env = "SIMULTAN_ALLOW_ORIGIN", value_name = "ORIGIN", value_delimiter = ',')]
    pub allowed_origins: Vec<Allowed>,
    /// A reverse proxy's address or network, whose X-Forwarded-For is believed; can be given again
    #[arg(long = "trusted-proxy", env = "SIMULTAN_TRUSTED_PROXY", value_name = "ADDRESS", value_delimiter = ',')]
    pub trusted_proxies: Vec<Network>,
    /// The most connections in all
    #[arg(long, env = "SIMULTAN_MAX_CONNECTIONS", value_name = "N", default_value = "12000")]
    pub max_connections: NonZeroU32,
    /// The most open connections from one address
    #[arg(long, env = "SIMULTAN_ADDRESS_CONNECTIONS", value_name = "N", default_value = "512")]
    pub address_connections: NonZeroU32,
    /// New connections a second from one address, and 20 times as many at once
    #[arg(long, env = "SIMULTAN_ADDRESS_CONNECTION_RATE", value_name = "N", default_value = "50")]
    pub address_connection_rate: NonZeroU32,
    /// HTTP requests a second from one address, and 20 times as many at once
    #[arg(long, env = "SIMULTAN_ADDRESS_REQUESTS", value_name = "N", default_value = "200")]
    pub address_requests: NonZeroU32,
    /// Wrong tokens a minute from one address, this machine's too
    #[arg(long, env = "SIMULTAN_ADDRESS_BAD_TOKENS", value_name = "N", default_value = "10")]
    pub address_bad_tokens: NonZeroU32,
}

impl LimitArgs {
    /// The bounds that these arguments describe.
    #[must_use]
    pub fn limits(&self) -> Limits {
        let of_all = self.visitors.limits(self.max_spectators);
        Limits {
            for_players: count(self.reserved_for_players),
            exhibitions: count(self.max_exhibitions.get()),
            address: AddressLimits { joins: a_minute(self.address_joins.get()), ..of_all.address },
            ..of_all
        }
    }
}

impl VisitorArgs {
    /// The same where nobody plays and nothing is opened.
    #[must_use]
    pub fn limits(&self, spectators: u32) -> Limits {
        let own = self.public_address.iter().cloned().map(Allowed::One);
        Limits {
            connections: count(self.max_connections.get()),
            for_players: 0,
            spectators: count(spectators),
            exhibitions: 0,
            address: AddressLimits {
                connections: count(self.address_connections.get()),
                connections_rate: a_second(self.address_connection_rate.get()),
                requests: a_second(self.address_requests.get()),
                joins: a_minute(1),
                bad_tokens: a_minute(self.address_bad_tokens.get()),
            },
            proxies: self.trusted_proxies.clone(),
            origins: own.chain(self.allowed_origins.iter().cloned()).collect(),
        }
    }
}

fn count(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
