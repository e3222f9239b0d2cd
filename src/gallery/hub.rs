//! What the gallery knows: every exhibition as everybody sees it, and as it is.
//!
//! A spectator is but a number, that of the last event they have: a slow one costs nothing, and finds a fresh snapshot in place
//! of events that are no longer kept.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::sleep;
use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::{audience::Audience, parcel::Parcel, room::Room};
use crate::{
    base::{ordered_watch::Watcher, time::wall_clock},
    exhibition::registry::Which,
    journal::{
        Record,
        feed::{Follower, News},
    },
    record::{
        event::{Event, ExhibitionId, Kind, Stage},
        summary::Summary,
        view::View,
    },
    rules::BoardNo,
    wire,
};

/// Events within this time go out together: with a thousand spectators a write each would be the wall.
const COALESCE: Duration = Duration::from_millis(5);
/// How many finished exhibitions, besides the last, are kept in memory after somebody looked at them.
const REMEMBERED: usize = 16;

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
            let next = self.rooms().values().filter_map(Room::next_release).min();
            let later = async {
                match next {
                    Some(date) => sleep(Duration::from_millis(date.saturating_sub(wall_clock())) + COALESCE).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                biased;
                () = self.follower.filled() => {}
                // What spectators see later is due.
                () = later => {}
            }
            drop(self.rooms());
            sleep(COALESCE).await;
        }
    }

    /// The rooms with all that has been committed up to now: whoever has seen a receipt finds the move here.
    fn rooms(&self) -> MutexGuard<'_, BTreeMap<ExhibitionId, Room>> {
        let mut rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        for news in self.follower.take() {
            match news {
                News::Opened { view, last, earlier, timeline } => {
                    forget(&mut rooms);
                    let view = View::clone(&view);
                    rooms.insert(view.id, Room::open(view, &last, earlier, Some(timeline)));
                }
                News::Happened { id, events } => {
                    if let Some(room) = rooms.get_mut(&id) {
                        room.take(&events);
                    }
                }
            }
        }
        let date = wall_clock();
        rooms.values_mut().for_each(|room| room.release(date));
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

    /// The newest exhibition that is not over and has this entry code, which is in capitals.
    pub(super) fn with_code(&self, code: &str) -> Option<ExhibitionId> {
        let rooms = self.rooms();
        let open = |room: &Room| {
            let view = room.view(Audience::Insiders);
            view.stage != Stage::Finished && view.program.evening.code.as_deref() == Some(code)
        };
        rooms.iter().rev().find(|(_, room)| open(room)).map(|(&id, _)| id)
    }

    /// Puts an exhibition here that has ended long ago.
    pub(super) fn remember(&self, record: Record) {
        let mut rooms = self.rooms();
        forget(&mut rooms);
        let Record { view, earlier, .. } = record;
        rooms.entry(view.id).or_insert_with(|| Room::open(view, &[], earlier, None));
    }

    /// Somebody's name is to be found nowhere any more: what was sent to spectators is not kept, and an exhibition that is over
    /// is read anew.
    pub(super) fn forget(&self, id: ExhibitionId, board: BoardNo) {
        let mut rooms = self.rooms();
        if let Some(room) = rooms.get_mut(&id) {
            if room.is_open() {
                room.forget(board);
            } else {
                rooms.remove(&id);
            }
        }
    }

    /// Looks at an exhibition as everybody may see it.
    pub(super) fn look<T>(&self, id: ExhibitionId, at: impl FnOnce(&View) -> T) -> Option<T> {
        self.rooms().get(&id).map(|room| at(room.view(Audience::Public)))
    }

    /// Looks at an exhibition as it is now.
    pub(super) fn look_live<T>(&self, id: ExhibitionId, at: impl FnOnce(&View) -> T) -> Option<T> {
        self.rooms().get(&id).map(|room| at(room.view(Audience::Insiders)))
    }

    /// The exhibition as JSON, as HTTP hands it to everybody; for somebody who takes it `compressed` and has everything up to
    /// `since`, it may be a moment old.
    pub(super) fn parcel(&self, id: ExhibitionId, compressed: bool, since: Option<u64>) -> Option<Arc<Parcel>> {
        self.rooms().get_mut(&id).map(|room| room.parcel(compressed, since))
    }

    /// The exhibition as JSON.
    #[must_use]
    pub fn snapshot(&self, id: ExhibitionId) -> Option<Utf8Bytes> {
        self.rooms().get_mut(&id).map(|room| room.snapshot(Audience::Public))
    }

    /// The exhibition as it is now, as JSON.
    pub(super) fn snapshot_live(&self, id: ExhibitionId) -> Option<Utf8Bytes> {
        self.rooms().get_mut(&id).map(|room| room.snapshot(Audience::Insiders))
    }

    /// What a spectator gets who has everything up to `seq`, or nothing yet.
    pub(super) fn helping(&self, id: ExhibitionId, seq: Option<u64>, audience: Audience) -> Option<Helping> {
        let mut rooms = self.rooms();
        let room = rooms.get_mut(&id)?;
        if let Some((seq, frames)) = seq.and_then(|seq| room.after(seq, audience).map(|frames| (seq, frames))) {
            return Some(Helping { seq: seq + frames.len() as u64, frames, fresh: false });
        }
        let seq = room.view(audience).seq;
        Some(Helping { frames: vec![room.snapshot(audience)], seq, fresh: true })
    }

    /// The same for a human master, who is told with a visit what is possible there.
    pub(super) fn helping_for_master(&self, id: ExhibitionId, seq: Option<u64>) -> Option<Helping> {
        let mut helping = self.helping(id, seq, Audience::Insiders)?;
        let rooms = self.rooms();
        let room = rooms.get(&id)?;
        if let Some(Event { seq: came, at, kind: Kind::Visit { board, excursion }, .. }) = room.visit()
            && let Some(place) = seq.and_then(|seq| came.checked_sub(seq + 1)).filter(|_| !helping.fresh)
            && let Some(frame) = usize::try_from(place).ok().and_then(|place| helping.frames.get_mut(place))
        {
            let view = room.view(Audience::Insiders);
            *frame = wire::visit_frame(*board, *excursion, *came, *at, view).into();
        }
        Some(helping)
    }

    /// Follows an exhibition's last number.
    #[must_use]
    pub fn news(&self, id: ExhibitionId, audience: Audience) -> Option<Watcher<u64>> {
        self.rooms().get(&id).map(|room| room.news(audience))
    }

    /// How many follow it.
    pub(super) fn spectators(&self, id: ExhibitionId) -> usize {
        self.rooms().get(&id).map_or(0, Room::spectators)
    }

    /// How many follow any of them.
    pub(super) fn all_spectators(&self) -> usize {
        self.rooms().values().map(Room::spectators).sum()
    }

    /// The exhibitions that are not over, the newest first and no more than `most`, or the last one: as everybody may see
    /// them.
    pub(super) fn in_front(&self, most: usize) -> Vec<Summary> {
        let rooms = self.rooms();
        let views = || rooms.values().rev().map(|room| room.view(Audience::Public));
        let on: Vec<_> = views().filter(|view| view.stage != Stage::Finished).take(most).map(Summary::of).collect();
        if on.is_empty() { views().take(1).map(Summary::of).collect() } else { on }
    }

    /// How many exhibitions are not over.
    pub(super) fn unfinished(&self) -> usize {
        let rooms = self.rooms();
        rooms.values().filter(|room| room.view(Audience::Insiders).stage != Stage::Finished).count()
    }

    /// A list as everybody may see it.
    pub(super) fn mask(&self, listed: &mut [Summary]) {
        let rooms = self.rooms();
        for summary in listed {
            if let Some(view) = rooms.get(&summary.id).and_then(Room::delayed_view) {
                *summary = Summary::of(view);
            }
        }
    }

    /// How many boards of the exhibitions that are not over have each status, as everybody may see it.
    pub(super) fn boards_by_status(&self) -> BTreeMap<&'static str, usize> {
        let mut counts = BTreeMap::from([("free", 0), ("waiting", 0), ("playing", 0), ("ended", 0)]);
        let rooms = self.rooms();
        let views = rooms.values().map(|room| room.view(Audience::Public));
        for view in views.filter(|view| view.stage != Stage::Finished) {
            for board in &view.boards {
                let status = if board.seat.is_some() { board.status() } else { "free" };
                *counts.entry(status).or_default() += 1;
            }
        }
        counts
    }
}

/// Makes room: of those that are over, only the newest stay.
fn forget(rooms: &mut BTreeMap<ExhibitionId, Room>) {
    let over = rooms.iter().filter(|(_, room)| room.view(Audience::Insiders).stage == Stage::Finished);
    let over: Vec<_> = over.map(|(&id, _)| id).collect();
    for id in over.iter().take(over.len().saturating_sub(REMEMBERED)) {
        rooms.remove(id);
    }
}
