//! The halls at a node: a copy of each, and what is heard of it.

use std::{
    collections::{BTreeMap, BTreeSet},
    mem,
    time::Duration,
};

use tokio::time::Instant;
use tracing::{error, warn};

use super::{
    copies::{Copies, Met},
    copy::{Copy, CopyError, Taken},
    message::{Message, MessageError},
    pulse::Pulse,
    showing::Showing,
    trouble::Trouble,
};
use crate::{
    base::{hall_name::HallName, metrics::NodeMetrics, secret::SecretSource, time::wall_clock},
    journal::{OpenError, StorageError},
    record::{event::ExhibitionId, signal::Signal},
};

/// How long nothing may be heard of a hall before that is said.
pub(super) const SILENCE: Duration = Duration::from_secs(4);
/// The most halls of one node.
const MOST: usize = 2000;

/// The halls at a node.
#[derive(Debug)]
pub(super) struct Halls<S> {
    pub(super) copies: Copies,
    pub(super) showing: S,
    metrics: NodeMetrics,
    secrets: SecretSource,
    halls: BTreeMap<HallName, Hall>,
    /// What is known of each beside its copy, which outlives the node.
    met: BTreeMap<String, Met>,
    /// Halls for which the log was read once more, since something was missing: if it is missing still, the log has lost it.
    read_again: BTreeSet<HallName>,
    /// Whether it was said that there are too many halls.
    full: bool,
    /// Exhibitions whose beginning the log has not any more, of which that was said.
    headless: BTreeSet<(HallName, i64)>,
}

/// A hall at a node.
#[derive(Debug)]
struct Hall {
    /// `None` where nothing is taken from its log.
    copy: Option<Copy>,
    /// Whether that is so as the copy could not be written: then it is opened again.
    broken: bool,
    /// When it was heard last; its opening counts.
    heard: Instant,
    live: bool,
}

impl<S: Showing> Halls<S> {
    pub(super) fn new(copies: Copies, showing: S, metrics: NodeMetrics, secrets: SecretSource) -> Halls<S> {
        let met = copies.read().halls;
        Halls {
            copies,
            showing,
            metrics,
            secrets,
            halls: BTreeMap::new(),
            met,
            read_again: BTreeSet::new(),
            full: false,
            headless: BTreeSet::new(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.halls.is_empty()
    }

    /// What is known of each beside its copy.
    pub(super) fn met(&self) -> BTreeMap<String, Met> {
        self.met.clone()
    }

    /// Whether a hall was here before whose copy is gone.
    pub(super) fn lacks_one(&self) -> bool {
        self.met.keys().any(|name| !self.halls.keys().any(|hall| hall.as_str() == name))
    }

    /// A name that nobody else in the log's network has.
    pub(super) fn name(&mut self) -> String {
        self.secrets.token("").reveal().to_owned()
    }

    /// Whether there is this hall, or room for it: then it is here from now on. Gives whether its copy had to be made anew
    /// where there was one.
    pub(super) async fn meet(&mut self, hall: &HallName) -> Result<Option<bool>, OpenError> {
        if self.halls.contains_key(hall) {
            return Ok(Some(false));
        }
        if self.halls.len() == MOST {
            if !mem::replace(&mut self.full, true) {
                warn!("the log has more than {MOST} halls: those beyond are not shown here");
            }
            return Ok(None);
        }
        self.open(hall).await.map(Some)
    }

    /// Opens the copies again that could not be written.
    pub(super) async fn mend(&mut self) -> Result<(), Trouble> {
        let broken = self.halls.iter().filter(|(_, known)| known.broken);
        let broken: Vec<_> = broken.map(|(hall, _)| hall.clone()).collect();
        for hall in broken {
            let opened = self.open(&hall).await;
            if opened.map_err(|error| Trouble::NoRoom { hall: hall.clone(), why: error.to_string() })? {
                return Err(Trouble::Again(format!("the copy of hall {hall} was damaged")));
            }
        }
        Ok(())
    }

    /// Opens a hall's copy, and shows it. Gives whether it was damaged, so that it is made anew.
    pub(super) async fn open(&mut self, hall: &HallName) -> Result<bool, OpenError> {
        let path = self.copies.of(hall);
        let mut opened = Copy::open(&path, self.secrets.fork()).await;
        let mut anew = false;
        if let Err(error @ (OpenError::Record { .. } | OpenError::Damaged(..) | OpenError::NotADatabase(_))) = &opened {
            warn!(%hall, "the copy of this hall is damaged, and is made anew from the log: {error}");
            let aside = self.copies.set_aside(hall);
            aside.map_err(|error| OpenError::Io { path: path.clone(), error })?;
            anew = true;
            opened = Copy::open(&path, self.secrets.fork()).await;
        }
        let (copy, follower, archive) = opened?;
        self.showing.opened(hall, follower, archive);
        let now = wall_clock();
        let met = self.met.entry(hall.to_string()).or_insert_with(|| Met { heard: now, ..Met::default() });
        if let Some(address) = &met.address {
            self.showing.found_at(hall, Some(address));
        }
        // It has some time to be heard.
        let known = Hall { copy: Some(copy), broken: false, heard: Instant::now(), live: true };
        self.halls.insert(hall.clone(), known);
        self.count();
        Ok(anew)
    }

    /// Takes in a message of a hall's log.
    pub(super) async fn take(&mut self, hall: &HallName, sequence: u64, payload: &[u8]) -> Result<Taking, Trouble> {
        if self.halls.get(hall).is_none_or(|known| known.copy.is_none()) {
            return Ok(Taking::Taken);
        }
        let message = match Message::read(payload) {
            Ok(message) => message,
            Err(error) => return Ok(self.stand_still(hall, sequence, &error.into())),
        };
        for passage in &message.passages {
            let Some(Hall { copy: Some(copy), .. }) = self.halls.get_mut(hall) else { return Ok(Taking::Taken) };
            let exhibition = passage.head.exhibition;
            match copy.take(passage).await {
                Ok(taken) if taken.headless && self.read_again.insert(hall.clone()) => {
                    return Err(Trouble::Again(format!("hall {hall}, exhibition {exhibition} has no beginning")));
                }
                Ok(taken) => self.taken(hall, exhibition, taken),
                Err(error @ CopyError::Gap { .. }) if self.read_again.insert(hall.clone()) => {
                    return Err(Trouble::Again(format!("hall {hall}, {error}")));
                }
                Err(error @ CopyError::Gap { .. }) => {
                    copy.tear(ExhibitionId(exhibition));
                    warn!(%hall, "an exhibition goes on no further at this node, as the log has lost what comes next: {error}");
                }
                Err(CopyError::Storage(StorageError::Unknown)) => return Ok(Taking::Failed),
                Err(CopyError::Storage(StorageError::Refused(why))) => return Err(self.no_room(hall, why)),
                Err(CopyError::Unreadable(error @ (OpenError::Sql { .. } | OpenError::Io { .. }))) => {
                    return Err(self.no_room(hall, error.to_string()));
                }
                Err(error) => return Ok(self.stand_still(hall, sequence, &error)),
            }
        }
        self.met.entry(hall.to_string()).or_default().instance = message.opening.instance;
        self.find(hall, message.opening.address);
        Ok(Taking::Taken)
    }

    fn taken(&mut self, hall: &HallName, exhibition: i64, taken: Taken) {
        self.metrics.taken(taken.events);
        for (exhibition, board) in taken.renamed {
            self.showing.forgotten(hall, exhibition, board);
        }
        if taken.headless && self.headless.len() < MOST && self.headless.insert((hall.clone(), exhibition)) {
            warn!(%hall, exhibition, "its beginning is not in the log any more, so that this node does not show it");
        }
    }

    /// A hall says where it is.
    fn find(&mut self, hall: &HallName, address: Option<String>) {
        let met = self.met.entry(hall.to_string()).or_default();
        if met.address != address {
            self.showing.found_at(hall, address.as_deref());
            met.address = address;
        }
    }

    /// A copy can't be written: what was taken in is not stored, so that the copy is opened again.
    fn no_room(&mut self, hall: &HallName, why: String) -> Trouble {
        if let Some(known) = self.halls.get_mut(hall) {
            (known.copy, known.broken) = (None, true);
        }
        Trouble::NoRoom { hall: hall.clone(), why }
    }

    /// A hall's log holds what can't be right.
    fn stand_still(&mut self, hall: &HallName, sequence: u64, error: &CopyError) -> Taking {
        error!(%hall, sequence, "nothing more is taken from this hall's log: {error}");
        if let Some(known) = self.halls.get_mut(hall) {
            known.copy = None;
        }
        let sentence = match error {
            CopyError::Message(MessageError::Newer(_)) => "It speaks a newer version of Simultan than this gallery.",
            CopyError::Another(_) => "It tells of another database than before.",
            _ => "What it tells now can’t be right.",
        };
        self.showing.signal(hall, Signal::Stopped(sentence.to_owned()));
        self.count();
        Taking::Stopped
    }

    /// A sign of life, where it is the hall's.
    pub(super) fn feel(&mut self, hall: &HallName, pulse: Pulse) {
        let Some(known) = self.halls.get_mut(hall) else { return };
        let met = self.met.entry(hall.to_string()).or_default();
        let Some(copy) = known.copy.as_ref().filter(|_| pulse.instance == met.instance) else { return };
        copy.beat(&pulse.exhibitions);
        (known.heard, met.heard) = (Instant::now(), wall_clock());
        if !mem::replace(&mut known.live, true) {
            self.showing.signal(hall, Signal::Live);
            self.count();
        }
        self.find(hall, pulse.address);
    }

    /// Says of which halls nothing is heard; of `all` where the log itself is silent.
    pub(super) fn listen_for_silence(&mut self, all: bool) {
        for (hall, known) in &mut self.halls {
            let silent = all || known.heard.elapsed() >= SILENCE;
            if !silent || !known.live {
                continue;
            }
            let Some(copy) = &known.copy else { continue };
            known.live = false;
            copy.hold();
            let since = self.met.get(hall.as_str()).map_or(0, |met| met.heard);
            self.showing.signal(hall, Signal::Lost { since });
        }
        self.count();
    }

    pub(super) fn count(&self) {
        let count = |which: fn(&Hall) -> bool| self.halls.values().filter(|hall| which(hall)).count();
        self.metrics.halls("live", count(|hall| hall.copy.is_some() && hall.live));
        self.metrics.halls("silent", count(|hall| hall.copy.is_some() && !hall.live));
        self.metrics.halls("stopped", count(|hall| hall.copy.is_none()));
    }

    /// The log is another one than before. Gives the halls from which nothing is taken.
    pub(super) fn begin_anew(&mut self) -> Vec<HallName> {
        self.read_again.clear();
        self.halls.values_mut().filter_map(|known| known.copy.as_mut()).for_each(Copy::begin_anew);
        self.halls.iter().filter(|(_, known)| known.copy.is_none()).map(|(hall, _)| hall.clone()).collect()
    }

    /// Puts all copies in their final place.
    pub(super) async fn close(&mut self) {
        for hall in mem::take(&mut self.halls).into_values() {
            if let Some(copy) = hall.copy {
                copy.close().await;
            }
        }
    }
}

/// What has come of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Taking {
    /// It was taken in, or was known.
    Taken,
    /// Nothing more is taken from that hall's log.
    Stopped,
    /// Nobody knows what was written.
    Failed,
}
