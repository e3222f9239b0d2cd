//! Secrets that let somebody in: made of 128 random bits, kept as hashes.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use rand::Rng;
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
use sha2::{Digest, Sha256};

/// Where secrets come from: the system's entropy, or a seed where a run must be repeatable.
#[derive(Debug)]
pub struct SecretSource(ChaCha20Rng);

impl SecretSource {
    /// Secrets that nobody can guess.
    pub fn from_system() -> Result<SecretSource, getrandom::Error> {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed)?;
        Ok(SecretSource(ChaCha20Rng::from_seed(seed)))
    }

    /// The same secrets in each run: for simulations alone.
    #[must_use]
    pub fn from_seed(seed: u64) -> SecretSource {
        SecretSource(ChaCha20Rng::seed_from_u64(seed))
    }

    /// A source of its own for somebody else, that follows from this one.
    #[must_use]
    pub fn fork(&mut self) -> SecretSource {
        let mut seed = [0; 32];
        self.0.fill_bytes(&mut seed);
        SecretSource(ChaCha20Rng::from_seed(seed))
    }

    /// A new secret; `prefix` tells a person (and a leak scanner) what it opens.
    pub fn token(&mut self, prefix: &str) -> Token {
        let mut bytes = [0; 16];
        self.0.fill_bytes(&mut bytes);
        Token(format!("{prefix}{}", URL_SAFE_NO_PAD.encode(bytes)))
    }
}

/// A secret in the clear, on its way to the one whom it lets in.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// The secret itself, for the frame or line that hands it over.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What is kept of it.
    #[must_use]
    pub fn hash(&self) -> TokenHash {
        TokenHash::of(&self.0)
    }
}

impl From<String> for Token {
    fn from(secret: String) -> Token {
        Token(secret)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(***)")
    }
}

/// SHA-256 of a secret. Comparing two of these tells a listener with a stopwatch nothing about the secret.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TokenHash(pub [u8; 32]);

impl TokenHash {
    /// The hash under which `secret` would be known.
    #[must_use]
    pub fn of(secret: &str) -> TokenHash {
        TokenHash(Sha256::digest(secret.as_bytes()).into())
    }
}

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenHash(***)")
    }
}
