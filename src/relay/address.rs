//! Where NATS is.

use std::{fmt, str::FromStr};

use async_nats::ServerAddr;

/// A NATS server's address. Secrets are in files, never in it: it stands in process lists and logs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NatsAddress(ServerAddr);

/// Why a text is no NATS server's address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ParseNatsAddressError {
    /// It is none.
    #[error("a NATS server is written like nats://127.0.0.1:4222, or tls://nats.example.org where it speaks TLS")]
    Address,
    /// It has a name or password in it.
    #[error("a NATS server's address has no user name or password in it: give them as a file with --nats-creds")]
    UserInfo,
}

impl NatsAddress {
    pub(super) fn server(&self) -> ServerAddr {
        self.0.clone()
    }
}

impl FromStr for NatsAddress {
    type Err = ParseNatsAddressError;

    fn from_str(text: &str) -> Result<NatsAddress, ParseNatsAddressError> {
        let known = ["nats://", "tls://"].iter().any(|scheme| text.starts_with(scheme));
        if !known {
            return Err(ParseNatsAddressError::Address);
        }
        if text.contains('@') {
            return Err(ParseNatsAddressError::UserInfo);
        }
        let address: ServerAddr = text.parse().map_err(|_| ParseNatsAddressError::Address)?;
        let bare = address.as_url_str().splitn(4, '/').nth(3).unwrap_or_default().is_empty();
        if address.host().is_empty() || !bare {
            return Err(ParseNatsAddressError::Address);
        }
        Ok(NatsAddress(address))
    }
}

impl fmt::Display for NatsAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.0.host(), self.0.port())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_no_secrets_and_no_path() {
        let read = |text: &str| text.parse::<NatsAddress>().map(|address| address.to_string());
        assert_eq!(read("nats://127.0.0.1:4222"), Ok("127.0.0.1:4222".to_owned()));
        assert_eq!(read("tls://nats.example.org"), Ok("nats.example.org:4222".to_owned()));
        assert_eq!(read("nats://ada:secret@127.0.0.1"), Err(ParseNatsAddressError::UserInfo));
        for text in ["", "127.0.0.1:4222", "http://127.0.0.1", "nats://", "nats://a/b", "ws://a", "nats://a:port"] {
            assert_eq!(read(text), Err(ParseNatsAddressError::Address), "{text}");
        }
    }
}
