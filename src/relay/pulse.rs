//! A hall's sign of life, once a second: what its exhibitions' clocks show. Nobody keeps it. Pure.

use serde::{Deserialize, Serialize};

/// The longest, in bytes: one for each of a few thousand exhibitions.
const LONGEST: usize = 256 * 1024;

/// A hall's sign of life.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pulse {
    /// Which run of a server it is.
    pub instance: String,
    /// Which publisher of this hall.
    pub epoch: u64,
    /// The number of its last message in the log.
    pub sequence: u64,
    /// Where the hall itself is found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// The exhibitions that are not over.
    pub exhibitions: Vec<Beat>,
}

/// An exhibition's time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Beat {
    /// Its number.
    pub id: i64,
    /// Its own time, in milliseconds.
    pub now_ms: u64,
    /// Whether time passes.
    pub runs: bool,
}

impl Pulse {
    /// As it is sent.
    #[must_use]
    pub fn written(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("a value with string keys is JSON")
    }

    /// Reads what may come from anybody; `None` where it is no pulse.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Pulse> {
        (bytes.len() <= LONGEST).then(|| serde_json::from_slice(bytes).ok()).flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_and_what_is_too_long_is_not() {
        let beat = Beat { id: 5, now_ms: 81_250, runs: true };
        let mut pulse =
            Pulse { instance: "ab".to_owned(), epoch: 2, sequence: 9, address: None, exhibitions: vec![beat] };
        assert_eq!(Pulse::read(&pulse.written()), Some(pulse.clone()));
        assert_eq!(Pulse::read(b"{}"), None);
        pulse.exhibitions = vec![beat; 10_000];
        assert_eq!(Pulse::read(&pulse.written()), None);
    }
}
