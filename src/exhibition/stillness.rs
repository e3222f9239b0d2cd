//! Whether anything happens at all: no exhibition stays on for ever.

use std::time::Duration;

use tokio::time::Instant;

/// How often it is looked.
const LOOK_EVERY: Duration = Duration::from_secs(3600);
/// After so many looks at which nothing has happened, nobody is there any more.
const MOST: u32 = 24;

/// For how long nothing has happened.
#[derive(Debug)]
pub(super) struct Stillness {
    next: Instant,
    progress: u64,
    looks: u32,
}

impl Stillness {
    /// Something has just happened.
    pub(super) fn from_now() -> Stillness {
        Stillness { next: Instant::now() + LOOK_EVERY, progress: 0, looks: 0 }
    }

    /// When to look next.
    pub(super) fn next(&self) -> Instant {
        self.next
    }

    /// Looks, where it is time: `progress` is a number that grows with whatever happens in games that are `on`. Says whether
    /// nothing has for a day.
    pub(super) fn look(&mut self, on: bool, progress: u64) -> bool {
        if Instant::now() < self.next {
            return false;
        }
        self.next = Instant::now() + LOOK_EVERY;
        self.looks = if on && progress == self.progress { self.looks + 1 } else { 0 };
        self.progress = progress;
        self.looks >= MOST
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_day_without_a_move_is_too_long() {
        let mut stillness = Stillness::from_now();
        let mut looks = Vec::new();
        for hour in 1..60 {
            tokio::time::advance(LOOK_EVERY).await;
            // Something happens in the first hours, and after a day and a half.
            let progress = if hour < 10 { hour } else { 10 + u64::from(hour > 30) };
            if stillness.look(true, progress) {
                looks.push(hour);
            }
        }
        assert_eq!(looks.first(), Some(&55), "{looks:?}");
        assert!(!stillness.look(true, 11), "it is not time yet");
    }
}
