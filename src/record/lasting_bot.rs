//! A program that comes again.

/// A program that comes again, with a secret of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastingBot {
    /// What it is called.
    pub name: String,
    /// Since when its secret is good, in Unix milliseconds.
    pub created_at: u64,
    /// Whether it is seated only where it asks for a seat.
    pub on_request: bool,
}
