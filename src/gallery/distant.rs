//! A hall that is elsewhere, as far as a node knows it: where it is, and whether it is heard.

use std::sync::{Mutex, PoisonError};

use crate::{
    base::{hall_name::HallName, ordered_watch::Watched, time::wall_clock},
    doors::limits::Origin,
    record::signal::Signal,
};

/// How a hall is heard at a node, the way between them included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reception {
    /// The hall itself.
    hall: Signal,
    /// Since when the hall can't be shown any further, in Unix milliseconds.
    stopped: u64,
    /// Since when what all halls come by is not reached, in Unix milliseconds.
    log_lost: Option<u64>,
}

impl Default for Reception {
    fn default() -> Reception {
        Reception { hall: Signal::Live, stopped: 0, log_lost: None }
    }
}

impl Reception {
    /// Since when nothing has been heard, in Unix milliseconds; `None` where the hall is heard.
    #[must_use]
    pub fn lost_since(&self) -> Option<u64> {
        let hall = match &self.hall {
            Signal::Live => None,
            Signal::Lost { since } => Some(*since),
            Signal::Stopped(_) => Some(self.stopped),
        };
        match (hall, self.log_lost) {
            (Some(hall), Some(log)) => Some(hall.min(log)),
            (hall, log) => hall.or(log),
        }
    }

    /// For how long nothing has been heard, in milliseconds.
    #[must_use]
    pub fn lost_ms(&self) -> Option<u64> {
        self.lost_since().map(|since| wall_clock().saturating_sub(since))
    }

    /// Whether spectators would be told the same.
    pub(super) fn sounds_like(&self, other: &Reception) -> bool {
        (self.lost_since(), self.stopped()) == (other.lost_since(), other.stopped())
    }

    /// Why nothing newer will come, in a sentence.
    #[must_use]
    pub fn stopped(&self) -> Option<&str> {
        match &self.hall {
            Signal::Stopped(sentence) => Some(sentence),
            Signal::Live | Signal::Lost { .. } => None,
        }
    }
}

/// A hall that is elsewhere.
#[derive(Debug)]
pub(super) struct Distant {
    pub(super) name: HallName,
    /// Where one sits down, as far as the hall has said it.
    address: Mutex<Option<Origin>>,
    pub(super) reception: Watched<Reception>,
}

impl Distant {
    pub(super) fn new(name: HallName, log_lost: Option<u64>) -> Distant {
        let reception = Watched::new(Reception { log_lost, ..Reception::default() });
        Distant { name, address: Mutex::default(), reception }
    }

    pub(super) fn address(&self) -> Option<Origin> {
        self.address.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What is no address of a page is none: it comes from elsewhere, and browsers are led there.
    pub(super) fn found_at(&self, address: Option<Origin>) {
        *self.address.lock().unwrap_or_else(PoisonError::into_inner) = address.filter(Origin::is_of_pages);
    }

    pub(super) fn signal(&self, signal: Signal) {
        self.reception.modify(|reception| {
            if reception.hall == signal {
                return false;
            }
            if matches!(signal, Signal::Stopped(_)) && reception.stopped().is_none() {
                // What was lost before stays lost since then.
                reception.stopped = match reception.hall {
                    Signal::Lost { since } => since,
                    Signal::Live | Signal::Stopped(_) => wall_clock(),
                };
            }
            reception.hall = signal;
            true
        });
    }

    pub(super) fn log_lost(&self, since: Option<u64>) {
        self.reception.modify(|reception| std::mem::replace(&mut reception.log_lost, since) != since);
    }
}
