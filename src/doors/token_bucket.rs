//! How much may come in: a bucket that fills with time.

use tokio::time::Instant;

/// How fast a bucket fills, and how much it holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rate {
    /// Units a second in the long run.
    pub per_second: f64,
    /// Units at once.
    pub burst: f64,
}

/// Messages of one connection.
const MESSAGES: Rate = Rate { per_second: 50.0, burst: 200.0 };

/// What may still come in.
#[derive(Debug, Clone)]
pub struct TokenBucket {
    rate: Rate,
    left: f64,
    as_of: Instant,
}

impl TokenBucket {
    /// A connection's messages. Accepted moves are given back, so that it never slows honest play, however fast.
    #[must_use]
    pub fn new() -> TokenBucket {
        TokenBucket::at(MESSAGES)
    }

    /// A full bucket.
    #[must_use]
    pub fn at(rate: Rate) -> TokenBucket {
        TokenBucket { rate, left: rate.burst, as_of: Instant::now() }
    }

    /// Takes one unit out; whether that was possible.
    pub fn spend(&mut self) -> bool {
        self.take(1.0)
    }

    /// Takes `units` out; whether that was possible.
    pub fn take(&mut self, units: f64) -> bool {
        let enough = self.left() >= units;
        if enough {
            self.left -= units;
        }
        enough
    }

    /// Takes one unit out whether or not it is there: what is owed has to come in before anything can be spent.
    pub fn owe(&mut self) {
        self.left = self.left() - 1.0;
    }

    /// Gives one unit back.
    pub fn refund(&mut self) {
        self.give(1.0);
    }

    /// Gives `units` back.
    pub fn give(&mut self, units: f64) {
        self.left = (self.left + units).min(self.rate.burst);
    }

    /// What is in the bucket now.
    pub fn left(&mut self) -> f64 {
        let now = Instant::now();
        self.left = (self.left + (now - self.as_of).as_secs_f64() * self.rate.per_second).min(self.rate.burst);
        self.as_of = now;
        self.left
    }

    /// Whether it is as good as new.
    pub fn is_full(&mut self) -> bool {
        self.left() >= self.rate.burst
    }
}

impl Default for TokenBucket {
    fn default() -> TokenBucket {
        TokenBucket::new()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_flood_is_stopped_and_forgiven() {
        let mut allowance = TokenBucket::new();
        assert_eq!((0..1000).filter(|_| allowance.spend()).count(), 200);
        tokio::time::advance(Duration::from_secs(1)).await;
        assert_eq!((0..1000).filter(|_| allowance.spend()).count(), 50);
    }

    #[tokio::test(start_paused = true)]
    async fn accepted_moves_cost_nothing() {
        let mut allowance = TokenBucket::new();
        for _ in 0..10_000 {
            assert!(allowance.spend());
            allowance.refund();
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_owed_comes_in_first() {
        let mut allowance = TokenBucket::at(Rate { per_second: 0.5, burst: 2.0 });
        for _ in 0..5 {
            allowance.owe();
        }
        tokio::time::advance(Duration::from_millis(7990)).await;
        assert!(!allowance.spend());
        tokio::time::advance(Duration::from_millis(20)).await;
        assert!(allowance.spend() && !allowance.is_full());
        tokio::time::advance(Duration::from_secs(4)).await;
        assert!(allowance.is_full());
    }
}
