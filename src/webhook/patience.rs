//! When a message is tried again, and until when.

use std::time::Duration;

/// The first pause; each is twice the one before.
const FIRST: Duration = Duration::from_secs(1);
/// The longest.
const LONGEST: Duration = Duration::from_mins(10);
/// How long a message is tried where the receiver is away, or has a trouble of its own.
const FOR_THE_ABSENT: Duration = Duration::from_hours(6);
/// How long where it answers that this message is not to its liking: the same again will hardly be, and others wait.
const FOR_THE_UNWILLING: Duration = Duration::from_mins(10);

/// How long to wait before the next try, or `None` to give the message up.
///
/// `failed` tries have failed, the first of them `tried_for` ago. `unwilling`: the receiver has refused the message.
/// `asked`: how long it wants to be left alone. `chance` is between 0 and 1, so that receivers that went down together
/// are not all asked together.
pub(super) fn pause(
    failed: u32,
    tried_for: Duration,
    unwilling: bool,
    asked: Option<Duration>,
    chance: f64,
) -> Option<Duration> {
    if tried_for >= if unwilling { FOR_THE_UNWILLING } else { FOR_THE_ABSENT } {
        return None;
    }
    let doubled = FIRST.saturating_mul(1 << failed.saturating_sub(1).min(16)).min(LONGEST);
    // Give or take a fifth.
    let pause = doubled.mul_f64(0.8 + 0.4 * chance);
    Some(pause.max(asked.unwrap_or_default().min(LONGEST)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The pauses of a message that nobody ever takes.
    fn pauses(unwilling: bool) -> Vec<Duration> {
        let (mut tried_for, mut pauses) = (Duration::ZERO, Vec::new());
        while let Some(next) = pause(pauses.len() as u32 + 1, tried_for, unwilling, None, 0.5) {
            tried_for += next;
            pauses.push(next);
        }
        pauses
    }

    #[test]
    fn pauses_grow_and_end_after_some_hours() {
        let absent = pauses(false);
        let seconds: Vec<_> = absent.iter().take(12).map(Duration::as_secs).collect();
        assert_eq!(seconds, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600]);
        assert!((40..60).contains(&absent.len()), "{}", absent.len());
        assert_eq!(pauses(true).len(), 10, "one that is refused holds the others up for minutes");
    }

    #[test]
    fn a_receiver_may_ask_for_more_and_chance_spreads_them() {
        let asked = |seconds| pause(1, Duration::ZERO, false, Some(Duration::from_secs(seconds)), 0.5);
        assert_eq!(asked(0), Some(Duration::from_secs(1)));
        assert_eq!(asked(90), Some(Duration::from_secs(90)));
        assert_eq!(asked(u64::MAX), Some(LONGEST));
        let spread = |chance| pause(3, Duration::ZERO, false, None, chance).expect("a pause").as_millis();
        assert_eq!((spread(0.0), spread(1.0)), (3200, 4800));
        assert!(pause(u32::MAX, Duration::ZERO, false, None, 1.0).is_some());
    }
}
