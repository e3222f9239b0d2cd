//! What is known of a hall elsewhere.

/// Whether a hall elsewhere is heard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signal {
    /// What happens there comes here.
    Live,
    /// Nothing has come for a while, not even word that nothing happens.
    Lost {
        /// When something came last, in Unix milliseconds.
        since: u64,
    },
    /// What comes can't be shown: the hall stays as it is, and nothing newer comes.
    Stopped(String),
}
