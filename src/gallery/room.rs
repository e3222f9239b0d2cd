//! One exhibition in the gallery: as it is, and where spectators see it later, as they do.

use std::{collections::VecDeque, sync::Arc};

use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::{audience::Audience, parcel::Parcel, picture::Picture};
use crate::{
    base::{
        ordered_watch::{Watched, Watcher},
        time::{Timeline, wall_clock},
    },
    record::{
        earlier::Earlier,
        event::{Event, Kind},
        view::View,
    },
    rules::{BoardNo, Millis},
};

/// One exhibition in the gallery.
#[derive(Debug)]
pub(super) struct Room {
    live: Picture,
    live_news: Watched<u64>,
    /// Where spectators see everything later.
    delayed: Option<Delayed>,
    public_news: Watched<u64>,
    /// `None` where nothing happens any more.
    timeline: Option<Timeline>,
}

/// What spectators see, and what they do not see yet.
#[derive(Debug)]
struct Delayed {
    picture: Picture,
    pending: VecDeque<Event>,
    /// When the last event that they see was stored, in Unix milliseconds; 0 where that is not known.
    released: u64,
}

impl Room {
    /// An exhibition as `view` has it, the `last` events being in it already; `earlier` is what spectators see of it.
    pub(super) fn open(view: View, last: &[Event], earlier: Option<Arc<Earlier>>, timeline: Option<Timeline>) -> Room {
        let live = Picture::new(view, last);
        let delayed = match earlier {
            Some(earlier) => {
                let Earlier { view, pending } = Earlier::clone(&earlier);
                Some(Delayed { picture: Picture::new(view, &[]), pending: pending.into(), released: 0 })
            }
            // Nothing is there yet that they should not see.
            None => (live.view.program.evening.delay > Millis::ZERO).then(|| Delayed::of(&live)),
        };
        let seen = delayed.as_ref().map_or(live.view.seq, |delayed| delayed.picture.view.seq);
        Room { live_news: Watched::new(live.view.seq), public_news: Watched::new(seen), live, delayed, timeline }
    }

    /// Takes in what has happened.
    pub(super) fn take(&mut self, events: &[Event]) {
        if self.delayed.is_none() {
            // What makes spectators wait has happened among these, or they all are theirs to see now.
            let before = events.iter().any(makes_wait).then(|| self.live.clone());
            self.live.take(events);
            self.delayed = before.map(|picture| Delayed { picture, pending: events.to_vec().into(), released: 0 });
        } else {
            self.live.take(events);
            if let Some(delayed) = &mut self.delayed {
                delayed.pending.extend(events.iter().cloned());
            }
        }
        set(&self.live_news, self.live.view.seq);
        self.release(wall_clock());
    }

    /// Shows spectators what they may see at `date`, in Unix milliseconds.
    pub(super) fn release(&mut self, date: u64) {
        let delay = self.live.view.program.evening.delay;
        if let Some(delayed) = &mut self.delayed {
            let due = delayed.pending.iter().take_while(|event| event.wall.saturating_add(delay.0) <= date).count();
            if due > 0 {
                let events: Vec<_> = delayed.pending.drain(..due).collect();
                delayed.released = events.last().map_or(delayed.released, |event| event.wall);
                delayed.picture.take(&events);
            }
            if delay == Millis::ZERO && delayed.pending.is_empty() {
                self.delayed = None;
            }
        }
        let seen = self.delayed.as_ref().map_or(self.live.view.seq, |delayed| delayed.picture.view.seq);
        set(&self.public_news, seen);
    }

    /// When the next event is due that spectators don't see yet, in Unix milliseconds.
    pub(super) fn next_release(&self) -> Option<u64> {
        let first = self.delayed.as_ref()?.pending.front()?;
        Some(first.wall.saturating_add(self.live.view.program.evening.delay.0))
    }

    /// The exhibition as it is seen.
    pub(super) fn view(&self, audience: Audience) -> &View {
        match (audience, &self.delayed) {
            (Audience::Public, Some(delayed)) => &delayed.picture.view,
            _ => &self.live.view,
        }
    }

    /// What spectators see, where that is less than there is.
    pub(super) fn delayed_view(&self) -> Option<&View> {
        self.delayed.as_ref().map(|delayed| &delayed.picture.view)
    }

    pub(super) fn snapshot(&mut self, audience: Audience) -> Utf8Bytes {
        let (picture, now) = self.picture(audience);
        picture.snapshot(now)
    }

    /// The snapshot for everybody as HTTP hands it out, see [`Picture::parcel`].
    pub(super) fn parcel(&mut self, compressed: bool, since: Option<u64>) -> Arc<Parcel> {
        let (picture, now) = self.picture(Audience::Public);
        picture.parcel(now, compressed, since)
    }

    /// What is seen, and the exhibition's own time there.
    fn picture(&mut self, audience: Audience) -> (&mut Picture, Millis) {
        let now = self.timeline.as_ref().map_or(self.live.view.at, Timeline::now);
        let delay = self.live.view.program.evening.delay;
        match (audience, &mut self.delayed) {
            (Audience::Public, Some(delayed)) => {
                let now = delayed.now(delay, now);
                (&mut delayed.picture, now)
            }
            _ => (&mut self.live, now),
        }
    }

    /// The events after `seq`, if they are all kept still.
    pub(super) fn after(&self, seq: u64, audience: Audience) -> Option<Vec<Utf8Bytes>> {
        match (audience, &self.delayed) {
            (Audience::Public, Some(delayed)) => delayed.picture.after(seq),
            _ => self.live.after(seq),
        }
    }

    pub(super) fn news(&self, audience: Audience) -> Watcher<u64> {
        match audience {
            Audience::Public => self.public_news.watch(),
            Audience::Insiders => self.live_news.watch(),
        }
    }

    /// How many spectators there are.
    pub(super) fn spectators(&self) -> usize {
        self.public_news.watchers() + self.live_news.watchers()
    }

    /// The master's last visit.
    pub(super) fn visit(&self) -> Option<&Event> {
        self.live.visit.as_ref()
    }

    /// Whether something may still happen here.
    pub(super) fn is_open(&self) -> bool {
        self.timeline.is_some()
    }

    /// The name that whoever sits at `board` had before is to be found nowhere any more: what was sent to spectators is not kept,
    /// and what they don't see yet has another one.
    pub(super) fn forget(&mut self, board: BoardNo) {
        self.live.clear();
        let seat = self.live.view.boards.get(board.index()).and_then(|seen| seen.guest());
        let (Some(delayed), Some((guest, name))) =
            (&mut self.delayed, seat.map(|seat| (seat.guest, seat.name.clone())))
        else {
            return;
        };
        delayed.picture.clear();
        delayed.picture.view.rename(guest, &name);
        delayed.pending.iter_mut().for_each(|event| event.kind.rename(guest, &name));
    }
}

impl Delayed {
    fn of(live: &Picture) -> Delayed {
        Delayed { picture: live.clone(), pending: VecDeque::new(), released: 0 }
    }

    /// The exhibition's own time as spectators see it, where it is `live` now: no later than what they see next.
    fn now(&self, delay: Millis, live: Millis) -> Millis {
        let view = &self.picture.view;
        if view.stands_still() || self.released == 0 {
            return view.at;
        }
        let passed = wall_clock().saturating_sub(delay.0).saturating_sub(self.released);
        let next = self.pending.front().map_or(live, |event| event.at);
        view.at.plus(Millis(passed)).min(next)
    }
}

fn set(news: &Watched<u64>, seq: u64) {
    news.modify(|last| std::mem::replace(last, seq) != seq);
}

/// Whether spectators see everything later from this event on.
fn makes_wait(event: &Event) -> bool {
    matches!(&event.kind, Kind::Changed(program) if program.evening.delay > Millis::ZERO)
}
