//! Reading the log in its order.

use std::fmt::Display;

use async_nats::jetstream::{
    consumer::{DeliverPolicy, pull},
    stream::Stream,
};
use tokio::time::timeout;

use super::{connection::PATIENCE, subject::LOGS, trouble::Trouble};

/// The log's messages from number `next` on, each once and in order, as far as NATS keeps them still, and how many there are
/// now. `name` is nobody else's.
pub(super) async fn read_from(stream: &Stream, next: u64, name: &str) -> Result<(pull::Ordered, u64), Trouble> {
    let config = pull::OrderedConfig {
        // Named, so that a right to make consumers can be a right to these alone.
        name: Some(format!("gallery_{name}")),
        filter_subject: LOGS.to_owned(),
        deliver_policy: DeliverPolicy::ByStartSequence { start_sequence: next },
        ..pull::OrderedConfig::default()
    };
    let refused = |error: &dyn Display| Trouble::Refused(error.to_string());
    let consumer = timeout(PATIENCE, stream.create_consumer(config)).await;
    let consumer = consumer.map_err(|error| refused(&error))?.map_err(|error| refused(&error))?;
    let pending = consumer.cached_info().num_pending;
    let messages = consumer.messages().await.map_err(|error| refused(&error))?;
    Ok((messages, pending))
}
