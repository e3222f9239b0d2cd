//! All receivers, from the settings to their end.

use std::{collections::BTreeMap, io, path::Path, sync::Arc};

use tokio::{sync::Mutex, task::JoinSet};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use super::{book::Book, client::Client, courier::Courier, key::Key, progress::Progress, receiver::Receiver};
use crate::{
    base::{catch_panic::catch_panic, metrics::Metrics},
    journal::{Archive, OpenError, feed::Feed},
    record::event::ExhibitionId,
};

/// How many events may wait for a courier that waits for its receiver: they only say that there is more to read.
const NEWS: usize = 1024;
/// How often a courier's work is begun anew after a panic.
const PANICS: u32 = 3;

/// Why there are no webhooks, and no server.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the sentences say it")]
pub enum WebhookError {
    #[error(
        "webhooks are signed, so --webhook needs --webhook-secret (better SIMULTAN_WEBHOOK_SECRET) with the secret that the \
         receivers know too; `echo whsec_$(openssl rand -base64 32)` makes one"
    )]
    NoSecret,
    #[error(
        "the webhooks' secret has at least 16 characters, and what follows whsec_ in it is base64; \
         `echo whsec_$(openssl rand -base64 32)` makes one"
    )]
    WeakSecret,
    #[error(
        "a receiver of webhooks is reached over https, and this machine's list of whom to trust can't be read ({0}); \
         install ca-certificates, or name a list in SSL_CERT_FILE"
    )]
    NoCertificates(io::Error),
    #[error(transparent)]
    Record(#[from] OpenError),
}

/// Who is told, and what messages are signed with.
#[derive(Debug)]
pub struct Receivers {
    receivers: Vec<Receiver>,
    client: Client,
}

impl Receivers {
    /// The receivers and the secret of the settings; `None` where nobody is to be told.
    pub fn new(mut receivers: Vec<Receiver>, secret: Option<&str>) -> Result<Option<Receivers>, WebhookError> {
        // One that is named twice is told once.
        let mut known = BTreeMap::new();
        receivers.retain(|receiver| known.insert(receiver.fingerprint(), ()).is_none());
        if receivers.is_empty() {
            return Ok(None);
        }
        // Not made up where it is missing: after a restart it would be another one, and receivers would refuse everything.
        let secret = secret.filter(|secret| !secret.is_empty()).ok_or(WebhookError::NoSecret)?;
        let key = Key::new(secret).ok_or(WebhookError::WeakSecret)?;
        let tls = receivers.iter().any(Receiver::is_https);
        let client = Client::new(key, tls).map_err(WebhookError::NoCertificates)?;
        Ok(Some(Receivers { receivers, client }))
    }

    /// Reads where each receiver was left off. Called before anything happens, so that a new one misses nothing.
    pub async fn prepare(
        self,
        database: &Path,
        mut archive: Archive,
        feed: &Feed,
        metrics: &Metrics,
    ) -> Result<Couriers, WebhookError> {
        let Receivers { receivers, client } = self;
        let mut book = Book::of(database);
        let reaches = archive.reaches(ExhibitionId(0)).await?;
        let mut all = Vec::new();
        for receiver in receivers {
            let told = book.told(&receiver.fingerprint()).and_then(|told| told.taken_up(&reaches));
            if told.is_none() {
                info!(%receiver, "new to webhooks here: it is told what happens from now on");
            }
            all.push((receiver, told.unwrap_or_else(|| Progress::from_now(&reaches))));
        }
        book.hold(all.iter().map(|(receiver, told)| (receiver.fingerprint(), told.clone())).collect());
        let (client, archive, book) = (Arc::new(client), Arc::new(Mutex::new(archive)), Arc::new(Mutex::new(book)));
        let courier = |(receiver, progress)| Courier {
            receiver,
            client: client.clone(),
            archive: archive.clone(),
            book: book.clone(),
            follower: feed.follow_within(NEWS),
            metrics: metrics.webhooks.clone(),
            progress,
            seen: BTreeMap::new(),
            behind: false,
        };
        Ok(Couriers { couriers: all.into_iter().map(courier).collect(), metrics: metrics.clone() })
    }
}

/// The receivers' tasks, before they run.
#[derive(Debug)]
pub struct Couriers {
    couriers: Vec<Courier>,
    metrics: Metrics,
}

impl Couriers {
    /// Tells every receiver everything until `stop`. What is not told then is told after the next start.
    pub async fn run(self, stop: CancellationToken) {
        let mut tasks = JoinSet::new();
        for courier in self.couriers {
            tasks.spawn(attend(courier, self.metrics.clone(), stop.clone()));
        }
        while tasks.join_next().await.is_some() {}
    }
}

async fn attend(mut courier: Courier, metrics: Metrics, stop: CancellationToken) {
    // At once, so that a receiver that is new stays known where the first message is never taken.
    courier.keep().await;
    let work = async {
        for _ in 0..PANICS {
            if catch_panic("webhook", &metrics, courier.run()).await.is_ok() {
                break;
            }
        }
        courier.rest().await;
    };
    tokio::select! {
        biased;
        () = stop.cancelled() => {}
        () = work => {}
    }
    if courier.behind {
        warn!(receiver = %courier.receiver, "not all webhooks were taken; the rest is sent after the next start");
    }
}
