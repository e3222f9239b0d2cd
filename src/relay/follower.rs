//! A node: follows the log of all halls, and their signs of life.

use std::time::Duration;

use async_nats::{
    Client,
    jetstream::{
        self,
        stream::{Info, Stream},
    },
};
use futures_util::StreamExt;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep, timeout};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use super::{
    connection::{Link, PATIENCE, is_connected, jetstream_trouble, log},
    copies::{Copies, Read, boot},
    halls::{Halls, SILENCE, Taking},
    pulse::Pulse,
    reading::read_from,
    showing::Showing,
    subject::{PULSES, hall_in},
    trouble::Trouble,
};
use crate::{
    base::{hall_name::HallName, metrics::NodeMetrics, secret::SecretSource, time::wall_clock},
    journal::OpenError,
};

/// How often it is looked who is silent.
const TICK: Duration = Duration::from_secs(1);
/// After how many of these it is looked whether the log is still the same.
const TICKS_A_LOOK: u32 = 3;
/// How soon the log is tried again.
const AGAIN: Duration = Duration::from_secs(1);

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
    halls: Halls<S>,
    metrics: NodeMetrics,
    read: Read,
    /// Since when the log is not reached, by both clocks; the wall's in Unix milliseconds.
    lost: Option<(Instant, u64)>,
    /// Whether the halls are shown.
    shown: bool,
}

impl<S: Showing> Node<S> {
    /// A node with the copies that there are.
    pub async fn new(following: Following<S>) -> Result<Node<S>, FollowError> {
        let Following { link, copies, showing, metrics, secrets } = following;
        let (known, mut read) = (copies.halls(), copies.read());
        // Copies that stood still before this start are tried again.
        if let Some(behind) = std::mem::take(&mut read.stopped).into_values().min() {
            read.upto = read.upto.min(behind);
        }
        if !read.is_kept() {
            read.upto = 0;
        }
        (read.clean, read.boot) = (false, boot());
        let mut halls = Halls::new(copies, showing, metrics.clone(), secrets);
        for hall in known {
            let opened = halls.open(&hall).await;
            if opened.map_err(|error| FollowError::Copy { hall: hall.clone(), error })? {
                read.upto = 0;
            }
        }
        if halls.lacks_one() {
            read.upto = 0;
        }
        halls.count();
        Ok(Node { link, halls, metrics, read, lost: None, shown: false })
    }

    /// Follows the log until `stop`.
    pub async fn follow(mut self, stop: CancellationToken) -> Result<(), FollowError> {
        let client = self.link.open().await.map_err(FollowError::Link)?;
        let outcome = self.attend(&client, &stop).await;
        self.halls.close().await;
        self.read.clean = outcome.is_ok();
        self.note();
        outcome
    }

    async fn attend(&mut self, client: &Client, stop: &CancellationToken) -> Result<(), FollowError> {
        let mut said = String::new();
        loop {
            let session = async {
                self.halls.mend().await?;
                self.session(client, stop, &mut said).await
            };
            let trouble = match session.await {
                Ok(()) => return Ok(()),
                Err(Ended::Fatal(error)) => return Err(error),
                Err(Ended::Trouble(trouble)) => trouble,
            };
            if trouble.kind() != said {
                warn!("{trouble}");
                said = trouble.kind();
            }
            if let Trouble::Again(_) = trouble {
                self.read.upto = 0;
            }
            self.metrics.down();
            let &mut (since, wall) = self.lost.get_or_insert_with(|| (Instant::now(), wall_clock()));
            // A cluster that finds itself a new head is silent for a moment, which is nobody's business.
            if since.elapsed() >= SILENCE {
                self.halls.showing.log_lost(Some(wall));
                self.halls.listen_for_silence(true);
            }
            self.note();
            // Without a log there is what the copies have, if there are any.
            if !self.halls.is_empty() {
                self.ready_with(0);
            }
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
        let (mut messages, pending) = read_from(&stream, next, &self.halls.name()).await?;
        self.metrics.up();
        self.lost = None;
        self.halls.showing.log_lost(None);
        info!(from = next, "follows the log");
        self.ready_with(pending);
        let (mut ticks, mut looks) = (interval(TICK), 0);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                biased;
                () = stop.cancelled() => return Ok(()),
                message = messages.next() => match message {
                    Some(Ok(message)) => {
                        let pending = self.hear(&message).await?;
                        self.ready_with(pending);
                    }
                    Some(Err(error)) => return Err(Trouble::Refused(error.to_string()).into()),
                    None => return Err(Trouble::Refused("it gives no more messages".to_owned()).into()),
                },
                pulse = pulses.next() => match pulse {
                    Some(sent) => {
                        if let Some((hall, pulse)) = hall_in(&sent.subject).zip(Pulse::read(&sent.payload)) {
                            self.halls.feel(&hall, pulse);
                        }
                    }
                    None => return Err(Trouble::Refused("it gives no more signs of life".to_owned()).into()),
                },
                _ = ticks.tick() => {
                    // It has been well for a while: another trouble is a new one.
                    if looks > 0 {
                        said.clear();
                    }
                    self.halls.listen_for_silence(false);
                    self.note();
                    if !is_connected(client) {
                        return Err(Trouble::Unreachable("the connection is lost".to_owned()).into());
                    }
                    looks += 1;
                    if looks % TICKS_A_LOOK == 0 {
                        self.is_the_same(&stream).await?;
                    }
                }
            }
        }
    }

    /// A stream that was deleted and made again counts anew: what is read on from it would be passed over in silence.
    async fn is_the_same(&self, stream: &Stream) -> Result<(), Trouble> {
        let looked = timeout(PATIENCE, stream.get_info()).await;
        let info = looked.map_err(|_| Trouble::Refused("it does not answer".to_owned()))?;
        let info = info.map_err(|error| jetstream_trouble(&error))?;
        if info.created.unix_timestamp_nanos() != self.read.stream || info.state.last_sequence < self.read.upto {
            return Err(Trouble::Again("it is another log than before".to_owned()));
        }
        Ok(())
    }

    /// Shows the halls once nothing is `pending` in the log: before that it would be less than was seen elsewhere.
    fn ready_with(&mut self, pending: u64) {
        if !self.shown && pending == 0 {
            self.shown = true;
            self.halls.showing.ready();
        }
    }

    fn note(&mut self) {
        self.read.halls = self.halls.met();
        self.halls.copies.note(&self.read);
    }

    /// From which message on the log has to be read.
    fn next(&mut self, info: &Info) -> u64 {
        let made = info.created.unix_timestamp_nanos();
        if self.read.stream != made || self.read.upto > info.state.last_sequence {
            // Halls of which nothing is taken now are tried again from its beginning, after the next start.
            let stopped = self.halls.begin_anew().into_iter().map(|hall| (hall.to_string(), 0)).collect();
            self.read = Read { stream: made, stopped, boot: boot(), ..Read::default() };
        }
        self.read.upto + 1
    }

    /// Takes in a message of the log, and gives how many there are behind it.
    async fn hear(&mut self, sent: &jetstream::Message) -> Result<u64, Ended> {
        let (sequence, pending) = match sent.info() {
            Ok(info) => (info.stream_sequence, info.pending),
            Err(error) => return Err(Trouble::Refused(error.to_string()).into()),
        };
        if let Some(hall) = hall_in(&sent.subject) {
            let met = self.halls.meet(&hall).await;
            match met.map_err(|error| Trouble::NoRoom { hall: hall.clone(), why: error.to_string() })? {
                Some(true) => return Err(Trouble::Again(format!("the copy of hall {hall} was damaged")).into()),
                Some(false) => match self.halls.take(&hall, sequence, &sent.payload).await? {
                    Taking::Taken => {}
                    Taking::Stopped => {
                        self.read.stopped.entry(hall.to_string()).or_insert(sequence.saturating_sub(1));
                    }
                    Taking::Failed => return Err(Ended::Fatal(FollowError::Storage)),
                },
                None => {}
            }
        }
        self.read.upto = self.read.upto.max(sequence);
        Ok(pending)
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
