//! Bounds on everything that a stranger can make grow, in all and for each address.
//!
//! Beyond a bound there is an error, told and counted, and never more memory. What a socket may send once it is open is
//! counted at the socket, by [`crate::doors::websocket`] and the rooms that read from it.

mod address;
mod client;
mod files;
mod guard;
mod origin;
mod reason;
mod settings;
mod table;

pub use address::{Network, ParseNetworkError};
pub use client::{Client, Lock};
pub use guard::{Guard, SpectatorPlace};
pub use origin::{Allowed, Foreign, Names, Origin, Origins, ParseOriginError, parse_public_address};
pub use reason::Reason;
pub use settings::{AddressLimits, Limits, a_minute, a_second};
