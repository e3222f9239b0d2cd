//! A node: follows the log of all halls, and their signs of life.

use std::{
    collections::{BTreeMap, BTreeSet},
    mem,
    time::Duration,
};

use async_nats::{
    Client, Message as Sent,
    jetstream::{self, stream::Info},
};
use futures_util::StreamExt;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep};
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};

use super::{
    connection::{Link, is_connected, log},
    copies::{Copies, Read},
    copy::{Copy, CopyError, Taken},
    message::Message,
    pulse::Pulse,
    reading::read_from,
    showing::Showing,
    subject::{PULSES, hall_in},
    trouble::Trouble,
};
use crate::{
    base::{hall_name::HallName, metrics::NodeMetrics, secret::SecretSource, time::wall_clock},
    journal::{OpenError, StorageError},
    record::signal::Signal,
};

/// How long nothing may be heard of a hall before that is said.
const SILENCE: Duration = Duration::from_secs(4);
/// How often it is looked who is silent.
const TICK: Duration = Duration::from_secs(1);
/// How soon the log is tried again.
const AGAIN: Duration = Duration::from_secs(1);
/// The most halls of one node.
const MOST: usize = 2000;

/// What a node is given.
#[derive(Debug)]
pub struct Following<S> {
    /// The way to NATS.
    pub link: Link,
    /// Where the copies are.
    pub copies: Copies,
    /// Where they are shown.
    pub showing: S,
    /// What is counted.
    pub metrics: NodeMetrics,
    /// What nobody is to guess.
    pub secrets: SecretSource,
}

/// Why a node has to end.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the sentences say it")]
pub enum FollowError {
    #[error(transparent)]
    Link(Trouble),
    #[error("the copy of hall {hall} can't be used: {error}")]
    Copy { hall: HallName, error: OpenError },
    #[error("a copy has failed while it was written to; what it holds counts at the next start")]
    Storage,
}

/// A node: follows the log of all halls.
#[derive(Debug)]
pub struct Node<S> {
    link: Link,
    copies: Copies,
    showing: S,
    metrics: NodeMetrics,
    secrets: SecretSource,
    halls: BTreeMap<HallName, Hall>,
    read: Read,
    /// Where copies stood still before this start, if any did.
    behind: Option<u64>,
    /// Since when the log is not reached, by both clocks; the wall's in Unix milliseconds.
    lost: Option<(Instant, u64)>,
    /// Whether the halls are shown.
    shown: bool,
    /// Whether it was said that there are too many halls.
    full: bool,
    /// Exhibitions whose beginning the log has not any more, of which that was said.
    headless: BTreeSet<(HallName, i64)>,
}

/// A hall at this node.
#[derive(Debug)]
struct Hall {
    /// `None` once its log has held what can't be right.
    copy: Option<Copy>,
    /// When it was heard last.
    heard: Instant,
    /// The same on the wall's clock, in Unix milliseconds.
    heard_wall: u64,
    live: bool,
    address: Option<String>,
}

impl<S: Showing> Node<S> {
    /// A node with the copies that there are.
    pub async fn new(following: Following<S>) -> Result<Node<S>, FollowError> {
        let Following { link, copies, showing, metrics, secrets } = following;
        let (known, mut read) = (copies.halls(), copies.read());
        let behind = mem::take(&mut read.stopped).into_values().min();
        let mut node = Node {
            link,
            copies,
            showing,
            metrics,
            secrets,
            halls: BTreeMap::new(),
            read,
            behind,
            lost: None,
            shown: false,
            full: false,
            headless: BTreeSet::new(),
        };
        for hall in known {
            node.open(&hall).await?;
        }
        let gone = |name: &String| !node.halls.keys().any(|hall| hall.as_str() == name);
        if node.read.halls.iter().any(gone) {
            node.read.upto = 0;
        }
        node.count();
        Ok(node)
    }

    /// Follows the log until `stop`.
    pub async fn follow(mut self, stop: CancellationToken) -> Result<(), FollowError> {
        let client = self.link.open().await.map_err(FollowError::Link)?;
        let outcome = self.attend(&client, &stop).await;
        self.copies.note(&self.read);
        for hall in self.halls.into_values() {
            if let Some(copy) = hall.copy {
                copy.close().await;
            }
        }
        outcome
    }

    async fn attend(&mut self, client: &Client, stop: &CancellationToken) -> Result<(), FollowError> {
        let mut said = String::new();
        loop {
            let trouble = match self.session(client, stop, &mut said).await {
                Ok(()) => return Ok(()),
                Err(Ended::Fatal(error)) => return Err(error),
                Err(Ended::Trouble(trouble)) => trouble,
            };
            let text = trouble.to_string();
            if text != said {
                warn!("{text}");
                said = text;
            }
            self.metrics.down();
            let &mut (since, wall) = self.lost.get_or_insert_with(|| (Instant::now(), wall_clock()));
            // A cluster that finds itself a new head is silent for a moment, which is nobody's business.
            if since.elapsed() >= SILENCE {
                self.showing.log_lost(Some(wall));
                self.silence_all();
            }
            self.copies.note(&self.read);
            // Without a log there is what the copies have.
            self.ready_at(0);
            tokio::select! {
                biased;
                () = stop.cancelled() => return Ok(()),
                () = sleep(AGAIN) => {}
            }
        }
    }

    /// Reads the log and listens, as long as nothing is wrong.
    async fn session(&mut self, client: &Client, stop: &CancellationToken, said: &mut String) -> Result<(), Ended> {
        let (_, stream) = log(client).await?;
        let mut pulses = client.subscribe(PULSES).await.map_err(|error| Trouble::Refused(error.to_string()))?;
        let next = self.next(stream.cached_info());
        let name = self.secrets.token("");
        let mut messages = read_from(&stream, next, name.reveal()).await?;
        self.metrics.up();
        self.lost = None;
        self.showing.log_lost(None);
        info!(from = self.read.upto + 1, "follows the log");
        said.clear();
        let end = stream.cached_info().state.last_sequence;
        self.ready_at(end);
        let mut ticks = interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                biased;
                () = stop.cancelled() => return Ok(()),
                message = messages.next() => match message {
                    Some(Ok(message)) => {
                        self.hear(&message).await?;
                        self.ready_at(end);
                    }
                    Some(Err(error)) => return Err(Trouble::Refused(error.to_string()).into()),
                    None => return Err(Trouble::Refused("it gives no more messages".to_owned()).into()),
                },
                pulse = pulses.next() => match pulse {
                    Some(pulse) => self.feel(&pulse),
                    None => return Err(Trouble::Refused("it gives no more signs of life".to_owned()).into()),
                },
                _ = ticks.tick() => {
                    self.listen_for_silence();
                    self.copies.note(&self.read);
                    if !is_connected(client) {
                        return Err(Trouble::Unreachable("the connection is lost".to_owned()).into());
                    }
                }
            }
        }
    }

    /// Shows the halls once the log has been read as far as it went when it was found: before that it would be less than was seen
    /// elsewhere.
    fn ready_at(&mut self, end: u64) {
        if !self.shown && self.read.upto >= end {
            self.shown = true;
            self.showing.ready();
        }
    }

    /// From which message on the log has to be read.
    fn next(&mut self, info: &Info) -> u64 {
        let made = info.created.unix_timestamp_nanos();
        if self.read.stream != made || self.read.upto > info.state.last_sequence {
            let halls = mem::take(&mut self.read.halls);
            self.read = Read { stream: made, halls, ..Read::default() };
        } else if let Some(behind) = self.behind.take() {
            // Copies that stood still before this start are tried again.
            self.read.upto = self.read.upto.min(behind);
        }
        self.read.upto + 1
    }

    /// Takes in a message of the log.
    async fn hear(&mut self, sent: &jetstream::Message) -> Result<(), Ended> {
        let sequence = match sent.info() {
            Ok(info) => info.stream_sequence,
            Err(error) => return Err(Trouble::Refused(error.to_string()).into()),
        };
        if let Some(hall) = hall_in(&sent.subject) {
            if !self.halls.contains_key(&hall) && !self.meet(&hall).await? {
                return Ok(());
            }
            match self.take(&hall, &sent.payload).await {
                Ok(()) => {}
                Err(CopyError::Storage(StorageError::Unknown)) => return Err(Ended::Fatal(FollowError::Storage)),
                Err(error) => self.stand_still(&hall, sequence, &error.to_string()),
            }
        }
        self.read.upto = self.read.upto.max(sequence);
        Ok(())
    }

    /// A hall that is new; not where there are too many.
    async fn meet(&mut self, hall: &HallName) -> Result<bool, Ended> {
        if self.halls.len() == MOST {
            if !mem::replace(&mut self.full, true) {
                warn!("the log has more than {MOST} halls: those beyond are not shown here");
            }
            return Ok(false);
        }
        self.open(hall).await.map_err(Ended::Fatal)?;
        Ok(true)
    }

    async fn open(&mut self, hall: &HallName) -> Result<(), FollowError> {
        let path = self.copies.of(hall);
        let mut opened = Copy::open(&path, self.secrets.fork()).await;
        if let Err(error @ (OpenError::Record { .. } | OpenError::Damaged(..) | OpenError::NotADatabase(_))) = &opened {
            warn!(%hall, "the copy of this hall is damaged, and is made anew from the log: {error}");
            let aside = self.copies.set_aside(hall).map_err(|error| OpenError::Io { path: path.clone(), error });
            aside.map_err(|error| FollowError::Copy { hall: hall.clone(), error })?;
            self.read.upto = 0;
            opened = Copy::open(&path, self.secrets.fork()).await;
        }
        let (copy, follower, archive) = opened.map_err(|error| FollowError::Copy { hall: hall.clone(), error })?;
        self.showing.opened(hall, follower, archive);
        // It has some time to be heard.
        let known =
            Hall { copy: Some(copy), heard: Instant::now(), heard_wall: wall_clock(), live: true, address: None };
        self.halls.insert(hall.clone(), known);
        self.read.halls.insert(hall.to_string());
        self.count();
        Ok(())
    }

    async fn take(&mut self, hall: &HallName, payload: &[u8]) -> Result<(), CopyError> {
        let Some(Hall { copy: Some(copy), .. }) = self.halls.get_mut(hall) else { return Ok(()) };
        let Message { opening, passages } = Message::read(payload)?;
        for passage in &passages {
            let Taken { events, renamed, headless } = copy.take(passage).await?;
            self.metrics.taken(events);
            for (exhibition, board) in renamed {
                self.showing.forgotten(hall, exhibition, board);
            }
            let exhibition = passage.head.exhibition;
            if headless && self.headless.len() < MOST && self.headless.insert((hall.clone(), exhibition)) {
                warn!(%hall, exhibition, "its beginning is not in the log any more, so that this node does not show it");
            }
        }
        self.find(hall, opening.address);
        Ok(())
    }

    /// A hall says where it is.
    fn find(&mut self, hall: &HallName, address: Option<String>) {
        if let Some(known) = self.halls.get_mut(hall)
            && known.address != address
        {
            self.showing.found_at(hall, address.as_deref());
            known.address = address;
        }
    }

    /// A hall's log holds what can't be right.
    fn stand_still(&mut self, hall: &HallName, sequence: u64, why: &str) {
        let Some(known) = self.halls.get_mut(hall) else { return };
        error!(%hall, sequence, "nothing more is taken from this hall's log: {why}");
        known.copy = None;
        self.read.stopped.insert(hall.to_string(), sequence.saturating_sub(1));
        self.showing.signal(hall, Signal::Stopped(why.to_owned()));
        self.count();
    }

    /// A sign of life.
    fn feel(&mut self, sent: &Sent) {
        let Some((hall, pulse)) = hall_in(&sent.subject).zip(Pulse::read(&sent.payload)) else { return };
        let Some(known) = self.halls.get_mut(&hall) else { return };
        let Some(copy) = &known.copy else { return };
        copy.beat(&pulse.exhibitions);
        (known.heard, known.heard_wall) = (Instant::now(), wall_clock());
        if !mem::replace(&mut known.live, true) {
            self.showing.signal(&hall, Signal::Live);
            self.count();
        }
        self.find(&hall, pulse.address);
    }

    fn listen_for_silence(&mut self) {
        self.silence(|known| known.heard.elapsed() >= SILENCE);
    }

    fn silence_all(&mut self) {
        self.silence(|_| true);
    }

    /// Nothing is heard of these halls.
    fn silence(&mut self, which: impl Fn(&Hall) -> bool) {
        for (hall, known) in &mut self.halls {
            let Some(copy) = known.copy.as_ref().filter(|_| known.live) else { continue };
            if which(known) {
                known.live = false;
                copy.hold();
                self.showing.signal(hall, Signal::Lost { since: known.heard_wall });
            }
        }
        self.count();
    }

    fn count(&self) {
        let count = |which: fn(&Hall) -> bool| self.halls.values().filter(|hall| which(hall)).count();
        self.metrics.halls("live", count(|hall| hall.copy.is_some() && hall.live));
        self.metrics.halls("silent", count(|hall| hall.copy.is_some() && !hall.live));
        self.metrics.halls("stopped", count(|hall| hall.copy.is_none()));
    }
}

/// Why a session is over.
enum Ended {
    Trouble(Trouble),
    Fatal(FollowError),
}

impl From<Trouble> for Ended {
    fn from(trouble: Trouble) -> Ended {
        Ended::Trouble(trouble)
    }
}
