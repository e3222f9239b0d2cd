//! Chance, all of it from one seed.

use std::time::Duration;

use rand::RngExt;
use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};

/// A source of chance of one's own: nobody's draws depend on how often somebody else draws.
#[derive(Debug, Clone)]
pub(crate) struct Chance(ChaCha8Rng);

impl Chance {
    pub(crate) fn new(seed: u64, stream: u64) -> Chance {
        let mut chance = ChaCha8Rng::seed_from_u64(seed);
        chance.set_stream(stream);
        Chance(chance)
    }

    /// Another source that follows from this one.
    pub(crate) fn fork(&mut self) -> Chance {
        Chance(ChaCha8Rng::seed_from_u64(self.0.random()))
    }

    /// True in so many of a thousand cases.
    pub(crate) fn of_thousand(&mut self, cases: u32) -> bool {
        self.0.random_range(0..1000) < cases
    }

    /// From `low` to `high`, both possible.
    pub(crate) fn between(&mut self, low: u64, high: u64) -> u64 {
        self.0.random_range(low..=high)
    }

    pub(crate) fn millis(&mut self, low: u64, high: u64) -> Duration {
        Duration::from_millis(self.between(low, high))
    }

    pub(crate) fn index(&mut self, count: usize) -> usize {
        self.0.random_range(0..count)
    }

    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.index(from.len())]
    }
}
