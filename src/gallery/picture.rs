//! An exhibition up to one of its events, and the last of them as every spectator gets them: an event becomes JSON once, and
//! all share the bytes.

use std::{collections::VecDeque, sync::Arc};

use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::parcel::Parcel;
use crate::{
    journal::feed::KEPT,
    record::{
        event::{Event, Kind},
        view::View,
    },
    rules::Millis,
    wire,
};

/// How old the clocks of a shared snapshot may be.
const FRESH: Millis = Millis(50);
/// How old a shared snapshot may be where there are no clocks: it says what time it is.
const FRESH_UNTIMED: Millis = Millis(1000);
/// How many events a spectator is sent in one go, between which they may be told something else.
const HELPING: usize = 512;

/// An exhibition up to one of its events.
#[derive(Debug, Clone)]
pub(super) struct Picture {
    pub(super) view: View,
    /// The last events, up to and with the view's `seq`.
    log: VecDeque<Utf8Bytes>,
    snapshot: Option<(u64, Millis, Utf8Bytes)>,
    parcel: Option<Arc<Parcel>>,
    /// The last visit's number and event, for the master.
    pub(super) visit: Option<Event>,
    /// Whether all clocks stand still as of the last event in the log.
    stands: bool,
}

impl Picture {
    /// An exhibition as `view` has it; the `last` events are in it already.
    pub(super) fn new(view: View, last: &[Event]) -> Picture {
        // Whether time stood still before these events, they say themselves, or nothing has changed since.
        let change = last.iter().find_map(|event| match event.kind {
            Kind::Paused { .. } | Kind::Closed => Some(false),
            Kind::Continued => Some(true),
            _ => None,
        });
        let stands = change.unwrap_or(view.stands_still());
        let mut picture = Picture { view, log: VecDeque::new(), snapshot: None, parcel: None, visit: None, stands };
        picture.log(last);
        picture
    }

    /// Takes in the next events.
    pub(super) fn take(&mut self, events: &[Event]) {
        events.iter().for_each(|event| self.view.apply(event));
        self.log(events);
    }

    /// Keeps events that the view has taken in: only those that are kept become JSON.
    fn log(&mut self, events: &[Event]) {
        if let Some(visit) = events.iter().rfind(|event| matches!(event.kind, Kind::Visit { .. })) {
            self.visit = Some(visit.clone());
        }
        let first = events.len().saturating_sub(KEPT);
        for (place, event) in events.iter().enumerate() {
            self.stands = stands_after(event, &self.view, self.stands);
            if matches!(event.kind, Kind::Changed(_)) {
                // Too much may be another now: everybody gets a fresh snapshot.
                self.clear();
                continue;
            }
            if place < first {
                continue;
            }
            if self.log.len() == KEPT {
                self.log.pop_front();
            }
            self.log.push_back(wire::event_frame(event, &self.view, self.stands).into());
        }
    }

    /// Keeps nothing that was sent: whoever comes back gets a fresh snapshot.
    pub(super) fn clear(&mut self) {
        self.log.clear();
        self.snapshot = None;
        self.parcel = None;
    }

    pub(super) fn snapshot(&mut self, now: Millis) -> Utf8Bytes {
        self.snapshot_and_moment(now).0
    }

    /// The snapshot as HTTP hands it out; for somebody who takes it `compressed` and has everything up to `since`, it may be
    /// a moment old.
    pub(super) fn parcel(&mut self, now: Millis, compressed: bool, since: Option<u64>) -> Arc<Parcel> {
        if let Some(parcel) = self.parcel.as_ref().filter(|parcel| compressed && parcel.will_do(since)) {
            return parcel.clone();
        }
        let seq = self.view.seq;
        let (text, at) = self.snapshot_and_moment(now);
        match &self.parcel {
            Some(parcel) if parcel.is_of(seq, at) => parcel.clone(),
            _ => self.parcel.insert(Arc::new(Parcel::new(seq, at, text))).clone(),
        }
    }

    fn snapshot_and_moment(&mut self, now: Millis) -> (Utf8Bytes, Millis) {
        let seq = self.view.seq;
        let fresh = if self.view.program.is_timed() { FRESH } else { FRESH_UNTIMED };
        if let Some((of, at, text)) = &self.snapshot
            && *of == seq
            && now.since(*at) <= fresh
        {
            return (text.clone(), *at);
        }
        let text = Utf8Bytes::from(wire::snapshot(&self.view, now));
        self.snapshot = Some((seq, now, text.clone()));
        (text, now)
    }

    /// The events after `seq`, if they are all kept still.
    pub(super) fn after(&self, seq: u64) -> Option<Vec<Utf8Bytes>> {
        let missing = usize::try_from(self.view.seq.checked_sub(seq)?).ok()?;
        let skip = self.log.len().checked_sub(missing)?;
        Some(self.log.iter().skip(skip).take(HELPING).cloned().collect())
    }
}

/// Whether all clocks stand still after `event`, where they did `before`; `view` has taken it in.
fn stands_after(event: &Event, view: &View, before: bool) -> bool {
    match event.kind {
        Kind::Paused { .. } | Kind::Closed => true,
        // A later end may have opened again what was closed.
        Kind::Changed(_) => view.stands_still(),
        Kind::Continued => false,
        _ => before,
    }
}
