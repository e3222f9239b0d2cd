//! The heartbeat of a hall that publishes, and how another one's is heard.

use std::{
    convert::Infallible,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_nats::Client;
use futures_util::StreamExt;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep};

use super::{connection::is_connected, hearing::Hearing, pulse::Pulse, standing::Standing};

/// How often the heart beats.
pub(super) const EVERY: Duration = Duration::from_secs(1);
/// How long a server that beats may be silent before it counts as gone.
pub(super) const SILENCE: Duration = Duration::from_millis(2500);

/// Who speaks for a hall.
#[derive(Debug)]
pub(super) struct Heart {
    pub(super) instance: String,
    pub(super) subject: String,
    pub(super) address: Option<String>,
    pub(super) standing: Standing,
    pub(super) hearing: Hearing,
}

impl Heart {
    /// Beats as long as the log is ours. What does not reach NATS now is not said later.
    pub(super) async fn beat(&self, client: &Client) -> Infallible {
        let mut ticks = interval(EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let place = self.standing.get();
            if !place.publishes || !is_connected(client) {
                continue;
            }
            let pulse = Pulse {
                instance: self.instance.clone(),
                epoch: place.epoch,
                sequence: place.sequence,
                address: self.address.clone(),
                exhibitions: self.hearing.beats(),
            };
            // Where it is lost, the next one says the same.
            let _ = client.publish(self.subject.clone(), pulse.written().into()).await;
        }
    }
}

/// The last sign of life of another server that publishes as the same hall.
#[derive(Debug, Clone, Default)]
pub(super) struct Others(Arc<Mutex<Option<(Instant, Pulse)>>>);

impl Others {
    /// Listens, for ever.
    pub(super) async fn listen(&self, client: &Client, subject: &str, own: &str) -> Infallible {
        loop {
            if let Ok(mut pulses) = client.subscribe(subject.to_owned()).await {
                while let Some(message) = pulses.next().await {
                    if let Some(pulse) = Pulse::read(&message.payload).filter(|pulse| pulse.instance != own) {
                        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), pulse));
                    }
                }
            }
            sleep(EVERY).await;
        }
    }

    /// Another server that has been heard lately.
    pub(super) fn alive(&self) -> Option<Pulse> {
        let last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        last.as_ref().filter(|(heard, _)| heard.elapsed() < SILENCE).map(|(_, pulse)| pulse.clone())
    }
}
