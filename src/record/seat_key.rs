//! Whom a seat belongs to.

use crate::base::secret::TokenHash;

/// Whom a seat belongs to: kept beside the event, never shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeatKey {
    /// What opens it.
    pub token: TokenHash,
    /// The strength of the server's own bot, 0 to 20, which must be seated again after a restart; `None` for everybody else.
    pub house: Option<u8>,
}

impl SeatKey {
    /// The strongest that a bot of the server's own can be.
    pub const STRONGEST: u8 = 20;
}
