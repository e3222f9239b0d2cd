//! Why somebody is refused something, in words.

/// Why somebody is refused something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// As many connections as there may be.
    Connections,
    /// As many from this address.
    AddressConnections,
    /// Too many new ones from this address.
    AddressRate,
    /// Too many requests from this address.
    Requests,
    /// As many spectators as there may be.
    Spectators,
    /// As much of long answers under way as there may be.
    Answers,
    /// As many exhibitions as there may be.
    Exhibitions,
    /// Too many seats taken from this address.
    Joins,
    /// Too many wrong tokens from this address.
    BadTokens,
    /// Another site's page, or a foreign name.
    Origin,
    /// Too many messages on a socket.
    Messages,
    /// Too many bytes or frames on a socket that make no message.
    Bytes,
}

impl Reason {
    /// Its word in the figures.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Reason::Connections => "connections",
            Reason::AddressConnections => "address_connections",
            Reason::AddressRate => "address_rate",
            Reason::Requests => "requests",
            Reason::Spectators => "spectators",
            Reason::Answers => "answers",
            Reason::Exhibitions => "exhibitions",
            Reason::Joins => "joins",
            Reason::BadTokens => "bad_tokens",
            Reason::Origin => "origin",
            Reason::Messages => "messages",
            Reason::Bytes => "bytes",
        }
    }

    /// What the refused one is told.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Reason::Connections => "the server has as many connections as it may have; come back in a moment",
            Reason::AddressConnections => "there are as many connections from your address as there may be",
            Reason::AddressRate => "too many new connections from your address; come back in a moment",
            Reason::Requests => "too many requests from your address; come back in a moment",
            Reason::Spectators => "there are as many spectators as there may be; come back later",
            Reason::Answers => "too many long answers are under way; come back in a moment",
            Reason::Exhibitions => "there are as many exhibitions as may be open at once; finish one first",
            Reason::Joins => "too many seats were taken from your address; come back in a few seconds",
            Reason::BadTokens => "too many wrong tokens came from your address; come back in a minute",
            Reason::Origin => "pages of other sites may not speak to this server",
            Reason::Messages => "too many messages; slow down",
            Reason::Bytes => "too many bytes or frames that make no message; slow down",
        }
    }

    /// Which option an organiser may want to change.
    pub(super) fn option(self) -> &'static str {
        match self {
            Reason::Connections => "--max-connections",
            Reason::AddressConnections => "--address-connections",
            Reason::AddressRate => "--address-connection-rate",
            Reason::Requests => "--address-requests",
            Reason::Spectators => "--max-spectators",
            Reason::Exhibitions => "--max-exhibitions",
            Reason::Joins => "--address-joins",
            Reason::BadTokens => "--address-bad-tokens",
            Reason::Origin => "--allow-origin",
            Reason::Answers | Reason::Messages | Reason::Bytes => "none: honest clients don't come near",
        }
    }
}
