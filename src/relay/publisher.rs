//! Tells the log what is committed, behind the games' back.
//!
//! The database is the truth and the outbox. One message is in flight at a time, and each is let in by the log only behind the
//! one that it follows; so nothing is lost, doubled or out of order by restarts, by hours without NATS, or by two servers with
//! one hall name. What has become of a message is never decided by an error, always by what stands in the log.

use std::{sync::Arc, time::Duration};

use async_nats::{
    Client,
    jetstream::{
        Context,
        message::PublishMessage,
        stream::{LastRawMessageErrorKind, Stream},
    },
};
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};

use super::{
    connection::{Link, PATIENCE, is_connected, log},
    hearing::Hearing,
    heartbeat::{Heart, Others, SILENCE},
    message::{Message, Opening},
    outbox::{Next, Outbox},
    standing::{Place, Standing},
    subject::{STREAM, log_of, pulse_of},
    told::Told,
    trouble::Trouble,
};
use crate::{
    base::{hall_name::HallName, metrics::LogMetrics, secret::SecretSource},
    journal::{Archive, Passage, feed::Follower},
};

/// So long is waited for more before a message leaves: at a thousand events a second each would be alone.
const COALESCE: Duration = Duration::from_millis(10);
/// How often it is looked for what nobody has told of.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// How soon it is tried again after a trouble, at first and at last.
const AGAIN: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(5));
/// For how long what is left is published when the server stops.
const LAST_WORDS: Duration = Duration::from_secs(2);
/// How often a message is sent that the log has neither taken nor refused, before it is begun anew.
const TRIES: u32 = 3;

/// What a publisher is given.
#[derive(Debug)]
pub struct Publishing {
    /// The hall's name.
    pub hall: HallName,
    /// The way to NATS.
    pub link: Link,
    /// Where the hall itself is found, if it is known.
    pub address: Option<String>,
    /// What is stored.
    pub archive: Archive,
    /// What happens.
    pub follower: Follower,
    /// What is counted.
    pub metrics: LogMetrics,
}

/// Tells a hall's log what is committed.
#[derive(Debug)]
pub struct Publisher {
    link: Link,
    subject: String,
    heart: Arc<Heart>,
    outbox: Outbox,
    follower: Option<Follower>,
    metrics: LogMetrics,
    /// How many messages this instance has made.
    number: u64,
}

/// The last message of a hall's log.
#[derive(Debug)]
struct Last {
    sequence: u64,
    opening: Opening,
}

impl Publisher {
    /// A publisher that has said nothing yet.
    #[must_use]
    pub fn new(publishing: Publishing, secrets: &mut SecretSource) -> Publisher {
        let Publishing { hall, link, address, archive, follower, metrics } = publishing;
        let heart = Heart {
            instance: secrets.token("").reveal().to_owned(),
            subject: pulse_of(&hall),
            address,
            standing: Standing::default(),
            hearing: Hearing::default(),
        };
        Publisher {
            link,
            subject: log_of(&hall),
            heart: Arc::new(heart),
            outbox: Outbox::new(archive),
            follower: Some(follower),
            metrics,
            number: 0,
        }
    }

    /// Publishes until `stop`, and what is left then for a moment longer.
    pub async fn run(mut self, stop: CancellationToken) {
        let client = match self.link.open().await {
            Ok(client) => client,
            // What it was given is wrong, and stays so.
            Err(trouble) => return error!("nothing is published: {trouble}"),
        };
        let (heart, others, follower) = (self.heart.clone(), Others::default(), self.follower.take());
        tokio::select! {
            biased;
            () = heart.hearing.listen(follower) => {}
            _ = heart.beat(&client) => {}
            _ = others.listen(&client, &heart.subject, &heart.instance) => {}
            () = self.publish(&client, &others, &stop) => {}
            // NATS may be slow to take what is left; it is told after the next start then.
            () = async {
                stop.cancelled().await;
                sleep(LAST_WORDS).await;
            } => {}
        }
        // What was just said is still on its way.
        let _ = timeout(PATIENCE / 10, client.flush()).await;
    }

    /// Begins anew after each trouble, which is told of once.
    async fn publish(&mut self, client: &Client, others: &Others, stop: &CancellationToken) {
        let (mut pause, mut said) = (AGAIN.0, String::new());
        loop {
            let outcome = self.session(client, others, stop, &mut said).await;
            self.heart.standing.lose();
            self.metrics.down();
            if let Some(behind) = self.outbox.behind().await {
                self.metrics.behind(behind);
            }
            let Err(trouble) = outcome else { return };
            let kind = trouble.kind();
            if kind != said {
                match trouble {
                    Trouble::Rival { .. } | Trouble::Fork(_) => {
                        self.metrics.rival();
                        error!("{trouble}");
                    }
                    _ => warn!("{trouble}"),
                }
                said = kind;
                pause = AGAIN.0;
            }
            tokio::select! {
                biased;
                () = stop.cancelled() => return,
                () = sleep(pause) => {}
            }
            pause = (pause * 2).min(AGAIN.1);
        }
    }

    /// Publishes as long as nothing is wrong.
    async fn session(
        &mut self,
        client: &Client,
        others: &Others,
        stop: &CancellationToken,
        said: &mut String,
    ) -> Result<(), Trouble> {
        let (context, stream) = log(client).await?;
        let (mut place, mut told) = self.take_over(&context, &stream, others).await?;
        self.heart.standing.set(place);
        let (mut well, mut thorough, mut looked) = (false, true, Instant::now());
        loop {
            while let Some(next) = self.outbox.next(&told, thorough).await? {
                let Next { passages, told: then, events, left } = next;
                self.metrics.behind(events + left);
                let message = self.message(place.epoch, passages, then.clone());
                place.sequence = self.put(&context, &stream, message, place.sequence).await?;
                self.heart.standing.set(place);
                self.metrics.published(events);
                self.metrics.behind(left);
                told = then;
                well = well || self.is_well(place.epoch, said);
                if left == 0 && !thorough {
                    // What has come since is news.
                    break;
                }
            }
            self.metrics.behind(0);
            well = well || self.is_well(place.epoch, said);
            if stop.is_cancelled() {
                return Ok(());
            }
            if !is_connected(client) {
                return Err(Trouble::Unreachable("the connection is lost".to_owned()));
            }
            tokio::select! {
                biased;
                () = stop.cancelled() => {}
                () = self.heart.hearing.news() => sleep(COALESCE).await,
                () = sleep(LOOK_EVERY) => {}
            }
            // What is left is looked for once more at the end.
            thorough = looked.elapsed() >= LOOK_EVERY || stop.is_cancelled();
            if thorough {
                looked = Instant::now();
            }
        }
    }

    /// What was to be told is told: says so where it was not before.
    fn is_well(&self, epoch: u64, said: &mut String) -> bool {
        self.metrics.up(epoch);
        let again = if said.is_empty() { "" } else { " again" };
        info!(epoch, subject = self.subject, "publishes to the log{again}");
        said.clear();
        true
    }

    /// Makes the log this server's own, and finds out what it has.
    async fn take_over(
        &mut self,
        context: &Context,
        stream: &Stream,
        others: &Others,
    ) -> Result<(Place, Told), Trouble> {
        let last = self.last(stream).await?;
        let (sequence, epoch, told) = match last {
            Some(Last { sequence, opening }) => {
                self.outbox.verify(&opening.told).await?;
                if opening.instance == self.heart.instance {
                    return Ok((Place { publishes: true, epoch: opening.epoch, sequence }, opening.told));
                }
                (sequence, opening.epoch.saturating_add(1), opening.told)
            }
            None => (0, 1, Told::default()),
        };
        // Whoever publishes is heard within this time.
        sleep(SILENCE).await;
        if let Some(other) = others.alive() {
            return Err(Trouble::Rival { instance: other.instance, epoch: other.epoch });
        }
        let claim = self.message(epoch, Vec::new(), told.clone());
        let sequence = self.put(context, stream, claim, sequence).await?;
        Ok((Place { publishes: true, epoch, sequence }, told))
    }

    fn message(&mut self, epoch: u64, passages: Vec<Passage>, told: Told) -> Message {
        self.number += 1;
        let Heart { instance, address, .. } = &*self.heart;
        Message { opening: Opening::new(instance.clone(), epoch, self.number, address.clone(), told), passages }
    }

    /// Puts a message behind the one that it follows, and gives its number in the log.
    async fn put(&self, context: &Context, stream: &Stream, message: Message, behind: u64) -> Result<u64, Trouble> {
        let number = message.opening.number;
        let bytes = message.written();
        let mut why = String::new();
        for _ in 0..TRIES {
            let publish = PublishMessage::build()
                .payload(bytes.clone().into())
                .expected_stream(STREAM)
                .expected_last_subject_sequence(behind);
            let sent = context.send_publish(self.subject.clone(), publish).await;
            let acknowledged = match sent {
                Ok(acknowledged) => timeout(PATIENCE, acknowledged).await,
                Err(error) => Ok(Err(error)),
            };
            match acknowledged {
                Ok(Ok(acknowledged)) => return Ok(acknowledged.sequence),
                Ok(Err(error)) => why = error.to_string(),
                Err(_) => "it does not answer".clone_into(&mut why),
            }
            match self.last(stream).await? {
                Some(Last { sequence, opening }) if sequence > behind => {
                    if opening.instance == self.heart.instance {
                        // An earlier one may have come late, after it had been given up.
                        let late = || Trouble::Refused("an earlier message has come late".to_owned());
                        return if opening.number == number { Ok(sequence) } else { Err(late()) };
                    }
                    return Err(Trouble::Rival { instance: opening.instance, epoch: opening.epoch });
                }
                // It has not come, or not yet: should it come twice, the log lets in one.
                Some(_) | None => sleep(AGAIN.0).await,
            }
        }
        Err(Trouble::Refused(why))
    }

    /// The last message of this hall's log, as the one server has it that orders the log.
    async fn last(&self, stream: &Stream) -> Result<Option<Last>, Trouble> {
        let asked = timeout(PATIENCE, stream.get_last_raw_message_by_subject(&self.subject)).await;
        let asked = asked.map_err(|_| Trouble::Refused("it does not answer".to_owned()))?;
        match asked {
            Ok(found) => {
                let Message { opening, .. } = Message::read(&found.payload)?;
                Ok(Some(Last { sequence: found.sequence, opening }))
            }
            Err(error) if error.kind() == LastRawMessageErrorKind::NoMessageFound => Ok(None),
            Err(error) => Err(Trouble::Refused(error.to_string())),
        }
    }
}
