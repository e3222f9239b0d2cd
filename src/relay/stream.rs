//! The stream that keeps all halls' logs: how it is made, once, by whoever runs NATS.

use std::time::Duration;

use super::{
    connection::{Link, PATIENCE, check_version, connected, jetstream_trouble},
    subject::{LOGS, STREAM},
    trouble::Trouble,
};
use async_nats::jetstream::{
    self,
    stream::{Config, DiscardPolicy, StorageType},
};

/// How the stream is kept.
#[derive(Debug, Clone, Copy)]
pub struct Keeping {
    /// On how many servers each message is.
    pub replicas: usize,
    /// For how long; what is older goes.
    pub age: Duration,
    /// How much at most, in bytes; beyond it the oldest go.
    pub bytes: i64,
}

/// Makes the stream, or gives the one that is there these bounds. Says what it is like then.
pub async fn init(link: &Link, keeping: Keeping) -> Result<String, Trouble> {
    let client = link.open().await?;
    connected(&client).await?;
    check_version(&client)?;
    let mut context = jetstream::new(client);
    context.set_timeout(PATIENCE);
    let config = Config {
        name: STREAM.to_owned(),
        description: Some("Simultan: what happened, a subject for each hall".to_owned()),
        subjects: vec![LOGS.to_owned()],
        storage: StorageType::File,
        num_replicas: keeping.replicas,
        max_age: keeping.age,
        max_bytes: keeping.bytes,
        // The truth is each hall's database: a log that is full lets go of the oldest, not of the newest.
        discard: DiscardPolicy::Old,
        deny_delete: true,
        deny_purge: false,
        allow_direct: true,
        ..Config::default()
    };
    let made = context.create_or_update_stream(config).await;
    let info = made.map_err(|error| jetstream_trouble(&error))?;
    let config = info.config;
    Ok(format!(
        "stream {}: {} on {} server{}, for {} days, {} MiB at most",
        config.name,
        config.subjects.join(", "),
        config.num_replicas,
        if config.num_replicas == 1 { "" } else { "s" },
        config.max_age.as_secs() / 86_400,
        config.max_bytes / 1024 / 1024,
    ))
}
