//! What messages are signed with.

use std::fmt;

use base64::{Engine, prelude::BASE64_STANDARD};
use hmac::{Hmac, Mac};
use sha2::Sha256;

/// How Standard Webhooks marks a secret that is base64.
const PREFIX: &str = "whsec_";
/// How long a secret is at least, in characters.
const SHORTEST: usize = 16;

/// A shared secret.
pub(super) struct Key(Hmac<Sha256>);

impl Key {
    /// What a secret stands for: the bytes of its base64 where it begins with `whsec_`, else its own. `None` where it is
    /// shorter than 16 characters, or what follows is no base64.
    pub(super) fn new(secret: &str) -> Option<Key> {
        if secret.len() < SHORTEST {
            return None;
        }
        let bytes = match secret.strip_prefix(PREFIX) {
            Some(text) => BASE64_STANDARD.decode(text).ok()?,
            None => secret.as_bytes().to_vec(),
        };
        Hmac::new_from_slice(&bytes).ok().map(Key)
    }

    /// The signature of a message sent `seconds` after 1970, as the header has it.
    pub(super) fn sign(&self, id: &str, seconds: u64, body: &[u8]) -> String {
        let mut mac = self.0.clone();
        mac.update(format!("{id}.{seconds}.").as_bytes());
        mac.update(body);
        format!("v1,{}", BASE64_STANDARD.encode(mac.finalize().into_bytes()))
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(***)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification's own libraries.
    #[test]
    fn a_signature_is_the_specifications() {
        let key = Key::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").expect("a secret");
        let signature = key.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, br#"{"test": 2432232314}"#);
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn a_secret_is_its_bytes_or_base64() {
        let plain = Key::new("a secret of a person's").expect("a secret").sign("m", 1, b"{}");
        let encoded = format!("whsec_{}", BASE64_STANDARD.encode("a secret of a person's"));
        assert_eq!(Key::new(&encoded).expect("a secret").sign("m", 1, b"{}"), plain);
        assert_ne!(Key::new("a secret of another's").expect("a secret").sign("m", 1, b"{}"), plain);
        for weak in ["", "fifteen letters", "whsec_not base64 at all!"] {
            assert!(Key::new(weak).is_none(), "{weak}");
        }
        assert_eq!(format!("{:?}", Key::new("a secret of a person's").expect("a secret")), "Key(***)");
    }
}
