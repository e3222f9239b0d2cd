//! Secrets that let somebody in: made of 128 random bits, kept as hashes.

use std::{
    fmt,
    hash::{Hash, Hasher},
};

use hmac::{Hmac, Mac};
use rand::Rng;
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

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
        // The contract's letters are those of a word: base64url has a hyphen too.
        Token(format!("{prefix}{:032x}", u128::from_be_bytes(bytes)))
    }
}

/// A secret in the clear, on its way to the one whom it lets in.
#[derive(Clone)]
pub struct Token(String);

impl Token {
    /// The secret itself, for the frame or line that hands it over.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Another secret that follows from this one: who has this one can always tell it again, and nobody who has only the other
    /// can tell this one.
    #[must_use]
    pub fn derived(&self, prefix: &str, place: &str) -> Token {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.0.as_bytes()).expect("a key may have any length");
        mac.update(place.as_bytes());
        let bytes = mac.finalize().into_bytes();
        let hex: String = bytes[..16].iter().map(|byte| format!("{byte:02x}")).collect();
        Token(format!("{prefix}{hex}"))
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

/// SHA-256 of a secret. Two are compared in constant time: who learns a hash bit by bit with a stopwatch can guess a
/// secret that a person has chosen at home.
#[derive(Clone, Copy, Eq)]
pub struct TokenHash(pub [u8; 32]);

impl PartialEq for TokenHash {
    fn eq(&self, other: &TokenHash) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Hash for TokenHash {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

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

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn a_token_is_128_bits_of_the_systems_entropy_and_no_two_are_alike() {
        let sources = (0..8).map(|_| SecretSource::from_system().expect("entropy"));
        let mut secrets = Vec::new();
        for mut source in sources {
            let mut fork = source.fork();
            secrets.extend((0..500).map(|_| source.token("sp_").reveal().to_owned()));
            secrets.extend((0..500).map(|_| fork.token("sp_").reveal().to_owned()));
        }
        let mut ones = [0; 128];
        for secret in &secrets {
            let digits = secret.strip_prefix("sp_").expect("the prefix");
            assert!(digits.len() == 32 && digits.chars().all(|c| c.is_ascii_alphanumeric()), "{digits}");
            let bytes = u128::from_str_radix(digits, 16).expect("hexadecimal").to_be_bytes();
            for (bit, ones) in ones.iter_mut().enumerate() {
                *ones += usize::from(bytes[bit / 8] >> (bit % 8) & 1);
            }
        }
        assert_eq!(secrets.iter().collect::<HashSet<_>>().len(), 8000);
        // Ten standard deviations around the half: a bit that is fixed or copied is found, chance is not.
        assert!(ones.iter().all(|ones| (3550..4450).contains(ones)), "{ones:?}");
    }

    #[test]
    fn a_secret_shows_itself_nowhere_by_accident() {
        let token = Token::from("sp_a-very-secret-secret".to_owned());
        assert_eq!(format!("{token:?} {:?}", token.hash()), "Token(***) TokenHash(***)");
        assert_eq!(token.hash(), TokenHash::of("sp_a-very-secret-secret"));
        assert_ne!(token.hash(), TokenHash::of("sp_a-very-secret-secres"));
    }
}
