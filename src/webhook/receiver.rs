//! Where messages are sent.

use std::{fmt, str::FromStr};

use hyper::{Uri, http::uri::Scheme};
use sha2::{Digest, Sha256};

/// An address that is sent messages. Its path and query may be a secret, so what is shown of it is its beginning.
#[derive(Clone, PartialEq, Eq)]
pub struct Receiver(Uri);

/// Why a text is no receiver's address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ParseReceiverError {
    /// It is none.
    #[error(
        "a receiver is written like https://example.org/hook or http://192.168.1.5:9000/, in ASCII; a comma in it is written %2C"
    )]
    Address,
    /// It has a name or password in it, which HTTP does not send.
    #[error("a receiver's address has no user name in it: what it is sent is signed, which tells it who speaks")]
    UserInfo,
}

impl FromStr for Receiver {
    type Err = ParseReceiverError;

    fn from_str(text: &str) -> Result<Receiver, ParseReceiverError> {
        let uri: Uri = text.parse().map_err(|_| ParseReceiverError::Address)?;
        let web = uri.scheme() == Some(&Scheme::HTTP) || uri.scheme() == Some(&Scheme::HTTPS);
        let host = uri.host().filter(|host| web && !host.is_empty()).ok_or(ParseReceiverError::Address)?;
        let authority = uri.authority().ok_or(ParseReceiverError::Address)?;
        if authority.as_str().contains('@') {
            return Err(ParseReceiverError::UserInfo);
        }
        // A port that is no number is taken for none.
        let port = authority.as_str().strip_prefix(host).ok_or(ParseReceiverError::Address)?;
        if !port.is_empty() && uri.port_u16().is_none() {
            return Err(ParseReceiverError::Address);
        }
        Ok(Receiver(uri))
    }
}

impl Receiver {
    /// The whole address.
    pub(super) fn uri(&self) -> &Uri {
        &self.0
    }

    /// Whether it is reached over TLS.
    pub(super) fn is_https(&self) -> bool {
        self.0.scheme() == Some(&Scheme::HTTPS)
    }

    /// What tells it from others, and does not tell who it is.
    pub(super) fn fingerprint(&self) -> String {
        let digest = Sha256::digest(self.0.to_string().as_bytes());
        digest[..16].iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// Scheme, host and port alone.
impl fmt::Display for Receiver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let authority = self.0.authority().map(hyper::http::uri::Authority::as_str).unwrap_or_default();
        write!(f, "{}://{authority}/…", self.0.scheme_str().unwrap_or_default())
    }
}

impl fmt::Debug for Receiver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Receiver({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_and_shows_no_more_than_its_beginning() {
        for (text, shown) in [
            ("https://example.org/hook/s3cret?key=s3cret", "https://example.org/…"),
            ("http://192.168.1.5:9000", "http://192.168.1.5:9000/…"),
            ("http://[::1]:9000/s3cret", "http://[::1]:9000/…"),
        ] {
            let receiver: Receiver = text.parse().expect(text);
            assert_eq!(receiver.to_string(), shown);
            assert!(!format!("{receiver:?} {}", receiver.fingerprint()).contains("s3cret"));
        }
        let (one, other): (Receiver, Receiver) =
            ("http://a/1".parse().expect("one"), "http://a/2".parse().expect("other"));
        assert_ne!(one.fingerprint(), other.fingerprint());
        assert_eq!(one.fingerprint().len(), 32);
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in
            ["", "example.org", "/hook", "ftp://a/", "https://", "http://a:port/", "http://a:99999/", "http://a b/"]
        {
            assert_eq!(text.parse::<Receiver>().err(), Some(ParseReceiverError::Address), "{text}");
        }
        assert_eq!("http://ada:pw@a/".parse::<Receiver>().err(), Some(ParseReceiverError::UserInfo));
    }
}
