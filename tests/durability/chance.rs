//! How much, and at which moments: from the environment, and said, so that a run can be repeated.

use std::str::FromStr;

use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};

/// A size that the environment may change.
pub(crate) fn size(name: &str, default: usize) -> usize {
    from_environment(name).unwrap_or(default)
}

/// What the choices of the test called `what` follow from.
pub(crate) fn chance(what: &str) -> ChaCha8Rng {
    let seed: u64 = from_environment("SIMULTAN_SEED").unwrap_or_else(rand::random);
    eprintln!("{what}: SIMULTAN_SEED={seed}");
    ChaCha8Rng::seed_from_u64(seed)
}

fn from_environment<T: FromStr>(name: &str) -> Option<T> {
    let value = std::env::var(name).ok()?;
    Some(value.parse().unwrap_or_else(|_| panic!("{name}={value} is no number")))
}
