//! How much a connection may send: a bucket that fills with time.

use tokio::time::Instant;

/// Messages a second in the long run.
const RATE: f64 = 50.0;
/// Messages at once.
const BURST: f64 = 200.0;

/// What a connection may still send. Accepted moves are given back, so that it never slows honest play, however fast.
#[derive(Debug)]
pub struct Allowance {
    left: f64,
    as_of: Instant,
}

impl Allowance {
    /// A full bucket.
    #[must_use]
    pub fn new() -> Allowance {
        Allowance { left: BURST, as_of: Instant::now() }
    }

    /// Takes one message out; whether that was possible.
    pub fn spend(&mut self) -> bool {
        let now = Instant::now();
        self.left = (self.left + (now - self.as_of).as_secs_f64() * RATE).min(BURST);
        self.as_of = now;
        let enough = self.left >= 1.0;
        if enough {
            self.left -= 1.0;
        }
        enough
    }

    /// Gives one message back.
    pub fn refund(&mut self) {
        self.left = (self.left + 1.0).min(BURST);
    }
}

impl Default for Allowance {
    fn default() -> Allowance {
        Allowance::new()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_flood_is_stopped_and_forgiven() {
        let mut allowance = Allowance::new();
        assert_eq!((0..1000).filter(|_| allowance.spend()).count(), 200);
        tokio::time::advance(Duration::from_secs(1)).await;
        assert_eq!((0..1000).filter(|_| allowance.spend()).count(), 50);
    }

    #[tokio::test(start_paused = true)]
    async fn accepted_moves_cost_nothing() {
        let mut allowance = Allowance::new();
        for _ in 0..10_000 {
            assert!(allowance.spend());
            allowance.refund();
        }
    }
}
