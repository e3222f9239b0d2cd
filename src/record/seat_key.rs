//! Whom a seat belongs to.

use crate::base::secret::TokenHash;

/// Whom a seat belongs to: kept beside the event, never shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeatKey {
    /// What opens it.
    pub token: TokenHash,
    /// Whether the server's own bot sits there, and must be seated again after a restart.
    pub house: bool,
}
