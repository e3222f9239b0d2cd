//! What the gallery knows: a view of every exhibition, and its last events as every spectator gets them.
//!
//! An event becomes JSON once, and all share the bytes. A spectator is but a number, that of the last event they have: a
//! slow one costs nothing, and finds a fresh snapshot in place of events that are no longer kept.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::sleep;
use tokio_tungstenite::tungstenite::Utf8Bytes;

use crate::{
    base::{
        ordered_watch::{Watched, Watcher},
        time::Timeline,
    },
    exhibition::registry::Which,
    journal::feed::{Follower, KEPT, News},
    record::{
        event::{Event, ExhibitionId, Kind, Stage},
        view::View,
    },
    rules::Millis,
    wire,
};

/// Events within this time go out together: with a thousand spectators a write each would be the wall.
const COALESCE: Duration = Duration::from_millis(5);
/// How many finished exhibitions, besides the last, are kept in memory after somebody looked at them.
const REMEMBERED: usize = 16;
/// How old the clocks of a shared snapshot may be.
const FRESH: Millis = Millis(50);
/// How old a shared snapshot may be where there are no clocks: it says what time it is.
const FRESH_UNTIMED: Millis = Millis(1000);
/// How many events a spectator is sent in one go, between which they may be told something else.
const HELPING: usize = 512;

#[derive(Debug)]
struct Room {
    view: View,
    /// `None` where nothing happens any more.
    timeline: Option<Timeline>,
    /// The last events, up to and with the view's `seq`.
    log: VecDeque<Utf8Bytes>,
    news: Watched<u64>,
    snapshot: Option<(u64, Millis, Utf8Bytes)>,
    /// The last visit's number and event, for the master.
    visit: Option<Event>,
    /// Whether there is a break as of the last event in the log.
    stands: bool,
}

impl Room {
    fn new(view: View, timeline: Option<Timeline>) -> Room {
        Room {
            news: Watched::new(view.seq),
            view,
            timeline,
            log: VecDeque::new(),
            snapshot: None,
            visit: None,
            stands: false,
        }
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
                self.log.clear();
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

    fn now(&self) -> Millis {
        self.timeline.as_ref().map_or(self.view.at, Timeline::now)
    }

    fn snapshot(&mut self) -> Utf8Bytes {
        let (seq, now) = (self.view.seq, self.now());
        let fresh = if self.view.program.is_timed() { FRESH } else { FRESH_UNTIMED };
        if let Some((of, at, text)) = &self.snapshot
            && *of == seq
            && now.since(*at) <= fresh
        {
            return text.clone();
        }
        let text = Utf8Bytes::from(wire::snapshot(&self.view, now));
        self.snapshot = Some((seq, now, text.clone()));
        text
    }

    /// The events after `seq`, if they are all kept still.
    fn after(&self, seq: u64) -> Option<Vec<Utf8Bytes>> {
        let missing = usize::try_from(self.view.seq.checked_sub(seq)?).ok()?;
        let skip = self.log.len().checked_sub(missing)?;
        Some(self.log.iter().skip(skip).take(HELPING).cloned().collect())
    }
}

/// What a spectator gets next.
#[derive(Debug)]
pub(super) struct Helping {
    pub(super) frames: Vec<Utf8Bytes>,
    /// The last event that is in them.
    pub(super) seq: u64,
    /// Whether it is a snapshot in place of events.
    pub(super) fresh: bool,
}

/// All rooms. Only the gallery's thread has it; the lock is never contended and never held while waiting.
#[derive(Debug)]
pub struct Hub {
    follower: Follower,
    rooms: Mutex<BTreeMap<ExhibitionId, Room>>,
}

impl Hub {
    /// Knows nothing yet; reads what `follower` gets.
    #[must_use]
    pub fn new(follower: Follower) -> Hub {
        Hub { follower, rooms: Mutex::default() }
    }

    /// Keeps up with the feed, for ever.
    pub async fn follow(&self) {
        loop {
            self.follower.filled().await;
            drop(self.rooms());
            sleep(COALESCE).await;
        }
    }

    /// The rooms with all that has been committed up to now: whoever has seen a receipt finds the move here.
    fn rooms(&self) -> MutexGuard<'_, BTreeMap<ExhibitionId, Room>> {
        let mut rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        for news in self.follower.take() {
            match news {
                News::Opened { view, last, timeline } => {
                    forget(&mut rooms);
                    let (id, mut room) = (view.id, Room::new(Arc::unwrap_or_clone(view), Some(timeline)));
                    // Whether there was a break before these events, they say themselves, or nothing has changed since.
                    let change = last.iter().find_map(|event| match event.kind {
                        Kind::Paused { .. } | Kind::Closed => Some(false),
                        Kind::Continued => Some(true),
                        _ => None,
                    });
                    room.stands = change.unwrap_or(room.view.stands_still());
                    room.log(&last);
                    rooms.insert(id, room);
                }
                News::Happened { id, events } => {
                    if let Some(room) = rooms.get_mut(&id) {
                        events.iter().for_each(|event| room.view.apply(event));
                        room.log(&events);
                        let seq = room.view.seq;
                        room.news.modify(|last| std::mem::replace(last, seq) != seq);
                    }
                }
            }
        }
        rooms
    }

    /// The number of the exhibition that an address means, if its room is here.
    #[must_use]
    pub fn find(&self, which: Which) -> Option<ExhibitionId> {
        let rooms = self.rooms();
        match which {
            Which::Current => rooms.last_key_value().map(|(&id, _)| id),
            Which::Id(id) => rooms.contains_key(&id).then_some(id),
        }
    }

    /// Puts an exhibition here that has ended long ago.
    pub(super) fn remember(&self, view: View) {
        let mut rooms = self.rooms();
        forget(&mut rooms);
        rooms.entry(view.id).or_insert_with(|| Room::new(view, None));
    }

    /// Looks at an exhibition.
    pub(super) fn look<T>(&self, id: ExhibitionId, at: impl FnOnce(&View) -> T) -> Option<T> {
        self.rooms().get(&id).map(|room| at(&room.view))
    }

    /// The exhibition as JSON.
    #[must_use]
    pub fn snapshot(&self, id: ExhibitionId) -> Option<Utf8Bytes> {
        self.rooms().get_mut(&id).map(Room::snapshot)
    }

    /// What a spectator gets who has everything up to `seq`, or nothing yet.
    pub(super) fn helping(&self, id: ExhibitionId, seq: Option<u64>) -> Option<Helping> {
        let mut rooms = self.rooms();
        let room = rooms.get_mut(&id)?;
        if let Some((seq, frames)) = seq.and_then(|seq| room.after(seq).map(|frames| (seq, frames))) {
            return Some(Helping { seq: seq + frames.len() as u64, frames, fresh: false });
        }
        Some(Helping { frames: vec![room.snapshot()], seq: room.view.seq, fresh: true })
    }

    /// The same for a human master, who is told with a visit what is possible there.
    pub(super) fn helping_for_master(&self, id: ExhibitionId, seq: Option<u64>) -> Option<Helping> {
        let mut helping = self.helping(id, seq)?;
        let rooms = self.rooms();
        let room = rooms.get(&id)?;
        if let Some(Event { seq: came, at, kind: Kind::Visit { board, excursion }, .. }) = &room.visit
            && let Some(place) = seq.and_then(|seq| came.checked_sub(seq + 1)).filter(|_| !helping.fresh)
            && let Some(frame) = usize::try_from(place).ok().and_then(|place| helping.frames.get_mut(place))
        {
            *frame = wire::visit_frame(*board, *excursion, *came, *at, &room.view).into();
        }
        Some(helping)
    }

    /// Follows an exhibition's last number.
    #[must_use]
    pub fn news(&self, id: ExhibitionId) -> Option<Watcher<u64>> {
        self.rooms().get(&id).map(|room| room.news.watch())
    }

    /// How many follow it.
    pub(super) fn spectators(&self, id: ExhibitionId) -> usize {
        self.rooms().get(&id).map_or(0, |room| room.news.watchers())
    }

    /// How many exhibitions are not over.
    pub(super) fn unfinished(&self) -> usize {
        self.rooms().values().filter(|room| room.view.stage != Stage::Finished).count()
    }

    /// How many boards of the exhibitions that are not over have each status.
    pub(super) fn boards_by_status(&self) -> BTreeMap<&'static str, usize> {
        let mut counts = BTreeMap::from([("free", 0), ("waiting", 0), ("playing", 0), ("ended", 0)]);
        for room in self.rooms().values().filter(|room| room.view.stage != Stage::Finished) {
            for board in &room.view.boards {
                let status = if board.seat.is_some() { board.status() } else { "free" };
                *counts.entry(status).or_default() += 1;
            }
        }
        counts
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

/// Makes room: of those that are over, only the newest stay.
fn forget(rooms: &mut BTreeMap<ExhibitionId, Room>) {
    let over = rooms.iter().filter(|(_, room)| room.view.stage == Stage::Finished).map(|(&id, _)| id);
    let over: Vec<_> = over.collect();
    for id in over.iter().take(over.len().saturating_sub(REMEMBERED)) {
        rooms.remove(id);
    }
}
