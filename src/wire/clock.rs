//! A game's clocks, as JSON.

use serde::Serialize;

use crate::rules::{ClockReading, Millis, color_name};

/// What both clocks show.
#[derive(Serialize)]
pub(super) struct Clock {
    white_ms: u64,
    black_ms: u64,
    running: Option<&'static str>,
}

impl From<ClockReading> for Clock {
    fn from(reading: ClockReading) -> Clock {
        let ClockReading { white: Millis(white_ms), black: Millis(black_ms), running } = reading;
        Clock { white_ms, black_ms, running: running.map(color_name) }
    }
}

/// A clock on its way out.
#[derive(Serialize)]
#[serde(transparent)]
#[expect(missing_debug_implementations, reason = "it lives for one serialisation")]
pub struct ClockMessage(pub(super) Clock);

/// In a break no clock runs.
pub(super) fn stop(clock: &mut Option<Clock>, stands: bool) {
    if let Some(clock) = clock.as_mut().filter(|_| stands) {
        clock.running = None;
    }
}
