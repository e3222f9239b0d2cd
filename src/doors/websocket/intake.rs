//! How much may come in over one socket without making a message.
//!
//! Messages are counted where they are answered. Below them a stranger could send for ever what is never answered: empty
//! fragments, pings, a byte at a time. So all that is read costs something, and a message gives its share back: an honest
//! client at any speed pays nothing, and who only makes work is soon out of credit.

use crate::doors::token_bucket::{Rate, TokenBucket};

/// What a read costs beside its bytes, and a ping or pong beside its own: about what the system does for it.
const TOUCH: f64 = 64.0;
/// So many reads a message is given back whole. A client that sends it byte by byte pays for the rest.
const READS_A_MESSAGE: f64 = 16.0;
/// A frame's header at its longest.
const HEADER: f64 = 14.0;
/// The credit: so many times the longest message at once, and a quarter of that a second.
const LONGEST_MESSAGES: f64 = 4.0;

/// The account of one socket, in bytes.
#[derive(Debug)]
pub(super) struct Intake {
    credit: TokenBucket,
    /// What was charged and not given back.
    unanswered: f64,
    overdrawn: bool,
}

impl Intake {
    /// For messages of at most `longest` bytes.
    pub(super) fn new(longest: usize) -> Intake {
        let burst = size(longest) * LONGEST_MESSAGES;
        Intake { credit: TokenBucket::at(Rate { per_second: burst / 4.0, burst }), unanswered: 0.0, overdrawn: false }
    }

    /// So many bytes were read at once; whether that is still in order.
    pub(super) fn read(&mut self, bytes: usize) -> bool {
        self.charge(size(bytes) + TOUCH)
    }

    /// A ping or a pong has come in; whether that is still in order.
    pub(super) fn control(&mut self) -> bool {
        self.charge(TOUCH)
    }

    /// A message of so many bytes has come in, and is counted elsewhere.
    pub(super) fn message(&mut self, bytes: usize) {
        let share = (size(bytes) + HEADER + TOUCH * READS_A_MESSAGE).min(self.unanswered);
        self.unanswered -= share;
        self.credit.give(share);
    }

    /// Whether more has come in than was in order.
    pub(super) fn is_overdrawn(&self) -> bool {
        self.overdrawn
    }

    fn charge(&mut self, units: f64) -> bool {
        if self.credit.take(units) {
            self.unanswered += units;
        } else {
            self.overdrawn = true;
        }
        !self.overdrawn
    }
}

fn size(bytes: usize) -> f64 {
    // A read and a message have some KiB.
    u32::try_from(bytes).map_or(f64::from(u32::MAX), f64::from)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const LONGEST: usize = 16 * 1024;

    #[tokio::test(start_paused = true)]
    async fn messages_at_any_speed_cost_nothing() {
        let mut intake = Intake::new(LONGEST);
        for _ in 0..100_000 {
            // The header by itself, then the text: some libraries write so.
            assert!(intake.read(6) && intake.read(44));
            intake.message(44);
        }
        for _ in 0..100_000 {
            // Ninety in one read.
            assert!(intake.read(90 * 50));
            (0..90).for_each(|_| intake.message(44));
        }
        for _ in 0..1000 {
            // The longest that there may be, in pieces as a network makes them.
            assert!((0..12).all(|_| intake.read(1366)));
            intake.message(LONGEST);
        }
    }

    /// How many times `once` is in order at once, and then in an hour of ten a millisecond.
    async fn borne(once: impl Fn(&mut Intake) -> bool) -> (u32, u32) {
        let mut intake = Intake::new(LONGEST);
        let burst = (0..1_000_000).take_while(|_| once(&mut intake)).count();
        let mut intake = Intake::new(LONGEST);
        let mut long = 0;
        for _ in 0..3_600_000 {
            tokio::time::advance(Duration::from_millis(1)).await;
            for _ in 0..10 {
                if !once(&mut intake) {
                    return (u32::try_from(burst).expect("some"), long);
                }
                long += 1;
            }
        }
        (u32::try_from(burst).expect("some"), long)
    }

    #[tokio::test(start_paused = true)]
    async fn what_makes_no_message_is_soon_cut_off() {
        // 680 empty fragments in a read of 4 KiB, a ping in a read of its own, a byte at a time.
        let fragments = borne(|intake| intake.read(4096)).await;
        let pings = borne(|intake| intake.read(6) && intake.control()).await;
        let drips = borne(|intake| intake.read(1)).await;
        assert_eq!((fragments.0, pings.0, drips.0), (15, 489, 1008));
        assert!(fragments.1 < 20 && pings.1 < 600 && drips.1 < 1100, "{fragments:?} {pings:?} {drips:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_line_is_no_attack() {
        let mut intake = Intake::new(LONGEST);
        for _ in 0..1000 {
            // A move a second that comes byte by byte, and a ping.
            assert!((0..44).all(|_| intake.read(1)) && intake.read(6) && intake.control());
            intake.message(38);
            tokio::time::advance(Duration::from_secs(1)).await;
        }
    }
}
