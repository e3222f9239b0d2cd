//! Somebody who watches, goes, comes back, and sometimes does not keep up.

use std::sync::Arc;

use simultan::{
    base::metrics::Metrics,
    gallery::{Audience, Gate, Hub, LargeAnswers, Ticket, watch},
    record::event::ExhibitionId,
};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use super::{
    chance::Chance,
    heard::Heard,
    picture::{Picture, timeless},
    wire::Wire,
    world::World,
};

/// The gallery's part of a life.
#[derive(Debug, Clone)]
pub(crate) struct Gallery {
    pub(crate) hub: Arc<Hub>,
    pub(crate) large_answers: Arc<LargeAnswers>,
    pub(crate) metrics: Metrics,
    pub(crate) stop: CancellationToken,
}

/// Watches until the end of this life. `seen` is the last event that he had in an earlier one.
pub(crate) async fn look_on(world: Arc<World>, gallery: Gallery, mut chance: Chance) {
    let mut since = None;
    loop {
        since = visit(&world, &gallery, &mut chance, since).await.or(since);
        sleep(chance.millis(0, 5000)).await;
    }
}

/// One connection; gives the last event that was seen.
async fn visit(world: &Arc<World>, gallery: &Gallery, chance: &mut Chance, since: Option<u64>) -> Option<u64> {
    let slow = chance.of_thousand(300);
    let (link, mut wire) = Wire::pair(if slow { 512 } else { 1 << 16 }).await;
    let (gate, id) = (gallery.clone(), ExhibitionId(1));
    let since = since.filter(|_| chance.of_thousand(700));
    tokio::spawn(async move {
        let gate = Gate {
            hub: &gate.hub,
            organiser: None,
            large_answers: &gate.large_answers,
            metrics: &gate.metrics,
            stop: &gate.stop,
            reception: None,
        };
        if let Some(news) = gate.hub.news(id, Audience::Public) {
            watch(gate, link, Ticket { id, since, news }).await;
        }
    });
    let mut seen = since.map(Picture::since).unwrap_or_default();
    let patience = chance.millis(100, 120_000);
    let watching = async {
        loop {
            if slow {
                sleep(chance.millis(0, 12_000)).await;
            }
            let Heard::Text(text) = wire.hear().await else { return };
            let frame = seen.take(text.clone());
            if frame["type"] != "exhibition" {
                world.seen_event(seen.seq(), &text);
            }
            let seq = seen.seq();
            if seen.picture["boards"].is_array() && (seq.is_multiple_of(8) || frame["type"] == "exhibition") {
                world.seen_picture(seq, timeless(&seen.picture).to_string());
            }
        }
    };
    let _ = timeout(patience, watching).await;
    seen.picture["seq"].as_u64()
}
